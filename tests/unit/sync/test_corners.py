"""Corners where a record could be made twice, an update lost or a job stuck."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from attrs import define, evolve, field

from linksync.errors import ConfigurationError, ConflictingOperationError, Fault, FaultKind
from linksync.history import Outcome
from linksync.jobs import GateState, JobState
from linksync.mapping import Direction, EntityRules, FieldRules
from linksync.records import RecordKey
from linksync.sync import Queued, SyncState
from linksync.testing.endpoint import (
    AnswerLate,
    DieAfter,
    FakeEndpoint,
    LoseAnswer,
    LoseRequest,
    Meddle,
    Memory,
    Refuse,
    Throttle,
)
from tests.toy import COMPANY, Toy, ToyMapper, mappers

RIPE = timedelta(seconds=121)


@define(kw_only=True, slots=False)
class Watched(FakeEndpoint):
    """A remote that lets something happen while it is searched or written to."""

    while_searching: Callable[[], None] | None = None
    while_sending: list[Callable[[], None]] = field(factory=list)

    def created_since(self, record_type, since):
        if self.while_searching is not None:
            happening, self.while_searching = self.while_searching, None
            happening()
        return super().created_since(record_type, since)

    def send(self, request):
        if self.while_sending:
            self.while_sending.pop(0)()
        return super().send(request)


def toy_with(memory: Memory, *mishaps) -> Toy:
    toy = Toy()
    toy.remote = Watched(clock=toy.clock, memory=memory, mishaps=list(mishaps))
    return toy


def test_an_intent_that_ripens_during_a_run_is_resolved_by_that_run():
    toy = toy_with(Memory.NONE, LoseAnswer(), Meddle(lambda it: it.clock.advance(timedelta(seconds=125))))
    toy.remote.batch_size = 1
    toy.claim_size = 1
    toy.customers(3)

    toy.sync.run(limit=30)
    toy.settle_down()

    assert sorted(toy.names()) == ["Customer 1", "Customer 2", "Customer 3"]


def test_i06_what_a_stalled_worker_found_out_is_not_taken_for_true():
    toy = toy_with(Memory.NONE, DieAfter(1))
    toy.customers(3)
    toy.sync.run()
    toy.clock.advance(RIPE)

    def stall():
        toy.clock.advance(timedelta(minutes=6))
        toy.sync.run()

    toy.remote.while_searching = stall
    toy.sync.run()
    toy.settle_down()

    assert sorted(toy.names()) == ["Customer 1", "Customer 2", "Customer 3"]


@pytest.mark.parametrize("wait", [timedelta(), timedelta(seconds=60)])
def test_a_create_that_may_be_under_way_cannot_be_resolved(wait):
    toy = toy_with(Memory.NONE, AnswerLate(timedelta(seconds=100)))
    toy.customers(1)
    toy.sync.run()
    toy.clock.advance(wait)

    with pytest.raises(ConflictingOperationError, match="may still be under way"):
        toy.sync.resolve("customer", 1, remote_id=None)


def test_a_create_cannot_be_resolved_while_a_run_is_at_work():
    toy = toy_with(Memory.NONE, LoseRequest())
    toy.customers(1)
    toy.sync.run()
    toy.clock.advance(RIPE)
    toy.storage.jobs.claim("another", limit=9, lease=timedelta(minutes=5), company=COMPANY)

    with pytest.raises(ConflictingOperationError, match="may still be under way"):
        toy.sync.resolve("customer", 1, remote_id=None)


def test_a_create_is_not_resolved_to_a_record_that_is_linked_elsewhere():
    toy = toy_with(Memory.NONE)
    toy.linked_customer()
    toy.crm.put("customer", "2", name="Bob")
    toy.sync.promote("customer", 2)
    toy.remote.mishaps.append(LoseRequest())
    toy.sync.run()
    toy.clock.advance(RIPE)

    with pytest.raises(ConflictingOperationError, match="Customer 1 is linked to customer 1"):
        toy.sync.resolve("customer", 2, remote_id="1")


def test_i08_a_create_resolved_to_an_edited_record_does_not_overwrite_the_edit_later():
    toy = toy_with(Memory.NONE, LoseAnswer())
    toy.customers(1)
    toy.sync.run()
    toy.remote.edit("Customer", "1", {"Name": "Renamed"})
    toy.settle_down()
    toy.sync.resolve("customer", 1, remote_id="1")
    toy.sync.run()

    toy.change(name="Ours")
    toy.sync.run()

    assert toy.names() == ["Renamed"]
    assert toy.last().code == "conflict"


def test_i08_what_somebody_cleared_before_a_create_was_found_is_not_written_again():
    """The cleared field stays out of the base: both sides differ in it, and a person decides."""
    toy = toy_with(Memory.NONE, LoseAnswer())
    toy.customers(1)
    toy.sync.run()
    toy.remote.edit("Customer", "1", {"Email": None})
    toy.settle_down()
    toy.sync.resolve("customer", 1, remote_id="1")
    toy.sync.run()

    toy.change(city="Ely")
    toy.sync.run()

    assert toy.remote.records("Customer")[0].values.get("Email") is None
    assert toy.last().code == "conflict"


def test_two_entities_of_one_remote_type_are_each_recognised():
    toy = toy_with(Memory.NONE, LoseAnswer())
    supplier = ToyMapper("supplier", ["name", "vat"])
    supplier.remote_type = "Customer"
    toy.mappers = [*mappers(), supplier]
    toy.crm.tables["supplier"] = {}
    toy.crm.put("customer", "1", name="Ada", email="a@example.com")
    toy.crm.put("supplier", "1", name="Bob", vat="7")
    toy.sync.promote("customer", 1)
    toy.sync.promote("supplier", 1)

    toy.settle_down()

    assert sorted(toy.names()) == ["Ada", "Bob"]


@pytest.mark.parametrize("memory", [Memory.PER_BATCH, Memory.NONE])
def test_i02_a_create_that_was_stored_otherwise_than_sent_is_not_made_again(memory):
    toy = toy_with(memory, DieAfter(1))
    toy.mappers = [ToyMapper("invoice", ["number", "memo"])]
    for number in ("1", "2"):
        toy.crm.put("invoice", number, number=number, memo=f"memo {number}")
    toy.sync.promote("invoice", 1, 2)
    toy.sync.run()
    for row in toy.remote._rows.values():
        row.values["Memo"] = row.values["Memo"].upper()

    toy.settle_down()

    numbers = [record.values["Number"] for record in toy.remote.records("Invoice")]
    assert len(numbers) == len(set(numbers))
    assert toy.last("invoice", "1").outcome is Outcome.NEEDS_ACTION


def test_a_waiting_record_whose_reference_was_corrected_goes_out():
    toy = Toy()
    toy.crm.put("customer", "1", name="Ada")
    toy.crm.put("invoice", "1", number="1", customer="99")
    toy.sync.promote("invoice", 1)
    toy.sync.run()
    assert toy.job("invoice", "1").waits_for == {RecordKey("customer", "99")}

    toy.crm.put("invoice", "1", customer="1")
    toy.sync.record_changed("invoice", 1, {"customer"})
    toy.sync.run()

    assert [record.values["Number"] for record in toy.remote.records("Invoice")] == ["1"]


@pytest.mark.parametrize("parents", [{"1": "2", "2": "1"}, {"1": "1"}, {"1": "2", "2": "3", "3": "1"}])
def test_records_that_wait_for_each_other_in_a_circle_need_action(parents):
    toy = Toy(mappers=[ToyMapper("customer", ["name", "parent"], refs={"parent": "customer"})])
    for id_, parent in parents.items():
        toy.crm.put("customer", id_, name=f"Customer {id_}", parent=parent)
    toy.sync.promote("customer", *parents)

    toy.settle_down()

    results = [toy.last("customer", id_) for id_ in parents]
    assert [it for it in results if it.code == "reference_circle" and "waits for itself" in it.reason]


def test_a_record_on_which_the_mapping_fails_does_not_stop_the_others():
    toy = Toy(mappers=mappers(customer=EntityRules(eligible=lambda local: local["vip"])))
    toy.customers(3)
    for id_ in ("1", "3"):
        toy.crm.put("customer", id_, vip=True)

    run = toy.sync.run()

    assert run.counts == {Outcome.CREATED: 2, Outcome.NEEDS_ACTION: 1}
    assert "KeyError" in toy.last("customer", "2").reason


def test_a_company_that_cannot_be_worked_on_does_not_starve_the_others(monkeypatch):
    toy = Toy()
    toy.crm.put("customer", "1", name="Ada")
    for company in ("1", "2", "3"):
        toy.sync.for_company(company).promote("customer", 1)
    sync = toy.sync
    sync._setup.settings = lambda company: 1 / 0 if company == "2" else toy_settings()

    with pytest.raises(ExceptionGroup) as caught:
        sync.run_all()

    assert toy.names() == ["Ada", "Ada"]
    assert caught.value.exceptions[0].__notes__ == ["while working on company 2"]


def toy_settings():
    from linksync.sync import CompanySettings

    return CompanySettings()


def test_a_recreation_that_was_done_does_not_stand_in_the_way_of_later_changes():
    toy = toy_with(Memory.NONE)
    toy.linked_customer()
    toy.sync.unlink("customer", 1)
    toy.clock.advance(timedelta(hours=1))
    toy.sync.promote("customer", 1, recreate=True)
    toy.remote.mishaps.append(LoseAnswer())
    toy.sync.run()
    toy.change(email="new@example.com")

    toy.settle_down()

    assert toy.job().state is JobState.SUCCESS
    assert toy.remote.records("Customer")[-1].values["Email"] == "new@example.com"
    assert len(toy.names()) == 2


def test_a_record_with_a_live_twin_is_not_re_created():
    toy = Toy()
    toy.linked_customer()

    with pytest.raises(ConflictingOperationError, match="customer 1 is linked to Customer 1; unlink it"):
        toy.sync.promote("customer", 1, recreate=True)


def test_i08_a_push_only_field_that_somebody_changed_there_is_not_overwritten_silently():
    rule = FieldRules(
        name="email",
        remote="Email",
        local="email",
        direction=Direction.PUSH,
        watches=frozenset({"email"}),
    )
    toy = Toy(mappers=[ToyMapper("customer", ["name", "email", "city"], field_rules={"email": rule})])
    remote_id = toy.linked_customer()
    toy.remote.edit("Customer", remote_id, {"Email": "theirs@example.com"})
    toy.change(city="Rome")
    toy.sync.run()

    toy.change(email="ours@example.com")
    toy.sync.run()

    assert toy.remote.records("Customer")[0].values["Email"] == "theirs@example.com"
    assert toy.last().code == "conflict"


@pytest.mark.parametrize("fault", [FaultKind.THROTTLED, FaultKind.UNAUTHORISED])
def test_what_somebody_paused_stays_paused(fault):
    toy = Toy()
    toy.remote = Watched(clock=toy.clock)
    toy.customers(1)
    toy.remote.mishaps.append(
        Throttle(timedelta(seconds=60))
        if fault is FaultKind.THROTTLED
        else Refuse(Fault(kind=fault, message="revoked"))
    )
    toy.remote.while_sending.append(lambda: toy.sync.pause("stock-taking"))

    toy.sync.run()

    assert toy.storage.jobs.get_gate(COMPANY).state is GateState.PAUSED


def test_a_pause_ends_a_run_before_its_next_request():
    toy = Toy()
    toy.remote = Watched(clock=toy.clock, batch_size=1)
    toy.customers(10)
    toy.remote.while_sending.append(lambda: toy.sync.pause("stock-taking"))

    run = toy.sync.run()

    assert len(toy.remote.requests) == 1
    assert run.note == "the company is paused: stock-taking"


def test_a_record_that_others_refer_to_goes_out_when_it_becomes_eligible():
    toy = Toy(mappers=mappers(customer=EntityRules(eligible=lambda local: local["name"] != "Draft")))
    toy.crm.put("customer", "1", name="Draft")
    toy.crm.put("invoice", "1", number="1", customer="1")
    toy.sync.promote("invoice", 1)
    toy.sync.run()
    assert toy.last().code == "not_eligible"

    toy.change(name="Ada")
    toy.sync.run()

    assert toy.names() == ["Ada"]
    assert len(toy.remote.records("Invoice")) == 1


def test_nothing_is_begun_after_the_end_of_the_time_budget():
    toy = Toy()
    toy.remote = Watched(clock=toy.clock)
    toy.mappers = [ToyMapper("customer", ["name", "parent"], refs={"parent": "customer"})]
    for number in range(1, 6):
        toy.crm.put("customer", str(number), name=str(number), parent=str(number - 1) if number > 1 else None)
    toy.sync.promote("customer", *range(1, 6))
    toy.remote.while_sending.append(lambda: toy.clock.advance(timedelta(minutes=2)))

    toy.sync.run(time_budget=timedelta(minutes=1))

    assert len(toy.remote.requests) == 1


def test_jobs_of_another_company_are_out_of_reach():
    toy = toy_with(Memory.NONE, LoseAnswer())
    toy.customers(1)
    toy.sync.run()
    other = toy.sync.for_company("9131")

    with pytest.raises(KeyError, match="company 9131 has no job"):
        other.cancel(toy.job().id)
    with pytest.raises(KeyError, match="company 9131 has no job"):
        other.requeue(toy.job().id)


def test_what_a_dead_worker_left_running_can_be_unlinked_when_its_lease_has_run_out():
    toy = Toy()
    toy.linked_customer()
    toy.change(email="new@example.com")
    toy.storage.jobs.claim("dead", limit=9, lease=timedelta(minutes=5), company=COMPANY)
    toy.clock.advance(timedelta(minutes=6))

    toy.sync.unlink("customer", 1)
    toy.sync.run()

    assert toy.remote.records("Customer")[0].values["Email"] == "ada@example.com"
    assert toy.sync.status("customer", 1).sync_state is SyncState.NEEDS_SYNC


def test_an_intent_in_doubt_leaves_no_empty_runs_behind():
    toy = toy_with(Memory.NONE, LoseAnswer())
    toy.customers(1)
    toy.sync.run()
    toy.remote.edit("Customer", "1", {"Name": "Renamed"})
    toy.settle_down()
    before = len(toy.storage.history.list_runs(COMPANY))

    for _ in range(5):
        toy.sync.run()

    assert len(toy.storage.history.list_runs(COMPANY)) == before


def test_sync_now_of_a_record_that_another_worker_has_in_hand_is_queued_behind_it():
    toy = Toy()
    toy.customers(1)
    toy.storage.jobs.claim("another", limit=9, lease=timedelta(minutes=5), company=COMPANY)

    assert isinstance(toy.sync.sync_now("customer", 1), Queued)


def test_i03_a_plan_does_not_read_the_remote_within_a_transaction():
    toy = Toy()
    remote_id = toy.linked_customer()
    toy.storage.links.save([evolve(link, base=evolve(link.base, version=None)) for link in [toy.link()]])
    toy.change(email="new@example.com")
    assert remote_id

    with toy.storage.transaction(), pytest.raises(RuntimeError, match="while a transaction is open"):
        toy.sync.plan()


def test_an_endpoint_without_versions_is_looked_at_before_every_update(monkeypatch):
    toy = Toy()
    remote_id = toy.linked_customer()
    monkeypatch.setattr(
        FakeEndpoint,
        "capabilities",
        property(lambda it, whole=FakeEndpoint.capabilities: evolve(whole.fget(it), has_versions=False)),
    )
    toy.remote.edit("Customer", remote_id, {"Email": "theirs@example.com"})
    toy.change(email="ours@example.com")

    toy.sync.run()

    assert toy.last().code == "conflict"
    assert toy.remote.reads == 1


def test_a_field_that_is_only_pulled_does_not_make_every_later_push_look_first():
    rule = FieldRules(name="balance", remote="Balance", local="balance", direction=Direction.PULL)
    toy = Toy(mappers=[ToyMapper("customer", ["name", "email"], field_rules={"balance": rule})])
    remote_id = toy.linked_customer()
    toy.remote.edit("Customer", remote_id, {"Balance": "10"})
    toy.change(email="new@example.com")
    toy.sync.run()
    reads = toy.remote.reads

    toy.change(email="newer@example.com")
    toy.sync.run()

    assert toy.remote.records("Customer")[0].values["Email"] == "newer@example.com"
    assert toy.remote.reads == reads


@pytest.mark.parametrize("id_", [None, "", "  ", [1, 2], {1}, "half \ud83d"])
def test_what_is_no_local_id_is_refused(id_):
    with pytest.raises(ConfigurationError, match="local id"):
        Toy().sync.promote("customer", id_)


def test_changed_fields_given_as_a_text_are_refused_instead_of_read_letter_by_letter():
    toy = Toy()
    toy.linked_customer()

    with pytest.raises(ConfigurationError, match=r"give a set of them: \{'email'\}"):
        toy.sync.record_changed("customer", 1, "email")


def test_a_name_that_no_storage_can_hold_stops_nobody_else():
    toy = Toy()
    toy.customers(2)
    toy.crm.put("customer", "1", name="half \ud83d")

    toy.sync.run()

    assert "Customer 2" in toy.names()
    assert toy.last().label == "half ?"


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_that_allows_nothing_is_refused(limit):
    with pytest.raises(ConfigurationError, match="limit must be at least 1"):
        Toy().sync.run(limit=limit)


def test_a_refusal_names_the_field_on_both_sides_and_the_value():
    toy = Toy()
    toy.customers(1)
    fault = Fault(kind=FaultKind.REJECTED, code="2210", message="bad address", element="Email")
    toy.remote.mishaps.append(Refuse(fault))

    toy.sync.run()

    assert toy.last().reason.endswith("email -> Email: '1@example.com'")


def test_a_name_that_is_taken_is_named():
    toy = Toy()
    toy.customers(1)
    toy.remote.mishaps.append(Refuse(Fault(kind=FaultKind.DUPLICATE, code="6240", message="taken")))

    toy.sync.run()

    assert toy.last().reason.endswith("name -> Name: 'Customer 1'")


def test_a_local_side_that_is_set_up_wrongly_needs_action_at_once(monkeypatch):
    toy = Toy()
    toy.customers(1)
    monkeypatch.setattr(type(toy.crm), "read", _misconfigured)

    toy.sync.run()

    assert toy.last().code == "configuration"
    assert toy.job().state is JobState.NEEDS_ACTION


def _misconfigured(*_):
    raise ConfigurationError("there is no store of 'customer'")
