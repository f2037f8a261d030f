"""A worker in a process of its own is told to end while its requests are under way."""

import os
import signal
import time
from collections import Counter

import pytest
import requests

from examples.northwind.crm import Crm
from linksync import JobState, Worker
from tests.crash.fleet import build, connect, fork, run_quickbooks
from tests.crash.test_sigkill import fill

LIVE = (JobState.QUEUED, JobState.WAITING)


def dawdle(quickbooks):
    """Let every answer take a while, so that some are on their way at any instant."""
    body = {"mishap": "dawdle", "seconds": 0.2, "times": 10**6}
    requests.post(f"{quickbooks.url}/_simulator/faults", json=body, timeout=30).raise_for_status()


def wait_for_requests(quickbooks, count):
    """Wait until so many requests were answered."""
    deadline = time.monotonic() + 30
    while requests.get(f"{quickbooks.url}/_simulator/counts", timeout=30).json()["total"] < count:
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_that_is_told_to_end_settles_what_it_sent_and_lets_everything_go(tmp_path, number):
    path = tmp_path / "crm.db"
    fill(Crm(path))
    with run_quickbooks("--no-limits") as quickbooks:
        sync = build(path, quickbooks)
        companies = [connect(sync, quickbooks.open_company("forgotten")) for _ in range(4)]
        for company in companies:
            sync.for_company(company).promote("invoice", *range(80))
        dawdle(quickbooks)

        worker = fork(lambda: Worker(build(path, quickbooks), threads=3).run())
        wait_for_requests(quickbooks, 5)
        os.kill(worker, number)
        code = os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1])

        counts = [sync.storage.jobs.counts(company) for company in companies]
        gates = [sync.storage.jobs.get_gate(company) for company in companies]
        assert code == 0
        assert [count.get(JobState.RUNNING, 0) for count in counts] == [0] * 4
        assert [gate.worker for gate in gates] == [None] * 4
        assert not any(sync.storage.intents.list_open(company) for company in companies)
        assert any(count.get(JobState.SUCCESS) for count in counts)
        assert any(count.get(state) for count in counts for state in LIVE)

        Worker(sync, threads=4).run_once()

        for company in companies:
            assert sync.storage.jobs.counts(company) == {JobState.SUCCESS: 60 + 20 + 80}
            written = Counter(it["DocNumber"] for it in quickbooks.objects(company, "Invoice"))
            assert written == {f"N-{n}": 1 for n in range(80)}
