"""What a new company has on its books: accounts, terms and tax codes."""

from linksync.testing.quickbooks.books import Books
from linksync.testing.quickbooks.entities import ENTITIES
from linksync.testing.quickbooks.operations import create
from linksync.testing.quickbooks.rules import Certainty, state
from linksync.testing.quickbooks.values import Obj

state(
    "a new company has the accounts, terms and tax codes that its documents need, by the ids of the sample company",
    Certainty.CLIENT,
    "ids that public clients' tests use; the accounts 4, 35, 79, 80, 81, 84 are common knowledge",
    kept_by=__name__,
)

_ACCOUNTS = (
    ("1", "Services", "Income", "ServiceFeeIncome"),
    ("4", "Undeposited Funds", "Other Current Asset", "UndepositedFunds"),
    ("7", "Advertising", "Expense", "AdvertisingPromotional"),
    ("33", "Accounts Payable (A/P)", "Accounts Payable", "AccountsPayable"),
    ("35", "Checking", "Bank", "Checking"),
    ("42", "Visa", "Credit Card", "CreditCard"),
    ("79", "Sales of Product Income", "Income", "SalesOfProductIncome"),
    ("80", "Cost of Goods Sold", "Cost of Goods Sold", "SuppliesMaterialsCogs"),
    ("81", "Inventory Asset", "Other Current Asset", "Inventory"),
    ("84", "Accounts Receivable (A/R)", "Accounts Receivable", "AccountsReceivable"),
    ("86", "Discounts given", "Income", "DiscountsRefundsGiven"),
)
_TERMS = (("1", "Due on receipt", 0), ("2", "Net 15", 15), ("3", "Net 30", 30), ("4", "Net 60", 60))
_TAX_CODES = (("2", "California"), ("3", "Tucson"))


def open_books(books: Books) -> None:
    """Put the first accounts, terms and tax codes onto empty books."""
    for object_id, name, account_type, subtype in _ACCOUNTS:
        _put(
            books,
            "Account",
            object_id,
            {"Name": name, "AccountType": account_type, "AccountSubType": subtype},
        )
    for object_id, name, days in _TERMS:
        _put(books, "Term", object_id, {"Name": name, "DueDays": days})
    # The pseudo codes have their name for an id and no Active (recorded exchanges).
    for name in ("TAX", "NON"):
        _put_code(
            books, name, {"Name": name, "Description": name, "Taxable": name == "TAX", "TaxGroup": False}
        )
    for object_id, name in _TAX_CODES:
        rest: Obj = {"Description": name, "Active": True, "Taxable": True, "TaxGroup": True}
        _put_code(books, object_id, {"Name": name, **rest})


def _put(books: Books, entity: str, object_id: str, body: Obj) -> None:
    create(books, ENTITIES[entity], body, object_id=object_id)


def _put_code(books: Books, object_id: str, code: Obj) -> None:
    stamp = books.stamp()
    books.tables["TaxCode"].put(
        {
            **code,
            "domain": "QBO",
            "sparse": False,
            "Id": object_id,
            "SyncToken": "0",
            "MetaData": {"CreateTime": stamp, "LastUpdatedTime": stamp},
        }
    )
