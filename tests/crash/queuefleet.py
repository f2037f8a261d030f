"""A fleet of producers and workers over one database, and a hand that kills them and their connections at random."""

import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from random import Random

from attrs import define, field, frozen

from linksync.jobs import JobState
from linksync.records import CompanyId
from linksync.storage.sql import SqlStorage
from tests.crash.board import Board
from tests.crash.fleet import fork, kill
from tests.crash.hostside import HostDatabase, Run
from tests.crash.queueworkers import COUNTED, NAMES, THOUSAND, Post, produce, work

COMPANIES = {f"company {n}": [f"{m:02}" for m in range(60)] for n in range(8)}
PLACES: Sequence[Callable[[Post], None]] = (work, work, work, produce, produce)
WORKERS = [place for place, task in enumerate(PLACES) if task is work]
PRODUCERS = [place for place, task in enumerate(PLACES) if task is produce]
VICTIMS = {"worker": 55, "worker's connection": 33, "producer": 8, "producer's connection": 4}
"""Who is killed, and how often of a hundred times."""
_PATIENCE_SECONDS = 90


@frozen
class Aftermath:
    """What is left when the killing is over and all have been let run to the end.

    Attributes:
        records: Version and value of every record of the host's, by company and id.
        runs: What the workers noted.
        counts: The jobs by state, by company.
        exits: How the processes ended that lived to the end.
        figures: What happened, how often.
    """

    records: Mapping[tuple[str, str], tuple[int, int]]
    runs: Sequence[Run]
    counts: Mapping[str, Mapping[JobState, int]]
    exits: Sequence[int]
    figures: Mapping[str, float]


@define
class QueueFleet:
    """Three workers and two producers.

    Attributes:
        host: Their database.
        life: After how many kills it is over.
        seed: What their choices, and those of who kills them, begin from.
    """

    host: HostDatabase
    life: int
    seed: str
    kills: Counter[str] = field(factory=Counter)
    _random: Random = field(init=False)
    _board: Board = field(init=False)
    _processes: dict[int, int] = field(factory=dict)
    _births: int = 0
    _began: float = 0.0

    def __attrs_post_init__(self) -> None:
        self._random = Random(self.seed)
        self._board = Board(NAMES, len(PLACES))

    def start(self) -> None:
        """Make the tables, and fork everybody."""
        SqlStorage(self.host.url, schema=self.host.schema).migrate()
        self.host.fill(COMPANIES)
        self._began = time.monotonic()
        for place in range(len(PLACES)):
            self._fork(place)

    def pause(self) -> float:
        """Return for how many seconds to leave them alone."""
        return self._random.uniform(0.01, 0.56)

    def strike(self) -> bool:
        """Kill somebody, who is replaced, or a connection; return whether that goes on."""
        self._kill()
        self._tell("progress", THOUSAND * self.kills.total() // self.life)
        return self.kills.total() < self.life

    def finish(self) -> Aftermath:
        """Let nothing new come in, let everything run to the end, and tell what is left."""
        killing = time.monotonic() - self._began
        self._tell("is_draining")
        exits = [self._await(place) for place in PRODUCERS]  # after their last commit
        storage = SqlStorage(self.host.url, schema=self.host.schema)
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while any(map(_live, self._counts(storage).values())) and time.monotonic() < deadline:
            time.sleep(0.1)
        self._tell("is_over")
        exits += [self._await(place) for place in WORKERS]
        runs = self.host.runs()
        figures = {
            "kills": self.kills.total(),
            **self.kills,
            **{name: self._board.total(name) for name in COUNTED},
            "takeovers": len({(run.company, run.token) for run in runs if run.ended_at is None}),
            "runs": len(runs),
            **_settle_times(runs),
            "killing seconds": round(killing, 1),
            "seconds": round(time.monotonic() - self._began, 1),
        }
        return Aftermath(self.host.records(), runs, self._counts(storage), exits, figures)

    def stop(self) -> None:
        """Kill whoever is still there."""
        for pid in self._processes.values():
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        self._processes.clear()

    def _kill(self) -> None:
        (victim,) = self._random.choices(list(VICTIMS), list(VICTIMS.values()))
        place = self._random.choice(WORKERS if victim.startswith("worker") else PRODUCERS)
        if victim.endswith("connection"):
            number = self._board.get(place, "connection")
            self.kills[victim] += bool(number) and self.host.kill_connection(number)
            return
        assert kill(self._processes[place]), f"a {victim} had ended by an error of its own"
        self.kills[victim] += 1
        self._fork(place)

    def _fork(self, place: int) -> None:
        self._births += 1
        random = Random(f"{self.seed} {place} {self._births}")
        post = Post(self.host, self._board, place, COMPANIES, random)
        self._processes[place] = fork(lambda: PLACES[place](post))

    def _await(self, place: int) -> int:
        return os.waitstatus_to_exitcode(os.waitpid(self._processes.pop(place), 0)[1])

    def _tell(self, name: str, number: int = 1) -> None:
        for place in range(len(PLACES)):
            self._board.put(place, name, number)

    def _counts(self, storage: SqlStorage) -> Mapping[str, Mapping[JobState, int]]:
        return {company: storage.jobs.counts(CompanyId(company)) for company in COMPANIES}


def kill_at_random(fleets: Sequence[QueueFleet]) -> None:
    """Strike each of *fleets* at its own times, until the life of each is over."""
    due = {index: time.monotonic() + fleet.pause() for index, fleet in enumerate(fleets)}
    while due:
        index = min(due, key=due.__getitem__)
        time.sleep(max(due[index] - time.monotonic(), 0))
        if fleets[index].strike():
            due[index] += fleets[index].pause()
        else:
            del due[index]


def _live(counts: Mapping[JobState, int]) -> int:
    return sum(count for state, count in counts.items() if state.is_live)


def _settle_times(runs: Sequence[Run]) -> Mapping[str, float]:
    """Return how many seconds it took to settle: half of the times, and the longest."""
    times = sorted(run.ended_at - run.settled_from for run in runs if run.settled == "accepted")
    return (
        {"median settle": round(times[len(times) // 2], 4), "longest settle": round(times[-1], 4)}
        if times
        else {}
    )
