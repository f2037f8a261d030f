"""Jobs by their number, with what the waiting ones wait for."""

import json
from collections.abc import Collection, Sequence

from linksync.jobs import JobState, LinkJob
from linksync.records import RecordKey
from linksync.storage.sql.connection import Session
from linksync.storage.sql.dialect import Row
from linksync.storage.sql.rows import job_of, key_of


def find_jobs(session: Session, ids: Collection[str]) -> list[LinkJob]:
    """Return the jobs of *ids* that there are, live and finished, oldest first."""
    numbers = sorted({int(job_id) for job_id in ids if job_id.isdecimal()})
    if not numbers:
        return []
    live = live_jobs(session, session.run("jobs.live_by_number", numbers=json.dumps(numbers)))
    return sorted([*live, *find_finished(session, numbers)], key=lambda job: int(job.id))


def find_finished(session: Session, numbers: Collection[int]) -> list[LinkJob]:
    """Return the finished jobs of *numbers*, oldest first."""
    if not numbers:
        return []
    rows = session.run("jobs.finished_by_number", numbers=json.dumps(list(numbers)))
    return [job_of(row) for row in rows]


def live_jobs(session: Session, rows: Sequence[Row]) -> list[LinkJob]:
    """Return the live jobs of *rows*, with what the waiting ones wait for."""
    jobs = [job_of(row) for row in rows]
    waiting = [int(job.id) for job in jobs if job.state is JobState.WAITING]
    if not waiting:
        return jobs
    waits = dict.fromkeys(waiting, frozenset[RecordKey]())
    for number, *key in session.run("jobs.waits_of", numbers=json.dumps(waiting)):
        waits[number] |= {key_of(*key)}
    return [job_of(row, waits) for row in rows]
