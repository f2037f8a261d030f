"""Many workers over one database: who works on what, within which limits, and how much faster than one.

QuickBooks is the simulator in a process of its own, which answers after a fifth of a second, as the real one does.
"""

import json
import multiprocessing
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from typing import Any

import requests
from attrs import frozen

from benchmarks.queue_scratch import scratch_database
from benchmarks.sync import NO_LIMITS, CustomerMapping, Customers, open_company, run_simulator
from linksync import Synchronizer, Worker, stores
from linksync.connectors.quickbooks import AppCredentials, Limits, QuickBooks
from linksync.jobs import GateState
from linksync.records import CompanyId
from linksync.storage.sql import SqlStorage
from linksync.tokens import Token

WORKERS = 8
COMPANIES = 50
ANSWER_SECONDS = 0.2
BATCH = 30
PER_SECOND = 2
"""So many requests a second does a company take whose limit is measured: two workers would exceed it at once."""

_PARALLEL_AT_LEAST = 4.0
_GRAIN = timedelta(milliseconds=50)
"""A log entry's instant and span are taken one after the other, by threads that wait for each other on a busy machine.
Two workers in one company would overlap by up to a whole answer."""
_SPAWN = multiprocessing.get_context("spawn")


@frozen(kw_only=True)
class _Task:
    """What a worker process is to work on."""

    place: str
    facts: Mapping[str, str]
    limits: Limits
    turn: int


def fleet(url: str, *, quick: bool) -> Mapping[str, Any]:
    """Return the throughput of many workers beside that of one, and what the simulator saw of them.

    Raises:
        AssertionError: A company was worked on by two at once, or something was written twice or not at all.
    """
    companies, count = (8, BATCH) if quick else (COMPANIES, 3 * BATCH)
    rates = {workers: _push(url, workers, companies, count) for workers in (1, WORKERS)}
    return {
        "companies": companies,
        "customers of each": count,
        "answer after seconds": ANSWER_SECONDS,
        "customers per second": {f"{workers} workers": round(rate) for workers, rate in rates.items()},
        "ratio": {"is": round(rates[WORKERS] / rates[1], 2), "at least": _PARALLEL_AT_LEAST},
        "a company's requests refused as too many": {"is": _count_throttled(url), "at most": 0},
    }


def _push(url: str, workers: int, number: int, count: int) -> float:
    """Let so many workers push so many customers of each of a number of companies; return how many a second."""
    with scratch_database(url) as place, run_simulator() as facts:
        companies = _connect(place, facts, number, count, {})
        task = _Task(place=place, facts=facts, limits=NO_LIMITS, turn=1_000)
        seconds = _work(task, workers)
        _hold_to_one_at_a_time(facts, companies)
        for company in companies:
            _hold_to_once_each(facts, company, count)
    return number * count / seconds


def _count_throttled(url: str) -> int:
    """Let companies go from worker to worker after each request, and count what is refused as too much."""
    with scratch_database(url) as place, run_simulator() as facts:
        limits = {"per_second": PER_SECOND, "batches_per_minute": None, "per_minute": None, "slack": 0.1}
        companies = _connect(place, facts, 2, 6 * BATCH, limits)
        own = Limits(per_second=PER_SECOND, per_minute=10**6, batches_per_minute=10**6)
        _work(_Task(place=place, facts=facts, limits=own, turn=BATCH), WORKERS)
        _hold_to_one_at_a_time(facts, companies)
        return sum(_ask(facts, f"counts?company={company}")["throttled"] for company in companies)


def _connect(
    place: str, facts: Mapping[str, str], companies: int, count: int, limits: Mapping[str, Any]
) -> Sequence[CompanyId]:
    """Open companies that answer slowly, and promote so many customers to each."""
    task = _Task(place=place, facts=facts, limits=NO_LIMITS, turn=1_000)
    sync = _synchronizer(task)
    found = list[CompanyId]()
    for _ in range(companies):
        opened = _open(facts, limits)
        company = CompanyId(opened["company_id"])
        token = Token(
            access_token=opened["access_token"],
            refresh_token=opened["refresh_token"],
            expires_at=datetime.now(UTC) + timedelta(minutes=55),
        )
        sync.storage.tokens.save(company, token)
        sync.for_company(company).promote("customer", *range(1, count + 1))
        found.append(company)
    slow = {"mishap": "dawdle", "seconds": ANSWER_SECONDS, "times": 10**9}
    _post(facts, "faults", slow)
    return found


def _synchronizer(task: _Task) -> Synchronizer:
    storage = SqlStorage(task.place)
    return Synchronizer(
        mappings=[CustomerMapping],
        local=stores(customer=Customers()),
        remote=QuickBooks(
            AppCredentials(client_id=task.facts["client_id"], client_secret=task.facts["client_secret"]),
            tokens=storage.tokens,
            base_url=task.facts["url"],
            limits=task.limits,
        ),
        storage=storage,
    )


def _work(task: _Task, workers: int) -> float:
    """Let processes work until nothing is left; return how many seconds that took."""
    start, results = _SPAWN.Barrier(workers), _SPAWN.Queue()
    processes = [
        _SPAWN.Process(target=_work_off, args=(task, start, results), daemon=True) for _ in range(workers)
    ]
    for process in processes:
        process.start()
    spans = [results.get(timeout=300) for _ in processes]
    for process in processes:
        process.join()
    return max(span[1] for span in spans) - min(span[0] for span in spans)


def _work_off(task: _Task, start: Barrier, results: "Queue[tuple[float, float]]") -> None:
    sync = _synchronizer(task)
    jobs = sync.storage.jobs
    jobs.companies()  # what is done once per connection is done
    start.wait()
    began = time.monotonic()
    worker = Worker(sync, turn=task.turn)
    while worker.run_once() or any(_is_open(sync, company) for company in jobs.companies()):
        time.sleep(0.01)  # others hold what is left, and may let it go with something left to do
    results.put((began, time.monotonic()))


def _is_open(sync: Synchronizer, company: CompanyId) -> bool:
    return sync.storage.jobs.get_gate(company).state is GateState.OPEN


def _hold_to_one_at_a_time(facts: Mapping[str, str], companies: Sequence[CompanyId]) -> None:
    for company in companies:
        log = _ask(facts, f"log?company={company}")["log"]
        ends = [(datetime.fromisoformat(entry["at"]), entry["elapsed_ms"]) for entry in log]
        spans = sorted((ended - timedelta(milliseconds=took), ended) for ended, took in ends)
        for (_, ended), (begun, _) in pairwise(spans):
            if begun + _GRAIN < ended:
                raise AssertionError(f"company {company} was worked on twice at {begun}: {spans}")


def _hold_to_once_each(facts: Mapping[str, str], company: CompanyId, count: int) -> None:
    customers = _ask(facts, f"objects/{company}/Customer")["Customer"]
    names = {customer["DisplayName"] for customer in customers}
    if not len(customers) == len(names) == count:
        raise AssertionError(f"{count} customers were promoted to {company}; it has {len(customers)}")


def _open(facts: Mapping[str, str], limits: Mapping[str, Any]) -> Mapping[str, str]:
    if not limits:
        return open_company(facts)
    opened: Mapping[str, str] = _post(facts, "companies", {"limits": limits})
    return opened


def _ask(facts: Mapping[str, str], what: str) -> Any:
    return json.loads(requests.get(f"{facts['url']}/_simulator/{what}", timeout=60).content)


def _post(facts: Mapping[str, str], what: str, body: Mapping[str, Any]) -> Any:
    answer = requests.post(f"{facts['url']}/_simulator/{what}", json=body, timeout=60)
    answer.raise_for_status()
    return answer.json()
