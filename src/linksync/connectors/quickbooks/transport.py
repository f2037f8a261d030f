"""Sends one prepared HTTP request, and says of a failure whether the request can have left."""

import os
import threading
from collections.abc import Mapping
from datetime import timedelta
from ssl import SSLCertVerificationError
from typing import Any, Protocol
from urllib.parse import urlsplit
from weakref import WeakSet

import requests
from attrs import field, frozen
from urllib3.exceptions import ConnectTimeoutError, HTTPError, MaxRetryError, NewConnectionError, ProxyError

from linksync.errors import LinksyncError

CONNECT_TIMEOUT = timedelta(seconds=10)
READ_TIMEOUT = timedelta(seconds=125)
"""A little longer than the 120 s after which QuickBooks gives a request up (official page "limits and
throttles"): whoever waits less does not get to know what became of a slow write."""


@frozen(kw_only=True)
class HttpRequest:
    """One request, ready to be sent as it stands.

    Attributes:
        method: `GET` or `POST`.
        url: The whole address, query included.
        headers: The headers by name. They bear the access token and stay out of `repr`.
        body: What is sent; empty for a `GET`.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(factory=dict[str, str], repr=False)
    body: bytes = field(default=b"", repr=False)


@frozen(kw_only=True)
class HttpResponse:
    """One whole answer.

    Attributes:
        status: The HTTP status.
        headers: The headers, keyed by name in lower case.
        body: What was answered, decompressed. Of the token endpoint it holds tokens, so it stays out of `repr`.
    """

    status: int
    headers: Mapping[str, str] = field(factory=dict[str, str])
    body: bytes = field(default=b"", repr=False)


class NotSentError(LinksyncError):
    """The request surely never left this machine: nothing can have been done.

    Attributes:
        reason: What happened, without any secret.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NoAnswerError(LinksyncError):
    """The request left, or may have left, and no whole answer came: nobody knows what was done.

    Attributes:
        reason: What happened, without any secret.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Transport(Protocol):
    """Sends a prepared request. May be called from several threads at once."""

    def send(self, request: HttpRequest) -> HttpResponse:
        """Send *request* once and return its answer, whatever its status.

        Redirects are not followed, nothing is sent twice.

        Raises:
            NotSentError: It surely never left: the name does not resolve, the connection is refused or not
                made in time, the certificate is not accepted.
            NoAnswerError: Anything else that keeps a whole answer from coming.
        """
        ...


class RequestsTransport:
    """Sends by `requests`, with a session and its kept-alive connections per thread and process.

    A forked process opens connections of its own: two that read from one would take each other's answers.
    Proxies and certificate bundles are those of the environment when a session first sends to a host; a `.netrc` is not
    looked at, for it would replace the access token.
    """

    def __init__(
        self, *, connect_timeout: timedelta = CONNECT_TIMEOUT, read_timeout: timedelta = READ_TIMEOUT
    ) -> None:
        """Make a transport; nothing is opened yet.

        Args:
            connect_timeout: The longest wait for a connection.
            read_timeout: The longest silence while waiting for the answer or its next part.
        """
        self._timeout = (connect_timeout.total_seconds(), read_timeout.total_seconds())
        self._own = threading.local()
        self._sessions = WeakSet[requests.Session]()
        self._lock = threading.Lock()

    def send(self, request: HttpRequest) -> HttpResponse:
        """Send *request* once and return its answer, whatever its status."""
        prepared = _prepare(request)
        session = self._session()
        settings = session.settings(request.url)
        try:
            response = session.send(prepared, timeout=self._timeout, allow_redirects=False, **settings)
        except (requests.RequestException, HTTPError, OSError) as error:
            raise _failure(error, request) from error
        return HttpResponse(
            status=response.status_code,
            headers={name.lower(): value for name, value in response.headers.items()},
            body=response.content,
        )

    def close(self) -> None:
        """Close the connections of all threads; the next request opens new ones."""
        with self._lock:
            sessions = list(self._sessions)
            self._sessions.clear()
        for session in sessions:
            session.close()

    def _session(self) -> "_Session":
        session: _Session | None = getattr(self._own, "session", None)
        if session is None or session.process != os.getpid():
            session = self._own.session = _Session()
            with self._lock:
                self._sessions.add(session)
        return session


class _Session(requests.Session):
    """The session of one thread and process. It asks the environment once per host: a tenth of a request's work."""

    def __init__(self) -> None:
        super().__init__()
        self.process = os.getpid()
        self._settings: dict[tuple[str, str], Mapping[str, Any]] = {}

    def settings(self, url: str) -> Mapping[str, Any]:
        """Return the proxies and certificates for *url*."""
        parts = urlsplit(url)
        host = (parts.scheme, parts.netloc)
        if host not in self._settings:
            self._settings[host] = self.merge_environment_settings(url, {}, False, None, None)
        return self._settings[host]


def _prepare(request: HttpRequest) -> requests.PreparedRequest:
    # Not by the session, which would look into .netrc and add what it thinks is missing.
    headers = {"Accept-Encoding": "gzip", **request.headers}
    try:
        return requests.Request(
            request.method, request.url, headers=headers, data=request.body or None
        ).prepare()
    except (requests.RequestException, ValueError) as error:
        fault = type(error).__name__
    # Outside of the except block: the error's own text may quote a header, and with it the token.
    raise NotSentError(f"the request to {_host(request.url)} cannot be made ({fault}); check the base URL")


def _failure(error: Exception, request: HttpRequest) -> NotSentError | NoAnswerError:
    host = _host(request.url)
    cause = _innermost(error)
    # The system's own words only: those of `requests` quote the address, and with it what was asked for.
    words = cause.strerror if isinstance(cause, OSError) else None
    what = f"{type(cause).__name__}: {words}" if words else type(cause).__name__
    if _never_left(error):
        return NotSentError(f"no connection to {host} ({what})")
    return NoAnswerError(f"no whole answer from {host} ({what})")


def _never_left(error: Exception) -> bool:
    # `requests` says ConnectionError of a refused connection and of one that broke after the request had
    # left; only the reason beneath tells them apart. Whatever is not on this list is in doubt.
    reason = error.args[0] if error.args else None
    if isinstance(reason, MaxRetryError):
        reason = reason.reason
    if isinstance(reason, ProxyError):
        reason = reason.original_error
    # A name that does not resolve is a NewConnectionError too.
    return isinstance(reason, NewConnectionError | ConnectTimeoutError) or isinstance(
        _innermost(error), SSLCertVerificationError
    )


def _innermost(error: BaseException) -> BaseException:
    seen = {id(error)}
    while (cause := error.__cause__ or error.__context__) is not None and id(cause) not in seen:
        seen.add(id(cause))
        error = cause
    return error


def _host(url: str) -> str:
    return urlsplit(url).hostname or "nowhere"
