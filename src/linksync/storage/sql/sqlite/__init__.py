"""SQLite: its driver, its statements, its schema."""

from linksync.storage.sql.sqlite.dialect import SqliteDialect

__all__ = ["SqliteDialect"]
