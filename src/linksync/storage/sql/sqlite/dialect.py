"""SQLite, by the standard library's driver."""

import sqlite3
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import cached_property
from typing import cast

from linksync.errors import ConfigurationError, StorageError
from linksync.storage.sql.borrowed import name_of
from linksync.storage.sql.dialect import Connection, ConstraintError
from linksync.storage.sql.opening import Opening
from linksync.storage.sql.texts import Texts

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

_WAIT = "PRAGMA synchronous = FULL"
_HURRY = "PRAGMA synchronous = NORMAL"

_SWITCH_SECONDS = 0.5
"""How long to try to switch to the write-ahead log, as long as others open the new file, too."""


def make(opening: Opening) -> "SqliteDialect":
    """Return the dialect."""
    return SqliteDialect(opening)


class SqliteDialect:
    """SQLite 3.35 and newer.

    A connection of the host's making may be used from any thread (`check_same_thread=False`). It keeps its own
    `synchronous` setting; on linksync's own it is `FULL`.
    """

    can_undo_ddl = True
    can_run_alone = True
    begin_write = ("BEGIN IMMEDIATE",)
    begin_read = ("BEGIN",)
    longest: Mapping[str, int] = {}
    error: type[Exception] = sqlite3.Error

    has_own_clock = False
    counts_ended = False

    def __init__(self, opening: Opening) -> None:
        self._path = opening.place
        self._connect = opening.connect
        self._busy_timeout = opening.busy_timeout
        self._writes_ahead = False
        self.texts = Texts(package="linksync.storage.sql.sqlite", prefix=opening.prefix)
        if opening.schema:
            raise ConfigurationError(
                f"schema {opening.schema!r} was given, and SQLite has none; use table_prefix instead"
            )
        if sqlite3.sqlite_version_info < _OLDEST:
            raise ConfigurationError(
                f"SQLite {sqlite3.sqlite_version} is too old; install a Python with SQLite 3.35 or newer"
            )

    @property
    def begin_claim(self) -> Sequence[str]:
        """The statements that begin a transaction that need not outlive a power cut: it does not wait for the disk.

        The write-ahead log keeps the order of commits, so a cut forgets the last ones and never harms the file (SQLite's
        page on `PRAGMA synchronous`); without the log it might. On a connection of the host's making, its setting counts.
        """
        return (_HURRY, *self.begin_write) if self._can_hurry else self.begin_write

    @property
    def after_claim(self) -> Sequence[str]:
        """The statement after which commits wait for the disk again."""
        return (_WAIT,) if self._can_hurry else ()

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

    def can_commit(self, connection: Connection) -> bool:
        """Whether the connection has a transaction open that can still be kept."""
        return self.is_in_transaction(connection)

    def translate(
        self,
        error: Exception,
        parameters: Mapping[str, object] | None = None,  # noqa: ARG002 - as every database does
    ) -> Exception:
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

    def check_borrowed(self, connection: object) -> None:
        """Make sure that *connection*, a DB-API connection of the host's, is one to this kind of database."""
        if not isinstance(connection, sqlite3.Connection):
            raise ConfigurationError(
                f"connection is a {name_of(connection)}; hand in a sqlite3.Connection to {self.place}"
            )

    def can_migrate_beside(self, connection: object) -> bool:
        """Whether the tables can be made, on another connection, while the host has *connection* in use."""
        return not cast("sqlite3.Connection", connection).in_transaction

    def place_of(self, connection: object) -> str:
        """Return what the database of *connection*, one of the host's, is called in messages."""
        return _file_of(cast("sqlite3.Connection", connection)) or "a database in memory"

    @property
    def _can_hurry(self) -> bool:
        return self._connect is None and self._writes_ahead

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
            return cast("sqlite3.Connection", self._connect())
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
            connection.execute(_WAIT)
        self._write_ahead(connection)

    def _write_ahead(self, connection: sqlite3.Connection) -> None:
        """Switch the database to its write-ahead log, in which readers and a writer do not wait for each other.

        Left to the next connection when somebody's transaction stands in the way: it may be the host's, which waits for
        this very call. All is as safe without, only slower.
        """
        self._writes_ahead = False
        deadline = time.monotonic() + _SWITCH_SECONDS
        while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            # The switch does not wait for other connections by itself, so two processes that open a new
            # file at once would fail each other.
            try:
                mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
            except sqlite3.OperationalError as error:
                is_busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
                if not is_busy:
                    raise
                if time.monotonic() > deadline:
                    return
                time.sleep(0.01)
            else:
                if mode != "wal":
                    raise ConfigurationError(
                        f"the database {_file_of(connection) or 'in memory'} cannot keep a write-ahead log; "
                        "use a file on a local disk, or MemoryStorage"
                    )
        self._writes_ahead = True


def _file_of(connection: sqlite3.Connection) -> str:
    """Return the path of the connection's own database, empty for one in memory."""
    cursor = connection.cursor()
    cursor.row_factory = None
    rows = cursor.execute("PRAGMA database_list").fetchall()
    return next(str(file or "") for _, name, file in rows if name == "main")
