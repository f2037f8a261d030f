"""A worker's hold on a company during a run, kept long enough for what it is about to do."""

from datetime import timedelta

from attrs import define

from linksync.jobs import Claim
from linksync.sync.company import Company


def longest_request(lease: timedelta) -> timedelta:
    """Return how long a request may take under a fresh *lease*: a tenth of it is kept to store the answer."""
    return lease * 0.9


@define(eq=False)
class Lease:
    """The newest claim of a run, extended when it runs short.

    Attributes:
        claim: The newest claim.
    """

    _company: Company
    claim: Claim

    def ensure(self, needed: timedelta) -> None:
        """Make sure that the lease lasts for *needed* and for storing what comes of it.

        Raises:
            LeaseLostError: The lease ran out, or another worker has the company.
        """
        lease = self._company.lease
        margin = lease - longest_request(lease)
        if self.claim.lease_until - self._company.now() < needed + margin:
            self.claim = self._company.storage.jobs.extend(self.claim, lease)
