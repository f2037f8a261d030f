"""Two processes work on one SQLite file at once."""

import os
import time
from collections import Counter
from datetime import timedelta

from examples.northwind.crm import Crm
from linksync import JobState
from tests.crash.fleet import build, connect, fork, run_quickbooks
from tests.crash.test_sigkill import fill


def work_until_done(path, quickbooks, tally):
    """Run all companies until none has anything left to do, and leave behind how much was done."""
    sync = build(path, quickbooks)
    deadline = time.monotonic() + 60
    done = 0
    while sync.storage.jobs.companies():
        done += sum(run.total for run in sync.run_all(time_budget=timedelta(seconds=5)))
        assert time.monotonic() < deadline
        time.sleep(0.005)
    tally.write_text(str(done))


def test_two_processes_that_run_all_companies_make_nothing_twice_and_lose_nothing(tmp_path):
    path = tmp_path / "crm.db"
    fill(Crm(path))
    with run_quickbooks("--no-limits") as quickbooks:
        sync = build(path, quickbooks)
        companies = [connect(sync, quickbooks.open_company("forgotten")) for _ in range(6)]
        for company in companies:
            sync.for_company(company).promote("invoice", *range(80))

        tallies = [tmp_path / "first", tmp_path / "second"]
        workers = [fork(lambda it=it: work_until_done(path, quickbooks, it)) for it in tallies]
        ends = [os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1]) for worker in workers]

        assert ends == [0, 0]
        assert all(int(tally.read_text()) > 0 for tally in tallies)
        for company in companies:
            counts = sync.storage.jobs.counts(company)
            assert counts == {JobState.SUCCESS: 60 + 20 + 80}
            numbers = Counter(it["DocNumber"] for it in quickbooks.objects(company, "Invoice"))
            assert numbers == {f"N-{n}": 1 for n in range(80)}
            assert len(quickbooks.objects(company, "Customer")) == 60
            assert len(quickbooks.objects(company, "Item")) == 20
