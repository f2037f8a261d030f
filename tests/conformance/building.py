"""What cases are built of: customers, items, sales, faults, queries."""

from tests.conformance.case import Step
from tests.conformance.matching import ANY


def fault(code, **more):
    return {
        "Fault": {"Error": [{"code": code, "Message": ANY, "Detail": ANY, **more}], "type": "ValidationFault"}
    }


def customer(name="{run} {case}", keep="id", **more):
    return Step(
        path="customer",
        body={"DisplayName": name, **more},
        answer={"Customer": {"SyncToken": "0", "Active": True}},
        keep={keep: "Customer.Id"},
    )


def first(entity, keep, rest=""):
    """Find the first object that a query answers."""
    return Step(
        method="GET",
        path="query",
        args={"query": f"select * from {entity} {rest}".rstrip()},
        keep={keep: f"QueryResponse.{entity}.0.Id"},
    )


def account(kind, keep):
    """Find an account of a type."""
    return first("Account", keep, f"where AccountType = '{kind}' maxresults 1")


ACCOUNT = account("Income", "account")
ITEM = Step(
    path="item",
    body={"Name": "{run} {case}", "Type": "Service", "IncomeAccountRef": {"value": "{account}"}},
    answer={"Item": {"Active": True, "FullyQualifiedName": "{run} {case}"}},
    keep={"item": "Item.Id"},
)


def line(amount, **detail):
    return {
        "Amount": amount,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": {"value": "{item}"}, **detail},
    }


def invoice(amount=100, keep="invoice", **more):
    return Step(
        path="invoice",
        body={"CustomerRef": {"value": "{id}"}, "Line": [line(amount)]},
        answer={"Invoice": {"TotalAmt": amount, "Balance": amount, "SyncToken": "0", **more}},
        keep={keep: "Invoice.Id"},
    )


SALE = (ACCOUNT, ITEM, customer())


def pay(amount, **more):
    linked = [{"TxnId": "{invoice}", "TxnType": "Invoice"}]
    return Step(
        path="payment",
        body={
            "CustomerRef": {"value": "{id}"},
            "TotalAmt": amount,
            "Line": [{"Amount": min(amount, 100), "LinkedTxn": linked}],
        },
        answer={"Payment": {"TotalAmt": amount, **more}},
        keep={"payment": "Payment.Id"},
    )


def query(statement, **answer):
    return Step(method="GET", path="query", args={"query": statement}, answer={"QueryResponse": answer})


def refused_query(statement, code):
    return Step(method="GET", path="query", args={"query": statement}, status=400, answer=fault(code))


VENDOR = Step(path="vendor", body={"DisplayName": "{run} {case}"}, keep={"vendor": "Vendor.Id"})
EXPENSE = account("Expense", "expense")
BANK = account("Bank", "bank")
PURCHASE = (VENDOR, EXPENSE)


def expense(amount, **detail):
    kind = "AccountBasedExpenseLineDetail"
    return {"Amount": amount, "DetailType": kind, kind: {"AccountRef": {"value": "{expense}"}, **detail}}


def bill(amount=100, **more):
    return Step(
        path="bill",
        body={"VendorRef": {"value": "{vendor}"}, "Line": [expense(amount)]},
        answer={"Bill": {"Balance": amount, "TotalAmt": amount, **more}},
        keep={"bill": "Bill.Id"},
    )


def refused(path, body, code="", args=None):
    """A write that is refused; with any code where none is given."""
    answer = fault(code) if code else {"Fault": {"Error": [{"code": ANY}]}}
    return Step(path=path, args=args or {}, body=body, status=400, answer=answer)


def sale(path, *lines, status=200, answer=None, keep=None, **more):
    """A sales form to the customer that was made."""
    body = {"CustomerRef": {"value": "{id}"}, "Line": list(lines), **more}
    return Step(path=path, body=body, status=status, answer=answer or {}, keep=keep or {})
