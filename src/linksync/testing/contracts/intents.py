# ruff: noqa: S101 - a contract is made of assertions
"""What every `IntentLog` must do."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from attrs import evolve

from linksync.errors import ConflictingOperationError, Fault, FaultKind, LeaseLostError
from linksync.fields import FieldValue
from linksync.jobs import Claim, Intent, IntentItem
from linksync.records import (
    Action,
    CompanyId,
    Record,
    RecordKey,
    Refused,
    Request,
    Side,
    Unknown,
    WriteOutcome,
    Written,
)
from linksync.sync.storage import Storage
from linksync.testing.clock import FakeClock
from linksync.testing.contracts.suite import (
    COMPANY,
    LEASE,
    OTHER,
    StorageSuite,
    a_base,
    claim,
    customer,
    enqueue,
    settle_all,
)


def an_intent(
    name: str, *numbers: int, company: CompanyId = COMPANY, body: bytes = b'{"BatchItemRequest":[]}'
) -> Intent:
    """Return an intent to create customers."""
    refs = tuple(f"w{number}" for number in numbers)
    return Intent(
        id=name,
        company=company,
        side=Side.REMOTE,
        request=Request(key=name, url="/v3/company/1/batch?minorversion=75", body=body, refs=refs),
        items=tuple(
            IntentItem(
                ref=ref,
                job_id=str(number),
                record=customer(number),
                action=Action.CREATE,
                record_type="Customer",
            )
            for ref, number in zip(refs, numbers, strict=True)
        ),
    )


def written(ref: str, remote_id: str = "58") -> Written:
    """Return the outcome of a create that was done."""
    record = Record(
        record_type="Customer",
        id=remote_id,
        version="0",
        is_first_version=True,
        values={"DisplayName": "Ærø", "Balance": Decimal("1234567890123456.78"), "Line": [{"Id": "1"}]},
        created_at=datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC),
    )
    return Written(ref=ref, record=record, request_id="1-5f")


def refused(ref: str) -> Refused:
    """Return the outcome of a create that was certainly not done."""
    fault = Fault(
        kind=FaultKind.DUPLICATE,
        message="Duplicate Name Exists Error",
        code="6240",
        element="DisplayName",
        detail="The name supplied already exists.",
        remedy="rename one of them",
        request_id="1-5f",
        retry_after=timedelta(seconds=1.5),
    )
    return Refused(ref=ref, fault=fault)


class IntentLogContract(StorageSuite):
    """The specification of `IntentLog`, sentence by sentence."""

    @pytest.fixture
    def held(self, storage: Storage) -> Claim:
        """A worker's hold on the company."""
        enqueue(storage, 1, 2, 3)
        return claim(storage)

    def test_an_intent_comes_back_as_it_was_opened(
        self, storage: Storage, clock: FakeClock, held: Claim
    ) -> None:
        """Byte for byte, with all that its decision saw, and its instants."""
        body = bytes(range(256))
        intent = an_intent("intent-1", 1, body=body)
        item = evolve(
            intent.items[0],
            action=Action.UPDATE,
            record_id="58",
            label="Ærø & Söhne",
            version="7",
            fields={"name": FieldValue("Ærø", "Aero"), "lines": FieldValue([{"qty": Decimal("2.50")}], None)},
            equal={"note": FieldValue(None, None)},
            base=a_base(),
            match=frozenset({"name", "number"}),
        )
        intent = evolve(intent, items=(item,))

        opened = storage.intents.open(held, intent)

        assert opened == evolve(intent, opened_at=clock.now(), sent_at=clock.now(), sends=1)
        assert list(storage.intents.list_open(COMPANY)) == [opened]

    def test_opening_is_fenced(self, storage: Storage, clock: FakeClock, held: Claim) -> None:
        """Who has lost the company stores no intent."""
        clock.advance(LEASE)

        with pytest.raises(LeaseLostError):
            storage.intents.open(held, an_intent("intent-1", 1))

        assert list(storage.intents.list_open(COMPANY)) == []

    def test_a_record_is_in_one_open_intent(self, storage: Storage, held: Claim) -> None:
        """A second one is refused whole, and says which record and which intent."""
        storage.intents.open(held, an_intent("intent-1", 1, 2))

        with pytest.raises(ConflictingOperationError, match=r"customer 2 .*intent-1"):
            storage.intents.open(held, an_intent("intent-2", 3, 2))

        assert list(storage.intents.find_open(COMPANY, [customer(3)])) == []

    def test_a_record_is_once_in_an_intent(self, storage: Storage, held: Claim) -> None:
        """Two writes of one record under way at once are refused, in one request too."""
        intent = an_intent("intent-1", 1, 2)
        twice = evolve(intent, items=(intent.items[0], evolve(intent.items[1], record=customer(1))))

        with pytest.raises(ConflictingOperationError):
            storage.intents.open(held, twice)

        assert list(storage.intents.list_open(COMPANY)) == []

    def test_an_intents_id_is_used_once(self, storage: Storage, held: Claim) -> None:
        """Same id, same bytes, for ever: also when the former one is closed."""
        opened = storage.intents.open(held, an_intent("intent-1", 1))
        storage.intents.answer(opened, [written("w1")])
        storage.intents.settle(held, "intent-1", ["w1"])

        with pytest.raises(ConflictingOperationError, match="intent-1"):
            storage.intents.open(held, an_intent("intent-1", 2))

        assert list(storage.intents.list_open(COMPANY)) == []

    def test_a_settled_item_leaves_its_record_free(self, storage: Storage, held: Claim) -> None:
        """While the intent's other items are still open."""
        opened = storage.intents.open(held, an_intent("intent-1", 1, 2))
        storage.intents.answer(opened, [refused("w1")])
        storage.intents.settle(held, "intent-1", ["w1"])

        storage.intents.open(held, an_intent("intent-2", 1))

        found = storage.intents.find_open(COMPANY, [customer(1), customer(2)])
        assert {key.id: intent.id for key, intent in found.items()} == {"1": "intent-2", "2": "intent-1"}

    def test_companies_have_intents_of_their_own(self, storage: Storage, held: Claim) -> None:
        """The same record may be under way into two companies."""
        enqueue(storage, 1, company=OTHER)
        elsewhere = claim(storage, "worker-2", company=OTHER)
        storage.intents.open(held, an_intent("intent-1", 1))

        storage.intents.open(elsewhere, an_intent("intent-2", 1, company=OTHER))

        assert [intent.id for intent in storage.intents.list_open(OTHER)] == ["intent-2"]
        assert storage.intents.find_open(OTHER, [customer(1)])[customer(1)].id == "intent-2"

    def test_resend_counts_and_dates_the_send(self, storage: Storage, clock: FakeClock, held: Claim) -> None:
        """The bytes and the opening stay."""
        opened = storage.intents.open(held, an_intent("intent-1", 1))
        clock.advance(timedelta(minutes=2))

        again = storage.intents.resend(held, "intent-1")

        assert again == evolve(opened, sent_at=clock.now(), sends=2)
        assert list(storage.intents.list_open(COMPANY)) == [again]

    def test_resending_is_fenced(self, storage: Storage, clock: FakeClock, held: Claim) -> None:
        """Who has lost the company sends nothing more."""
        opened = storage.intents.open(held, an_intent("intent-1", 1))
        clock.advance(LEASE)

        with pytest.raises(LeaseLostError):
            storage.intents.resend(held, "intent-1")

        assert list(storage.intents.list_open(COMPANY)) == [opened]

    @pytest.mark.parametrize("outcome", [written("w1"), refused("w1")])
    def test_an_answer_is_kept_whole(self, storage: Storage, held: Claim, outcome: WriteOutcome) -> None:
        """What was written, or why not, comes back as it was."""
        opened = storage.intents.open(held, an_intent("intent-1", 1, 2))

        answered = storage.intents.answer(opened, [outcome])

        assert answered.items[0].outcome == outcome
        assert answered.items[1].outcome is None
        assert list(storage.intents.list_open(COMPANY)) == [answered]

    def test_numbers_of_an_answer_are_exact(self, storage: Storage, held: Claim) -> None:
        """Money passes through digit by digit."""
        opened = storage.intents.open(held, an_intent("intent-1", 1))

        answered = storage.intents.answer(opened, [written("w1")])

        outcome = answered.items[0].outcome
        assert isinstance(outcome, Written)
        assert "Decimal('1234567890123456.78')" in repr(outcome.record.values)

    def test_an_answer_is_written_once(self, storage: Storage, held: Claim) -> None:
        """A later one, whoever brings it, changes nothing."""
        opened = storage.intents.open(held, an_intent("intent-1", 1))
        storage.intents.answer(opened, [written("w1")])

        answered = storage.intents.answer(opened, [refused("w1")])

        assert answered.items[0].outcome == written("w1")

    def test_an_answer_says_what_others_did_meanwhile(
        self, storage: Storage, clock: FakeClock, held: Claim
    ) -> None:
        """However long ago the intent was read."""
        opened = storage.intents.open(held, an_intent("intent-1", 1, 2, 3))
        storage.intents.answer(opened, [written("w1"), refused("w2")])
        storage.intents.settle(held, "intent-1", ["w2"])
        clock.advance(timedelta(seconds=30))
        storage.intents.resend(held, "intent-1")

        answered = storage.intents.answer(opened, [written("w3", "59")])

        assert list(storage.intents.list_open(COMPANY)) == [answered]
        assert [item.outcome for item in answered.items] == [
            written("w1"),
            refused("w2"),
            written("w3", "59"),
        ]
        assert [item.is_settled for item in answered.items] == [False, True, False]

    def test_a_first_answer_knows_of_a_resend(self, storage: Storage, clock: FakeClock, held: Claim) -> None:
        """The answer to the first send may come after the second has left."""
        opened = storage.intents.open(held, an_intent("intent-1", 1))
        clock.advance(timedelta(seconds=30))
        again = storage.intents.resend(held, "intent-1")

        answered = storage.intents.answer(opened, [written("w1")])

        assert (answered.sends, answered.sent_at) == (again.sends, again.sent_at)
        assert list(storage.intents.list_open(COMPANY)) == [answered]

    def test_unknown_is_no_answer(self, storage: Storage, held: Claim) -> None:
        """The item stays unanswered."""
        opened = storage.intents.open(held, an_intent("intent-1", 1))

        answered = storage.intents.answer(opened, [Unknown(ref="w1", reason="the line broke")])

        assert answered == opened

    def test_an_answer_without_an_item_is_passed_over(self, storage: Storage, held: Claim) -> None:
        """The others are kept."""
        opened = storage.intents.open(held, an_intent("intent-1", 1))

        answered = storage.intents.answer(opened, [refused("stray"), written("w1")])

        assert [item.outcome for item in answered.items] == [written("w1")]

    def test_an_answer_is_not_fenced(self, storage: Storage, clock: FakeClock, held: Claim) -> None:
        """It is true whoever holds the company by now."""
        opened = storage.intents.open(held, an_intent("intent-1", 1))
        clock.advance(LEASE)
        claim(storage, "worker-2")

        answered = storage.intents.answer(opened, [written("w1")])

        assert answered.items[0].outcome == written("w1")

    def test_a_late_answer_to_a_closed_intent_changes_nothing(self, storage: Storage, held: Claim) -> None:
        """Its outcome stands, and it does not open again."""
        opened = storage.intents.open(held, an_intent("intent-1", 1))
        storage.intents.answer(opened, [written("w1")])
        storage.intents.settle(held, "intent-1", ["w1"])

        answered = storage.intents.answer(opened, [refused("w1")])

        assert answered.items[0].outcome == written("w1")
        assert list(storage.intents.list_open(COMPANY)) == []

    @pytest.mark.parametrize("kept", [refused("w1"), written("w1", "58")])
    def test_what_was_created_after_all_is_kept_beside_the_outcome(
        self, storage: Storage, held: Claim, kept: WriteOutcome
    ) -> None:
        """The outcome stands, the intent opens again, and the record stays free."""
        opened = storage.intents.open(held, an_intent("intent-1", 1))
        storage.intents.answer(opened, [kept])
        storage.intents.settle(held, "intent-1", ["w1"])

        answered = storage.intents.answer(opened, [written("w1", "59")])

        assert [(item.outcome, item.is_settled) for item in answered.items] == [(kept, True)]
        assert [(item.ref, item.record, item.outcome) for item in answered.untold] == [
            ("+w1", customer(1), written("+w1", "59"))
        ]
        assert list(storage.intents.list_open(COMPANY)) == [answered]
        assert storage.intents.find_open(COMPANY, [customer(1)]) == {}
        assert storage.intents.open(held, an_intent("intent-2", 1)).id == "intent-2"

    def test_an_intent_with_something_late_is_open_until_that_is_told(
        self, storage: Storage, held: Claim
    ) -> None:
        """Each late item by its own ref, whether the others are settled or not."""
        opened = storage.intents.open(held, an_intent("intent-1", 1, 2))
        storage.intents.answer(opened, [refused("w1"), refused("w2")])
        storage.intents.answer(opened, [written("w1", "58"), written("w2", "59")])
        storage.intents.settle(held, "intent-1", ["w1", "w2"])
        (settled,) = storage.intents.list_open(COMPANY)

        storage.intents.settle(held, "intent-1", ["+w2"])
        (told,) = storage.intents.list_open(COMPANY)
        storage.intents.settle(held, "intent-1", ["+w1"])

        assert [item.ref for item in settled.untold] == ["+w1", "+w2"]
        assert [item.ref for item in told.untold] == ["+w1"]
        assert list(storage.intents.list_open(COMPANY)) == []

    def test_something_late_is_kept_once(self, storage: Storage, held: Claim) -> None:
        """What was told is not told again, and the same answer once more says nothing new."""
        opened = storage.intents.open(held, an_intent("intent-1", 1))
        storage.intents.answer(opened, [written("w1", "58")])
        storage.intents.settle(held, "intent-1", ["w1"])

        storage.intents.answer(opened, [written("w1", "58")])
        unmoved = storage.intents.list_open(COMPANY)
        storage.intents.answer(opened, [written("w1", "59")])
        storage.intents.settle(held, "intent-1", ["+w1"])
        again = storage.intents.answer(opened, [written("w1", "59")])

        assert list(unmoved) == list(storage.intents.list_open(COMPANY)) == []
        assert [(item.ref, item.is_settled) for item in again.late] == [("+w1", True)]

    def test_of_one_record_several_may_have_been_created_after_all(
        self, storage: Storage, held: Claim
    ) -> None:
        """By one request after the other, and a person is to be told of each."""
        opened = list[Intent]()
        for name in ("intent-1", "intent-2"):
            opened.append(storage.intents.open(held, an_intent(name, 1)))
            storage.intents.answer(opened[-1], [refused("w1")])
            storage.intents.settle(held, name, ["w1"])

        for number, intent in enumerate(opened, start=58):
            storage.intents.answer(intent, [written("w1", str(number))])

        untold = {intent.id: len(intent.untold) for intent in storage.intents.list_open(COMPANY)}
        assert untold == {"intent-1": 1, "intent-2": 1}

    def test_a_company_with_something_late_is_claimed(self, storage: Storage, held: Claim) -> None:
        """Though it has nothing else to do."""
        opened = storage.intents.open(held, an_intent("intent-1", 1))
        storage.intents.answer(opened, [refused("w1")])
        storage.intents.settle(held, "intent-1", ["w1"])
        settle_all(storage, held)
        storage.jobs.release(held)
        idle = storage.jobs.claim("worker-2", limit=10, lease=LEASE)

        storage.intents.answer(opened, [written("w1")])

        assert idle is None
        assert claim(storage, "worker-3") is not None

    def test_an_update_that_was_done_after_all_is_passed_over(self, storage: Storage, held: Claim) -> None:
        """It makes no second record, and the next look shows it."""
        create = an_intent("intent-1", 1)
        update = evolve(create, items=(evolve(create.items[0], action=Action.UPDATE, record_id="58"),))
        opened = storage.intents.open(held, update)
        storage.intents.answer(opened, [refused("w1")])

        answered = storage.intents.answer(opened, [written("w1")])

        assert (answered.items[0].outcome, answered.late) == (refused("w1"), ())

    def test_there_is_no_answer_to_what_was_not_opened(self, storage: Storage, held: Claim) -> None:
        """Nor anything to send or settle."""
        with pytest.raises(KeyError):
            storage.intents.answer(an_intent("intent-1", 1), [written("w1")])
        with pytest.raises(KeyError):
            storage.intents.resend(held, "intent-1")
        with pytest.raises(KeyError):
            storage.intents.settle(held, "intent-1", ["w1"])

    def test_unanswered_and_unsettled_items_are_told(self, storage: Storage, held: Claim) -> None:
        """What is left to do on an intent can be read off it."""
        opened = storage.intents.open(held, an_intent("intent-1", 1, 2, 3))
        storage.intents.answer(opened, [written("w1"), refused("w2")])
        storage.intents.settle(held, "intent-1", ["w2"])

        (intent,) = storage.intents.list_open(COMPANY)

        assert [item.ref for item in intent.unanswered] == ["w3"]
        assert [item.ref for item in intent.unsettled] == ["w1"]

    def test_settling_is_fenced(self, storage: Storage, clock: FakeClock, held: Claim) -> None:
        """Who has lost the company settles nothing."""
        opened = storage.intents.open(held, an_intent("intent-1", 1))
        storage.intents.answer(opened, [written("w1")])
        clock.advance(LEASE)

        with pytest.raises(LeaseLostError):
            storage.intents.settle(held, "intent-1", ["w1"])

        assert [item.is_settled for item in storage.intents.list_open(COMPANY)[0].items] == [False]

    def test_an_unanswered_item_is_not_settled(self, storage: Storage, held: Claim) -> None:
        """An intent stays open until each of its items has a definite answer; nothing of the call is done."""
        opened = storage.intents.open(held, an_intent("intent-1", 1, 2))
        answered = storage.intents.answer(opened, [written("w1")])

        with pytest.raises(ConflictingOperationError, match="w2"):
            storage.intents.settle(held, "intent-1", ["w1", "w2"])

        assert list(storage.intents.list_open(COMPANY)) == [answered]

    def test_what_is_no_item_is_passed_over_when_settling(self, storage: Storage, held: Claim) -> None:
        """The others are settled."""
        opened = storage.intents.open(held, an_intent("intent-1", 1, 2))
        storage.intents.answer(opened, [written("w1")])

        storage.intents.settle(held, "intent-1", ["stray", "w1"])

        (intent,) = storage.intents.list_open(COMPANY)
        assert [item.is_settled for item in intent.items] == [True, False]

    def test_the_last_settled_item_closes_the_intent(self, storage: Storage, held: Claim) -> None:
        """Until then it is open."""
        opened = storage.intents.open(held, an_intent("intent-1", 1, 2))
        storage.intents.answer(opened, [written("w1"), refused("w2")])
        storage.intents.settle(held, "intent-1", ["w1"])
        open_before = [intent.id for intent in storage.intents.list_open(COMPANY)]

        storage.intents.settle(held, "intent-1", ["w2"])

        assert open_before == ["intent-1"]
        assert list(storage.intents.list_open(COMPANY)) == []
        assert storage.intents.find_open(COMPANY, [customer(1), customer(2)]) == {}

    def test_open_intents_are_listed_oldest_first(self, storage: Storage, held: Claim) -> None:
        """In the order in which they were opened, at the same instant too."""
        for name, number in (("c", 1), ("a", 2), ("b", 3)):
            storage.intents.open(held, an_intent(name, number))

        listed = storage.intents.list_open(COMPANY)

        assert [intent.id for intent in listed] == ["c", "a", "b"]

    def test_items_keep_the_order_of_the_request(self, storage: Storage, held: Claim) -> None:
        """Whatever their names."""
        storage.intents.open(held, an_intent("intent-1", 3, 1, 2))

        (intent,) = storage.intents.list_open(COMPANY)

        assert [item.ref for item in intent.items] == ["w3", "w1", "w2"]
        assert intent.request.refs == ("w3", "w1", "w2")

    def test_find_open_finds_by_record(self, storage: Storage, held: Claim) -> None:
        """Records of which no write is under way are left out, and so is the other side's."""
        opened = storage.intents.open(held, an_intent("intent-1", 1, 2))

        found = storage.intents.find_open(
            COMPANY, [customer(1), customer(2), customer(3), RecordKey("customer", "1", Side.REMOTE)]
        )

        assert found == {customer(1): opened, customer(2): opened}

    def test_old_closed_intents_are_forgotten_with_the_jobs_of_their_time(
        self, storage: Storage, clock: FakeClock, held: Claim
    ) -> None:
        """Open ones never are."""
        opened = storage.intents.open(held, an_intent("closed", 1))
        storage.intents.open(held, an_intent("open", 2))
        storage.intents.answer(opened, [written("w1")])
        storage.intents.settle(held, "closed", ["w1"])
        clock.advance(timedelta(days=30))

        storage.jobs.purge(clock.now())

        assert [intent.id for intent in storage.intents.list_open(COMPANY)] == ["open"]
        with pytest.raises(KeyError):
            storage.intents.answer(opened, [written("w1")])
