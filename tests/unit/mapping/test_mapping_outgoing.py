"""A local record on its way out: forms, blanks, absences, and everything that is wrong with it."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from attrs import evolve

from linksync.errors import MappingError
from linksync.exactjson import dumps
from linksync.fields import FieldValue
from linksync.mapping import ABSENT, EntityMapping, both, mapper_of
from linksync.records import CLEAR, RecordKey
from tests.unit.mapping.shop import (
    CONTEXT,
    EMPTY_CONTEXT,
    Address,
    Bill,
    Client,
    ClientMapping,
    Grade,
    Line,
    Product,
    RClient,
    RProduct,
    bills,
    clients,
    jam,
    products,
    tea,
)


class DictMapping(EntityMapping[dict[str, object], RProduct], entity="dict", key="id"):
    title: str = both(RProduct.Name)
    price: Decimal | None = both(RProduct.Price)


dicts = mapper_of(DictMapping)


class DefaultMapping(EntityMapping[dict[str, object], RClient], entity="default", key="id"):
    name: str = both(RClient.Name)
    mail: str = both(RClient.Mail, default="")
    rating: int = both(RClient.Rating, default=3)


defaults = mapper_of(DefaultMapping)


def problems_of(mapper, record, context=CONTEXT):
    with pytest.raises(MappingError) as caught:
        mapper.outgoing(record, context)
    return {problem.local or problem.remote: problem for problem in caught.value.problems}


def test_values_have_their_forms():
    """Days and instants are ISO text, instants in UTC, enum members their values, references ids."""
    seen = datetime(2026, 11, 21, 1, 30, tzinfo=timezone(timedelta(hours=-8)))
    client = Client(1, "Ann", grade=Grade.SHOP, since=date(2020, 2, 29), seen=seen, parent_id=2)

    fields = clients.outgoing(client, CONTEXT)

    assert fields["since"] == FieldValue("2020-02-29", "2020-02-29")
    assert fields["seen"].remote == "2026-11-21T09:30:00+00:00"
    assert fields["grade"] == FieldValue("S", "shop")
    assert fields["parent_id"] == FieldValue("2", "102")


def test_only_pushed_fields_go_out():
    """A field that is only pulled is not among them."""
    assert "balance" not in clients.outgoing(Client(1, "Ann"), CONTEXT)


def test_an_absent_attribute_is_left_alone():
    """A missing key and the value ABSENT keep a field out of the result; None and CLEAR make it blank."""
    assert "price" not in dicts.outgoing({"id": "1", "title": "tea"}, CONTEXT)
    assert "price" not in dicts.outgoing({"id": "1", "title": "tea", "price": ABSENT}, CONTEXT)
    for blank in (None, CLEAR):
        fields = dicts.outgoing({"id": "1", "title": "tea", "price": blank}, CONTEXT)
        assert fields["price"] == FieldValue(None, None)


def test_an_attribute_that_an_object_lacks_is_absent():
    """Any object with attributes will do, and lacking one is no error."""

    class Thing:
        id = "1"
        title = "tea"

    assert dict(dicts.outgoing(Thing(), CONTEXT)) == {"title": FieldValue("tea", "tea")}


def test_a_property_that_fails_is_not_absent():
    """An AttributeError within the host's property comes out."""

    class Thing:
        id = "1"

        @property
        def title(self):
            return self.name_of_nothing

    with pytest.raises(AttributeError, match="name_of_nothing"):
        dicts.outgoing(Thing(), CONTEXT)


def test_an_empty_text_is_blank():
    """The remote says nothing for it, so that the two are the same."""
    assert clients.outgoing(Client(1, "Ann", mail=""), CONTEXT)["mail"] == FieldValue(None, None)


def test_a_default_stands_for_blank():
    """A blank attribute with a default is sent as the default, unless that is an empty text."""
    fields = defaults.outgoing({"id": "1", "name": "Ann", "mail": None, "rating": None}, CONTEXT)

    assert fields["rating"] == FieldValue(3, 3)
    assert fields["mail"] == FieldValue("", None)


def test_money_keeps_every_digit():
    """1234567890123456.78 stands in the body as that number."""
    product = Product("tea", "Tea", price=Decimal("1234567890123456.78"))

    body = products.remote_values(products.outgoing(product, CONTEXT), None)

    assert '"Price":1234567890123456.78' in dumps(body)


def test_a_whole_number_is_exact_enough_for_money():
    """An int where a Decimal goes is that Decimal."""
    price = dicts.outgoing({"id": "1", "title": "tea", "price": 5}, CONTEXT)["price"]

    assert price == FieldValue(Decimal(5), Decimal(5))
    assert isinstance(price.remote, Decimal)


def test_every_bad_field_is_reported_together():
    """The error names the record and, for each bad field, both paths, value, type and remedy."""
    line = Line(product="nothing", quantity=Decimal(1), price=Decimal(1), text="x" * 31)
    bill = Bill(
        "4711", 9, [tea(), evolve(line, price=0.1)], on=datetime(2026, 1, 1, tzinfo=UTC), terms="never"
    )

    with pytest.raises(MappingError) as caught:
        bills.outgoing(bill, CONTEXT)

    problems = {problem.local: problem for problem in caught.value.problems}
    assert caught.value.record == "bill 4711"
    assert set(problems) == {
        "on",
        "client_id",
        "terms",
        "lines[1].product",
        "lines[1].price",
        "lines[1].text",
        "lines[1]",
    }
    assert problems["lines[1].price"].remote == "Line.Sale.Price"
    assert problems["lines[1].price"].type == "float"
    assert problems["lines[1].price"].value == "0.1"
    assert 'Decimal("0.1")' in problems["lines[1].price"].remedy
    assert str(problems["lines[1].price"]).startswith("lines[1].price -> Line.Sale.Price: must be a Decimal")
    assert "'never'" in problems["terms"].message
    assert "client 9, which is not linked" in problems["client_id"].message
    assert "holds 30" in problems["lines[1].text"].message


@pytest.mark.parametrize(
    ("attribute", "value", "message"),
    [
        ("name", 5, "must be a str"),
        ("name", "x" * 21, "has 21 characters, Name holds 20"),
        ("name", "a:b\tc", "contains '\\t', ':', which Name must not"),
        ("name", None, "is blank, but Name is required"),
        ("name", "   ", "is blank, but Name is required"),
        ("name", "\ud800", "half of a surrogate pair"),
        ("rating", True, "must be an int"),
        ("active", 1, "must be a bool"),
        ("since", "2026-01-01", "must be a date"),
        ("since", datetime(2026, 1, 1, tzinfo=UTC), "must be a date, not an instant"),
        ("seen", datetime(2026, 1, 1), "has no time zone"),  # noqa: DTZ001  the point of it
        ("seen", date(2026, 1, 1), "must be a datetime"),
        ("parent_id", 2.0, "must be an id"),
        ("parent_id", 9, "client 9, which is not linked"),
        ("grade", "shop", "AttributeError"),
    ],
)
def test_a_bad_value_is_told(attribute, value, message):
    """Each kind of bad value is refused in words that say what is wrong."""
    client = Client(1, "Ann")
    setattr(client, attribute, value)

    problems = problems_of(clients, client)

    assert list(problems) == [attribute]
    assert message in problems[attribute].message
    assert problems[attribute].type == type(value).__name__


@pytest.mark.parametrize("price", [Decimal("NaN"), Decimal("Infinity"), Decimal("sNaN")])
def test_what_is_no_number_is_no_money(price):
    """NaN and infinities are refused."""
    problems = problems_of(products, Product("tea", "Tea", price=price))

    assert problems["price"].message == "is not a number"


def test_a_long_value_is_shown_shortened():
    """The report of a value of a thousand characters is readable."""
    problems = problems_of(clients, Client(1, "x" * 1000))

    assert len(problems["name"].value) == 80


def test_a_value_outside_the_choices_is_told_with_them():
    """The remedy lists what the remote takes."""

    class KindMapping(EntityMapping[dict[str, object], RClient], entity="kind", key="id"):
        kind: str | None = both(RClient.Kind)

    problems = problems_of(mapper_of(KindMapping), {"id": "1", "kind": "firm"})

    assert problems["kind"].remedy == "give one of 'shop', 'person'"


def test_what_the_company_lacks_is_named():
    """A missing setting and a missing entry of a value map say which."""
    setting = problems_of(products, Product("tea", "Tea"), EMPTY_CONTEXT)
    entry = problems_of(bills, Bill("1", 1, [tea()], terms="never"))

    assert "no setting 'income_account'" in setting["IncomeRef"].message
    assert "'terms' has nothing for 'never'" in entry["terms"].message


def test_a_setting_is_its_own_local_form():
    """So that a changed setting counts as a change of the record."""
    assert products.outgoing(Product("tea", "Tea"), CONTEXT)["income"] == FieldValue("79", "79")


def test_a_nested_object_that_is_none_is_blank():
    """Neither its values nor what the mapping makes up for it are left."""
    fields = clients.outgoing(Client(1, "Ann", home=None), CONTEXT)

    assert [fields[f"home.{name}"] for name in ("street", "town", "country")] == [FieldValue(None, None)] * 3


def test_a_nested_object_of_blanks_is_no_object():
    """A constant alone does not keep an address alive."""
    fields = clients.outgoing(Client(1, "Ann", home=Address(street="", town=None)), CONTEXT)

    assert "Home" not in clients.remote_values(fields, None)


def test_a_nested_object_brings_its_constants():
    """With one value in it, an address has its constant country."""
    fields = clients.outgoing(Client(1, "Ann", home=Address(town="Ulm")), CONTEXT)

    assert clients.remote_values(fields, None)["Home"] == {"Town": "Ulm", "Country": "DE"}


def test_a_nested_object_that_is_absent_is_left_alone():
    """A dict without the address says nothing about it."""

    class Mapping(EntityMapping[dict[str, object], RClient], entity="client", key="id"):
        name: str = both(RClient.Name)
        home = ClientMapping.__dict__["home"]

    fields = mapper_of(Mapping).outgoing({"id": 1, "name": "Ann"}, CONTEXT)

    assert list(fields) == ["name"]


def test_a_document_needs_lines_where_the_remote_does():
    """Neither sales nor discounts: the array would be empty."""
    problems = problems_of(bills, Bill("1", 1, []))

    assert problems["lines"].message == "has no line, but the remote requires one"


@pytest.mark.parametrize("lines", ["tea", {"product": "tea"}, 5, iter([])])
def test_lines_must_be_a_list(lines):
    """Text, a dict, a number and an iterator that can be walked through once are refused."""
    assert "must be a list of lines" in problems_of(bills, Bill("1", 1, lines))["lines"].message


def test_nothing_on_a_line_can_be_left_alone():
    """A line is written whole: an absent value is a mistake, not a wish."""
    line = {"product": "tea", "quantity": Decimal(1), "price": Decimal(1), "text": None}
    del line["text"]

    problems = problems_of(bills, {"number": "1", "client_id": 1, "lines": [line]})

    assert "written whole" in problems["lines[0].text"].message


def test_lines_have_the_forms_of_their_fields():
    """A document's lines are one field: a list with the forms of each line."""
    fields = bills.outgoing(Bill("1", 1, [tea(3)]), CONTEXT)

    assert fields["lines"].remote == [
        {"product": "201", "quantity": 3, "price": Decimal("2.5"), "text": None, "amount": Decimal("7.5")}
    ]
    assert fields["lines"].local[0]["product"] == "tea"
    assert fields["rebates"] == FieldValue([], [])


def test_references_are_those_of_record_and_lines_once_each():
    """They are told before translation, for all of them to be looked up at once."""
    bill = Bill("1", 2, [tea(), jam(), tea(2), evolve(tea(), product=None)])

    assert list(bills.references(bill)) == [
        RecordKey("client", "2"),
        RecordKey("product", "tea"),
        RecordKey("product", "jam"),
    ]


def test_a_record_cannot_refer_to_itself():
    """It would wait for itself for ever."""
    with pytest.raises(MappingError, match="parent_id -> ParentRef: refers to the record itself"):
        clients.references(Client(7, "Ann", parent_id=7))


def test_what_is_no_id_is_left_to_the_translation():
    """References are told in spite of it, and outgoing reports it with the rest."""
    assert list(clients.references(Client(7, "Ann", parent_id=2.5))) == []


def test_the_label_is_the_match_field_or_the_key():
    """People call a record by its name, and by its id where there is none."""
    assert clients.label(Client(7, "Ann")) == "Ann"
    assert clients.label(Client(7, "")) == "7"
    assert bills.label(Bill("4711", 1, [])) == "4711"


def test_a_label_can_be_told():
    """By the name of an attribute or by a function."""

    class ByName(EntityMapping[Client, RClient], entity="a", key="id", label="mail"):
        name: str = both(RClient.Name, match=True)

    class ByFunction(
        EntityMapping[Client, RClient], entity="b", key="id", label=lambda client: f"#{client.id}"
    ):
        name: str = both(RClient.Name, match=True)

    client = Client(7, "Ann", mail="a@b.c")

    assert mapper_of(ByName).label(client) == "a@b.c"
    assert mapper_of(ByFunction).label(client) == "#7"


def test_a_computed_value_that_fails_is_a_problem_of_its_field():
    """What the host's function raised is told, and nothing else of the record is lost from the report."""
    line = Line(product="tea", quantity=Decimal(1), price="dear")  # type: ignore[arg-type]  the point of it

    problems = problems_of(bills, Bill("1", 1, [line]))

    assert "TypeError" in problems["lines[0]"].message
    assert problems["lines[0]"].remote == "Line.Amount"
    assert "must be a Decimal" in problems["lines[0].price"].message
