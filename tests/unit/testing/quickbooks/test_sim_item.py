"""Items as the simulator keeps them."""

import pytest


def test_service_is_answered_with_account_name(qbo):
    """A new service has its defaults, and its income account by name."""
    created = qbo.item("Concrete", UnitPrice=12)

    assert created["IncomeAccountRef"] == {"value": "1", "name": "Services"}
    assert (created["Active"], created["Taxable"], created["FullyQualifiedName"]) == (True, False, "Concrete")


@pytest.mark.parametrize("lacking", ["Name", "Type", "IncomeAccountRef"])
def test_service_needs_name_type_and_account(qbo, lacking):
    """Without one of them the answer is 2020 and names it."""
    body = {"Name": "Concrete", "Type": "Service", "IncomeAccountRef": {"value": "1"}}
    del body[lacking]

    fault = qbo.fault("Item", body)

    assert (fault["code"], fault["element"]) == ("2020", lacking)


def test_inventory_needs_quantity_date_and_accounts(qbo):
    """Every lack of an inventory item is an error of its own."""
    answer = qbo.call(
        "POST", "item", {"Name": "Rock", "Type": "Inventory", "IncomeAccountRef": {"value": "79"}}
    )

    for name in (b"TrackQtyOnHand", b"QtyOnHand", b"InvStartDate", b"AssetAccountRef", b"ExpenseAccountRef"):
        assert b"Required parameter " + name in answer.body


def test_inventory_never_turns_back(qbo):
    """An inventory item made a service is 2120."""
    rock = qbo.post(
        "Item",
        {
            "Name": "Rock",
            "Type": "Inventory",
            "TrackQtyOnHand": True,
            "QtyOnHand": 10,
            "InvStartDate": "2026-01-01",
            "IncomeAccountRef": {"value": "79"},
            "ExpenseAccountRef": {"value": "80"},
            "AssetAccountRef": {"value": "81"},
        },
    )

    code = qbo.refused("Item", {"Id": rock["Id"], "SyncToken": "0", "sparse": True, "Type": "Service"})

    assert code == "2120"


def test_names_are_unique_among_items(qbo):
    """Two items of a name are 6240, a customer of that name is none of its business."""
    qbo.item("Amy")
    qbo.customer("Amy")

    code = qbo.refused("Item", {"Name": "amy", "Type": "Service", "IncomeAccountRef": {"value": "1"}})

    assert code == "6240"


def test_unknown_type_is_refused(qbo):
    """A type outside of the enumeration is 2170."""
    body = {"Name": "x", "Type": "Magic", "IncomeAccountRef": {"value": "1"}}

    assert qbo.refused("Item", body) == "2170"


def test_income_account_is_one_of_income(qbo):
    """A bank account as income account is 6430, one that does not exist 2500."""
    body = {"Name": "x", "Type": "Service"}

    wrong = qbo.refused("Item", {**body, "IncomeAccountRef": {"value": "35"}})
    missing = qbo.refused("Item", {**body, "IncomeAccountRef": {"value": "999"}})

    assert (wrong, missing) == ("6430", "2500")


def test_bundle_cannot_be_made(qbo):
    """A bundle can only be read."""
    assert qbo.refused("Item", {"Name": "x", "Type": "Group"}) == "500"


def test_sub_item_stands_below_its_parent(qbo):
    """An item with a parent has a full name and a level."""
    parent = qbo.item("Design")

    child = qbo.item("Fountains", SubItem=True, ParentRef={"value": parent["Id"]})

    assert (child["FullyQualifiedName"], child["Level"]) == ("Design:Fountains", 1)
