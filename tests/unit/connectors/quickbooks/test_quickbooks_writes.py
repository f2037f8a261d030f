"""A write becomes the JSON that does just that."""

from datetime import date
from decimal import Decimal

import pytest

from linksync.connectors.quickbooks.entities import ENTITIES, find_entity_by_segment, get_entity
from linksync.connectors.quickbooks.writes import encode
from linksync.errors import ConfigurationError
from linksync.records import CLEAR, Action, Write


def write(action, record_type="Customer", **values):
    is_create = action is Action.CREATE
    return Write(
        ref="r1",
        action=action,
        record_type=record_type,
        id=None if is_create else "58",
        version=None if is_create else "3",
        values=values,
    )


def test_a_create_is_the_values():
    """Nothing is added to them."""
    operation = encode(write(Action.CREATE, DisplayName="Amy's", Balance=Decimal("10.50")))

    assert operation.name == "create"
    assert operation.query == ""
    assert operation.body == {"DisplayName": "Amy's", "Balance": Decimal("10.50")}


def test_a_blank_field_does_not_enter_a_create():
    """Nor does the group of which nothing is left, nor a blank within a line."""
    operation = encode(
        write(
            Action.CREATE,
            DisplayName="A",
            CompanyName=CLEAR,
            BillAddr={"City": CLEAR},
            ShipAddr={"City": "Bern", "Line1": CLEAR},
            Line=[{"Description": CLEAR, "Amount": 1, "SubTotalLineDetail": {}}],
        )
    )

    assert operation.body == {
        "DisplayName": "A",
        "ShipAddr": {"City": "Bern"},
        "Line": [{"Amount": 1, "SubTotalLineDetail": {}}],
    }


def test_a_create_that_names_an_id_is_refused():
    """QuickBooks would take it for an update of whichever record has it."""
    with pytest.raises(ConfigurationError, match="a create must not name Id"):
        encode(write(Action.CREATE, Id="1", DisplayName="A"))


def test_an_update_is_sparse_and_carries_the_version_it_saw():
    """A full update would blank whatever it does not name."""
    operation = encode(write(Action.UPDATE, DisplayName="B"))

    assert operation.name == "update"
    assert operation.body == {"Id": "58", "SyncToken": "3", "sparse": True, "DisplayName": "B"}


def test_no_value_overrides_what_makes_an_update_safe():
    """Id, version and sparse are the write's own."""
    operation = encode(write(Action.UPDATE, Id="1", SyncToken="0", sparse=False))

    assert operation.body == {"Id": "58", "SyncToken": "3", "sparse": True}


def test_a_text_is_made_blank_by_an_empty_one():
    """Within a group too; the rest of the group is not touched by it."""
    operation = encode(
        write(Action.UPDATE, CompanyName=CLEAR, BillAddr={"Line2": CLEAR, "City": "Bern"}, Notes="n")
    )

    assert operation.body["CompanyName"] == ""
    assert operation.body["BillAddr"] == {"Line2": "", "City": "Bern"}


@pytest.mark.parametrize(
    ("record_type", "values", "name"),
    [
        ("Customer", {"SalesTermRef": {"value": CLEAR}}, "SalesTermRef.value"),
        ("Customer", {"DisplayName": CLEAR}, "DisplayName"),
        ("Customer", {"PrintOnCheckName": CLEAR}, "PrintOnCheckName"),
        ("Customer", {"PreferredDeliveryMethod": CLEAR}, "PreferredDeliveryMethod"),
        ("Invoice", {"DueDate": CLEAR}, "DueDate"),
        ("Item", {"UnitPrice": CLEAR}, "UnitPrice"),
        ("Item", {"NoSuchField": CLEAR}, "NoSuchField"),
    ],
)
def test_what_no_sparse_update_makes_blank_is_refused(record_type, values, name):
    """Sent as it is, it would be left alone, and both sides would be believed to agree."""
    with pytest.raises(ConfigurationError, match=f"{record_type} 58: {name} cannot be made blank"):
        encode(write(Action.UPDATE, record_type, **values))


def test_a_kind_of_record_without_known_fields_is_blanked_as_asked():
    """A hand-written mapper knows what it does."""
    operation = encode(write(Action.UPDATE, "Employee", EmployeeNumber=CLEAR))

    assert operation.body["EmployeeNumber"] == ""


def test_blank_within_an_array_is_absent():
    """The array replaces the one that is there."""
    operation = encode(write(Action.UPDATE, "Invoice", Line=[{"Id": "1", "Description": CLEAR}]))

    assert operation.body["Line"] == [{"Id": "1"}]


def test_a_day_goes_as_text():
    """Should a mapper leave it a date."""
    operation = encode(write(Action.UPDATE, "Invoice", DueDate=date(2026, 11, 21)))

    assert operation.body["DueDate"] == "2026-11-21"


def test_archiving_makes_inactive():
    """By a sparse update, like any other change."""
    operation = encode(write(Action.ARCHIVE))

    assert operation.name == "update"
    assert operation.body == {"Id": "58", "SyncToken": "3", "sparse": True, "Active": False}


def test_deleting_names_the_record_and_its_version():
    """Nothing else is needed."""
    operation = encode(write(Action.DELETE, "Invoice"))

    assert operation.name == "delete"
    assert operation.query == "operation=delete"
    assert operation.body == {"Id": "58", "SyncToken": "3"}


@pytest.mark.parametrize(
    ("record_type", "query", "body"),
    [
        ("Invoice", "operation=void", {}),
        ("Payment", "operation=update&include=void", {"sparse": True}),
        ("SalesReceipt", "operation=update&include=void", {"sparse": True}),
        ("BillPayment", "operation=update&include=void", {"sparse": True}),
    ],
)
def test_voiding_differs_by_entity_and_goes_alone(record_type, query, body):
    """No batch has a documented operation for it."""
    operation = encode(write(Action.VOID, record_type))

    assert operation.name == ""
    assert operation.query == query
    assert operation.body == {"Id": "58", "SyncToken": "3", **body}


@pytest.mark.parametrize(
    ("record_type", "action"),
    [
        ("Customer", Action.DELETE),
        ("Item", Action.VOID),
        ("Invoice", Action.ARCHIVE),
        ("Bill", Action.VOID),
        ("JournalEntry", Action.VOID),
        ("TaxCode", Action.CREATE),
    ],
)
def test_what_quickbooks_cannot_do_is_refused(record_type, action):
    """A name list has no delete; a bill's void is answered by HTTP 200 and not done."""
    with pytest.raises(ConfigurationError, match=f"QuickBooks cannot {action.value} a {record_type}"):
        encode(write(action, record_type))


@pytest.mark.parametrize("lacking", ["id", "version"])
def test_an_update_without_id_or_version_is_refused(lacking):
    """Without a version it could overwrite what nobody here has seen."""
    incomplete = {"id": "58", "version": "3", lacking: None}

    with pytest.raises(ConfigurationError, match="needs an id and a version"):
        encode(Write(ref="r1", action=Action.UPDATE, record_type="Customer", **incomplete))


def test_an_unknown_kind_of_record_is_refused():
    """The message says which there are."""
    with pytest.raises(ConfigurationError, match="no records of type 'customer'; it has Customer, Vendor"):
        get_entity("customer")


def test_every_entity_is_found_by_its_part_of_the_address():
    """Which is its name in lower case."""
    found = {name: find_entity_by_segment(name.lower()) for name in ENTITIES}

    assert found == dict(ENTITIES)
    assert find_entity_by_segment("batch") is None
