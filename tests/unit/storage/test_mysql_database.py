"""How MariaDB and MySQL are opened, what is set on their connections, and what their errors become."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pymysql
import pytest
from pymysql.constants import ER

from linksync.errors import (
    ConfigurationError,
    ConnectionLostError,
    GivenUpError,
    SchemaError,
    StorageError,
    TakenError,
)
from linksync.history import Outcome, SyncResult
from linksync.jobs import GateState, JobState
from linksync.links import Link, LinkState
from linksync.records import CompanyId, RecordKey
from linksync.storage import SqlStorage
from linksync.storage.sql.texts import Migration
from linksync.testing.clock import FakeClock
from linksync.testing.contracts.suite import COMPANY, claim, customer, enqueue, link, settle_all, wish
from tests.servers import Database

A, B = CompanyId("a"), CompanyId("b")


@pytest.fixture
def schema(mysql: Database) -> str:
    return mysql.emptied_schema()


@pytest.fixture
def storage(mysql: Database, schema: str) -> Iterator[SqlStorage]:
    storage = SqlStorage(mysql.url, schema=schema, clock=FakeClock())
    yield storage
    storage.close()


@pytest.fixture
def impatient(mysql: Database, schema: str) -> Iterator[SqlStorage]:
    """A storage that waits as briefly as can be."""
    storage = SqlStorage(mysql.url, schema=schema, clock=FakeClock(), busy_timeout=timedelta(milliseconds=50))
    yield storage
    storage.close()


@pytest.fixture
def fresh(mysql: Database) -> Iterator[SqlStorage]:
    """A storage without tables."""
    storage = SqlStorage(mysql.url, schema=mysql.new_schema(), clock=FakeClock())
    yield storage
    storage.close()


def open_raw(mysql: Database, schema: str, **settings: Any) -> "pymysql.Connection[Any]":
    parts = urlsplit(mysql.url)
    return pymysql.connect(
        host=parts.hostname,
        port=parts.port or 3306,
        user=parts.username,
        password=parts.password or "",
        database=schema,
        **settings,
    )


@pytest.fixture
def other(mysql: Database, schema: str) -> Iterator["pymysql.Connection[Any]"]:
    """Somebody else's connection, in a transaction of theirs."""
    connection = open_raw(mysql, schema)
    yield connection
    with suppress(pymysql.Error):
        connection.close()


def ask(storage: SqlStorage, question: str) -> Any:
    with storage._sessions.use() as session:
        cursor = session._connection.cursor()
        cursor.execute(question)
        return cursor.fetchone()[0]


def lock(connection: "pymysql.Connection[Any]", company: str) -> None:
    connection.cursor().execute("SELECT 1 FROM linksync_gate WHERE company = %s FOR UPDATE", (company,))


# Opening


@pytest.mark.parametrize(
    "url",
    [
        "mysql://crm:tiger@db",
        "mysql://crm:tiger@db/",
        "mysql://crm:tiger@db/crm/customers",
        "mysql://crm:tiger@db:port/crm",
        "mysql://crm:tiger@db/crm?cursorclass=x",
        "mysql://crm:tiger@db/crm?connect_timeout=soon",
        "mariadb://crm:tiger@[db/crm",
    ],
)
def test_a_url_that_names_no_database_is_refused(url: str) -> None:
    """By the constructor, without telling the password."""
    with pytest.raises(ConfigurationError, match="url") as caught:
        SqlStorage(url)

    assert "tiger" not in str(caught.value)


def test_a_url_says_how_to_connect() -> None:
    """Encoded as URLs are, with what PyMySQL wants to know of the connection; messages say it without the password."""
    storage = SqlStorage(
        "mariadb+pymysql://c%40m:p%2Fw@db.example/crm?ssl_ca=/ca.pem&ssl_verify_identity=true"
    )
    dialect: Any = storage._sessions._dialect

    arguments = dialect._address.arguments

    assert {name: arguments[name] for name in ("host", "port", "user", "password", "database")} == {
        "host": "db.example",
        "port": 3306,
        "user": "c@m",
        "password": "p/w",
        "database": "crm",
    }
    assert (arguments["ssl_ca"], arguments["ssl_verify_identity"]) == ("/ca.pem", True)
    assert dialect.place == "the MySQL database crm on db.example:3306"
    assert "p/w" not in repr(dialect._address)


def test_a_server_that_does_not_answer_is_told() -> None:
    """With its place, as a connection that is lost."""
    storage = SqlStorage("mysql://crm:tiger@127.0.0.1:1/crm")

    with pytest.raises(ConnectionLostError, match=r"crm on 127\.0\.0\.1:1 does not answer") as caught:
        storage.links.count_links(COMPANY)

    assert "tiger" not in str(caught.value)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("SELECT @@session.sql_mode LIKE '%STRICT_ALL_TABLES%'", 1),
        ("SELECT @@session.innodb_lock_wait_timeout", 1),
        ("SELECT @@session.lock_wait_timeout", 1),
        ("SELECT @@session.autocommit", 1),
        ("SELECT @@session.character_set_client", "utf8mb4"),
    ],
)
def test_a_connection_is_set_for_safety(impatient: SqlStorage, question: str, answer: object) -> None:
    """Nothing is cut off, nobody waits for ever, whatever the server's own settings are."""
    assert ask(impatient, question) == answer


def test_writers_see_what_others_have_just_committed_and_readers_one_state(storage: SqlStorage) -> None:
    """READ COMMITTED after a wait for a lock; a snapshot for what is put together from several statements."""
    enqueue(storage, 1)
    seen = {}

    for name in ("write", "read"):
        with getattr(storage._sessions, name)() as session:
            session.run("jobs.counts", company=COMPANY)
            with ThreadPoolExecutor(1) as pool:
                pool.submit(enqueue, storage, 2 if name == "write" else 3).result()
            seen[name] = dict(session.run("jobs.counts", company=COMPANY))["ready"]

    assert seen == {"write": 2, "read": 2}


def test_a_factorys_connections_are_set_as_linksync_needs_them(mysql: Database, schema: str) -> None:
    """Whatever the host's way with rows, text and transactions is."""

    def connect() -> "pymysql.Connection[Any]":
        return open_raw(
            mysql,
            schema,
            cursorclass=pymysql.cursors.DictCursor,
            charset="latin1",
            autocommit=False,
            sql_mode="ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES",
        )

    storage = SqlStorage(connect=connect, database="mysql")
    record = RecordKey("customer", "Ærø \\ 株式会社 🧾")
    storage.jobs.enqueue([wish(record)])

    assert list(storage.jobs.find_by_records(COMPANY, [record])) == [record]
    storage.close()


def test_a_server_that_is_too_old_is_refused(storage: SqlStorage) -> None:
    """With its version and the one that is needed; MariaDB's own numbers are not taken for MySQL's."""
    dialect: Any = storage._sessions._dialect
    refused = {}

    for told in (
        "5.5.5-10.5.29-MariaDB",
        "8.0.16",
        "10.6.0-MariaDB-log",
        "8.0.17-commercial",
        "12.1.2-MariaDB",
    ):
        try:
            dialect._check_version(told)
        except ConfigurationError as error:
            refused[told] = "MariaDB 10.6 or MySQL 8.0.17" in str(error)

    assert refused == {"5.5.5-10.5.29-MariaDB": True, "8.0.16": True}


# Tables


def test_two_storages_share_a_database_under_two_prefixes(mysql: Database) -> None:
    """Neither sees the other's rows."""
    schema = mysql.new_schema()
    one = SqlStorage(mysql.url, schema=schema, table_prefix="one_")
    two = SqlStorage(mysql.url, schema=schema, table_prefix="two_")

    enqueue(one, 1)

    with closing(one), closing(two):
        assert (one.jobs.counts(COMPANY), two.jobs.counts(COMPANY)) == ({JobState.QUEUED: 1}, {})
    assert {name.split("_")[0] for name in _tables(mysql, schema)} == {"one", "two"}


def test_a_schema_is_a_database_beside_that_of_the_connection(mysql: Database) -> None:
    """It is made when it is missing."""
    schema = mysql.new_schema()
    mysql.run(f"DROP SCHEMA {schema}")

    with closing(SqlStorage(mysql.url, schema=schema)) as storage:
        enqueue(storage, 1)

    assert "linksync_job" in _tables(mysql, schema)


def test_without_a_schema_the_tables_are_in_the_database_of_the_url(mysql: Database) -> None:
    schema = mysql.new_schema()
    url = mysql.url.rpartition("/")[0] + f"/{schema}"

    with closing(SqlStorage(url)) as storage:
        enqueue(storage, 1)
        assert storage.jobs.counts(COMPANY) == {JobState.QUEUED: 1}

    assert "linksync_job" in _tables(mysql, schema)


def test_tables_that_were_made_in_part_are_completed(
    mysql: Database, fresh: SqlStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a program that died had made is found there and left as it is."""
    first = fresh._sessions._dialect.texts.migrations[0].statements
    monkeypatch.setattr(Migration, "statements", [*first[:5], "CREATE nonsense"])
    with pytest.raises(StorageError):
        fresh.migrate()
    before = _tables(mysql, fresh._sessions._dialect.texts.schema)
    monkeypatch.undo()

    fresh.migrate()

    after = _tables(mysql, fresh._sessions._dialect.texts.schema)
    assert (len(before), before < after) == (6, True)
    enqueue(fresh, 1)
    assert fresh.jobs.counts(COMPANY) == {JobState.QUEUED: 1}


def test_every_change_of_tables_can_be_run_twice(fresh: SqlStorage) -> None:
    """Since nothing undoes the statement that was done last before it was noted."""
    texts = fresh._sessions._dialect.texts
    fresh.migrate()
    enqueue(fresh, 1)

    with fresh._sessions.use() as session:
        for migration in texts.migrations:
            for statement in migration.statements:
                session.command(statement)

    assert fresh.jobs.counts(COMPANY) == {JobState.QUEUED: 1}


def test_whoever_changes_the_tables_is_waited_for(
    mysql: Database, fresh: SqlStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For a while; then that is told. The lock goes with its holder."""
    monkeypatch.setitem(
        fresh._sessions._dialect.texts.statements,  # type: ignore[arg-type]
        "schema.lock",
        ["SELECT GET_LOCK('linksync: a change of tables', 0)"],
    )
    holder = open_raw(mysql, fresh._sessions._dialect.texts.schema)
    holder.cursor().execute("SELECT GET_LOCK('linksync: a change of tables', 0)")

    with pytest.raises(StorageError, match="another program has been changing tables"):
        fresh.migrate()

    holder.close()
    _until(lambda: mysql.run("SELECT IS_FREE_LOCK('linksync: a change of tables')") == [(1,)])
    fresh.migrate()
    assert fresh.jobs.counts(COMPANY) == {}


def test_a_newer_database_is_refused(mysql: Database, fresh: SqlStorage) -> None:
    """Its tables may mean what this code does not know."""
    fresh.migrate()
    schema = fresh._sessions._dialect.texts.schema
    mysql.run(
        f"INSERT INTO {schema}.linksync_schema (version, oldest_code, applied_at) VALUES (99, 99, 'tomorrow')"
    )

    with (
        closing(SqlStorage(mysql.url, schema=schema)) as later,
        pytest.raises(SchemaError, match=r"version 99.*upgrade linksync"),
    ):
        later.jobs.counts(COMPANY)


def test_a_missing_table_is_told(mysql: Database, fresh: SqlStorage) -> None:
    """With what makes it."""
    fresh.migrate()
    mysql.run(f"DROP TABLE {fresh._sessions._dialect.texts.schema}.linksync_run_count")

    with pytest.raises(SchemaError, match=r"linksync_run_count.*migrate\(\)"):
        fresh.history.list_runs(COMPANY)


# Text


def test_ids_that_differ_in_one_byte_are_different(storage: SqlStorage) -> None:
    """Capitals, accents and trailing spaces count."""
    ids = ["a", "A", "ä", "a\u0308", "a ", " a", "a\u00a0", "a\x00", "ａ"]
    storage.links.save(
        Link(
            company=COMPANY,
            entity="customer",
            local_id=each,
            remote_type="Customer",
            remote_id=each,
            state=LinkState.LINKED,
        )
        for each in ids
    )

    assert sorted(storage.links.find_by_local(COMPANY, "customer", ids)) == sorted(ids)
    assert sorted(storage.links.find_by_remote(COMPANY, "Customer", ids)) == sorted(ids)


@pytest.mark.parametrize("is_hosts", [True, False])
def test_an_id_that_is_too_long_is_refused(
    storage: SqlStorage, mysql: Database, schema: str, is_hosts: bool
) -> None:
    """By name and value, and not cut off, even where the host's connection would do so; nothing is in the way of others."""
    host = open_raw(mysql, schema, sql_mode="") if is_hosts else None
    record = RecordKey("customer", "7" * 256)

    with pytest.raises(StorageError, match=r"record_id '7{40}'\.\.\. has 256 characters, .* 255 at most"):
        storage.jobs.enqueue([wish(customer(1)), wish(record)], connection=host)

    storage.jobs.enqueue([wish(RecordKey("customer", "🧾" * 255))], connection=host)
    if host:
        host.commit()
        host.close()
    assert storage.jobs.counts(COMPANY) == {JobState.QUEUED: 1}


def test_a_link_with_an_id_that_is_too_long_is_refused(storage: SqlStorage) -> None:
    """By name and value; what was saved with it is not saved."""
    long = Link(
        company=COMPANY,
        entity="customer",
        local_id="2",
        remote_type="Customer",
        remote_id="9" * 300,
        state=LinkState.LINKED,
    )

    with pytest.raises(StorageError, match=r"remote_id '9{40}'\.\.\. is longer than the 255 characters"):
        storage.links.save([link(1, "58"), long])

    assert storage.links.count_links(COMPANY) == {}


def test_texts_may_be_long(storage: SqlStorage) -> None:
    """Labels and reasons beyond what the usual columns of text hold (64 KiB) are kept whole."""
    storage.history.start_run("run", COMPANY)
    long = "Ærø " * 50_000
    storage.history.add_results(
        [SyncResult(run_id="run", company=COMPANY, record=customer(1), outcome=Outcome.FAILED, reason=long)]
    )

    (result,) = storage.history.list_results("run")

    assert result.reason == long


def test_a_taken_remote_record_stays_where_it_is(storage: SqlStorage) -> None:
    """The upsert of this database would change the link that has it."""
    storage.links.save([link(1, "58")])

    with pytest.raises(TakenError):
        storage.links.save([link(2, "58")])

    found = storage.links.find_by_remote(COMPANY, "Customer", ["58"])
    assert {key: each.local_id for key, each in found.items()} == {"58": "1"}


# Errors


def test_somebody_elses_lock_is_waited_for_and_then_told(
    impatient: SqlStorage, other: "pymysql.Connection[Any]"
) -> None:
    """Once; the error names the place, the wait and the remedy, and nothing was done."""
    enqueue(impatient, 1)
    lock(other, COMPANY)

    with pytest.raises(StorageError, match=r"locked for longer than 1 s.*connection="):
        enqueue(impatient, 2)

    other.rollback()
    assert impatient.jobs.counts(COMPANY) == {JobState.QUEUED: 1}


def test_a_transaction_that_waited_in_vain_is_undone_as_a_whole(
    impatient: SqlStorage, other: "pymysql.Connection[Any]"
) -> None:
    """Also where the database itself would only undo the statement that waited, and the error was caught."""
    enqueue(impatient, 1)
    lock(other, COMPANY)

    def write() -> None:
        with impatient.transaction():
            impatient.links.save([link(1)])
            with suppress(StorageError):
                enqueue(impatient, 2)
            impatient.links.save([link(2)])

    with pytest.raises(GivenUpError, match="nothing of it was kept"):
        write()

    other.rollback()
    assert impatient.links.count_links(COMPANY) == {}
    assert impatient.jobs.counts(COMPANY) == {JobState.QUEUED: 1}


class Rival:
    """Somebody whose transaction has changed so much that in a deadlock it is the other one that is given up."""

    def __init__(self, connection: "pymysql.Connection[Any]", pool: ThreadPoolExecutor) -> None:
        self._connection = connection
        self._pool = pool
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE numbers (number INT PRIMARY KEY)")
            cursor.executemany("INSERT INTO numbers VALUES (%s)", [(number,) for number in range(2000)])
            connection.commit()
            cursor.execute("INSERT INTO ballast SELECT number FROM numbers")

    def hold(self, company: str) -> None:
        lock(self._connection, company)

    def want(self, company: str) -> "Future[None]":
        """Wait for the gate of *company*, and let go of everything when it is there."""

        def take() -> None:
            lock(self._connection, company)
            self._connection.rollback()

        return self._pool.submit(take)


@pytest.fixture
def rival(mysql: Database, schema: str, storage: SqlStorage) -> Iterator[Rival]:
    """The gates of two companies are there, and the rival holds the second."""
    mysql.run(f"CREATE TABLE {schema}.ballast (number INT PRIMARY KEY) ENGINE = InnoDB")
    for company in (A, B):
        storage.jobs.set_gate(company, GateState.OPEN)
    with ThreadPoolExecutor(1) as pool, closing(open_raw(mysql, schema)) as connection:
        rival = Rival(connection, pool)
        rival.hold(B)
        yield rival
    mysql.run(f"DROP TABLE {schema}.ballast")


def test_a_deadlock_within_a_transaction_undoes_the_whole(storage: SqlStorage, rival: Rival) -> None:
    """Part or not: the error is told, nothing more is written, and nothing is kept."""

    def write() -> None:
        with storage.transaction():
            storage.jobs.set_gate(A, GateState.PAUSED)
            waiting = rival.want(A)
            with pytest.raises(GivenUpError, match="gave the transaction up"), storage.transaction():
                storage.jobs.set_gate(B, GateState.PAUSED)
            waiting.result(timeout=20)
            storage.links.save([link(1, company=A)])

    with pytest.raises(GivenUpError, match="nothing of it was kept"):
        write()

    assert [storage.jobs.get_gate(company).state for company in (A, B)] == [GateState.OPEN] * 2
    assert storage.links.count_links(A) == {}


def test_what_a_deadlock_undid_is_done_again(
    mysql: Database, schema: str, storage: SqlStorage, rival: Rival, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By itself, once the other one has gone on."""
    codes = _codes(storage, monkeypatch)
    with ThreadPoolExecutor(1) as pool:
        enqueueing = pool.submit(
            storage.jobs.enqueue, [wish(customer(1), company=A), wish(customer(1), company=B)]
        )
        _until(lambda: _waits(mysql, schema))
        rival.want(A).result(timeout=20)
        enqueueing.result(timeout=20)

    assert codes == [ER.LOCK_DEADLOCK]
    assert [storage.jobs.counts(company) for company in (A, B)] == [{JobState.QUEUED: 1}] * 2


def test_a_connection_that_was_killed_is_opened_again(mysql: Database, storage: SqlStorage) -> None:
    """Whoever comes next does not notice, be it for a single statement or for a transaction."""
    enqueue(storage, 1)
    _kill(mysql, storage)
    counts = storage.jobs.counts(COMPANY)
    _kill(mysql, storage)

    enqueue(storage, 2)
    _kill(mysql, storage)

    assert (counts, len(storage.links.find_by_local(COMPANY, "customer", ["1"]))) == ({JobState.QUEUED: 1}, 0)
    assert storage.jobs.counts(COMPANY) == {JobState.QUEUED: 2}


def test_a_connection_that_is_killed_within_a_transaction_undoes_it(
    mysql: Database, storage: SqlStorage
) -> None:
    """That is told, and the storage goes on with a new one."""
    storage.migrate()

    def write() -> None:
        with storage.transaction():
            storage.links.save([link(1)])
            _kill(mysql, storage)
            storage.links.save([link(2)])

    with pytest.raises(ConnectionLostError, match="broke"):
        write()

    assert storage.links.count_links(COMPANY) == {}
    assert not storage.is_in_transaction()


def test_a_claim_is_settled_once_whatever_breaks(mysql: Database, storage: SqlStorage) -> None:
    """The connection is killed before each step."""
    enqueue(storage, 1, 2)
    _kill(mysql, storage)
    held = claim(storage)
    _kill(mysql, storage)
    held = storage.jobs.extend(held, timedelta(minutes=5))
    _kill(mysql, storage)
    settle_all(storage, held)
    _kill(mysql, storage)
    storage.jobs.release(held)

    assert storage.jobs.counts(COMPANY) == {JobState.SUCCESS: 2}
    assert storage.jobs.get_gate(COMPANY).worker is None


def test_a_lease_is_extended_within_the_same_instant(storage: SqlStorage) -> None:
    """A row that is written as it was does not count as written here, and is no lost lease."""
    enqueue(storage, 1)
    held = claim(storage)

    once = storage.jobs.extend(held, timedelta(minutes=5))
    twice = storage.jobs.extend(once, timedelta(minutes=5))

    assert once == twice


def test_a_connection_that_may_only_read_is_told(mysql: Database, schema: str, storage: SqlStorage) -> None:
    """With the remedy, and it can read."""
    enqueue(storage, 1)
    reader = SqlStorage(
        connect=lambda: open_raw(mysql, schema, init_command="SET SESSION TRANSACTION READ ONLY"),
        database="mysql",
    )

    with closing(reader), pytest.raises(StorageError, match="takes no writes now; connect to the primary"):
        enqueue(reader, 2)

    assert storage.jobs.counts(COMPANY) == {JobState.QUEUED: 1}


@pytest.fixture
def full_disk(mysql: Database, schema: str) -> Iterator[None]:
    """No finished job can be written, as when the server finds no room to extend its table."""
    mysql.run(
        f"""CREATE TRIGGER {schema}.full_disk BEFORE INSERT ON {schema}.linksync_finished_job FOR EACH ROW
            SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 1114, MESSAGE_TEXT = 'The table is full'"""
    )
    yield
    mysql.run(f"DROP TRIGGER IF EXISTS {schema}.full_disk")


def test_a_full_disk_is_told_and_nothing_is_half_done(
    mysql: Database, schema: str, storage: SqlStorage, full_disk: None
) -> None:
    """What was to be settled still runs, and is settled when there is room."""
    enqueue(storage, 1, 2)
    held = claim(storage)

    with pytest.raises(StorageError, match=r"The table is full.*make room"):
        settle_all(storage, held)

    before = storage.jobs.counts(COMPANY)
    mysql.run(f"DROP TRIGGER {schema}.full_disk")
    settle_all(storage, held)
    assert (before, storage.jobs.counts(COMPANY)) == ({JobState.RUNNING: 2}, {JobState.SUCCESS: 2})


def test_a_full_disk_within_a_transaction_fails_the_whole(storage: SqlStorage, full_disk: None) -> None:
    """What was to be kept with it is not kept without."""
    enqueue(storage, 1)
    held = claim(storage)

    def write() -> None:
        with storage.transaction():
            storage.links.save([link(1, "58")])
            settle_all(storage, held)

    with pytest.raises(StorageError, match="make room"):
        write()

    assert storage.links.count_links(COMPANY) == {}
    assert storage.jobs.counts(COMPANY) == {JobState.RUNNING: 1}


@pytest.mark.parametrize(
    ("code", "kind", "remedy"),
    [
        (1021, StorageError, "make room"),
        (1114, StorageError, "make room"),
        (1290, StorageError, "connect to the primary"),
        (1836, StorageError, "connect to the primary"),
        (1040, StorageError, "run fewer workers"),
        (1046, StorageError, "name the database"),
        (1142, StorageError, "grant the user"),
        (1153, StorageError, "max_allowed_packet"),
        (1665, StorageError, "binlog_format"),
        (1206, GivenUpError, "nothing of it was kept"),
        (0, ConnectionLostError, "broke"),
        (2006, ConnectionLostError, "broke"),
        (2013, ConnectionLostError, "broke"),
        (2055, ConnectionLostError, "broke"),
        (1999, StorageError, "nothing was done"),
    ],
)
def test_an_error_of_the_driver_becomes_one_that_says_what_to_do(
    code: int, kind: type[StorageError], remedy: str
) -> None:
    dialect = SqlStorage("mysql://crm:tiger@db/crm")._sessions._dialect

    error = dialect.translate(pymysql.err.OperationalError(code, "told"))

    assert type(error) is kind
    assert remedy in str(error)
    assert "the MySQL database crm on db:3306" in str(error)


@pytest.mark.parametrize(
    "error", [pymysql.err.ProgrammingError("Cursor closed"), pymysql.err.NotSupportedError()]
)
def test_an_error_without_a_code_is_no_lost_connection(error: pymysql.Error) -> None:
    """The driver's own say nothing of the connection: what they stopped must not be sent again."""
    dialect = SqlStorage("mysql://crm:tiger@db/crm")._sessions._dialect

    translated = dialect.translate(error)

    assert type(translated) is StorageError
    assert str(translated) == (
        f"the MySQL database crm on db:3306 refused a statement: {str(error) or 'NotSupportedError'}; nothing was done"
    )


def _tables(mysql: Database, schema: str) -> set[str]:
    rows = mysql.run(f"SELECT table_name FROM information_schema.tables WHERE table_schema = '{schema}'")
    return {name for (name,) in rows}


def _waits(mysql: Database, schema: str) -> bool:
    """Whether a transaction waits for a lock in *schema*."""
    status = mysql.run("SHOW ENGINE INNODB STATUS")[0][2]
    # What comes before the first one tells of the last deadlock, long over.
    _, *transactions = status.split("---TRANSACTION")
    return any("LOCK WAIT" in part and schema in part for part in transactions)


def _kill(mysql: Database, storage: SqlStorage) -> None:
    """Kill the connection that the storage uses now, or will use next."""
    with storage._sessions.use() as session:
        connection: Any = session._connection
        with suppress(pymysql.Error):
            mysql.run(f"KILL {connection.thread_id()}")
        _until(
            lambda: (
                not mysql.run(
                    f"SELECT 1 FROM information_schema.processlist WHERE id = {connection.thread_id()}"
                )
            )
        )


def _codes(storage: SqlStorage, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list to which the codes of the database's errors are added as they come."""
    codes = list[int]()
    dialect: Any = storage._sessions._dialect
    translate: Callable[..., Exception] = dialect.translate

    def note(error: Exception, parameters: object = None) -> Exception:
        codes.append(error.args[0])
        return translate(error, parameters)

    monkeypatch.setattr(dialect, "translate", note)
    return codes


def _until(is_so: Callable[[], object]) -> None:
    """Ask until it is so: servers do some things after they have answered."""
    for _ in range(10_000):
        if is_so():
            return
    raise AssertionError("it never came about")
