"""The benchmarks run and say what they promise to; how fast anything is, is no test's business."""

import json
import subprocess
import sys

import pytest

from tests.docs.pages import ROOT

TASKS = {
    "out: a customer of 17 fields, with checks",
    "in: a customer of 17 fields, with checks",
    "invoice out: five lines, six references, with checks",
    "body: the fields of a customer to the JSON that creates it",
    "map and compare with the base: a customer, nothing changed",
}


def figures(name: str) -> dict:
    """Return what the benchmark *name* says of a few records."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", name, "--quick", "--json"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    return json.loads(done.stdout)[name]


def test_the_mapping_benchmark_tells_each_contestant_beside_the_one_by_hand():
    """For every task, and only after all have been held to the same results."""
    told = figures("mapping")

    for task in TASKS:
        assert told[task]["by hand"]["ratio"] == 1
        assert told[task]["linksync"]["ratio"] > 0
        assert told[task]["linksync, interpreted"]["microseconds each"] > 0


def test_the_push_benchmark_tells_time_and_memory_beside_their_bounds():
    told = figures("sync")

    assert told["time"]["ratio"] > 0
    assert told["time"]["at most"] == 2.0
    assert {name: len(seconds) for name, seconds in told["time"]["seconds"].items()} == {
        "linksync": 1,
        "by hand": 1,
    }
    assert [float(peak) > 0 for peak in told["memory"]["peak MB"].values()] == [True, True]
    assert told["memory"]["at most"] == 20.0


def test_the_memory_of_a_push_is_its_own():
    """Not that of the process that has it measured, which is larger than what there is to find out."""
    ballast = b"." * 300 * 2**20

    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.sync", "--peak", "30"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )

    assert 10 < float(done.stdout) < len(ballast) / 2**20


def test_an_unknown_benchmark_is_refused():
    with pytest.raises(subprocess.CalledProcessError) as caught:
        figures("dragons")

    assert "no benchmark dragons" in caught.value.stderr
