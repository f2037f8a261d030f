"""From a URL, or the host's own way to connect, to the database that is meant."""

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import cast

from attrs import field, frozen

from linksync.errors import ConfigurationError
from linksync.storage.sql.dialect import Dialect
from linksync.storage.sql.texts import check_name

_SCHEMES = {
    "sqlite": "sqlite",
    "postgresql": "postgres",
    "postgres": "postgres",
    "mysql": "mysql",
    "mariadb": "mysql",
}
"""The folder of each database, by what its URLs begin with."""


@frozen(kw_only=True)
class Opening:
    """How the connections of a storage are opened, and what its tables are called.

    Attributes:
        place: The path of SQLite's file, or the URL of a server's database; None with `connect`.
        connect: Opens a new connection each time it is called.
        schema: The schema that the tables are in; empty for that of the connection.
        prefix: What the names of tables and indexes begin with.
        busy_timeout: How long to wait for somebody else's transaction to end.
    """

    place: str | None = field(repr=False)  # it may hold a password
    connect: Callable[[], object] | None
    schema: str
    prefix: str
    busy_timeout: timedelta


def find_dialect(
    url: str | None,
    connect: Callable[[], object] | None,
    *,
    database: str | None,
    schema: str,
    prefix: str,
    busy_timeout: timedelta,
) -> Dialect:
    """Return the dialect of the database that *url*, or *database* with *connect*, names.

    Raises:
        ConfigurationError: They name none, or the driver is not installed.
    """
    if (url is None) == (connect is None):
        raise ConfigurationError("give either url or connect, such as url='sqlite:///links.db'")
    scheme = (database or "sqlite") if url is None else url.partition(":")[0].partition("+")[0]
    folder = _SCHEMES.get(scheme)
    if folder is None or (url is not None and "://" not in url):
        raise ConfigurationError(
            f"{'database' if url is None else 'url'} {scheme!r}... names no database that linksync knows; write "
            "sqlite:///links.db, postgresql://user@host/database or mysql://user@host/database"
        )
    opening = Opening(
        place=None if url is None else _path_of(url) if folder == "sqlite" else url,
        connect=connect,
        schema=check_name("schema", schema) if schema else "",
        prefix=check_name("table_prefix", prefix),
        busy_timeout=busy_timeout,
    )
    try:
        make = import_module(f"linksync.storage.sql.{folder}.dialect").make
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            f"the driver for {scheme} is not installed ({error.name}); pip install 'linksync[{folder}]'"
        ) from error
    return cast("Callable[[Opening], Dialect]", make)(opening)


def _path_of(url: str) -> str:
    path = url.removeprefix("sqlite:///")
    if not url.startswith("sqlite:///") or "?" in path:
        raise ConfigurationError(
            f"url {url.split(':', maxsplit=1)[0]!r}... names no SQLite file; write sqlite:///links.db"
        )
    if path in ("", ":memory:"):
        raise ConfigurationError(f"url {url!r} names a database in memory; use MemoryStorage instead")
    # The working directory may be another one when the file is opened.
    return str(Path(path).absolute())
