"""A worker that kills itself right after QuickBooks has done what it asked for, before it can note the answer."""

import json
import os
import signal
import sys
from pathlib import Path

from attrs import define

from examples.northwind.app import Connection, build
from linksync.connectors.quickbooks import HttpRequest, HttpResponse, RequestsTransport


@define
class FatalTransport:
    """Sends like any other, and with the answer to a chosen write in its hands kills the process.

    Attributes:
        writes_left: How many writes are still to go well.
    """

    writes_left: int
    _inner: RequestsTransport

    def send(self, request: HttpRequest) -> HttpResponse:
        """Send *request*."""
        response = self._inner.send(request)
        if request.method == "POST" and "/v3/" in request.url:
            self.writes_left -= 1
            if self.writes_left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return response


def main(path: str, connection: str, writes: str) -> None:
    """Work on a company and die over it.

    Args:
        path: The CRM's file.
        connection: How to reach the company, as JSON.
        writes: How many writes go well before the fatal one.
    """
    transport = FatalTransport(int(writes), RequestsTransport())
    build(Path(path), Connection(**json.loads(connection)), transport).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
