"""Which indexes SQLite uses: what is asked often costs the same however much is queued or kept."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from attrs import frozen

from linksync.storage import SqlStorage
from linksync.testing.clock import FakeClock
from tests.unit.storage.plans import LOOKUPS, Lookup

READS_ALL = {
    ("jobs.chores", "linksync_inbox"),  # within EXISTS, so that the first row is enough
    ("gates.hold", "linksync_inbox"),
    ("gates.hold_next", "linksync_inbox"),
    ("jobs.companies", "linksync_job"),  # the first row of the index
    ("jobs.companies", "linksync_intent"),  # the index of open ones, each of which counts
    ("gates.take", "linksync_gate"),  # the last row of the index
    ("inbox.first", "linksync_inbox"),  # the first five hundred
    ("backlog.inbox", "linksync_inbox"),  # the first ten thousand
    ("backlog.companies", "linksync_gate"),  # in the order of turns, a row per company
}
"""What a statement is meant to go through in order."""
ONE_ROW = {"linksync_encryption", "linksync_schema", "linksync_identity"}
"""Tables that have hardly more than one."""


@frozen(kw_only=True)
class Step:
    """A step of a plan.

    Attributes:
        text: What SQLite tells of it.
        index: By which index rows are looked up, as it is called after `linksync_`; `pkey` for the primary key's.
        columns: The columns that it looks for.
    """

    text: str
    index: str
    columns: str


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[SqlStorage]:
    storage = SqlStorage(f"sqlite:///{tmp_path}/links.db", clock=FakeClock())
    yield storage
    storage.close()


def steps(storage: SqlStorage, name: str) -> list[Step]:
    """Return the steps of the statements called *name*."""
    with storage._sessions.use() as session:
        texts = storage._sessions._dialect.texts.statements[name]
        parameters: Mapping[str, object] = dict.fromkeys(re.findall(r":(\w+)", " ".join(texts)), "1")
        cursor = session._connection.cursor()
        rows = [row[3] for text in texts for row in cursor.execute(f"EXPLAIN QUERY PLAN {text}", parameters)]
    return [_step(text) for text in rows]


def _step(text: str) -> Step:
    found = re.match(r"SEARCH .* USING (?:COVERING )?(?:INDEX linksync_(\w+)|.*) \((.*)\)$", text)
    if found is None:
        return Step(text=text, index="", columns="")
    columns = re.findall(r"[a-z_]+(?=[=<>,)])", found[2])
    return Step(text=text, index=found[1] or "pkey", columns=" ".join(dict.fromkeys(columns)))


@pytest.mark.parametrize("lookup", LOOKUPS, ids=str)
def test_a_statement_uses_the_index_that_is_meant_for_it(storage: SqlStorage, lookup: Lookup) -> None:
    found = steps(storage, lookup.statement)

    assert (lookup.index, lookup.columns) in [(step.index, step.columns) for step in found], found


def test_no_statement_reads_a_table_from_end_to_end(storage: SqlStorage) -> None:
    """The lists that were handed in are all that is gone through so."""
    statements = storage._sessions._dialect.texts.statements

    whole = {
        (name, step.text)
        for name, texts in statements.items()
        for step in steps(storage, name)
        for table in [_scanned(step, " ".join(texts))]
        if table and (name, table) not in READS_ALL and table not in ONE_ROW
    }

    assert len(statements) > 80
    assert whole == set()


def _scanned(step: Step, text: str) -> str | None:
    """Return the table that *step* of the statement *text* goes through, if it is one of linksync's."""
    found = re.match(r"SCAN (\w+)", step.text)
    if found is None or "VIRTUAL TABLE" in step.text:
        return None
    tables = {alias or name: name for name, alias in re.findall(r"\b(linksync_\w+)(?: AS (\w+))?", text)}
    return tables.get(found[1])


@pytest.mark.parametrize("name", ["jobs.hand_out", "gates.hold_next"])
def test_what_is_handed_out_is_in_the_order_of_the_index(storage: SqlStorage, name: str) -> None:
    """So neither the backlog nor the companies are sorted for each claim."""
    found = steps(storage, name)

    assert [step for step in found if "TEMP B-TREE" in step.text] == []


def test_the_greatest_turn_is_the_last_of_its_index(storage: SqlStorage) -> None:
    """And is not searched for."""
    found = steps(storage, "gates.take")

    assert [step for step in found if "linksync_gate_last" in step.text]
