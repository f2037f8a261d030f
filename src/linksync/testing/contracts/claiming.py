# ruff: noqa: S101 - a contract is made of assertions
"""What every `JobQueue` must do when workers ask for jobs."""

from datetime import timedelta

import pytest

from linksync.errors import ConfigurationError
from linksync.jobs import Band, JobState, Reason
from linksync.records import CompanyId
from linksync.sync.storage import Storage
from linksync.testing.clock import FakeClock
from linksync.testing.contracts.suite import (
    COMPANY,
    LEASE,
    OTHER,
    StorageSuite,
    claim,
    claim_only,
    customer,
    enqueue,
    job_of,
    records_of,
    settle_all,
    wish,
)

MINUTE = timedelta(minutes=1)
MOMENT = timedelta(microseconds=1)


class ClaimContract(StorageSuite):
    """Whose turn it is, and which jobs are handed out."""

    def test_nothing_to_do_is_no_claim(self, storage: Storage) -> None:
        """Neither anywhere nor in a company that was never heard of."""
        assert storage.jobs.claim("worker-1", limit=1, lease=LEASE) is None
        assert storage.jobs.claim("worker-1", limit=1, lease=LEASE, company=COMPANY) is None

    def test_a_claim_hands_out_due_jobs(self, storage: Storage, clock: FakeClock) -> None:
        """They are running from then on, and the lease runs from now."""
        enqueue(storage, 1, 2)

        held = claim(storage)

        assert (held.company, held.worker, held.lease_until) == (COMPANY, "worker-1", clock.now() + LEASE)
        assert records_of(held.jobs) == ["1", "2"]
        assert list(held.jobs) == [job_of(storage, customer(number)) for number in (1, 2)]
        assert {job.state for job in held.jobs} == {JobState.RUNNING}

    def test_jobs_are_handed_out_most_urgent_and_then_oldest_first(self, storage: Storage) -> None:
        """Up to the limit."""
        storage.jobs.enqueue([wish(customer(1), band=Band.BACKFILL), wish(customer(2)), wish(customer(3))])
        storage.jobs.enqueue([wish(customer(4), band=Band.INTERACTIVE)])

        held = claim(storage, limit=3)

        assert records_of(held.jobs) == ["4", "2", "3"]

    def test_an_urgent_wish_moves_a_job_ahead(self, storage: Storage) -> None:
        """The more urgent band of all wishes counts."""
        enqueue(storage, 1, 2)
        storage.jobs.enqueue([wish(customer(2), Reason.CHANGED, band=Band.INTERACTIVE)])

        held = claim(storage)

        assert records_of(held.jobs) == ["2", "1"]

    def test_every_eighth_hand_out_begins_with_the_backfill(self, storage: Storage) -> None:
        """However much there is that is more urgent, so that it is never starved."""
        storage.jobs.enqueue([wish(customer(number), band=Band.BACKFILL) for number in range(100, 103)])
        enqueue(storage, *range(30))

        bands = [_next_band(storage) for _ in range(16)]

        assert bands == [*[Band.NORMAL] * 7, Band.BACKFILL] * 2

    def test_the_backfills_turn_brings_the_rest_as_well(self, storage: Storage) -> None:
        """As much as there is room for, and without any backfill just that."""
        enqueue(storage, *range(30))
        for _ in range(7):
            _next_band(storage)
        storage.jobs.enqueue([wish(customer(number), band=Band.BACKFILL) for number in (100, 101)])

        turn = claim(storage, limit=3, company=COMPANY)
        for _ in range(7):
            _next_band(storage)
        settle_all(storage, turn)
        next_turn = claim(storage, limit=3, company=COMPANY)

        assert sorted(records_of(turn.jobs)) == ["100", "101", "7"]
        assert {job.band for job in next_turn.jobs} == {Band.NORMAL}

    def test_each_company_has_turns_of_its_own(self, storage: Storage) -> None:
        """What others are handed does not bring its backfill nearer."""
        for company in (COMPANY, OTHER):
            enqueue(storage, *range(30), company=company)
            storage.jobs.enqueue([wish(customer(100), company=company, band=Band.BACKFILL)])
        for _ in range(4):
            _next_band(storage, COMPANY)

        bands = [_next_band(storage, OTHER) for _ in range(8)]

        assert bands == [*[Band.NORMAL] * 7, Band.BACKFILL]

    def test_a_company_is_worked_on_by_one(self, storage: Storage) -> None:
        """Another worker gets nothing, although there are more jobs."""
        enqueue(storage, 1, 2)
        claim(storage, limit=1)

        assert storage.jobs.claim("worker-2", limit=1, lease=LEASE) is None
        assert storage.jobs.claim("worker-2", limit=1, lease=LEASE, company=COMPANY) is None
        assert (
            storage.jobs.claim("worker-2", limit=1, lease=LEASE, company=COMPANY, only=[customer(2)]) is None
        )

    def test_another_worker_gets_another_company(self, storage: Storage) -> None:
        """Companies do not wait for each other."""
        enqueue(storage, 1)
        enqueue(storage, 1, company=OTHER)

        companies = {claim(storage, f"worker-{number}").company for number in (1, 2)}

        assert companies == {COMPANY, OTHER}

    def test_companies_are_served_in_turn(self, storage: Storage) -> None:
        """One with a long queue does not keep the others waiting; a new one comes before those that had their turn."""
        names = [CompanyId(name) for name in ("b", "c", "a")]
        for name in names[:2]:
            enqueue(storage, *range(10), company=name)
        served = [_take_one(storage), _take_one(storage), _take_one(storage)]
        enqueue(storage, 1, 2, company=names[2])

        served += [_take_one(storage) for _ in range(4)]

        assert served == ["b", "c", "b", "a", "c", "b", "a"]

    def test_a_named_company_or_none(self, storage: Storage) -> None:
        """Another company's jobs do not count."""
        enqueue(storage, 1, company=OTHER)

        assert storage.jobs.claim("worker-1", limit=1, lease=LEASE, company=COMPANY) is None
        assert claim(storage, company=OTHER).company == OTHER

    def test_a_job_is_handed_out_when_it_is_due(self, storage: Storage, clock: FakeClock) -> None:
        """Not before, and to whoever asks then."""
        storage.jobs.enqueue([wish(customer(1), due_at=clock.now() + MINUTE)])
        clock.advance(MINUTE - MOMENT)
        early = storage.jobs.claim("worker-1", limit=1, lease=LEASE)
        clock.advance(MOMENT)

        held = claim(storage)

        assert early is None
        assert records_of(held.jobs) == ["1"]

    def test_a_job_comes_due_in_a_company_that_is_asked_for(self, storage: Storage, clock: FakeClock) -> None:
        """By name as well as in turn."""
        storage.jobs.enqueue([wish(customer(1), due_at=clock.now() + MINUTE)])
        clock.advance(MINUTE)

        held = claim(storage, company=COMPANY)

        assert records_of(held.jobs) == ["1"]

    def test_an_earlier_wish_makes_a_delayed_job_due(self, storage: Storage, clock: FakeClock) -> None:
        """At once, if it says so."""
        storage.jobs.enqueue([wish(customer(1), due_at=clock.now() + MINUTE)])
        storage.jobs.enqueue([wish(customer(1), Reason.CHANGED)])

        held = claim(storage)

        assert records_of(held.jobs) == ["1"]

    def test_a_claim_names_records(self, storage: Storage, clock: FakeClock) -> None:
        """Only their due jobs are handed out, most urgent first."""
        storage.jobs.enqueue(
            [
                wish(customer(1)),
                wish(customer(2)),
                wish(customer(3), band=Band.INTERACTIVE),
                wish(customer(4), due_at=clock.now() + MINUTE),
            ]
        )

        held = claim_only(storage, [customer(2), customer(3), customer(4), customer(5)])

        assert records_of(held.jobs) == ["3", "2"]
        assert job_of(storage, customer(1)).state is JobState.QUEUED

    def test_a_claim_that_names_records_is_bounded(self, storage: Storage) -> None:
        """By the same limit."""
        enqueue(storage, 1, 2, 3)

        held = storage.jobs.claim(
            "worker-1", limit=1, lease=LEASE, company=COMPANY, only=[customer(3), customer(2)]
        )

        assert held is not None
        assert records_of(held.jobs) == ["2"]

    def test_a_company_may_be_held_without_jobs_of_the_records_named(self, storage: Storage) -> None:
        """The hold is what is wanted; nobody else gets the company meanwhile."""
        held = claim_only(storage, [customer(1)])
        enqueue(storage, 1)

        assert held.jobs == ()
        assert storage.jobs.get_gate(COMPANY).worker == "worker-1"
        assert storage.jobs.claim("worker-2", limit=1, lease=LEASE) is None

    def test_records_are_named_with_their_company(self, storage: Storage) -> None:
        """A record's name is unique within a company only."""
        with pytest.raises(ConfigurationError, match="company"):
            storage.jobs.claim("worker-1", limit=1, lease=LEASE, only=[customer(1)])

    def test_a_claim_names_thousands_of_records(self, storage: Storage) -> None:
        """The number of records is not bounded by what one statement may bind."""
        enqueue(storage, *range(0, 3000, 10))

        held = storage.jobs.claim(
            "worker-1",
            limit=1000,
            lease=LEASE,
            company=COMPANY,
            only=[customer(number) for number in range(3000)],
        )

        assert held is not None
        assert len(held.jobs) == 300

    def test_who_holds_a_company_gets_its_next_jobs(self, storage: Storage, clock: FakeClock) -> None:
        """Under the same token, the lease renewed."""
        enqueue(storage, 1, 2)
        held = claim(storage, limit=1)
        clock.advance(MINUTE)

        more = claim(storage, limit=1, company=COMPANY)

        assert (more.token, more.lease_until) == (held.token, clock.now() + LEASE)
        assert records_of(more.jobs) == ["2"]

    def test_who_holds_a_company_without_due_jobs_gets_nothing_more(self, storage: Storage) -> None:
        """What is running is not handed out twice, and stays with its worker."""
        enqueue(storage, 1)
        held = claim(storage)

        assert storage.jobs.claim("worker-1", limit=1, lease=LEASE, company=COMPANY) is None
        assert storage.jobs.claim("worker-1", limit=1, lease=LEASE) is None
        storage.jobs.verify(held)
        assert job_of(storage, customer(1)).state is JobState.RUNNING


def _take_one(storage: Storage) -> str:
    """Let a worker do one job of whichever company comes next; return the company."""
    held = claim(storage, limit=1)
    settle_all(storage, held)
    storage.jobs.release(held)
    return held.company


def _next_band(storage: Storage, company: CompanyId = COMPANY) -> Band:
    """Return the band of the one job that a worker is handed next."""
    (job,) = claim(storage, limit=1, company=company).jobs
    return job.band
