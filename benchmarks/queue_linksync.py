"""linksync's own queue as a contestant: claimed company by company, under a lease, settled with its fencing token."""

import time
from collections.abc import Sequence
from datetime import timedelta
from uuid import uuid4

from benchmarks.queue_jobs import BATCH, Drained, Job
from linksync.jobs import Band, Claim, JobOutcome, JobQueue, JobRequest, JobState, Reason
from linksync.records import CompanyId, RecordKey
from linksync.storage.sql import SqlStorage

LEASE = timedelta(minutes=5)

# A host names them, where the contestants are handed text and numbers.
_REASONS = {reason.value: reason for reason in Reason}
_BANDS = {int(band): band for band in Band}


class Linksync:
    """`SqlStorage(url).jobs`."""

    def __init__(self, url: str | SqlStorage) -> None:
        """Open it, or use the storage given."""
        self._storage = SqlStorage(url) if isinstance(url, str) else url
        self._jobs = self._storage.jobs

    def prepare(self) -> None:
        """Make the tables."""
        self._storage.migrate()

    def enqueue(self, job: Job) -> None:
        """Enqueue one."""
        self._jobs.enqueue([request(job)])

    def enqueue_many(self, jobs: Sequence[Job]) -> None:
        """Enqueue many by one call."""
        self._jobs.enqueue(map(request, jobs))

    def drain(self, seconds: float) -> Drained:
        """Claim a company, work it off, let it go, take the next."""
        began, worker, done = time.monotonic(), uuid4().hex, 0
        while time.monotonic() < began + seconds:
            claim = self._jobs.claim(worker, limit=BATCH, lease=LEASE)
            if claim is None:
                break
            done += self._work_off(claim, began + seconds)
        return Drained(done, began, time.monotonic())

    def close(self) -> None:
        """Close it."""
        self._storage.close()

    def _work_off(self, claim: Claim, until: float) -> int:
        done = 0
        batch: Claim | None = claim
        while batch is not None and batch.jobs:
            settle_all(self._jobs, batch)
            done += len(batch.jobs)
            if len(batch.jobs) < BATCH or time.monotonic() >= until:
                break
            batch = self._jobs.claim(claim.worker, limit=BATCH, lease=LEASE, company=claim.company)
        self._jobs.release(claim)
        return done


def request(job: Job) -> JobRequest:
    """Return *job* as linksync takes it."""
    return JobRequest(
        company=CompanyId(job.company),
        record=RecordKey(job.entity, job.record_id),
        reason=_REASONS[job.reason],
        band=_BANDS[job.band],
        due_at=job.due_at,
    )


def settle_all(queue: JobQueue, claim: Claim) -> None:
    """Settle every job of *claim* as done."""
    queue.settle(claim, [JobOutcome(job_id=job.id, state=JobState.SUCCESS) for job in claim.jobs])
