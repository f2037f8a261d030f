"""Tokens kept in this process."""

import threading
from collections.abc import Callable

from attrs import evolve

from linksync.errors import ConfigurationError
from linksync.jobs import GateState
from linksync.records import CompanyId
from linksync.storage.conflicts import grant_gone
from linksync.storage.memory.gates import MemoryGates
from linksync.storage.memory.tables import Tables
from linksync.tokens import Token


class MemoryTokenStore:
    """A `TokenStore` in this process."""

    def __init__(self, tables: Tables, gates: MemoryGates) -> None:
        self._tables = tables
        self._gates = gates
        self._refreshing: dict[CompanyId, threading.Lock] = {}

    def find(self, company: CompanyId) -> Token | None:
        """Return the newest token of *company*, or None."""
        with self._tables.journal.transaction():
            return self._tables.tokens.get(company)

    def save(self, company: CompanyId, token: Token) -> Token:
        """Keep *token* if nobody saved another since it was read, and return what is kept now."""
        self._refuse_within_transaction("save")
        return self._save(company, token, is_grant=True)

    def refresh(self, company: CompanyId, stale: Token, renew: Callable[[Token], Token]) -> Token:
        """Return a token newer than *stale*, calling *renew* at most once at a time per company."""
        self._refuse_within_transaction("refresh")
        with self._lock_of(company):
            kept = self.find(company)
            if kept is None:
                raise grant_gone(company)
            if kept.version > stale.version:
                return kept
            return self._save(company, evolve(renew(kept), version=kept.version), is_grant=False)

    def delete(self, company: CompanyId) -> None:
        """Forget the token of *company*; nothing happens when there is none."""
        self._refuse_within_transaction("delete")
        with self._tables.journal.transaction():
            self._tables.tokens.remove(company)

    def _save(self, company: CompanyId, token: Token, *, is_grant: bool) -> Token:
        with self._tables.journal.transaction():
            kept = self._tables.tokens.get(company)
            if token.version != (kept.version if kept else 0):
                if kept is None:
                    raise grant_gone(company)
                return kept
            # Versions of a company rise for ever, also past a delete: a late save of the former grant
            # must not pass for the next one's.
            saved = evolve(token, version=self._tables.next_number(f"token of {company}"))
            self._tables.tokens.put(company, saved)
            if is_grant and self._gates.get(company).state is GateState.UNAUTHORISED:
                self._gates.set(company, GateState.OPEN, None, "")
            return saved

    def _lock_of(self, company: CompanyId) -> threading.Lock:
        with self._tables.journal.transaction():
            return self._refreshing.setdefault(company, threading.Lock())

    def _refuse_within_transaction(self, what: str) -> None:
        if self._tables.journal.is_in_transaction():
            raise ConfigurationError(f"token {what} within a transaction could be undone; call it outside")
