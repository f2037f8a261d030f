"""Estimates, sales receipts, credit memos and refunds; tax, discounts, bundles, currencies."""

from decimal import Decimal

import pytest
from attrs import evolve

from linksync.testing.quickbooks import SalesTax


@pytest.fixture
def customer(qbo):
    return qbo.customer()


@pytest.fixture
def item(qbo):
    return qbo.item(Taxable=True)


@pytest.fixture
def sold(item, sale):
    """A line of 100 that sells the item."""
    return sale(item, 100)


def form(customer, *lines, **more):
    return {"CustomerRef": {"value": customer["Id"]}, "Line": list(lines), **more}


def test_taxed_estimate_adds_up_as_recorded(qbo, customer, item, sale):
    """The estimate of 325.75 in the recorded exchange cdc__basic: 8 % by code 2."""
    lines = [
        sale(item, Decimal("275.00"), UnitPrice=275, Qty=1, TaxCodeRef={"value": "TAX"}),
        sale(item, Decimal("12.75"), UnitPrice=Decimal("12.75"), Qty=1, TaxCodeRef={"value": "TAX"}),
        sale(item, Decimal("38.00"), UnitPrice=Decimal("9.5"), Qty=4, TaxCodeRef={"value": "TAX"}),
    ]

    estimate = qbo.post("Estimate", form(customer, *lines, TxnTaxDetail={"TxnTaxCodeRef": {"value": "2"}}))

    assert estimate["TxnTaxDetail"] == {
        "TxnTaxCodeRef": {"value": "2"},
        "TotalTax": Decimal("26.06"),
        "TaxLine": [
            {
                "Amount": Decimal("26.06"),
                "DetailType": "TaxLineDetail",
                "TaxLineDetail": {
                    "TaxRateRef": {"value": "3"},
                    "PercentBased": True,
                    "TaxPercent": 8,
                    "NetAmountTaxable": Decimal("325.75"),
                },
            }
        ],
    }
    assert (estimate["TotalAmt"], estimate["TxnStatus"]) == (Decimal("351.81"), "Pending")
    assert "Balance" not in estimate
    assert "LinkedTxn" not in estimate


def test_code_of_two_rates_has_two_tax_lines(qbo, customer, item, sale):
    """Tucson is 7.1 and 2 percent."""
    invoice = qbo.invoice(customer, sale(item, 100), TxnTaxDetail={"TxnTaxCodeRef": {"value": "3"}})

    amounts = [line["Amount"] for line in invoice["TxnTaxDetail"]["TaxLine"]]
    assert (amounts, invoice["TotalAmt"]) == ([Decimal("7.1"), 2], Decimal("109.1"))


@pytest.mark.parametrize(("after_discount", "tax"), [(True, Decimal("7.2")), (False, 8)])
def test_discount_is_taken_before_or_after_tax(qbo, customer, sold, after_discount, tax):
    """ApplyTaxAfterDiscount taxes what is left; else the discount is taken from the taxed total."""
    discount = {
        "Amount": 0,
        "DetailType": "DiscountLineDetail",
        "DiscountLineDetail": {"PercentBased": True, "DiscountPercent": 10},
    }

    invoice = qbo.invoice(
        customer,
        sold,
        discount,
        ApplyTaxAfterDiscount=after_discount,
        TxnTaxDetail={"TxnTaxCodeRef": {"value": "2"}},
    )

    assert (invoice["TxnTaxDetail"]["TotalTax"], invoice["TotalAmt"]) == (tax, 90 + tax)


def test_unknown_tax_code_is_refused(qbo, customer, item, sale):
    """2500."""
    body = form(customer, sale(item, 1), TxnTaxDetail={"TxnTaxCodeRef": {"value": "99"}})

    assert qbo.refused("Invoice", body) == "2500"


def test_automated_tax_is_not_told_by_code(qbo, company, customer, sold):
    """The code that was sent is not answered, the tax is; a TotalTax that is sent overrides it."""
    company.settings = evolve(company.settings, sales_tax=SalesTax.AUTOMATED)
    sent = {"TxnTaxCodeRef": {"value": "2"}}

    computed = qbo.invoice(customer, sold, TxnTaxDetail=sent)
    overridden = qbo.invoice(customer, sold, TxnTaxDetail={**sent, "TotalTax": 3})

    assert (computed["TotalAmt"], overridden["TotalAmt"]) == (108, 103)
    assert "TxnTaxCodeRef" not in computed["TxnTaxDetail"]


@pytest.mark.parametrize(
    ("how", "amounts"),
    [
        ("TaxExcluded", (100, 108)),
        ("TaxInclusive", (Decimal("92.59"), 100)),
        ("NotApplicable", (100, 100)),
    ],
)
def test_elsewhere_each_line_has_its_tax_code(qbo, customer, sold, how, amounts):
    """GlobalTaxCalculation says whether amounts are taken with the tax."""
    qbo.company.settings = evolve(qbo.company.settings, country="CA")
    detail = {**sold["SalesItemLineDetail"], "TaxCodeRef": {"value": "2"}}

    invoice = qbo.invoice(customer, {**sold, "SalesItemLineDetail": detail}, GlobalTaxCalculation=how)

    assert (invoice["Line"][0]["Amount"], invoice["TotalAmt"]) == amounts


def test_sales_receipt_owes_nothing(qbo, item, sale):
    """It needs no customer, its money goes to Undeposited Funds, its balance is 0."""
    receipt = qbo.post("SalesReceipt", {"Line": [sale(item, 10)]})

    assert (receipt["Balance"], receipt["DepositToAccountRef"]) == (
        0,
        {"value": "4", "name": "Undeposited Funds"},
    )
    assert "CustomerRef" not in receipt


def test_credit_memo_lowers_the_balance(qbo, customer, item, sale):
    """By what of it is not used yet."""
    memo = qbo.post("CreditMemo", form(customer, sale(item, 30)))

    assert (memo["RemainingCredit"], memo["Balance"]) == (30, 30)
    assert qbo.get("Customer", customer["Id"])["Balance"] == -30


def test_refund_needs_the_account_it_is_paid_from(qbo, customer, item, sale):
    """2020 without."""
    body = form(customer, sale(item, 5))

    assert qbo.refused("RefundReceipt", body) == "2020"
    refund = qbo.post("RefundReceipt", {**body, "DepositToAccountRef": {"value": "35"}})
    assert (refund["Balance"], refund["DepositToAccountRef"]["name"]) == (0, "Checking")


def test_bundle_is_sold_with_its_parts(qbo, company, customer, sale):
    """A person makes the bundle; a line that sells it gets the lines of its parts and their sum."""
    pump = qbo.item("Pump", UnitPrice=15)
    parts = [{"ItemRef": {"value": pump["Id"]}, "Qty": 2}]
    company.add("Item", {"Name": "Kit", "Type": "Group", "ItemGroupDetail": {"ItemGroupLine": parts}})
    line = {
        "DetailType": "GroupLineDetail",
        "GroupLineDetail": {"GroupItemRef": {"value": "2"}, "Quantity": 3},
    }

    invoice = qbo.invoice(customer, line)

    (sold,) = invoice["Line"][0]["GroupLineDetail"]["Line"]
    assert (sold["SalesItemLineDetail"]["Qty"], sold["Amount"], invoice["TotalAmt"]) == (6, 90, 90)


def test_stock_goes_down_with_a_sale_and_up_with_a_credit(qbo, customer, sale):
    """QtyOnHand moves, the item's version does not; a deleted invoice gives back."""
    item = qbo.item(
        "Pump",
        Type="Inventory",
        TrackQtyOnHand=True,
        QtyOnHand=10,
        InvStartDate="2025-01-01",
        AssetAccountRef={"value": "81"},
        IncomeAccountRef={"value": "79"},
        ExpenseAccountRef={"value": "80"},
    )
    line = sale(item, 30, Qty=3, UnitPrice=10)

    invoice = qbo.invoice(customer, line)
    sold = qbo.get("Item", item["Id"])
    qbo.post("CreditMemo", form(customer, sale(item, 10, Qty=1, UnitPrice=10)))
    qbo.remove("Invoice", invoice)

    assert (sold["QtyOnHand"], sold["SyncToken"]) == (7, "0")
    assert qbo.get("Item", item["Id"])["QtyOnHand"] == 11


@pytest.fixture
def abroad(qbo, company):
    """With several currencies: euros at 1.25, and a customer who has them."""
    company.settings = evolve(company.settings, multicurrency=True)
    qbo.post("CompanyCurrency", {"Code": "EUR"})
    qbo.post("ExchangeRate", {"SourceCurrencyCode": "EUR", "AsOfDate": "2026-01-01", "Rate": Decimal("1.25")})
    return qbo.customer("Paul", CurrencyRef={"value": "EUR"})


def test_document_is_in_its_customers_currency(qbo, abroad, item, sale):
    """Its rate is that of the day, its amounts are shown in the home currency too."""
    invoice = qbo.invoice(abroad, sale(item, 100))

    assert invoice["CurrencyRef"] == {"value": "EUR", "name": "Euro"}
    assert (invoice["ExchangeRate"], invoice["HomeTotalAmt"], invoice["HomeBalance"]) == (
        Decimal("1.25"),
        125,
        125,
    )


def test_payment_moves_the_balance_at_home(qbo, abroad, item, sale):
    """By the rate of the document that it pays; taken away, it moves it back."""
    invoice = qbo.invoice(abroad, sale(item, 100))

    payment = qbo.payment(abroad, 40, Invoice=(invoice["Id"], 40))
    paid = qbo.get("Invoice", invoice["Id"])
    qbo.remove("Payment", payment)

    assert (paid["Balance"], paid["HomeBalance"], paid["HomeTotalAmt"]) == (60, 75, 125)
    assert qbo.get("Invoice", invoice["Id"])["HomeBalance"] == 125


def test_document_in_another_currency_than_its_customers_is_refused(qbo, abroad, item, sale):
    """6000; a currency that the company does not have is 2220."""
    body = form(abroad, sale(item, 1))

    assert qbo.refused("Invoice", {**body, "CurrencyRef": {"value": "USD"}}) == "6000"
    assert qbo.refused("Invoice", {**body, "CurrencyRef": {"value": "CHF"}}) == "2220"


def test_customer_keeps_its_currency(qbo, abroad):
    """For life: an update that sends another one changes nothing."""
    changed = qbo.post(
        "Customer",
        {"Id": abroad["Id"], "SyncToken": "0", "sparse": True, "CurrencyRef": {"value": "USD"}},
    )

    assert (changed["CurrencyRef"]["value"], changed["SyncToken"]) == ("EUR", "0")


@pytest.fixture
def crew(qbo, company):
    """A company whose sales forms have two custom fields."""
    company.settings = evolve(company.settings, custom_fields=("Crew #", "Route"))
    return qbo


def test_custom_fields_are_shown_even_if_empty(crew, customer, sold):
    """As recorded: those that are empty have no StringValue; a sparse update of something else keeps them."""
    field = {"DefinitionId": "2", "Type": "StringType", "StringValue": "North"}
    invoice = crew.invoice(customer, sold, CustomField=[field])

    changed = crew.post(
        "Invoice", {"Id": invoice["Id"], "SyncToken": "0", "sparse": True, "PrivateNote": "x"}
    )

    assert changed["CustomField"] == [
        {"DefinitionId": "1", "Name": "Crew #", "Type": "StringType"},
        {"DefinitionId": "2", "Name": "Route", "Type": "StringType", "StringValue": "North"},
    ]


def test_custom_field_that_is_not_defined_is_refused(crew, customer, sold):
    """3000."""
    field = {"DefinitionId": "3", "Type": "StringType", "StringValue": "x"}

    assert crew.refused("Invoice", form(customer, sold, CustomField=[field])) == "3000"


def test_custom_fields_are_defined_in_the_preferences(crew, company):
    """By their names."""
    defined = company.get("Preferences", "1")["SalesFormsPrefs"]["CustomField"]

    assert [each["StringValue"] for each in defined[1]["CustomField"]] == ["Crew #", "Route"]


def test_address_of_a_document_may_come_back_as_free_text(qbo, company, customer, sold):
    """A setting: lines, the last of them city, state and code."""
    company.settings = evolve(company.settings, flattens_addresses=True)
    address = {"Line1": "1 Main St.", "City": "Tucson", "CountrySubDivisionCode": "AZ", "PostalCode": "85719"}

    invoice = qbo.invoice(customer, sold, BillAddr=address)

    assert invoice["BillAddr"] == {"Id": "1", "Line1": "1 Main St.", "Line2": "Tucson, AZ 85719"}


def test_stock_is_not_sold_before_there_was_any(qbo, customer, sale):
    """6270 before the start date; without a quantity the item is 6520."""
    item = {
        "Name": "Pump",
        "Type": "Inventory",
        "TrackQtyOnHand": True,
        "InvStartDate": "2026-01-01",
        "AssetAccountRef": {"value": "81"},
        "IncomeAccountRef": {"value": "79"},
        "ExpenseAccountRef": {"value": "80"},
    }

    assert qbo.refused("Item", item) == "6520"
    made = qbo.post("Item", {**item, "QtyOnHand": 5})
    assert qbo.refused("Invoice", form(customer, sale(made, 1), TxnDate="2025-12-31")) == "6270"


def test_customer_who_is_still_to_be_billed_stays(qbo, customer):
    """6280."""
    worker = qbo.post("Employee", {"GivenName": "Emily"})
    qbo.post(
        "TimeActivity",
        {
            "NameOf": "Employee",
            "EmployeeRef": {"value": worker["Id"]},
            "CustomerRef": {"value": customer["Id"]},
            "Hours": 1,
            "HourlyRate": 50,
            "BillableStatus": "Billable",
        },
    )
    body = {"Id": customer["Id"], "SyncToken": "0", "sparse": True, "Active": False}

    assert qbo.refused("Customer", body) == "6280"
