"""Which connections are taken, and that their settings do not matter."""

import sqlite3
import subprocess
import sys
import textwrap
from contextlib import closing

import psycopg
import pytest
import sqlalchemy
from sqlalchemy.orm import Session

from linksync.clock import SystemClock
from linksync.errors import ConfigurationError
from linksync.hosts.sqlalchemy import borrow
from linksync.storage import SqlStorage
from linksync.testing.contracts.suite import claim, customer, records_of, wish
from tests.unit.hosts.hosts import DRIVERS, django_database

TIME_ZONES = {"postgres": "SET TIME ZONE 'Asia/Tokyo'", "mysql": "SET time_zone = '+09:00'"}
ELSEWHERE = {"postgres": "SET search_path TO pg_catalog", "mysql": "USE information_schema"}


@pytest.fixture
def memory():
    engine = sqlalchemy.create_engine("sqlite://")
    yield engine
    engine.dispose()


@pytest.mark.parametrize("place", list(TIME_ZONES), indirect=True)
def test_the_hosts_time_zone_does_not_matter(storage, place, open_host):
    """What it enqueues is due at once, by the database's own clock."""
    host = open_host(next(iter(DRIVERS[place.kind].values())))
    by_database = SqlStorage(place.url, schema=place.schema)
    host.execute(TIME_ZONES[place.kind])

    by_database.jobs.enqueue([wish(customer(1))], connection=host.connection)
    host.transaction.commit()

    held = claim(by_database)
    assert records_of(held.jobs) == ["1"]
    assert abs((held.jobs[0].created_at - SystemClock().now()).total_seconds()) < 60
    by_database.close()


@pytest.mark.parametrize("place", list(ELSEWHERE), indirect=True)
@pytest.mark.parametrize("is_known", [False, True])
def test_where_the_host_looks_for_tables_does_not_matter(storage, place, open_host, is_known):
    """Neither before it is known nor later: wishes go to the tables of the storage."""
    host = open_host(next(iter(DRIVERS[place.kind].values())))
    if is_known:
        storage.jobs.enqueue([wish(customer(1))], connection=host.connection)
    host.execute(ELSEWHERE[place.kind])

    storage.jobs.enqueue([wish(customer(2))], connection=host.connection)
    host.transaction.commit()

    assert records_of(claim(storage).jobs)[-1] == "2"


@pytest.mark.parametrize("place", ["postgres"], indirect=True)
def test_of_two_storages_in_one_database_each_gets_its_own(storage, place, open_host):
    """Although the host's connection was last used for the other one."""
    host = open_host(DRIVERS["postgres"]["psycopg"])
    other = SqlStorage(place.url, schema=place.schema, table_prefix="other_")
    other.jobs.enqueue([wish(customer(1))], connection=host.connection)
    storage.jobs.enqueue([wish(customer(2))], connection=host.connection)
    host.transaction.commit()

    found = [records_of(claim(it).jobs) for it in (other, storage)]

    assert found == [["1"], ["2"]]
    other.close()


def test_the_drivers_own_error_is_what_the_host_gets(storage, place, open_host):
    """Its own retries and handlers know it."""
    host = open_host(next(iter(DRIVERS[place.kind].values())))
    storage.jobs.enqueue([wish(customer(1))], connection=host.connection)
    host.connection.close()

    with pytest.raises((sqlite3.Error, psycopg.Error, *_errors_of(host.connection))):
        storage.jobs.enqueue([wish(customer(1))], connection=host.connection)


def _errors_of(connection) -> tuple[type[Exception], ...]:
    """Return the root of the errors of the connection's driver, where it tells it (PEP 249, optional)."""
    root = getattr(sys.modules[type(connection).__module__.partition(".")[0]], "Error", None)
    return (root,) if root else ()


@pytest.mark.parametrize("place", ["postgres"], indirect=True)
def test_a_connection_of_another_kind_of_database_is_refused(storage):
    """With the drivers that are meant."""
    with (
        closing(sqlite3.connect(":memory:")) as other,
        pytest.raises(ConfigurationError, match=r"is a sqlite3.Connection; hand in .* psycopg or psycopg2"),
    ):
        storage.jobs.enqueue([wish(customer(1))], connection=other)


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_what_is_no_connection_is_refused(storage):
    """A URL for instance."""
    with pytest.raises(
        ConfigurationError, match=r"is a builtins\.str; hand in a connection of sqlite3, psycopg"
    ):
        storage.jobs.enqueue([wish(customer(1))], connection="sqlite:///crm.db")


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_a_session_as_it_is_is_refused(storage, memory):
    """The error says what makes a `connection=` of it."""
    session = Session(memory)

    with pytest.raises(ConfigurationError, match=r"Session; hand in linksync\.hosts\.sqlalchemy\.borrow"):
        storage.jobs.enqueue([wish(customer(1))], connection=session)


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_djangos_connection_as_it_is_is_refused(storage, place):
    """Likewise."""
    from django.db import connections

    with (
        django_database(place.url),
        pytest.raises(ConfigurationError, match=r"DatabaseWrapper; hand in linksync\.hosts\.django\.borrow"),
    ):
        storage.jobs.enqueue([wish(customer(1))], connection=connections["host"])


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_a_session_can_be_borrowed_for_all_its_transactions(storage, place):
    """It has another connection for each."""
    engine = sqlalchemy.create_engine(place.url)
    with Session(engine) as session:
        connection = borrow(session)
        for number in (1, 2):
            storage.jobs.enqueue([wish(customer(number))], connection=connection)
            session.commit()

    assert records_of(claim(storage).jobs) == ["1", "2"]
    engine.dispose()


@pytest.mark.parametrize("framework", ["sqlalchemy", "django"])
def test_a_framework_that_is_not_installed_is_told_with_its_extra(framework):
    """At once, when the module is imported."""
    program = f"""
        import sys
        sys.modules[{framework!r}] = None
        from linksync.errors import ConfigurationError
        try:
            import linksync.hosts.{framework}
        except ConfigurationError as error:
            print(error)
    """

    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], capture_output=True, check=True, text=True
    )

    assert done.stdout.strip().endswith(f"pip install 'linksync[{framework}]'")


def test_a_connection_of_mysqlclient_is_one_to_mysql():
    """Which has to be compiled, and has a class of its own that tells its place in its own way."""

    class Connection:
        __module__ = "MySQLdb.connections"

        def get_host_info(self) -> str:
            return "db.example via TCP/IP"

    dialect = SqlStorage("mysql://crm:tiger@db/crm")._sessions._dialect

    dialect.check_borrowed(Connection())

    assert dialect.place_of(Connection()) == "a MySQL database (db.example via TCP/IP)"
