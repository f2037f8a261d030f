"""A disk that takes longer to confirm a commit, since how long that takes decides what else counts.

A local disk confirms one within 0.1 to 0.5 ms, one behind a network within 0.5 to 3.
"""

import sqlite3
import time
from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar, cast

_NORMAL = 1
"""At `synchronous = NORMAL` or below, a commit to the write-ahead log does not wait for the disk."""


def slow_down(milliseconds: float, url: str) -> None:
    """Let commits of this process to the database that *url* names take longer, unless its server is told to.

    Raises:
        ValueError: There is no way to slow that database down.
    """
    if milliseconds and url.startswith("sqlite:"):
        _Slow.seconds = milliseconds / 1000
        sqlite3.connect = partial(sqlite3.connect, factory=_Slow)
    elif milliseconds and not url.startswith("postgresql:"):
        raise ValueError("--commit-ms slows SQLite and PostgreSQL down, and no other; leave it out")


def slow_postgres(name: str, milliseconds: float) -> Sequence[str]:
    """Return the commands by which every commit in the database called *name* waits so much longer before its flush."""
    return [
        f"ALTER DATABASE {name} SET commit_delay = {round(milliseconds * 1000)}",
        f"ALTER DATABASE {name} SET commit_siblings = 0",  # however few others are about to commit
    ]


class _Slow(sqlite3.Connection):
    """A connection whose commits take longer, while it keeps the lock, if they have written anything and wait for the disk."""

    seconds: ClassVar[float] = 0
    _seen = 0

    def cursor(self, *_: Any, **__: Any) -> sqlite3.Cursor:
        return super().cursor(_SlowCursor)

    def execute(self, *arguments: Any) -> sqlite3.Cursor:
        return self.cursor().execute(*arguments)

    def executemany(self, *arguments: Any) -> sqlite3.Cursor:
        return self.cursor().executemany(*arguments)

    def commit(self) -> None:
        self.wait()
        super().commit()

    def wait(self) -> None:
        if self.total_changes == self._seen:
            return
        self._seen = self.total_changes
        if super().cursor().execute("PRAGMA synchronous").fetchone()[0] > _NORMAL:
            time.sleep(self.seconds)


class _SlowCursor(sqlite3.Cursor):
    """A cursor of such a connection."""

    def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
        connection = cast("_Slow", self.connection)
        if sql.upper() == "COMMIT":
            connection.wait()
        super().execute(sql, *parameters)
        if not connection.in_transaction and sql.upper() != "ROLLBACK":  # which is committed by itself
            connection.wait()
        return self
