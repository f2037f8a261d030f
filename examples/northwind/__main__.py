"""The demo: `python -m examples.northwind [--data DIR] [--json]`."""

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from examples.northwind.crm import Crm
from examples.northwind.made_up import make_up
from examples.northwind.northwind_csv import read_folder
from examples.northwind.simulator import run_simulator
from examples.northwind.story import Story
from examples.northwind.telling import Teller
from linksync import exactjson


def main() -> None:
    """Fill a CRM, start QuickBooks, and tell the story."""
    parser = argparse.ArgumentParser(
        prog="python -m examples.northwind",
        description="Promote a small CRM into a simulated QuickBooks company, with crashes.",
    )
    parser.add_argument("--data", type=Path, help="a folder of Northwind-shaped CSV; made-up data without it")
    parser.add_argument("--json", action="store_true", help="print what happened as one JSON document")
    parser.add_argument("--quiet", action="store_true", help="print nothing but the end")
    parser.add_argument("--rows", type=int, default=3, help="rows per entity and status; 0 for all")
    options = parser.parse_args()
    teller = Teller(out=None if options.json or options.quiet else sys.stdout, rows=options.rows)
    customers, products, orders = read_folder(options.data) if options.data else make_up()
    with TemporaryDirectory(prefix="linksync-") as folder, run_simulator() as simulator:
        path = Path(folder) / "crm.db"
        Crm(path).fill(customers, products, orders)
        story = Story(path=path, simulator=simulator, teller=teller)
        missing = story.tell()
    if options.json:
        print(exactjson.dumps(story.scenes))
    elif not missing:
        print("\nThe demo is over: every record is in QuickBooks and linked, once.")
    if missing:
        sys.exit(
            "\nThe demo is over, and these are not in QuickBooks and linked once:\n" + "\n".join(missing)
        )


if __name__ == "__main__":
    main()
