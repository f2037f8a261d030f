"""What every implementation of a storage, or of a part of it, must do: suites to subclass, run by pytest.

```python
class TestMyStorage(StorageContract):
    @pytest.fixture
    def storage(self, clock):
        return MyStorage(clock=clock)
```

All tests of the suites then run over `MyStorage`. `clock` is a `FakeClock` unless the subclass gives another; whoever
has a part only subclasses the suite of that part and gives a storage that has it.
"""

import pytest

# So that a failing assertion shows its values, in the suites as in the user's own tests.
pytest.register_assert_rewrite(
    *(
        f"{__name__}.{suite}"
        for suite in (
            "asking",
            "backlog",
            "ciphers",
            "claiming",
            "crashing",
            "enqueueing",
            "history",
            "holding",
            "intents",
            "links",
            "purging",
            "settling",
            "storage",
            "suite",
            "tokens",
        )
    )
)

from linksync.testing.contracts.backlog import BacklogContract  # noqa: E402 - after the registration
from linksync.testing.contracts.ciphers import CipherContract  # noqa: E402 - after the registration
from linksync.testing.contracts.history import HistoryLogContract  # noqa: E402 - after the registration
from linksync.testing.contracts.intents import IntentLogContract  # noqa: E402 - after the registration
from linksync.testing.contracts.links import LinkRegistryContract  # noqa: E402 - after the registration
from linksync.testing.contracts.purging import IntentPurgeContract  # noqa: E402 - after the registration
from linksync.testing.contracts.queue import JobQueueContract  # noqa: E402 - after the registration
from linksync.testing.contracts.storage import StorageContract  # noqa: E402 - after the registration
from linksync.testing.contracts.tokens import TokenStoreContract  # noqa: E402 - after the registration

__all__ = [
    "BacklogContract",
    "CipherContract",
    "HistoryLogContract",
    "IntentLogContract",
    "IntentPurgeContract",
    "JobQueueContract",
    "LinkRegistryContract",
    "StorageContract",
    "TokenStoreContract",
]
