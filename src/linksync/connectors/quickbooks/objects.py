"""What a JSON object of QuickBooks says of itself: its record, its identity, when it changed."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from linksync.connectors.quickbooks.entities import Entity
from linksync.errors import ConfigurationError
from linksync.exactjson import Json, JsonObject
from linksync.records import Record, RemoteState


def find_record(entity: Entity, values: Json) -> Record | None:
    """Return the record that *values* is, or None when it is none: no object, or without an id.

    A record at its first version was never changed: every accepted change adds one to `SyncToken`, which begins
    at "0" (recorded sandbox traffic).
    """
    if entity.is_wrapped:
        values = unwrapped(values)
    if not isinstance(values, dict):
        return None
    record_id = values.get("Id")
    if not isinstance(record_id, str) or not record_id:
        return None
    version = values.get("SyncToken")
    return Record(
        record_type=entity.name,
        id=record_id,
        values=values,
        version=version if isinstance(version, str) else None,
        is_first_version=version == "0",
        state=_state(entity, values),
        created_at=_stamp(values, "CreateTime"),
    )


def changed_at(values: JsonObject) -> datetime | None:
    """Return when a record was last changed (timezone-aware), where its JSON says so."""
    return _stamp(values, "LastUpdatedTime")


def unwrapped(values: Json) -> Json:
    """Return the template that stands in an object of its transaction's type: `{"Bill": {...}}`."""
    inner = list(values.values()) if isinstance(values, dict) else []
    return inner[0] if len(inner) == 1 else None


def inner_of(template: JsonObject) -> JsonObject:
    """Return the transaction that a template holds.

    Raises:
        ConfigurationError: It holds none.
    """
    inner = unwrapped(template)
    if not isinstance(inner, Mapping):
        raise ConfigurationError(
            f"a template is one object by its transaction's type, such as {{'Bill': ...}}, got {sorted(template)}"
        )
    return inner


def identity_of(record: JsonObject) -> JsonObject:
    """Return what a write says of the record that it is about: its id and its version.

    Raises:
        ConfigurationError: The record lacks either.
    """
    lacking = [name for name in ("Id", "SyncToken") if not isinstance(record.get(name), str)]
    if lacking:
        raise ConfigurationError(
            f"the record lacks {' and '.join(lacking)}; read it whole, a record of a partial query has none"
        )
    return {"Id": record["Id"], "SyncToken": record["SyncToken"]}


def _state(entity: Entity, values: JsonObject) -> RemoteState:
    if values.get("status") == "Deleted":
        return RemoteState.DELETED
    if entity.is_list:
        return RemoteState.INACTIVE if values.get("Active") is False else RemoteState.ACTIVE
    return RemoteState.VOIDED if _is_voided(values) else RemoteState.ACTIVE


def _is_voided(values: JsonObject) -> bool:
    # A void leaves no mark but these: the amounts are zero and the note begins with the word (recorded sandbox
    # traffic). It stands in the company's language, so elsewhere a voided document may look like one of zero.
    note = values.get("PrivateNote")
    total = values.get("TotalAmt")
    is_zero = isinstance(total, int | Decimal) and total == 0
    return is_zero and isinstance(note, str) and note.startswith("Voided")


def _stamp(values: JsonObject, name: str) -> datetime | None:
    meta = values.get("MetaData")
    text = meta.get(name) if isinstance(meta, dict) else None
    if not isinstance(text, str):
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return instant if instant.tzinfo is not None else None
