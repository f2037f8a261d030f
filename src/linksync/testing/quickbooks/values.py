"""Reads values out of JSON objects whose shape has been checked, and writes amounts as QuickBooks does."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import TypeAlias

from linksync.exactjson import Json

Obj: TypeAlias = dict[str, Json]
"""A JSON object that may be changed."""

CENT = Decimal("0.01")
# Wide enough for the product of the two longest numbers that are taken.
_WIDE = Context(prec=200, rounding=ROUND_HALF_UP)
ZERO = Decimal(0)


def group(obj: Mapping[str, Json], name: str) -> Mapping[str, Json]:
    """Return the object within *obj* by that name; an empty one when there is none."""
    value = obj.get(name)
    return value if isinstance(value, Mapping) else {}


def array(obj: Mapping[str, Json], name: str) -> list[Mapping[str, Json]]:
    """Return the objects of the array within *obj* by that name; none when there is no such array."""
    value = obj.get(name)
    if not isinstance(value, Sequence) or isinstance(value, str):
        return []
    return [member for member in value if isinstance(member, Mapping)]


def text(obj: Mapping[str, Json], name: str) -> str:
    """Return the text by that name; an empty one when there is none."""
    value = obj.get(name)
    return value if isinstance(value, str) else ""


def id_in(obj: Mapping[str, Json], name: str) -> str:
    """Return the id by that name, whether it was sent as text or as number; an empty one when there is none."""
    value = obj.get(name)
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else text(obj, name)


def number(obj: Mapping[str, Json], name: str) -> Decimal | None:
    """Return the number by that name; None when there is none."""
    value = obj.get(name)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    return Decimal(value)


def amount(obj: Mapping[str, Json], name: str) -> Decimal:
    """Return the number by that name; zero when there is none."""
    return number(obj, name) or ZERO


def reference(obj: Mapping[str, Json], name: str) -> str:
    """Return the id that the reference by that name holds; an empty text when there is none."""
    return text(group(obj, name), "value")


def to_cents(value: Decimal) -> Decimal:
    """Return *value* rounded half up to cents."""
    return value.quantize(CENT, context=_WIDE)


def product(one: Decimal, other: Decimal) -> Decimal:
    """Return *one* times *other*, exactly."""
    return _WIDE.multiply(one, other)


def as_amount(value: Decimal) -> Decimal:
    """Return *value* as QuickBooks writes amounts: exact, with one decimal place at least (`100.0`, `337.5`)."""
    digits = format(value, "f")
    whole, _, places = digits.partition(".")
    return Decimal(f"{whole}.{places.rstrip('0') or '0'}")
