"""JSON in which a number stays the number it is.

The standard library reads `1234567890123456.78` as a float and cannot write a `Decimal`. Money passes
through here instead: a number with a point is a `Decimal` on the way in, a `Decimal` leaves digit by digit.
"""

import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from json.encoder import encode_basestring
from typing import TypeAlias

Json: TypeAlias = "None | bool | int | str | Decimal | Sequence[Json] | Mapping[str, Json]"
"""What JSON can say. A float is not among it: it is not the number that was meant."""

JsonObject: TypeAlias = Mapping[str, Json]


def dumps(value: Json) -> str:
    """Return *value* as compact JSON text that can be encoded, characters beyond ASCII as they are.

    Raises:
        TypeError: A value, or something within it, is not JSON; a float is not, write `Decimal(str(x))`.
        ValueError: A decimal that is not a number (`Decimal("NaN")`, infinities).
    """
    parts = list[str]()
    _write(value, parts)
    text = "".join(parts)
    return text if text.isascii() else _HALF.sub(_escape, text)


_HALF = re.compile("[\ud800-\udfff]")
"""Half of a surrogate pair: Python has such texts, no encoding does."""


def _escape(half: re.Match[str]) -> str:
    return f"\\u{ord(half.group()):04x}"


def _write(value: Json, parts: list[str]) -> None:
    if isinstance(value, str):  # most of what is written is text: it is asked for first
        parts.append(encode_basestring(value))
    elif isinstance(value, dict | Mapping):
        _write_object(value, parts)
    elif isinstance(value, list | tuple):
        _write_array(value, parts)
    else:
        parts.append(_word(value))


def _word(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError(f"{value} is not a number that JSON can hold")
        return format(value, "f")
    raise TypeError(f"{value!r} of type {type(value).__name__} is not JSON")


def _write_object(members: Mapping[str, Json], parts: list[str]) -> None:
    opening = "{"
    for name, member in members.items():
        parts.append(f"{opening}{_name(name)}:")
        _write(member, parts)
        opening = ","
    parts.append("}" if members else "{}")


def _name(name: object) -> str:
    if not isinstance(name, str):
        raise TypeError(f"{name!r} of type {type(name).__name__} is not a JSON member name")
    return encode_basestring(name)


def _write_array(members: Sequence[Json], parts: list[str]) -> None:
    opening = "["
    for member in members:
        parts.append(opening)
        _write(member, parts)
        opening = ","
    parts.append("]" if members else "[]")


def loads(text: str | bytes) -> Json:
    """Return what *text* says; numbers with a point or an exponent as `Decimal`.

    Raises:
        ValueError: The text is not JSON, or names a constant that JSON does not have (`NaN`).
    """
    result: Json = json.loads(text, parse_float=Decimal, parse_constant=_refuse_constant)
    return result


def _refuse_constant(name: str) -> Json:
    raise ValueError(f"{name} is not JSON")
