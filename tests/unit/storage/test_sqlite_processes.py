"""Several processes on one SQLite file."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from linksync.errors import ConnectionLostError, StorageError
from linksync.jobs import JobState
from linksync.records import CompanyId
from linksync.storage import SqlStorage
from linksync.storage.sql import tokens
from linksync.testing.clock import FakeClock
from linksync.testing.contracts.suite import (
    COMPANY,
    OTHER,
    claim,
    customer,
    enqueue,
    job_of,
    link,
    records_of,
)
from linksync.tokens import Token

PREAMBLE = """
import sys
from datetime import UTC, datetime, timedelta
from linksync.jobs import JobOutcome, JobRequest, JobState, Reason
from linksync.records import CompanyId, RecordKey
from linksync.storage import SqlStorage
from linksync.tokens import Token
storage = SqlStorage(sys.argv[1])
company = CompanyId(sys.argv[2])
name = sys.argv[3]
"""


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/links.db"


@pytest.fixture
def storage(url: str) -> Iterator[SqlStorage]:
    storage = SqlStorage(url)
    yield storage
    storage.close()


def start(url: str, script: str, name: str) -> subprocess.Popen[str]:
    """Start a process that runs *script* with `storage`, `company` and `name`."""
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", PREAMBLE + script, url, COMPANY, name],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> str:
    """Return what *process* printed, and fail when it failed."""
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    return output


def test_processes_that_open_a_new_file_at_once_make_one_schema(url: str, storage: SqlStorage) -> None:
    """Whoever comes first makes it, the others find it."""
    processes = [start(url, "storage.migrate(); print('made')", str(number)) for number in range(4)]

    outputs = [finish(process) for process in processes]

    assert outputs == ["made\n"] * 4
    assert storage.jobs.counts(COMPANY) == {}


def test_nothing_enqueued_by_processes_is_lost_or_done_twice(url: str, storage: SqlStorage) -> None:
    """Producers and workers on one file, with no database locked."""
    produce = """
for number in range(40):
    storage.jobs.enqueue([JobRequest(company=company, record=RecordKey("customer", f"{name}{number}"),
                                     reason=Reason.PROMOTE)])
"""
    work = """
import time
idle = 0
while idle < 40:
    held = storage.jobs.claim(name, limit=5, lease=timedelta(minutes=5))
    if held is None or not held.jobs:
        idle += 1
        time.sleep(0.02)
        continue
    for job in held.jobs:
        print(job.record.id)
    storage.jobs.settle(held, [JobOutcome(job_id=job.id, state=JobState.SUCCESS) for job in held.jobs])
    storage.jobs.release(held)
"""
    processes = [start(url, produce, name) for name in ("a", "b")]
    processes += [start(url, work, name) for name in ("v", "w")]

    done = "".join(finish(process) for process in processes).split()

    assert sorted(done) == sorted(f"{name}{number}" for name in "ab" for number in range(40))
    assert storage.jobs.counts(COMPANY) == {JobState.SUCCESS: 80}


def test_a_killed_process_leaves_its_claim_to_the_next(url: str, storage: SqlStorage) -> None:
    """What it wrote before it died is there, what it was writing is not."""
    enqueue(storage, 1, 2)
    script = """
import os, signal
held = storage.jobs.claim(name, limit=5, lease=timedelta(milliseconds=1))
with storage.transaction():
    storage.jobs.enqueue([JobRequest(company=company, record=RecordKey("customer", "3"), reason=Reason.PROMOTE)])
    os.kill(os.getpid(), signal.SIGKILL)
"""
    process = start(url, script, "victim")
    process.communicate(timeout=60)

    held = claim(storage, "heir")

    assert process.returncode == -signal.SIGKILL
    assert [(job.record.id, job.crashes) for job in held.jobs] == [("1", 1), ("2", 1)]


def test_of_several_processes_one_refreshes_a_token(url: str, storage: SqlStorage) -> None:
    """The others wait and use what it got."""
    now = datetime.now(UTC)
    storage.tokens.save(
        COMPANY, Token(access_token="a", refresh_token="r", expires_at=now + timedelta(hours=1))
    )
    script = """
import time
def renew(token):
    print("renewed", flush=True)
    time.sleep(0.5)
    return Token(access_token="by " + name, refresh_token="r2", expires_at=datetime.now(UTC))
stale = storage.tokens.find(company)
print("ready", flush=True)
sys.stdin.read()
print(storage.tokens.refresh(company, stale, renew).version)
"""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", PREAMBLE + script, url, COMPANY, str(number)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(3)
    ]

    ready = [process.stdout.readline() for process in processes]
    output = "".join(process.communicate(timeout=60)[0] for process in processes)

    assert ready == ["ready\n"] * 3
    assert sorted(output.split()) == ["2", "2", "2", "renewed"]


def test_a_dead_refresher_keeps_the_others_waiting_for_a_minute(tmp_path: Path) -> None:
    """Then its lease has ended, and one of them refreshes."""
    clock = FakeClock()
    storage = SqlStorage(f"sqlite:///{tmp_path}/links.db", clock=clock)
    now = clock.now()
    kept = storage.tokens.save(
        COMPANY, Token(access_token="a", refresh_token="r", expires_at=now + timedelta(hours=1))
    )
    storage.tokens._take_lease(COMPANY, "a process that died")

    refreshed = storage.tokens.refresh(COMPANY, kept, lambda token: token)

    assert refreshed.version == 2
    assert timedelta(seconds=59) < clock.now() - now < timedelta(seconds=62)
    storage.close()


def test_a_child_process_uses_connections_of_its_own(storage: SqlStorage) -> None:
    """A connection is never used by another process than opened it, and both go on."""
    enqueue(storage, 1)
    child = os.fork()
    if child == 0:
        status = 1
        try:
            enqueue(storage, 2)
            storage.close()
            status = 0 if len(storage._sessions._idle) == 0 else 2
        finally:
            os._exit(status)

    _, status = os.waitpid(child, 0)
    enqueue(storage, 3)

    assert os.waitstatus_to_exitcode(status) == 0
    assert storage.jobs.counts(COMPANY) == {JobState.QUEUED: 3}


def test_a_fork_within_a_transaction_leaves_it_to_the_parent(storage: SqlStorage) -> None:
    """The child can neither keep nor undo it, and is told."""
    storage.migrate()
    reader, writer = os.pipe()
    with storage.transaction():
        enqueue(storage, 1)
        child = _fork_within(storage, writer)
        if child:
            os.close(writer)
            _, status = os.waitpid(child, 0)
    with os.fdopen(reader) as told:
        message = told.read()

    assert os.waitstatus_to_exitcode(status) == 0
    assert "forked within a transaction" in message
    assert storage.jobs.counts(COMPANY) == {JobState.QUEUED: 1}


def _fork_within(storage: SqlStorage, writer: int) -> int:
    """Fork in an open transaction; the child tries to end one that it inherited, and tells how that went."""
    session = storage._sessions._current()
    assert session is not None
    part = session.transaction(["BEGIN IMMEDIATE"])
    part.__enter__()
    child = os.fork()
    if child:
        part.__exit__(None, None, None)
        return child
    try:
        part.__exit__(None, None, None)
    except StorageError as error:
        os.write(writer, str(error).encode())
        os._exit(0 if storage._sessions._current() is None else 2)
    finally:
        os._exit(1)


def test_threads_have_transactions_of_their_own(storage: SqlStorage) -> None:
    """A transaction in one thread is invisible to another until it is kept."""
    storage.migrate()
    seen: list[int] = []

    def look() -> None:
        seen.append(len(storage.links.find_by_local(OTHER, "customer", ["1"])))

    with storage.transaction():
        storage.links.save([link(1, company=OTHER)])
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()

    look()
    assert seen == [0, 1]


def test_a_wish_outlives_the_process_that_had_it(url: str, storage: SqlStorage) -> None:
    """An enqueue is durable when it returns, even if the process is killed at once."""
    script = """
import os, signal
storage.jobs.enqueue([JobRequest(company=company, record=RecordKey("customer", "1"), reason=Reason.PROMOTE)])
os.kill(os.getpid(), signal.SIGKILL)
"""
    process = start(url, script, "victim")
    process.communicate(timeout=60)

    job = job_of(storage, customer(1))

    assert job.state is JobState.QUEUED
    assert records_of(claim(storage).jobs) == ["1"]


def test_a_renewed_token_outlasts_a_database_that_is_away(
    storage: SqlStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its predecessor may be worth nothing any more, so it is not given up at once."""
    now = datetime.now(UTC)
    kept = storage.tokens.save(COMPANY, Token(access_token="a", refresh_token="r", expires_at=now))
    save, refusals = storage.tokens.save, iter(range(3))

    def save_after_a_while(company: CompanyId, token: Token) -> Token:
        if next(refusals, None) is not None:
            raise ConnectionLostError("the server restarts")
        return save(company, token)

    monkeypatch.setattr(storage.tokens, "save", save_after_a_while)
    monkeypatch.setattr(tokens, "_LONG_PAUSE_SECONDS", 0)

    renewed = storage.tokens.refresh(
        COMPANY, kept, lambda _: Token(access_token="b", refresh_token="r2", expires_at=now)
    )

    assert (renewed.refresh_token, renewed.version) == ("r2", 2)
