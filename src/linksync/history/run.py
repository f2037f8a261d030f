"""One pass over one company's due jobs."""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum

from attrs import field, frozen

from linksync.history.result import Outcome
from linksync.records import CompanyId, check_aware, check_aware_if_any


class Flag(Enum):
    """How a run went, at a glance."""

    BLUE = "blue"
    """Nothing wrong."""
    ORANGE = "orange"
    """Still running, an error seen."""
    RED = "red"
    """Finished, and something needs attention."""


@frozen(kw_only=True)
class SyncRun:
    """One pass over one company's due jobs.

    Attributes:
        id: Its id.
        company: The company.
        started_at: When it began (timezone-aware).
        finished_at: When it ended (timezone-aware); None while it runs, or if its worker died.
        counts: How many records had each outcome; outcomes without any are left out.
        note: Why it ended before the work did, such as a pause that the remote asked for; empty otherwise.
    """

    id: str
    company: CompanyId
    started_at: datetime = field(validator=check_aware)
    finished_at: datetime | None = field(default=None, validator=check_aware_if_any)
    counts: Mapping[Outcome, int] = field(factory=dict[Outcome, int])
    note: str = ""

    @property
    def flag(self) -> Flag:
        """How it went, at a glance."""
        if not any(outcome.needs_attention for outcome, count in self.counts.items() if count):
            return Flag.BLUE
        return Flag.RED if self.finished_at else Flag.ORANGE

    @property
    def total(self) -> int:
        """How many results it has."""
        return sum(self.counts.values())
