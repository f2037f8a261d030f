"""Cases about people, items, accounts and the small lists."""

from tests.conformance.building import (
    ACCOUNT,
    BANK,
    SALE,
    account,
    customer,
    invoice,
    line,
    refused,
    sale,
)
from tests.conformance.case import Case, Step
from tests.conformance.matching import ABSENT, ANY


def renamed(entity, **more):
    return Step(path=entity, body={"Id": "{id}", "SyncToken": "0", "sparse": True, **more})


CASES = (
    Case(
        name="one count of ids",
        rule="ids are counted per group of types: customers, vendors and employees share one count, transactions another",
        steps=[
            customer(),
            Step(path="vendor", body={"DisplayName": "{run} {case} v"}, keep={"vendor": "Vendor.Id"}),
            Step(method="GET", path="customer/{vendor}", status=400),
        ],
    ),
    Case(
        name="print on check follows",
        rule="on a full update without PrintOnCheckName it follows the new DisplayName",
        steps=[
            customer(),
            Step(
                path="customer",
                body={"Id": "{id}", "SyncToken": "0", "DisplayName": "{run} {case} new"},
                answer={"Customer": {"PrintOnCheckName": "{run} {case} new"}},
            ),
        ],
    ),
    Case(
        name="addresses have ids",
        rule="addresses have ids of their own",
        steps=[
            Step(
                path="customer",
                body={"DisplayName": "{run} {case}", "BillAddr": {"Line1": "1 Main St.", "City": "Tucson"}},
                answer={"Customer": {"BillAddr": {"Id": ANY, "Line1": "1 Main St.", "City": "Tucson"}}},
            )
        ],
    ),
    Case(
        name="masked numbers",
        rule="tax identifiers and social security numbers are answered masked but for their last four characters",
        steps=[
            Step(
                path="vendor",
                body={"DisplayName": "{run} {case}", "TaxIdentifier": "99-5688293"},
                answer={"Vendor": {"TaxIdentifier": "XXXXXX8293"}},
            )
        ],
    ),
    Case(
        name="open balance",
        rule="a customer with an open balance cannot be taken out of use: 6220",
        steps=[
            *SALE,
            invoice(),
            refused("customer", {"Id": "{id}", "SyncToken": "0", "sparse": True, "Active": False}, "6220"),
        ],
    ),
    Case(
        name="employee",
        rule="an employee needs GivenName or FamilyName: else 6080; DisplayName is made of the names, under payroll always",
        steps=[
            Step(
                path="employee",
                body={"GivenName": "{run}", "FamilyName": "{case}"},
                answer={"Employee": {"DisplayName": "{run} {case}", "PrintOnCheckName": "{run} {case}"}},
            ),
            refused("employee", {}),
        ],
    ),
    Case(
        name="bare item",
        rule="a bare item is active, not taxable, costs nothing and is not counted",
        steps=[
            ACCOUNT,
            Step(
                path="item",
                body={"Name": "{run} {case}", "Type": "Service", "IncomeAccountRef": {"value": "{account}"}},
                answer={
                    "Item": {
                        "Taxable": False,
                        "UnitPrice": 0,
                        "PurchaseCost": 0,
                        "TrackQtyOnHand": False,
                        "Active": True,
                        "IncomeAccountRef": {"value": "{account}", "name": ANY},
                    }
                },
            ),
        ],
    ),
    Case(
        name="item needs an account",
        rule="an item needs Name and Type; an inventory item also quantity (6520), start date and three accounts, others "
        "an account",
        steps=[refused("item", {"Name": "{run} {case}", "Type": "Service"})],
    ),
    Case(
        name="no bundles",
        rule="a bundle cannot be made through the API, only by hand, and an inventory item never becomes another type",
        steps=[refused("item", {"Name": "{run} {case}", "Type": "Group"})],
    ),
    Case(
        name="income account",
        rule="an item's income account is of type Income, the asset account is Other Current Asset: else 6430",
        steps=[
            BANK,
            refused(
                "item",
                {"Name": "{run} {case}", "Type": "Service", "IncomeAccountRef": {"value": "{bank}"}},
                "6430",
            ),
        ],
    ),
    Case(
        name="long account number",
        rule="an account number has at most 7 characters in the US, 20 in Australia and Canada: else 2050",
        steps=[
            refused(
                "account", {"Name": "{run} {case}", "AccountType": "Bank", "AcctNum": "123456789"}, "2050"
            )
        ],
    ),
    Case(
        name="new name below",
        rule="a new name shows in the FullyQualifiedName of those below",
        steps=[
            customer(),
            Step(
                path="customer",
                body={"DisplayName": "job", "Job": True, "ParentRef": {"value": "{id}"}},
                keep={"job": "Customer.Id"},
            ),
            renamed("customer", DisplayName="{run} {case} new"),
            Step(
                method="GET",
                path="customer/{job}",
                answer={"Customer": {"FullyQualifiedName": "{run} {case} new:job", "SyncToken": "0"}},
            ),
        ],
    ),
    Case(
        name="new name in documents",
        rule="references show what their object is called now, in old documents too",
        steps=[
            *SALE,
            invoice(),
            renamed("customer", DisplayName="{run} {case} new"),
            Step(
                method="GET",
                path="invoice/{invoice}",
                answer={"Invoice": {"CustomerRef": {"name": "{run} {case} new"}, "SyncToken": "0"}},
            ),
        ],
    ),
    Case(
        name="blank text",
        rule="an empty text or a null makes a property blank; a sparse update cannot do it to a reference, to DisplayName "
        "or to PrintOnCheckName",
        steps=[
            customer(Notes="gone"),
            Step(
                path="customer",
                body={"Id": "{id}", "SyncToken": "0", "sparse": True, "Notes": ""},
                answer={"Customer": {"Notes": ABSENT, "SyncToken": "1"}},
            ),
        ],
    ),
    Case(
        name="address replaced",
        rule="an address that a sparse update sends replaces the one before it as a whole",
        steps=[
            customer(BillAddr={"Line1": "1 Main St.", "City": "Tucson"}),
            Step(
                path="customer",
                body={"Id": "{id}", "SyncToken": "0", "sparse": True, "BillAddr": {"Line1": "2 Main St."}},
                answer={"Customer": {"BillAddr": {"Line1": "2 Main St.", "City": ABSENT}}},
            ),
        ],
    ),
    Case(
        name="outer spaces",
        rule="texts are kept as they were sent, outer spaces included",
        steps=[
            Step(
                path="customer",
                body={"DisplayName": "{run} {case}", "Notes": " x "},
                answer={"Customer": {"Notes": " x "}},
            )
        ],
    ),
    Case(
        name="number as text",
        rule="a number or boolean sent as text, and a text sent as number, is taken as what it is to be",
        steps=[
            Step(
                path="customer",
                body={"DisplayName": "{run} {case}", "Taxable": "false", "Notes": 5},
                answer={"Customer": {"Taxable": False, "Notes": "5"}},
            )
        ],
    ),
    Case(
        name="reference kept",
        rule="a reference that the object had already is not checked again",
        steps=[
            *SALE,
            invoice(),
            Step(
                path="item",
                body={"Id": "{item}", "SyncToken": "0", "sparse": True, "Active": False},
            ),
            Step(
                path="invoice",
                body={"Id": "{invoice}", "SyncToken": "0", "sparse": True, "PrivateNote": "x"},
                answer={"Invoice": {"PrivateNote": "x"}},
            ),
        ],
    ),
    Case(
        name="customer out of use",
        rule="a customer that a sale names and that is out of use is 6250",
        steps=[
            *SALE,
            renamed("customer", Active=False),
            sale("invoice", line(5), status=400),
        ],
    ),
    Case(
        name="no tax codes",
        rule="tax codes and rates are made by the tax service only; creating one otherwise is 500",
        steps=[refused("taxcode", {"Name": "{word}"})],
    ),
    Case(
        name="company",
        rule="the company's own record and its preferences have the id 1 and can be updated, neither created nor deleted",
        steps=[
            Step(method="GET", path="preferences", answer={"Preferences": {"Id": "1"}}),
            Step(
                method="GET",
                path="query",
                args={"query": "select * from CompanyInfo"},
                answer={"QueryResponse": {"CompanyInfo": [{"Id": "1", "Country": ANY}]}},
            ),
        ],
    ),
    Case(
        name="needed in a sparse update",
        rule="some properties are required in a sparse update too: VendorRef of a bill, PaymentType of a purchase, both "
        "accounts of a transfer: else 2020",
        steps=[
            BANK,
            account("Expense", "expense"),
            Step(
                path="purchase",
                body={
                    "AccountRef": {"value": "{bank}"},
                    "PaymentType": "Cash",
                    "Line": [
                        {
                            "Amount": 5,
                            "DetailType": "AccountBasedExpenseLineDetail",
                            "AccountBasedExpenseLineDetail": {"AccountRef": {"value": "{expense}"}},
                        }
                    ],
                },
                keep={"purchase": "Purchase.Id"},
            ),
            refused(
                "purchase",
                {"Id": "{purchase}", "SyncToken": "0", "sparse": True, "PrivateNote": "x"},
                "2020",
            ),
        ],
    ),
    Case(
        name="item in two cases",
        rule="references that are sent with an id only are answered with the name of their object",
        steps=[
            *SALE,
            sale(
                "salesreceipt",
                line(5),
                answer={"SalesReceipt": {"CustomerRef": {"name": "{run} {case}"}}},
            ),
        ],
    ),
)
