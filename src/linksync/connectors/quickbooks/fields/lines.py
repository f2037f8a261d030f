# Generated from facts/lines.toml by `python -m linksync.connectors.quickbooks.fields.generate`; change it there.
"""The kinds of line of a sales form.

A line's own fields and those of its detail object are named side by side: `SalesItemLine.Qty` stands within
`SalesItemLineDetail`, `SalesItemLine.Amount` on the line itself. Names and nesting: official schema.
"""

from linksync.connectors.quickbooks.fields.account import Account
from linksync.connectors.quickbooks.fields.item import Item
from linksync.connectors.quickbooks.fields.lists import Class
from linksync.connectors.quickbooks.fields.tax import TaxCode
from linksync.mapping.remote import (
    RefField,
    RemoteLine,
    decimal,
    optional_boolean,
    optional_date,
    optional_decimal,
    optional_integer,
    optional_text,
    text,
)


class SalesItemLine(RemoteLine):
    """So many of an item at a price.

    `Amount` must be `Qty` times `UnitPrice`, rounded half up to cents, where both are given (6070, official error
    code page).
    """

    discriminator = ("DetailType", "SalesItemLineDetail")

    Id = text(read_only=True)
    LineNum = optional_integer()
    # 4000: official schema.
    Description = optional_text(max_length=4000)
    Amount = decimal(required=True)

    ItemRef = RefField[Item](to="Item", within=("SalesItemLineDetail",))
    Qty = optional_decimal(within=("SalesItemLineDetail",))
    UnitPrice = optional_decimal(within=("SalesItemLineDetail",))
    # In the US only TAX and NON (6100, official error code page); NON or TAX comes back when it is left out
    # (recorded sandbox traffic).
    TaxCodeRef = RefField[TaxCode](to="TaxCode", within=("SalesItemLineDetail",))
    ClassRef = RefField[Class](to="Class", within=("SalesItemLineDetail",))
    ItemAccountRef = RefField[Account](to="Account", within=("SalesItemLineDetail",))
    ServiceDate = optional_date(within=("SalesItemLineDetail",))
    DiscountRate = optional_decimal(within=("SalesItemLineDetail",))
    DiscountAmt = optional_decimal(within=("SalesItemLineDetail",))
    TaxInclusiveAmt = optional_decimal(within=("SalesItemLineDetail",))


class DiscountLine(RemoteLine):
    """A discount on the whole document, of a percentage or of an amount; it stands after the subtotal.

    With `PercentBased` the amount follows from `DiscountPercent`; without either of them the answer is 6090
    (official error code page).
    """

    discriminator = ("DetailType", "DiscountLineDetail")

    Id = text(read_only=True)
    LineNum = optional_integer()
    Description = optional_text(max_length=4000)
    Amount = optional_decimal()

    PercentBased = optional_boolean(within=("DiscountLineDetail",))
    DiscountPercent = optional_decimal(within=("DiscountLineDetail",))
    DiscountAccountRef = RefField[Account](to="Account", within=("DiscountLineDetail",))
    ClassRef = RefField[Class](to="Class", within=("DiscountLineDetail",))
    TaxCodeRef = RefField[TaxCode](to="TaxCode", within=("DiscountLineDetail",))
    ServiceDate = optional_date(within=("DiscountLineDetail",))


class DescriptionLine(RemoteLine):
    """A line of text without an amount."""

    discriminator = ("DetailType", "DescriptionOnly")

    Id = text(read_only=True)
    LineNum = optional_integer()
    Description = optional_text(max_length=4000)

    ServiceDate = optional_date(within=("DescriptionLineDetail",))
    TaxCodeRef = RefField[TaxCode](to="TaxCode", within=("DescriptionLineDetail",))


class GroupLine(RemoteLine):
    """So many of a bundle; QuickBooks adds the lines of its parts within `GroupLineDetail.Line` by itself."""

    discriminator = ("DetailType", "GroupLineDetail")

    Id = text(read_only=True)
    LineNum = optional_integer()
    Description = optional_text(max_length=4000)
    Amount = optional_decimal()

    GroupItemRef = RefField[Item](to="Item", within=("GroupLineDetail",))
    Quantity = optional_decimal(within=("GroupLineDetail",))
    ServiceDate = optional_date(within=("GroupLineDetail",))
