# ruff: noqa: S101 - a contract is made of assertions
"""What every `JobQueue` must do when people look jobs up and ask for more or less."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from linksync.jobs import JobError, JobOutcome, JobState, LinkJob, Reason
from linksync.records import RecordKey
from linksync.sync.storage import Storage
from linksync.testing.clock import FakeClock
from linksync.testing.contracts.suite import (
    COMPANY,
    OTHER,
    StorageSuite,
    claim,
    customer,
    enqueue,
    job_of,
    records_of,
    settle_all,
    wish,
)

MINUTE = timedelta(minutes=1)


class AskContract(StorageSuite):
    """How people find jobs, bring them back, end them and forget them."""

    def test_get_returns_live_and_finished_jobs(self, storage: Storage) -> None:
        """By their ids, which they keep."""
        enqueue(storage, 1, 2)
        first = job_of(storage, customer(1))
        held = claim(storage, limit=1)
        settle_all(storage, held)

        assert storage.jobs.get(first.id).state is JobState.SUCCESS
        assert storage.jobs.get(job_of(storage, customer(2)).id).state is JobState.QUEUED

    @pytest.mark.parametrize("job_id", ["999", "no-such-job", ""])
    def test_there_is_no_job_of_an_unknown_id(self, storage: Storage, job_id: str) -> None:
        """Whatever the id looks like."""
        with pytest.raises(KeyError):
            storage.jobs.get(job_id)

    def test_find_by_records_returns_the_newest_job(self, storage: Storage) -> None:
        """The live one if there is one, else the one that ended last; records without are left out."""
        enqueue(storage, 1, 2)
        settle_all(storage, claim(storage))
        enqueue(storage, 1)

        found = storage.jobs.find_by_records(COMPANY, [customer(1), customer(2), customer(3)])

        assert {key.id: job.state for key, job in found.items()} == {
            "1": JobState.QUEUED,
            "2": JobState.SUCCESS,
        }

    def test_the_job_that_ended_last_is_the_newest(self, storage: Storage, clock: FakeClock) -> None:
        """An older one that was brought back and ended again overtakes one that was made after it."""
        enqueue(storage, 1)
        old = job_of(storage, customer(1))
        storage.jobs.cancel([old.id])
        enqueue(storage, 1)
        settle_all(storage, claim(storage), JobState.ERROR)
        storage.jobs.requeue([old.id])
        clock.advance(timedelta(seconds=1))

        settle_all(storage, claim(storage))

        assert job_of(storage, customer(1)).id == old.id

    def test_jobs_are_listed_oldest_first(self, storage: Storage) -> None:
        """Live and finished ones in one order, of the states asked for."""
        enqueue(storage, 1, 2, 3, 4)
        held = claim(storage, limit=2)
        storage.jobs.settle(
            held,
            [
                JobOutcome(job_id=held.jobs[0].id, state=JobState.SUCCESS),
                JobOutcome(job_id=held.jobs[1].id, state=JobState.ERROR),
            ],
        )

        listed = storage.jobs.list_jobs(COMPANY, states=[JobState.ERROR, JobState.QUEUED])

        assert [(job.record.id, job.state) for job in listed] == [
            ("2", JobState.ERROR),
            ("3", JobState.QUEUED),
            ("4", JobState.QUEUED),
        ]

    def test_jobs_are_paged(self, storage: Storage) -> None:
        """Page after page, each job is listed once."""
        enqueue(storage, *range(7))
        settle_all(storage, claim(storage, limit=3))
        pages: list[list[str]] = []
        after: LinkJob | None = None

        while page := storage.jobs.list_jobs(COMPANY, states=list(JobState), after=after, limit=3):
            pages.append(records_of(page))
            after = page[-1]

        assert pages == [["0", "1", "2"], ["3", "4", "5"], ["6"]]

    def test_listed_jobs_are_filtered_by_entity_and_company(self, storage: Storage) -> None:
        """The others are not there."""
        storage.jobs.enqueue([wish(customer(1)), wish(RecordKey("invoice", "4711"))])
        enqueue(storage, 5, company=OTHER)

        listed = storage.jobs.list_jobs(COMPANY, states=[JobState.QUEUED], entity="invoice")

        assert records_of(listed) == ["4711"]

    def test_a_delayed_job_is_listed_as_queued(self, storage: Storage, clock: FakeClock) -> None:
        """Due or not, it is in the queue."""
        storage.jobs.enqueue([wish(customer(1), due_at=clock.now() + MINUTE)])

        listed = storage.jobs.list_jobs(COMPANY, states=[JobState.QUEUED])

        assert [job.due_at for job in listed] == [clock.now() + MINUTE]
        assert storage.jobs.counts(COMPANY) == {JobState.QUEUED: 1}

    def test_counts_are_by_state(self, storage: Storage) -> None:
        """States without any are left out."""
        enqueue(storage, 1, 2, 3, 4)
        enqueue(storage, 1, company=OTHER)
        held = claim(storage, limit=3, company=COMPANY)
        storage.jobs.settle(
            held,
            [
                JobOutcome(job_id=held.jobs[0].id, state=JobState.SUCCESS),
                JobOutcome(job_id=held.jobs[1].id, state=JobState.NEEDS_ACTION),
            ],
        )

        counts = storage.jobs.counts(COMPANY)

        assert counts == {
            JobState.QUEUED: 1,
            JobState.RUNNING: 1,
            JobState.SUCCESS: 1,
            JobState.NEEDS_ACTION: 1,
        }

    def test_counts_follow_a_job_through_all_that_may_become_of_it(
        self, storage: Storage, clock: FakeClock
    ) -> None:
        """Failed, brought back, failed again, superseded by another, which is cancelled; and both forgotten."""
        seen = list[Mapping[JobState, int]]()

        def look() -> None:
            seen.append(storage.jobs.counts(COMPANY))

        enqueue(storage, 1)
        first = job_of(storage, customer(1)).id
        settle_all(storage, claim(storage), JobState.ERROR)
        look()
        storage.jobs.requeue([first])
        look()
        settle_all(storage, claim(storage), JobState.NEEDS_ACTION)
        enqueue(storage, 1)
        look()
        storage.jobs.cancel([job_of(storage, customer(1)).id])
        look()
        clock.advance(MINUTE)
        storage.jobs.purge(clock.now())
        look()

        assert seen == [
            {JobState.ERROR: 1},
            {JobState.QUEUED: 1},
            {JobState.QUEUED: 1, JobState.SUPERSEDED: 1},
            {JobState.CANCELLED: 1, JobState.SUPERSEDED: 1},
            {},
        ]

    def test_a_failed_job_that_is_cancelled_is_counted_once(self, storage: Storage) -> None:
        """As cancelled, also when it is requeued beside a live one and so stays what it is."""
        enqueue(storage, 1)
        settle_all(storage, claim(storage), JobState.ERROR)
        cancelled = job_of(storage, customer(1)).id
        storage.jobs.cancel([cancelled])
        enqueue(storage, 1)

        storage.jobs.requeue([cancelled])

        assert storage.jobs.counts(COMPANY) == {JobState.CANCELLED: 1, JobState.QUEUED: 1}

    def test_companies_with_live_jobs_are_told_in_turn(self, storage: Storage) -> None:
        """Least recently taken up first; those whose jobs have all ended are left out."""
        enqueue(storage, 1, 2)
        enqueue(storage, 1, company=OTHER)
        held = claim(storage, limit=1, company=COMPANY)

        before = list(storage.jobs.companies())
        settle_all(storage, claim(storage, company=OTHER))

        assert held.company == COMPANY
        assert before == [OTHER, COMPANY]
        assert list(storage.jobs.companies()) == [COMPANY]

    @pytest.mark.parametrize("state", [JobState.ERROR, JobState.NEEDS_ACTION, JobState.CANCELLED])
    def test_requeue_brings_a_job_back(self, storage: Storage, clock: FakeClock, state: JobState) -> None:
        """Under its id, due at once, attempts from zero, with all its reasons and one more."""
        enqueue(storage, 1)
        held = claim(storage)
        settle_all(storage, held, state)
        clock.advance(MINUTE)

        (requeued,) = storage.jobs.requeue([held.jobs[0].id])

        assert requeued == job_of(storage, customer(1))
        assert (requeued.id, requeued.state, requeued.attempts) == (held.jobs[0].id, JobState.QUEUED, 0)
        assert (requeued.due_at, requeued.finished_at) == (clock.now(), None)
        assert requeued.reasons == {Reason.PROMOTE, Reason.REQUEUED}
        assert records_of(claim(storage).jobs) == ["1"]

    def test_requeue_lets_a_waiting_job_go_on(self, storage: Storage) -> None:
        """It waits for nothing any more."""
        enqueue(storage, 1)
        held = claim(storage)
        storage.jobs.settle(
            held,
            [JobOutcome(job_id=held.jobs[0].id, state=JobState.WAITING, waits_for=frozenset({customer(9)}))],
        )

        (requeued,) = storage.jobs.requeue([held.jobs[0].id])

        assert (requeued.state, requeued.waits_for) == (JobState.QUEUED, frozenset())
        assert records_of(claim(storage).jobs) == ["1"]

    def test_requeue_leaves_other_states_alone(self, storage: Storage, clock: FakeClock) -> None:
        """Queued, running and successful jobs, and ids that are not there."""
        storage.jobs.enqueue([wish(customer(1)), wish(customer(2)), wish(customer(3))])
        held = claim(storage, limit=2)
        storage.jobs.settle(held, [JobOutcome(job_id=held.jobs[0].id, state=JobState.SUCCESS)])
        before = [job_of(storage, customer(number)) for number in (1, 2, 3)]
        clock.advance(timedelta(seconds=1))

        requeued = storage.jobs.requeue([*(job.id for job in before), "999", "no-such-job"])

        assert list(requeued) == []
        assert [job_of(storage, customer(number)) for number in (1, 2, 3)] == before

    def test_requeue_of_a_superseded_job_does_nothing(self, storage: Storage) -> None:
        """Another job has its wish."""
        enqueue(storage, 1)
        held = claim(storage)
        settle_all(storage, held, JobState.ERROR)
        enqueue(storage, 1)

        requeued = storage.jobs.requeue([held.jobs[0].id])

        assert list(requeued) == []

    def test_requeue_beside_a_live_job_joins_it(self, storage: Storage) -> None:
        """The former job stays as it is, the live one takes its reasons and rises by a generation."""
        enqueue(storage, 1)
        old = job_of(storage, customer(1))
        storage.jobs.cancel([old.id])
        storage.jobs.enqueue([wish(customer(1), Reason.CHANGED)])

        (joined,) = storage.jobs.requeue([old.id])

        assert joined == job_of(storage, customer(1))
        assert (joined.id == old.id, joined.generation) == (False, 2)
        assert joined.reasons == {Reason.PROMOTE, Reason.CHANGED, Reason.REQUEUED}
        assert storage.jobs.get(old.id).state is JobState.CANCELLED

    def test_requeue_beside_a_running_job_makes_it_run_again(self, storage: Storage) -> None:
        """As an enqueue would."""
        enqueue(storage, 1)
        old = job_of(storage, customer(1))
        storage.jobs.cancel([old.id])
        storage.jobs.enqueue([wish(customer(1), Reason.CHANGED)])
        held = claim(storage)
        storage.jobs.requeue([old.id])

        settle_all(storage, held)

        job = job_of(storage, customer(1))
        assert (job.state, job.reasons) == (JobState.QUEUED, frozenset({Reason.PROMOTE, Reason.REQUEUED}))

    def test_requeue_supersedes_other_failures_of_the_record(self, storage: Storage) -> None:
        """An older cancelled job that is brought back takes the place of a newer failed one."""
        enqueue(storage, 1)
        old = job_of(storage, customer(1))
        storage.jobs.cancel([old.id])
        enqueue(storage, 1)
        held = claim(storage)
        settle_all(storage, held, JobState.ERROR)

        storage.jobs.requeue([old.id])

        assert storage.jobs.get(held.jobs[0].id).state is JobState.SUPERSEDED

    def test_cancel_ends_queued_waiting_and_failed_jobs(self, storage: Storage, clock: FakeClock) -> None:
        """They are returned, oldest first; running and ended ones are left alone."""
        storage.jobs.enqueue([wish(customer(number)) for number in range(5)])
        held = claim(storage, limit=4)
        storage.jobs.settle(
            held,
            [
                JobOutcome(job_id=held.jobs[0].id, state=JobState.SUCCESS),
                JobOutcome(job_id=held.jobs[1].id, state=JobState.ERROR),
                JobOutcome(
                    job_id=held.jobs[2].id, state=JobState.WAITING, waits_for=frozenset({customer(9)})
                ),
            ],
        )
        clock.advance(MINUTE)
        ids = [job_of(storage, customer(number)).id for number in (4, 3, 2, 1, 0)]

        cancelled = storage.jobs.cancel([*ids, "999"])

        assert records_of(cancelled) == ["1", "2", "4"]
        assert {job.state for job in cancelled} == {JobState.CANCELLED}
        assert {job.finished_at for job in cancelled} == {clock.now()}
        assert storage.jobs.counts(COMPANY) == {
            JobState.SUCCESS: 1,
            JobState.RUNNING: 1,
            JobState.CANCELLED: 3,
        }
        assert list(cancelled) == [storage.jobs.get(job.id) for job in cancelled]

    def test_a_cancelled_job_is_not_handed_out(self, storage: Storage) -> None:
        """Nor does a link bring it back."""
        enqueue(storage, 1)
        storage.jobs.cancel([job_of(storage, customer(1)).id])

        assert storage.jobs.claim("worker-1", limit=9, lease=MINUTE) is None

    def test_purge_forgets_old_finished_jobs(self, storage: Storage, clock: FakeClock) -> None:
        """Failed ones wait for a person, live ones for a worker, young ones for their time."""
        enqueue(storage, 1, 2, 3)
        held = claim(storage, limit=2)
        storage.jobs.settle(
            held,
            [
                JobOutcome(job_id=held.jobs[0].id, state=JobState.SUCCESS),
                JobOutcome(job_id=held.jobs[1].id, state=JobState.ERROR),
            ],
        )
        clock.advance(MINUTE)
        enqueue(storage, 4)
        storage.jobs.cancel([job_of(storage, customer(4)).id])

        forgotten = storage.jobs.purge(clock.now())

        assert forgotten == 1
        assert sorted(storage.jobs.find_by_records(COMPANY, [customer(number) for number in range(9)])) == [
            customer(2),
            customer(3),
            customer(4),
        ]
        with pytest.raises(KeyError):
            storage.jobs.get(held.jobs[0].id)

    def test_purge_is_bounded(self, storage: Storage, clock: FakeClock) -> None:
        """Oldest first, up to the limit."""
        for number in range(3):
            enqueue(storage, number)
            settle_all(storage, claim(storage))
            clock.advance(timedelta(seconds=1))

        forgotten = storage.jobs.purge(clock.now(), limit=2)

        assert forgotten == 2
        assert records_of(storage.jobs.list_jobs(COMPANY, states=[JobState.SUCCESS])) == ["2"]

    def test_an_error_is_kept_whole(self, storage: Storage) -> None:
        """Message, code, remedy and request id."""
        error = JobError(message="name is taken", code="6240", remedy="rename it", request_id="1-5f")
        enqueue(storage, 1)
        held = claim(storage)

        storage.jobs.settle(
            held, [JobOutcome(job_id=held.jobs[0].id, state=JobState.NEEDS_ACTION, error=error)]
        )

        assert job_of(storage, customer(1)).error == error
