"""The specifiers: what stands on the right-hand side in a mapping class.

Each names a typed remote field and is typed as the local value that belongs to it, so that a type checker compares it
with the annotation on the left: `balance: float = pull(qbo.Customer.Balance)` is a mistake.
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar, cast, overload

from typing_extensions import TypeVar as DefaultTypeVar

from linksync.mapping.attributes import ABSENT
from linksync.mapping.entitymapping import EntityMapping, LinesMapping, NestedMapping
from linksync.mapping.remote import (
    LinesField,
    RefField,
    RemoteField,
    RemoteGroup,
    RemoteLine,
    RemoteType,
    WritableField,
)
from linksync.mapping.rules import Direction, Overflow, Owner
from linksync.mapping.sources import (
    Attribute,
    Choice,
    Computed,
    Constant,
    Converter,
    Reference,
    Setting,
    Source,
)
from linksync.mapping.specification import FieldSpecification, LinesSpecification, NestedSpecification

# Their names are what mypy says when a field and what goes with it do not fit.
T = TypeVar("T")
WireOfFieldAndConverterT = TypeVar("WireOfFieldAndConverterT")
LocalT = TypeVar("LocalT")
KeyT = DefaultTypeVar("KeyT", default=Any)
RemoteOfFieldAndMappingT = TypeVar("RemoteOfFieldAndMappingT", bound=RemoteType)
GroupOfFieldAndMappingT = TypeVar("GroupOfFieldAndMappingT", bound=RemoteGroup)
LineOfFieldAndMappingT = TypeVar("LineOfFieldAndMappingT", bound=RemoteLine)


@overload
def both(
    field: WritableField[T],
    *,
    match: bool = ...,
    owner: Owner = ...,
    local: str | None = ...,
    overflow: Overflow = ...,
) -> T: ...
@overload
def both(
    field: WritableField[T | None],
    *,
    default: T,
    match: bool = ...,
    owner: Owner = ...,
    local: str | None = ...,
    overflow: Overflow = ...,
) -> T: ...
@overload
def both(
    field: WritableField[WireOfFieldAndConverterT],
    *,
    convert: Converter[LocalT, WireOfFieldAndConverterT],
    match: bool = ...,
    owner: Owner = ...,
    local: str | None = ...,
    overflow: Overflow = ...,
) -> LocalT: ...
@overload
def both(
    field: WritableField[WireOfFieldAndConverterT | None],
    *,
    convert: Converter[LocalT, WireOfFieldAndConverterT],
    default: LocalT,
    match: bool = ...,
    owner: Owner = ...,
    local: str | None = ...,
    overflow: Overflow = ...,
) -> LocalT: ...
@overload
def both(
    field: WritableField[WireOfFieldAndConverterT | None],
    *,
    convert: Converter[LocalT, WireOfFieldAndConverterT],
    match: bool = ...,
    owner: Owner = ...,
    local: str | None = ...,
    overflow: Overflow = ...,
) -> LocalT | None: ...
def both(
    field: WritableField[Any],
    *,
    convert: Converter[Any, Any] | None = None,
    default: object = ABSENT,
    match: bool = False,
    owner: Owner = Owner.ASK,
    local: str | None = None,
    overflow: Overflow = Overflow.ERROR,
) -> Any:
    """Map an attribute that travels both ways.

    Args:
        field: The remote field.
        convert: How the value translates; without it the local type is that of the field.
        default: What a blank value counts as, on either side.
        match: Whether the field tells one record from another, as a name or a number does.
        owner: Who wins when both sides changed it.
        local: The local attribute, where it is not called as the name on the left.
        overflow: What becomes of a text that is longer than the remote field.
    """
    return FieldSpecification(
        field=field,
        source=Attribute(convert=convert, default=default),
        direction=Direction.BOTH,
        owner=owner,
        match=match,
        local=local,
        overflow=overflow,
    )


@overload
def push(
    field: WritableField[T | None],
    *,
    match: bool = ...,
    local: str | None = ...,
    overflow: Overflow = ...,
) -> T: ...
@overload
def push(
    field: WritableField[WireOfFieldAndConverterT | None],
    *,
    convert: Converter[LocalT, WireOfFieldAndConverterT],
    match: bool = ...,
    local: str | None = ...,
    overflow: Overflow = ...,
) -> LocalT: ...
@overload
def push(
    field: WritableField[WireOfFieldAndConverterT | None],
    *,
    default: LocalT,
    convert: Converter[LocalT, WireOfFieldAndConverterT] | None = ...,
    match: bool = ...,
    local: str | None = ...,
    overflow: Overflow = ...,
) -> LocalT: ...
def push(
    field: WritableField[Any],
    *,
    convert: Converter[Any, Any] | None = None,
    default: object = ABSENT,
    match: bool = False,
    local: str | None = None,
    overflow: Overflow = Overflow.ERROR,
) -> Any:
    """Map an attribute that is written to the remote and never back.

    Args:
        field: The remote field.
        convert: How the value translates; without it the local type is that of the field.
        default: What a blank value counts as, on either side.
        match: Whether the field tells one record from another, as a name or a number does.
        local: The local attribute, where it is not called as the name on the left.
        overflow: What becomes of a text that is longer than the remote field.
    """
    return FieldSpecification(
        field=field,
        source=Attribute(convert=convert, default=default),
        direction=Direction.PUSH,
        match=match,
        local=local,
        overflow=overflow,
    )


@overload
def pull(field: RemoteField[T], *, local: str | None = ...) -> T: ...
@overload
def pull(field: RemoteField[T | None], *, default: T, local: str | None = ...) -> T: ...
@overload
def pull(
    field: RemoteField[WireOfFieldAndConverterT],
    *,
    convert: Converter[LocalT, WireOfFieldAndConverterT],
    local: str | None = ...,
) -> LocalT: ...
@overload
def pull(
    field: RemoteField[WireOfFieldAndConverterT | None],
    *,
    convert: Converter[LocalT, WireOfFieldAndConverterT],
    default: LocalT,
    local: str | None = ...,
) -> LocalT: ...
@overload
def pull(
    field: RemoteField[WireOfFieldAndConverterT | None],
    *,
    convert: Converter[LocalT, WireOfFieldAndConverterT],
    local: str | None = ...,
) -> LocalT | None: ...
def pull(
    field: RemoteField[Any],
    *,
    convert: Converter[Any, Any] | None = None,
    default: object = ABSENT,
    local: str | None = None,
) -> Any:
    """Map an attribute that is read from the remote and never written there.

    Args:
        field: The remote field.
        convert: How the value translates; without it the local type is that of the field.
        default: What a blank value counts as.
        local: The local attribute, where it is not called as the name on the left.
    """
    return FieldSpecification(
        field=field,
        source=Attribute(convert=convert, default=default),
        direction=Direction.PULL,
        local=local,
    )


def const(field: WritableField[T | None], value: T) -> T:
    """Write the same value into every record.

    Args:
        field: The remote field.
        value: The value.
    """
    return cast("T", _made_up(field, Constant(value=value)))


# Any: the type of the record that a lambda is given cannot be told to a type checker here.
def computed(
    field: WritableField[T | None],
    function: Callable[[Any], T | None],
    *,
    watches: Iterable[str] | None = None,
) -> T:
    """Write what a function makes of the local record, line or nested object.

    Args:
        field: The remote field.
        function: The function; it is given the local object that the mapping is for, and must be pure.
        watches: The attributes that it looks at. Unless told, the change of any attribute may change the value.
    """
    names = None if watches is None else frozenset(watches)
    return cast("T", _made_up(field, Computed(function=function, watches=names)))


def setting(field: WritableField[T], name: str) -> T:
    """Write a setting of the company, such as its income account.

    A record of a company that lacks the setting needs action.

    Args:
        field: The remote field.
        name: The setting's name.
    """
    return cast("T", _made_up(field, Setting(name=name)))


def _made_up(field: WritableField[Any], source: Source) -> object:
    return FieldSpecification(field=field, source=source, direction=Direction.PUSH)


@overload
def choice(
    field: WritableField[Any],
    value_map: str,
    *,
    direction: Direction = ...,
    owner: Owner = ...,
    local: str | None = ...,
) -> str: ...
@overload
def choice(
    field: WritableField[Any],
    value_map: str,
    *,
    of: type[LocalT],
    direction: Direction = ...,
    owner: Owner = ...,
    local: str | None = ...,
) -> LocalT: ...
def choice(
    field: WritableField[Any],
    value_map: str,
    *,
    of: Callable[[str], object] = str,
    direction: Direction = Direction.BOTH,
    owner: Owner = Owner.ASK,
    local: str | None = None,
) -> Any:
    """Map an attribute by one of the company's value maps, such as its payment terms.

    A record whose value is not in the map needs action. A change of the map by itself changes no record: the local
    value has not changed.

    Args:
        field: The remote field.
        value_map: The map's name; it leads from local values, as text, to remote ones.
        of: The local type, where it is not `str`: an enum or `int`; it is called with the text.
        direction: Which way it travels.
        owner: Who wins when both sides changed it.
        local: The local attribute, where it is not called as the name on the left.
    """
    return FieldSpecification(
        field=field,
        source=Choice(value_map=value_map, of=of),
        direction=direction,
        owner=owner,
        local=local,
    )


def ref(
    field: RefField[RemoteOfFieldAndMappingT],
    *,
    to: type[EntityMapping[Any, RemoteOfFieldAndMappingT, KeyT]] | str,
    direction: Direction = Direction.BOTH,
    owner: Owner = Owner.ASK,
    local: str | None = None,
) -> KeyT:
    """Map an attribute that holds the local id of another record to a reference to that record's twin.

    Args:
        field: The remote field.
        to: The mapping of the record that it refers to. Its entity's name will do, and is needed for a record of the
            same entity (a parent), for one that is mapped further down, and for one with a mapper written by hand.
        direction: Which way it travels.
        owner: Who wins when both sides changed it.
        local: The local attribute, where it is not called as the name on the left.
    """
    if isinstance(to, str):
        source = Reference(entity=to)
    else:
        target = to.__declaration__
        source = Reference(
            entity=target.entity,
            key_type=target.key_type,
            key=target.known_key,
            remote=target.remote,
            onward=target.required,
        )
    return cast(
        "KeyT",
        FieldSpecification(field=field, source=source, direction=direction, owner=owner, local=local),
    )


def nested(
    group: GroupOfFieldAndMappingT,
    mapping: type[NestedMapping[LocalT, GroupOfFieldAndMappingT]],
    *,
    local: str | None = None,
) -> LocalT:
    """Map an attribute that holds an object, such as an address, to a group of remote fields.

    Args:
        group: The group, as it stands in the record: `qbo.Customer.BillAddr`.
        mapping: How the object translates.
        local: The local attribute, where it is not called as the name on the left.
    """
    return cast("LocalT", NestedSpecification(group=group, nested=mapping.__declaration__, local=local))


def many(
    field: LinesField[LineOfFieldAndMappingT],
    mapping: type[LinesMapping[LocalT, LineOfFieldAndMappingT]],
    *,
    direction: Direction = Direction.BOTH,
    owner: Owner = Owner.ASK,
    local: str | None = None,
) -> list[LocalT]:
    """Map an attribute that holds lines to the lines of one kind in a remote array.

    Several may share an array: each owns its own kind, and new lines are put in the order of declaration. Lines of
    kinds that nobody maps stay where they are.

    Args:
        field: The remote array.
        mapping: How a line translates.
        direction: Which way the lines travel, all together.
        owner: Who wins when both sides changed them.
        local: The local attribute, where it is not called as the name on the left.
    """
    return cast(
        "list[LocalT]",
        LinesSpecification(
            field=cast("LinesField[RemoteLine]", field),
            lines=mapping.__declaration__,
            direction=direction,
            owner=owner,
            local=local,
        ),
    )
