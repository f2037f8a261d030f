"""How SQLite is opened, what is set on it, and what its errors become."""

import os
import sqlite3
import stat
import tempfile
import threading
import traceback
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from linksync.errors import ConfigurationError, StorageError
from linksync.jobs import JobState
from linksync.storage import SqlStorage
from linksync.storage.sql.connection import Session
from linksync.storage.sql.texts import Migration
from linksync.testing.clock import FakeClock
from linksync.testing.contracts.suite import COMPANY, claim, customer, enqueue, link, settle_all, wish


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "links.db"


@pytest.fixture
def storage(file: Path) -> Iterator[SqlStorage]:
    storage = SqlStorage(f"sqlite:///{file}", clock=FakeClock(), busy_timeout=timedelta(milliseconds=50))
    yield storage
    storage.close()


def pragma(storage: SqlStorage, name: str) -> object:
    with storage._sessions.use() as session:
        return session._connection.cursor().execute(f"PRAGMA {name}").fetchone()[0]


def test_nothing_is_opened_before_the_first_use(file: Path, storage: SqlStorage) -> None:
    before = file.exists()

    storage.links.count_links(COMPANY)

    assert (before, file.exists()) == (False, True)


@pytest.mark.parametrize(
    ("name", "value"),
    [("journal_mode", "wal"), ("foreign_keys", 1), ("synchronous", 2), ("busy_timeout", 50)],
)
def test_a_connection_is_set_for_safety(storage: SqlStorage, name: str, value: object) -> None:
    """Write-ahead log, foreign keys, synchronous FULL (2), a bounded wait."""
    assert pragma(storage, name) == value


def test_a_factorys_connections_keep_their_synchronous_setting(file: Path) -> None:
    """The host chooses how much a power cut may cost it."""

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(file, check_same_thread=False)
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.row_factory = sqlite3.Row
        return connection

    storage = SqlStorage(connect=connect)

    assert (pragma(storage, "synchronous"), pragma(storage, "foreign_keys")) == (1, 1)
    enqueue(storage, 1)
    assert storage.jobs.counts(COMPANY) == {JobState.QUEUED: 1}
    storage.close()


def run_at(storage: SqlStorage, what: Callable[[], object]) -> list[str]:
    """Return the transactions and settings of *what*, as its connection sees them."""
    seen: list[str] = []
    with storage._sessions.use() as session:
        connection = session._connection
        assert isinstance(connection, sqlite3.Connection)
        connection.set_trace_callback(seen.append)
        what()
        connection.set_trace_callback(None)
    return [text for text in seen if text.startswith(("PRAGMA", "BEGIN", "COMMIT", "ROLLBACK"))]


def test_a_claim_does_not_wait_for_the_disk(storage: SqlStorage) -> None:
    """Should a power cut forget it, its worker is gone as well; whatever comes after it waits again."""
    enqueue(storage, 1)

    def claim_and_go_on() -> None:
        claim(storage)
        enqueue(storage, 2)

    assert run_at(storage, claim_and_go_on) == [
        "PRAGMA synchronous = NORMAL",
        "BEGIN IMMEDIATE",
        "COMMIT",
        "PRAGMA synchronous = FULL",
        "BEGIN IMMEDIATE",
        "COMMIT",
    ]


def test_a_statement_by_itself_waits_for_the_disk_after_a_claim(storage: SqlStorage) -> None:
    """As within a transaction."""
    enqueue(storage, 1)

    def claim_and_look() -> None:
        claim(storage)
        storage.jobs.get_gate(COMPANY)

    assert run_at(storage, claim_and_look)[-1] == "PRAGMA synchronous = FULL"


@pytest.mark.parametrize("moment", ["COMMIT", "BEGIN IMMEDIATE", "PRAGMA synchronous = NORMAL"])
def test_what_interrupts_a_claim_does_not_leave_its_setting(
    storage: SqlStorage, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """A time limit of the host's, or Ctrl-C, comes at any moment; here right after a statement."""
    enqueue(storage, 1)
    send = Session._send

    def send_and_stop(session: Session, text: str, parameters: dict[str, object] | None) -> object:
        sent = send(session, text, parameters)
        if text == moment:
            raise KeyboardInterrupt
        return sent

    monkeypatch.setattr(Session, "_send", send_and_stop)
    with pytest.raises(KeyboardInterrupt):
        claim(storage)
    monkeypatch.undo()

    def write() -> None:
        enqueue(storage, 2)
        assert pragma(storage, "synchronous") == 2

    run_at(storage, write)


def test_a_claim_that_fails_leaves_the_connection_as_it_was(file: Path, storage: SqlStorage) -> None:
    """Be it before its transaction has begun: the next write finds it so."""
    enqueue(storage, 1)
    with sqlite3.connect(file, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError, match="locked"):
            claim(storage)
        other.execute("ROLLBACK")
    other.close()

    enqueue(storage, 2)
    assert pragma(storage, "synchronous") == 2


def test_a_claim_within_a_transaction_is_as_durable_as_that(storage: SqlStorage) -> None:
    """SQLite does not change the setting in the midst of one."""
    enqueue(storage, 1)

    def claim_within() -> None:
        with storage.transaction():
            claim(storage)

    assert [text for text in run_at(storage, claim_within) if text.startswith("PRAGMA")] == []


def test_a_claim_on_a_factorys_connection_keeps_its_setting(file: Path) -> None:
    """The host's choice counts for claims, too."""
    storage = SqlStorage(connect=lambda: sqlite3.connect(file, check_same_thread=False))
    enqueue(storage, 1)

    assert [text for text in run_at(storage, lambda: claim(storage)) if text.startswith("PRAGMA")] == []
    storage.close()


def test_a_factorys_connections_are_used_from_any_thread(file: Path) -> None:
    """One that is bound to its thread is refused with the remedy."""
    storage = SqlStorage(connect=lambda: sqlite3.connect(file))
    storage.links.count_links(COMPANY)
    errors: list[Exception] = []

    def use() -> None:
        try:
            storage.links.count_links(COMPANY)
        except ConfigurationError as error:
            errors.append(error)

    thread = threading.Thread(target=use)
    thread.start()
    thread.join()

    assert [("check_same_thread=False" in str(error)) for error in errors] == [True]
    storage.close()


@pytest.mark.parametrize(
    "url",
    [
        "oracle://scott:tiger@db/crm",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite:///links.db?mode=ro",
        "links.db",
    ],
)
def test_a_url_that_names_no_file_is_refused(url: str) -> None:
    """By the constructor, without telling a password."""
    with pytest.raises(ConfigurationError, match="url") as caught:
        SqlStorage(url)

    assert "tiger" not in str(caught.value)


def test_url_or_factory(file: Path) -> None:
    """One of the two."""
    with pytest.raises(ConfigurationError, match="either url or connect"):
        SqlStorage()
    with pytest.raises(ConfigurationError, match="either url or connect"):
        SqlStorage(f"sqlite:///{file}", connect=lambda: sqlite3.connect(file))


@pytest.mark.parametrize("prefix", ["", "1st_", "a b", 'x"; DROP TABLE y; --', "ä_", "x" * 32])
def test_a_prefix_that_begins_no_name_is_refused(file: Path, prefix: str) -> None:
    """It becomes part of the statements, so it is checked."""
    with pytest.raises(ConfigurationError, match="table_prefix"):
        SqlStorage(f"sqlite:///{file}", table_prefix=prefix)


def test_two_storages_share_a_file_under_two_prefixes(file: Path) -> None:
    """Neither sees the other's rows."""
    one = SqlStorage(f"sqlite:///{file}", table_prefix="one_")
    two = SqlStorage(f"sqlite:///{file}", table_prefix="two_")

    enqueue(one, 1)

    assert (one.jobs.counts(COMPANY), two.jobs.counts(COMPANY)) == ({JobState.QUEUED: 1}, {})
    names = _names(file)
    assert {name.split("_")[0] for name in names if not name.startswith("sqlite_")} == {"one", "two"}
    one.close()
    two.close()


def test_a_path_is_relative_to_where_the_storage_was_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever the program goes before the first use."""
    monkeypatch.chdir(tmp_path)
    storage = SqlStorage("sqlite:///links.db")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")

    storage.migrate()

    assert (tmp_path / "links.db").exists()
    storage.close()


def test_what_was_written_is_there_after_the_storage_was_closed(file: Path, storage: SqlStorage) -> None:
    """Also for the storage itself, which opens the file again."""
    enqueue(storage, 1)

    storage.close()

    assert storage.jobs.counts(COMPANY) == {JobState.QUEUED: 1}
    other = SqlStorage(f"sqlite:///{file}")
    assert other.jobs.counts(COMPANY) == {JobState.QUEUED: 1}
    other.close()


def test_somebody_elses_lock_is_waited_for_and_then_told(file: Path, storage: SqlStorage) -> None:
    """The error names the file, the wait and the remedy, and nothing was done."""
    storage.migrate()
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(StorageError, match=r"links\.db was locked .* 0\.05 s.*connection="):
        enqueue(storage, 1)

    other.execute("ROLLBACK")
    other.close()
    assert storage.jobs.counts(COMPANY) == {}


def test_readers_do_not_wait_for_a_writer(file: Path, storage: SqlStorage) -> None:
    """They see what was committed before."""
    enqueue(storage, 1)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    counts = storage.jobs.counts(COMPANY)

    other.execute("ROLLBACK")
    other.close()
    assert counts == {JobState.QUEUED: 1}


def test_a_full_disk_is_told_and_nothing_is_half_done(storage: SqlStorage) -> None:
    """And what there is can still be read and written when there is room."""
    enqueue(storage, 1)
    with storage._sessions.use() as session:
        connection = session._connection
        pages = connection.cursor().execute("PRAGMA page_count").fetchone()[0]
        connection.cursor().execute(f"PRAGMA max_page_count = {pages}")

    with pytest.raises(StorageError, match="make room"):
        storage.jobs.enqueue([wish(customer(number)) for number in range(2, 5000)])

    assert storage.jobs.counts(COMPANY) == {JobState.QUEUED: 1}
    connection.cursor().execute("PRAGMA max_page_count = 1000000")
    enqueue(storage, 2)
    assert storage.jobs.counts(COMPANY) == {JobState.QUEUED: 2}


def test_a_full_disk_within_a_transaction_fails_the_whole(storage: SqlStorage) -> None:
    """SQLite may have ended the transaction by itself: then nothing of it is taken for kept."""
    storage.migrate()
    with storage._sessions.use() as session:
        connection = session._connection
        pages = connection.cursor().execute("PRAGMA page_count").fetchone()[0]
        connection.cursor().execute(f"PRAGMA max_page_count = {pages}")

    def write() -> None:
        with storage.transaction():
            storage.links.save([link(1, "58")])
            with pytest.raises(StorageError):
                storage.jobs.enqueue([wish(customer(number)) for number in range(5000)])
            connection.cursor().execute("ROLLBACK")

    with pytest.raises(StorageError, match="nothing of it was kept"):
        write()

    assert storage.links.count_links(COMPANY) == {}
    assert not storage.is_in_transaction()


def unprivileged(work: Callable[[], None]) -> None:
    """Do *work* as somebody whom permissions bind: for root, as nobody in a forked process."""
    if os.geteuid() != 0:
        work()
        return
    process = os.fork()
    if not process:
        code = 1
        try:
            os.setgid(65534)
            os.setuid(65534)
            work()
            code = 0
        except BaseException:  # noqa: BLE001 - the process ends here, whatever it was
            traceback.print_exc()
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0


def test_a_read_only_file_is_told() -> None:
    """With the remedy."""

    def write() -> None:
        with pytest.raises(StorageError, match="permissions"):
            enqueue(SqlStorage(f"sqlite:///{file}"), 1)

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "links.db"
        storage = SqlStorage(f"sqlite:///{file}")
        storage.migrate()
        storage.close()
        file.chmod(stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH)
        Path(folder).chmod(0o755)

        unprivileged(write)


def test_a_connection_that_may_only_read_is_told(file: Path) -> None:
    """With the remedy."""
    SqlStorage(f"sqlite:///{file}").migrate()
    storage = SqlStorage(
        connect=lambda: sqlite3.connect(f"file:{file}?mode=ro", uri=True, check_same_thread=False)
    )

    with pytest.raises(StorageError, match="cannot be written to"):
        enqueue(storage, 1)

    assert storage.jobs.counts(COMPANY) == {}
    storage.close()


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    """With the remedy."""
    storage = SqlStorage(f"sqlite:///{tmp_path}/none/links.db")

    with pytest.raises(StorageError, match="make its folder"):
        storage.migrate()


def test_a_file_that_is_no_database_is_told(file: Path, storage: SqlStorage) -> None:
    """And left as it is."""
    file.write_bytes(b"dear diary, " * 100)

    with pytest.raises(StorageError, match="no SQLite database"):
        storage.migrate()

    assert file.read_bytes().startswith(b"dear diary")


def test_a_missing_table_is_an_error_of_the_storage(file: Path, storage: SqlStorage) -> None:
    """Whatever the driver says comes as a `StorageError`."""
    storage.migrate()
    with sqlite3.connect(file) as other:
        other.execute("DROP TABLE linksync_run_count")
    other.close()

    with pytest.raises(StorageError, match="linksync_run_count"):
        storage.history.list_runs(COMPANY)


def test_a_newer_database_is_refused(file: Path, storage: SqlStorage) -> None:
    """Its tables may mean what this code does not know."""
    storage.migrate()
    storage.close()
    with sqlite3.connect(file) as other:
        other.execute(
            "INSERT INTO linksync_schema (version, oldest_code, applied_at) VALUES (99, 99, 'tomorrow')"
        )
    other.close()
    later = SqlStorage(f"sqlite:///{file}")

    with pytest.raises(StorageError, match=r"version 99.*upgrade linksync"):
        later.jobs.counts(COMPANY)

    later.close()


def test_a_newer_database_is_refused_on_the_hosts_connection_too(file: Path, storage: SqlStorage) -> None:
    """Before anything is written."""
    storage.migrate()
    host = sqlite3.connect(file)
    host.execute("INSERT INTO linksync_schema (version, oldest_code, applied_at) VALUES (99, 99, 'tomorrow')")

    with pytest.raises(StorageError, match="version 99"):
        storage.jobs.enqueue([wish(customer(1))], connection=host)

    host.rollback()
    host.close()


def test_a_schema_is_made_once(file: Path, storage: SqlStorage) -> None:
    """The second storage finds it as it is."""
    storage.migrate()
    names = _names(file)

    again = SqlStorage(f"sqlite:///{file}")
    again.migrate()

    assert _names(file) == names
    with sqlite3.connect(file) as other:
        assert other.execute("SELECT version FROM linksync_schema").fetchall() == [(1,), (2,), (3,)]
    other.close()
    again.close()


def test_a_schema_is_made_whole_or_not_at_all(
    file: Path, storage: SqlStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program that dies over it leaves no table behind."""
    first = storage._sessions._dialect.texts.migrations[0].statements
    monkeypatch.setattr(Migration, "statements", [*first[:5], "CREATE nonsense"])
    with pytest.raises(StorageError):
        storage.migrate()
    before = _names(file)
    monkeypatch.undo()

    storage.migrate()

    assert before == set()
    assert "linksync_token" in _names(file)


def test_what_belongs_to_a_run_goes_with_it(storage: SqlStorage) -> None:
    """Foreign keys are on: no row is left that belongs to nothing."""
    enqueue(storage, 1)
    settle_all(storage, claim(storage))

    with storage._sessions.use() as session:
        broken = session._connection.cursor().execute("PRAGMA foreign_key_check").fetchall()

    assert broken == []


def test_connections_are_used_again(storage: SqlStorage) -> None:
    """One for one thread, however many calls."""
    for number in range(5):
        enqueue(storage, number)

    assert len(storage._sessions._idle) == 1


def _names(file: Path) -> set[str]:
    connection = sqlite3.connect(file)
    try:
        return {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    finally:
        connection.close()
