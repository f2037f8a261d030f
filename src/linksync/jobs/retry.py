"""When a failed try is tried again."""

from datetime import timedelta
from random import Random
from typing import Protocol

from attrs import field, frozen
from attrs.validators import ge, le


class RetryPolicy(Protocol):
    """Says how long to wait after a failure, or to give up."""

    def delay(self, attempts: int, retry_after: timedelta | None, random: Random) -> timedelta | None:
        """Return how long to wait after *attempts* tries have failed, or None to give up.

        Args:
            attempts: How many tries have counted, the last one included; 1 after the first.
            retry_after: What the remote asked for, if it did; the delay is never shorter.
            random: Where jitter comes from.
        """
        ...


@frozen(kw_only=True)
class ExponentialBackoff:
    """Waits twice as long after each failure, a little more or less so that many do not come back at once.

    Attributes:
        first: The delay after the first failure.
        longest: No delay is longer, jitter aside, unless the remote asks for it.
        max_attempts: After so many tries it gives up.
        jitter: The share of the delay that chance may add or take, from 0 to 1.
    """

    first: timedelta = timedelta(seconds=30)
    longest: timedelta = timedelta(hours=1)
    max_attempts: int = 8
    jitter: float = field(default=0.2, validator=[ge(0), le(1)])

    def delay(self, attempts: int, retry_after: timedelta | None, random: Random) -> timedelta | None:
        """Return how long to wait after *attempts* tries have failed, or None to give up."""
        if attempts >= self.max_attempts:
            return None
        factor = min(2 ** (attempts - 1), self.longest / self.first)
        doubled = self.first * float(factor)
        jittered = doubled * (1 + self.jitter * random.uniform(-1, 1))
        return max(jittered, retry_after or timedelta())
