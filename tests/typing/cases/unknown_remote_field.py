"""A field that QuickBooks does not have."""

from crm import Customer

from linksync import EntityMapping, both
from linksync.connectors.quickbooks import fields as qbo


class Mapping(EntityMapping[Customer, qbo.Customer], entity="customer", key="id"):
    # expect mypy: "type[Customer]" has no attribute "DisplayNaem"
    # expect pyright: Cannot access attribute "DisplayNaem" for class "type[Customer]"
    name: str = both(qbo.Customer.DisplayNaem)
