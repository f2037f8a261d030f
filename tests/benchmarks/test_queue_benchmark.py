"""The queue's benchmark runs on SQLite with a few jobs, and holds the queue to what it must never do."""

import json
import subprocess
import sys

from tests.docs.pages import ROOT

TASKS = [
    "enqueue, one at a time",
    "enqueue, a thousand at a time",
    "claim and settle, 1 worker",
    "claim and settle, 2 workers",
]


def test_the_queue_benchmark_tells_rates_beside_the_queue_by_hand_and_their_bounds(tmp_path):
    """That no company waits for its turn or is worked on twice at once is asserted by the benchmark itself."""
    url = f"sqlite:///{tmp_path / 'queue.db'}"

    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "queue", "--quick", "--json", "--url", url],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )

    told = json.loads(done.stdout)["queue"]
    for task in TASKS:
        assert told["race"][task]["by hand"]["ratio"] == 1
        assert told["race"][task]["linksync"]["per second"] > 0
        assert told["targets"][f"{task}, times by hand"]["at least"] in {0.45, 0.5, 0.7}
    assert set(told["fairness"]["claims until the turn of"].values()) <= {1, 2}
    assert told["many workers"]["ratio"]["at least"] == 4
    assert list(tmp_path.iterdir()) == []
