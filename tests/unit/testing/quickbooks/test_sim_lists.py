"""The small lists: accounts, terms, tax codes, classes."""

import pytest

from linksync.exactjson import loads
from linksync.testing.quickbooks import RefusedError


def test_new_company_has_what_documents_need(qbo):
    """A company opens with accounts, terms and tax codes by the ids of the sample company."""
    accounts = {each["Id"]: each["Name"] for each in qbo.query("select * from Account")["Account"]}
    terms = {each["Id"]: each["DueDays"] for each in qbo.query("select * from Term")["Term"]}
    codes = {each["Id"] for each in qbo.query("select * from TaxCode")["TaxCode"]}

    assert (accounts["1"], accounts["86"], accounts["33"]) == (
        "Services",
        "Discounts given",
        "Accounts Payable (A/P)",
    )
    assert terms == {"1": 0, "2": 15, "3": 30, "4": 60}
    assert codes == {"TAX", "NON", "2", "3"}


def test_pseudo_codes_have_their_name_for_an_id(qbo):
    """TAX and NON are read by their names and have no Active."""
    code = qbo.get("TaxCode", "NON")

    assert (code["Id"], code["Name"], "Active" in code) == ("NON", "NON", False)


def test_tax_codes_cannot_be_made(qbo):
    """Creating a tax code is 500."""
    assert qbo.refused("TaxCode", {"Name": "x"}) == "500"


@pytest.mark.parametrize(
    ("entity", "body", "code"),
    [
        ("Account", {"Name": "x"}, "6010"),
        ("Account", {"Name": "x", "AccountType": "Magic"}, "2170"),
        ("Account", {"Name": 'x"', "AccountType": "Bank"}, "2040"),
        ("Account", {"Name": "Checking", "AccountType": "Bank"}, "6240"),
        ("Term", {"Name": "x"}, "2020"),
        ("Term", {"Name": "x", "DueDays": 1000}, "2090"),
        ("Term", {"Name": "x", "DayOfMonthDue": 32}, "2090"),
        ("Term", {"DueDays": 1}, "2020"),
        ("Class", {"Name": "x" * 101}, "2050"),
    ],
)
def test_bad_list_members_are_refused(qbo, entity, body, code):
    """Each mistake has its code."""
    assert qbo.refused(entity, body) == code


def test_list_members_are_made_and_used(qbo, sale):
    """A class, a department and terms by a day of the month are made and named by an invoice."""
    class_id = qbo.post("Class", {"Name": "Retail"})["Id"]
    department = qbo.post("Department", {"Name": "North"})
    term = qbo.post("Term", {"Name": "Fifth", "DayOfMonthDue": 5})

    invoice = qbo.invoice(
        qbo.customer(),
        sale(qbo.item(), 1, ClassRef={"value": class_id}),
        DepartmentRef={"value": department["Id"]},
        SalesTermRef={"value": term["Id"]},
    )

    assert (department["FullyQualifiedName"], term["Type"]) == ("North", "DATE_DRIVEN")
    assert invoice["DueDate"] == "2026-01-05"
    assert invoice["Line"][0]["SalesItemLineDetail"]["ClassRef"] == {"value": class_id}


def test_bundle_line_is_kept(qbo):
    """A line of a bundle that somebody made by hand is taken; its amount is none that we compute."""
    qbo.company.books.tables["Item"].put(
        {**qbo.item("Part"), "Id": "50", "Name": "Bundle", "FullyQualifiedName": "Bundle", "Type": "Group"}
    )
    line = {
        "DetailType": "GroupLineDetail",
        "GroupLineDetail": {"GroupItemRef": {"value": "50"}, "Quantity": 2},
    }

    invoice = qbo.invoice(qbo.customer(), line)

    assert invoice["Line"][0]["GroupLineDetail"]["Quantity"] == 2
    assert invoice["TotalAmt"] == 0


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ({"Description": "x"}, "2020"),
        ({"DetailType": "DepositLineDetail", "Amount": 1}, "6000"),
        ({"DetailType": "GroupLineDetail", "GroupLineDetail": {"Quantity": 2}}, "2020"),
        ({"DetailType": "GroupLineDetail", "GroupLineDetail": {"GroupItemRef": {"value": "9"}}}, "2500"),
        (
            {
                "DetailType": "DiscountLineDetail",
                "Amount": 1,
                "DiscountLineDetail": {"DiscountAccountRef": {"value": "9"}},
            },
            "2500",
        ),
        (
            {
                "DetailType": "SalesItemLineDetail",
                "Amount": 1,
                "SalesItemLineDetail": {"ItemRef": {"value": "1"}, "TaxCodeRef": {"value": "VAT"}},
            },
            "2500",
        ),
        ({"DetailType": "SalesItemLineDetail", "SalesItemLineDetail": "x"}, "2010"),
        ("x", "2010"),
    ],
)
def test_odd_lines_are_refused(qbo, sale, line, code):
    """Each kind of line has its own mistakes."""
    customer, item = qbo.customer(), qbo.item()

    assert (
        qbo.refused("Invoice", {"CustomerRef": {"value": customer["Id"]}, "Line": [line, sale(item, 1)]})
        == code
    )


@pytest.mark.parametrize(
    "change",
    [
        {"Line": "x"},
        {"DocNumber": {"value": "1"}},
        {"BillAddr": "Main Street"},
        {"SalesTermRef": {"value": {"value": "1"}}},
        {"SalesTermRef": {"id": "1"}},
    ],
)
def test_value_of_another_shape_is_refused(qbo, sale, change):
    """Text where an object belongs, an object where text does, and so on, are 2010."""
    customer, item = qbo.customer(), qbo.item()
    body = {"CustomerRef": {"value": customer["Id"]}, "Line": [sale(item, 1)], **change}

    assert qbo.refused("Invoice", body) == "2010"


def test_hand_of_a_person_keeps_the_rules(qbo, sale):
    """What is done by hand is refused as well, and what there is not raises KeyError."""
    qbo.company.add("Customer", {"DisplayName": "Amy"})
    invoice = qbo.invoice(qbo.get("Customer", "1") | {"Id": "1"}, sale(qbo.item(), 1))

    voided = qbo.company.void("Invoice", invoice["Id"])
    with pytest.raises(RefusedError, match="6240"):
        qbo.company.add("Customer", {"DisplayName": "Amy"})
    with pytest.raises(KeyError, match="has no Customer 9"):
        qbo.company.change("Customer", "9", {"Notes": "x"})

    assert voided["TotalAmt"] == 0


def test_rules_are_listed_with_their_sources(qbo):
    """The list of rules can be asked for."""
    listed = loads(qbo.send("GET", "/_simulator/rules").body)["rules"]

    assert {"says", "certainty", "source", "kept_by", "guess"} == set(listed[0])
    assert any("6070" in rule["says"] for rule in listed)
