"""The orders in which queries answer when they do not say how."""

from collections.abc import Callable, Sequence
from datetime import datetime

from linksync.testing.quickbooks.rules import Certainty, rule
from linksync.testing.quickbooks.table import id_order
from linksync.testing.quickbooks.values import Obj, group, text


@rule(
    "lists come sorted by name without regard to case: customers by FullyQualifiedName",
    Certainty.RECORDED,
    "recorded exchanges all__customers and all__vendors_by_5; for items, accounts and terms a guess",
)
def by_name(name: str) -> Callable[[Sequence[Obj]], list[Obj]]:
    """Return a sort by the property *name*."""

    def ordered(objects: Sequence[Obj]) -> list[Obj]:
        return sorted(objects, key=lambda obj: (text(obj, name).casefold(), id_order(text(obj, "Id"))))

    return ordered


@rule(
    "transactions come with the last updated first",
    Certainty.LIKELY,
    "recorded sales receipts fit; a live run saw the newest ids first",
)
def by_last_update(objects: Sequence[Obj]) -> list[Obj]:
    """Sort the last updated objects first, of those the highest ids."""
    return sorted(objects, key=lambda obj: (_updated_at(obj), id_order(text(obj, "Id"))), reverse=True)


def _updated_at(obj: Obj) -> datetime:
    return datetime.fromisoformat(text(group(obj, "MetaData"), "LastUpdatedTime"))
