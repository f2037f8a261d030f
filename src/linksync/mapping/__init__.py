"""How entities translate between the two sides."""

from linksync.mapping.mapper import EntityMapper, MappingContext
from linksync.mapping.rules import Direction, EntityRules, FieldRules, MissingReference, Owner

__all__ = [
    "Direction",
    "EntityMapper",
    "EntityRules",
    "FieldRules",
    "MappingContext",
    "MissingReference",
    "Owner",
]
