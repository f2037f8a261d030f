"""The host's own tables beside linksync's: records that change, and notes of every run that looked at one."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import closing
from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg
import pymysql
from attrs import define, field, fields, frozen

CLOCKS = {
    "postgres": "CAST(extract(epoch FROM clock_timestamp()) AS double precision)",
    "mysql": "CAST(UNIX_TIMESTAMP(SYSDATE(6)) AS double)",
}
"""The database's clock at that very moment, in seconds, by kind."""

KILLED = (0, 1317, 1927, 2006, 2013)
"""MariaDB's and PyMySQL's codes for what becomes of a connection that was killed; 0 once it is closed."""

TABLES = (
    """CREATE TABLE {schema}.host_record (
        company VARCHAR(20), id VARCHAR(20), version INT NOT NULL DEFAULT 0, value INT NOT NULL DEFAULT 0,
        PRIMARY KEY (company, id)
    )""",
    """CREATE TABLE {schema}.host_run (
        id VARCHAR(60) PRIMARY KEY, company VARCHAR(20), record VARCHAR(20), token BIGINT,
        claimed_at DOUBLE PRECISION, lease_until DOUBLE PRECISION, started_at DOUBLE PRECISION,
        version INT, value INT, outcome VARCHAR(20), settled_from DOUBLE PRECISION, settled VARCHAR(20), late INT,
        ended_at DOUBLE PRECISION
    )""",
)


@define
class HostDatabase:
    """A schema that holds the host's tables and linksync's.

    Attributes:
        kind: `postgres` or `mysql`.
        url: Its URL, as `SqlStorage` takes it.
        schema: The schema (MariaDB: the database).
    """

    kind: str
    url: str
    schema: str

    @property
    def error(self) -> type[Exception]:
        """What its driver raises."""
        return psycopg.Error if self.kind == "postgres" else pymysql.Error

    def is_lost(self, error: Exception) -> bool:
        """Whether *error* of its driver came because somebody killed the connection."""
        if self.kind == "postgres":
            return isinstance(error, psycopg.errors.AdminShutdown) or not getattr(error, "sqlstate", None)
        return error.args[0] in KILLED

    def connect(self, *, autocommit: bool) -> Any:
        """Open a connection of the host's own."""
        if self.kind == "postgres":
            return psycopg.connect(self.url, autocommit=autocommit)
        parts = urlsplit(self.url)
        return pymysql.connect(
            host=parts.hostname or "127.0.0.1",
            port=parts.port or 3306,
            user=unquote(parts.username or "root"),
            password=unquote(parts.password or ""),
            database=self.schema,
            autocommit=autocommit,
        )

    def fill(self, records: Mapping[str, Sequence[str]]) -> None:
        """Make the tables, with *records* by company."""
        with closing(self.connect(autocommit=True)) as connection, connection.cursor() as cursor:
            for table in TABLES:
                cursor.execute(table.format(schema=self.schema))
            cursor.executemany(
                f"INSERT INTO {self.schema}.host_record (company, id) VALUES (%s, %s)",
                [(company, id_) for company, ids in records.items() for id_ in ids],
            )

    def kill_connection(self, number: int) -> bool:
        """End a connection to this database by its number at the server; return whether it was still there.

        By the time somebody else, on another database, may have a connection of that number.
        """
        with closing(self.connect(autocommit=True)) as connection, connection.cursor() as cursor:
            if self.kind == "postgres":
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE pid = %s AND datname = current_database()",
                    (number,),
                )
                return cursor.fetchone() == (True,)
            cursor.execute(
                "SELECT 1 FROM information_schema.processlist WHERE id = %s AND db = DATABASE()", (number,)
            )
            if not cursor.fetchone():
                return False
            try:
                cursor.execute("KILL CONNECTION %s", (number,))
            except pymysql.Error:
                return False
            return True

    def number_of(self, connection: Any) -> int:
        """Return the number that the server knows a connection by."""
        return connection.info.backend_pid if self.kind == "postgres" else connection.thread_id()

    def records(self) -> Mapping[tuple[str, str], tuple[int, int]]:
        """Return version and value of every record, by company and id."""
        rows = self._rows("SELECT company, id, version, value FROM {schema}.host_record")
        return {(company, id_): (version, value) for company, id_, version, value in rows}

    def runs(self) -> Sequence["Run"]:
        """Return all that is noted."""
        names = ", ".join(column.name for column in fields(Run))
        return [Run(*row) for row in self._rows(f"SELECT {names} FROM {{schema}}.host_run")]

    def _rows(self, statement: str) -> Sequence[tuple[Any, ...]]:
        with closing(self.connect(autocommit=True)) as connection, connection.cursor() as cursor:
            cursor.execute(statement.format(schema=self.schema))
            return list(cursor.fetchall())


@frozen
class Run:
    """What a worker noted of one job that it had in hand; instants in seconds.

    Attributes:
        id: Its id.
        company: The company.
        record: The record that it looked at.
        token: The fencing token that it held the company by.
        claimed_at: When the claim returned, by the clock that leases are kept by.
        lease_until: When the lease ended, as far as the worker knew last, by that clock.
        started_at: When it read the record, by the database's clock.
        version: The version that it saw.
        value: The value that it saw.
        outcome: What it meant to settle it as; None if it did not get there.
        settled_from: When it began to settle, by the database's clock.
        settled: `accepted`, `refused`, or `unsure` when the connection broke over it; None when it was killed.
        late: Whether it began to settle when the lease had ended, by the clock that leases are kept by.
        ended_at: When it was done with the record, by the database's clock; None when it was killed.
    """

    id: str
    company: str
    record: str
    token: int
    claimed_at: float
    lease_until: float
    started_at: float
    version: int
    value: int
    outcome: str | None
    settled_from: float | None
    settled: str | None
    late: int | None
    ended_at: float | None


@define
class Notes:
    """A worker's notes, each kept at once, on a connection that nobody kills."""

    host: HostDatabase
    _connection: Any = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._connection = self.host.connect(autocommit=True)

    def start(
        self, company: str, token: int, claimed_at: float, lease_until: float, ids: Mapping[str, str]
    ) -> None:
        """Begin runs, *ids* by record: read the records, and note what was seen and when."""
        clock = CLOCKS[self.host.kind]
        seen = self._run(
            f"SELECT id, version, value, {clock} FROM {{}}.host_record WHERE company = %s AND id IN {_marks(ids)}",
            (company, *ids),
        )
        rows = [
            (ids[record], company, record, token, claimed_at, lease_until, at, version, value)
            for record, version, value, at in seen
        ]
        with self._connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {self.host.schema}.host_run (id, company, record, token, claimed_at, lease_until, "
                "started_at, version, value) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
                rows,
            )

    def extended(self, ids: Collection[str], lease_until: float) -> None:
        """Note that the lease of runs lasts longer."""
        self._run(f"UPDATE {{}}.host_run SET lease_until = %s WHERE id IN {_marks(ids)}", (lease_until, *ids))

    def settling(self, outcomes: Mapping[str, str], *, is_late: bool) -> None:
        """Note that runs are about to be settled, by id."""
        clock = CLOCKS[self.host.kind]
        for outcome in set(outcomes.values()):
            ids = [id_ for id_, other in outcomes.items() if other == outcome]
            self._run(
                f"UPDATE {{}}.host_run SET outcome = %s, late = %s, settled_from = {clock} "
                f"WHERE id IN {_marks(ids)}",
                (outcome, int(is_late), *ids),
            )

    def ended(self, ids: Collection[str], settled: str | None) -> None:
        """Note that runs are over, and what their settling came to."""
        if ids:
            self._run(
                f"UPDATE {{}}.host_run SET settled = %s, ended_at = {CLOCKS[self.host.kind]} "
                f"WHERE ended_at IS NULL AND id IN {_marks(ids)}",
                (settled, *ids),
            )

    def _run(self, statement: str, parameters: Sequence[object]) -> Sequence[tuple[Any, ...]]:
        with self._connection.cursor() as cursor:
            cursor.execute(statement.format(self.host.schema), parameters)
            return list(cursor.fetchall()) if cursor.description else []


def _marks(values: Collection[object]) -> str:
    return f"({', '.join(['%s'] * len(values))})"
