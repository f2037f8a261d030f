"""Bill payments of bills that leave nothing open."""

from collections.abc import Mapping

from linksync.exactjson import Json
from linksync.testing.quickbooks.books import Books
from linksync.testing.quickbooks.entity import Draft
from linksync.testing.quickbooks.rules import Certainty, rule
from linksync.testing.quickbooks.values import ZERO, amount, array, text


@rule(
    "a new bill payment of a bill that leaves nothing open is taken, without that line; with no line left it is voided by "
    "itself",
    Certainty.CLIENT,
    "a note in a public client's tests",
)
def leave_out_paid_bills(draft: Draft) -> None:
    """Take out the lines of a new bill payment that pay nothing, and void what is left of nothing."""
    if draft.before is not None:
        return
    sent = array(draft.after, "Line")
    kept: list[Json] = [line for line in sent if not _pays_nothing(draft.books, line)]
    if len(kept) == len(sent):
        return
    draft.after["Line"] = kept
    if not kept:
        note = text(draft.after, "PrivateNote")
        draft.after.update(TotalAmt=0, PrivateNote=f"Voided - {note}" if note else "Voided")


def _pays_nothing(books: Books, line: Mapping[str, Json]) -> bool:
    bills = [
        books.find("Bill", text(linked, "TxnId"))
        for linked in array(line, "LinkedTxn")
        if text(linked, "TxnType") == "Bill"
    ]
    return bool(bills) and all(bill is not None and amount(bill, "Balance") == ZERO for bill in bills)
