"""What the server makes of the lines of a sales form: names, tax codes, subtotals, discounts, totals, balances."""

from collections.abc import Mapping
from decimal import Decimal

from linksync.exactjson import Json
from linksync.testing.quickbooks import faults
from linksync.testing.quickbooks.books import Books
from linksync.testing.quickbooks.entity import Draft
from linksync.testing.quickbooks.faults import RefusedError
from linksync.testing.quickbooks.references import named
from linksync.testing.quickbooks.rules import Certainty, rule
from linksync.testing.quickbooks.sales import GROUP, SALES, SUBTOTAL, default_item
from linksync.testing.quickbooks.taxes import DISCOUNT, complete_tax
from linksync.testing.quickbooks.values import (
    ZERO,
    Obj,
    amount,
    array,
    as_amount,
    group,
    number,
    product,
    reference,
    text,
    to_cents,
)


@rule(
    "a subtotal line without Id follows the lines that sell, a discount follows the subtotal",
    Certainty.RECORDED,
    "recorded exchange create__invoice; the place of the discount is what public clients rely on",
    guess="that subtotal lines which are sent are not kept, wherever they stand",
)
def complete_lines(draft: Draft) -> None:
    """Number the lines, fill in names and tax codes, add the subtotal, compute discounts."""
    sent = [line for line in array(draft.after, "Line") if text(line, "DetailType") != SUBTOTAL]
    numbered = number_lines(draft, [dict(line) for line in sent])
    forward = [line for line in numbered if text(line, "DetailType") != DISCOUNT]
    discounts = [line for line in numbered if text(line, "DetailType") == DISCOUNT]
    lines = [_complete_sale(draft, line) for line in forward]
    subtotal = sum((amount(line, "Amount") for line in lines), ZERO)
    total: Obj = {"Amount": as_amount(subtotal), "DetailType": SUBTOTAL, SUBTOTAL: {}}
    lines.append(total)
    lines += [_complete_discount(draft.books, line, subtotal) for line in discounts]
    draft.after["Line"] = lines


@rule(
    "a line without its Id, or with one that is not there, becomes a new line; ids go on from the highest that the "
    "document had before",
    Certainty.RECORDED,
    "recorded exchange update__sales_receipt: line 5 became 6; official bill page for an Id that is not there",
    guess="that the id of a line that was taken out earlier may come again",
)
def number_lines(draft: Draft, lines: list[Obj]) -> list[Obj]:
    """Return *lines* with their ids and numbers."""
    known = {text(line, "Id") for line in array(draft.before or {}, "Line")} - {""}
    highest = max((int(line_id) for line_id in known if line_id.isdecimal()), default=0)
    used = set[str]()
    numbered = list[Obj]()
    for position, line in enumerate(lines, start=1):
        line_id = text(line, "Id")
        if line_id not in known or line_id in used:
            highest += 1
            line_id = str(highest)
        used.add(line_id)
        rest: Obj = {name: value for name, value in line.items() if name not in {"Id", "LineNum"}}
        numbered.append({"Id": line_id, "LineNum": position, **rest})
    return numbered


@rule(
    "a line without tax code gets TAX when item and customer are taxable, else NON; ItemRef gets its name",
    Certainty.RECORDED,
    "recorded exchange create__invoice (NON); when it is TAX is common knowledge",
)
def _complete_sale(draft: Draft, line: Obj) -> Obj:
    if number(line, "Amount") is not None:
        line["Amount"] = as_amount(to_cents(amount(line, "Amount")))
    if text(line, "DetailType") == GROUP:
        return _complete_group(draft, line)
    if text(line, "DetailType") != SALES:
        return line
    line[SALES] = _complete_detail(draft, group(line, SALES))
    return line


def _complete_detail(draft: Draft, given: Mapping[str, Json]) -> Obj:
    detail: Obj = dict(given)
    named_item = draft.books.find("Item", reference(detail, "ItemRef"))
    item = named_item or default_item(draft.books) or {}
    customer = draft.books.find("Customer", reference(draft.after, "CustomerRef")) or {}
    is_taxed = item.get("Taxable") is True and customer.get("Taxable") is True
    code = reference(detail, "TaxCodeRef")
    if not code and draft.books.settings.country == "US":
        code = "TAX" if is_taxed else "NON"
    rest: Obj = {name: value for name, value in detail.items() if name not in {"ItemRef", "TaxCodeRef"}}
    return {"ItemRef": named(item), **rest, **({"TaxCodeRef": {"value": code}} if code else {})}


@rule(
    "a line that sells a bundle gets the lines of its parts within, and their sum for its amount",
    Certainty.LIKELY,
    "official schema; the amounts follow from the parts' prices",
)
def _complete_group(draft: Draft, line: Obj) -> Obj:
    detail: Obj = dict(group(line, GROUP))
    bundle = draft.books.find("Item", reference(detail, "GroupItemRef")) or {}
    quantity = number(detail, "Quantity") or Decimal(1)
    parts = list[Json]()
    for position, part in enumerate(array(group(bundle, "ItemGroupDetail"), "ItemGroupLine"), start=1):
        item = draft.books.find("Item", reference(part, "ItemRef")) or {}
        count, price = product(quantity, amount(part, "Qty")), amount(item, "UnitPrice")
        sold: Obj = {"ItemRef": named(item), "UnitPrice": price, "Qty": count}
        parts.append(
            {
                "Id": f"{text(line, 'Id')}{position:02}",
                "LineNum": position,
                "Amount": as_amount(to_cents(product(count, price))),
                "DetailType": SALES,
                SALES: _complete_detail(draft, sold),
            }
        )
    detail["GroupItemRef"] = named(bundle)
    detail["Quantity"] = quantity
    detail["Line"] = parts
    total = sum((amount(part, "Amount") for part in array(detail, "Line")), ZERO)
    return {**line, "Amount": as_amount(total), GROUP: detail}


@rule(
    "a percentage discount is that part of the subtotal, rounded half up to cents, whatever amount was sent",
    Certainty.LIKELY,
    "client reports",
    guess="how it is rounded",
)
def _complete_discount(books: Books, line: Obj, subtotal: Decimal) -> Obj:
    detail: Obj = dict(group(line, DISCOUNT))
    if detail.get("PercentBased") is True:
        percent = amount(detail, "DiscountPercent")
        line["Amount"] = as_amount(to_cents(product(subtotal, percent) / 100))
    else:
        detail["PercentBased"] = False
        line["Amount"] = as_amount(to_cents(amount(line, "Amount")))
    account = books.find("Account", reference(detail, "DiscountAccountRef") or "86")
    if account is not None:
        detail["DiscountAccountRef"] = named(account)
    line[DISCOUNT] = detail
    return line


@rule(
    "the total is lines less discounts plus tax",
    Certainty.OFFICIAL,
    "official invoice page",
)
def complete_totals(draft: Draft) -> None:
    """Compute the tax and the total."""
    complete_tax(draft)
    after = draft.after
    lines = array(after, "Line")
    sold = sum((amount(line, "Amount") for line in lines if text(line, "DetailType") in {SALES, GROUP}), ZERO)
    off = sum((amount(line, "Amount") for line in lines if text(line, "DetailType") == DISCOUNT), ZERO)
    total = sold - off + amount(group(after, "TxnTaxDetail"), "TotalTax")
    check_total(total)
    after["TotalAmt"] = as_amount(total)


@rule(
    "the balance is the total less a deposit and what was paid; a total below what was paid is refused with 6000",
    Certainty.LIKELY,
    "official invoice page for the first part",
    guess="that a total below what was paid is refused",
)
def owe(draft: Draft) -> None:
    """Compute what an invoice leaves open."""
    before = draft.before or {}
    paid = amount(before, "TotalAmt") - amount(before, "Deposit") - amount(before, "Balance")
    left = amount(draft.after, "TotalAmt") - amount(draft.after, "Deposit") - paid
    if paid and left < 0:
        raise RefusedError(faults.business("The total is less than the payments applied", element="TotalAmt"))
    draft.after["Balance"] = as_amount(left)


@rule(
    "a credit memo's RemainingCredit and Balance are its total less what payments used of it",
    Certainty.OFFICIAL,
    "official credit memo page; that both are the same is common knowledge",
)
def credit(draft: Draft) -> None:
    """Compute what a credit memo still gives."""
    before = draft.before or {}
    used = amount(before, "TotalAmt") - amount(before, "RemainingCredit")
    left = as_amount(amount(draft.after, "TotalAmt") - used)
    draft.after["Balance"] = draft.after["RemainingCredit"] = left


@rule(
    "a sales or refund receipt has a balance of 0",
    Certainty.RECORDED,
    "recorded exchange all__sales_receipts",
)
def settle(draft: Draft) -> None:
    """Say that nothing is open."""
    draft.after["Balance"] = 0


@rule(
    "a sales form with a total below zero is refused with 6000",
    Certainty.CLIENT,
    "notes of public clients; the code is the catch-all",
)
def check_total(total: Decimal) -> None:
    """Refuse a negative total."""
    if total < 0:
        raise RefusedError(faults.business("Transaction amount must be 0 or greater"))
