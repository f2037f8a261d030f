"""Tokens kept in a SQL database."""

import os
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple
from uuid import uuid4

from attrs import evolve

from linksync.clock import Clock
from linksync.errors import ConfigurationError
from linksync.records import CompanyId
from linksync.storage.conflicts import grant_gone
from linksync.storage.instants import from_text, to_text
from linksync.storage.sql.connection import Session, Sessions
from linksync.tokens import Token

_LEASE = timedelta(seconds=60)
"""How long one refresh keeps the others waiting, should its process die: longer than a request for a token takes."""
_PAUSE_SECONDS = 0.1
"""How long to wait between two looks at somebody else's refresh."""


class SqlTokenStore:
    """A `TokenStore` in a SQL database.

    Threads of one process wait for each other's refresh in memory, processes by a lease in the database.
    """

    def __init__(self, sessions: Sessions, clock: Clock) -> None:
        self._sessions = sessions
        self._clock = clock
        self._refreshing: dict[tuple[int, CompanyId], threading.Lock] = {}

    def find(self, company: CompanyId) -> Token | None:
        """Return the newest token of *company*, or None."""
        with self._sessions.use() as session:
            return _kept(session, company)[0]

    def save(self, company: CompanyId, token: Token) -> Token:
        """Keep *token* if nobody saved another since it was read, and return what is kept now."""
        self._refuse_within_transaction("save")
        with self._sessions.write() as session:
            kept, version = _kept(session, company)
            if token.version != (kept.version if kept else 0):
                if kept is None:
                    raise grant_gone(company)
                return kept
            saved = evolve(token, version=version + 1)
            session.change(
                "tokens.put",
                company=company,
                version=saved.version,
                access_token=saved.access_token,
                refresh_token=saved.refresh_token,
                expires_at=to_text(saved.expires_at),
                refresh_expires_at=to_text(saved.refresh_expires_at),
            )
        return saved

    def refresh(self, company: CompanyId, stale: Token, renew: Callable[[Token], Token]) -> Token:
        """Return a token newer than *stale*, calling *renew* at most once at a time per company."""
        self._refuse_within_transaction("refresh")
        # The process is part of the key: a lock that some thread held when the process was forked stays locked
        # in the child for ever.
        with self._refreshing.setdefault((os.getpid(), company), threading.Lock()):
            holder = uuid4().hex
            while True:
                with self._sessions.write() as session:
                    kept, _ = _kept(session, company)
                    if kept is None:
                        raise grant_gone(company)
                    if kept.version > stale.version:
                        return kept
                    is_ours = self._take_lease(session, company, holder)
                if is_ours:
                    return self._renew(company, kept, renew, holder)
                self._clock.sleep(_PAUSE_SECONDS)

    def delete(self, company: CompanyId) -> None:
        """Forget the token of *company*; nothing happens when there is none."""
        self._refuse_within_transaction("delete")
        with self._sessions.write() as session:
            session.change("tokens.delete", company=company)

    def _take_lease(self, session: Session, company: CompanyId, holder: str) -> bool:
        now = self._clock.now()
        return bool(
            session.change(
                "tokens.take_lease",
                company=company,
                holder=holder,
                lease_until=to_text(now + _LEASE),
                now=to_text(now),
            )
        )

    def _renew(self, company: CompanyId, kept: Token, renew: Callable[[Token], Token], holder: str) -> Token:
        try:
            return self.save(company, evolve(renew(kept), version=kept.version))
        finally:
            with self._sessions.write() as session:
                session.change("tokens.let_go", company=company, holder=holder)

    def _refuse_within_transaction(self, what: str) -> None:
        if self._sessions.is_in_transaction():
            raise ConfigurationError(f"token {what} within a transaction could be undone; call it outside")


class _TokenRow(NamedTuple):
    version: int
    access_token: str | None
    refresh_token: str
    expires_at: str
    refresh_expires_at: str | None


def _kept(session: Session, company: CompanyId) -> tuple[Token | None, int]:
    """Return the token that is kept, and the last version that was."""
    rows = session.run("tokens.get", company=company)
    if not rows:
        return None, 0
    found = _TokenRow._make(rows[0])
    if found.access_token is None:
        return None, found.version
    token = Token(
        access_token=found.access_token,
        refresh_token=found.refresh_token,
        expires_at=from_text(found.expires_at),
        refresh_expires_at=from_text(found.refresh_expires_at),
        version=found.version,
    )
    return token, found.version
