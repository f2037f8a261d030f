"""What a host enqueues is a part of its own transaction: every kind of connection, on every database."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from linksync.errors import ConfigurationError
from linksync.jobs import JobState, Reason
from linksync.testing.contracts.suite import (
    COMPANY,
    claim,
    customer,
    enqueue,
    job_of,
    records_of,
    settle_all,
    wish,
)
from tests.unit.hosts.conftest import EVERY_KIND

DAWDLING = 20
"""The seconds after which a worker that waits for a host fails the test."""


def test_it_counts_when_the_host_commits(storage, host, place):
    """Together with what the host wrote, and not before."""
    host.execute(f"INSERT INTO {place.customers} VALUES (1, 'Ada')")
    storage.jobs.enqueue([wish(customer(1)), wish(customer(2))], connection=host.connection)
    before = storage.jobs.counts(COMPANY)

    host.transaction.commit()

    assert before == {}
    assert records_of(claim(storage).jobs) == ["1", "2"]


def test_it_vanishes_when_the_host_rolls_back(storage, host, place):
    """With what the host wrote, and what is enqueued in the next transaction stays."""
    host.execute(f"INSERT INTO {place.customers} VALUES (1, 'Ada')")
    storage.jobs.enqueue([wish(customer(1))], connection=host.connection)

    host.transaction.rollback()
    host.execute(f"INSERT INTO {place.customers} VALUES (1, 'Grace')")
    storage.jobs.enqueue([wish(customer(2))], connection=host.connection)
    host.transaction.commit()

    assert records_of(claim(storage).jobs) == ["2"]


def test_a_host_that_dawdles_delays_no_worker(storage, busy_host):
    """Neither a claim, nor a settlement, nor another's enqueue waits for its commit, whatever record it is about."""
    enqueue(storage, 1, 2)
    storage.jobs.enqueue([wish(customer(1)), wish(customer(3))], connection=busy_host.connection)

    def work() -> None:
        held = claim(storage)
        enqueue(storage, 1, 3)
        settle_all(storage, held)
        storage.jobs.release(held)

    with ThreadPoolExecutor(1) as pool:
        pool.submit(work).result(timeout=DAWDLING)

    assert storage.jobs.counts(COMPANY) == {JobState.SUCCESS: 1, JobState.QUEUED: 2}


def test_i05_what_it_commits_last_is_what_a_later_run_sees(storage, host, place):
    """A job that ran before the commit runs again after it."""
    enqueue(storage, 1)
    held = claim(storage)
    settle_all(storage, held, JobState.NEEDS_ACTION)
    storage.jobs.release(held)
    host.execute(f"INSERT INTO {place.customers} VALUES (1, 'Ada')")
    storage.jobs.enqueue(
        [wish(customer(1), Reason.CHANGED), wish(customer(1), Reason.PROMOTE)], connection=host.connection
    )

    between = storage.jobs.counts(COMPANY)
    host.transaction.commit()

    assert between == {JobState.NEEDS_ACTION: 1}
    assert job_of(storage, customer(1)).reasons == {Reason.CHANGED, Reason.PROMOTE}
    assert records_of(claim(storage).jobs) == ["1"]


def test_a_host_that_wrote_first_deadlocks_with_no_worker(storage, host, place):
    """It enqueues in any order while a worker settles the same records."""
    enqueue(storage, 1, 2)
    held = claim(storage)
    storage.jobs.enqueue([wish(customer(2))], connection=host.connection)
    if place.has_many_writers:
        settle_all(storage, held)
    storage.jobs.enqueue([wish(customer(1))], connection=host.connection)
    host.transaction.commit()
    if not place.has_many_writers:
        settle_all(storage, held)

    again = claim(storage)

    assert sorted(records_of(again.jobs)) == ["1", "2"]


def test_what_the_host_made_of_its_driver_does_not_matter(storage, peculiar):
    """Rows, cursors, text: linksync sees its own."""
    storage.jobs.enqueue([wish(customer(1))], connection=peculiar.connection)
    peculiar.transaction.commit()
    storage.jobs.enqueue([wish(customer(2))], connection=peculiar.connection)
    peculiar.transaction.commit()

    assert records_of(claim(storage).jobs) == ["1", "2"]


def test_a_connection_to_another_database_is_refused(storage, stray_host):
    """With both named, and nothing is written."""
    with pytest.raises(ConfigurationError, match=r"connection is open on .*; hand in a connection to that"):
        storage.jobs.enqueue([wish(customer(1))], connection=stray_host.connection)


@pytest.mark.parametrize("place", ["mysql"], indirect=True)
@pytest.mark.parametrize("kind", EVERY_KIND["mysql"])
def test_a_connection_to_another_database_of_mysqls_will_do(storage, open_host, place, kind):
    """If it is on the same server: one transaction spans its databases."""
    host = open_host(EVERY_KIND["mysql"][kind], place.elsewhere)

    storage.jobs.enqueue([wish(customer(1))], connection=host.connection)
    host.transaction.commit()

    assert records_of(claim(storage).jobs) == ["1"]
