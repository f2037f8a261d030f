import pytest

from linksync.storage import MemoryStorage
from linksync.testing.clock import FakeClock
from linksync.testing.contracts import StorageContract


class TestMemoryStorage(StorageContract):
    @pytest.fixture
    def storage(self, clock: FakeClock) -> MemoryStorage:
        return MemoryStorage(clock)
