from collections.abc import Iterator
from pathlib import Path

import pytest

from linksync.storage import SqlStorage
from linksync.testing.clock import FakeClock
from linksync.testing.contracts import StorageContract


class TestSqliteStorage(StorageContract):
    @pytest.fixture
    def storage(self, clock: FakeClock, tmp_path: Path) -> Iterator[SqlStorage]:
        storage = SqlStorage(f"sqlite:///{tmp_path}/links.db", clock=clock)
        yield storage
        storage.close()
