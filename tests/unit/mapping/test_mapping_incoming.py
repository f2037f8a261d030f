"""A remote record on its way in."""

from decimal import Decimal

import pytest

from linksync.errors import MappingError
from linksync.exactjson import loads
from linksync.fields import FieldValue
from linksync.mapping import EntityMapping, both, mapper_of
from tests.unit.mapping.shop import CONTEXT, EMPTY_CONTEXT, RClient, bills, clients, products

BILL = {
    "Id": "5",
    "Number": "4711",
    "ClientRef": {"value": "101", "name": "Ann"},
    "TermRef": {"value": "2"},
    "Line": [
        {"Id": "1", "Type": "Sale", "Amount": 5, "Sale": {"ProductRef": {"value": "201"}, "Qty": 2}},
        {"Id": "2", "Type": "Note", "Text": "by hand"},
        {"Id": "3", "Type": "Discount", "Amount": 1, "Discount": {"Percent": 10}},
        {"Type": "Total", "Amount": 4},
    ],
}


def test_values_come_in_both_forms():
    """References come as local ids, choices as the value map's words, numbers exact."""
    fields = bills.incoming(BILL, CONTEXT)

    assert fields["client_id"] == FieldValue("1", "101")
    assert fields["terms"] == FieldValue("month", "2")
    assert fields["on"] == FieldValue(None, None)


def test_lines_are_those_of_the_mapped_kind():
    """Lines of other kinds and computed ones belong to nobody."""
    fields = bills.incoming(BILL, CONTEXT)

    assert fields["lines"].remote == [
        {"product": "201", "quantity": 2, "price": None, "text": None, "amount": 5}
    ]
    assert fields["rebates"].local == [{"percent": Decimal(10), "amount": Decimal(1)}]


def test_missing_and_null_and_empty_are_blank():
    """However the remote says nothing, it is None."""
    for remote in ({}, {"Mail": None}, {"Mail": ""}, {"Home": None}):
        fields = clients.incoming(remote, CONTEXT)

        assert fields["mail"] == FieldValue(None, None)
        assert fields["home.town"] == FieldValue(None, None)


def test_money_keeps_every_digit():
    """1234567890123456.78 arrives as that number."""
    remote = loads('{"Balance": 1234567890123456.78}')

    assert clients.incoming(remote, CONTEXT)["balance"].local == Decimal("1234567890123456.78")


def test_equal_instants_have_one_form():
    """Whatever offset the remote writes, the form is in UTC."""
    one = clients.incoming({"Seen": "2026-11-21T01:30:00-08:00"}, CONTEXT)["seen"]
    other = clients.incoming({"Seen": "2026-11-21T09:30:00Z"}, CONTEXT)["seen"]

    assert one == other


def test_a_converter_makes_the_local_form():
    """It is the form of what the converter returned."""
    assert clients.incoming({"Kind": "shop"}, CONTEXT)["grade"] == FieldValue("S", "shop")


def test_what_the_local_side_has_no_word_for_is_kept():
    """An id that is not linked and an unknown choice can be compared, but not written to the local record."""
    fields = bills.incoming(BILL, EMPTY_CONTEXT)

    assert fields["client_id"] == FieldValue({"remote": "101"}, "101")
    assert fields["terms"] == FieldValue({"remote": "2"}, "2")
    with pytest.raises(MappingError) as caught:
        bills.local_values(fields)
    assert {problem.local for problem in caught.value.problems} == {"client_id", "terms", "lines[0].product"}


def test_an_ambiguous_choice_is_not_guessed():
    """Two local words for one remote value leave it without a local word."""
    context = type(CONTEXT)(company=CONTEXT.company, value_maps={"terms": {"a": "2", "b": "2"}})

    assert bills.incoming(BILL, context)["terms"].local == {"remote": "2"}


@pytest.mark.parametrize(
    ("remote", "path"),
    [
        ({"Name": 5}, "Name"),
        ({"Balance": "5"}, "Balance"),
        ({"Active": "true"}, "Active"),
        ({"Since": "yesterday"}, "Since"),
        ({"Seen": "2026-01-01T00:00:00"}, "Seen"),
        ({"Home": "Ulm"}, "Home.Town"),
        ({"ParentRef": "101"}, "ParentRef"),
        ({"Kind": "firm"}, "Kind"),
    ],
)
def test_what_cannot_be_read_is_a_problem(remote, path):
    """A remote value of another kind than declared is told, with the record's type and id."""
    with pytest.raises(MappingError) as caught:
        clients.incoming({"Id": "9", **remote}, CONTEXT)

    assert caught.value.record == "Client 9"
    assert path in {problem.remote for problem in caught.value.problems}


def test_an_array_that_is_none_is_a_problem():
    """Lines must be a list."""
    with pytest.raises(MappingError, match="must be a list of lines"):
        bills.incoming({**BILL, "Line": {"Id": "1"}}, CONTEXT)


def test_a_default_stands_for_blank():
    """A remote that says nothing gives the local default."""

    class Mapping(EntityMapping[dict[str, object], RClient], entity="client", key="id"):
        mail: str = both(RClient.Mail, default="")
        rating: int = both(RClient.Rating, default=3)

    fields = mapper_of(Mapping).incoming({}, CONTEXT)

    assert fields["mail"] == FieldValue("", None)
    assert fields["rating"] == FieldValue(3, None)


def test_made_up_fields_stand_as_the_remote_has_them():
    """So that they can be compared with what was sent."""
    assert products.incoming({"IncomeRef": {"value": "80"}}, CONTEXT)["income"] == FieldValue("80", "80")


def test_raw_lines_are_kept_as_they_came():
    """Every line, whatever its kind; an array that is missing is known to be empty."""
    assert bills.raw_parts(BILL) == {"Line": BILL["Line"]}
    assert bills.raw_parts({}) == {"Line": []}
    assert clients.raw_parts({}) == {}
