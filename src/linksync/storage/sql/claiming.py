"""A worker takes hold of a company, and gets its due jobs."""

import json
import threading
from collections.abc import Collection, Generator
from datetime import timedelta
from typing import NamedTuple

from attrs import define, evolve

from linksync.jobs import BACKFILL_TURN, Band, Claim, JobState, LinkJob
from linksync.records import CompanyId, RecordKey
from linksync.storage.conflicts import crashed
from linksync.storage.instants import to_text
from linksync.storage.sql.connection import Session
from linksync.storage.sql.counting import count
from linksync.storage.sql.dialect import Row
from linksync.storage.sql.gates import GateRow, SqlGates
from linksync.storage.sql.lookups import find_finished
from linksync.storage.sql.rows import error_columns, in_order, job_of, keys_json


@define(eq=False)
class Attempt:
    """What the last try at a claim has taken, which the database may have kept though it did not say so.

    Attributes:
        taken: The claim; None before the first, or when there was nothing to hold.
        number: Which hand-out of its company it was.
        may_wait: Whether nothing is taken while anything besides jobs is due, which is to be taken in first.
        has_waited: Whether that is why nothing was taken.
        sent: What it asks the database for by one statement, as which hand-out; None when it does not. What came of
            that, if its answer was lost, is found out from the gate.
    """

    taken: Claim | None = None
    number: int = 0
    may_wait: bool = False
    has_waited: bool = False
    sent: "_HandOut | None" = None


class _HandOut(NamedTuple):
    """A hand-out of a company.

    Attributes:
        claim: The claim, without its jobs.
        number: Which hand-out of its company it is.
    """

    claim: Claim
    number: int

    def is_of(self, gate: GateRow) -> bool:
        """Whether it is the last that *gate* knows of."""
        claim = self.claim
        mine = (claim.worker, claim.token, self.number, to_text(claim.lease_until))
        return (gate.worker, gate.token, gate.claims, gate.lease_until) == mine


class _Memory(threading.local):
    """The last hand-out of a thread's, if the next one may be as plain: a worker that claims more does so in one thread."""

    last: _HandOut | None = None


class Claiming:
    """How companies are taken in turn.

    Args:
        gates: Who holds which company.
        crash_limit: How many workers may die over a job before a person has to look at it.
    """

    def __init__(self, gates: SqlGates, crash_limit: int) -> None:
        self._gates = gates
        self._crash_limit = crash_limit
        self._memory = _Memory()

    def claim(
        self,
        session: Session,
        attempt: Attempt,
        worker: str,
        *,
        limit: int,
        lease: timedelta,
        company: CompanyId | None,
        only: Collection[RecordKey] | None,
    ) -> Claim | None:
        """Take hold of a company and hand out up to *limit* of its due jobs.

        None when there is nothing to hold, or when *attempt* may wait and something is due besides jobs. What *attempt* has taken before is returned, if it was kept: else the worker would hold it without knowing.
        """
        if self._was_kept(session, attempt):
            return attempt.taken
        attempt.taken = self._memory.last = None
        for gate in self._candidates(session, worker, company, make=only is not None):
            if attempt.sent is not None and attempt.sent.is_of(gate):
                attempt.taken = self._find_sent(session, attempt.sent, gate)
                attempt.number = gate.claims
                break
            if gate.has_chores and attempt.may_wait:
                attempt.has_waited = True
                break
            found = self._tidy(session, worker, gate)
            if found.has_work or only is not None:
                claim = self._gates.take(session, worker, gate, lease)
                size = min(limit, 1) if found.has_suspects else limit
                jobs = self._hand_out(session, gate, max(size, 0), only)
                attempt.taken = evolve(claim, jobs=jobs, given_up=found.given_up)
                attempt.number = gate.claims + 1
                if not gate.has_waiting and not found.has_suspects:
                    self._memory.last = _HandOut(claim, attempt.number)
                break
            if gate.has_work and not gate.has_running and self._gates.exclude(session, gate.company):
                self._rest(session, gate.company)
        return attempt.taken

    def claim_more(
        self,
        session: Session,
        attempt: Attempt,
        worker: str,
        *,
        limit: int,
        lease: timedelta,
        company: CompanyId,
    ) -> Claim | None:
        """Hand out up to *limit* more of the due jobs of a company that *worker* holds, by one statement.

        None when more than that is to be done, for which `claim` is there. It may run twice: it is done once.
        """
        last = self._memory.last
        if last is None or (last.claim.worker, last.claim.company) != (worker, company) or limit < 1:
            return None
        number = last.number + 1
        if number % BACKFILL_TURN == 0:
            return None
        if attempt.sent is None:
            claim = evolve(last.claim, lease_until=self._gates.end_of(lease))
            attempt.sent = _HandOut(claim, number)
        sent = attempt.sent.claim
        rows = session.run(
            "claims.more",
            company=company,
            worker=worker,
            token=sent.token,
            claims=last.number,
            lease_until=to_text(sent.lease_until),
            limit=limit,
            now=self._gates.now(),
        )
        if not rows:
            return None
        claim = evolve(sent, usage=rows[0][-1])
        self._memory.last = _HandOut(claim, number)
        return evolve(claim, jobs=tuple(job_of(row[:-1]) for row in in_order(rows)))

    def _find_sent(self, session: Session, sent: _HandOut, gate: GateRow) -> Claim:
        """Return what *sent* was, whose answer was lost; *gate* is held."""
        rows = session.run("claims.last_handed_out", company=gate.company)
        return evolve(sent.claim, usage=gate.usage, jobs=tuple(map(job_of, in_order(rows))))

    def _was_kept(self, session: Session, attempt: Attempt) -> bool:
        taken = attempt.taken
        if taken is None:
            return False
        gate = self._gates.get(session, taken.company)
        return (gate.worker, gate.token, gate.claims) == (taken.worker, taken.token, attempt.number)

    def _rest(self, session: Session, company: CompanyId) -> None:
        """Note that a claim of *company*, from which producers are kept, would find nothing, unless it would.

        A link that was saved since waiting jobs were last looked at is seen only now.
        """
        if not session.change("jobs.release_linked", company=company, now=self._gates.now()):
            session.change("gates.clear_work", company=company)

    def _candidates(
        self, session: Session, worker: str, company: CompanyId | None, *, make: bool
    ) -> Generator[GateRow, None, None]:
        """Yield the companies that *worker* may take, in their turn, each held until the transaction ends."""
        if company is not None:
            gate = self._gates.hold(session, company, make=make)
            if gate is not None and gate.is_free_for(worker, self._gates.now()):
                yield gate
            return
        found = self._gates.hold_next(session, worker, None)
        while found is not None:
            yield found
            found = self._gates.hold_next(session, worker, found)

    def _tidy(self, session: Session, worker: str, gate: GateRow) -> "_Found":
        """Put back what a dead worker left, let go on what waited in vain, and say what there is to do."""
        company, now = gate.company, self._gates.now()
        put_back, given_up, has_suspects = 0, tuple[LinkJob, ...](), bool(gate.has_suspects)
        if gate.has_running and not gate.is_held_by(worker, now):
            given_up = self._give_up(session, company, now)
            put_back = session.change("jobs.put_back", company=company, crashes=1, now=now)
            has_suspects = bool(session.run("jobs.suspects", company=company)[0][0])
        released = session.change("jobs.release_linked", company=company, now=now) if gate.has_waiting else 0
        has_work = bool(gate.has_ready or gate.has_intents or put_back or given_up or released)
        return _Found(has_work, has_suspects, given_up)

    def _give_up(self, session: Session, company: CompanyId, now: str) -> tuple[LinkJob, ...]:
        """End what keeps killing workers, and return it."""
        numbers = [row[0] for row in session.run("jobs.crashed", company=company, limit=self._crash_limit)]
        if not numbers:
            return ()
        session.change(
            "jobs.end_crashed",
            numbers=json.dumps(numbers),
            now=now,
            **error_columns(crashed(self._crash_limit)),
        )
        count(session, {(company, JobState.NEEDS_ACTION): len(numbers)})
        return tuple(find_finished(session, numbers))

    def _hand_out(
        self, session: Session, gate: GateRow, limit: int, only: Collection[RecordKey] | None
    ) -> tuple[LinkJob, ...]:
        now = self._gates.now()
        if only is not None:
            rows = session.run(
                "jobs.hand_out_only",
                company=gate.company,
                limit=limit,
                records=keys_json(only),
                now=now,
            )
            return tuple(map(job_of, in_order(rows)))
        first = list[Row]()
        if (gate.claims + 1) % BACKFILL_TURN == 0:
            first = session.run(
                "jobs.hand_out", company=gate.company, band=int(Band.BACKFILL), limit=limit, now=now
            )
        rest = max(limit - len(first), 0)
        rows = session.run("jobs.hand_out", company=gate.company, band=0, limit=rest, now=now)
        return tuple(map(job_of, in_order([*first, *rows])))


class _Found(NamedTuple):
    """What a company has to do."""

    has_work: bool
    has_suspects: bool
    given_up: tuple[LinkJob, ...]
