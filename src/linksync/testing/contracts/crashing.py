# ruff: noqa: S101 - a contract is made of assertions
"""What every `JobQueue` must do with jobs over which one worker after the other dies."""

from linksync.jobs import CRASH_LIMIT, SUSPICION, Claim, JobState
from linksync.sync.storage import Storage
from linksync.testing.clock import FakeClock
from linksync.testing.contracts.suite import (
    COMPANY,
    LEASE,
    StorageSuite,
    claim,
    customer,
    enqueue,
    job_of,
    records_of,
    settle_all,
    wish,
)


class CrashContract(StorageSuite):
    """A job that kills its workers does not kill them for ever, and the others of its company are done.

    The storage has the crash limit that it has by itself.
    """

    def test_a_job_that_kills_one_worker_after_the_other_becomes_needs_action(
        self, storage: Storage, clock: FakeClock
    ) -> None:
        """By the claim that takes the company over for the last time, which tells it and is given to have it told."""
        enqueue(storage, 1)
        _die(storage, clock, CRASH_LIMIT)

        held = claim(storage, "the next")

        job = job_of(storage, customer(1))
        assert held.jobs == ()
        assert held.given_up == (job,)
        assert (job.state, job.crashes, job.attempts) == (JobState.NEEDS_ACTION, CRASH_LIMIT, 0)
        assert job.error is not None
        assert job.error.code == "crashed"
        assert job.finished_at == clock.now()

    def test_it_runs_until_the_limit(self, storage: Storage, clock: FakeClock) -> None:
        """The last worker but one that it may kill is followed by another."""
        enqueue(storage, 1)
        _die(storage, clock, CRASH_LIMIT - 1)

        held = claim(storage, "the next")

        assert [(job.crashes, job.state) for job in held.jobs] == [(CRASH_LIMIT - 1, JobState.RUNNING)]
        assert held.given_up == ()

    def test_what_was_given_up_is_told_once(self, storage: Storage, clock: FakeClock) -> None:
        """The next claim has nothing to tell, nor has the company anything to do."""
        enqueue(storage, 1)
        _die(storage, clock, CRASH_LIMIT)
        storage.jobs.release(claim(storage, "the next"))

        assert storage.jobs.claim("another", limit=9, lease=LEASE) is None
        assert list(storage.jobs.companies()) == []

    def test_a_suspect_is_handed_out_alone(self, storage: Storage, clock: FakeClock) -> None:
        """Of a batch that died nobody knows which of them it was: then one at a time, until none is left."""
        enqueue(storage, 1, 2, 3)
        _die(storage, clock, SUSPICION)

        sizes = list[int]()
        held = claim(storage, "the next")
        while held.jobs:
            sizes.append(len(held.jobs))
            settle_all(storage, held)
            again = storage.jobs.claim("the next", limit=9, lease=LEASE, company=COMPANY)
            held = again or _without_jobs(held)

        assert sizes == [1, 1, 1]

    def test_the_innocent_are_done(self, storage: Storage, clock: FakeClock) -> None:
        """Whoever dies over one job of a company leaves the others to the next, and they count no further crash."""
        enqueue(storage, 1, 2, 3)

        _work_and_die_over(storage, clock, "2")

        assert job_of(storage, customer(2)).state is JobState.NEEDS_ACTION
        assert job_of(storage, customer(1)).state is JobState.SUCCESS
        assert job_of(storage, customer(3)).state is JobState.SUCCESS

    def test_a_job_that_was_given_up_can_be_requeued(self, storage: Storage, clock: FakeClock) -> None:
        """When somebody has mended what it was; crashes count from zero."""
        enqueue(storage, 1)
        _die(storage, clock, CRASH_LIMIT)
        held = claim(storage, "the next")
        storage.jobs.release(held)

        storage.jobs.requeue([held.given_up[0].id])

        again = claim(storage, "another")
        assert [(job.crashes, job.state) for job in again.jobs] == [(0, JobState.RUNNING)]

    def test_a_job_that_was_given_up_makes_way_for_a_new_wish(
        self, storage: Storage, clock: FakeClock
    ) -> None:
        """As any failed job does."""
        enqueue(storage, 1)
        _die(storage, clock, CRASH_LIMIT)
        held = claim(storage, "the next")

        storage.jobs.enqueue([wish(customer(1))])

        assert storage.jobs.get(held.given_up[0].id).state is JobState.SUPERSEDED
        assert job_of(storage, customer(1)).state is JobState.QUEUED


def _die(storage: Storage, clock: FakeClock, times: int) -> None:
    """Let so many workers die with whatever they are handed."""
    for number in range(times):
        assert claim(storage, f"worker-{number}").jobs, "a worker that is to die with a job got none"
        clock.advance(LEASE)


def _work_and_die_over(storage: Storage, clock: FakeClock, poison: str) -> None:
    """Let workers settle what they are handed, one by one, and die when it is *poison*, until nothing is left."""
    for number in range(4 * CRASH_LIMIT):
        worker = f"worker-{number}"
        held = storage.jobs.claim(worker, limit=1, lease=LEASE)
        while held is not None and held.jobs and records_of(held.jobs) != [poison]:
            settle_all(storage, held)
            held = storage.jobs.claim(worker, limit=1, lease=LEASE, company=COMPANY)
        clock.advance(LEASE)


def _without_jobs(held: Claim) -> Claim:
    return Claim(company=held.company, worker=held.worker, token=held.token, lease_until=held.lease_until)
