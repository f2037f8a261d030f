"""What happens when the remote changed as well."""

from linksync.history import Outcome
from linksync.jobs import JobState
from linksync.mapping import FieldRules, Owner
from linksync.records import RemoteState
from linksync.testing.endpoint import Meddle
from tests.toy import Toy, ToyMapper


def owned(owner: Owner) -> Toy:
    """Return a toy whose customers' e-mail has an owner."""
    rule = FieldRules(name="email", remote="Email", local="email", owner=owner, watches=frozenset({"email"}))
    return Toy(mappers=[ToyMapper("customer", ["name", "email", "city"], field_rules={"email": rule})])


def test_i04_a_stale_version_means_look_decide_again_and_write_again_in_the_same_run():
    toy = Toy()
    remote_id = toy.linked_customer()
    toy.remote.edit("Customer", remote_id, {"City": "Paris"})
    toy.change(email="new@example.com")

    run = toy.sync.run()

    assert run.counts == {Outcome.UPDATED: 1}
    assert toy.remote.records("Customer")[0].values == {
        "Name": "Ada",
        "Email": "new@example.com",
        "City": "Paris",
    }
    assert toy.remote.reads == 1


def test_i08_a_field_that_only_the_remote_changed_is_not_overwritten_by_later_pushes():
    toy = Toy()
    remote_id = toy.linked_customer(city="London")
    toy.remote.edit("Customer", remote_id, {"City": "Paris"})
    toy.change(email="new@example.com")
    toy.sync.run()

    toy.change(city="Rome")
    run = toy.sync.run()

    assert run.counts == {Outcome.NEEDS_ACTION: 1}
    assert toy.remote.records("Customer")[0].values["City"] == "Paris"
    assert toy.last().details["conflicts"] == {"city": {"local": "Rome", "remote": "Paris"}}


def test_the_result_tells_which_fields_the_remote_changed():
    toy = Toy()
    remote_id = toy.linked_customer()
    toy.remote.edit("Customer", remote_id, {"City": "Paris"})
    toy.change(email="new@example.com")

    toy.sync.run()

    assert toy.last().details["changed_remotely"] == ["city"]
    assert toy.last().reason == "changed on the remote and kept there: city"


def test_i08_a_field_that_both_changed_waits_for_a_person_with_both_values_kept():
    toy = Toy()
    remote_id = toy.linked_customer()
    toy.remote.edit("Customer", remote_id, {"Email": "theirs@example.com"})
    toy.change(email="ours@example.com")

    toy.sync.run()

    assert toy.job().state is JobState.NEEDS_ACTION
    assert toy.last().code == "conflict"
    assert toy.last().details["conflicts"] == {
        "email": {"local": "ours@example.com", "remote": "theirs@example.com"}
    }
    assert toy.remote.records("Customer")[0].values["Email"] == "theirs@example.com"


def test_what_does_not_conflict_is_written_and_the_conflict_is_told():
    toy = Toy()
    remote_id = toy.linked_customer()
    toy.remote.edit("Customer", remote_id, {"Email": "theirs@example.com"})
    toy.change(email="ours@example.com", city="Rome")

    toy.sync.run()

    values = toy.remote.records("Customer")[0].values
    assert values == {"Name": "Ada", "Email": "theirs@example.com", "City": "Rome"}
    assert toy.job().state is JobState.NEEDS_ACTION


def test_both_changed_to_the_same_value_adopts_it_without_writing():
    toy = Toy()
    remote_id = toy.linked_customer()
    toy.remote.edit("Customer", remote_id, {"Email": "new@example.com"})
    toy.change(email="new@example.com")

    run = toy.sync.run()

    assert run.counts == {Outcome.UNCHANGED: 1}
    assert toy.link().base.version == "1"
    assert toy.link().base.fields["email"].remote == "new@example.com"


def test_a_field_that_local_owns_is_pushed_over_the_remote_change():
    toy = owned(Owner.LOCAL)
    remote_id = toy.linked_customer()
    toy.remote.edit("Customer", remote_id, {"Email": "theirs@example.com"})
    toy.change(email="ours@example.com")

    toy.sync.run()

    assert toy.remote.records("Customer")[0].values["Email"] == "ours@example.com"


def test_a_field_that_the_remote_owns_keeps_the_remote_value():
    toy = owned(Owner.REMOTE)
    remote_id = toy.linked_customer()
    toy.remote.edit("Customer", remote_id, {"Email": "theirs@example.com"})
    toy.change(email="ours@example.com")

    run = toy.sync.run()

    assert run.counts == {Outcome.UNCHANGED: 1}
    assert toy.remote.records("Customer")[0].values["Email"] == "theirs@example.com"


def test_a_field_that_the_remote_owns_unless_blank_is_pushed_when_blank():
    toy = owned(Owner.REMOTE_UNLESS_BLANK)
    remote_id = toy.linked_customer()
    toy.remote.edit("Customer", remote_id, {"Email": None})
    toy.change(email="ours@example.com")

    toy.sync.run()

    assert toy.remote.records("Customer")[0].values["Email"] == "ours@example.com"


def test_a_newly_mapped_field_that_is_equal_is_adopted():
    toy = Toy(mappers=[ToyMapper("customer", ["name"])])
    remote_id = toy.linked_customer()
    toy.remote.edit("Customer", remote_id, {"Email": "ada@example.com"})
    toy.mappers = [ToyMapper("customer", ["name", "email"])]
    toy.sync.record_changed("customer", 1)

    run = toy.sync.run()

    assert run.counts == {Outcome.UNCHANGED: 1}
    assert toy.link().base.fields["email"].remote == "ada@example.com"


def test_a_newly_mapped_field_that_differs_asks():
    toy = Toy(mappers=[ToyMapper("customer", ["name"])])
    remote_id = toy.linked_customer()
    toy.remote.edit("Customer", remote_id, {"Email": "theirs@example.com"})
    toy.mappers = [ToyMapper("customer", ["name", "email"])]
    toy.sync.record_changed("customer", 1)

    toy.sync.run()

    assert toy.last().code == "conflict"


def test_a_change_between_the_look_and_the_write_is_seen_and_tried_again_later():
    toy = Toy()
    remote_id = toy.linked_customer()
    toy.remote.edit("Customer", remote_id, {"City": "Paris"})
    toy.change(email="new@example.com")
    toy.remote.mishaps.extend(
        [
            Meddle(lambda remote: None),
            Meddle(lambda remote: remote.edit("Customer", remote_id, {"City": "Rome"})),
        ]
    )

    run = toy.sync.run()
    toy.settle_down()

    assert run.counts == {Outcome.RETRY: 1}
    assert toy.remote.records("Customer")[0].values["Email"] == "new@example.com"
    assert toy.remote.records("Customer")[0].values["City"] == "Rome"


def test_an_update_of_a_deleted_record_marks_the_link_and_resurrects_nothing():
    toy = Toy()
    remote_id = toy.linked_customer()
    toy.remote.set_state("Customer", remote_id, RemoteState.DELETED)
    toy.change(email="new@example.com")

    toy.sync.run()

    assert toy.names() == []
    assert toy.last().code == "remote_deleted"


def test_a_dead_twin_is_replaced_only_on_purpose():
    toy = Toy()
    remote_id = toy.linked_customer()
    toy.remote.set_state("Customer", remote_id, RemoteState.DELETED)
    toy.change(email="new@example.com")
    toy.sync.run()

    toy.sync.promote("customer", 1, recreate=True)
    toy.sync.run()

    assert toy.names() == ["Ada"]
    assert toy.link().remote_id != remote_id


def test_a_look_that_fails_is_tried_again(monkeypatch):
    toy = Toy()
    remote_id = toy.linked_customer()
    toy.remote.edit("Customer", remote_id, {"City": "Paris"})
    toy.change(email="new@example.com")
    monkeypatch.setattr(toy.remote, "read", _fail)

    run = toy.sync.run()

    assert run.counts == {Outcome.RETRY: 1}
    assert "could not be read: the server is down" in toy.last().reason


def _fail(*args):
    from linksync.errors import Fault, FaultKind, TransientError

    raise TransientError(Fault(kind=FaultKind.TRANSIENT, message="the server is down"))
