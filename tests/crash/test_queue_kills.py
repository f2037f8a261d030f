"""Producers and workers are killed at random, with their connections, hundreds of times on each database.

Producers change records of the host's and enqueue in one transaction; workers look at the records and settle. Both
databases are worked on beside each other. Every test states one thing about what is left at the end.
"""

import os
from collections.abc import Mapping, Sequence
from itertools import combinations

import pytest
from _pytest.outcomes import Skipped

from linksync.jobs import JobState
from tests.crash.hostside import HostDatabase, Run
from tests.crash.queuefleet import COMPANIES, Aftermath, QueueFleet, kill_at_random
from tests.servers import Database

pytestmark = pytest.mark.timeout(420)

KINDS = ("postgres", "mysql")
KILLS = 300
SEED = os.environ.get("LINKSYNC_TEST_SEED", "4711")


@pytest.fixture(scope="module")
def aftermaths(request: pytest.FixtureRequest) -> Mapping[str, Aftermath | Skipped]:
    """What is left on each database, or why there is none."""
    missing, fleets = dict[str, Skipped](), dict[str, QueueFleet]()
    for kind in KINDS:
        try:
            database: Database = request.getfixturevalue(kind)
        except Skipped as reason:
            missing[kind] = reason
        else:
            host = HostDatabase(kind, database.url, database.new_schema())
            fleets[kind] = QueueFleet(host, KILLS, f"{SEED} {kind}")
    try:
        for fleet in fleets.values():
            fleet.start()
        kill_at_random(list(fleets.values()))
        found = {kind: fleet.finish() for kind, fleet in fleets.items()}
    finally:
        for fleet in fleets.values():
            fleet.stop()
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        for kind, aftermath in found.items():
            print(f"\n{kind}, seed {SEED}: {aftermath.figures}")  # noqa: T201 - shown, whatever comes of it
    return {**found, **missing}


@pytest.fixture(params=KINDS)
def aftermath(request: pytest.FixtureRequest, aftermaths: Mapping[str, Aftermath | Skipped]) -> Aftermath:
    """What is left on one database."""
    found = aftermaths[request.param]
    if isinstance(found, Skipped):
        raise found
    return found


def test_as_many_were_killed_as_intended_and_the_others_ended_well(aftermath):
    """What the other tests state means nothing unless it was put to the test."""
    figures = aftermath.figures

    assert aftermath.exits == [0] * 5
    assert figures["kills"] >= KILLS
    assert figures["takeovers"] > KILLS / 10
    assert figures["lost leases"] > KILLS / 100
    assert figures["claims"] > KILLS
    assert sum(version > 0 for version, _ in aftermath.records.values()) > KILLS


def test_i05_the_last_value_of_every_record_was_seen_by_a_run_that_was_settled(aftermath):
    last = {record: found for record, found in aftermath.records.items() if found[0]}
    seen = {
        ((run.company, run.record), (run.version, run.value))
        for run in aftermath.runs
        if run.outcome == JobState.SUCCESS.value and run.settled in ("accepted", "unsure", None)
    }

    missed = [item for item in last.items() if item not in seen]

    assert missed == []


def test_i05_no_job_is_left_over(aftermath):
    for counts in aftermath.counts.values():
        assert set(counts) == {JobState.SUCCESS}


def test_nobody_was_given_up_for_another_s_sake(aftermath):
    """Neither workers, of another company or of the same, nor hosts that dawdle before their commit, who end by an error."""
    assert aftermath.figures["given up"] == 0


def test_i06_nothing_ran_twice_at_once(aftermath):
    """Whatever began under a new token began when the former had ended, or when its lease had run out."""
    for company in COMPANIES:
        assert _overlaps([run for run in aftermath.runs if run.company == company]) == []


def test_i06_no_settle_was_accepted_from_who_had_lost_the_company(aftermath):
    """Neither when the lease had run out before it was asked for, nor when another had begun before."""
    accepted = [run for run in aftermath.runs if run.settled == "accepted"]
    began = dict[tuple[str, int], float]()
    for run in aftermath.runs:
        hold = (run.company, run.token)
        began[hold] = min(began.get(hold, run.started_at), run.started_at)

    late = [run for run in accepted if run.late]
    fenced = [
        (run, token)
        for run in accepted
        for (company, token), at in began.items()
        if company == run.company and token > run.token and at < run.settled_from
    ]

    assert late == []
    assert fenced == []


def _overlaps(runs: Sequence[Run]) -> Sequence[tuple[Run, Run]]:
    """Return the pairs of a company's runs that went on at the same time without leave."""
    lease_until = dict[int, float]()
    for run in runs:
        lease_until[run.token] = max(lease_until.get(run.token, 0.0), run.lease_until)

    def may_follow(former: Run, latter: Run) -> bool:
        if former.ended_at is not None and former.ended_at <= latter.started_at:
            return True
        if former.token == latter.token:  # one worker, whose batch goes on together; but no record twice
            return former.record != latter.record
        return lease_until[former.token] <= latter.claimed_at

    in_order = sorted(runs, key=lambda run: (run.token, run.started_at))
    return [
        (former, latter) for former, latter in combinations(in_order, 2) if not may_follow(former, latter)
    ]
