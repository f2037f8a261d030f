"""The transport tells what surely never left from what may have been done."""

import gzip
import os
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from linksync.connectors.quickbooks.transport import (
    HttpRequest,
    NoAnswerError,
    NotSentError,
    RequestsTransport,
)

SECRET = "Bearer eyJhbGciOiJkaXIi"


@pytest.fixture
def transport() -> Iterator[RequestsTransport]:
    transport = RequestsTransport(
        connect_timeout=timedelta(seconds=1), read_timeout=timedelta(milliseconds=300)
    )
    yield transport
    transport.close()


@pytest.fixture
def serve() -> Iterator[Callable[[bytes | None], str]]:
    """Answer one request after another with the bytes given; with None, say nothing at all."""
    opened = list[socket.socket]()
    threads = list[threading.Thread]()
    stopped = threading.Event()
    received = list[bytes]()

    def start(answer: bytes | None) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        opened.append(listener)

        def run() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    request = connection.recv(65536)
                    while not request.endswith(b"{}"):
                        if not (more := connection.recv(65536)):
                            break
                        request += more
                    received.append(request)
                    if answer is None:
                        stopped.wait(5)
                    else:
                        connection.sendall(answer)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        threads.append(thread)
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    start.received = received
    yield start
    stopped.set()
    for listener in opened:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
    for thread in threads:
        thread.join(5)


def answer(body: bytes, *, status: str = "200 OK", length: int | None = None, extra: str = "") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Length: {length or len(body)}\r\nIntuit_Tid: 1-abc\r\n{extra}\r\n"
    return head.encode() + body


def post(url: str) -> HttpRequest:
    return HttpRequest(method="POST", url=f"{url}/v3", headers={"Authorization": SECRET}, body=b"{}")


def test_an_answer_comes_back_whole_with_header_names_in_lower_case(transport, serve):
    """Status, headers and body are handed on as they came, only the header names folded."""
    url = serve(answer(b'{"time":"now"}', status="400 Bad Request"))

    response = transport.send(post(url))

    assert response.status == 400
    assert response.headers["intuit_tid"] == "1-abc"
    assert response.body == b'{"time":"now"}'


def test_the_request_leaves_as_it_stands(transport, serve):
    """Method, path, headers and body are sent, and gzip is accepted."""
    url = serve(answer(b""))

    transport.send(post(url))

    sent = serve.received[0]
    assert sent.startswith(b"POST /v3 HTTP/1.1\r\n")
    assert f"Authorization: {SECRET}\r\n".encode() in sent
    assert b"Accept-Encoding: gzip\r\n" in sent
    assert sent.endswith(b"\r\n\r\n{}")


def test_a_compressed_answer_is_unpacked(transport, serve):
    """Whoever reads the body need not know about gzip."""
    url = serve(answer(gzip.compress(b"plain"), extra="Content-Encoding: gzip\r\n"))

    response = transport.send(post(url))

    assert response.body == b"plain"


def test_a_redirect_is_not_followed(transport, serve):
    """A redirect is an answer like any other: the token goes to no other host."""
    url = serve(answer(b"", status="302 Found", extra="Location: http://127.0.0.1:1/\r\n"))

    response = transport.send(post(url))

    assert response.status == 302


def test_a_refused_connection_was_not_sent(transport):
    """Nobody listens: nothing can have been done."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    with pytest.raises(NotSentError, match=r"no connection to 127\.0\.0\.1"):
        transport.send(post(f"http://127.0.0.1:{port}"))


def test_an_unknown_host_was_not_sent(transport):
    """A name that does not resolve (RFC 6761 keeps .invalid free) leads nowhere."""
    with pytest.raises(NotSentError, match=r"no connection to nobody\.invalid"):
        transport.send(post("http://nobody.invalid"))


def test_a_failed_proxy_was_not_sent(transport, monkeypatch):
    """A proxy that cannot be reached has passed nothing on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{port}")
    monkeypatch.delenv("no_proxy", raising=False)

    with pytest.raises(NotSentError, match="no connection"):
        transport.send(post("https://quickbooks.invalid"))


@pytest.mark.parametrize(
    "answered",
    [
        pytest.param(None, id="silence"),
        pytest.param(b"", id="closed before a byte"),
        pytest.param(answer(b"half", length=8), id="truncated"),
        pytest.param(b"no http at all\r\n\r\n", id="not HTTP"),
        pytest.param(answer(b"no gzip at all", extra="Content-Encoding: gzip\r\n"), id="not gzip"),
    ],
)
def test_a_missing_or_broken_answer_is_in_doubt(transport, serve, answered):
    """Once the request has left, every failure may have followed a write that was done."""
    url = serve(answered)

    with pytest.raises(NoAnswerError, match=r"no whole answer from 127\.0\.0\.1"):
        transport.send(post(url))


def test_a_tls_peer_that_speaks_no_tls_is_in_doubt(transport, serve):
    """What is not known to be harmless counts as in doubt."""
    url = serve(answer(b"")).replace("http:", "https:")

    with pytest.raises(NoAnswerError):
        transport.send(post(url))


def test_a_header_that_cannot_be_sent_is_named_without_its_value(transport):
    """A token with a line break is refused before anything leaves, and shows up in no text."""
    request = HttpRequest(method="GET", url="http://127.0.0.1:9/", headers={"Authorization": f"{SECRET}\n"})

    with pytest.raises(NotSentError) as caught:
        transport.send(request)

    assert SECRET not in f"{caught.value!r} {caught.value.__context__!r} {caught.value.__cause__!r}"


def test_secrets_stay_out_of_repr():
    """Neither headers nor bodies are printed: they hold tokens."""
    request = HttpRequest(
        method="POST", url="https://host/", headers={"Authorization": SECRET}, body=b"refresh_token=abc"
    )

    shown = repr(request)

    assert "eyJ" not in shown
    assert "abc" not in shown


def test_a_netrc_does_not_replace_the_token(transport, serve, tmp_path, monkeypatch):
    """The header that was given is the one that is sent, whatever the home directory holds."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else")
    monkeypatch.setenv("NETRC", str(netrc))
    url = serve(answer(b""))

    transport.send(post(url))

    assert SECRET.encode() in serve.received[0]


def test_each_host_has_the_proxy_that_the_environment_names_for_it(transport, serve, monkeypatch):
    """What is remembered of one host says nothing of another."""
    # Taken and not listened to, lest the server get the port.
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{deaf.getsockname()[1]}")
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        url = serve(answer(b""))

        statuses = [transport.send(post(url)).status for _ in range(2)]
        with pytest.raises(NotSentError, match="no connection"):
            transport.send(post("http://quickbooks.invalid"))

    assert statuses == [200, 200]


def test_a_connection_is_kept_by_one_thread(transport):
    """Two requests of a thread share a connection; another thread has its own."""
    sessions = [transport._session(), transport._session()]
    thread = threading.Thread(target=lambda: sessions.append(transport._session()))
    thread.start()
    thread.join()

    assert sessions[0] is sessions[1]
    assert sessions[2] is not sessions[0]


def test_a_forked_process_does_not_share_the_connection(transport, monkeypatch):
    """After a fork the child opens its own, lest it take an answer that is the parent's."""
    parents = transport._session()
    monkeypatch.setattr(os, "getpid", lambda: -1)

    childs = transport._session()

    assert childs is not parents
