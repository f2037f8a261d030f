"""The orders in which queries answer: what they say, or what they get when they do not."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from attrs import frozen

from linksync.testing.quickbooks.index import SortKey, SortKeys, Turned, id_order
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
    key: Callable[[Obj], SortKeys]
    is_down: bool = False

    def sorted(self, objects: Iterable[Obj]) -> list[Obj]:
        """Return *objects* in this order."""
        return sorted(
            objects, key=lambda obj: (self.key(obj), id_order(text(obj, "Id"))), reverse=self.is_down
        )

    def turned(self) -> "Order":
        """Return the same order, reached by sorting the other way round."""
        return Order(
            name=f"{self.name} turned", key=lambda obj: (Turned(self.key(obj)),), is_down=not self.is_down
        )


def one_after_another(orders: Sequence[Order]) -> Order:
    """Return the order by the first of *orders*, where that leaves a tie by the next, and in the end by id."""
    *others, last = orders
    if not others:
        return last
    alike = [order if order.is_down == last.is_down else order.turned() for order in orders]
    return Order(
        name=", ".join(order.name for order in alike),
        key=lambda obj: tuple(order.key(obj) for order in alike),
        is_down=last.is_down,
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
