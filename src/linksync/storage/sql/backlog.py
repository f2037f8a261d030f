"""How far behind the workers are that share a SQL database."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from linksync.clock import Clock
from linksync.jobs import (
    INBOX_CAP,
    Backlog,
    Band,
    CompanyBacklog,
    Gate,
    GateState,
    JobState,
    LongTransaction,
)
from linksync.records import CompanyId
from linksync.storage.instants import from_text, to_text
from linksync.storage.sql.connection import Part, Session, Sessions, repeated
from linksync.storage.sql.dialect import Row

_LONG_SECONDS = 60
"""From which age on a transaction is told of: linksync's own last some milliseconds."""
_MANY = 100_000
"""How many transactions one may hold back before it is told of, whatever its age."""


class SqlBacklog(Part):
    """Reads what the queue's tables tell of its workers, by one statement for each kind of figure.

    Args:
        sessions: The connections.
        clock: The storage's clock.
    """

    def __init__(self, sessions: Sessions, clock: Clock) -> None:
        super().__init__(sessions)
        self._clock = clock

    @repeated
    def read(self, limit: int) -> Backlog:
        """Return how things stand now, with up to *limit* companies. The inbox stays as it is."""
        at = self._clock.now()
        now = to_text(at)
        with self._sessions.read() as session:
            rows = session.run("backlog.companies", now=now, limit=max(limit, 0) + 1)
            companies = [_CompanyRow._make(row) for row in rows][: max(limit, 0)]
            names = json.dumps([it.company for it in companies])
            finished = session.run("backlog.finished", companies=names)
            due = _due_since(
                session.run("backlog.due", companies=names), session.run("backlog.overdue", now=now)
            )
            next_due = session.run("backlog.next_due", now=now)
            inbox = _InboxRow._make(session.run("backlog.inbox", cap=INBOX_CAP)[0])
            transactions = _transactions(session)
        counts = {it.company: it.live_counts() for it in companies}
        for company, state, count in finished:
            counts[company][JobState(state)] = count
        return Backlog(
            at=at,
            companies=tuple(_company(it, counts[it.company], due.get(it.company, {})) for it in companies),
            has_more=len(rows) > len(companies),
            next_due_at=datetime.fromisoformat(next_due[0][0]) if next_due else None,
            inbox=inbox.length,
            inbox_since=from_text(inbox.since),
            transactions=transactions,
        )


class _InboxRow(NamedTuple):
    length: int
    since: str | None


class _CompanyRow(NamedTuple):
    company: CompanyId
    state: str
    until: str | None
    reason: str
    worker: str | None
    token: int
    lease_until: str | None
    ready: int
    delayed: int
    running: int
    waiting: int
    suspects: int
    open_intents: int
    intents_since: str | None

    def live_counts(self) -> Counter[JobState]:
        counts = Counter[JobState]()
        counts[JobState.QUEUED] = self.ready + self.delayed
        counts[JobState.RUNNING] = self.running
        counts[JobState.WAITING] = self.waiting
        return counts


def _company(
    row: _CompanyRow, counts: Counter[JobState], due_since: Mapping[Band, datetime]
) -> CompanyBacklog:
    gate = Gate(
        company=row.company,
        state=GateState(row.state),
        until=from_text(row.until),
        reason=row.reason,
        worker=row.worker,
        token=row.token,
        lease_until=from_text(row.lease_until),
    )
    return CompanyBacklog(
        gate=gate,
        counts=dict(+counts),
        due_since=due_since,
        suspects=row.suspects,
        open_intents=row.open_intents,
        intents_since=from_text(row.intents_since),
    )


def _due_since(*found: Iterable[Row]) -> Mapping[CompanyId, Mapping[Band, datetime]]:
    """Return the earliest instant for each company and band of rows of company, band and instant."""
    earliest = dict[CompanyId, dict[Band, datetime]]()
    for rows in found:
        for company, number, text in rows:
            band, due_at = Band(number), datetime.fromisoformat(text)
            of_company = earliest.setdefault(company, {})
            of_company[band] = min(due_at, of_company.get(band, due_at))
    return earliest


class _TransactionRow(NamedTuple):
    kind: str
    name: str
    program: str
    seconds: float | None
    is_idle: bool
    held_back: int


def _transactions(session: Session) -> Sequence[LongTransaction]:
    rows = session.run("backlog.transactions", seconds=_LONG_SECONDS, held_back=_MANY)
    return tuple(_transaction(_TransactionRow._make(row)) for row in rows)


def _transaction(row: _TransactionRow) -> LongTransaction:
    holder, remedy = _holder(row)
    return LongTransaction(
        holder=f"{holder} ({row.program})" if row.program else holder,
        age=None if row.seconds is None else timedelta(seconds=row.seconds),
        is_idle=row.is_idle,
        holds_back=row.held_back,
        remedy=remedy,
    )


def _holder(row: _TransactionRow) -> tuple[str, str]:
    """Return what holds the transaction, and how it is ended."""
    quoted = "'{}'".format(row.name.replace("'", "''"))
    match row.kind:
        case "session":
            end = f"SELECT pg_terminate_backend({row.name}) ends it"
            mend = "let its program commit before it waits for anything; " if row.is_idle else ""
            return f"session {row.name}", f"{mend}{end}"
        case "standby":
            remedy = "end the long query on the standby, or set hot_standby_feedback = off there"
            return f"standby {row.name}", remedy
        case "prepared":
            remedy = f"whoever prepared it decides: COMMIT PREPARED {quoted} or ROLLBACK PREPARED {quoted}"
            return f"prepared transaction {quoted}", remedy
        case _:
            remedy = f"bring its reader back, or drop it: SELECT pg_drop_replication_slot({quoted})"
            return f"replication slot {quoted}", remedy
