"""Reading a mapping class: from the specifiers in its body to what it says."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import get_args, get_origin
from uuid import UUID

from attrs import evolve

from linksync.mapping.attributes import attribute_type, declared_type
from linksync.mapping.declaration import Leaf, Lines, Member
from linksync.mapping.sources import Attribute, Choice, Reference
from linksync.mapping.specification import (
    FieldSpecification,
    LinesSpecification,
    NestedSpecification,
    Specification,
)


def type_arguments(cls: type, root: type) -> tuple[object, ...] | None:
    """Return the types that *cls*, or the nearest class above it, gives to the generic *root*."""
    for ancestor in cls.__mro__:
        for base in vars(ancestor).get("__orig_bases__", ()):
            if get_origin(base) is root:
                return get_args(base)
    return None


def specifications(cls: type) -> Mapping[str, Specification]:
    """Return the specifiers of *cls* and of the classes above it by name, in the order of declaration.

    One that is overridden by something else, such as None, is taken out.
    """
    found = dict[str, Specification]()
    for ancestor in reversed(cls.__mro__):
        for name, value in vars(ancestor).items():
            if isinstance(value, FieldSpecification | NestedSpecification | LinesSpecification):
                found[name] = value
            else:
                found.pop(name, None)
    return found


def unspecified(cls: type) -> Sequence[str]:
    """Return the names that *cls* annotates without giving them a specifier."""
    return [
        name
        for name in inspect.get_annotations(cls)
        if not name.startswith("_")
        and not isinstance(
            getattr(cls, name, None), FieldSpecification | NestedSpecification | LinesSpecification
        )
    ]


def members(cls: type, local: object, found: Mapping[str, Specification]) -> tuple[Member, ...]:
    """Return what the specifiers of *cls* say, nested objects flattened."""
    result = list[Member]()
    for name, specification in found.items():
        match specification:
            case FieldSpecification():
                result.append(_leaf(cls, local, name, specification))
            case NestedSpecification(group=group, nested=nested, local=alias):
                result.extend(leaf.within(name, alias or name, nested.local, group) for leaf in nested.leaves)
            case LinesSpecification():
                result.append(_lines(name, specification))
    return tuple(result)


def _leaf(cls: type, local: object, name: str, specification: FieldSpecification) -> Leaf:
    source = specification.source
    attribute = None
    if isinstance(source, Attribute | Choice | Reference):
        attribute = specification.local or name
    if isinstance(source, Attribute) and source.convert is not None and attribute is not None:
        source = evolve(source, local_type=attribute_type(cls, name) or attribute_type(local, attribute))
    if isinstance(source, Reference) and source.remote is None and attribute is not None:
        hint = attribute_type(local, attribute) or attribute_type(cls, name)
        source = evolve(source, key_type=key_type(hint))
    return Leaf(
        name=name,
        attribute=attribute,
        field=specification.field,
        source=source,
        direction=specification.direction,
        owner=specification.owner,
        match=specification.match,
        overflow=specification.overflow,
        local_type=declared_type(cls, name) or (attribute and declared_type(local, attribute)) or None,
    )


def _lines(name: str, specification: LinesSpecification) -> Lines:
    lines = specification.lines
    return Lines(
        name=name,
        attribute=specification.local or name,
        field=specification.field,
        kind=lines.kind,
        local=lines.local,
        leaves=lines.leaves,
        key=lines.key,
        mapping=lines.name,
        direction=specification.direction,
        owner=specification.owner,
    )


def key_type(hint: object) -> Callable[[str], object]:
    """Return what makes a local id of its text, for ids of the annotated type; text where that is not known."""
    if hint is int:
        return int
    if hint is UUID:
        return UUID
    return str
