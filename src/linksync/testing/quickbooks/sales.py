"""The lines and totals of a sales form."""

from collections.abc import Mapping
from decimal import Decimal

from linksync.exactjson import Json
from linksync.testing.quickbooks import faults
from linksync.testing.quickbooks.books import Books
from linksync.testing.quickbooks.entity import Draft
from linksync.testing.quickbooks.faults import Problem, RefusedError
from linksync.testing.quickbooks.index import SortKey
from linksync.testing.quickbooks.references import resolve
from linksync.testing.quickbooks.rules import Certainty, rule, state
from linksync.testing.quickbooks.taxes import DISCOUNT, check_tax_code
from linksync.testing.quickbooks.values import (
    ZERO,
    Obj,
    amount,
    array,
    group,
    number,
    product,
    reference,
    text,
    to_cents,
)

SALES, GROUP, DESCRIPTION = "SalesItemLineDetail", "GroupLineDetail", "DescriptionOnly"
SUBTOTAL = "SubTotalLineDetail"
_OF_SALES_FORMS = frozenset({SALES, DISCOUNT, GROUP, DESCRIPTION, SUBTOTAL})

state(
    "amounts of lines are kept in whole cents, rounded half up",
    Certainty.LIKELY,
    "common knowledge",
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
    "a line that sells needs an amount (2020); an item that it names is in use",
    Certainty.LIKELY,
    "official schema and error code page",
)
def _check_sale(books: Books, line: Mapping[str, Json], before: Mapping[str, Json]) -> None:
    detail = group(line, SALES)
    if number(line, "Amount") is None:
        raise RefusedError(faults.required("Line.Amount"))
    item = reference(detail, "ItemRef")
    if not item and default_item(books) is None:
        raise RefusedError(
            Problem(
                code="6440",
                message="Item or account is required",
                detail="An item or an account must be specified on each line",
                element="Line.SalesItemLineDetail.ItemRef",
            )
        )
    # A document stays editable after one of its items went out of use.
    if item and item != reference(group(before, SALES), "ItemRef"):
        resolve(books, "Item", item, "Line.SalesItemLineDetail.ItemRef")
    check_tax_code(books, reference(detail, "TaxCodeRef"), "Line.SalesItemLineDetail.TaxCodeRef")
    class_id = reference(detail, "ClassRef")
    if class_id:
        resolve(books, "Class", class_id, "Line.SalesItemLineDetail.ClassRef")
    check_product(line)


@rule(
    "a line that sells and names no item sells the company's default item",
    Certainty.CLIENT,
    "Intuit's answer to issue 53 of its .NET SDK, and a public client's tests in a sandbox; the official invoice page, "
    "where ItemRef is optional, still has such a line be a description whose amount is ignored",
    guess="that the default is the first item that can be sold, and that without any it is 6440",
)
def default_item(books: Books) -> Obj | None:
    """Return the first item that can be sold; None where there is none."""
    table = books.tables["Item"]
    first = table.find_all(table.in_order("that can be sold", _rank_for_sale).slice(0, 1))
    return first[0] if first else None


def _rank_for_sale(item: Obj) -> SortKey | None:
    can_be_sold = item.get("Active") is not False and text(item, "Type") not in {"Category", "Group"}
    return (1, Decimal(text(item, "Id")), "") if can_be_sold else None


@rule(
    "an amount equals quantity times price, rounded half up to cents: else 6070",
    Certainty.OFFICIAL,
    "official error code page; that it is rounded half up is common knowledge",
)
def check_product(line: Mapping[str, Json], kind: str = SALES) -> None:
    """Refuse a line whose amount is not what its quantity and price make."""
    detail = group(line, kind)
    quantity, price = number(detail, "Qty"), number(detail, "UnitPrice")
    if quantity is None or price is None or _is_blank(quantity, price):
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


@rule(
    "a quantity and a price that are both 0 are as if none was sent: the amount stands alone",
    Certainty.CLIENT,
    "a public client sends both zeros with every line, and its tests create documents in a sandbox so",
)
def _is_blank(quantity: Decimal, price: Decimal) -> bool:
    return quantity == price == ZERO


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
