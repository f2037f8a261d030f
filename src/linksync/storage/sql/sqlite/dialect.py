"""SQLite, by the standard library's driver."""

import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import cast

from linksync.errors import ConfigurationError, StorageError
from linksync.storage.sql.dialect import Connection, ConstraintError, Cursor
from linksync.storage.sql.texts import Migration, load_migrations, load_statements

_PACKAGE = "linksync.storage.sql.sqlite"
_REMEDIES = {
    sqlite3.SQLITE_FULL: "the disk is full; make room",
    sqlite3.SQLITE_READONLY: "the file or its folder cannot be written to; mend the permissions",
    sqlite3.SQLITE_CANTOPEN: "the file cannot be opened; make its folder and mend the permissions",
    sqlite3.SQLITE_IOERR: "the disk failed; look at the machine's log",
    sqlite3.SQLITE_CORRUPT: "the file is damaged; restore a copy",
    sqlite3.SQLITE_NOTADB: "the file is no SQLite database; name another",
}
_OLDEST = (3, 35, 0)
"""The first version that knows `RETURNING` (SQLite's release history, 2021-03-12)."""


class SqliteDialect:
    """SQLite 3.35 and newer.

    Args:
        path: The file; None when *connect* opens the connections.
        connect: Returns a new connection of the host's making, which may be used from any thread
            (`check_same_thread=False`). It keeps its own `synchronous` setting; with *path* it is `FULL`.
        prefix: What the names of tables and indexes begin with.
        busy_timeout: How long to wait for the lock of somebody who writes.
    """

    begin_write = "BEGIN IMMEDIATE"
    begin_read = "BEGIN"
    error: type[Exception] = sqlite3.Error

    def __init__(
        self,
        *,
        path: str | None,
        connect: Callable[[], sqlite3.Connection] | None,
        prefix: str,
        busy_timeout: timedelta,
    ) -> None:
        self._path = path
        self._connect = connect
        self._prefix = prefix
        self._busy_timeout = busy_timeout
        if sqlite3.sqlite_version_info < _OLDEST:
            raise ConfigurationError(
                f"SQLite {sqlite3.sqlite_version} is too old; install a Python with SQLite 3.35 or newer"
            )

    @property
    def statements(self) -> Mapping[str, str]:
        """The statements, by name."""
        return self._statements

    @property
    def migrations(self) -> Sequence[Migration]:
        """The schema changes, in order."""
        return self._migrations

    @property
    def place(self) -> str:
        """The path of the database's file."""
        return self._place

    def connect(self) -> Connection:
        """Return a new connection, ready for use."""
        connection = self._open()
        try:
            self._prepare(connection)
        except BaseException:
            connection.close()
            raise
        return cast("Connection", connection)

    def is_in_transaction(self, connection: Connection) -> bool:
        """Whether the connection has a transaction open."""
        return cast("sqlite3.Connection", connection).in_transaction

    def split(self, script: str) -> Sequence[str]:
        """Return the statements of *script*, one by one."""
        statements: list[str] = []
        lines: list[str] = []
        for line in script.splitlines():
            lines.append(line)
            if line.rstrip().endswith(";") and sqlite3.complete_statement("\n".join(lines)):
                statements.append("\n".join(lines))
                lines.clear()
        return statements

    def translate(self, error: Exception) -> Exception:
        """Return the error of linksync that an error of the driver stands for."""
        # An extended code carries the primary one in its low byte (SQLite's page "Result and Error Codes").
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code == sqlite3.SQLITE_CONSTRAINT:
            return ConstraintError(str(error))
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return StorageError(
                f"the database {self.place} was locked by another connection for longer than "
                f"{self._busy_timeout.total_seconds():g} s, nothing was done; end the transaction that is open, "
                "or, if it is your own, hand its connection in as connection="
            )
        if isinstance(error, sqlite3.ProgrammingError) and "thread" in str(error):
            return ConfigurationError(
                f"connect returned a connection for one thread only ({error}); "
                "open it with check_same_thread=False"
            )
        remedy = _REMEDIES.get(code, "nothing was done")
        return StorageError(f"the database {self.place} refused a statement: {error}; {remedy}")

    def borrow(self, connection: object, is_ready: Callable[[Cursor], bool]) -> Cursor:
        """Return a cursor on a connection of the host's, to write within the host's transaction."""
        if not isinstance(connection, sqlite3.Connection):
            raise ConfigurationError(
                f"connection is a {type(connection).__module__}.{type(connection).__qualname__}; "
                f"hand in a sqlite3.Connection to {self.place}"
            )
        theirs = _file_of(connection)
        if not _is_same_file(theirs, self.place):
            raise ConfigurationError(
                f"connection is open on {theirs or 'a database in memory'}, linksync's tables are in {self.place}; "
                "hand in a connection to that file"
            )
        cursor = connection.cursor()
        cursor.row_factory = None
        if not is_ready(cast("Cursor", cursor)) and connection.in_transaction:
            raise ConfigurationError(
                f"linksync's tables in {self.place} are not up to date and cannot be made while your transaction "
                "is open; call migrate() of the storage when the program starts"
            )
        return cast("Cursor", cursor)

    @cached_property
    def _statements(self) -> Mapping[str, str]:
        return load_statements(_PACKAGE, self._prefix)

    @cached_property
    def _migrations(self) -> Sequence[Migration]:
        return load_migrations(_PACKAGE, self._prefix)

    @cached_property
    def _place(self) -> str:
        if self._path is not None:
            return self._path
        connection = self._open()
        try:
            return _file_of(connection)
        finally:
            connection.close()

    def _open(self) -> sqlite3.Connection:
        if self._connect is not None:
            return self._connect()
        return sqlite3.connect(
            cast("str", self._path),
            timeout=self._busy_timeout.total_seconds(),
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )

    def _prepare(self, connection: sqlite3.Connection) -> None:
        connection.isolation_level = None
        connection.row_factory = None
        milliseconds = self._busy_timeout // timedelta(milliseconds=1)
        connection.execute(f"PRAGMA busy_timeout = {milliseconds:d}")
        connection.execute("PRAGMA foreign_keys = ON")
        if self._connect is None:
            connection.execute("PRAGMA synchronous = FULL")
        self._write_ahead(connection)

    def _write_ahead(self, connection: sqlite3.Connection) -> None:
        """Switch the database to its write-ahead log, in which readers and a writer do not wait for each other."""
        deadline = time.monotonic() + self._busy_timeout.total_seconds()
        while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            # The switch does not wait for other connections by itself, so two processes that open a new
            # file at once would fail each other.
            try:
                mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
            except sqlite3.OperationalError as error:
                is_busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
                if not is_busy or time.monotonic() > deadline:
                    raise
                time.sleep(0.01)
            else:
                if mode != "wal":
                    raise ConfigurationError(
                        f"the database {_file_of(connection) or 'in memory'} cannot keep a write-ahead log; "
                        "use a file on a local disk, or MemoryStorage"
                    )


def _file_of(connection: sqlite3.Connection) -> str:
    """Return the path of the connection's own database, empty for one in memory."""
    cursor = connection.cursor()
    cursor.row_factory = None
    rows = cursor.execute("PRAGMA database_list").fetchall()
    return next(str(file or "") for _, name, file in rows if name == "main")


def _is_same_file(one: str, other: str) -> bool:
    try:
        return Path(one).samefile(other)
    except OSError:
        return False
