"""What the demo prints: progress, tables, counts."""

import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TextIO

from attrs import define

from linksync import Outcome, Progress, Side, SyncResult, SyncRun

_COLUMNS = ("entity", "local id", "remote id", "direction", "status", "details")
_WIDEST = 78


@define
class Teller:
    """Prints for people, or nothing.

    Attributes:
        out: Where to; None for nowhere.
        rows: How many rows without trouble a table shows per entity and status.
    """

    out: TextIO | None = sys.stdout
    rows: int = 3

    def say(self, text: str = "") -> None:
        """Print a line."""
        if self.out is not None:
            print(text, file=self.out, flush=True)

    def heading(self, text: str) -> None:
        """Print a heading."""
        self.say(f"\n== {text}")

    def progress(self, progress: Progress) -> None:
        """Print how far a run has come."""
        last = progress.results[-1]
        self.say(
            f"   {progress.done:5} done, {progress.remaining:5} left   {last.record.entity:9} {_short(last.label, 40)}"
        )

    def run(self, run: SyncRun, results: Sequence[SyncResult]) -> None:
        """Print a run's table, its flag and its counts."""
        self.table(results)
        counts = ", ".join(f"{count} {outcome.value}" for outcome, count in run.counts.items()) or "nothing"
        note = f" ({run.note})" if run.note else ""
        self.say(f"   flag: {run.flag.value}   counts: {counts}{note}")

    def table(self, results: Sequence[SyncResult]) -> None:
        """Print results: all that call for attention, and the first few of the others."""
        shown, hidden = self._choose(results)
        if not shown:
            return
        rows = [_COLUMNS, *map(_row, shown)]
        widths = [max(_width(row[column]) for row in rows) for column in range(len(_COLUMNS) - 1)]
        for row in rows:
            cells = [cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=False)]
            self.say("   " + "  ".join([*cells, row[-1]]).rstrip())
        for (entity, outcome), count in hidden.items():
            self.say(f"   ... and {count} more: {entity} {outcome}")

    def calls(self, counts: Mapping[str, Any]) -> None:
        """Print how often QuickBooks was called so far, and how many of the calls were metered reads."""
        kinds = ", ".join(f"{count} {kind}" for kind, count in counts["calls"].items())
        self.say(f"   HTTP calls so far: {counts['total']} ({kinds}), metered reads: {counts['metered']}")

    def _choose(
        self, results: Iterable[SyncResult]
    ) -> tuple[Sequence[SyncResult], Mapping[tuple[str, str], int]]:
        seen = dict[tuple[str, str], int]()
        shown = list[SyncResult]()
        for result in results:
            group = (result.record.entity, result.outcome.value)
            seen[group] = seen.get(group, 0) + 1
            if result.outcome.needs_attention or not self.rows or seen[group] <= self.rows:
                shown.append(result)
        hidden = {
            group: count - self.rows
            for group, count in seen.items()
            if self.rows and count > self.rows and not Outcome(group[1]).needs_attention
        }
        return shown, hidden


def _row(result: SyncResult) -> Sequence[str]:
    details = result.reason
    if result.remedy and result.remedy not in details:
        details = f"{details}; {result.remedy}"
    return (
        result.record.entity,
        result.record.id,
        result.remote_id or "-",
        "push" if result.written_to is Side.REMOTE else "-",
        result.outcome.value,
        _short(details or result.label, _WIDEST * 3),
    )


def _short(text: str, length: int) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= length else plain[: length - 3] + "..."


def _width(text: str) -> int:
    """Return how many columns *text* takes on a terminal: wide characters take two, combining ones none."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )
