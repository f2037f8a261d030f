"""A nested mapping is of the annotated local class and of the field's remote group."""

from crm import Address, Customer, EmailMapping, PersonMapping

from linksync import EntityMapping, nested
from linksync.connectors.quickbooks import fields as qbo


class Mapping(EntityMapping[Customer, qbo.Customer], entity="customer", key="id"):
    # expect mypy: expression has type "Person", variable has type "Address"
    # expect pyright: "Person" is not assignable to "Address"
    address: Address = nested(qbo.Customer.BillAddr, PersonMapping)
    # expect mypy: Cannot infer value of type parameter "GroupOfFieldAndMappingT" of "nested"
    # expect pyright: "EmailAddress" is not the same as "PhysicalAddress"
    shipping: Address = nested(qbo.Customer.ShipAddr, EmailMapping)
