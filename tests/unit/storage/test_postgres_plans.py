"""Which indexes PostgreSQL uses: what is asked often costs the same however much is queued or kept.

Plans are made for tables with some thousand rows, with statistics and with those of empty tables, for the values that are
given and for any (as the driver asks for after a few repetitions).
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import count
from typing import Any

import psycopg
import pytest
from attrs import frozen
from psycopg import sql

from linksync.storage import SqlStorage
from linksync.storage.sql.texts import _load_raw
from linksync.testing.clock import FakeClock
from linksync.testing.contracts.suite import customer, wish
from tests.servers import Database
from tests.unit.storage.filling import BUSY, fill
from tests.unit.storage.plans import LOOKUPS, Lookup

NOW = "2026-01-02T00:00:00.000000+00:00"
SAMPLES = {
    "company": "c07",
    "entity": "customer",
    "remote_type": "Customer",
    "run_id": "c07-7",
    "after_turn": "7",
    "after": "7",
    "now": NOW,
    "before": NOW,
}
"""What to plan for, by the name of the parameter."""
SAMPLES_BY_TYPE = {"text": "", "bigint": "500", "integer": "50", "json": "[]", "bytea": ""}
"""And by its type, for those that say nothing about how many rows there are."""

READS_ALL = {
    ("jobs.chores", "pkey"),  # within EXISTS, so that the first row is enough
    ("claims.more", "pkey"),
    ("gates.hold", "pkey"),
    ("gates.hold_next", "pkey"),
    ("jobs.companies", "intent_open"),  # which has open intents only, and each company with one is asked for
}
"""The indexes that a statement is meant to go through from end to end."""
ALONE = [
    Lookup("claims.more", "job_ready", "company band"),
    Lookup("claims.more", "job_suspect", "company"),
    Lookup("claims.more", "job_waiting", "company"),
    Lookup("claims.more", "job_due", "due_at"),
    Lookup("claims.more", "gate_until", "until"),
    Lookup("claims.more", "gate_last", "turn"),
    Lookup("claims.more", "pkey", "company"),
    Lookup("claims.more", "pkey", "number"),
    Lookup("claims.last_handed_out", "pkey", "number"),
    # What runs is found by the numbers that the gate has.
    *(
        Lookup(name, "pkey", "number")
        for name in ("jobs.crashed", "jobs.put_back", "jobs.hand_out", "jobs.counts", "backlog.companies")
    ),
]
"""What no other database is asked."""
BY_STATE = {"job_delayed", "job_running", "job_waiting"}
"""The indexes that are one here, for every state but 'ready'."""
ONE_ROW = {"linksync_encryption", "linksync_schema"}
"""Tables that have hardly more than one."""

_numbers = count()


@frozen(kw_only=True)
class Step:
    """A step of a plan that reaches rows of a table.

    Attributes:
        kind: What PostgreSQL calls it, such as `Index Scan`.
        table: Of which table; empty within a bitmap.
        index: By which index, as it is called after `linksync_`; `pkey` and `key` stand for the constraints.
        columns: The columns that it looks for.
        is_bounded: Whether it ends after some rows, since no more are asked for.
    """

    kind: str
    table: str
    index: str
    columns: str
    is_bounded: bool


@pytest.fixture(scope="module")
def filled(postgres: Database) -> Iterator[SqlStorage]:
    """A storage that was empty when PostgreSQL last looked what is in its tables."""
    clock = FakeClock()
    schema = postgres.new_schema()
    with (
        closing(SqlStorage(postgres.url, schema=schema, clock=clock)) as storage,
        closing(psycopg.connect(postgres.url)) as host,
    ):
        storage.migrate()
        for table in _tables(postgres, schema):
            postgres.run(f"ALTER TABLE {table} SET (autovacuum_enabled = off)", f"ANALYZE {table}")
        fill(storage, clock, host)
        yield storage


@pytest.fixture(scope="module", params=["with those of empty tables", "with statistics"])
def storage(request: pytest.FixtureRequest, postgres: Database, filled: SqlStorage) -> SqlStorage:
    """The same before and after it has looked again."""
    if request.param == "with statistics":
        for table in _tables(postgres, filled._sessions._dialect.texts.schema):
            postgres.run(f"VACUUM ANALYZE {table}")
    return filled


def _tables(postgres: Database, schema: str) -> Sequence[str]:
    rows = postgres.run(f"SELECT tablename FROM pg_tables WHERE schemaname = '{schema}'")
    return [f"{schema}.{name}" for (name,) in rows]


@pytest.fixture(params=["force_custom_plan", "force_generic_plan"])
def mode(request: pytest.FixtureRequest) -> str:
    """Whether plans are for the values that are given, or for any."""
    return request.param


def plans(storage: SqlStorage, name: str, mode: str) -> Sequence[Any]:
    """Return the plans of the statements called *name*, on a connection as linksync sets it up."""
    with storage._sessions.use() as session:
        connection: Any = session._connection
        connection.execute(f"SET plan_cache_mode = {mode}")
        return [_plan(connection, text) for text in _load_raw(storage._sessions._dialect.texts)[name]]


def steps(storage: SqlStorage, name: str, mode: str) -> Sequence[Step]:
    """Return where the statements called *name* reach rows."""
    return [step for plan in plans(storage, name, mode) for step in _walk(plan, is_bounded=False)]


def _plan(connection: "psycopg.Connection[Any]", text: str) -> Any:
    """Return the plan of the statement *text*, prepared as the driver prepares it."""
    names = list(dict.fromkeys(re.findall(r"(?<![:\w]):([a-z_]+)\b", text)))
    for place, name in enumerate(names, start=1):
        text = re.sub(rf"(?<![:\w]):{name}\b", f"${place}", text)
    prepared = f"plan_{next(_numbers)}"
    connection.execute(f"PREPARE {prepared} AS {text}")
    types = connection.execute(
        "SELECT parameter_types::text[] FROM pg_prepared_statements WHERE name = %s", (prepared,)
    ).fetchone()
    samples = (SAMPLES.get(name, SAMPLES_BY_TYPE[type_]) for name, type_ in zip(names, types[0], strict=True))
    values = sql.SQL(", ").join(map(sql.Literal, samples))
    call = sql.SQL("({})").format(values) if names else sql.SQL("")
    explain = sql.SQL("EXPLAIN (FORMAT JSON) EXECUTE {}{}").format(sql.Identifier(prepared), call)
    return connection.execute(explain).fetchone()[0][0]["Plan"]


def _nodes(plan: Any) -> Iterator[Any]:
    yield plan
    for each in plan.get("Plans", ()):
        yield from _nodes(each)


def _walk(node: Any, *, is_bounded: bool) -> Iterator[Step]:
    if "Relation Name" in node or "Index Name" in node:
        condition = re.sub(r"'[^']*'", "", node.get("Index Cond", ""))
        index = node.get("Index Name", "").removeprefix("linksync_")
        yield Step(
            kind=node["Node Type"],
            table=node.get("Relation Name", ""),
            index=re.sub(r".*_(?=pkey$)", "", index),
            columns=" ".join(dict.fromkeys(_columns(condition))),
            is_bounded=is_bounded,
        )
    bounded = is_bounded or node["Node Type"] == "Limit"
    for each in node.get("Plans", ()):
        yield from _walk(each, is_bounded=bounded)


def _columns(condition: str) -> Iterator[str]:
    """Yield the columns on the left sides of an index condition."""
    for part in condition.split(" AND "):
        row = re.match(r"\(*ROW\(([^)]*)\)", part)
        yield from row[1].split(", ") if row else re.findall(r"^\(*(\w+)", part)


@pytest.mark.parametrize("lookup", [*LOOKUPS, *ALONE], ids=str)
def test_a_statement_uses_the_index_that_is_meant_for_it(
    storage: SqlStorage, mode: str, lookup: Lookup
) -> None:
    found = steps(storage, lookup.statement, mode)

    meant = (lookup.index, lookup.columns)
    if lookup.index in BY_STATE:
        meant = ("job_state", lookup.columns.replace("company", "company state"))
    assert meant in [(step.index, step.columns) for step in found], found


def test_no_statement_reads_a_table_from_end_to_end(storage: SqlStorage, mode: str) -> None:
    """Nor an index, unless it stops after some rows, or the index has those only that are asked for."""
    names = [
        name
        for name in storage._sessions._dialect.texts.statements
        if not name.startswith(("schema.", "clock."))
    ]

    whole = {
        (name, step)
        for name in names
        for step in steps(storage, name, mode)
        if step.kind == "Seq Scan" or ("Index" in step.kind and not step.columns and not step.is_bounded)
        if (name, step.index) not in READS_ALL and step.table not in ONE_ROW
    }

    assert len(names) > 80
    assert whole == set()


@pytest.fixture(scope="module", params=[0, 1, 10, 1000])
def small(request: pytest.FixtureRequest, postgres: Database) -> Iterator[SqlStorage]:
    """A storage with few jobs of one company, of which PostgreSQL knows."""
    with closing(SqlStorage(postgres.url, schema=postgres.new_schema(), clock=FakeClock())) as storage:
        storage.migrate()
        storage.jobs.enqueue(wish(customer(number), company=BUSY[7]) for number in range(request.param))
        schema = storage._sessions._dialect.texts.schema
        for table in _tables(postgres, schema):
            postgres.run(f"ALTER TABLE {table} SET (autovacuum_enabled = off)", f"VACUUM ANALYZE {table}")
        yield storage


BY_NUMBER = ("pkey", "number")
BY_STATES = ("job_state", "company state")
OF_JOBS = ("linksync_job", "linksync_finished_job")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        *(
            (f"jobs.{name}", {BY_NUMBER})
            for name in ("end", "end_crashed", "keep", "await", "cancel_live", "join_live")
        ),
        *(
            (f"jobs.{name}", {BY_NUMBER})
            for name in ("release_free", "restart_waiting", "supersede", "cancel_finished")
        ),
        *((f"jobs.{name}", {BY_NUMBER}) for name in ("live_by_number", "finished_by_number")),
        *((f"jobs.{name}", {BY_NUMBER, BY_STATES}) for name in ("release_linked", "crashed", "put_back")),
        ("jobs.hand_out_only", {BY_NUMBER, ("job_slot", "company entity side record_id")}),
    ],
)
def test_a_plan_made_for_few_jobs_does_for_many(
    small: SqlStorage, name: str, meant: set[tuple[str, str]]
) -> None:
    """A plan is kept as long as nobody takes statistics: where any index would be as quick, it is the one that stays so."""
    found = {
        (step.kind, step.index, step.columns)
        for step in steps(small, name, "force_generic_plan")
        if step.table in OF_JOBS and step.kind.endswith("Scan")
    }

    assert found
    assert {(index, columns) for kind, index, columns in found if kind != "Tid Scan"} <= meant


@pytest.mark.parametrize("name", ["jobs.hand_out", "claims.more", "gates.hold_next"])
def test_what_is_handed_out_is_in_the_order_of_the_index(storage: SqlStorage, mode: str, name: str) -> None:
    """So neither the backlog nor the companies are sorted for each claim."""
    plan = str(plans(storage, name, mode))

    assert "'Limit'" in plan
    assert "Sort" not in plan


def test_the_companies_with_work_are_found_by_jumping_along_the_index(storage: SqlStorage) -> None:
    """Once for each; PostgreSQL shows this part of the plan only when it is carried out."""
    (text,) = storage._sessions._dialect.texts.statements["jobs.companies"]
    with storage._sessions.use() as session:
        connection: Any = session._connection
        plan = connection.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {text}").fetchone()[0][0]["Plan"]

    jumps = [node for node in _nodes(plan) if "company > busy" in node.get("Index Cond", "")]
    assert [(node["Index Name"], node["Actual Rows"]) for node in jumps] == [("linksync_job_slot", 1)]
    assert [node["Actual Loops"] for node in jumps] == [len(BUSY)]


@pytest.mark.parametrize(
    ("name", "index", "by_number"),
    [
        ("jobs.list_live", "job_ready", 3),  # of them the numbers that the gate has handed out
        ("jobs.list_finished", "finished_job_state", 0),
        ("history.list_runs", "run_company", 0),
        ("history.list_results", "result_run", 0),
    ],
)
def test_a_page_does_not_read_what_belongs_to_a_company_or_run_that_has_nearly_all(
    postgres: Database, mode: str, name: str, index: str, by_number: int
) -> None:
    """Where the planner takes half of the rows for anybody's, to go by their numbers looks cheap.

    Rows whose numbers have been found are fetched by them.
    """
    with closing(SqlStorage(postgres.url, schema=postgres.new_schema())) as storage:
        storage.migrate()
        schema = storage._sessions._dialect.texts.schema
        columns = (
            "number, company, entity, side, record_id, reasons, source, state, band, attempts, crashes, generation, "
            "due_at, created_at, updated_at"
        )
        key = "g, CASE WHEN g < 19990 THEN 'other' ELSE 'c07' END, 'customer', 'local', g::text, 1, 'local'"
        rest = "1, 1, 0, 1, '2026', '2026', '2026'"
        numbers = "FROM generate_series(1, 20000) AS g"
        postgres.run(
            f"INSERT INTO {schema}.linksync_job ({columns}) SELECT {key}, 'ready', {rest} {numbers}",
            f"INSERT INTO {schema}.linksync_finished_job ({columns}, finished_at) "
            f"SELECT {key}, 'success', {rest}, '2026' {numbers}",
            f"INSERT INTO {schema}.linksync_run (id, company, started_at) "
            f"SELECT g::text, CASE WHEN g < 19990 THEN 'other' ELSE 'c07' END, '2026' {numbers}",
            f"INSERT INTO {schema}.linksync_result (run, company, entity, side, record_id, label, remote_type, "
            "outcome, reason, code, remedy, details, request_id, at) SELECT CASE WHEN g < 19990 THEN 1 ELSE 2 END, "
            f"'c07', 'customer', 'local', g::text, '', '', 'created', '', '', '', '{{}}', '', '2026' {numbers}",
            *(f"ANALYZE {schema}.linksync_{table}" for table in ("job", "finished_job", "run", "result")),
        )

        found = steps(storage, name, mode)

    indexes = [step.index for step in found]
    assert index in indexes
    assert indexes.count("pkey") == by_number
