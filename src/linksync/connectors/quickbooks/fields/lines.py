"""The kinds of line of a sales form.

A line's own fields and those of its detail object are named side by side: `SalesItemLine.Qty` stands within
`SalesItemLineDetail`, `SalesItemLine.Amount` on the line itself. Names and nesting: official schema.
"""

from linksync.connectors.quickbooks.fields.item import Item
from linksync.connectors.quickbooks.fields.lists import Account, Class, TaxCode
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

_SALES = ("SalesItemLineDetail",)
_DISCOUNT = ("DiscountLineDetail",)
_GROUP = ("GroupLineDetail",)
_DESCRIPTION = ("DescriptionLineDetail",)


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

    ItemRef = RefField[Item](to="Item", within=_SALES)
    Qty = optional_decimal(within=_SALES)
    UnitPrice = optional_decimal(within=_SALES)
    # In the US only TAX and NON (6100, official error code page); NON or TAX comes back when it is left out
    # (recorded sandbox traffic).
    TaxCodeRef = RefField[TaxCode](to="TaxCode", within=_SALES)
    ClassRef = RefField[Class](to="Class", within=_SALES)
    ItemAccountRef = RefField[Account](to="Account", within=_SALES)
    ServiceDate = optional_date(within=_SALES)
    DiscountRate = optional_decimal(within=_SALES)
    DiscountAmt = optional_decimal(within=_SALES)
    TaxInclusiveAmt = optional_decimal(within=_SALES)


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

    PercentBased = optional_boolean(within=_DISCOUNT)
    DiscountPercent = optional_decimal(within=_DISCOUNT)
    DiscountAccountRef = RefField[Account](to="Account", within=_DISCOUNT)
    ClassRef = RefField[Class](to="Class", within=_DISCOUNT)
    TaxCodeRef = RefField[TaxCode](to="TaxCode", within=_DISCOUNT)
    ServiceDate = optional_date(within=_DISCOUNT)


class DescriptionLine(RemoteLine):
    """A line of text without an amount."""

    discriminator = ("DetailType", "DescriptionOnly")

    Id = text(read_only=True)
    LineNum = optional_integer()
    Description = optional_text(max_length=4000)

    ServiceDate = optional_date(within=_DESCRIPTION)
    TaxCodeRef = RefField[TaxCode](to="TaxCode", within=_DESCRIPTION)


class GroupLine(RemoteLine):
    """So many of a bundle; QuickBooks adds the lines of its parts within `GroupLineDetail.Line` by itself."""

    discriminator = ("DetailType", "GroupLineDetail")

    Id = text(read_only=True)
    LineNum = optional_integer()
    Description = optional_text(max_length=4000)
    Amount = optional_decimal()

    GroupItemRef = RefField[Item](to="Item", within=_GROUP)
    Quantity = optional_decimal(within=_GROUP)
    ServiceDate = optional_date(within=_GROUP)
