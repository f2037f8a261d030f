"""Reads the body of a request by the shape of its entity, and finds what is wrong with it."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from linksync.exactjson import Json
from linksync.mapping.remote import FieldKind, RemoteField
from linksync.testing.quickbooks import faults
from linksync.testing.quickbooks.faults import Problem, RefusedError
from linksync.testing.quickbooks.rules import Certainty, rule, state
from linksync.testing.quickbooks.shapes import Array, Leaf, Member, Shape, Unmodelled
from linksync.testing.quickbooks.values import Obj

SCHEMA = "com.intuit.schema.finance.v3."

state(
    "read-only properties that are sent are ignored",
    Certainty.OFFICIAL,
    "official page on the REST API's features",
    kept_by=__name__,
)
state(
    "texts are kept as they were sent, outer spaces included",
    Certainty.GUESS,
    "nobody says that they are trimmed",
    kept_by=__name__,
)
state(
    "a number or boolean sent as text, and a text sent as number, is taken as what it is to be",
    Certainty.GUESS,
    "common behaviour of the JSON library that the recorded fault names",
    kept_by=__name__,
)


@rule(
    "an unknown property is refused with 2010, which names it and lists known ones",
    Certainty.RECORDED,
    "recorded exchange error__400_json",
)
def parse(shape: Shape, body: Mapping[str, Json]) -> Obj:
    """Return what *body* sets: values in their JSON types, nulls kept, read-only properties left out.

    Raises:
        RefusedError: A property is unknown, or its value has the wrong type.
    """
    parsed: Obj = {}
    for name, value in body.items():
        member = shape.members.get(name)
        if member is None:
            known = tuple(shape.members)
            raise RefusedError(faults.unknown_property(name, SCHEMA + shape.name, known))
        if not _is_ignored(shape, name, member):
            parsed[name] = None if value is None else _parsed(member, name, value)
    return parsed


def _is_ignored(shape: Shape, name: str, member: Member) -> bool:
    if isinstance(member, Unmodelled):
        return not member.keeps
    return isinstance(member, Leaf) and member.fact.read_only and name not in shape.always


def _parsed(member: Member, name: str, value: Json) -> Json:
    if isinstance(member, Unmodelled):
        return value
    if isinstance(member, Leaf):
        return _value(member.fact, value)
    if isinstance(member, Array):
        return _objects(member.of, name, value)
    if not isinstance(value, Mapping):
        raise RefusedError(faults.wrong_shape(name, repr(value)))
    return parse(member, value)


def _objects(shape: Shape, name: str, value: Json) -> list[Json]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise RefusedError(faults.wrong_shape(name, repr(value)))
    parsed = list[Json]()
    for each in value:
        if not isinstance(each, Mapping):
            raise RefusedError(faults.wrong_shape(name, repr(each)))
        parsed.append(parse(shape, each))
    return parsed


def _value(fact: RemoteField[object], value: Json) -> Json:
    if fact.kind is FieldKind.REFERENCE:
        return _reference(fact, value)
    if value == "" and fact.kind in _NO_TEXT:
        return None
    if isinstance(value, Mapping) or (isinstance(value, Sequence) and not isinstance(value, str)):
        raise RefusedError(faults.wrong_shape(fact.name, repr(value)))
    if fact.kind is FieldKind.BOOLEAN:
        return _boolean(fact, value)
    if fact.kind in {FieldKind.DECIMAL, FieldKind.INTEGER}:
        return _number(fact, value)
    return _text(value)


_NO_TEXT = frozenset({FieldKind.BOOLEAN, FieldKind.DECIMAL, FieldKind.INTEGER})
state(
    "an empty text for a number or a boolean makes it blank",
    Certainty.CLIENT,
    "a public client sends an empty ApplyTaxAfterDiscount, and its tests create credit memos in a sandbox so",
    kept_by=__name__,
)


def _text(value: Json) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _reference(fact: RemoteField[object], value: Json) -> Json:
    if not isinstance(value, Mapping):
        raise RefusedError(faults.wrong_shape(fact.name, repr(value)))
    for name in value:
        if name not in {"value", "name", "type"}:
            raise RefusedError(
                faults.unknown_property(name, SCHEMA + "ReferenceType", ("value", "name", "type"))
            )
    target = value.get("value")
    if isinstance(target, bool) or not isinstance(target, str | int | None):
        raise RefusedError(faults.wrong_shape(fact.name, repr(target)))
    return {"value": str(target)} if target not in {None, ""} else None


def _boolean(fact: RemoteField[object], value: Json) -> bool:
    named = {"true": True, "false": False}
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in named:
        return named[value.lower()]
    raise RefusedError(faults.wrong_shape(fact.name, repr(value)))


_LARGEST = Decimal(10) ** 18
_MOST_PLACES = 18


@rule(
    "a number of more than 18 digits before or behind the point is 2090",
    Certainty.GUESS,
    "there must be an end; the code is the official one for an invalid number",
)
def _number(fact: RemoteField[object], value: Json) -> Json:
    try:
        parsed = Decimal("NaN") if isinstance(value, bool) else Decimal(str(value))
    except InvalidOperation:
        parsed = Decimal("NaN")
    exponent = parsed.as_tuple().exponent
    if not isinstance(exponent, int) or abs(parsed) >= _LARGEST or exponent < -_MOST_PLACES:
        raise RefusedError(faults.bad_number(fact.name, str(value)))
    return value if isinstance(value, int) else parsed


def problems(shape: Shape, obj: Mapping[str, Json], path: str = "") -> list[Problem]:
    """Return what is wrong with the plain values of a parsed object, in the order of its properties."""
    found = list[Problem]()
    for name, value in obj.items():
        member = shape.members.get(name)
        at = f"{path}{name}"
        if isinstance(member, Leaf):
            found += _leaf_problems(member, at, value)
        elif isinstance(member, Shape) and isinstance(value, Mapping):
            found += problems(member, value, f"{at}.")
        elif isinstance(member, Array) and isinstance(value, Sequence) and not isinstance(value, str):
            for each in value:
                if isinstance(each, Mapping):
                    found += problems(member.of, each, f"{at}.")
    return found


_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def _leaf_problems(leaf: Leaf, name: str, value: Json) -> list[Problem]:
    if not isinstance(value, str) or value == "":
        return []
    fact = leaf.fact
    found = list[Problem]()
    if fact.max_length is not None and len(value) > fact.max_length:
        found.append(faults.bad_length(name, len(value), fact.max_length))
    if any(character in fact.forbidden for character in value):
        found.append(faults.bad_characters(name, value))
    if fact.choices and value not in fact.choices:
        found.append(faults.bad_choice(name, value))
    if fact.kind is FieldKind.DATE:
        found += _date_problems(name, value)
    if leaf.is_email and not all(_is_email(each) for each in value.split(",")):
        found.append(faults.bad_email(name, value))
    return found


@rule(
    "a date that is not written yyyy-MM-dd is 2060, one that no calendar has 2070",
    Certainty.OFFICIAL,
    "official error code page, which tells the two apart by a word each",
)
def _date_problems(name: str, value: str) -> list[Problem]:
    if not _DATE.fullmatch(value):
        return [faults.bad_date(name, value)]
    try:
        date.fromisoformat(value)
    except ValueError:
        return [faults.no_date(name, value)]
    return []


@rule(
    "an e-mail address needs an @ and a dot, else 2210; several are parted by commas",
    Certainty.OFFICIAL,
    "official customer page; that commas part several is common knowledge",
)
def _is_email(value: str) -> bool:
    name, at, domain = value.strip().rpartition("@")
    return bool(name and at and "." in domain)


def missing(shape: Shape, obj: Mapping[str, Json], path: str = "") -> list[Problem]:
    """Return a problem for each required property that a create lacks; those of lines depend on their kind."""
    return [
        faults.required(f"{path}{name}")
        for name, member in shape.members.items()
        if isinstance(member, Leaf) and member.fact.required and _is_missing(obj.get(name))
    ]


def _is_missing(value: Json) -> bool:
    return value is None or value in ("", {})
