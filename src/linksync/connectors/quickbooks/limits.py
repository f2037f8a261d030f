"""Keeps the requests to one company within what QuickBooks allows, by waiting before they leave."""

import threading
from collections import deque
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from attrs import Factory, define, field, frozen
from attrs.validators import ge

from linksync.clock import Clock
from linksync.connectors.quickbooks.usage import Ahead, Usage, read_usage, write_usage
from linksync.endpoints import UsageLog

_GRAIN = timedelta(milliseconds=5)
"""Added to each window, so that a request at its very edge counts on both sides of it."""

_PARTS_AHEAD = 10
"""A note covers a tenth of a minute's requests: so many fewer notes than requests, and so much is lost with a worker."""


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
    limit either. It may be shared by threads.

    Other processes send as well, one at a time, since a company has one worker at a time: each takes over from the one
    before it what is used of the limits, and hands it over to the next. What a worker that died may have sent since its
    last note counts as sent when the next one takes over.
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
        self._second = _Window(capacity=limits.per_second, span=timedelta(seconds=1) + _GRAIN)
        self._minute = _Window(capacity=limits.per_minute, span=timedelta(minutes=1) + _GRAIN)
        self._batches = _Window(capacity=limits.batches_per_minute, span=timedelta(minutes=1) + _GRAIN)
        self._told = {"second": self._second, "minute": self._minute, "batches": self._batches}
        self._spans = {name: window.span for name, window in self._told.items()}
        self._portion = Ahead(
            requests=-(-limits.per_minute // _PARTS_AHEAD),
            batches=-(-limits.batches_per_minute // _PARTS_AHEAD),
        )
        self._noting = threading.Lock()  # taken before the condition's, never while that is held
        self._log: UsageLog | None = None
        self._ahead = Ahead()
        self._noted = ""
        self._noted_at = datetime.min.replace(tzinfo=UTC)

    @contextmanager
    def slot(self, *, is_batch: bool = False) -> Generator[None]:
        """Wait until a request may leave, and count it while the context lasts.

        Args:
            is_batch: Whether it is a batch, of which fewer are allowed.

        Raises:
            LinksyncError: What is used cannot be noted; nothing may leave.
        """
        windows = (self._in_flight, self._second, self._minute, *([self._batches] if is_batch else []))
        self._cover(is_batch=is_batch)
        self._enter(windows)
        try:
            yield
        finally:
            with self._changed:
                now = self._clock.now()
                for window in windows:
                    window.leave(now)
                self._changed.notify_all()

    def take_over(self, usage: str, log: UsageLog) -> None:
        """Count as used what the company's last worker noted, and note on *log* before requests leave from now on."""
        with self._noting:
            if usage != self._noted:  # else nobody has sent since but this one, which knows better
                self._adopt(read_usage(usage, self._spans), log.clock.now())
            self._log, self._ahead = log, Ahead()

    def hand_over(self, log: UsageLog) -> str:
        """Return what is used by now; nothing more is noted on *log*."""
        with self._noting:
            usage, at = self._tell(log, Ahead())
            if self._log is log:
                self._log, self._noted, self._noted_at = None, usage, at
            return usage

    def _cover(self, *, is_batch: bool) -> None:
        """Make sure that what was noted last covers one more request."""
        with self._noting:
            if self._log is None:
                return
            if not self._ahead.covers(is_batch=is_batch):
                usage, at = self._tell(self._log, self._portion)
                self._log.note(usage)
                self._ahead, self._noted, self._noted_at = self._portion, usage, at
            self._ahead = self._ahead.without(is_batch=is_batch)

    def _tell(self, log: UsageLog, ahead: Ahead) -> tuple[str, datetime]:
        """Return what is used and *ahead*, by the clock that all workers share, and the instant by our own."""
        shared = log.clock.now()
        with self._changed:
            now = self._clock.now()
            skew = shared - now
            ended = {
                name: [instant + skew for instant in window.ended] for name, window in self._told.items()
            }
            leaving = Ahead(requests=self._minute.under_way, batches=self._batches.under_way)
        return write_usage(Usage(ended=ended, ahead=ahead + leaving), self._spans, shared), now

    def _adopt(self, usage: Usage | None, shared: datetime) -> None:
        """Count what others have used, who knew all that was noted here, and what was not noted here."""
        if usage is None:
            return
        with self._changed:
            now = self._clock.now()
            for name, window in self._told.items():
                # Of those that another may have sent nobody knows when: at the latest now, since its lease is over.
                unseen = usage.ahead.batches if window is self._batches else usage.ahead.requests
                theirs = [min(instant - shared + now, now) for instant in usage.ended[name]]
                window.forget(self._noted_at)
                window.count([*theirs, *[now] * unseen])

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

    def forget(self, until: datetime) -> None:
        """Count no more what ended until then."""
        self.ended = deque(instant for instant in self.ended if instant > until)

    def count(self, ended: Iterable[datetime]) -> None:
        """Count as well what ended then."""
        self.ended = deque(sorted([*self.ended, *ended]))

    def enter(self) -> None:
        self.under_way += 1

    def leave(self, now: datetime) -> None:
        self.under_way -= 1
        self.ended.append(now)
