"""How far behind the workers are, company by company, and what may stand in their way."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from attrs import field, frozen

from linksync.exactjson import Json, JsonObject
from linksync.jobs.job import Band, JobState
from linksync.jobs.queue import Gate, GateState
from linksync.records import CompanyId, check_aware, check_aware_if_any

INBOX_CAP = 10_000
"""How many requests in the inbox are counted at most."""

_SHOWN_STATES = (
    JobState.QUEUED,
    JobState.RUNNING,
    JobState.WAITING,
    JobState.ERROR,
    JobState.NEEDS_ACTION,
)


@frozen(kw_only=True)
class CompanyBacklog:
    """What one company has before it, and who holds it.

    Attributes:
        gate: Whether its jobs may run, and who holds it until when. A lease in the past is that of a dead worker.
        counts: How many jobs are in each state, live and finished; states without any are left out.
        due_since: For each band that has due jobs, when the earliest of the first hundred in line became due
            (timezone-aware).
        suspects: How many due jobs have `SUSPICION` crashes or more; as long as there are any, one job is handed out at a
            time.
        open_intents: How many writes are under way, or have an answer that is yet to be found out or carried over.
        intents_since: When the first of them was stored (timezone-aware); None without any.
    """

    gate: Gate
    counts: Mapping[JobState, int] = field(factory=dict[JobState, int])
    due_since: Mapping[Band, datetime] = field(factory=dict[Band, datetime])
    suspects: int = 0
    open_intents: int = 0
    intents_since: datetime | None = field(default=None, validator=check_aware_if_any)

    @property
    def company(self) -> CompanyId:
        """The company."""
        return self.gate.company

    @property
    def oldest_due_at(self) -> datetime | None:
        """When the job that has been due for longest became so, whatever its band; None when none is due."""
        return min(self.due_since.values(), default=None)

    def is_held(self, at: datetime) -> bool:
        """Whether a worker's lease runs at that instant (timezone-aware)."""
        return self.gate.lease_until is not None and self.gate.lease_until > at


@frozen(kw_only=True)
class LongTransaction:
    """A transaction, of whatever program, that keeps the database from clearing up behind the queue.

    Attributes:
        holder: What holds it, such as `session 4711 (psql)`.
        age: How long it has lasted; None where the database does not tell, for want of rights.
        is_idle: Whether its program does nothing with it at present.
        holds_back: How many transactions have begun since: of what these have left behind nothing can be cleared up.
            0 where it holds nothing back yet.
        remedy: How it is ended.
    """

    holder: str
    age: timedelta | None
    is_idle: bool
    holds_back: int
    remedy: str

    def __str__(self) -> str:
        age = "for an unknown time" if self.age is None else f"for {_span(self.age)}"
        does = "idle within a transaction" if self.is_idle else "in a transaction"
        return f"{self.holder} is {does} {age} and holds back {self.holds_back} others; {self.remedy}"


@frozen(kw_only=True)
class Backlog:
    """How things stand at an instant. `str()` of it is a table for people, `as_json()` is for dashboards.

    Attributes:
        at: When that was (timezone-aware).
        companies: Those that have live jobs or open intents, are held, or whose gate is closed; least recently taken up
            first.
        has_more: Whether there are more of them than were asked for.
        next_due_at: When the next delayed job becomes due (timezone-aware); None when none is delayed.
        inbox: How many requests hosts have committed that no worker has taken in yet, counted up to `INBOX_CAP`.
        inbox_since: When the first of them was made (timezone-aware); None without any.
        transactions: The long ones, the worst first; always empty where the database is not hurt by them or does
            not tell.
    """

    at: datetime = field(validator=check_aware)
    companies: Sequence[CompanyBacklog] = ()
    has_more: bool = False
    next_due_at: datetime | None = field(default=None, validator=check_aware_if_any)
    inbox: int = 0
    inbox_since: datetime | None = field(default=None, validator=check_aware_if_any)
    transactions: Sequence[LongTransaction] = ()

    @property
    def oldest_due_at(self) -> datetime | None:
        """When the job that has been due for longest became so, of the listed companies whose gate is open; None without.

        What a closed gate keeps back waits for no worker.
        """
        return _first(it.oldest_due_at for it in self.companies if it.gate.state is GateState.OPEN)

    @property
    def intents_since(self) -> datetime | None:
        """When the first of all open intents was stored; None without any."""
        return _first(it.intents_since for it in self.companies)

    def __getitem__(self, company: str) -> CompanyBacklog:
        """Return what *company* has before it.

        Raises:
            KeyError: It is not listed: it has nothing to do, is not held, and its gate is open.
        """
        for found in self.companies:
            if found.company == company:
                return found
        raise KeyError(company)

    def as_json(self) -> JsonObject:
        """Return the same as JSON: instants as ISO 8601 text, spans as whole seconds until `at`."""
        return {
            "at": self.at.isoformat(),
            "oldest_due_seconds": self._seconds(self.oldest_due_at),
            "next_due_at": _text(self.next_due_at),
            "intents_seconds": self._seconds(self.intents_since),
            "inbox": self.inbox,
            "inbox_seconds": self._seconds(self.inbox_since),
            "companies": [self._company_json(it) for it in self.companies],
            "has_more": self.has_more,
            "transactions": [
                {
                    "holder": it.holder,
                    "seconds": None if it.age is None else it.age // timedelta(seconds=1),
                    "is_idle": it.is_idle,
                    "holds_back": it.holds_back,
                    "remedy": it.remedy,
                }
                for it in self.transactions
            ],
        }

    def __str__(self) -> str:
        counted = f"{self.inbox} or more" if self.inbox >= INBOX_CAP else f"{self.inbox}"
        lines = [
            f"due for              {self._ago(self.oldest_due_at)}",
            f"next delayed job in  {'-' if self.next_due_at is None else _span(self.next_due_at - self.at)}",
            f"open intents for     {self._ago(self.intents_since)}",
            f"inbox                {counted}, for {self._ago(self.inbox_since)}",
        ]
        if self.companies:
            lines += ["", *self._table()]
        if self.has_more:
            lines.append(f"... and more companies than these {len(self.companies)}")
        return "\n".join([*lines, *(f"in the way: {it}" for it in self.transactions)])

    def _table(self) -> Iterable[str]:
        states = [state.value.replace("_", " ") for state in _SHOWN_STATES]
        rows = [("company", *states, "due for", "intents", "")]
        rows += [
            (
                it.company,
                *(str(it.counts.get(state, 0)) for state in _SHOWN_STATES),
                self._ago(it.oldest_due_at),
                str(it.open_intents),
                "; ".join(self._remarks(it)),
            )
            for it in self.companies
        ]
        widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
        for company, *cells, remarks in rows:
            figures = (cell.rjust(width) for cell, width in zip(cells, widths[1:-1], strict=True))
            yield "  ".join((company.ljust(widths[0]), *figures, remarks)).rstrip()

    def _remarks(self, company: CompanyBacklog) -> Iterable[str]:
        gate = company.gate
        if gate.state is not GateState.OPEN:
            until = f" for {_span(gate.until - self.at)}" if gate.until else ""
            yield f"{gate.state.value}{until}{f' ({gate.reason})' if gate.reason else ''}"
        if gate.lease_until is not None:
            if company.is_held(self.at):
                yield f"held by {gate.worker} for {_span(gate.lease_until - self.at)} at most"
            elif company.counts.get(JobState.RUNNING):
                yield f"left by {gate.worker}, whose lease ran out {self._ago(gate.lease_until)} ago"
        if company.suspects:
            yield f"{company.suspects} suspect{'' if company.suspects == 1 else 's'}"

    def _company_json(self, company: CompanyBacklog) -> JsonObject:
        gate = company.gate
        due: dict[str, Json] = {
            band.name.lower(): self._seconds(since) for band, since in company.due_since.items()
        }
        return {
            "company": company.company,
            "state": gate.state.value,
            "until": _text(gate.until),
            "reason": gate.reason,
            "worker": gate.worker,
            "lease_until": _text(gate.lease_until),
            "is_held": company.is_held(self.at),
            "counts": {state.value: count for state, count in company.counts.items()},
            "due_seconds": due,
            "suspects": company.suspects,
            "open_intents": company.open_intents,
            "intents_seconds": self._seconds(company.intents_since),
        }

    def _seconds(self, since: datetime | None) -> int | None:
        return None if since is None else (self.at - since) // timedelta(seconds=1)

    def _ago(self, since: datetime | None) -> str:
        return "-" if since is None else _span(self.at - since)


@runtime_checkable
class BacklogReader(Protocol):
    """A storage that can tell how far behind its workers are.

    Implementations pass `linksync.testing.contracts.BacklogContract`.
    """

    def read_backlog(self, *, limit: int = 1000) -> Backlog:
        """Return how things stand now. Nothing is written, nobody is kept waiting.

        A job is due when its time has come and it is neither running nor waiting for a link, whether or not a worker has
        noticed. What it costs may grow with the live jobs, as far as an index counts them, and never with what is kept.

        Args:
            limit: How many companies to list at most.
        """
        ...


def _first(instants: Iterable[datetime | None]) -> datetime | None:
    return min((it for it in instants if it is not None), default=None)


def _text(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()


def _span(span: timedelta) -> str:
    """Return *span* for people: in the largest unit of which there are two."""
    seconds = max(span // timedelta(seconds=1), 0)
    for unit, length in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length} {unit}"
    return f"{seconds} s"
