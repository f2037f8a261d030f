"""Runs and results kept in a SQL database."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, cast

from linksync.clock import Clock
from linksync.errors import StorageError
from linksync.exactjson import JsonObject, dumps, loads
from linksync.history import Outcome, SyncResult, SyncRun
from linksync.records import CompanyId, RecordKey, Side
from linksync.storage.instants import from_text, to_text
from linksync.storage.sql.connection import Session, Sessions
from linksync.storage.sql.dialect import ConstraintError, Row
from linksync.storage.sql.rows import key_of, keys_json


class SqlHistoryLog:
    """A `HistoryLog` in a SQL database."""

    def __init__(self, sessions: Sessions, clock: Clock) -> None:
        self._sessions = sessions
        self._clock = clock

    def start_run(self, run_id: str, company: CompanyId) -> SyncRun:
        """Note that a run begins now, and return it."""
        now = self._clock.now()
        with self._sessions.write() as session:
            try:
                session.change("history.start_run", id=run_id, company=company, now=to_text(now))
            except ConstraintError as error:
                raise StorageError(
                    f"run {run_id} was started already; give each run an id of its own"
                ) from error
        return SyncRun(id=run_id, company=company, started_at=now)

    def add_results(self, results: Iterable[SyncResult]) -> None:
        """Keep *results*, in order, and add them to the counts of their runs."""
        added = list(results)
        now = to_text(self._clock.now())
        with self._sessions.write() as session:
            numbers = {
                run_id: self._run_row(session, run_id).number for run_id in {it.run_id for it in added}
            }
            session.change_each(
                "history.add_result", [_parameters(it, numbers[it.run_id], now) for it in added]
            )
            counts = Counter((numbers[it.run_id], it.outcome.value) for it in added)
            session.change_each(
                "history.add_count",
                [
                    {"run": run, "outcome": outcome, "count": count}
                    for (run, outcome), count in counts.items()
                ],
            )

    def finish_run(self, run_id: str, *, note: str = "") -> SyncRun:
        """Note that a run ends now, and return it."""
        with self._sessions.write() as session:
            session.change("history.finish_run", id=run_id, note=note, now=to_text(self._clock.now()))
            return _with_counts(session, [self._run_row(session, run_id)])[0]

    def get_run(self, run_id: str) -> SyncRun:
        """Return a run; raises `KeyError`."""
        with self._sessions.read() as session:
            return _with_counts(session, [self._run_row(session, run_id)])[0]

    def list_runs(
        self, company: CompanyId, *, before: SyncRun | None = None, limit: int = 25
    ) -> Sequence[SyncRun]:
        """Return a page of runs, newest first; *before* is the last of the page before."""
        with self._sessions.read() as session:
            rows = session.run(
                "history.list_runs",
                company=company,
                before=before.id if before else None,
                limit=max(limit, 0),
            )
            return _with_counts(session, [_RunRow._make(row) for row in rows])

    def list_results(
        self,
        run_id: str,
        *,
        outcomes: Collection[Outcome] | None = None,
        after: SyncResult | None = None,
        limit: int = 100,
    ) -> Sequence[SyncResult]:
        """Return a page of a run's results in the order in which they were added."""
        wanted = Outcome if outcomes is None else outcomes
        with self._sessions.use() as session:
            rows = session.run(
                "history.list_results",
                run_id=run_id,
                outcomes=dumps([outcome.value for outcome in wanted]),
                after=after.id if after else 0,
                limit=max(limit, 0),
            )
        return [_result(row) for row in rows]

    def find_last_results(
        self, company: CompanyId, records: Collection[RecordKey]
    ) -> Mapping[RecordKey, SyncResult]:
        """Return each record's newest result; records without one are left out."""
        with self._sessions.use() as session:
            rows = session.run("history.last_results", company=company, records=keys_json(records))
        return {result.record: result for result in map(_result, rows)}

    def purge(self, before: datetime, *, limit: int = 1000) -> int:
        """Forget up to *limit* runs that started before *before*, with their results; return how many runs."""
        with self._sessions.write() as session:
            return session.change("history.purge", before=to_text(before), limit=max(limit, 0))

    def _run_row(self, session: Session, run_id: str) -> "_RunRow":
        rows = session.run("history.get_run", id=run_id)
        if not rows:
            raise KeyError(f"no run {run_id}")
        return _RunRow._make(rows[0])


class _RunRow(NamedTuple):
    number: int
    id: str
    company: CompanyId
    started_at: str
    finished_at: str | None
    note: str


class _ResultRow(NamedTuple):
    id: int
    run_id: str
    company: CompanyId
    entity: str
    side: str
    record_id: str
    label: str
    remote_type: str
    remote_id: str | None
    written_to: str | None
    outcome: str
    reason: str
    code: str
    remedy: str
    details: str
    request_id: str
    at: str


def _with_counts(session: Session, rows: Sequence[_RunRow]) -> list[SyncRun]:
    counts: dict[int, dict[Outcome, int]] = {row.number: {} for row in rows}
    for run, outcome, count in session.run("history.run_counts", numbers=dumps(list(counts))):
        counts[run][Outcome(outcome)] = count
    return [
        SyncRun(
            id=row.id,
            company=row.company,
            started_at=from_text(row.started_at),
            finished_at=from_text(row.finished_at),
            counts=counts[row.number],
            note=row.note,
        )
        for row in rows
    ]


def _result(row: Row) -> SyncResult:
    found = _ResultRow._make(row)
    return SyncResult(
        run_id=found.run_id,
        company=found.company,
        record=key_of(found.entity, found.side, found.record_id),
        label=found.label,
        remote_type=found.remote_type,
        remote_id=found.remote_id,
        written_to=Side(found.written_to) if found.written_to else None,
        outcome=Outcome(found.outcome),
        reason=found.reason,
        code=found.code,
        remedy=found.remedy,
        details=cast("JsonObject", loads(found.details)),
        request_id=found.request_id,
        id=found.id,
        at=from_text(found.at),
    )


def _parameters(result: SyncResult, run: int, now: str) -> Mapping[str, object]:
    return {
        "run": run,
        "company": result.company,
        "entity": result.record.entity,
        "side": result.record.side.value,
        "record_id": result.record.id,
        "label": result.label,
        "remote_type": result.remote_type,
        "remote_id": result.remote_id,
        "written_to": result.written_to.value if result.written_to else None,
        "outcome": result.outcome.value,
        "reason": result.reason,
        "code": result.code,
        "remedy": result.remedy,
        "details": dumps(result.details),
        "request_id": result.request_id,
        "now": now,
    }
