"""Turns a write into what QuickBooks is sent: the address's end and the JSON body."""

from collections.abc import Mapping
from datetime import date

from attrs import frozen

from linksync.connectors.quickbooks.entities import Entity, get_entity
from linksync.errors import ConfigurationError
from linksync.exactjson import Json
from linksync.records import CLEAR, Action, Clear, Write, WriteValue


@frozen(kw_only=True)
class Operation:
    """One write, ready to be sent alone or in a batch.

    Attributes:
        entity: The kind of record.
        name: What a batch calls it: `create`, `update` or `delete`; empty for one that no batch takes.
        query: What is added to the address when it is sent alone, such as `operation=delete`.
        body: The JSON object.
    """

    entity: Entity
    name: str
    query: str
    body: Mapping[str, Json]


def encode(write: Write) -> Operation:
    """Return what *write* is sent as.

    An update is always sparse: what it does not name is left alone. A blank text is sent as `""`. No other kind of
    field can be made blank by a sparse update: Intuit's support confirms it for references, and an absent number
    or date counts as left alone.

    Raises:
        ConfigurationError: It cannot be done: an action that the kind of record does not have, an id or a version
            that is lacking, a field that cannot be made blank.
    """
    entity = get_entity(write.record_type)
    if write.action not in entity.actions:
        can = ", ".join(sorted(action.value for action in entity.actions)) or "nothing"
        raise ConfigurationError(
            f"{_name(write)}: QuickBooks cannot {write.action.value} a {entity.name}; it can {can}"
        )
    if write.action is Action.CREATE:
        return _create(entity, write)
    if not write.id or write.version is None:
        raise ConfigurationError(
            f"{_name(write)}: {write.action.value} needs an id and a version (SyncToken)"
        )
    identity: dict[str, Json] = {"Id": write.id, "SyncToken": write.version}
    match write.action:
        case Action.UPDATE:
            body = {**_values(entity, write), **identity, "sparse": True}
            return Operation(entity=entity, name="update", query="", body=body)
        case Action.ARCHIVE:
            body = {**_values(entity, write), **identity, "sparse": True, "Active": False}
            return Operation(entity=entity, name="update", query="", body=body)
        case Action.DELETE:
            return Operation(entity=entity, name="delete", query="operation=delete", body=identity)
        case Action.VOID:
            # A batch has an operation of that name in the schema, undocumented for public use.
            # Where the void is an addition to an update, that update is sparse (official PHP library).
            sparse: dict[str, Json] = {"sparse": True} if "include" in entity.void_query else {}
            return Operation(entity=entity, name="", query=entity.void_query, body={**identity, **sparse})


def _create(entity: Entity, write: Write) -> Operation:
    if "Id" in write.values:
        # QuickBooks would take it for an update of whichever record has that id.
        raise ConfigurationError(f"{_name(write)}: a create must not name Id; take it out of the mapping")
    values = {name: value for name, value in write.values.items() if name not in {"SyncToken", "sparse"}}
    return Operation(entity=entity, name="create", query="", body=_without_blanks(values))


def _values(entity: Entity, write: Write) -> Mapping[str, Json]:
    blanked = dict[str, Json]()
    for name, value in write.values.items():
        blanked[name] = _blanked(entity, write, (name,), value)
    return blanked


def _blanked(entity: Entity, write: Write, path: tuple[str, ...], value: WriteValue) -> Json:
    if value is CLEAR:
        if path not in entity.clearable:
            raise ConfigurationError(
                f"{_name(write)}: {'.'.join(path)} cannot be made blank by an update; "
                "clear it in QuickBooks, or give it a value"
            )
        return ""
    if isinstance(value, Mapping):
        return {name: _blanked(entity, write, (*path, name), member) for name, member in value.items()}
    if isinstance(value, list):
        # An array replaces the one that is there: in it, blank is absent.
        return [_without_blanks_in(member) for member in value if member is not CLEAR]
    return _leaf(value)


def _without_blanks(values: Mapping[str, WriteValue]) -> Mapping[str, Json]:
    kept = dict[str, Json]()
    for name, value in values.items():
        if type(value) is str:  # most of what is written
            kept[name] = value
            continue
        if value is CLEAR:
            continue
        member = _without_blanks_in(value)
        # A group of which nothing is left goes with its last member; one that was sent empty stays.
        if member == {} and value:
            continue
        kept[name] = member
    return kept


def _without_blanks_in(value: WriteValue) -> Json:
    if isinstance(value, Mapping):
        return _without_blanks(value)
    if isinstance(value, list):
        return [_without_blanks_in(member) for member in value if member is not CLEAR]
    return _leaf(value)


def _leaf(value: "Json | Clear | date") -> Json:
    if isinstance(value, date):
        return value.isoformat()
    return None if isinstance(value, Clear) else value


def _name(write: Write) -> str:
    return f"{write.record_type} {write.id or write.key or write.ref}"
