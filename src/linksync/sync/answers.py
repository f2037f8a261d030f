"""Keeping answers: what the remote said to a request is stored, however long that takes, while the company is ours."""

import logging
from collections.abc import Collection
from datetime import timedelta

from linksync.errors import StorageError
from linksync.jobs import Intent
from linksync.records import WriteOutcome
from linksync.sync.company import Company
from linksync.sync.lease import Lease

_log = logging.getLogger("linksync.sync")

_SHORTEST_PAUSE = timedelta(seconds=0.5)
_LONGEST_PAUSE = timedelta(seconds=15)


def keep_answer(company: Company, lease: Lease, intent: Intent, outcomes: Collection[WriteOutcome]) -> Intent:
    """Store what came of *intent* and return it; while the database cannot, try again until the lease has ended.

    What is not stored has to be found out by a search, and what a search cannot tell by a person. Nothing else of
    the company can be done meanwhile, so there is nothing that this could hold up.

    Raises:
        StorageError: The database could not do it before the lease ended; the intent stays open.
    """
    pause = _SHORTEST_PAUSE
    while True:
        try:
            answered = company.storage.intents.answer(intent, outcomes)
        except StorageError as error:
            left = lease.claim.lease_until - company.now()
            facts = {"company": company.id, "intent": intent.id}
            if left <= timedelta():
                _log.exception(
                    "an answer could not be stored before the lease ended; a search has to find it",
                    extra=facts,
                )
                raise
            pause = min(pause, left)
            _log.warning("an answer could not be stored, tried again in %s: %s", pause, error, extra=facts)
        else:
            _log_late(answered, outcomes)
            return answered
        company.clock.sleep(pause.total_seconds())
        pause = min(2 * pause, _LONGEST_PAUSE)


def _log_late(intent: Intent, outcomes: Collection[WriteOutcome]) -> None:
    """Log what was created though another outcome is kept of it; the company's next run tells it of the record."""
    arrived = {outcome.ref: outcome for outcome in outcomes}
    for item in intent.items:
        if item.ref in arrived and item.is_belied_by(arrived[item.ref]):
            _log.error(
                "a create that had been given up was done after all: there may be two of that record",
                extra={"company": intent.company, "intent": intent.id, "record": str(item.record)},
            )
