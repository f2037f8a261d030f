# Generated from facts/item.toml by `python -m linksync.connectors.quickbooks.fields.generate`; change it there.
"""A product or a service."""

from linksync.connectors.quickbooks.fields.account import Account
from linksync.connectors.quickbooks.fields.groups import MetaData
from linksync.connectors.quickbooks.fields.lists import Class
from linksync.connectors.quickbooks.fields.tax import TaxCode
from linksync.mapping.remote import (
    RefField,
    RemoteType,
    boolean,
    optional_boolean,
    optional_date,
    optional_decimal,
    optional_integer,
    optional_text,
    text,
)


class Item(RemoteType):
    """Something that is sold or bought.

    Lengths and what is needed: official item page. A service needs `IncomeAccountRef` (and `ExpenseAccountRef` if it
    is bought), an inventory item also `TrackQtyOnHand`, `QtyOnHand`, `InvStartDate` and the three accounts; an
    inventory item never turns back into another type. There is no delete, only `Active = False`.
    """

    Id = text(read_only=True, filterable=True, sortable=True)
    SyncToken = text(read_only=True)
    MetaData = MetaData()

    # The colon parts the levels in FullyQualifiedName; that it is forbidden is common knowledge, tab and
    # newline follow the rule for customers.
    Name = text(max_length=100, forbidden=":\t\n", required=True, filterable=True, sortable=True)
    Sku = optional_text(max_length=100, filterable=True)
    FullyQualifiedName = text(read_only=True, filterable=True)
    Active = boolean(filterable=True)
    # Official item page; a bundle ("Group") can only be read.
    Type = text(
        choices=("Inventory", "Service", "NonInventory", "Category", "Group"),
        required=True,
        filterable=True,
        sortable=True,
    )
    SubItem = optional_boolean(filterable=True)
    ParentRef = RefField["Item"](to="Item")
    Level = optional_integer(read_only=True)
    ClassRef = RefField[Class](to="Class")

    Description = optional_text(max_length=4000)
    UnitPrice = optional_decimal(sortable=True)
    Taxable = optional_boolean(filterable=True)
    SalesTaxIncluded = optional_boolean()
    SalesTaxCodeRef = RefField[TaxCode](to="TaxCode")
    IncomeAccountRef = RefField[Account](to="Account")

    PurchaseDesc = optional_text(max_length=1000)
    PurchaseCost = optional_decimal(sortable=True)
    PurchaseTaxIncluded = optional_boolean()
    PurchaseTaxCodeRef = RefField[TaxCode](to="TaxCode")
    ExpenseAccountRef = RefField[Account](to="Account")

    TrackQtyOnHand = optional_boolean()
    QtyOnHand = optional_decimal()
    ReorderPoint = optional_decimal()
    # On an update it is the date of the adjustment (official item page).
    InvStartDate = optional_date()
    AssetAccountRef = RefField[Account](to="Account")
