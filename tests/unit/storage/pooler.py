"""A pooler in front of PostgreSQL as PgBouncer is in transaction mode: whoever begins gets the connection idle for longest."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from queue import SimpleQueue
from urllib.parse import urlsplit, urlunsplit

from attrs import define, field

_SSL, _GSS, _CANCEL = 80877103, 80877104, 80877102
_ASKING = (3, 5, 10, 11)
"""The requests for authentication that the client answers."""
_PROCESS = 2_000_000_001
"""The process that every client is told: none of the server's."""


class _GoneError(Exception):
    """The other end has hung up."""


@define(eq=False)
class Pooler:
    """Hands the server's connections out by the transaction.

    Attributes:
        url: Where it is.
        turns: How many times a connection was handed out.
    """

    _server: tuple[str, int]
    url: str
    turns: int = 0
    _idle: "SimpleQueue[socket.socket]" = field(factory=SimpleQueue)
    _servers: "list[socket.socket]" = field(factory=list)

    def attend(self, client: socket.socket) -> None:
        """Serve *client* until it hangs up."""
        with client, suppress(_GoneError, OSError):
            self._idle.put(self._greet(client))
            while True:
                self._transact(client)

    def _greet(self, client: socket.socket) -> socket.socket:
        """Let *client* log in on a connection of its own, and return that."""
        (length,) = struct.unpack("!i", _read(client, 4))
        startup = _read(client, length - 4)
        (code,) = struct.unpack("!i", startup[:4])
        if code in (_SSL, _GSS):
            client.sendall(b"N")
            return self._greet(client)
        if code == _CANCEL:
            raise _GoneError
        server = socket.create_connection(self._server)
        self._servers.append(server)
        for end in (client, server):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        server.sendall(struct.pack("!i", length) + startup)
        while True:
            kind, body = _message(server)
            if kind == b"K":
                body = struct.pack("!i", _PROCESS) + body[4:]
            _send(client, kind, body)
            if kind == b"R" and struct.unpack("!i", body[:4])[0] in _ASKING:
                _send(server, *_message(client))
            if kind == b"Z":
                return server
            if kind == b"E":
                raise _GoneError

    def _transact(self, client: socket.socket) -> None:
        """Carry out the next transaction of *client*, on any connection."""
        request = _request(client)
        server = self._idle.get()
        self.turns += 1
        try:
            while not self._answer(client, server, request):
                request = _request(client)
        except BaseException:
            server.close()
            raise
        self._idle.put(server)

    def _answer(self, client: socket.socket, server: socket.socket, request: bytes) -> bool:
        """Return whether the transaction has ended."""
        server.sendall(request)
        while True:
            kind, body = _message(server)
            _send(client, kind, body)
            if kind == b"Z":
                return body == b"I"


@contextmanager
def pooling(url: str) -> Iterator[Pooler]:
    """Give a pooler in front of the server of *url*."""
    parts = urlsplit(url)
    with socket.create_server(("127.0.0.1", 0)) as door:
        user = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
        place = parts._replace(netloc=f"{user}127.0.0.1:{door.getsockname()[1]}")
        pooler = Pooler(server=(parts.hostname or "127.0.0.1", parts.port or 5432), url=urlunsplit(place))

        def receive() -> None:
            with suppress(OSError):
                while True:
                    client, _ = door.accept()
                    threading.Thread(target=pooler.attend, args=(client,), daemon=True).start()

        threading.Thread(target=receive, daemon=True).start()
        yield pooler
        door.shutdown(socket.SHUT_RDWR)  # a close alone would leave the thread waiting
    for server in pooler._servers:  # those of clients that are just logging in or hanging up as well
        server.close()


def _request(client: socket.socket) -> bytes:
    """Return what *client* wants done before it waits for an answer."""
    request = b""
    while True:
        kind, body = _message(client)
        if kind == b"X":
            raise _GoneError
        request += kind + struct.pack("!i", len(body) + 4) + body
        if kind in (b"Q", b"S"):
            return request


def _message(end: socket.socket) -> tuple[bytes, bytes]:
    kind = _read(end, 1)
    (length,) = struct.unpack("!i", _read(end, 4))
    return kind, _read(end, length - 4)


def _send(end: socket.socket, kind: bytes, body: bytes) -> None:
    end.sendall(kind + struct.pack("!i", len(body) + 4) + body)


def _read(end: socket.socket, count: int) -> bytes:
    found = b""
    while len(found) < count:
        more = end.recv(count - len(found))
        if not more:
            raise _GoneError
        found += more
    return found
