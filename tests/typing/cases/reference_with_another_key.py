"""A reference holds a key of the type that the other mapping has."""

from uuid import UUID

from crm import CustomerMapping, Invoice

from linksync import EntityMapping, ref
from linksync.connectors.quickbooks import fields as qbo


class Mapping(EntityMapping[Invoice, qbo.Invoice], entity="invoice", key="number"):
    # expect mypy: expression has type "int", variable has type "UUID"
    # expect pyright: "int" is not assignable to "UUID"
    customer_id: UUID = ref(qbo.Invoice.CustomerRef, to=CustomerMapping)
