"""The app's way into QuickBooks: connects companies and opens them."""

import threading
from collections.abc import Sequence
from datetime import timedelta

from attrs import evolve

from linksync.clock import Clock, SystemClock
from linksync.connectors.quickbooks.access import Access
from linksync.connectors.quickbooks.app import ACCOUNTING, AppCredentials, OAuthEndpoints
from linksync.connectors.quickbooks.client import CompanyClient
from linksync.connectors.quickbooks.company import QuickBooksCompany
from linksync.connectors.quickbooks.endpoint import QuickBooksEndpoint
from linksync.connectors.quickbooks.limits import Limiter, Limits
from linksync.connectors.quickbooks.oauth import OAuthClient
from linksync.connectors.quickbooks.patience import Patience
from linksync.connectors.quickbooks.transport import (
    CONNECT_TIMEOUT,
    READ_TIMEOUT,
    RequestsTransport,
    Transport,
)
from linksync.errors import ConfigurationError
from linksync.records import CompanyId
from linksync.tokens import Token, TokenStore

SERVER_TIMEOUT = timedelta(seconds=120)
"""After which QuickBooks gives a request up (official page "limits and throttles")."""

ANSWER_TIME = CONNECT_TIMEOUT + READ_TIMEOUT
"""How long `RequestsTransport` takes for one exchange."""

LONGEST_WAIT = timedelta(seconds=65)
"""How long the limits of a minute may keep a request from leaving."""


class QuickBooks:
    """QuickBooks Online for one app: any number of companies, each opened by its id.

    ```python
    quickbooks = QuickBooks(AppCredentials(client_id=..., client_secret=...), tokens=storage.tokens)
    endpoint = quickbooks(CompanyId("4620816365000000000"))
    ```

    Making it reads and sends nothing. It may be shared by threads.
    """

    def __init__(
        self,
        app: AppCredentials,
        *,
        tokens: TokenStore,
        transport: Transport | None = None,
        clock: Clock | None = None,
        base_url: str | None = None,
        oauth: OAuthEndpoints | None = None,
        limits: Limits | None = None,
        answer_time: timedelta = ANSWER_TIME,
        request_timeout: timedelta | None = None,
        settle_time: timedelta | None = None,
    ) -> None:
        """Make it.

        Args:
            app: The app's keys and environment.
            tokens: Where the companies' tokens are kept.
            transport: What sends; `RequestsTransport()` when None.
            clock: The time; the machine's own when None.
            base_url: The address of the accounting interface up to and without `/v3`; that of the app's environment
                when None.
            oauth: The addresses of the authorization server; the published ones when None.
            limits: What a company takes; the published limits when None.
            answer_time: How long the transport takes for one exchange at most. The default is that of
                `RequestsTransport()`; another time-out there is another time here.
            request_timeout: The longest that `send` may take, waiting for the limits and renewing the token included.
                What has not left when only *answer_time* is left of it is not sent. When None, *answer_time* and
                the longest wait for the limits.
            settle_time: How long after `send` was called QuickBooks may still be working on what it sent. When None,
                120 s after the latest instant at which the request may leave.

        Raises:
            ConfigurationError: *request_timeout* leaves no time for an answer.
        """
        longest = answer_time + LONGEST_WAIT if request_timeout is None else request_timeout
        if longest < answer_time:
            raise ConfigurationError(
                f"request_timeout must be at least answer_time, {answer_time}, got {longest}"
            )
        self._tokens = tokens
        self._transport = RequestsTransport() if transport is None else transport
        self._clock = SystemClock() if clock is None else clock
        self._base_url = app.environment.base_url if base_url is None else base_url
        endpoints = OAuthEndpoints() if oauth is None else oauth
        self._oauth = OAuthClient(app, endpoints, self._transport, self._clock)
        self._limits = Limits() if limits is None else limits
        self._answer_time = answer_time
        self._request_timeout = longest
        latest_departure = longest - answer_time
        self._settle_time = latest_departure + SERVER_TIMEOUT if settle_time is None else settle_time
        self._limiters = dict[CompanyId, Limiter]()
        self._patience = dict[CompanyId, Patience]()
        self._lock = threading.Lock()

    def __call__(self, company: CompanyId) -> QuickBooksEndpoint:
        """Return the endpoint of *company*; all that open a company share its limits. Nothing is sent."""
        return QuickBooksEndpoint(
            client=self._client(company),
            request_timeout=self._request_timeout,
            settle_time=self._settle_time,
        )

    def company(self, company: CompanyId) -> QuickBooksCompany:
        """Return the books of *company* by QuickBooks' own names, for what linksync does not map. Nothing is sent."""
        return QuickBooksCompany(self._client(company))

    def authorization_url(self, state: str, scopes: Sequence[str] = (ACCOUNTING,)) -> str:
        """Return where to send the user's browser, so that they let the app into a company.

        Args:
            state: A value that cannot be guessed, such as `secrets.token_urlsafe()`; keep it in the user's session.
            scopes: What to ask for.

        Raises:
            ConfigurationError: No state, or the app has no redirect URI.
        """
        return self._oauth.authorization_url(state, scopes)

    def connect(self, callback: str, state: str) -> CompanyId:
        """Take what the user's browser brought back, store the company's token, and return the company.

        A company that was connected before gets a new token.

        Args:
            callback: The address that the browser was sent back to, or its query.
            state: The value kept in the same user's session.

        Raises:
            AuthorizationError: The user refused, the state is another, or the code is not accepted.
            TransientError: The authorization server does not answer; the user consents once more.
            ConfigurationError: The app's keys or redirect URI are wrong.
        """
        consent = self._oauth.read_callback(callback, state)
        token = self._oauth.exchange(consent)
        self._keep(consent.company, token)
        return consent.company

    def disconnect(self, company: CompanyId) -> None:
        """Give the company's grant back to QuickBooks and forget its token; nothing happens when there is none.

        Raises:
            TransientError: The authorization server does not answer; the token is still kept.
            AuthorizationError: The app's keys are not accepted; the token is still kept.
        """
        token = self._tokens.find(company)
        if token is None:
            return
        self._oauth.revoke(token)
        self._tokens.delete(company)

    def _client(self, company: CompanyId) -> CompanyClient:
        with self._lock:
            limiter = self._limiters.setdefault(company, Limiter(self._limits, self._clock))
            patience = self._patience.setdefault(company, Patience())
        return CompanyClient(
            company=company,
            base_url=self._base_url,
            access=Access(company, self._tokens, self._oauth, self._clock),
            transport=self._transport,
            limiter=limiter,
            patience=patience,
            clock=self._clock,
            answer_time=self._answer_time,
            request_timeout=self._request_timeout,
        )

    def _keep(self, company: CompanyId, token: Token) -> None:
        # A worker may renew the old token meanwhile: the grant that was just given wins all the same.
        while True:
            kept = self._tokens.find(company)
            version = kept.version if kept is not None else 0
            saved = self._tokens.save(company, evolve(token, version=version))
            if saved.access_token == token.access_token:
                return
