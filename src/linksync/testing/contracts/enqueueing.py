# ruff: noqa: S101 - a contract is made of assertions
"""What every `JobQueue` must do when jobs are enqueued."""

from datetime import timedelta

import pytest
from attrs import evolve

from linksync.errors import ConfigurationError
from linksync.jobs import Band, Claim, JobOutcome, JobState, LinkJob, Reason
from linksync.links import LinkState
from linksync.records import RecordKey, Side
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
    link,
    records_of,
    settle_all,
    wish,
)

MINUTE = timedelta(minutes=1)


class EnqueueContract(StorageSuite):
    """How wishes become jobs, one per record."""

    def test_a_record_without_a_job_gets_one(self, storage: Storage, clock: FakeClock) -> None:
        """Queued, due now, with its reason."""
        storage.jobs.enqueue([wish(customer(1), Reason.PROMOTE, band=Band.INTERACTIVE)])

        job = job_of(storage, customer(1))
        assert job == LinkJob(
            id=job.id,
            company=COMPANY,
            record=customer(1),
            reasons=frozenset({Reason.PROMOTE}),
            source=Side.LOCAL,
            state=JobState.QUEUED,
            band=Band.INTERACTIVE,
            due_at=clock.now(),
            created_at=clock.now(),
            updated_at=clock.now(),
        )

    def test_nothing_enqueued_is_nothing(self, storage: Storage) -> None:
        """No requests leave no trace."""
        storage.jobs.enqueue([])

        assert list(storage.jobs.companies()) == []

    def test_a_remote_records_wish_comes_from_the_remote_side(self, storage: Storage) -> None:
        """Local 1 and remote 1 are two records."""
        remote = RecordKey("customer", "1", Side.REMOTE)

        storage.jobs.enqueue([wish(customer(1)), wish(remote, Reason.CHANGED)])

        assert job_of(storage, remote).source is Side.REMOTE
        assert storage.jobs.counts(COMPANY) == {JobState.QUEUED: 2}

    def test_a_live_job_takes_a_further_wish_in(self, storage: Storage, clock: FakeClock) -> None:
        """The reason is added, the more urgent band and the earlier due time count, the generation rises."""
        later = clock.now() + 2 * MINUTE
        storage.jobs.enqueue([wish(customer(1), Reason.PROMOTE, band=Band.BACKFILL, due_at=later)])
        first = job_of(storage, customer(1))
        clock.advance(timedelta(seconds=1))

        storage.jobs.enqueue([wish(customer(1), Reason.CHANGED, due_at=clock.now() + MINUTE)])

        assert job_of(storage, customer(1)) == evolve(
            first,
            reasons=frozenset({Reason.PROMOTE, Reason.CHANGED}),
            band=Band.NORMAL,
            due_at=clock.now() + MINUTE,
            generation=2,
            updated_at=clock.now(),
        )

    def test_a_less_urgent_and_later_wish_delays_nothing(self, storage: Storage, clock: FakeClock) -> None:
        """The job stays as urgent and as early as it was."""
        storage.jobs.enqueue([wish(customer(1), band=Band.INTERACTIVE)])

        storage.jobs.enqueue([wish(customer(1), band=Band.BACKFILL, due_at=clock.now() + MINUTE)])

        job = job_of(storage, customer(1))
        assert (job.band, job.due_at) == (Band.INTERACTIVE, clock.now())

    def test_wishes_of_one_call_coalesce(self, storage: Storage) -> None:
        """One job, however often a record is named."""
        storage.jobs.enqueue(
            [
                wish(customer(1), Reason.PROMOTE),
                wish(customer(1), Reason.CHANGED),
                wish(customer(1), Reason.CHANGED),
            ]
        )

        job = job_of(storage, customer(1))
        assert (job.generation, job.reasons) == (3, frozenset({Reason.PROMOTE, Reason.CHANGED}))

    def test_a_waiting_job_whose_record_is_referred_to_again_stays_waiting(self, storage: Storage) -> None:
        """That somebody else wants it does not bring about the link that it waits for."""
        held = self._let_wait(storage)

        storage.jobs.enqueue([wish(customer(1), Reason.REFERENCE)])

        job = job_of(storage, customer(1))
        assert (job.state, job.generation, job.waits_for) == (JobState.WAITING, 2, frozenset({customer(9)}))
        assert storage.jobs.claim(held.worker, limit=9, lease=MINUTE, company=COMPANY, only=[customer(1)])

    def test_a_waiting_job_whose_record_changed_is_looked_at_again(self, storage: Storage) -> None:
        """It may refer to another record by now."""
        held = self._let_wait(storage)

        storage.jobs.enqueue([wish(customer(1), Reason.CHANGED)])

        job = job_of(storage, customer(1))
        assert (job.state, job.generation, job.waits_for) == (JobState.QUEUED, 2, frozenset())
        again = storage.jobs.claim(held.worker, limit=9, lease=MINUTE, company=COMPANY)
        assert again is not None
        assert [it.record for it in again.jobs] == [customer(1)]
        other = JobOutcome(job_id=job.id, state=JobState.WAITING, waits_for=frozenset({customer(8)}))
        storage.jobs.settle(again, [other])
        assert job_of(storage, customer(1)).waits_for == {customer(8)}

    def _let_wait(self, storage: Storage) -> Claim:
        """Let customer 1 wait for customer 9."""
        enqueue(storage, 1)
        held = claim(storage)
        waiting = JobOutcome(
            job_id=held.jobs[0].id, state=JobState.WAITING, waits_for=frozenset({customer(9)})
        )
        storage.jobs.settle(held, [waiting])
        return held

    def test_what_is_enqueued_earlier_is_older(self, storage: Storage) -> None:
        """Whatever the records are called: accounts may be numbered in the order in which they arrive."""
        enqueue(storage, 10, 9, 100)
        enqueue(storage, 8, 20)

        held = claim(storage)

        assert records_of(held.jobs) == ["10", "9", "100", "8", "20"]

    def test_companies_have_jobs_of_their_own(self, storage: Storage) -> None:
        """The same record may have a live job in each."""
        enqueue(storage, 1)
        enqueue(storage, 1, company=OTHER)

        assert storage.jobs.counts(COMPANY) == {JobState.QUEUED: 1}
        assert job_of(storage, customer(1)).id != job_of(storage, customer(1), company=OTHER).id

    def test_a_new_job_supersedes_a_failed_one(self, storage: Storage) -> None:
        """The failed one is not asked about any more, and the new one starts afresh."""
        enqueue(storage, 1)
        held = claim(storage)
        settle_all(storage, held, JobState.NEEDS_ACTION)

        enqueue(storage, 1)

        assert storage.jobs.get(held.jobs[0].id).state is JobState.SUPERSEDED
        job = job_of(storage, customer(1))
        assert (job.state, job.attempts, job.id == held.jobs[0].id) == (JobState.QUEUED, 0, False)

    def test_a_new_job_leaves_a_successful_one(self, storage: Storage) -> None:
        """Only failures are superseded."""
        enqueue(storage, 1)
        held = claim(storage)
        settle_all(storage, held)

        enqueue(storage, 1)

        assert storage.jobs.get(held.jobs[0].id).state is JobState.SUCCESS

    def test_a_wish_for_an_unknown_record_is_dropped_if_it_says_so(self, storage: Storage) -> None:
        """Without a link and without a live job; a failed job is not live, and stays."""
        enqueue(storage, 1)
        settle_all(storage, claim(storage), JobState.ERROR)

        storage.jobs.enqueue(
            [wish(customer(number), Reason.CHANGED, only_if_known=True) for number in (1, 2)]
        )

        assert storage.jobs.counts(COMPANY) == {JobState.ERROR: 1}

    @pytest.mark.parametrize("state", [LinkState.PENDING, LinkState.LINKED])
    def test_a_wish_for_a_linked_record_is_kept(self, storage: Storage, state: LinkState) -> None:
        """A pending link counts."""
        storage.links.save([link(1, "58" if state is LinkState.LINKED else None)])

        storage.jobs.enqueue([wish(customer(1), Reason.CHANGED, only_if_known=True)])

        assert job_of(storage, customer(1)).reasons == {Reason.CHANGED}

    def test_a_wish_for_an_unlinked_record_is_dropped(self, storage: Storage) -> None:
        """An unlinked record is left alone."""
        storage.links.save([link(1, "58").unlink()])

        storage.jobs.enqueue([wish(customer(1), Reason.CHANGED, only_if_known=True)])

        assert storage.jobs.counts(COMPANY) == {}

    def test_a_wish_for_a_record_with_a_live_job_is_kept(self, storage: Storage) -> None:
        """Also when that job was enqueued by the same call."""
        storage.jobs.enqueue([wish(customer(1)), wish(customer(1), Reason.CHANGED, only_if_known=True)])

        assert job_of(storage, customer(1)).reasons == {Reason.PROMOTE, Reason.CHANGED}

    def test_a_wish_for_a_linked_remote_record_is_kept(self, storage: Storage) -> None:
        """A remote record is known by the link that names it, of the same entity and company."""
        storage.links.save([link(1, "58"), link(2, "59", company=OTHER), link(3, "60", entity="supplier")])
        remotes = [RecordKey("customer", remote_id, Side.REMOTE) for remote_id in ("58", "59", "60", "1")]

        storage.jobs.enqueue([wish(remote, Reason.CHANGED, only_if_known=True) for remote in remotes])

        assert list(storage.jobs.find_by_records(COMPANY, remotes)) == [remotes[0]]

    def test_a_link_elsewhere_does_not_make_a_record_known(self, storage: Storage) -> None:
        """Neither in another company nor of another entity."""
        storage.links.save([link(1, "58", company=OTHER), link(1, "59", entity="supplier")])

        storage.jobs.enqueue([wish(customer(1), Reason.CHANGED, only_if_known=True)])

        assert storage.jobs.counts(COMPANY) == {}

    def test_a_foreign_connection_is_refused(self, storage: Storage) -> None:
        """What is no connection to the storage's own database would lose the wish."""
        with pytest.raises(ConfigurationError, match="connection"):
            storage.jobs.enqueue([wish(customer(1))], connection=object())

        assert list(storage.jobs.companies()) == []
