"""Members of the host's enums as text."""

from collections.abc import Mapping
from enum import Enum
from typing import TypeVar

from linksync.mapping.sources import Converter

EnumT = TypeVar("EnumT", bound=Enum)


def enum_values(enum: type[EnumT]) -> Converter[EnumT, str]:
    """Return the converter between the members of *enum* and their values, which are texts.

    Raises:
        TypeError: A value is no text.
    """
    return enum_pairs({member: _text(member) for member in enum})


def enum_names(enum: type[EnumT]) -> Converter[EnumT, str]:
    """Return the converter between the members of *enum* and their names."""
    return enum_pairs({member: member.name for member in enum})


def enum_pairs(pairs: Mapping[EnumT, str]) -> Converter[EnumT, str]:
    """Return the converter between members of an enum and texts.

    A member or a text that is not among the pairs is refused with those that are.

    Args:
        pairs: Member to text, one to one.

    Raises:
        ValueError: Two members have one text, so that the way back would be a guess.
    """
    there = dict(pairs)
    back = {text: member for member, text in there.items()}
    if len(back) != len(there):
        raise ValueError(
            "two members have the same text, so that the way back would be a guess; make them differ"
        )

    def text(member: EnumT) -> str:
        if member not in there:
            raise LookupError(f"{member!r} has no text; those with one are {', '.join(map(str, there))}")
        return there[member]

    def member(text: str) -> EnumT:
        if text not in back:
            raise LookupError(f"no member has the text {text!r}; known are {', '.join(map(repr, back))}")
        return back[text]

    return Converter(text, member)


def _text(member: Enum) -> str:
    if not isinstance(member.value, str):
        raise TypeError(
            f"{member} has the value {member.value!r}, which is no text; use enum_names or enum_pairs"
        )
    return member.value
