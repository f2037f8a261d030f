from collections.abc import Iterator

import pytest

from linksync.storage import SqlStorage
from linksync.testing.clock import FakeClock
from linksync.testing.contracts import StorageContract
from tests.servers import Database


class TestPostgresStorage(StorageContract):
    @pytest.fixture
    def storage(self, clock: FakeClock, postgres: Database) -> Iterator[SqlStorage]:
        storage = SqlStorage(postgres.url, clock=clock, schema=postgres.emptied_schema())
        yield storage
        storage.close()
