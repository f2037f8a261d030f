"""Invoices as the simulator keeps them."""

from datetime import date
from decimal import Decimal

import pytest
from attrs import evolve

from linksync.exactjson import loads
from linksync.testing.quickbooks import RefusedError
from linksync.testing.quickbooks.documents import due_date
from linksync.testing.quickbooks.sales import check_product
from linksync.testing.quickbooks.values import product, to_cents


@pytest.fixture
def customer(qbo):
    return qbo.customer(BillAddr={"Line1": "4581 Finch St.", "City": "Bayshore"})


@pytest.fixture
def item(qbo):
    return qbo.item()


@pytest.fixture
def post_sale(qbo, customer):
    """Send an invoice of the customer and return the whole answer."""

    def post(**body):
        return qbo.call("POST", "invoice", {"CustomerRef": {"value": customer["Id"]}, **body})

    return post


def test_bare_invoice_is_answered_as_recorded(qbo, customer, item):
    """An invoice of one line is answered as in the recorded exchange create__invoice."""
    line = {
        "Amount": Decimal("100.0"),
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": {"value": item["Id"], "name": "Services"}},
    }

    created = qbo.invoice(customer, line)

    assert created == {
        "AllowIPNPayment": False,
        "AllowOnlinePayment": False,
        "AllowOnlineCreditCardPayment": False,
        "AllowOnlineACHPayment": False,
        "domain": "QBO",
        "sparse": False,
        "Id": "1",
        "SyncToken": "0",
        "MetaData": {
            "CreateTime": "2026-01-01T19:04:05-08:00",
            "LastUpdatedTime": "2026-01-01T19:04:05-08:00",
        },
        "DocNumber": "1001",
        "TxnDate": "2026-01-01",
        "CurrencyRef": {"value": "USD", "name": "United States Dollar"},
        "LinkedTxn": [],
        "Line": [
            {
                "Id": "1",
                "LineNum": 1,
                "Amount": 100,
                "DetailType": "SalesItemLineDetail",
                "SalesItemLineDetail": {
                    "ItemRef": {"value": "1", "name": "Services"},
                    "TaxCodeRef": {"value": "NON"},
                },
            },
            {"Amount": 100, "DetailType": "SubTotalLineDetail", "SubTotalLineDetail": {}},
        ],
        "TxnTaxDetail": {"TotalTax": 0},
        "CustomerRef": {"value": "1", "name": "Amy's Bird Sanctuary"},
        "BillAddr": {"Id": "1", "Line1": "4581 Finch St.", "City": "Bayshore"},
        "DueDate": "2026-01-31",
        "TotalAmt": 100,
        "ApplyTaxAfterDiscount": False,
        "PrintStatus": "NeedToPrint",
        "EmailStatus": "NotSet",
        "Balance": 100,
    }


def test_invoice_moves_the_balance_and_not_the_token(qbo, clock, customer, item, sale):
    """A sale moves the customer's balance and LastUpdatedTime; its SyncToken stays."""
    clock.sleep(60)

    qbo.invoice(customer, sale(item, Decimal("12.34")))

    after = qbo.get("Customer", customer["Id"])
    assert (after["Balance"], after["BalanceWithJobs"], after["SyncToken"]) == (
        Decimal("12.34"),
        Decimal("12.34"),
        "0",
    )
    assert after["MetaData"]["LastUpdatedTime"] == "2026-01-01T19:05:05-08:00"


def test_job_owes_for_its_parent_too(qbo, customer, item, sale):
    """BalanceWithJobs of the parent counts its jobs' invoices, Balance does not."""
    job = qbo.customer("job", Job=True, ParentRef={"value": customer["Id"]})

    qbo.invoice(job, sale(item, 10))

    parent = qbo.get("Customer", customer["Id"])
    assert (parent["Balance"], parent["BalanceWithJobs"]) == (0, 10)


def test_delete_gives_the_balance_back(qbo, customer, item, sale):
    """A deleted invoice is answered with its Id alone, owes nothing and cannot be read: 610."""
    invoice = qbo.invoice(customer, sale(item, 10))

    gone = qbo.post("Invoice", {"Id": invoice["Id"], "SyncToken": "0"}, operation="delete")

    assert gone == {"domain": "QBO", "status": "Deleted", "Id": invoice["Id"]}
    assert qbo.get("Customer", customer["Id"])["Balance"] == 0
    assert b'"610"' in qbo.call("GET", f"invoice/{invoice['Id']}").body


def test_void_leaves_an_empty_document(qbo, customer, item, sale):
    """A voided invoice has amounts of zero, a note that says so, and a new token."""
    invoice = qbo.invoice(customer, sale(item, 20, Qty=2, UnitPrice=10), PrivateNote="mine")

    voided = qbo.post("Invoice", {"Id": invoice["Id"], "SyncToken": "0"}, operation="void")

    assert (voided["TotalAmt"], voided["Balance"], voided["SyncToken"]) == (0, 0, "1")
    assert voided["PrivateNote"] == "Voided - mine"
    assert (voided["Line"][0]["Amount"], voided["Line"][0]["SalesItemLineDetail"]["Qty"]) == (0, 0)
    assert qbo.get("Customer", customer["Id"])["Balance"] == 0


@pytest.mark.parametrize(
    ("quantity", "price", "amount"),
    [("3", "0.333", "1.00"), ("0.5", "0.01", "0.01"), ("-0.5", "0.01", "-0.01"), ("2", "9.999", "20.00")],
)
def test_amount_is_quantity_times_price(item, sale, quantity, price, amount):
    """An amount that is quantity times price, rounded half up to cents, passes; a cent beside it is 6070."""
    good = sale(item, Decimal(amount), Qty=Decimal(quantity), UnitPrice=Decimal(price))
    bad = {**good, "Amount": Decimal(amount) + Decimal("0.01")}

    check_product(good)
    with pytest.raises(RefusedError) as refusal:
        check_product(bad)

    assert refusal.value.problems[0].code == "6070"


def test_wrong_amount_refuses_the_invoice(post_sale, item, sale):
    """An invoice whose line does not add up is refused."""
    answer = post_sale(Line=[sale(item, Decimal("0.99"), Qty=3, UnitPrice=Decimal("0.333"))])

    assert (answer.status, b'"6070"' in answer.body) == (400, True)


def test_percentage_discount_follows_the_subtotal(qbo, customer, item, sale):
    """A discount of a percentage stands behind the subtotal, rounded half up, and lowers the total."""
    discount = {
        "DetailType": "DiscountLineDetail",
        "DiscountLineDetail": {"PercentBased": True, "DiscountPercent": 15},
    }

    created = qbo.invoice(customer, sale(item, Decimal("10.10")), discount, sale(item, 5))

    kinds = [line["DetailType"] for line in created["Line"]]
    assert kinds == ["SalesItemLineDetail", "SalesItemLineDetail", "SubTotalLineDetail", "DiscountLineDetail"]
    assert (created["Line"][2]["Amount"], created["Line"][3]["Amount"]) == (Decimal("15.1"), Decimal("2.27"))
    assert created["TotalAmt"] == Decimal("12.83")
    assert created["Line"][3]["DiscountLineDetail"]["DiscountAccountRef"]["value"] == "86"


def test_amount_discount_is_taken_as_sent(qbo, customer, item, sale):
    """A discount of an amount lowers the total by it."""
    discount = {
        "Amount": 3,
        "DetailType": "DiscountLineDetail",
        "DiscountLineDetail": {"PercentBased": False},
    }

    created = qbo.invoice(customer, sale(item, 10), discount)

    assert (created["TotalAmt"], created["Balance"]) == (7, 7)


def test_discount_needs_a_measure(qbo, customer, item, sale):
    """A discount without percentage and amount is 6090."""
    lines = [
        sale(item, 10),
        {"DetailType": "DiscountLineDetail", "DiscountLineDetail": {"PercentBased": True}},
    ]

    assert qbo.refused("Invoice", {"CustomerRef": {"value": customer["Id"]}, "Line": lines}) == "6090"


def test_negative_total_is_refused(qbo, customer, item, sale):
    """A total below zero is 6000."""
    assert (
        qbo.refused("Invoice", {"CustomerRef": {"value": customer["Id"]}, "Line": [sale(item, -1)]}) == "6000"
    )


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"Line": []}, "2250"),
        ({"Line": None}, "2250"),
        ({"CustomerRef": None}, "2020"),
        ({"CustomerRef": {"value": "99"}}, "2500"),
        ({"SalesTermRef": {"value": "99"}}, "2500"),
        ({"CurrencyRef": {"value": "EUR"}}, "2220"),
        ({"EmailStatus": "NeedToSend"}, "6000"),
        ({"EmailStatus": "Soon"}, "2170"),
        ({"TxnDate": "21.11.2026"}, "2060"),
        ({"TxnDate": "2026-02-30"}, "2070"),
        ({"DocNumber": "1" * 22}, "2050"),
        ({"BadJson": True}, "2010"),
        ({"CustomerRef": "1"}, "2010"),
    ],
)
def test_bad_invoice_is_refused(post_sale, item, sale, change, code):
    """Each mistake has its code."""
    answer = post_sale(**{"Line": [sale(item, 10)], **change})

    assert answer.status == 400
    assert loads(answer.body)["Fault"]["Error"][0]["code"] == code


def test_line_mistakes_have_their_codes(qbo, customer, item, sale):
    """A line without amount or kind, with a foreign tax code or an unknown item is refused."""
    good = sale(item, 10)
    lines = {
        "2020": {name: value for name, value in good.items() if name != "Amount"},
        "6100": sale(item, 10, TaxCodeRef={"value": "2"}),
        "2500": sale({"Id": "99"}, 10),
        "2170": {**good, "DetailType": "MagicLineDetail"},
        "2010": {**good, "Magic": 1},
    }

    codes = {
        code: qbo.refused("Invoice", {"CustomerRef": {"value": customer["Id"]}, "Line": [line]})
        for code, line in lines.items()
    }

    assert codes == {code: code for code in lines}


def test_line_without_item_sells_the_default_item(qbo, customer, sale):
    """The first that can be sold; 6440 where there is none."""
    line = {"Amount": 5, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": {}}
    refused = qbo.refused("Invoice", {"CustomerRef": {"value": customer["Id"]}, "Line": [line]})
    old = qbo.item("Old")
    qbo.post("Item", {"Name": "Kinds", "Type": "Category"})
    qbo.item("Hours")
    qbo.item("Days")
    qbo.company.inactivate("Item", old["Id"])

    sold = qbo.invoice(customer, line)

    assert refused == "6440"
    assert sold["Line"][0]["SalesItemLineDetail"]["ItemRef"]["name"] == "Hours"
    assert sold["TotalAmt"] == 5


def test_inactive_customer_and_item_cannot_be_sold_to_and_of(qbo, customer, item, sale):
    """A customer out of use is 6250, an item out of use 610."""
    gone = qbo.customer("Gone")
    qbo.company.inactivate("Customer", gone["Id"])
    old = qbo.item("Old")
    qbo.company.inactivate("Item", old["Id"])

    to_gone = qbo.refused("Invoice", {"CustomerRef": {"value": gone["Id"]}, "Line": [sale(item, 1)]})
    of_old = qbo.refused("Invoice", {"CustomerRef": {"value": customer["Id"]}, "Line": [sale(old, 1)]})

    assert (to_gone, of_old) == ("6250", "610")


def test_sent_lines_replace_all_lines(qbo, customer, item, sale):
    """A sparse update with one of two lines leaves one; without its Id it gets a new one."""
    invoice = qbo.invoice(customer, sale(item, 10), sale(item, 20))
    change = {"Id": invoice["Id"], "SyncToken": "0", "sparse": True}

    kept = qbo.post("Invoice", {**change, "Line": [{**sale(item, 20), "Id": "2"}]})
    renewed = qbo.post("Invoice", {**change, "SyncToken": "1", "Line": [sale(item, 20)]})

    assert [line.get("Id") for line in kept["Line"]] == ["2", None]
    assert [line.get("Id") for line in renewed["Line"]] == ["3", None]


def test_update_moves_the_balance_by_the_difference(qbo, customer, item, sale):
    """A change of the total moves what the customer owes, another customer takes it over."""
    other = qbo.customer("Other")
    invoice = qbo.invoice(customer, sale(item, 10))
    qbo.company.change("Invoice", invoice["Id"], {"Line": [sale(item, 25)]})
    owed = qbo.get("Customer", customer["Id"])["Balance"]

    qbo.company.change("Invoice", invoice["Id"], {"CustomerRef": {"value": other["Id"]}})

    assert owed == 25
    assert qbo.get("Customer", customer["Id"])["Balance"] == 0
    assert qbo.get("Customer", other["Id"])["Balance"] == 25


def test_numbers_go_on_from_the_highest(qbo, customer, item, sale):
    """An invoice without number gets the one above the highest."""
    qbo.invoice(customer, sale(item, 1), DocNumber="2000")
    qbo.invoice(customer, sale(item, 1), DocNumber="INV-9")

    assert qbo.invoice(customer, sale(item, 1))["DocNumber"] == "2001"


def test_custom_numbers_are_never_made_up(qbo, customer, item, sale):
    """With custom transaction numbers an invoice without number has none."""
    qbo.company.settings = evolve(qbo.company.settings, custom_transaction_numbers=True)

    assert "DocNumber" not in qbo.invoice(customer, sale(item, 1))


def test_number_that_is_taken_is_accepted_or_refused(qbo, customer, item, sale):
    """By default a number may occur twice; as a setting it is 6140 unless the address allows it."""
    body = {"CustomerRef": {"value": customer["Id"]}, "Line": [sale(item, 1)], "DocNumber": "7"}
    qbo.post("Invoice", body)
    qbo.post("Invoice", body)
    qbo.company.settings = evolve(qbo.company.settings, refuses_duplicate_numbers=True)

    assert qbo.refused("Invoice", body) == "6140"
    assert qbo.post("Invoice", body, include="allowduplicatedocnum")["DocNumber"] == "7"


@pytest.mark.parametrize(
    ("term", "due"),
    [
        (None, date(2026, 3, 1)),
        ({"DueDays": 15}, date(2026, 2, 14)),
        ({"DueDays": 0}, date(2026, 1, 30)),
        ({"DayOfMonthDue": 31}, date(2026, 1, 31)),
        ({"DayOfMonthDue": 29}, date(2026, 2, 28)),
        ({"DayOfMonthDue": 30}, date(2026, 1, 30)),
    ],
)
def test_due_date_follows_the_terms(term, due):
    """Days from the date, the next such day of a month, or 30 days without terms."""
    assert due_date(date(2026, 1, 30), term) == due


def test_terms_are_those_of_the_customer(qbo, item, sale):
    """An invoice without terms takes its customer's, and its due date follows."""
    customer = qbo.customer(SalesTermRef={"value": "2"})

    created = qbo.invoice(customer, sale(item, 1), TxnDate="2026-05-01")

    assert (created["SalesTermRef"]["value"], created["DueDate"]) == ("2", "2026-05-16")


def test_taxable_item_of_taxable_customer_has_code_tax(qbo, customer, sale):
    """A line without code gets TAX when both are taxable; no tax is computed."""
    taxed = qbo.item("Taxed", Taxable=True)

    created = qbo.invoice(customer, sale(taxed, 10))

    assert created["Line"][0]["SalesItemLineDetail"]["TaxCodeRef"] == {"value": "TAX"}
    assert (created["TxnTaxDetail"]["TotalTax"], created["TotalAmt"]) == (0, 10)


def test_large_amount_is_exact_to_the_cent(qbo, customer, item, sale):
    """1234567890123456.78 goes in and comes out as that number."""
    created = qbo.invoice(customer, sale(item, Decimal("1234567890123456.78")))

    answer = qbo.call("GET", f"invoice/{created['Id']}")

    assert b'"TotalAmt":1234567890123456.78' in answer.body
    assert b'"Amount":1234567890123456.78' in answer.body


def test_amounts_are_whole_cents(qbo, customer, item, sale):
    """An amount of a line is kept in whole cents, rounded half up."""
    created = qbo.invoice(customer, sale(item, Decimal("10.005")))

    assert (created["Line"][0]["Amount"], created["TotalAmt"]) == (Decimal("10.01"), Decimal("10.01"))


def test_long_factors_multiply_exactly():
    """The product of long numbers is rounded once."""
    line = {
        "Amount": Decimal("111111110211111110.11"),
        "SalesItemLineDetail": {
            "Qty": Decimal("123456789.123456789"),
            "UnitPrice": Decimal("900000000.000000001"),
        },
    }

    with pytest.raises(RefusedError, match="6070"):
        check_product(line)
    check_product(
        {**line, "Amount": to_cents(product(Decimal("123456789.123456789"), Decimal("900000000.000000001")))}
    )


def test_description_line_alone_makes_an_invoice(qbo, customer):
    """A line that only describes is a line."""
    created = qbo.invoice(customer, {"DetailType": "DescriptionOnly", "Description": "Thanks"})

    assert created["TotalAmt"] == 0
    assert created["Line"][0]["Description"] == "Thanks"


def test_sub_totals_sent_back_are_computed_anew(qbo, customer, item, sale):
    """An answer's lines can be sent back as they are, and nothing has changed."""
    invoice = qbo.invoice(customer, sale(item, 10))

    again = qbo.post(
        "Invoice", {"Id": invoice["Id"], "SyncToken": "0", "sparse": True, "Line": invoice["Line"]}
    )

    assert again == invoice
