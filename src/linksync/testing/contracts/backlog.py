# ruff: noqa: S101 - a contract is made of assertions
"""What every storage must tell that can say how far behind its workers are."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from linksync.jobs import (
    SUSPICION,
    BacklogReader,
    Band,
    CompanyBacklog,
    Gate,
    GateState,
    JobOutcome,
    JobState,
)
from linksync.records import CompanyId
from linksync.sync.storage import Storage
from linksync.testing.clock import FakeClock
from linksync.testing.contracts.intents import an_intent, written
from linksync.testing.contracts.suite import (
    COMPANY,
    LEASE,
    OTHER,
    StorageSuite,
    claim,
    claim_only,
    customer,
    enqueue,
    settle_all,
    wish,
)

MINUTE = timedelta(minutes=1)


class BacklogContract(StorageSuite):
    """The specification of `BacklogReader`; a storage that is none is passed over."""

    @pytest.fixture
    def reader(self, storage: Storage) -> BacklogReader:
        """The storage, as one that tells its backlog."""
        if not isinstance(storage, BacklogReader):
            pytest.skip(f"{type(storage).__name__} has no read_backlog")
        return storage

    def test_a_storage_without_work_has_no_backlog(self, reader: BacklogReader, clock: FakeClock) -> None:
        """It says when it looked."""
        backlog = reader.read_backlog()

        assert (backlog.at, list(backlog.companies), backlog.has_more) == (clock.now(), [], False)
        assert (backlog.oldest_due_at, backlog.next_due_at, backlog.intents_since) == (None, None, None)
        assert (backlog.inbox, backlog.inbox_since) == (0, None)

    def test_jobs_are_counted_by_company_and_state(self, storage: Storage, reader: BacklogReader) -> None:
        """Live ones and finished ones, as `counts` does."""
        enqueue(storage, 1, 2, 3, 4)
        held = claim(storage, limit=3)
        storage.jobs.settle(
            held,
            [
                JobOutcome(job_id=held.jobs[0].id, state=JobState.ERROR),
                JobOutcome(
                    job_id=held.jobs[1].id, state=JobState.WAITING, waits_for=frozenset({customer(9)})
                ),
            ],
        )
        enqueue(storage, 1, company=OTHER)

        backlog = reader.read_backlog()

        assert {it.company: it.counts for it in backlog.companies} == {
            COMPANY: storage.jobs.counts(COMPANY),
            OTHER: {JobState.QUEUED: 1},
        }

    def test_a_company_with_nothing_left_to_do_is_left_out(
        self, storage: Storage, reader: BacklogReader
    ) -> None:
        """However much it did."""
        enqueue(storage, 1)
        held = claim(storage)
        settle_all(storage, held)
        storage.jobs.release(held)

        assert list(reader.read_backlog().companies) == []

    def test_it_tells_since_when_jobs_are_due(
        self, storage: Storage, reader: BacklogReader, clock: FakeClock
    ) -> None:
        """Per band the earliest; over all, the earliest of any."""
        begun = clock.now()
        storage.jobs.enqueue([wish(customer(1), band=Band.BACKFILL)])
        clock.advance(MINUTE)
        storage.jobs.enqueue([wish(customer(2)), wish(customer(3))])
        clock.advance(MINUTE)

        backlog = reader.read_backlog()

        assert backlog[COMPANY].due_since == {Band.BACKFILL: begun, Band.NORMAL: begun + MINUTE}
        assert backlog.oldest_due_at == begun

    def test_what_a_closed_gate_keeps_back_waits_for_no_worker(
        self, storage: Storage, reader: BacklogReader, clock: FakeClock
    ) -> None:
        """It is told of its company, and not over all."""
        enqueue(storage, 1)
        storage.jobs.set_gate(COMPANY, GateState.UNAUTHORISED, reason="the grant is gone")
        clock.advance(MINUTE)
        enqueue(storage, 1, company=OTHER)

        backlog = reader.read_backlog()

        assert backlog[COMPANY].oldest_due_at == clock.now() - MINUTE
        assert backlog.oldest_due_at == clock.now()

    def test_a_job_that_was_tried_before_does_not_hide_older_ones(
        self, storage: Storage, reader: BacklogReader, clock: FakeClock
    ) -> None:
        """It stands first in line, and became due last."""
        enqueue(storage, 1, 2)
        begun = clock.now()
        held = claim(storage, limit=1)
        retry = JobOutcome(job_id=held.jobs[0].id, state=JobState.QUEUED, due_at=begun + MINUTE)
        storage.jobs.settle(held, [retry])
        clock.advance(MINUTE)
        claim(storage, limit=0)

        assert reader.read_backlog().oldest_due_at == begun

    def test_a_delayed_job_is_told_before_and_after_its_time(
        self, storage: Storage, reader: BacklogReader, clock: FakeClock
    ) -> None:
        """It becomes due by itself, also while there is no worker to notice."""
        later = clock.now() + MINUTE
        storage.jobs.enqueue([wish(customer(1), due_at=later)])

        before = reader.read_backlog()
        clock.advance(2 * MINUTE)
        after = reader.read_backlog()

        assert (before.next_due_at, before.oldest_due_at) == (later, None)
        assert (after.next_due_at, after.oldest_due_at) == (None, later)
        assert before[COMPANY].counts == after[COMPANY].counts == {JobState.QUEUED: 1}

    def test_it_tells_who_holds_a_company_and_until_when(
        self, storage: Storage, reader: BacklogReader, clock: FakeClock
    ) -> None:
        """Also one without any jobs, as long as the lease runs."""
        held = claim_only(storage, [])

        told = reader.read_backlog()[COMPANY]
        clock.advance(LEASE)
        later = list(reader.read_backlog().companies)

        assert (told.gate.worker, told.gate.lease_until) == ("worker-1", held.lease_until)
        assert told.is_held(clock.now() - LEASE)
        assert later == []

    def test_a_dead_worker_is_told(self, storage: Storage, reader: BacklogReader, clock: FakeClock) -> None:
        """Its jobs still run, and its lease does not."""
        enqueue(storage, 1)
        claim(storage)
        clock.advance(LEASE + MINUTE)

        told = reader.read_backlog()[COMPANY]

        assert (told.gate.worker, told.counts) == ("worker-1", {JobState.RUNNING: 1})
        assert not told.is_held(clock.now())

    def test_it_tells_which_gates_are_closed_and_why(
        self, storage: Storage, reader: BacklogReader, clock: FakeClock
    ) -> None:
        """Also of companies that have nothing to do."""
        until = clock.now() + MINUTE
        storage.jobs.set_gate(COMPANY, GateState.PAUSED, reason="the books are being closed")
        storage.jobs.set_gate(OTHER, GateState.THROTTLED, until=until, reason="too many requests")

        told = {it.gate for it in reader.read_backlog().companies}

        assert told == {
            Gate(company=COMPANY, state=GateState.PAUSED, reason="the books are being closed"),
            Gate(company=OTHER, state=GateState.THROTTLED, until=until, reason="too many requests"),
        }

    def test_a_gate_whose_time_has_come_is_open(
        self, storage: Storage, reader: BacklogReader, clock: FakeClock
    ) -> None:
        """Whether or not a worker has noticed."""
        enqueue(storage, 1)
        storage.jobs.set_gate(COMPANY, GateState.THROTTLED, until=clock.now() + MINUTE, reason="too many")
        storage.jobs.set_gate(OTHER, GateState.THROTTLED, until=clock.now() + MINUTE, reason="too many")
        clock.advance(MINUTE)

        told = list(reader.read_backlog().companies)

        assert [it.gate for it in told] == [Gate(company=COMPANY)]

    def test_it_tells_of_open_intents(
        self, storage: Storage, reader: BacklogReader, clock: FakeClock
    ) -> None:
        """How many, and since when the first; closed ones do not count."""
        held = claim_only(storage, [])
        for number in (1, 2, 3):
            opened = storage.intents.open(held, an_intent(f"intent-{number}", number))
            storage.intents.answer(opened, [written("w1")] if number == 1 else [])
            clock.advance(timedelta(seconds=1))
        storage.intents.settle(held, "intent-1", ["w1"])
        storage.jobs.release(held)

        backlog = reader.read_backlog()

        assert backlog[COMPANY].open_intents == 2
        assert backlog.intents_since == backlog[COMPANY].intents_since == clock.now() - timedelta(seconds=2)

    def test_it_tells_of_suspects(self, storage: Storage, reader: BacklogReader, clock: FakeClock) -> None:
        """Jobs over which as many workers have died as make one."""
        enqueue(storage, 1, 2)
        for number in range(SUSPICION):
            claim(storage, f"worker-{number}", limit=1)
            clock.advance(LEASE)
        storage.jobs.release(claim(storage, "last"))

        assert reader.read_backlog()[COMPANY].suspects == 1

    def test_companies_are_told_in_their_turn(self, storage: Storage, reader: BacklogReader) -> None:
        """Those least recently taken up first, as many as asked for."""
        companies = [CompanyId(f"company-{number}") for number in range(4)]
        for company in companies:
            enqueue(storage, 1, company=company)
        claim(storage, company=companies[0])

        two = reader.read_backlog(limit=2)
        four = reader.read_backlog(limit=4)

        assert _names(two.companies) == companies[1:3]
        assert _names(four.companies) == [*companies[1:], companies[0]]
        assert (two.has_more, four.has_more) == (True, False)

    def test_nothing_is_changed_by_looking(
        self, storage: Storage, reader: BacklogReader, clock: FakeClock
    ) -> None:
        """A second look sees the same, and the next claim what was there before."""
        storage.jobs.enqueue([wish(customer(1)), wish(customer(2), due_at=clock.now() + MINUTE)])
        clock.advance(MINUTE)

        first = reader.read_backlog()
        second = reader.read_backlog()

        assert first == second
        assert [job.record.id for job in claim(storage).jobs] == ["1", "2"]


def _names(companies: Sequence[CompanyBacklog]) -> list[CompanyId]:
    return [it.company for it in companies]
