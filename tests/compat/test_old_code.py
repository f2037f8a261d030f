"""Programs of an older linksync and of this one share a database, whichever made the tables."""

import json
import os
import subprocess
import sys
import tarfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from linksync.encryption.fernet import FernetCipher, generate_key
from linksync.jobs import JobState, LinkJob, Reason
from linksync.records import RecordKey
from linksync.storage import SqlStorage
from linksync.storage.sql.schema import newest
from linksync.storage.sql.texts import Texts
from tests.compat import program
from tests.compat.keep import HOME

KEPT = sorted(HOME.glob("schema_*.tar.xz"))
WITHOUT_CIPHERS = {"schema_1"}
LEASE = 0.4
"""Of workers that die, in seconds."""


class OldProgram:
    """The program, run by the code in *folder* on a database."""

    def __init__(self, folder: Path, url: str, schema: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, program.__file__, url, schema],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(folder)},
        )
        assert self._answer().startswith(str(folder)), "another linksync was found"

    def __call__(self, command: str) -> object:
        self._process.stdin.write(f"{command}\n")
        self._process.stdin.flush()
        return self._answer()

    def end(self) -> None:
        self._process.communicate()

    def _answer(self) -> object:
        return json.loads(self._process.stdout.readline())


def pytest_generate_tests(metafunc) -> None:
    """Run every test on each code that was kept, and on each database that it knows."""
    codes = {path.name.partition(".")[0]: path for path in KEPT}
    if "encrypted" in metafunc.fixturenames:
        codes = {name: path for name, path in codes.items() if name in WITHOUT_CIPHERS}
    if "place" not in metafunc.fixturenames:
        metafunc.parametrize("code", list(codes.values()), ids=list(codes), indirect=True)
        return
    cases = [(name, kind) for name, path in codes.items() for kind in known_to(path)]
    metafunc.parametrize(
        ("code", "place"),
        [(codes[name], kind) for name, kind in cases],
        ids=[f"{name}-{kind}" for name, kind in cases],
        indirect=True,
    )


def known_to(path: Path) -> list[str]:
    """Return the databases that a code that was kept knows."""
    with tarfile.open(path) as kept:
        names = set(kept.getnames())
    kinds = ("sqlite", "postgres", "mysql")
    return [kind for kind in kinds if f"linksync/storage/sql/{kind}/dialect.py" in names]


@pytest.fixture
def code(request, tmp_path) -> Path:
    """The folder of a code that was kept."""
    with tarfile.open(request.param) as kept:
        kept.extractall(tmp_path / "code", filter="data")
    return tmp_path / "code"


@pytest.fixture
def place(request, tmp_path) -> tuple[str, str]:
    """The URL of a database without tables, and the schema for them."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/links.db", ""
    database = request.getfixturevalue(request.param)
    return database.url, database.new_schema()


@pytest.fixture
def start_old(code, place):
    """Starts programs of the code that was kept."""
    started = list[OldProgram]()

    def start() -> OldProgram:
        started.append(OldProgram(code, *place))
        return started[-1]

    yield start
    for it in started:
        it.end()


@pytest.fixture
def new(place):
    """A storage of this code."""
    storage = SqlStorage(place[0], schema=place[1])
    yield storage
    storage.close()


@pytest.fixture
def encrypted(place):
    """A storage of this code with a cipher."""
    storage = SqlStorage(place[0], schema=place[1], cipher=FernetCipher(keys=[generate_key()]))
    yield storage
    storage.close()


def outlive() -> None:
    """Wait until a short lease has ended."""
    time.sleep(LEASE + 0.05)


def jobs_of(storage: SqlStorage) -> Sequence[LinkJob]:
    """Return all jobs."""
    return storage.jobs.list_jobs(program.COMPANY, states=list(JobState))


def as_told(storage: SqlStorage) -> object:
    """Return what *storage* tells as it would come from a program."""
    return json.loads(json.dumps(program.tell(storage)))


def test_new_code_goes_on_with_what_old_code_left(start_old, new):
    """It reads all of it, and ends what was under way."""
    old = start_old()
    old("write 1")
    old("leave 2")
    told = old("tell")

    found = as_told(new)
    program.finish(new, 2)
    program.write(new, 3)

    assert found == told
    assert as_told(new)["counts"] == {"success": 3}


def test_old_code_goes_on_with_what_new_code_left(start_old, new):
    """On tables that new code has made."""
    program.write(new, 1)
    program.leave(new, 2)
    told = as_told(new)
    old = start_old()

    found = old("tell")
    old("finish 2")
    old("write 3")

    assert found == told
    assert as_told(new)["counts"] == {"success": 3}


def test_old_code_goes_on_while_new_code_changes_the_schema(start_old, new):
    """The machines of a fleet are brought up to date one by one."""
    old = start_old()
    old("write 1")
    old("leave 2")

    new.migrate()
    old("finish 2")
    program.write(new, 3)
    old("write 4")

    assert old("tell") == as_told(new)
    assert as_told(new)["counts"] == {"success": 4}


def test_what_dead_workers_of_either_code_had_is_put_back_once(start_old, new):
    """One after the other dies over the same job, and each finds it; a death is counted at once, or with the next."""
    old = start_old()
    program.wish(new, 1, "promote")

    taken = list[object]()
    for number in (1, 2):
        taken.append(program.take(new, f"new-{number}", LEASE))
        outlive()
        taken.append(old(f"take old-{number} {LEASE}"))
        outlive()
    taken.append(program.take(new, "new-3", 60))
    (job,) = jobs_of(new)
    program.settle(new, "new-3", "success")

    assert taken == [["1"]] * 5
    assert job.state is JobState.RUNNING
    assert job.crashes in {2, 3, 4}
    assert new.jobs.counts(program.COMPANY) == {JobState.SUCCESS: 1}


@pytest.mark.parametrize("way", ["settle old-1 queued", "release old-1"])
def test_what_old_code_took_over_and_gave_back_is_handed_out_by_new_code(start_old, new, way):
    """And by old code again, whoever died with it in hand before."""
    old = start_old()
    for number in (1, 2):
        program.wish(new, number, "promote")
    program.take(new, "new-1", LEASE)
    outlive()

    old("take old-1 60")
    old(way)
    old("release old-1")
    taken = program.take(new, "new-2", 60)
    program.release(new, "new-2")

    assert sorted(taken) == ["1", "2"]
    assert {job.crashes for job in jobs_of(new)} == {1}
    assert sorted(old("work old-2")) == ["1", "2"]
    assert new.jobs.counts(program.COMPANY) == {JobState.SUCCESS: 2}


@pytest.mark.parametrize("first", ["old", "new", "both"])
def test_a_wish_of_old_code_for_a_job_that_new_code_runs_is_done(start_old, new, first):
    """Whatever other wishes come before it or after it: once more, for its reason."""
    old = start_old()
    program.wish(new, 1, "changed")
    program.take(new, "new-1", 60)

    if first in ("new", "both"):
        program.wish(new, 1, "reference")
    old("wish 1 promote")
    if first in ("old", "both"):
        program.wish(new, 1, "reference")
    program.settle(new, "new-1", "success")

    job = new.jobs.find_by_records(program.COMPANY, [RecordKey("customer", "1")])[RecordKey("customer", "1")]
    assert job.state is JobState.QUEUED
    assert job.reasons >= {Reason.PROMOTE, Reason.REFERENCE}
    program.release(new, "new-1")
    assert old("work old-1") == ["1"]


def test_each_job_is_done_once_by_workers_of_both_codes(start_old, new):
    """Who work side by side, while both enqueue more."""
    old, producer = start_old(), start_old()
    new.migrate()
    numbers = range(60)
    done = list[str]()

    def produce() -> None:
        for number in numbers:
            if number % 2:
                program.wish(new, number, "promote")
            else:
                producer(f"wish {number} promote")

    with ThreadPoolExecutor(1) as pool:
        producing = pool.submit(produce)
        while not producing.done():
            with ThreadPoolExecutor(1) as beside:
                working = beside.submit(old, "work old-1")
                done += program.work(new, "new-1")
                done += working.result()
        producing.result()
    done += program.work(new, "new-1")

    assert sorted(map(int, done)) == list(numbers)
    assert new.jobs.counts(program.COMPANY) == {JobState.SUCCESS: 60}


def test_old_code_is_shut_out_when_it_could_not_read_what_is_kept(start_old, encrypted):
    """A cipher takes code that knows of ciphers."""
    program.write(encrypted, 1)

    told = start_old()("write 2")

    assert told.startswith("SchemaError: ")
    assert told.endswith("upgrade linksync")


def test_the_code_before_the_newest_schema_is_kept(code):
    """Without it these tests would try nothing."""
    last = max(
        newest(Texts(package=f"linksync.storage.sql.{kind}", prefix="linksync_"))
        for kind in ("sqlite", "postgres", "mysql")
    )

    assert [path.name for path in KEPT] == [f"schema_{version}.tar.xz" for version in range(1, last)]
    assert (code / "linksync/storage/sql/storage.py").is_file()
