"""The table of entities and rules: one row per entity that the simulator knows."""

from collections.abc import Mapping

from linksync.testing.quickbooks.entities.customer import CUSTOMER
from linksync.testing.quickbooks.entities.invoice import INVOICE
from linksync.testing.quickbooks.entities.item import ITEM
from linksync.testing.quickbooks.entities.lists import (
    ACCOUNT,
    CLASS,
    DEPARTMENT,
    PAYMENT_METHOD,
    TAX_CODE,
    TERM,
)
from linksync.testing.quickbooks.entity import EntityKind

ENTITIES: Mapping[str, EntityKind] = {
    kind.name: kind
    for kind in (CUSTOMER, ITEM, INVOICE, ACCOUNT, TERM, TAX_CODE, CLASS, DEPARTMENT, PAYMENT_METHOD)
}
"""Every entity by its name in JSON."""

BY_SEGMENT: Mapping[str, EntityKind] = {name.lower(): kind for name, kind in ENTITIES.items()}
"""Every entity by its path segment, which is also how queries may spell it."""

__all__ = ["BY_SEGMENT", "ENTITIES"]
