"""What a document is locked by: the deposit that it is in, the payments that are applied to it."""

from linksync.testing.quickbooks import faults
from linksync.testing.quickbooks.books import Books
from linksync.testing.quickbooks.faults import Problem, RefusedError
from linksync.testing.quickbooks.rules import Certainty, rule
from linksync.testing.quickbooks.values import Obj, array, text


@rule(
    "a transaction that is in a deposit cannot be changed, voided or deleted: 6540",
    Certainty.OFFICIAL,
    "official error code page",
)
def guard_deposited(_books: Books, before: Obj) -> None:
    """Refuse to touch what is in a deposit."""
    if any(text(each, "TxnType") == "Deposit" for each in array(before, "LinkedTxn")):
        raise RefusedError(
            Problem(
                code="6540",
                message="Deposited transaction cannot be changed",
                detail="Deposited Transaction cannot be changed : If you need to change or delete this "
                "transaction, you must first remove it from the deposit.",
            )
        )


@rule(
    "a document to which payments are applied cannot be voided",
    Certainty.LIKELY,
    "a report of a live run; the code 6000 is the catch-all",
)
def guard_paid(_books: Books, before: Obj) -> None:
    """Refuse to void what is paid in part or whole."""
    paid = {"Payment", "BillPaymentCheck", "BillPaymentCreditCard"}
    if any(text(each, "TxnType") in paid for each in array(before, "LinkedTxn")):
        raise RefusedError(
            faults.business("The transaction has payments applied to it. Remove them before you void it")
        )
