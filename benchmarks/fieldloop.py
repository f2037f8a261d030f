"""The per-field loop that most mappers are at heart: a table, and for each row a getter and a check."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import partial
from operator import attrgetter
from typing import Any

from benchmarks.records import CustomerMapping
from linksync.fields import FieldValue
from linksync.mapping.remote import FieldKind

BLANK = FieldValue(None, None)


def _text(limit: int | None, forbidden: str, value: object) -> object:
    if not isinstance(value, str) or (limit is not None and len(value) > limit):
        raise ValueError(value)
    if any(character in value for character in forbidden):
        raise ValueError(value)
    value.encode()
    return value


def _plain(kind: type, value: object) -> object:
    if not isinstance(value, kind):
        raise TypeError(value)
    return value


def _day(value: object) -> str:
    return (value if isinstance(value, date) else date.fromisoformat(str(value))).isoformat()


def _check(field: Any) -> Callable[[object], object]:
    match field.kind:
        case FieldKind.TEXT:
            return partial(_text, field.max_length, field.forbidden)
        case FieldKind.DECIMAL:
            return partial(_plain, Decimal)
        case FieldKind.BOOLEAN:
            return partial(_plain, bool)
        case _:
            return _day


TABLE = [
    (leaf.name, leaf.holder, attrgetter(leaf.attribute or ""), leaf.path, _check(leaf.field))
    for leaf in CustomerMapping.__declaration__.leaves
]


def customer_out(record: object) -> Mapping[str, FieldValue]:
    """Return the fields of a customer, in both forms."""
    found = dict[str, FieldValue]()
    for name, holder, get, _, check in TABLE:
        value = record
        for step in holder:
            value = getattr(value, step)
        value = None if value is None else get(value)
        if value is None or value == "":
            found[name] = BLANK
        else:
            form: Any = check(value)
            found[name] = FieldValue(form, form)
    return found


def customer_in(json: Mapping[str, Any]) -> Mapping[str, FieldValue]:
    """Return the fields of a customer as the remote has it, in both forms."""
    found = dict[str, FieldValue]()
    for name, _, _, path, check in TABLE:
        value: Any = json
        for step in path:
            value = None if value is None else value.get(step)
        if value is None or value == "":
            found[name] = BLANK
        else:
            form: Any = check(value)
            found[name] = FieldValue(form, form)
    return found
