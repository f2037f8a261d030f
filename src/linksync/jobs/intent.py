"""Writes about to leave, written down first: what makes a crash harmless."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

from attrs import evolve, field, frozen

from linksync.fields import Base, FieldValue
from linksync.jobs.queue import Claim
from linksync.records import (
    Action,
    CompanyId,
    RecordKey,
    Request,
    Side,
    WriteOutcome,
    Written,
    check_aware_if_any,
)


@frozen(kw_only=True)
class IntentItem:
    """One write of an intent: all that is needed to settle it, whoever gets to do that.

    Attributes:
        ref: The write's name within the request.
        job_id: The job it was made for.
        job_generation: That job's generation then: if it has risen since, the record is to be looked at again.
        record: The local record.
        action: What it does.
        record_type: What the endpoint that is written to calls this kind of record.
        record_id: The record's id there; None for a create.
        label: What people call the record.
        version: The remote version that the decision saw.
        fields: The fields written, in both sides' forms as they were when the request was made.
        equal: Fields found equal on both sides by the same decision.
        pulls: The names of fields that only the remote changed.
        conflicts: Fields that both sides changed differently and that a person settles, in both sides' forms.
        is_in_step: Whether the base may take over the version that the write leads to.
        base: The base that the decision saw.
        match: The names of the fields among `fields` that tell one record from another.
        outcome: What became of the write, once that is certain; never changed afterwards.
        is_settled: Whether that has been carried over to link, job and history.
    """

    ref: str
    job_id: str
    job_generation: int = 1
    record: RecordKey
    action: Action
    record_type: str
    record_id: str | None = None
    label: str = ""
    version: str | None = None
    fields: Mapping[str, FieldValue] = field(factory=dict[str, FieldValue], repr=False)
    equal: Mapping[str, FieldValue] = field(factory=dict[str, FieldValue], repr=False)
    pulls: frozenset[str] = frozenset()
    conflicts: Mapping[str, FieldValue] = field(factory=dict[str, FieldValue], repr=False)
    is_in_step: bool = True
    base: Base = field(factory=Base, repr=False)
    match: frozenset[str] = frozenset()
    outcome: WriteOutcome | None = None
    is_settled: bool = False

    def is_belied_by(self, outcome: WriteOutcome) -> bool:
        """Whether *outcome* says that a record was created, and the outcome that is kept says nothing of that one."""
        return (
            self.action is Action.CREATE
            and self.outcome is not None
            and isinstance(outcome, Written)
            and not (isinstance(self.outcome, Written) and self.outcome.record.id == outcome.record.id)
        )


@frozen(kw_only=True)
class Intent:
    """A request about to leave or under way, stored with its bytes before it was sent.

    Attributes:
        id: Its id, the request's idempotency key. Same id, same bytes, for ever.
        company: The company.
        side: The side that is written to.
        request: What is sent, byte for byte.
        items: The writes it carries, in the request's order.
        late: What was created after all, against the outcome that is kept of an item: that item again, under a ref of its
            own, with what was answered as its outcome. There may be two of that record.
        opened_at: When it was stored, before the first send (timezone-aware).
        sent_at: When it was last about to be sent (timezone-aware).
        sends: How often it was about to be sent.
    """

    id: str
    company: CompanyId
    side: Side
    request: Request
    items: tuple[IntentItem, ...]
    late: tuple[IntentItem, ...] = ()
    opened_at: datetime | None = field(default=None, validator=check_aware_if_any)
    sent_at: datetime | None = field(default=None, validator=check_aware_if_any)
    sends: int = 1

    @property
    def unanswered(self) -> tuple[IntentItem, ...]:
        """The items of which nobody can say yet what became of them."""
        return tuple(item for item in self.items if item.outcome is None)

    @property
    def unsettled(self) -> tuple[IntentItem, ...]:
        """The items whose certain outcome is still to be carried over."""
        return tuple(item for item in self.items if item.outcome is not None and not item.is_settled)

    @property
    def untold(self) -> tuple[IntentItem, ...]:
        """What was created after all, and is still to be told to a person."""
        return tuple(item for item in self.late if not item.is_settled)

    def find_late(self, outcomes: Collection[WriteOutcome]) -> tuple[IntentItem, ...]:
        """Return what is to be added to `late` when *outcomes* are answered: no item twice."""
        told = {outcome.ref: outcome for outcome in outcomes}
        known = {item.ref for item in self.late}
        return tuple(
            evolve(item, ref=ref, outcome=evolve(told[item.ref], ref=ref), is_settled=False)
            for item in self.items
            if item.ref in told and item.is_belied_by(told[item.ref])
            if (ref := late_ref(item)) not in known
        )


def late_ref(item: IntentItem) -> str:
    """Return the ref under which *item* is in `Intent.late`."""
    return f"+{item.ref}"


class IntentLog(Protocol):
    """The intents of all companies. An intent is open until each of its items, late ones included, is settled.

    Implementations pass `linksync.testing.contracts.IntentLogContract`.
    """

    def open(self, claim: Claim, intent: Intent) -> Intent:
        """Store a new intent and return it with its instants; durable when the transaction around it commits.

        Raises:
            LeaseLostError: *claim* no longer holds the company.
            ConflictingOperationError: A record of it has an unsettled item in another intent, or is in it twice; or
                an intent of that id is there already.
        """
        ...

    def resend(self, claim: Claim, intent_id: str) -> Intent:
        """Note that the intent is about to be sent once more, and return it.

        Raises:
            LeaseLostError: *claim* no longer holds the company.
        """
        ...

    def answer(self, intent: Intent, outcomes: Collection[WriteOutcome]) -> Intent:
        """Write what became of items, and return the intent as it is now.

        Not fenced: an answer is true whoever holds the company. `Unknown` changes nothing; an item that has an outcome
        keeps it, and an outcome without an item is passed over. A create that was done after all, for which another
        outcome is kept (`IntentItem.is_belied_by`), is added to `late`, once per item; the intent opens again if it was
        closed, and the record stays as free as it was.

        Args:
            intent: The intent as the caller read or opened it. Others may have answered it meanwhile.
            outcomes: What became of its items.

        Raises:
            KeyError: There is no such intent.
        """
        ...

    def settle(self, claim: Claim, intent_id: str, refs: Collection[str]) -> None:
        """Mark items as settled, those in `late` by their own refs; with the last one the intent is closed.

        Raises:
            LeaseLostError: *claim* no longer holds the company.
            ConflictingOperationError: One of them has no outcome yet.
            KeyError: There is no intent of that id.
        """
        ...

    def list_open(self, company: CompanyId) -> Sequence[Intent]:
        """Return the company's open intents, oldest first."""
        ...

    def find_open(self, company: CompanyId, records: Collection[RecordKey]) -> Mapping[RecordKey, Intent]:
        """Return the open intents that have an unsettled item of one of *records*, keyed by record."""
        ...


@runtime_checkable
class IntentPurge(Protocol):
    """An `IntentLog` that can forget closed intents sooner than the jobs they were made for.

    Implementations pass `linksync.testing.contracts.IntentPurgeContract`.
    """

    def purge(self, before: datetime, *, limit: int = 1000) -> int:
        """Forget up to *limit* intents that were closed before *before*, oldest first; return how many.

        An open one is never forgotten.
        """
        ...
