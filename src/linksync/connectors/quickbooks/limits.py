"""Keeps the requests to one company within what QuickBooks allows, by waiting before they leave."""

import threading
from collections import deque
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from attrs import Factory, define, field, frozen
from attrs.validators import ge

from linksync.clock import Clock

_GRAIN = timedelta(milliseconds=5)
"""Added to each window, so that a request at its very edge counts on both sides of it."""


@frozen(kw_only=True)
class Limits:
    """How many requests a company takes, by the official page "limits and throttles".

    Attributes:
        per_minute: Requests in any minute.
        per_second: Requests in any second.
        in_flight: Requests at the same time.
        batches_per_minute: Batches in any minute, each of which is a request too.
    """

    per_minute: int = field(default=500, validator=ge(1))
    per_second: int = field(default=10, validator=ge(1))
    in_flight: int = field(default=10, validator=ge(1))
    batches_per_minute: int = field(default=40, validator=ge(1))


class Limiter:
    """Lets requests to one company pass, each as soon as the limits allow.

    The windows move; no minute begins anew. A request counts from its start until a whole window after its end,
    because nobody knows when between the two it arrived: so no window of the server's can hold more than the
    limit either. It may be shared by threads. It knows nothing of other processes: the company's lease lets one send
    at a time, but one that takes over within the minute begins with empty windows, and may meet a 429, which pauses
    the company and costs nothing else.
    """

    def __init__(self, limits: Limits, clock: Clock) -> None:
        """Make a limiter that has let nothing pass yet.

        Args:
            limits: What the company takes.
            clock: Tells the time and lets it pass.
        """
        self._clock = clock
        self._changed = threading.Condition()
        self._in_flight = _Window(capacity=limits.in_flight, span=timedelta())
        self._windows = (
            self._in_flight,
            _Window(capacity=limits.per_second, span=timedelta(seconds=1) + _GRAIN),
            _Window(capacity=limits.per_minute, span=timedelta(minutes=1) + _GRAIN),
        )
        self._batches = _Window(capacity=limits.batches_per_minute, span=timedelta(minutes=1) + _GRAIN)

    @contextmanager
    def slot(self, *, is_batch: bool = False) -> Generator[None]:
        """Wait until a request may leave, and count it while the context lasts.

        Args:
            is_batch: Whether it is a batch, of which fewer are allowed.
        """
        windows = (*self._windows, self._batches) if is_batch else self._windows
        self._enter(windows)
        try:
            yield
        finally:
            with self._changed:
                now = self._clock.now()
                for window in windows:
                    window.leave(now)
                self._changed.notify_all()

    def _enter(self, windows: Sequence["_Window"]) -> None:
        while True:
            with self._changed:
                now = self._clock.now()
                free_at = [window.free_at(now) for window in windows]
                instants = [instant for instant in free_at if instant is not None]
                if len(instants) < len(free_at):
                    # Time alone frees nothing here: another thread's answer does, and tells.
                    self._changed.wait()
                    continue
                pause = max(instants) - now
                if pause <= timedelta():
                    for window in windows:
                        window.enter()
                    return
            # Not under the lock: those under way must be able to leave.
            self._clock.sleep(pause.total_seconds())


@define(eq=False)
class _Window:
    """One limit: so many requests within a span of time, those under way included."""

    capacity: int
    span: timedelta
    under_way: int = 0
    ended: deque[datetime] = Factory(deque[datetime])

    def free_at(self, now: datetime) -> datetime | None:
        """Return when the next request may enter, or None when only an answer can tell."""
        if self.ended and self.ended[-1] > now:
            # The clock was set back: what is known is that all these ended before now.
            self.ended = deque([now] * len(self.ended))
        while self.ended and self.ended[0] + self.span <= now:
            self.ended.popleft()
        surplus = self.under_way + len(self.ended) - self.capacity
        if surplus < 0:
            return now
        if surplus >= len(self.ended):
            return None
        return self.ended[surplus] + self.span

    def enter(self) -> None:
        self.under_way += 1

    def leave(self, now: datetime) -> None:
        self.under_way -= 1
        self.ended.append(now)
