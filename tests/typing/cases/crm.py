"""A CRM's classes, and mappings without a mistake: neither checker has anything to say about them."""

from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from uuid import UUID

from attrs import frozen

from linksync import (
    Converter,
    EntityMapping,
    LinesMapping,
    NestedMapping,
    Owner,
    both,
    choice,
    computed,
    const,
    many,
    nested,
    pull,
    push,
    ref,
    setting,
)
from linksync.connectors.quickbooks import fields as qbo
from linksync.mapping import MappingContext, Overflow, mapper_of
from linksync.mapping.converters import checkbox, enum_pairs, joined, minor_units, money, wall_clock
from linksync.records import CompanyId


class Size(Enum):
    SMALL = "s"
    LARGE = "l"


@frozen
class Address:
    city: str | None


@frozen
class Person:
    city: str | None


@frozen
class Customer:
    id: int
    name: str
    email: str | None
    phone: str
    balance: Decimal
    address: Address | None
    size: Size | None
    tags: list[str] | None
    taxable: str


@frozen
class Item:
    sku: UUID
    name: str
    cents: int


@frozen
class Line:
    item_id: UUID
    quantity: Decimal | None
    amount: Decimal


@frozen
class Invoice:
    number: str
    customer_id: int
    day: date
    lines: list[Line]
    terms: str


sizes = enum_pairs({Size.SMALL: "small", Size.LARGE: "large"})
truth = Converter[bool, str](str, bool)


class AddressMapping(NestedMapping[Address, qbo.PhysicalAddress]):
    city: str | None = both(qbo.PhysicalAddress.City)


class PersonMapping(NestedMapping[Person, qbo.PhysicalAddress]):
    city: str | None = both(qbo.PhysicalAddress.City)


class EmailMapping(NestedMapping[Address, qbo.EmailAddress]):
    city: str | None = both(qbo.EmailAddress.Address)


class CustomerMapping(EntityMapping[Customer, qbo.Customer, int], entity="customer", key="id"):
    name: str = both(qbo.Customer.DisplayName, match=True, overflow=Overflow.SUFFIX)
    email: str | None = both(qbo.Customer.PrimaryEmailAddr.Address, owner=Owner.LOCAL)
    phone: str = both(qbo.Customer.PrimaryPhone.FreeFormNumber, default="")
    balance: Decimal = pull(qbo.Customer.BalanceWithJobs)
    address: Address | None = nested(qbo.Customer.BillAddr, AddressMapping)
    size: Size | None = both(qbo.Customer.Notes, convert=sizes)
    taxable: str = push(qbo.Customer.ResaleNum)


class ItemMapping(EntityMapping[Item, qbo.Item, UUID], entity="item", key="sku"):
    name: str = both(qbo.Item.Name)
    cents: int | None = both(qbo.Item.UnitPrice, convert=minor_units())
    kind: str = const(qbo.Item.Type, "Service")
    account: str | None = setting(qbo.Item.IncomeAccountRef, "income_account")


class LineMapping(LinesMapping[Line, qbo.SalesItemLine]):
    item_id: UUID = ref(qbo.SalesItemLine.ItemRef, to=ItemMapping)
    quantity: Decimal | None = both(qbo.SalesItemLine.Qty, convert=money(places=5))
    amount: Decimal = computed(qbo.SalesItemLine.Amount, lambda line: line.amount)


class InvoiceMapping(EntityMapping[Invoice, qbo.Invoice], entity="invoice", key="number"):
    number: str = push(qbo.Invoice.DocNumber, match=True)
    customer_id: int = ref(qbo.Invoice.CustomerRef, to=CustomerMapping)
    day: date = push(qbo.Invoice.TxnDate)
    lines: list[Line] = many(qbo.Invoice.Line, LineMapping)
    terms: str = choice(qbo.Invoice.SalesTermRef, "terms")


class TreeMapping(EntityMapping[dict[str, object], qbo.Customer], entity="customer", key="id"):
    parent_id: int | None = ref(qbo.Customer.ParentRef, to="customer")
    seen: datetime = pull(qbo.Customer.MetaData.LastUpdatedTime, convert=wall_clock("Europe/Berlin"))
    ticked: bool | None = both(qbo.Customer.Notes, convert=checkbox("yes", "no"))
    ticked_or_not: bool = both(qbo.Customer.ResaleNum, convert=checkbox("yes", "no"), default=False)
    tags: list[str] | None = both(qbo.Customer.CompanyName, convert=joined())


fields = mapper_of(CustomerMapping).outgoing(
    Customer(1, "Ann", None, "", Decimal(0), None, None, None, ""), MappingContext(company=CompanyId("1"))
)
