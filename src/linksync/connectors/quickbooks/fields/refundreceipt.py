# Generated from facts/refundreceipt.toml by `python -m linksync.connectors.quickbooks.fields.generate`; change it there.
"""A refund that is paid on the spot."""

from linksync.connectors.quickbooks.fields.account import Account
from linksync.connectors.quickbooks.fields.customer import Customer
from linksync.connectors.quickbooks.fields.entries import CustomField, LinkedTxn
from linksync.connectors.quickbooks.fields.groups import (
    EmailAddress,
    MemoRef,
    MetaData,
    PhysicalAddress,
    PlainRef,
)
from linksync.connectors.quickbooks.fields.lines import (
    DescriptionLine,
    DiscountLine,
    GroupLine,
    SalesItemLine,
)
from linksync.connectors.quickbooks.fields.lists import Class, Currency, Department, PaymentMethod
from linksync.connectors.quickbooks.fields.tax import TxnTaxDetail
from linksync.mapping.remote import (
    LinesField,
    RefField,
    RemoteType,
    decimal,
    optional_boolean,
    optional_date,
    optional_decimal,
    optional_text,
    text,
)


class RefundReceipt(RemoteType):
    """What a customer gets back in money.

    Needs a line and the account that the money comes from. An array of lines that is sent replaces the whole array, in a
    sparse update too (report of a live run). It can be deleted; webhooks tell of voids by users, none is documented for
    the API.
    """

    Id = text(read_only=True, filterable=True, sortable=True)
    SyncToken = text(read_only=True)
    MetaData = MetaData()

    # Numbered by QuickBooks unless the company has custom transaction numbers switched on.
    DocNumber = optional_text(max_length=21, filterable=True, sortable=True)
    TxnDate = optional_date(filterable=True, sortable=True)
    CustomerRef = RefField[Customer](to="Customer", filterable=True)
    CustomerMemo = MemoRef()
    PrivateNote = optional_text(max_length=4000)
    ClassRef = RefField[Class](to="Class")
    DepartmentRef = RefField[Department](to="Department")
    ProjectRef = PlainRef(filterable=True)
    CurrencyRef = RefField[Currency](to="Currency")
    # With multicurrency only.
    ExchangeRate = optional_decimal()
    CustomField = LinesField[CustomField](kinds=(CustomField,), id_name="")
    LinkedTxn = LinesField[LinkedTxn](kinds=(LinkedTxn,), id_name="")

    # Where the money comes from, in spite of its name: an account of type Bank or Other Current Asset.
    DepositToAccountRef = RefField[Account](to="Account", required=True)
    PaymentMethodRef = RefField[PaymentMethod](to="PaymentMethod")
    # QuickBooks writes To Print here for a check that is to be printed.
    PaymentRefNum = optional_text(max_length=100)
    PaymentType = optional_text(
        choices=("Cash", "Check", "CreditCard", "Other"),
        filterable=True,
        sortable=True,
    )

    # Those of the customer when left out.
    BillAddr = PhysicalAddress()
    ShipAddr = PhysicalAddress()
    BillEmail = EmailAddress()
    BillEmailCc = EmailAddress()
    BillEmailBcc = EmailAddress()

    Line = LinesField[SalesItemLine | DiscountLine | DescriptionLine | GroupLine](
        kinds=(SalesItemLine, DiscountLine, DescriptionLine, GroupLine),
        computed=("SubTotalLineDetail",),
        required=True,
    )

    # NeedToSend needs BillEmail.
    EmailStatus = optional_text(choices=("NotSet", "NeedToSend", "EmailSent"))
    PrintStatus = optional_text(choices=("NotSet", "NeedToPrint", "PrintComplete"))
    # Outside the US only, and needed there.
    GlobalTaxCalculation = optional_text(choices=("TaxInclusive", "TaxExcluded", "NotApplicable"))
    ApplyTaxAfterDiscount = optional_boolean()
    TxnTaxDetail = TxnTaxDetail()

    TotalAmt = decimal(read_only=True)
    Balance = decimal(read_only=True, filterable=True, sortable=True)
    HomeTotalAmt = optional_decimal(read_only=True)
    HomeBalance = optional_decimal(read_only=True)
