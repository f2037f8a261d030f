"""A queue by hand: one table, a hundred jobs claimed by one statement and settled by another.

It knows no companies, no coalescing, no leases and no retries: what is left is what the database itself costs.
"""

import importlib
import json
import sqlite3
import time
from collections.abc import Sequence
from typing import Any

from benchmarks.queue_jobs import BATCH, Drained, Job
from benchmarks.queue_scratch import mysql_arguments

_COLUMNS = "company, entity, record_id, reason, band, due_at"


class SqliteByHand:
    """On SQLite, each write in a transaction that locks at once, durable (synchronous FULL)."""

    def __init__(self, url: str) -> None:
        """Open it."""
        self._db = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None, timeout=30)
        self._db.execute("PRAGMA synchronous = FULL")

    def prepare(self) -> None:
        """Make the table."""
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute(
            """
            CREATE TABLE job (
                id INTEGER PRIMARY KEY, company TEXT NOT NULL, entity TEXT NOT NULL, record_id TEXT NOT NULL,
                reason TEXT NOT NULL, band INTEGER NOT NULL, due_at TEXT NOT NULL,
                state TEXT NOT NULL DEFAULT 'ready', finished_at TEXT
            )
            """
        )
        self._db.execute("CREATE INDEX job_ready ON job (band, id) WHERE state = 'ready'")

    def enqueue(self, job: Job) -> None:
        """Insert a row."""
        self.enqueue_many([job])

    def enqueue_many(self, jobs: Sequence[Job]) -> None:
        """Insert rows in one transaction."""
        self._db.execute("BEGIN IMMEDIATE")
        self._db.executemany(
            f"INSERT INTO job ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)",  # noqa: S608 - names of ours
            [(*job[:5], job.due_at.isoformat()) for job in jobs],
        )
        self._db.execute("COMMIT")

    def drain(self, seconds: float) -> Drained:
        """Claim and settle by two transactions a batch."""
        began, done = time.monotonic(), 0
        while time.monotonic() < began + seconds and (rows := self._claim()):
            self._settle([row[0] for row in rows])
            done += len(rows)
        return Drained(done, began, time.monotonic())

    def close(self) -> None:
        """Close it."""
        self._db.close()

    def _claim(self) -> list[Any]:
        self._db.execute("BEGIN IMMEDIATE")
        rows = self._db.execute(
            f"""
            UPDATE job SET state = 'running'
            WHERE id IN (SELECT id FROM job WHERE state = 'ready' ORDER BY band, id LIMIT ?)
            RETURNING id, {_COLUMNS}
            """,  # noqa: S608 - names of ours
            (BATCH,),
        ).fetchall()
        self._db.execute("COMMIT")
        return rows

    def _settle(self, ids: Sequence[int]) -> None:
        self._db.execute("BEGIN IMMEDIATE")
        self._db.execute(
            """
            UPDATE job SET state = 'done', finished_at = datetime('now')
            WHERE state = 'running' AND id IN (SELECT value FROM json_each(?))
            """,
            (json.dumps(ids),),
        )
        self._db.execute("COMMIT")


class PostgresByHand:
    """On PostgreSQL, claims skipping what others have locked."""

    def __init__(self, url: str) -> None:
        """Open it."""
        self._db: Any = importlib.import_module("psycopg").connect(url, autocommit=True)

    def prepare(self) -> None:
        """Make the table."""
        self._db.execute(
            """
            CREATE TABLE job (
                id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                company text NOT NULL, entity text NOT NULL, record_id text NOT NULL,
                reason text NOT NULL, band smallint NOT NULL, due_at timestamptz NOT NULL,
                state text NOT NULL DEFAULT 'ready', finished_at timestamptz
            )
            """
        )
        self._db.execute("CREATE INDEX job_ready ON job (band, id) WHERE state = 'ready'")

    def enqueue(self, job: Job) -> None:
        """Insert a row."""
        self._db.execute(
            "INSERT INTO job (company, entity, record_id, reason, band, due_at) VALUES (%s, %s, %s, %s, %s, %s)",
            job,
        )

    def enqueue_many(self, jobs: Sequence[Job]) -> None:
        """Insert rows by one statement."""
        self._db.execute(
            """
            INSERT INTO job (company, entity, record_id, reason, band, due_at)
            SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::smallint[], %s::timestamptz[])
            """,
            [list(column) for column in zip(*jobs, strict=True)],
        )

    def drain(self, seconds: float) -> Drained:
        """Claim and settle by two statements a batch."""
        began, done = time.monotonic(), 0
        while time.monotonic() < began + seconds and (rows := self._claim()):
            self._settle([row[0] for row in rows])
            done += len(rows)
        return Drained(done, began, time.monotonic())

    def close(self) -> None:
        """Close it."""
        self._db.close()

    def _claim(self) -> list[Any]:
        rows: list[Any] = self._db.execute(
            """
            UPDATE job SET state = 'running'
            WHERE id IN (SELECT id FROM job WHERE state = 'ready' ORDER BY band, id LIMIT %s FOR UPDATE SKIP LOCKED)
            RETURNING id, company, entity, record_id, reason, band, due_at
            """,
            [BATCH],
        ).fetchall()
        return rows

    def _settle(self, ids: Sequence[int]) -> None:
        self._db.execute(
            "UPDATE job SET state = 'done', finished_at = now() WHERE state = 'running' AND id = ANY(%s)",
            [ids],
        )


class MysqlByHand:
    """On MariaDB or MySQL, claims skipping what others have locked."""

    def __init__(self, url: str) -> None:
        """Open it."""
        self._db: Any = importlib.import_module("pymysql").connect(**mysql_arguments(url), autocommit=True)
        self._cursor = self._db.cursor()
        # Gap locks would make claims and inserts wait for each other.
        self._cursor.execute("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED")

    def prepare(self) -> None:
        """Make the table."""
        self._cursor.execute(
            """
            CREATE TABLE job (
                id bigint AUTO_INCREMENT PRIMARY KEY,
                company varchar(64) NOT NULL, entity varchar(64) NOT NULL, record_id varchar(64) NOT NULL,
                reason varchar(32) NOT NULL, band smallint NOT NULL, due_at datetime(6) NOT NULL,
                state varchar(16) NOT NULL DEFAULT 'ready', finished_at datetime(6),
                INDEX job_ready (state, band, id)
            ) CHARACTER SET ascii
            """
        )

    def enqueue(self, job: Job) -> None:
        """Insert a row."""
        self.enqueue_many([job])

    def enqueue_many(self, jobs: Sequence[Job]) -> None:
        """Insert rows by one statement."""
        self._cursor.executemany(
            "INSERT INTO job (company, entity, record_id, reason, band, due_at) VALUES (%s, %s, %s, %s, %s, %s)",
            [(*job[:5], job.due_at.replace(tzinfo=None)) for job in jobs],
        )

    def drain(self, seconds: float) -> Drained:
        """Claim by a transaction and settle by a statement a batch."""
        began, done = time.monotonic(), 0
        while time.monotonic() < began + seconds and (rows := self._claim()):
            self._settle([row[0] for row in rows])
            done += len(rows)
        return Drained(done, began, time.monotonic())

    def close(self) -> None:
        """Close it."""
        self._db.close()

    def _claim(self) -> Sequence[Any]:
        self._db.begin()
        self._cursor.execute(
            """
            SELECT id, company, entity, record_id, reason, band, due_at FROM job
            WHERE state = 'ready' ORDER BY band, id LIMIT %s FOR UPDATE SKIP LOCKED
            """,
            [BATCH],
        )
        rows: Sequence[Any] = self._cursor.fetchall()
        if rows:
            self._cursor.execute(
                "UPDATE job SET state = 'running' WHERE id IN %s", [[row[0] for row in rows]]
            )
        self._db.commit()
        return rows

    def _settle(self, ids: Sequence[int]) -> None:
        self._cursor.execute(
            "UPDATE job SET state = 'done', finished_at = now(6) WHERE state = 'running' AND id IN %s", [ids]
        )
