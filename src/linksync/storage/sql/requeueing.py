"""Giving jobs another try, or none any more, as people ask for it."""

import json
from collections import Counter
from collections.abc import Collection

from linksync.jobs import JobState, LinkJob, Reason
from linksync.storage.sql.connection import Session
from linksync.storage.sql.counting import count
from linksync.storage.sql.enqueueing import supersede_former
from linksync.storage.sql.gates import SqlGates
from linksync.storage.sql.lookups import find_finished, find_jobs
from linksync.storage.sql.rows import keys_json, reason_bit


def requeue(session: Session, gates: SqlGates, ids: Collection[str]) -> list[LinkJob]:
    """Put failed, cancelled or waiting jobs back to `QUEUED`, due at once; return the live jobs that will run."""
    former = _find_held(session, gates, ids)
    numbers = dict.fromkeys(
        number for job in former if (number := _requeue(session, job, gates.now())) is not None
    )
    found = {int(job.id): job for job in find_jobs(session, [str(number) for number in numbers])}
    gates.mark_work(session, {job.company for job in found.values()})
    return [found[number] for number in numbers]


def cancel(session: Session, gates: SqlGates, ids: Collection[str]) -> list[LinkJob]:
    """End `QUEUED`, `WAITING` and failed jobs as `CANCELLED`; return those that were."""
    former = {int(job.id): job for job in _find_held(session, gates, ids)}
    numbers, now = json.dumps(list(former)), gates.now()
    ended = [row[0] for row in session.run("jobs.cancel_live", numbers=numbers, now=now)]
    failed = session.run("finished.lock_failed", numbers=numbers)
    mended = [row[0] for row in failed]
    session.run("jobs.cancel_finished", numbers=json.dumps(mended), now=now)
    changes = Counter((former[number].company, JobState.CANCELLED) for number in (*ended, *mended))
    changes.subtract((company, JobState(state)) for _, company, state in failed)
    count(session, changes)
    return find_finished(session, [*ended, *mended])


def _find_held(session: Session, gates: SqlGates, ids: Collection[str]) -> list[LinkJob]:
    """Return the jobs of *ids* that there are, oldest first, their companies held until the transaction ends."""
    for company in sorted({job.company for job in find_jobs(session, ids)}):
        gates.hold(session, company, make=False)
    return find_jobs(session, ids)


def _requeue(session: Session, job: LinkJob, now: str) -> int | None:
    """Give *job* another try; return the number of the live job that will be it, or None."""
    number = int(job.id)
    reasons = sum(map(reason_bit, job.reasons | {Reason.REQUEUED}))
    if job.state is JobState.WAITING:
        session.change("jobs.restart_waiting", number=number, reasons=reasons, now=now)
        return number
    if not (job.state.is_failed or job.state is JobState.CANCELLED):
        return None
    if session.change("jobs.restart_finished", number=number, reasons=reasons, now=now):
        if session.change("jobs.remove_finished", number=number):
            count(session, {(job.company, job.state): -1})
        supersede_former(session, job.company, job.record, now)
        return number
    return _join(session, job, reasons, now)


def _join(session: Session, job: LinkJob, reasons: int, now: str) -> int:
    """Add the wish of *job* to its record's live one, whose number is returned."""
    rows = session.run("jobs.live_by_record", company=job.company, records=keys_json([job.record]))
    number: int = rows[0][0]
    session.change("jobs.join_live", number=number, reasons=reasons, band=int(job.band), now=now)
    return number
