"""The remote may leave the address out: None, or a default."""

from crm import Customer

from linksync import EntityMapping, both, pull
from linksync.connectors.quickbooks import fields as qbo


class Mapping(EntityMapping[Customer, qbo.Customer], entity="customer", key="id"):
    # expect mypy: expression has type "str | None", variable has type "str"
    # expect pyright: "None" is not assignable to "str"
    email: str = both(qbo.Customer.PrimaryEmailAddr.Address)
    # expect mypy: expression has type "str | None", variable has type "str"
    # expect pyright: "None" is not assignable to "str"
    phone: str = pull(qbo.Customer.PrimaryPhone.FreeFormNumber)
