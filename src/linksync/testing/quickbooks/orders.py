"""The orders in which queries answer when they do not say how."""

from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal

from attrs import frozen

from linksync.testing.quickbooks.index import SortKey, id_order
from linksync.testing.quickbooks.rules import Certainty, rule
from linksync.testing.quickbooks.values import Obj, group, text


@frozen(kw_only=True, eq=False)
class Order:
    """How objects are sorted.

    Attributes:
        name: What an index of it is called.
        key: What sorts an object; ties by id.
        is_down: Whether the last comes first.
    """

    name: str
    key: Callable[[Obj], SortKey]
    is_down: bool = False

    def sorted(self, objects: Iterable[Obj], *, by_id: bool = True) -> list[Obj]:
        """Return *objects* in this order; ties by id, or else as they were."""
        if not by_id:
            return sorted(objects, key=self.key, reverse=self.is_down)
        return sorted(
            objects, key=lambda obj: (self.key(obj), id_order(text(obj, "Id"))), reverse=self.is_down
        )


@rule(
    "lists come sorted by name without regard to case: customers by FullyQualifiedName",
    Certainty.RECORDED,
    "recorded exchanges all__customers and all__vendors_by_5",
    guess="that it is so for items, accounts and terms",
)
def by_name(name: str) -> Order:
    """Return the order by the property *name*."""
    return Order(name=f"by {name}", key=lambda obj: (1, Decimal(0), text(obj, name).casefold()))


def updated_at(obj: Obj) -> SortKey:
    """Return what sorts *obj* by its last update."""
    stamp = datetime.fromisoformat(text(group(obj, "MetaData"), "LastUpdatedTime"))
    return (1, Decimal(int(stamp.timestamp())), "")


@rule(
    "transactions come with the last updated first",
    Certainty.LIKELY,
    "recorded sales receipts fit; a live run saw the newest ids first",
)
def _last_updated_first() -> Order:
    return Order(name="by update", key=updated_at, is_down=True)


BY_LAST_UPDATE = _last_updated_first()
"""The last updated first, of those the highest ids."""
