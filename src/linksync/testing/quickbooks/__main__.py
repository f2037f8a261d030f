"""Serves a simulated company: `python -m linksync.testing.quickbooks --port 8080 --company sample`.

Prints one line of JSON that says how to reach it, then serves until it is killed.
"""

import argparse
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from linksync.exactjson import dumps
from linksync.testing.quickbooks.grants import Rotation
from linksync.testing.quickbooks.limits import NO_LIMITS, Limits
from linksync.testing.quickbooks.server import open_server
from linksync.testing.quickbooks.simulator import QuickBooksSimulator, connection_facts


def main(arguments: Sequence[str] | None = None) -> None:
    """Open one company, or those of a state file, and serve them."""
    parser = argparse.ArgumentParser(
        prog="python -m linksync.testing.quickbooks", description="Serve a simulated QuickBooks company."
    )
    parser.add_argument(
        "--port", type=int, default=0, help="where to listen on loopback; any free port by default"
    )
    parser.add_argument("--no-limits", action="store_true", help="never answer 429 by itself")
    parser.add_argument(
        "--company", choices=("empty", "sample"), default="empty", help="what the company begins with"
    )
    parser.add_argument(
        "--state", type=Path, help="a file to begin with, as POST /_simulator/state/save wrote it"
    )
    parser.add_argument("--ask", action="store_true", help="let the authorization page be a form to agree to")
    parser.add_argument(
        "--rotation",
        choices=[each.value for each in Rotation],
        help="when refresh tokens change; as they do by default",
    )
    options = parser.parse_args(arguments)
    limits = NO_LIMITS if options.no_limits else Limits(slack=timedelta(milliseconds=100))
    simulator = QuickBooksSimulator(limits=limits)
    if options.state is not None and options.state.exists():
        simulator.load(options.state)
    if not simulator.companies:
        simulator.add_company(is_sample=options.company == "sample")
    # What is asked for here goes before what a file says.
    if options.no_limits:
        for each in simulator.companies.values():
            each.limiter.limits = NO_LIMITS
    if options.rotation is not None:
        simulator.authorization.rotation = Rotation(options.rotation)
    if options.ask:
        simulator.authorization.asks = True
    company = next(iter(simulator.companies.values()))
    server = open_server(simulator.handle, options.port)
    sys.stdout.write(dumps(connection_facts(simulator, company, server.url)) + "\n")
    sys.stdout.flush()
    with simulator.delivering():
        server.serve_forever()


if __name__ == "__main__":
    main()
