"""A worker's hold on a company during a run, kept long enough for what it is about to do."""

from datetime import datetime, timedelta
from threading import Lock

from attrs import define, evolve, field

from linksync.clock import Clock
from linksync.endpoints import Metered
from linksync.jobs import Claim
from linksync.sync.company import Company


def longest_request(lease: timedelta) -> timedelta:
    """Return how long a request may take under a fresh *lease*: a tenth of it is kept to store the answer."""
    return lease * 0.9


@define(eq=False)
class Lease:
    """The newest claim of a run, extended when it runs short. A heartbeat may extend it from another thread.

    Attributes:
        company: The company.
        claim: The newest claim.
        seen_at: When the run last got on (timezone-aware).
    """

    company: Company
    claim: Claim
    seen_at: datetime = field(init=False)
    _lock: Lock = field(factory=Lock, init=False)

    def __attrs_post_init__(self) -> None:
        self.seen_at = self.company.now()

    def take(self, claim: Claim) -> None:
        """Go on with *claim*, the next one of the same run."""
        with self._lock:
            self.claim = claim
            self.seen_at = self.company.now()

    def ensure(self, needed: timedelta) -> None:
        """Make sure that the lease lasts for *needed* and for storing what comes of it.

        Raises:
            LeaseLostError: The lease ran out, or another worker has the company.
        """
        self.seen_at = self.company.now()
        if not self.lasts(needed):
            self.extend()

    def lasts(self, needed: timedelta) -> bool:
        """Whether the lease lasts for *needed* and for storing what comes of it."""
        margin = self.company.lease - longest_request(self.company.lease)
        return self.claim.lease_until - self.company.now() >= needed + margin

    def extend(self, *, usage: str | None = None) -> None:
        """Let the lease run from now; with *usage*, note that for the company's next worker.

        Raises:
            LeaseLostError: The lease ran out, or another worker has the company.
        """
        extended = self.company.storage.jobs.extend(self.claim, self.company.lease, usage=usage)
        with self._lock:
            # The run may have taken other jobs meanwhile: only the instant is news.
            if self.claim.token == extended.token:
                self.claim = evolve(self.claim, lease_until=extended.lease_until)

    @property
    def clock(self) -> Clock:
        """The clock that all workers of the company share."""
        return self.company.clock

    def note(self, usage: str) -> None:
        """Note for the company's next worker how much of the remote's limits is used, which lets the lease run from now.

        Raises:
            LeaseLostError: The lease ran out, or another worker has the company; nothing may be sent.
        """
        self.extend(usage=usage)

    def take_over(self) -> None:
        """Let the remote count what the company's last worker used of its limits."""
        if isinstance(self.company.remote, Metered):
            self.company.remote.take_over(self.claim.usage, self)

    def let_go(self) -> None:
        """Leave the company to its next worker, with word of what is used; nothing happens when the lease is lost."""
        remote = self.company.remote
        usage = remote.hand_over(self) if isinstance(remote, Metered) else None
        self.company.storage.jobs.release(self.claim, usage=usage)
