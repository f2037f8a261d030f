"""The tokens that open a company, and where they are kept."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from attrs import field, frozen

from linksync.records import CompanyId, check_aware, check_aware_if_any


@frozen(kw_only=True)
class Token:
    """What an OAuth 2 grant of one company currently consists of.

    Attributes:
        access_token: Opens the company until `expires_at`. Opaque; QuickBooks' may be some kilobytes long.
        refresh_token: Buys the next access token; a refresh may replace it.
        expires_at: When the access token ends (timezone-aware).
        refresh_expires_at: When the refresh token ends unless it is used before (timezone-aware).
        version: Raised by one with every save; 0 before the first.
    """

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: datetime = field(validator=check_aware)
    refresh_expires_at: datetime | None = field(default=None, validator=check_aware_if_any)
    version: int = 0


class TokenStore(Protocol):
    """Keeps one token per company.

    Implementations pass `linksync.testing.contracts.TokenStoreContract`.
    """

    def find(self, company: CompanyId) -> Token | None:
        """Return the newest token of *company*, or None."""
        ...

    def save(self, company: CompanyId, token: Token) -> Token:
        """Keep *token* if nobody saved another since it was read, and return what is kept now.

        Compare and swap: `token.version` is the version that was read (0: there was none). Where the kept
        version is another, nothing is written and the kept token is returned, which the caller then uses.
        Versions rise across a `delete` too, so that a late save of a former grant never passes for the next
        one's. The save is durable before it returns.

        What is saved here is a new grant; what a refresh brings is saved by `refresh`. The token store of a `Storage`
        opens the company's gate with it, in one transaction, if that was closed as `UNAUTHORISED`; a gate that is closed
        for another reason stays as it is.

        Raises:
            AuthorizationError: The token that was read has been deleted since.
            ConfigurationError: The calling thread has a transaction open, which could undo the save.
        """
        ...

    def refresh(self, company: CompanyId, stale: Token, renew: Callable[[Token], Token]) -> Token:
        """Return a token newer than *stale*, calling *renew* at most once at a time per company.

        Of several callers, on whatever threads or machines, one runs *renew* with the kept token and saves
        what it returns before anybody sees it; the others wait and get that. When the kept token is newer
        than *stale* already, it is returned and nothing is renewed. An error of *renew* passes through and
        leaves the kept token as it was. No database transaction is open while *renew* runs. No gate opens by it.

        Raises:
            AuthorizationError: No token is kept.
            ConfigurationError: The calling thread has a transaction open.
        """
        ...

    def delete(self, company: CompanyId) -> None:
        """Forget the token of *company*; nothing happens when there is none.

        Raises:
            ConfigurationError: The calling thread has a transaction open.
        """
        ...
