"""How long ids may be, and which one was too long."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

LONGEST: Mapping[str, int] = {
    "company": 100,
    "entity": 100,
    "remote_type": 100,
    "record_id": 255,
    "local_id": 255,
    "remote_id": 255,
    "merged_into": 255,
    "ref": 255,
    "request_key": 255,
    "id": 255,
    "worker": 255,
    "holder": 255,
}
"""How many characters a column takes, by its name; where none is named here, no text of linksync's comes near the end."""

_SHOWN = 40
"""How many characters of what is too long a message shows."""
_DOCUMENTS = ("{", "[", "encrypted:")
"""How texts begin that are as long as they like."""
_COLUMN = re.compile(r"column '(\w+)'")


def find_too_long(told: str, parameters: Mapping[str, object]) -> str:
    """Return which column was too short for which value, and what to do about it.

    Args:
        told: What the database says about it.
        parameters: What was to be written, be it within JSON.
    """
    match = _COLUMN.search(told)
    column = match[1] if match else ""
    longest = LONGEST.get(column)
    if longest is None:
        return f"{told}; make it shorter"
    # The database names the column and not the value; where only one text is as long as that, it must be the one.
    found = {
        text
        for value in parameters.values()
        for text in _texts(value)
        if len(text) > longest and not text.startswith(_DOCUMENTS)
    }
    value = f" {found.pop()[:_SHOWN]!r}..." if len(found) == 1 else ""
    return f"{column}{value} is longer than the {longest} characters that it may have; use shorter ones"


def _texts(value: object) -> Iterator[str]:
    """Yield the texts within *value*: itself, or those within the JSON that it is."""
    if isinstance(value, str):
        if value[:1] in ("[", "{"):
            try:
                yield from _within(json.loads(value))
            except ValueError:
                yield value
        else:
            yield value


def _within(form: Any) -> Iterator[str]:
    if isinstance(form, str):
        yield form
    elif isinstance(form, list | dict):
        parts = cast("Iterable[Any]", form.values() if isinstance(form, dict) else form)
        for part in parts:
            yield from _within(part)
