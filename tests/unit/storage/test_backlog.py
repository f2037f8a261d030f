"""The backlog as people and programs read it, and the command that prints it."""

import json
from contextlib import closing
from datetime import timedelta

import psycopg
import pytest

from linksync.jobs import (
    INBOX_CAP,
    Backlog,
    Band,
    CompanyBacklog,
    Gate,
    GateState,
    JobState,
    LongTransaction,
)
from linksync.records import CompanyId
from linksync.storage import SqlStorage
from linksync.storage.sql.__main__ import main
from linksync.testing.clock import START, FakeClock
from linksync.testing.contracts.suite import COMPANY, customer, enqueue, wish

HELD = CompanyBacklog(
    gate=Gate(company=CompanyId("1"), worker="worker-1", token=3, lease_until=START + timedelta(seconds=100)),
    counts={JobState.QUEUED: 12, JobState.RUNNING: 3, JobState.SUCCESS: 900, JobState.NEEDS_ACTION: 2},
    due_since={Band.NORMAL: START - timedelta(minutes=3), Band.BACKFILL: START - timedelta(hours=5)},
    suspects=1,
    open_intents=1,
    intents_since=START - timedelta(seconds=7),
)
LEFT = CompanyBacklog(
    gate=Gate(company=CompanyId("2"), worker="worker-2", lease_until=START - timedelta(minutes=30)),
    counts={JobState.RUNNING: 1},
)
PAUSED = CompanyBacklog(
    gate=Gate(company=CompanyId("3"), state=GateState.PAUSED, reason="the books are being closed")
)
BACKLOG = Backlog(
    at=START,
    companies=[HELD, LEFT, PAUSED],
    has_more=True,
    next_due_at=START + timedelta(seconds=40),
    inbox=2,
    inbox_since=START - timedelta(days=3),
    transactions=[
        LongTransaction(
            holder="session 4711 (psql)",
            age=timedelta(hours=3),
            is_idle=True,
            holds_back=12,
            remedy="end it",
        )
    ],
)
COMPANIES = """\
company  queued  running  waiting  error  needs action  due for  intents
1            12        3        0      0             2      5 h        1  held by worker-1 for 100 s at most; 1 suspect
2             0        1        0      0             0        -        0  left by worker-2, whose lease ran out 30 min ago
3             0        0        0      0             0        -        0  paused (the books are being closed)
... and more companies than these 3
in the way: session 4711 (psql) is idle within a transaction for 3 h and holds back 12 others; end it"""


def test_people_read_a_table():
    """Nothing is left out that somebody may have to act on."""
    head, _, companies = str(BACKLOG).partition("\n\n")

    assert head.splitlines() == [
        "due for              5 h",
        "next delayed job in  40 s",
        "open intents for     7 s",
        "inbox                2, for 3 d",
    ]
    assert companies == COMPANIES


def test_an_empty_backlog_is_four_lines():
    assert str(Backlog(at=START)).splitlines() == [
        "due for              -",
        "next delayed job in  -",
        "open intents for     -",
        "inbox                0, for -",
    ]


def test_an_inbox_beyond_what_is_counted_is_told_so():
    told = str(Backlog(at=START, inbox=INBOX_CAP, inbox_since=START))

    assert "inbox                10000 or more, for 0 s" in told


def test_a_gate_that_opens_by_itself_says_when():
    gate = Gate(
        company=COMPANY, state=GateState.THROTTLED, until=START + timedelta(minutes=5), reason="too many"
    )

    told = str(Backlog(at=START, companies=[CompanyBacklog(gate=gate)]))

    assert told.endswith("throttled for 5 min (too many)")


def test_programs_read_json():
    """Spans are whole seconds, instants are text."""
    told = json.loads(json.dumps(BACKLOG.as_json()))

    held = told["companies"][0]
    assert (told["oldest_due_seconds"], told["next_due_at"]) == (5 * 3600, "2026-01-02T03:04:45+00:00")
    assert (told["inbox"], told["inbox_seconds"], told["intents_seconds"]) == (2, 3 * 86_400, 7)
    assert held["counts"] == {"queued": 12, "running": 3, "success": 900, "needs_action": 2}
    assert held["due_seconds"] == {"normal": 180, "backfill": 5 * 3600}
    assert (held["worker"], held["is_held"], held["suspects"]) == ("worker-1", True, 1)
    assert told["transactions"][0]["seconds"] == 3 * 3600


def test_a_company_that_has_nothing_to_do_is_not_there():
    assert BACKLOG["2"] is LEFT
    with pytest.raises(KeyError):
        BACKLOG["4"]


@pytest.fixture(params=["sqlite", "postgres", "mysql"])
def settings(request, tmp_path):
    """What `SqlStorage` takes for a database with tables."""
    if request.param == "sqlite":
        return {"url": f"sqlite:///{tmp_path}/links.db"}
    database = request.getfixturevalue(request.param)
    return {"url": database.url, "schema": database.emptied_schema()}


def tell(settings, *arguments: str) -> int:
    return main(["backlog", settings["url"], "--schema", settings.get("schema", ""), *arguments])


def test_the_command_tells_the_backlog(settings, capsys):
    """As JSON if that is asked for."""
    with closing(SqlStorage(**settings)) as storage:
        enqueue(storage, 1, 2)

    codes = tell(settings, "--json"), tell(settings)

    told, _, table = capsys.readouterr().out.partition("\n}\n")
    assert codes == (0, 0)
    assert json.loads(told + "}")["companies"][0]["counts"] == {"queued": 2}
    assert table.startswith("due for              0 s\n")


def test_the_command_makes_no_tables(tmp_path, capsys):
    """It says that they are missing, and how they are made."""
    file = tmp_path / "links.db"

    code = main(["backlog", f"sqlite:///{file}"])

    assert code == 2
    assert "lacks linksync's tables; let 'python -m linksync.storage.sql migrate'" in capsys.readouterr().err


def test_what_hosts_have_committed_is_counted_and_left_alone(postgres):
    """Looking takes nothing in, so that a full inbox is seen."""
    clock = FakeClock()
    schema = postgres.emptied_schema()
    with (
        closing(SqlStorage(postgres.url, schema=schema, clock=clock)) as storage,
        closing(psycopg.connect(postgres.url)) as host,
    ):
        storage.jobs.enqueue([wish(customer(number)) for number in range(3)], connection=host)
        unseen = storage.read_backlog()
        host.commit()
        clock.advance(timedelta(minutes=1))

        seen, again = storage.read_backlog(), storage.read_backlog()

    assert (unseen.inbox, seen.inbox) == (0, 3)
    assert seen.inbox_since == clock.now() - timedelta(minutes=1)
    assert again == seen


@pytest.fixture
def impatient(monkeypatch):
    """Every transaction counts as long."""
    monkeypatch.setattr("linksync.storage.sql.backlog._LONG_SECONDS", 0)


@pytest.mark.usefixtures("impatient")
def test_a_session_that_idles_within_a_transaction_is_told(postgres):
    """With what it holds back, and the statement that ends it."""
    with (
        closing(SqlStorage(postgres.url, schema=postgres.emptied_schema())) as storage,
        closing(psycopg.connect(postgres.url, application_name="a report")) as reader,
    ):
        reader.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        reader.execute("SELECT 1")
        for number in range(5):
            enqueue(storage, number)
        pid = reader.info.backend_pid

        found = [it for it in storage.read_backlog().transactions if "a report" in it.holder]

    assert [(it.holder, it.is_idle) for it in found] == [(f"session {pid} (a report)", True)]
    assert found[0].holds_back >= 5
    assert found[0].age < timedelta(minutes=1)
    assert found[0].remedy.endswith(f"SELECT pg_terminate_backend({pid}) ends it")


def test_a_short_transaction_is_in_nobodys_way(postgres):
    """Nor are linksync's own."""
    with (
        closing(SqlStorage(postgres.url, schema=postgres.emptied_schema())) as storage,
        closing(psycopg.connect(postgres.url, application_name="a report")) as reader,
    ):
        reader.execute("SELECT 1")

        assert [it for it in storage.read_backlog().transactions if "a report" in it.holder] == []


def test_an_old_snapshot_of_somebody_elses_is_told_without_its_age(postgres, monkeypatch):
    """A user without pg_read_all_stats sees what it holds back, and not since when."""
    monkeypatch.setattr("linksync.storage.sql.backlog._MANY", 5)
    role = f"{postgres.url.rpartition('/')[2]}_watcher"
    schema = postgres.emptied_schema()
    with (
        closing(SqlStorage(postgres.url, schema=schema)) as storage,
        closing(psycopg.connect(postgres.url, application_name="a report")) as reader,
    ):
        reader.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        reader.execute("SELECT 1")
        for number in range(5):
            enqueue(storage, number)
        postgres.run(
            f"CREATE ROLE {role}",
            f"GRANT USAGE ON SCHEMA {schema} TO {role}",
            f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {role}",
        )
        try:
            with closing(SqlStorage(connect=lambda: as_role(postgres.url, role), **place(schema))) as watcher:
                found = [it for it in watcher.read_backlog().transactions if "a report" in it.holder]
        finally:
            postgres.run(f"DROP OWNED BY {role}", f"DROP ROLE {role}")

    assert [it.age for it in found] == [None]
    assert found[0].holds_back >= 5
    assert "for an unknown time" in str(found[0])


def place(schema):
    return {"database": "postgresql", "schema": schema, "auto_migrate": False}


def as_role(url, role):
    connection = psycopg.connect(url, autocommit=True)
    connection.execute(f"SET SESSION AUTHORIZATION {role}")
    return connection


def test_a_prepared_transaction_is_told(preparing_postgres, impatient):
    """Its name is written as a statement takes it."""
    with (
        closing(SqlStorage(preparing_postgres.url, schema=preparing_postgres.emptied_schema())) as storage,
        closing(psycopg.connect(preparing_postgres.url)) as other,
    ):
        other.execute("CREATE TABLE prepared_here (number INT)")
        other.execute("PREPARE TRANSACTION 'it''s mine'")
        other.rollback()
        try:
            found = [it for it in storage.read_backlog().transactions if "prepared" in it.holder]
        finally:
            other.autocommit = True
            other.execute("ROLLBACK PREPARED 'it''s mine'")

    assert [it.holder for it in found] == ["prepared transaction 'it''s mine'"]
    assert "ROLLBACK PREPARED 'it''s mine'" in found[0].remedy
