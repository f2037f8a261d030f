"""Estimates, sales receipts, credit memos and refund receipts."""

from linksync.testing.quickbooks import faults
from linksync.testing.quickbooks.balances import move_balances
from linksync.testing.quickbooks.currencies import convert
from linksync.testing.quickbooks.documents import count_number, guard_closed
from linksync.testing.quickbooks.entities.invoice import (
    SALE_CHECKS,
    SALE_COMPLETIONS,
    SALE_ORDER,
    check_customer,
    check_customer_if_any,
)
from linksync.testing.quickbooks.entities.told import told_of
from linksync.testing.quickbooks.entity import SENT_TRANSACTION, Draft, EntityKind, Void, queryable
from linksync.testing.quickbooks.faults import RefusedError
from linksync.testing.quickbooks.links import release
from linksync.testing.quickbooks.locks import guard_deposited, guard_paid
from linksync.testing.quickbooks.orders import BY_LAST_UPDATE
from linksync.testing.quickbooks.references import named
from linksync.testing.quickbooks.rules import Certainty, rule
from linksync.testing.quickbooks.shapes import entity_shape
from linksync.testing.quickbooks.stock import move_stock
from linksync.testing.quickbooks.totals import credit, settle
from linksync.testing.quickbooks.values import reference

UNDEPOSITED_FUNDS = "4"


@rule(
    "a bare estimate is Pending; nobody owes for it",
    Certainty.OFFICIAL,
    "official estimate page; recorded exchange cdc__basic shows no balance",
)
def fill_in_estimate(draft: Draft) -> None:
    """Set the defaults of an estimate."""
    draft.after.setdefault("TxnStatus", "Pending")


@rule(
    "the money of a sales receipt or payment goes to Undeposited Funds unless it says otherwise",
    Certainty.RECORDED,
    "recorded exchange batch__basic; official sales receipt page",
)
def deposit_it(draft: Draft) -> None:
    """Fill in the account that the money goes to."""
    if not reference(draft.after, "DepositToAccountRef"):
        account = draft.books.find("Account", UNDEPOSITED_FUNDS)
        if account is not None:
            draft.after["DepositToAccountRef"] = named(account)


@rule(
    "a refund needs the account that the money comes from",
    Certainty.OFFICIAL,
    "official refund receipt page",
)
def check_account(draft: Draft) -> None:
    """Refuse a refund from nowhere."""
    if not reference(draft.after, "DepositToAccountRef"):
        raise RefusedError(faults.required("DepositToAccountRef"))


ESTIMATE = EntityKind(
    name="Estimate",
    shape=entity_shape("Estimate"),
    id_group="transactions",
    operations=SENT_TRANSACTION,
    is_list=False,
    checks=(check_customer, *SALE_CHECKS),
    completions=(*SALE_COMPLETIONS, fill_in_estimate, convert),
    guards=(guard_closed,),
    effects=(count_number("Estimate"),),
    told=told_of("Estimate"),
    queryable=queryable("Estimate"),
    default_order=BY_LAST_UPDATE,
    order=SALE_ORDER,
)
SALES_RECEIPT = EntityKind(
    name="SalesReceipt",
    shape=entity_shape("SalesReceipt"),
    id_group="transactions",
    operations=SENT_TRANSACTION,
    is_list=False,
    checks=(check_customer_if_any, *SALE_CHECKS),
    completions=(*SALE_COMPLETIONS, deposit_it, settle, convert),
    guards=(guard_closed, guard_deposited),
    effects=(count_number("SalesReceipt"), move_stock(-1)),
    void=Void.BY_EITHER,
    told=told_of("SalesReceipt"),
    queryable=queryable("SalesReceipt"),
    default_order=BY_LAST_UPDATE,
    order=SALE_ORDER,
)
CREDIT_MEMO = EntityKind(
    name="CreditMemo",
    shape=entity_shape("CreditMemo"),
    id_group="transactions",
    operations=SENT_TRANSACTION,
    is_list=False,
    checks=(check_customer, *SALE_CHECKS),
    completions=(*SALE_COMPLETIONS, credit, convert),
    guards=(guard_closed,),
    void_guards=(guard_paid,),
    effects=(count_number("CreditMemo"), release("CreditMemo"), move_balances("CreditMemo"), move_stock(1)),
    told=told_of("CreditMemo"),
    queryable=queryable("CreditMemo"),
    default_order=BY_LAST_UPDATE,
    order=SALE_ORDER,
)
REFUND_RECEIPT = EntityKind(
    name="RefundReceipt",
    shape=entity_shape("RefundReceipt"),
    id_group="transactions",
    operations=SENT_TRANSACTION,
    is_list=False,
    checks=(check_account, check_customer_if_any, *SALE_CHECKS),
    completions=(*SALE_COMPLETIONS, settle, convert),
    guards=(guard_closed, guard_deposited),
    effects=(count_number("RefundReceipt"), move_stock(1)),
    told=told_of("RefundReceipt"),
    queryable=queryable("RefundReceipt"),
    default_order=BY_LAST_UPDATE,
    order=SALE_ORDER,
)
