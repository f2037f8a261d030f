"""Contestants in turn at the same tasks, beside the queue by hand.

Each round gives each contestant an empty database. They take turns in slices, for a machine is never the same for long.
What is drained is drained by processes that have their connections open before the clock starts.
"""

import multiprocessing
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from multiprocessing.connection import Connection
from statistics import median
from typing import Any

from attrs import define, frozen

from benchmarks.queue_disk import slow_down
from benchmarks.queue_jobs import COMPANIES, Contestant, Job, jobs
from benchmarks.queue_scratch import gather_statistics, scratch_database

Make = Callable[[str], Contestant]

ONE = "enqueue, one at a time"
BULK = "enqueue, a thousand at a time"
DRAIN = {
    1: "claim and settle, 1 worker",
    2: "claim and settle, 2 workers",
}
BY_HAND = "by hand"

_CHUNK = 1_000
_SLICES = 5
_LONGEST = 4.0
"""After so many seconds, in all slices together, a slow contestant has shown its rate."""

_SPAWN = multiprocessing.get_context("spawn")


@frozen
class _Entry:
    """A contestant in one round."""

    name: str
    make: Make
    url: str
    contestant: Contestant
    commit_ms: float


def race(
    url: str, contestants: Mapping[str, Make], *, singles: int, count: int, rounds: int, commit_ms: float
) -> Mapping[str, Any]:
    """Return, by task and contestant, the median rate and the median of the ratios to the one by hand.

    Args:
        url: The database beside which they get theirs.
        contestants: What makes each, by name.
        singles: How many jobs are enqueued one at a time.
        count: How many are enqueued in bulk and drained by each number of workers.
        rounds: How often.
        commit_ms: How many milliseconds longer a commit takes than the disk does.
    """
    slow_down(commit_ms, url)
    rates: dict[str, dict[str, list[float]]] = {
        task: {name: [] for name in contestants} for task in (ONE, BULK, *DRAIN.values())
    }
    names = list(contestants)
    for number in range(rounds):
        # Each goes first once, so that none always has the warm cache.
        turn = number % len(names)
        order = {name: contestants[name] for name in names[turn:] + names[:turn]}
        with _entries(url, order, commit_ms) as entries:
            for task, found in _round(entries, singles=singles, count=count):
                for name, rate in found.items():
                    rates[task][name].append(rate)
    return {
        "jobs": count,
        "companies": COMPANIES,
        "rounds": rounds,
        "commits slowed by ms": commit_ms,
        **_told(rates),
    }


def _told(rates: Mapping[str, Mapping[str, Sequence[float]]]) -> Mapping[str, Any]:
    return {
        task: {
            name: {"per second": round(median(found)), "ratio": round(_ratio(found, of[BY_HAND]), 3)}
            for name, found in of.items()
        }
        for task, of in rates.items()
    }


def _ratio(mine: Sequence[float], theirs: Sequence[float]) -> float:
    return median(a / b for a, b in zip(mine, theirs, strict=True))


@contextmanager
def _entries(
    url: str, order: Mapping[str, Make], commit_ms: float
) -> Generator[Sequence[_Entry], None, None]:
    with ExitStack() as stack:
        entries = list[_Entry]()
        for name, make in order.items():
            place = stack.enter_context(scratch_database(url, commit_ms=commit_ms))
            contestant = make(place)
            stack.callback(contestant.close)
            contestant.prepare()
            entries.append(_Entry(name, make, place, contestant, commit_ms))
        yield entries


def _round(
    entries: Sequence[_Entry], *, singles: int, count: int
) -> Generator[tuple[str, Mapping[str, float]], None, None]:
    yield ONE, _enqueue_singly(entries, singles)
    for entry in entries:
        entry.contestant.drain(_LONGEST)
    first = singles
    for workers, task in DRAIN.items():
        bulk, drained = _fill_and_drain(entries, workers, first, count)
        first += count
        yield BULK, bulk
        yield task, drained


def _fill_and_drain(
    entries: Sequence[_Entry], workers: int, first: int, count: int
) -> tuple[Mapping[str, float], Mapping[str, float]]:
    """Return the rates at which each enqueues in bulk, and at which so many processes settle that."""
    filled, drained = {it.name: _Tally() for it in entries}, {it.name: _Tally() for it in entries}
    share = count // _SLICES
    with ExitStack() as stack:
        crews = {it.name: stack.enter_context(_crew(it, workers)) for it in entries}
        for number in range(_SLICES):
            wanted = jobs(first + number * share, share)
            for entry in entries:
                filled[entry.name].add(*_enqueue_in_bulk(entry.contestant, wanted))
                gather_statistics(entry.url)
                drained[entry.name].add(*_drain(crews[entry.name]))
    return {name: it.rate for name, it in filled.items()}, {name: it.rate for name, it in drained.items()}


@define
class _Tally:
    """How much was done in how much time."""

    count: int = 0
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        return self.count / self.seconds

    def add(self, count: int, seconds: float) -> None:
        self.count += count
        self.seconds += seconds


def _enqueue_singly(entries: Sequence[_Entry], count: int) -> Mapping[str, float]:
    """Return the rate at which each enqueues one at a time."""
    seconds = {entry.name: 0.0 for entry in entries}
    share = count // _SLICES
    for number in range(_SLICES):
        wanted = jobs(number * share, share)
        for entry in entries:
            began = time.perf_counter()
            for job in wanted:
                entry.contestant.enqueue(job)
            seconds[entry.name] += time.perf_counter() - began
    return {name: share * _SLICES / took for name, took in seconds.items()}


def _enqueue_in_bulk(contestant: Contestant, wanted: Sequence[Job]) -> tuple[int, float]:
    began, done, took = time.perf_counter(), 0, 0.0
    while done < len(wanted) and took < _LONGEST / _SLICES:
        contestant.enqueue_many(wanted[done : done + _CHUNK])
        done += _CHUNK
        took = time.perf_counter() - began
    return done, took


@contextmanager
def _crew(entry: _Entry, workers: int) -> Generator[Sequence[Connection], None, None]:
    """Start so many processes that wait for their word; give the other ends of their pipes."""
    pipes = [_SPAWN.Pipe() for _ in range(workers)]
    processes = [
        _SPAWN.Process(target=_work, args=(entry.make, entry.url, theirs, entry.commit_ms), daemon=True)
        for _, theirs in pipes
    ]
    for process in processes:
        process.start()
    ours = [pipe for pipe, _ in pipes]
    try:
        for pipe in ours:
            pipe.recv()
        yield ours
    finally:
        for pipe in ours:
            pipe.close()
        for process in processes:
            process.join()


def _drain(crew: Sequence[Connection]) -> tuple[int, float]:
    for pipe in crew:
        pipe.send(_LONGEST / _SLICES)
    found = [drained for pipe in crew if (drained := pipe.recv()).count]
    span = max(it.ended for it in found) - min(it.began for it in found)
    return sum(it.count for it in found), span


def _work(make: Make, url: str, pipe: Connection, commit_ms: float) -> None:
    """Drain at each word of the pipe, until it is closed."""
    slow_down(commit_ms, url)
    contestant = make(url)
    contestant.drain(0)  # what is done once per connection is done
    pipe.send(None)
    with suppress(EOFError):
        while True:
            pipe.send(contestant.drain(pipe.recv()))
    contestant.close()
