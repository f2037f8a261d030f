"""Answers query statements from a company's books."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import islice

from attrs import frozen

from linksync.testing.quickbooks.books import Books
from linksync.testing.quickbooks.comparing import (
    Test,
    literals,
    order_key,
    sort_key,
    test_of,
    value_keys,
)
from linksync.testing.quickbooks.entities import BY_SEGMENT
from linksync.testing.quickbooks.entity import EntityKind, Queryable
from linksync.testing.quickbooks.index import OrderIndex, SortKey
from linksync.testing.quickbooks.orders import Order, one_after_another
from linksync.testing.quickbooks.rules import Certainty, rule, state
from linksync.testing.quickbooks.showing import shown
from linksync.testing.quickbooks.sight import Sight, is_sight, sight_of
from linksync.testing.quickbooks.statement import Condition, Statement, invalid, read_statement
from linksync.testing.quickbooks.table import Table
from linksync.testing.quickbooks.values import Obj, text

state(
    "an answer has startPosition and, as maxResults, the number of objects; an empty page is an empty object",
    Certainty.RECORDED,
    "recorded exchange all__alt_select",
    kept_by=__name__,
)


def answer_query(books: Books, statement: str) -> Obj:
    """Return the content of `QueryResponse` for *statement*.

    Raises:
        RefusedError: The statement cannot be read or answered.
    """
    asked = read_statement(statement)
    kind = _entity(asked)
    search = _searched(books, kind, asked)
    if asked.is_count:
        return {"totalCount": search.count()}
    page = search.page(asked.start - 1, _most(kind, asked))
    if not page:
        return {}
    return {
        kind.key: [shown(books, kind, obj) for obj in page],
        "startPosition": asked.start,
        "maxResults": len(page),
    }


@rule(
    "an unknown entity is 4001 'invalid context declaration'",
    Certainty.RECORDED,
    "recorded exchange error__400",
)
def _entity(asked: Statement) -> EntityKind:
    kind = BY_SEGMENT.get(asked.entity.lower())
    if kind is None or not kind.is_queryable:
        raise invalid(f"invalid context declaration: {asked.entity}")
    return kind


@rule(
    "MAXRESULTS makes no difference to a query of tax codes",
    Certainty.CLIENT,
    "a public client's tests against the sample company",
)
def _most(kind: EntityKind, asked: Statement) -> int:
    return asked.most if kind.is_paged else 10**9


@frozen(kw_only=True)
class _Search:
    """What is looked for, in which order.

    Attributes:
        books: The company's.
        table: Where.
        sight: What is seen of it.
        conditions: Each further condition with the property that it names.
        tests: What an object must meet besides.
        order: How they are sorted.
    """

    books: Books
    table: Table
    sight: Sight
    conditions: Sequence[tuple[Queryable, Condition]]
    tests: Sequence[Test]
    order: Order

    def count(self) -> int:
        # Any order will do: that of a condition, if it is the only property that is asked for.
        order = _order_of(self.books, self.conditions[0][0]) if self.conditions else self.order
        span = self._span(order)
        return span[1] - span[0] if span is not None else len(self._all_found())

    def page(self, start: int, most: int) -> Sequence[Obj]:
        span = self._span(self.order)
        if span is not None:
            # Positions count from the top when the order is downwards.
            low, high = span
            if self.order.is_down:
                low, high = len(self._ordered()) - high, len(self._ordered()) - low
            first = min(low + start, high)
            chosen = self._ordered().slice(first, min(first + most, high), is_down=self.order.is_down)
            return self.table.find_all(chosen)
        if start == 0 and len(self._candidates()) > 4 * most:
            # Most of the table, and the next page may never be asked for: cheaper to walk in order than to find all.
            everything = self._ordered().slice(0, len(self._ordered()), is_down=self.order.is_down)
            walked = (obj for each in everything if self._matches(obj := self.table.find_all([each])[0]))
            return list(islice(walked, most))
        return self.table.find_all(self._all_found()[start : start + most])

    def _all_found(self) -> Sequence[str]:
        """Return the ids of all that is looked for, in order."""

        def find() -> Sequence[str]:
            found = filter(self._matches, self.table.find_all(self._candidates()))
            return [text(obj, "Id") for obj in self.order.sorted(found)]

        asked = tuple(condition for _, condition in self.conditions)
        question = (asked, self.sight, self.order.name, self.order.is_down, self.books.settings.offset)
        return self.table.found(question, find)

    def _matches(self, obj: Obj) -> bool:
        return self.sight.admits(obj) and all(test(obj) for test in self.tests)

    def _ordered(self, order: Order | None = None) -> OrderIndex:
        return self.sight.in_order(self.table, order or self.order)

    def _span(self, order: Order) -> tuple[int, int] | None:
        """Return between which positions of *order* everything that is looked for stands; None if it is scattered."""
        low, high = 0, len(self._ordered(order))
        for found, condition in self.conditions:
            if _order_of(self.books, found).name != order.name or not _is_span(found, condition):
                return None
            start, end = self._bounds(self._ordered(order), found, condition)
            low, high = max(low, start), min(high, end)
        return low, max(low, high)

    def _candidates(self) -> Sequence[str]:
        """Return the ids of some objects among which are all that are looked for; few, if an index helps."""
        best: Sequence[str] | None = None
        for found, condition in self.conditions:
            ids = self._by_index(found, condition)
            if ids is not None and (best is None or len(ids) < len(best)):
                best = ids
        return self._ordered().slice(0, len(self._ordered())) if best is None else best

    def _by_index(self, found: Queryable, condition: Condition) -> Sequence[str] | None:
        if _is_span(found, condition):
            index = self._ordered(_order_of(self.books, found))
            return index.slice(*self._bounds(index, found, condition))
        match condition.operator:
            case "=" | "IN" if condition.values != (" ",):
                values = dict.fromkeys(literals(self.books, found, condition))
                key = value_keys(self.books, found)
                name = ".".join(found.path)
                hits = [self.table.having(name, key, value) for value in values]
                return list(dict.fromkeys(each for ids in hits for each in ids))
            case "LIKE" if not (found.is_repeated or str(condition.values[0]).startswith("%")):
                index = self._ordered(_order_of(self.books, found))
                start = str(condition.values[0]).partition("%")[0].casefold()
                low, high = sort_key(start), sort_key(start + "\U0010ffff")
                return index.slice(*index.bounds(low, high, with_low=True, with_high=True))
            case _:
                return None

    def _bounds(self, index: OrderIndex, found: Queryable, condition: Condition) -> tuple[int, int]:
        value = sort_key(literals(self.books, found, condition)[0])
        is_closed = condition.operator.endswith("=")
        low: SortKey = _LOWEST if condition.operator[0] == "<" else value
        high = None if condition.operator[0] == ">" else value
        return index.bounds(low, high, with_low=is_closed, with_high=is_closed)


def _is_span(found: Queryable, condition: Condition) -> bool:
    """Return whether what meets *condition* stands together in the order of its property."""
    is_comparison = condition.operator in {"=", "<", "<=", ">", ">="} and condition.values != (" ",)
    return is_comparison and not found.is_repeated and found.path != ("Id",)


# Below everything that has a value; what has none, no comparison finds.
_LOWEST = (1, Decimal("-Infinity"), "")


def _order_of(books: Books, found: Queryable, *, is_down: bool = False) -> Order:
    return Order(name=".".join(found.path), key=order_key(books, found), is_down=is_down)


def _searched(books: Books, kind: EntityKind, asked: Statement) -> _Search:
    named = [(_filterable(kind, condition), condition) for condition in asked.conditions]
    further = [(found, condition) for found, condition in named if not is_sight(found, condition)]
    orders = [_order_of(books, _sortable(kind, name), is_down=is_down) for name, is_down in asked.order]
    return _Search(
        books=books,
        table=books.tables[kind.name],
        sight=sight_of(books, named, is_list=kind.is_list),
        conditions=further,
        tests=[test_of(books, found, condition) for found, condition in further],
        order=one_after_another(_needed(orders) or [kind.default_order]),
    )


def _needed(orders: Sequence[Order]) -> Sequence[Order]:
    """Leave out what sorts nothing: what stands behind Id, and an Id that breaks ties as they are broken anyway."""
    by_id = next((number for number, order in enumerate(orders) if order.name == "Id"), len(orders))
    if 0 < by_id < len(orders) and orders[by_id].is_down == orders[by_id - 1].is_down:
        return orders[:by_id]
    return orders[: by_id + 1]


@rule(
    "only certain properties may stand in WHERE and ORDERBY: another one is 4001 'property ... is not queryable'",
    Certainty.OFFICIAL,
    "official entity pages; the wording is recorded",
)
def _filterable(kind: EntityKind, condition: Condition) -> Queryable:
    found = kind.queryable.get(condition.property.lower())
    if found is None or not found.is_filterable:
        raise invalid(f"property '{condition.property}' is not queryable")
    _check_operator(condition)
    return found


@rule("Id compares by = and IN only", Certainty.OFFICIAL, "official page on data queries")
def _check_operator(condition: Condition) -> None:
    if condition.property.lower() == "id" and condition.operator not in {"=", "IN"}:
        raise invalid(f"operator '{condition.operator}' is not supported for property 'Id'")


def _sortable(kind: EntityKind, name: str) -> Queryable:
    found = kind.queryable.get(name.lower())
    if found is None or not found.is_sortable:
        raise invalid(f"property '{name}' is not sortable")
    return found
