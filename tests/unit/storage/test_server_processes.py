"""Several processes on one database of a server."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from linksync.jobs import JobState
from linksync.storage import SqlStorage
from linksync.testing.contracts.suite import (
    COMPANY,
    OTHER,
    claim,
    customer,
    enqueue,
    job_of,
    records_of,
    settle_all,
)
from linksync.tokens import Token
from tests.servers import Database

PREAMBLE = """
import sys, time
from datetime import UTC, datetime, timedelta
from linksync.jobs import JobOutcome, JobRequest, JobState, Reason
from linksync.records import CompanyId, RecordKey
from linksync.storage import SqlStorage
from linksync.tokens import Token
storage = SqlStorage(sys.argv[1], schema=sys.argv[2])
companies = [CompanyId(company) for company in sys.argv[3].split()]
name = sys.argv[4]
given_up = []
translate = storage._sessions._dialect.translate
def note(error, parameters=None):
    given_up.append(str(error))
    return translate(error, parameters)
storage._sessions._dialect.translate = note
def wish(company, record_id):
    return JobRequest(company=company, record=RecordKey("customer", record_id), reason=Reason.PROMOTE)
"""


@pytest.fixture(params=["postgres", "mysql"])
def database(request: pytest.FixtureRequest) -> Database:
    return request.getfixturevalue(request.param)


@pytest.fixture
def schema(database: Database) -> str:
    return database.emptied_schema()


@pytest.fixture
def storage(database: Database, schema: str) -> Iterator[SqlStorage]:
    storage = SqlStorage(database.url, schema=schema)
    yield storage
    storage.close()


@pytest.fixture
def start(database: Database, schema: str):
    """Starts a process that runs a script with `storage`, `companies`, `name` and `wish`."""

    def run(script: str, name: str, **streams: int) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [
                sys.executable,
                "-W",
                "error",
                "-c",
                PREAMBLE + script,
                database.url,
                schema,
                f"{COMPANY} {OTHER}",
                name,
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **streams,
        )

    return run


def finish(process: subprocess.Popen[str]) -> str:
    """Return what *process* printed, and fail when it failed."""
    output, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    return output


def test_nothing_enqueued_by_processes_is_lost_or_done_twice(start, storage: SqlStorage) -> None:
    """Producers and workers on the same companies, and nobody is given up for another's sake."""
    produce = """
for number in range(30):
    storage.jobs.enqueue([wish(company, f"{name}{number}") for company in companies[:: 1 if name == "a" else -1]])
assert given_up == [], given_up
"""
    work = """
idle = 0
while idle < 60:
    held = storage.jobs.claim(name, limit=5, lease=timedelta(minutes=5))
    if held is None or not held.jobs:
        idle += 1
        time.sleep(0.02)
        continue
    idle = 0
    for job in held.jobs:
        print(job.company, job.record.id)
    storage.jobs.settle(held, [JobOutcome(job_id=job.id, state=JobState.SUCCESS) for job in held.jobs])
    storage.jobs.release(held)
assert given_up == [], given_up
"""
    processes = [start(produce, name) for name in "ab"] + [start(work, name) for name in "vw"]

    done = "".join(finish(process) for process in processes).splitlines()

    assert sorted(done) == sorted(
        f"{company} {name}{number}" for company in (COMPANY, OTHER) for name in "ab" for number in range(30)
    )
    assert storage.jobs.counts(COMPANY) == storage.jobs.counts(OTHER) == {JobState.SUCCESS: 60}


def test_what_changes_while_its_job_runs_runs_again(start, storage: SqlStorage) -> None:
    """Processes that enqueue the same record over and over, and one that settles it: the last wish leads to a run."""
    produce = """
for number in range(60):
    storage.jobs.enqueue([wish(companies[0], "1")])
assert given_up == [], given_up
"""
    producers = [start(produce, name) for name in "ab"]
    generations = [0]

    while any(process.poll() is None for process in producers) or storage.jobs.counts(COMPANY).get(
        JobState.QUEUED
    ):
        held = storage.jobs.claim("worker", limit=1, lease=timedelta(minutes=5), company=COMPANY)
        if held is not None and held.jobs:
            generations.append(held.jobs[0].generation)
            settle_all(storage, held)

    assert [finish(process) for process in producers] == ["", ""]
    assert job_of(storage, customer(1)).state is JobState.SUCCESS
    assert 0 < len(generations) - 1 <= 120


def test_a_company_is_held_by_one_worker_at_a_time(start, storage: SqlStorage) -> None:
    """However many look for one at the same instant."""
    enqueue(storage, *range(20))
    enqueue(storage, *range(20), company=OTHER)
    script = """
print("ready", flush=True)
sys.stdin.read()
held = [storage.jobs.claim(name, limit=20, lease=timedelta(minutes=5)) for _ in range(2)]
print(*[claim.company for claim in held if claim is not None and claim.jobs])
"""
    processes = [start(script, str(number), stdin=subprocess.PIPE) for number in range(4)]
    assert [process.stdout.readline() for process in processes] == ["ready\n"] * 4

    held = "".join(finish(process) for process in processes).split()

    assert len(held) == len(set(held))
    assert set(held) <= {COMPANY, OTHER}


def test_a_killed_process_leaves_its_claim_to_the_next(start, storage: SqlStorage) -> None:
    """What it wrote before it died is there, what it was writing is not."""
    enqueue(storage, 1, 2)
    script = """
import os, signal
held = storage.jobs.claim(name, limit=5, lease=timedelta(milliseconds=1), company=companies[0])
with storage.transaction():
    storage.jobs.enqueue([wish(companies[0], "3")])
    os.kill(os.getpid(), signal.SIGKILL)
"""
    process = start(script, "victim")
    process.communicate(timeout=60)

    held = claim(storage, "heir", company=COMPANY)

    assert process.returncode == -signal.SIGKILL
    assert [(job.record.id, job.crashes) for job in held.jobs] == [("1", 1), ("2", 1)]


def test_a_wish_outlives_the_process_that_had_it(start, storage: SqlStorage) -> None:
    """An enqueue is durable when it returns, even if the process is killed at once."""
    script = """
import os, signal
storage.jobs.enqueue([wish(companies[0], "1")])
os.kill(os.getpid(), signal.SIGKILL)
"""
    start(script, "victim").communicate(timeout=60)

    assert job_of(storage, customer(1)).state is JobState.QUEUED
    assert records_of(claim(storage).jobs) == ["1"]


def test_of_several_processes_one_refreshes_a_token(start, storage: SqlStorage) -> None:
    """The others wait and use what it got."""
    now = datetime.now(UTC)
    storage.tokens.save(
        COMPANY, Token(access_token="a", refresh_token="r", expires_at=now + timedelta(hours=1))
    )
    script = """
def renew(token):
    print("renewed", flush=True)
    time.sleep(0.5)
    return Token(access_token="by " + name, refresh_token="r2", expires_at=datetime.now(UTC))
stale = storage.tokens.find(companies[0])
print("ready", flush=True)
sys.stdin.read()
print(storage.tokens.refresh(companies[0], stale, renew).version)
"""
    processes = [start(script, str(number), stdin=subprocess.PIPE) for number in range(3)]
    ready = [process.stdout.readline() for process in processes]

    output = "".join(finish(process) for process in processes)

    assert ready == ["ready\n"] * 3
    assert sorted(output.split()) == ["2", "2", "2", "renewed"]


def test_a_child_process_uses_connections_of_its_own(storage: SqlStorage) -> None:
    """A connection is never used by another process than opened it, and both go on."""
    enqueue(storage, 1)
    child = os.fork()
    if child == 0:
        status = 1
        try:
            enqueue(storage, 2)
            storage.close()
            status = 0
        finally:
            os._exit(status)

    _, status = os.waitpid(child, 0)
    enqueue(storage, 3)

    assert os.waitstatus_to_exitcode(status) == 0
    assert storage.jobs.counts(COMPANY) == {JobState.QUEUED: 3}
