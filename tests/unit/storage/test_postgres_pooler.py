"""PostgreSQL behind a pooler that hands connections out by the transaction, as PgBouncer does."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from linksync.errors import StorageError
from linksync.history import Outcome
from linksync.jobs import GateState, JobState
from linksync.storage import SqlStorage
from linksync.sync import Worker
from linksync.testing.contracts.suite import COMPANY, enqueue
from tests.servers import Database
from tests.toy import COMPANY as TOYS
from tests.toy import Toy
from tests.unit.storage.pooler import Pooler, pooling


@pytest.fixture
def pooler(postgres: Database) -> Iterator[Pooler]:
    with pooling(postgres.url) as pooler:
        yield pooler


@pytest.fixture
def schema(postgres: Database) -> str:
    return postgres.emptied_schema()


@pytest.fixture
def storage(pooler: Pooler, schema: str) -> Iterator[SqlStorage]:
    url = f"{pooler.url}?sslmode=disable"
    with closing(SqlStorage(url, schema=schema, busy_timeout=timedelta(milliseconds=50))) as storage:
        yield storage


def ask_all(pooler: Pooler, question: str) -> list[object]:
    """Return the answers of the connections that the pooler has."""
    with psycopg.connect(pooler.url, autocommit=True, prepare_threshold=None, sslmode="disable") as asking:
        answers = [asking.execute(question).fetchone() for _ in range(pooler._idle.qsize())]
    return [answer[0] for answer in answers if answer]


def test_a_worker_of_several_threads_works_through_a_pooler(pooler: Pooler, storage: SqlStorage) -> None:
    """Whose statements are on another connection with every transaction."""
    toy = Toy(storage=storage, claim_size=30)
    ids = toy.customers(100)
    for number in range(4):
        toy.sync.for_company(f"other {number}").promote("customer", *ids[:20])

    runs = Worker(toy.sync, threads=3).run_once()

    counts = [run.counts[Outcome.CREATED] for run in runs]
    assert sum(counts) == 180
    assert storage.jobs.counts(TOYS) == {JobState.SUCCESS: 100}
    assert pooler.turns > 50


def test_nothing_is_left_behind_on_a_poolers_connections(pooler: Pooler, storage: SqlStorage) -> None:
    """Whoever gets them next finds no settings of linksync's, and no prepared statements."""
    for number in range(12):
        enqueue(storage, number)
        storage.jobs.counts(COMPANY)

    for setting, default in [("enable_seqscan", "on"), ("lock_timeout", "0"), ("plan_cache_mode", "auto")]:
        assert set(ask_all(pooler, f"SHOW {setting}")) == {default}
    assert set(ask_all(pooler, "SELECT count(*) FROM pg_prepared_statements")) == {0}


def test_nobody_waits_for_ever_behind_a_pooler(postgres: Database, schema: str, storage: SqlStorage) -> None:
    enqueue(storage, 1)
    with closing(postgres.connect()) as other:
        other.execute(f"SELECT 1 FROM {schema}.linksync_gate FOR UPDATE")

        with pytest.raises(StorageError, match=r"locked for longer than 0\.05 s"):
            storage.jobs.set_gate(COMPANY, GateState.PAUSED)


@pytest.mark.parametrize("begin", ["write", "claim", "read"])
def test_every_transaction_behind_a_pooler_is_set_for_safety(storage: SqlStorage, begin: str) -> None:
    storage.migrate()
    storage.jobs.counts(COMPANY)

    with getattr(storage._sessions, begin)() as session:
        connection: Any = session._connection
        settings = ["lock_timeout", "enable_seqscan", "jit", "plan_cache_mode"]
        found = [connection.execute(f"SHOW {name}").fetchone()[0] for name in settings]

    assert found == ["50ms", "off", "off", "force_generic_plan"]


def test_nothing_is_written_outside_of_a_transaction_behind_a_pooler(storage: SqlStorage) -> None:
    """There it would wait for ever, by whatever plan."""
    storage.migrate()
    storage.jobs.counts(COMPANY)

    assert not storage._sessions.is_whole("jobs.enqueue_one")
    assert not storage._sessions.is_whole("jobs.end")
    assert not storage._sessions.is_whole("claims.more")
