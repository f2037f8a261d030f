"""Takes in what QuickBooks posts when something has changed in a company, in either of its two formats.

A webhook says that a record has changed, never what it is now: read it. Events come late, twice, out of order, or not at
all (official page "webhooks best practices"), so they make things quick and the change feed makes them complete.
"""

import hmac
import re
from base64 import b64decode
from binascii import Error as NotBase64Error
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from enum import Enum
from hashlib import sha256

from attrs import field, frozen

from linksync.connectors.quickbooks.entities import find_entity_by_name
from linksync.errors import ConfigurationError
from linksync.exactjson import Json, JsonObject, loads
from linksync.records import CompanyId, check_aware_if_any

SIGNATURE_HEADER = "intuit-signature"
"""The header that the signature is in."""

_LARGEST_BODY = 4 * 1024 * 1024
"""No documented delivery comes near it; a larger one is not read."""

_TYPE = re.compile(r"qbo\.(?P<entity>[a-z]+)\.(?P<verb>[a-z]+)\.v\d+", re.ASCII)

# Digits beyond microseconds, and an offset without a colon, which `datetime` does not read.
_FRACTION = re.compile(r"(\.\d{6})\d+", re.ASCII)


class Verb(Enum):
    """What happened to a record."""

    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"
    """A transaction is gone; a record of a name list is gone or was made inactive."""
    MERGED = "merged"
    VOIDED = "void"
    EMAILED = "emailed"


_LEGACY: Mapping[str, Verb] = {
    "create": Verb.CREATED,
    "update": Verb.UPDATED,
    "delete": Verb.DELETED,
    "merge": Verb.MERGED,
    "void": Verb.VOIDED,
    "emailed": Verb.EMAILED,
}


@frozen(kw_only=True)
class WebhookEvent:
    """One record that something happened to.

    Attributes:
        company: The company (`realmId`); one delivery may hold events of several.
        record_type: The kind of record, such as `"Customer"`.
        record_id: The record; of a merge the one that stays.
        verb: What happened.
        merged_id: Of a merge the record that is gone, where QuickBooks names it.
        happened_at: When (timezone-aware), where QuickBooks says so.
        event_id: QuickBooks' own name for the event, by which a second delivery is known; empty in the older format.
    """

    company: CompanyId
    record_type: str
    record_id: str
    verb: Verb
    merged_id: str | None = None
    happened_at: datetime | None = field(default=None, validator=check_aware_if_any)
    event_id: str = ""


@frozen(kw_only=True)
class Delivery:
    """What one body holds.

    Attributes:
        events: The events that are about records that linksync knows.
        ignored: How many more there were: of other kinds, or such that cannot be read. The change feed tells of them.
    """

    events: Sequence[WebhookEvent]
    ignored: int = 0


def verify(body: bytes, signature: str | bytes | None, verifier_token: str) -> bool:
    """Return whether a body is from QuickBooks: whether *signature* is the one that *verifier_token* makes of it.

    It takes as long for any signature of the right length, and raises for none. Answer HTTP 401 where it is false, and
    read nothing of the body.

    Args:
        body: The bytes as they came, before anything reads them.
        signature: The header `intuit-signature`; None where it is missing.
        verifier_token: The token of the developer portal. Development and production have one each.

    Raises:
        ConfigurationError: The token is empty: everybody could sign with that.
    """
    if not verifier_token:
        raise ConfigurationError(
            "the webhook verifier token is empty; set it to the one of the developer portal"
        )
    expected = hmac.new(verifier_token.encode(), body, sha256).digest()
    return hmac.compare_digest(_digest(signature), expected)


def read_events(body: bytes) -> Delivery:
    """Return the events of a body, which `verify` has seen, whichever format it has.

    It raises for no bytes at all: what cannot be read is counted. Answer HTTP 200 all the same, and soon: QuickBooks
    waits three seconds, and holds back later events until it has an answer (official page "webhooks best practices").
    """
    if len(body) > _LARGEST_BODY:
        return Delivery(events=(), ignored=1)
    try:
        content = loads(body)
    except (ValueError, RecursionError):
        return Delivery(events=(), ignored=1)
    found = list(_legacy(content) if isinstance(content, Mapping) else _cloud(content))
    events = tuple(event for event in found if event is not None)
    return Delivery(events=events, ignored=len(found) - len(events))


def _digest(signature: str | bytes | None) -> bytes:
    text = signature.encode("ascii", "replace") if isinstance(signature, str) else signature or b""
    try:
        return b64decode(text, validate=True)
    except (NotBase64Error, ValueError):
        return b""


def _cloud(content: Json) -> Iterator[WebhookEvent | None]:
    """Yield the events of the newer format, an array of CloudEvents; None for one that cannot be read."""
    if not isinstance(content, list):
        yield None
        return
    for item in content:
        yield _cloud_event(item) if isinstance(item, Mapping) else None


def _cloud_event(item: JsonObject) -> WebhookEvent | None:
    named = _TYPE.fullmatch(_text(item.get("type")))
    if named is None:
        return None
    verb = next((verb for verb in Verb if verb.value == named["verb"]), None)
    data = item.get("data")
    merged_id = _text(data.get("deletedid")) if isinstance(data, Mapping) else ""
    return _event(
        company=item.get("intuitaccountid"),
        name=named["entity"],
        record_id=item.get("intuitentityid"),
        verb=verb,
        merged_id=merged_id,
        happened_at=item.get("time"),
        event_id=_text(item.get("id")),
    )


def _legacy(content: JsonObject) -> Iterator[WebhookEvent | None]:
    """Yield the events of the older format; None for one that cannot be read."""
    if "eventNotifications" not in content:
        # A single CloudEvent, as the standard's structured mode has it.
        yield _cloud_event(content)
        return
    for notification in _objects(content["eventNotifications"]):
        change = notification.get("dataChangeEvent") if notification is not None else None
        entities = change.get("entities") if isinstance(change, Mapping) else None
        if notification is None or entities is None:
            yield None
            continue
        for entity in _objects(entities):
            yield _legacy_event(notification.get("realmId"), entity) if entity is not None else None


def _legacy_event(company: Json, entity: JsonObject) -> WebhookEvent | None:
    return _event(
        company=company,
        name=_text(entity.get("name")),
        record_id=entity.get("id"),
        verb=_LEGACY.get(_text(entity.get("operation")).lower()),
        merged_id=_text(entity.get("deletedId")),
        happened_at=entity.get("lastUpdated"),
        event_id="",
    )


def _event(
    *,
    company: Json,
    name: str,
    record_id: Json,
    verb: Verb | None,
    merged_id: str,
    happened_at: Json,
    event_id: str,
) -> WebhookEvent | None:
    entity = find_entity_by_name(name)
    if entity is None or verb is None or not _text(company) or not _text(record_id):
        return None
    return WebhookEvent(
        company=CompanyId(_text(company)),
        record_type=entity.name,
        record_id=_text(record_id),
        verb=verb,
        merged_id=merged_id or None,
        happened_at=_instant(_text(happened_at)),
        event_id=event_id,
    )


def _objects(value: Json) -> Iterator[JsonObject | None]:
    for item in value if isinstance(value, list) else [value]:
        yield item if isinstance(item, Mapping) else None


def _text(value: Json) -> str:
    # Ids are texts; a number is taken all the same, and never through a float.
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _instant(text: str) -> datetime | None:
    try:
        instant = datetime.fromisoformat(_FRACTION.sub(r"\1", text))
    except ValueError:
        return None
    return instant if instant.tzinfo is not None else None
