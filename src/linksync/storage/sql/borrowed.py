"""A connection of the host's, to write within the host's transaction."""

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any, Protocol, runtime_checkable

from linksync.errors import ConfigurationError
from linksync.storage.sql.dialect import Cursor, Row
from linksync.storage.sql.texts import Texts

_WRAPPED = {
    "sqlalchemy": "linksync.hosts.sqlalchemy.borrow(...) of a Connection or Session",
    "django": 'linksync.hosts.django.borrow(using="default")',
}
"""What to hand in in place of a framework's object."""


@runtime_checkable
class HostConnection(Protocol):
    """The host's open transaction, as linksync writes into it.

    `linksync.hosts` makes them of frameworks' connections; a DB-API connection needs none. What the driver or the
    framework raises passes through as it is, for the host's own retries and handlers to see.
    """

    @property
    def paramstyle(self) -> str:
        """How parameters are written in a statement (PEP 249): `named`, or `pyformat` with names."""
        ...

    @property
    def driver_connection(self) -> object:
        """The DB-API connection below it."""
        ...

    def execute(self, sql: str, parameters: Mapping[str, object]) -> Sequence[Row]:
        """Run a statement within the host's transaction and return its rows as tuples; none for one without."""
        ...


class DriverConnection:
    """A DB-API 2.0 connection that the host hands in as it is.

    Args:
        connection: The connection.

    Raises:
        ConfigurationError: It is none that linksync knows how to borrow.
    """

    def __init__(self, connection: object) -> None:
        driver = find_driver(connection)
        if driver is None:
            raise _unknown(connection)
        self._driver = driver
        self.driver_connection = connection

    @property
    def paramstyle(self) -> str:
        """How parameters are written in a statement."""
        return "named" if self._driver == "sqlite3" else "pyformat"

    def execute(self, sql: str, parameters: Mapping[str, object]) -> Sequence[Row]:
        """Run a statement within the host's transaction and return its rows."""
        cursor: _PlainCursor = _CURSORS[self._driver](self.driver_connection)
        try:
            cursor.execute(sql, parameters)
            return [tuple(row) for row in cursor.fetchall()] if cursor.description else []
        finally:
            cursor.close()


def borrowed(connection: object) -> HostConnection:
    """Return *connection*, one of the host's, as linksync writes on it.

    Raises:
        ConfigurationError: It is none that linksync knows how to borrow.
    """
    return connection if isinstance(connection, HostConnection) else DriverConnection(connection)


def run_on(theirs: HostConnection, texts: Texts, name: str, **parameters: object) -> Sequence[Row]:
    """Run the statement called *name* on a connection of the host's, and return its rows."""
    return theirs.execute(texts.render(name, theirs.paramstyle), parameters)


def find_driver(connection: object) -> str | None:
    """Return the name of the driver whose connection, or subclass of it, *connection* is."""
    return next((name for name in _packages(connection) if name in _CURSORS), None)


def name_of(connection: object) -> str:
    """Return what *connection* is called in messages."""
    return f"{type(connection).__module__}.{type(connection).__qualname__}"


def _packages(thing: object) -> Sequence[str]:
    return [cls.__module__.partition(".")[0] for cls in type(thing).__mro__]


def _unknown(connection: object) -> ConfigurationError:
    wrapped = next((_WRAPPED[name] for name in _packages(connection) if name in _WRAPPED), None)
    return ConfigurationError(
        f"connection is a {name_of(connection)}; hand in "
        f"{wrapped or 'a connection of ' + ', '.join(_CURSORS) + ', or what linksync.hosts makes of one'}"
    )


class _PlainCursor(Cursor, Protocol):
    def close(self) -> None: ...


_CURSORS: Mapping[str, Callable[[Any], Any]] = {
    "sqlite3": lambda connection: import_module("sqlite3").Cursor(connection),
    "psycopg": lambda connection: connection.cursor(row_factory=import_module("psycopg.rows").tuple_row),
    "psycopg2": lambda connection: connection.cursor(
        cursor_factory=import_module("psycopg2.extensions").cursor
    ),
    "pymysql": lambda connection: connection.cursor(import_module("pymysql.cursors").Cursor),
    "mysql": lambda connection: connection.cursor(dictionary=False),  # of MySQL Connector/Python
    "MySQLdb": lambda connection: connection.cursor(import_module("MySQLdb.cursors").Cursor),
}
"""How to get a plain cursor, by driver, whatever the host told it to make of rows."""
