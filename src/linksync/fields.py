"""A record's fields in the forms of both sides, and what they were when both were last in step."""

from collections.abc import Mapping
from typing import NamedTuple

from attrs import field, frozen

from linksync.exactjson import Json


# A named tuple, since a translation makes one of every field: nothing else that is immutable is made as fast.
class FieldValue(NamedTuple):
    """One field's value as it stands on both sides, each in that side's own form.

    A form is what a value looks like in JSON: two values are the same if their forms are. None is blank.
    Both forms are kept because translating there and back need not arrive where it began: a name that the
    remote trims differs from the local one for ever, and yet neither has changed.

    Attributes:
        local: The local form.
        remote: The remote form.
    """

    local: Json
    remote: Json


@frozen(kw_only=True)
class Base:
    """What both sides were when they were last in step, field by field.

    Attributes:
        fields: Per field, its form on either side. A field that is missing here was never in step: it is new
            to the mapping, or the sides have differed since they were linked.
        version: The remote version that these were seen at.
        raw: The parts of the remote record that a write replaces whole, as they came, by JSON name: arrays of lines
            and objects such as an address. What the mapping does not name in them survives the next write.
    """

    fields: Mapping[str, FieldValue] = field(factory=dict[str, FieldValue])
    version: str | None = None
    raw: Mapping[str, Json] = field(factory=dict[str, Json])
