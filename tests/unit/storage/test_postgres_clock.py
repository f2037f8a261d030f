"""The clock of a database that several machines share."""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

import pytest

from linksync.errors import ConnectionLostError
from linksync.storage import SqlStorage
from linksync.storage.sql.clock import DatabaseClock
from tests.servers import Database

MOMENT = timedelta(milliseconds=50)


@pytest.fixture
def storage(postgres: Database) -> Iterator[SqlStorage]:
    with closing(SqlStorage(postgres.url, schema=postgres.emptied_schema())) as storage:
        yield storage


@pytest.fixture
def steady(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that this machine's steady clock tells; the last one counts."""
    seconds = [1000.0]
    monkeypatch.setattr("linksync.storage.sql.clock._steady_seconds", lambda: seconds[-1])
    return seconds


def servers_time(postgres: Database) -> datetime:
    ((instant,),) = postgres.run("SELECT clock_timestamp()")
    return instant


def test_the_clock_is_the_servers(postgres: Database, storage: SqlStorage) -> None:
    """Between two looks of anybody at it."""
    before = servers_time(postgres)

    now = storage.clock.now()

    assert before - MOMENT <= now <= servers_time(postgres) + MOMENT
    assert now.utcoffset() == timedelta(0)


def test_the_clock_is_the_servers_wherever_that_is(postgres: Database) -> None:
    """Its time zone does not matter."""
    url = f"{postgres.url}?options=-cTimeZone%3DAsia/Kathmandu"
    with closing(SqlStorage(url, schema=postgres.emptied_schema())) as storage:
        assert abs(storage.clock.now() - servers_time(postgres)) < timedelta(seconds=5)


def test_the_clock_is_looked_at_twice_a_minute(storage: SqlStorage, steady: list[float]) -> None:
    """And goes on by this machine's in between."""
    looks = _count_looks(storage)
    first = storage.clock.now()
    steady.append(steady[-1] + 29)
    second = storage.clock.now()
    between = len(looks)
    steady.append(steady[-1] + 2)

    storage.clock.now()

    assert second - first == timedelta(seconds=29)
    assert (between, len(looks)) == (1, 2)


def test_the_clock_goes_on_when_the_server_is_away(
    storage: SqlStorage, steady: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last look is still better than another machine's clock, and the next one is at the server's again."""
    first = storage.clock.now()
    steady.append(steady[-1] + 300)
    with monkeypatch.context() as context:
        context.setattr(storage._sessions, "use", _away)
        meanwhile = storage.clock.now()
    looks = _count_looks(storage)

    storage.clock.now()

    assert meanwhile - first == timedelta(seconds=300)
    assert len(looks) == 1


def test_a_clock_that_was_never_read_is_not_guessed(
    storage: SqlStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage._sessions, "use", _away)

    with pytest.raises(ConnectionLostError):
        storage.clock.now()


def test_the_clock_survives_a_connection_that_broke(
    postgres: Database, storage: SqlStorage, steady: list[float]
) -> None:
    """It is looked at on a new one."""
    storage.clock.now()
    with storage._sessions.use() as session:
        connection: Any = session._connection
        pid = connection.info.backend_pid
    postgres.run(
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = {pid} AND datname = current_database()"
    )
    while postgres.run(f"SELECT 1 FROM pg_stat_activity WHERE pid = {pid}"):
        pass
    steady.append(steady[-1] + 31)
    before = servers_time(postgres)

    now = storage.clock.now()

    assert before - MOMENT <= now <= servers_time(postgres) + MOMENT


def test_two_storages_agree(postgres: Database, storage: SqlStorage) -> None:
    """As two machines would, whose own clocks differ."""
    with closing(SqlStorage(postgres.url, schema=postgres.emptied_schema())) as other:
        assert isinstance(other.clock, DatabaseClock)
        first, second = storage.clock.now(), other.clock.now()

    assert first <= second + MOMENT
    assert second - first < timedelta(seconds=5)


def _away() -> None:
    raise ConnectionLostError("the server is away")


def _count_looks(storage: SqlStorage) -> list[object]:
    looks = list[object]()
    use = storage._sessions.use

    def count() -> Any:
        looks.append(None)
        return use()

    storage._sessions.use = count  # type: ignore[method-assign]
    return looks
