"""Cases about what documents do to each other, to balances, to stock and to tax."""

from decimal import Decimal

from tests.conformance.building import (
    ACCOUNT,
    BANK,
    EXPENSE,
    ITEM,
    PURCHASE,
    SALE,
    VENDOR,
    account,
    bill,
    customer,
    expense,
    fault,
    first,
    invoice,
    line,
    pay,
    query,
    refused,
    sale,
)
from tests.conformance.case import Case, Step
from tests.conformance.matching import ABSENT, ANY, Among, Beginning

TAXED = line(100, TaxCodeRef={"value": "TAX"})
BY_CODE = {"TxnTaxCodeRef": {"value": "2"}}
TENTH_OFF = {
    "DetailType": "DiscountLineDetail",
    "DiscountLineDetail": {"PercentBased": True, "DiscountPercent": 10},
}

STOCK = (
    account("Income", "account"),
    account("Cost of Goods Sold", "cost"),
    first("Account", "asset", "where AccountSubType = 'Inventory' maxresults 1"),
    Step(
        path="item",
        body={
            "Name": "{run} {case}",
            "Type": "Inventory",
            "TrackQtyOnHand": True,
            "QtyOnHand": 10,
            "InvStartDate": "2020-01-01",
            "IncomeAccountRef": {"value": "{account}"},
            "ExpenseAccountRef": {"value": "{cost}"},
            "AssetAccountRef": {"value": "{asset}"},
        },
        answer={"Item": {"QtyOnHand": 10, "SyncToken": "0"}},
        keep={"item": "Item.Id"},
    ),
    customer(),
)


def job(name, parent, **more):
    return {"DisplayName": name, "Job": True, "ParentRef": {"value": "{" + parent + "}"}, **more}


def balance(kept, owed):
    return Step(method="GET", path="customer/{" + kept + "}", answer={"Customer": {"BalanceWithJobs": owed}})


def deposited(status=200):
    body = {
        "DepositToAccountRef": {"value": "{bank}"},
        "Line": [{"Amount": 60, "LinkedTxn": [{"TxnId": "{payment}", "TxnType": "Payment"}]}],
    }
    return Step(path="deposit", body=body, status=status)


UPLOAD = (
    (
        "--part\r\n"
        'Content-Disposition: form-data; name="file_metadata_01"; filename="metadata.json"\r\n'
        "Content-Type: application/json\r\n\r\n"
        '{"FileName": "note.txt", "Note": "{run}"}\r\n'
        "--part\r\n"
        'Content-Disposition: form-data; name="file_content_01"; filename="note.txt"\r\n'
        "Content-Type: text/plain\r\n\r\n"
        "hello\r\n"
        "--part--\r\n"
    )
    .replace("{{", "{")
    .replace("}}", "}")
)

PAY_BILL = {
    "VendorRef": {"value": "{vendor}"},
    "PayType": "Check",
    "CheckPayment": {"BankAccountRef": {"value": "{bank}"}},
    "TotalAmt": 100,
    "Line": [{"Amount": 100, "LinkedTxn": [{"TxnId": "{bill}", "TxnType": "Bill"}]}],
}

CASES = (
    Case(
        name="bill that is paid already",
        rule="a new bill payment of a bill that leaves nothing open is taken, without that line; with no line left it is "
        "voided by itself",
        steps=[
            *PURCHASE,
            BANK,
            bill(),
            Step(path="billpayment", body=PAY_BILL, answer={"BillPayment": {"TotalAmt": 100}}),
            Step(
                path="billpayment",
                body=PAY_BILL,
                answer={"BillPayment": {"TotalAmt": 0, "Line": [], "PrivateNote": "Voided"}},
            ),
        ],
    ),
    Case(
        name="total",
        rule="the total is lines less discounts plus tax",
        steps=[
            *SALE,
            sale("invoice", line(10), line(5), TENTH_OFF, answer={"Invoice": {"TotalAmt": Decimal("13.50")}}),
        ],
    ),
    Case(
        name="taxed after the discount",
        rule="a discount lowers what is taxed when ApplyTaxAfterDiscount is set, by the taxed lines' share of it; else it "
        "does not",
        steps=[
            *SALE,
            sale(
                "invoice",
                TAXED,
                TENTH_OFF,
                TxnTaxDetail=BY_CODE,
                ApplyTaxAfterDiscount=True,
                answer={
                    "Invoice": {"TxnTaxDetail": {"TotalTax": Decimal("7.20")}, "TotalAmt": Decimal("97.20")}
                },
            ),
            sale(
                "invoice",
                TAXED,
                TENTH_OFF,
                TxnTaxDetail=BY_CODE,
                ApplyTaxAfterDiscount=False,
                answer={"Invoice": {"TxnTaxDetail": {"TotalTax": 8}, "TotalAmt": 98}},
            ),
        ],
    ),
    Case(
        name="total below what was paid",
        rule="the balance is the total less a deposit and what was paid; a total below what was paid is refused with 6000",
        steps=[
            *SALE,
            invoice(),
            pay(60),
            Step(method="GET", path="invoice/{invoice}", answer={"Invoice": {"Balance": 40}}),
            refused(
                "invoice", {"Id": "{invoice}", "SyncToken": "1", "sparse": True, "Line": [line(50)]}, "6000"
            ),
        ],
    ),
    Case(
        name="total below zero",
        rule="a sales form with a total below zero is refused with 6000",
        steps=[*SALE, sale("invoice", line(-5), status=400, answer=fault("6000"))],
    ),
    Case(
        name="sale to nobody",
        rule="a sale needs a customer that is in use",
        steps=[*SALE[:2], refused("invoice", {"Line": [line(5)]}, "2020")],
    ),
    Case(
        name="no payment online",
        rule="a bare invoice allows no online payment",
        steps=[
            *SALE,
            invoice(AllowIPNPayment=False, AllowOnlinePayment=False, AllowOnlineACHPayment=False),
        ],
    ),
    Case(
        name="payment below zero",
        rule="a total cannot be negative",
        steps=[customer(), refused("payment", {"CustomerRef": {"value": "{id}"}, "TotalAmt": -1})],
    ),
    Case(
        name="payment that is not processed",
        rule="a payment is not processed by QuickBooks unless it says so",
        steps=[*SALE, invoice(), pay(60, ProcessPayment=False)],
    ),
    Case(
        name="bill paid from nowhere",
        rule="a bill payment needs a vendor that is in use, and by PayType the bank account or the credit card",
        steps=[
            VENDOR,
            refused(
                "billpayment",
                {"VendorRef": {"value": "{vendor}"}, "TotalAmt": 1, "PayType": "Check", "Line": []},
            ),
        ],
    ),
    Case(
        name="billable to nobody",
        rule="a line that is billable needs the customer who is billed",
        steps=[
            *PURCHASE,
            refused(
                "bill",
                {"VendorRef": {"value": "{vendor}"}, "Line": [expense(1, BillableStatus="Billable")]},
            ),
        ],
    ),
    Case(
        name="whom a purchase is paid to",
        rule="whom a purchase is paid to is a vendor, customer or employee, by EntityRef.type",
        steps=[
            VENDOR,
            EXPENSE,
            BANK,
            Step(
                path="purchase",
                body={
                    "AccountRef": {"value": "{bank}"},
                    "PaymentType": "Cash",
                    "EntityRef": {"type": "Vendor", "value": "{vendor}"},
                    "Line": [expense(1)],
                },
                answer={"Purchase": {"EntityRef": {"type": "Vendor", "value": "{vendor}"}}},
            ),
            refused(
                "purchase",
                {
                    "AccountRef": {"value": "{bank}"},
                    "PaymentType": "Cash",
                    "EntityRef": {"type": "Customer", "value": "{vendor}"},
                    "Line": [expense(1)],
                },
            ),
        ],
    ),
    Case(
        name="stock not yet begun",
        rule="an inventory item cannot be sold before its start date: 6270",
        steps=[*STOCK, sale("invoice", line(5), TxnDate="2019-12-31", status=400, answer=fault("6270"))],
    ),
    Case(
        name="stock that is sold",
        rule="sales and purchases move QtyOnHand of the inventory items in their lines, and its LastUpdatedTime, not its "
        "SyncToken",
        steps=[
            *STOCK,
            sale("invoice", line(10, Qty=2, UnitPrice=5)),
            Step(method="GET", path="item/{item}", answer={"Item": {"QtyOnHand": 8, "SyncToken": "0"}}),
        ],
    ),
    Case(
        name="job that moves",
        rule="a job that moves below another parent takes its balance along",
        steps=[
            *SALE[:2],
            customer("{run} {case} 1", keep="first"),
            customer("{run} {case} 2", keep="second"),
            Step(path="customer", body=job("job", "first"), keep={"id": "Customer.Id"}),
            invoice(),
            balance("first", 100),
            Step(path="customer", body=job("job", "second", Id="{id}", SyncToken="0", sparse=True)),
            balance("first", 0),
            balance("second", 100),
        ],
    ),
    Case(
        name="payer of what is open",
        rule="whether a job is billed with its parent cannot be changed while it owes something: 6130",
        steps=[
            *SALE[:2],
            customer("{run} {case}", keep="parent"),
            Step(path="customer", body=job("job", "parent"), keep={"id": "Customer.Id"}),
            invoice(),
            refused(
                "customer", {"Id": "{id}", "SyncToken": "0", "sparse": True, "BillWithParent": True}, "6130"
            ),
        ],
    ),
    Case(
        name="deposited once",
        rule="a transaction is deposited once: 6000",
        steps=[
            customer(),
            BANK,
            Step(
                path="payment",
                body={"CustomerRef": {"value": "{id}"}, "TotalAmt": 60},
                keep={"payment": "Payment.Id"},
            ),
            deposited(),
            deposited(status=400),
        ],
    ),
    Case(
        name="time that is not billed",
        rule="a customer with time that is billable and not billed cannot be taken out of use: 6280",
        steps=[
            ACCOUNT,
            ITEM,
            VENDOR,
            customer("{run} {case} 2"),
            Step(
                path="timeactivity",
                body={
                    "NameOf": "Vendor",
                    "VendorRef": {"value": "{vendor}"},
                    "CustomerRef": {"value": "{id}"},
                    "ItemRef": {"value": "{item}"},
                    "BillableStatus": "Billable",
                    "HourlyRate": 10,
                    "Hours": 1,
                    "TxnDate": "2026-01-01",
                },
            ),
            refused("customer", {"Id": "{id}", "SyncToken": "0", "sparse": True, "Active": False}, "6280"),
        ],
    ),
    Case(
        name="another currency",
        rule="a document is in the currency of its customer or vendor, and refused in another one",
        steps=[*SALE, sale("invoice", line(5), CurrencyRef={"value": "CAD"}, status=400)],
    ),
    Case(
        name="custom field that is not defined",
        rule="a document shows every custom field that is defined, those that are empty without StringValue; one that is "
        "not defined is 3000",
        steps=[
            *SALE,
            invoice(CustomField=Among({"DefinitionId": "1", "Type": "StringType", "StringValue": ABSENT})),
            sale(
                "invoice",
                line(5),
                CustomField=[{"DefinitionId": "99", "Type": "StringType", "StringValue": "x"}],
                status=400,
                answer=fault("3000"),
            ),
        ],
    ),
    Case(
        name="last updated first",
        rule="transactions come with the last updated first",
        steps=[
            *SALE,
            invoice(keep="first"),
            invoice(keep="second"),
            query(
                "select * from Invoice where CustomerRef = '{id}'",
                Invoice=[{"Id": "{second}"}, {"Id": "{first}"}],
            ),
        ],
    ),
    Case(
        name="no reference within a batch",
        rule="items of a batch cannot refer to objects that the same batch creates",
        steps=[
            ACCOUNT,
            ITEM,
            Step(
                path="batch",
                body={
                    "BatchItemRequest": [
                        {"bId": "b1", "operation": "create", "Customer": {"DisplayName": "{run} {case}"}},
                        {
                            "bId": "b2",
                            "operation": "create",
                            "Invoice": {"CustomerRef": {"value": "b1"}, "Line": [line(5)]},
                        },
                    ]
                },
                answer={
                    "BatchItemResponse": [
                        {"bId": "b1", "Customer": ANY},
                        {"bId": "b2", "Fault": {"Error": [{"code": ANY}]}},
                    ]
                },
            ),
        ],
    ),
    Case(
        name="note on a customer",
        rule="hanging a note or file on an object raises that object's SyncToken",
        steps=[
            customer(),
            Step(
                path="attachable",
                body={
                    "Note": "{run}",
                    "AttachableRef": [{"EntityRef": {"type": "Customer", "value": "{id}"}}],
                },
            ),
            Step(method="GET", path="customer/{id}", answer={"Customer": {"SyncToken": "1"}}),
        ],
    ),
    Case(
        name="upload",
        rule="an upload has parts file_metadata_NN (JSON) and file_content_NN; each pair is answered by itself, under HTTP "
        "200 even if it fails",
        steps=[
            Step(
                path="upload",
                content=UPLOAD,
                headers={"Content-Type": "multipart/form-data; boundary=part"},
                answer={
                    "AttachableResponse": [
                        {"Attachable": {"FileName": "note.txt", "Note": "{run}", "Size": 5}}
                    ]
                },
            )
        ],
    ),
    Case(
        name="share link",
        rule="include=invoiceLink answers InvoiceLink; updateaccountontxns and enhancedAllCustomFields are taken and change "
        "nothing",
        steps=[
            *SALE,
            invoice(InvoiceLink=ABSENT),
            Step(
                method="GET",
                path="invoice/{invoice}",
                args={"include": "invoiceLink"},
                answer={"Invoice": {"InvoiceLink": Beginning("http")}},
            ),
        ],
    ),
    Case(
        name="pdf",
        rule="the PDF of a document that can be sent is answered as application/pdf",
        steps=[
            *SALE,
            invoice(),
            Step(
                method="GET",
                path="invoice/{invoice}/pdf",
                headers={"Accept": "application/pdf"},
                answer=Beginning("%PDF"),
            ),
        ],
    ),
    Case(
        name="too many lines",
        rule="a sales form with taxable lines has at most 750 lines",
        steps=[
            *SALE,
            sale("invoice", *[line(1, TaxCodeRef={"value": "TAX"})] * 751, status=400),
        ],
    ),
    Case(
        name="dates that are none",
        rule="a date that is not written yyyy-MM-dd is 2060, one that no calendar has 2070",
        steps=[
            *SALE,
            sale("invoice", line(5), TxnDate="02/03/2026", status=400, answer=fault("2060")),
            sale("invoice", line(5), TxnDate="2026-02-30", status=400, answer=fault("2070")),
        ],
    ),
    Case(
        name="far too many lines",
        rule="a transaction has at most 10,000 lines and 10,000 linked transactions",
        steps=[
            *PURCHASE,
            refused("bill", {"VendorRef": {"value": "{vendor}"}, "Line": [expense(1)] * 10_001}),
        ],
    ),
)
