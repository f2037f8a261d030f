"""What the queue costs: beside one by hand, beside other queues, as it fills, and with many workers.

`--url` names the database: SQLite unless told otherwise. It is measured in databases of its own beside that one, which are
dropped afterwards.
"""

import sys
import tempfile
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

from benchmarks import queue_byhand, queue_peers
from benchmarks.queue_flat import fairness, flatness
from benchmarks.queue_fleet import fleet
from benchmarks.queue_linksync import Linksync
from benchmarks.queue_race import BULK, BY_HAND, DRAIN, ONE, Make, race
from benchmarks.queue_scratch import kind_of

ROUNDS = 3
LINKSYNC = "linksync"
MOST_OF_A_FULL_QUEUE = 1.5

_BY_HAND: Mapping[str, Make] = {
    "sqlite": queue_byhand.SqliteByHand,
    "postgresql": queue_byhand.PostgresByHand,
    "mysql": queue_byhand.MysqlByHand,
}

_PEERS: Mapping[str, Mapping[str, tuple[Make, tuple[str, ...]]]] = {
    "sqlite": {
        "huey": (queue_peers.Huey, ("huey",)),
        "litequeue": (queue_peers.LiteQueue, ("litequeue",)),
    },
    "postgresql": {
        "pgqueuer": (queue_peers.PgQueuer, ("pgqueuer", "asyncpg")),
        "pgqueuer, psycopg": (queue_peers.PgQueuerByPsycopg, ("pgqueuer",)),
        "procrastinate": (queue_peers.Procrastinate, ("procrastinate",)),
        "huey": (queue_peers.Huey, ("huey",)),
    },
    "mysql": {},
}

_AT_LEAST: Mapping[str, Mapping[tuple[str, str], float]] = {
    "sqlite": {
        (DRAIN[1], BY_HAND): 0.45,
        (DRAIN[2], BY_HAND): 0.45,
        (DRAIN[1], "huey"): 8,
        (DRAIN[2], "huey"): 8,
    },
    "postgresql": {
        (DRAIN[1], BY_HAND): 0.5,
        (DRAIN[2], BY_HAND): 0.7,
        (DRAIN[1], "pgqueuer"): 1.3,
        (DRAIN[2], "pgqueuer"): 1.3,
    },
    "mysql": {},
}
"""By how much linksync is to beat whom at what."""


def run(
    *, quick: bool, url: str | None = None, rows: int = 20_000, commit_ms: float = 0
) -> Mapping[str, Any]:
    """Return the figures of one database.

    Args:
        quick: With few jobs: whether it runs, not how fast.
        url: Which database; a SQLite file in the temporary folder where None.
        rows: How many jobs are queued, and as many finished, where a full queue is set against an empty one.
        commit_ms: How many milliseconds longer a commit takes than the disk does, where queues are set against each other.
    """
    place = url or f"sqlite:///{tempfile.gettempdir()}/queue.db"
    kind = kind_of(place)
    contestants = {BY_HAND: _BY_HAND[kind], LINKSYNC: Linksync, **_installed(_PEERS[kind])}
    figures = race(
        place,
        contestants,
        singles=50 if quick else 500,
        count=1_000 if quick else 25_000,
        rounds=1 if quick else ROUNDS,
        commit_ms=commit_ms,
    )
    rows = min(rows, 2_000) if quick else rows
    flat = flatness(place, rows)
    return {
        "database": kind,
        "race": figures,
        "a full queue": flat,
        "fairness": fairness(place, rows),
        "many workers": fleet(place, quick=quick),
        "targets": _targets(kind, figures)
        | {
            f"{name}, full queue": {"is": flat[name]["ratio"], "at most": MOST_OF_A_FULL_QUEUE}
            for name in ("claim of 100", "claim of 100, by statistics of an empty queue")
        },
    }


def _installed(peers: Mapping[str, tuple[Make, tuple[str, ...]]]) -> Mapping[str, Make]:
    found = dict[str, Make]()
    for name, (make, packages) in peers.items():
        if missing := [package for package in packages if find_spec(package) is None]:
            print(f"{name} is left out: {', '.join(missing)} is not installed", file=sys.stderr)
        else:
            found[name] = make
    return found


def _targets(kind: str, figures: Mapping[str, Any]) -> Mapping[str, Any]:
    wanted = {(ONE, BY_HAND): 0.7, (BULK, BY_HAND): 0.5, **_AT_LEAST[kind]}
    return {
        f"{task}, times {whom}": {
            "is": round(figures[task][LINKSYNC]["ratio"] / figures[task][whom]["ratio"], 2),
            "at least": least,
        }
        for (task, whom), least in wanted.items()
        if whom in figures[task]
    }
