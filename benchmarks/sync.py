"""What pushing through linksync costs beside a script written for the one purpose.

Both push the same customers to the same simulator in another process and keep one link row per customer in SQLite.
The script maps, sends batches of thirty and inserts the rows; it survives nothing. Figures are ratios of one run,
contestants in turn.
"""

import argparse
import json
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import requests
from attrs import frozen

from linksync import EntityMapping, EntityReader, NestedMapping, Synchronizer, both, exactjson, nested, stores
from linksync.connectors.quickbooks import AppCredentials, Limits, QuickBooks
from linksync.connectors.quickbooks import fields as qbo
from linksync.records import CompanyId
from linksync.storage.sql import SqlStorage
from linksync.tokens import Token

NO_LIMITS = Limits(per_minute=10**9, per_second=10**9, in_flight=100, batches_per_minute=10**9)
BATCH = 30


@frozen(kw_only=True)
class Address:
    """Where a customer is."""

    street: str
    city: str


@frozen(kw_only=True)
class Customer:
    """Somebody to push."""

    id: int
    name: str
    email: str
    phone: str
    notes: str
    address: Address


class AddressMapping(NestedMapping[Address, qbo.PhysicalAddress]):
    """An address."""

    street: str = both(qbo.PhysicalAddress.Line1, default="")
    city: str = both(qbo.PhysicalAddress.City, default="")


class CustomerMapping(EntityMapping[Customer, qbo.Customer], entity="customer", key="id"):
    """A customer."""

    name: str = both(qbo.Customer.DisplayName, match=True)
    email: str = both(qbo.Customer.PrimaryEmailAddr.Address, default="")
    phone: str = both(qbo.Customer.PrimaryPhone.FreeFormNumber, default="")
    notes: str = both(qbo.Customer.Notes, default="")
    address: Address = nested(qbo.Customer.BillAddr, AddressMapping)


def customer(number: int) -> Customer:
    """Return the customer of a number; always the same."""
    return Customer(
        id=number,
        name=f"Customer {number}",
        email=f"customer{number}@example.com",
        phone=f"+1 555 {number:07}",
        notes="pays on time",
        address=Address(street=f"{number} High Street", city="Ely"),
    )


class Customers(EntityReader[Customer, int]):
    """Makes customers as they are asked for, so that none is kept in memory."""

    key_type = int

    def read(self, ids: Collection[int]) -> Mapping[int, Customer]:
        """Return customers by id."""
        return {id_: customer(id_) for id_ in ids}


@contextmanager
def run_simulator() -> Iterator[dict[str, str]]:
    """Run the simulator in a process of its own; give what it prints."""
    command = [sys.executable, "-m", "linksync.testing.quickbooks", "--port", "0", "--no-limits"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own module
    try:
        if process.stdout is None:
            raise RuntimeError("the simulator has no output")
        yield json.loads(process.stdout.readline())
    finally:
        process.terminate()
        process.wait()


def open_company(facts: Mapping[str, str]) -> dict[str, str]:
    """Open a fresh company."""
    answer = requests.post(f"{facts['url']}/_simulator/companies", json={}, timeout=30)
    company: dict[str, str] = answer.json()
    return company


def push_with_linksync(path: Path, company: Mapping[str, str], count: int) -> None:
    """Promote *count* customers and run."""
    storage = SqlStorage(f"sqlite:///{path}")
    id_ = CompanyId(company["company_id"])
    storage.tokens.save(
        id_,
        Token(
            access_token=company["access_token"],
            refresh_token=company["refresh_token"],
            expires_at=datetime.now(UTC) + timedelta(minutes=55),
        ),
    )
    sync = Synchronizer(
        company=id_,
        mappings=[CustomerMapping],
        local=stores(customer=Customers()),
        remote=QuickBooks(
            AppCredentials(client_id=company["client_id"], client_secret=company["client_secret"]),
            tokens=storage.tokens,
            base_url=company["url"],
            limits=NO_LIMITS,
        ),
        storage=storage,
    )
    for start in range(1, count + 1, 10_000):
        sync.promote("customer", *range(start, min(start + 10_000, count + 1)))
    run = sync.run()
    if run.total != count:
        raise RuntimeError(f"{run.total} of {count} were pushed: {run}")


def push_by_hand(path: Path, company: Mapping[str, str], count: int) -> None:
    """Do the same as a script would: map, send, insert."""
    session = requests.Session()
    session.headers.update(
        {"Authorization": f"Bearer {company['access_token']}", "Accept": "application/json"}
    )
    url = f"{company['url']}/v3/company/{company['company_id']}/batch"
    db = sqlite3.connect(path)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("CREATE TABLE link (local_id TEXT PRIMARY KEY, remote_id TEXT UNIQUE, version TEXT)")
    customers = Customers()
    for start in range(1, count + 1, BATCH):
        batch = list(customers.read(range(start, min(start + BATCH, count + 1))).values())
        items = [
            {"bId": str(index), "operation": "create", "Customer": _body(it)}
            for index, it in enumerate(batch)
        ]
        answer = session.post(
            url,
            params={"minorversion": "75", "requestid": uuid.uuid4().hex},
            data=exactjson.dumps({"BatchItemRequest": items}).encode(),
            headers={"Content-Type": "application/json"},
            timeout=125,
        )
        answers: Any = exactjson.loads(answer.content)
        with db:
            db.executemany(
                "INSERT INTO link VALUES (?, ?, ?)",
                [
                    (
                        str(batch[int(it["bId"])].id),
                        it["Customer"]["Id"],
                        it["Customer"]["SyncToken"],
                    )
                    for it in answers["BatchItemResponse"]
                ],
            )
    db.close()


def _body(it: Customer) -> dict[str, Any]:
    return {
        "DisplayName": it.name,
        "PrimaryEmailAddr": {"Address": it.email},
        "PrimaryPhone": {"FreeFormNumber": it.phone},
        "Notes": it.notes,
        "BillAddr": {"Line1": it.address.street, "City": it.address.city},
    }


CONTESTANTS: Mapping[str, Callable[[Path, Mapping[str, str], int], None]] = {
    "linksync": push_with_linksync,
    "by hand": push_by_hand,
}


def measure_time(count: int, repeats: int) -> dict[str, Any]:
    """Return the seconds of each contestant, in turn, and the median of the ratios of each turn."""
    seconds: dict[str, list[float]] = {name: [] for name in CONTESTANTS}
    for number in range(repeats):
        # Each goes first as often as the other, for the machine may get faster or slower meanwhile.
        for name, push in list(CONTESTANTS.items())[:: -1 if number % 2 else 1]:
            with run_simulator() as facts, tempfile.TemporaryDirectory() as folder:
                company = open_company(facts)
                started = time.perf_counter()
                push(Path(folder) / "links.db", company, count)
                seconds[name].append(time.perf_counter() - started)
    ratios = [mine / theirs for mine, theirs in zip(seconds["linksync"], seconds["by hand"], strict=True)]
    return {
        "customers": count,
        "seconds": {name: [round(it, 3) for it in values] for name, values in seconds.items()},
        "ratio": round(median(ratios), 2),
        "at most": 2.0,
    }


def measure_memory(counts: Sequence[int]) -> dict[str, Any]:
    """Return the peak memory of a pushing process for each count, in MB."""
    peaks = dict[str, float]()
    for count in counts:
        command = [sys.executable, "-m", "benchmarks.sync", "--peak", str(count)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
        peaks[str(count)] = float(done.stdout)
    smallest, largest = min(counts), max(counts)
    return {
        "peak MB": peaks,
        "growth MB": round(peaks[str(largest)] - peaks[str(smallest)], 1),
        "at most": 20.0,
    }


def push_and_tell_peak(count: int) -> float:
    """Push *count* customers in this process and return its peak memory in MB."""
    with run_simulator() as facts, tempfile.TemporaryDirectory() as folder:
        push_with_linksync(Path(folder) / "links.db", open_company(facts), count)
    return peak_memory()


def peak_memory() -> float:
    """Return the peak memory of this process in MB.

    Where the system has `/proc`, by that: what `getrusage` says there begins with the memory of the process that
    started this one.
    """
    status = Path("/proc/self/status")
    if status.exists():
        told = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(told["VmHWM"].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run(*, quick: bool) -> dict[str, Any]:
    """Measure everything; *quick* with numbers small enough for every day."""
    if quick:
        return {"time": measure_time(300, 1), "memory": measure_memory([300, 600])}
    return {"time": measure_time(10_000, 7), "memory": measure_memory([10_000, 100_000])}


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--peak", type=int, required=True)
    print(round(push_and_tell_peak(parser.parse_args().peak), 1))
