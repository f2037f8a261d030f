"""How the values of objects compare with those that a query names."""

import re
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TypeAlias

from linksync.exactjson import Json
from linksync.mapping.remote import FieldKind
from linksync.testing.quickbooks.books import Books
from linksync.testing.quickbooks.entity import Queryable
from linksync.testing.quickbooks.index import SortKey, id_order
from linksync.testing.quickbooks.rules import Certainty, rule, state
from linksync.testing.quickbooks.statement import Condition, Value, invalid
from linksync.testing.quickbooks.values import Obj

Comparable: TypeAlias = str | bool | Decimal | datetime
Test: TypeAlias = Callable[[Obj], bool]

state(
    "a literal of one space stands for a value that is not there",
    Certainty.LIKELY,
    "official page on data queries; doubtful in practice",
    kept_by=__name__,
)


def test_of(books: Books, found: Queryable, condition: Condition) -> Test:
    """Return what tells whether an object meets *condition*.

    Raises:
        RefusedError: A value does not fit the property.
    """
    if condition.operator == "LIKE":
        return _like(found, condition)
    if condition.operator == "=" and condition.values == (" ",):
        return lambda obj: not any(True for _ in values_of(books, found, obj))
    wanted = literals(books, found, condition)
    holds = _HOLDS[condition.operator]

    def test(obj: Obj) -> bool:
        values = list(values_of(books, found, obj))
        if not values:
            return condition.operator == "!="
        return any(holds(value, wanted) for value in values)

    return test


def _compared(value: Comparable, wanted: Sequence[Comparable]) -> int:
    mine, theirs = sort_key(value), sort_key(wanted[0])
    return (mine > theirs) - (mine < theirs)


_HOLDS: Mapping[str, Callable[[Comparable, Sequence[Comparable]], bool]] = {
    "=": lambda value, wanted: value in wanted,
    "IN": lambda value, wanted: value in wanted,
    "!=": lambda value, wanted: value not in wanted,
    "<": lambda value, wanted: _compared(value, wanted) < 0,
    "<=": lambda value, wanted: _compared(value, wanted) <= 0,
    ">": lambda value, wanted: _compared(value, wanted) > 0,
    ">=": lambda value, wanted: _compared(value, wanted) >= 0,
}


@rule("LIKE knows % only, and no case", Certainty.OFFICIAL, "official page on data queries")
def _like(found: Queryable, condition: Condition) -> Test:
    parts = str(condition.values[0]).split("%")
    pattern = re.compile(".*".join(map(re.escape, parts)), re.IGNORECASE | re.DOTALL)

    def test(obj: Obj) -> bool:
        return any(isinstance(value, str) and pattern.fullmatch(value) for value in _at(obj, found.path))

    return test


@rule(
    "texts compare without regard to case, numbers as numbers, instants with their offset",
    Certainty.OFFICIAL,
    "official page on data queries",
    guess="an instant without offset is the company's",
)
def literals(books: Books, found: Queryable, condition: Condition) -> Sequence[Comparable]:
    """Return the values that *condition* names, as they compare.

    Raises:
        RefusedError: One does not fit the property.
    """
    compared = list[Comparable]()
    for value in condition.values:
        try:
            compared.append(_as(books, found.kind, value))
        except (ValueError, InvalidOperation):
            raise invalid(f"value '{value}' does not fit property '{condition.property}'") from None
    return compared


def values_of(books: Books, found: Queryable, obj: Obj) -> Iterator[Comparable]:
    """Yield the values of a property as they compare: none, one, or for an array several."""
    for value in _at(obj, found.path):
        if isinstance(value, bool):
            yield value
        elif isinstance(value, int | Decimal):
            yield Decimal(value)
        elif isinstance(value, str):
            yield _as(books, found.kind, value)


def value_keys(books: Books, found: Queryable) -> Callable[[Obj], Iterator[Hashable]]:
    """Return what an index by value of a property is made by."""
    return lambda obj: values_of(books, found, obj)


def order_key(books: Books, found: Queryable) -> Callable[[Obj], SortKey]:
    """Return what an index in the order of a property is made by."""

    def key(obj: Obj) -> SortKey:
        if found.path == ("Id",):
            rank, number, rest = id_order(str(obj["Id"]))
            return (rank + 1, Decimal(number), rest)
        value = next(values_of(books, found, obj), None)
        return (0, Decimal(0), "") if value is None else sort_key(value)

    return key


def sort_key(value: Comparable) -> SortKey:
    """Return what sorts a value."""
    if isinstance(value, bool):
        return (1, Decimal(int(value)), "")
    if isinstance(value, datetime):
        return (1, Decimal(repr(value.timestamp())), "")
    if isinstance(value, Decimal):
        return (1, value, "")
    return (1, Decimal(0), value)


def _as(books: Books, kind: FieldKind, value: Value) -> Comparable:
    match kind:
        case FieldKind.BOOLEAN:
            if str(value).lower() not in {"true", "false"}:
                raise ValueError(value)
            return str(value).lower() == "true"
        case FieldKind.DECIMAL | FieldKind.INTEGER:
            return Decimal(str(value))
        case FieldKind.INSTANT:
            return _instant(books, value)
        case FieldKind.DATE:
            return date.fromisoformat(str(value)[:10]).isoformat()
        case FieldKind.TEXT | FieldKind.REFERENCE:
            return str(value).casefold()


def _instant(books: Books, value: Value) -> datetime:
    try:
        parsed = datetime.fromisoformat(str(value))
    except ValueError:
        raise invalid(f"value '{value}' is not a date and time") from None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=books.settings.offset)


def _at(value: Json, path: tuple[str, ...]) -> Iterator[Json]:
    if isinstance(value, list):
        for each in value:
            yield from _at(each, path)
    elif not path:
        if value is not None:
            yield value
    elif isinstance(value, Mapping):
        yield from _at(value.get(path[0]), path[1:])
