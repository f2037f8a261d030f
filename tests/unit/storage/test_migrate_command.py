"""`python -m linksync.storage.sql migrate`: the tables made, looked at or printed."""

import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from linksync.errors import SchemaError
from linksync.storage import SqlStorage
from linksync.storage.sql.__main__ import main
from linksync.testing.contracts.suite import COMPANY, enqueue


@pytest.fixture(params=["sqlite", "postgres", "mysql"])
def place(request, tmp_path):
    """The arguments that name a database without tables, and what `SqlStorage` takes for them."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/links.db"
        return [url, "--prefix", "crm_"], {"url": url, "table_prefix": "crm_"}
    database = request.getfixturevalue(request.param)
    schema = database.new_schema()
    return [database.url, "--schema", schema], {"url": database.url, "schema": schema}


@pytest.fixture
def file(tmp_path):
    return tmp_path / "links.db"


def migrate(*arguments: str) -> int:
    return main(["migrate", *arguments])


def test_it_makes_the_tables(place, capsys):
    """And says how far they are."""
    arguments, settings = place

    code = migrate(*arguments)

    with closing(SqlStorage(**settings, auto_migrate=False)) as storage:
        enqueue(storage, 1)
        version = changes_of(storage)[-1].version
    assert code == 0
    assert capsys.readouterr().out.endswith(f": version {version}, up to date\n")


def test_check_tells_what_is_missing_and_makes_nothing(place, capsys):
    """By its exit code too."""
    arguments, settings = place
    with closing(SqlStorage(**settings)) as storage:
        names = [f"{it.version:04} {it.name}" for it in changes_of(storage)]

    before = migrate(*arguments, "--check")
    told = capsys.readouterr().out
    still = migrate(*arguments, "--check")
    migrate(*arguments)
    after = migrate(*arguments, "--check")

    assert (before, still, after) == (1, 1, 0)
    assert names[:2] == ["0001 first", "0002 encryption"]
    assert told.endswith(f": version 0, lacks {', '.join(names)}\n")


def test_what_print_prints_makes_the_tables(file, capsys):
    """It is the whole of it, for whoever may change the database."""
    migrate(f"sqlite:///{file}", "--print", "--from", "0")
    script = capsys.readouterr().out

    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.executescript(script)

    assert migrate(f"sqlite:///{file}", "--check") == 0
    with closing(SqlStorage(f"sqlite:///{file}", auto_migrate=False)) as storage:
        enqueue(storage, 1)


def test_what_print_prints_takes_older_tables_further(file, capsys):
    """Only what is missing is printed."""
    migrate(f"sqlite:///{file}", "--print", "--from", "0")
    first, _, rest = capsys.readouterr().out.partition("CREATE TABLE linksync_encryption")
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.executescript(first + "COMMIT;")
        migrate(f"sqlite:///{file}", "--print")
        script = capsys.readouterr().out
        connection.executescript(script)

    assert rest
    assert script.startswith("-- linksync: 0002 encryption, 0003 tuning\n")
    assert "linksync_link " not in script
    assert migrate(f"sqlite:///{file}", "--check") == 0


def test_print_looks_at_a_server_and_changes_nothing(place, capsys):
    """The schema is a part of what is printed."""
    arguments, settings = place

    code = migrate(*arguments, "--print")

    script = capsys.readouterr().out
    assert code == 0
    assert "linksync: 0001 first, 0002 encryption" in script
    if "schema" in settings:
        assert f"CREATE SCHEMA IF NOT EXISTS {settings['schema']};" in script
    assert migrate(*arguments, "--check") == 1


def test_there_may_be_nothing_to_print(file, capsys):
    """Which is a comment of SQL, too."""
    migrate(f"sqlite:///{file}")
    capsys.readouterr()

    migrate(f"sqlite:///{file}", "--print")

    assert capsys.readouterr().out == "-- linksync's tables are of version 3: there is nothing to do\n"


def test_newer_tables_that_this_code_may_use_are_fine(file, capsys):
    """And told so."""
    note(file, version=4, oldest_code=3)

    code = migrate(f"sqlite:///{file}", "--check")

    assert code == 0
    assert capsys.readouterr().out.endswith(": version 4, newer than this code's 3, which may use them\n")


@pytest.mark.parametrize("option", [["--check"], ["--print"], []])
def test_newer_tables_that_this_code_may_not_use_are_an_error(file, capsys, option):
    """Whatever was asked for."""
    note(file, version=9, oldest_code=9)

    code = migrate(f"sqlite:///{file}", *option)

    assert code == 2
    assert "upgrade linksync" in capsys.readouterr().err


def changes_of(storage):
    """Return the changes of the schema that *storage* knows."""
    return storage._sessions._dialect.texts.migrations


def note(file, **columns) -> None:
    with closing(SqlStorage(f"sqlite:///{file}")) as storage:
        storage.migrate()
        with storage._sessions.write() as session:
            session.change("schema.note", **columns, now="later")


def test_what_cannot_be_done_is_told_on_the_error_output(tmp_path, capsys):
    """In one line, without a traceback."""
    code = migrate(f"sqlite:///{tmp_path}/no/such/folder/links.db")

    assert code == 2
    assert "make its folder" in capsys.readouterr().err


def test_the_url_may_come_from_the_environment(file, monkeypatch):
    """Where no list of processes shows its password."""
    monkeypatch.setenv("LINKSYNC_DATABASE_URL", f"sqlite:///{file}")

    assert migrate() == 0
    assert migrate("--check") == 0


@pytest.mark.parametrize("arguments", [[], ["sqlite:///x.db", "--from", "0"], ["x", "--check", "--print"]])
def test_what_makes_no_sense_is_refused(arguments, monkeypatch, capsys):
    """With the usage."""
    monkeypatch.delenv("LINKSYNC_DATABASE_URL", raising=False)

    with pytest.raises(SystemExit):
        migrate(*arguments)

    assert "usage: python -m linksync.storage.sql" in capsys.readouterr().err


def test_it_is_a_program(file):
    """As a script of a deployment calls it."""
    done = subprocess.run(
        [sys.executable, "-m", "linksync.storage.sql", "migrate", f"sqlite:///{file}", "--check"],
        capture_output=True,
        check=False,
        text=True,
    )

    assert done.returncode == 1
    assert "lacks 0001 first" in done.stdout


def test_a_storage_that_may_not_migrate_says_what_is_missing(place):
    """And who makes it."""
    with (
        closing(SqlStorage(**place[1], auto_migrate=False)) as storage,
        pytest.raises(
            SchemaError, match=r"lacks linksync's tables; let 'python -m linksync.storage.sql migrate'"
        ),
    ):
        storage.jobs.counts(COMPANY)


def test_a_storage_that_may_not_migrate_says_how_old_the_tables_are(file, capsys):
    """And what it needs."""
    migrate(f"sqlite:///{file}", "--print", "--from", "0")
    first = capsys.readouterr().out.partition("CREATE TABLE linksync_encryption")[0]
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.executescript(first + "COMMIT;")

    with (
        closing(SqlStorage(f"sqlite:///{file}", auto_migrate=False)) as storage,
        pytest.raises(SchemaError, match=r"are of version 1, this code needs 3; let"),
    ):
        storage.jobs.counts(COMPANY)


def test_a_storage_that_may_not_migrate_does_so_when_it_is_told_to(place):
    """The call says it."""
    with closing(SqlStorage(**place[1], auto_migrate=False)) as storage:
        storage.migrate()

        enqueue(storage, 1)

        assert len(storage.jobs.counts(COMPANY)) == 1
