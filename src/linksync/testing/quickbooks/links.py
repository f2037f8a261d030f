"""Links between transactions: who writes them, how they mirror on the other side, and what they pay."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from attrs import frozen

from linksync.exactjson import Json
from linksync.testing.quickbooks.balances import carry
from linksync.testing.quickbooks.books import Books
from linksync.testing.quickbooks.currencies import at_home
from linksync.testing.quickbooks.entity import Draft, Effect
from linksync.testing.quickbooks.faults import Problem, RefusedError
from linksync.testing.quickbooks.rules import Certainty, rule, state
from linksync.testing.quickbooks.values import ZERO, Obj, amount, array, as_amount, text

state(
    "a payment's lines link invoices and credit memos, a bill payment's bills and vendor credits, a deposit's payments; "
    "an invoice links estimates and time, a bill purchase orders; the other side shows a mirror that cannot be written",
    Certainty.OFFICIAL,
    "official page on managing linked transactions",
    kept_by=__name__,
)

WRITTEN: Mapping[str, frozenset[str]] = {
    "Invoice": frozenset({"Estimate", "TimeActivity", "StatementCharge", "ReimburseCharge"}),
    "Bill": frozenset({"PurchaseOrder", "ReimburseCharge"}),
    "Purchase": frozenset({"PurchaseOrder", "ReimburseCharge"}),
}
"""The types that a document's own LinkedTxn may name; others in it are mirrors."""

PAID_BY_LINES: Mapping[str, Mapping[str, int]] = {
    "Payment": {"Invoice": 1, "CreditMemo": -1, "JournalEntry": 1, "Expense": 1, "RefundReceipt": 1},
    "BillPayment": {"Bill": 1, "VendorCredit": -1, "JournalEntry": 1, "Deposit": 1},
    "Deposit": {"Payment": 1, "SalesReceipt": 1, "RefundReceipt": 1, "JournalEntry": 1, "Transfer": 1},
}
"""The types that the lines of a document may link; -1 where what is linked gives instead of taking."""

_OPEN = {"Invoice": "Balance", "Bill": "Balance", "VendorCredit": "Balance", "CreditMemo": "Balance"}
_ALWAYS_SHOWN = frozenset({"Invoice", "Payment"})
_STATUS = {"Estimate": ("TxnStatus", "Closed", "Pending"), "PurchaseOrder": ("POStatus", "Closed", "Open")}


@frozen(kw_only=True)
class Link:
    """One link that a document writes.

    Attributes:
        to: The entity that it leads to.
        object_id: The id there.
        amount: How much it pays; zero for one that pays nothing.
    """

    to: str
    object_id: str
    amount: Decimal = ZERO


def links_of(entity: str, document: Mapping[str, Json]) -> Iterator[Link]:
    """Yield the links that a document writes, mirrors left out."""
    for linked in array(document, "LinkedTxn"):
        if text(linked, "TxnType") in WRITTEN.get(entity, ()):
            yield Link(to=text(linked, "TxnType"), object_id=text(linked, "TxnId"))
    if entity not in PAID_BY_LINES:
        return
    for line in array(document, "Line"):
        for linked in array(line, "LinkedTxn"):
            yield Link(
                to=text(linked, "TxnType"), object_id=text(linked, "TxnId"), amount=amount(line, "Amount")
            )


@rule(
    "a link to a transaction that is not there, or of a type that cannot be linked here, is refused with 620",
    Certainty.LIKELY,
    "official error code page names 620",
    guess="that it is this one",
)
def check_links(draft: Draft) -> None:
    """Refuse links to nothing."""
    name = draft.kind.name
    known = set(links_of(name, draft.before or {}))
    for link in links_of(name, draft.after):
        lines = PAID_BY_LINES.get(name, {})
        fits = link.to in lines or link.to in WRITTEN.get(name, ())
        is_there = link.to in _UNKNOWN or draft.books.find_referred(link.to, link.object_id) is not None
        if link not in known and not (fits and is_there):
            raise RefusedError(
                Problem(
                    code="620",
                    message="Transaction cannot be linked",
                    detail=f"Transaction {link.to} {link.object_id} cannot be linked to this {name}",
                    element="LinkedTxn",
                )
            )


# Kinds of transaction that QuickBooks links and the simulator has none of.
_UNKNOWN = frozenset({"StatementCharge", "ReimburseCharge", "Expense"})


@rule(
    "LinkedTxn of an invoice or payment is shown even if it is empty",
    Certainty.RECORDED,
    "recorded exchanges create__invoice and all__sales_receipts: a sales receipt or estimate shows none",
)
def keep_mirrors(draft: Draft) -> None:
    """Put what was written before the mirrors, which only the server changes."""
    name = draft.kind.name
    own = WRITTEN.get(name, frozenset())
    written = [dict(each) for each in array(draft.after, "LinkedTxn") if text(each, "TxnType") in own]
    mirrors = [each for each in array(draft.before or {}, "LinkedTxn") if text(each, "TxnType") not in own]
    draft.after["LinkedTxn"] = [*written, *mirrors]
    if not written and not mirrors and name not in _ALWAYS_SHOWN:
        del draft.after["LinkedTxn"]


def mirror(entity: str, document: Mapping[str, Json]) -> str:
    """Return what the other side of a link calls the document that wrote it."""
    if entity == "BillPayment":
        return f"BillPayment{text(document, 'PayType') or 'Check'}"
    return entity


@rule(
    "applying a payment moves the balance and the SyncToken of what it pays, taking it away moves them back; linking an "
    "estimate closes it and moves its LastUpdatedTime alone",
    Certainty.RECORDED,
    "report of a live run; recorded exchange cdc__basic for the estimate",
    guess="that a purchase order closes as a whole, and that an estimate that is freed is pending again",
)
def apply_links(entity: str) -> Effect:
    """Return what carries the links of an entity's documents to the other side."""

    def apply(books: Books, before: Obj | None, after: Obj | None) -> None:
        old = _summed(links_of(entity, before)) if before is not None else {}
        new = _summed(links_of(entity, after)) if after is not None else {}
        document = after if after is not None else before or {}
        entry: Obj = {"TxnId": text(document, "Id"), "TxnType": mirror(entity, document)}
        for to, object_id in dict.fromkeys([*old, *new]):
            key = (to, object_id)
            target = books.find(to, object_id)
            if target is not None and old.get(key) != new.get(key):
                pays = entity != "Deposit"
                paid = new.get(key, ZERO) - old.get(key, ZERO) if pays else ZERO
                changes = _changes(to, target, paid, entry, is_linked=key in new)
                changed = books.touch(to, target, changes, with_token=to != "Estimate")
                carry(books, to, target, changed)

    return apply


def _changes(to: str, target: Obj, paid: Decimal, entry: Obj, *, is_linked: bool) -> Obj:
    if to == "TimeActivity":
        return {"BillableStatus": "HasBeenBilled" if is_linked else "Billable"}
    own = (text(entry, "TxnId"), text(entry, "TxnType"))
    others = [
        each for each in array(target, "LinkedTxn") if (text(each, "TxnId"), text(each, "TxnType")) != own
    ]
    linked: list[Json] = [*others, *([entry] if is_linked else [])]
    changes: Obj = {"LinkedTxn": linked if linked or to in _ALWAYS_SHOWN else None}
    if to in _OPEN and paid != ZERO:
        left = as_amount(amount(target, _OPEN[to]) - paid)
        changes[_OPEN[to]] = left
        if "RemainingCredit" in target:
            changes["RemainingCredit"] = left
        if "HomeBalance" in target:
            changes["HomeBalance"] = at_home(left, amount(target, "ExchangeRate"))
    if to in _STATUS:
        name, when_linked, when_free = _STATUS[to]
        changes[name] = when_linked if is_linked else when_free
    return changes


@rule(
    "a document that is deleted takes itself out of what paid it: the payment keeps its total, unapplied",
    Certainty.GUESS,
    "common knowledge of the web interface; over the API nobody says",
)
def release(entity: str) -> Effect:
    """Return what takes a deleted document out of the lines that paid it."""

    def free(books: Books, before: Obj | None, after: Obj | None) -> None:
        if before is None or after is not None:
            return
        for linked in array(before, "LinkedTxn"):
            payer = (
                "BillPayment"
                if text(linked, "TxnType").startswith("BillPayment")
                else text(linked, "TxnType")
            )
            document = (
                books.find(payer, text(linked, "TxnId")) if payer in {"Payment", "BillPayment"} else None
            )
            if document is None:
                continue
            kept: list[Json] = [
                line for line in array(document, "Line") if not _leads_to(line, entity, text(before, "Id"))
            ]
            changes: Obj = {"Line": kept}
            if payer == "Payment":
                changes["UnappliedAmt"] = as_amount(unapplied({**document, "Line": kept}, payer))
            carry(books, payer, document, books.touch(payer, document, changes, with_token=True))

    return free


def _leads_to(line: Mapping[str, Json], entity: str, object_id: str) -> bool:
    return any(
        (text(each, "TxnType"), text(each, "TxnId")) == (entity, object_id)
        for each in array(line, "LinkedTxn")
    )


def unapplied(document: Mapping[str, Json], entity: str) -> Decimal:
    """Return what the lines of a payment leave of its total: credits that it uses add to it."""
    signs = PAID_BY_LINES[entity]
    applied = sum((signs.get(link.to, 1) * link.amount for link in links_of(entity, document)), ZERO)
    return amount(document, "TotalAmt") - applied


def _summed(links: Iterator[Link]) -> dict[tuple[str, str], Decimal]:
    found = dict[tuple[str, str], Decimal]()
    for link in links:
        key = (link.to, link.object_id)
        found[key] = found.get(key, ZERO) + link.amount
    return found
