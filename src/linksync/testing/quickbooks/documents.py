"""What transactions have in common: numbers, days, terms, addresses, and the day on which the books were closed."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from linksync.exactjson import Json
from linksync.testing.quickbooks import faults
from linksync.testing.quickbooks.books import Books
from linksync.testing.quickbooks.entity import Completion, Draft, Effect
from linksync.testing.quickbooks.faults import Problem, RefusedError
from linksync.testing.quickbooks.rules import Certainty, rule
from linksync.testing.quickbooks.values import Obj, group, reference, text

_USUAL_DAYS = 30


@rule(
    "a document number that is taken is refused with 6140 on bills, purchases and bill payments, unless "
    "include=allowduplicatedocnum; on sales forms it is accepted",
    Certainty.RECORDED,
    "reports of live runs. Settings for either",
)
def check_number(draft: Draft) -> None:
    """Refuse a number that is taken, where the company does."""
    doc_number, before = text(draft.after, "DocNumber"), text(draft.before or {}, "DocNumber")
    settings = draft.books.settings
    is_new = doc_number and doc_number != before
    refuses = settings.refuses_duplicate_numbers or draft.kind.name in settings.refuses_reused_numbers_of
    if not is_new or not refuses or "allowduplicatedocnum" in draft.include:
        return
    if draft.books.is_doc_number_taken(draft.kind.name, doc_number):
        raise RefusedError(
            Problem(
                code="6140",
                message="Duplicate Document Number Error",
                detail="Duplicate Document Number Error : You must specify a different number. This number has "
                f"already been used. DocNumber={doc_number}",
                element="DocNumber",
            )
        )


@rule(
    "a sales form or purchase order without number gets the next one, unless custom transaction numbers are switched on",
    Certainty.OFFICIAL,
    "official invoice page",
)
def number_it(draft: Draft) -> None:
    """Give a number where there is none; one that was there before stays."""
    if text(draft.after, "DocNumber") or draft.books.settings.custom_transaction_numbers:
        return
    before = text(draft.before or {}, "DocNumber")
    draft.after["DocNumber"] = before or draft.books.next_doc_number(draft.kind.name)


def count_number(entity: str) -> Effect:
    """Return what keeps count of the numbers of an entity's documents."""

    def count(books: Books, before: Obj | None, after: Obj | None) -> None:
        for document, sign in ((before, -1), (after, 1)):
            if document is not None:
                books.count_doc_number(entity, text(document, "DocNumber"), sign)

    return count


@rule("TxnDate is today where it is left out", Certainty.RECORDED, "recorded exchange create__invoice")
def date_it(draft: Draft) -> None:
    """Fill in the day of the transaction."""
    if not text(draft.after, "TxnDate"):
        draft.after["TxnDate"] = draft.books.today().isoformat()


@rule(
    "DueDate follows from the terms, those of the document or else of its customer or vendor; without any it is 30 days "
    "after TxnDate",
    Certainty.RECORDED,
    "recorded exchange create__invoice",
    guess="that a bill without terms is due on its day",
)
def due(party: str, entity: str, terms: str, *, usual_days: int = _USUAL_DAYS) -> Completion:
    """Return what fills in terms and DueDate.

    Args:
        party: The reference to the customer or vendor.
        entity: Its entity.
        terms: Its reference to its terms.
        usual_days: After how many days it is due where nobody said.
    """

    def fill_in(draft: Draft) -> None:
        after = draft.after
        if not reference(after, "SalesTermRef") and draft.before is None:
            of_party = draft.books.find(entity, reference(after, party)) or {}
            if reference(of_party, terms):
                after["SalesTermRef"] = group(of_party, terms)
        if not text(after, "DueDate"):
            term = draft.books.find("Term", reference(after, "SalesTermRef"))
            txn_date = date.fromisoformat(text(after, "TxnDate"))
            after["DueDate"] = due_date(txn_date, term, usual_days).isoformat()

    return fill_in


def due_date(txn_date: date, term: Obj | None, usual_days: int = _USUAL_DAYS) -> date:
    """Return when what was sold on *txn_date* is due by *term*.

    With a day of the month it is the next such day; in a month that is too short, its last.
    """
    if term is None:
        return txn_date + timedelta(days=usual_days)
    day = term.get("DayOfMonthDue")
    if not isinstance(day, int):
        days = term.get("DueDays")
        return txn_date + timedelta(days=days if isinstance(days, int) else usual_days)
    first = txn_date.replace(day=1)
    while (due_on := _day_of_month(first, day)) < txn_date:
        first = (first + timedelta(days=32)).replace(day=1)
    return due_on


def _day_of_month(first: date, day: int) -> date:
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(day, last.day))


@rule(
    "EmailStatus NeedToSend needs BillEmail",
    Certainty.OFFICIAL,
    "official invoice page; the code is the catch-all",
)
def check_email(draft: Draft) -> None:
    """Refuse to mark a document for sending without an address."""
    if text(draft.after, "EmailStatus") == "NeedToSend" and not text(
        group(draft.after, "BillEmail"), "Address"
    ):
        raise RefusedError(faults.business("BillEmail is required to send the invoice", element="BillEmail"))


@rule(
    "what is dated on or before the closing date cannot be written, changed or deleted: 6200, or 6210 with a password",
    Certainty.OFFICIAL,
    "official error code page; which of the two codes comes when is unsure, the sources differ",
)
def _refuse_closed(books: Books, day: str) -> None:
    settings = books.settings
    if settings.closed_until is None or not day or day > settings.closed_until.isoformat():
        return
    if settings.closed_with_password:
        raise RefusedError(
            Problem(
                code="6210",
                message="Account Period Closed, Password Required",
                detail="The account period has closed and a password is required to change it. "
                f"The books are closed until {settings.closed_until}. TxnDate={day}",
                element="TxnDate",
            )
        )
    raise RefusedError(
        Problem(
            code="6200",
            message="Account Period Closed",
            detail="The account period has closed and the transaction cannot be changed. "
            f"The books are closed until {settings.closed_until}. TxnDate={day}",
            element="TxnDate",
        )
    )


def check_open(draft: Draft) -> None:
    """Refuse a day on which the books are closed."""
    _refuse_closed(draft.books, text(draft.after, "TxnDate") or draft.books.today().isoformat())


def guard_closed(books: Books, before: Obj) -> None:
    """Refuse to touch what is dated when the books are closed."""
    _refuse_closed(books, text(before, "TxnDate"))


@rule(
    "addresses are those of the customer where they are left out, down to their ids",
    Certainty.RECORDED,
    "recorded exchange create__invoice",
)
def address_it(party: str, entity: str, *names: str, copied: tuple[str, ...] = ()) -> Callable[[Draft], None]:
    """Return what numbers addresses that were sent and copies others.

    Args:
        party: The reference to the customer or vendor.
        entity: Its entity.
        names: The addresses of the document.
        copied: Those that are the party's own where they are left out.
    """

    def fill_in(draft: Draft) -> None:
        after = draft.after
        of_party = draft.books.find(entity, reference(after, party)) or {}
        for name in names:
            address = group(after, name)
            if address and "Id" not in address:
                earlier = group(draft.before or {}, name).get("Id")
                flat = _flattened(address) if draft.books.settings.flattens_addresses else address
                after[name] = {"Id": earlier or draft.books.next_id("address"), **flat}
            elif not address and draft.before is None and name in copied and group(of_party, name):
                after[name] = group(of_party, name)

    return fill_in


@rule(
    "an address that is edited within a transaction is answered as lines of free text, the last 'City, ST ZIP'",
    Certainty.OFFICIAL,
    "note on the official customer page and recorded exchange cdc__basic; whether one that a create brings is, too, "
    "nobody says. A setting",
)
def _flattened(address: Mapping[str, Json]) -> Obj:
    lines = [text(address, f"Line{number}") for number in range(1, 6)]
    state = f"{text(address, 'CountrySubDivisionCode')} {text(address, 'PostalCode')}".strip()
    lines += [", ".join(part for part in (text(address, "City"), state) if part), text(address, "Country")]
    kept = [line for line in lines if line][:5]
    return {f"Line{number}": line for number, line in enumerate(kept, start=1)}
