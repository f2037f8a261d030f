"""OAuth 2 with QuickBooks: consent, code exchange, refresh, revocation.

The messages are oauthlib's; where QuickBooks goes its own way is said beside it. Endpoints, parameters and answers
are those of the official OAuth 2.0 page and of the official client libraries.
"""

from base64 import b64encode
from collections.abc import Sequence
from datetime import timedelta
from enum import Enum
from urllib.parse import urlsplit

from attrs import evolve, field, frozen
from oauthlib.oauth2.rfc6749.errors import OAuth2Error
from oauthlib.oauth2.rfc6749.parameters import (
    parse_authorization_code_response,
    parse_token_response,
    prepare_grant_uri,  # pyright: ignore[reportUnknownVariableType] -- its stub leaves **kwargs untyped
    prepare_token_request,  # pyright: ignore[reportUnknownVariableType] -- likewise
)

from linksync.clock import Clock
from linksync.connectors.quickbooks.faults import SHORTEST_PAUSE, retry_after, tid
from linksync.connectors.quickbooks.transport import (
    HttpRequest,
    HttpResponse,
    NoAnswerError,
    NotSentError,
    Transport,
)
from linksync.errors import ConfigurationError, Fault, FaultKind, TransientError
from linksync.exactjson import JsonObject, dumps, loads
from linksync.records import CompanyId
from linksync.tokens import Token

ACCOUNTING = "com.intuit.quickbooks.accounting"
"""The scope that reads and writes accounting data; there is none that only reads (official scopes page)."""

_RECONNECT = "connect the company to QuickBooks again"


class Environment(Enum):
    """Where a company lives. Keys of one environment do not open companies of the other."""

    PRODUCTION = "production"
    SANDBOX = "sandbox"

    @property
    def base_url(self) -> str:
        """The address of the accounting interface (official page "REST API features")."""
        host = "quickbooks" if self is Environment.PRODUCTION else "sandbox-quickbooks"
        return f"https://{host}.api.intuit.com"

    @property
    def discovery_url(self) -> str:
        """The address of the discovery document (official Python OAuth client)."""
        name = "openid_configuration" if self is Environment.PRODUCTION else "openid_sandbox_configuration"
        return f"https://developer.intuit.com/.well-known/{name}/"


@frozen(kw_only=True)
class AppCredentials:
    """What identifies the app to QuickBooks, from the developer portal.

    Attributes:
        client_id: The app's client id.
        client_secret: The app's client secret.
        redirect_uri: Where QuickBooks sends the user back to; must equal a registered one. Needed to connect a
            company, not to use one.
        environment: Which environment the keys are for.
    """

    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str = ""
    environment: Environment = Environment.PRODUCTION


@frozen(kw_only=True)
class OAuthEndpoints:
    """The addresses of QuickBooks' authorization server; the same for both environments.

    Attributes:
        authorization: Where the user consents, in a browser.
        token: Where codes and refresh tokens are exchanged.
        revocation: Where a grant is given back.
    """

    authorization: str = "https://appcenter.intuit.com/connect/oauth2"
    token: str = "https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer"  # noqa: S105 -- an address
    revocation: str = "https://developer.api.intuit.com/v2/oauth2/tokens/revoke"


@frozen(kw_only=True)
class Consent:
    """What a user's consent brought.

    Attributes:
        company: The company that was opened (`realmId`).
        code: The single-use code for its first token.
    """

    company: CompanyId
    code: str = field(repr=False)


def discover(transport: Transport, url: str) -> OAuthEndpoints:
    """Return the addresses that the discovery document at *url* names.

    Raises:
        TransientError: No document came.
        ConfigurationError: What came is no discovery document.
    """
    request = HttpRequest(method="GET", url=url, headers={"Accept": "application/json"})
    response = _send(transport, request)
    document = _json(response)
    if response.status != 200 or document is None:
        raise ConfigurationError(f"no discovery document at {url}, got HTTP {response.status}; check the URL")
    found = {name: document.get(f"{name}_endpoint") for name in ("authorization", "token", "revocation")}
    texts = {name: value for name, value in found.items() if isinstance(value, str)}
    if len(texts) < len(found):
        lacking = ", ".join(sorted(found.keys() - texts.keys()))
        raise ConfigurationError(f"the discovery document at {url} names no endpoint for {lacking}")
    return OAuthEndpoints(**texts)


class OAuthClient:
    """Talks to QuickBooks' authorization server on behalf of the app; keeps nothing."""

    def __init__(
        self, app: AppCredentials, endpoints: OAuthEndpoints, transport: Transport, clock: Clock
    ) -> None:
        """Make a client; nothing is sent yet.

        Args:
            app: Who we are.
            endpoints: Whom we talk to.
            transport: What sends.
            clock: Tells when tokens end.
        """
        self._app = app
        self._endpoints = endpoints
        self._transport = transport
        self._clock = clock

    def authorization_url(self, state: str, scopes: Sequence[str] = (ACCOUNTING,)) -> str:
        """Return where to send the user's browser for consent.

        Args:
            state: A value that cannot be guessed, such as `secrets.token_urlsafe()`, kept in the user's
                session: the callback must bear it.
            scopes: What to ask for.

        Raises:
            ConfigurationError: No state, or no redirect URI.
        """
        if not state:
            raise ConfigurationError("state must not be empty; pass secrets.token_urlsafe() and keep it")
        redirect_uri = self._redirect_uri()
        endpoint = self._endpoints.authorization
        # oauthlib refuses plain http, which a simulator on loopback speaks.
        is_plain = _is_loopback(endpoint)
        url = prepare_grant_uri(
            "https" + endpoint.removeprefix("http") if is_plain else endpoint,
            self._app.client_id,
            "code",
            redirect_uri=redirect_uri,
            scope=list(scopes),
            state=state,
        )
        return "http" + url.removeprefix("https") if is_plain else url

    def read_callback(self, callback: str, state: str) -> Consent:
        """Return what the callback brought, without sending anything.

        Args:
            callback: The address that the browser was sent back to, or its query alone.
            state: The value that was passed to `authorization_url`, from the same user's session.

        Raises:
            AuthorizationError: The user refused, or the state is another: then the callback is not an answer
                to our question and must not be used.
            ConfigurationError: *state* is empty.
        """
        if not state:
            raise ConfigurationError("state must not be empty; pass the one kept in the user's session")
        query = callback.rpartition("?")[2].partition("#")[0]
        try:
            # Only the query is ours to judge; behind a proxy the host's own address may be plain http.
            answered = parse_authorization_code_response(f"https://callback/?{query}", state=state)
        except OAuth2Error as error:
            raise _refused(error.error or "refused", "the company was not connected", "").as_error() from None
        company = answered.get("realmId", "")
        # It becomes part of every address.
        if not company.isascii() or not company.isdecimal():
            raise _refused("realmId", "the callback names no company", "").as_error()
        return Consent(company=CompanyId(company), code=answered["code"])

    def exchange(self, consent: Consent) -> Token:
        """Return the first token of a company. The code is used up, whatever happens.

        Raises:
            AuthorizationError: The code is not accepted.
            TransientError: No answer came; the user has to consent once more.
            ConfigurationError: The app's keys or the redirect URI are wrong.
        """
        body = prepare_token_request(
            "authorization_code",
            include_client_id=False,
            code=consent.code,
            redirect_uri=self._redirect_uri(),
        )
        return self._token(body, None)

    def renew(self, token: Token) -> Token:
        """Return the token that *token*'s refresh token buys; its version is still *token*'s.

        Whoever calls it stores the result before using it: the old refresh token may be dead from now on.

        Raises:
            AuthorizationError: The grant is gone (`invalid_grant`), or the app's keys are not accepted.
            TransientError: No answer that can be read came. The old refresh token may still be good.
            ConfigurationError: The request is refused for another reason.
        """
        body = prepare_token_request(
            "refresh_token", include_client_id=False, refresh_token=token.refresh_token
        )
        return self._token(body, token)

    def revoke(self, token: Token) -> None:
        """Give the grant back; a grant that is gone already is as good.

        Raises:
            TransientError: No answer came, or the server failed.
            AuthorizationError: The app's keys are not accepted.
        """
        # JSON, where RFC 7009 has a form.
        body = dumps({"token": token.refresh_token}).encode()
        response = self._post(self._endpoints.revocation, "application/json", body)
        if response.status in {200, 400}:
            return
        raise self._failure(response).as_error()

    def _token(self, body: str, previous: Token | None) -> Token:
        now = self._clock.now()
        response = self._post(self._endpoints.token, "application/x-www-form-urlencoded", body.encode())
        if response.status != 200 or _json(response) is None:
            raise self._failure(response).as_error()
        try:
            # oauthlib would also read a form out of a page of HTML: hence the look at the JSON above.
            answered = dict[str, object](parse_token_response(response.body))
        except OAuth2Error as error:
            # One client took {"error": "invalid_grant"} for a success and overwrote its tokens with nothing.
            raise _grant_fault(error.error or "", tid(response)).as_error() from None
        access_token, refresh_token = answered.get("access_token"), answered.get("refresh_token")
        if previous is not None and refresh_token is None:
            # RFC 6749, section 6: without a new one the old one stays.
            refresh_token = previous.refresh_token
        expires_in = _seconds(answered.get("expires_in"))
        if not (_is_text(access_token) and _is_text(refresh_token)) or expires_in is None:
            raise TransientError(
                Fault(
                    kind=FaultKind.TRANSIENT,
                    message="the token endpoint answered without a whole token",
                    request_id=tid(response),
                )
            )
        refresh_expires_in = _seconds(answered.get("x_refresh_token_expires_in"))
        return Token(
            access_token=str(access_token),
            refresh_token=str(refresh_token),
            expires_at=now + expires_in,
            refresh_expires_at=now + refresh_expires_in if refresh_expires_in is not None else None,
            version=previous.version if previous is not None else 0,
        )

    def _post(self, url: str, content_type: str, body: bytes) -> HttpResponse:
        keys = f"{self._app.client_id}:{self._app.client_secret}".encode()
        headers = {
            "Accept": "application/json",
            "Authorization": f"Basic {b64encode(keys).decode()}",
            "Content-Type": content_type,
        }
        return _send(self._transport, HttpRequest(method="POST", url=url, headers=headers, body=body))

    def _failure(self, response: HttpResponse) -> Fault:
        document = _json(response)
        code = document.get("error") if document is not None else None
        pause = retry_after(response, self._clock.now())
        if response.status == 429:
            return Fault(
                kind=FaultKind.THROTTLED,
                message="too many requests to the authorization server",
                request_id=tid(response),
                retry_after=max(pause or SHORTEST_PAUSE, SHORTEST_PAUSE),
            )
        if response.status < 500 and isinstance(code, str):
            return _grant_fault(code, tid(response))
        if response.status == 401:
            return _grant_fault("invalid_client", tid(response))
        return Fault(
            kind=FaultKind.TRANSIENT,
            message=f"HTTP {response.status} from the authorization server",
            request_id=tid(response),
            retry_after=pause,
        )

    def _redirect_uri(self) -> str:
        if not self._app.redirect_uri:
            raise ConfigurationError("AppCredentials has no redirect_uri; set it to one that is registered")
        return self._app.redirect_uri


def _grant_fault(code: str, request_id: str) -> Fault:
    """Return the fault of one of the error codes of RFC 6749, section 5.2; texts vary and are not read."""
    if code == "invalid_grant":
        return _refused(code, "the grant is used up, revoked or expired", request_id)
    if code in {"invalid_client", "unauthorized_client"}:
        fault = _refused(code, "the app's keys are not accepted", request_id)
        return evolve(fault, remedy="check the client id, the client secret and the environment")
    return Fault(
        kind=FaultKind.UNSUPPORTED,
        message="the authorization server refuses the request",
        code=code,
        remedy="check the redirect URI and the scopes",
        request_id=request_id,
    )


def _refused(code: str, message: str, request_id: str) -> Fault:
    return Fault(
        kind=FaultKind.UNAUTHORISED, message=message, code=code, remedy=_RECONNECT, request_id=request_id
    )


def _send(transport: Transport, request: HttpRequest) -> HttpResponse:
    try:
        return transport.send(request)
    except (NotSentError, NoAnswerError) as error:
        fault = Fault(kind=FaultKind.TRANSIENT, message=error.reason)
        raise TransientError(fault) from error


def _json(response: HttpResponse) -> JsonObject | None:
    try:
        value = loads(response.body)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def _seconds(value: object) -> timedelta | None:
    return timedelta(seconds=value) if isinstance(value, int) and value > 0 else None


def _is_loopback(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "http" and parts.hostname in {"127.0.0.1", "::1", "localhost"}
