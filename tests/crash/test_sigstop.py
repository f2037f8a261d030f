"""A worker stands still for longer than its lease, and then goes on as if nothing had happened."""

import os
import signal
import time
from random import Random

from examples.northwind.crm import Crm
from tests.crash.fleet import LEASE, REQUEST_TIME, Fleet, build, connect, run_quickbooks, work_for_ever
from tests.crash.test_sigkill import change_some, check_company, fill, promote_some, wait_until_quiet


def test_i06_workers_that_stall_beyond_their_lease_make_nothing_twice_and_lose_nothing(tmp_path):
    random = Random(11)
    path = tmp_path / "crm.db"
    crm = Crm(path)
    fill(crm)
    with run_quickbooks("--no-limits") as quickbooks:
        sync = build(path, quickbooks)
        companies = [connect(sync, quickbooks.open_company(ids)) for ids in ["per_item", "per_batch"] * 2]
        with Fleet(lambda: work_for_ever(path, quickbooks), 2) as fleet:
            for step in range(10):
                promote_some(sync, companies, step)
                change_some(crm, sync, companies, random, step)
                time.sleep(random.uniform(0.01, 0.08))
                if step % 2:
                    stall(fleet.processes[step // 2 % 2])
            wait_until_quiet(sync, companies)

        with crm.transaction() as db:
            phones = {row["name"]: row["phone"] for row in db.execute("SELECT * FROM customer")}
        for company in companies:
            check_company(sync, quickbooks, company, phones)


def stall(worker: int) -> None:
    """Stop a process in its tracks until its lease has run out and its writes have been found out about."""
    os.kill(worker, signal.SIGSTOP)
    time.sleep((LEASE + REQUEST_TIME).total_seconds() * 1.2)
    os.kill(worker, signal.SIGCONT)
