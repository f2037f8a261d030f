"""OAuth 2: grants of companies to the one app, their tokens, and the endpoint that renews them."""

import secrets
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import Enum
from urllib.parse import parse_qsl, urlencode

from attrs import define, field, frozen

from linksync.clock import Clock
from linksync.exactjson import loads
from linksync.testing.quickbooks.exchange import Answer, Call, json_answer
from linksync.testing.quickbooks.rules import Certainty, rule, state
from linksync.testing.quickbooks.values import Obj

ACCESS_LIFE = timedelta(hours=1)
REFRESH_LIFE = timedelta(days=100)
CODE_LIFE = timedelta(minutes=10)
ROTATION_AGE = timedelta(hours=24)
SCOPE = "com.intuit.quickbooks.accounting"

state(
    "access tokens live 3600 s, refresh tokens 100 days from their last use",
    Certainty.OFFICIAL,
    "official OAuth 2.0 page; 101 days have been seen",
    kept_by=__name__,
)
state(
    "an authorization code is single use and lives ten minutes",
    Certainty.LIKELY,
    "official OAuth 2.0 page says short-lived; the number is common knowledge",
    kept_by=__name__,
)


class Rotation(Enum):
    """When a refresh gives a new refresh token."""

    AFTER_A_DAY = "after_a_day"
    """The first refresh 24 hours after the token was made; the old one is dead at once."""
    EVERY_TIME = "every_time"
    """Every refresh; the old one is dead at once."""
    NEVER = "never"


@define
class _Grant:
    company: str
    refresh_token: str
    made_at: datetime
    used_at: datetime


@frozen
class _Code:
    company: str
    redirect_uri: str
    expires_at: datetime


@frozen(kw_only=True)
class Tokens:
    """What a grant gives.

    Attributes:
        access_token: Opens the company.
        refresh_token: Buys the next access token.
        expires_in: Seconds that the access token lives.
        refresh_expires_in: Seconds that the refresh token lives.
    """

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in: int
    refresh_expires_in: int

    def as_json(self) -> Obj:
        """Return them as the token endpoint answers them."""
        return {
            "token_type": "bearer",
            "access_token": self.access_token,
            "expires_in": self.expires_in,
            "refresh_token": self.refresh_token,
            "x_refresh_token_expires_in": self.refresh_expires_in,
        }


class AuthorizationServer:
    """Gives and takes tokens.

    Attributes:
        client_id: The app's id.
        client_secret: The app's secret.
        rotation: When refresh tokens change.
    """

    def __init__(self, clock: Clock, rotation: Rotation) -> None:
        """Make a server with one app and no grants."""
        self.client_id = f"AB{secrets.token_urlsafe(24)}"
        self.client_secret = secrets.token_urlsafe(30)
        self.rotation = rotation
        self._clock = clock
        self._grants = dict[str, _Grant]()
        self._codes = dict[str, _Code]()
        self._access = dict[str, tuple[str, datetime]]()

    def grant(self, company: str) -> Tokens:
        """Connect *company* to the app, as its user would, and return the first tokens."""
        now = self._clock.now()
        made = _Grant(company, _new_refresh_token(), now, now)
        self._grants[made.refresh_token] = made
        return self._tokens(made)

    def authorize(self, company: str, redirect_uri: str) -> str:
        """Return the code with which the app may fetch tokens of *company*, as its user agrees."""
        code = f"AB{secrets.token_urlsafe(24)}"
        self._codes[code] = _Code(company, redirect_uri, self._clock.now() + CODE_LIFE)
        return code

    def company_of(self, access_token: str) -> str | None:
        """Return the company that *access_token* opens now; None when it is unknown, expired or revoked."""
        company, expires_at = self._access.get(access_token, ("", None))
        if expires_at is None or expires_at <= self._clock.now():
            return None
        return company

    def expire(self, access_token: str) -> None:
        """Let *access_token* be expired."""
        self._access.pop(access_token, None)

    def expire_all(self, company: str) -> None:
        """Let every access token of *company* be expired; its refresh tokens stay good."""
        for token in [token for token, (owner, _) in self._access.items() if owner == company]:
            del self._access[token]

    def disconnect(self, company: str) -> None:
        """End every grant of *company*, as its user would in QuickBooks."""
        self.expire_all(company)
        for token in [token for token, grant in self._grants.items() if grant.company == company]:
            del self._grants[token]

    @rule(
        "the discovery document names the endpoints for authorization, token and revocation",
        Certainty.OFFICIAL,
        "official SDKs' copy of the document",
    )
    def discovery(self, origin: str) -> Answer:
        """Return the discovery document for *origin*, the scheme and host of the simulator."""
        return json_answer(
            200,
            {
                "issuer": "https://oauth.platform.intuit.com/op/v1",
                "authorization_endpoint": f"{origin}/connect/oauth2",
                "token_endpoint": f"{origin}/oauth2/v1/tokens/bearer",
                "userinfo_endpoint": f"{origin}/v1/openid_connect/userinfo",
                "revocation_endpoint": f"{origin}/v2/oauth2/tokens/revoke",
                "jwks_uri": f"{origin}/op/v1/jwks",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "scopes_supported": [SCOPE, "openid", "email", "profile", "address", "phone"],
                "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            },
        )

    @rule(
        "the authorization page sends the browser back with code, state and realmId",
        Certainty.OFFICIAL,
        "official OAuth 2.0 page; the simulator agrees at once",
    )
    def authorization_page(self, call: Call, company: str) -> Answer:
        """Agree to connect *company* and send the browser back."""
        uri = call.args.get("redirect_uri", "")
        if call.args.get("client_id") != self.client_id or not uri or "state" not in call.args:
            return json_answer(400, {"error": "invalid_request"})
        back = {"code": self.authorize(company, uri), "state": call.args["state"], "realmId": company}
        separator = "&" if "?" in uri else "?"
        return Answer(status=302, headers={"location": f"{uri}{separator}{urlencode(back)}"})

    @rule(
        "the token endpoint refuses with 400 and an error: invalid_grant, invalid_request; a wrong app is 401",
        Certainty.RECORDED,
        "official SDK's copies of answers and client reports; that a wrong app is 401 is common knowledge",
    )
    def token_endpoint(self, call: Call) -> Answer:
        """Answer a request for tokens."""
        form = dict(parse_qsl(call.body.decode("utf-8", "replace")))
        if not self._is_app(call.headers, form):
            return _refuse(401, "invalid_client")
        match form.get("grant_type"):
            case "authorization_code":
                answer = self._exchange(form)
            case "refresh_token":
                answer = self._refresh(form)
            case None:
                answer = _refuse(400, "invalid_request")
            case _:
                answer = _refuse(400, "unsupported_grant_type")
        return answer.with_headers(cache_control="no-cache, no-store")

    @rule(
        "a revoked token ends the whole connection, whichever of the two it is",
        Certainty.OFFICIAL,
        "official Python SDK; the code for an unknown token is a guess",
    )
    def revoke_endpoint(self, call: Call) -> Answer:
        """Answer a request to revoke a token, sent as JSON or as a form."""
        text = call.body.decode("utf-8", "replace")
        form = dict(parse_qsl(text))
        if not self._is_app(call.headers, form):
            return _refuse(401, "invalid_client")
        token = form.get("token") or _json_member(text, "token")
        company = self._owner(token)
        if company is None:
            return _refuse(400, "invalid_request")
        self.disconnect(company)
        return Answer(status=200)

    def _owner(self, token: str) -> str | None:
        if token in self._grants:
            return self._grants[token].company
        return self._access[token][0] if token in self._access else None

    def _exchange(self, form: Mapping[str, str]) -> Answer:
        code = self._codes.pop(form.get("code", ""), None)
        if code is None or code.expires_at <= self._clock.now():
            return _refuse(400, "invalid_grant", "Invalid authorization code")
        if form.get("redirect_uri") != code.redirect_uri:
            return _refuse(400, "invalid_grant", "The redirect_uri does not match")
        return json_answer(200, self.grant(code.company).as_json())

    @rule(
        "a refresh within 24 hours gives the same refresh token, a later one another, and the old one is dead at once",
        Certainty.OFFICIAL,
        "Intuit's help article on the validity of refresh tokens, as quoted by clients; a setting",
    )
    def _refresh(self, form: Mapping[str, str]) -> Answer:
        token = form.get("refresh_token")
        if not token:
            return _refuse(400, "invalid_request")
        grant, now = self._grants.get(token), self._clock.now()
        if grant is None or grant.used_at + REFRESH_LIFE <= now:
            return _refuse(400, "invalid_grant", "Incorrect or invalid refresh token")
        grant.used_at = now
        is_old = now - grant.made_at >= ROTATION_AGE
        if self.rotation is Rotation.EVERY_TIME or (self.rotation is Rotation.AFTER_A_DAY and is_old):
            del self._grants[token]
            grant.refresh_token, grant.made_at = _new_refresh_token(), now
            self._grants[grant.refresh_token] = grant
        return json_answer(200, self._tokens(grant).as_json())

    def _tokens(self, grant: _Grant) -> Tokens:
        access = f"eyJ{secrets.token_urlsafe(60)}"
        self._access[access] = (grant.company, self._clock.now() + ACCESS_LIFE)
        return Tokens(
            access_token=access,
            refresh_token=grant.refresh_token,
            expires_in=int(ACCESS_LIFE.total_seconds()),
            refresh_expires_in=int(REFRESH_LIFE.total_seconds()),
        )

    def _is_app(self, headers: Mapping[str, str], form: Mapping[str, str]) -> bool:
        scheme, _, encoded = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "basic":
            try:
                given = b64decode(encoded, validate=True).decode()
            except (Base64Error, ValueError):
                return False
        else:
            given = f"{form.get('client_id', '')}:{form.get('client_secret', '')}"
        return secrets.compare_digest(given.encode(), f"{self.client_id}:{self.client_secret}".encode())


def _new_refresh_token() -> str:
    return f"AB11{secrets.token_urlsafe(30)}"


def _refuse(status: int, error: str, description: str = "") -> Answer:
    body: Obj = {"error": error}
    if description:
        body["error_description"] = description
    return json_answer(status, body)


def _json_member(text: str, name: str) -> str:
    try:
        body = loads(text)
    except ValueError:
        return ""
    value = body.get(name) if isinstance(body, Mapping) else None
    return value if isinstance(value, str) else ""
