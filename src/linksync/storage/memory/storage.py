"""All that linksync remembers, in this process."""

from contextlib import AbstractContextManager

from linksync.clock import Clock, SystemClock
from linksync.jobs import CRASH_LIMIT, Backlog
from linksync.storage.memory.backlog import read_backlog
from linksync.storage.memory.gates import MemoryGates
from linksync.storage.memory.history import MemoryHistoryLog
from linksync.storage.memory.intents import MemoryIntentLog
from linksync.storage.memory.jobs import MemoryJobQueue
from linksync.storage.memory.links import MemoryLinkRegistry
from linksync.storage.memory.tables import Tables
from linksync.storage.memory.tokens import MemoryTokenStore


class MemoryStorage:
    """A `Storage` that is forgotten with the process: for tests and for trying things out.

    Several threads may share it; a transaction of one keeps the others waiting until it ends.

    Args:
        clock: The clock of all its instants.
        crash_limit: How many workers may die over a job before a person has to look at it.
    """

    def __init__(self, clock: Clock | None = None, *, crash_limit: int = CRASH_LIMIT) -> None:
        self.clock: Clock = clock or SystemClock()
        self._tables = Tables()
        self._gates = gates = MemoryGates(self._tables, self.clock)
        self.links = MemoryLinkRegistry(self._tables, self.clock)
        self.jobs = MemoryJobQueue(self._tables, self.clock, gates, crash_limit)
        self.intents = MemoryIntentLog(self._tables, self.clock, gates)
        self.history = MemoryHistoryLog(self._tables, self.clock)
        self.tokens = MemoryTokenStore(self._tables, gates)

    def transaction(self) -> AbstractContextManager[None]:
        """Return a context within which all writes happen together or not at all; within another, a part of it."""
        return self._tables.journal.transaction()

    def is_in_transaction(self) -> bool:
        """Whether the calling thread has a transaction open."""
        return self._tables.journal.is_in_transaction()

    def read_backlog(self, *, limit: int = 1000) -> Backlog:
        """Return how far behind the workers are, with up to *limit* companies."""
        return read_backlog(self._tables, self.clock, self._gates, limit)
