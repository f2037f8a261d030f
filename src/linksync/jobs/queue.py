"""The queue of link jobs: one slot per record, one worker per company."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import Enum
from typing import Protocol

from attrs import field, frozen

from linksync.jobs.job import JobError, JobRequest, JobState, LinkJob
from linksync.records import CompanyId, RecordKey, check_aware, check_aware_if_any

CRASH_LIMIT = 5
"""How many workers may die over a job, unless the storage is told otherwise, before a person has to look at it."""

SUSPICION = 2
"""How many workers have died over a job that is a suspect: jobs go out one at a time until the company has none left."""

BACKFILL_TURN = 8
"""Every how many hand-outs of a company the `BACKFILL` goes first."""


@frozen(kw_only=True)
class Claim:
    """A worker's hold on one company, and the jobs it got with it.

    Attributes:
        company: The company.
        worker: The worker's name.
        token: The fencing token: larger with every change of hands. Everything settled bears it.
        lease_until: When the hold ends unless it is extended (timezone-aware).
        jobs: The jobs handed out by this call, most urgent first; may be empty.
        given_up: The jobs that this call ended as `NEEDS_ACTION`, since one worker after the other died over them; oldest
            first.
        usage: What the company's last worker noted with `extend` or `release` about the remote's limits; empty for nothing.
    """

    company: CompanyId
    worker: str
    token: int
    lease_until: datetime = field(validator=check_aware)
    jobs: tuple[LinkJob, ...] = ()
    given_up: tuple[LinkJob, ...] = ()
    usage: str = ""


class GateState(Enum):
    """Whether a company's jobs may run."""

    OPEN = "open"
    THROTTLED = "throttled"
    """The remote asked for a pause; opens by itself at `Gate.until`."""
    UNAUTHORISED = "unauthorised"
    """The grant is gone; opens when somebody has connected the company again."""
    PAUSED = "paused"
    """Somebody stopped it, or the remote has closed the company itself; opens when somebody says so."""


@frozen(kw_only=True)
class Gate:
    """What stands between a company's jobs and a worker: one row, whatever the number of jobs.

    Attributes:
        company: The company.
        state: Whether jobs may run.
        until: When a closed gate opens by itself (timezone-aware); None: when somebody opens it.
        reason: Why it is closed.
        worker: Who holds the company, if anybody does.
        token: The newest fencing token given out.
        lease_until: Until when it is held (timezone-aware).
    """

    company: CompanyId
    state: GateState = GateState.OPEN
    until: datetime | None = field(default=None, validator=check_aware_if_any)
    reason: str = ""
    worker: str | None = None
    token: int = 0
    lease_until: datetime | None = field(default=None, validator=check_aware_if_any)


@frozen(kw_only=True)
class JobOutcome:
    """What became of one claimed job.

    Attributes:
        job_id: Which job.
        state: `SUCCESS`, `ERROR`, `NEEDS_ACTION` or `CANCELLED`, which end it; `QUEUED`, to be tried again at
            `due_at`; or `WAITING`, for the links of `waits_for`.
        due_at: When to try again, with `QUEUED` (timezone-aware); None is at once.
        waits_for: The local records whose links it waits for, with `WAITING`.
        error: Why it did not succeed.
        counts: Whether the try counts as an attempt.
    """

    job_id: str
    state: JobState
    due_at: datetime | None = field(default=None, validator=check_aware_if_any)
    waits_for: frozenset[RecordKey] = frozenset()
    error: JobError | None = None
    counts: bool = True


class JobQueue(Protocol):
    """Link jobs: enqueued by anybody, claimed company by company, settled by whoever holds the company.

    A record has at most one live job (`QUEUED`, `RUNNING`, `WAITING`) per company: its slot. Finished jobs are
    kept until `purge`. Nothing enqueued is lost: a record that is enqueued while its job runs, runs again.

    A worker is one run: it uses a name of its own, and one company at a time. All times are the storage's clock.

    Implementations pass `linksync.testing.contracts.JobQueueContract`.
    """

    def enqueue(self, requests: Iterable[JobRequest], *, connection: object = None) -> None:
        """Take note of *requests*.

        A record without a live job gets one, `QUEUED`, and its failed job, if any, becomes `SUPERSEDED`. A record with one
        gets the reason added, the more urgent band, the earlier due time and `generation` raised by one; a
        `WAITING` job goes back to `QUEUED`, since it may wait for another record by now, unless the reason is
        `REFERENCE`; a `RUNNING` one runs again when it is settled.
        What was enqueued earlier is older; within one call, so is the earlier of two requests that differ in nothing but
        the record's id.

        With *connection*, a connection of the host's to the same database, the requests join the host's open
        transaction: they count when it commits and vanish when it rolls back; `only_if_known` is decided when the queue
        is next looked at. What the host's driver raises on it passes through. Without, they are durable when the call
        returns, or when the storage's transaction around it commits.

        Raises:
            ConfigurationError: *connection* is none to the storage's database.
        """
        ...

    def claim(
        self,
        worker: str,
        *,
        limit: int,
        lease: timedelta,
        company: CompanyId | None = None,
        only: Collection[RecordKey] | None = None,
    ) -> Claim | None:
        """Take hold of a company and hand out up to *limit* of its due jobs, most urgent and then oldest first.

        Companies are served in turn: the one least recently taken up first. A company counts if its gate is
        open, nobody else's lease on it runs, and it has a due job or an open intent; with *company*, that one
        or none. With *only*, the company must be named, only jobs of those records are handed out, and it may be
        claimed without any. A worker that holds the company already gets the next jobs under the same token, its
        lease renewed. Jobs handed out become `RUNNING`.

        Every eighth hand-out of a company begins with its `BACKFILL`, which is therefore never starved.

        Taking a company over from a dead worker puts that worker's `RUNNING` jobs back to `QUEUED` first, each with one
        crash more; a job that reaches the storage's crash limit becomes `NEEDS_ACTION` instead. Who died with a batch in
        hand does not say over which job, so while a due job of the company has `SUSPICION` crashes, a claim hands out
        one job only. Every claim also requeues the
        company's `WAITING` jobs whose awaited links are all `LINKED`.

        Returns:
            The claim, which may be without jobs; None when there is nothing to hold.

        Raises:
            ConfigurationError: *only* without *company*.
        """
        ...

    def extend(self, claim: Claim, lease: timedelta, *, usage: str | None = None) -> Claim:
        """Return *claim* with its lease running from now.

        With *usage*, note for the company's next worker how much of the remote's limits has been used.

        Raises:
            LeaseLostError: The lease ran out, or another worker has the company.
        """
        ...

    def hold(self, company: CompanyId) -> None:
        """Keep workers from *company* until the transaction around it ends, having waited for a step under way to end.

        Meanwhile nobody claims it, settles anything of it or opens an intent, so that what was read since stays true.

        Raises:
            ConfigurationError: The calling thread has no transaction open.
        """
        ...

    def verify(self, claim: Claim) -> None:
        """Make sure, within the transaction around it, that *claim* still holds its company and keeps it until the commit.

        Raises:
            LeaseLostError: The lease ran out, or another worker has the company.
        """
        ...

    def settle(self, claim: Claim, outcomes: Iterable[JobOutcome]) -> None:
        """Write down what became of claimed jobs.

        A job that was enqueued again since it was claimed goes back to `QUEUED`, due at once, whatever its outcome, with the
        reasons of the enqueues since; a wish that was not fulfilled stays, so unless the outcome is `SUCCESS` or
        `CANCELLED` its former reasons stay too. If the outcome would have ended it, attempts and crashes begin from zero.
        All or none. Jobs that are not running under *claim* are passed over; of two outcomes of a job the first counts.

        Raises:
            LeaseLostError: The lease ran out, or another worker has the company; nothing was settled.
        """
        ...

    def release(self, claim: Claim, *, usage: str | None = None) -> None:
        """Let go of the company; jobs still `RUNNING` under *claim* go back to `QUEUED`, no try counted.

        With *usage*, note what `extend` notes with it. Nothing happens when the lease is lost.
        """
        ...

    def release_waiting(self, company: CompanyId, linked: Collection[RecordKey]) -> int:
        """Requeue, due at once, the jobs that wait for nothing else than *linked*; return how many.

        A job that waits for more is left with the rest.
        """
        ...

    def requeue(self, ids: Collection[str]) -> Sequence[LinkJob]:
        """Put failed, cancelled or waiting jobs back to `QUEUED`, due at once, attempts and crashes from zero.

        `Reason.REQUEUED` is added to their reasons. A job whose record has a live job by now stays as it is and adds its
        reasons to that one, as an enqueue would. Jobs in other states are left alone. Returns the live jobs that
        will run, in the order of the jobs asked for, oldest first.
        """
        ...

    def cancel(self, ids: Collection[str]) -> Sequence[LinkJob]:
        """End `QUEUED`, `WAITING` and failed jobs as `CANCELLED`; return those that were.

        Running jobs are left alone.
        """
        ...

    def get(self, job_id: str) -> LinkJob:
        """Return a job, live or finished.

        Raises:
            KeyError: There is none of that id.
        """
        ...

    def find_by_records(
        self, company: CompanyId, records: Collection[RecordKey]
    ) -> Mapping[RecordKey, LinkJob]:
        """Return the newest job of each record, live or finished; records without one are left out."""
        ...

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
        ...

    def counts(self, company: CompanyId) -> Mapping[JobState, int]:
        """Return how many jobs are in each state; states without any are left out."""
        ...

    def companies(self) -> Sequence[CompanyId]:
        """Return the companies that have live jobs or open intents, in turn: least recently taken up first."""
        ...

    def purge(self, before: datetime, *, limit: int = 1000) -> int:
        """Forget up to *limit* jobs that finished before *before*, failed ones excepted; return how many.

        As many intents that were closed before *before* are forgotten with them. Oldest first.
        """
        ...

    def get_gate(self, company: CompanyId) -> Gate:
        """Return the company's gate; an open one that nobody holds where none was ever written."""
        ...

    def set_gate(
        self, company: CompanyId, state: GateState, *, until: datetime | None = None, reason: str = ""
    ) -> None:
        """Open or close the company's gate; a run under way ends at its next step."""
        ...
