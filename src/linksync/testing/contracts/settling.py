# ruff: noqa: S101 - a contract is made of assertions
"""What every `JobQueue` must do with what became of claimed jobs, and with those that wait."""

from datetime import timedelta

import pytest

from linksync.jobs import Band, Claim, JobError, JobOutcome, JobState, Reason
from linksync.links import LinkState
from linksync.records import RecordKey, Side
from linksync.sync.storage import Storage
from linksync.testing.clock import FakeClock
from linksync.testing.contracts.suite import (
    COMPANY,
    LEASE,
    OTHER,
    StorageSuite,
    claim,
    customer,
    enqueue,
    job_of,
    link,
    records_of,
    settle_all,
    undo,
    wish,
)

MINUTE = timedelta(minutes=1)
ENDINGS = [JobState.SUCCESS, JobState.ERROR, JobState.NEEDS_ACTION, JobState.CANCELLED]


class SettleContract(StorageSuite):
    """How jobs end, are tried again, run again and wait."""

    @pytest.fixture
    def held(self, storage: Storage) -> Claim:
        """A worker's hold on one job, of customer 1."""
        enqueue(storage, 1)
        return claim(storage)

    @pytest.mark.parametrize("state", ENDINGS)
    def test_a_job_ends(self, storage: Storage, clock: FakeClock, held: Claim, state: JobState) -> None:
        """It keeps its id, counts the try, and leaves its record free."""
        clock.advance(MINUTE)

        settle_all(storage, held, state)

        job = storage.jobs.get(held.jobs[0].id)
        assert (job.state, job.attempts, job.finished_at) == (state, 1, clock.now())
        assert job.updated_at == clock.now()
        assert storage.jobs.counts(COMPANY) == {state: 1}
        assert list(storage.jobs.companies()) == []

    def test_a_job_is_tried_again_when_it_is_due(
        self, storage: Storage, clock: FakeClock, held: Claim
    ) -> None:
        """With its error, one attempt more, its reasons kept."""
        error = JobError(message="the remote was busy")
        due_at = clock.now() + MINUTE

        storage.jobs.settle(
            held,
            [JobOutcome(job_id=held.jobs[0].id, state=JobState.QUEUED, due_at=due_at, error=error)],
        )

        job = job_of(storage, customer(1))
        assert (job.state, job.due_at, job.attempts, job.error) == (JobState.QUEUED, due_at, 1, error)
        assert job.reasons == {Reason.PROMOTE}
        assert storage.jobs.claim("worker-1", limit=1, lease=LEASE) is None
        clock.advance(MINUTE)
        assert records_of(claim(storage).jobs) == ["1"]

    def test_a_job_is_tried_again_at_once(self, storage: Storage, clock: FakeClock, held: Claim) -> None:
        """When the outcome names no time."""
        clock.advance(MINUTE)

        settle_all(storage, held, JobState.QUEUED)

        assert job_of(storage, customer(1)).due_at == clock.now()
        assert records_of(claim(storage).jobs) == ["1"]

    def test_a_try_that_does_not_count_is_no_attempt(self, storage: Storage, held: Claim) -> None:
        """Throttling and trouble with authorization are not the job's fault."""
        storage.jobs.settle(held, [JobOutcome(job_id=held.jobs[0].id, state=JobState.QUEUED, counts=False)])

        assert job_of(storage, customer(1)).attempts == 0

    def test_attempts_add_up(self, storage: Storage, held: Claim) -> None:
        """Over the tries of one job."""
        settle_all(storage, held, JobState.QUEUED)
        settle_all(storage, claim(storage), JobState.QUEUED)

        settle_all(storage, claim(storage), JobState.ERROR)

        assert job_of(storage, customer(1)).attempts == 3

    def test_a_try_without_an_error_clears_the_former_one(self, storage: Storage, held: Claim) -> None:
        """`error` says why the last try did not succeed."""
        storage.jobs.settle(
            held,
            [JobOutcome(job_id=held.jobs[0].id, state=JobState.QUEUED, error=JobError(message="busy"))],
        )

        settle_all(storage, claim(storage))

        assert job_of(storage, customer(1)).error is None

    def test_a_job_that_waits_by_now_is_passed_over(self, storage: Storage, held: Claim) -> None:
        """With all that it waits for: a settle that comes late says nothing about it any more."""
        [job] = held.jobs
        storage.jobs.settle(
            held,
            [
                JobOutcome(
                    job_id=job.id, state=JobState.WAITING, waits_for=frozenset({customer(2)}), counts=False
                )
            ],
        )

        settle_all(storage, held, JobState.ERROR)

        found = storage.jobs.get(job.id)
        assert found.state is JobState.WAITING
        assert found.waits_for == {customer(2)}

    def test_many_jobs_are_settled_at_once(self, storage: Storage) -> None:
        """Each as its outcome says, and those without one keep running."""
        enqueue(storage, *range(300))
        held = claim(storage, limit=300)
        states = [JobState.SUCCESS, JobState.ERROR, JobState.QUEUED]

        storage.jobs.settle(
            held,
            [
                JobOutcome(job_id=job.id, state=states[number % 3])
                for number, job in enumerate(held.jobs[:297])
            ],
        )

        assert storage.jobs.counts(COMPANY) == {
            JobState.SUCCESS: 99,
            JobState.ERROR: 99,
            JobState.QUEUED: 99,
            JobState.RUNNING: 3,
        }

    def test_the_first_of_two_outcomes_counts(self, storage: Storage, held: Claim) -> None:
        """After it the job does not run any more."""
        outcomes = [
            JobOutcome(job_id=held.jobs[0].id, state=state) for state in (JobState.ERROR, JobState.SUCCESS)
        ]

        storage.jobs.settle(held, outcomes)

        assert storage.jobs.counts(COMPANY) == {JobState.ERROR: 1}

    def test_jobs_that_do_not_run_under_the_claim_are_passed_over(
        self, storage: Storage, held: Claim
    ) -> None:
        """Queued and ended ones, another company's, and ids that are not there."""
        enqueue(storage, 2)
        enqueue(storage, 3, company=OTHER)
        elsewhere = claim(storage, "worker-2", company=OTHER)
        settle_all(storage, held)
        ids = [held.jobs[0].id, job_of(storage, customer(2)).id, elsewhere.jobs[0].id, "999", "no-such-job"]

        storage.jobs.settle(held, [JobOutcome(job_id=job_id, state=JobState.ERROR) for job_id in ids])

        assert storage.jobs.counts(COMPANY) == {JobState.SUCCESS: 1, JobState.QUEUED: 1}
        assert storage.jobs.counts(OTHER) == {JobState.RUNNING: 1}

    @pytest.mark.parametrize(
        "state", [JobState.SUCCESS, JobState.ERROR, JobState.NEEDS_ACTION, JobState.QUEUED, JobState.WAITING]
    )
    def test_i05_a_job_enqueued_while_it_runs_runs_again(
        self, storage: Storage, clock: FakeClock, held: Claim, state: JobState
    ) -> None:
        """At once, whatever its outcome: the worker may have read the record before the change."""
        storage.jobs.enqueue([wish(customer(1), Reason.CHANGED)])
        clock.advance(MINUTE)
        outcome = JobOutcome(
            job_id=held.jobs[0].id,
            state=state,
            due_at=clock.now() + MINUTE if state is JobState.QUEUED else None,
            waits_for=frozenset({customer(9)}) if state is JobState.WAITING else frozenset(),
        )

        storage.jobs.settle(held, [outcome])

        job = job_of(storage, customer(1))
        assert (job.id, job.state, job.due_at) == (held.jobs[0].id, JobState.QUEUED, clock.now())
        assert job.waits_for == frozenset()
        again = claim(storage)
        assert records_of(again.jobs) == ["1"]
        settle_all(storage, again)
        assert storage.jobs.counts(COMPANY) == {JobState.SUCCESS: 1}

    @pytest.mark.parametrize("state", [JobState.SUCCESS, JobState.CANCELLED])
    def test_a_job_that_did_its_work_runs_again_for_the_new_reasons(
        self, storage: Storage, held: Claim, state: JobState
    ) -> None:
        """The former ones are done with, and attempts begin from zero."""
        storage.jobs.enqueue([wish(customer(1), Reason.CHANGED), wish(customer(1), Reason.REFERENCE)])

        settle_all(storage, held, state)

        job = job_of(storage, customer(1))
        assert (job.reasons, job.attempts) == (frozenset({Reason.CHANGED, Reason.REFERENCE}), 0)

    @pytest.mark.parametrize(
        ("state", "attempts"),
        [(JobState.ERROR, 0), (JobState.NEEDS_ACTION, 0), (JobState.QUEUED, 1), (JobState.WAITING, 1)],
    )
    def test_a_wish_that_was_not_fulfilled_stays(
        self, storage: Storage, held: Claim, state: JobState, attempts: int
    ) -> None:
        """A promotion that failed is not forgotten over a change that came meanwhile."""
        storage.jobs.enqueue([wish(customer(1), Reason.CHANGED)])

        settle_all(storage, held, state)

        job = job_of(storage, customer(1))
        assert (job.reasons, job.attempts) == (frozenset({Reason.PROMOTE, Reason.CHANGED}), attempts)

    def test_the_same_reason_again_makes_a_job_run_again(self, storage: Storage) -> None:
        """It is the enqueue that counts, not a reason that was not there before."""
        storage.jobs.enqueue([wish(customer(1), Reason.CHANGED)])
        held = claim(storage)
        storage.jobs.enqueue([wish(customer(1), Reason.CHANGED)])

        settle_all(storage, held)

        job = job_of(storage, customer(1))
        assert (job.state, job.reasons) == (JobState.QUEUED, frozenset({Reason.CHANGED}))

    def test_what_was_enqueued_before_the_claim_does_not_make_it_run_again(self, storage: Storage) -> None:
        """Coalesced wishes are served by one run."""
        storage.jobs.enqueue([wish(customer(1)), wish(customer(1), Reason.CHANGED)])

        settle_all(storage, claim(storage))

        assert storage.jobs.counts(COMPANY) == {JobState.SUCCESS: 1}

    def test_a_running_job_becomes_more_urgent(self, storage: Storage, held: Claim) -> None:
        """For its next run."""
        storage.jobs.enqueue([wish(customer(1), Reason.CHANGED, band=Band.INTERACTIVE)])

        settle_all(storage, held)

        assert job_of(storage, customer(1)).band is Band.INTERACTIVE

    def test_settling_is_undone_with_its_transaction(self, storage: Storage, held: Claim) -> None:
        """All or none."""
        undo(storage, lambda: settle_all(storage, held))

        assert storage.jobs.counts(COMPANY) == {JobState.RUNNING: 1}

    def test_a_job_waits_for_links(self, storage: Storage, held: Claim) -> None:
        """It tells for which, and is not handed out."""
        _wait(storage, held, customer(8), RecordKey("item", "9"))

        job = job_of(storage, customer(1))
        assert (job.state, job.attempts) == (JobState.WAITING, 1)
        assert job.waits_for == {customer(8), RecordKey("item", "9")}
        assert storage.jobs.list_jobs(COMPANY, states=[JobState.WAITING]) == [job]
        assert storage.jobs.get(job.id) == job
        assert storage.jobs.claim("worker-1", limit=1, lease=LEASE) is None

    def test_a_job_goes_on_with_the_last_link_that_it_waits_for(
        self, storage: Storage, clock: FakeClock, held: Claim
    ) -> None:
        """Due at once; until then it waits for the rest."""
        _wait(storage, held, customer(8), customer(9))
        clock.advance(MINUTE)

        first = storage.jobs.release_waiting(COMPANY, [customer(8)])
        rest = job_of(storage, customer(1))
        second = storage.jobs.release_waiting(COMPANY, [customer(9), customer(7)])

        assert (first, rest.state, rest.waits_for) == (0, JobState.WAITING, frozenset({customer(9)}))
        assert second == 1
        job = job_of(storage, customer(1))
        assert (job.state, job.due_at, job.waits_for) == (JobState.QUEUED, clock.now(), frozenset())
        assert records_of(claim(storage).jobs) == ["1"]

    def test_a_link_releases_all_that_wait_for_it(self, storage: Storage) -> None:
        """And nobody else, in no other company."""
        enqueue(storage, 1, 2, 3)
        enqueue(storage, 4, company=OTHER)
        held = claim(storage, company=COMPANY)
        for job, awaited in zip(held.jobs, (8, 8, 9), strict=True):
            storage.jobs.settle(
                held,
                [JobOutcome(job_id=job.id, state=JobState.WAITING, waits_for=frozenset({customer(awaited)}))],
            )
        _wait(storage, claim(storage, "worker-2", company=OTHER), customer(8))

        released = storage.jobs.release_waiting(COMPANY, [customer(8)])

        assert released == 2
        assert storage.jobs.counts(COMPANY) == {JobState.QUEUED: 2, JobState.WAITING: 1}
        assert storage.jobs.counts(OTHER) == {JobState.WAITING: 1}

    def test_nothing_waits_for_nothing(self, storage: Storage, held: Claim) -> None:
        """No links release no job, and the other side's record is another."""
        _wait(storage, held, customer(9))

        assert storage.jobs.release_waiting(COMPANY, []) == 0
        assert storage.jobs.release_waiting(COMPANY, [RecordKey("customer", "9", Side.REMOTE)]) == 0
        assert storage.jobs.counts(COMPANY) == {JobState.WAITING: 1}

    @pytest.mark.parametrize("state", [LinkState.PENDING, LinkState.UNLINKED])
    def test_a_link_that_is_no_pair_lets_nobody_go_on(
        self, storage: Storage, held: Claim, state: LinkState
    ) -> None:
        """The job waits on."""
        _wait(storage, held, customer(9))

        storage.links.save([link(9, state=state)])

        assert storage.jobs.claim("worker-1", limit=1, lease=LEASE, company=COMPANY) is None
        assert job_of(storage, customer(1)).state is JobState.WAITING

    def test_a_cancelled_waiter_waits_no_more(self, storage: Storage, held: Claim) -> None:
        """And a link does not bring it back."""
        _wait(storage, held, customer(9))
        storage.jobs.cancel([held.jobs[0].id])

        released = storage.jobs.release_waiting(COMPANY, [customer(9)])

        assert released == 0
        assert storage.jobs.get(held.jobs[0].id).waits_for == frozenset()
        assert storage.jobs.counts(COMPANY) == {JobState.CANCELLED: 1}


def _wait(storage: Storage, held: Claim, *awaited: RecordKey) -> None:
    """Let the first job of *held* wait."""
    outcome = JobOutcome(job_id=held.jobs[0].id, state=JobState.WAITING, waits_for=frozenset(awaited))
    storage.jobs.settle(held, [outcome])
