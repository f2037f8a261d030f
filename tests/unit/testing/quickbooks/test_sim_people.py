"""Vendors and employees."""

import pytest


def test_bare_vendor_is_answered_as_recorded(qbo):
    """The recorded create within batch__basic, with our ids and times."""
    vendor = qbo.vendor("Boraski Family Store")

    assert vendor == {
        "Balance": 0,
        "Vendor1099": False,
        "CurrencyRef": {"value": "USD", "name": "United States Dollar"},
        "domain": "QBO",
        "sparse": False,
        "Id": "1",
        "SyncToken": "0",
        "MetaData": {
            "CreateTime": "2026-01-01T19:04:05-08:00",
            "LastUpdatedTime": "2026-01-01T19:04:05-08:00",
        },
        "DisplayName": "Boraski Family Store",
        "PrintOnCheckName": "Boraski Family Store",
        "Active": True,
    }


def test_people_share_their_ids_and_their_names(qbo):
    """Customers, vendors and employees have one count of ids and one list of names."""
    qbo.customer("Ann Lee")

    assert qbo.vendor("Bob Ray")["Id"] == "2"
    assert qbo.refused("Vendor", {"DisplayName": "ann lee"}) == "6240"
    assert qbo.refused("Employee", {"GivenName": "Ann", "FamilyName": "Lee"}) == "6240"


def test_employee_is_called_after_its_names(qbo):
    """As the recorded Emily Platt is."""
    employee = qbo.post("Employee", {"GivenName": "Emily", "FamilyName": "Platt"})

    assert (employee["DisplayName"], employee["PrintOnCheckName"], employee["BillableTime"]) == (
        "Emily Platt",
        "Emily Platt",
        False,
    )


def test_employee_needs_a_name(qbo):
    """DisplayName alone is not enough: 6080."""
    assert qbo.refused("Employee", {"DisplayName": "Emily"}) == "6080"


def test_employee_out_of_use_keeps_the_name_on_checks(qbo):
    """As recorded in deactivate__employee; a second time nothing changes, the version neither."""
    qbo.post("Employee", {"GivenName": "Emily", "FamilyName": "Platt"})
    first = qbo.post("Employee", {"Id": "1", "SyncToken": "0", "sparse": True, "Active": False})

    second = qbo.post("Employee", {"Id": "1", "SyncToken": "1", "sparse": True, "Active": False})

    assert (first["DisplayName"], first["PrintOnCheckName"]) == ("Emily Platt (deleted)", "Emily Platt")
    assert second == first


@pytest.mark.parametrize(
    ("entity", "body", "name", "shown"),
    [
        ("Vendor", {"DisplayName": "a", "TaxIdentifier": "99-5688293"}, "TaxIdentifier", "XXXXXX8293"),
        ("Employee", {"GivenName": "a", "SSN": "111-22-3333"}, "SSN", "XXX-XX-XXXX"),
    ],
)
def test_numbers_of_the_state_are_masked(qbo, entity, body, name, shown):
    """What was read and is sent back changes nothing."""
    created = qbo.post(entity, body)

    again = qbo.post(entity, {"Id": "1", "SyncToken": "0", "sparse": True, name: created[name]})

    assert (created[name], again["SyncToken"]) == (shown, "0")


def test_vendor_needs_terms_that_exist(qbo):
    """2500."""
    assert qbo.refused("Vendor", {"DisplayName": "a", "TermRef": {"value": "99"}}) == "2500"


def test_references_show_the_present_name(qbo, sale):
    """A renamed customer is shown by its new name in the old invoice, whose version stays."""
    customer = qbo.customer("Old")
    invoice = qbo.invoice(customer, sale(qbo.item(), 5))

    qbo.post("Customer", {"Id": "1", "SyncToken": "0", "sparse": True, "DisplayName": "New"})

    read = qbo.get("Invoice", invoice["Id"])
    assert (read["CustomerRef"]["name"], read["SyncToken"]) == ("New", "0")


def test_employees_telephone_numbers_are_shorter(qbo):
    """20 characters, where a customer's may have 30."""
    phone = {"FreeFormNumber": "1" * 21}

    assert qbo.refused("Employee", {"GivenName": "a", "PrimaryPhone": phone}) == "2050"
    assert qbo.customer(PrimaryPhone=phone)["PrimaryPhone"] == phone
