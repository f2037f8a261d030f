"""How the CRM's customers, products and orders translate into QuickBooks' customers, items and invoices."""

from datetime import date
from decimal import Decimal

from examples.northwind.crm import Address, Customer, Discount, Order, OrderLine, Product
from linksync import (
    EntityMapping,
    LinesMapping,
    NestedMapping,
    both,
    computed,
    const,
    many,
    nested,
    push,
    ref,
    setting,
)
from linksync.connectors.quickbooks import fields as qbo


class AddressMapping(NestedMapping[Address, qbo.PhysicalAddress]):
    """An address."""

    street: str | None = both(qbo.PhysicalAddress.Line1)
    city: str | None = both(qbo.PhysicalAddress.City)
    region: str | None = both(qbo.PhysicalAddress.CountrySubDivisionCode)
    postal_code: str | None = both(qbo.PhysicalAddress.PostalCode)
    country: str | None = both(qbo.PhysicalAddress.Country)


class CustomerMapping(EntityMapping[Customer, qbo.Customer], entity="customer", key="id"):
    """A customer."""

    name: str = both(qbo.Customer.DisplayName, match=True)
    contact: str | None = both(qbo.Customer.Notes)
    phone: str | None = both(qbo.Customer.PrimaryPhone.FreeFormNumber)
    address: Address = nested(qbo.Customer.BillAddr, AddressMapping)


class ProductMapping(EntityMapping[Product, qbo.Item], entity="product", key="id"):
    """A product: an item that is not kept in stock."""

    name: str = both(qbo.Item.Name, match=True)
    unit: str | None = both(qbo.Item.Description)
    price: Decimal = both(qbo.Item.UnitPrice, default=Decimal(0))
    kind = const(qbo.Item.Type, "NonInventory")
    income_account = setting(qbo.Item.IncomeAccountRef, "income_account")


class OrderLineMapping(LinesMapping[OrderLine, qbo.SalesItemLine]):
    """A line of an order."""

    product_id: int = ref(qbo.SalesItemLine.ItemRef, to=ProductMapping)
    quantity: Decimal = push(qbo.SalesItemLine.Qty)
    price: Decimal = push(qbo.SalesItemLine.UnitPrice)
    amount: Decimal = computed(qbo.SalesItemLine.Amount, lambda line: line.amount)


class DiscountMapping(LinesMapping[Discount, qbo.DiscountLine]):
    """What all discounts of an order take off."""

    amount: Decimal = push(qbo.DiscountLine.Amount)
    percent_based = const(qbo.DiscountLine.PercentBased, value=False)
    account = setting(qbo.DiscountLine.DiscountAccountRef, "discount_account")


class OrderMapping(EntityMapping[Order, qbo.Invoice], entity="invoice", key="id", label="number", once=True):
    """An order, invoiced once; what happens to the invoice afterwards happens in QuickBooks."""

    number: str = push(qbo.Invoice.DocNumber, match=True)
    customer_id: str = ref(qbo.Invoice.CustomerRef, to=CustomerMapping)
    ordered_on: date = push(qbo.Invoice.TxnDate)
    lines: list[OrderLine] = many(qbo.Invoice.Line, OrderLineMapping)
    discounts: list[Discount] = many(qbo.Invoice.Line, DiscountMapping)
