"""Whether a claim costs the same however much is queued and kept, and whether every company has its turn."""

import time
from collections.abc import Mapping
from statistics import median
from typing import Any
from uuid import uuid4

from attrs import define, field

from benchmarks.queue_jobs import BATCH, jobs
from benchmarks.queue_linksync import LEASE, Linksync, request, settle_all
from benchmarks.queue_scratch import gather_statistics, scratch_database
from linksync.jobs import Claim, JobRequest, Reason
from linksync.records import CompanyId, RecordKey
from linksync.storage.sql import SqlStorage

FEW = 1_000
CLAIMS = 41
SURPRISED_CLAIMS = 5
MOST_CLAIMS = 2
_CLAIM = "claim of 100"
_CHUNK = 5_000
_DAY = 86_400.0


@define(eq=False)
class _Queue:
    """A queue with a hundred jobs a company, and what a claim, its settlement and an enqueue of as many took."""

    storage: SqlStorage
    took: dict[str, list[float]] = field(
        factory=lambda: {_CLAIM: [], "settle of 100": [], "enqueue of 100": []}
    )

    def finish(self, count: int) -> None:
        """Finish so many jobs."""
        self.fill(count)
        Linksync(self.storage).drain(_DAY)

    def fill(self, count: int) -> None:
        """Queue so many."""
        companies = max(count // BATCH, 1)
        for start in range(0, count, _CHUNK):
            share = jobs(start, min(_CHUNK, count - start), companies)
            self.storage.jobs.enqueue([request(job) for job in share])

    def step(self) -> None:
        """Claim a hundred jobs, settle them, and enqueue as many anew."""
        queue = self.storage.jobs
        began = time.perf_counter()
        claim = queue.claim(uuid4().hex, limit=BATCH, lease=LEASE)
        self.took[_CLAIM].append(time.perf_counter() - began)
        if claim is None or len(claim.jobs) != BATCH:
            raise AssertionError(f"a hundred jobs were to be claimed, not {claim}")

        began = time.perf_counter()
        settle_all(queue, claim)
        self.took["settle of 100"].append(time.perf_counter() - began)
        queue.release(claim)

        again = [
            JobRequest(company=claim.company, record=job.record, reason=Reason.CHANGED) for job in claim.jobs
        ]
        began = time.perf_counter()
        queue.enqueue(again)
        self.took["enqueue of 100"].append(time.perf_counter() - began)


def flatness(url: str, rows: int) -> Mapping[str, Any]:
    """Return what a claim costs with *rows* queued and as many finished, beside few queued and none finished.

    Once also right after a burst, when the database still plans for the empty queue that it last looked at.
    """
    with scratch_database(url) as place:
        few = _Queue(SqlStorage(place, table_prefix="few_"))
        many = _Queue(SqlStorage(place, table_prefix="many_"))
        few.fill(FEW)
        many.finish(rows)
        gather_statistics(place)  # which say now that next to nothing is ever queued
        many.fill(rows)
        for _ in range(SURPRISED_CLAIMS):
            many.step()
        surprised = many.took.pop(_CLAIM)
        many.took[_CLAIM] = []
        gather_statistics(place)
        for _ in range(CLAIMS):
            few.step()
            many.step()
        few.storage.close()
        many.storage.close()
    return {
        "few": {"queued": FEW, "companies": FEW // BATCH, "finished": 0},
        "many": {"queued": rows, "companies": rows // BATCH, "finished": rows},
        **{name: _compared(few.took[name], many.took[name]) for name in few.took},
        "claim of 100, by statistics of an empty queue": _compared(few.took[_CLAIM], surprised),
    }


def _compared(few: list[float], many: list[float]) -> Mapping[str, float]:
    return {
        "ms with few": median(few) * 1e3,
        "ms with many": median(many) * 1e3,
        "ratio": round(median(many) / median(few), 2),
    }


def fairness(url: str, rows: int) -> Mapping[str, Any]:
    """Return after how many claims a company's new job is served while another holds nearly the whole backlog.

    Raises:
        AssertionError: It takes longer than it may.
    """
    with scratch_database(url) as place:
        counts = {
            "a company that is new": _claims_until_served(place, rows, is_known=False),
            "a company that was served just now": _claims_until_served(place, rows, is_known=True),
        }
    if max(counts.values()) > MOST_CLAIMS:
        raise AssertionError(f"a company waited for its turn: {counts}")
    return {"backlog of one company": rows, "claims until the turn of": counts, "at most": MOST_CLAIMS}


def _claims_until_served(place: str, rows: int, *, is_known: bool) -> int:
    storage = SqlStorage(place, table_prefix="known_" if is_known else "new_")
    queue, worker = storage.jobs, uuid4().hex
    for start in range(0, rows, _CHUNK):
        share = jobs(start, min(_CHUNK, rows - start), companies=1)
        queue.enqueue([request(job) for job in share])
    small = JobRequest(company=CompanyId("small"), record=RecordKey("customer", "1"), reason=Reason.CHANGED)

    def serve() -> Claim:
        claim = queue.claim(worker, limit=BATCH, lease=LEASE)
        if claim is None:
            raise AssertionError("nothing was claimed, with jobs of two companies queued")
        settle_all(queue, claim)
        queue.release(claim)
        return claim

    serve()
    if is_known:
        queue.enqueue([small])
        while serve().company != small.company:
            pass
    queue.enqueue([small])
    count = 1
    while serve().company != small.company:
        count += 1
    storage.close()
    return count
