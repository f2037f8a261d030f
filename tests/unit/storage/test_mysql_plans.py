"""Which indexes MariaDB and MySQL use: what is asked often costs the same however much is queued or kept.

Plans are made for tables with some thousand rows, with the statistics of empty tables and with their own.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from typing import Any

import pytest
from attrs import frozen

from linksync.storage import SqlStorage
from linksync.storage.sql.texts import _load_raw
from linksync.testing.clock import FakeClock
from tests.servers import Database
from tests.unit.storage.filling import fill
from tests.unit.storage.plans import LOOKUPS, Lookup

NOW = "2026-01-02T00:00:00.000000+00:00"
NUMBERS = "[101, 202, 303]"
SAMPLES = {
    "company": "c07",
    "companies": '["c07", "c08"]',
    "entity": "customer",
    "remote_type": "Customer",
    "run_id": "c07-7",
    "after_turn": 7,
    "after_company": "c07",
    "after_entity": "customer",
    "after_id": "7",
    "after": 7,
    "number": 500,
    "id": "7",
    "place": 0,
    "intent": 7,
    "limit": 100,
    "batch": 100,
    "cap": 100,
    "seconds": 60,
    "band": 0,
    "now": NOW,
    "before": NOW,
    "ids": '["7", "8"]',
    "numbers": NUMBERS,
    "refs": '["w1"]',
    "states": '["ready", "success", "linked"]',
    "outcomes": '[{"state": "success", "is_end": 1, "counts": 0, "due_at": "", "numbers": [101, 202]}]',
    "records": '[["customer", "local", "7", "w1"]]',
    "waits": '[[101, "customer", "local", "7"]]',
    "wishes": json.dumps(
        [
            {
                "company": "c07",
                "entity": "customer",
                "side": "local",
                "reasons": 1,
                "band": 0,
                "due_at": NOW,
                "only_if_known": 1,
                "wishes": 1,
                "created_at": NOW,
                "updated_at": NOW,
                "record_ids": ["7", "8"],
            }
        ]
    ),
    "rows": "[]",
}
"""What to plan for, by the name of the parameter; the others are empty texts."""
NOTED = "SET @numbers = '[101, 202]', @companies = '[\"c07\"]', @company = 'c07', @last = 500, @rows = '[[101, \"c07\", \"success\"]]'"
"""What the statements before have noted."""
Given = Mapping[str, Mapping[str, object]]
HOLDERS: Given = {"tokens.get": {"company": "q0003"}}
"""Who has what a statement asks for, where the others have none and that is all that the plan tells."""


@frozen
class Index:
    """An index as it is called here.

    Attributes:
        name: Its name.
        before: The columns that stand before those that other databases' indexes have.
        renamed: What takes the place of a column.
    """

    name: str
    before: tuple[str, ...] = ()
    renamed: tuple[str, str] = ("", "")

    def columns(self, named: str) -> tuple[str, ...]:
        old, new = self.renamed
        return (
            *self.before,
            *(part for each in named.split() for part in (new if each == old else each).split()),
        )


STATE = ("state",)
INDEXES = {
    "pkey": Index("PRIMARY"),
    "job_slot": Index("slot"),
    "job_ready": Index("ready", STATE),
    "job_delayed": Index("ready", STATE, ("number", "band number")),
    "job_running": Index("ready", STATE, ("number", "band number")),
    "job_waiting": Index("ready", STATE, ("number", "band number")),
    "job_suspect": Index("suspect", ("is_suspect",)),
    "job_due": Index("due", renamed=("due_at", "delayed_until")),
    "job_wait_record": Index("record"),
    "finished_job_record": Index("record"),
    "finished_job_state": Index("state"),
    "finished_job_failed": Index("failed", renamed=("record_id", "failed_record_id")),
    "finished_job_end": Index("done", renamed=("finished_at", "done_at")),
    "gate_turn": Index("turn", ("has_work", "state")),
    "gate_until": Index("until"),
    "inbox_company": Index("company"),
    "link_remote": Index("remote", renamed=("remote_id", "live_remote_id")),
    "intent_open": Index("open", ("closed_at",)),
    "intent_closed": Index("open"),
    "intent_record_ref": Index("ref"),
    "run_company": Index("company"),
    "run_start": Index("start"),
    "result_run": Index("run"),
    "result_record": Index("record"),
}
"""What stands here for the indexes that are meant, most of which hold only some rows on other databases."""

READS_ALL = {
    ("jobs.companies", "gate"),  # one walk, with one look into an index for each
    ("backlog.companies", "gate"),
    ("jobs.chores", "linksync_inbox"),  # within EXISTS, so that the first row is enough
    ("gates.hold", "linksync_inbox"),
    ("gates.hold_next", "linksync_inbox"),
    ("inbox.first", "linksync_inbox"),  # with LIMIT, in the order of the key
    ("backlog.inbox", "linksync_inbox"),
}
"""What a statement is meant to go through, by its alias."""
ONE_ROW = {"linksync_encryption", "linksync_schema", "linksync_identity"}
"""Tables that have hardly more than one."""


@frozen
class Step:
    """A step of a plan that reaches rows of a table.

    Attributes:
        table: Its alias.
        kind: How, such as `ref` or `range`; `ALL` and `index` are from end to end.
        index: By which index.
        columns: By which of its columns.
    """

    table: str
    kind: str
    index: str
    columns: tuple[str, ...]


@pytest.fixture(scope="module")
def filled(mysql: Database) -> Iterator[SqlStorage]:
    """A storage whose tables were empty when the server last counted them."""
    clock = FakeClock()
    schema = mysql.new_schema()
    with (
        closing(SqlStorage(mysql.url, schema=schema, clock=clock)) as storage,
        closing(mysql.connect()) as host,
    ):
        storage.migrate()
        for table in _tables(mysql, schema):
            mysql.run(f"ALTER TABLE {table} STATS_AUTO_RECALC = 0", f"ANALYZE TABLE {table}")
        fill(storage, clock, host)
        yield storage


@pytest.fixture(scope="module", params=["with those of empty tables", "with statistics"])
def storage(request: pytest.FixtureRequest, mysql: Database, filled: SqlStorage) -> SqlStorage:
    """The same before and after it has counted again."""
    if request.param == "with statistics":
        for table in _tables(mysql, filled._sessions._dialect.texts.schema):
            mysql.run(f"ANALYZE TABLE {table}")
    return filled


def _tables(mysql: Database, schema: str) -> Sequence[str]:
    rows = mysql.run(f"SELECT table_name FROM information_schema.tables WHERE table_schema = '{schema}'")
    return [f"{schema}.{name}" for (name,) in rows]


def steps(storage: SqlStorage, name: str, given: Given = HOLDERS) -> Sequence[Step]:
    """Return where the statements called *name* reach rows."""
    return [step for plan in plans(storage, name, given) for step in _walk(plan)]


def plans(storage: SqlStorage, name: str, given: Given = HOLDERS) -> Sequence[Any]:
    """Return the plans of the statements called *name*."""
    with storage._sessions.use() as session:
        cursor: Any = session._connection.cursor()
        cursor.execute(NOTED)
        texts = _load_raw(storage._sessions._dialect.texts)[name]
        samples = {**SAMPLES, **given.get(name, {})}
        return [_plan(cursor, text, samples) for text in texts]


def _plan(cursor: Any, text: str, samples: Mapping[str, object]) -> Any:
    explained = re.sub(r" INTO @\w+", "", text)  # which can only be explained by being left out

    def value(match: re.Match[str]) -> str:
        sample = samples.get(match[1], "")
        if str(sample)[:1] != "[":
            return str(cursor.mogrify("%s", (sample,)))
        # MariaDB's plans are no JSON where they quote a text that is.
        cursor.execute(f"SET @{match[1]}_given = %s", (sample,))
        return f"@{match[1]}_given"

    cursor.execute("EXPLAIN FORMAT = JSON " + re.sub(r"(?<![:\w]):([a-z_]+)\b", value, explained))
    return json.loads(cursor.fetchone()[0])


def _walk(node: Any) -> Iterator[Step]:
    if isinstance(node, list):
        for each in node:
            yield from _walk(each)
    elif isinstance(node, dict):
        name = node.get("table_name", "")
        if "access_type" in node and not name.startswith("<") and "table_function" not in node:
            yield Step(name, node["access_type"], node.get("key", ""), tuple(node.get("used_key_parts", ())))
        for each in node.values():
            yield from _walk(each)


@pytest.mark.parametrize("lookup", LOOKUPS, ids=str)
def test_a_statement_uses_the_index_that_is_meant_for_it(storage: SqlStorage, lookup: Lookup) -> None:
    index = INDEXES[lookup.index]
    columns = index.columns(lookup.columns)

    found = steps(storage, lookup.statement)

    assert [step for step in found if step.index == index.name and step.columns[: len(columns)] == columns], (
        found
    )


def test_no_statement_reads_a_table_from_end_to_end(storage: SqlStorage) -> None:
    """Nor an index, unless it stops after some rows."""
    names = [
        name
        for name in storage._sessions._dialect.texts.statements
        if not name.startswith(("schema.", "clock."))
    ]

    whole = {
        (name, step)
        for name in names
        for step in steps(storage, name)
        if step.kind in ("ALL", "index")
        if (name, step.table) not in READS_ALL and step.table not in ONE_ROW
    }

    assert len(names) > 80
    assert whole == set()


@pytest.mark.parametrize(
    "name",
    ["jobs.hand_out", "gates.hold_next", "jobs.purge", "history.list_runs"],
)
def test_what_is_taken_in_turn_is_in_the_order_of_the_index(storage: SqlStorage, name: str) -> None:
    """So neither the backlog nor the companies are sorted for each claim."""
    plan = str(plans(storage, name))

    assert "'access_type'" in plan
    assert "filesort" not in plan


@pytest.mark.parametrize("entity", [None, "customer"])
def test_a_page_of_links_is_reached_by_its_place(storage: SqlStorage, entity: str | None) -> None:
    """What is sorted in the end is the page alone, and not all that comes after it."""
    given = {"links.list": {"entity": entity}}

    walks = [step for step in steps(storage, "links.list", given) if step.table == "linksync_link"]
    sorts = str(plans(storage, "links.list", given)).count("filesort")

    assert [(step.kind, step.index) for step in walks] == [("range", "PRIMARY")]
    assert sorts == 1
