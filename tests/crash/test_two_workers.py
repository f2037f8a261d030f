"""Two processes work on one SQLite file at once."""

import os
import time
from collections import Counter
from datetime import timedelta

from examples.northwind.crm import Crm
from linksync import JobState
from tests.crash.fleet import build, connect, fork, run_quickbooks
from tests.crash.test_sigkill import fill


def work_until_done(path, quickbooks):
    """Run all companies until none has anything left to do."""
    sync = build(path, quickbooks)
    deadline = time.monotonic() + 60
    while sync.storage.jobs.companies():
        sync.run_all(time_budget=timedelta(seconds=5))
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_two_processes_that_run_all_companies_make_nothing_twice_and_lose_nothing(tmp_path):
    path = tmp_path / "crm.db"
    fill(Crm(path))
    with run_quickbooks("--no-limits") as quickbooks:
        sync = build(path, quickbooks)
        companies = [connect(sync, quickbooks.open_company("forgotten")) for _ in range(6)]
        for company in companies:
            sync.for_company(company).promote("invoice", *range(80))

        workers = [fork(lambda: work_until_done(path, quickbooks)) for _ in range(2)]
        ends = [os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1]) for worker in workers]

        assert ends == [0, 0]
        for company in companies:
            counts = sync.storage.jobs.counts(company)
            assert counts == {JobState.SUCCESS: 60 + 20 + 80}
            numbers = Counter(it["DocNumber"] for it in quickbooks.objects(company, "Invoice"))
            assert numbers == {f"N-{n}": 1 for n in range(80)}
            assert len(quickbooks.objects(company, "Customer")) == 60
            assert len(quickbooks.objects(company, "Item")) == 20
