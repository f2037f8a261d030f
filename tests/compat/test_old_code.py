"""Programs of an older linksync and of this one share a database, whichever made the tables."""

import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from linksync.encryption.fernet import FernetCipher, generate_key
from linksync.storage import SqlStorage
from tests.compat import program
from tests.compat.keep import HOME

KEPT = sorted(HOME.glob("schema_*.tar.xz"))
WITHOUT_CIPHERS = {"schema_1"}


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


def test_old_code_is_shut_out_when_it_could_not_read_what_is_kept(start_old, encrypted):
    """A cipher takes code that knows of ciphers."""
    program.write(encrypted, 1)

    told = start_old()("write 2")

    assert told.startswith("SchemaError: ")
    assert told.endswith("upgrade linksync")


def test_the_code_before_the_newest_schema_is_kept(code):
    """Without it these tests would try nothing."""
    changes = SqlStorage("sqlite:///unused.db")._sessions._dialect.texts.migrations

    assert [path.name for path in KEPT] == [f"schema_{it.version}.tar.xz" for it in changes[:-1]]
    assert (code / "linksync/storage/sql/storage.py").is_file()
