"""Versions, sparse and full updates, and bodies that make no sense."""

from decimal import Decimal

import pytest
from attrs import evolve

from linksync.exactjson import loads


def test_change_adds_one_to_the_token(qbo, clock):
    """An accepted change raises SyncToken and moves LastUpdatedTime; CreateTime stays."""
    customer = qbo.customer()
    clock.sleep(10)

    changed = qbo.post(
        "Customer", {"Id": customer["Id"], "SyncToken": "0", "sparse": True, "CompanyName": "Birds"}
    )

    assert changed["SyncToken"] == "1"
    assert changed["MetaData"] == {
        "CreateTime": "2026-01-01T19:04:05-08:00",
        "LastUpdatedTime": "2026-01-01T19:04:15-08:00",
    }


def test_update_without_a_change_leaves_token_and_time(qbo, clock):
    """An update to what is already so answers the object as it was."""
    customer = qbo.customer(CompanyName="Birds", BillAddr={"City": "Bayshore"})
    clock.sleep(10)

    same = qbo.post(
        "Customer",
        {
            "Id": customer["Id"],
            "SyncToken": "0",
            "sparse": True,
            "CompanyName": "Birds",
            "BillAddr": {"City": "Bayshore"},
        },
    )

    assert same == customer


def test_stale_token_is_refused_before_the_fields_are_looked_at(qbo):
    """A change with another token is 5010."""
    customer = qbo.customer()
    qbo.company.change("Customer", customer["Id"], {"CompanyName": "x"})

    code = qbo.refused(
        "Customer", {"Id": customer["Id"], "SyncToken": "0", "sparse": True, "CompanyName": "y"}
    )

    assert code == "5010"


@pytest.mark.parametrize(("key", "code"), [("Id", "610"), ("x", "2030"), ("SyncToken", "2020")])
def test_update_needs_a_known_id_and_a_token(qbo, key, code):
    """An unknown id is 610, none that is a number 2030, a missing token 2020."""
    qbo.customer()
    bodies = {
        "Id": {"Id": "99", "SyncToken": "0", "sparse": True},
        "x": {"Id": "x", "SyncToken": "0", "sparse": True},
        "SyncToken": {"Id": "1", "sparse": True},
    }

    assert qbo.refused("Customer", bodies[key]) == code


def test_full_update_keeps_to_the_facts_too(qbo):
    """A text that is too long and a lacking name are refused on an update as on a create."""
    item = qbo.item()
    change = {"Id": item["Id"], "SyncToken": "0", "Type": "Service", "IncomeAccountRef": {"value": "1"}}

    assert qbo.refused("Item", {**change, "Name": "x" * 101}) == "2050"
    assert qbo.refused("Item", change) == "2020"
    assert qbo.refused("Item", {**change, "Id": None, "Name": "x"}, operation="delete") == "500"


def test_unknown_operation_is_unsupported(qbo):
    """An operation that is none is 500."""
    assert qbo.refused("Invoice", {"Id": "1"}, operation="merge") == "500"


def test_delete_needs_an_id(qbo):
    """A delete without an Id is 2020."""
    assert qbo.refused("Invoice", {"SyncToken": "0"}, operation="delete") == "2020"


def test_full_update_clears_what_it_leaves_out(qbo):
    """Writable properties that a full update leaves out become blank; Active and balances stay."""
    customer = qbo.customer(CompanyName="Birds", Notes="n", Balance=5)

    changed = qbo.post("Customer", {"Id": customer["Id"], "SyncToken": "0", "DisplayName": "Amy"})

    assert "CompanyName" not in changed
    assert "Notes" not in changed
    assert (changed["Active"], changed["Balance"]) == (True, 5)


def test_sparse_update_leaves_what_it_leaves_out(qbo):
    """Properties that a sparse update leaves out stay."""
    customer = qbo.customer(CompanyName="Birds", Notes="n")

    changed = qbo.post("Customer", {"Id": customer["Id"], "SyncToken": "0", "sparse": True, "Notes": "m"})

    assert (changed["CompanyName"], changed["Notes"]) == ("Birds", "m")


@pytest.mark.parametrize("blank", [None, ""])
def test_sparse_update_clears_texts_and_not_references_nor_names(qbo, blank):
    """Null or empty clears a text; DisplayName and a reference stay."""
    customer = qbo.customer(CompanyName="Birds", SalesTermRef={"value": "3"})

    changed = qbo.post(
        "Customer",
        {
            "Id": customer["Id"],
            "SyncToken": "0",
            "sparse": True,
            "CompanyName": blank,
            "DisplayName": blank,
            "PrintOnCheckName": blank,
            "Active": None,
            "SalesTermRef": None,
        },
    )

    assert "CompanyName" not in changed
    assert changed["SalesTermRef"] == {"value": "3"}
    assert (changed["DisplayName"], changed["PrintOnCheckName"]) == (customer["DisplayName"],) * 2
    assert changed["Active"] is True


def test_sent_address_replaces_the_one_before(qbo):
    """By default an address in a sparse update replaces all of it and keeps its id; as a setting it is merged."""
    customer = qbo.customer(BillAddr={"Line1": "1 High St", "City": "Bayshore"})
    change = {"Id": customer["Id"], "sparse": True, "BillAddr": {"City": "Tucson"}}

    replaced = qbo.post("Customer", {**change, "SyncToken": "0"})
    qbo.company.settings = evolve(qbo.company.settings, replaces_groups=False)
    merged = qbo.post("Customer", {**change, "SyncToken": "1", "BillAddr": {"Line1": "2 Low St"}})

    assert replaced["BillAddr"] == {"Id": "1", "City": "Tucson"}
    assert merged["BillAddr"] == {"Id": "1", "Line1": "2 Low St", "City": "Tucson"}


@pytest.mark.parametrize("blank", [{"Address": ""}, {"Address": None}, {}, None])
def test_group_of_blanks_goes(qbo, blank):
    """A group that is sent with nothing in it is gone, on an update as on a create."""
    customer = qbo.customer(PrimaryEmailAddr={"Address": "a@b.de"})

    changed = qbo.post(
        "Customer", {"Id": customer["Id"], "SyncToken": "0", "sparse": True, "PrimaryEmailAddr": blank}
    )
    created = qbo.customer("other", PrimaryEmailAddr=blank)

    assert "PrimaryEmailAddr" not in changed
    assert "PrimaryEmailAddr" not in created


def test_read_only_properties_are_ignored(qbo):
    """What the server computes may be sent and changes nothing."""
    customer = qbo.customer()

    same = qbo.post(
        "Customer",
        {
            "Id": customer["Id"],
            "SyncToken": "0",
            "sparse": True,
            "BalanceWithJobs": 9,
            "FullyQualifiedName": "z",
            "MetaData": {"CreateTime": "2000-01-01T00:00:00Z"},
        },
    )

    assert same == customer


def test_unknown_property_is_named_with_known_ones(qbo):
    """2010 has the class, the property and known properties, and no element."""
    fault = qbo.fault("Invoice", {"BadJson": True})

    assert fault["code"] == "2010"
    assert 'Unrecognized field "BadJson" (class com.intuit.schema.finance.v3.Invoice)' in fault["Detail"]
    assert '"DocNumber"' in fault["Detail"]
    assert "element" not in fault


def test_length_fault_tells_what_was_sent_and_allowed(qbo):
    """2050 gives minimum, maximum and supplied length; a text of the maximum passes."""
    fault = qbo.fault("Customer", {"DisplayName": "x" * 501})
    passes = qbo.customer("x" * 500)

    assert fault["code"] == "2050"
    assert "Min:0 Max:500 supported. Supplied length:501" in fault["Detail"]
    assert passes["Id"] == "1"


def test_several_mistakes_are_told_together(qbo):
    """A fault lists every property whose value is wrong."""
    answer = qbo.call("POST", "customer", {"DisplayName": "a:b", "Title": "x" * 17})

    codes = [error["code"] for error in loads(answer.body)["Fault"]["Error"]]

    assert codes == ["2040", "2050"]


def test_numbers_and_booleans_may_come_as_text(qbo):
    """A decimal and a boolean in quotes are taken as such; nonsense is 2090 and 2010."""
    item = qbo.item(UnitPrice="12.5", Taxable="true")
    body = {"Name": "x", "Type": "Service", "IncomeAccountRef": {"value": "1"}}

    bad_numbers = [
        qbo.refused("Item", {**body, "UnitPrice": each}) for each in ("cheap", True, 10**18, "1E-19")
    ]
    bad_boolean = qbo.refused("Item", {**body, "Taxable": "perhaps"})

    assert (item["UnitPrice"], item["Taxable"]) == (Decimal("12.5"), True)
    assert (bad_numbers, bad_boolean) == (["2090"] * 4, "2010")


@pytest.mark.parametrize(
    ("body", "code"), [(b"{", b'"2010"'), (b"[]", b'"2010"'), (b'{"DisplayName":"\xff"}', b'"500"')]
)
def test_body_that_is_no_json_object_is_refused(qbo, body, code):
    """Broken JSON, an array and bytes that are not UTF-8 are refused with their codes."""
    answer = qbo.call("POST", "customer", body)

    assert answer.status == 400
    assert code in answer.body


def test_unknown_path_is_unsupported(qbo):
    """A path that QuickBooks does not have is 500 under HTTP 400."""
    answer = qbo.call("POST", "wizard", {})

    assert answer.status == 400
    assert b'"500"' in answer.body


def test_answers_have_the_envelope(qbo):
    """An answer bears its time with milliseconds and offset, and intuit_tid in its header."""
    answer = qbo.call("GET", "account/1")

    assert loads(answer.body)["time"] == "2026-01-01T19:04:05.000-08:00"
    assert answer.headers["intuit_tid"].startswith("1-")


def test_create_time_is_cut_off_to_the_second(qbo, clock):
    """A stamp never lies after the instant it was made at."""
    clock.sleep(0.999)

    assert qbo.customer()["MetaData"]["CreateTime"] == "2026-01-01T19:04:05-08:00"
