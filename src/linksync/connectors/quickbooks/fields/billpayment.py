# Generated from facts/billpayment.toml by `python -m linksync.connectors.quickbooks.fields.generate`; change it there.
"""A payment of bills."""

from linksync.connectors.quickbooks.fields.account import Account
from linksync.connectors.quickbooks.fields.entries import LinkedTxn
from linksync.connectors.quickbooks.fields.groups import MetaData
from linksync.connectors.quickbooks.fields.lists import Currency, Department
from linksync.connectors.quickbooks.fields.vendor import Vendor
from linksync.mapping.remote import (
    LinesField,
    RefField,
    RemoteGroup,
    RemoteLine,
    RemoteType,
    decimal,
    optional_date,
    optional_decimal,
    optional_text,
    text,
)


class BillPaymentLine(RemoteLine):
    """How much of a payment goes to which bill, or comes from which vendor credit or journal entry.

    Nothing marks it: the lines of a payment come without `DetailType` and without an id.
    """

    Amount = decimal(required=True)
    # TxnType is Bill, VendorCredit or JournalEntry.
    LinkedTxn = LinesField[LinkedTxn](kinds=(LinkedTxn,), id_name="", required=True)


class BillPaymentCheck(RemoteGroup):
    """The account that a check is drawn on."""

    BankAccountRef = RefField[Account](to="Account")
    PrintStatus = optional_text(choices=("NotSet", "NeedToPrint", "PrintComplete"))


class BillPaymentCreditCard(RemoteGroup):
    """The credit card that is charged."""

    CCAccountRef = RefField[Account](to="Account")


class BillPayment(RemoteType):
    """What was paid to a vendor, for bills.

    Needs a vendor, a total, lines, `PayType` and what goes with it: `CheckPayment` or `CreditCardPayment`. More than the
    lines say becomes a credit. A bill shows it as a linked `BillPaymentCheck` (recorded sandbox traffic). It can be deleted
    and voided.
    """

    Id = text(read_only=True, filterable=True, sortable=True)
    SyncToken = text(read_only=True)
    MetaData = MetaData()

    DocNumber = optional_text(max_length=21, filterable=True, sortable=True)
    TxnDate = optional_date(filterable=True, sortable=True)
    VendorRef = RefField[Vendor](to="Vendor", required=True, filterable=True, sortable=True)
    TotalAmt = decimal(required=True, filterable=True, sortable=True)
    PayType = text(choices=("Check", "CreditCard"), required=True)
    CheckPayment = BillPaymentCheck()
    CreditCardPayment = BillPaymentCreditCard()
    APAccountRef = RefField[Account](to="Account", filterable=True, sortable=True)
    DepartmentRef = RefField[Department](to="Department")
    PrivateNote = optional_text(max_length=4000)
    CurrencyRef = RefField[Currency](to="Currency")
    # With multicurrency only.
    ExchangeRate = optional_decimal()

    Line = LinesField[BillPaymentLine](kinds=(BillPaymentLine,), id_name="", required=True)
