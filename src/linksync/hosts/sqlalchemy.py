"""The transaction of a SQLAlchemy connection or session, to enqueue within it."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from linksync.errors import ConfigurationError
from linksync.storage.sql.borrowed import DriverConnection, HostConnection

try:
    from sqlalchemy import Connection
    from sqlalchemy.orm import Session, scoped_session
except ModuleNotFoundError as error:
    raise ConfigurationError(
        f"SQLAlchemy is not installed ({error.name}); pip install 'linksync[sqlalchemy]'"
    ) from error

__all__ = ["borrow"]

Source: TypeAlias = Connection | Session | scoped_session[Session]


def borrow(source: Source) -> HostConnection:
    """Return *source* as a `connection=` to hand in: what is enqueued on it is a part of its transaction.

    SQLAlchemy begins the transaction if none is open, and your `commit()` or `rollback()` ends it. Of a session that
    has several databases, hand in the connection that is meant: `borrow(session.connection(...))`.

    ```python
    with Session(engine) as session:
        session.add(customer)
        session.flush()  # gives the customer its id
        sync.promote("customer", customer.id, connection=borrow(session))
        session.commit()
    ```

    Args:
        source: A connection, a session or a scoped session of SQLAlchemy 2, on a driver that linksync knows: sqlite3,
            psycopg, psycopg2, PyMySQL, mysqlclient or MySQL Connector/Python.
    """
    return _SqlAlchemyConnection(source)


class _SqlAlchemyConnection:
    """What a SQLAlchemy connection runs, through SQLAlchemy: its events, its echo and its errors are as always."""

    def __init__(self, source: Source) -> None:
        self._source = source

    @property
    def paramstyle(self) -> str:
        # The statement goes to the driver as it is.
        return DriverConnection(self.driver_connection).paramstyle

    @property
    def driver_connection(self) -> object:
        return self._connection.connection.driver_connection

    def execute(self, sql: str, parameters: Mapping[str, object]) -> Sequence[tuple[Any, ...]]:
        result = self._connection.exec_driver_sql(sql, dict(parameters))
        return [tuple(row) for row in result] if result.returns_rows else []

    @property
    def _connection(self) -> Connection:
        # Each time anew: a session has another connection for its next transaction.
        return self._source if isinstance(self._source, Connection) else self._source.connection()
