"""Many programs that start at once on a database without tables."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from linksync.storage import SqlStorage
from linksync.storage.sql.schema import newest
from linksync.testing.contracts.suite import COMPANY, enqueue

PROGRAMS = 6


@pytest.mark.parametrize("kind", ["sqlite", "postgres", "mysql"])
@pytest.mark.parametrize("has_schema", [True, False])
def test_whoever_comes_first_makes_the_tables(kind, has_schema, request, tmp_path):
    """The others wait for it, find them, and go on."""
    settings = settings_of(kind, request, tmp_path, has_schema=has_schema)
    ready = Barrier(PROGRAMS)

    def start(number: int) -> SqlStorage:
        storage = SqlStorage(**settings)
        ready.wait(timeout=20)
        enqueue(storage, number)
        return storage

    with ThreadPoolExecutor(PROGRAMS) as pool:
        storages = list(pool.map(start, range(PROGRAMS)))

    with storages[0]._sessions.use() as session:
        identities = session.run("schema.identity")
        versions = session.run("schema.version")
    assert sum(storages[0].jobs.counts(COMPANY).values()) == PROGRAMS
    assert (len(identities), versions) == (1, [(newest(storages[0]._sessions._dialect.texts), 1)])
    for storage in storages:
        storage.close()


def settings_of(kind, request, folder, *, has_schema: bool):
    """Return what `SqlStorage` takes for a database without tables, whose schema may be missing, too."""
    if kind == "sqlite":
        return {"url": f"sqlite:///{folder}/links.db"}
    database = request.getfixturevalue(kind)
    schema = database.new_schema()
    if not has_schema:
        database.run(f"DROP SCHEMA {schema}")
    return {"url": database.url, "schema": schema}
