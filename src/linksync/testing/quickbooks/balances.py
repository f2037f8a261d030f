"""Balances of customers and vendors: what their documents leave open."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from attrs import frozen

from linksync.exactjson import Json
from linksync.testing.quickbooks.books import Books
from linksync.testing.quickbooks.entity import Effect
from linksync.testing.quickbooks.levels import Levels
from linksync.testing.quickbooks.rules import Certainty, rule
from linksync.testing.quickbooks.values import ZERO, Obj, amount, array, as_amount, group, reference, text

CUSTOMERS = Levels(
    entity="Customer", flag="Job", name="DisplayName", space="names", needs_parent=True, has_number=True
)
"""How customers stand below each other."""


@frozen
class Owed:
    """What one document adds to the balance of a customer or vendor.

    Attributes:
        to: The entity of the customer or vendor.
        object_id: Its id.
        amount: How much; negative for what it has in credit.
    """

    to: str
    object_id: str
    amount: Decimal


@rule(
    "a customer's balance is what its invoices leave open less unused credit memos and unapplied payments; a vendor's "
    "what bills leave open less unused credits and overpaid bill payments",
    Certainty.LIKELY,
    "recorded balances for invoices; that credits count is common knowledge",
)
def owed(books: Books, entity: str, document: Mapping[str, Json]) -> Iterator[Owed]:
    """Yield what a document adds to balances."""
    match entity:
        case "Invoice":
            yield Owed("Customer", reference(document, "CustomerRef"), amount(document, "Balance"))
        case "CreditMemo":
            yield Owed("Customer", reference(document, "CustomerRef"), -amount(document, "RemainingCredit"))
        case "Payment":
            yield Owed("Customer", reference(document, "CustomerRef"), -amount(document, "UnappliedAmt"))
        case "Bill":
            yield Owed("Vendor", reference(document, "VendorRef"), amount(document, "Balance"))
        case "VendorCredit":
            yield Owed("Vendor", reference(document, "VendorRef"), -amount(document, "Balance"))
        case "BillPayment":
            yield Owed("Vendor", reference(document, "VendorRef"), -_overpaid(document))
        case "JournalEntry":
            yield from _of_entry(books, document)
        case _:
            pass


def _overpaid(document: Mapping[str, Json]) -> Decimal:
    left = amount(document, "TotalAmt")
    for line in array(document, "Line"):
        for linked in array(line, "LinkedTxn"):
            left += amount(line, "Amount") * (1 if text(linked, "TxnType") == "VendorCredit" else -1)
    return left


def _of_entry(books: Books, document: Mapping[str, Json]) -> Iterator[Owed]:
    for line in array(document, "Line"):
        detail = group(line, "JournalEntryLineDetail")
        account = books.find("Account", reference(detail, "AccountRef")) or {}
        sign = 1 if text(detail, "PostingType") == "Debit" else -1
        party = group(detail, "Entity")
        object_id = reference(party, "EntityRef")
        if text(account, "AccountType") == "Accounts Receivable":
            yield Owed("Customer", object_id, sign * amount(line, "Amount"))
        elif text(account, "AccountType") == "Accounts Payable":
            yield Owed("Vendor", object_id, -sign * amount(line, "Amount"))


def move_balances(entity: str) -> Effect:
    """Return what carries the open amounts of an entity's documents to customers and vendors."""

    def move(books: Books, before: Obj | None, after: Obj | None) -> None:
        carry(books, entity, before, after)

    return move


def carry(books: Books, entity: str, before: Obj | None, after: Obj | None) -> None:
    """Move the balances by what a document adds now and did not before."""
    moved = dict[tuple[str, str], Decimal]()
    for document, sign in ((before, -1), (after, 1)):
        for each in owed(books, entity, document) if document is not None else ():
            key = (each.to, each.object_id)
            moved[key] = moved.get(key, ZERO) + sign * each.amount
    for (to, object_id), more in moved.items():
        if to == "Customer":
            add_to_balance(books, object_id, more)
        else:
            _add_to_vendor(books, object_id, more)


@rule(
    "a sale moves the balance of its customer, the BalanceWithJobs of those above it, and their LastUpdatedTime, but "
    "not their SyncToken",
    Certainty.RECORDED,
    "recorded exchanges create__invoice and get__display_name",
    guess="that it is so for those above it and for vendors",
)
def add_to_balance(books: Books, customer_id: str, more: Decimal) -> None:
    """Add to what a customer owes; nothing happens when it is zero."""
    customer = books.find("Customer", customer_id)
    if customer is None or more == ZERO:
        return
    books.put("Customer", {**customer, "Balance": as_amount(amount(customer, "Balance") + more)})
    add_with_jobs(books, customer_id, more)


def add_with_jobs(books: Books, customer_id: str, more: Decimal) -> None:
    """Add to what a customer and those above it owe with their jobs."""
    customer = books.find("Customer", customer_id)
    if customer is None or more == ZERO:
        return
    for object_id in list(CUSTOMERS.ancestors(books, customer)):
        each = books.find("Customer", object_id)
        if each is not None:
            total = as_amount(amount(each, "BalanceWithJobs") + more)
            books.touch("Customer", each, {"BalanceWithJobs": total}, with_token=False)


def _add_to_vendor(books: Books, vendor_id: str, more: Decimal) -> None:
    vendor = books.find("Vendor", vendor_id)
    if vendor is not None and more != ZERO:
        balance = as_amount(amount(vendor, "Balance") + more)
        books.touch("Vendor", vendor, {"Balance": balance}, with_token=False)
