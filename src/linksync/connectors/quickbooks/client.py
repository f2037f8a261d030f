"""The one path on which every request to a company's books travels."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from urllib.parse import quote

from attrs import frozen

from linksync.clock import Clock
from linksync.connectors.quickbooks.access import Access
from linksync.connectors.quickbooks.batch import MINOR_VERSION
from linksync.connectors.quickbooks.faults import Doubt, Failure, Refusal, missing, read_body, tid
from linksync.connectors.quickbooks.limits import Limiter
from linksync.connectors.quickbooks.paging import read_pages
from linksync.connectors.quickbooks.query import Query
from linksync.connectors.quickbooks.transport import (
    HttpRequest,
    NoAnswerError,
    NotSentError,
    Transport,
)
from linksync.errors import ConfigurationError, Fault, FaultError, FaultKind, LinksyncError, TransientError
from linksync.exactjson import JsonObject
from linksync.records import CompanyId
from linksync.tokens import Token

_LONGEST_ADDRESS = 2_000
"""A longer statement is posted; addresses beyond this length are not safe with every proxy."""


@frozen(kw_only=True)
class Answer:
    """An answer without a fault.

    Attributes:
        body: The JSON object.
        request_id: QuickBooks' name for the exchange (`intuit_tid`).
    """

    body: JsonObject
    request_id: str


class CompanyClient:
    """Sends requests to one company, in order of what its limits allow, and reads what comes back.

    May be used from several threads.
    """

    def __init__(
        self,
        *,
        company: CompanyId,
        base_url: str,
        access: Access,
        transport: Transport,
        limiter: Limiter,
        clock: Clock,
        answer_time: timedelta,
        request_timeout: timedelta,
    ) -> None:
        """Make a client; nothing is sent yet.

        Args:
            company: The company.
            base_url: The address up to and without `/v3`.
            access: What opens it.
            transport: What sends.
            limiter: What its limits are kept by.
            clock: Tells the time.
            answer_time: How long the transport takes for one exchange at most.
            request_timeout: The longest that an exchange may take, waiting, renewing and repeating included.
        """
        self.root = f"/v3/company/{quote(company, safe='')}"
        self._base_url = base_url.rstrip("/")
        self._access = access
        self._transport = transport
        self._limiter = limiter
        self._clock = clock
        self._answer_time = answer_time
        self._request_timeout = request_timeout

    def get(self, path: str) -> Answer | Failure:
        """Read what *path* below the company names, such as `customer/58`."""
        return self._exchange(_Message(method="GET", url=f"{self.root}/{path}?{MINOR_VERSION}"))

    def post(self, url: str, key: str, body: bytes, *, is_batch: bool) -> Answer | Failure:
        """Send a write, under the idempotency key *key*, and return the answer or why there is none.

        Args:
            url: The address without host, as it was stored.
            key: The `requestid`. Under the same one QuickBooks does it once and repeats its answer
                (announcement of the request id, 2015).
            body: The JSON, byte for byte.
            is_batch: Whether it is a batch.
        """
        separator = "&" if "?" in url else "?"
        addressed = f"{url}{separator}requestid={quote(key, safe='')}"
        return self._exchange(
            _Message(
                method="POST",
                url=addressed,
                content_type="application/json",
                body=body,
                is_batch=is_batch,
            )
        )

    def rows(self, query: Query) -> Sequence[JsonObject]:
        """Return the rows of one page of *query*.

        Raises:
            LinksyncError: As `error_of` says.
        """
        statement = str(query)
        url = f"{self.root}/query?{MINOR_VERSION}"
        encoded = quote(statement, safe="")
        if len(encoded) > _LONGEST_ADDRESS:
            # Official page "data queries": POST, the statement as the body, this type.
            message = _Message(
                method="POST", url=url, content_type="application/text", body=statement.encode()
            )
        else:
            message = _Message(method="GET", url=f"{url}&query={encoded}")
        answer = self._exchange(message)
        if not isinstance(answer, Answer):
            raise error_of(answer)
        response = answer.body.get("QueryResponse")
        # A page without rows has no member of the entity's name (recorded sandbox traffic).
        rows = response.get(query.entity, []) if isinstance(response, dict) else None
        if not isinstance(rows, list):
            raise error_of(missing("QueryResponse", answer.request_id))
        objects = [row for row in rows if isinstance(row, dict)]
        if len(objects) < len(rows):
            raise error_of(missing(f"objects of {query.entity}", answer.request_id))
        return objects

    def all_rows(self, query: Query) -> Iterator[JsonObject]:
        """Yield every row of *query*, page by page, each once.

        A row that is deleted while pages are read moves all behind it, and one would never be seen (seen live).
        So each page begins with the last row of the one before; where it does not, all is read anew.

        Raises:
            TransientError: The rows moved each time; ask again later.
            LinksyncError: As `error_of` says.
        """
        return read_pages(self.rows, query)

    def _exchange(self, message: "_Message") -> Answer | Failure:
        deadline = self._clock.now() + self._request_timeout
        try:
            token = self._access.token()
            answer = self._send(message, token, deadline)
            if not (isinstance(answer, Refusal) and answer.is_token_refused):
                return answer
            if not self._has_time(deadline):
                return Refusal(fault=_transient("no time was left to renew the access token"))
            # One renewal and one repetition: what the token did not open was not done.
            return self._send(message, self._access.renew(token), deadline)
        except LinksyncError as error:
            # Of the token: the request did not leave, or was refused at the door.
            return Refusal(fault=_fault_of(error))

    def _send(self, message: "_Message", token: Token, deadline: datetime) -> Answer | Failure:
        request = HttpRequest(
            method=message.method,
            url=f"{self._base_url}{message.url}",
            headers={
                "Accept": "application/json",
                "User-Agent": "linksync",
                **({"Content-Type": message.content_type} if message.content_type else {}),
                "Authorization": f"Bearer {token.access_token}",
            },
            body=message.body,
        )
        with self._limiter.slot(is_batch=message.is_batch):
            if not self._has_time(deadline):
                return Refusal(fault=_transient("no time was left to send the request"))
            try:
                response = self._transport.send(request)
            except NotSentError as error:
                return Refusal(fault=_transient(error.reason))
            except NoAnswerError as error:
                return Doubt(fault=_transient(error.reason))
        result = read_body(response, now=self._clock.now())
        if isinstance(result, Refusal | Doubt):
            return result
        return Answer(body=result, request_id=tid(response))

    def _has_time(self, deadline: datetime) -> bool:
        return self._clock.now() + self._answer_time <= deadline


@frozen(kw_only=True)
class _Message:
    """What is sent, but for host, token and time."""

    method: str
    url: str
    content_type: str = ""
    body: bytes = b""
    is_batch: bool = False


def error_of(failure: Failure) -> LinksyncError:
    """Return what *failure* means for a request that changes nothing, where doubt is no worse than a refusal.

    That is `ThrottledError` when QuickBooks asks for a pause; `TransientError` when no answer came, none that can be
    read, or the service failed; `AuthorizationError` when the grant is gone; `ConfigurationError` when the request
    is wrong, or not available to this company.
    """
    if isinstance(failure, Refusal):
        return failure.fault.as_error()
    return TransientError(failure.fault)


def _transient(message: str) -> Fault:
    return Fault(kind=FaultKind.TRANSIENT, message=message)


def _fault_of(error: LinksyncError) -> Fault:
    if isinstance(error, FaultError):
        return error.fault
    if isinstance(error, ConfigurationError):
        return Fault(kind=FaultKind.UNSUPPORTED, message=str(error))
    return _transient(str(error))
