"""Intents kept in a SQL database."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, cast

from attrs import evolve

from linksync.clock import Clock
from linksync.errors import ConflictingOperationError
from linksync.exactjson import dumps, loads
from linksync.jobs import Claim, Intent, IntentItem
from linksync.jobs.intent import late_ref
from linksync.records import CompanyId, RecordKey, Request, Side, Unknown, WriteOutcome
from linksync.storage.conflicts import stored_already, unanswered, under_way
from linksync.storage.instants import from_text, to_text
from linksync.storage.sql.connection import Part, Session, Sessions, repeated, repeated_if_undone
from linksync.storage.sql.dialect import ConstraintError, Row
from linksync.storage.sql.encryption import Encryption
from linksync.storage.sql.gates import SqlGates
from linksync.storage.sql.rows import key_of, keys_json, side_name
from linksync.storage.structure import items_from_json, items_to_json, outcomes_from_json, outcomes_to_json


class SqlIntentLog(Part):
    """An `IntentLog` in a SQL database."""

    def __init__(self, sessions: Sessions, clock: Clock, gates: SqlGates, encryption: Encryption) -> None:
        super().__init__(sessions)
        self._clock = clock
        self._gates = gates
        self._encryption = encryption

    @repeated_if_undone
    def open(self, claim: Claim, intent: Intent) -> Intent:
        """Store a new intent and return it with its instants."""
        held = [[it.record.entity, side_name(it.record.side), it.record.id, it.ref] for it in intent.items]
        try:
            with self._sessions.write() as session:
                self._gates.verify(session, claim)
                now = self._clock.now()  # now, and not before others let go of the database
                session.change("intents.open", **self._parameters(intent), now=to_text(now))
                session.change("intents.hold", id=intent.id, records=dumps(held))
                self._gates.mark_work(session, [intent.company])
        except ConstraintError as error:
            raise self._conflict(intent) from error
        return evolve(intent, opened_at=now, sent_at=now, sends=1)

    @repeated_if_undone
    def resend(self, claim: Claim, intent_id: str) -> Intent:
        """Note that the intent is about to be sent once more, and return it."""
        with self._sessions.write() as session:
            self._gates.verify(session, claim)
            session.change("intents.resend", id=intent_id, now=to_text(self._clock.now()))
            return self._get(session, intent_id)

    def answer(self, intent: Intent, outcomes: Collection[WriteOutcome]) -> Intent:
        """Write what became of items, and return the intent."""
        answered = self._answer(intent, outcomes)
        return self._keep_late(answered, outcomes) if answered.find_late(outcomes) else answered

    @repeated
    def _answer(self, intent: Intent, outcomes: Collection[WriteOutcome]) -> Intent:
        certain = {it.ref: it for it in outcomes if not isinstance(it, Unknown)}
        with self._sessions.write() as session:
            locked = self._lock(session, intent.id)
            added = {
                it.ref: certain[it.ref]
                for it in intent.items
                if it.ref in certain and it.ref not in locked.answered
            }
            if added:
                self._add_answer(session, locked.number, added.values())
            if locked.answered:
                return self._get(session, intent.id)
        # Nothing was answered before, so nothing is settled: there is no need to read it all again.
        return evolve(
            intent,
            opened_at=from_text(locked.opened_at),
            sent_at=from_text(locked.sent_at),
            sends=locked.sends,
            items=tuple(evolve(it, outcome=added.get(it.ref), is_settled=False) for it in intent.items),
        )

    @repeated
    def _keep_late(self, intent: Intent, outcomes: Collection[WriteOutcome]) -> Intent:
        """Keep answers that belie those that are kept, and open the intent again."""
        with self._sessions.write() as session:
            self._gates.hold(session, intent.company, make=True)  # first, as everywhere
            number = self._lock(session, intent.id).number
            late = self._get(session, intent.id).find_late(outcomes)
            if late:
                self._add_answer(session, number, [item.outcome for item in late if item.outcome])
                held = [
                    [it.record.entity, f"+{side_name(it.record.side)}", f"{number} {it.ref}", it.ref]
                    for it in late
                ]
                session.change("intents.hold_late", id=intent.id, records=dumps(held))
                session.change("intents.reopen", number=number)
                self._gates.mark_work(session, [intent.company])
            return self._get(session, intent.id)

    @repeated
    def settle(self, claim: Claim, intent_id: str, refs: Collection[str]) -> None:
        """Mark items as settled; with the last one the intent is closed."""
        with self._sessions.write() as session:
            self._gates.verify(session, claim)
            locked = self._lock(session, intent_id)
            for ref in _texts(locked.refs):
                if ref in refs and ref not in locked.answered:
                    raise unanswered(intent_id, ref)
            session.change("intents.settle", number=locked.number, refs=dumps(list(refs)))
            session.change("intents.close", number=locked.number, now=to_text(self._clock.now()))

    @repeated
    def list_open(self, company: CompanyId) -> Sequence[Intent]:
        """Return the company's open intents, oldest first."""
        with self._sessions.read() as session:
            return self._complete(session, session.run("intents.list_open", company=company))

    @repeated
    def find_open(self, company: CompanyId, records: Collection[RecordKey]) -> Mapping[RecordKey, Intent]:
        """Return the open intents that have an unsettled item of one of *records*, keyed by record."""
        with self._sessions.read() as session:
            rows = session.run("intents.find_open", company=company, records=keys_json(records))
            if not rows:
                return {}
            numbers = {key_of(*key): number for *key, number in rows}
            found = session.run("intents.by_number", numbers=dumps(sorted(set(numbers.values()))))
            intents = dict(zip([row[0] for row in found], self._complete(session, found), strict=True))
            return {record: intents[number] for record, number in numbers.items()}

    @repeated
    def purge(self, before: datetime, *, limit: int = 1000) -> int:
        """Forget up to *limit* intents that were closed before *before*, oldest first; return how many."""
        with self._sessions.write() as session:
            return session.change("intents.purge", before=to_text(before), limit=max(limit, 0))

    def _lock(self, session: Session, intent_id: str) -> "_Locked":
        """Keep others from answering or settling the intent meanwhile; return what of it may have changed."""
        rows = session.run("intents.lock", id=intent_id)
        if not rows:
            raise _missing(intent_id)
        number, refs, opened_at, sent_at, sends = rows[0]
        answers = session.run("intents.answered", number=number)
        answered = frozenset(ref for (answer,) in answers for ref in _texts(answer))
        return _Locked(number, refs, opened_at, sent_at, sends, answered)

    def _add_answer(self, session: Session, number: int, outcomes: Collection[WriteOutcome]) -> None:
        session.change(
            "intents.add_answer",
            number=number,
            refs=dumps([outcome.ref for outcome in outcomes]),
            outcomes=self._encryption.seal_text(outcomes_to_json(outcomes)),
        )

    def _get(self, session: Session, intent_id: str) -> Intent:
        for intent in self._complete(session, session.run("intents.get", id=intent_id)):
            return intent
        raise _missing(intent_id)

    def _complete(self, session: Session, rows: Sequence[Row]) -> list[Intent]:
        """Return the intents of *rows* with what became of their items."""
        if not rows:
            return []
        numbers = dumps([row[0] for row in rows])
        outcomes: dict[tuple[int, str], WriteOutcome] = {}
        for number, text in session.run("intents.answers", numbers=numbers):
            for outcome in outcomes_from_json(
                self._encryption.open_text(text, "linksync_intent_answer.outcomes")
            ):
                outcomes.setdefault((number, outcome.ref), outcome)
        unsettled = {(number, ref) for number, ref in session.run("intents.unsettled", numbers=numbers)}
        return [self._intent(_IntentRow._make(row), outcomes, unsettled) for row in rows]

    def _conflict(self, intent: Intent) -> ConflictingOperationError:
        """Return the error that says why the database refused *intent*."""
        for record, other in self.find_open(intent.company, [item.record for item in intent.items]).items():
            return under_way(record, other.id)
        return stored_already(intent.id)

    def _intent(
        self,
        row: "_IntentRow",
        outcomes: Mapping[tuple[int, str], WriteOutcome],
        unsettled: Collection[tuple[int, str]],
    ) -> Intent:
        def with_outcome(item: IntentItem) -> IntentItem:
            key = (row.number, item.ref)
            return evolve(item, outcome=outcomes.get(key), is_settled=key not in unsettled)

        items = items_from_json(self._encryption.open_text(row.items, "linksync_intent.items"))
        late = [evolve(it, ref=late_ref(it)) for it in items if (row.number, late_ref(it)) in outcomes]
        return Intent(
            id=row.id,
            company=row.company,
            side=Side(row.side),
            request=Request(
                key=row.request_key,
                url=self._encryption.open_text(row.url, "linksync_intent.url"),
                body=self._encryption.open_bytes(row.body, "linksync_intent.body"),
                refs=tuple(_texts(row.refs)),
            ),
            items=tuple(map(with_outcome, items)),
            late=tuple(map(with_outcome, late)),
            opened_at=from_text(row.opened_at),
            sent_at=from_text(row.sent_at),
            sends=row.sends,
        )

    def _parameters(self, intent: Intent) -> Mapping[str, object]:
        return {
            "id": intent.id,
            "company": intent.company,
            "side": side_name(intent.side),
            "request_key": intent.request.key,
            "url": self._encryption.seal_text(intent.request.url),
            "body": self._encryption.seal_bytes(intent.request.body),
            "refs": dumps(list(intent.request.refs)),
            "items": self._encryption.seal_text(items_to_json(intent.items)),
        }


class _Locked(NamedTuple):
    number: int
    refs: str
    opened_at: str
    sent_at: str
    sends: int
    answered: Collection[str]


class _IntentRow(NamedTuple):
    number: int
    id: str
    company: CompanyId
    side: str
    request_key: str
    url: str
    body: bytes
    refs: str
    items: str
    opened_at: str
    sent_at: str
    sends: int


def _texts(json: str) -> list[str]:
    return cast("list[str]", loads(json))


def _missing(intent_id: str) -> KeyError:
    return KeyError(f"no intent {intent_id}")
