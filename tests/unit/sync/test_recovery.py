"""Writes whose answer never came."""

from datetime import timedelta

import pytest

from linksync.errors import (
    AuthorizationError,
    ConflictingOperationError,
    Fault,
    FaultKind,
    ThrottledError,
    TransientError,
    UncertainError,
)
from linksync.history import Outcome
from linksync.jobs import GateState, JobState
from linksync.testing.contracts.intents import written
from linksync.testing.endpoint import (
    AnswerLate,
    DieAfter,
    FakeEndpoint,
    LoseAnswer,
    LoseRequest,
    Memory,
)
from tests.toy import COMPANY, Toy

RIPE = timedelta(seconds=121)


def toy_with(memory: Memory, count: int, *mishaps) -> Toy:
    toy = Toy()
    toy.remote = FakeEndpoint(clock=toy.clock, memory=memory, mishaps=list(mishaps))
    toy.customers(count)
    return toy


def test_i02_a_lost_answer_is_not_sent_again_before_the_server_must_have_finished():
    toy = toy_with(Memory.NONE, 3, LoseAnswer())
    toy.sync.run()
    toy.clock.advance(timedelta(seconds=119))

    toy.sync.run()

    assert len(toy.remote.requests) == 1
    assert toy.remote.reads == 0


def test_i02_what_a_lost_answer_created_is_found_with_one_search_and_adopted():
    toy = toy_with(Memory.NONE, 3, LoseAnswer())
    toy.sync.run()
    toy.clock.advance(RIPE)

    run = toy.sync.run()

    assert run.counts == {Outcome.LINKED: 3}
    assert toy.remote.reads == 1
    assert len(toy.remote.requests) == 1
    assert sorted(toy.names()) == ["Customer 1", "Customer 2", "Customer 3"]


def test_i02_a_lost_request_is_sent_again_byte_for_byte_under_the_same_key():
    toy = toy_with(Memory.NONE, 3, LoseRequest())
    toy.sync.run()
    toy.clock.advance(RIPE)

    run = toy.sync.run()

    assert run.counts == {Outcome.CREATED: 3}
    first, second = toy.remote.requests
    assert (first.key, first.body) == (second.key, second.body)


@pytest.mark.parametrize("memory", Memory)
@pytest.mark.parametrize("done", [0, 1, 2, 3])
def test_i02_a_batch_that_died_half_way_is_completed_and_nothing_is_made_twice(memory, done):
    toy = toy_with(memory, 3, DieAfter(done))

    toy.settle_down()

    assert sorted(toy.names()) == ["Customer 1", "Customer 2", "Customer 3"]
    assert toy.storage.jobs.counts(COMPANY) == {JobState.SUCCESS: 3}


@pytest.mark.parametrize("memory", Memory)
def test_i02_a_request_that_is_done_after_we_gave_up_is_found(memory):
    toy = toy_with(memory, 2, AnswerLate(timedelta(seconds=100)))

    toy.settle_down()

    assert sorted(toy.names()) == ["Customer 1", "Customer 2"]


def test_the_rest_of_a_half_done_batch_gets_a_new_intent():
    toy = toy_with(Memory.NONE, 3, DieAfter(1))
    toy.sync.run()
    toy.clock.advance(RIPE)

    run = toy.sync.run()

    assert run.counts == {Outcome.LINKED: 1, Outcome.RETRY: 2, Outcome.CREATED: 2}
    first, second = toy.remote.requests
    assert first.key != second.key
    assert len(second.refs) == 2


def test_twins_that_cannot_be_told_apart_are_adopted_one_each():
    toy = Toy()
    toy.remote = FakeEndpoint(clock=toy.clock, memory=Memory.NONE, mishaps=[DieAfter(1)])
    for id_ in ("1", "2"):
        toy.crm.put("customer", id_, name="Same")
    toy.sync.promote("customer", 1, 2)

    toy.settle_down()

    assert toy.names() == ["Same", "Same"]
    assert toy.link(id_="1").remote_id != toy.link(id_="2").remote_id


def test_i13_more_finds_than_writes_need_action():
    toy = toy_with(Memory.NONE, 1, LoseAnswer())
    toy.sync.run()
    toy.remote.add("Customer", {"Name": "Customer 1", "Email": "1@example.com"})
    toy.clock.advance(RIPE)

    run = toy.sync.run()

    assert run.counts == {Outcome.NEEDS_ACTION: 1}
    assert toy.last().code == "outcome_unknown"
    assert "Customer 1, 2 may be what an unanswered request of ours made" in toy.last().reason


def test_i02_a_find_that_somebody_edited_since_needs_action():
    toy = toy_with(Memory.NONE, 1, LoseAnswer())
    toy.sync.run()
    toy.remote.edit("Customer", "1", {"Name": "Renamed"})
    toy.clock.advance(RIPE)

    run = toy.sync.run()

    assert run.counts == {Outcome.NEEDS_ACTION: 1}
    assert toy.names() == ["Renamed"]


def test_i02_a_find_of_the_same_name_that_differs_otherwise_needs_action():
    toy = toy_with(Memory.NONE, 1, LoseRequest())
    toy.sync.run()
    toy.remote.add("Customer", {"Name": "customer  1"})
    toy.clock.advance(RIPE)

    run = toy.sync.run()

    assert run.counts == {Outcome.NEEDS_ACTION: 1}


def test_an_unrelated_record_made_meanwhile_does_not_disturb():
    toy = toy_with(Memory.NONE, 1, LoseRequest())
    toy.sync.run()
    toy.remote.add("Customer", {"Name": "Somebody else"})
    toy.clock.advance(RIPE)

    run = toy.sync.run()

    assert run.counts == {Outcome.CREATED: 1}


def test_an_equal_record_made_before_the_intent_is_not_taken_for_ours():
    toy = Toy()
    toy.remote = FakeEndpoint(clock=toy.clock, memory=Memory.NONE, mishaps=[LoseRequest()])
    toy.remote.add("Customer", {"Name": "Customer 1", "Email": "1@example.com"})
    toy.clock.advance(timedelta(seconds=2))
    toy.customers(1)
    toy.sync.run()
    toy.clock.advance(RIPE)

    run = toy.sync.run()

    assert run.counts == {Outcome.NEEDS_ACTION: 1}


def test_a_find_that_is_linked_already_is_not_a_candidate():
    toy = toy_with(Memory.NONE, 1)
    toy.sync.run()
    toy.crm.put("customer", "2", name="Customer 1", email="1@example.com")
    toy.remote.mishaps.append(LoseRequest())
    toy.sync.promote("customer", 2)
    toy.sync.run()
    toy.clock.advance(RIPE)

    run = toy.sync.run()

    assert run.counts == {Outcome.CREATED: 1}
    assert toy.link(id_="1").remote_id != toy.link(id_="2").remote_id


def test_a_search_that_fails_for_good_needs_action_and_requeueing_repeats_it(monkeypatch):
    toy = toy_with(Memory.NONE, 1, LoseAnswer())
    toy.sync.run()
    toy.clock.advance(RIPE)
    with monkeypatch.context() as patch:
        patch.setattr(
            toy.remote, "created_since", _raise(UncertainError, FaultKind.TRANSIENT, "unreadable answer")
        )
        toy.sync.run()
    assert toy.job().state is JobState.NEEDS_ACTION
    assert "the search for it failed: unreadable answer" in toy.last().reason
    assert toy.sync.run().total == 0

    toy.sync.requeue(toy.job().id)
    run = toy.sync.run()

    assert run.counts == {Outcome.LINKED: 1}
    assert toy.names() == ["Customer 1"]


def test_a_search_that_fails_in_passing_is_tried_again(monkeypatch):
    toy = toy_with(Memory.NONE, 1, LoseAnswer())
    toy.sync.run()
    toy.clock.advance(RIPE)
    with monkeypatch.context() as patch:
        patch.setattr(toy.remote, "created_since", _raise(TransientError, FaultKind.TRANSIENT, "down"))
        run = toy.sync.run()
    assert run.counts == {Outcome.RETRY: 1}

    toy.settle_down()

    assert toy.names() == ["Customer 1"]
    assert toy.link().remote_id == "1"


@pytest.mark.parametrize(
    ("error", "kind", "gate"),
    [
        (ThrottledError, FaultKind.THROTTLED, GateState.THROTTLED),
        (AuthorizationError, FaultKind.UNAUTHORISED, GateState.UNAUTHORISED),
    ],
)
def test_a_search_that_meets_a_closed_door_closes_the_gate(monkeypatch, error, kind, gate):
    toy = toy_with(Memory.NONE, 1, LoseAnswer())
    toy.sync.run()
    toy.clock.advance(RIPE)
    monkeypatch.setattr(toy.remote, "created_since", _raise(error, kind, "not now"))

    toy.sync.run()

    assert toy.storage.jobs.get_gate(COMPANY).state is gate
    assert toy.job().state is JobState.QUEUED


def test_a_write_that_is_never_answered_is_given_up_with_its_intent_open():
    toy = toy_with(Memory.NONE, 1, *[LoseRequest()] * 9)

    toy.settle_down()

    assert toy.job().state is JobState.NEEDS_ACTION
    assert toy.storage.intents.find_open(COMPANY, [toy.job().record])
    assert len({request.key for request in toy.remote.requests}) == 1


@pytest.mark.parametrize("operation", ["cancelled", "unlinked", "re-created"])
def test_i06_while_an_intent_is_open_its_records_cannot_be_tampered_with(operation):
    toy = toy_with(Memory.NONE, 1, LoseAnswer())
    toy.sync.run()
    operations = {
        "cancelled": lambda: toy.sync.cancel(toy.job().id),
        "unlinked": lambda: toy.sync.unlink("customer", 1),
        "re-created": lambda: toy.sync.promote("customer", 1, recreate=True),
    }

    with pytest.raises(ConflictingOperationError, match=f"customer 1 cannot be {operation}"):
        operations[operation]()


def test_a_change_of_a_record_in_an_open_intent_waits_for_it_and_is_then_pushed():
    toy = toy_with(Memory.NONE, 1, LoseAnswer())
    toy.sync.run()
    toy.change(email="new@example.com")
    assert toy.sync.run().counts == {Outcome.RETRY: 1}
    assert len(toy.remote.requests) == 1

    toy.settle_down()

    assert toy.remote.records("Customer")[0].values["Email"] == "new@example.com"


def test_a_lost_answer_to_an_update_is_sent_again_and_found_done():
    toy = Toy()
    toy.linked_customer()
    toy.change(email="new@example.com")
    toy.remote.mishaps.append(LoseAnswer())

    toy.settle_down()

    assert toy.remote.records("Customer")[0].values["Email"] == "new@example.com"
    assert toy.remote.records("Customer")[0].version == "1"
    assert toy.job().state is JobState.SUCCESS


def test_a_lost_answer_to_an_update_does_not_undo_what_somebody_wrote_since():
    toy = Toy()
    toy.remote = FakeEndpoint(clock=toy.clock, memory=Memory.NONE)
    remote_id = toy.linked_customer()
    toy.change(email="new@example.com")
    toy.remote.mishaps.append(LoseAnswer())
    toy.sync.run()
    toy.remote.edit("Customer", remote_id, {"Email": "theirs@example.com"})

    toy.settle_down()

    assert toy.remote.records("Customer")[0].values["Email"] == "theirs@example.com"
    assert toy.last().code == "conflict"


def test_i07_an_update_of_ours_that_was_never_answered_is_recognised_when_the_record_changes_again():
    toy = Toy()
    toy.remote = FakeEndpoint(clock=toy.clock, memory=Memory.NONE)
    toy.linked_customer()
    toy.change(email="new@example.com")
    toy.remote.mishaps.append(LoseAnswer())
    toy.sync.run()
    toy.change(email="newer@example.com")

    toy.settle_down()

    assert toy.remote.records("Customer")[0].values["Email"] == "newer@example.com"
    assert toy.job().state is JobState.SUCCESS


def test_i08_an_update_found_done_does_not_hide_what_somebody_else_changed_besides():
    toy = Toy()
    toy.remote = FakeEndpoint(clock=toy.clock, memory=Memory.NONE)
    remote_id = toy.linked_customer(city="London")
    toy.change(email="new@example.com")
    toy.remote.mishaps.append(LoseAnswer())
    toy.sync.run()
    toy.remote.edit("Customer", remote_id, {"City": "Paris"})
    toy.settle_down()

    toy.change(city="Rome")
    toy.sync.run()

    assert toy.remote.records("Customer")[0].values["City"] == "Paris"
    assert toy.last().code == "conflict"


def test_a_blank_that_the_remote_fills_in_itself_does_not_hide_a_find():
    toy = Toy()
    toy.remote = FakeEndpoint(clock=toy.clock, memory=Memory.NONE, mishaps=[LoseAnswer()])
    toy.crm.put("customer", "1", name="Ada", city=None)
    toy.sync.promote("customer", 1)
    toy.sync.run()
    toy.remote._rows["Customer", "1"].values["City"] = "Default City"
    toy.clock.advance(RIPE)

    run = toy.sync.run()

    assert run.counts == {Outcome.LINKED: 1}


def test_a_person_can_say_which_record_a_doubtful_create_became():
    toy = toy_with(Memory.NONE, 1, LoseAnswer())
    toy.sync.run()
    toy.remote.edit("Customer", "1", {"City": "Paris"})
    toy.settle_down()

    toy.sync.resolve("customer", 1, remote_id="1")
    toy.sync.run()

    assert toy.link().remote_id == "1"
    assert len(toy.names()) == 1


def test_a_person_can_say_that_a_doubtful_create_was_never_done():
    toy = toy_with(Memory.NONE, 1, LoseRequest())
    toy.sync.run()
    toy.remote.add("Customer", {"Name": "Customer 1"})
    toy.settle_down()

    toy.sync.resolve("customer", 1, remote_id=None)
    toy.sync.run()

    assert toy.names() == ["Customer 1", "Customer 1"]
    assert toy.link().remote_id == "2"


def test_an_answer_that_comes_during_the_search_is_believed(monkeypatch):
    """What was found is somebody else's then, however much it looks like ours."""
    toy = toy_with(Memory.NONE, 1, LoseRequest())
    toy.sync.run()
    values = toy.crm.tables["customer"]["1"]
    toy.remote.add("Customer", {name.capitalize(): value for name, value in values.items()})
    toy.clock.advance(RIPE)
    search = toy.remote.created_since

    def search_slowly(*args):
        found = search(*args)
        (intent,) = toy.storage.intents.list_open(COMPANY)
        toy.storage.intents.answer(intent, [written(intent.items[0].ref, "77")])
        return found

    monkeypatch.setattr(toy.remote, "created_since", search_slowly)

    run = toy.sync.run()

    assert run.counts == {Outcome.LINKED: 1}
    assert toy.link().remote_id == "77"
    assert list(toy.storage.intents.list_open(COMPANY)) == []


def while_somebody_looks(toy: Toy, monkeypatch, meanwhile) -> None:
    """Let *meanwhile* happen while the record that a person names is being read."""
    read = toy.remote.read

    def read_slowly(*args):
        found = read(*args)
        meanwhile()
        return found

    monkeypatch.setattr(toy.remote, "read", read_slowly)


def in_doubt() -> Toy:
    """Return a toy with a create that nobody can tell about, and that no run works on."""
    toy = toy_with(Memory.NONE, 1, LoseAnswer())
    toy.sync.run()
    toy.remote.edit("Customer", "1", {"City": "Paris"})
    toy.settle_down()
    return toy


def test_i02_what_is_sent_once_more_meanwhile_is_not_resolved(monkeypatch):
    """The intent that counts is the one that stands there when the company is held, and not the one looked at before."""
    toy = in_doubt()

    def send_again() -> None:
        jobs, intents = toy.storage.jobs, toy.storage.intents
        claim = jobs.claim("another", limit=1, lease=timedelta(minutes=5), company=COMPANY)
        intents.resend(claim, intents.list_open(COMPANY)[0].id)
        jobs.release(claim)

    while_somebody_looks(toy, monkeypatch, send_again)

    with pytest.raises(ConflictingOperationError, match="may still be under way; try again after"):
        toy.sync.resolve("customer", 1, remote_id="1")

    (intent,) = toy.storage.intents.list_open(COMPANY)
    assert [item.outcome for item in intent.items] == [None]


def test_i02_what_is_answered_meanwhile_is_not_resolved(monkeypatch):
    toy = in_doubt()

    def answer() -> None:
        (intent,) = toy.storage.intents.list_open(COMPANY)
        toy.storage.intents.answer(intent, [written(intent.items[0].ref, "77")])

    while_somebody_looks(toy, monkeypatch, answer)

    with pytest.raises(ConflictingOperationError, match="no create of customer 1 is in doubt"):
        toy.sync.resolve("customer", 1, remote_id="1")

    toy.sync.run()
    assert toy.link().remote_id == "77"


def test_there_is_nothing_to_resolve_where_nothing_is_in_doubt():
    with pytest.raises(ConflictingOperationError, match="no create of customer 1 is in doubt"):
        Toy().sync.resolve("customer", 1, remote_id="1")


def _raise(error, kind, message):
    def fail(*args):
        raise error(Fault(kind=kind, message=message))

    return fail
