# Generated from facts/expenses.toml by `python -m linksync.connectors.quickbooks.fields.generate`; change it there.
"""The kinds of line of a bill and of a purchase order.

A line's own fields and those of its detail object are named side by side, as with sales forms. Names and nesting:
official schema.
"""

from linksync.connectors.quickbooks.fields.account import Account
from linksync.connectors.quickbooks.fields.customer import Customer
from linksync.connectors.quickbooks.fields.entries import LinkedTxn
from linksync.connectors.quickbooks.fields.groups import MarkupInfo, PlainRef
from linksync.connectors.quickbooks.fields.item import Item
from linksync.connectors.quickbooks.fields.lists import Class
from linksync.connectors.quickbooks.fields.tax import TaxCode
from linksync.mapping.remote import (
    LinesField,
    RefField,
    RemoteLine,
    decimal,
    optional_decimal,
    optional_integer,
    optional_text,
    text,
)


class AccountBasedExpenseLine(RemoteLine):
    """An amount that is booked to an account, such as rent."""

    discriminator = ("DetailType", "AccountBasedExpenseLineDetail")

    Id = text(read_only=True)
    LineNum = optional_integer()
    Description = optional_text(max_length=4000)
    Amount = decimal(required=True)
    ProjectRef = PlainRef()
    LinkedTxn = LinesField[LinkedTxn](kinds=(LinkedTxn,), id_name="")

    # Without it the answer is 6440 (official error code page).
    AccountRef = RefField[Account](to="Account", required=True, within=("AccountBasedExpenseLineDetail",))
    # Whom to bill for it.
    CustomerRef = RefField[Customer](to="Customer", within=("AccountBasedExpenseLineDetail",))
    BillableStatus = optional_text(
        choices=("Billable", "NotBillable", "HasBeenBilled"),
        within=("AccountBasedExpenseLineDetail",),
    )
    MarkupInfo = MarkupInfo(within=("AccountBasedExpenseLineDetail",))
    ClassRef = RefField[Class](to="Class", within=("AccountBasedExpenseLineDetail",))
    TaxCodeRef = RefField[TaxCode](to="TaxCode", within=("AccountBasedExpenseLineDetail",))
    TaxAmount = optional_decimal(within=("AccountBasedExpenseLineDetail",))
    TaxInclusiveAmt = optional_decimal(within=("AccountBasedExpenseLineDetail",))


class ItemBasedExpenseLine(RemoteLine):
    """So many of an item at a cost.

    The item must have an expense account (official purchase order page). Whether `Amount` must be `Qty` times
    `UnitPrice` here too is not certain: the official bill page shows one that is not.
    """

    discriminator = ("DetailType", "ItemBasedExpenseLineDetail")

    Id = text(read_only=True)
    LineNum = optional_integer()
    Description = optional_text(max_length=4000)
    Amount = decimal(required=True)
    ProjectRef = PlainRef()
    LinkedTxn = LinesField[LinkedTxn](kinds=(LinkedTxn,), id_name="")

    # Without it the answer is 6440 (official error code page).
    ItemRef = RefField[Item](to="Item", required=True, within=("ItemBasedExpenseLineDetail",))
    Qty = optional_decimal(within=("ItemBasedExpenseLineDetail",))
    UnitPrice = optional_decimal(within=("ItemBasedExpenseLineDetail",))
    # Whom to bill for it.
    CustomerRef = RefField[Customer](to="Customer", within=("ItemBasedExpenseLineDetail",))
    BillableStatus = optional_text(
        choices=("Billable", "NotBillable", "HasBeenBilled"),
        within=("ItemBasedExpenseLineDetail",),
    )
    MarkupInfo = MarkupInfo(within=("ItemBasedExpenseLineDetail",))
    ClassRef = RefField[Class](to="Class", within=("ItemBasedExpenseLineDetail",))
    TaxCodeRef = RefField[TaxCode](to="TaxCode", within=("ItemBasedExpenseLineDetail",))
    TaxInclusiveAmt = optional_decimal(within=("ItemBasedExpenseLineDetail",))
