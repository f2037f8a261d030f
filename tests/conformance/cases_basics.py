"""The cases that come first: records, versions, sales, payments, queries."""

from decimal import Decimal

from tests.conformance.building import (
    ACCOUNT,
    SALE,
    account,
    customer,
    fault,
    first,
    invoice,
    line,
    pay,
    query,
    refused_query,
)
from tests.conformance.case import Case, Step
from tests.conformance.matching import ABSENT, ANY, Unlike

CASES = (
    Case(
        name="bare customer",
        rule="a bare customer is active, no job, owes nothing, prints its documents, has the home currency and, with "
        "sales tax on, is taxable with tax code 2",
        steps=[
            Step(
                path="customer",
                body={"DisplayName": "{run} {case}"},
                answer={
                    "Customer": {
                        "Job": False,
                        "BillWithParent": False,
                        "Balance": 0,
                        "BalanceWithJobs": 0,
                        "PreferredDeliveryMethod": "Print",
                        "PrintOnCheckName": "{run} {case}",
                        "FullyQualifiedName": "{run} {case}",
                        "domain": "QBO",
                        "sparse": False,
                        "MetaData": {"CreateTime": ANY, "LastUpdatedTime": ANY},
                    },
                    "time": ANY,
                },
            )
        ],
    ),
    Case(
        name="bare vendor",
        rule="a bare vendor is active, owed nothing, no 1099 vendor, and has the home currency",
        steps=[
            Step(
                path="vendor",
                body={"DisplayName": "{run} {case}"},
                answer={"Vendor": {"Balance": 0, "Vendor1099": False, "Active": True, "CurrencyRef": ANY}},
            )
        ],
    ),
    Case(
        name="name from its parts",
        rule="a customer or vendor without DisplayName is called after Title to Suffix, joined with spaces; without "
        "those it is 6080",
        steps=[
            Step(
                path="customer",
                body={"GivenName": "{run}", "FamilyName": "{case}"},
                answer={"Customer": {"DisplayName": "{run} {case}"}},
            ),
        ],
    ),
    Case(
        name="unknown property",
        rule="an unknown property is refused with 2010, which names it and lists known ones",
        steps=[Step(path="customer", body={"BadJson": True}, status=400, answer=fault("2010"))],
    ),
    Case(
        name="read-only property",
        rule="read-only properties that are sent are ignored",
        steps=[
            Step(
                path="customer",
                body={"DisplayName": "{run} {case}", "BalanceWithJobs": 5, "FullyQualifiedName": "x"},
                answer={"Customer": {"BalanceWithJobs": 0, "FullyQualifiedName": "{run} {case}"}},
            )
        ],
    ),
    Case(
        name="duplicate name",
        rule="a name is unique without regard to case: over customers, vendors and employees by FullyQualifiedName, "
        "within each other list by name: else 6240",
        steps=[
            customer(),
            Step(path="customer", body={"DisplayName": "{run} {case}"}, status=400, answer=fault("6240")),
            Step(path="vendor", body={"DisplayName": "{run} {case}"}, status=400, answer=fault("6240")),
        ],
    ),
    Case(
        name="stale version",
        rule="every accepted change adds one to SyncToken, which begins at 0; a change with another token is 5010",
        steps=[
            customer(),
            Step(
                path="customer",
                body={"Id": "{id}", "SyncToken": "0", "sparse": True, "Notes": "one"},
                answer={"Customer": {"SyncToken": "1", "Notes": "one"}},
            ),
            Step(
                path="customer",
                body={"Id": "{id}", "SyncToken": "0", "sparse": True, "Notes": "two"},
                status=400,
                answer=fault("5010"),
            ),
        ],
    ),
    Case(
        name="no change",
        rule="an update that changes nothing leaves SyncToken and LastUpdatedTime as they were",
        steps=[
            customer(),
            Step(
                path="customer",
                body={"Id": "{id}", "SyncToken": "0", "sparse": True, "DisplayName": "{run} {case}"},
                answer={"Customer": {"SyncToken": "0"}},
            ),
        ],
    ),
    Case(
        name="full update",
        rule="a full update makes blank what it leaves out, except what only the server or a create writes",
        steps=[
            customer(Notes="gone", CompanyName="kept"),
            Step(
                path="customer",
                body={
                    "Id": "{id}",
                    "SyncToken": "0",
                    "DisplayName": "{run} {case}",
                    "CompanyName": "kept",
                },
                answer={"Customer": {"Notes": ABSENT, "CompanyName": "kept", "Balance": 0}},
            ),
        ],
    ),
    Case(
        name="out of use",
        rule="a record that is taken out of use gets ' (deleted)' behind its names, so that the plain name is free again",
        steps=[
            customer(),
            Step(
                path="customer",
                body={"Id": "{id}", "SyncToken": "0", "sparse": True, "Active": False},
                answer={
                    "Customer": {
                        "DisplayName": "{run} {case} (deleted)",
                        "FullyQualifiedName": "{run} {case} (deleted)",
                        "PrintOnCheckName": "{run} {case}",
                        "Active": False,
                    }
                },
            ),
            Step(method="GET", path="customer/{id}", answer={"Customer": {"Active": False}}),
            customer(keep="again"),
        ],
    ),
    Case(
        name="hidden from queries",
        rule="objects out of use are left out, in counts too, unless the statement names Active",
        steps=[
            customer(),
            Step(
                path="customer",
                body={"Id": "{id}", "SyncToken": "0", "sparse": True, "Active": False},
            ),
            query("select count(*) from Customer where Id = '{id}'", totalCount=0),
            query(
                "select count(*) from Customer where Id = '{id}' and Active in (true, false)", totalCount=1
            ),
        ],
    ),
    Case(
        name="sub-customer",
        rule="a member of a list stands below a parent of its kind that exists and is not itself (700, 900), at most "
        "four levels below the top (6180)",
        steps=[
            customer(),
            Step(
                path="customer",
                body={"DisplayName": "job", "Job": True, "ParentRef": {"value": "{id}"}},
                answer={"Customer": {"FullyQualifiedName": "{run} {case}:job", "Level": 1, "Job": True}},
            ),
        ],
    ),
    Case(
        name="bad e-mail",
        rule="an e-mail address needs an @ and a dot, else 2210; several are parted by commas",
        steps=[
            Step(
                path="customer",
                body={"DisplayName": "{run} {case}", "PrimaryEmailAddr": {"Address": "nowhere"}},
                status=400,
                answer=fault("2210"),
            )
        ],
    ),
    Case(
        name="not found",
        rule="an unknown or deleted id is 610, an id that is no number 2030",
        steps=[Step(method="GET", path="customer/999999999", status=400, answer=fault("610"))],
    ),
    Case(
        name="requestid",
        rule="a requestid that comes again is not done again: the first answer is given, even if its object was deleted",
        steps=[
            Step(
                path="customer",
                args={"requestid": "{case}-{word}"},
                body={"DisplayName": "{run} {case}"},
                keep={"id": "Customer.Id"},
            ),
            Step(
                path="customer",
                args={"requestid": "{case}-{word}"},
                body={"DisplayName": "{run} {case}"},
                answer={"Customer": {"Id": "{id}", "SyncToken": "0"}},
            ),
        ],
    ),
    Case(
        name="batch",
        rule="items of a batch are answered in their order, under HTTP 200 even if they fail; it is no transaction",
        steps=[
            Step(
                path="batch",
                body={
                    "BatchItemRequest": [
                        {"bId": "1", "operation": "create", "Vendor": {"DisplayName": "{run} {case}"}},
                        {"bId": "2", "operation": "delete", "Invoice": {"Id": "999999999", "SyncToken": "0"}},
                        {"bId": "3", "Query": "select count(*) from Vendor"},
                    ]
                },
                answer={
                    "BatchItemResponse": [
                        {"bId": "1", "Vendor": {"DisplayName": "{run} {case}"}},
                        {"bId": "2", **fault("610")},
                        {"bId": "3", "QueryResponse": {"totalCount": ANY}},
                    ]
                },
            )
        ],
    ),
    Case(
        name="empty batch",
        rule="a batch has at most 30 items (1040) and at least one (400)",
        steps=[Step(path="batch", body={"BatchItemRequest": []}, status=400)],
    ),
    Case(
        name="bare invoice",
        rule="a bare sales form is to be printed, not to be sent, and taxed before a discount",
        steps=[
            *SALE,
            invoice(
                LinkedTxn=[],
                PrintStatus="NeedToPrint",
                EmailStatus="NotSet",
                ApplyTaxAfterDiscount=False,
                DueDate=ANY,
                TxnDate=ANY,
                CustomerRef={"value": "{id}", "name": "{run} {case}"},
            ),
        ],
    ),
    Case(
        name="subtotal line",
        rule="a subtotal line without Id follows the lines that sell, a discount follows the subtotal",
        steps=[
            *SALE,
            invoice(
                Line=[
                    {"Id": "1", "LineNum": 1, "Amount": 100, "SalesItemLineDetail": {"ItemRef": ANY}},
                    {"Id": ABSENT, "Amount": 100, "DetailType": "SubTotalLineDetail"},
                ]
            ),
        ],
    ),
    Case(
        name="balance of the customer",
        rule="a sale moves the balance of its customer, the BalanceWithJobs of those above it, and their "
        "LastUpdatedTime, but not their SyncToken",
        steps=[
            *SALE,
            invoice(),
            Step(
                method="GET",
                path="customer/{id}",
                answer={"Customer": {"Balance": 100, "BalanceWithJobs": 100, "SyncToken": "0"}},
            ),
        ],
    ),
    Case(
        name="amount of a line",
        rule="an amount equals quantity times price, rounded half up to cents: else 6070",
        steps=[
            *SALE,
            Step(
                path="invoice",
                body={"CustomerRef": {"value": "{id}"}, "Line": [line(100, Qty=3, UnitPrice=20)]},
                status=400,
                answer=fault("6070"),
            ),
        ],
    ),
    Case(
        name="amount alone",
        rule="a quantity and a price that are both 0 are as if none was sent: the amount stands alone",
        steps=[
            *SALE,
            Step(
                path="invoice",
                body={"CustomerRef": {"value": "{id}"}, "Line": [line(100, Qty=0, UnitPrice=0)]},
                answer={"Invoice": {"TotalAmt": 100}},
            ),
        ],
    ),
    Case(
        name="empty text for a boolean",
        rule="an empty text for a number or a boolean makes it blank",
        steps=[
            *SALE,
            Step(
                path="invoice",
                body={"CustomerRef": {"value": "{id}"}, "Line": [line(100)], "ApplyTaxAfterDiscount": ""},
                answer={"Invoice": {"ApplyTaxAfterDiscount": False}},
            ),
        ],
    ),
    Case(
        name="no lines",
        rule="a sales form needs a line that sells, groups or describes something: else 2250",
        steps=[
            customer(),
            Step(path="invoice", body={"CustomerRef": {"value": "{id}"}}, status=400),
        ],
    ),
    Case(
        name="unknown reference",
        rule="a reference to an id that does not exist is 2500, to one out of use 610",
        steps=[
            customer(),
            Step(
                path="customer",
                body={"Id": "{id}", "SyncToken": "0", "sparse": True, "SalesTermRef": {"value": "99999"}},
                status=400,
                answer=fault("2500"),
            ),
        ],
    ),
    Case(
        name="delete",
        rule="a transaction is deleted for good, by Id and SyncToken; the answer has its Id and status Deleted",
        steps=[
            *SALE,
            invoice(),
            Step(
                path="invoice",
                args={"operation": "delete"},
                body={"Id": "{invoice}", "SyncToken": "0"},
                answer={"Invoice": {"domain": "QBO", "status": "Deleted", "Id": "{invoice}"}},
            ),
            Step(method="GET", path="invoice/{invoice}", status=400, answer=fault("610")),
        ],
    ),
    Case(
        name="void",
        rule="a void leaves the document with amounts and quantities of zero and a note that begins with Voided; its "
        "links are gone",
        steps=[
            *SALE,
            invoice(),
            Step(
                path="invoice",
                args={"operation": "void"},
                body={"Id": "{invoice}", "SyncToken": "0"},
                answer={
                    "Invoice": {"TotalAmt": 0, "Balance": 0, "PrivateNote": "Voided", "SyncToken": "1"},
                },
            ),
        ],
    ),
    Case(
        name="void of a bill",
        rule="operation=void of a purchase or bill payment is 400 with 500, of a bill HTTP 200 with a system fault "
        "10000, of a journal entry HTTP 200 with an empty BatchItemResponse; nothing is done",
        steps=[
            Step(path="vendor", body={"DisplayName": "{run} {case}"}, keep={"vendor": "Vendor.Id"}),
            account("Expense", "expense"),
            Step(
                path="bill",
                body={
                    "VendorRef": {"value": "{vendor}"},
                    "Line": [
                        {
                            "Amount": 5,
                            "DetailType": "AccountBasedExpenseLineDetail",
                            "AccountBasedExpenseLineDetail": {"AccountRef": {"value": "{expense}"}},
                        }
                    ],
                },
                answer={"Bill": {"Balance": 5, "APAccountRef": ANY}},
                keep={"bill": "Bill.Id"},
            ),
            Step(
                path="bill",
                args={"operation": "void"},
                body={"Id": "{bill}", "SyncToken": "0"},
                answer={"Fault": {"Error": [{"code": "10000"}], "type": "SystemFault"}},
            ),
            Step(method="GET", path="bill/{bill}", answer={"Bill": {"Balance": 5, "SyncToken": "0"}}),
        ],
    ),
    Case(
        name="payment",
        rule="applying a payment moves the balance and the SyncToken of what it pays, taking it away moves them back; "
        "linking an estimate closes it and moves its LastUpdatedTime alone",
        steps=[
            *SALE,
            invoice(),
            pay(60, UnappliedAmt=0),
            Step(
                method="GET",
                path="invoice/{invoice}",
                answer={
                    "Invoice": {
                        "Balance": 40,
                        "SyncToken": "1",
                        "LinkedTxn": [{"TxnId": "{payment}", "TxnType": "Payment"}],
                    }
                },
            ),
            Step(
                path="payment",
                args={"operation": "delete"},
                body={"Id": "{payment}", "SyncToken": "0"},
                answer={"Payment": {"status": "Deleted"}},
            ),
            Step(
                method="GET", path="invoice/{invoice}", answer={"Invoice": {"Balance": 100, "LinkedTxn": []}}
            ),
        ],
    ),
    Case(
        name="overpayment",
        rule="a payment may exceed what it pays: the rest stays unapplied; lines that exceed the payment and the "
        "credits they use are refused with 6000",
        steps=[*SALE, invoice(), pay(130, UnappliedAmt=30)],
    ),
    Case(
        name="void of a payment",
        rule="an invoice is voided by operation=void; a payment, sales receipt or bill payment by "
        "operation=update&include=void",
        steps=[
            *SALE,
            invoice(),
            pay(60),
            Step(
                path="payment",
                args={"operation": "update", "include": "void"},
                body={"Id": "{payment}", "SyncToken": "0", "sparse": True},
                answer={"Payment": {"TotalAmt": 0}},
            ),
            Step(method="GET", path="invoice/{invoice}", answer={"Invoice": {"Balance": 100}}),
        ],
    ),
    Case(
        name="lines are not sparse",
        rule="a line without its Id, or with one that is not there, becomes a new line; ids go on from the highest that "
        "the document had before",
        steps=[
            *SALE,
            Step(
                path="invoice",
                body={"CustomerRef": {"value": "{id}"}, "Line": [line(60), line(40)]},
                answer={"Invoice": {"TotalAmt": 100}},
                keep={"invoice": "Invoice.Id"},
            ),
            Step(
                path="invoice",
                body={"Id": "{invoice}", "SyncToken": "0", "sparse": True, "Line": [line(5)]},
                answer={
                    "Invoice": {
                        "TotalAmt": 5,
                        "Line": [{"Id": "3", "Amount": 5}, {"DetailType": "SubTotalLineDetail"}],
                    }
                },
            ),
            Step(
                path="invoice",
                body={
                    "Id": "{invoice}",
                    "SyncToken": "1",
                    "sparse": True,
                    "Line": [{"Id": "77", **line(6)}],
                },
                answer={"Invoice": {"Line": [{"Id": "4", "Amount": 6}, ANY]}},
            ),
        ],
    ),
    Case(
        name="estimate",
        rule="a bare estimate is Pending; nobody owes for it",
        steps=[
            *SALE,
            Step(
                path="estimate",
                body={"CustomerRef": {"value": "{id}"}, "Line": [line(100)]},
                answer={"Estimate": {"TxnStatus": "Pending", "TotalAmt": 100, "Balance": ABSENT}},
            ),
        ],
    ),
    Case(
        name="sales receipt",
        rule="a sales or refund receipt has a balance of 0",
        steps=[
            *SALE,
            Step(
                path="salesreceipt",
                body={"CustomerRef": {"value": "{id}"}, "Line": [line(100)]},
                answer={"SalesReceipt": {"Balance": 0, "DepositToAccountRef": ANY}},
            ),
        ],
    ),
    Case(
        name="unequal journal entry",
        rule="a journal entry needs two lines with amount, posting type and account; debits equal credits: else 2300; no "
        "amount is negative: 2290; a line of receivables needs a customer, one of payables a vendor: 6000",
        steps=[
            ACCOUNT,
            Step(
                path="journalentry",
                body={
                    "Line": [
                        {
                            "Amount": amount,
                            "DetailType": "JournalEntryLineDetail",
                            "JournalEntryLineDetail": {
                                "PostingType": posting,
                                "AccountRef": {"value": "{account}"},
                            },
                        }
                        for posting, amount in (("Debit", 5), ("Credit", 4))
                    ]
                },
                status=400,
            ),
        ],
    ),
    Case(
        name="send",
        rule="sending sets EmailStatus to EmailSent and DeliveryInfo, and sendTo replaces the address in BillEmail; it "
        "needs one or the other",
        steps=[
            *SALE,
            invoice(),
            Step(
                path="invoice/{invoice}/send",
                args={"sendTo": "nobody@example.com"},
                answer={
                    "Invoice": {
                        "EmailStatus": "EmailSent",
                        "BillEmail": {"Address": "nobody@example.com"},
                        "DeliveryInfo": {"DeliveryType": "Email", "DeliveryTime": ANY},
                    }
                },
            ),
        ],
    ),
    Case(
        name="unknown entity",
        rule="an unknown entity is 4001 'invalid context declaration'",
        steps=[refused_query("select * from Custmoer", "4001")],
    ),
    Case(
        name="not queryable",
        rule="only certain properties may stand in WHERE and ORDERBY: another one is 4001 'property ... is not queryable'",
        steps=[refused_query("select * from Invoice where PrivateNote = 'x'", "4001")],
    ),
    Case(
        name="first position",
        rule="a page begins at 1 and has 100 objects, at most 1000: what is smaller or larger is 4001",
        steps=[refused_query("select * from Customer startposition 0", "4001")],
    ),
    Case(
        name="unreadable query",
        rule="there is no OR, NOT, JOIN, GROUP BY and no bracket around conditions: 4000",
        steps=[refused_query("select * from Customer where Id = '1' or Id = '2'", "4000")],
    ),
    Case(
        name="apostrophe",
        rule="an apostrophe within a literal stands behind a backslash, and so does a backslash; doubling it is no escape",
        steps=[
            customer("{run} {case}'s"),
            query(
                "select * from Customer where DisplayName = '{run} {case}\\'s'",
                Customer=[{"Id": "{id}"}],
                startPosition=1,
                maxResults=1,
            ),
        ],
    ),
    Case(
        name="empty page",
        rule="an answer has startPosition and, as maxResults, the number of objects; an empty page is an empty object",
        steps=[
            query(
                "select * from Customer where DisplayName = '{run} nobody'",
                Customer=ABSENT,
                startPosition=ABSENT,
            ),
        ],
    ),
    Case(
        name="changes",
        rule="the change feed answers one group per entity with changes, the changed objects whole and by "
        "LastUpdatedTime, the deleted ones after them as Id, status and LastUpdatedTime; no more than 1000 in all",
        steps=[
            Step(
                method="GET",
                path="cdc",
                args={"entities": "Estimate", "changedSince": "2099-01-01T00:00:00-08:00"},
                answer={"CDCResponse": [{"QueryResponse": [{}]}], "time": ANY},
            )
        ],
    ),
    Case(
        name="tax codes",
        rule="MAXRESULTS makes no difference to a query of tax codes",
        steps=[query("select * from TaxCode maxresults 1", TaxCode=ANY, maxResults=Unlike(1))],
    ),
    Case(
        name="first tax code",
        rule="queries answer the codes TAX and NON before those that the company has",
        steps=[
            *SALE,
            first("TaxCode", "code"),
            Step(
                path="invoice",
                body={"CustomerRef": {"value": "{id}"}, "Line": [line(1, TaxCodeRef={"value": "{code}"})]},
                answer={"Invoice": {"TotalAmt": ANY}},
            ),
        ],
    ),
    Case(
        name="item of a batch without operation",
        rule="an item of a batch that names no operation is a create",
        steps=[
            Step(
                path="batch",
                body={"BatchItemRequest": [{"bId": "1", "Customer": {"DisplayName": "{run} {case}"}}]},
                answer={"BatchItemResponse": [{"Customer": {"DisplayName": "{run} {case}"}}]},
            ),
        ],
    ),
    Case(
        name="term",
        rule="a term needs DueDays (0 to 999) or DayOfMonthDue (1 to 31); DiscountPercent is 0 to 100",
        steps=[Step(path="term", body={"Name": "{word}"}, status=400)],
    ),
    Case(
        name="account type",
        rule="an account needs AccountType or AccountSubType: else 6010; the type follows from the subtype",
        steps=[Step(path="account", body={"Name": "{run} {case}"}, status=400)],
    ),
    Case(
        name="attachment on nothing",
        rule="a note or file hangs on objects that exist: else 6000 with the type and the id in its detail",
        steps=[
            Step(
                path="attachable",
                body={
                    "Note": "x",
                    "AttachableRef": [{"EntityRef": {"type": "Estimate", "value": "999999999"}}],
                },
                status=400,
                answer=fault("6000"),
            )
        ],
    ),
    Case(
        name="discount",
        rule="a percentage discount is that part of the subtotal, rounded half up to cents, whatever amount was sent",
        steps=[
            *SALE,
            Step(
                path="invoice",
                body={
                    "CustomerRef": {"value": "{id}"},
                    "Line": [
                        line(100),
                        {
                            "DetailType": "DiscountLineDetail",
                            "DiscountLineDetail": {"PercentBased": True, "DiscountPercent": Decimal("12.5")},
                        },
                    ],
                },
                answer={"Invoice": {"TotalAmt": Decimal("87.5"), "Balance": Decimal("87.5")}},
            ),
        ],
    ),
)
