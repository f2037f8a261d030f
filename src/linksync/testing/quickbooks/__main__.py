"""Serves a simulated company: `python -m linksync.testing.quickbooks --port 8080`.

Prints one line of JSON that says how to reach it, then serves until it is killed.
"""

import argparse
import sys
from collections.abc import Sequence
from datetime import timedelta

from linksync.exactjson import dumps
from linksync.testing.quickbooks.limits import NO_LIMITS, Limits
from linksync.testing.quickbooks.server import open_server
from linksync.testing.quickbooks.simulator import QuickBooksSimulator, connection_facts


def main(arguments: Sequence[str] | None = None) -> None:
    """Open one company and serve it."""
    parser = argparse.ArgumentParser(
        prog="python -m linksync.testing.quickbooks", description="Serve a simulated QuickBooks company."
    )
    parser.add_argument(
        "--port", type=int, default=0, help="where to listen on loopback; any free port by default"
    )
    parser.add_argument("--no-limits", action="store_true", help="never answer 429 by itself")
    options = parser.parse_args(arguments)
    limits = NO_LIMITS if options.no_limits else Limits(slack=timedelta(milliseconds=100))
    simulator = QuickBooksSimulator(limits=limits)
    company = simulator.add_company()
    server = open_server(simulator.handle, options.port)
    sys.stdout.write(dumps(connection_facts(simulator, company, server.url)) + "\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
