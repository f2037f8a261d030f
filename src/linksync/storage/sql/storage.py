"""All that linksync remembers, in a SQL database."""

import sqlite3
import weakref
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from linksync.clock import Clock, SystemClock
from linksync.errors import ConfigurationError
from linksync.storage.sql.connection import Sessions
from linksync.storage.sql.gates import SqlGates
from linksync.storage.sql.history import SqlHistoryLog
from linksync.storage.sql.inbox import Inbox
from linksync.storage.sql.intents import SqlIntentLog
from linksync.storage.sql.jobs import SqlJobQueue
from linksync.storage.sql.links import SqlLinkRegistry
from linksync.storage.sql.migrations import Schema
from linksync.storage.sql.sqlite import SqliteDialect
from linksync.storage.sql.texts import check_prefix
from linksync.storage.sql.tokens import SqlTokenStore

_SCHEME = "sqlite:///"


class SqlStorage:
    """A `Storage` in a SQL database, its tables beside the host's own if they like: SQLite 3.35 and newer.

    Nothing is opened before the first use, which makes the tables or brings them up to date. Threads and processes
    may share a database; each uses connections of its own.

    ```python
    storage = SqlStorage("sqlite:///links.db")
    ```

    Args:
        url: `sqlite:///` and the path of a file; after a fourth slash the path is absolute. None with *connect*.
        connect: Opens a new connection each time it is called, in place of *url*, with
            `check_same_thread=False`. linksync sets isolation level, foreign keys, busy timeout and the
            write-ahead log on it; `synchronous` stays as it is (with *url* it is `FULL`).
        clock: The clock of all its instants.
        table_prefix: What the names of its tables and indexes begin with.
        busy_timeout: How long to wait for somebody else's transaction to end.

    Raises:
        ConfigurationError: *url* names no SQLite file, or *table_prefix* cannot begin a table's name.
    """

    def __init__(
        self,
        url: str | None = None,
        *,
        connect: Callable[[], sqlite3.Connection] | None = None,
        clock: Clock | None = None,
        table_prefix: str = "linksync_",
        busy_timeout: timedelta = timedelta(seconds=30),
    ) -> None:
        if (url is None) == (connect is None):
            raise ConfigurationError("give either url or connect, such as url='sqlite:///links.db'")
        dialect = SqliteDialect(
            path=None if url is None else _path_of(url),
            connect=connect,
            prefix=check_prefix(table_prefix),
            busy_timeout=busy_timeout,
        )
        self.clock: Clock = clock or SystemClock()
        schema = Schema(dialect, self.clock)
        self._sessions = Sessions(dialect, schema.migrate)
        gates = SqlGates(self.clock)
        self.links = SqlLinkRegistry(self._sessions, self.clock)
        self.jobs = SqlJobQueue(
            self._sessions, self.clock, gates, Inbox(dialect, self._sessions, schema.is_ready)
        )
        self.intents = SqlIntentLog(self._sessions, self.clock, gates)
        self.history = SqlHistoryLog(self._sessions, self.clock)
        self.tokens = SqlTokenStore(self._sessions, self.clock)
        weakref.finalize(self, self._sessions.close)

    @contextmanager
    def transaction(self) -> Generator[None, None, None]:
        """Return a context within which all writes happen together or not at all; within another, a part of it."""
        with self._sessions.write():
            yield

    def is_in_transaction(self) -> bool:
        """Whether the calling thread has a transaction open."""
        return self._sessions.is_in_transaction()

    def migrate(self) -> None:
        """Make linksync's tables, or bring them up to date; nothing happens when they are.

        The first use does the same. Call it when the program starts if the first use may be an enqueue within a
        transaction of the host's, which cannot wait for itself.

        Raises:
            StorageError: The tables are newer than this code, or the database cannot be written to.
        """
        with self._sessions.use():
            pass

    def close(self) -> None:
        """Close the connections that are not in use; the next use opens new ones."""
        self._sessions.close()


def _path_of(url: str) -> str:
    path = url.removeprefix(_SCHEME)
    if not url.startswith(_SCHEME) or "?" in path:
        raise ConfigurationError(
            f"url {url.split(':', maxsplit=1)[0]!r}... names no SQLite file; write sqlite:///links.db"
        )
    if path in ("", ":memory:"):
        raise ConfigurationError(f"url {url!r} names a database in memory; use MemoryStorage instead")
    # The working directory may be another one when the file is opened.
    return str(Path(path).absolute())
