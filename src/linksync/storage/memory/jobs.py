"""The queue of link jobs, kept in this process."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from heapq import nsmallest

from attrs import evolve

from linksync.clock import Clock
from linksync.errors import ConfigurationError
from linksync.jobs import (
    BACKFILL_TURN,
    SUSPICION,
    Band,
    Claim,
    Gate,
    GateState,
    JobOutcome,
    JobRequest,
    JobState,
    LinkJob,
)
from linksync.links import LinkState
from linksync.records import CompanyId, RecordKey, Side
from linksync.storage.conflicts import not_in_transaction
from linksync.storage.memory import slots
from linksync.storage.memory.gates import MemoryGates
from linksync.storage.memory.intents import forget_closed
from linksync.storage.memory.tables import CompanyTables, Slot, Tables


class MemoryJobQueue:
    """A `JobQueue` in this process."""

    def __init__(self, tables: Tables, clock: Clock, gates: MemoryGates, crash_limit: int) -> None:
        self._tables = tables
        self._clock = clock
        self._gates = gates
        self._crash_limit = crash_limit

    def enqueue(self, requests: Iterable[JobRequest], *, connection: object = None) -> None:
        """Take note of *requests*; *connection* must be None, since there is no database to share."""
        if connection is not None:
            raise ConfigurationError(
                f"connection {type(connection).__name__} cannot be shared with a MemoryStorage, which has no "
                "database; leave it out or use SqlStorage on the same database"
            )
        with self._tables.journal.transaction():
            for request in requests:
                self._enqueue(request)

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
        with self._tables.journal.transaction():
            candidates = (
                sorted(self._tables.companies, key=self._gates.turn) if company is None else [company]
            )
            for candidate in candidates:
                if not self._gates.is_free_for(worker, candidate):
                    continue
                given_up = tuple[LinkJob, ...]()
                if not self._gates.is_held_by(worker, candidate):
                    given_up = self._give_up(candidate)
                    self._put_back(candidate, crashes=1)
                self._release_linked(candidate)
                if only is None and not given_up and not self._has_work(candidate):
                    continue
                claim = self._gates.take(worker, candidate, lease)
                return evolve(claim, jobs=self._hand_out(candidate, limit, only), given_up=given_up)
            return None

    def extend(self, claim: Claim, lease: timedelta, *, usage: str | None = None) -> Claim:
        """Return *claim* with its lease running from now; raises `LeaseLostError`."""
        with self._tables.journal.transaction():
            return self._gates.extend(claim, lease, usage)

    def hold(self, company: CompanyId) -> None:
        """Keep workers from *company* until the transaction around it ends, as every transaction does here."""
        if not self._tables.journal.is_in_transaction():
            raise not_in_transaction(company)

    def verify(self, claim: Claim) -> None:
        """Raise `LeaseLostError` unless *claim* holds its company."""
        with self._tables.journal.transaction():
            self._gates.verify(claim)

    def settle(self, claim: Claim, outcomes: Iterable[JobOutcome]) -> None:
        """Write down what became of claimed jobs; raises `LeaseLostError`."""
        with self._tables.journal.transaction():
            self._gates.verify(claim)
            now = self._clock.now()
            for outcome in outcomes:
                slot = self._slot_of(outcome.job_id)
                if slot and slot.job.company == claim.company and slot.job.state is JobState.RUNNING:
                    job = slots.settled(slot, outcome, now)
                    if job.state.is_live:
                        self._put(Slot(job=job))
                    else:
                        self._end(job)

    def release(self, claim: Claim, *, usage: str | None = None) -> None:
        """Let go of the company; jobs still `RUNNING` under *claim* go back to `QUEUED`, no try counted."""
        with self._tables.journal.transaction():
            if self._gates.holds(claim):
                self._put_back(claim.company)
                self._gates.let_go(claim, usage)

    def release_waiting(self, company: CompanyId, linked: Collection[RecordKey]) -> int:
        """Requeue, due at once, the jobs that wait for nothing else than *linked*; return how many."""
        with self._tables.journal.transaction():
            now = self._clock.now()
            count = 0
            for slot in self._tables.of(company).slots.values():
                awaited = slot.job.waits_for
                if awaited & frozenset(linked):
                    left = awaited - frozenset(linked)
                    count += not left
                    self._put(
                        evolve(slot, job=evolve(slot.job, waits_for=left))
                        if left
                        else slots.released(slot, now)
                    )
            return count

    def requeue(self, ids: Collection[str]) -> Sequence[LinkJob]:
        """Put failed, cancelled or waiting jobs back to `QUEUED`, due at once; return the live jobs that will run."""
        with self._tables.journal.transaction():
            records = dict.fromkeys(
                (job.company, job.record) for job in self._jobs(ids) if self._requeue(job)
            )
            return [
                slot.job
                for company, record in records
                if (slot := self._tables.of(company).slots.get(record))
            ]

    def cancel(self, ids: Collection[str]) -> Sequence[LinkJob]:
        """End `QUEUED`, `WAITING` and failed jobs as `CANCELLED`; return those that were."""
        with self._tables.journal.transaction():
            now = self._clock.now()
            cancelled = [
                evolve(job, state=JobState.CANCELLED, waits_for=frozenset(), updated_at=now, finished_at=now)
                for job in self._jobs(ids)
                if job.state in (JobState.QUEUED, JobState.WAITING) or job.state.is_failed
            ]
            for job in cancelled:
                if int(job.id) in self._tables.of(job.company).done:
                    self._tables.of(job.company).done.put(int(job.id), job)
                else:
                    self._end(job)
            return cancelled

    def get(self, job_id: str) -> LinkJob:
        """Return a job, live or finished; raises `KeyError`."""
        with self._tables.journal.transaction():
            found = self._jobs([job_id])
            if not found:
                raise KeyError(f"no job {job_id}")
            return found[0]

    def find_by_records(
        self, company: CompanyId, records: Collection[RecordKey]
    ) -> Mapping[RecordKey, LinkJob]:
        """Return the newest job of each record, live or finished; records without one are left out."""
        with self._tables.journal.transaction():
            tables = self._tables.of(company)
            found = ((record, _newest(tables, record)) for record in records)
            return {record: job for record, job in found if job is not None}

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
        with self._tables.journal.transaction():
            first = int(after.id) + 1 if after else 0
            found = [
                job
                for job in self._all(company)
                if job.state in states and entity in (None, job.record.entity) and int(job.id) >= first
            ]
            return sorted(found, key=lambda job: int(job.id))[:limit]

    def counts(self, company: CompanyId) -> Mapping[JobState, int]:
        """Return how many jobs are in each state; states without any are left out."""
        counts: dict[JobState, int] = {}
        with self._tables.journal.transaction():
            for job in self._all(company):
                counts[job.state] = counts.get(job.state, 0) + 1
        return counts

    def companies(self) -> Sequence[CompanyId]:
        """Return the companies that have live jobs or open intents, least recently taken up first."""
        with self._tables.journal.transaction():
            busy = [
                company
                for company, tables in self._tables.companies.items()
                if len(tables.slots) or len(tables.open_intents)
            ]
            return sorted(busy, key=self._gates.turn)

    def purge(self, before: datetime, *, limit: int = 1000) -> int:
        """Forget up to *limit* jobs that finished before *before*, failed ones excepted; return how many."""
        with self._tables.journal.transaction():
            forget_closed(self._tables, before, limit)
            old = [
                job
                for tables in self._tables.companies.values()
                for job in tables.done.values()
                if not job.state.is_failed and job.finished_at is not None and job.finished_at < before
            ]
            doomed = nsmallest(limit, old, key=lambda job: (job.finished_at, int(job.id)))
            for job in doomed:
                self._forget(job)
            return len(doomed)

    def get_gate(self, company: CompanyId) -> Gate:
        """Return the company's gate; an open one that nobody holds where none was ever written."""
        with self._tables.journal.transaction():
            return self._gates.get(company)

    def set_gate(
        self, company: CompanyId, state: GateState, *, until: datetime | None = None, reason: str = ""
    ) -> None:
        """Open or close the company's gate."""
        with self._tables.journal.transaction():
            self._gates.set(company, state, until, reason)

    def _enqueue(self, request: JobRequest) -> None:
        tables = self._tables.of(request.company)
        slot = tables.slots.get(request.record)
        now = self._clock.now()
        if slot is not None:
            self._put(slots.touched(slot, request, now))
        elif not request.only_if_known or _has_live_link(tables, request.record):
            self._supersede(request.company, request.record)
            self._put(slots.new_slot(self._tables.next_number("job"), request, now))

    def _supersede(self, company: CompanyId, record: RecordKey) -> None:
        tables = self._tables.of(company)
        for number in tables.endings.get(record) or ():
            job = tables.done.get(number)
            if job is not None and job.state.is_failed:
                superseded = evolve(job, state=JobState.SUPERSEDED, updated_at=self._clock.now())
                tables.done.put(number, superseded)

    def _put_back(self, company: CompanyId, *, crashes: int = 0) -> None:
        now = self._clock.now()
        for slot in self._tables.of(company).slots.values():
            if slot.job.state is JobState.RUNNING:
                self._put(slots.put_back(slot, now, crashes=crashes))

    def _give_up(self, company: CompanyId) -> tuple[LinkJob, ...]:
        """End what keeps killing workers, and return it, oldest first."""
        ended = [
            slots.given_up(slot, self._clock.now())
            for slot in self._tables.of(company).slots.values()
            if slot.job.state is JobState.RUNNING and slot.job.crashes + 1 >= self._crash_limit
        ]
        for job in ended:
            self._end(job)
        return tuple(sorted(ended, key=lambda job: int(job.id)))

    def _release_linked(self, company: CompanyId) -> None:
        tables = self._tables.of(company)
        for slot in tables.slots.values():
            if slot.job.state is JobState.WAITING and all(
                _is_linked(tables, record) for record in slot.job.waits_for
            ):
                self._put(slots.released(slot, self._clock.now()))

    def _has_work(self, company: CompanyId) -> bool:
        tables = self._tables.of(company)
        return len(tables.open_intents) > 0 or any(map(self._is_due, tables.slots.values()))

    def _is_due(self, slot: Slot) -> bool:
        return slot.job.state is JobState.QUEUED and slot.job.due_at <= self._clock.now()

    def _hand_out(
        self, company: CompanyId, limit: int, only: Collection[RecordKey] | None
    ) -> tuple[LinkJob, ...]:
        wanted = None if only is None else frozenset(only)
        ready = [slot for slot in self._tables.of(company).slots.values() if self._is_due(slot)]
        if any(slot.job.crashes >= SUSPICION for slot in ready):
            limit = min(limit, 1)
        due = [slot for slot in ready if wanted is None or slot.job.record in wanted]
        now = self._clock.now()
        is_backfills_turn = wanted is None and self._gates.count_claims(company) % BACKFILL_TURN == 0
        chosen = nsmallest(
            limit,
            due,
            key=lambda slot: (
                not (is_backfills_turn and slot.job.band is Band.BACKFILL),
                slot.job.band,
                int(slot.job.id),
            ),
        )
        running = [slots.handed_out(slot, now) for slot in chosen]
        for slot in running:
            self._put(slot)
        return tuple(sorted((slot.job for slot in running), key=lambda job: (job.band, int(job.id))))

    def _requeue(self, job: LinkJob) -> bool:
        tables = self._tables.of(job.company)
        now = self._clock.now()
        if job.state is JobState.WAITING:
            self._put(slots.started_over(job, now))
            return True
        if not (job.state.is_failed or job.state is JobState.CANCELLED):
            return False
        slot = tables.slots.get(job.record)
        if slot is None:
            self._forget(job)
            self._supersede(job.company, job.record)
            self._put(slots.started_over(job, now))
        else:
            self._put(slots.joined(slot, job, now))
        return True

    def _put(self, slot: Slot) -> None:
        job = slot.job
        self._tables.of(job.company).slots.put(job.record, slot)
        self._tables.owners.put(int(job.id), (job.company, job.record))

    def _end(self, job: LinkJob) -> None:
        """Move a job out of its slot to the finished ones."""
        tables = self._tables.of(job.company)
        tables.slots.remove(job.record)
        tables.done.put(int(job.id), job)
        tables.endings.put(job.record, (*(tables.endings.get(job.record) or ()), int(job.id)))

    def _forget(self, job: LinkJob) -> None:
        """Take a job out of the finished ones."""
        tables = self._tables.of(job.company)
        number = int(job.id)
        tables.done.remove(number)
        tables.endings.put(
            job.record, tuple(other for other in tables.endings.get(job.record) or () if other != number)
        )
        self._tables.owners.remove(number)

    def _slot_of(self, job_id: str) -> Slot | None:
        owner = self._tables.owners.get(int(job_id)) if job_id.isdecimal() else None
        slot = self._tables.of(owner[0]).slots.get(owner[1]) if owner else None
        return slot if slot and slot.job.id == job_id else None

    def _jobs(self, ids: Collection[str]) -> list[LinkJob]:
        """Return the jobs of *ids* that there are, oldest first."""
        found: list[LinkJob] = []
        for number in sorted({int(job_id) for job_id in ids if job_id.isdecimal()}):
            owner = self._tables.owners.get(number)
            if owner is None:
                continue
            slot = self._slot_of(str(number))
            job = slot.job if slot else self._tables.of(owner[0]).done.get(number)
            if job is not None:
                found.append(job)
        return found

    def _all(self, company: CompanyId) -> list[LinkJob]:
        tables = self._tables.of(company)
        return [*(slot.job for slot in tables.slots.values()), *tables.done.values()]


def _newest(tables: CompanyTables, record: RecordKey) -> LinkJob | None:
    slot = tables.slots.get(record)
    if slot is not None:
        return slot.job
    found = [tables.done.get(number) for number in tables.endings.get(record) or ()]
    return max((job for job in found if job), key=_ended, default=None)


def _ended(job: LinkJob) -> tuple[datetime | None, int]:
    return job.finished_at, int(job.id)


def _is_linked(tables: CompanyTables, record: RecordKey) -> bool:
    link = tables.links.get((record.entity, record.id))
    return link is not None and link.state is LinkState.LINKED


def _has_live_link(tables: CompanyTables, record: RecordKey) -> bool:
    if record.side is Side.LOCAL:
        link = tables.links.get((record.entity, record.id))
        return link is not None and link.is_live
    return any(
        link.entity == record.entity and link.remote_id == record.id for link in tables.partners.values()
    )
