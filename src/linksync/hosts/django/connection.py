"""The transaction of a Django connection, to enqueue within it."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol, cast

from linksync.errors import ConfigurationError
from linksync.storage.sql.borrowed import HostConnection
from linksync.storage.sql.dialect import Cursor

try:
    from django.db import connections  # type: ignore[import-untyped]  # it ships no types
except ModuleNotFoundError as error:
    raise ConfigurationError(
        f"Django is not installed ({error.name}); pip install 'linksync[django]'"
    ) from error


def borrow(using: str = "default") -> HostConnection:
    """Return Django's connection as a `connection=` to hand in: what is enqueued on it is a part of its transaction.

    Outside of `transaction.atomic()` Django commits each statement, and so also what is enqueued.

    ```python
    with transaction.atomic():
        customer.save()
        sync.promote("customer", customer.pk, connection=borrow())
    ```

    Args:
        using: The alias of the database that linksync's tables are in.
    """
    return DjangoConnection(cast("Wrapper", connections[using]))


class Wrapper(Protocol):
    """What is used of Django's connection to a database."""

    @property
    def vendor(self) -> str:
        """What kind of database it is: `sqlite`, `postgresql` or `mysql`."""
        ...

    @property
    def alias(self) -> str:
        """Its name in `DATABASES`."""
        ...

    @property
    def connection(self) -> object:
        """The driver's connection; None before the first use."""
        ...

    def ensure_connection(self) -> None:
        """Connect to the database, unless that is done."""
        ...

    def cursor(self) -> AbstractContextManager[Cursor]:
        """Return a cursor of Django's, to be closed by leaving it."""
        ...


class DjangoConnection:
    """What a Django connection runs, through Django: its wrappers, its query log and its errors are as always."""

    paramstyle = "pyformat"  # Django's way, which it translates for SQLite

    def __init__(self, wrapper: Wrapper) -> None:
        self._wrapper = wrapper

    @property
    def driver_connection(self) -> object:
        """The driver's connection below Django's."""
        self._wrapper.ensure_connection()
        return self._wrapper.connection

    def execute(self, sql: str, parameters: Mapping[str, object]) -> Sequence[tuple[Any, ...]]:
        """Run a statement within Django's transaction and return its rows."""
        with self._wrapper.cursor() as cursor:
            cursor.execute(sql, parameters)
            return [tuple(row) for row in cursor.fetchall()] if cursor.description else []
