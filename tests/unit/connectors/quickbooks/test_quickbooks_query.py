"""Statements of the query language are well formed whatever the values are."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksync.connectors.quickbooks import fields, select
from linksync.connectors.quickbooks.query import LONGEST_STATEMENT, split_in
from linksync.errors import ConfigurationError
from linksync.testing.quickbooks.statement import read_statement


def test_a_query_of_everything():
    """Without a condition there is no WHERE."""
    assert str(select("Customer")) == "SELECT * FROM Customer"


def test_conditions_order_and_page_come_in_the_order_of_the_grammar():
    """WHERE, ORDERBY, STARTPOSITION, MAXRESULTS."""
    query = (
        select("Invoice").where("Balance", ">", 0).where("DocNumber", "LIKE", "A%").order_by("Id").page(1, 10)
    )

    assert str(query) == (
        "SELECT * FROM Invoice WHERE Balance > '0' AND DocNumber LIKE 'A%' ORDERBY Id ASC STARTPOSITION 1 MAXRESULTS 10"
    )


@pytest.mark.parametrize(
    ("value", "literal"),
    [
        ("Amy's", r"'Amy\'s'"),
        ("back\\slash", r"'back\\slash'"),
        ("\\'", r"'\\\''"),
        ("Müller & Söhne 🐟", "'Müller & Söhne 🐟'"),
        (True, "true"),
        (False, "false"),
        (7, "'7'"),
        (Decimal("1E+3"), "'1000'"),
        (date(2026, 11, 21), "'2026-11-21'"),
        (datetime(2026, 11, 21, 9, 30, 5, 999999, UTC), "'2026-11-21T09:30:05+00:00'"),
        (datetime(2026, 11, 21, 9, tzinfo=timezone(timedelta(hours=-8))), "'2026-11-21T09:00:00-08:00'"),
    ],
)
def test_values_are_written_as_quickbooks_reads_them(value, literal):
    """Quoted, escaped by backslashes, booleans bare, instants with their offset."""
    query = select("Customer").where("DisplayName", "=", value)

    assert str(query) == f"SELECT * FROM Customer WHERE DisplayName = {literal}"


def test_a_list_of_values():
    """IN takes them in brackets."""
    query = select("Customer").where("Active", "IN", [True, False])

    assert str(query) == "SELECT * FROM Customer WHERE Active IN (true, false)"


def test_a_typed_field_names_its_property():
    """A reference is filtered by its own name, not by the value within."""
    query = select("Invoice").where(fields.Invoice.CustomerRef, "=", "58")

    assert str(query) == "SELECT * FROM Invoice WHERE CustomerRef = '58'"


@pytest.mark.parametrize("name", ["", "Id = '1' OR Id", "Display Name", "1", "A..B", "Id;"])
def test_a_name_that_is_none_is_refused(name):
    """Names are not escaped, so nothing but a name passes."""
    with pytest.raises(ConfigurationError, match="is not the name of a property"):
        select("Customer").where(name, "=", "1")


def test_an_entity_that_is_no_name_is_refused():
    """The same holds for the entity."""
    with pytest.raises(ConfigurationError, match="is not the name"):
        select("Customer WHERE")


@pytest.mark.parametrize(
    ("operator", "value", "message"),
    [("IN", "1", "needs a list"), ("IN", [], "at least one value"), ("=", ["1"], "use IN")],
)
def test_a_value_that_does_not_go_with_the_operator_is_refused(operator, value, message):
    """The mistake is told before QuickBooks sees it."""
    with pytest.raises(ConfigurationError, match=message):
        select("Customer").where("Id", operator, value)


def test_an_instant_without_a_zone_is_refused():
    """QuickBooks would guess one."""
    with pytest.raises(ConfigurationError, match="has no time zone"):
        select("Customer").where("MetaData.CreateTime", ">=", datetime(2026, 1, 1))  # noqa: DTZ001 -- the mistake


@pytest.mark.parametrize(("start", "limit"), [(0, 10), (1, 0), (1, 1001)])
def test_a_page_that_there_is_not_is_refused(start, limit):
    """Rows begin at 1; a page has at most 1000."""
    with pytest.raises(ConfigurationError, match="no page"):
        select("Customer").page(start, limit)


def test_a_thousand_ids_are_one_query():
    """As few requests as the size of a page allows."""
    parts = list(split_in(select("Customer"), "Id", [str(number) for number in range(1, 2002)]))

    assert [len(values) for _, values in parts] == [1000, 1000, 1]


def test_long_values_are_split_earlier():
    """No statement is longer than what is safe to send, and none of the values is lost."""
    names = [f"{number:04d}{'x' * 500}" for number in range(200)]

    parts = list(split_in(select("Customer"), "DisplayName", names))

    assert all(len(str(query.page(1))) <= LONGEST_STATEMENT for query, _ in parts)
    assert [value for _, values in parts for value in values] == names


def test_no_values_are_no_query():
    """An empty IN is never asked."""
    assert list(split_in(select("Customer"), "Id", [])) == []


@given(st.text())
def test_every_text_arrives_as_the_text_it_is(text):
    """Whatever apostrophes, backslashes and characters beyond ASCII it has, and whatever it would mean in a statement."""
    query = select("Customer").where("DisplayName", "=", text).where("Notes", "IN", [text, "other"])

    equal, among = read_statement(str(query)).conditions

    assert (equal.values, among.values) == ((text,), (text, "other"))


def test_half_of_a_surrogate_pair_is_refused():
    """No request can hold it."""
    with pytest.raises(ConfigurationError, match="half of a surrogate pair"):
        select("Customer").where("DisplayName", "=", "a\ud800b")
