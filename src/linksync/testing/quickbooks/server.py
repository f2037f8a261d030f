"""Serves the simulator over HTTP on loopback, by Werkzeug."""

import logging
import socket
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING

from attrs import define, field

from linksync.testing.quickbooks.exchange import Answer, Call, ConnectionLostError

try:
    from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
    from werkzeug.wrappers import Request, Response
except ImportError as error:
    raise ImportError("the QuickBooks simulator needs Werkzeug: install linksync[testing]") from error

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

HOST = "127.0.0.1"
_LONGEST_WAIT_FOR_CLIENT = 30
_LOG = logging.getLogger(__name__)


@define
class SimulatorApp:
    """The simulator as a WSGI application.

    Attributes:
        handle: Answers a call.
    """

    handle: Callable[[Call], Answer]

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request; where no answer is to come, close its connection."""
        request = Request(environ)
        call = Call(
            method=request.method,
            path=request.path,
            args=request.args.to_dict(),
            headers={name.lower(): value for name, value in request.headers.items()},
            body=request.get_data(),
            origin=request.host_url.rstrip("/"),
        )
        try:
            answer = self.handle(call)
        except ConnectionLostError:
            _hang_up(environ)
            raise ConnectionAbortedError("the simulator ends the connection without an answer") from None
        return Response(answer.body, status=answer.status, headers=dict(answer.headers))(
            environ, start_response
        )


def _hang_up(environ: "WSGIEnvironment") -> None:
    connection = environ.get("werkzeug.socket")
    if isinstance(connection, socket.socket):
        connection.shutdown(socket.SHUT_RDWR)


class _QuietHandler(WSGIRequestHandler):
    # A client that was killed while it sent its request must not hold a thread for ever.
    timeout = _LONGEST_WAIT_FOR_CLIENT

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: the simulator keeps a log of its own."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - the name is Werkzeug's
        _LOG.log(logging.ERROR if type == "error" else logging.DEBUG, message, *args)


@define
class RunningServer:
    """A server that answers on loopback.

    Attributes:
        url: Where it answers, without a slash at the end.
        server: What listens.
    """

    url: str
    server: BaseWSGIServer = field(repr=False)

    def serve_forever(self) -> None:
        """Answer requests in this thread until the process ends."""
        self.server.serve_forever()


def open_server(handle: Callable[[Call], Answer], port: int) -> RunningServer:
    """Return a server that listens on loopback; it answers once it is run.

    Args:
        handle: Answers a call.
        port: Where to listen; any free port where 0.

    Raises:
        OSError: The port is taken.
    """
    # Bound here, so that a port that is taken is an error to catch and not the end of the process.
    with socket.create_server((HOST, port), backlog=128) as listening:
        server = make_server(
            HOST,
            port,
            SimulatorApp(handle),
            threaded=True,
            request_handler=_QuietHandler,
            fd=listening.fileno(),
        )
    return RunningServer(f"http://{HOST}:{server.port}", server)


@contextmanager
def run_server(handle: Callable[[Call], Answer], port: int) -> Generator[RunningServer, None, None]:
    """Serve in a thread of this process until the block ends."""
    running = open_server(handle, port)
    thread = Thread(target=running.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield running
    finally:
        running.server.shutdown()
        thread.join()
        running.server.server_close()
