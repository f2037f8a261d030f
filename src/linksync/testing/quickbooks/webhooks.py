"""Webhooks: what QuickBooks tells an app of what happened, in both formats, signed."""

import hmac
import uuid
from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import Enum
from hashlib import sha256

from attrs import field, frozen

from linksync.exactjson import Json, dumps
from linksync.testing.quickbooks.happenings import Event, Happened
from linksync.testing.quickbooks.rules import Certainty, rule
from linksync.testing.quickbooks.values import Obj

_VERBS = {
    Happened.CREATED: "created",
    Happened.UPDATED: "updated",
    Happened.DELETED: "deleted",
    Happened.MERGED: "merged",
    Happened.VOIDED: "void",
    Happened.EMAILED: "emailed",
}


class WebhookFormat(Enum):
    """How events are written."""

    LEGACY = "legacy"
    """One object of `eventNotifications`, by company."""
    CLOUD_EVENTS = "cloud_events"
    """An array of CloudEvents, since May 2026."""


@frozen(kw_only=True)
class Subscription:
    """Where an app wants to be told.

    Attributes:
        url: Where to POST.
        verifier_token: What notifications are signed with.
        format: How events are written.
        entities: The entities that it wants to be told of; all where empty.
    """

    url: str
    verifier_token: str = field(repr=False)
    format: WebhookFormat = WebhookFormat.CLOUD_EVENTS
    entities: frozenset[str] = frozenset()


@frozen
class Occurrence:
    """An event of a company.

    Attributes:
        company: The company's id.
        event: What happened.
        id: The event's own id, which stays with every delivery.
    """

    company: str
    event: Event
    id: str = field(factory=lambda: str(uuid.uuid4()))


def body_of(format_: WebhookFormat, occurrences: Sequence[Occurrence]) -> bytes:
    """Return the body that tells of *occurrences*."""
    if format_ is WebhookFormat.LEGACY:
        return dumps(_legacy(occurrences)).encode()
    return dumps([_cloud_event(each) for each in occurrences]).encode()


@rule(
    "the legacy body has eventNotifications by company, each with the entities' names, ids, operations and lastUpdated; "
    "a merge has deletedId",
    Certainty.OFFICIAL,
    "official webhooks page",
)
def _legacy(occurrences: Sequence[Occurrence]) -> Obj:
    by_company = dict[str, list[Json]]()
    for each in occurrences:
        event = each.event
        entity: Obj = {
            "name": event.entity,
            "id": event.object_id,
            "operation": event.happened.value,
            "lastUpdated": _utc(event.at),
        }
        if event.merged_id:
            entity["deletedId"] = event.merged_id
        by_company.setdefault(each.company, []).append(entity)
    notifications: list[Json] = [
        {"realmId": company, "dataChangeEvent": {"entities": entities}}
        for company, entities in by_company.items()
    ]
    return {"eventNotifications": notifications}


@rule(
    "a CloudEvent has specversion, id, source, type qbo.<entity>.<verb>.v1, time, intuitentityid and intuitaccountid; "
    "data is empty but for a merge's deletedid",
    Certainty.OFFICIAL,
    "announcement of 12 November 2025 and the official SDK; the verbs void and emailed are likely",
)
def _cloud_event(occurrence: Occurrence) -> Obj:
    event = occurrence.event
    return {
        "specversion": "1.0",
        "id": occurrence.id,
        "source": "intuit.c2ltdWxhdG9y",
        "type": f"qbo.{event.entity.lower()}.{_VERBS[event.happened]}.v1",
        "datacontenttype": "application/json",
        "time": _utc(event.at),
        "intuitentityid": event.object_id,
        "intuitaccountid": occurrence.company,
        "data": {"deletedid": event.merged_id} if event.merged_id else {},
    }


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@rule(
    "intuit-signature is base64 of the HMAC-SHA256 of the raw body by the verifier token, in both formats",
    Certainty.OFFICIAL,
    "official webhooks page",
)
def sign(body: bytes, verifier_token: str) -> str:
    """Return the signature of a body."""
    return b64encode(hmac.new(verifier_token.encode(), body, sha256).digest()).decode()


def headers_of(subscription: Subscription, body: bytes, now: datetime) -> Mapping[str, str]:
    """Return the headers that a body is sent with.

    Args:
        subscription: Whom it goes to.
        body: What is sent.
        now: The present instant (aware).
    """
    is_legacy = subscription.format is WebhookFormat.LEGACY
    return {
        "content-type": "application/json" if is_legacy else "application/cloudevents+json",
        "user-agent": "intuit_notification_server/0.1",
        "intuit-signature": sign(body, subscription.verifier_token),
        "intuit-created-time": _utc(now),
        "intuit-t-id": str(uuid.uuid4()),
        "intuit-notification-schema-version": "0.1" if is_legacy else "1.0",
    }
