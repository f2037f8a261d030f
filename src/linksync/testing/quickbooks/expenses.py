"""The lines and totals of what is bought: bills, purchases, purchase orders, vendor credits."""

from collections.abc import Mapping

from linksync.exactjson import Json
from linksync.testing.quickbooks import faults
from linksync.testing.quickbooks.books import Books
from linksync.testing.quickbooks.entity import Draft
from linksync.testing.quickbooks.faults import Problem, RefusedError
from linksync.testing.quickbooks.references import named, resolve
from linksync.testing.quickbooks.rules import Certainty, rule
from linksync.testing.quickbooks.sales import check_product
from linksync.testing.quickbooks.taxes import check_tax_code, complete_purchase_tax
from linksync.testing.quickbooks.totals import number_lines
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

ACCOUNT, ITEM = "AccountBasedExpenseLineDetail", "ItemBasedExpenseLineDetail"
_KINDS = frozenset({ACCOUNT, ITEM, "DescriptionOnly", "TaxLineDetail"})
_TARGETS = {"AccountRef": "Account", "ItemRef": "Item", "CustomerRef": "Customer", "ClassRef": "Class"}


@rule(
    "what is bought needs a line with an account or an item: else 2250; a line needs its amount (2020) and its account "
    "or item (6440), which are in use",
    Certainty.OFFICIAL,
    "official bill, purchase and vendor credit pages and error code page",
)
def check_expenses(draft: Draft) -> None:
    """Refuse a document without lines, and lines that lack what their kind needs."""
    lines = array(draft.after, "Line")
    kinds = [text(line, "DetailType") for line in lines]
    if any(not kind for kind in kinds):
        raise RefusedError(faults.required("Line.DetailType"))
    for kind in kinds:
        if kind not in _KINDS:
            raise RefusedError(faults.business(f"{kind} does not fit a purchase", "6000", "Line.DetailType"))
    if not {ACCOUNT, ITEM} & set(kinds):
        raise RefusedError(faults.no_lines())
    before = {text(line, "Id"): line for line in array(draft.before or {}, "Line")}
    for line in lines:
        if text(line, "DetailType") in {ACCOUNT, ITEM}:
            _check_expense(draft.books, line, before.get(text(line, "Id"), {}))


def _check_expense(books: Books, line: Mapping[str, Json], before: Mapping[str, Json]) -> None:
    kind = text(line, "DetailType")
    detail, earlier = group(line, kind), group(before, kind)
    if number(line, "Amount") is None:
        raise RefusedError(faults.required("Line.Amount"))
    wanted = "AccountRef" if kind == ACCOUNT else "ItemRef"
    if not reference(detail, wanted):
        raise RefusedError(
            Problem(
                code="6440",
                message="Item or account is required",
                detail="An item or an account must be specified on each line",
                element=f"Line.{kind}.{wanted}",
            )
        )
    for name, entity in _TARGETS.items():
        object_id = reference(detail, name)
        if object_id and object_id != reference(earlier, name):
            resolve(books, entity, object_id, f"Line.{kind}.{name}")
    check_tax_code(books, reference(detail, "TaxCodeRef"), f"Line.{kind}.TaxCodeRef")
    _check_billable(detail)
    check_product(line, kind)


@rule(
    "a line that is billable needs the customer who is billed",
    Certainty.OFFICIAL,
    "official bill page; the code is that for a missing parameter",
)
def _check_billable(detail: Mapping[str, Json]) -> None:
    if text(detail, "BillableStatus") == "Billable" and not reference(detail, "CustomerRef"):
        raise RefusedError(faults.required("CustomerRef"))


@rule(
    "a line of a purchase is NotBillable and, in the US, has the tax code NON unless it says otherwise; names are filled "
    "in",
    Certainty.LIKELY,
    "samples of the official bill and purchase pages",
)
def complete_expenses(draft: Draft) -> None:
    """Number the lines, fill in names, tax codes and what may be billed, and add up."""
    lines = number_lines(draft, [dict(line) for line in array(draft.after, "Line")])
    draft.after["Line"] = [_complete(draft.books, line) for line in lines]
    complete_purchase_tax(draft)
    tax = amount(group(draft.after, "TxnTaxDetail"), "TotalTax")
    spent = sum((amount(line, "Amount") for line in array(draft.after, "Line")), ZERO)
    if spent + tax < 0:
        raise RefusedError(faults.business("Transaction amount must be 0 or greater"))
    draft.after["TotalAmt"] = as_amount(spent + tax)


def _complete(books: Books, line: Obj) -> Obj:
    kind = text(line, "DetailType")
    if number(line, "Amount") is not None:
        line["Amount"] = as_amount(to_cents(amount(line, "Amount")))
    if kind not in {ACCOUNT, ITEM}:
        return line
    detail: Obj = dict(group(line, kind))
    for name, entity in _TARGETS.items():
        target = books.find(entity, reference(detail, name))
        if target is not None:
            detail[name] = named(target)
    if books.settings.country == "US":
        detail.setdefault("TaxCodeRef", {"value": "NON"})
    detail.setdefault("BillableStatus", "NotBillable")
    return {**line, kind: detail}


@rule(
    "a bill's or vendor credit's balance is its total less what bill payments paid or used",
    Certainty.OFFICIAL,
    "official bill page",
    guess="a total below what was paid is refused with 6000",
)
def owe_vendor(draft: Draft) -> None:
    """Compute what is left open."""
    before = draft.before or {}
    paid = amount(before, "TotalAmt") - amount(before, "Balance")
    left = amount(draft.after, "TotalAmt") - paid
    if paid and left < 0:
        raise RefusedError(faults.business("The total is less than the payments applied", element="TotalAmt"))
    draft.after["Balance"] = as_amount(left)
