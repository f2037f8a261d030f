"""What differs from database to database, beside the texts."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

from linksync.errors import StorageError
from linksync.storage.sql.texts import Migration

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

    def execute(self, sql: str, parameters: Mapping[str, object], /) -> object:
        """Run a statement."""
        ...

    def executemany(self, sql: str, rows: Iterable[Mapping[str, object]], /) -> object:
        """Run a statement once per row of parameters."""
        ...

    def fetchall(self) -> list[Any]:
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

    Statements are prepared texts with parameters by name (`:company`). Transactions are begun and ended by
    statements, on connections in autocommit mode.
    """

    @property
    def statements(self) -> Mapping[str, str]:
        """The statements, by name."""
        ...

    @property
    def migrations(self) -> Sequence[Migration]:
        """The schema changes, in order."""
        ...

    @property
    def begin_write(self) -> str:
        """The statement that begins a transaction that writes."""
        ...

    @property
    def begin_read(self) -> str:
        """The statement that begins a transaction that reads one state of the database."""
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
        """Whether the connection has a transaction open."""
        ...

    def split(self, script: str) -> Sequence[str]:
        """Return the statements of *script*, one by one."""
        ...

    def translate(self, error: Exception) -> Exception:
        """Return the error of linksync that an error of the driver stands for."""
        ...

    def borrow(self, connection: object, is_ready: Callable[[Cursor], bool]) -> Cursor:
        """Return a cursor on a connection of the host's, to write within the host's transaction.

        Args:
            connection: The host's connection.
            is_ready: Says whether linksync's tables are there and up to date, as the cursor sees them.

        Raises:
            ConfigurationError: It is no connection to this database, or the tables cannot be made now.
        """
        ...
