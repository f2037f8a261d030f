"""A job that kills whoever takes it up is taken from the queue, and the others of its company are done."""

import os
import signal
import time
from datetime import timedelta

import pytest

from linksync.jobs import JobOutcome, JobRequest, JobState, Reason
from linksync.records import CompanyId, RecordKey
from linksync.storage.sql import SqlStorage
from tests.crash.fleet import fork

COMPANY = CompanyId("company")
POISON = RecordKey("customer", "07")
LEASE = timedelta(seconds=0.4)
CRASH_LIMIT = 4


@pytest.fixture(params=["postgres", "mysql"])
def settings(request: pytest.FixtureRequest) -> dict[str, object]:
    """How to open a storage of the test's own on each database."""
    database = request.getfixturevalue(request.param)
    return {"url": database.url, "schema": database.new_schema(), "crash_limit": CRASH_LIMIT}


def work(settings, number):
    """Settle what there is, one by one, until nothing is left or the poison kills."""
    storage = SqlStorage(**settings)
    worker = f"worker {number}"
    while any(state.is_live for state in storage.jobs.counts(COMPANY)):
        claim = storage.jobs.claim(worker, limit=5, lease=LEASE)
        if claim is None:
            time.sleep(0.02)  # until the lease of who died before has run out
            continue
        for job in claim.jobs:
            if job.record == POISON:
                os.kill(os.getpid(), signal.SIGKILL)
            storage.jobs.settle(claim, [JobOutcome(job_id=job.id, state=JobState.SUCCESS)])


def test_a_job_that_kills_its_workers_becomes_needs_action_and_the_others_succeed(settings):
    storage = SqlStorage(**settings)
    records = [RecordKey("customer", f"{number:02}") for number in range(20)]
    storage.jobs.enqueue(JobRequest(company=COMPANY, record=it, reason=Reason.CHANGED) for it in records)

    ends = list[int]()
    while 0 not in ends and len(ends) < 2 * CRASH_LIMIT:
        process = fork(lambda: work(settings, len(ends)))
        ends.append(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]))

    found = storage.jobs.find_by_records(COMPANY, records)
    assert ends == [-signal.SIGKILL] * CRASH_LIMIT + [0]
    assert storage.jobs.counts(COMPANY) == {JobState.SUCCESS: 19, JobState.NEEDS_ACTION: 1}
    assert (found[POISON].state, found[POISON].crashes) == (JobState.NEEDS_ACTION, CRASH_LIMIT)
    assert found[POISON].error.code == "crashed"
