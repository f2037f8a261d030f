"""The sample company of a developer's sandbox, as far as it is known."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import cache
from importlib.resources import files

from attrs import evolve

from linksync.exactjson import Json, loads
from linksync.testing.quickbooks.books import Books
from linksync.testing.quickbooks.entities import ENTITIES
from linksync.testing.quickbooks.entities.companies import show_settings
from linksync.testing.quickbooks.operations import create, update
from linksync.testing.quickbooks.rules import Certainty, state
from linksync.testing.quickbooks.sampleaccounts import ACCOUNTS
from linksync.testing.quickbooks.seeds import email_messages
from linksync.testing.quickbooks.taxservice import put_tax
from linksync.testing.quickbooks.values import ZERO, Obj, amount, array, group, text

state(
    "the sample company has the recorded customers 1 to 29 and vendors 30 to 57, what each customer owes, and the ids of "
    "accounts, items, terms and tax codes that public clients' tests use",
    Certainty.RECORDED,
    "recorded exchanges all__customers and all__vendors_by_5, and public clients' tests; which documents make up the "
    "balances, and most account ids, are made up",
    kept_by=__name__,
)

_SERVICE, _INVENTORY = "Service", "Inventory"
_ITEMS = (
    ("1", "Services", "0", _SERVICE, "1"),
    ("2", "Hours", "0", _SERVICE, "1"),
    ("3", "Concrete", "0", _SERVICE, "48"),
    ("4", "Design", "75", _SERVICE, "82"),
    ("5", "Rock Fountain", "275", _INVENTORY, "79"),
    ("6", "Gardening", "0", _SERVICE, "45"),
    ("7", "Installation", "50", _SERVICE, "52"),
    ("8", "Lighting", "0", _SERVICE, "48"),
    ("9", "Maintenance & Repair", "0", _SERVICE, "53"),
    ("10", "Pest Control", "35", _SERVICE, "54"),
    ("11", "Pump", "15", _INVENTORY, "79"),
    ("12", "Refunds & Allowances", "0", _SERVICE, "83"),
    ("13", "Rocks", "0", _SERVICE, "48"),
    ("15", "Soil", "10", _SERVICE, "49"),
    ("16", "Sprinkler Heads", "2", _INVENTORY, "79"),
    ("17", "Sprinkler Pipes", "4", _INVENTORY, "79"),
    ("18", "Trimming", "35", _SERVICE, "45"),
)


@cache
def _people() -> Mapping[str, Json]:
    people = loads((files("linksync.testing.quickbooks") / "sample.json").read_text("utf-8"))
    return people if isinstance(people, Mapping) else {}


def fill_sample(books: Books) -> None:
    """Make the books of a new company those of the sample company."""
    books.settings = evolve(books.settings, custom_fields=("Crew #",))
    show_settings(books)
    _rename_company(books)
    for object_id, name, kind, subtype, parent in ACCOUNTS:
        body: Obj = {"Name": name, "AccountType": kind, "AccountSubType": subtype}
        if parent:
            body["ParentRef"] = {"value": parent}
        create(books, ENTITIES["Account"], body, object_id=object_id)
    for item in _ITEMS:
        _add_item(books, item)
    for row in array(_people(), "customers"):
        _add_customer(books, row)
    for row in array(_people(), "vendors"):
        body = {**_person(row), **({"AcctNum": text(row, "AcctNum")} if "AcctNum" in row else {})}
        create(books, ENTITIES["Vendor"], body, object_id=text(row, "Id"))
    for object_id, given, family in (("54", "John", "Johnson"), ("55", "Emily", "Platt")):
        names: Obj = {"GivenName": given, "FamilyName": family}
        create(books, ENTITIES["Employee"], names, object_id=object_id)
    for entity, members in {"Class": ("Design", "Maintenance"), "Department": ("North", "South")}.items():
        for name in members:
            create(books, ENTITIES[entity], {"Name": name})
    put_tax(books, "CompanyCurrency", "1", {"Code": "CAD", "Name": "Canadian Dollar", "Active": True})
    books.use_id("currencies", "1")
    rate: Obj = {
        "SourceCurrencyCode": "EUR",
        "TargetCurrencyCode": "USD",
        "Rate": 1,
        "AsOfDate": "2015-07-07",
    }
    put_tax(books, "ExchangeRate", "EUR 2015-07-07", rate)
    _add_documents(books)


def _rename_company(books: Books) -> None:
    company = books.find("CompanyInfo", "1") or {}
    name = "Craig's Design and Landscaping Services"
    body: Obj = {"Id": "1", "SyncToken": text(company, "SyncToken"), "sparse": True}
    update(books, ENTITIES["CompanyInfo"], {**body, "CompanyName": name, "LegalName": name})
    preferences = books.find("Preferences", "1") or {}
    put_tax(books, "Preferences", "1", {**preferences, "EmailMessagesPrefs": email_messages(name)})


def _add_item(books: Books, item: tuple[str, str, str, str, str]) -> None:
    object_id, name, price, kind, income = item
    body: Obj = {"Name": name, "Type": kind, "UnitPrice": price, "IncomeAccountRef": {"value": income}}
    if kind == _INVENTORY:
        stock: Obj = {
            "TrackQtyOnHand": True,
            "QtyOnHand": 25,
            "InvStartDate": "2015-01-01",
            "AssetAccountRef": {"value": "81"},
            "ExpenseAccountRef": {"value": "80"},
        }
        body.update(stock)
    create(books, ENTITIES["Item"], body, object_id=object_id)


def _person(row: Mapping[str, Json]) -> Obj:
    names = ("DisplayName", "GivenName", "MiddleName", "FamilyName", "CompanyName")
    body: Obj = {name: row[name] for name in names if name in row}
    if "email" in row:
        body["PrimaryEmailAddr"] = {"Address": text(row, "email")}
    if "phone" in row:
        body["PrimaryPhone"] = {"FreeFormNumber": text(row, "phone")}
    if group(row, "address"):
        body["BillAddr"] = group(row, "address")
    return body


def _add_customer(books: Books, row: Mapping[str, Json]) -> None:
    body: Obj = {**_person(row), "Taxable": "taxable" not in row}
    if group(row, "address"):
        body["ShipAddr"] = group(row, "address")
    if "parent" in row:
        body.update(Job=True, ParentRef={"value": text(row, "parent")})
    create(books, ENTITIES["Customer"], body, object_id=text(row, "Id"))


def _add_documents(books: Books) -> None:
    """Add documents of every common kind; each customer owes in the end what it owed in the recording."""

    def add(entity: str, days_ago: int, body: Obj) -> Obj:
        dated: Obj = {"TxnDate": (books.today() - timedelta(days=days_ago)).isoformat(), **body}
        return create(books, ENTITIES[entity], dated)

    for number, row in enumerate(array(_people(), "customers")):
        owed = amount(row, "balance")
        if owed > ZERO:
            add("Invoice", 60 - number, {**_to(text(row, "Id")), "Line": [_sold("4", owed)]})
    for number, customer in enumerate(("1", "3", "5", "12", "20")):
        invoice = add("Invoice", 30 + number, {**_to(customer), "Line": [_sold("10", 35 + number)]})
        paid: Obj = {"Amount": 35 + number, "LinkedTxn": [{"TxnId": invoice["Id"], "TxnType": "Invoice"}]}
        add("Payment", 20 + number, {**_to(customer), "TotalAmt": 35 + number, "Line": [paid]})
    add("Estimate", 25, {**_to("18"), "Line": [_sold("5", 275)]})
    add("Estimate", 24, {**_to("24"), "Line": [_sold("11", 15)]})
    receipt = add(
        "SalesReceipt", 23, {**_to("6"), "Line": [_sold("4", 337)], "PaymentMethodRef": {"value": "2"}}
    )
    add("RefundReceipt", 22, {**_to("21"), "Line": [_sold("12", 10)], "DepositToAccountRef": {"value": "35"}})
    credit = add("CreditMemo", 21, {**_to("4"), "Line": [_sold("10", 100)]})
    used: Obj = {"Amount": 100, "LinkedTxn": [{"TxnId": credit["Id"], "TxnType": "CreditMemo"}]}
    closing = add("Invoice", 20, {**_to("4"), "Line": [_sold("10", 100)]})
    closed: Obj = {"Amount": 100, "LinkedTxn": [{"TxnId": closing["Id"], "TxnType": "Invoice"}]}
    add("Payment", 19, {**_to("4"), "TotalAmt": 0, "Line": [closed, used]})
    deposited: Obj = {"Amount": 337, "LinkedTxn": [{"TxnId": receipt["Id"], "TxnType": "SalesReceipt"}]}
    add("Deposit", 18, {"DepositToAccountRef": {"value": "35"}, "Line": [deposited]})
    _add_purchases(add)
    add(
        "TimeActivity",
        9,
        {"NameOf": "Employee", "EmployeeRef": {"value": "55"}, "Hours": 3, "Minutes": 0, **_to("1")},
    )
    lines: list[Json] = [_posted("Debit", "7", 50), _posted("Credit", "35", 50)]
    add("JournalEntry", 8, {"Line": lines})
    add("Transfer", 7, {"FromAccountRef": {"value": "35"}, "ToAccountRef": {"value": "36"}, "Amount": 500})


def _add_purchases(add: Callable[[str, int, Obj], Obj]) -> None:
    for number, vendor in enumerate(("46", "31")):
        add("Bill", 17 + number, {"VendorRef": {"value": vendor}, "Line": [_spent("7", 100 + number)]})
    bill = add("Bill", 19, {"VendorRef": {"value": "48"}, "Line": [_spent("7", 102)]})
    paid: Obj = {"Amount": 50, "LinkedTxn": [{"TxnId": bill["Id"], "TxnType": "Bill"}]}
    add(
        "BillPayment",
        12,
        {
            "VendorRef": {"value": "48"},
            "TotalAmt": 50,
            "PayType": "Check",
            "CheckPayment": {"BankAccountRef": {"value": "35"}},
            "Line": [paid],
        },
    )
    card: Obj = {"AccountRef": {"value": "42"}, "PaymentType": "CreditCard"}
    add("Purchase", 11, {**card, "Line": [_spent("7", 42)], "EntityRef": {"value": "33", "type": "Vendor"}})
    order: Obj = {"VendorRef": {"value": "50"}, "APAccountRef": {"value": "33"}}
    add("PurchaseOrder", 10, {**order, "Line": [_spent("7", 130)]})
    add("VendorCredit", 10, {"VendorRef": {"value": "46"}, "Line": [_spent("7", 9)]})


def _to(customer: str) -> Obj:
    return {"CustomerRef": {"value": customer}}


def _sold(item: str, value: Json) -> Json:
    detail: Obj = {"ItemRef": {"value": item}, "TaxCodeRef": {"value": "NON"}}
    return {"Amount": value, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": detail}


def _spent(account: str, value: Json) -> Json:
    kind = "AccountBasedExpenseLineDetail"
    return {"Amount": value, "DetailType": kind, kind: {"AccountRef": {"value": account}}}


def _posted(posting: str, account: str, value: Json) -> Json:
    kind = "JournalEntryLineDetail"
    return {
        "Amount": value,
        "DetailType": kind,
        kind: {"PostingType": posting, "AccountRef": {"value": account}},
    }
