"""How PostgreSQL is opened, what is set on its connections, and what its errors become."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from linksync.errors import (
    ConfigurationError,
    ConnectionLostError,
    GivenUpError,
    SchemaError,
    StorageError,
)
from linksync.jobs import JobState
from linksync.storage import SqlStorage
from linksync.storage.sql.texts import Migration
from linksync.testing.clock import FakeClock
from linksync.testing.contracts.suite import (
    COMPANY,
    claim,
    customer,
    enqueue,
    link,
    records_of,
    settle_all,
    wish,
)
from tests.servers import Database


@pytest.fixture
def schema(postgres: Database) -> str:
    return postgres.emptied_schema()


@pytest.fixture
def storage(postgres: Database, schema: str) -> Iterator[SqlStorage]:
    with closing(SqlStorage(postgres.url, schema=schema, clock=FakeClock())) as storage:
        yield storage


@pytest.fixture
def impatient(postgres: Database, schema: str) -> Iterator[SqlStorage]:
    """A storage that waits as briefly as can be."""
    settings = {"schema": schema, "clock": FakeClock(), "busy_timeout": timedelta(milliseconds=50)}
    with closing(SqlStorage(postgres.url, **settings)) as storage:
        yield storage


@pytest.fixture
def fresh(postgres: Database) -> Iterator[SqlStorage]:
    """A storage without tables."""
    with closing(SqlStorage(postgres.url, schema=postgres.new_schema(), clock=FakeClock())) as storage:
        yield storage


@pytest.fixture
def other(postgres: Database, schema: str) -> Iterator["psycopg.Connection[Any]"]:
    """Somebody else's connection, in a transaction of theirs."""
    with closing(postgres.connect()) as connection:
        connection.execute(f"SET search_path = {schema}")
        connection.commit()
        yield connection


def ask(storage: SqlStorage, question: str) -> object:
    with storage._sessions.use() as session:
        connection: Any = session._connection
        return connection.execute(question).fetchone()[0]


def schema_of(storage: SqlStorage) -> str:
    return storage._sessions._dialect.texts.schema


def relations(postgres: Database, schema: str) -> set[str]:
    """Return the names of the tables and indexes in *schema*."""
    rows = postgres.run(f"SELECT relname FROM pg_class WHERE relnamespace = '{schema}'::regnamespace")
    return {name for (name,) in rows}


# Opening


def test_a_url_that_names_no_database_is_refused() -> None:
    """By the constructor, without telling the password."""
    with pytest.raises(ConfigurationError, match="write postgresql://") as caught:
        SqlStorage("postgresql://crm:tiger@db/crm?colour=blue")

    assert "tiger" not in str(caught.value)


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_a_url_may_be_that_of_a_framework(postgres: Database, scheme: str) -> None:
    """SQLAlchemy's names the driver as well."""
    url = f"{scheme}:{postgres.url.partition(':')[2]}"

    with closing(SqlStorage(url, schema=postgres.emptied_schema())) as storage:
        enqueue(storage, 1)

        assert storage.jobs.counts(COMPANY) == {JobState.QUEUED: 1}


def test_a_server_that_does_not_answer_is_told() -> None:
    """With its place and without the password, as a connection that is lost."""
    storage = SqlStorage("postgresql://crm:tiger@127.0.0.1:1/crm")

    with pytest.raises(ConnectionLostError, match=r"crm on 127\.0\.0\.1:1") as caught:
        storage.migrate()

    assert "tiger" not in str(caught.value)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("lock_timeout", "50ms"),
        ("enable_seqscan", "off"),
        ("jit", "off"),
        ("plan_cache_mode", "force_generic_plan"),
        ("application_name", "linksync"),
    ],
)
def test_a_connection_is_set_for_safety(impatient: SqlStorage, setting: str, value: str) -> None:
    """Nobody waits for ever, nothing is read from end to end, and it says who it is."""
    assert ask(impatient, f"SHOW {setting}") == value


def test_a_server_that_has_vanished_is_given_up(storage: SqlStorage) -> None:
    """After a minute, and not when the operating system tires of it; a new connection after ten seconds."""
    with storage._sessions.use() as session:
        connection: Any = session._connection

        settings = connection.info.get_parameters()

    assert (settings["tcp_user_timeout"], settings["connect_timeout"]) == ("60000", "10")


def test_what_the_url_sets_stands(postgres: Database, schema: str) -> None:
    with closing(SqlStorage(f"{postgres.url}?application_name=crm", schema=schema)) as storage:
        assert ask(storage, "SHOW application_name") == "crm"


def test_a_factorys_connections_are_set_as_linksync_needs_them(postgres: Database, schema: str) -> None:
    """Whatever the host's way with rows and transactions is."""

    def connect() -> "psycopg.Connection[Any]":
        connection = psycopg.connect(postgres.url, row_factory=dict_row)
        connection.isolation_level = psycopg.IsolationLevel.SERIALIZABLE
        return connection

    with closing(SqlStorage(connect=connect, database="postgresql", schema=schema)) as storage:
        enqueue(storage, 1)
        held = claim(storage)
        settle_all(storage, held)

        assert storage.jobs.counts(COMPANY) == {JobState.SUCCESS: 1}


def test_connections_are_used_again(storage: SqlStorage) -> None:
    """One for one thread, however many calls."""
    for number in range(5):
        enqueue(storage, number)

    assert len(storage._sessions._idle) == 1


def test_a_server_that_is_too_old_is_refused(postgres: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """With its version and the one that is needed; nothing is left open."""
    opened = list["psycopg.Connection[Any]"]()
    monkeypatch.setattr("linksync.storage.sql.postgres.dialect._OLDEST", 990000)

    def connect() -> "psycopg.Connection[Any]":
        opened.append(psycopg.connect(postgres.url))
        return opened[0]

    with pytest.raises(ConfigurationError, match="linksync needs 13 or newer"):
        SqlStorage(connect=connect, database="postgresql").migrate()

    assert [connection.closed for connection in opened] == [True]


# Schemas, prefixes, versions


def test_two_storages_share_a_schema_under_two_prefixes(postgres: Database) -> None:
    """Neither sees the other's rows, nor shares an index or a sequence with it."""
    schema = postgres.new_schema()
    one = SqlStorage(postgres.url, schema=schema, table_prefix="one_")
    two = SqlStorage(postgres.url, schema=schema, table_prefix="Two_")

    with closing(one), closing(two):
        enqueue(one, 1, 2)
        held = claim(one)
        two.migrate()

        assert records_of(held.jobs) == ["1", "2"]
        assert (one.jobs.counts(COMPANY), two.jobs.counts(COMPANY)) == ({JobState.RUNNING: 2}, {})
    prefixes = {name.partition("_")[0] for name in relations(postgres, schema)}
    assert prefixes == {"one", "two"}


def test_a_schema_is_made_when_it_is_missing(postgres: Database, fresh: SqlStorage) -> None:
    """And everything is in it, wherever the connection would look by itself."""
    schema = schema_of(fresh)
    postgres.run(f"DROP SCHEMA {schema}")

    enqueue(fresh, 1)

    assert fresh.jobs.counts(COMPANY) == {JobState.QUEUED: 1}
    assert "linksync_job_ready" in relations(postgres, schema)
    assert not [name for name in relations(postgres, "public") if name.startswith("linksync")]


def test_without_a_schema_the_tables_are_where_the_connection_looks(postgres: Database) -> None:
    schema = postgres.new_schema()

    with closing(SqlStorage(f"{postgres.url}?options=-csearch_path%3D{schema}")) as storage:
        storage.migrate()

    assert "linksync_job" in relations(postgres, schema)


@pytest.mark.parametrize("schema", ["crm-1", "a b", 'x"; DROP TABLE y; --', "1st", "x" * 32])
def test_a_schema_that_is_no_plain_name_is_refused(schema: str) -> None:
    """It becomes part of the statements, so it is checked."""
    with pytest.raises(ConfigurationError, match="schema"):
        SqlStorage("postgresql://db/crm", schema=schema)


def test_tables_are_made_whole_or_not_at_all(
    postgres: Database, fresh: SqlStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program that dies over it leaves no table behind."""
    first = fresh._sessions._dialect.texts.migrations[0].statements
    monkeypatch.setattr(Migration, "statements", [*first[:5], "CREATE nonsense"])
    with pytest.raises(StorageError, match="nonsense"):
        fresh.migrate()
    before = relations(postgres, schema_of(fresh))
    monkeypatch.undo()

    fresh.migrate()

    assert before == set()
    assert "linksync_token" in relations(postgres, schema_of(fresh))


def test_a_newer_database_is_refused(postgres: Database, fresh: SqlStorage) -> None:
    """Its tables may mean what this code does not know; on the host's connection neither."""
    fresh.migrate()
    schema = schema_of(fresh)
    postgres.run(
        f"INSERT INTO {schema}.linksync_schema (version, oldest_code, applied_at) VALUES (99, 99, 'tomorrow')"
    )

    with closing(SqlStorage(postgres.url, schema=schema)) as later, closing(postgres.connect()) as host:
        with pytest.raises(SchemaError, match=r"version 99.*upgrade linksync"):
            later.jobs.counts(COMPANY)
        with pytest.raises(SchemaError, match=r"version 99.*upgrade linksync"):
            later.jobs.enqueue([wish(customer(1))], connection=host)


def test_tables_that_may_not_be_made_are_asked_for(fresh: SqlStorage, postgres: Database) -> None:
    """With what makes them."""
    careful = SqlStorage(postgres.url, schema=schema_of(fresh), auto_migrate=False)

    with closing(careful), pytest.raises(SchemaError, match="lacks linksync's tables; let 'python -m"):
        careful.jobs.counts(COMPANY)


def test_a_missing_table_is_told(postgres: Database, fresh: SqlStorage) -> None:
    """With what makes it."""
    fresh.migrate()
    postgres.run(f"DROP TABLE {schema_of(fresh)}.linksync_run_count")

    with pytest.raises(SchemaError, match=r"linksync_run_count.*migrate\(\)"):
        fresh.history.list_runs(COMPANY)


# What others do meanwhile


def test_somebody_elses_lock_is_waited_for_and_then_told(
    impatient: SqlStorage, other: "psycopg.Connection[Any]"
) -> None:
    """With the wait and the remedy, and nothing was done."""
    enqueue(impatient, 1)
    other.execute("SELECT 1 FROM linksync_gate FOR UPDATE")

    with pytest.raises(StorageError, match=r"locked for longer than 0\.05 s.*connection="):
        impatient.jobs.claim("worker", limit=1, lease=timedelta(minutes=1), company=COMPANY)

    other.rollback()
    assert impatient.jobs.counts(COMPANY) == {JobState.QUEUED: 1}
    assert records_of(claim(impatient).jobs) == ["1"]


def test_a_statement_that_failed_fails_the_whole_transaction(
    impatient: SqlStorage, other: "psycopg.Connection[Any]"
) -> None:
    """Nothing of it is kept, also when whoever wrote it passes over the error within."""
    impatient.links.save([link(1)])
    other.execute("SELECT 1 FROM linksync_link FOR UPDATE")

    def write() -> None:
        with impatient.transaction():
            impatient.links.save([link(2)])
            with impatient._sessions.use() as session, pytest.raises(StorageError, match="locked"):
                session.command(f"UPDATE {schema_of(impatient)}.linksync_link SET label = 'x'")

    with pytest.raises(StorageError, match="has ended the transaction after an error within it"):
        write()

    other.rollback()
    assert [each.local_id for each in impatient.links.list_links(COMPANY)] == ["1"]
    assert not impatient.is_in_transaction()


def test_readers_do_not_wait_for_writers(impatient: SqlStorage, other: "psycopg.Connection[Any]") -> None:
    """They see what was committed before."""
    enqueue(impatient, 1)
    other.execute("UPDATE linksync_job SET band = 0")
    other.execute("UPDATE linksync_gate SET has_work = 0")

    counts = impatient.jobs.counts(COMPANY)

    other.rollback()
    assert counts == {JobState.QUEUED: 1}


# Servers that take no writes


def test_a_server_that_takes_no_writes_is_told(postgres: Database, storage: SqlStorage, schema: str) -> None:
    """Each write says what to do, nothing is lost, and everything can be read."""
    enqueue(storage, 1)
    held = claim(storage)
    reading = f"{postgres.url}?options=-cdefault_transaction_read_only%3Don"

    with closing(SqlStorage(reading, schema=schema, clock=storage.clock)) as replica:
        for write in (
            lambda: enqueue(replica, 2),
            lambda: replica.jobs.claim("worker-2", limit=1, lease=timedelta(minutes=1)),
            lambda: settle_all(replica, held),
            lambda: replica.links.save([link(1)]),
        ):
            with pytest.raises(StorageError, match="takes no writes now; connect to the primary server"):
                write()
        counts = replica.jobs.counts(COMPANY)

    assert counts == {JobState.RUNNING: 1}
    settle_all(storage, held)
    assert storage.jobs.counts(COMPANY) == {JobState.SUCCESS: 1}


@pytest.fixture
def full_disk(postgres: Database, schema: str) -> Iterator[None]:
    """No finished job can be written, as when the server finds no room to extend its table."""
    postgres.run(
        f"""CREATE FUNCTION {schema}.refuse() RETURNS trigger LANGUAGE plpgsql AS
            $$BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END$$""",
        f"""CREATE TRIGGER full_disk BEFORE INSERT ON {schema}.linksync_finished_job
            FOR EACH STATEMENT EXECUTE FUNCTION {schema}.refuse()""",
    )
    yield
    postgres.run(f"DROP FUNCTION {schema}.refuse CASCADE")


def test_a_full_disk_is_told_and_nothing_is_half_done(
    postgres: Database, schema: str, storage: SqlStorage, full_disk: None
) -> None:
    """What was to be settled still runs, and is settled when there is room."""
    enqueue(storage, 1, 2)
    held = claim(storage)

    with pytest.raises(StorageError, match=r"could not extend file.*make room"):
        settle_all(storage, held)

    before = storage.jobs.counts(COMPANY)
    postgres.run(f"DROP TRIGGER full_disk ON {schema}.linksync_finished_job")
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
        ("53100", StorageError, "make room"),
        ("53300", StorageError, "run fewer workers"),
        ("25006", StorageError, "connect to the primary"),
        ("42501", StorageError, "grant the user"),
        ("42601", StorageError, "nothing was done"),
        ("42P01", SchemaError, r"migrate()"),
        ("40001", GivenUpError, "nothing of it was kept"),
        ("40P01", GivenUpError, "nothing of it was kept"),
        ("08006", ConnectionLostError, "broke"),
        ("57P01", ConnectionLostError, "broke"),
        ("57P03", ConnectionLostError, "broke"),
    ],
)
def test_an_error_of_the_server_becomes_one_that_says_what_to_do(
    code: str, kind: type[StorageError], remedy: str
) -> None:
    """By its code, since the words may be in another language."""
    dialect = SqlStorage("postgresql://crm:tiger@db/crm")._sessions._dialect

    error = dialect.translate(psycopg.errors.lookup(code)("erzählt\nDETAIL: mehr"))

    assert type(error) is kind
    assert remedy in str(error)
    assert "the PostgreSQL database crm on db:5432" in str(error)
    assert "DETAIL" not in str(error)


def test_who_may_not_use_the_tables_is_told(postgres: Database, storage: SqlStorage, schema: str) -> None:
    """With what to grant; with that, the user needs no other right."""
    storage.migrate()
    role = f"role_{schema}"
    postgres.run(f"CREATE ROLE {role}", f"GRANT USAGE ON SCHEMA {schema} TO {role}")
    try:
        with closing(SqlStorage(f"{postgres.url}?options=-crole%3D{role}", schema=schema)) as limited:
            with pytest.raises(StorageError, match="grant the user the right to use linksync's tables"):
                enqueue(limited, 1)
            postgres.run(
                f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}",
                f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {role}",
            )
            enqueue(limited, 1)
            settle_all(limited, claim(limited))

            assert limited.jobs.counts(COMPANY) == {JobState.SUCCESS: 1}
    finally:
        postgres.run(f"DROP OWNED BY {role}", f"DROP ROLE {role}")
