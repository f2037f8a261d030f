"""Forked workers over one SQLite file, QuickBooks in another process, and a hand that kills them."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import requests
from attrs import define, field

from examples.northwind.crm import Crm, Customers, Orders, Products
from examples.northwind.mappings import CustomerMapping, OrderMapping, ProductMapping
from linksync import CompanySettings, ExponentialBackoff, Synchronizer, stores
from linksync.connectors.quickbooks import AppCredentials, Limits, QuickBooks, RequestsTransport
from linksync.storage.sql import SqlStorage
from linksync.tokens import Token

ANSWER_TIME = timedelta(seconds=0.8)
REQUEST_TIME = timedelta(seconds=1.2)
LEASE = timedelta(seconds=1.4)


@define
class Quickbooks:
    """The simulator, seen from outside."""

    url: str
    client_id: str
    client_secret: str

    def open_company(self, request_ids: str) -> dict[str, str]:
        """Open a company that remembers requestids as told."""
        body = {"settings": {"request_ids": request_ids}}
        return requests.post(f"{self.url}/_simulator/companies", json=body, timeout=30).json()

    def objects(self, company: str, entity: str) -> list[dict]:
        """Return everything of a kind on the company's books."""
        answer = requests.get(f"{self.url}/_simulator/objects/{company}/{entity}", timeout=30)
        return answer.json()[entity]


_SIMULATE = """
import os, runpy, threading, time

def end_with(parent):
    while os.getppid() == parent:
        time.sleep(0.2)
    os._exit(1)

threading.Thread(target=end_with, args=(os.getppid(),), daemon=True).start()
runpy.run_module("linksync.testing.quickbooks", run_name="__main__", alter_sys=True)
"""


@contextmanager
def run_quickbooks(*options: str) -> Generator[Quickbooks]:
    """Run the simulator in a process of its own, which ends when this one is gone."""
    command = [sys.executable, "-c", _SIMULATE, "--port", "0", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        facts = json.loads(process.stdout.readline())
        yield Quickbooks(facts["url"], facts["client_id"], facts["client_secret"])
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


def build(path: Path, quickbooks: Quickbooks, url: str | None = None, schema: str = "") -> Synchronizer:
    """Return a synchronizer with times short enough to outlive many deaths in a minute.

    Its own tables are beside the CRM's in *path*, or at *url*.
    """
    crm = Crm(path)
    # Workers die at random here, and not over their jobs.
    storage = SqlStorage(url or f"sqlite:///{path}", schema=schema, crash_limit=10**6)
    return Synchronizer(
        mappings=[CustomerMapping, ProductMapping, OrderMapping],
        local=stores(customer=Customers(crm), product=Products(crm), invoice=Orders(crm)),
        remote=QuickBooks(
            AppCredentials(client_id=quickbooks.client_id, client_secret=quickbooks.client_secret),
            tokens=storage.tokens,
            base_url=quickbooks.url,
            limits=Limits(per_minute=10**6, per_second=10**6, in_flight=100, batches_per_minute=10**6),
            transport=RequestsTransport(connect_timeout=ANSWER_TIME / 2, read_timeout=ANSWER_TIME / 2),
            answer_time=ANSWER_TIME,
            request_timeout=REQUEST_TIME,
            settle_time=REQUEST_TIME,
        ),
        storage=storage,
        settings=CompanySettings(settings={"income_account": "79", "discount_account": "86"}),
        retry=ExponentialBackoff(first=timedelta(seconds=0.2), longest=timedelta(seconds=1), max_attempts=50),
        lease=LEASE,
        claim_size=30,
    )


def connect(sync: Synchronizer, facts: dict[str, str]) -> str:
    """Keep the token of a company and return its id."""
    token = Token(
        access_token=facts["access_token"],
        refresh_token=facts["refresh_token"],
        expires_at=datetime.now(UTC) + timedelta(minutes=55),
    )
    sync.storage.tokens.save(facts["company_id"], token)
    return facts["company_id"]


def fork(work: Callable[[], None]) -> int:
    """Do *work* in a forked process and return its id; an error of the work is exit code 1.

    It ends when this process is gone: nobody else would end it.
    """
    parent = os.getpid()
    process = os.fork()
    if process:
        return process
    code = 1
    try:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
        work()
        code = 0
    except BaseException:  # noqa: BLE001 - the process ends here, whatever it was
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.2)
    os._exit(1)


def work_for_ever(path: Path, quickbooks: Quickbooks) -> None:
    """Run all companies again and again."""
    sync = build(path, quickbooks)
    while True:
        if not sync.run_all():
            time.sleep(0.01)


@define
class Fleet:
    """Forked workers, each of which can be killed and replaced."""

    work: Callable[[], None]
    size: int
    processes: list[int] = field(factory=list)

    def __enter__(self):
        self.processes = [fork(self.work) for _ in range(self.size)]
        return self

    def __exit__(self, *_: object) -> None:
        while self.processes:
            kill(self.processes.pop())

    def replace(self, number: int) -> None:
        """Kill a worker and fork another."""
        assert kill(self.processes[number]), "a worker had ended by an error of its own"
        self.processes[number] = fork(self.work)


def kill(process: int) -> bool:
    """Kill a process for good; return whether it was still alive, and not dead of an error of its own."""
    os.kill(process, signal.SIGKILL)
    _, status = os.waitpid(process, 0)
    return os.WIFSIGNALED(status)
