"""Tokens kept in a SQL database."""

import os
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple
from uuid import uuid4

from attrs import evolve

from linksync.clock import Clock
from linksync.errors import ConfigurationError, ConnectionLostError
from linksync.records import CompanyId
from linksync.storage.conflicts import grant_gone
from linksync.storage.instants import from_text, to_text
from linksync.storage.sql.connection import Part, Session, Sessions, repeated
from linksync.storage.sql.encryption import Encryption
from linksync.tokens import Token

_LEASE = timedelta(seconds=60)
"""How long one refresh keeps the others waiting, should its process die: longer than a request for a token takes."""
_PAUSE_SECONDS = 0.1
"""How long to wait between two looks at somebody else's refresh."""
_PATIENCE_SECONDS = 120.0
"""How long a database may be away before a renewed token is given up: longer than a replica takes to step in."""
_LONG_PAUSE_SECONDS = 0.5
"""How long to wait between two tries to save one."""


class SqlTokenStore(Part):
    """A `TokenStore` in a SQL database.

    Threads of one process wait for each other's refresh in memory, processes by a lease in the database.
    """

    def __init__(self, sessions: Sessions, clock: Clock, encryption: Encryption) -> None:
        super().__init__(sessions)
        self._clock = clock
        self._encryption = encryption
        self._refreshing: dict[tuple[int, CompanyId], threading.Lock] = {}

    def find(self, company: CompanyId) -> Token | None:
        """Return the newest token of *company*, or None."""
        with self._sessions.use() as session:
            return self._kept(session, company)[0]

    def save(self, company: CompanyId, token: Token) -> Token:
        """Keep *token* if nobody saved another since it was read, and return what is kept now."""
        self._refuse_within_transaction("save")
        return self._save(company, token, is_grant=True)

    def refresh(self, company: CompanyId, stale: Token, renew: Callable[[Token], Token]) -> Token:
        """Return a token newer than *stale*, calling *renew* at most once at a time per company."""
        self._refuse_within_transaction("refresh")
        # The process is part of the key: a lock that some thread held when the process was forked stays locked
        # in the child for ever.
        with self._refreshing.setdefault((os.getpid(), company), threading.Lock()):
            holder = uuid4().hex
            while not self._take_lease(company, holder):
                newest = self._find_newest(company)
                if newest.version > stale.version:
                    return newest
                self._clock.sleep(_PAUSE_SECONDS)
            try:
                # Read under the lease: whoever held it before may have just saved another.
                newest = self._find_newest(company)
                if newest.version > stale.version:
                    return newest
                return self._save_renewed(company, evolve(renew(newest), version=newest.version))
            finally:
                self._let_go(company, holder)

    @repeated
    def delete(self, company: CompanyId) -> None:
        """Forget the token of *company*; nothing happens when there is none."""
        self._refuse_within_transaction("delete")
        with self._sessions.write() as session:
            session.change("tokens.delete", company=company)

    def _save_renewed(self, company: CompanyId, token: Token) -> Token:
        """Keep what must not be lost, since its predecessor may be worth nothing any more: wait for the database."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                return self._save(company, token, is_grant=False)
            except ConnectionLostError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(_LONG_PAUSE_SECONDS)

    @repeated
    def _save(self, company: CompanyId, token: Token, *, is_grant: bool) -> Token:
        with self._sessions.write() as session:
            kept, version = self._kept(session, company)
            if token.version == (kept.version if kept else 0):
                saved = evolve(token, version=version + 1)
                if self._put(session, company, saved, read_version=version):
                    if is_grant:
                        session.change("tokens.open_gate", company=company)
                    return saved
                kept, _ = self._kept(session, company)  # somebody else's, saved since
            if kept is None:
                raise grant_gone(company)
            return kept

    def _find_newest(self, company: CompanyId) -> Token:
        newest = self.find(company)
        if newest is None:
            raise grant_gone(company)
        return newest

    @repeated
    def _take_lease(self, company: CompanyId, holder: str) -> bool:
        now = self._clock.now()
        with self._sessions.write() as session:
            return bool(
                session.change(
                    "tokens.take_lease",
                    company=company,
                    holder=holder,
                    lease_until=to_text(now + _LEASE),
                    now=to_text(now),
                )
            )

    @repeated
    def _let_go(self, company: CompanyId, holder: str) -> None:
        with self._sessions.write() as session:
            session.change("tokens.let_go", company=company, holder=holder)

    def _refuse_within_transaction(self, what: str) -> None:
        if self._sessions.is_in_transaction():
            raise ConfigurationError(f"token {what} within a transaction could be undone; call it outside")

    def _kept(self, session: Session, company: CompanyId) -> tuple[Token | None, int]:
        """Return the token that is kept, and the last version that was."""
        rows = session.run("tokens.get", company=company)
        if not rows:
            return None, 0
        found = _TokenRow._make(rows[0])
        if found.access_token is None:
            return None, found.version
        token = Token(
            access_token=self._encryption.open_text(found.access_token, "linksync_token.access_token"),
            refresh_token=self._encryption.open_text(found.refresh_token, "linksync_token.refresh_token"),
            expires_at=from_text(found.expires_at),
            refresh_expires_at=from_text(found.refresh_expires_at),
            version=found.version,
        )
        return token, found.version

    def _put(self, session: Session, company: CompanyId, token: Token, *, read_version: int) -> bool:
        """Write *token* and return True, unless the version that was read is not the one that is kept."""
        return bool(
            session.change(
                "tokens.put",
                company=company,
                version=token.version,
                access_token=self._encryption.seal_text(token.access_token),
                refresh_token=self._encryption.seal_text(token.refresh_token),
                expires_at=to_text(token.expires_at),
                refresh_expires_at=to_text(token.refresh_expires_at),
                read_version=read_version,
            )
        )


class _TokenRow(NamedTuple):
    version: int
    access_token: str | None
    refresh_token: str
    expires_at: str
    refresh_expires_at: str | None
