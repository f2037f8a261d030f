"""The plain values of each kind of remote field, as conditions in Python source.

Whatever is not plain, such as a subclass of `str`, is left to the functions of `linksync.mapping.forms`.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TypeAlias, assert_never

from linksync.mapping.compiled.source import Source
from linksync.mapping.remote import FieldKind, RemoteField

Cases: TypeAlias = Sequence[tuple[str, str]]
"""Conditions on a value, each with the expression of its form."""


def python_cases(
    source: Source, field: RemoteField[object], value: str, *, is_required: bool = False
) -> Cases:
    """Return the plain Python values that a field takes, its limits kept.

    Args:
        source: What the cases are written for.
        field: The remote field.
        value: The variable that holds the value.
        is_required: Whether nothing but spaces is no value.
    """
    spaces = f" and not {value}.isspace()" if is_required else ""
    if is_limited(field) and field.kind is not FieldKind.TEXT:
        return ()
    match field.kind:
        case FieldKind.TEXT:
            return [(_text(source, field, value) + spaces, value)]
        case FieldKind.REFERENCE:
            return [(_filled(value) + spaces, value), (f"type({value}) is int", f"str({value})")]
        case FieldKind.INTEGER:
            return [(f"type({value}) is int", value)]
        case FieldKind.DECIMAL:
            return _decimal(source, value)
        case FieldKind.BOOLEAN:
            return [(f"{value} is True or {value} is False", value)]
        case FieldKind.DATE:
            return [(f"type({value}) is {source.constant('date', date)}", f"{value}.isoformat()")]
        case FieldKind.INSTANT:
            return _instant(source, value)
        case _:
            assert_never(field.kind)


def json_cases(source: Source, field: RemoteField[object], value: str) -> Cases:
    """Return the plain JSON values that a field holds, its limits left aside.

    Args:
        source: What the cases are written for.
        field: The remote field.
        value: The variable that holds the value.
    """
    match field.kind:
        case FieldKind.TEXT | FieldKind.REFERENCE:
            return [(_filled(value), value)]
        case FieldKind.INTEGER | FieldKind.DECIMAL | FieldKind.BOOLEAN:
            return python_cases(source, field, value)
        case FieldKind.DATE:
            day = source.constant("date", date)
            return [(_filled(value), f"{day}.fromisoformat({value}).isoformat()")]
        case FieldKind.INSTANT:
            read = f"{source.constant('datetime', datetime)}.fromisoformat({value})"
            zone = source.constant("UTC", UTC)
            # an instant without a zone has no offset, and the comparison of None gives up
            return [
                (
                    f"{_filled(value)} and (instant := {read}).utcoffset() is not None",
                    f"instant.astimezone({zone}).isoformat()",
                )
            ]
        case _:
            assert_never(field.kind)


def setting_cases(
    source: Source, field: RemoteField[object], value: str, *, is_required: bool = False
) -> Cases:
    """Return the plain JSON values that a field takes from a setting or a value map, its limits kept.

    Args:
        source: What the cases are written for.
        field: The remote field.
        value: The variable that holds the value.
        is_required: Whether nothing but spaces is no value.
    """
    if field.kind in (FieldKind.TEXT, FieldKind.REFERENCE):
        # a whole number is no text here
        return python_cases(source, field, value, is_required=is_required)[:1]
    return () if is_limited(field) else json_cases(source, field, value)


def is_limited(field: RemoteField[object]) -> bool:
    """Whether the field's text has limits."""
    return field.max_length is not None or bool(field.forbidden or field.choices)


def with_blank(
    field: RemoteField[object], value: str, cases: list[tuple[str, str]], blank: str
) -> list[tuple[str, str]]:
    """Return *cases*, each with a statement, and those of a blank value: the likeliest first.

    Args:
        field: The remote field.
        value: The variable that holds the value.
        cases: The other cases.
        blank: The statement for a blank value.
    """
    none = (f"{value} is None", blank)
    found = [none, *cases] if field.optional else [*cases, none]
    if field.kind in (FieldKind.TEXT, FieldKind.REFERENCE):
        found.append((f"type({value}) is str and not {value}", blank))
    return found


def _filled(value: str) -> str:
    # half of a surrogate pair cannot be encoded, and what that raises gives up
    return f"type({value}) is str and {value} and ({value}.isascii() or {value}.encode())"


def _text(source: Source, field: RemoteField[object], value: str) -> str:
    if field.choices and not field.forbidden and field.max_length is None:
        return f"type({value}) is str and {value} and {value} in {source.constant('choices', frozenset(field.choices))}"
    parts = [f"type({value}) is str"]
    parts.append(value if field.max_length is None else f"0 < len({value}) <= {field.max_length}")
    parts.append(f"({value}.isascii() or {value}.encode())")
    parts.extend(f"{character!r} not in {value}" for character in dict.fromkeys(field.forbidden))
    if field.choices:
        parts.append(f"{value} in {source.constant('choices', frozenset(field.choices))}")
    return " and ".join(parts)


def _decimal(source: Source, value: str) -> Cases:
    decimal = source.constant("Decimal", Decimal)
    return [
        (f"type({value}) is {decimal} and {value}.is_finite()", value),
        (f"type({value}) is int", f"{decimal}({value})"),
    ]


def _instant(source: Source, value: str) -> Cases:
    instant, zone = source.constant("datetime", datetime), source.constant("UTC", UTC)
    return [
        (f"type({value}) is {instant} and {value}.tzinfo is {zone}", f"{value}.isoformat()"),
        (
            f"type({value}) is {instant} and {value}.utcoffset() is not None",
            f"{value}.astimezone({zone}).isoformat()",
        ),
    ]
