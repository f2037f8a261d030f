"""Intents kept in this process."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from heapq import nsmallest

from attrs import evolve

from linksync.clock import Clock
from linksync.jobs import Claim, Intent, IntentItem
from linksync.records import CompanyId, RecordKey, Unknown, WriteOutcome
from linksync.storage.conflicts import stored_already, unanswered, under_way
from linksync.storage.memory.gates import MemoryGates
from linksync.storage.memory.tables import Tables


class MemoryIntentLog:
    """An `IntentLog` in this process."""

    def __init__(self, tables: Tables, clock: Clock, gates: MemoryGates) -> None:
        self._tables = tables
        self._clock = clock
        self._gates = gates

    def open(self, claim: Claim, intent: Intent) -> Intent:
        """Store a new intent and return it with its instants."""
        with self._tables.journal.transaction():
            self._gates.verify(claim)
            tables = self._tables.of(intent.company)
            for item in intent.items:
                if holder := tables.intended.get(item.record):
                    raise under_way(item.record, holder)
            records = {item.record for item in intent.items}
            if intent.id in self._tables.intents or len(records) < len(intent.items):
                raise stored_already(intent.id)
            now = self._clock.now()
            stored = evolve(intent, opened_at=now, sent_at=now, sends=1)
            for record in records:
                tables.intended.put(record, intent.id)
            tables.open_intents.put(intent.id, self._tables.next_number("intent"))
            self._tables.intents.put(intent.id, stored)
            return stored

    def resend(self, claim: Claim, intent_id: str) -> Intent:
        """Note that the intent is about to be sent once more, and return it."""
        with self._tables.journal.transaction():
            self._gates.verify(claim)
            intent = self._get(intent_id)
            return self._write(evolve(intent, sent_at=self._clock.now(), sends=intent.sends + 1))

    def answer(self, intent: Intent, outcomes: Collection[WriteOutcome]) -> Intent:
        """Write what became of items, and return the intent."""
        certain = {outcome.ref: outcome for outcome in outcomes if not isinstance(outcome, Unknown)}
        with self._tables.journal.transaction():
            kept = self._get(intent.id)
            late = kept.find_late(outcomes)
            if late:
                kept = evolve(kept, late=(*kept.late, *late))
                self._reopen(kept)
            return self._change(
                kept, lambda item: evolve(item, outcome=item.outcome or certain.get(item.ref))
            )

    def settle(self, claim: Claim, intent_id: str, refs: Collection[str]) -> None:
        """Mark items as settled; with the last one the intent is closed."""
        with self._tables.journal.transaction():
            self._gates.verify(claim)
            intent = self._get(intent_id)
            tables = self._tables.of(intent.company)
            for item in intent.items:
                if item.ref in refs and item.outcome is None:
                    raise unanswered(intent_id, item.ref)
                if item.ref in refs and not item.is_settled:
                    tables.intended.remove(item.record)
            changed = self._change(
                intent, lambda item: evolve(item, is_settled=item.is_settled or item.ref in refs)
            )
            is_done = all(item.is_settled for item in (*changed.items, *changed.late))
            if is_done and tables.open_intents.remove(intent_id) is not None:
                self._tables.closings.put(intent_id, self._clock.now())

    def list_open(self, company: CompanyId) -> Sequence[Intent]:
        """Return the company's open intents, oldest first."""
        with self._tables.journal.transaction():
            numbers = self._tables.of(company).open_intents.items()
            opened = [(self._get(intent_id), number) for intent_id, number in numbers]
            return [intent for intent, _ in sorted(opened, key=lambda one: (one[0].opened_at, one[1]))]

    def find_open(self, company: CompanyId, records: Collection[RecordKey]) -> Mapping[RecordKey, Intent]:
        """Return the open intents that have an unsettled item of one of *records*, keyed by record."""
        with self._tables.journal.transaction():
            intended = self._tables.of(company).intended
            return {record: self._get(holder) for record in records if (holder := intended.get(record))}

    def purge(self, before: datetime, *, limit: int = 1000) -> int:
        """Forget up to *limit* intents that were closed before *before*, oldest first; return how many."""
        with self._tables.journal.transaction():
            return forget_closed(self._tables, before, limit)

    def _get(self, intent_id: str) -> Intent:
        intent = self._tables.intents.get(intent_id)
        if intent is None:
            raise KeyError(f"no intent {intent_id}")
        return intent

    def _change(self, intent: Intent, change: Callable[[IntentItem], IntentItem]) -> Intent:
        return self._write(
            evolve(intent, items=tuple(map(change, intent.items)), late=tuple(map(change, intent.late)))
        )

    def _reopen(self, intent: Intent) -> None:
        open_intents = self._tables.of(intent.company).open_intents
        if intent.id not in open_intents:
            self._tables.closings.remove(intent.id)
            open_intents.put(intent.id, 0)  # before those that were opened since

    def _write(self, intent: Intent) -> Intent:
        self._tables.intents.put(intent.id, intent)
        return intent


def forget_closed(tables: Tables, before: datetime, limit: int) -> int:
    """Forget up to *limit* intents that were closed before *before*, oldest first; return how many."""
    closed = nsmallest(limit, ((at, intent) for intent, at in tables.closings.items() if at < before))
    for _, intent in closed:
        tables.closings.remove(intent)
        tables.intents.remove(intent)
    return len(closed)
