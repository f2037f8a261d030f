"""Runs and results kept in a SQL database."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, cast

from linksync.clock import Clock
from linksync.errors import StorageError
from linksync.exactjson import Json, JsonObject, dumps, loads
from linksync.history import Outcome, SyncResult, SyncRun
from linksync.records import CompanyId, RecordKey, Side
from linksync.storage.instants import from_text, to_text
from linksync.storage.sql.connection import Part, Session, Sessions, repeated, repeated_if_undone
from linksync.storage.sql.dialect import ConstraintError, Row
from linksync.storage.sql.encryption import Encryption
from linksync.storage.sql.rows import key_of, keys_json, side_name

_BATCH = 1000
"""How many results are forgotten in one transaction."""


class SqlHistoryLog(Part):
    """A `HistoryLog` in a SQL database."""

    def __init__(self, sessions: Sessions, clock: Clock, encryption: Encryption) -> None:
        super().__init__(sessions)
        self._clock = clock
        self._encryption = encryption

    @repeated_if_undone
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
        self._add_results(list(results))

    @repeated_if_undone
    def _add_results(self, added: Sequence[SyncResult]) -> None:
        now = to_text(self._clock.now())
        with self._sessions.write() as session:
            numbers = {
                run_id: self._run_row(session, run_id).number for run_id in {it.run_id for it in added}
            }
            rows = [self._columns(it, numbers[it.run_id]) for it in added]
            session.change("history.add_results", rows=dumps(rows), now=now)
            counts = Counter((numbers[it.run_id], it.outcome.value) for it in added)
            session.change("history.add_counts", rows=dumps([[*key, count] for key, count in counts.items()]))

    @repeated
    def finish_run(self, run_id: str, *, note: str = "") -> SyncRun:
        """Note that a run ends now, and return it."""
        with self._sessions.write() as session:
            session.change("history.finish_run", id=run_id, note=note, now=to_text(self._clock.now()))
            return _with_counts(session, [self._run_row(session, run_id)])[0]

    @repeated
    def get_run(self, run_id: str) -> SyncRun:
        """Return a run; raises `KeyError`."""
        with self._sessions.read() as session:
            return _with_counts(session, [self._run_row(session, run_id)])[0]

    @repeated
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
        return [self._result(row) for row in rows]

    def find_last_results(
        self, company: CompanyId, records: Collection[RecordKey]
    ) -> Mapping[RecordKey, SyncResult]:
        """Return each record's newest result; records without one are left out."""
        with self._sessions.use() as session:
            rows = session.run("history.last_results", company=company, records=keys_json(records))
        return {result.record: result for result in map(self._result, rows)}

    def purge(self, before: datetime, *, limit: int = 1000) -> int:
        """Forget up to *limit* runs that started before *before*, with their results; return how many runs.

        A run may have any number of results: they go first, in transactions of their own, unless there is one already.
        """
        bounds = {"before": to_text(before), "limit": max(limit, 0)}
        while self._purge("history.purge_results", {**bounds, "batch": _BATCH}) == _BATCH:
            pass
        return self._purge("history.purge", bounds)

    @repeated
    def _purge(self, name: str, bounds: Mapping[str, object]) -> int:
        with self._sessions.write() as session:
            return session.change(name, **bounds)

    def _run_row(self, session: Session, run_id: str) -> "_RunRow":
        rows = session.run("history.get_run", id=run_id)
        if not rows:
            raise KeyError(f"no run {run_id}")
        return _RunRow._make(rows[0])

    def _result(self, row: Row) -> SyncResult:
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
            details=cast(
                "JsonObject", loads(self._encryption.open_text(found.details, "linksync_result.details"))
            ),
            request_id=found.request_id,
            id=found.id,
            at=from_text(found.at),
        )

    def _columns(self, result: SyncResult, run: int) -> Sequence[Json]:
        return [
            run,
            result.company,
            result.record.entity,
            side_name(result.record.side),
            result.record.id,
            result.label,
            result.remote_type,
            result.remote_id,
            result.written_to.value if result.written_to else None,
            result.outcome.value,
            result.reason,
            result.code,
            result.remedy,
            self._encryption.seal_json(result.details),
            result.request_id,
        ]


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
