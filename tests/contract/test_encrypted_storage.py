from collections.abc import Iterator
from pathlib import Path

import pytest

from linksync.encryption.fernet import FernetCipher, generate_key
from linksync.storage import SqlStorage
from linksync.testing.clock import FakeClock
from linksync.testing.contracts import StorageContract


class TestEncryptedStorage(StorageContract):
    @pytest.fixture
    def storage(self, clock: FakeClock, tmp_path: Path) -> Iterator[SqlStorage]:
        cipher = FernetCipher(keys=[generate_key()])
        storage = SqlStorage(f"sqlite:///{tmp_path}/links.db", clock=clock, cipher=cipher)
        yield storage
        storage.close()
