"""The table of entities and rules: one row per entity that the simulator knows."""

from collections.abc import Mapping

from linksync.testing.quickbooks.entities.account import ACCOUNT
from linksync.testing.quickbooks.entities.attachable import ATTACHABLE
from linksync.testing.quickbooks.entities.bills import BILL, PURCHASE_ORDER, VENDOR_CREDIT
from linksync.testing.quickbooks.entities.companies import COMPANY_INFO, EXCHANGE_RATE, PREFERENCES
from linksync.testing.quickbooks.entities.customer import CUSTOMER
from linksync.testing.quickbooks.entities.deposit import DEPOSIT
from linksync.testing.quickbooks.entities.employee import EMPLOYEE
from linksync.testing.quickbooks.entities.invoice import INVOICE
from linksync.testing.quickbooks.entities.item import ITEM
from linksync.testing.quickbooks.entities.journal import JOURNAL_ENTRY
from linksync.testing.quickbooks.entities.lists import (
    CLASS,
    COMPANY_CURRENCY,
    CUSTOMER_TYPE,
    DEPARTMENT,
    JOURNAL_CODE,
    PAYMENT_METHOD,
    TERM,
)
from linksync.testing.quickbooks.entities.moves import CREDIT_CARD_PAYMENT, TIME_ACTIVITY, TRANSFER
from linksync.testing.quickbooks.entities.payment import BILL_PAYMENT, PAYMENT
from linksync.testing.quickbooks.entities.purchases import PURCHASE
from linksync.testing.quickbooks.entities.recurring import RECURRING_TRANSACTION
from linksync.testing.quickbooks.entities.sales import CREDIT_MEMO, ESTIMATE, REFUND_RECEIPT, SALES_RECEIPT
from linksync.testing.quickbooks.entities.tax import TAX_AGENCY, TAX_CODE, TAX_RATE
from linksync.testing.quickbooks.entities.vendor import VENDOR
from linksync.testing.quickbooks.entity import EntityKind

ENTITIES: Mapping[str, EntityKind] = {
    kind.name: kind
    for kind in (
        CUSTOMER,
        VENDOR,
        EMPLOYEE,
        ITEM,
        ACCOUNT,
        CLASS,
        DEPARTMENT,
        TERM,
        PAYMENT_METHOD,
        CUSTOMER_TYPE,
        TAX_CODE,
        TAX_RATE,
        TAX_AGENCY,
        COMPANY_CURRENCY,
        EXCHANGE_RATE,
        JOURNAL_CODE,
        INVOICE,
        ESTIMATE,
        SALES_RECEIPT,
        CREDIT_MEMO,
        REFUND_RECEIPT,
        PAYMENT,
        BILL,
        BILL_PAYMENT,
        VENDOR_CREDIT,
        PURCHASE,
        PURCHASE_ORDER,
        JOURNAL_ENTRY,
        DEPOSIT,
        TRANSFER,
        TIME_ACTIVITY,
        CREDIT_CARD_PAYMENT,
        RECURRING_TRANSACTION,
        ATTACHABLE,
        COMPANY_INFO,
        PREFERENCES,
    )
}
"""Every entity by its name."""

BY_SEGMENT: Mapping[str, EntityKind] = {
    name.lower(): kind for kind in ENTITIES.values() for name in (kind.name, kind.key)
}
"""Every entity by its path segment, which is also how queries may spell it."""

__all__ = ["BY_SEGMENT", "ENTITIES"]
