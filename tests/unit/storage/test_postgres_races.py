"""Moments on PostgreSQL in which one transaction does not see yet what another is about to commit."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest

from linksync.jobs import Gate, GateState, JobOutcome, JobState, Reason
from linksync.records import CompanyId
from linksync.storage import SqlStorage
from linksync.storage.sql import enqueueing
from linksync.storage.sql.claiming import Claiming
from linksync.storage.sql.intake import Intake
from linksync.testing.contracts.suite import (
    COMPANY,
    LEASE,
    claim,
    customer,
    enqueue,
    job_of,
    link,
    records_of,
    settle_all,
    wish,
)
from linksync.testing.endpoint import Throttle
from tests.servers import Database
from tests.toy import COMPANY as TOYS
from tests.toy import Toy


@pytest.fixture
def storage(postgres: Database) -> Iterator[SqlStorage]:
    storage = SqlStorage(postgres.url, schema=postgres.emptied_schema())
    yield storage
    storage.close()


def test_a_link_saved_while_a_worker_finds_nothing_to_do_wakes_what_waits_for_it(
    storage: SqlStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker has looked at the waiting jobs already, and is about to note that the company has no work."""
    enqueue(storage, 1)
    held = claim(storage)
    waiting = JobOutcome(job_id=held.jobs[0].id, state=JobState.WAITING, waits_for=frozenset({customer(9)}))
    storage.jobs.settle(held, [waiting])
    storage.jobs.release(held)
    is_saved, may_commit = threading.Event(), threading.Event()

    def save() -> None:
        with storage.transaction():
            storage.links.save([link(9, "58")])
            is_saved.set()
            may_commit.wait(timeout=20)

    with ThreadPoolExecutor(1) as pool:
        saving = pool.submit(save)
        tidy = Claiming._tidy

        def tidy_and_let_commit(claiming: Claiming, *arguments: Any) -> Any:
            found = tidy(claiming, *arguments)
            may_commit.set()
            saving.result(timeout=20)
            return found

        monkeypatch.setattr(Claiming, "_tidy", tidy_and_let_commit)
        is_saved.wait(timeout=20)
        storage.jobs.claim("worker-2", limit=9, lease=LEASE)
        monkeypatch.undo()

    assert records_of(claim(storage, "worker-3").jobs) == ["1"]


def test_a_worker_gets_jobs_though_another_takes_in_what_it_waited_for(
    storage: SqlStorage, monkeypatch: pytest.MonkeyPatch, postgres: Database
) -> None:
    """It has seen that a host's wish is to be taken in first, and finds that another worker has done so."""
    enqueue(storage, 1)
    with closing(postgres.connect()) as host:
        storage.jobs.enqueue([wish(customer(2))], connection=host)
        host.commit()
    take_all = Intake.take_all

    def come_second(intake: Intake) -> bool:
        take_all(intake)
        return take_all(intake)

    monkeypatch.setattr(Intake, "take_all", come_second)

    assert records_of(claim(storage).jobs) == ["1", "2"]


def test_i05_a_wish_that_is_committed_while_settling_waits_for_the_gate_counts(
    storage: SqlStorage, postgres: Database
) -> None:
    """The job still ran when the host committed: had the wish been dropped, nobody would look at the record again."""
    enqueue(storage, 1)
    held = claim(storage)
    with closing(postgres.connect()) as host, ThreadPoolExecutor(1) as pool:
        with storage.transaction():
            storage.jobs.hold(COMPANY)
            settling = pool.submit(settle_all, storage, held, JobState.NEEDS_ACTION)
            wait([settling], timeout=0.3)
            storage.jobs.enqueue([wish(customer(1), Reason.CHANGED, only_if_known=True)], connection=host)
            host.commit()
        settling.result(timeout=20)

    assert job_of(storage, customer(1)).state is JobState.QUEUED


def test_failed_jobs_are_counted_once_however_many_take_their_place(
    storage: SqlStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two producers have both found the failed job before either supersedes it."""
    enqueue(storage, 1, 2)
    settle_all(storage, claim(storage), JobState.ERROR)
    enqueue(storage, 3)
    together, supersede = threading.Barrier(2), enqueueing._supersede

    def supersede_together(*arguments: Any) -> None:
        together.wait(timeout=20)
        supersede(*arguments)

    monkeypatch.setattr(enqueueing, "_supersede", supersede_together)
    with ThreadPoolExecutor(2) as pool:
        for each in [pool.submit(enqueue, storage, 1, 4) for _ in range(2)]:
            each.result(timeout=20)

    assert storage.jobs.counts(COMPANY) == {JobState.QUEUED: 3, JobState.ERROR: 1, JobState.SUPERSEDED: 1}
    assert job_of(storage, customer(1)).generation == 2


def test_what_somebody_pauses_while_quickbooks_asks_for_a_pause_stays_paused(
    storage: SqlStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run has seen the gate open already, and is about to close it for a minute."""
    toy = Toy(storage=storage)
    toy.customers(1)
    toy.remote.mishaps = [Throttle(timedelta(seconds=60))]
    get_gate = storage.jobs.get_gate

    def pause() -> None:
        toy.sync.pause("stock-taking")

    with ThreadPoolExecutor(1) as pool:
        pausing = list[Future[None]]()

        def look_and_be_slow(company: CompanyId) -> Gate:
            gate = get_gate(company)
            if storage.is_in_transaction() and not pausing:
                pausing.append(pool.submit(pause))
                wait(pausing, timeout=0.3)  # it has to wait for the end of this transaction
            return gate

        monkeypatch.setattr(storage.jobs, "get_gate", look_and_be_slow)
        toy.sync.run()
        pausing[0].result(timeout=20)

    assert (get_gate(TOYS).state, get_gate(TOYS).until) == (GateState.PAUSED, None)


def test_a_wish_and_the_end_of_the_failed_job_before_it_are_kept_together(
    storage: SqlStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program that dies between the two leaves neither."""

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    enqueue(storage, 1)
    held = claim(storage)
    storage.jobs.settle(held, [JobOutcome(job_id=held.jobs[0].id, state=JobState.ERROR)])
    monkeypatch.setattr(enqueueing, "_supersede", die)

    with pytest.raises(KeyboardInterrupt):
        enqueue(storage, 1)
    left = storage.jobs.counts(COMPANY)
    monkeypatch.undo()
    enqueue(storage, 1)

    assert left == {JobState.ERROR: 1}
    assert storage.jobs.counts(COMPANY) == {JobState.QUEUED: 1, JobState.SUPERSEDED: 1}
