"""Where linksync keeps what it remembers: in this process, or in a SQL database."""

from linksync.storage.memory import MemoryStorage
from linksync.storage.sql import SqlStorage

__all__ = ["MemoryStorage", "SqlStorage"]
