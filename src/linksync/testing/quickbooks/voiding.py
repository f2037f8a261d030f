"""Voids: the several ways to ask for one, and what is left of the document."""

from collections.abc import Mapping

from linksync.exactjson import Json
from linksync.testing.quickbooks import faults
from linksync.testing.quickbooks.books import Books
from linksync.testing.quickbooks.entity import Draft, EntityKind, Void
from linksync.testing.quickbooks.faults import Problem, RefusedError
from linksync.testing.quickbooks.happenings import Happened
from linksync.testing.quickbooks.operations import change, current
from linksync.testing.quickbooks.rules import Certainty, rule, state
from linksync.testing.quickbooks.subscription import check_subscription
from linksync.testing.quickbooks.values import Obj, array, group, text

TRANSACTIONS = "transactions"
"""What counts the ids of everything that has amounts."""

state(
    "an invoice is voided by operation=void; a payment, sales receipt or bill payment by operation=update&include=void",
    Certainty.OFFICIAL,
    "official invoice page and SDK; that operation=void does it for a payment or sales receipt too is what public "
    "clients send",
    kept_by=__name__,
)


class NothingDoneError(Exception):
    """The answer is HTTP 200 with an empty `BatchItemResponse`, and nothing was done."""


def void(books: Books, kind: EntityKind, body: Mapping[str, Json]) -> Obj:
    """Answer `operation=void`.

    Raises:
        RefusedError: It cannot be voided so, is not there or has another version.
        NothingDoneError: QuickBooks says that all is well and does nothing.
    """
    _check_way(kind)
    return make_void(books, kind, body)


def void_by_include(books: Books, kind: EntityKind, body: Mapping[str, Json]) -> Obj:
    """Answer `operation=update&include=void`.

    Raises:
        RefusedError: It cannot be voided so, is not there or has another version.
    """
    if kind.void not in {Void.BY_INCLUDE, Void.BY_EITHER}:
        raise RefusedError(faults.unsupported(f"void of {kind.name}"))
    return make_void(books, kind, body)


@rule(
    "operation=void of a purchase or bill payment is 400 with 500, of a bill HTTP 200 with a system fault 10000, of a "
    "journal entry HTTP 200 with an empty BatchItemResponse; nothing is done",
    Certainty.RECORDED,
    "reports of live runs",
    guess="that every other type is refused with 500",
)
def _check_way(kind: EntityKind) -> None:
    match kind.void:
        case Void.BY_OPERATION | Void.BY_EITHER:
            return
        case Void.FAULT_UNDER_200:
            problem = Problem(
                code="10000",
                message="An application error has occurred while processing your request",
                detail="System Failure Error: null",
            )
            raise RefusedError(problem, kind="SystemFault", status=200)
        case Void.NOTHING_UNDER_200:
            raise NothingDoneError
        case Void.REFUSED | Void.BY_INCLUDE:
            raise RefusedError(faults.unsupported(f"void of {kind.name}"))


@rule(
    "a void leaves the document with amounts and quantities of zero and a note that begins with Voided; its links are gone",
    Certainty.RECORDED,
    "recorded exchange void__invoice, official invoice page",
)
def make_void(books: Books, kind: EntityKind, body: Mapping[str, Json]) -> Obj:
    """Make a document's amounts zero and return it.

    Raises:
        RefusedError: It has no amounts, is not there, has another version or stands in the way of another document.
    """
    if kind.id_group != TRANSACTIONS:
        raise RefusedError(faults.unsupported(f"void of {kind.name}"))
    check_subscription(books, kind)
    before = current(books, kind, body)
    for guard in (*kind.guards, *kind.void_guards):
        guard(books, before)
    after: Obj = dict(before)
    # The lines of a payment are nothing but links.
    after["Line"] = [_voided(line) for line in array(before, "Line") if "DetailType" in line]
    note = text(before, "PrivateNote")
    after["PrivateNote"] = f"Voided - {note}" if note else "Voided"
    zero = ("TotalAmt", "Balance", "RemainingCredit", "UnappliedAmt", "HomeTotalAmt", "HomeBalance", "Amount")
    after.update((name, 0) for name in zero if name in before)
    if "TxnTaxDetail" in before:
        after["TxnTaxDetail"] = {**group(before, "TxnTaxDetail"), "TotalTax": 0}
    return change(Draft(books=books, kind=kind, before=before, after=after), Happened.VOIDED)


def _voided(line: Mapping[str, Json]) -> Obj:
    kind = text(line, "DetailType")
    emptied: Obj = dict(line)
    if "Amount" in emptied:
        emptied["Amount"] = 0
    detail = dict(group(line, kind))
    if "Qty" in detail:
        detail["Qty"] = 0
        emptied[kind] = detail
    return emptied
