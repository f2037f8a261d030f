"""Writing the values for a local record down as bytes, and reading them back as what they were.

JSON has neither days nor instants, and one kind of number. So these three are tagged, and an object of the host's own
whose only name is a tag is wrapped.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from linksync.exactjson import Json, dumps, loads
from linksync.records import CLEAR, WriteValue

_OBJECT = "$object"

_READERS: Mapping[str, Callable[[str], WriteValue]] = {
    "$decimal": Decimal,
    "$date": date.fromisoformat,
    "$instant": datetime.fromisoformat,
}


def write_down(values: Mapping[str, WriteValue]) -> str:
    """Return *values* as JSON text; `CLEAR` becomes None, which is how a local record says blank.

    Raises:
        TypeError: A value is none of None, bool, int, str, `Decimal`, `date`, `datetime`, and lists and dicts of
            these.
        ValueError: A decimal is not a number.
    """
    return dumps({name: _tagged(value) for name, value in values.items()})


def read_back(text: str) -> dict[str, WriteValue]:
    """Return the values that were written down as *text*.

    Raises:
        ValueError: The text was not made by `write_down`.
    """
    json = loads(text)
    if not isinstance(json, Mapping):
        raise ValueError(f"{text!r} holds no values")  # noqa: TRY004  the text is at fault, not a type
    return {name: _untagged(value) for name, value in json.items()}


def _tagged(value: WriteValue) -> Json:
    match value:
        case None | bool() | int() | str():
            return value
        case Decimal():
            if not value.is_finite():
                raise ValueError(f"{value} is not a number that can be stored")
            return {"$decimal": str(value)}
        case datetime():
            return {"$instant": value.isoformat()}
        case date():
            return {"$date": value.isoformat()}
        case Mapping():
            tagged = {name: _tagged(member) for name, member in value.items()}
            is_like_a_tag = len(tagged) == 1 and next(iter(tagged)).startswith("$")
            return {_OBJECT: tagged} if is_like_a_tag else tagged
        case _ if value is CLEAR:
            return None
        case Sequence():
            return [_tagged(member) for member in value]
        case _:
            raise TypeError(f"{value!r} of type {type(value).__name__} cannot be stored")


def _untagged(json: Json) -> WriteValue:
    if isinstance(json, Mapping):
        if len(json) == 1:
            [(tag, value)] = json.items()
            if tag in _READERS and isinstance(value, str):
                return _READERS[tag](value)
            if tag == _OBJECT and isinstance(value, Mapping):
                return {name: _untagged(member) for name, member in value.items()}
        return {name: _untagged(member) for name, member in json.items()}
    if isinstance(json, Sequence) and not isinstance(json, str):
        return [_untagged(member) for member in json]
    return json
