"""Grants of companies to the one app: their codes and tokens, and how long each lives."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import Enum
from threading import Lock

from attrs import define, field, frozen

from linksync.clock import Clock
from linksync.exactjson import Json
from linksync.testing.quickbooks.rules import Certainty, rule, state
from linksync.testing.quickbooks.values import Obj, array, text

ACCESS_LIFE = timedelta(hours=1)
REFRESH_LIFE = timedelta(days=100)
CODE_LIFE = timedelta(minutes=10)
ROTATION_AGE = timedelta(hours=24)
HARD_LIFE = timedelta(days=5 * 365)
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
    granted_at: datetime


@frozen
class Code:
    """What an app may fetch tokens with, once.

    Attributes:
        company: The company that it opens.
        redirect_uri: Where the browser was sent back to.
        expires_at: When it ends (aware).
        scopes: What was agreed to.
    """

    company: str
    redirect_uri: str
    expires_at: datetime
    scopes: frozenset[str]


@frozen(kw_only=True)
class Tokens:
    """What a grant gives.

    Attributes:
        access_token: Opens the company.
        refresh_token: Buys the next access token.
        expires_in: Seconds that the access token lives.
        refresh_expires_in: Seconds that the refresh token lives.
        hard_expires_in: Seconds until the grant ends, however often it is used.
    """

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in: int
    refresh_expires_in: int
    hard_expires_in: int = int(HARD_LIFE.total_seconds())

    def as_json(self, *, with_hard_end: bool = False) -> Obj:
        """Return them as the token endpoint answers them, with the seconds until the grant ends if asked for."""
        hard: Obj = {"x_refresh_token_hard_expires_in": self.hard_expires_in} if with_hard_end else {}
        return {
            "token_type": "bearer",
            "access_token": self.access_token,
            "expires_in": self.expires_in,
            "refresh_token": self.refresh_token,
            "x_refresh_token_expires_in": self.refresh_expires_in,
            **hard,
        }


class Grants:
    """What companies have agreed to. It may be shared by threads.

    Attributes:
        rotation: When refresh tokens change.
    """

    def __init__(self, clock: Clock, rotation: Rotation) -> None:
        """Make them, without any."""
        self.rotation = rotation
        self._clock = clock
        self._grants = dict[str, _Grant]()
        self._codes = dict[str, Code]()
        self._access = dict[str, tuple[str, datetime]]()
        self._lock = Lock()

    def grant(self, company: str) -> Tokens:
        """Connect *company* to the app, as its user would, and return the first tokens."""
        now = self._clock.now()
        made = _Grant(company, _new_refresh_token(), now, now, now)
        self._grants[made.refresh_token] = made
        return self._tokens(made)

    def authorize(self, company: str, redirect_uri: str, scopes: frozenset[str] = frozenset({SCOPE})) -> str:
        """Return the code with which the app may fetch tokens of *company*, as its user agrees."""
        code = f"AB{secrets.token_urlsafe(24)}"
        self._codes[code] = Code(company, redirect_uri, self._clock.now() + CODE_LIFE, scopes)
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

    def redeem(self, code: str) -> Code | None:
        """Take a code that is good, which it is no longer then; None where it is not."""
        found = self._codes.pop(code, None)
        return found if found is not None and found.expires_at > self._clock.now() else None

    @rule(
        "a refresh within 24 hours gives the same refresh token, a later one another, and the old one is dead at once",
        Certainty.OFFICIAL,
        "Intuit's help article on the validity of refresh tokens, as quoted by clients; a setting",
    )
    def renew(self, refresh_token: str) -> Tokens | None:
        """Return the tokens that a refresh token buys; None where it is not good."""
        with self._lock:
            grant, now = self._grants.get(refresh_token), self._clock.now()
            if grant is None or grant.used_at + REFRESH_LIFE <= now or grant.granted_at + HARD_LIFE <= now:
                return None
            grant.used_at = now
            is_old = now - grant.made_at >= ROTATION_AGE
            if self.rotation is Rotation.EVERY_TIME or (self.rotation is Rotation.AFTER_A_DAY and is_old):
                del self._grants[refresh_token]
                grant.refresh_token, grant.made_at = _new_refresh_token(), now
                self._grants[grant.refresh_token] = grant
            return self._tokens(grant)

    def owner(self, token: str) -> str | None:
        """Return the company of an access or refresh token, however old; None where it is unknown or revoked."""
        if token in self._grants:
            return self._grants[token].company
        return self._access[token][0] if token in self._access else None

    def end_life(self, company: str) -> None:
        """Let every grant of *company* be at the end of its five years."""
        for grant in self._grants.values():
            if grant.company == company:
                grant.granted_at = self._clock.now() - HARD_LIFE

    @rule(
        "with the header x-include-refresh-token-hard-expires-in the seconds to the end of the grant are told; it ends "
        "five years after it was made",
        Certainty.OFFICIAL,
        "official SDKs and the announcement of 12 November 2025",
    )
    def hard_end(self, company: str) -> datetime | None:
        """Return when the newest grant of *company* ends for good (aware); None when there is none."""
        ends = [grant.granted_at + HARD_LIFE for grant in self._grants.values() if grant.company == company]
        return max(ends, default=None)

    def export(self) -> Obj:
        """Return grants and tokens, to be given to `restore`."""
        return {
            "grants": [
                {
                    "company": grant.company,
                    "refresh_token": grant.refresh_token,
                    "made_at": grant.made_at.isoformat(),
                    "used_at": grant.used_at.isoformat(),
                    "granted_at": grant.granted_at.isoformat(),
                }
                for grant in self._grants.values()
            ],
            "access": [
                {"token": token, "company": company, "expires_at": expires_at.isoformat()}
                for token, (company, expires_at) in self._access.items()
            ],
        }

    def restore(self, exported: Mapping[str, Json]) -> None:
        """Take over what `export` returned."""
        for each in array(exported, "grants"):
            made_at, used_at, granted_at = (
                datetime.fromisoformat(text(each, name)) for name in ("made_at", "used_at", "granted_at")
            )
            token = text(each, "refresh_token")
            self._grants[token] = _Grant(text(each, "company"), token, made_at, used_at, granted_at)
        for each in array(exported, "access"):
            expires_at = datetime.fromisoformat(text(each, "expires_at"))
            self._access[text(each, "token")] = (text(each, "company"), expires_at)

    def _tokens(self, grant: _Grant) -> Tokens:
        access = f"eyJ{secrets.token_urlsafe(60)}"
        self._access[access] = (grant.company, self._clock.now() + ACCESS_LIFE)
        return Tokens(
            access_token=access,
            refresh_token=grant.refresh_token,
            expires_in=int(ACCESS_LIFE.total_seconds()),
            refresh_expires_in=int(REFRESH_LIFE.total_seconds()),
            hard_expires_in=int((grant.granted_at + HARD_LIFE - self._clock.now()).total_seconds()),
        )


def _new_refresh_token() -> str:
    return f"AB11{secrets.token_urlsafe(30)}"
