"""Bills, bill payments, vendor credits, purchases, purchase orders."""

from decimal import Decimal

import pytest


@pytest.fixture
def vendor(qbo):
    return qbo.vendor()


def test_bill_is_owed(qbo, vendor, expense):
    """Names, tax code, account for payables and due date are filled in; the vendor's balance moves."""
    bill = qbo.bill(vendor, expense(Decimal("103.55")), SalesTermRef={"value": "3"})

    assert (bill["Balance"], bill["TotalAmt"]) == (Decimal("103.55"), Decimal("103.55"))
    assert bill["APAccountRef"] == {"value": "33", "name": "Accounts Payable (A/P)"}
    assert bill["DueDate"] == "2026-01-31"
    assert bill["Line"][0]["AccountBasedExpenseLineDetail"] == {
        "AccountRef": {"value": "7", "name": "Advertising"},
        "TaxCodeRef": {"value": "NON"},
        "BillableStatus": "NotBillable",
    }
    assert qbo.get("Vendor", vendor["Id"])["Balance"] == Decimal("103.55")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ({"Amount": 1, "DetailType": "AccountBasedExpenseLineDetail"}, "6440"),
        ({"Amount": 1, "DetailType": "ItemBasedExpenseLineDetail"}, "6440"),
        ({"Amount": 1, "DetailType": "SalesItemLineDetail"}, "6000"),
        ({"Amount": 1}, "2020"),
        ({"DetailType": "AccountBasedExpenseLineDetail"}, "2020"),
    ],
)
def test_bad_lines_are_refused(qbo, vendor, line, code):
    """Each mistake has its code."""
    assert qbo.refused("Bill", {"VendorRef": {"value": vendor["Id"]}, "Line": [line]}) == code


def test_billable_line_needs_its_customer(qbo, vendor, expense):
    """2020."""
    body = {"VendorRef": {"value": vendor["Id"]}, "Line": [expense(1, BillableStatus="Billable")]}

    assert qbo.refused("Bill", body) == "2020"


def test_sparse_update_of_a_bill_needs_its_vendor(qbo, vendor, expense):
    """2020 without; with it, lines that are sent replace all lines."""
    bill = qbo.bill(vendor, expense(5), expense(6))
    body = {"Id": bill["Id"], "SyncToken": "0", "sparse": True, "Line": [expense(6)]}

    refused = qbo.refused("Bill", body)
    changed = qbo.post("Bill", {**body, "VendorRef": {"value": vendor["Id"]}})

    assert (refused, changed["TotalAmt"], len(changed["Line"])) == ("2020", 6, 1)


def test_line_of_a_paid_bill_is_left_out(qbo, vendor, expense):
    """A new bill payment pays the other bill; its rest is in credit."""
    paid, other = qbo.bill(vendor, expense(60)), qbo.bill(vendor, expense(40))
    qbo.post("BillPayment", pay(paid, 60))
    lines = [*pay(paid, 60)["Line"], *pay(other, 40)["Line"]]

    made = qbo.post("BillPayment", {**pay(paid, 100), "Line": lines})

    assert [line["LinkedTxn"][0]["TxnId"] for line in made["Line"]] == [other["Id"]]
    assert (made["TotalAmt"], made.get("PrivateNote")) == (100, None)
    assert qbo.get("Vendor", vendor["Id"])["Balance"] == -60


def test_taken_number_is_refused_unless_allowed(qbo, vendor, expense):
    """6140, and not with include=allowduplicatedocnum."""
    qbo.bill(vendor, expense(1), DocNumber="A-1")
    body = {"VendorRef": {"value": vendor["Id"]}, "Line": [expense(1)], "DocNumber": "A-1"}

    assert qbo.refused("Bill", body) == "6140"
    assert qbo.post("Bill", body, include="allowduplicatedocnum")["DocNumber"] == "A-1"


def pay(bill, amount, **more):
    linked = [{"TxnId": bill["Id"], "TxnType": "Bill"}]
    return {
        "VendorRef": bill["VendorRef"],
        "TotalAmt": amount,
        "PayType": "Check",
        "CheckPayment": {"BankAccountRef": {"value": "35"}},
        "Line": [{"Amount": amount, "LinkedTxn": linked}],
        **more,
    }


def test_bill_payment_pays_a_bill(qbo, vendor, expense):
    """The bill shows it as BillPaymentCheck, as recorded; without it the bill is owed again."""
    bill = qbo.bill(vendor, expense(100))

    payment = qbo.post("BillPayment", pay(bill, 60))

    paid = qbo.get("Bill", bill["Id"])
    assert paid["LinkedTxn"] == [{"TxnId": payment["Id"], "TxnType": "BillPaymentCheck"}]
    assert (paid["Balance"], qbo.get("Vendor", vendor["Id"])["Balance"]) == (40, 40)
    qbo.remove("BillPayment", payment)
    assert (qbo.get("Bill", bill["Id"])["Balance"], qbo.get("Vendor", vendor["Id"])["Balance"]) == (100, 100)


def test_bill_payment_needs_what_it_is_paid_from(qbo, vendor, expense):
    """The bank account for a check, the card for a credit card."""
    bill = qbo.bill(vendor, expense(100))
    body = pay(bill, 60, PayType="CreditCard")

    assert qbo.refused("BillPayment", body) == "2020"
    card = {"CCAccountRef": {"value": "42"}}
    qbo.post("BillPayment", {**body, "CreditCardPayment": card})
    assert qbo.get("Bill", bill["Id"])["LinkedTxn"][0]["TxnType"] == "BillPaymentCreditCard"


def test_vendor_credit_is_used_with_a_bill(qbo, vendor, expense):
    """A bill payment of 0 links both."""
    bill = qbo.bill(vendor, expense(100))
    credit = qbo.post("VendorCredit", {"VendorRef": bill["VendorRef"], "Line": [expense(30)]})
    used = {"Amount": 30, "LinkedTxn": [{"TxnId": credit["Id"], "TxnType": "VendorCredit"}]}
    body = pay(bill, 30)

    qbo.post("BillPayment", {**body, "TotalAmt": 0, "Line": [*body["Line"], used]})

    assert qbo.get("VendorCredit", credit["Id"])["Balance"] == 0
    assert (qbo.get("Bill", bill["Id"])["Balance"], qbo.get("Vendor", vendor["Id"])["Balance"]) == (70, 70)


def test_bill_closes_its_purchase_order(qbo, vendor, expense):
    """And without the bill it is open again."""
    order = qbo.post(
        "PurchaseOrder",
        {
            "VendorRef": {"value": vendor["Id"]},
            "APAccountRef": {"value": "33"},
            "Line": [expense(9)],
        },
    )

    bill = qbo.bill(vendor, expense(9), LinkedTxn=[{"TxnId": order["Id"], "TxnType": "PurchaseOrder"}])

    assert (order["POStatus"], order["DocNumber"]) == ("Open", "1001")
    assert qbo.get("PurchaseOrder", order["Id"])["POStatus"] == "Closed"
    qbo.remove("Bill", bill)
    assert qbo.get("PurchaseOrder", order["Id"])["POStatus"] == "Open"


def test_purchase_is_paid_at_once(qbo, vendor, expense):
    """By whom and from what is shown by name; nobody owes."""
    purchase = qbo.post(
        "Purchase",
        {
            "AccountRef": {"value": "42"},
            "PaymentType": "CreditCard",
            "EntityRef": {"value": vendor["Id"], "type": "Vendor"},
            "Line": [expense(12)],
        },
    )

    assert purchase["EntityRef"] == {"value": "1", "name": "Norton Lumber", "type": "Vendor"}
    assert (purchase["AccountRef"]["name"], purchase["TotalAmt"]) == ("Visa", 12)
    assert qbo.get("Vendor", vendor["Id"])["Balance"] == 0


@pytest.mark.parametrize(("account", "kind"), [("35", "CreditCard"), ("42", "Check"), ("7", "Cash")])
def test_purchase_from_an_account_that_cannot_pay_is_refused(qbo, expense, account, kind):
    """6430."""
    body = {"AccountRef": {"value": account}, "PaymentType": kind, "Line": [expense(1)]}

    assert qbo.refused("Purchase", body) == "6430"


def test_payment_type_stays(qbo, expense):
    """It is needed in a sparse update, and cannot be another one."""
    qbo.post("Purchase", {"AccountRef": {"value": "35"}, "PaymentType": "Cash", "Line": [expense(1)]})
    body = {"Id": "1", "SyncToken": "0", "sparse": True, "PrivateNote": "x"}

    assert qbo.refused("Purchase", body) == "2020"
    assert qbo.refused("Purchase", {**body, "PaymentType": "Check"}) == "6000"
    assert qbo.post("Purchase", {**body, "PaymentType": "Cash"})["PrivateNote"] == "x"
