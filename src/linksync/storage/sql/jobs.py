"""The queue of link jobs, kept in a SQL database."""

import json
from collections import Counter
from collections.abc import Collection, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from linksync.errors import ConfigurationError
from linksync.jobs import Claim, Gate, GateState, JobOutcome, JobRequest, JobState, LinkJob
from linksync.records import CompanyId, RecordKey
from linksync.storage.conflicts import not_in_transaction
from linksync.storage.instants import to_text
from linksync.storage.sql.claiming import Attempt, Claiming
from linksync.storage.sql.connection import Part, Session, Sessions, repeated
from linksync.storage.sql.counting import count
from linksync.storage.sql.enqueueing import enqueue, enqueue_one, finish, place
from linksync.storage.sql.gates import SqlGates, gate_of
from linksync.storage.sql.inbox import Inbox
from linksync.storage.sql.intake import Intake
from linksync.storage.sql.lookups import find_jobs, live_jobs
from linksync.storage.sql.requests import Wish, batches, check_lengths, is_single, wish_of
from linksync.storage.sql.requeueing import cancel, requeue
from linksync.storage.sql.rows import job_of, keys_json, states_text
from linksync.storage.sql.settling import can_all_end, end, first_outcomes, settle


class SqlJobQueue(Part):
    """A `JobQueue` in a SQL database.

    Whoever changes jobs of a company holds its gate first, and takes several jobs in the order of their records, so
    that no two wait for each other. Enqueueing only makes sure that the gate's `has_work` stays true.

    Args:
        sessions: The connections.
        gates: Who holds which company.
        inbox: What hosts enqueue within their own transactions; it is folded in whenever the queue is looked at.
        crash_limit: How many workers may die over a job before a person has to look at it.
    """

    def __init__(self, sessions: Sessions, gates: SqlGates, inbox: Inbox, crash_limit: int) -> None:
        super().__init__(sessions)
        self._gates = gates
        self._inbox = inbox
        self._intake = Intake(sessions, gates, inbox)
        self._claiming = Claiming(gates, crash_limit)

    def enqueue(self, requests: Iterable[JobRequest], *, connection: object = None) -> None:
        """Take note of *requests*; with *connection* as part of the host's transaction on it."""
        now = self._gates.now()
        wishes = [wish_of(request, now) for request in requests]
        check_lengths(wishes, self._sessions.longest, self._sessions.place)
        if connection is not None:
            self._inbox.put(connection, wishes)
        elif wishes:
            self._enqueue(wishes)

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
        attempt = Attempt(may_wait=not self._sessions.is_in_transaction())
        claim = self._claim_more(attempt, worker, limit, lease, company) if only is None else None
        if claim is None:
            claim = self._claim(attempt, worker, limit, lease, company=company, only=only)
        if claim is None and attempt.may_wait:
            has_taken = self._intake.take_all()
            if has_taken or attempt.has_waited:  # for what another worker may have taken in by then
                attempt.may_wait = False
                claim = self._claim(attempt, worker, limit, lease, company=company, only=only)
        return claim

    @repeated
    def extend(self, claim: Claim, lease: timedelta, *, usage: str | None = None) -> Claim:
        """Return *claim* with its lease running from now; raises `LeaseLostError`."""
        with self._sessions.write() as session:
            return self._gates.extend(session, claim, lease, usage)

    def hold(self, company: CompanyId) -> None:
        """Keep workers from *company* until the transaction around it ends."""
        if not self._sessions.is_in_transaction():
            raise not_in_transaction(company)
        with self._sessions.use() as session:
            self._gates.hold(session, company, make=True)

    def verify(self, claim: Claim) -> None:
        """Raise `LeaseLostError` unless *claim* holds its company."""
        with self._sessions.use() as session:
            self._gates.verify(session, claim)

    def settle(self, claim: Claim, outcomes: Iterable[JobOutcome]) -> None:
        """Write down what became of claimed jobs; raises `LeaseLostError`."""
        self._settle(claim, first_outcomes(outcomes))

    @repeated
    def release(self, claim: Claim, *, usage: str | None = None) -> None:
        """Let go of the company; jobs still `RUNNING` under *claim* go back to `QUEUED`, no try counted."""
        with self._sessions.write() as session:
            if self._gates.let_go(session, claim, usage):
                session.change("jobs.put_back", company=claim.company, crashes=0, now=self._gates.now())

    @repeated
    def release_waiting(self, company: CompanyId, linked: Collection[RecordKey]) -> int:
        """Requeue, due at once, the jobs that wait for nothing else than *linked*; return how many."""
        with self._sessions.write() as session:
            self._gates.hold(session, company, make=False)
            rows = session.run("jobs.release_awaiting", company=company, records=keys_json(linked))
            if not rows:
                return 0
            self._gates.mark_work(session, [company])
            numbers = json.dumps(sorted({row[0] for row in rows}))
            return session.change(
                "jobs.release_free", company=company, numbers=numbers, now=self._gates.now()
            )

    @repeated
    def requeue(self, ids: Collection[str]) -> Sequence[LinkJob]:
        """Put failed, cancelled or waiting jobs back to `QUEUED`, due at once; return the live jobs that will run."""
        self._intake.fold()
        with self._sessions.write() as session:
            return requeue(session, self._gates, ids)

    @repeated
    def cancel(self, ids: Collection[str]) -> Sequence[LinkJob]:
        """End `QUEUED`, `WAITING` and failed jobs as `CANCELLED`; return those that were."""
        self._intake.fold()
        with self._sessions.write() as session:
            return cancel(session, self._gates, ids)

    @repeated
    def get(self, job_id: str) -> LinkJob:
        """Return a job, live or finished; raises `KeyError`."""
        with self._reading() as session:
            found = find_jobs(session, [job_id])
        if not found:
            raise KeyError(f"no job {job_id}")
        return found[0]

    @repeated
    def find_by_records(
        self, company: CompanyId, records: Collection[RecordKey]
    ) -> Mapping[RecordKey, LinkJob]:
        """Return the newest job of each record, live or finished; records without one are left out."""
        with self._reading() as session:
            live = session.run("jobs.live_by_record", company=company, records=keys_json(records))
            found = {job.record: job for job in live_jobs(session, live)}
            rest = [record for record in records if record not in found]
            if rest:
                rows = session.run("jobs.last_finished_by_record", company=company, records=keys_json(rest))
                found.update((job.record, job) for job in map(job_of, rows))
            return found

    @repeated
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
            live = live_jobs(session, session.run("jobs.list_live", **page))
            finished = [job_of(row) for row in session.run("jobs.list_finished", **page)]
        return sorted([*live, *finished], key=lambda job: int(job.id))[: max(limit, 0)]

    @repeated
    def counts(self, company: CompanyId) -> Mapping[JobState, int]:
        """Return how many jobs are in each state; states without any are left out."""
        counts = Counter[JobState]()
        with self._reading() as session:
            for name, count in session.run("jobs.counts", company=company):
                state = JobState.QUEUED if name in ("ready", "delayed") else JobState(name)
                counts[state] += count
        return dict(+counts)

    @repeated
    def companies(self) -> Sequence[CompanyId]:
        """Return the companies that have live jobs or open intents, least recently taken up first."""
        with self._reading() as session:
            return [row[0] for row in session.run("jobs.companies")]

    @repeated
    def purge(self, before: datetime, *, limit: int = 1000) -> int:
        """Forget up to *limit* jobs that finished before *before*, failed ones excepted; return how many."""
        bounds = {"before": to_text(before), "limit": max(limit, 0)}
        with self._sessions.write() as session:
            session.change("intents.purge", **bounds)
            forgotten = session.run("jobs.purge", **bounds)
            changes = Counter[tuple[CompanyId, JobState]]()
            changes.subtract((company, JobState(state)) for company, state in forgotten)
            count(session, changes)
            return len(forgotten)

    def get_gate(self, company: CompanyId) -> Gate:
        """Return the company's gate; an open one that nobody holds where none was ever written."""
        with self._sessions.use() as session:
            return gate_of(self._gates.get(session, company))

    @repeated
    def set_gate(
        self, company: CompanyId, state: GateState, *, until: datetime | None = None, reason: str = ""
    ) -> None:
        """Open or close the company's gate."""
        with self._sessions.write() as session:
            self._gates.set(session, company, state, until, reason)

    @repeated
    def _enqueue(self, wishes: Sequence[Wish]) -> None:
        is_tried = self._sessions.is_whole("jobs.enqueue")
        if is_tried and self._enqueue_by_one_statement(wishes):
            return
        with self._sessions.write() as session:
            # What one statement could not do by itself, it is not tried with again.
            if is_tried or not (is_single(wishes) and enqueue_one(session, wishes[0])):
                enqueue(session, self._gates, wishes)

    def _enqueue_by_one_statement(self, wishes: Sequence[Wish]) -> bool:
        """Put *wishes* into the queue if one statement can, which needs no transaction around it; return whether it was so."""
        with self._sessions.use() as session:
            if is_single(wishes):
                return enqueue_one(session, wishes[0])
            batch, *others = batches(wishes)
            if others or len(batch.companies) > 1:
                return False
            left = place(session, self._gates, batch.wishes)
            if left:
                with self._sessions.write():
                    finish(session, self._gates, batch, left)
            return True

    @repeated
    def _claim_more(
        self, attempt: Attempt, worker: str, limit: int, lease: timedelta, company: CompanyId | None
    ) -> Claim | None:
        if company is None or not attempt.may_wait or not self._sessions.is_whole("claims.more"):
            return None
        with self._sessions.use() as session:
            return self._claiming.claim_more(
                session, attempt, worker, limit=limit, lease=lease, company=company
            )

    @repeated
    def _claim(
        self,
        attempt: Attempt,
        worker: str,
        limit: int,
        lease: timedelta,
        *,
        company: CompanyId | None,
        only: Collection[RecordKey] | None,
    ) -> Claim | None:
        # Should the server forget a claim, all is as it was, crashes that it counted included, and nobody else has the
        # worker's name: it cannot settle, nor open an intent. Those are written durably, with all that was written before.
        with self._sessions.claim() as session:
            return self._claiming.claim(
                session, attempt, worker, limit=limit, lease=lease, company=company, only=only
            )

    @repeated
    def _settle(self, claim: Claim, outcomes: Mapping[int, JobOutcome]) -> None:
        now, rest = self._gates.now(), outcomes
        if self._sessions.is_whole("jobs.end") and can_all_end(outcomes):
            # One statement, which is done as a whole or not at all, needs no transaction around it.
            with self._sessions.use() as session:
                ended = end(session, claim, outcomes, now, regardless=False)
            rest = {number: it for number, it in outcomes.items() if number not in ended}
            if not rest:
                return
        with self._sessions.write() as session:
            self._gates.verify(session, claim)
            # Only now, for what was committed while the gate was waited for. Whoever committed it may have seen its
            # record's job running: it counts as enqueued meanwhile.
            self._intake.fold_of(session, claim.company)
            settle(session, claim, rest, now)

    @contextmanager
    def _reading(self) -> Generator[Session, None, None]:
        """A view of one state of the queue, in which is all that hosts have committed."""
        self._intake.fold()
        with self._sessions.read() as session:
            yield session
