"""What would be written for one record, told field by field."""

import json
from decimal import Decimal

import pytest
from attrs import evolve

from linksync.connectors.quickbooks import fields as qbo
from linksync.fields import Base, FieldValue
from linksync.mapping import EntityMapping, Owner, both, mapper_of, pull, push
from linksync.mapping.explaining import Fate
from linksync.records import CLEAR, Record, Request
from linksync.sync.explain import explain
from tests.unit.mapping.shop import (
    CONTEXT,
    Address,
    Bill,
    Client,
    RClient,
    bills,
    clients,
    tea,
)


class ShopMapping(EntityMapping[Client, RClient], entity="client", key="id"):
    name: str = both(RClient.Name, match=True)
    mail: str | None = both(RClient.Mail, owner=Owner.LOCAL)
    rating: int | None = both(RClient.Rating, owner=Owner.REMOTE)
    since = push(RClient.Since)
    balance: Decimal = pull(RClient.Balance)


shop = mapper_of(ShopMapping)
ANN = Client(1, "Ann", mail="a@b.c", rating=1)
BASE = Base(
    fields={**shop.outgoing(ANN, CONTEXT), "balance": FieldValue(Decimal(0), Decimal(0))}, version="3"
)
REMOTE = {"Id": "58", "Name": "Ann", "Mail": "a@b.c", "Rating": 1, "Balance": 0}


def seen(**changes):
    return Record(record_type="Client", id="58", version="4", values={**REMOTE, **changes})


def fates(explanation):
    return {it.name: it.fate.name for it in explanation.fields}


def test_a_new_record_is_written_whole():
    """All that is not blank, with the JSON that goes out."""
    told = explain(shop, ANN, CONTEXT)

    assert fates(told) == {
        "name": "WRITE",
        "mail": "WRITE",
        "rating": "WRITE",
        "since": "NOTHING",
        "balance": "NOTHING",
    }
    assert told["since"].reason == "it is blank, and blanks do not enter a new record"
    assert told["balance"].reason == "it is only pulled"
    assert told.body == b'{"Name":"Ann","Mail":"a@b.c","Rating":1}'


def test_only_what_changed_is_written():
    """Without a look at the remote, which is taken for unchanged."""
    told = explain(shop, evolve_client(mail=None), CONTEXT, base=BASE, remote_id="58")

    assert told["mail"].fate is Fate.WRITE
    assert told["mail"].reason == "the local value changed"
    assert told["name"].reason == "it has not changed since both sides were in step"
    assert told["balance"].reason == "it is only pulled, and the remote was not read"
    assert told.values == {"Mail": CLEAR}
    assert told.body == b'{"Mail":null}'
    assert told.target == "Client 58"


def evolve_client(**changes):
    return Client(**{"id": 1, "name": "Ann", "mail": "a@b.c", "rating": 1, **changes})


def test_with_nothing_changed_nothing_is_written():
    """There is no body."""
    told = explain(shop, ANN, CONTEXT, base=BASE)

    assert set(fates(told).values()) == {"NOTHING"}
    assert told.body is None


def test_a_change_on_the_remote_is_pulled_or_left():
    """By the direction of the field."""
    told = explain(shop, ANN, CONTEXT, base=BASE, remote=seen(Mail="new@b.c", Since="2026-01-02", Balance=5))

    assert (told["mail"].fate, told["mail"].reason) == (Fate.PULL, "the remote value changed")
    assert told["since"].reason == "the remote value changed, and the field is never pulled"
    assert told["balance"].fate is Fate.PULL
    assert told.body is None


def test_who_wins_is_told():
    """Both sides changed three fields: one that local owns, one that the remote owns, one that nobody owns."""
    local = evolve_client(name="Anna", mail="local@b.c", rating=2)
    told = explain(shop, local, CONTEXT, base=BASE, remote=seen(Name="Anne", Mail="remote@b.c", Rating=3))

    assert (told["mail"].fate, told["mail"].reason) == (
        Fate.WRITE,
        "both sides changed it, and local owns it",
    )
    assert (told["rating"].fate, told["rating"].reason) == (
        Fate.PULL,
        "both sides changed it, and remote owns it",
    )
    assert (told["name"].fate, told["name"].reason) == (
        Fate.ASK,
        "both sides changed it, and neither owns it",
    )
    assert told["name"].ours == FieldValue("Anna", "Anna")
    assert told["name"].theirs == FieldValue("Anne", "Anne")
    assert told["name"].base == FieldValue("Ann", "Ann")
    assert told.values == {"Mail": "local@b.c"}


def test_what_was_never_compared_has_to_be_looked_at():
    """Then nothing is written yet."""
    base = evolve(BASE, fields={name: value for name, value in BASE.fields.items() if name != "mail"})
    told = explain(shop, evolve_client(name="Anna"), CONTEXT, base=base)

    assert told["mail"].fate is Fate.LOOK
    assert told.body is None


def test_the_same_on_both_sides_is_nothing():
    """Both changed it, to one value."""
    told = explain(shop, evolve_client(name="Anna"), CONTEXT, base=BASE, remote=seen(Name="Anna"))

    assert (told["name"].fate, told["name"].reason) == (Fate.NOTHING, "both sides are the same")


def test_what_is_wrong_is_told_with_all_the_rest():
    """Nothing is written, and what could be translated is still shown."""
    bill = Bill("1", 9, [tea(), evolve(tea(), price=0.5)])
    told = explain(bills, bill, CONTEXT)

    assert told["client_id"].fate is Fate.WRONG
    assert "is not linked" in told["client_id"].reason
    assert told["lines"].fate is Fate.WRONG
    assert told["number"].wire == "1"
    assert len(told.problems) == 3  # the amount cannot be computed either
    assert told.body is None


def test_a_remote_that_cannot_be_read_is_told():
    """With the path on the remote."""
    told = explain(shop, ANN, CONTEXT, base=BASE, remote=seen(Name=5))

    assert told["name"].fate is Fate.WRONG
    assert told.body is None


def test_what_a_create_lacks_is_told():
    """A field that the remote requires and nobody maps."""

    class Mapping(EntityMapping[Client, RClient], entity="client", key="id"):
        mail: str | None = both(RClient.Mail)

    told = explain(mapper_of(Mapping), ANN, CONTEXT)

    assert [problem.remote for problem in told.problems] == ["Name"]
    assert told.body is None


def test_a_document_that_was_pushed_once_is_left_alone():
    """Whatever has changed."""

    class OnceMapping(EntityMapping[Client, RClient], entity="client", key="id", once=True):
        name: str = both(RClient.Name)

    told = explain(mapper_of(OnceMapping), evolve_client(name="Anna"), CONTEXT, base=BASE)

    assert told["name"].reason == "the record is pushed once and was; change it on the remote"
    assert told.body is None


def test_the_body_is_that_of_the_request():
    """With the endpoint's `prepare`, version and id are in it."""

    def prepare(writes):
        (write,) = writes
        body = json.dumps([write.action.value, write.id, write.version]).encode()
        return [Request(key="k", url="/", body=body, refs=(write.ref,))]

    changed = evolve_client(name="Anna")

    assert (
        explain(shop, changed, CONTEXT, base=BASE, remote_id="58", prepare=prepare).body
        == b'["update", "58", "3"]'
    )
    assert (
        explain(shop, changed, CONTEXT, base=BASE, remote=seen(), prepare=prepare).body
        == b'["update", "58", "4"]'
    )
    assert explain(shop, changed, CONTEXT, prepare=prepare).body == b'["create", null, null]'


def test_it_reads_as_text():
    """One line per field: both names, both values, owner, what becomes of it and why; the body last."""
    client = Client(1, "Ann", home=Address(town="Ulm"))
    text = str(explain(clients, client, CONTEXT))

    lines = text.splitlines()
    assert lines[0] == "client Ann -> a new Client"
    assert lines[1].split() == ["field", "remote", "field", "local", "wire", "owner", "what"]
    assert ["home.town", "Home.Town", "'Ulm'", "'Ulm'", "ask", "write:", "the", "record", "is", "new"] in [
        line.split() for line in lines
    ]
    assert "balance" in text
    assert lines[-1].startswith('{"Name":"Ann"')


def test_lines_are_counted_in_the_text():
    """An array of lines would be too long, and problems stand below the fields."""
    text = str(explain(bills, Bill("1", 9, [tea()]), CONTEXT))

    assert "  1 line  " in text
    assert "wrong: client_id -> ClientRef: refers to client 9, which is not linked" in text


def test_a_field_that_there_is_not():
    """Asking for it is a KeyError."""
    with pytest.raises(KeyError, match="nothing"):
        explain(shop, ANN, CONTEXT)["nothing"]


def test_a_mapper_written_by_hand_is_explained_as_well():
    """With what its methods say."""

    class ByHand:
        entity, remote_type, rules, fields = "client", "Client", shop.rules, shop.fields
        label, outgoing, remote_values = (
            staticmethod(shop.label),
            staticmethod(shop.outgoing),
            staticmethod(shop.remote_values),
        )

    assert explain(ByHand(), ANN, CONTEXT).body == b'{"Name":"Ann","Mail":"a@b.c","Rating":1}'
    assert explain(ByHand(), evolve_client(name=5), CONTEXT)["name"].fate is Fate.WRONG


def test_real_fields_of_quickbooks():
    """Money stands in the body digit by digit."""

    class ItemMapping(EntityMapping[dict[str, object], qbo.Item], entity="item", key="id"):
        name: str = both(qbo.Item.Name)
        kind: str | None = both(qbo.Item.Type)
        price: Decimal | None = both(qbo.Item.UnitPrice)

    row = {"id": 1, "name": "Tea", "kind": "Service", "price": Decimal("1234567890123456.78")}

    assert b'"UnitPrice":1234567890123456.78' in explain(mapper_of(ItemMapping), row, CONTEXT).body
