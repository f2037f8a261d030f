"""The clock of a database that several machines share."""

import time
from datetime import datetime, timedelta
from threading import Lock

from linksync.errors import StorageError
from linksync.storage.instants import from_text
from linksync.storage.sql.connection import Sessions

_FRESH_SECONDS = 30.0
"""How long one look at the database's clock is relied upon: quartz drifts by less than 10 ms in ten times as long."""


class DatabaseClock:
    """The database's own clock, so that machines whose clocks differ agree about leases and due times.

    It is looked at twice a minute, half a round trip exact, and carried on meanwhile by this machine's steady clock, which
    nobody sets and which goes on while the machine sleeps. So no statement has to ask for the time, and what is
    decided in Python and what is written down share one instant.
    """

    def __init__(self, sessions: Sessions) -> None:
        """Make a clock that has not been looked at yet.

        Args:
            sessions: The connections to ask on.
        """
        self._sessions = sessions
        self._lock = Lock()
        self._origin: datetime | None = None
        self._read_at = 0.0

    def now(self) -> datetime:
        """Return the present instant, timezone-aware, in UTC.

        Raises:
            StorageError: The database cannot be asked and never was before.
        """
        origin, steady = self._origin, _steady_seconds()
        if origin is None or steady - self._read_at > _FRESH_SECONDS:
            origin = self._look()
        return origin + timedelta(seconds=_steady_seconds())

    def sleep(self, seconds: float) -> None:
        """Return after *seconds*."""
        if seconds > 0:
            time.sleep(seconds)

    def _look(self) -> datetime:
        """Return the instant at which the steady clock was at zero, by the database's clock."""
        try:
            with self._sessions.use() as session:
                asked = _steady_seconds()
                text: str = session.run("clock.read")[0][0]
                answered = _steady_seconds()
        except StorageError:
            if self._origin is None:
                raise
            return (
                self._origin
            )  # the look that was taken before is still better than this machine's own clock
        with self._lock:
            self._read_at = answered
            self._origin = origin = from_text(text) - timedelta(seconds=(asked + answered) / 2)
            return origin


def _steady_seconds() -> float:
    # The monotonic clock of some systems stands still while the machine is suspended, and leases go on.
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot is None else time.clock_gettime(boot)
