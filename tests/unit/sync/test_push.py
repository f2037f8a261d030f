"""Records reach the remote, once each, and are linked."""

from datetime import timedelta

import pytest
from attrs import evolve

from linksync.errors import ConfigurationError, ConflictingOperationError, Fault, FaultKind
from linksync.history import Flag, Outcome
from linksync.jobs import GateState, JobState
from linksync.links import LinkState
from linksync.mapping import EntityRules, MissingReference
from linksync.records import RecordKey, RemoteState
from linksync.sync import Queued, SyncState
from linksync.testing.endpoint import Refuse, RefuseItem, Throttle
from linksync.tokens import Token
from tests.toy import COMPANY, Toy, ToyMapper, mappers


def test_a_promoted_record_is_created_and_linked():
    toy = Toy()
    toy.crm.put("customer", "1", name="Ada", email="ada@example.com")
    toy.sync.promote("customer", 1)

    run = toy.sync.run()

    assert run.counts == {Outcome.CREATED: 1}
    assert run.flag is Flag.BLUE
    assert toy.remote.records("Customer")[0].values == {"Name": "Ada", "Email": "ada@example.com"}
    assert toy.link().state is LinkState.LINKED
    assert toy.link().label == "Ada"
    assert toy.sync.status("customer", 1).sync_state is SyncState.SYNCED


def test_creates_take_as_few_requests_as_the_batch_size_allows_and_no_read():
    toy = Toy()
    toy.customers(95)

    toy.sync.run()

    assert len(toy.remote.requests) == 4
    assert toy.remote.reads == 0
    assert len(set(toy.names())) == 95


def test_a_second_run_finds_nothing_to_do():
    toy = Toy()
    toy.customers(3)
    toy.sync.run()

    run = toy.sync.run()

    assert run.total == 0
    assert run.note == "nothing to do"
    assert len(toy.remote.requests) == 1


def test_promoting_twice_creates_once():
    toy = Toy()
    toy.linked_customer()
    toy.sync.promote("customer", 1)

    run = toy.sync.run()

    assert run.counts == {Outcome.UNCHANGED: 1}
    assert toy.names() == ["Ada"]


def test_a_change_is_pushed_with_the_version_of_the_base_and_without_a_read():
    toy = Toy()
    remote_id = toy.linked_customer()
    toy.change(email="countess@example.com")

    run = toy.sync.run()

    assert run.counts == {Outcome.UPDATED: 1}
    assert toy.last().details["fields"] == ["email"]
    assert toy.remote.records("Customer")[0].values["Email"] == "countess@example.com"
    assert toy.remote.reads == 0
    assert toy.link().base.version == "1"
    assert remote_id == toy.link().remote_id


def test_a_blank_value_clears_the_remote_field():
    toy = Toy()
    toy.linked_customer(city="London")
    toy.change(city=None)

    toy.sync.run()

    assert "City" not in toy.remote.records("Customer")[0].values


def test_a_value_that_the_remote_trims_is_no_difference_afterwards():
    toy = Toy()
    toy.linked_customer(name="Ada  ")
    toy.sync.record_changed("customer", "1")

    run = toy.sync.run()

    assert run.counts == {Outcome.UNCHANGED: 1}


def test_a_change_of_fields_that_do_not_go_out_is_dropped():
    toy = Toy()
    toy.linked_customer()

    toy.sync.record_changed("customer", 1, {"shoe_size"})

    assert toy.storage.jobs.counts(COMPANY) == {JobState.SUCCESS: 1}


def test_a_change_of_a_record_that_nobody_promoted_is_dropped():
    toy = Toy()
    toy.crm.put("customer", "1", name="Ada")

    toy.sync.record_changed("customer", 1)

    assert toy.storage.jobs.counts(COMPANY) == {}


def test_a_change_of_a_record_whose_promotion_failed_tries_again():
    toy = Toy()
    toy.crm.put("customer", "1", name=1.5)
    toy.sync.promote("customer", 1)
    toy.sync.run()
    assert toy.job().state is JobState.NEEDS_ACTION

    toy.change(name="Ada")
    toy.sync.run()

    assert toy.names() == ["Ada"]
    assert toy.sync.status("customer", 1).sync_state is SyncState.SYNCED


def test_a_record_that_cannot_be_translated_names_field_value_and_remedy():
    toy = Toy()
    toy.crm.put("customer", "1", name="Ada", email=1.5)
    toy.sync.promote("customer", 1)

    run = toy.sync.run()

    assert run.flag is Flag.RED
    assert toy.last().outcome is Outcome.NEEDS_ACTION
    assert "email -> Email: a float is not exact, got 1.5 (float); use Decimal" in toy.last().reason
    assert toy.remote.requests == []


def test_references_are_promoted_first_in_the_same_run():
    toy = Toy()
    toy.crm.put("customer", "1", name="Ada")
    toy.crm.put("item", "7", name="Tea")
    toy.crm.put("invoice", "4711", number="4711", customer="1", lines=["7"])
    toy.sync.promote("invoice", 4711)

    run = toy.sync.run()

    invoice = toy.remote.records("Invoice")[0].values
    assert invoice["Customer"] == toy.link("customer", "1").remote_id
    assert invoice["Lines"] == [toy.link("item", "7").remote_id]
    assert run.counts == {Outcome.CREATED: 3, Outcome.WAITING: 1}


def test_references_within_one_claim_are_created_before_what_refers_to_them():
    toy = Toy()
    toy.crm.put("customer", "1", name="Ada")
    toy.crm.put("item", "7", name="Tea")
    toy.crm.put("invoice", "4711", number="4711", customer="1", lines=["7"])
    toy.sync.promote("invoice", 4711)
    toy.sync.promote("customer", 1)
    toy.sync.promote("item", 7)

    run = toy.sync.run()

    assert run.counts == {Outcome.CREATED: 3}
    assert len(toy.remote.requests) == 2


def test_a_record_waits_where_the_rules_do_not_allow_to_promote_its_references():
    toy = Toy(mappers=mappers(invoice=EntityRules(once=True, missing_reference=MissingReference.WAIT)))
    toy.crm.put("customer", "1", name="Ada")
    toy.crm.put("invoice", "4711", number="4711", customer="1")
    toy.sync.promote("invoice", 4711)

    toy.sync.run()

    assert toy.job("invoice", "4711").state is JobState.WAITING
    assert toy.job("invoice", "4711").waits_for == {RecordKey("customer", "1")}
    assert toy.last("invoice", "4711").reason == "waits for the link of customer 1"


def test_a_waiting_record_goes_out_as_soon_as_its_reference_is_linked():
    toy = Toy(mappers=mappers(invoice=EntityRules(once=True, missing_reference=MissingReference.WAIT)))
    toy.crm.put("customer", "1", name="Ada")
    toy.crm.put("invoice", "4711", number="4711", customer="1")
    toy.sync.promote("invoice", 4711)
    toy.sync.run()
    toy.sync.promote("customer", 1)

    run = toy.sync.run()

    assert run.counts == {Outcome.CREATED: 2}


def test_a_missing_reference_needs_action_where_the_rules_say_so():
    toy = Toy(mappers=mappers(invoice=EntityRules(once=True, missing_reference=MissingReference.ERROR)))
    toy.crm.put("customer", "1", name="Ada")
    toy.crm.put("invoice", "4711", number="4711", customer="1")
    toy.sync.promote("invoice", 4711)

    toy.sync.run()

    assert toy.last("invoice", "4711").code == "reference_missing"
    assert "customer 1" in toy.last("invoice", "4711").remedy


def test_what_waits_for_a_record_that_needs_action_says_so_and_does_not_try_it_again():
    toy = Toy()
    toy.crm.put("customer", "1", name=1.5)
    toy.sync.promote("customer", 1)
    toy.sync.run()
    toy.crm.put("invoice", "4711", number="4711", customer="1")
    toy.sync.promote("invoice", 4711)

    run = toy.sync.run()

    assert run.counts == {Outcome.WAITING: 1}
    assert "customer 1 (which needs action: " in toy.last("invoice", "4711").reason


def test_a_document_marked_once_is_pushed_once_and_says_so():
    toy = Toy()
    toy.crm.put("customer", "1", name="Ada")
    toy.crm.put("invoice", "4711", number="4711", customer="1")
    toy.sync.promote("invoice", 4711)
    toy.sync.run()
    toy.crm.put("invoice", "4711", memo="late")
    toy.sync.record_changed("invoice", 4711, {"memo"})

    run = toy.sync.run()

    assert run.counts == {Outcome.SKIPPED: 1}
    assert "is promoted once" in toy.last("invoice", "4711").reason
    assert "Memo" not in toy.remote.records("Invoice")[0].values


def test_a_record_that_the_rules_exclude_is_skipped_with_the_reason():
    toy = Toy(mappers=mappers(customer=EntityRules(eligible=lambda local: local["name"] != "Test")))
    toy.crm.put("customer", "1", name="Test")
    toy.sync.promote("customer", 1)

    run = toy.sync.run()

    assert run.counts == {Outcome.SKIPPED: 1}
    assert "eligible" in toy.last().reason
    assert toy.names() == []


def test_a_local_record_that_is_not_there_needs_action():
    toy = Toy()
    toy.sync.promote("customer", 404)

    toy.sync.run()

    assert toy.last("customer", "404").code == "local_missing"


def test_a_refused_record_leaves_the_rest_of_its_batch_whole():
    toy = Toy()
    toy.customers(5)
    fault = Fault(kind=FaultKind.DUPLICATE, code="6240", message="name taken", remedy="rename it")
    toy.remote.mishaps.append(RefuseItem(2, fault))

    run = toy.sync.run()

    assert run.counts == {Outcome.CREATED: 4, Outcome.NEEDS_ACTION: 1}
    assert toy.last("customer", "3").code == "6240"
    assert toy.last("customer", "3").remedy == "rename it"
    assert toy.link("customer", "3").state is LinkState.PENDING


def test_a_passing_refusal_is_tried_again_with_a_delay_and_under_a_new_key():
    toy = Toy()
    toy.customers(1)
    toy.remote.mishaps.append(Refuse(Fault(kind=FaultKind.TRANSIENT, message="down for a moment")))
    toy.sync.run()
    assert toy.sync.run().total == 0
    toy.clock.advance(timedelta(seconds=31))

    run = toy.sync.run()

    assert run.counts == {Outcome.CREATED: 1}
    first, second = toy.remote.requests
    assert first.key != second.key


def test_too_many_failures_end_in_an_error():
    toy = Toy()
    toy.customers(1)
    toy.remote.mishaps.extend([Refuse(Fault(kind=FaultKind.TRANSIENT, message="down"))] * 8)

    toy.settle_down()

    assert toy.job().state is JobState.ERROR
    assert toy.job().attempts == 8
    assert toy.sync.status("customer", 1).sync_state is SyncState.FAILED


def test_throttling_closes_the_gate_of_the_company_and_counts_no_attempt():
    toy = Toy(claim_size=30)
    toy.customers(65)
    toy.remote.mishaps.append(Throttle(timedelta(seconds=90)))

    run = toy.sync.run()

    assert len(toy.remote.requests) == 1
    assert run.note.startswith("the company is throttled until 2026-01-02 03:05:35 UTC")
    assert toy.storage.jobs.counts(COMPANY) == {JobState.QUEUED: 65}
    assert toy.job().attempts == 0
    assert toy.sync.run().total == 0

    toy.clock.advance(timedelta(seconds=91))
    assert toy.sync.run().counts == {Outcome.CREATED: 65}


def test_a_dead_grant_parks_the_company_until_somebody_resumes_it():
    toy = Toy()
    toy.customers(1)
    toy.remote.mishaps.append(Refuse(Fault(kind=FaultKind.UNAUTHORISED, message="token revoked")))
    toy.sync.run()
    toy.clock.advance(timedelta(days=3))
    assert toy.sync.run().note.startswith(
        "the company is unauthorised: token revoked; a new connection opens the company's gate"
    )
    assert toy.storage.jobs.get_gate(COMPANY).state is GateState.UNAUTHORISED

    toy.sync.resume()

    assert toy.sync.run().counts == {Outcome.CREATED: 1}
    assert toy.job().attempts == 1


@pytest.mark.parametrize(("refused", "state"), [(1, GateState.THROTTLED), (2, GateState.UNAUTHORISED)])
def test_only_a_refusal_of_the_newest_token_parks_the_company(refused, state):
    """An answer may come, or be taken up from an intent that a dead worker left, long after somebody connected again."""
    toy = Toy()
    toy.customers(1)
    token = Token(access_token="a", refresh_token="r", expires_at=toy.clock.now())
    first = toy.storage.tokens.save(COMPANY, token)
    toy.storage.tokens.save(COMPANY, evolve(token, version=first.version))
    fault = Fault(kind=FaultKind.UNAUTHORISED, message="token revoked", token_version=refused)
    toy.remote.mishaps.append(Refuse(fault))

    run = toy.sync.run()

    assert run.counts == {Outcome.RETRY: 1}
    assert toy.job().attempts == 0
    assert toy.storage.jobs.get_gate(COMPANY).state is state
    toy.clock.advance(timedelta(minutes=1))
    assert toy.sync.run().total == (1 if refused == 1 else 0)


def test_a_run_stops_at_its_limit():
    toy = Toy()
    toy.customers(50)

    run = toy.sync.run(limit=20)

    assert run.total == 20
    assert run.note == "stopped at the limit of 20 jobs"
    assert toy.storage.jobs.counts(COMPANY)[JobState.QUEUED] == 30


def test_a_run_stops_at_the_end_of_its_time():
    toy = Toy(claim_size=10)
    toy.customers(50)

    run = toy.sync.run(
        time_budget=timedelta(seconds=60),
        on_progress=lambda _: toy.clock.advance(timedelta(seconds=31)),
    )

    assert run.total == 20
    assert run.note == "stopped at the end of its time"


def test_progress_tells_what_was_done_and_what_is_left():
    toy = Toy(claim_size=30)
    toy.customers(70)
    seen = []

    toy.sync.run(on_progress=lambda progress: seen.append((progress.done, progress.remaining)))

    assert seen == [(30, 40), (60, 10), (70, 0)]


def test_sync_now_overtakes_the_queue_and_brings_along_what_the_record_refers_to():
    toy = Toy()
    toy.customers(40)
    toy.crm.put("customer", "99", name="Zoe")
    toy.crm.put("invoice", "1", number="1", customer="99")

    status = toy.sync.sync_now("invoice", 1)

    assert status.sync_state is SyncState.SYNCED
    assert toy.names() == ["Zoe"]
    assert toy.storage.jobs.counts(COMPANY)[JobState.QUEUED] == 40


def test_sync_now_says_when_another_worker_has_the_company():
    toy = Toy()
    toy.customers(1)
    toy.storage.jobs.claim("another", limit=0, lease=timedelta(minutes=5), company=COMPANY)
    toy.crm.put("customer", "9", name="Zoe")

    answer = toy.sync.sync_now("customer", 9)

    assert isinstance(answer, Queued)
    assert "another worker has the company" in answer.note


def test_plan_tells_what_a_run_would_do_and_writes_nothing():
    toy = Toy()
    toy.linked_customer()
    toy.change(email="countess@example.com")
    toy.crm.put("invoice", "1", number="1", customer="2")
    toy.crm.put("customer", "2", name="Bea")
    toy.sync.promote("invoice", 1)
    before = toy.storage.jobs.counts(COMPANY)

    plan = toy.sync.plan()

    assert [step.text for step in plan] == [
        "customer 1: write email to Customer 1",
        "invoice 1: promote customer 2 first and wait for the link of customer 2",
    ]
    assert toy.storage.jobs.counts(COMPANY) == before
    assert len(toy.remote.requests) == 1


def test_a_plan_after_a_run_is_empty():
    toy = Toy()
    toy.customers(5)
    toy.sync.run()

    assert list(toy.sync.plan()) == []


def test_an_unlinked_record_is_left_alone():
    toy = Toy()
    toy.linked_customer()
    toy.sync.unlink("customer", 1)
    toy.change(email="new@example.com")

    run = toy.sync.run()

    assert run.total == 0
    assert toy.remote.records("Customer")[0].values["Email"] == "ada@example.com"
    assert toy.sync.status("customer", 1).sync_state is SyncState.NEEDS_SYNC


def test_i12_promoting_an_unlinked_record_whose_twin_may_live_needs_action():
    toy = Toy()
    toy.linked_customer()
    toy.sync.unlink("customer", 1)
    toy.sync.promote("customer", 1)

    toy.sync.run()

    assert toy.last().code == "unlinked"
    assert toy.names() == ["Ada"]


def test_a_record_is_re_created_only_on_purpose_and_as_the_next_generation():
    toy = Toy()
    toy.linked_customer()
    toy.sync.unlink("customer", 1)
    toy.sync.promote("customer", 1, recreate=True)

    toy.sync.run()

    assert toy.names() == ["Ada", "Ada"]
    assert toy.link().generation == 2


def test_a_permanent_link_cannot_be_unlinked():
    toy = Toy(mappers=mappers(customer=EntityRules(permanent=True)))
    toy.linked_customer()

    with pytest.raises(ConflictingOperationError, match="links of customer are permanent"):
        toy.sync.unlink("customer", 1)


def test_a_cancelled_job_does_not_run():
    toy = Toy()
    toy.customers(1)
    toy.sync.cancel(toy.job().id)

    assert toy.sync.run().total == 0
    assert toy.job().state is JobState.CANCELLED


def test_a_requeued_job_runs_again():
    toy = Toy()
    toy.customers(1)
    toy.remote.mishaps.append(Refuse(Fault(kind=FaultKind.REJECTED, message="no")))
    toy.sync.run()

    jobs = toy.sync.requeue(toy.job().id)

    assert [job.state for job in jobs] == [JobState.QUEUED]
    assert toy.sync.run().counts == {Outcome.CREATED: 1}


def test_run_all_serves_every_company_in_turn():
    toy = Toy()
    toy.crm.put("customer", "1", name="Ada")
    toy.sync.promote("customer", 1)
    toy.sync.for_company("9131").promote("customer", 1)

    runs = toy.sync.run_all()

    assert [run.company for run in runs] == ["9130", "9131"]
    assert toy.names() == ["Ada", "Ada"]


def test_a_call_about_no_company_says_what_to_do():
    toy = Toy()
    toy.sync.for_company("1")._company = None
    unbound = toy.sync
    unbound._company = None

    with pytest.raises(ConfigurationError, match=r"for_company\(id\)"):
        unbound.run()


def test_an_unknown_entity_is_refused_with_those_that_are_known():
    with pytest.raises(ConfigurationError, match="known: customer, invoice, item"):
        Toy().sync.promote("custmoer", 1)


def test_two_mappings_of_one_entity_are_refused():
    with pytest.raises(ConfigurationError, match="two mappings have the entity 'customer'"):
        Toy(mappers=[ToyMapper("customer", ["name"]), ToyMapper("customer", ["name"])]).sync  # noqa: B018


@pytest.mark.parametrize("state", [RemoteState.INACTIVE, RemoteState.DELETED, RemoteState.VOIDED])
def test_a_remote_record_that_is_not_alive_is_marked_and_needs_action(state):
    toy = Toy()
    remote_id = toy.linked_customer()
    toy.remote.set_state("Customer", remote_id, state)
    toy.change(email="new@example.com")

    toy.sync.run()

    assert toy.last().code == f"remote_{state.value}"
    assert toy.link().remote_state is state
    assert toy.link().state is LinkState.LINKED


def test_a_restored_remote_record_is_kept_in_step_again():
    toy = Toy()
    remote_id = toy.linked_customer()
    toy.remote.set_state("Customer", remote_id, RemoteState.INACTIVE)
    toy.change(email="new@example.com")
    toy.sync.run()
    toy.remote.set_state("Customer", remote_id, RemoteState.ACTIVE)

    toy.sync.requeue(toy.job().id)
    toy.sync.run()

    assert toy.remote.records("Customer")[0].values["Email"] == "new@example.com"
    assert toy.link().remote_state is RemoteState.ACTIVE
