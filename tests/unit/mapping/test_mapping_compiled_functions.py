"""Compiled functions from outside: seen in tracebacks, done without where code must not be made."""

import logging
import subprocess
import sys
import textwrap
import traceback
from decimal import Decimal

import pytest

from linksync.errors import MappingError
from linksync.fields import Base, FieldValue
from linksync.mapping import ABSENT, DeclaredMapper, EntityMapping, both, mapper_of
from linksync.mapping.compiled.source import Source
from tests.unit.mapping.shop import (
    CONTEXT,
    Bill,
    BillMapping,
    Client,
    ClientMapping,
    RClient,
    RProduct,
    bills,
    clients,
    tea,
)


class DictMapping(EntityMapping[dict[str, object], RProduct], entity="dict", key="id"):
    title: str = both(RProduct.Name)
    price: Decimal | None = both(RProduct.Price)


def test_what_goes_wrong_shows_the_compiled_line():
    """The traceback of an error has the source of the function that met it first."""
    with pytest.raises(MappingError) as caught:
        clients.outgoing(Client(1, "Ann", parent_id=9), CONTEXT)

    shown = "".join(traceback.format_exception(caught.value))
    assert "ClientMapping.outgoing>" in shown
    assert "remote_ids[KEY_CLIENT(" in shown


def test_nothing_is_compiled_before_it_is_needed():
    """A mapper that is only asked for its rules makes no code."""
    mapper = mapper_of(ClientMapping)

    assert mapper.fields
    assert mapper._outgoing is None
    assert mapper._incoming is None


def test_the_good_path_never_asks_the_interpreter(monkeypatch):
    """A plain record is translated by the compiled functions alone, both ways."""
    mapper = mapper_of(BillMapping)

    def refuse(*_):
        raise AssertionError

    for name in ("outgoing", "incoming", "changed", "references", "match_key", "remote_match_key"):
        monkeypatch.setattr(f"linksync.mapping.interpreter.Interpreter.{name}", refuse)
    bill = Bill("1", 1, [tea()], terms="now")
    sent = mapper.outgoing(bill, CONTEXT)
    remote = {
        "ClientRef": {"value": "101"},
        "Line": [{"Type": "Sale", "Amount": Decimal("2.5"), "Sale": {"ProductRef": {"value": "201"}}}],
    }

    assert mapper.changed(bill, CONTEXT, Base(fields=sent)) == {}
    assert mapper.incoming(remote, CONTEXT)["client_id"] == FieldValue("1", "101")
    assert len(mapper.references(bill)) == 2
    assert mapper.match_key(bill) == mapper.remote_match_key(remote) == ()


def test_a_mapper_can_do_without():
    """`compiled=False` leaves it all to the interpreter."""
    mapper = DeclaredMapper(ClientMapping.__declaration__, compiled=False)

    mapper.outgoing(Client(1, "Ann"), CONTEXT)

    assert mapper._outgoing == mapper._interpreter.outgoing


def test_where_code_must_not_be_made_the_interpreter_does_it():
    """An audit hook that forbids `exec` costs speed and nothing else; the log says so."""
    program = """
        import logging, sys
        from tests.unit.mapping.shop import CONTEXT, Bill, bills, clients, Client, tea

        def forbid(event, arguments):
            if event in ("compile", "exec"):
                raise PermissionError(event)

        logging.basicConfig(format="%(message)s %(mapping)s", stream=sys.stdout)
        bill = Bill("1", 1, [tea()], terms="now")
        sys.addaudithook(forbid)
        fields = bills.outgoing(bill, CONTEXT)
        remote = bills.remote_values(fields, None)
        assert bills.incoming(remote, CONTEXT) == fields
        assert bills.references(bill) and bills.match_key(bill) == ()
        assert clients.match_key(Client(1, "Ann")) == clients.remote_match_key({"Name": "Ann"}) == ("Ann",)
        print(fields["lines"].remote[0]["product"])
    """

    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("201\n")
    assert "code must not be made here BillMapping.outgoing" in done.stdout


def test_a_mistake_of_ours_is_no_ban(caplog):
    """Source that Python cannot read is raised, not quietly interpreted."""
    source = Source("broken")
    source.add("def broken(:")

    with caplog.at_level(logging.WARNING), pytest.raises(SyntaxError):
        source.build("broken")

    assert not caplog.records


def test_records_of_another_kind_are_compiled_too(monkeypatch):
    """A dict where a class was declared, and an object where a dict was."""
    dicts, objects = mapper_of(DictMapping), mapper_of(ClientMapping)
    monkeypatch.setattr("linksync.mapping.interpreter.Interpreter.outgoing", None)

    class Row:
        id, title, price = 1, "tea", ABSENT

    Row.price = Decimal(1)

    assert dicts.outgoing(Row(), CONTEXT)["price"] == FieldValue(1, 1)
    assert dict(objects.outgoing({"name": "Ann"}, CONTEXT)) == {
        "name": FieldValue("Ann", "Ann"),
        "currency": FieldValue("EUR", "EUR"),
    }


def test_only_what_a_change_concerns_goes_out():
    """Fields of the changed attributes, nested objects whole; others are not even looked at."""
    client = Client(1, name=5, mail="a@b.c")  # type: ignore[arg-type]  the point of it

    assert clients.outgoing_for(client, CONTEXT, {"mail"}) == {"mail": FieldValue("a@b.c", "a@b.c")}
    assert set(clients.outgoing_for(client, CONTEXT, {"home.town"})) == {
        "home.street",
        "home.town",
        "home.country",
    }
    assert clients.outgoing_for(client, CONTEXT, {"nothing"}) == {}


def test_the_lines_of_an_array_go_out_together():
    """Whether an array that is required would be empty depends on all of them."""
    assert set(bills.outgoing_for(Bill("1", 1, [tea()]), CONTEXT, {"rebates"})) == {"lines", "rebates"}


def test_sets_of_changed_attributes_are_not_kept_for_ever():
    """A host that names ever new sets does not fill the memory."""
    mapper = mapper_of(ClientMapping)
    for number in range(1000):
        mapper.outgoing_for(Client(1, "Ann"), CONTEXT, {"mail", f"made up {number}"})

    assert len(mapper._narrowed) <= 64


def test_changes_are_told_by_the_local_form():
    """A field is changed if its local form is another than in the base, or if the base does not know it."""
    before = dict(clients.outgoing(Client(1, "Ann", mail="a@b.c", rating=1), CONTEXT))
    del before["rating"]

    changed = clients.changed(Client(1, "Ann", mail="z@b.c", rating=1), CONTEXT, Base(fields=before))

    assert changed == {"mail": FieldValue("z@b.c", "z@b.c"), "rating": FieldValue(1, 1)}


def test_match_keys_of_both_sides_can_be_compared():
    """They are remote forms, None where blank."""

    class TwoMapping(EntityMapping[Client, RClient], entity="two", key="id"):
        name: str = both(RClient.Name, match=True)
        mail: str | None = both(RClient.Mail, match=True)

    mapper = mapper_of(TwoMapping)

    assert mapper.match_key(Client(1, "Ann")) == mapper.remote_match_key({"Name": "Ann"}) == ("Ann", None)
    with pytest.raises(MappingError, match="two 1"):
        mapper.match_key(Client(1, name=5))  # type: ignore[arg-type]  the point of it
    with pytest.raises(MappingError, match="Client 9"):
        mapper.remote_match_key({"Id": "9", "Name": 5})
