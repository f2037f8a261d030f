"""A reference leads to the mapping of the remote type that the field refers to."""

from uuid import UUID

from crm import Invoice, ItemMapping

from linksync import EntityMapping, ref
from linksync.connectors.quickbooks import fields as qbo


class Mapping(EntityMapping[Invoice, qbo.Invoice], entity="invoice", key="number"):
    # expect mypy: Cannot infer value of type parameter "RemoteOfFieldAndMappingT" of "ref"
    # expect pyright: "Item" is not the same as "Customer"
    customer_id: UUID = ref(qbo.Invoice.CustomerRef, to=ItemMapping)
