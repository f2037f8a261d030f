"""How entities translate between the two sides.

A mapping class says it by declaration: `EntityMapping` with one specifier per field. What it says is plain facts
(`declaration.py`), checked when the class is made (`checks.py`) and read by a mapper (`interpreter.py`). A class with
the members of `EntityMapper`, written by hand, works wherever a declared one does.
"""

from linksync.mapping.attributes import ABSENT
from linksync.mapping.declaredmapper import DeclaredMapper
from linksync.mapping.describing import DescribedField, Description, describe
from linksync.mapping.entitymapping import EntityMapping, LinesMapping, NestedMapping
from linksync.mapping.explaining import Explanation, Fate, FieldExplanation
from linksync.mapping.mapper import EntityMapper, MappingContext
from linksync.mapping.mappers import MappingLike, mapper_of, mappers_of
from linksync.mapping.rules import Direction, EntityRules, FieldRules, MissingReference, Overflow, Owner
from linksync.mapping.sources import Converter
from linksync.mapping.specifiers import (
    both,
    choice,
    computed,
    const,
    many,
    nested,
    pull,
    push,
    ref,
    setting,
)

__all__ = [
    "ABSENT",
    "Converter",
    "DeclaredMapper",
    "DescribedField",
    "Description",
    "Direction",
    "EntityMapper",
    "EntityMapping",
    "EntityRules",
    "Explanation",
    "Fate",
    "FieldExplanation",
    "FieldRules",
    "LinesMapping",
    "MappingContext",
    "MappingLike",
    "MissingReference",
    "NestedMapping",
    "Overflow",
    "Owner",
    "both",
    "choice",
    "computed",
    "const",
    "describe",
    "many",
    "mapper_of",
    "mappers_of",
    "nested",
    "pull",
    "push",
    "ref",
    "setting",
]
