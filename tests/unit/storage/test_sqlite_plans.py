"""Which indexes SQLite uses: what is asked often costs the same however much is queued or kept."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from linksync.storage import SqlStorage
from linksync.testing.clock import FakeClock

KEYS = '[["customer","local","1"],["customer","local","2"]]'


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[SqlStorage]:
    storage = SqlStorage(f"sqlite:///{tmp_path}/links.db", clock=FakeClock())
    yield storage
    storage.close()


def plan(storage: SqlStorage, name: str) -> list[str]:
    """Return the steps of the statement called *name*."""
    with storage._sessions.use() as session:
        text = storage._sessions._dialect.statements[name]
        parameters: Mapping[str, object] = dict.fromkeys(re.findall(r":(\w+)", text), "1")
        rows = session._connection.cursor().execute(f"EXPLAIN QUERY PLAN {text}", parameters)
        return [row[3] for row in rows]


@pytest.mark.parametrize(
    ("name", "step"),
    [
        ("jobs.hand_out", "INDEX linksync_job_ready (company=?)"),
        ("jobs.hand_out_only", "INDEX linksync_job_slot (company=? AND entity=? AND side=? AND record_id=?)"),
        ("jobs.promote_due", "INDEX linksync_job_delayed (due_at<?)"),
        ("jobs.enqueue", "INDEX linksync_link_remote (company=? AND remote_id=?)"),
        ("jobs.put_back", "INDEX linksync_job_state (company=? AND state=?)"),
        ("jobs.release_linked", "INDEX linksync_job_state (company=? AND state=?)"),
        (
            "jobs.awaiting",
            "INDEX linksync_job_wait_record (company=? AND entity=? AND side=? AND record_id=?)",
        ),
        (
            "jobs.supersede",
            "INDEX linksync_finished_job_record (company=? AND entity=? AND side=? AND record_id=?)",
        ),
        (
            "jobs.live_by_record",
            "INDEX linksync_job_slot (company=? AND entity=? AND side=? AND record_id=?)",
        ),
        (
            "jobs.last_finished_by_record",
            "INDEX linksync_finished_job_record (company=? AND entity=? AND side=? AND record_id=?)",
        ),
        ("jobs.list_live", "INDEX linksync_job_state (company=? AND state=? AND number>?)"),
        ("jobs.list_finished", "INDEX linksync_finished_job_state (company=? AND state=? AND number>?)"),
        ("jobs.companies", "INDEX linksync_job_state (company>?)"),
        ("jobs.purge", "INDEX linksync_finished_job_end (finished_at<?)"),
        ("gates.next", "INDEX linksync_gate_turn (has_work=? AND (turn,company)>(?,?))"),
        ("gates.has_due", "INDEX linksync_job_state (company=? AND state=?)"),
        ("gates.has_due", "INDEX linksync_intent_open (company=?)"),
        ("gates.take", "INDEX linksync_gate_turn (has_work=?)"),
        ("links.find_by_local", "(company=? AND entity=? AND local_id=?)"),
        ("links.find_by_remote", "INDEX linksync_link_remote (company=? AND remote_id=? AND remote_type=?)"),
        ("intents.list_open", "INDEX linksync_intent_open (company=?)"),
        (
            "intents.find_open",
            "INDEX linksync_intent_item_record (company=? AND entity=? AND side=? AND local_id=?)",
        ),
        ("history.list_runs", "INDEX linksync_run_company (company=? AND number<?)"),
        ("history.list_results", "INDEX linksync_result_run (run=? AND id>?)"),
        (
            "history.last_results",
            "INDEX linksync_result_record (company=? AND entity=? AND side=? AND record_id=?)",
        ),
    ],
)
def test_a_statement_uses_the_index_that_is_meant_for_it(storage: SqlStorage, name: str, step: str) -> None:
    steps = plan(storage, name)

    assert [each for each in steps if step in each], steps


@pytest.mark.parametrize(
    "name",
    [
        "jobs.hand_out",
        "jobs.hand_out_only",
        "jobs.promote_due",
        "jobs.enqueue",
        "jobs.supersede",
        "jobs.settle_touched",
        "jobs.settle_ended",
        "jobs.remove_running",
        "gates.next",
        "gates.has_due",
        "gates.verify",
        "links.find_by_local",
        "links.find_by_remote",
        "links.list",
        "intents.find_open",
        "history.list_results",
    ],
)
def test_a_statement_that_is_asked_often_scans_no_table(storage: SqlStorage, name: str) -> None:
    """The lists that were handed in are all that is gone through from end to end."""
    steps = plan(storage, name)

    scans = [
        each for each in steps if (each.startswith("SCAN") and "linksync_" in each) or "SCAN job" in each
    ]
    assert scans == []


def test_jobs_are_handed_out_in_the_order_of_the_index(storage: SqlStorage) -> None:
    """So the backlog is not sorted for each claim."""
    steps = plan(storage, "jobs.hand_out")

    assert [each for each in steps if "TEMP B-TREE" in each] == []


def test_companies_take_their_turn_in_the_order_of_the_index(storage: SqlStorage) -> None:
    """So the companies are not sorted for each claim."""
    steps = plan(storage, "gates.next")

    assert [each for each in steps if "TEMP B-TREE" in each] == []
