"""Makes a `Record` of a JSON object of QuickBooks."""

from datetime import datetime
from decimal import Decimal

from linksync.connectors.quickbooks.entities import Entity
from linksync.exactjson import Json, JsonObject
from linksync.records import Record, RemoteState


def find_record(entity: Entity, values: Json) -> Record | None:
    """Return the record that *values* is, or None when it is none: no object, or without an id.

    A record at its first version was never changed: every accepted change adds one to `SyncToken`, which begins
    at "0" (recorded sandbox traffic).
    """
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
        created_at=_created_at(values),
    )


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


def _created_at(values: JsonObject) -> datetime | None:
    meta = values.get("MetaData")
    text = meta.get("CreateTime") if isinstance(meta, dict) else None
    if not isinstance(text, str):
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return instant if instant.tzinfo is not None else None
