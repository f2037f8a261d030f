"""Clocks for tests: one that stands still until it is told to go on, and one that goes and can be put forward."""

import threading
from datetime import UTC, datetime, timedelta

from linksync.clock import Clock, SystemClock

START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
"""When a `FakeClock` begins unless it is told otherwise."""


class FakeClock:
    """Tells a time that only moves by `sleep` and `advance`; no test waits for it.

    It may be shared by threads: a sleep by one moves the time of all. It satisfies `linksync.clock.Clock`.

    Attributes:
        sleeps: How many seconds each call of `sleep` asked for, in order; what is zero or less is left out.
    """

    def __init__(self, start: datetime = START) -> None:
        """Make a clock that stands at *start*.

        Args:
            start: The first instant (timezone-aware).

        Raises:
            ValueError: *start* has no time zone.
        """
        if start.tzinfo is None:
            raise ValueError(f"start must be timezone-aware, got {start!r}; add tzinfo=UTC")
        self.sleeps: list[float] = []
        self._now = start.astimezone(UTC)
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """Return the instant it stands at, timezone-aware, in UTC."""
        with self._lock:
            return self._now

    def sleep(self, seconds: float) -> None:
        """Move the time on by *seconds* and return at once."""
        if seconds <= 0:
            return
        with self._lock:
            self.sleeps.append(seconds)
            self._now += timedelta(seconds=seconds)

    def advance(self, span: timedelta) -> None:
        """Move the time on by *span*, without counting it as a sleep.

        Raises:
            ValueError: *span* is negative.
        """
        _refuse_to_go_back(span)
        with self._lock:
            self._now += span


class MovableClock:
    """Goes as another clock does, and can be put forward. It satisfies `linksync.clock.Clock`.

    Attributes:
        ahead: By how much it is put forward.
    """

    def __init__(self, clock: Clock | None = None) -> None:
        """Make a clock that shows the time of *clock*, the machine's own unless given."""
        self.ahead = timedelta()
        self._clock = clock or SystemClock()

    def now(self) -> datetime:
        """Return the instant it shows, timezone-aware, in UTC."""
        return self._clock.now() + self.ahead

    def sleep(self, seconds: float) -> None:
        """Return after *seconds*; at once when it is zero or less."""
        self._clock.sleep(seconds)

    def advance(self, span: timedelta) -> None:
        """Put it forward by *span*.

        Raises:
            ValueError: *span* is negative.
        """
        _refuse_to_go_back(span)
        self.ahead += span


def _refuse_to_go_back(span: timedelta) -> None:
    if span < timedelta():
        raise ValueError(f"span must not be negative, got {span!r}; a clock does not go back")
