"""Hands out an access token that is good, and buys a new one in time."""

from datetime import timedelta

from attrs import evolve

from linksync.clock import Clock
from linksync.connectors.quickbooks.oauth import OAuthClient
from linksync.errors import AuthorizationError, Fault, FaultKind, TransientError
from linksync.records import CompanyId
from linksync.tokens import Token, TokenStore

RENEWAL_MARGIN = timedelta(minutes=5)
"""How long before its end an access token, which lives an hour, is renewed."""


class Access:
    """The access of one company, shared by all who send to it."""

    def __init__(
        self,
        company: CompanyId,
        tokens: TokenStore,
        oauth: OAuthClient,
        clock: Clock,
        margin: timedelta = RENEWAL_MARGIN,
    ) -> None:
        """Make the access; nothing is read yet.

        Args:
            company: Whom it opens.
            tokens: Where the token is kept; it sees to it that one caller at a time renews.
            oauth: What renews.
            clock: Tells whether a token has ended.
            margin: How long before its end a token is renewed.
        """
        self._company = company
        self._tokens = tokens
        self._oauth = oauth
        self._clock = clock
        self._margin = margin

    def token(self) -> Token:
        """Return a token that lasts a while yet, renewed when need be.

        Raises:
            AuthorizationError: The company was never connected, or is no longer.
            TransientError: The token has ended, and the authorization server does not answer.
            ConfigurationError: The authorization server refuses the app.
        """
        kept = self._tokens.find(self._company)
        if kept is None:
            raise AuthorizationError(
                Fault(
                    kind=FaultKind.UNAUTHORISED,
                    message=f"company {self._company} is not connected",
                    remedy="connect the company to QuickBooks",
                    token_version=0,
                )
            )
        now = self._clock.now()
        if now + self._margin < kept.expires_at:
            return kept
        try:
            return self.renew(kept)
        except TransientError:
            if self._clock.now() < kept.expires_at:
                # Still good: no reason to stop work because the other server is away.
                return kept
            raise

    def renew(self, refused: Token) -> Token:
        """Return a token newer than *refused*, which QuickBooks took no more or which ends soon.

        The new refresh token is stored before anybody gets the access token.

        Raises:
            AuthorizationError: The grant is gone. It is not asked for again.
            TransientError: The authorization server does not answer.
            ConfigurationError: The authorization server refuses the app.
        """
        tried = list[Token]()

        def buy(kept: Token) -> Token:
            tried.append(kept)
            return self._oauth.renew(kept)

        try:
            return self._tokens.refresh(self._company, refused, buy)
        except AuthorizationError as error:
            # A refresh token is as good as single-use: another worker may have used it a moment ago, outside
            # of the store's order, and its token is good then. Looked at once, never in a loop.
            latest = self._tokens.find(self._company)
            if latest is not None and tried and latest.version > tried[-1].version:
                return latest
            if tried:
                raise AuthorizationError(evolve(error.fault, token_version=tried[-1].version)) from None
            raise
