"""A host on each database, and linksync's storage beside its tables."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta

import pytest

from linksync.storage import SqlStorage
from linksync.testing.clock import FakeClock
from tests.unit.hosts.hosts import DRIVERS, FRAMEWORKS, PECULIAR, Host, Opened
from tests.unit.hosts.places import Place, in_file, on_server

PATIENCE = timedelta(seconds=5)
"""How long linksync waits for a lock: one that is never freed fails the test."""


EVERY_KIND = {name: {**drivers, **FRAMEWORKS} for name, drivers in DRIVERS.items()}
KINDS = {
    "host": EVERY_KIND,
    "peculiar": PECULIAR,
    # SQLite has one writer at a time
    "busy_host": {name: kinds for name, kinds in EVERY_KIND.items() if name != "sqlite"},
    # the databases of one server of MariaDB can be written within one transaction
    "stray_host": {name: kinds for name, kinds in EVERY_KIND.items() if name != "mysql"},
}
"""The kinds of hosts that there are for tests, by the fixture that they ask for."""


def pytest_generate_tests(metafunc) -> None:
    """Run a test that asks for a host on each kind of them."""
    for fixture, kinds in KINDS.items():
        if fixture in metafunc.fixturenames:
            cases = [(name, opened) for name, opened in kinds.items() for opened in opened]
            metafunc.parametrize(
                ("place", fixture),
                [(name, kinds[name][kind]) for name, kind in cases],
                ids=[f"{name}-{kind}" for name, kind in cases],
                indirect=True,
            )
            return
    marked = {mark.args[0] for mark in metafunc.definition.iter_markers("parametrize")}
    if "place" in metafunc.fixturenames and "place" not in marked:
        metafunc.parametrize("place", list(DRIVERS), indirect=True)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def place(request, tmp_path) -> Place:
    """A database of the kind that is asked for, its tables empty."""
    if request.param == "sqlite":
        return in_file(tmp_path)
    database = request.getfixturevalue(request.param)
    return on_server(database, database.emptied_schema())


@pytest.fixture
def storage(place: Place, clock: FakeClock) -> Iterator[SqlStorage]:
    storage = SqlStorage(place.url, schema=place.schema, clock=clock, busy_timeout=PATIENCE)
    storage.migrate()
    yield storage
    storage.close()


@pytest.fixture
def open_host(place: Place) -> Iterator[Callable[[Opened], Host]]:
    """Opens hosts, to be closed at the end of the test."""
    with ExitStack() as stack:
        yield lambda opened, url=place.url: opened(url, stack)


@pytest.fixture
def host(request, storage: SqlStorage, open_host) -> Host:
    """A host on the database of the storage."""
    return open_host(request.param)


peculiar = busy_host = host


@pytest.fixture
def stray_host(request, place: Place, open_host) -> Host:
    """A host on another database."""
    return open_host(request.param, place.elsewhere)
