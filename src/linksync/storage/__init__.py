"""Where linksync keeps what it remembers: in this process, or in a SQL database."""

from linksync.storage.memory import MemoryStorage

__all__ = ["MemoryStorage"]
