"""OAuth 2 with QuickBooks: consent, code exchange, refresh, revocation.

The messages are oauthlib's; where QuickBooks goes its own way is said beside it. Endpoints, parameters and answers
are those of the official OAuth 2.0 page and of the official client libraries.
"""

from base64 import b64encode
from collections.abc import Sequence
from urllib.parse import urlsplit

from attrs import field, frozen
from oauthlib.oauth2.rfc6749.errors import OAuth2Error
from oauthlib.oauth2.rfc6749.parameters import (
    parse_authorization_code_response,
    prepare_grant_uri,  # pyright: ignore[reportUnknownVariableType] -- its stub leaves **kwargs untyped
    prepare_token_request,  # pyright: ignore[reportUnknownVariableType] -- likewise
)

from linksync.clock import Clock
from linksync.connectors.quickbooks.app import ACCOUNTING, AppCredentials, OAuthEndpoints
from linksync.connectors.quickbooks.tokenanswers import failure, read_token, refused, sent
from linksync.connectors.quickbooks.transport import HttpRequest, HttpResponse, Transport
from linksync.errors import ConfigurationError
from linksync.exactjson import dumps
from linksync.records import CompanyId
from linksync.tokens import Token


@frozen(kw_only=True)
class Consent:
    """What a user's consent brought.

    Attributes:
        company: The company that was opened (`realmId`).
        code: The single-use code for its first token.
    """

    company: CompanyId
    code: str = field(repr=False)


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
            raise refused(error.error or "refused", "the company was not connected", "").as_error() from None
        company = answered.get("realmId", "")
        # It becomes part of every address.
        if not company.isascii() or not company.isdecimal():
            raise refused("realmId", "the callback names no company", "").as_error()
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
        raise failure(response, self._clock.now()).as_error()

    def _token(self, body: str, previous: Token | None) -> Token:
        now = self._clock.now()
        response = self._post(self._endpoints.token, "application/x-www-form-urlencoded", body.encode())
        return read_token(response, previous, now)

    def _post(self, url: str, content_type: str, body: bytes) -> HttpResponse:
        keys = f"{self._app.client_id}:{self._app.client_secret}".encode()
        headers = {
            "Accept": "application/json",
            "Authorization": f"Basic {b64encode(keys).decode()}",
            "Content-Type": content_type,
            # Asks for the second of the two ends of a refresh token (official client libraries).
            "x-include-refresh-token-hard-expires-in": "true",
        }
        return sent(self._transport, HttpRequest(method="POST", url=url, headers=headers, body=body))

    def _redirect_uri(self) -> str:
        if not self._app.redirect_uri:
            raise ConfigurationError("AppCredentials has no redirect_uri; set it to one that is registered")
        return self._app.redirect_uri


def _is_loopback(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "http" and parts.hostname in {"127.0.0.1", "::1", "localhost"}
