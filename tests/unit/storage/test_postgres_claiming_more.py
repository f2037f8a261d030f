"""A worker that has a company gets more of it by one statement on PostgreSQL, where no more than that is to be done."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta

import pytest

from linksync.jobs import SUSPICION, Band, GateState, JobOutcome, JobState
from linksync.records import CompanyId
from linksync.storage import SqlStorage
from linksync.storage.sql.connection import Session
from linksync.testing.clock import FakeClock
from linksync.testing.contracts.suite import (
    COMPANY,
    LEASE,
    OTHER,
    claim,
    customer,
    enqueue,
    job_of,
    records_of,
    settle_all,
    wish,
)
from tests.servers import Database


@pytest.fixture
def storage(postgres: Database, clock: FakeClock) -> Iterator[SqlStorage]:
    with closing(SqlStorage(postgres.url, schema=postgres.emptied_schema(), clock=clock)) as storage:
        storage.migrate()
        yield storage


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the statements that are run."""
    names, run = list[str](), Session._run

    def note(session: Session, name: str, parameters: dict[str, object]) -> object:
        names.append(name)
        return run(session, name, parameters)

    monkeypatch.setattr(Session, "_run", note)
    return names


def more(storage: SqlStorage, limit: int = 1, company: CompanyId = COMPANY) -> list[str]:
    held = storage.jobs.claim("worker-1", limit=limit, lease=LEASE, company=company)
    return records_of(held.jobs) if held else []


def test_more_of_a_company_is_handed_out_by_one_statement(
    storage: SqlStorage, clock: FakeClock, asked: list[str]
) -> None:
    """As the claim before: under its token, most urgent first, the lease renewed, and the company's turn over."""
    enqueue(storage, 1, 2, 3, company=OTHER)
    enqueue(storage, 1, 2, 3, 4)
    first = claim(storage, limit=1, company=COMPANY)
    storage.jobs.enqueue([wish(customer(5), band=Band.INTERACTIVE)])
    storage.jobs.extend(first, LEASE, usage="7 a minute")
    clock.advance(LEASE / 2)
    asked.clear()

    held = claim(storage, limit=2, company=COMPANY)

    assert asked == ["claims.more"]
    assert records_of(held.jobs) == ["5", "2"]
    assert {job.state for job in held.jobs} == {JobState.RUNNING}
    assert (held.token, held.lease_until, held.usage) == (first.token, clock.now() + LEASE, "7 a minute")
    assert storage.jobs.get_gate(COMPANY).lease_until == held.lease_until
    assert storage.jobs.companies() == [OTHER, COMPANY]
    settle_all(storage, held)
    assert job_of(storage, customer(5)).state is JobState.SUCCESS


def test_the_end_of_the_company_is_found_as_ever(storage: SqlStorage, asked: list[str]) -> None:
    """And what was handed out either way goes back when the company is let go."""
    enqueue(storage, 1, 2)
    held = claim(storage, limit=1, company=COMPANY)

    assert more(storage, 9) == ["2"]
    assert more(storage, 9) == []
    storage.jobs.release(held)
    assert more(storage, 9) == ["1", "2"]


def delay(storage: SqlStorage) -> None:
    """Its time comes with the next claim."""
    due_at = storage.clock.now() + timedelta(seconds=1)
    storage.jobs.enqueue([wish(customer(8), company=OTHER, due_at=due_at)])
    storage.clock.advance(timedelta(seconds=2))


def close_for_a_second(storage: SqlStorage) -> None:
    until = storage.clock.now() + timedelta(seconds=1)
    storage.jobs.set_gate(OTHER, GateState.THROTTLED, until=until)
    storage.clock.advance(timedelta(seconds=2))


def let_one_wait(storage: SqlStorage) -> None:
    running = job_of(storage, customer(1)).id
    outcome = JobOutcome(job_id=running, state=JobState.WAITING, waits_for=frozenset({customer(9)}))
    held = claim(storage, limit=0, company=COMPANY)
    storage.jobs.settle(held, [outcome])
    claim(storage, limit=0, company=COMPANY)


def come_to_the_backfills_turn(storage: SqlStorage) -> None:
    for _ in range(6):
        claim(storage, limit=0, company=COMPANY)


@pytest.mark.parametrize("happen", [delay, close_for_a_second, let_one_wait, come_to_the_backfills_turn])
def test_what_else_is_to_be_done_takes_a_claim_as_ever(
    storage: SqlStorage, asked: list[str], happen: Callable[[SqlStorage], None]
) -> None:
    enqueue(storage, 1, 2, 3)
    claim(storage, limit=1, company=COMPANY)
    happen(storage)
    asked.clear()

    assert more(storage) == ["2"]
    assert "jobs.hand_out" in asked


def test_suspects_are_still_handed_out_one_by_one(storage: SqlStorage, clock: FakeClock) -> None:
    enqueue(storage, 1, 2, 3)
    for number in range(SUSPICION):
        claim(storage, f"dead {number}", company=COMPANY)
        clock.advance(LEASE)

    assert [more(storage, 9) for _ in range(4)] == [["1"], ["2"], ["3"], []]


def test_what_a_host_has_committed_comes_first(storage: SqlStorage, postgres: Database) -> None:
    enqueue(storage, 1, 2)
    claim(storage, limit=1, company=COMPANY)
    with closing(postgres.connect()) as host:
        storage.jobs.enqueue([wish(customer(3), band=Band.INTERACTIVE)], connection=host)
        host.commit()

    assert more(storage) == ["3"]


def test_a_closed_gate_stops_it(storage: SqlStorage) -> None:
    enqueue(storage, 1, 2)
    claim(storage, limit=1, company=COMPANY)
    storage.jobs.set_gate(COMPANY, GateState.PAUSED)

    assert storage.jobs.claim("worker-1", limit=1, lease=LEASE, company=COMPANY) is None


def test_a_lease_that_has_run_out_is_no_hold(storage: SqlStorage, clock: FakeClock) -> None:
    """The worker is its own successor: what it had counts as what a dead worker left."""
    enqueue(storage, 1, 2)
    former = claim(storage, limit=1, company=COMPANY)
    clock.advance(LEASE)

    held = claim(storage, company=COMPANY)

    assert held.token == former.token + 1
    assert [(job.record.id, job.crashes) for job in held.jobs] == [("1", 1), ("2", 0)]


def test_a_worker_that_was_taken_over_gets_no_more(storage: SqlStorage, clock: FakeClock) -> None:
    enqueue(storage, 1, 2)
    claim(storage, limit=1, company=COMPANY)
    clock.advance(LEASE)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(claim, storage, "worker-2", limit=1).result(timeout=20)

    assert storage.jobs.claim("worker-1", limit=1, lease=LEASE, company=COMPANY) is None


def test_a_claim_of_more_need_not_outlive_a_crash_of_the_server(storage: SqlStorage) -> None:
    """Like every claim: it is durable with the first thing that has to be."""
    enqueue(storage, 1, 2)
    held = claim(storage, limit=1, company=COMPANY)
    lease_until = held.lease_until.isoformat(timespec="microseconds")

    with storage._sessions.write() as session:
        session.command("SET LOCAL synchronous_commit = on")
        rows = session.run(
            "claims.more",
            company=COMPANY,
            worker=held.worker,
            token=held.token,
            claims=1,
            lease_until=lease_until,
            limit=1,
            now=storage.jobs._gates.now(),
        )
        setting = session._connection.cursor()
        setting.execute("SHOW synchronous_commit")
        found = setting.fetchall()

    assert (len(rows), found) == (1, [("off",)])


def test_a_job_that_somebody_is_just_enqueueing_again_comes_next_time(storage: SqlStorage) -> None:
    enqueue(storage, 1, 2, 3)
    claim(storage, limit=1, company=COMPANY)
    is_made, may_commit = threading.Event(), threading.Event()

    def produce() -> None:
        with storage.transaction():
            enqueue(storage, 2)
            is_made.set()
            may_commit.wait(timeout=20)

    with ThreadPoolExecutor(1) as pool:
        producing = pool.submit(produce)
        is_made.wait(timeout=20)
        others = more(storage)
        may_commit.set()
        producing.result(timeout=20)
    again = claim(storage, limit=1, company=COMPANY)

    assert others == ["3"]
    assert [(job.record.id, job.generation) for job in again.jobs] == [("2", 2)]


def test_i05_no_wish_is_lost_while_more_is_claimed(postgres: Database, storage: SqlStorage) -> None:
    """Every record is looked at once more after the last wish for it was made, by a producer or by a host."""
    records = range(8)
    wished, seen = dict.fromkeys(records, 0), dict.fromkeys(records, 0)

    def produce(offset: int) -> None:
        with closing(postgres.connect()) as host:
            for turn in range(120):
                number = (turn * 3 + offset) % len(records)
                wished[number] += 1
                connection = host if turn % 10 == offset else None
                storage.jobs.enqueue([wish(customer(number))], connection=connection)
                host.commit()

    def work_off() -> None:
        held = storage.jobs.claim("worker-1", limit=2, lease=LEASE, company=COMPANY)
        while held and held.jobs:
            for job in held.jobs:
                seen[int(job.record.id)] = wished[int(job.record.id)]
            settle_all(storage, held)
            held = storage.jobs.claim("worker-1", limit=2, lease=LEASE, company=COMPANY)

    with ThreadPoolExecutor(2) as pool:
        producing = [pool.submit(produce, offset) for offset in range(2)]
        while not all(it.done() for it in producing):
            work_off()
    for it in producing:
        it.result()
    work_off()

    assert seen == wished
    assert storage.jobs.counts(COMPANY).keys() == {JobState.SUCCESS}
