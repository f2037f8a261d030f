"""This code, when it will be the old code: it works on tables to which later changes have added something."""

import re

import pytest

from linksync.errors import SchemaError
from linksync.storage import SqlStorage
from linksync.storage.sql.schema import newest
from linksync.storage.sql.texts import Texts
from linksync.testing.clock import FakeClock
from linksync.testing.contracts import StorageContract
from linksync.testing.contracts.suite import COMPANY
from tests.compat import program

_TABLE = re.compile(r"CREATE TABLE (?:IF NOT EXISTS )?([\w.]+)")


def add_what_may_be_added(storage: SqlStorage) -> None:
    """Change the schema as a later version may without shutting older code out.

    A column for each table that is empty where nobody knows of it, an index on it, and a new table.
    """
    texts: Texts = storage._sessions._dialect.texts
    storage.migrate()
    with storage._sessions.use() as session:
        tables = {name for it in texts.migrations for name in _TABLE.findall(it.text)}
        for table in sorted(tables):
            session.command(f"ALTER TABLE {table} ADD COLUMN added_later VARCHAR(20)")
            session.command(f"CREATE INDEX {table.rpartition('.')[2]}_later ON {table} (added_later)")
        session.command(texts.place("CREATE TABLE linksync_later (number INT PRIMARY KEY)"))
        session.change("schema.note", version=newest(texts) + 1, oldest_code=newest(texts), now="later")


class TestLaterSqlite(StorageContract):
    @pytest.fixture
    def storage(self, clock: FakeClock, tmp_path):
        storage = SqlStorage(f"sqlite:///{tmp_path}/links.db", clock=clock)
        add_what_may_be_added(storage)
        yield storage
        storage.close()


@pytest.mark.parametrize("kind", ["sqlite", "postgres", "mysql"])
def test_a_change_that_only_adds_is_no_matter(kind, tmp_path, request):
    """A program with this code finds the tables as it needs them, on every database."""
    url, schema = f"sqlite:///{tmp_path}/links.db", ""
    if kind != "sqlite":
        database = request.getfixturevalue(kind)
        url, schema = database.url, database.new_schema()
    changed = SqlStorage(url, schema=schema)
    add_what_may_be_added(changed)

    storage = SqlStorage(url, schema=schema, auto_migrate=False)
    program.write(storage, 1)
    program.leave(storage, 2)

    assert program.tell(storage) == program.tell(changed)
    assert program.tell(storage)["counts"] == {"queued": 1, "success": 1}
    storage.close()
    changed.close()


def test_a_change_that_shuts_older_code_out_is_told(tmp_path):
    """With what to do about it."""
    storage = SqlStorage(f"sqlite:///{tmp_path}/links.db")
    storage.migrate()
    with storage._sessions.use() as session:
        session.change("schema.note", version=99, oldest_code=98, now="later")
    storage.close()

    later = SqlStorage(f"sqlite:///{tmp_path}/links.db")
    with pytest.raises(SchemaError, match=r"version 99, for code that knows version 98 .* upgrade linksync"):
        later.jobs.counts(COMPANY)
    later.close()
