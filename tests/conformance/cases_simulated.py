"""Cases that need what only a simulated company has: settings, limits, a clock, faults, and books of its own."""

from decimal import Decimal

from tests.conformance.building import (
    PURCHASE,
    SALE,
    VENDOR,
    account,
    customer,
    expense,
    fault,
    line,
    refused,
    sale,
)
from tests.conformance.case import Case, Step
from tests.conformance.cases_oauth import later, refresh
from tests.conformance.matching import ABSENT, ANY, Among


def control(path, **body):
    return Step(path=f"/_simulator/{path}", body=body)


def read(path, status=200, answer=None, **more):
    return Step(method="GET", path=path, status=status, answer=answer or {}, **more)


THROTTLED = {"fault": {"error": [{"code": "3001"}], "type": "SERVICE"}}
RENEWED = (refresh(keep={"access": "access_token", "refresh": "refresh_token"}),)
AS_RENEWED = {"Authorization": "Bearer {access}"}
TAXED = line(100, TaxCodeRef={"value": "TAX"})
BUNDLE = {
    "DetailType": "GroupLineDetail",
    "GroupLineDetail": {"GroupItemRef": {"value": "{kit}"}, "Quantity": 3},
}
WHERE = {
    "Line1": "1 Main St.",
    "City": "Half Moon Bay",
    "CountrySubDivisionCode": "CA",
    "PostalCode": "94213",
}


def own(name, rule, *steps, **settings):
    return Case(name=name, rule=rule, steps=steps, is_own=True, settings=settings or None)


CASES = (
    own(
        "books of a new company",
        "a new company has the accounts, terms and tax codes that its documents need, by the ids of the sample company",
        read("account/33", answer={"Account": {"AccountType": "Accounts Payable"}}),
        read("account/86", answer={"Account": {"Name": "Discounts given"}}),
        read("term/3", answer={"Term": {"Name": "Net 30"}}),
        read("taxcode/TAX", answer={"TaxCode": {"Id": "TAX", "Active": ABSENT}}),
    ),
    Case(
        name="sample company",
        rule="the sample company has the recorded customers 1 to 29 and vendors 30 to 57, what each customer owes, and the "
        "ids of accounts, items, terms and tax codes that public clients' tests use",
        is_own=True,
        is_sample=True,
        steps=[
            read("customer/1", answer={"Customer": {"DisplayName": "Amy's Bird Sanctuary", "Balance": 639}}),
            read("customer/8", answer={"Customer": {"ParentRef": {"value": "7"}, "Job": True}}),
            read("item/10", answer={"Item": {"Name": "Pest Control", "Type": "Service"}}),
            read("account/42", answer={"Account": {"Name": "Visa"}}),
            read("companycurrency/1", answer={"CompanyCurrency": {"Code": "CAD"}}),
        ],
    ),
    own(
        "numbers go on",
        "documents are numbered one above the highest number so far, from 1001",
        *SALE,
        sale("invoice", line(5), answer={"Invoice": {"DocNumber": "1001"}}),
        sale("invoice", line(5), DocNumber="2000"),
        sale("invoice", line(5), answer={"Invoice": {"DocNumber": "2001"}}),
    ),
    own(
        "no ledger",
        "CurrentBalance of an account stays what it is created with: the simulator keeps no ledger",
        account("Bank", "bank"),
        Step(
            path="account",
            body={"Name": "{run}", "AccountType": "Bank"},
            answer={"Account": {"CurrentBalance": 0}},
            keep={"other": "Account.Id"},
        ),
        Step(
            path="transfer",
            body={
                "Amount": 5,
                "FromAccountRef": {"value": "{bank}"},
                "ToAccountRef": {"value": "{other}"},
            },
        ),
        read("account/{other}", answer={"Account": {"CurrentBalance": 0}}),
    ),
    own(
        "closed books",
        "what is dated on or before the closing date cannot be written, changed or deleted: 6200, or 6210 with a password",
        *SALE,
        sale("invoice", line(5), TxnDate="2026-01-31", keep={"invoice": "Invoice.Id"}),
        control("companies/{company}/close", until="2026-01-31"),
        sale("invoice", line(5), TxnDate="2026-01-31", status=400, answer=fault("6200")),
        refused("invoice", {"Id": "{invoice}", "SyncToken": "0", "sparse": True, "PrivateNote": "x"}, "6200"),
        refused("invoice", {"Id": "{invoice}", "SyncToken": "0"}, "6200", {"operation": "delete"}),
        sale("invoice", line(5), TxnDate="2026-02-01"),
        control("companies/{company}/close", until="2026-01-31", with_password=True),
        refused("invoice", {"Id": "{invoice}", "SyncToken": "0"}, "6210", {"operation": "delete"}),
    ),
    own(
        "address as free text",
        "an address that is edited within a transaction is answered as lines of free text, the last 'City, ST ZIP'",
        *SALE,
        sale(
            "invoice",
            line(5),
            BillAddr=WHERE,
            answer={
                "Invoice": {
                    "BillAddr": {"Line1": "1 Main St.", "Line2": "Half Moon Bay, CA 94213", "City": ABSENT}
                }
            },
        ),
        flattens_addresses=True,
    ),
    own(
        "automated sales tax",
        "under automated sales tax QuickBooks computes the tax and does not answer TxnTaxCodeRef; a TotalTax that is sent "
        "overrides it",
        *SALE,
        sale(
            "invoice",
            TAXED,
            TxnTaxDetail={"TxnTaxCodeRef": {"value": "2"}},
            answer={"Invoice": {"TxnTaxDetail": {"TotalTax": 10, "TxnTaxCodeRef": ABSENT}, "TotalAmt": 110}},
        ),
        sale(
            "invoice",
            TAXED,
            TxnTaxDetail={"TotalTax": 3},
            answer={"Invoice": {"TxnTaxDetail": {"TotalTax": 3}, "TotalAmt": 103}},
        ),
        sales_tax="automated",
        automated_tax_percent=10,
    ),
    own(
        "tax by line",
        "outside the US each line is taxed by the rates of its own code; with TaxInclusive a line's Amount is taken with the "
        "tax and answered without it, with NotApplicable nothing is taxed",
        *SALE,
        *[
            sale(
                "invoice",
                line(100, TaxCodeRef={"value": "2"}),
                GlobalTaxCalculation=how,
                answer={"Invoice": {"TotalAmt": total, "Line": Among({"Id": "1", "Amount": amount})}},
            )
            for how, amount, total in (
                ("TaxExcluded", 100, 108),
                ("TaxInclusive", Decimal("92.59"), 100),
                ("NotApplicable", 100, 100),
            )
        ],
        country="CA",
    ),
    own(
        "several currencies",
        "ExchangeRate, HomeTotalAmt and HomeBalance are shown with multicurrency only; the rate is that of the day, or 1",
        *SALE[:2],
        Step(path="companycurrency", body={"Code": "CAD"}, answer={"CompanyCurrency": {"Name": ANY}}),
        Step(
            path="exchangerate",
            body={"SourceCurrencyCode": "CAD", "AsOfDate": "2026-01-01", "Rate": Decimal("0.75")},
        ),
        customer(CurrencyRef={"value": "CAD"}),
        sale(
            "invoice",
            line(100),
            TxnDate="2026-01-02",
            answer={"Invoice": {"ExchangeRate": Decimal("0.75"), "HomeTotalAmt": 75, "HomeBalance": 75}},
        ),
        sale("invoice", line(100), TxnDate="2025-12-31", answer={"Invoice": {"ExchangeRate": 1}}),
        control("companies/{company}/settings", multicurrency=False),
        customer("{run} home"),
        sale("invoice", line(5), answer={"Invoice": {"ExchangeRate": ABSENT, "HomeTotalAmt": ABSENT}}),
        multicurrency=True,
    ),
    own(
        "bundle",
        "a line that sells a bundle gets the lines of its parts within, and their sum for its amount",
        *SALE,
        Step(path="item", body={"Id": "{item}", "SyncToken": "0", "sparse": True, "UnitPrice": 15}),
        Step(
            path="/_simulator/objects/{company}/Item",
            body={
                "Name": "Kit",
                "Type": "Group",
                "ItemGroupDetail": {"ItemGroupLine": [{"ItemRef": {"value": "{item}"}, "Qty": 2}]},
            },
            keep={"kit": "Item.Id"},
        ),
        sale(
            "invoice",
            BUNDLE,
            answer={
                "Invoice": {
                    "TotalAmt": 90,
                    "Line": Among(
                        {
                            "Amount": 90,
                            "GroupLineDetail": {
                                "Line": [{"Amount": 90, "SalesItemLineDetail": {"Qty": 6, "UnitPrice": 15}}]
                            },
                        }
                    ),
                }
            },
        ),
    ),
    own(
        "country of the company",
        "addresses of the company are answered with their country's three letters, whatever was written",
        read(
            "companyinfo/{company}",
            keep={"token": "CompanyInfo.SyncToken", "name": "CompanyInfo.CompanyName"},
        ),
        Step(
            path="companyinfo",
            body={
                "Id": "1",
                "SyncToken": "{token}",
                "sparse": True,
                "CompanyName": "{name}",
                "CompanyAddr": {"Line1": "1 Main St.", "Country": "US"},
            },
            answer={"CompanyInfo": {"CompanyAddr": {"Country": "USA"}}},
        ),
    ),
    own(
        "plan",
        "what the plan does not have is 5020; without a subscription nothing can be written: 6190",
        *PURCHASE,
        control("companies/{company}/plan", plan="simple_start"),
        refused("bill", {"VendorRef": {"value": "{vendor}"}, "Line": [expense(1)]}, "5020"),
        control("companies/{company}/plan", plan=None),
        refused("vendor", {"DisplayName": "{run} 2"}, "6190"),
    ),
    own(
        "forty e-mails a day",
        "a sandbox sends at most 40 e-mails a day",
        *SALE,
        sale("invoice", line(5), keep={"invoice": "Invoice.Id"}),
        *[Step(path="invoice/{invoice}/send", args={"sendTo": "a@example.com"})] * 40,
        Step(path="invoice/{invoice}/send", args={"sendTo": "a@example.com"}, status=429),
        later(days=1),
        *RENEWED,
        Step(path="invoice/{invoice}/send", args={"sendTo": "a@example.com"}, headers=AS_RENEWED),
        is_sandbox=True,
    ),
    own(
        "requestids that are forgotten",
        "for how long requestids are kept is unknown",
        Step(
            path="customer",
            args={"requestid": "r1"},
            body={"DisplayName": "{run}"},
            keep={"id": "Customer.Id"},
        ),
        later(minutes=19),
        Step(
            path="customer",
            args={"requestid": "r1"},
            body={"DisplayName": "{run}"},
            answer={"Customer": {"Id": "{id}"}},
        ),
        later(minutes=20),
        Step(
            path="customer",
            args={"requestid": "r1"},
            body={"DisplayName": "{run}"},
            status=400,
            answer=fault("6240"),
        ),
        request_id_retention=1200,
    ),
    own(
        "feed of thirty days",
        "the feed looks back 30 days; an earlier instant is taken as 30 days ago",
        customer(),
        later(days=31),
        *RENEWED,
        Step(
            path="customer", body={"DisplayName": "{run} 2"}, headers=AS_RENEWED, keep={"new": "Customer.Id"}
        ),
        read(
            "cdc",
            args={"entities": "Customer", "changedSince": "2020-01-01T00:00:00Z"},
            headers=AS_RENEWED,
            answer={"CDCResponse": [{"QueryResponse": [{"Customer": [{"Id": "{new}"}]}]}]},
        ),
    ),
    own(
        "limits",
        "500 requests a minute, 10 a second, 10 at once, 40 batches a minute; more is 429 with code 3001",
        control("companies/{company}/limits", per_minute=2, per_second=None, batches_per_minute=1),
        read("companyinfo/{company}"),
        read("companyinfo/{company}"),
        read("companyinfo/{company}", 429, THROTTLED),
        later(minutes=1),
        Step(path="batch", body={"BatchItemRequest": [{"bId": "1", "Query": "select * from Term"}]}),
        Step(
            path="batch",
            body={"BatchItemRequest": [{"bId": "1", "Query": "select * from Term"}]},
            status=429,
            answer=THROTTLED,
        ),
        read("companyinfo/{company}"),
    ),
    own(
        "month that is used up",
        "when the month's CorePlus calls are used up, reads are refused until the next month (UTC); writes are free",
        control("companies/{company}/limits", metered_per_month=1),
        customer(),
        read("customer/{id}"),
        read("customer/{id}", 429, THROTTLED),
        customer("{run} 2"),
        later(days=31),
        *RENEWED,
        read("customer/{id}", headers=AS_RENEWED),
    ),
    own(
        "throttle",
        "a throttle comes in the gateway's shape; the service's is seen as well, and no Retry-After with either",
        control("faults", mishap="throttle"),
        read("companyinfo/{company}", 429, {**THROTTLED, "Fault": ABSENT}),
        control("faults", mishap="throttle", shape="service"),
        read("companyinfo/{company}", 429, {"Fault": {"Error": [{"code": "3001"}]}, "fault": ABSENT}),
    ),
    own(
        "a thousand objects in a batch",
        "the queries of a batch answer at most 1000 objects together; one beyond that is 10100",
        *[
            Step(
                path="batch",
                body={
                    "BatchItemRequest": [
                        {"bId": f"{at}", "operation": "create", "Customer": {"DisplayName": f"{batch} {at}"}}
                        for at in range(30)
                    ]
                },
            )
            for batch in range(17)
        ],
        Step(
            path="batch",
            body={
                "BatchItemRequest": [
                    {"bId": name, "Query": "select * from Customer maxresults 505"} for name in ("a", "b")
                ]
            },
            answer={
                "BatchItemResponse": [
                    {"bId": "a", "QueryResponse": {"maxResults": 505}},
                    {"bId": "b", "Fault": {"Error": [{"code": "10100"}]}},
                ]
            },
        ),
    ),
    own(
        "throttle in a batch",
        "a throttle can refuse single items of a batch with 3001",
        control("faults", mishap="throttle_in_batch", after_items=1),
        Step(
            path="batch",
            body={
                "BatchItemRequest": [
                    {"bId": name, "operation": "create", "Customer": {"DisplayName": name}}
                    for name in ("a", "b")
                ]
            },
            answer={
                "BatchItemResponse": [
                    {"bId": "a", "Customer": ANY},
                    {"bId": "b", "Fault": {"Error": [{"code": "3001"}]}},
                ]
            },
        ),
        VENDOR,
    ),
)
