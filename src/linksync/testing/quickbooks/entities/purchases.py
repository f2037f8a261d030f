"""Purchases: what is bought and paid at once."""

from linksync.testing.quickbooks import faults
from linksync.testing.quickbooks.currencies import convert, set_currency
from linksync.testing.quickbooks.documents import count_number, date_it, guard_closed
from linksync.testing.quickbooks.entities.bills import EXPENSE_CHECKS, NAME_THEM, ORDER
from linksync.testing.quickbooks.entities.told import told_of
from linksync.testing.quickbooks.entity import TRANSACTION, Draft, EntityKind, queryable
from linksync.testing.quickbooks.expenses import complete_expenses
from linksync.testing.quickbooks.faults import Problem, RefusedError
from linksync.testing.quickbooks.links import apply_links, keep_mirrors
from linksync.testing.quickbooks.orders import BY_LAST_UPDATE
from linksync.testing.quickbooks.references import named, resolve
from linksync.testing.quickbooks.rules import Certainty, rule
from linksync.testing.quickbooks.shapes import entity_shape
from linksync.testing.quickbooks.stock import move_stock
from linksync.testing.quickbooks.values import amount, group, reference, text


@rule(
    "a purchase by credit card is paid from an account of type Credit Card, others from one of type Bank: else 6430",
    Certainty.LIKELY,
    "official purchase page and error code page; that checks from other accounts are refused is common knowledge",
)
def check_payer(draft: Draft) -> None:
    """Refuse an account that cannot pay."""
    account_id = reference(draft.after, "AccountRef")
    account = resolve(draft.books, "Account", account_id, "AccountRef")
    wanted = "Credit Card" if text(draft.after, "PaymentType") == "CreditCard" else "Bank"
    kind = text(account, "AccountType")
    if (kind == "Credit Card") != (wanted == "Credit Card") or kind in {"Income", "Expense"}:
        raise RefusedError(
            Problem(
                code="6430",
                message="Invalid account type",
                detail=f"Invalid account type used: {kind} for a payment by {text(draft.after, 'PaymentType')}",
                element="AccountRef",
            )
        )


@rule(
    "the PaymentType of a purchase cannot be changed; Credit is kept for credit cards only",
    Certainty.RECORDED,
    "reports of live runs; the code is the catch-all",
)
def check_payment_type(draft: Draft) -> None:
    """Refuse another way of paying, and forget a credit that is none."""
    before, kind = text(draft.before or {}, "PaymentType"), text(draft.after, "PaymentType")
    if before and kind != before:
        raise RefusedError(faults.business("PaymentType cannot be changed", element="PaymentType"))
    if kind != "CreditCard":
        draft.after.pop("Credit", None)


@rule(
    "whom a purchase is paid to is a vendor, customer or employee, by EntityRef.type",
    Certainty.OFFICIAL,
    "official purchase page",
    guess="that it is a vendor where no type is sent",
)
def check_payee(draft: Draft) -> None:
    """Refuse a payee that is not there, and fill in the name."""
    payee = group(draft.after, "EntityRef")
    object_id = text(payee, "value")
    if not object_id:
        return
    entity = text(payee, "type") or "Vendor"
    target = resolve(draft.books, entity, object_id, "EntityRef")
    draft.after["EntityRef"] = {**named(target), "type": entity}


def fill_in_purchase(draft: Draft) -> None:
    """Set the defaults of a purchase, and the name of its account."""
    if text(draft.after, "PaymentType") == "Check":
        draft.after.setdefault("PrintStatus", "NotSet")
    draft.after.setdefault("TotalAmt", amount(draft.after, "TotalAmt"))


PURCHASE = EntityKind(
    name="Purchase",
    shape=entity_shape("Purchase"),
    id_group="transactions",
    operations=TRANSACTION,
    is_list=False,
    checks=(check_payment_type, check_payer, check_payee, *EXPENSE_CHECKS),
    completions=(
        date_it,
        set_currency,
        NAME_THEM,
        keep_mirrors,
        complete_expenses,
        fill_in_purchase,
        convert,
    ),
    guards=(guard_closed,),
    effects=(count_number("Purchase"), apply_links("Purchase"), move_stock(1)),
    told=told_of("Purchase"),
    queryable=queryable("Purchase"),
    default_order=BY_LAST_UPDATE,
    order=ORDER,
)
"""Purchases."""
