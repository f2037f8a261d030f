"""OAuth 2: the endpoints where the one app gets and gives back its tokens."""

import secrets
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Mapping
from urllib.parse import parse_qsl

from linksync.clock import Clock
from linksync.exactjson import Json, loads
from linksync.testing.quickbooks.exchange import Answer, Call, json_answer
from linksync.testing.quickbooks.grants import ACCESS_LIFE, SCOPE, Grants, Rotation
from linksync.testing.quickbooks.identity import ISSUER, SigningKey
from linksync.testing.quickbooks.rules import Certainty, rule
from linksync.testing.quickbooks.values import Obj, text

SCOPES = frozenset(
    {SCOPE, "com.intuit.quickbooks.payment", "openid", "profile", "email", "phone", "address"}
    | {"project-management.project", "payroll.compensation.read", "indirect-tax.tax-calculation.quickbooks"}
    | {"app-foundations.custom-field-definitions", "app-foundations.custom-field-definitions.read"}
)
"""What an app may ask for (official page on scopes and SDK)."""


class AuthorizationServer(Grants):
    """Gives and takes tokens.

    Attributes:
        client_id: The app's id.
        client_secret: The app's secret.
        asks: Whether the authorization page is a form that somebody must agree to; otherwise it agrees at once.
        redirect_uris: Where browsers may be sent back to; anywhere where empty.
    """

    def __init__(self, clock: Clock, rotation: Rotation) -> None:
        """Make a server with one app and no grants."""
        super().__init__(clock, rotation)
        self.client_id = f"AB{secrets.token_urlsafe(24)}"
        self.client_secret = secrets.token_urlsafe(30)
        self.asks = False
        self.redirect_uris = frozenset[str]()
        self._key: SigningKey | None = None

    @property
    def key(self) -> SigningKey:
        """What identity tokens are signed with."""
        if self._key is None:
            self._key = SigningKey.make()
        return self._key

    def export(self) -> Obj:
        """Return the app, its grants and tokens, and how they are given, to be given to `restore`."""
        return {
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "rotation": self.rotation.value,
            "asks": self.asks,
            "redirect_uris": sorted(self.redirect_uris),
            **super().export(),
        }

    def restore(self, exported: Mapping[str, Json]) -> None:
        """Take over what `export` returned."""
        self.client_id, self.client_secret = text(exported, "client_id"), text(exported, "client_secret")
        self.rotation = Rotation(exported.get("rotation", self.rotation.value))
        self.asks = exported.get("asks", self.asks) is True
        uris = exported.get("redirect_uris")
        self.redirect_uris = frozenset(map(str, uris)) if isinstance(uris, list) else self.redirect_uris
        super().restore(exported)

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
                "issuer": ISSUER,
                "authorization_endpoint": f"{origin}/connect/oauth2",
                "token_endpoint": f"{origin}/oauth2/v1/tokens/bearer",
                "userinfo_endpoint": f"{origin}/v1/openid_connect/userinfo",
                "revocation_endpoint": f"{origin}/v2/oauth2/tokens/revoke",
                "jwks_uri": f"{origin}/op/v1/jwks",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "scopes_supported": sorted(SCOPES),
                "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            },
        )

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
        with_hard_end = call.headers.get("x-include-refresh-token-hard-expires-in", "").lower() == "true"
        match form.get("grant_type"):
            case "authorization_code":
                answer = self._exchange(form, with_hard_end=with_hard_end)
            case "refresh_token":
                answer = self._refresh(form, with_hard_end=with_hard_end)
            case None:
                answer = _refuse(400, "invalid_request")
            case _:
                answer = _refuse(400, "unsupported_grant_type")
        return answer.with_headers(cache_control="no-cache, no-store")

    @rule(
        "a revoked token ends the whole connection, whichever of the two it is",
        Certainty.OFFICIAL,
        "official Python SDK",
        guess="the code for an unknown token",
    )
    def revoke_endpoint(self, call: Call) -> Answer:
        """Answer a request to revoke a token, sent as JSON or as a form."""
        sent = call.body.decode("utf-8", "replace")
        form = dict(parse_qsl(sent))
        if not self._is_app(call.headers, form):
            return _refuse(401, "invalid_client")
        token = form.get("token") or _json_member(sent, "token")
        company = self.owner(token)
        if company is None:
            return _refuse(400, "invalid_request")
        self.disconnect(company)
        return Answer(status=200)

    def _exchange(self, form: Mapping[str, str], *, with_hard_end: bool) -> Answer:
        code = self.redeem(form.get("code", ""))
        if code is None:
            return _refuse(400, "invalid_grant", "Invalid authorization code")
        if form.get("redirect_uri") != code.redirect_uri:
            return _refuse(400, "invalid_grant", "The redirect_uri does not match")
        body = self.grant(code.company).as_json(with_hard_end=with_hard_end)
        if "openid" in code.scopes:
            body["id_token"] = self._identity(code.company)
        return json_answer(200, body)

    def _identity(self, company: str) -> str:
        now = int(self._clock.now().timestamp())
        who: Obj = {"sub": user_of(company), "realmid": company}
        times: Obj = {"iat": now, "auth_time": now, "exp": now + int(ACCESS_LIFE.total_seconds())}
        return self.key.sign({**who, **times, "aud": [self.client_id], "iss": ISSUER})

    def _refresh(self, form: Mapping[str, str], *, with_hard_end: bool) -> Answer:
        token = form.get("refresh_token")
        if not token:
            return _refuse(400, "invalid_request")
        tokens = self.renew(token)
        if tokens is None:
            return _refuse(400, "invalid_grant", "Incorrect or invalid refresh token")
        return json_answer(200, tokens.as_json(with_hard_end=with_hard_end))

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


def user_of(company: str) -> str:
    """Return the id of the person who connects *company*."""
    return f"1182d6ec-{company}"


def _refuse(status: int, error: str, description: str = "") -> Answer:
    body: Obj = {"error": error}
    if description:
        body["error_description"] = description
    return json_answer(status, body)


def _json_member(sent: str, name: str) -> str:
    try:
        body = loads(sent)
    except ValueError:
        return ""
    value = body.get(name) if isinstance(body, Mapping) else None
    return value if isinstance(value, str) else ""
