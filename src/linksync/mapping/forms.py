"""The forms of values: how a Python value stands in JSON, one way of writing per value, and back.

Two values are the same if their forms are. So a number is always a `Decimal`, a day its ISO text, an instant its ISO
text in UTC, an enum member its value, a reference the id as text; an empty text is blank, and blank is None.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import assert_never, cast
from uuid import UUID

from linksync.errors import FieldProblem
from linksync.exactjson import Json
from linksync.mapping.attributes import ABSENT
from linksync.mapping.remote import FieldKind, RemoteField
from linksync.records import CLEAR, WriteValue

_SHOWN = 80


class UnfitError(Exception):
    """A value cannot be translated; whoever knows where it stands makes a problem of it.

    Attributes:
        value: The value; what stands for it where there is none.
        message: What is wrong with it.
        remedy: What to do about it.
    """

    def __init__(self, value: object, message: str, remedy: str) -> None:
        super().__init__(value, message, remedy)
        self.value = value
        self.message = message
        self.remedy = remedy

    def at(self, local: str, remote: str) -> FieldProblem:
        """Return it as the problem of a field, named by its path on either side."""
        shown = repr(self.value)
        return FieldProblem(
            local=local,
            remote=remote,
            value=shown if len(shown) <= _SHOWN else f"{shown[: _SHOWN - 3]}...",
            type=type(self.value).__name__,
            message=self.message,
            remedy=self.remedy,
        )


class Missing(Enum):
    """Stands for a value in the report of a problem whose trouble is that there is none."""

    NOTHING = "nothing"

    def __repr__(self) -> str:
        return "nothing"


NOTHING = Missing.NOTHING


def encode(field: RemoteField[object], value: object) -> Json:
    """Return the form of a Python value for a remote field; the field's limits are not looked at.

    Raises:
        UnfitError: The value is of another type than the field, or has no exact form.
    """
    value = _unwrapped(value)
    if value is None or (isinstance(value, str) and not value):
        return None
    match field.kind:
        case FieldKind.TEXT:
            return _text(value)
        case FieldKind.INTEGER:
            return _integer(value)
        case FieldKind.DECIMAL:
            return _decimal(value)
        case FieldKind.BOOLEAN:
            return _boolean(value)
        case FieldKind.DATE:
            return _date(value)
        case FieldKind.INSTANT:
            return _instant(value)
        case FieldKind.REFERENCE:
            return encode_id(value)
        case _:
            assert_never(field.kind)


def _unwrapped(value: object) -> object:
    """Return what an enum member stands for, any other value as it is."""
    if value is ABSENT:
        raise UnfitError(value, "is no value", "return None for blank, or leave the attribute out")
    if value is CLEAR:
        return None
    return value.value if isinstance(value, Enum) else value


def encode_id(value: object) -> str | None:
    """Return an id as text; an empty one is None.

    Raises:
        UnfitError: The value is no id.
    """
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, str):
        return _text(value) or None
    if (isinstance(value, int) and not isinstance(value, bool)) or isinstance(value, UUID):
        return str(value)
    raise UnfitError(value, "must be an id, a text or a whole number", "map the attribute that holds the id")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise UnfitError(value, "must be a str", "give str(value), or a converter")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise UnfitError(
            value, "has a character that cannot be sent (half of a surrogate pair)", "remove it"
        ) from None
    return str(value)


def _integer(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise UnfitError(value, "must be an int", "give a whole number, or a converter")
    return value


def _boolean(value: object) -> bool:
    if not isinstance(value, bool):
        raise UnfitError(value, "must be a bool", "give True or False, or a converter")
    return value


def _decimal(value: object) -> Decimal:
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, float):
        raise UnfitError(
            value, "must be a Decimal, which a float is not exactly", f'give Decimal("{value!s}")'
        )
    if not isinstance(value, Decimal):
        raise UnfitError(value, "must be a Decimal", "give Decimal(str(value)), or a converter")
    if not value.is_finite():
        raise UnfitError(value, "is not a number", "give a finite Decimal, or None for blank")
    return value


def _date(value: object) -> str:
    if isinstance(value, datetime):
        raise UnfitError(value, "must be a date, not an instant", "give value.date() in the right time zone")
    if not isinstance(value, date):
        raise UnfitError(value, "must be a date", "give date.fromisoformat(value), or a converter")
    return value.isoformat()


def _instant(value: object) -> str:
    if not isinstance(value, datetime):
        raise UnfitError(value, "must be a datetime", "give a timezone-aware datetime, or a converter")
    if value.utcoffset() is None:
        raise UnfitError(value, "has no time zone", "give value.replace(tzinfo=...)")
    return value.astimezone(UTC).isoformat()


def read(field: RemoteField[object], json: Json) -> Json:
    """Return the form of what a remote field holds in JSON.

    Raises:
        UnfitError: It holds something else than the field's kind.
    """
    if json is None or (isinstance(json, str) and not json):
        return None
    try:
        match field.kind:
            case FieldKind.DATE:
                return date.fromisoformat(_text(json)).isoformat()
            case FieldKind.INSTANT:
                return _instant(datetime.fromisoformat(_text(json)))
            case FieldKind.INTEGER if isinstance(json, Decimal) and json == json.to_integral_value():
                return int(json)
            case _:
                return encode(field, json)
    except ValueError:
        raise UnfitError(
            json, f"is no {field.kind.value}", "look at the record on the remote, and at the mapping"
        ) from None


def decode(field: RemoteField[object], form: Json) -> str | int | Decimal | bool | date | None:
    """Return the Python value of a form of *field*; that of a form which is of another kind is the form itself."""
    match field.kind:
        case FieldKind.DATE if isinstance(form, str):
            return date.fromisoformat(form)
        case FieldKind.INSTANT if isinstance(form, str):
            return datetime.fromisoformat(form)
        case FieldKind.DECIMAL if isinstance(form, int) and not isinstance(form, bool):
            return Decimal(form)  # a form that was kept as JSON
        case _:
            if isinstance(form, Mapping) or (isinstance(form, Sequence) and not isinstance(form, str)):
                raise UnfitError(form, f"is no {field.kind.value}", "look at the mapping")
            return form


def check_limits(field: RemoteField[object], form: Json) -> None:
    """Make sure that a remote form keeps to what is known of the field.

    Raises:
        UnfitError: It is too long, has a character that is forbidden, or is not one of the choices.
    """
    if not isinstance(form, str):
        return
    if field.max_length is not None and len(form) > field.max_length:
        raise UnfitError(
            form,
            f"has {len(form)} characters, {field.label} holds {field.max_length}",
            f"shorten it by {len(form) - field.max_length}, or say with overflow=... how to trim it",
        )
    found = sorted({character for character in field.forbidden if character in form})
    if found:
        raise UnfitError(
            form,
            f"contains {', '.join(map(repr, found))}, which {field.label} must not",
            "remove or replace it, or give a converter that does",
        )
    if field.choices and form not in field.choices:
        raise UnfitError(
            form,
            f"is not among the values of {field.label}",
            f"give one of {', '.join(map(repr, field.choices))}",
        )


def plain_form(value: object, otherwise: Json) -> Json:
    """Return the form of a value of any local type; *otherwise* for a type that JSON has nothing like.

    Raises:
        UnfitError: A float, or a decimal that is not a number.
    """
    try:
        return _plain(value)
    except TypeError:
        return otherwise


def _plain(value: object) -> Json:
    if isinstance(value, Enum):
        value = value.value
    match value:
        case None | bool() | int():
            return value
        case str():
            return _text(value) or None
        case Decimal() | float():
            return _decimal(value)
        case datetime():
            # one without a time zone is a converter's, which says what it means
            return value.isoformat() if value.utcoffset() is None else _instant(value)
        case date():
            return value.isoformat()
        case UUID():
            return str(value)
        case list() | tuple():
            return [_plain(member) for member in cast("Iterable[object]", value)]
        case set() | frozenset():
            return sorted((_plain(member) for member in cast("Iterable[object]", value)), key=repr)
        case _:
            raise TypeError(f"{type(value).__name__} has no form")


def decode_plain(form: Json, local_type: object) -> WriteValue:
    """Return the value of a form that a converter's local value had: days and instants again as such.

    An enum member stays its value, a set a list: a store is handed nothing that JSON with days and instants could
    not say.
    """
    if isinstance(form, str) and isinstance(local_type, type):
        if issubclass(local_type, datetime):
            return datetime.fromisoformat(form)
        if issubclass(local_type, date):
            return date.fromisoformat(form)
    return form
