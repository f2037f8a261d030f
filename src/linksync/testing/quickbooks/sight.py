"""Which objects a query sees: those in use, those that are not, or both."""

from collections.abc import Sequence

from attrs import frozen

from linksync.testing.quickbooks.books import Books
from linksync.testing.quickbooks.comparing import literals
from linksync.testing.quickbooks.entity import Queryable
from linksync.testing.quickbooks.index import OrderIndex, SortKeys
from linksync.testing.quickbooks.orders import Order
from linksync.testing.quickbooks.rules import Certainty, rule
from linksync.testing.quickbooks.statement import Condition
from linksync.testing.quickbooks.table import Table
from linksync.testing.quickbooks.values import Obj

ACTIVE = ("Active",)


@frozen
class Sight:
    """What is seen of a table.

    Attributes:
        seen: The values of `Active` that are; None stands for an object without it.
    """

    seen: frozenset[object]

    def admits(self, obj: Obj) -> bool:
        """Return whether *obj* is seen."""
        return obj.get("Active") in self.seen

    def in_order(self, table: Table, order: Order) -> OrderIndex:
        """Return what is seen of *table*, as *order* sorts it."""
        if self == EVERYTHING:
            return table.in_order(order.name, order.key)

        def key(obj: Obj) -> SortKeys | None:
            return order.key(obj) if self.admits(obj) else None

        return table.in_order(f"{order.name}, Active {sorted(map(str, self.seen))}", key)


EVERYTHING = Sight(frozenset({True, False, None}))
IN_USE = Sight(frozenset({True, None}))


@rule(
    "objects out of use are left out, in counts too, unless the statement names Active",
    Certainty.RECORDED,
    "recorded exchange employees_including_active, official page on data queries",
    guess="that a condition on Active finds nothing that has none, such as the tax codes TAX and NON",
)
def sight_of(books: Books, conditions: Sequence[tuple[Queryable, Condition]], *, is_list: bool) -> Sight:
    """Return what *conditions* let be seen of a list, or of other objects, of which all are in use.

    Raises:
        RefusedError: A value is neither true nor false.
    """
    about_use = [(found, condition) for found, condition in conditions if found.path == ACTIVE]
    sight = IN_USE if is_list and not about_use else EVERYTHING
    for found, condition in about_use:
        if is_sight(found, condition):
            sight = Sight(sight.seen & set(literals(books, found, condition)))
    return sight


def is_sight(found: Queryable, condition: Condition) -> bool:
    """Return whether *condition* says no more than what is seen."""
    return found.path == ACTIVE and condition.operator in {"=", "IN"} and " " not in condition.values
