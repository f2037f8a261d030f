"""The lines and totals of a sales form."""

from collections.abc import Mapping
from decimal import Decimal

from linksync.exactjson import Json
from linksync.testing.quickbooks import faults
from linksync.testing.quickbooks.books import Books
from linksync.testing.quickbooks.entity import Draft
from linksync.testing.quickbooks.faults import Problem, RefusedError
from linksync.testing.quickbooks.references import named, resolve
from linksync.testing.quickbooks.rules import Certainty, rule, state
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

SALES, DISCOUNT, GROUP, DESCRIPTION = (
    "SalesItemLineDetail",
    "DiscountLineDetail",
    "GroupLineDetail",
    "DescriptionOnly",
)
SUBTOTAL = "SubTotalLineDetail"
_OF_SALES_FORMS = frozenset({SALES, DISCOUNT, GROUP, DESCRIPTION, SUBTOTAL})

state(
    "amounts of lines are kept in whole cents, rounded half up",
    Certainty.LIKELY,
    "common knowledge",
    kept_by=__name__,
)
state(
    "sales tax is not computed: TotalTax is what TxnTaxDetail is sent with, or 0",
    Certainty.GUESS,
    "a limit of the simulator: QuickBooks computes it from the codes TAX and NON and the addresses",
    kept_by=__name__,
)


@rule(
    "a sales form needs a line that sells, groups or describes something: else 2250",
    Certainty.OFFICIAL,
    "official invoice page and error code page",
)
def check_lines(draft: Draft) -> None:
    """Refuse a form without lines, and lines that lack what their kind needs."""
    lines = array(draft.after, "Line")
    kinds = [text(line, "DetailType") for line in lines]
    if any(not kind for kind in kinds):
        raise RefusedError(faults.required("Line.DetailType"))
    for kind in kinds:
        if kind not in _OF_SALES_FORMS:
            raise RefusedError(
                faults.business(f"{kind} does not fit a sales form", "6000", "Line.DetailType")
            )
    if not {SALES, GROUP, DESCRIPTION} & set(kinds):
        raise RefusedError(faults.no_lines())
    before = {text(line, "Id"): line for line in array(draft.before or {}, "Line")}
    for line in lines:
        match text(line, "DetailType"):
            case "SalesItemLineDetail":
                _check_sale(draft.books, line, before.get(text(line, "Id"), {}))
            case "DiscountLineDetail":
                _check_discount(draft.books, line)
            case "GroupLineDetail":
                _check_group(draft.books, line)
            case _:
                pass


@rule(
    "a line that sells needs an amount (2020) and an item (6440) that is in use",
    Certainty.LIKELY,
    "official schema and error code page; that QuickBooks would not rather fill in a default item is a guess",
)
def _check_sale(books: Books, line: Mapping[str, Json], before: Mapping[str, Json]) -> None:
    detail = group(line, SALES)
    if number(line, "Amount") is None:
        raise RefusedError(faults.required("Line.Amount"))
    item = reference(detail, "ItemRef")
    if not item:
        raise RefusedError(
            Problem(
                code="6440",
                message="Item or account is required",
                detail="An item or an account must be specified on each line",
                element="Line.SalesItemLineDetail.ItemRef",
            )
        )
    # A document stays editable after one of its items went out of use.
    if item != reference(group(before, SALES), "ItemRef"):
        resolve(books, "Item", item, "Line.SalesItemLineDetail.ItemRef")
    _check_tax_code(books, reference(detail, "TaxCodeRef"))
    class_id = reference(detail, "ClassRef")
    if class_id:
        resolve(books, "Class", class_id, "Line.SalesItemLineDetail.ClassRef")
    check_product(line)


@rule(
    "an amount equals quantity times price, rounded half up to cents: else 6070",
    Certainty.OFFICIAL,
    "official error code page; that it is rounded half up is common knowledge",
)
def check_product(line: Mapping[str, Json]) -> None:
    """Refuse a line whose amount is not what its quantity and price make."""
    detail = group(line, SALES)
    quantity, price = number(detail, "Qty"), number(detail, "UnitPrice")
    if quantity is None or price is None:
        return
    if to_cents(amount(line, "Amount")) != to_cents(product(quantity, price)):
        raise RefusedError(
            Problem(
                code="6070",
                message="Amount calculation incorrect in the request",
                detail=f"Amount is not equal to UnitPrice * Qty. Supplied value:{amount(line, 'Amount')}",
                element="Line.Amount",
            )
        )


@rule("in the US a line's tax code is TAX or NON: else 6100", Certainty.OFFICIAL, "official error code page")
def _check_tax_code(books: Books, code: str) -> None:
    if not code:
        return
    if books.find("TaxCode", code) is None:
        raise RefusedError(faults.bad_reference("Line.SalesItemLineDetail.TaxCodeRef", "TaxCode", code))
    if code not in {"TAX", "NON"}:
        raise RefusedError(
            Problem(
                code="6100",
                message="Invalid tax code",
                detail=f"Line tax code must be TAX or NON for US companies. Supplied value:{code}",
                element="Line.SalesItemLineDetail.TaxCodeRef",
            )
        )


@rule(
    "a discount needs a percentage or an amount: else 6090; its account must exist",
    Certainty.OFFICIAL,
    "official error code page",
)
def _check_discount(books: Books, line: Mapping[str, Json]) -> None:
    detail = group(line, DISCOUNT)
    given = (
        number(detail, "DiscountPercent") if detail.get("PercentBased") is True else number(line, "Amount")
    )
    if given is None:
        raise RefusedError(
            Problem(
                code="6090",
                message="Discount amount or percent is missing",
                detail="A discount line needs DiscountPercent when PercentBased is true, else Amount",
                element="Line.DiscountLineDetail",
            )
        )
    account = reference(detail, "DiscountAccountRef")
    if account:
        resolve(books, "Account", account, "Line.DiscountLineDetail.DiscountAccountRef")


def _check_group(books: Books, line: Mapping[str, Json]) -> None:
    bundle = reference(group(line, GROUP), "GroupItemRef")
    if not bundle:
        raise RefusedError(faults.required("Line.GroupLineDetail.GroupItemRef"))
    resolve(books, "Item", bundle, "Line.GroupLineDetail.GroupItemRef")


@rule(
    "a subtotal line without Id follows the lines that sell, a discount follows the subtotal",
    Certainty.RECORDED,
    "recorded exchange create__invoice; the place of the discount is what public clients rely on",
)
def complete_lines(draft: Draft) -> None:
    """Number the lines, fill in names and tax codes, add the subtotal, compute discounts."""
    sent = [line for line in array(draft.after, "Line") if text(line, "DetailType") != SUBTOTAL]
    numbered = _number_lines(draft, [dict(line) for line in sent])
    forward = [line for line in numbered if text(line, "DetailType") != DISCOUNT]
    discounts = [line for line in numbered if text(line, "DetailType") == DISCOUNT]
    lines = [_complete_sale(draft, line) for line in forward]
    subtotal = sum((amount(line, "Amount") for line in lines), ZERO)
    total: Obj = {"Amount": as_amount(subtotal), "DetailType": SUBTOTAL, SUBTOTAL: {}}
    lines.append(total)
    lines += [_complete_discount(draft.books, line, subtotal) for line in discounts]
    draft.after["Line"] = lines


@rule(
    "a line without its Id becomes a new line; ids go on from the highest that the document has had",
    Certainty.RECORDED,
    "recorded exchange update__sales_receipt: line 5 became 6. An Id that the document does not have is a guess",
)
def _number_lines(draft: Draft, lines: list[Obj]) -> list[Obj]:
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
        line.setdefault("Amount", as_amount(ZERO))
    if text(line, "DetailType") != SALES:
        return line
    detail: Obj = dict(group(line, SALES))
    item = draft.books.find("Item", reference(detail, "ItemRef")) or {}
    customer = draft.books.find("Customer", reference(draft.after, "CustomerRef")) or {}
    is_taxed = item.get("Taxable") is True and customer.get("Taxable") is True
    code = reference(detail, "TaxCodeRef") or ("TAX" if is_taxed else "NON")
    rest: Obj = {name: value for name, value in detail.items() if name not in {"ItemRef", "TaxCodeRef"}}
    line[SALES] = {"ItemRef": named(item), **rest, "TaxCodeRef": {"value": code}}
    return line


@rule(
    "a percentage discount is that part of the subtotal, rounded half up to cents, whatever amount was sent",
    Certainty.LIKELY,
    "client reports; how it is rounded is a guess",
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
    "the total is lines less discounts plus tax; the balance is the total less a deposit",
    Certainty.OFFICIAL,
    "official invoice page; the deposit is common knowledge",
)
def complete_totals(draft: Draft) -> None:
    """Compute total and balance."""
    after = draft.after
    lines = array(after, "Line")
    sold = sum((amount(line, "Amount") for line in lines if _adds(line)), ZERO)
    off = sum((amount(line, "Amount") for line in lines if text(line, "DetailType") == DISCOUNT), ZERO)
    tax: Obj = dict(group(after, "TxnTaxDetail"))
    tax["TotalTax"] = tax.get("TotalTax") or 0
    total = sold - off + amount(tax, "TotalTax")
    check_total(total)
    after["TxnTaxDetail"] = tax
    after["TotalAmt"] = as_amount(total)
    after["Balance"] = as_amount(total - amount(after, "Deposit"))


def _adds(line: Mapping[str, Json]) -> bool:
    return text(line, "DetailType") in {SALES, GROUP}


@rule(
    "a sales form with a total below zero is refused with 6000",
    Certainty.CLIENT,
    "notes of public clients; the code is the catch-all",
)
def check_total(total: Decimal) -> None:
    """Refuse a negative total."""
    if total < 0:
        raise RefusedError(faults.business("Transaction amount must be 0 or greater"))
