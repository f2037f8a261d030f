"""Who holds which company, and which companies may be worked on, in a SQL database."""

import json
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

from attrs import evolve

from linksync.clock import Clock
from linksync.jobs import Claim, Gate, GateState
from linksync.records import CompanyId
from linksync.storage.conflicts import lease_lost
from linksync.storage.instants import from_text, to_text
from linksync.storage.sql.connection import Session


class GateRow(NamedTuple):
    """A company's row, its instants as text, and what there is to do."""

    company: CompanyId
    state: str = GateState.OPEN.value
    until: str | None = None
    reason: str = ""
    worker: str | None = None
    token: int = 0
    lease_until: str | None = None
    turn: int = 0
    claims: int = 0
    has_work: int = 0
    usage: str = ""
    has_ready: int = 0
    has_intents: int = 0
    has_waiting: int = 0
    has_running: int = 0
    has_suspects: int = 0
    has_chores: int = 0

    def is_held_by(self, worker: str, now: str) -> bool:
        """Whether *worker* has a running lease on the company."""
        return self.worker == worker and self.is_leased(now)

    def is_free_for(self, worker: str, now: str) -> bool:
        """Whether *worker* may take the company: its gate is open and nobody else's lease runs."""
        return self.state == GateState.OPEN.value and (self.worker == worker or not self.is_leased(now))

    def is_leased(self, now: str) -> bool:
        """Whether anybody's lease runs."""
        return self.lease_until is not None and self.lease_until > now


class SqlGates:
    """The gates of all companies. Its callers hold a transaction."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def get(self, session: Session, company: CompanyId) -> GateRow:
        """Return the company's row; an open gate that nobody holds where there is none."""
        rows = session.run("gates.get", company=company, now=self.now())
        return GateRow._make(rows[0]) if rows else GateRow(company)

    def hold(self, session: Session, company: CompanyId, *, make: bool) -> GateRow | None:
        """Return the company's row, which does not change until the transaction ends.

        Args:
            session: The session.
            company: The company.
            make: Whether to make the row where there is none, instead of returning None.
        """
        rows = session.run("gates.hold", company=company, now=self.now())
        if not rows and make:
            self.mark_work(session, [company])
            rows = session.run("gates.hold", company=company, now=self.now())
        return GateRow._make(rows[0]) if rows else None

    def hold_next(self, session: Session, worker: str, former: GateRow | None) -> GateRow | None:
        """Return the company least recently taken up that *worker* may take and that may have work.

        It does not change until the transaction ends; companies that others are about to take are passed over.

        Args:
            session: The session.
            worker: The worker.
            former: The one that was looked at before; None for the first.
        """
        rows = session.run(
            "gates.hold_next",
            worker=worker,
            after_turn=former.turn if former else -1,
            after_company=former.company if former else "",
            now=self.now(),
        )
        return GateRow._make(rows[0]) if rows else None

    def set(
        self, session: Session, company: CompanyId, state: GateState, until: datetime | None, reason: str
    ) -> None:
        """Open or close the company's gate; whoever holds the company keeps it."""
        is_open = state is GateState.OPEN
        session.change(
            "gates.set",
            company=company,
            state=state.value,
            until=None if is_open else to_text(until),
            reason="" if is_open else reason,
        )

    def take(self, session: Session, worker: str, gate: GateRow, lease: timedelta) -> Claim:
        """Give *worker* the company, whose gate is held, or renew the lease it has."""
        token = gate.token if gate.is_held_by(worker, self.now()) else gate.token + 1
        until = self.end_of(lease)
        session.change(
            "gates.take",
            company=gate.company,
            worker=worker,
            token=token,
            claims=gate.claims + 1,
            lease_until=to_text(until),
        )
        return Claim(company=gate.company, worker=worker, token=token, lease_until=until, usage=gate.usage)

    def extend(self, session: Session, claim: Claim, lease: timedelta, usage: str | None) -> Claim:
        """Return *claim* with its lease running from now; raises `LeaseLostError`."""
        until = self.end_of(lease)
        extended = session.change(
            "gates.extend",
            company=claim.company,
            worker=claim.worker,
            token=claim.token,
            lease_until=to_text(until),
            usage=usage,
            now=self.now(),
        )
        if not extended:
            raise lease_lost(claim)
        return evolve(claim, lease_until=until)

    def let_go(self, session: Session, claim: Claim, usage: str | None) -> bool:
        """Leave the company to nobody; return whether *claim* held it."""
        return bool(
            session.change(
                "gates.let_go",
                company=claim.company,
                worker=claim.worker,
                token=claim.token,
                usage=usage,
                now=self.now(),
            )
        )

    def verify(self, session: Session, claim: Claim) -> None:
        """Make sure that *claim* holds its company, which nobody else takes until the transaction ends.

        Raises:
            LeaseLostError: It does not.
        """
        rows = session.run(
            "gates.verify",
            company=claim.company,
            worker=claim.worker,
            token=claim.token,
            now=self.now(),
        )
        if not rows:
            raise lease_lost(claim)

    def mark_work(self, session: Session, companies: Collection[str]) -> None:
        """Note that a claim of *companies* may find something."""
        if companies:
            session.change("gates.mark_work", companies=json.dumps(sorted(companies)))

    def exclude(self, session: Session, company: CompanyId) -> bool:
        """Keep producers out of *company*, whose gate is held; return False when one is just enqueueing."""
        return bool(session.run("gates.exclude", company=company))

    def end_of(self, lease: timedelta) -> datetime:
        """Return until when a lease lasts that begins now."""
        return self._clock.now() + lease

    def now(self) -> str:
        """Return the present instant as text."""
        return to_text(self._clock.now())


def gate_of(row: GateRow) -> Gate:
    """Return *row* as the queue tells it."""
    return Gate(
        company=row.company,
        state=GateState(row.state),
        until=from_text(row.until),
        reason=row.reason,
        worker=row.worker,
        token=row.token,
        lease_until=from_text(row.lease_until),
    )
