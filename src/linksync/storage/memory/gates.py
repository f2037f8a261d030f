"""Who holds which company, and which companies may be worked on, in this process."""

from datetime import datetime, timedelta

from attrs import evolve

from linksync.clock import Clock
from linksync.jobs import Claim, Gate, GateState
from linksync.records import CompanyId
from linksync.storage.conflicts import lease_lost
from linksync.storage.memory.tables import Tables


class MemoryGates:
    """The gates of all companies. Its callers hold a transaction."""

    def __init__(self, tables: Tables, clock: Clock) -> None:
        self._tables = tables
        self._clock = clock

    def get(self, company: CompanyId) -> Gate:
        """Return the company's gate as it is now: one whose time has come is open."""
        gate = self._tables.gates.get(company) or Gate(company=company)
        if gate.until is not None and gate.until <= self._clock.now():
            return evolve(gate, state=GateState.OPEN, until=None, reason="")
        return gate

    def set(self, company: CompanyId, state: GateState, until: datetime | None, reason: str) -> None:
        """Open or close the company's gate; whoever holds the company keeps it."""
        is_open = state is GateState.OPEN
        gate = evolve(
            self.get(company),
            state=state,
            until=None if is_open else until,
            reason="" if is_open else reason,
        )
        self._tables.gates.put(company, gate)

    def turn(self, company: CompanyId) -> tuple[int, CompanyId]:
        """Return what companies are ordered by: those least recently taken up come first."""
        return self._tables.turns.get(company) or 0, company

    def is_free_for(self, worker: str, company: CompanyId) -> bool:
        """Whether *worker* may take the company: its gate is open and nobody else's lease runs."""
        gate = self.get(company)
        return gate.state is GateState.OPEN and (gate.worker == worker or not self._is_leased(gate))

    def is_held_by(self, worker: str, company: CompanyId) -> bool:
        """Whether *worker* has a running lease on the company."""
        gate = self.get(company)
        return gate.worker == worker and self._is_leased(gate)

    def take(self, worker: str, company: CompanyId, lease: timedelta) -> Claim:
        """Give *worker* the company, or renew the lease it has."""
        gate = self.get(company)
        token = gate.token if self.is_held_by(worker, company) else gate.token + 1
        until = self._clock.now() + lease
        self._tables.gates.put(company, evolve(gate, worker=worker, token=token, lease_until=until))
        self._tables.turns.put(company, self._tables.next_number("turn"))
        self._tables.next_number(f"claim of {company}")
        usage = self._tables.usages.get(company) or ""
        return Claim(company=company, worker=worker, token=token, lease_until=until, usage=usage)

    def count_claims(self, company: CompanyId) -> int:
        """Return how often the company was taken, which says whose turn it is within it."""
        return self._tables.counters.get(f"claim of {company}") or 0

    def extend(self, claim: Claim, lease: timedelta, usage: str | None) -> Claim:
        """Return *claim* with its lease running from now; raises `LeaseLostError`."""
        self.verify(claim)
        until = self._clock.now() + lease
        self._note(claim.company, usage)
        self._tables.gates.put(claim.company, evolve(self.get(claim.company), lease_until=until))
        return evolve(claim, lease_until=until)

    def let_go(self, claim: Claim, usage: str | None) -> None:
        """Leave the company to nobody."""
        self._note(claim.company, usage)
        gate = evolve(self.get(claim.company), worker=None, lease_until=None)
        self._tables.gates.put(claim.company, gate)

    def verify(self, claim: Claim) -> None:
        """Raise `LeaseLostError` unless *claim* holds its company."""
        if not self.holds(claim):
            raise lease_lost(claim)

    def holds(self, claim: Claim) -> bool:
        """Whether *claim* holds its company."""
        gate = self.get(claim.company)
        return gate.worker == claim.worker and gate.token == claim.token and self._is_leased(gate)

    def _note(self, company: CompanyId, usage: str | None) -> None:
        if usage is not None:
            self._tables.usages.put(company, usage)

    def _is_leased(self, gate: Gate) -> bool:
        return gate.lease_until is not None and gate.lease_until > self._clock.now()
