"""Enqueueing within the host's own transaction."""

import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from linksync.errors import ConfigurationError
from linksync.jobs import JobState, Reason
from linksync.links import LinkState
from linksync.storage import SqlStorage
from linksync.testing.clock import FakeClock
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
    undo,
    wish,
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "crm.db"


@pytest.fixture
def storage(file: Path, clock: FakeClock) -> Iterator[SqlStorage]:
    storage = SqlStorage(f"sqlite:///{file}", clock=clock, busy_timeout=timedelta(seconds=5))
    storage.migrate()
    yield storage
    storage.close()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def host(file: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT)")
    connection.commit()
    yield connection
    connection.close()


def test_a_wish_counts_when_the_host_commits(storage: SqlStorage, host: sqlite3.Connection) -> None:
    """Together with what the host wrote, and not before."""
    host.execute("INSERT INTO customer (name) VALUES ('Ada')")
    storage.jobs.enqueue([wish(customer(1))], connection=host)
    before = storage.jobs.counts(COMPANY)

    host.commit()

    assert before == {}
    assert storage.jobs.counts(COMPANY) == {JobState.QUEUED: 1}
    assert records_of(claim(storage).jobs) == ["1"]


def test_a_wish_vanishes_when_the_host_rolls_back(storage: SqlStorage, host: sqlite3.Connection) -> None:
    """With what the host wrote."""
    host.execute("INSERT INTO customer (name) VALUES ('Ada')")
    storage.jobs.enqueue([wish(customer(1))], connection=host)

    host.rollback()

    assert storage.jobs.counts(COMPANY) == {}
    assert host.execute("SELECT count(*) FROM customer").fetchone() == (0,)


def test_a_wish_opens_the_hosts_transaction(storage: SqlStorage, host: sqlite3.Connection) -> None:
    """linksync never commits on a connection of the host's."""
    storage.jobs.enqueue([wish(customer(1))], connection=host)

    assert host.in_transaction
    assert storage.jobs.counts(COMPANY) == {}


def test_a_wish_is_seen_by_whoever_looks_first(storage: SqlStorage, host: sqlite3.Connection) -> None:
    """Every question about the queue takes in what hosts have committed."""
    storage.jobs.enqueue([wish(customer(1))])
    [first] = storage.jobs.list_jobs(COMPANY, states=[JobState.QUEUED])
    looks = {
        "companies": lambda: list(storage.jobs.companies()) == [COMPANY],
        "counts": lambda: storage.jobs.counts(COMPANY)[JobState.QUEUED] >= 1,
        "find": lambda: len(storage.jobs.find_by_records(COMPANY, [customer(3)])) == 1,
        "list": lambda: len(storage.jobs.list_jobs(COMPANY, states=[JobState.QUEUED])) == 4,
        "get": lambda: storage.jobs.get(str(int(first.id) + 5)).record == customer(5),
    }
    seen = {}

    for number, (name, look) in enumerate(looks.items(), start=1):
        storage.jobs.enqueue([wish(customer(number))], connection=host)
        host.commit()
        seen[name] = look()

    assert seen == dict.fromkeys(looks, True)


def test_wishes_are_folded_in_the_order_in_which_they_were_written(
    storage: SqlStorage, host: sqlite3.Connection
) -> None:
    """They coalesce as if they had been enqueued one by one."""
    storage.jobs.enqueue(
        [wish(customer(1)), wish(customer(1), Reason.CHANGED, only_if_known=True)], connection=host
    )
    storage.jobs.enqueue([wish(customer(2), Reason.CHANGED, only_if_known=True)], connection=host)
    host.commit()

    jobs = storage.jobs.list_jobs(COMPANY, states=list(JobState))

    assert [(job.record.id, job.generation) for job in jobs] == [("1", 2)]


def test_many_wishes_are_folded(storage: SqlStorage, host: sqlite3.Connection) -> None:
    """More than one batch of them."""
    storage.jobs.enqueue([wish(customer(number)) for number in range(2500)], connection=host)
    host.commit()

    assert storage.jobs.counts(COMPANY) == {JobState.QUEUED: 2500}


def test_whether_a_record_is_known_is_decided_when_the_wish_is_folded(
    storage: SqlStorage, host: sqlite3.Connection
) -> None:
    """A link that was made before the fold counts."""
    storage.jobs.enqueue([wish(customer(1), Reason.CHANGED, only_if_known=True)], connection=host)
    host.commit()
    storage.links.save([link(1, state=LinkState.PENDING)])

    jobs = storage.jobs.find_by_records(COMPANY, [customer(1)])

    assert jobs[customer(1)].reasons == {Reason.CHANGED}


def test_i05_a_wish_that_is_committed_while_its_job_runs_makes_it_run_again(
    storage: SqlStorage, host: sqlite3.Connection
) -> None:
    """The worker may have read the record before the host's commit."""
    enqueue(storage, 1)
    held = claim(storage)
    storage.jobs.enqueue([wish(customer(1), Reason.CHANGED, only_if_known=True)], connection=host)
    host.commit()

    settle_all(storage, held, JobState.NEEDS_ACTION)

    assert job_of(storage, customer(1)).state is JobState.QUEUED


def test_i05_so_does_one_that_many_others_were_committed_with(
    storage: SqlStorage, host: sqlite3.Connection
) -> None:
    """A host that changes many records at once is not taken in by one statement."""
    enqueue(storage, 1)
    held = claim(storage)
    changed = [*range(1000, 1600), 1]
    storage.jobs.enqueue(
        [wish(customer(number), Reason.CHANGED, only_if_known=True) for number in changed], connection=host
    )
    host.commit()

    settle_all(storage, held, JobState.NEEDS_ACTION)

    assert job_of(storage, customer(1)).state is JobState.QUEUED


def test_i05_a_wish_that_is_committed_after_its_job_ended_is_not_lost(
    storage: SqlStorage, host: sqlite3.Connection
) -> None:
    """The record is linked by then, so it is known."""
    enqueue(storage, 1)
    held = claim(storage)
    storage.links.save([link(1, "58")])
    settle_all(storage, held)
    storage.jobs.enqueue([wish(customer(1), Reason.CHANGED, only_if_known=True)], connection=host)

    host.commit()

    assert job_of(storage, customer(1)).state is JobState.QUEUED


def test_what_is_folded_within_a_transaction_that_fails_is_folded_again(
    storage: SqlStorage, host: sqlite3.Connection
) -> None:
    """Settling takes in what concerns its company, as part of the transaction around it."""
    enqueue(storage, 1)
    held = claim(storage)
    storage.jobs.enqueue([wish(customer(1))], connection=host)
    host.commit()

    undo(storage, lambda: settle_all(storage, held))
    settle_all(storage, held)

    assert job_of(storage, customer(1)).state is JobState.QUEUED


def test_the_hosts_own_way_with_rows_does_not_matter(storage: SqlStorage, host: sqlite3.Connection) -> None:
    """Nor is it changed."""
    host.row_factory = sqlite3.Row

    storage.jobs.enqueue([wish(customer(1))], connection=host)
    host.commit()

    assert host.row_factory is sqlite3.Row
    assert storage.jobs.counts(COMPANY) == {JobState.QUEUED: 1}


def test_a_dawdling_host_delays_no_reader(storage: SqlStorage, host: sqlite3.Connection) -> None:
    """Its uncommitted wish keeps nobody from looking."""
    enqueue(storage, 1)
    storage.jobs.enqueue([wish(customer(2))], connection=host)

    assert storage.jobs.counts(COMPANY) == {JobState.QUEUED: 1}
    assert storage.jobs.get_gate(COMPANY).worker is None


def test_a_connection_to_another_file_is_refused(storage: SqlStorage, tmp_path: Path) -> None:
    """Both files are named."""
    other = sqlite3.connect(tmp_path / "other.db")

    with pytest.raises(ConfigurationError, match=r"other\.db.*crm\.db"):
        storage.jobs.enqueue([wish(customer(1))], connection=other)

    other.close()


def test_a_connection_to_memory_is_refused(storage: SqlStorage) -> None:
    """It is another database."""
    other = sqlite3.connect(":memory:")

    with pytest.raises(ConfigurationError, match="in memory"):
        storage.jobs.enqueue([wish(customer(1))], connection=other)

    other.close()


def test_the_first_use_may_be_on_the_hosts_connection(tmp_path: Path, clock: FakeClock) -> None:
    """While the host has no transaction open, the tables are made."""
    storage = SqlStorage(f"sqlite:///{tmp_path}/fresh.db", clock=clock)
    host = sqlite3.connect(tmp_path / "fresh.db")

    storage.jobs.enqueue([wish(customer(1))], connection=host)
    host.commit()

    assert storage.jobs.counts(COMPANY) == {JobState.QUEUED: 1}
    host.close()
    storage.close()


def test_tables_are_not_made_beside_the_hosts_open_transaction(tmp_path: Path, clock: FakeClock) -> None:
    """They would wait for it for ever; the error says what to call, at once."""
    storage = SqlStorage(f"sqlite:///{tmp_path}/fresh.db", clock=clock)
    host = sqlite3.connect(tmp_path / "fresh.db")
    host.execute("CREATE TABLE customer (id INTEGER PRIMARY KEY)")
    host.execute("BEGIN IMMEDIATE")

    with pytest.raises(ConfigurationError, match=r"migrate\(\)"):
        storage.jobs.enqueue([wish(customer(1))], connection=host)

    host.rollback()
    host.close()
    storage.close()


def test_a_storage_made_by_a_factory_knows_its_file(tmp_path: Path, clock: FakeClock) -> None:
    """The host's connections are checked against it all the same."""
    file = tmp_path / "crm.db"
    storage = SqlStorage(connect=lambda: sqlite3.connect(file, check_same_thread=False), clock=clock)
    storage.migrate()
    host = sqlite3.connect(file)

    storage.jobs.enqueue([wish(customer(1))], connection=host)
    host.commit()

    held = storage.jobs.claim("worker-1", limit=1, lease=LEASE)
    assert held is not None
    assert records_of(held.jobs) == ["1"]
    host.close()
    storage.close()
