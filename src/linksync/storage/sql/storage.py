"""All that linksync remembers, in a SQL database."""

import weakref
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import timedelta

from linksync.clock import Clock, SystemClock
from linksync.encryption import Cipher
from linksync.errors import ConfigurationError
from linksync.jobs import CRASH_LIMIT, Backlog
from linksync.storage.sql.backlog import SqlBacklog
from linksync.storage.sql.clock import DatabaseClock
from linksync.storage.sql.connection import Session, Sessions
from linksync.storage.sql.encryption import Encryption
from linksync.storage.sql.gates import SqlGates
from linksync.storage.sql.history import SqlHistoryLog
from linksync.storage.sql.inbox import Inbox
from linksync.storage.sql.intents import SqlIntentLog
from linksync.storage.sql.jobs import SqlJobQueue
from linksync.storage.sql.links import SqlLinkRegistry
from linksync.storage.sql.migrations import Schema
from linksync.storage.sql.opening import find_dialect
from linksync.storage.sql.reencrypting import Reencryption
from linksync.storage.sql.tokens import SqlTokenStore


class SqlStorage:
    """A `Storage` in a SQL database, its tables beside the host's own if they like.

    PostgreSQL 13 and newer (extra `postgres`), MariaDB 10.6 or MySQL 8.0.17 and newer (extra `mysql`), SQLite 3.35 and newer
    (nothing else needed). Nothing is opened before the first use, which makes the tables or brings them up to date.
    Threads and processes, and with a server machines, may share a database; each uses connections of its own.

    ```python
    storage = SqlStorage("sqlite:///links.db")
    ```

    Args:
        url: `sqlite:///` and the path of a file (after a fourth slash the path is absolute),
            `postgresql://user:password@host:port/database` or `mysql://user:password@host:port/database`. None
            with *connect*.
        connect: Opens a new connection each time it is called, in place of *url*: of `sqlite3` (with
            `check_same_thread=False`), psycopg 3 or PyMySQL. linksync sets on it what it needs; SQLite's
            `synchronous` stays as it is (with *url* it is `FULL`, but for claims, of which a power cut may forget the last).
        database: Which database *connect* connects to: `sqlite` (the default), `postgresql` or `mysql`.
        clock: The clock of all its instants; by default the database's own, so that several machines agree, and with
            SQLite the machine's.
        schema: The schema (MariaDB and MySQL: the database) that the tables are in, made when it is missing; by default
            that of the connection.
        table_prefix: What the names of its tables and indexes begin with.
        busy_timeout: How long to wait for somebody else's transaction to end.
        crash_limit: How many workers may die over a job before a person has to look at it.
        auto_migrate: Whether the first use may make the tables or bring them up to date. Without, they must be there:
            by `migrate`, by `python -m linksync.storage.sql migrate`, or by your own migrations.
        cipher: Encrypts tokens, requests, answers, bases and the details of results before they are kept, such as a
            `linksync.encryption.fernet.FernetCipher`. Once there was one, nobody writes to these tables without.

    Raises:
        ConfigurationError: *url* names no database, its driver is not installed, or *schema* or *table_prefix*
            cannot begin a table's name.
    """

    def __init__(
        self,
        url: str | None = None,
        *,
        connect: Callable[[], object] | None = None,
        database: str | None = None,
        clock: Clock | None = None,
        schema: str = "",
        table_prefix: str = "linksync_",
        busy_timeout: timedelta = timedelta(seconds=30),
        crash_limit: int = CRASH_LIMIT,
        auto_migrate: bool = True,
        cipher: Cipher | None = None,
    ) -> None:
        dialect = find_dialect(
            url, connect, database=database, schema=schema, prefix=table_prefix, busy_timeout=busy_timeout
        )
        self._schema = Schema(dialect, may_migrate=auto_migrate)
        self._encryption = Encryption(cipher, dialect)
        self._sessions = Sessions(dialect, self._prepare)
        self.clock: Clock = clock or (
            DatabaseClock(self._sessions) if dialect.has_own_clock else SystemClock()
        )
        gates = SqlGates(self.clock)
        self.links = SqlLinkRegistry(self._sessions, self.clock, self._encryption)
        self.jobs = SqlJobQueue(
            self._sessions, gates, Inbox(dialect, self._schema, self._sessions), crash_limit
        )
        self.intents = SqlIntentLog(self._sessions, self.clock, gates, self._encryption)
        self.history = SqlHistoryLog(self._sessions, self.clock, self._encryption)
        self.tokens = SqlTokenStore(self._sessions, self.clock, self._encryption)
        weakref.finalize(self, self._sessions.close)

    @contextmanager
    def transaction(self) -> Generator[None, None, None]:
        """Return a context within which all writes happen together or not at all; within another, a part of it."""
        with self._sessions.write():
            yield

    def is_in_transaction(self) -> bool:
        """Whether the calling thread has a transaction open."""
        return self._sessions.is_in_transaction()

    def read_backlog(self, *, limit: int = 1000) -> Backlog:
        """Return how far behind the workers are, with up to *limit* companies; nothing is written.

        On PostgreSQL it tells of transactions, of any program, that have lasted a minute or hold back a hundred thousand
        others. Live jobs are counted by their index: a million of them take up to a second, a thousand companies another.
        """
        return SqlBacklog(self._sessions, self.clock).read(limit)

    def migrate(self) -> None:
        """Make linksync's tables, or bring them up to date; nothing happens when they are.

        The first use does the same, unless *auto_migrate* says otherwise. Call it when the program starts if the first
        use may be an enqueue within a transaction of the host's, which cannot wait for itself.

        Raises:
            SchemaError: The tables are newer than this code.
            StorageError: The database cannot be written to.
        """
        with self._sessions.unprepared() as session:
            self._schema.migrate(session)

    def reencrypt(self) -> int:
        """Encrypt all that is kept under the cipher's newest key: what is still plain, and what is under an older one.

        Others may work meanwhile, once all of them have the new cipher. It can be called again when it was broken off.

        Returns:
            How many rows that were.

        Raises:
            DecryptionError: Something is under a key that the cipher does not know.
            ConfigurationError: The storage has no cipher.
        """
        if not self._encryption.is_on:
            raise ConfigurationError("the storage has no cipher to encrypt with; give SqlStorage cipher=")
        return Reencryption(self._sessions, self._encryption).run()

    def close(self) -> None:
        """Close the connections that are not in use; the next use opens new ones."""
        self._sessions.close()

    def _prepare(self, session: Session) -> None:
        self._schema.prepare(session)
        self._encryption.prepare(session)
