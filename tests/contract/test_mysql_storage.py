from collections.abc import Iterator

import pytest

from linksync.storage import SqlStorage
from linksync.testing.clock import FakeClock
from linksync.testing.contracts import StorageContract
from tests.servers import Database


class TestMysqlStorage(StorageContract):
    @pytest.fixture
    def storage(self, clock: FakeClock, mysql: Database) -> Iterator[SqlStorage]:
        storage = SqlStorage(mysql.url, clock=clock, schema=mysql.emptied_schema())
        yield storage
        storage.close()
