"""Answers query statements from a company's books."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TypeAlias

from linksync.exactjson import Json
from linksync.mapping.remote import FieldKind
from linksync.testing.quickbooks.books import Books
from linksync.testing.quickbooks.entities import BY_SEGMENT
from linksync.testing.quickbooks.entity import EntityKind, Queryable
from linksync.testing.quickbooks.rules import Certainty, rule, state
from linksync.testing.quickbooks.statement import Condition, Statement, Value, invalid, read_statement
from linksync.testing.quickbooks.table import id_order
from linksync.testing.quickbooks.values import Obj

Comparable: TypeAlias = str | bool | Decimal | date | datetime
Test: TypeAlias = Callable[[Obj], bool]

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
    matching = _matching(books, kind, asked)
    if asked.is_count:
        return {"totalCount": len(matching)}
    page = matching[asked.start - 1 : asked.start - 1 + asked.most]
    if not page:
        return {}
    return {kind.name: page, "startPosition": asked.start, "maxResults": len(page)}


@rule(
    "an unknown entity is 4001 'invalid context declaration'",
    Certainty.RECORDED,
    "recorded exchange error__400",
)
def _entity(asked: Statement) -> EntityKind:
    kind = BY_SEGMENT.get(asked.entity.lower())
    if kind is None:
        raise invalid(f"invalid context declaration: {asked.entity}")
    return kind


@rule(
    "objects out of use are left out, in counts too, unless the statement names Active",
    Certainty.RECORDED,
    "recorded exchange employees_including_active, official page on data queries",
)
def _matching(books: Books, kind: EntityKind, asked: Statement) -> Sequence[Obj]:
    tests = [_test(books, kind, condition) for condition in asked.conditions]
    if kind.is_list and not any(condition.property.lower() == "active" for condition in asked.conditions):
        tests.insert(0, _is_in_use)
    keys = [(_sortable(kind, name), is_down) for name, is_down in asked.order]
    if not asked.conditions and not keys:
        # Page after page of a whole list: sorted once, until something changes.
        everything = books.tables[kind.name].in_order("default", kind.default_order)
        return [obj for obj in everything if all(test(obj) for test in tests)]
    found = [obj for obj in _candidates(books, kind, asked) if all(test(obj) for test in tests)]
    if not keys:
        return kind.default_order(found)
    # Sorting is stable: the first key goes last.
    for key, is_down in reversed(keys):
        found.sort(key=_sort_key(books, key), reverse=is_down)
    return found


def _is_in_use(obj: Obj) -> bool:
    return obj.get("Active") is not False


def _candidates(books: Books, kind: EntityKind, asked: Statement) -> Sequence[Obj]:
    table = books.tables[kind.name]
    for condition in asked.conditions:
        if condition.property.lower() == "id" and condition.operator in {"=", "IN"}:
            ids = dict.fromkeys(str(value) for value in condition.values)
            return [obj for each in ids if (obj := table.find(each)) is not None]
    since = _start_of_creation(books, asked)
    return list(table) if since is None else table.created_since(since)


def _start_of_creation(books: Books, asked: Statement) -> datetime | None:
    for condition in asked.conditions:
        if condition.property.lower() == "metadata.createtime" and condition.operator in {">", ">=", "="}:
            return _instant(books, condition.values[0])
    return None


@rule(
    "only certain properties may stand in WHERE and ORDERBY: another one is 4001 'property ... is not queryable'",
    Certainty.OFFICIAL,
    "official entity pages; the wording is recorded",
)
def _filterable(kind: EntityKind, name: str) -> Queryable:
    found = kind.queryable.get(name.lower())
    if found is None or not found.is_filterable:
        raise invalid(f"property '{name}' is not queryable")
    return found


def _sortable(kind: EntityKind, name: str) -> Queryable:
    found = kind.queryable.get(name.lower())
    if found is None or not found.is_sortable:
        raise invalid(f"property '{name}' is not sortable")
    return found


@rule(
    "Id compares by = and IN only",
    Certainty.OFFICIAL,
    "official page on data queries",
)
def _test(books: Books, kind: EntityKind, condition: Condition) -> Test:
    found = _filterable(kind, condition.property)
    if condition.property.lower() == "id" and condition.operator not in {"=", "IN"}:
        raise invalid(f"operator '{condition.operator}' is not supported for property 'Id'")
    if condition.operator == "LIKE":
        return _like(found, condition)
    wanted = [_literal(books, found, condition, value) for value in condition.values]
    return _compare(books, found, condition.operator, wanted)


def _compare(
    books: Books, found: Queryable, operator: str, wanted: Sequence[Comparable]
) -> Callable[[Obj], bool]:
    first = wanted[0]

    def test(obj: Obj) -> bool:
        value = _value(books, found, obj)
        if value is None:
            return operator == "!="
        match operator:
            case "=" | "IN":
                return value in wanted
            case "!=":
                return value != first
            case _:
                order = _order(value, first)
                return {"<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[operator]

    return test


def _order(one: Comparable, other: Comparable) -> int:
    if isinstance(one, Decimal) and isinstance(other, Decimal):
        return (one > other) - (one < other)
    if isinstance(one, datetime) and isinstance(other, datetime):
        return (one > other) - (one < other)
    mine, theirs = str(one), str(other)
    return (mine > theirs) - (mine < theirs)


@rule("LIKE knows % only, and no case", Certainty.OFFICIAL, "official page on data queries")
def _like(found: Queryable, condition: Condition) -> Test:
    parts = str(condition.values[0]).split("%")
    pattern = re.compile(".*".join(map(re.escape, parts)), re.IGNORECASE | re.DOTALL)

    def test(obj: Obj) -> bool:
        value = _at(obj, found.path)
        return isinstance(value, str) and pattern.fullmatch(value) is not None

    return test


@rule(
    "texts compare without regard to case, numbers as numbers, instants with their offset",
    Certainty.OFFICIAL,
    "official page on data queries; an instant without offset is the company's: a guess",
)
def _literal(books: Books, found: Queryable, condition: Condition, value: Value) -> Comparable:
    try:
        return _as(books, found.kind, value)
    except (ValueError, InvalidOperation):
        raise invalid(f"value '{value}' does not fit property '{condition.property}'") from None


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


def _value(books: Books, found: Queryable, obj: Obj) -> Comparable | None:
    value = _at(obj, found.path)
    if isinstance(value, bool):
        return value
    if isinstance(value, int | Decimal):
        return Decimal(value)
    if isinstance(value, str):
        return _as(books, found.kind, value)
    return None


def _at(obj: Obj, path: tuple[str, ...]) -> Json:
    value: Json = obj
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _sort_key(books: Books, found: Queryable) -> Callable[[Obj], tuple[int, Decimal, str]]:
    def key(obj: Obj) -> tuple[int, Decimal, str]:
        if found.path == ("Id",):
            rank, number, rest = id_order(str(obj["Id"]))
            return (rank + 1, Decimal(number), rest)
        value = _value(books, found, obj)
        if value is None:
            return (0, Decimal(0), "")
        if isinstance(value, datetime):
            return (1, Decimal(repr(value.timestamp())), "")
        if isinstance(value, Decimal):
            return (1, value, "")
        return (1, Decimal(0), str(value))

    return key
