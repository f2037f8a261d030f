"""A job is handed out on PostgreSQL without a change of any index; what runs is found by the numbers that the gate has."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any

import pytest

from linksync.jobs import JobOutcome, JobState
from linksync.storage import SqlStorage
from linksync.storage.sql.texts import Texts
from linksync.testing.clock import FakeClock
from linksync.testing.contracts.suite import (
    COMPANY,
    LEASE,
    claim,
    claim_only,
    customer,
    enqueue,
    job_of,
    records_of,
    settle_all,
)
from tests.servers import Database


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def schema(postgres: Database) -> str:
    return postgres.emptied_schema()


@pytest.fixture
def storage(postgres: Database, schema: str, clock: FakeClock) -> Iterator[SqlStorage]:
    with closing(SqlStorage(postgres.url, schema=schema, clock=clock)) as storage:
        storage.migrate()
        yield storage


def ask(storage: SqlStorage, question: str) -> Sequence[tuple[Any, ...]]:
    """Return what the database answers, on the connection that the storage uses."""
    with storage._sessions.use() as session:
        cursor = session._connection.cursor()
        cursor.execute(question)
        return cursor.fetchall()


def handed_out(storage: SqlStorage) -> Sequence[str]:
    """Return the records of the jobs whose numbers the gate has."""
    schema = storage._sessions._dialect.texts.schema
    ((numbers,),) = ask(storage, f"SELECT handed_out FROM {schema}.linksync_gate")
    return [storage.jobs.get(str(number)).record.id for number in numbers]


def test_no_index_changes_when_jobs_are_handed_out(storage: SqlStorage, schema: str) -> None:
    """Rows find room on their pages for what they are then."""
    enqueue(storage, *range(300))
    written = (
        "SELECT n_tup_upd, n_tup_upd - n_tup_hot_upd FROM pg_stat_xact_user_tables "
        f"WHERE schemaname = '{schema}' AND relname = 'linksync_job'"
    )

    with storage.transaction():
        ((before, _),) = ask(storage, written)
        claim(storage, limit=100, company=COMPANY)
        claim(storage, limit=100, company=COMPANY)
        ((after, costly),) = ask(storage, written)

    assert (after - before, costly) == (200, 0)


def test_the_gate_has_the_numbers_of_what_runs(storage: SqlStorage) -> None:
    """Those of what is settled are dropped with the next claim, and all when the company is let go."""
    enqueue(storage, *range(1, 10))
    first = claim(storage, limit=2, company=COMPANY)
    second = claim(storage, limit=2, company=COMPANY)
    settle_all(storage, first)
    storage.jobs.settle(second, [JobOutcome(job_id=second.jobs[0].id, state=JobState.ERROR)])
    claim(storage, limit=1, company=COMPANY)
    claim_only(storage, [customer(9)])

    assert handed_out(storage) == ["4", "5", "9"]
    storage.jobs.release(second)
    assert handed_out(storage) == []
    assert records_of(claim(storage).jobs) == ["4", "5", "6", "7", "8", "9"]


def test_what_runs_is_told_as_running_and_left_alone(storage: SqlStorage) -> None:
    enqueue(storage, 1, 2)
    claim(storage, limit=1)
    running, queued = job_of(storage, customer(1)), job_of(storage, customer(2))

    listed = {
        state: records_of(storage.jobs.list_jobs(COMPANY, states=[state]))
        for state in (JobState.RUNNING, JobState.QUEUED)
    }
    (company,) = storage.read_backlog().companies

    assert listed == {JobState.RUNNING: ["1"], JobState.QUEUED: ["2"]}
    assert (running.state, queued.state) == (JobState.RUNNING, JobState.QUEUED)
    assert storage.jobs.counts(COMPANY) == {JobState.RUNNING: 1, JobState.QUEUED: 1} == company.counts
    assert records_of(storage.jobs.cancel([running.id, queued.id])) == ["2"]


def test_a_page_of_what_runs_goes_on_where_the_one_before_ended(storage: SqlStorage) -> None:
    enqueue(storage, *range(1, 6))
    claim(storage)

    first = storage.jobs.list_jobs(COMPANY, states=[JobState.RUNNING], limit=2)
    rest = storage.jobs.list_jobs(COMPANY, states=[JobState.RUNNING], after=first[-1])

    assert [records_of(first), records_of(rest)] == [["1", "2"], ["3", "4", "5"]]


def test_what_older_code_left_running_is_put_back_with_the_rest(
    storage: SqlStorage, clock: FakeClock, schema: str
) -> None:
    """It has written the state of one, taken over another, and had a third wait."""
    enqueue(storage, 1, 2, 3, 4)
    dead = claim(storage, limit=3)
    with storage._sessions.use() as session:
        for record, state in (("2", "running"), ("3", "waiting"), ("4", "running")):
            session.command(
                f"UPDATE {schema}.linksync_job SET state = '{state}' WHERE record_id = '{record}'"
            )
    told = {record: job_of(storage, customer(record)).state for record in (1, 2, 3, 4)}
    clock.advance(LEASE)

    held = claim(storage, "worker-2")

    assert told == {1: JobState.RUNNING, 2: JobState.RUNNING, 3: JobState.WAITING, 4: JobState.RUNNING}
    assert held.token == dead.token + 1
    assert [(job.record.id, job.crashes) for job in held.jobs] == [("1", 1), ("2", 1), ("3", 0), ("4", 1)]


def test_every_text_of_the_queue_reads_both_forms_of_running() -> None:
    """Who changes one of them is reminded of the other."""
    texts = Texts(package="linksync.storage.sql.postgres", prefix="linksync_")
    asked = {
        name: " ".join(parts)
        for name, parts in texts.statements.items()
        if "'running'" in " ".join(parts) and "linksync_job" in " ".join(parts)
    }

    silent = {name for name, text in asked.items() if "is_running" not in text and "handed_out" not in text}
    assert silent == {"gates.clear_work"}  # which takes both for something to do
