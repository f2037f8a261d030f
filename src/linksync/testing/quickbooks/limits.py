"""The limits on requests, kept on the simulator's clock."""

from collections import deque
from datetime import datetime, timedelta
from itertools import takewhile

from attrs import frozen

from linksync.testing.quickbooks.rules import Certainty, rule

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@frozen(kw_only=True)
class Limits:
    """How much one company allows one app.

    Attributes:
        per_minute: Requests within any minute.
        per_second: Requests within any second.
        in_flight: Requests at once.
        batches_per_minute: Batches within any minute.
        batches_per_minute_of_all_apps: Batches within any minute over all apps, of which the simulator has one.
        throttle_status: The HTTP status of a refusal: 429, or 403 as it was until 2016.
        throttle_shape: `gateway`, or `service` for a Fault as other refusals have it.
        metered_per_month: Reads and queries within a calendar month (UTC); unlimited where None.
        slack: How much shorter than a second or a minute the windows are. Requests that a client sends a
            second apart arrive a little less or more apart when they travel through a network.
    """

    per_minute: int | None = 500
    per_second: int | None = 10
    in_flight: int | None = 10
    batches_per_minute: int | None = 40
    batches_per_minute_of_all_apps: int | None = 120
    throttle_status: int = 429
    throttle_shape: str = "gateway"
    metered_per_month: int | None = None
    slack: timedelta = timedelta()


NO_LIMITS = Limits(
    per_minute=None,
    per_second=None,
    in_flight=None,
    batches_per_minute=None,
    batches_per_minute_of_all_apps=None,
)
"""As much as the machine can do."""


class Limiter:
    """Counts one company's requests and says when there are too many."""

    def __init__(self, limits: Limits) -> None:
        """Make a limiter that has seen nothing."""
        self.limits = limits
        self._requests = deque[datetime]()
        self._batches = deque[datetime]()
        self._in_flight = 0
        self._month = (0, 0)
        self._metered = 0

    def metered(self) -> int:
        """Return how many metered reads were made this month."""
        return self._metered

    @rule(
        "when the month's CorePlus calls are used up, reads are refused until the next month (UTC); writes are free",
        Certainty.OFFICIAL,
        "blog of 8 January 2026 and page on limits",
        guess="when the month begins, and that the answer is as of any other throttle",
    )
    def _month_of(self, now: datetime) -> None:
        if (now.year, now.month) != self._month:
            self._month, self._metered = (now.year, now.month), 0

    @rule(
        "500 requests a minute, 10 a second, 10 at once, 40 batches a minute; more is 429 with code 3001",
        Certainty.OFFICIAL,
        "official page on limits and throttles",
        guess=(
            "that the windows slide, that a refused request does not count and that a batch counts as one "
            "request"
        ),
    )
    def enter(self, now: datetime, *, is_batch: bool, metered: int) -> str | None:
        """Let a request in, and return None; or say which limit it breaks.

        Args:
            now: The present instant (aware).
            is_batch: Whether it is a batch.
            metered: How many metered reads it makes.
        """
        limits = self.limits
        _forget(self._requests, now - MINUTE + limits.slack)
        _forget(self._batches, now - MINUTE + limits.slack)
        recent = _count_since(self._requests, now - SECOND + limits.slack)
        self._month_of(now)
        broken = (
            ("requests per minute", limits.per_minute, len(self._requests)),
            ("requests per second", limits.per_second, recent),
            ("concurrent requests", limits.in_flight, self._in_flight),
            ("batches per minute", limits.batches_per_minute if is_batch else None, len(self._batches)),
            (
                "batches per minute of all apps",
                limits.batches_per_minute_of_all_apps if is_batch else None,
                len(self._batches),
            ),
            ("CorePlus calls per month", limits.metered_per_month if metered else None, self._metered),
        )
        for name, most, count in broken:
            if most is not None and count >= most:
                return name
        self._requests.append(now)
        if is_batch:
            self._batches.append(now)
        self._metered += metered
        self._in_flight += 1
        return None

    def leave(self) -> None:
        """Note that a request that was let in has ended."""
        self._in_flight -= 1


def _count_since(times: deque[datetime], since: datetime) -> int:
    return sum(1 for _ in takewhile(lambda at: at > since, reversed(times)))


def _forget(times: deque[datetime], until: datetime) -> None:
    while times and times[0] <= until:
        times.popleft()
