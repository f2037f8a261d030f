"""Intents kept in a SQL database."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple, cast

from attrs import evolve

from linksync.clock import Clock
from linksync.errors import ConflictingOperationError
from linksync.exactjson import dumps, loads
from linksync.jobs import Claim, Intent, IntentItem
from linksync.records import CompanyId, RecordKey, Request, Side, Unknown, WriteOutcome
from linksync.storage.conflicts import stored_already, unanswered, under_way
from linksync.storage.instants import from_text, to_text
from linksync.storage.sql.connection import Session, Sessions
from linksync.storage.sql.dialect import ConstraintError, Row
from linksync.storage.sql.gates import SqlGates
from linksync.storage.sql.rows import key_of, keys_json
from linksync.storage.structure import item_from_json, item_to_json, outcome_from_json, outcome_to_json


class SqlIntentLog:
    """An `IntentLog` in a SQL database."""

    def __init__(self, sessions: Sessions, clock: Clock, gates: SqlGates) -> None:
        self._sessions = sessions
        self._clock = clock
        self._gates = gates

    def open(self, claim: Claim, intent: Intent) -> Intent:
        """Store a new intent and return it with its instants."""
        now = self._clock.now()
        with self._sessions.write() as session:
            self._gates.verify(session, claim)
            try:
                with self._sessions.write():
                    session.change("intents.open", **_parameters(intent), now=to_text(now))
                    session.change_each(
                        "intents.add_item",
                        [_item_parameters(intent, place, item) for place, item in enumerate(intent.items)],
                    )
            except ConstraintError as error:
                raise self._conflict(intent) from error
            session.change("gates.mark_work", company=intent.company)
        return evolve(intent, opened_at=now, sent_at=now, sends=1)

    def resend(self, claim: Claim, intent_id: str) -> Intent:
        """Note that the intent is about to be sent once more, and return it."""
        with self._sessions.write() as session:
            self._gates.verify(session, claim)
            session.change("intents.resend", id=intent_id, now=self._now())
            return self._get(session, intent_id)

    def answer(self, intent_id: str, outcomes: Collection[WriteOutcome]) -> Intent:
        """Write what became of items, and return the intent."""
        certain = [
            {"id": intent_id, "ref": outcome.ref, "outcome": outcome_to_json(outcome)}
            for outcome in outcomes
            if not isinstance(outcome, Unknown)
        ]
        with self._sessions.write() as session:
            session.change_each("intents.answer", certain)
            return self._get(session, intent_id)

    def settle(self, claim: Claim, intent_id: str, refs: Collection[str]) -> None:
        """Mark items as settled; with the last one the intent is closed."""
        with self._sessions.write() as session:
            self._gates.verify(session, claim)
            if not session.run("intents.get", id=intent_id):
                raise _missing(intent_id)
            wanted = dumps(list(refs))
            for (ref,) in session.run("intents.unanswered", id=intent_id, refs=wanted):
                raise unanswered(intent_id, ref)
            session.change("intents.settle", id=intent_id, refs=wanted)
            session.change("intents.close", id=intent_id, now=self._now())

    def list_open(self, company: CompanyId) -> Sequence[Intent]:
        """Return the company's open intents, oldest first."""
        with self._sessions.read() as session:
            return self._complete(session, session.run("intents.list_open", company=company))

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

    def _now(self) -> str:
        return to_text(self._clock.now())

    def _get(self, session: Session, intent_id: str) -> Intent:
        rows = session.run("intents.get", id=intent_id)
        if not rows:
            raise _missing(intent_id)
        return self._complete(session, rows)[0]

    def _complete(self, session: Session, rows: Sequence[Row]) -> list[Intent]:
        """Return the intents of *rows* with their items."""
        if not rows:
            return []
        items: dict[int, list[IntentItem]] = {}
        for number, item, outcome, is_settled in session.run(
            "intents.items", numbers=dumps([row[0] for row in rows])
        ):
            items.setdefault(number, []).append(
                evolve(
                    item_from_json(item),
                    outcome=None if outcome is None else outcome_from_json(outcome),
                    is_settled=bool(is_settled),
                )
            )
        return [_intent(row, items.get(row[0], [])) for row in rows]

    def _conflict(self, intent: Intent) -> ConflictingOperationError:
        """Return the error that says why the database refused *intent*."""
        for record, other in self.find_open(intent.company, [item.record for item in intent.items]).items():
            return under_way(record, other.id)
        return stored_already(intent.id)


class _IntentRow(NamedTuple):
    number: int
    id: str
    company: CompanyId
    side: str
    request_key: str
    url: str
    body: bytes
    refs: str
    opened_at: str
    sent_at: str
    sends: int


def _intent(row: Row, items: Sequence[IntentItem]) -> Intent:
    found = _IntentRow._make(row)
    return Intent(
        id=found.id,
        company=found.company,
        side=Side(found.side),
        request=Request(
            key=found.request_key,
            url=found.url,
            body=found.body,
            refs=tuple(cast("list[str]", loads(found.refs))),
        ),
        items=tuple(items),
        opened_at=from_text(found.opened_at),
        sent_at=from_text(found.sent_at),
        sends=found.sends,
    )


def _parameters(intent: Intent) -> Mapping[str, object]:
    return {
        "id": intent.id,
        "company": intent.company,
        "side": intent.side.value,
        "request_key": intent.request.key,
        "url": intent.request.url,
        "body": intent.request.body,
        "refs": dumps(list(intent.request.refs)),
    }


def _item_parameters(intent: Intent, position: int, item: IntentItem) -> Mapping[str, object]:
    return {
        "intent_id": intent.id,
        "position": position,
        "company": intent.company,
        "ref": item.ref,
        "job_id": item.job_id,
        "entity": item.record.entity,
        "side": item.record.side.value,
        "local_id": item.record.id,
        "item": item_to_json(item),
        "outcome": None if item.outcome is None else outcome_to_json(item.outcome),
        "is_settled": int(item.is_settled),
    }


def _missing(intent_id: str) -> KeyError:
    return KeyError(f"no intent {intent_id}")
