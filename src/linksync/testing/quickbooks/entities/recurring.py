"""Recurring transactions: templates of other transactions."""

from linksync.mapping.remote import FieldKind
from linksync.testing.quickbooks.entity import EntityKind, Queryable, queryable
from linksync.testing.quickbooks.orders import BY_LAST_UPDATE
from linksync.testing.quickbooks.settings import Plan
from linksync.testing.quickbooks.shapes import entity_shape

TYPES = (
    "Bill",
    "Purchase",
    "CreditMemo",
    "Deposit",
    "Estimate",
    "Invoice",
    "JournalEntry",
    "RefundReceipt",
    "SalesReceipt",
    "Transfer",
    "VendorCredit",
    "PurchaseOrder",
)
"""What there are templates of (official recurring transaction page)."""

RECURRING_TRANSACTION = EntityKind(
    name="RecurringTransaction",
    hidden=frozenset({"Type"}),
    shape=entity_shape("RecurringTransaction"),
    id_group="transactions",
    operations=frozenset(),
    is_list=False,
    plan=Plan.ESSENTIALS,
    is_tracked=False,
    queryable={
        **queryable("RecurringTransaction"),
        "type": Queryable(path=("Type",), kind=FieldKind.TEXT),
    },
    default_order=BY_LAST_UPDATE,
)
