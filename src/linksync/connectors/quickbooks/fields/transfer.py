# Generated from facts/transfer.toml by `python -m linksync.connectors.quickbooks.fields.generate`; change it there.
"""Transfers between accounts, and payments of a credit card's balance."""

from linksync.connectors.quickbooks.fields.account import Account
from linksync.connectors.quickbooks.fields.groups import MetaData
from linksync.connectors.quickbooks.fields.lists import Class, Currency
from linksync.connectors.quickbooks.fields.vendor import Vendor
from linksync.mapping.remote import (
    RefField,
    RemoteType,
    decimal,
    optional_date,
    optional_decimal,
    optional_text,
    text,
)


class Transfer(RemoteType):
    """Money that moves from one account to another.

    Needs both accounts, whose classification is Asset, and the amount. It has no lines. It can be deleted; webhooks tell of
    voids by users, none is documented for the API.
    """

    Id = text(read_only=True, filterable=True, sortable=True)
    SyncToken = text(read_only=True)
    MetaData = MetaData()

    TxnDate = optional_date(filterable=True, sortable=True)
    # In the page's sparse update, too.
    FromAccountRef = RefField[Account](to="Account", required=True, always_required=True)
    ToAccountRef = RefField[Account](to="Account", required=True, always_required=True)
    Amount = decimal(required=True)
    PrivateNote = optional_text(max_length=4000)
    ClassRef = RefField[Class](to="Class")
    CurrencyRef = RefField[Currency](to="Currency")
    # With multicurrency only.
    ExchangeRate = optional_decimal()


class CreditCardPayment(RemoteType):
    """Money that moves from a bank account to a credit card, in the home currency.

    In JSON it is called `CreditCardPaymentTxn`, in addresses and queries `creditcardpayment`. It can be deleted and not
    voided.
    """

    Id = text(read_only=True, filterable=True, sortable=True)
    SyncToken = text(read_only=True)
    MetaData = MetaData()

    # The page has it required in one place, the present day by default in another.
    TxnDate = optional_date(filterable=True, sortable=True)
    Amount = decimal(required=True)
    BankAccountRef = RefField[Account](to="Account", required=True)
    CreditCardAccountRef = RefField[Account](to="Account", required=True)
    VendorRef = RefField[Vendor](to="Vendor", filterable=True)
    PrivateNote = optional_text(max_length=4000)
    # The same field of the form as PrivateNote.
    Memo = optional_text(max_length=4000)
    CheckNum = optional_text()
    PrintStatus = optional_text(choices=("NotSet", "NeedToPrint", "PrintComplete"))
    CurrencyRef = RefField[Currency](to="Currency")
