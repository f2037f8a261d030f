"""`python -m benchmarks mapping --json --quick`: figures, as text or as JSON; never a verdict.

Each benchmark is a module with a function `run(*, quick)` that returns its figures; that of `queue` takes `--url`,
`--rows` and `--commit-ms` too.
"""

import argparse
import importlib
import json
import platform
from collections.abc import Mapping, Sequence
from typing import Any

NAMES = ("mapping", "sync", "queue", "simulator")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the benchmarks that *arguments* name and print their figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"which: {', '.join(NAMES)}; all unless told"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--quick", action="store_true", help="few records: whether it runs, not how fast")
    parser.add_argument(
        "--url", help="the database for queue, such as postgresql://... or mysql://...; SQLite unless told"
    )
    parser.add_argument(
        "--rows", type=int, default=20_000, help="how full the full queue of queue is; 1000000 takes minutes"
    )
    parser.add_argument(
        "--commit-ms",
        type=float,
        default=0,
        metavar="MS",
        help="by how many milliseconds each commit of queue is slowed down: ratios move with the disk",
    )
    options = parser.parse_args(arguments)
    unknown = set(options.names) - set(NAMES)
    if unknown:
        parser.error(f"no benchmark {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
    figures: dict[str, Any] = {"python": platform.python_version(), "machine": platform.machine()}
    for name in options.names or NAMES:
        own = (
            {"url": options.url, "rows": options.rows, "commit_ms": options.commit_ms}
            if name == "queue"
            else {}
        )
        figures[name] = importlib.import_module(f"benchmarks.{name}").run(quick=options.quick, **own)
    print(json.dumps(figures, indent=2) if options.json else "\n".join(_lines(figures)))


def _lines(figures: Mapping[str, Any], depth: int = 0) -> Sequence[str]:
    found = list[str]()
    for name, value in figures.items():
        if isinstance(value, Mapping):
            found += [f"{'  ' * depth}{name}", *_lines(value, depth + 1)]
        else:
            shown = f"{value:.3f}" if isinstance(value, float) else value
            found.append(f"{'  ' * depth}{name}: {shown}")
    return found


if __name__ == "__main__":
    main()
