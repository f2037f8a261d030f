"""Everything in this process, for tests and for trying things out: forgotten when it ends."""

from linksync.storage.memory.storage import MemoryStorage

__all__ = ["MemoryStorage"]
