"""Keeps the lease of a run whose steps take long, from a thread of its own."""

import logging
import threading
from datetime import timedelta
from types import TracebackType
from typing import Self

from attrs import define, field

from linksync.errors import LeaseLostError
from linksync.sync.lease import Lease

_log = logging.getLogger("linksync.sync")

_BEATS_PER_LEASE = 3
"""So that two beats in a row may fail and the lease is still kept."""

_PATIENCE = 12
"""After how many leases without a sign of life a run is taken for hung; by default that is an hour."""


@define(eq=False)
class Heartbeat:
    """Extends a run's lease every third of it, as long as the run gets on.

    A local store that takes long to read must not cost the company. A run that has hung, however, in a call that never
    returns, must not keep it for ever: its lease is left to run out, and what it may do afterwards is fenced off.
    """

    _lease: Lease
    _stopped: threading.Event = field(factory=threading.Event, init=False)

    def __enter__(self) -> Self:
        """Begin to beat."""
        threading.Thread(target=self._run, name="linksync heartbeat", daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Beat no more. A beat under way is not waited for: it may wait for a transaction of this very thread."""
        self._stopped.set()

    def beat(self) -> bool:
        """Extend the lease; return whether to go on."""
        company = self._lease.company
        if company.now() - self._lease.seen_at > _PATIENCE * company.lease:
            _log.error(
                "the run has not got on for %s and is taken for hung: its lease is left to run out",
                _PATIENCE * company.lease,
                extra={"company": company.id},
            )
            return False
        try:
            self._lease.extend()
        except LeaseLostError:
            return False  # the run finds it out by itself, before it sends or settles anything
        except Exception:  # noqa: BLE001 - a database that is away for a moment; should it stay away, the lease ends
            _log.exception("the lease could not be extended", extra={"company": company.id})
        return True

    def _run(self) -> None:
        interval: timedelta = self._lease.company.lease / _BEATS_PER_LEASE
        while not self._stopped.wait(interval.total_seconds()) and self.beat():
            pass
