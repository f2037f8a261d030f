"""What differs from database to database, beside the texts."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeAlias

from linksync.errors import StorageError
from linksync.storage.sql.texts import Texts

Row: TypeAlias = tuple[Any, ...]
"""A row as the driver returns it; whoever reads it knows the columns of its statement."""


class ConstraintError(StorageError):
    """A unique index or a reference refused a row; the part that wrote it says what that means."""


class Cursor(Protocol):
    """What is used of a DB-API 2.0 cursor (PEP 249)."""

    @property
    def description(self) -> object:
        """None when the statement returns no rows."""
        ...

    @property
    def rowcount(self) -> int:
        """How many rows the statement wrote."""
        ...

    def execute(self, sql: str, parameters: Mapping[str, object] | None = None, /) -> object:
        """Run a statement."""
        ...

    def fetchall(self) -> Sequence[Any]:
        """Return the rows that the statement returned."""
        ...


class Connection(Protocol):
    """What is used of a DB-API 2.0 connection (PEP 249), in autocommit mode."""

    def cursor(self) -> Cursor:
        """Return a new cursor."""
        ...

    def close(self) -> None:
        """Let go of the database."""
        ...


class Dialect(Protocol):
    """One database: its texts, how its connections are opened, what its errors mean.

    Transactions are begun and ended by statements, on connections in autocommit mode.
    """

    @property
    def texts(self) -> Texts:
        """The statements and the schema changes."""
        ...

    @property
    def has_own_clock(self) -> bool:
        """Whether the database may be on another machine, with a clock of its own that `clock.read` tells."""
        ...

    @property
    def can_undo_ddl(self) -> bool:
        """Whether changes of tables are a part of the transaction that they are made in."""
        ...

    @property
    def can_run_alone(self) -> bool:
        """Whether a statement outside of a transaction runs under the same settings as one within."""
        ...

    @property
    def begin_write(self) -> Sequence[str]:
        """The statements that begin a transaction that writes."""
        ...

    @property
    def begin_claim(self) -> Sequence[str]:
        """The statements that begin a transaction that need not outlive a crash of the database's server.

        What it wrote may be forgotten, with all that was written after it and is not durable either.
        """
        ...

    @property
    def after_claim(self) -> Sequence[str]:
        """The statements that make the connection's commits durable again, whatever became of such a transaction."""
        ...

    @property
    def counts_ended(self) -> bool:
        """Whether `jobs.end` counts what it ends, which else is to be done with what it returns."""
        ...

    @property
    def begin_read(self) -> Sequence[str]:
        """The statements that begin a transaction that reads one state of the database."""
        ...

    @property
    def longest(self) -> Mapping[str, int]:
        """How many characters a column may have, by its name; those that may have any number are left out."""
        ...

    @property
    def error(self) -> type[Exception]:
        """What its driver raises."""
        ...

    @property
    def place(self) -> str:
        """What the database is called in messages, without secrets."""
        ...

    def connect(self) -> Connection:
        """Return a new connection, ready for use."""
        ...

    def is_in_transaction(self, connection: Connection) -> bool:
        """Whether the connection has a transaction open, be it one that can only be undone."""
        ...

    def can_commit(self, connection: Connection) -> bool:
        """Whether the connection has a transaction open that can still be kept."""
        ...

    def translate(self, error: Exception, parameters: Mapping[str, object] | None = None) -> Exception:
        """Return the error of linksync that an error of the driver stands for.

        Args:
            error: It.
            parameters: Those of the statement that failed.
        """
        ...

    def check_borrowed(self, connection: object) -> None:
        """Make sure that *connection*, a DB-API connection of the host's, is one to this kind of database.

        Raises:
            ConfigurationError: It is not.
        """
        ...

    def can_migrate_beside(self, connection: object) -> bool:
        """Whether the tables can be made, on another connection, while the host has *connection* in use."""
        ...

    def place_of(self, connection: object) -> str:
        """Return what the database of *connection*, one of the host's, is called in messages."""
        ...
