"""The host's stores as an endpoint."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from attrs import define, field, frozen

from linksync.endpoints import EntityStore, StoreEndpoint, stores
from linksync.errors import (
    ConfigurationError,
    Fault,
    FaultKind,
    RejectedError,
    TransientError,
    UncertainError,
)
from linksync.records import CLEAR, Action, Record, Refused, Unknown, Write, Written


@frozen
class Customer:
    id: int
    name: str


@define
class Rows(EntityStore[dict[str, object]]):
    """A store of dicts with ids of text."""

    rows: dict[str, dict[str, object]] = field(factory=dict)
    reads: int = 0

    def read(self, ids):
        self.reads += 1
        return {id_: dict(self.rows[id_]) for id_ in ids if id_ in self.rows}

    def create(self, values, key):
        id_ = str(len(self.rows) + 1)
        self.rows[id_] = {**values, "made_for": key}
        return id_

    def update(self, id, values, expected):  # noqa: A002  what hosts call it
        row = self.rows.get(id)
        if row is None or any(row.get(name) != value for name, value in expected.items()):
            return False
        row.update(values)
        return True


@define
class KeyedRows(Rows):
    """The same, and it knows its records by the key they were created with."""

    def find_by_key(self, key):
        return next((id_ for id_, row in self.rows.items() if row["made_for"] == key), None)


@define
class Customers(EntityStore[Customer, int]):
    """A store of objects with whole numbers for ids, which can archive, delete and void."""

    key_type = int
    names: dict[int, str] = field(factory=lambda: {42: "Ann"})
    done: list[tuple[str, int]] = field(factory=list)

    def read(self, ids):
        return {id_: Customer(id_, self.names[id_]) for id_ in ids if id_ in self.names}

    def create(self, values, key):
        self.names[43] = values["name"]
        return 43

    def update(self, id, values, expected):  # noqa: A002  what hosts call it
        self.names[id] = values["name"]
        return True

    def archive(self, id):  # noqa: A002  what hosts call it
        self.done.append(("archive", id))

    def delete(self, id):  # noqa: A002  what hosts call it
        self.done.append(("delete", id))

    def void(self, id):  # noqa: A002  what hosts call it
        self.done.append(("void", id))


class Broken(Rows):
    """A store whose every method raises what it was given."""

    def __init__(self, error):
        super().__init__()
        self.error = error

    def read(self, ids):
        raise self.error

    def create(self, values, key):
        raise self.error


def create(entity="row", **values):
    return Write(ref="r", action=Action.CREATE, record_type=entity, key="remote row 9", values=values)


def update(id_, entity="row", expected=None, **values):
    return Write(
        ref="r", action=Action.UPDATE, record_type=entity, id=id_, values=values, expected=expected or {}
    )


def send(endpoint, write):
    [request] = endpoint.prepare([write])
    [outcome] = endpoint.send(request)
    return outcome


class ReadOnly:
    """A store of records that are only pushed."""

    def read(self, ids):
        return {id_: {"name": id_} for id_ in ids}


def test_a_store_that_only_reads_is_enough_to_push():
    """It is asked for records and refuses every write beforehand."""
    endpoint = stores(row=ReadOnly())

    assert set(endpoint.read("row", ["1"])) == {"1"}
    assert endpoint.capabilities.actions == frozenset()
    with pytest.raises(ConfigurationError, match="the store of 'row' cannot create"):
        endpoint.prepare([create(name="Ann")])


def test_records_are_read_in_one_call_by_their_ids():
    """A record that is not there is left out; values are the host's objects."""
    store = Rows({"1": {"name": "Ann"}, "2": {"name": "Bob"}})

    found = stores(row=store).read("row", ["1", "2", "3"])

    assert found["1"] == Record(record_type="row", id="1", values={"name": "Ann"})
    assert set(found) == {"1", "2"}
    assert store.reads == 1


def test_a_store_is_given_ids_of_its_own_type():
    """And the records are found under their text again; what is no id, or another spelling of one, is left out."""
    found = stores(customer=Customers()).read("customer", ["42", "x", "042", "7"])

    assert found == {"42": Record(record_type="customer", id="42", values=Customer(42, "Ann"))}


def test_a_store_that_returns_other_ids_is_told():
    """Text for numbers would look like nothing there."""

    class Forgetful(Customers):
        key_type = str

        def read(self, ids):
            return {int(id_): Customer(int(id_), "Ann") for id_ in ids}

    with pytest.raises(ConfigurationError, match="keyed by ids of the same type"):
        stores(customer=Forgetful()).read("customer", ["42"])


def test_an_unknown_entity_is_told_with_the_known_ones():
    """A store is missing, which is a mistake in the code."""
    with pytest.raises(ConfigurationError, match="there is no store of 'item'; known: row"):
        stores(row=Rows()).read("item", ["1"])


def test_what_a_store_raises_on_reading_may_pass():
    """Its cause is kept; linksync's own errors come through as they are."""
    rejected = RejectedError(Fault(kind=FaultKind.REJECTED, message="no"))

    with pytest.raises(TransientError, match=r"the store of 'row' raised OSError$") as caught:
        stores(row=Broken(OSError("gone"))).read("row", ["1"])
    with pytest.raises(RejectedError):
        stores(row=Broken(rejected)).read("row", ["1"])

    assert isinstance(caught.value.__cause__, OSError)


def test_a_create_makes_a_record():
    """The values arrive as they were given, days and instants and every digit included; CLEAR is None."""
    store = Rows()
    values = {
        "price": Decimal("5.00"),
        "on": date(2026, 1, 2),
        "at": datetime(2026, 1, 2, tzinfo=UTC),
        "lines": [{"quantity": 3}],
        "mail": CLEAR,
    }

    outcome = send(stores(row=store), create(**values))

    assert isinstance(outcome, Written)
    assert outcome.record.id == "1"
    assert store.rows["1"] == {**values, "mail": None, "made_for": "remote row 9"}
    assert str(store.rows["1"]["price"]) == "5.00"


def test_a_create_sent_twice_is_done_once_where_the_store_knows_its_keys():
    """The second time it finds what it made."""
    store = KeyedRows()
    endpoint = stores(row=store)
    [request] = endpoint.prepare([create(name="Ann")])

    first, second = endpoint.send(request), endpoint.send(request)

    assert first[0].record.id == second[0].record.id == "1"
    assert len(store.rows) == 1


def test_an_update_is_held_against_what_was_expected():
    """A record that has changed meanwhile refuses it as stale."""
    store = Rows({"1": {"name": "Ann"}})
    endpoint = stores(row=store)

    written = send(endpoint, update("1", name="Anna", expected={"name": "Ann"}))
    stale = send(endpoint, update("1", name="Anne", expected={"name": "Ann"}))

    assert written.record.values == {"name": "Anna"}
    assert isinstance(stale, Refused)
    assert stale.fault.kind is FaultKind.STALE
    assert store.rows["1"] == {"name": "Anna"}


def test_an_update_that_returns_nothing_is_uncertain():
    """A forgotten return is taken for neither yes nor no."""

    class Forgetful(Rows):
        def update(self, id, values, expected):  # noqa: A002  what hosts call it
            super().update(id, values, expected)

    outcome = send(stores(row=Forgetful({"1": {}})), update("1", name="Ann"))

    assert isinstance(outcome, Unknown)
    assert "returned None, not a bool" in outcome.reason


def test_after_another_exception_nobody_knows():
    """The store may have written before it raised."""
    outcome = send(stores(row=Broken(OSError("gone"))), create())

    assert outcome == Unknown(ref="r", reason="local_store the store of 'row' raised OSError")


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (RejectedError(Fault(kind=FaultKind.REJECTED, message="no")), FaultKind.REJECTED),
        (TransientError(Fault(kind=FaultKind.TRANSIENT, message="busy")), FaultKind.TRANSIENT),
        (ConfigurationError("no table"), FaultKind.UNSUPPORTED),
    ],
)
def test_a_store_can_refuse(error, kind):
    """With linksync's own errors, which say that nothing was done."""
    outcome = send(stores(row=Broken(error)), create())

    assert isinstance(outcome, Refused)
    assert outcome.fault.kind is kind


def test_a_store_can_say_that_it_does_not_know():
    """UncertainError leaves the write open."""
    error = UncertainError(Fault(kind=FaultKind.TRANSIENT, message="lost"))

    assert isinstance(send(stores(row=Broken(error)), create()), Unknown)


def test_a_write_is_done_even_if_the_record_cannot_be_read_again():
    """Then it is what was sent."""

    class Blind(Rows):
        def read(self, ids):
            raise OSError("gone")

    outcome = send(stores(row=Blind()), create(name="Ann"))

    assert isinstance(outcome, Written)
    assert outcome.record.values == {"name": "Ann"}


@pytest.mark.parametrize("action", [Action.ARCHIVE, Action.DELETE, Action.VOID])
def test_further_actions_are_those_that_a_store_has(action):
    """A store that lacks the method is told before anything is sent."""
    customers = Customers()
    endpoint = stores(customer=customers, row=Rows())

    outcome = send(endpoint, Write(ref="r", action=action, record_type="customer", id="42"))

    assert isinstance(outcome, Written)
    assert customers.done == [(action.value, 42)]
    with pytest.raises(ConfigurationError, match=f"the store of 'row' cannot {action.value}"):
        endpoint.prepare([Write(ref="r", action=action, record_type="row", id="1")])


def test_what_it_can_do_is_what_its_stores_can():
    """One write per request, no versions."""
    assert stores(row=Rows()).capabilities.actions == {Action.CREATE, Action.UPDATE}
    assert stores(row=Rows(), customer=Customers()).capabilities.actions == set(Action)
    assert stores(row=Rows()).capabilities.batch_size == 1
    assert stores(row=Rows()).capabilities.has_versions is False


def test_an_update_of_what_is_no_id_finds_nothing():
    """And calls no store."""
    outcome = send(stores(customer=Customers()), update("x", "customer", name="Ann"))

    assert isinstance(outcome, Refused)
    assert outcome.fault.kind is FaultKind.NOT_FOUND


def test_each_write_is_a_request_of_its_own():
    """With a key of its own, in order, and nothing of it in its repr."""
    requests = stores(row=Rows()).prepare([create(name="Ann"), update("1", name="Bob")])

    assert [request.refs for request in requests] == [("r",), ("r",)]
    assert len({request.key for request in requests}) == 2
    assert "Ann" not in repr(requests)


def test_a_request_outlives_its_process():
    """Another endpoint over the same store can send it."""
    store = Rows()
    [request] = stores(row=store).prepare([create(name="Ann")])

    StoreEndpoint({"row": store}).send(request)

    assert store.rows["1"]["name"] == "Ann"


def test_values_that_cannot_be_stored_are_refused_beforehand():
    """A float is not the number that was meant."""
    with pytest.raises(ConfigurationError, match=r"remote row 9 cannot be written: .* of type float"):
        stores(row=Rows()).prepare([create(price=0.1)])


@pytest.mark.parametrize("action", [Action.CREATE, Action.UPDATE])
def test_a_write_names_its_record(action):
    """A create by the key of its twin, the others by id."""
    with pytest.raises(ConfigurationError, match="names no record"):
        stores(row=Rows()).prepare([Write(ref="r", action=action, record_type="row")])


def test_stores_are_not_asked_when_records_were_made():
    """The error says what to offer instead."""
    with pytest.raises(ConfigurationError, match="give it find_by_key"):
        stores(row=Rows()).created_since("row", datetime(2026, 1, 1, tzinfo=UTC))
