"""Databases that a host and linksync share: a file, or a schema on a server."""

import sqlite3
from contextlib import closing
from pathlib import Path

from attrs import frozen

from tests.servers import Database


@frozen(kw_only=True)
class Place:
    """A database that a host and linksync share.

    Attributes:
        kind: Which one: `sqlite`, `postgres` or `mysql`.
        url: Its URL.
        elsewhere: The URL of another one of the kind.
        schema: Where linksync's tables are in it; empty without.
        customers: The host's own table.
    """

    kind: str
    url: str
    elsewhere: str
    schema: str
    customers: str

    @property
    def has_many_writers(self) -> bool:
        """Whether two transactions can write at the same time."""
        return self.kind != "sqlite"


def in_file(folder: Path) -> Place:
    """Return a new database in *folder*."""
    with closing(sqlite3.connect(folder / "crm.db")) as made:
        made.execute("CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT)")
    return Place(
        kind="sqlite",
        url=f"sqlite:///{folder}/crm.db",
        elsewhere=f"sqlite:///{folder}/other.db",
        schema="",
        customers="customer",
    )


def on_server(database: Database, schema: str) -> Place:
    """Return *schema* of *database* with an empty table of the host's."""
    customers = f"{schema}.customer"
    database.run(
        f"CREATE TABLE IF NOT EXISTS {customers} (id INT PRIMARY KEY, name VARCHAR(100))",
        f"DELETE FROM {customers}",
    )
    return Place(
        kind=database.kind,
        url=database.url,
        elsewhere=database.url.rpartition("/")[0]
        + {"postgres": "/template1", "mysql": "/mysql"}[database.kind],
        schema=schema,
        customers=customers,
    )
