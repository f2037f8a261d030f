"""The queue of link jobs, kept in a SQL database."""

from collections.abc import Collection, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from attrs import evolve

from linksync.clock import Clock
from linksync.errors import ConfigurationError
from linksync.exactjson import dumps
from linksync.jobs import Claim, Gate, GateState, JobOutcome, JobRequest, JobState, LinkJob, Reason
from linksync.records import CompanyId, RecordKey
from linksync.storage.instants import to_text
from linksync.storage.sql.connection import Session, Sessions
from linksync.storage.sql.dialect import Row
from linksync.storage.sql.gates import GateRow, SqlGates, gate_of
from linksync.storage.sql.inbox import Inbox, request_row
from linksync.storage.sql.rows import job_of, key_of, keys_json, reasons_of, reasons_text, states_text
from linksync.storage.sql.settling import settle


class SqlJobQueue:
    """A `JobQueue` in a SQL database.

    Args:
        sessions: The connections.
        clock: The clock of all instants.
        gates: Who holds which company.
        inbox: What hosts enqueue within their own transactions; it is folded in whenever the queue is looked at.
    """

    def __init__(self, sessions: Sessions, clock: Clock, gates: SqlGates, inbox: Inbox) -> None:
        self._sessions = sessions
        self._clock = clock
        self._gates = gates
        self._inbox = inbox

    def enqueue(self, requests: Iterable[JobRequest], *, connection: object = None) -> None:
        """Take note of *requests*; with *connection* as part of the host's transaction on it."""
        if connection is not None:
            self._inbox.put(connection, requests, self._now())
            return
        rows = [request_row(request, self._now()) for request in requests]
        with self._writing() as session:
            self._enqueue(session, rows)

    def claim(
        self,
        worker: str,
        *,
        limit: int,
        lease: timedelta,
        company: CompanyId | None = None,
        only: Collection[RecordKey] | None = None,
    ) -> Claim | None:
        """Take hold of a company and hand out up to *limit* of its due jobs, most urgent and then oldest first."""
        if only is not None and company is None:
            raise ConfigurationError("only was given without company; name the company of those records")
        with self._writing() as session:
            self._promote_due(session)
            for gate in self._candidates(session, worker, company):
                if self._has_work(session, worker, gate) or only is not None:
                    claim = self._gates.take(session, worker, gate, lease)
                    return evolve(claim, jobs=self._hand_out(session, gate.company, limit, only))
        return None

    def extend(self, claim: Claim, lease: timedelta) -> Claim:
        """Return *claim* with its lease running from now; raises `LeaseLostError`."""
        with self._sessions.write() as session:
            return self._gates.extend(session, claim, lease)

    def verify(self, claim: Claim) -> None:
        """Raise `LeaseLostError` unless *claim* holds its company."""
        with self._sessions.use() as session:
            self._gates.verify(session, claim)

    def settle(self, claim: Claim, outcomes: Iterable[JobOutcome]) -> None:
        """Write down what became of claimed jobs; raises `LeaseLostError`."""
        with self._writing() as session:
            self._gates.verify(session, claim)
            settle(session, claim.company, outcomes, self._now())
            session.change("gates.mark_work", company=claim.company)

    def release(self, claim: Claim) -> None:
        """Let go of the company; jobs still `RUNNING` under *claim* go back to `QUEUED`, no try counted."""
        with self._sessions.write() as session:
            if self._gates.let_go(session, claim):
                session.change("jobs.put_back", company=claim.company, crashes=0, now=self._now())

    def release_waiting(self, company: CompanyId, linked: Collection[RecordKey]) -> int:
        """Requeue, due at once, the jobs that wait for nothing else than *linked*; return how many."""
        with self._sessions.write() as session:
            records = keys_json(linked)
            numbers = [row[0] for row in session.run("jobs.awaiting", company=company, records=records)]
            if not numbers:
                return 0
            session.change("jobs.remove_awaited", company=company, records=records)
            released = session.run("jobs.release_free", numbers=dumps(numbers), now=self._now())
            session.change("gates.mark_work", company=company)
            return len(released)

    def requeue(self, ids: Collection[str]) -> Sequence[LinkJob]:
        """Put failed, cancelled or waiting jobs back to `QUEUED`, due at once; return the live jobs that will run."""
        with self._writing() as session:
            former = self._jobs(session, ids)
            numbers = dict.fromkeys(
                number for job in former if (number := self._requeue(session, job)) is not None
            )
            found = {int(job.id): job for job in self._jobs(session, [str(number) for number in numbers])}
            for company in {job.company for job in found.values()}:
                session.change("gates.mark_work", company=company)
            return [found[number] for number in numbers]

    def cancel(self, ids: Collection[str]) -> Sequence[LinkJob]:
        """End `QUEUED`, `WAITING` and failed jobs as `CANCELLED`; return those that were."""
        with self._writing() as session:
            numbers = dumps(
                [
                    int(job.id)
                    for job in self._jobs(session, ids)
                    if job.state in (JobState.QUEUED, JobState.WAITING) or job.state.is_failed
                ]
            )
            session.change("jobs.cancel_live", numbers=numbers, now=self._now())
            session.change("jobs.remove_cancelled", numbers=numbers)
            session.change("jobs.cancel_finished", numbers=numbers, now=self._now())
            return [job_of(row) for row in session.run("jobs.finished_by_number", numbers=numbers)]

    def get(self, job_id: str) -> LinkJob:
        """Return a job, live or finished; raises `KeyError`."""
        with self._reading() as session:
            found = self._jobs(session, [job_id])
        if not found:
            raise KeyError(f"no job {job_id}")
        return found[0]

    def find_by_records(
        self, company: CompanyId, records: Collection[RecordKey]
    ) -> Mapping[RecordKey, LinkJob]:
        """Return the newest job of each record, live or finished; records without one are left out."""
        with self._reading() as session:
            live = session.run("jobs.live_by_record", company=company, records=keys_json(records))
            found = {job.record: job for job in self._live(session, live)}
            rest = [record for record in records if record not in found]
            if rest:
                rows = session.run("jobs.last_finished_by_record", company=company, records=keys_json(rest))
                found.update((job.record, job) for job in map(job_of, rows))
            return found

    def list_jobs(
        self,
        company: CompanyId,
        *,
        states: Collection[JobState],
        entity: str | None = None,
        after: LinkJob | None = None,
        limit: int = 100,
    ) -> Sequence[LinkJob]:
        """Return a page of jobs, oldest first; *after* is the last of the page before."""
        page = {
            "company": company,
            "states": states_text(states),
            "entity": entity,
            "after": int(after.id) if after else 0,
            "limit": max(limit, 0),
        }
        with self._reading() as session:
            live = self._live(session, session.run("jobs.list_live", **page))
            finished = [job_of(row) for row in session.run("jobs.list_finished", **page)]
        return sorted([*live, *finished], key=lambda job: int(job.id))[: max(limit, 0)]

    def counts(self, company: CompanyId) -> Mapping[JobState, int]:
        """Return how many jobs are in each state; states without any are left out."""
        counts: dict[JobState, int] = {}
        with self._reading() as session:
            for name, count in session.run("jobs.counts", company=company):
                state = JobState.QUEUED if name in ("ready", "delayed") else JobState(name)
                counts[state] = counts.get(state, 0) + count
        return counts

    def companies(self) -> Sequence[CompanyId]:
        """Return the companies that have live jobs or open intents, least recently taken up first."""
        with self._reading() as session:
            return [row[0] for row in session.run("jobs.companies")]

    def purge(self, before: datetime, *, limit: int = 1000) -> int:
        """Forget up to *limit* jobs that finished before *before*, failed ones excepted; return how many."""
        bounds = {"before": to_text(before), "limit": max(limit, 0)}
        with self._sessions.write() as session:
            session.change("intents.purge", **bounds)
            return session.change("jobs.purge", **bounds)

    def get_gate(self, company: CompanyId) -> Gate:
        """Return the company's gate; an open one that nobody holds where none was ever written."""
        with self._sessions.use() as session:
            return gate_of(self._gates.get(session, company))

    def set_gate(
        self, company: CompanyId, state: GateState, *, until: datetime | None = None, reason: str = ""
    ) -> None:
        """Open or close the company's gate."""
        with self._sessions.write() as session:
            self._gates.set(session, company, state, until, reason)

    def _now(self) -> str:
        return to_text(self._clock.now())

    @contextmanager
    def _writing(self) -> Generator[Session, None, None]:
        """A transaction in which all that hosts have committed is in the queue."""
        with self._sessions.write() as session:
            if not self._inbox.is_empty(session):
                self._inbox.fold(session, lambda rows: self._enqueue(session, rows))
            yield session

    @contextmanager
    def _reading(self) -> Generator[Session, None, None]:
        """The same for those who only read, and who therefore write only when there is something to fold."""
        with self._sessions.use() as session:
            if not self._inbox.is_empty(session):
                with self._writing():
                    pass
        with self._sessions.read() as session:
            yield session

    def _enqueue(self, session: Session, rows: Sequence[Mapping[str, object]]) -> None:
        now = self._now()
        complete = [{**row, "now": now} for row in rows]
        session.change_each("jobs.wake", complete)
        session.change_each("jobs.enqueue", complete)
        session.change_each("jobs.supersede", complete)
        for company in {row["company"] for row in rows}:
            session.change("gates.mark_work", company=company)

    def _promote_due(self, session: Session) -> None:
        """Make the delayed jobs ready whose time has come."""
        for company in {row[0] for row in session.run("jobs.promote_due", now=self._now())}:
            session.change("gates.mark_work", company=company)

    def _candidates(
        self, session: Session, worker: str, company: CompanyId | None
    ) -> Generator[GateRow, None, None]:
        """Yield the companies that *worker* may take, in their turn."""
        if company is not None:
            gate = self._gates.get(session, company)
            if gate.is_free_for(worker, self._now()):
                yield gate
            return
        found = self._gates.find_next(session, worker, None)
        while found is not None:
            yield found
            found = self._gates.find_next(session, worker, found)

    def _has_work(self, session: Session, worker: str, gate: GateRow) -> bool:
        """Put back what a dead worker left, let go on what waited in vain, and say whether there is anything to do."""
        company, now = gate.company, self._now()
        if not gate.is_held_by(worker, now):
            session.change("jobs.put_back", company=company, crashes=1, now=now)
        released = session.run("jobs.release_linked", company=company, now=now)
        if released:
            session.change("jobs.remove_waits", numbers=dumps([row[0] for row in released]))
        if session.run("gates.has_due", company=company)[0][0]:
            return True
        # Jobs that are running are looked at again when their worker dies.
        if gate.has_work and not session.run("gates.has_running", company=company)[0][0]:
            session.change("gates.clear_work", company=company)
        return False

    def _hand_out(
        self, session: Session, company: CompanyId, limit: int, only: Collection[RecordKey] | None
    ) -> tuple[LinkJob, ...]:
        bounds = {"company": company, "limit": max(limit, 0), "now": self._now()}
        if only is None:
            rows = session.run("jobs.hand_out", **bounds)
        else:
            rows = session.run("jobs.hand_out_only", **bounds, records=keys_json(only))
        # A statement that writes returns its rows in any order.
        return tuple(sorted(map(job_of, rows), key=lambda job: (job.band, int(job.id))))

    def _requeue(self, session: Session, job: LinkJob) -> int | None:
        """Give *job* another try; return the number of the live job that will be it, or None."""
        number, now = int(job.id), self._now()
        reasons = job.reasons | {Reason.REQUEUED}
        if job.state is JobState.WAITING:
            session.change("jobs.restart_waiting", number=number, reasons=reasons_text(reasons), now=now)
            session.change("jobs.remove_waits", numbers=dumps([number]))
            return number
        if not (job.state.is_failed or job.state is JobState.CANCELLED):
            return None
        if session.change("jobs.restart_finished", number=number, reasons=reasons_text(reasons), now=now):
            session.change("jobs.remove_finished", number=number)
            session.change(
                "jobs.supersede",
                company=job.company,
                entity=job.record.entity,
                side=job.record.side.value,
                record_id=job.record.id,
                now=now,
            )
            return number
        return self._join(session, job, reasons, now)

    def _join(self, session: Session, job: LinkJob, reasons: frozenset[Reason], now: str) -> int:
        """Add the wish of *job* to its record's live one, whose number is returned."""
        rows = session.run("jobs.live_by_record", company=job.company, records=keys_json([job.record]))
        number: int = rows[0][0]
        session.change(
            "jobs.join_live",
            number=number,
            reasons=reasons_text(reasons_of(rows[0][5]) | reasons),
            added=reasons_text(reasons),
            band=int(job.band),
            now=now,
        )
        return number

    def _jobs(self, session: Session, ids: Collection[str]) -> list[LinkJob]:
        """Return the jobs of *ids* that there are, oldest first."""
        numbers = dumps([int(job_id) for job_id in ids if job_id.isdecimal()])
        live = self._live(session, session.run("jobs.live_by_number", numbers=numbers))
        finished = [job_of(row) for row in session.run("jobs.finished_by_number", numbers=numbers)]
        return sorted([*live, *finished], key=lambda job: int(job.id))

    def _live(self, session: Session, rows: Sequence[Row]) -> list[LinkJob]:
        """Return live jobs with what they wait for."""
        jobs = [job_of(row) for row in rows]
        waiting = [int(job.id) for job in jobs if job.state is JobState.WAITING]
        if not waiting:
            return jobs
        waits: dict[int, frozenset[RecordKey]] = {}
        for number, *key in session.run("jobs.waits_of", numbers=dumps(waiting)):
            waits[number] = waits.get(number, frozenset()) | {key_of(*key)}
        return [job_of(row, waits) for row in rows]
