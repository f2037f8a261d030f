"""Answers what has changed since an instant (change data capture)."""

from bisect import bisect_left
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from itertools import islice

from linksync.exactjson import Json
from linksync.testing.quickbooks import faults
from linksync.testing.quickbooks.books import Books
from linksync.testing.quickbooks.entities import BY_SEGMENT
from linksync.testing.quickbooks.entity import EntityKind
from linksync.testing.quickbooks.faults import RefusedError
from linksync.testing.quickbooks.orders import updated_at
from linksync.testing.quickbooks.rules import Certainty, rule
from linksync.testing.quickbooks.showing import shown
from linksync.testing.quickbooks.statement import invalid
from linksync.testing.quickbooks.values import Obj

MOST_OBJECTS = 1000


@rule(
    "the change feed answers one group per entity with changes, the changed objects whole and by LastUpdatedTime, the "
    "deleted ones after them as Id, status and LastUpdatedTime; no more than 1000 in all",
    Certainty.OFFICIAL,
    "official pages on change data capture and recorded exchange cdc__basic; that the rest is cut off is likely",
)
def answer_changes(books: Books, entities: str, changed_since: str) -> Obj:
    """Return the content of `CDCResponse`.

    Args:
        books: The company's.
        entities: The entities, parted by commas, in any case.
        changed_since: The instant.

    Raises:
        RefusedError: An entity is not in the feed, or the instant cannot be read.
    """
    kinds = [_tracked(name.strip()) for name in entities.split(",") if name.strip()]
    if not kinds:
        raise RefusedError(faults.required("entities"))
    since = _since(books, changed_since)
    groups = list[Json]()
    left = MOST_OBJECTS
    for kind in dict.fromkeys(kinds):
        found = list(islice(_changed(books, kind, since), left))
        left -= len(found)
        if found:
            groups.append({kind.key: found, "startPosition": 1, "maxResults": len(found)})
    empty: Obj = {}
    return {"QueryResponse": groups or [empty]}


@rule(
    "JournalCode, TaxAgency, TimeActivity, TaxCode and TaxRate are not in the feed",
    Certainty.OFFICIAL,
    "official page on change data capture",
    guess="that asking for them is 500, and for an unknown name 4001",
)
def _tracked(name: str) -> EntityKind:
    kind = BY_SEGMENT.get(name.lower())
    if kind is None:
        raise invalid(f"invalid context declaration: {name}")
    if not kind.is_tracked:
        raise RefusedError(faults.unsupported(f"change data capture of {kind.name}"))
    return kind


@rule(
    "the feed looks back 30 days; an earlier instant is taken as 30 days ago",
    Certainty.GUESS,
    "official page for the number; in 2020 an instant of 2011 was taken, and nobody says what happens today. A setting",
)
def _since(books: Books, changed_since: str) -> datetime:
    if not changed_since:
        raise RefusedError(faults.required("changedSince"))
    try:
        # A plus that was not encoded arrives as a space.
        since = datetime.fromisoformat(changed_since.strip().replace(" ", "+"))
    except ValueError:
        raise RefusedError(faults.bad_date("changedSince", changed_since)) from None
    if since.tzinfo is None:
        since = since.replace(tzinfo=books.settings.offset)
    look_back = books.settings.cdc_look_back
    return since if look_back is None else max(since, books.now() - look_back)


@rule(
    "what changed at the very instant is in the feed; a name out of use is a whole object with Active false",
    Certainty.GUESS,
    "nobody says; the second is a setting",
)
def _changed(books: Books, kind: EntityKind, since: datetime) -> Iterator[Obj]:
    table = books.tables[kind.name]
    order = table.in_order("by update", updated_at)
    # Stamps have whole seconds: what changed within the second counts.
    low = (1, Decimal(int(since.timestamp())), "")
    start, end = order.bounds(low, None, with_low=True, with_high=True)
    gone = list[Obj]()
    for object_id in order.slice(start, end):
        (obj,) = table.find_all([object_id])
        if books.settings.tells_inactive_as_deleted and obj.get("Active") is False:
            gone.append(_deleted(object_id, str(_updated(obj))))
        else:
            yield shown(books, kind, obj)
    yield from gone
    cut, tombstones = since.replace(microsecond=0), books.tombstones[kind.name]
    first = bisect_left(tombstones, cut, key=lambda each: datetime.fromisoformat(each.deleted_at))
    yield from (_deleted(each.object_id, each.deleted_at) for each in islice(tombstones, first, None))


def _updated(obj: Obj) -> Json:
    stamps = obj.get("MetaData")
    return stamps.get("LastUpdatedTime") if isinstance(stamps, dict) else None


def _deleted(object_id: str, at: str) -> Obj:
    return {"domain": "QBO", "status": "Deleted", "Id": object_id, "MetaData": {"LastUpdatedTime": at}}
