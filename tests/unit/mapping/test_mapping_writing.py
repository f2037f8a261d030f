"""Fields becoming the values that are written to either side."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from attrs import evolve

from linksync.connectors.quickbooks import fields as qbo
from linksync.errors import ConfigurationError, MappingError
from linksync.fields import Base, FieldValue
from linksync.mapping import (
    DeclaredMapper,
    EntityMapping,
    NestedMapping,
    both,
    choice,
    mapper_of,
    nested,
    pull,
)
from linksync.mapping.remote import RemoteGroup, RemoteType, optional_text, text
from linksync.records import CLEAR
from tests.unit.mapping.shop import (
    CONTEXT,
    Address,
    Bill,
    Client,
    RAddress,
    RBill,
    RClient,
    Rebate,
    bills,
    clients,
    jam,
    products,
    tea,
)


def test_blanks_do_not_enter_a_create():
    """Only what has a value is sent, and no empty parent."""
    values = clients.remote_values(clients.outgoing(Client(1, "Ann"), CONTEXT), None)

    assert values == {"Name": "Ann", "Active": True, "CurrencyRef": {"value": "EUR"}}


def test_blanks_become_clear_in_an_update():
    """For a reference its whole object is cleared, within a nested object the leaf alone."""
    blank = FieldValue(None, None)

    values = clients.remote_values({"mail": blank, "home.town": blank, "parent_id": blank}, Base())

    assert values == {"Mail": CLEAR, "Home": {"Town": CLEAR}, "ParentRef": CLEAR}


def test_a_changed_leaf_takes_along_what_the_remote_has_in_the_same_object():
    """Whether the remote merges or replaces an object that is sent in part, nothing in it is lost."""
    base = Base(raw={"Home": {"Street": "1 Old Road", "Town": "Ely", "Line3": "by the accountant"}})

    values = clients.remote_values({"home.town": FieldValue("York", "York")}, base)

    assert values == {"Home": {"Street": "1 Old Road", "Town": "York", "Line3": "by the accountant"}}


@pytest.mark.parametrize("compiled", [True, False])
def test_an_object_that_the_remote_tells_as_null_is_begun_anew(compiled):
    """A null within an object is an object without anything in it."""

    class RPoint(RemoteGroup):
        Lat = optional_text()

    class RPlace(RemoteGroup):
        Street = optional_text()
        Point = RPoint()

    class RShop(RemoteType):
        remote_name = "Shop"
        Place = RPlace()

    class Point(NestedMapping[dict[str, object], RPoint]):
        lat: str | None = both(RPoint.Lat)

    class Place(NestedMapping[dict[str, object], RPlace]):
        point = nested(RPlace.Point, Point)

    class Mapping(EntityMapping[dict[str, object], RShop], entity="shop", key="id"):
        place = nested(RShop.Place, Place)

    mapper = DeclaredMapper(mapper_of(Mapping).declaration, compiled=compiled)
    base = Base(raw={"Place": {"Street": "1 Old Road", "Point": None}})

    values = mapper.remote_values({"place.point.lat": FieldValue("1.5", "1.5")}, base)

    assert values == {"Place": {"Street": "1 Old Road", "Point": {"Lat": "1.5"}}}


def test_only_the_given_fields_are_written():
    """An update is sparse."""
    assert clients.remote_values({"mail": FieldValue("a", "a")}, Base()) == {"Mail": "a"}


def test_a_field_for_create_only_is_not_changed_silently():
    """The change is refused, since the remote would ignore it."""
    with pytest.raises(MappingError, match="only when the record is created"):
        clients.remote_values({"currency": FieldValue("USD", "USD")}, Base())


def test_a_create_without_a_required_field_is_refused():
    """An absent attribute is told, and so is a field that the mapping does not name."""

    class Mapping(EntityMapping[dict[str, object], RBill], entity="bill", key="id"):
        number: str | None = both(RBill.Number)

    with pytest.raises(MappingError) as caught:
        mapper_of(Mapping).remote_values({"number": FieldValue("1", "1")}, None)

    assert {problem.remote for problem in caught.value.problems} == {"ClientRef", "Line"}


def test_what_is_always_required_goes_with_every_update():
    """Its unchanged value is taken from the base."""

    class Remote(RemoteType):
        Name = text()
        Code = optional_text()

    object.__setattr__(vars(Remote)["Name"], "always_required", True)

    class Mapping(EntityMapping[dict[str, object], Remote], entity="thing", key="id"):
        name: str = both(Remote.Name)
        code: str | None = both(Remote.Code)

    base = Base(fields={"name": FieldValue("n", "n")})

    values = mapper_of(Mapping).remote_values({"code": FieldValue("c", "c")}, base)

    assert values == {"Name": "n", "Code": "c"}


@pytest.mark.parametrize("compiled", [True, False])
def test_an_update_without_what_is_always_required_is_refused(compiled):
    """Before it is sent: a field that the mapping does not name, and one that it only pulls."""

    class Unnamed(EntityMapping[dict[str, object], qbo.Account], entity="account", key="id"):
        text: str | None = both(qbo.Account.Description)

    class Pulled(EntityMapping[dict[str, object], qbo.Account], entity="account", key="id"):
        name: str | None = pull(qbo.Account.Name)
        text: str | None = both(qbo.Account.Description)

    told = list[tuple[str, str]]()
    for mapping in (Unnamed, Pulled):
        mapper = DeclaredMapper(mapping.__declaration__, compiled=compiled)
        base = Base(fields={"name": FieldValue("n", "n")})
        with pytest.raises(MappingError, match="an update requires it") as caught:
            mapper.remote_values({"text": FieldValue("t", "t")}, base)
        told += [(problem.local, problem.remote) for problem in caught.value.problems]

    assert told == [("", "Name"), ("name", "Name")]


def test_unknown_fields_are_refused():
    """On either way."""
    fields = {"nme": FieldValue("a", "a")}

    with pytest.raises(ConfigurationError, match="maps no nme"):
        clients.remote_values(fields, Base())
    with pytest.raises(ConfigurationError, match="maps no nme"):
        clients.local_values(fields)


def test_arrays_are_assembled_in_the_order_of_declaration():
    """Sales lines first, the discount after them, each with its discriminator."""
    bill = Bill("1", 1, [tea(2), jam()], rebates=[Rebate(Decimal(10), Decimal("0.99"))])

    values = bills.remote_values(bills.outgoing(bill, CONTEXT), None)

    assert values["Line"] == [
        {
            "Type": "Sale",
            "Sale": {"ProductRef": {"value": "201"}, "Qty": 2, "Price": Decimal("2.5")},
            "Amount": 5,
        },
        {
            "Type": "Sale",
            "Sale": {"ProductRef": {"value": "202"}, "Qty": 1, "Price": Decimal("4.99")},
            "Amount": Decimal("4.99"),
        },
        {"Type": "Discount", "Discount": {"Percent": 10}, "Amount": Decimal("0.99")},
    ]


def test_lines_are_patched_onto_the_raw_ones():
    """Id and tax code of the accountant survive; the computed line does not go back, lines of others do."""
    raw = [
        {
            "Id": "1",
            "Type": "Sale",
            "Amount": 5,
            "Sale": {"ProductRef": {"value": "201", "name": "Tea"}, "Tax": "T"},
        },
        {"Id": "2", "Type": "Note", "Text": "by hand"},
        {"Type": "Total", "Amount": 5},
    ]
    fields = bills.outgoing(Bill("1", 1, [tea(3)]), CONTEXT)

    values = bills.remote_values({"lines": fields["lines"]}, Base(raw={"Line": raw}))

    assert values["Line"] == [
        {
            "Id": "1",
            "Type": "Sale",
            "Amount": Decimal("7.5"),
            "Sale": {
                "ProductRef": {"value": "201", "name": "Tea"},
                "Tax": "T",
                "Qty": 3,
                "Price": Decimal("2.5"),
            },
        },
        {"Id": "2", "Type": "Note", "Text": "by hand"},
    ]


def test_a_discount_that_comes_later_stands_behind_the_sales():
    """And a sale that comes later before the discount."""
    sale = {"Id": "1", "Type": "Sale", "Amount": 5, "Sale": {"ProductRef": {"value": "201"}}}
    discount = {"Id": "2", "Type": "Discount", "Amount": 1, "Discount": {}}
    rebates = FieldValue([], [{"percent": Decimal(5), "amount": Decimal(1)}])
    sales = bills.outgoing(Bill("1", 1, [tea(2), jam()]), CONTEXT)["lines"]

    one = bills.remote_values({"rebates": rebates}, Base(raw={"Line": [sale]}))
    other = bills.remote_values({"lines": sales}, Base(raw={"Line": [sale, discount]}))

    assert [line["Type"] for line in one["Line"]] == ["Sale", "Discount"]
    assert [line.get("Id") for line in other["Line"]] == ["1", None, "2"]


def test_lines_are_not_written_blindly():
    """Without the raw lines of the remote, what it has beyond ours would be lost."""
    lines = bills.outgoing(Bill("1", 1, [tea()]), CONTEXT)["lines"]

    with pytest.raises(MappingError, match="must not be written blindly"):
        bills.remote_values({"lines": lines}, Base())


def test_local_values_are_what_a_host_works_with():
    """Decimals, days, instants, ids of the key's type; blank is None; enum members are their values."""
    values = clients.local_values(
        {
            "balance": FieldValue(5, 5),
            "since": FieldValue("2026-01-02", "2026-01-02"),
            "seen": FieldValue("2026-01-02T03:04:05+00:00", ""),
            "grade": FieldValue("S", "shop"),
            "parent_id": FieldValue("2", "102"),
            "mail": FieldValue(None, None),
            "currency": FieldValue("EUR", "EUR"),
        }
    )

    assert values == {
        "balance": Decimal(5),
        "since": date(2026, 1, 2),
        "seen": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        "grade": "S",
        "parent_id": 2,
        "mail": None,
    }
    assert isinstance(values["balance"], Decimal)


def test_nested_objects_are_written_as_dicts():
    """Of the given values alone; when all are there and blank, the object is None."""
    blank = FieldValue(None, None)
    street = FieldValue("High St", "High St")

    assert clients.local_values({"home.street": street}) == {"home": {"street": "High St"}}
    assert clients.local_values({"home.street": blank, "home.town": blank}) == {"home": None}


def test_lines_are_written_as_dicts():
    """By attribute, references as keys of the other entity; what is computed is left out."""
    fields = bills.outgoing(Bill("1", 1, [evolve(tea(2), text="hot")]), CONTEXT)

    assert bills.local_values({"lines": fields["lines"]}) == {
        "lines": [{"product": "tea", "quantity": 2, "price": Decimal("2.5"), "text": "hot"}]
    }


def test_a_choice_of_numbers_is_written_as_a_number():
    """The text of the value map becomes what `of` says."""

    class Mapping(EntityMapping[dict[str, object], RClient], entity="client", key="id"):
        days: int = choice(RClient.Kind, "days", of=int)

    assert mapper_of(Mapping).local_values({"days": FieldValue("30", "shop")}) == {"days": 30}


def test_an_object_within_an_object():
    """Nested objects nest: paths on either side are those of all of them."""

    class Outer(EntityMapping[dict[str, object], RClient], entity="client", key="id"):
        name: str = both(RClient.Name)
        street: str | None = both(RClient.Home.Street, local="way")

    fields = mapper_of(Outer).outgoing({"id": "1", "name": "Ann", "way": "High St"}, CONTEXT)

    assert mapper_of(Outer).remote_values(fields, None) == {"Name": "Ann", "Home": {"Street": "High St"}}
    assert mapper_of(Outer).local_values({"street": fields["street"]}) == {"way": "High St"}


def test_products_are_whole():
    """The setting goes out as a reference."""
    fields = products.outgoing({"sku": "tea", "title": "Tea", "price": None}, CONTEXT)

    assert products.remote_values(fields, None) == {"Name": "Tea", "IncomeRef": {"value": "79"}}


def test_an_address_survives_the_way():
    """Out of a nested object and into one."""

    class Town(NestedMapping[Address, RAddress]):
        town: str | None = both(RAddress.Town)

    assert [leaf.name for leaf in Town.__declaration__.leaves] == ["town"]
    fields = clients.outgoing(Client(1, "Ann", home=Address("High St", "Ulm")), CONTEXT)
    assert clients.local_values(fields)["home"] == {"street": "High St", "town": "Ulm"}
