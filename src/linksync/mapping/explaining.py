"""What a translation and a merge come to for one record, told field by field."""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import cast

from attrs import field, frozen

from linksync.errors import FieldProblem
from linksync.exactjson import Json
from linksync.fields import FieldValue
from linksync.mapping.attributes import ABSENT
from linksync.mapping.rules import FieldRules
from linksync.records import WriteValue

_SHOWN = 40


class Fate(Enum):
    """What becomes of a field."""

    WRITE = "write"
    """Its value is written to the remote."""
    PULL = "pull"
    """The remote's value is the one to keep; it is written to the local record, where the mapping says so."""
    NOTHING = "nothing"
    """Nothing is written."""
    ASK = "ask"
    """A person decides."""
    LOOK = "look"
    """The remote has to be read first."""
    WRONG = "wrong"
    """It cannot be translated, and so nothing of the record is written."""


@frozen(kw_only=True)
class FieldExplanation:
    """What becomes of one field, and why.

    Attributes:
        rules: How the field behaves: its names on both sides, its direction, its owner.
        fate: What becomes of it.
        reason: Why, in one sentence.
        value: The local value as the record has it; `ABSENT` where it has none or the mapping makes it up.
        ours: Its two forms as they go out; None where it does not go out.
        theirs: Its two forms as the remote has them; None where the remote was not read.
        base: Its two forms when both sides were last in step; None where they never were.
        problem: What is wrong with it.
    """

    rules: FieldRules
    fate: Fate
    reason: str
    value: object = ABSENT
    ours: FieldValue | None = None
    theirs: FieldValue | None = None
    base: FieldValue | None = None
    problem: FieldProblem | None = None

    @property
    def name(self) -> str:
        """The field's name."""
        return self.rules.name

    @property
    def wire(self) -> Json:
        """The value as it goes to the remote; None for blank, and where it does not go out."""
        return None if self.ours is None else self.ours.remote


@frozen(kw_only=True)
class Explanation:
    """What would be written for one record, and why.

    Attributes:
        record: What the record is called, such as `customer 42`.
        target: What it would be written to, such as `Customer 58`.
        fields: Its fields, in the order of the mapping.
        problems: Everything that is wrong with the record, what belongs to no single field included.
        values: What would be written, nested as the remote nests it; `CLEAR` where something becomes blank. Empty
            where nothing would be.
        body: The exact body that would be sent; None where nothing would be.
        decision: What a run would do about the record as a whole, in one sentence; empty where only the mapping was
            asked.
    """

    record: str
    target: str
    fields: Sequence[FieldExplanation]
    problems: Sequence[FieldProblem] = ()
    values: Mapping[str, WriteValue] = field(factory=dict[str, WriteValue], repr=False)
    body: bytes | None = field(default=None, repr=False)
    decision: str = ""

    def __getitem__(self, name: str) -> FieldExplanation:
        """Return the field *name*.

        Raises:
            KeyError: There is none of that name.
        """
        for found in self.fields:
            if found.name == name:
                return found
        raise KeyError(name)

    def __str__(self) -> str:
        rows = [("field", "remote field", "local", "wire", "owner", "what")]
        rows += [
            (
                it.name,
                it.rules.remote,
                _shown(it.value),
                _shown(it.wire) if it.ours else "",
                it.rules.owner.value,
                f"{it.fate.value}: {it.reason}",
            )
            for it in self.fields
        ]
        widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
        lines = [f"{self.record} -> {self.target}"]
        lines += [self.decision] if self.decision else []
        for *cells, last in rows:
            padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
            lines.append("  ".join((*padded, last)))
        lines += [f"wrong: {problem}" for problem in self.problems]
        if self.body is not None:
            lines.append(self.body.decode())
        return "\n".join(lines)


def _shown(value: object) -> str:
    if value is ABSENT:
        return ""
    if isinstance(value, list | tuple):
        count = len(cast("Sequence[object]", value))
        return f"{count} line{'' if count == 1 else 's'}"
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."
