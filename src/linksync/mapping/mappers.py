"""From what a host lists as its mappings to the mappers that the engine works with."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar, overload

from linksync.errors import ConfigurationError, MappingDefinitionError
from linksync.mapping.attributes import suggest
from linksync.mapping.checks import cycle_mistake
from linksync.mapping.declaration import EntityDeclaration
from linksync.mapping.declaredmapper import DeclaredMapper, is_declared
from linksync.mapping.entitymapping import EntityMapping
from linksync.mapping.mapper import EntityMapper

LocalT = TypeVar("LocalT")

MappingLike: TypeAlias = type[EntityMapping[Any, Any, Any]] | EntityMapper
"""A mapping class, or a mapper written by hand."""


@overload
def mapper_of(mapping: type[EntityMapping[LocalT, Any, Any]]) -> DeclaredMapper[LocalT]: ...
@overload
def mapper_of(mapping: EntityMapper) -> EntityMapper: ...
def mapper_of(mapping: MappingLike) -> EntityMapper | DeclaredMapper[Any]:
    """Return the mapper of a mapping class; one that is written by hand is returned as it is.

    Raises:
        ConfigurationError: *mapping* is another class.
    """
    if not isinstance(mapping, type):
        return mapping
    declaration: object = getattr(mapping, "__declaration__", None)
    if isinstance(declaration, EntityDeclaration):
        return DeclaredMapper(declaration)
    raise ConfigurationError(
        f"{mapping.__name__} is no EntityMapping; derive it from one, or give an object of it, not the class"
    )


def mappers_of(mappings: Iterable[MappingLike]) -> Sequence[EntityMapper]:
    """Return the mappers of *mappings*, in their order, having checked them against one another.

    Raises:
        ConfigurationError: Two have the same entity.
        MappingDefinitionError: A declared one refers to an entity that none has, or declared ones require each other
            in a circle.
    """
    mappers = [mapper_of(mapping) for mapping in mappings]
    by_entity = dict[str, EntityMapper]()
    for mapper in mappers:
        if mapper.entity in by_entity:
            raise ConfigurationError(f"two mappings have the entity {mapper.entity!r}; rename one")
        by_entity[mapper.entity] = mapper
    declared = {entity: mapper for entity, mapper in by_entity.items() if is_declared(mapper)}
    for mapper in declared.values():
        mistakes = [*_unknown(mapper, by_entity), *_cycles(mapper.entity, declared)]
        if mistakes:
            raise MappingDefinitionError(mapper.declaration.name, mistakes)
    return mappers


def _unknown(mapper: DeclaredMapper[Any], by_entity: Mapping[str, EntityMapper]) -> Iterator[str]:
    for leaf, reference in mapper.declaration.references():
        if reference.entity not in by_entity:
            yield (
                f"{leaf.name} refers to the entity {reference.entity!r}, which no mapping has"
                f"{suggest(reference.entity, frozenset(by_entity)) or '; add one to mappings=[...]'}"
            )


def _cycles(entity: str, declared: Mapping[str, DeclaredMapper[Any]]) -> Iterator[str]:
    """Yield the circles of required references that lead from *entity* back to it."""
    paths: list[tuple[str, ...]] = [(entity,)]
    seen = set[str]()
    while paths:
        path = paths.pop()
        mapper = declared.get(path[-1])
        if mapper is None or path[-1] in seen:
            continue
        seen.add(path[-1])
        for following in dict.fromkeys(step[0] for step in mapper.declaration.required):
            if following == entity:
                yield cycle_mistake((*path, following))
            else:
                paths.append((*path, following))
