"""A converter fits the annotation on the left and the field in the brackets."""

from datetime import date
from decimal import Decimal

from crm import Customer, truth

from linksync import EntityMapping, both, pull, push
from linksync.connectors.quickbooks import fields as qbo
from linksync.mapping.converters import money


class Mapping(EntityMapping[Customer, qbo.Customer], entity="customer", key="id"):
    # expect mypy: expression has type "bool", variable has type "date"
    # expect pyright: "bool" is not assignable to "date"
    name: date = both(qbo.Customer.DisplayName, convert=truth)
    # expect mypy: Cannot infer value of type parameter "WireOfFieldAndConverterT" of "both"
    # expect pyright: "Converter[Decimal, Decimal]" is not assignable to "Converter[Decimal, str]"
    notes: Decimal | None = both(qbo.Customer.Notes, convert=money())
    # expect mypy: Cannot infer value of type parameter "WireOfFieldAndConverterT" of "push"
    # expect pyright: "Converter[Decimal, Decimal]" is not assignable to "Converter[Decimal, str]"
    company: Decimal = push(qbo.Customer.CompanyName, convert=money())
    # expect mypy: Cannot infer value of type parameter "WireOfFieldAndConverterT" of "pull"
    # expect pyright: "Converter[bool, str]" is not assignable to "Converter[bool, Decimal]"
    balance: bool = pull(qbo.Customer.BalanceWithJobs, convert=truth)
