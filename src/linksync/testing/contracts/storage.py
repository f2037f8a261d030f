# ruff: noqa: S101 - a contract is made of assertions
"""What every `Storage` must do: all its parts, and a transaction over them."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from linksync.errors import TakenError
from linksync.history import Outcome
from linksync.jobs import JobOutcome, JobState
from linksync.links import LinkState
from linksync.sync.storage import Storage
from linksync.testing.clock import FakeClock
from linksync.testing.contracts.backlog import BacklogContract
from linksync.testing.contracts.history import HistoryLogContract, a_result
from linksync.testing.contracts.intents import IntentLogContract, an_intent, written
from linksync.testing.contracts.links import LinkRegistryContract
from linksync.testing.contracts.purging import IntentPurgeContract
from linksync.testing.contracts.queue import JobQueueContract
from linksync.testing.contracts.suite import COMPANY, LEASE, claim, customer, enqueue, link, settle_all, undo
from linksync.testing.contracts.tokens import TokenStoreContract


class StorageContract(
    LinkRegistryContract,
    JobQueueContract,
    IntentLogContract,
    HistoryLogContract,
    TokenStoreContract,
    BacklogContract,
    IntentPurgeContract,
):
    """The specification of `Storage` and of each of its parts, sentence by sentence.

    What a storage may do besides, `BacklogReader` and `IntentPurge`, is tried if it does it.
    """

    def test_all_instants_are_those_of_the_clock(self, storage: Storage, clock: FakeClock) -> None:
        """The storage hands out the clock that it was given."""
        assert storage.clock.now() == clock.now()

    def test_what_a_transaction_wrote_is_kept(self, storage: Storage) -> None:
        """In all parts together."""
        enqueue(storage, 1)
        held = claim(storage)
        storage.history.start_run("run-1", COMPANY)
        opened = storage.intents.open(held, an_intent("intent-1", 1))
        storage.intents.answer(opened, [written("w1")])

        with storage.transaction():
            _settle_everything(storage)

        assert _state(storage) == (
            {("customer", LinkState.LINKED): 1},
            {JobState.SUCCESS: 1},
            [],
            {Outcome.CREATED: 1},
        )

    def test_a_transaction_left_by_an_exception_wrote_nothing(self, storage: Storage) -> None:
        """In any part; the exception passes through."""
        enqueue(storage, 1)
        held = claim(storage)
        storage.history.start_run("run-1", COMPANY)
        opened = storage.intents.open(held, an_intent("intent-1", 1))
        storage.intents.answer(opened, [written("w1")])
        before = _state(storage)

        def write() -> None:
            _settle_everything(storage)
            enqueue(storage, 2)

        undo(storage, write)

        assert _state(storage) == before
        assert storage.jobs.find_by_records(COMPANY, [customer(2)]) == {}
        storage.jobs.verify(held)

    def test_a_part_of_a_transaction_can_fail_alone(self, storage: Storage) -> None:
        """What was written around it stays."""
        with storage.transaction():
            storage.links.save([link(1, "58")])
            undo(storage, lambda: storage.links.save([link(2, "59")]))
            storage.links.save([link(3, "60")])

        assert sorted(storage.links.find_by_local(COMPANY, "customer", ["1", "2", "3"])) == ["1", "3"]

    def test_a_part_that_succeeded_goes_with_the_whole(self, storage: Storage) -> None:
        """Only the outermost transaction keeps anything."""

        def write() -> None:
            with storage.transaction():
                storage.links.save([link(1, "58")])

        undo(storage, write)

        assert storage.links.count_links(COMPANY) == {}

    def test_a_call_that_fails_leaves_the_transaction_usable(self, storage: Storage) -> None:
        """What it wrote is undone, the rest can be kept."""
        storage.links.save([link(1, "58")])

        with storage.transaction():
            with pytest.raises(TakenError):
                storage.links.save([link(2, "60"), link(3, "58")])
            storage.links.save([link(4, "61")])

        assert sorted(storage.links.find_by_local(COMPANY, "customer", ["1", "2", "3", "4"])) == ["1", "4"]

    def test_a_transaction_sees_its_own_writes(self, storage: Storage) -> None:
        """Before they are kept."""
        with storage.transaction():
            enqueue(storage, 1)
            storage.links.save([link(1)])

            assert storage.jobs.counts(COMPANY) == {JobState.QUEUED: 1}
            assert list(storage.links.find_by_local(COMPANY, "customer", ["1"])) == ["1"]

    def test_a_transaction_tells_that_it_is_open(self, storage: Storage) -> None:
        """Within it, and within a part of it, and not after."""
        before = storage.is_in_transaction()
        with storage.transaction():
            outer = storage.is_in_transaction()
            with storage.transaction():
                inner = storage.is_in_transaction()
            between = storage.is_in_transaction()

        assert (before, outer, inner, between) == (False, True, True, True)
        assert not storage.is_in_transaction()

    def test_a_transaction_belongs_to_its_thread(self, storage: Storage) -> None:
        """Another thread has none open, and its own writes are not undone with it."""
        elsewhere: list[bool] = []
        writing: list[Future[None]] = []

        def write() -> None:
            elsewhere.append(pool.submit(storage.is_in_transaction).result(timeout=20))
            storage.links.save([link(1)])
            writing.append(pool.submit(storage.links.save, [link(2)]))

        with ThreadPoolExecutor(1) as pool:
            undo(storage, write)
            writing[0].result(timeout=20)

        assert elsewhere == [False]
        assert list(storage.links.find_by_local(COMPANY, "customer", ["1", "2"])) == ["2"]

    def test_a_finished_job_and_its_outcomes_survive_many_threads(self, storage: Storage) -> None:
        """Threads that enqueue and threads that work lose nothing and do nothing twice."""
        done: list[str] = []
        guard = threading.Lock()

        def produce(first: int) -> None:
            for number in range(first, first + 20):
                enqueue(storage, number)

        def work(worker: str) -> None:
            for _ in range(60):
                held = storage.jobs.claim(worker, limit=3, lease=LEASE)
                if held is None:
                    continue
                storage.jobs.settle(
                    held, [JobOutcome(job_id=job.id, state=JobState.SUCCESS) for job in held.jobs]
                )
                with guard:
                    done.extend(job.record.id for job in held.jobs)
                storage.jobs.release(held)

        with ThreadPoolExecutor(4) as pool:
            calls = [pool.submit(produce, first) for first in (0, 100)]
            calls += [pool.submit(work, worker) for worker in ("worker-1", "worker-2")]
            for call in calls:
                call.result(timeout=60)
        while held := storage.jobs.claim("last", limit=100, lease=LEASE):
            settle_all(storage, held)
            done.extend(job.record.id for job in held.jobs)

        assert sorted(done, key=int) == [str(number) for number in (*range(20), *range(100, 120))]
        assert storage.jobs.counts(COMPANY) == {JobState.SUCCESS: 40}


def _settle_everything(storage: Storage) -> None:
    """Carry the answered create of customer 1 over to link, job, intent and history."""
    held = storage.jobs.claim("worker-1", limit=1, lease=LEASE, company=COMPANY)
    assert held is not None, "an open intent keeps the company in hand"
    job = storage.jobs.find_by_records(COMPANY, [customer(1)])[customer(1)]
    storage.links.save([link(1, "58")])
    storage.intents.settle(held, "intent-1", ["w1"])
    storage.jobs.settle(held, [JobOutcome(job_id=job.id, state=JobState.SUCCESS)])
    storage.history.add_results([a_result(1)])


def _state(storage: Storage) -> tuple[object, ...]:
    """Return what there is in each part."""
    return (
        storage.links.count_links(COMPANY),
        storage.jobs.counts(COMPANY),
        list(storage.intents.list_open(COMPANY)),
        storage.history.get_run("run-1").counts,
    )
