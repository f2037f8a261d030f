"""JSON in which a number stays the number it is.

The standard library reads `1234567890123456.78` as a float and cannot write a `Decimal`. Money passes
through here instead: a number with a point is a `Decimal` on the way in, a `Decimal` leaves digit by digit.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from json.encoder import encode_basestring
from typing import Any, TypeAlias

Json: TypeAlias = "None | bool | int | str | Decimal | Sequence[Json] | Mapping[str, Json]"
"""What JSON can say. A float is not among it: it is not the number that was meant."""

JsonObject: TypeAlias = Mapping[str, Json]


def _fast_reader() -> Callable[[str | bytes], Json] | None:
    try:
        from msgspec.json import Decoder  # noqa: PLC0415 -- it may not be there
    except ImportError:
        return None
    return Decoder[Json](float_hook=Decimal).decode


def _fast_writer() -> Callable[[Json], bytes] | None:
    try:
        from msgspec.json import Encoder  # noqa: PLC0415 -- it may not be there
    except ImportError:
        return None
    return Encoder().encode


FAST = _fast_reader()
"""Reads JSON by msgspec; None where the extra `fast` is not installed."""

FAST_WRITER = _fast_writer()
"""Writes JSON by msgspec; None likewise."""


def dumps(value: Json) -> str:
    """Return *value* as compact JSON text that can be encoded, characters beyond ASCII as they are.

    With the extra `fast` installed msgspec writes what has no decimals in it, to the same text.

    Raises:
        TypeError: A value, or something within it, is not JSON; a float is not, write `Decimal(str(x))`.
        ValueError: A decimal that is not a number (`Decimal("NaN")`, infinities).
    """
    if _is_plain(value):
        if FAST_WRITER is not None:
            try:
                return FAST_WRITER(value).decode()
            except (ValueError, RecursionError):
                pass  # half of a surrogate pair, which is for the standard library
        text = _plain.encode(value)
    else:
        parts = list[str]()
        _write(value, parts)
        text = "".join(parts)
    return text if text.isascii() else _HALF.sub(_escape, text)


_plain = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"))
"""The standard library's, several times as fast as what is below. It writes floats and names that are no text, so it
gets none."""

_LEAVES: frozenset[object] = frozenset({str, int, bool, type(None)})


def _is_plain(value: Any) -> bool:
    """Whether others write *value* as it should be: no decimal in it, and nothing that is not JSON."""
    kind = type(value)  # pyright: ignore[reportUnknownVariableType] - whatever it is
    if kind is dict:
        for name, member in value.items():
            if type(name) is not str or (type(member) not in _LEAVES and not _is_plain(member)):
                return False
        return True
    if kind is list or kind is tuple:
        for member in value:  # noqa: SIM110 - all() takes twice as long, and all that is stored comes through here
            if type(member) not in _LEAVES and not _is_plain(member):
                return False
        return True
    return kind in _LEAVES


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

    With the extra `fast` installed msgspec reads it, to the same result.

    Raises:
        ValueError: The text is not JSON, or names a constant that JSON does not have (`NaN`), or a number whose
            exponent no `Decimal` holds.
    """
    if FAST is not None:
        try:
            return FAST(text)
        except (ValueError, ArithmeticError, RecursionError):
            # Half of a surrogate pair, UTF-16, a byte order mark: the standard library reads them. What it does not
            # read either, it says why.
            pass
    return load_plainly(text)


def load_plainly(text: str | bytes) -> Json:
    """Return what *text* says, as `loads` does, by the standard library alone."""
    if isinstance(text, bytes):
        text = text.decode(json.detect_encoding(text), "surrogatepass")
    try:
        result: Json = _decoder.decode(text)
    except InvalidOperation as error:
        raise ValueError("a number has an exponent that no decimal holds") from error
    return result


def _refuse_constant(name: str) -> Json:
    raise ValueError(f"{name} is not JSON")


_decoder = json.JSONDecoder(parse_float=Decimal, parse_constant=_refuse_constant)
"""Made once: `json.loads` makes one each time that it is told how to read numbers."""
