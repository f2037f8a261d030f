"""Ids that a server's indexes cannot hold."""

import secrets
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from linksync.errors import StorageError
from linksync.jobs import JobState
from linksync.records import CompanyId, RecordKey
from linksync.storage import SqlStorage
from linksync.testing.contracts.suite import COMPANY, customer, wish
from tests.servers import Database


@pytest.fixture(params=["postgres", "mysql"])
def database(request: pytest.FixtureRequest) -> Database:
    return request.getfixturevalue(request.param)


@pytest.fixture
def storage(database: Database) -> Iterator[SqlStorage]:
    with closing(SqlStorage(database.url, schema=database.emptied_schema())) as storage:
        yield storage


@pytest.fixture(params=["the storage's", "the host's"])
def connection(request: pytest.FixtureRequest, database: Database) -> Iterator[Any]:
    """What is handed in as `connection=`."""
    if request.param == "the storage's":
        yield None
        return
    with closing(database.connect()) as host:
        yield host
        host.rollback()


@pytest.mark.parametrize(
    ("field", "request_"),
    [
        ("company", wish(customer(1), company=CompanyId(secrets.token_hex(1500)))),
        ("entity", wish(RecordKey(secrets.token_hex(1500), "1"))),
        ("record_id", wish(RecordKey("customer", secrets.token_hex(1500)))),
    ],
)
def test_it_is_refused_before_it_is_in_the_way_of_others(
    storage: SqlStorage, connection: Any, field: str, request_: Any
) -> None:
    """By name and the value's beginning; what could not be folded in would keep the whole queue from being looked at."""
    with pytest.raises(
        StorageError, match=rf"^{field} '\w{{40}}'\.\.\. has 3000 characters, and the .* use shorter ones$"
    ):
        storage.jobs.enqueue([wish(customer(1)), request_], connection=connection)

    assert storage.jobs.counts(COMPANY) == {}


def test_the_longest_that_is_not_refused_is_kept(storage: SqlStorage, connection: Any) -> None:
    """Of characters that take the most room."""
    longest = storage._sessions.longest
    record = RecordKey(
        "🧾" * longest["entity"], "".join(chr(0x1F300 + n) for n in range(longest["record_id"]))
    )
    company = CompanyId("🧾" * longest["company"])

    storage.jobs.enqueue([wish(record, company=company)], connection=connection)
    if connection is not None:
        connection.commit()

    assert storage.jobs.counts(company) == {JobState.QUEUED: 1}
    assert list(storage.jobs.find_by_records(company, [record])) == [record]
