"""How fast the QuickBooks simulator starts, answers, and how it grows with the company.

`a_second` is of one thread in-process, with the fewest customers. `growth` is how many times longer an operation takes
with the most customers than with the fewest; each is repeated, and the median counts. The first of each, which may have
to make an index or to find all, does not. What is written comes after the queries, and so keeps up all their indexes.
`rules` is how many claims about QuickBooks it keeps, by how sure they are.
"""

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any
from urllib.parse import quote

from linksync.testing.quickbooks import NO_LIMITS, Call, Company, QuickBooksSimulator, rules

SIZES = (1_000, 10_000, 100_000)
QUICK_SIZES = (100, 1_000)

_START = """
import json, time
from linksync.testing.quickbooks import QuickBooksSimulator
begun = time.perf_counter()
QuickBooksSimulator().add_company()
empty = time.perf_counter() - begun
begun = time.perf_counter()
QuickBooksSimulator().add_company(is_sample=True)
print(json.dumps({"empty_ms": empty * 1000, "sample_ms": (time.perf_counter() - begun) * 1000}))
"""


def run(*, quick: bool) -> Mapping[str, Any]:
    """Return the figures."""
    sizes = QUICK_SIZES if quick else SIZES
    repeats = 20 if quick else 200
    started = subprocess.run([sys.executable, "-c", _START], capture_output=True, check=True, text=True)  # noqa: S603
    seconds = {size: _operations(size, repeats) for size in sizes}
    smallest, largest = seconds[sizes[0]], seconds[sizes[-1]]
    return {
        "start": json.loads(started.stdout),
        "a_second": {name: 1 / taken for name, taken in smallest.items()},
        "milliseconds": {
            str(size): {name: taken * 1000 for name, taken in found.items()}
            for size, found in seconds.items()
        },
        "growth": {name: largest[name] / smallest[name] for name in smallest},
        "customers": list(sizes),
        "rules": dict(Counter(rule.certainty.value for rule in rules())),
    }


def _operations(size: int, repeats: int) -> Mapping[str, float]:
    simulator = QuickBooksSimulator(limits=NO_LIMITS)
    company = simulator.add_company()
    for number in range(size):
        company.add(
            "Customer",
            {
                "DisplayName": f"Customer {number:06}",
                "CompanyName": "Shared",
                "PrimaryEmailAddr": {"Address": f"c{number}@example.com"},
            },
        )
    for number in range(size - size // 10, size):
        company.inactivate("Customer", str(number + 1))
    company.add("Item", {"Name": "Services", "Type": "Service", "IncomeAccountRef": {"value": "1"}})
    ask = _Asker(simulator, company)
    middle = size // 2
    page = f"startposition {middle} maxresults 100"
    selects = {
        "query by name": f"where DisplayName = 'Customer {middle:06}'",
        "query by start of a name": f"where DisplayName like 'Customer {middle:06}%'",
        "query by time, none found": "where MetaData.LastUpdatedTime > '2050-01-01'",
        "query by time, last 100": "orderby MetaData.LastUpdatedTime desc maxresults 100",
        "page of 100 in the middle": page,
        "page of 100 by Id": f"orderby Id {page}",
        "page of 100 by two properties": f"orderby CompanyName, DisplayName desc {page}",
        "page of 100 of those changed since": f"where MetaData.LastUpdatedTime > '2020-01-01' {page}",
        "page of 100 of one value": "where CompanyName = 'Shared' maxresults 100",
        "page of 100 in use or not": f"where Active in (true, false) {page}",
        "page of 100 out of use": "where Active = false maxresults 100",
    }
    counts = {
        "count": "",
        "count by time": "where MetaData.LastUpdatedTime > '2020-01-01'",
        "count of one value": "where CompanyName = 'Shared'",
        "count out of use": "where Active = false",
    }
    yesterday = (datetime.now(UTC) - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    timed = {
        "read": lambda number: ask.get(f"customer/{number % size + 1}"),
        "changes, none": lambda _: ask.get("cdc?entities=Customer&changedSince=2050-01-01T00:00:00Z"),
        "changes, 1000": lambda _: ask.get(f"cdc?entities=Customer&changedSince={yesterday}"),
        **{name: _querying(ask, "*", rest) for name, rest in selects.items()},
        **{name: _querying(ask, "count(*)", rest) for name, rest in counts.items()},
        "create a customer": lambda number: ask.post("customer", {"DisplayName": f"New {number}"}),
        "update a customer": lambda number: ask.post(
            "customer",
            {"Id": str(number + 1), "SyncToken": "0", "sparse": True, "Notes": "x"},
        ),
        "create an invoice": lambda number: ask.post("invoice", _invoice(number % size + 1)),
    }
    return {name: _median(work, repeats) for name, work in timed.items()}


class _Asker:
    def __init__(self, simulator: QuickBooksSimulator, company: Company) -> None:
        self._simulator = simulator
        self._url = f"https://quickbooks.example/v3/company/{company.id}/"
        self._headers = {"Authorization": f"Bearer {company.tokens.access_token}"}

    def get(self, path: str) -> None:
        self._send("GET", path, b"")

    def post(self, path: str, body: Mapping[str, Any]) -> None:
        self._send("POST", path, json.dumps(body).encode())

    def _send(self, method: str, path: str, body: bytes) -> None:
        answer = self._simulator.handle(Call.to(method, self._url + path, headers=self._headers, body=body))
        if answer.status != 200:
            raise RuntimeError(f"{method} {path}: {answer.status} {answer.body!r}")


def _querying(ask: _Asker, what: str, rest: str) -> Callable[[int], None]:
    statement = f"select {what} from Customer {rest}"  # noqa: S608 - not SQL
    path = f"query?query={quote(statement)}"
    return lambda _: ask.get(path)


def _invoice(customer: int) -> Mapping[str, Any]:
    line = {
        "Amount": 10,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": {"value": "1"}},
    }
    return {"CustomerRef": {"value": str(customer)}, "Line": [line]}


def _median(work: Callable[[int], None], repeats: int) -> float:
    work(0)  # makes what indexes it needs
    taken = list[float]()
    for number in range(1, repeats + 1):
        begun = time.perf_counter()
        work(number)
        taken.append(time.perf_counter() - begun)
    return median(taken)
