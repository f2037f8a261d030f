"""What a specifier leaves behind in the body of a mapping class, until the class is made."""

from typing import TypeAlias

from attrs import frozen

from linksync.mapping.declaration import LinesDeclaration, NestedDeclaration
from linksync.mapping.remote import LinesField, RemoteField, RemoteGroup, RemoteLine
from linksync.mapping.rules import Direction, Overflow, Owner
from linksync.mapping.sources import Source


@frozen(kw_only=True, eq=False)
class FieldSpecification:
    """One remote field.

    Attributes:
        field: The field.
        source: Where its value comes from.
        direction: Which way it travels.
        owner: Who wins a conflict.
        match: Whether it tells one record from another.
        local: The local attribute, where it has another name than in the mapping.
        overflow: What becomes of a text that is too long for the field.
    """

    field: RemoteField[object]
    source: Source
    direction: Direction
    owner: Owner = Owner.ASK
    match: bool = False
    local: str | None = None
    overflow: Overflow = Overflow.ERROR


@frozen(kw_only=True, eq=False)
class NestedSpecification:
    """A nested object on both sides.

    Attributes:
        group: The remote group.
        nested: What its mapping says.
        local: The local attribute, where it has another name than in the mapping.
    """

    group: RemoteGroup
    nested: NestedDeclaration
    local: str | None = None


@frozen(kw_only=True, eq=False)
class LinesSpecification:
    """Lines of one kind.

    Attributes:
        field: The remote array.
        lines: What the mapping of a line says.
        direction: Which way they travel.
        owner: Who wins a conflict.
        local: The local attribute, where it has another name than in the mapping.
    """

    field: LinesField[RemoteLine]
    lines: LinesDeclaration
    direction: Direction
    owner: Owner = Owner.ASK
    local: str | None = None


Specification: TypeAlias = FieldSpecification | NestedSpecification | LinesSpecification
