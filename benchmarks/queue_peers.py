"""Other queues in Python, each through its own public interface at the settings that serve it best.

All are as durable as ours: PostgreSQL commits to disk, SQLite is at `synchronous = FULL`. Ours alone knows that a claim need
not wait for the disk, since a lease ends by itself. Left out is persist-queue, two processes of which are handed the same jobs.
"""

import asyncio
import importlib
import json
import logging
import sqlite3
import time
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from benchmarks.queue_jobs import BATCH, Drained, Job
from benchmarks.queue_scratch import kind_of

CHECK_EVERY = 0.05


class Procrastinate:
    """procrastinate: one job a claim, whatever the concurrency."""

    def __init__(self, url: str) -> None:
        """Make the app; it connects when it is used."""
        procrastinate = importlib.import_module("procrastinate")
        self._connector = partial(procrastinate.PsycopgConnector, conninfo=url)
        logging.getLogger("procrastinate").setLevel(logging.ERROR)
        self._app = procrastinate.App(connector=self._connector())
        self._times = list[float]()

        @self._app.task(name="push", queue="jobs")
        async def push(**job: Any) -> None:  # noqa: ARG001 - as procrastinate wants it
            self._times.append(time.monotonic())

        self._push = push
        self._app.open()

    def prepare(self) -> None:
        """Make the tables."""
        self._app.schema_manager.apply_schema()

    def enqueue(self, job: Job) -> None:
        """Defer one."""
        self._push.defer(**_payload(job))

    def enqueue_many(self, jobs: Sequence[Job]) -> None:
        """Defer a batch."""
        self._push.batch_defer(*map(_payload, jobs))

    def drain(self, seconds: float) -> Drained:
        """Run its worker."""
        self._times.clear()
        asyncio.run(self._work(seconds))
        return _from_first_to_last(self._times)

    def close(self) -> None:
        """Close it."""
        self._app.close()

    async def _work(self, seconds: float) -> None:
        app = self._app.with_connector(self._connector())
        async with app.open_async():
            work = app.run_worker_async(
                queues=["jobs"],
                wait=False,
                concurrency=4,
                listen_notify=False,
                install_signal_handlers=False,
            )
            await _for_at_most(seconds, work)


class PgQueuer:
    """pgqueuer: claims and settles in batches; by asyncpg, the faster of its drivers."""

    def __init__(self, url: str) -> None:
        """Open it in a loop of its own."""
        self._loop = asyncio.new_event_loop()
        self._db, self._queries = self._wait(self._open(url))

    def prepare(self) -> None:
        """Make the tables, which survive a crash of the server unless it is told otherwise."""
        self._wait(self._queries.install())

    def enqueue(self, job: Job) -> None:
        """Enqueue one."""
        self._wait(self._queries.enqueue("push", json.dumps(_payload(job)).encode(), job.band))

    def enqueue_many(self, jobs: Sequence[Job]) -> None:
        """Enqueue lists."""
        self._wait(
            self._queries.enqueue(
                ["push"] * len(jobs),
                [json.dumps(_payload(job)).encode() for job in jobs],
                [job.band for job in jobs],
            )
        )

    def drain(self, seconds: float) -> Drained:
        """Run its worker in its mode for that."""
        return _from_first_to_last(self._wait(self._work(seconds)))

    def close(self) -> None:
        """Close it."""
        self._wait(self._db.close())
        self._loop.close()

    async def _open(self, url: str) -> tuple[Any, Any]:
        db = await importlib.import_module("asyncpg").connect(url)
        return db, importlib.import_module("pgqueuer").Queries.from_asyncpg_connection(db)

    async def _work(self, seconds: float) -> Sequence[float]:
        package = importlib.import_module("pgqueuer")
        worker = package.QueueManager(self._queries)
        times = list[float]()

        @worker.entrypoint("push")
        async def push(_job: Any) -> None:
            times.append(time.monotonic())

        drain = importlib.import_module("pgqueuer.types").QueueExecutionMode.drain
        stop = asyncio.get_running_loop().call_later(seconds, worker.shutdown.set)
        await worker.run(batch_size=BATCH, mode=drain, dequeue_timeout=timedelta(seconds=CHECK_EVERY))
        stop.cancel()
        return times

    def _wait(self, work: Any) -> Any:
        return self._loop.run_until_complete(work)


class PgQueuerByPsycopg(PgQueuer):
    """The same by psycopg, the driver that linksync uses."""

    async def _open(self, url: str) -> tuple[Any, Any]:
        db = await importlib.import_module("psycopg").AsyncConnection.connect(url, autocommit=True)
        return db, importlib.import_module("pgqueuer").Queries.from_psycopg_connection(db)


class Huey:
    """huey: one job a claim, gone when it is claimed, so that a worker that dies has lost it."""

    def __init__(self, url: str) -> None:
        """Open it, and with it its tables."""
        package = importlib.import_module("huey")
        logging.getLogger("huey").setLevel(logging.ERROR)
        if kind_of(url) == "sqlite":
            path = url.removeprefix("sqlite:///")
            self._huey = package.SqliteHuey(filename=path, fsync=True, timeout=30, results=False)
        else:
            self._huey = package.PostgresHuey(dsn=url, blocking=False, results=False)

        @self._huey.task(name="push")
        def push(**job: Any) -> None:
            """Do nothing."""

        self._push = push

    def prepare(self) -> None:
        """Do nothing: opening it has."""

    def enqueue(self, job: Job) -> None:
        """Call the task."""
        self._push(**_payload(job))

    def enqueue_many(self, jobs: Sequence[Job]) -> None:
        """Call the task as often: it takes one at a time."""
        for job in jobs:
            self.enqueue(job)

    def drain(self, seconds: float) -> Drained:
        """Take and execute in a loop, which costs less than its consumer."""
        began, done = time.monotonic(), 0
        while time.monotonic() < began + seconds and (task := self._huey.dequeue()) is not None:
            self._huey.execute(task)
            done += 1
        return Drained(done, began, time.monotonic())

    def close(self) -> None:
        """Close it."""
        self._huey.storage.close()


class LiteQueue:
    """litequeue: one job a claim, which sorts all that is queued."""

    def __init__(self, url: str) -> None:
        """Open it, and with it its table."""
        db = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None, timeout=30)
        self._queue = importlib.import_module("litequeue").LiteQueue(db)
        db.execute("PRAGMA synchronous = FULL")  # it has set NORMAL

    def prepare(self) -> None:
        """Do nothing: opening it has."""

    def enqueue(self, job: Job) -> None:
        """Put one."""
        self._queue.put(json.dumps(_payload(job)))

    def enqueue_many(self, jobs: Sequence[Job]) -> None:
        """Put many in one transaction."""
        with self._queue.transaction():
            for job in jobs:
                self.enqueue(job)

    def drain(self, seconds: float) -> Drained:
        """Pop and mark as done in a loop."""
        began, done = time.monotonic(), 0
        while time.monotonic() < began + seconds and (message := self._queue.pop()) is not None:
            self._queue.done(message.message_id)
            done += 1
        return Drained(done, began, time.monotonic())

    def close(self) -> None:
        """Close it."""
        self._queue.close()


def _payload(job: Job) -> dict[str, Any]:
    return {**job._asdict(), "due_at": job.due_at.isoformat()}


def _from_first_to_last(times: Sequence[float]) -> Drained:
    """Return how many jobs there were, leaving out what a worker takes to start and to end."""
    return Drained(len(times), times[0], times[-1]) if times else Drained(0, 0, 0)


async def _for_at_most(seconds: float, work: Any) -> None:
    task = asyncio.ensure_future(work)
    await asyncio.wait([task], timeout=seconds)
    task.cancel()  # it finishes what it has begun
    await asyncio.wait([task])
