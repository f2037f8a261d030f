"""A float is not the number that was meant."""

from crm import Customer

from linksync import EntityMapping, both, pull
from linksync.connectors.quickbooks import fields as qbo


class Mapping(EntityMapping[Customer, qbo.Customer], entity="customer", key="id"):
    # expect mypy: expression has type "Decimal", variable has type "float"
    # expect pyright: "Decimal" is not assignable to "float"
    balance: float = pull(qbo.Customer.BalanceWithJobs)
    # expect mypy: expression has type "Decimal", variable has type "float"
    # expect pyright: "Decimal" is not assignable to "float"
    opening: float = both(qbo.Customer.Balance)
