"""Tables that are older or newer than the code, and what is printed for whoever makes them, on every database."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pymysql
import pytest
from attrs import frozen
from pymysql.constants import CLIENT

from linksync.errors import SchemaError
from linksync.storage import SqlStorage
from linksync.storage.sql.__main__ import main
from linksync.testing.contracts.suite import COMPANY, LEASE, customer, enqueue, wish


@frozen(kw_only=True)
class Place:
    """A database without tables.

    Attributes:
        settings: What `SqlStorage` takes for it.
        arguments: What the command takes for it.
        connect: Opens a host's connection to it.
        run_script: Runs a script of SQL on it.
    """

    settings: Mapping[str, Any]
    arguments: list[str]
    connect: Callable[[], Any]
    run_script: Callable[[str], object]


def in_file(path: Path) -> Place:
    def run_script(script: str) -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.executescript(script)

    url = f"sqlite:///{path}"
    return Place(
        settings={"url": url}, arguments=[url], connect=lambda: sqlite3.connect(path), run_script=run_script
    )


def on_postgres(url: str, schema: str) -> Place:
    def run_script(script: str) -> None:
        with closing(psycopg.connect(url, autocommit=True)) as connection:
            connection.execute(script)

    return Place(
        settings={"url": url, "schema": schema},
        arguments=[url, "--schema", schema],
        connect=lambda: psycopg.connect(url),
        run_script=run_script,
    )


def on_mysql(url: str, schema: str) -> Place:
    parts = urlsplit(url)

    def connect() -> Any:
        return pymysql.connect(
            host=parts.hostname,
            port=parts.port or 3306,
            user=parts.username,
            password=parts.password or "",
            database=parts.path.strip("/"),
            autocommit=True,
            client_flag=CLIENT.MULTI_STATEMENTS,
        )

    def run_script(script: str) -> None:
        with closing(connect()) as connection, connection.cursor() as cursor:
            cursor.execute(script)
            while cursor.nextset():
                pass

    return Place(
        settings={"url": url, "schema": schema},
        arguments=[url, "--schema", schema],
        connect=connect,
        run_script=run_script,
    )


@pytest.fixture(params=["sqlite", "postgres", "mysql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "sqlite":
        return in_file(tmp_path / "links.db")
    database = request.getfixturevalue(request.param)
    make = {"postgres": on_postgres, "mysql": on_mysql}[request.param]
    return make(database.url, database.new_schema())


@pytest.fixture
def storage(place: Place) -> Iterator[SqlStorage]:
    """One that looks at the tables for the first time."""
    with closing(SqlStorage(**place.settings, auto_migrate=False)) as storage:
        yield storage


def make(place: Place, *statements: str) -> int:
    """Make the tables, run *statements* on them and return the version that this code knows."""
    return versions(place, *statements)[-1]


def versions(place: Place, *statements: str) -> Sequence[int]:
    """The same, and those before it."""
    with closing(SqlStorage(**place.settings)) as made:
        made.migrate()
        texts = made._sessions._dialect.texts
        with made._sessions.use() as session:
            for statement in statements:
                session.command(texts.place(statement))
        return [change.version for change in texts.migrations]


def newer(version: int, oldest_code: int) -> str:
    return f"INSERT INTO linksync_schema (version, oldest_code, applied_at) VALUES ({version}, {oldest_code}, 'later')"


def test_tables_that_are_older_than_the_code_are_told(place: Place, storage: SqlStorage) -> None:
    """Where the code may not change them itself; and nothing is done."""
    *_, former, known = versions(place)
    make(place, f"DELETE FROM linksync_schema WHERE version = {known}")
    told = rf"are of version {former}, this code needs {known}; let 'python -m"

    with pytest.raises(SchemaError, match=told):
        storage.jobs.claim("worker", limit=1, lease=LEASE)

    with pytest.raises(SchemaError, match=told):
        enqueue(storage, 1)


def test_tables_that_are_newer_than_the_code_are_told(place: Place, storage: SqlStorage) -> None:
    """Before anything is done, be it in a transaction of the host's."""
    known = make(place, newer(99, 98))
    told = (
        rf"are of version 99, for code that knows version 98 at least, and this code knows {known}; upgrade"
    )

    with pytest.raises(SchemaError, match=told):
        storage.jobs.counts(COMPANY)
    with pytest.raises(SchemaError, match=told):
        storage.migrate()
    with closing(place.connect()) as host, pytest.raises(SchemaError, match=told):
        storage.jobs.enqueue([wish(customer(1))], connection=host)


@pytest.mark.parametrize("option", [["--check"], ["--print"], []])
def test_the_command_tells_tables_that_are_newer(
    place: Place, option: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    make(place, newer(99, 98))

    code = main(["migrate", *place.arguments, *option])

    assert code == 2
    assert "upgrade linksync" in capsys.readouterr().err


def test_newer_tables_that_this_code_may_use_are_used(place: Place, storage: SqlStorage) -> None:
    known = make(place)
    make(place, newer(known + 1, known))

    enqueue(storage, 1)

    assert len(storage.jobs.counts(COMPANY)) == 1


def test_what_is_printed_makes_the_tables(
    place: Place, storage: SqlStorage, capsys: pytest.CaptureFixture[str]
) -> None:
    """The whole of it, run by somebody who may change the database."""
    main(["migrate", *place.arguments, "--print"])
    place.run_script(capsys.readouterr().out)

    code = main(["migrate", *place.arguments, "--check"])
    enqueue(storage, 1)

    assert code == 0
    assert len(storage.jobs.counts(COMPANY)) == 1
