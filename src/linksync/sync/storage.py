"""All that linksync remembers, in one place and in one transaction."""

from contextlib import AbstractContextManager
from typing import Protocol

from linksync.clock import Clock
from linksync.history import HistoryLog
from linksync.jobs import IntentLog, JobQueue
from linksync.links import LinkRegistry
from linksync.tokens import TokenStore


class Storage(Protocol):
    """Registry, queue, intents, history and tokens, with a transaction over them.

    Every method of the parts is atomic by itself; within `transaction()` they are atomic together. All instants are
    those of `clock`. It may be used from several threads; a transaction belongs to the thread that opened it.

    Implementations pass `linksync.testing.contracts.StorageContract`, which includes the contracts of the parts.
    """

    @property
    def clock(self) -> Clock:
        """The clock of all its instants."""
        ...

    @property
    def links(self) -> LinkRegistry:
        """Which local record is which remote record."""
        ...

    @property
    def jobs(self) -> JobQueue:
        """What is to be looked at."""
        ...

    @property
    def intents(self) -> IntentLog:
        """Which writes are under way."""
        ...

    @property
    def history(self) -> HistoryLog:
        """What happened."""
        ...

    @property
    def tokens(self) -> TokenStore:
        """The tokens that open the companies; written outside of any transaction."""
        ...

    def transaction(self) -> AbstractContextManager[None]:
        """Return a context within which all writes happen together or, when it is left by an exception, not at all.

        Within another transaction it is a part of it that can fail alone: what it wrote is undone, what was written
        around it stays.
        """
        ...

    def is_in_transaction(self) -> bool:
        """Whether the calling thread has a transaction open."""
        ...
