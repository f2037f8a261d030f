"""Two processes work on one database at once."""

import os
import time
from collections import Counter
from datetime import timedelta

import pytest

from examples.northwind.crm import Crm
from linksync import JobState, Worker
from tests.crash.fleet import build, connect, fork, run_quickbooks
from tests.crash.test_sigkill import fill


@pytest.fixture(params=["sqlite", "postgres", "mysql"])
def place(request, tmp_path):
    """The CRM's file, and what `build` takes for the database that the processes share."""
    path = tmp_path / "crm.db"
    fill(Crm(path))
    if request.param == "sqlite":
        return path, {}
    database = request.getfixturevalue(request.param)
    return path, {"url": database.url, "schema": database.new_schema()}


def work_until_done(sync, tally, work):
    """Do *work* again and again until no company has anything left to do, and leave behind how much was done."""
    deadline = time.monotonic() + 60
    done = 0
    while sync.storage.jobs.companies():
        done += sum(run.total for run in work(sync))
        assert time.monotonic() < deadline
        time.sleep(0.005)
    tally.write_text(str(done))


def run_all(sync):
    return sync.run_all(time_budget=timedelta(seconds=5))


def work_in_threads(sync):
    return Worker(sync, threads=2, turn=30).run_once(time_budget=timedelta(seconds=5))


@pytest.mark.parametrize("work", [run_all, work_in_threads])
def test_two_processes_on_all_companies_make_nothing_twice_and_lose_nothing(tmp_path, place, work):
    path, database = place
    with run_quickbooks("--no-limits") as quickbooks:
        sync = build(path, quickbooks, **database)
        companies = [connect(sync, quickbooks.open_company("forgotten")) for _ in range(6)]
        for company in companies:
            sync.for_company(company).promote("invoice", *range(80))

        tallies = [tmp_path / "first", tmp_path / "second"]
        workers = [
            fork(lambda it=it: work_until_done(build(path, quickbooks, **database), it, work))
            for it in tallies
        ]
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
