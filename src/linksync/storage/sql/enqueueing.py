"""Requests become live jobs: a new one for each record, or one more wish on the one that it has."""

import json
from collections import Counter
from collections.abc import Sequence

from linksync.jobs import JobState
from linksync.records import CompanyId, RecordKey
from linksync.storage.sql.connection import Session
from linksync.storage.sql.counting import count
from linksync.storage.sql.dialect import Row
from linksync.storage.sql.gates import SqlGates
from linksync.storage.sql.requests import Batch, Wish, WishObject, batches, columns_of
from linksync.storage.sql.rows import keys_json


def enqueue(session: Session, gates: SqlGates, wishes: Sequence[Wish]) -> None:
    """Put *wishes* into the queue, in their order."""
    for batch in batches(wishes):
        finish(session, gates, batch, place(session, gates, batch.wishes))


def enqueue_one(session: Session, wish: Wish) -> bool:
    """Put a single wish into the queue, unless more is to be done for it than that; return whether it was put there."""
    return bool(session.run("jobs.enqueue_one", **columns_of(wish)))


def place(session: Session, gates: SqlGates, wishes: Sequence[WishObject]) -> Sequence[Row]:
    """Put the wishes of a batch into the queue, and return what is left to do, for `finish`."""
    return session.run("jobs.enqueue", wishes=json.dumps(wishes), now=gates.now())


def finish(session: Session, gates: SqlGates, batch: Batch, left: Sequence[Row]) -> None:
    """Do what `place` has left: wishes for companies that had no work, and failed jobs whose place was taken."""
    if not left:
        return
    idle = {company for number, company, _ in left if number is None}
    if idle:
        gates.mark_work(session, idle)
        left_out = [wish for wish in batch.wishes if wish["company"] in idle]
        left = [*left, *place(session, gates, left_out)]
    _supersede(session, [row for row in left if row[0] is not None], gates.now())


def supersede_former(session: Session, company: CompanyId, record: RecordKey, now: str) -> None:
    """End the failed jobs of a record that has a live one by now."""
    _supersede(session, session.run("jobs.failed_of", company=company, records=keys_json([record])), now)


def _supersede(session: Session, found: Sequence[Row], now: str) -> None:
    if not found:
        return
    # Another may have superseded them since they were found: what is counted is what is changed.
    failed = session.run("finished.lock_failed", numbers=json.dumps([row[0] for row in found]))
    session.change("jobs.supersede", numbers=json.dumps([row[0] for row in failed]), now=now)
    changes = Counter((company, JobState.SUPERSEDED) for _, company, _ in failed)
    changes.subtract((company, JobState(state)) for _, company, state in failed)
    count(session, changes)
