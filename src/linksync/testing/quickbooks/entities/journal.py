"""Journal entries."""

from collections.abc import Mapping

from linksync.exactjson import Json
from linksync.testing.quickbooks import faults
from linksync.testing.quickbooks.balances import move_balances
from linksync.testing.quickbooks.books import Books
from linksync.testing.quickbooks.currencies import check_currency, convert, set_currency
from linksync.testing.quickbooks.documents import (
    check_number,
    check_open,
    count_number,
    date_it,
    guard_closed,
)
from linksync.testing.quickbooks.entities.told import told_of
from linksync.testing.quickbooks.entity import TRANSACTION, Draft, EntityKind, Void, queryable
from linksync.testing.quickbooks.faults import Problem, RefusedError
from linksync.testing.quickbooks.orders import BY_LAST_UPDATE
from linksync.testing.quickbooks.references import named, resolve
from linksync.testing.quickbooks.rules import Certainty, rule
from linksync.testing.quickbooks.shapes import entity_shape
from linksync.testing.quickbooks.values import (
    ZERO,
    Obj,
    amount,
    array,
    as_amount,
    group,
    number,
    reference,
    text,
    to_cents,
)

_ENTRY = "JournalEntryLineDetail"


@rule(
    "a journal entry needs two lines with amount, posting type and account; debits equal credits: else 2300; no amount is "
    "negative: 2290; a line of receivables needs a customer, one of payables a vendor: 6000",
    Certainty.OFFICIAL,
    "official journal entry page and error code page",
)
def check_entry(draft: Draft) -> None:
    """Refuse an entry that does not balance."""
    lines = [line for line in array(draft.after, "Line") if text(line, "DetailType") == _ENTRY]
    if len(lines) < 2:
        raise RefusedError(faults.no_lines())
    sums = {"Debit": ZERO, "Credit": ZERO}
    for line in lines:
        detail = group(line, _ENTRY)
        if number(line, "Amount") is None:
            raise RefusedError(faults.required("Line.Amount"))
        if amount(line, "Amount") < 0:
            raise RefusedError(
                Problem(
                    code="2290",
                    message="Negative line amount",
                    detail=f"Line amount must not be negative. Supplied value:{amount(line, 'Amount')}",
                    element="Line.Amount",
                )
            )
        posting = text(detail, "PostingType")
        if posting not in sums:
            raise RefusedError(faults.required(f"Line.{_ENTRY}.PostingType"))
        sums[posting] += to_cents(amount(line, "Amount"))
        _check_account(draft.books, detail)
    if sums["Debit"] != sums["Credit"]:
        raise RefusedError(
            Problem(
                code="2300",
                message="Debits and credits are not equal",
                detail=f"Debits do not equal credits. Debits:{sums['Debit']} Credits:{sums['Credit']}",
                element="Line",
            )
        )


def _check_account(books: Books, detail: Mapping[str, Json]) -> None:
    if not reference(detail, "AccountRef"):
        raise RefusedError(faults.required(f"Line.{_ENTRY}.AccountRef"))
    account = resolve(books, "Account", reference(detail, "AccountRef"), f"Line.{_ENTRY}.AccountRef")
    wanted = {"Accounts Receivable": "Customer", "Accounts Payable": "Vendor"}.get(
        text(account, "AccountType")
    )
    party = group(detail, "Entity")
    if wanted is not None and (text(party, "Type") != wanted or not reference(party, "EntityRef")):
        raise RefusedError(
            faults.business(
                f"When you use {text(account, 'AccountType')}, you must choose a {wanted.lower()} in the Name field",
                element=f"Line.{_ENTRY}.Entity",
            )
        )
    if reference(party, "EntityRef"):
        resolve(books, text(party, "Type") or "Customer", reference(party, "EntityRef"), "Entity")


@rule(
    "the lines of a journal entry are numbered from 0, and its total is 0",
    Certainty.OFFICIAL,
    "samples of the official journal entry page",
)
def complete_entry(draft: Draft) -> None:
    """Number the lines and fill in names."""
    lines = list[Json]()
    for position, line in enumerate(array(draft.after, "Line")):
        detail: Obj = dict(group(line, _ENTRY))
        for name, entity in {
            "AccountRef": "Account",
            "ClassRef": "Class",
            "DepartmentRef": "Department",
        }.items():
            target = draft.books.find(entity, reference(detail, name))
            if target is not None:
                detail[name] = named(target)
        rest: Obj = {name: value for name, value in line.items() if name not in {"Id", _ENTRY}}
        if number(rest, "Amount") is not None:
            rest["Amount"] = as_amount(to_cents(amount(rest, "Amount")))
        lines.append({"Id": str(position), **rest, **({_ENTRY: detail} if detail else {})})
    draft.after["Line"] = lines
    draft.after.setdefault("Adjustment", False)
    draft.after["TotalAmt"] = 0


JOURNAL_ENTRY = EntityKind(
    name="JournalEntry",
    shape=entity_shape("JournalEntry"),
    id_group="transactions",
    operations=TRANSACTION,
    is_list=False,
    checks=(check_entry, check_number, check_currency, check_open),
    completions=(date_it, set_currency, complete_entry, convert),
    guards=(guard_closed,),
    effects=(count_number("JournalEntry"), move_balances("JournalEntry")),
    void=Void.NOTHING_UNDER_200,
    told=told_of("JournalEntry"),
    queryable=queryable("JournalEntry"),
    default_order=BY_LAST_UPDATE,
)
