"""The one path on which every request to a company's books travels."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import quote

from attrs import evolve

from linksync.clock import Clock
from linksync.connectors.quickbooks.access import Access
from linksync.connectors.quickbooks.answers import Answer, certain, rows_of
from linksync.connectors.quickbooks.batch import MINOR_VERSION
from linksync.connectors.quickbooks.faults import (
    SHORTEST_PAUSE,
    Doubt,
    Failure,
    Refusal,
    missing,
    read_body,
    tid,
)
from linksync.connectors.quickbooks.limits import Limiter
from linksync.connectors.quickbooks.message import JSON, STATEMENT, Message
from linksync.connectors.quickbooks.paging import read_pages
from linksync.connectors.quickbooks.patience import Patience
from linksync.connectors.quickbooks.query import Query
from linksync.connectors.quickbooks.transport import (
    HttpRequest,
    NoAnswerError,
    NotSentError,
    Transport,
)
from linksync.errors import (
    ConfigurationError,
    Fault,
    FaultError,
    FaultKind,
    LinksyncError,
)
from linksync.exactjson import JsonObject
from linksync.records import CompanyId
from linksync.tokens import Token

_LONGEST_ADDRESS = 2_000
"""A longer statement is posted; addresses beyond this length are not safe with every proxy."""


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
        patience: Patience,
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
            limiter: What its limits are kept by; whoever follows another worker tells it so.
            patience: How long it is left alone when it says that there are too many.
            clock: Tells the time.
            answer_time: How long the transport takes for one exchange at most.
            request_timeout: The longest that an exchange may take, waiting, renewing and repeating included.
        """
        self.company = company
        self.root = f"/v3/company/{quote(company, safe='')}"
        self.clock = clock
        self._base_url = base_url.rstrip("/")
        self._access = access
        self._transport = transport
        self.limiter = limiter
        self._patience = patience
        self._answer_time = answer_time
        self._request_timeout = request_timeout

    def message(self, method: str, path: str, **query: str) -> Message:
        """Return a message about what *path* below the company names, such as `customer/58`."""
        return Message(method=method, url=f"{self.root}/{path}?{MINOR_VERSION}").with_query(**query)

    def get(self, path: str, **query: str) -> Answer | Failure:
        """Read what *path* below the company names."""
        return self.exchange(self.message("GET", path, **query))

    def post(self, url: str, key: str, body: bytes, *, is_batch: bool) -> Answer | Failure:
        """Send a write, under the idempotency key *key*, and return the answer or why there is none.

        Args:
            url: The address without host, as it was stored.
            key: The `requestid`. Under the same one QuickBooks does it once and repeats its answer
                (announcement of the request id, 2015).
            body: The JSON, byte for byte.
            is_batch: Whether it is a batch.
        """
        message = Message(method="POST", url=url, content_type=JSON, body=body, is_batch=is_batch)
        return self.exchange(message.with_query(requestid=key))

    def ask(self, query: Query | str) -> Answer:
        """Return the answer to a query.

        Raises:
            LinksyncError: As `error_of` says.
        """
        statement = str(query)
        if len(quote(statement, safe="")) > _LONGEST_ADDRESS:
            message = evolve(self.message("POST", "query"), content_type=STATEMENT, body=statement.encode())
        else:
            message = self.message("GET", "query", query=statement)
        return certain(self.exchange(message))

    def rows(self, query: Query) -> Sequence[JsonObject]:
        """Return the rows of one page of *query*.

        Raises:
            LinksyncError: As `error_of` says.
        """
        return rows_of(self.ask(query), query.entity)

    def all_rows(self, query: Query) -> Iterator[JsonObject]:
        """Yield every row of *query*, page by page, each once.

        A row that is deleted while pages are read moves all behind it, and one would never be seen (seen live).
        So each page begins with the last row of the one before; where it does not, all is read anew.

        Raises:
            TransientError: The rows moved each time; ask again later.
            LinksyncError: As `error_of` says.
        """
        return read_pages(self.rows, query)

    def exchange(self, message: Message) -> Answer | Failure:
        """Send a message, with a token that is good, and return the answer or why there is none."""
        deadline = self.clock.now() + self._request_timeout
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
            # Of the token, or of a note about the limits: the request did not leave, or was refused at the door.
            return Refusal(fault=_fault_of(error))

    def _send(self, message: Message, token: Token, deadline: datetime) -> Answer | Failure:
        request = HttpRequest(
            method=message.method,
            url=f"{self._base_url}{message.url}",
            headers=_headers(message, token),
            body=message.body,
        )
        with self.limiter.slot(is_batch=message.is_batch):
            if not self._has_time(deadline):
                return Refusal(fault=_transient("no time was left to send the request"))
            try:
                response = self._transport.send(request)
            except NotSentError as error:
                return Refusal(fault=_transient(error.reason))
            except NoAnswerError as error:
                return Doubt(fault=_transient(error.reason))
        if message.is_content is not None and response.status == 200 and message.is_content(response.body):
            self._patience.answered(is_write=message.is_write)
            return Answer(body={}, content=response.body, request_id=tid(response))
        result = read_body(response, now=self.clock.now())
        if isinstance(result, Refusal | Doubt):
            return self._heard(message, _of_token(result, token))
        self._patience.answered(is_write=message.is_write)
        if message.is_content is not None:
            return missing(message.accept, tid(response))
        return Answer(body=result, request_id=tid(response))

    def _heard(self, message: Message, failure: Failure) -> Failure:
        """Return *failure* with the pause that it calls for, if it is about the number of requests."""
        fault = failure.fault
        if fault.kind is not FaultKind.THROTTLED:
            if isinstance(failure, Refusal):
                self._patience.answered(is_write=message.is_write)
            return failure
        asked = fault.retry_after or SHORTEST_PAUSE
        pause = self._patience.refused(asked, self.clock.now(), is_write=message.is_write)
        return evolve(failure, fault=evolve(fault, retry_after=pause))

    def _has_time(self, deadline: datetime) -> bool:
        return self.clock.now() + self._answer_time <= deadline


def _of_token(failure: Failure, token: Token) -> Failure:
    if failure.fault.kind is not FaultKind.UNAUTHORISED:
        return failure
    return evolve(failure, fault=evolve(failure.fault, token_version=token.version))


def _headers(message: Message, token: Token) -> Mapping[str, str]:
    return {
        "Accept": message.accept,
        "User-Agent": "linksync",
        **({"Content-Type": message.content_type} if message.content_type else {}),
        "Authorization": f"Bearer {token.access_token}",
    }


def _transient(message: str) -> Fault:
    return Fault(kind=FaultKind.TRANSIENT, message=message)


def _fault_of(error: LinksyncError) -> Fault:
    if isinstance(error, FaultError):
        return error.fault
    if isinstance(error, ConfigurationError):
        return Fault(kind=FaultKind.UNSUPPORTED, message=str(error))
    return _transient(str(error))
