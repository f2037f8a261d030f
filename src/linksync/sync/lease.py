"""A worker's hold on a company during a run, kept long enough for what it is about to do."""

from datetime import timedelta

from attrs import define

from linksync.jobs import Claim
from linksync.sync.company import Company

LEASE_MARGIN = timedelta(seconds=5)
"""What must be left of a lease after the longest request, to store its answer."""


@define(eq=False)
class Lease:
    """The newest claim of a run, extended when it runs short.

    Attributes:
        claim: The newest claim.
    """

    _company: Company
    claim: Claim

    def ensure(self, needed: timedelta) -> None:
        """Make sure that the lease lasts for *needed* and a little longer.

        Raises:
            LeaseLostError: The lease ran out, or another worker has the company.
        """
        if self.claim.lease_until - self._company.now() < needed + LEASE_MARGIN:
            self.claim = self._company.storage.jobs.extend(self.claim, self._company.lease)
