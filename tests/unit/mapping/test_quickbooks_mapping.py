"""The mapping that the documentation begins with, against QuickBooks' own fields."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import pytest

from linksync.connectors.quickbooks import fields as qbo
from linksync.errors import MappingError
from linksync.exactjson import dumps
from linksync.fields import Base
from linksync.mapping import (
    EntityMapping,
    LinesMapping,
    MappingContext,
    both,
    computed,
    const,
    many,
    mapper_of,
    mappers_of,
    pull,
    ref,
    setting,
)
from linksync.records import CompanyId, RecordKey


@dataclass
class Customer:
    id: int
    name: str
    email: str | None = None
    balance: Decimal = Decimal(0)


@dataclass
class Item:
    id: int
    name: str
    price: Decimal | None


@dataclass
class Line:
    product_id: int
    quantity: Decimal
    price: Decimal


@dataclass
class Invoice:
    number: str
    customer_id: int
    lines: list[Line]


class CustomerMapping(EntityMapping[Customer, qbo.Customer], entity="customer", key="id"):
    name: str = both(qbo.Customer.DisplayName, match=True)
    email: str | None = both(qbo.Customer.PrimaryEmailAddr.Address)
    balance: Decimal = pull(qbo.Customer.Balance)


class ItemMapping(EntityMapping[Item, qbo.Item], entity="item", key="id"):
    name: str = both(qbo.Item.Name, match=True)
    price: Decimal | None = both(qbo.Item.UnitPrice)
    type = const(qbo.Item.Type, "Service")
    income = setting(qbo.Item.IncomeAccountRef, "income_account")


class LineMapping(LinesMapping[Line, qbo.SalesItemLine]):
    product_id: int = ref(qbo.SalesItemLine.ItemRef, to=ItemMapping)
    quantity: Decimal | None = both(qbo.SalesItemLine.Qty)
    price: Decimal | None = both(qbo.SalesItemLine.UnitPrice)
    amount = computed(
        qbo.SalesItemLine.Amount,
        lambda line: (line.quantity * line.price).quantize(Decimal("0.01"), ROUND_HALF_UP),
    )


class InvoiceMapping(EntityMapping[Invoice, qbo.Invoice], entity="invoice", key="number", once=True):
    number: str | None = both(qbo.Invoice.DocNumber)
    customer_id: int = ref(qbo.Invoice.CustomerRef, to=CustomerMapping)
    lines: list[Line] = many(qbo.Invoice.Line, LineMapping)


CONTEXT = MappingContext(
    company=CompanyId("4620816365000000000"),
    settings={"income_account": "79"},
    remote_ids={RecordKey("customer", "1"): "58", RecordKey("item", "7"): "12"},
    local_ids={("customer", "58"): "1", ("item", "12"): "7"},
)


def test_the_mappings_fit_one_another():
    """Entities and remote types are those of QuickBooks."""
    mappers = mappers_of([CustomerMapping, ItemMapping, InvoiceMapping])

    assert [mapper.remote_type for mapper in mappers] == ["Customer", "Item", "Invoice"]


def test_an_invoice_becomes_what_quickbooks_takes():
    """Half a cent is rounded up, references are objects, the discriminator is there."""
    invoice = Invoice("1", 1, [Line(7, Decimal(3), Decimal("0.335"))])
    mapper = mapper_of(InvoiceMapping)

    values = mapper.remote_values(mapper.outgoing(invoice, CONTEXT), None)

    assert dumps(values) == (
        '{"DocNumber":"1","CustomerRef":{"value":"58"},"Line":[{"DetailType":"SalesItemLineDetail",'
        '"SalesItemLineDetail":{"ItemRef":{"value":"12"},"Qty":3,"UnitPrice":0.335},"Amount":1.01}]}'
    )


def test_what_quickbooks_adds_to_an_invoice_makes_no_difference():
    """Subtotal line, ids, tax codes and names of references are not ours."""
    invoice = Invoice("1", 1, [Line(7, Decimal(3), Decimal("0.335"))])
    mapper = mapper_of(InvoiceMapping)
    sent = mapper.outgoing(invoice, CONTEXT)
    echo = {
        "Id": "266",
        "DocNumber": "1",
        "CustomerRef": {"value": "58", "name": "Amy's Bird Sanctuary"},
        "Line": [
            {
                "Id": "1",
                "LineNum": 1,
                "Amount": Decimal("1.01"),
                "DetailType": "SalesItemLineDetail",
                "SalesItemLineDetail": {
                    "ItemRef": {"value": "12", "name": "Services"},
                    "Qty": 3,
                    "UnitPrice": Decimal("0.335"),
                    "TaxCodeRef": {"value": "NON"},
                },
            },
            {"Amount": Decimal("1.01"), "DetailType": "SubTotalLineDetail", "SubTotalLineDetail": {}},
        ],
    }

    written = mapper.remote_values({"lines": sent["lines"]}, Base(raw=mapper.raw_parts(echo)))

    assert mapper.incoming(echo, CONTEXT) == sent
    assert written == {"Line": echo["Line"][:1]}


def test_a_name_that_quickbooks_refuses_is_told_before():
    """A colon parts the levels of a name."""
    with pytest.raises(MappingError, match="contains ':', which DisplayName must not"):
        mapper_of(CustomerMapping).outgoing(Customer(1, "a:b"), CONTEXT)


def test_a_setting_makes_an_item_complete():
    """The income account is the company's."""
    mapper = mapper_of(ItemMapping)

    values = mapper.remote_values(mapper.outgoing(Item(7, "Tea", None), CONTEXT), None)

    assert values == {"Name": "Tea", "Type": "Service", "IncomeAccountRef": {"value": "79"}}
