# Generated from facts/invoice.toml by `python -m linksync.connectors.quickbooks.fields.generate`; change it there.
"""An invoice."""

from linksync.connectors.quickbooks.fields.account import Account
from linksync.connectors.quickbooks.fields.customer import Customer
from linksync.connectors.quickbooks.fields.entries import CustomField, LinkedTxn
from linksync.connectors.quickbooks.fields.groups import (
    DeliveryInfo,
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
from linksync.connectors.quickbooks.fields.lists import Class, Currency, Department, Term
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


class Invoice(RemoteType):
    """What a customer owes for what was sold.

    Lengths, defaults and what is needed: official invoice page. It needs a customer and at least one line that sells,
    groups or describes something (2250). Totals, balance and the subtotal line are computed. An array of lines that
    is sent replaces the whole array, in a sparse update too (report of a live run).
    """

    Id = text(read_only=True, filterable=True, sortable=True)
    SyncToken = text(read_only=True)
    MetaData = MetaData()

    # Numbered by QuickBooks unless the company has custom transaction numbers switched on.
    DocNumber = optional_text(max_length=21, filterable=True, sortable=True)
    # Today when left out; DueDate follows from the terms, or is 30 days later (recorded sandbox traffic).
    TxnDate = optional_date(filterable=True, sortable=True)
    DueDate = optional_date(filterable=True, sortable=True)
    CustomerRef = RefField[Customer](to="Customer", required=True, filterable=True)
    CustomerMemo = MemoRef()
    PrivateNote = optional_text(max_length=4000)
    SalesTermRef = RefField[Term](to="Term", filterable=True)
    ClassRef = RefField[Class](to="Class")
    DepartmentRef = RefField[Department](to="Department")
    ProjectRef = PlainRef(filterable=True)
    CurrencyRef = RefField[Currency](to="Currency")
    # With multicurrency only (official customer page).
    ExchangeRate = optional_decimal()
    CustomField = LinesField[CustomField](kinds=(CustomField,), id_name="")
    # Its estimate is written here; its payments are only shown.
    LinkedTxn = LinesField[LinkedTxn](kinds=(LinkedTxn,), id_name="")

    # Those of the customer when left out (recorded sandbox traffic).
    BillAddr = PhysicalAddress()
    ShipAddr = PhysicalAddress()
    ShipFromAddr = PhysicalAddress()
    BillEmail = EmailAddress()
    BillEmailCc = EmailAddress()
    BillEmailBcc = EmailAddress()
    ShipDate = optional_date()
    ShipMethodRef = PlainRef()
    TrackingNum = optional_text()

    Line = LinesField[SalesItemLine | DiscountLine | DescriptionLine | GroupLine](
        kinds=(SalesItemLine, DiscountLine, DescriptionLine, GroupLine),
        computed=("SubTotalLineDetail",),
        required=True,
    )

    # Enums: official schema. NeedToSend needs BillEmail.
    EmailStatus = optional_text(choices=("NotSet", "NeedToSend", "EmailSent"))
    PrintStatus = optional_text(choices=("NotSet", "NeedToPrint", "PrintComplete"))
    # Outside the US only (official schema).
    GlobalTaxCalculation = optional_text(choices=("TaxInclusive", "TaxExcluded", "NotApplicable"))
    ApplyTaxAfterDiscount = optional_boolean()
    AllowOnlineCreditCardPayment = optional_boolean()
    AllowOnlineACHPayment = optional_boolean()
    TxnTaxDetail = TxnTaxDetail()
    Deposit = optional_decimal()
    DepositToAccountRef = RefField[Account](to="Account")

    # That a search may ask for it is seen in an official sample only.
    TotalAmt = decimal(read_only=True, filterable=True)
    Balance = decimal(read_only=True, filterable=True, sortable=True)
    HomeTotalAmt = optional_decimal(read_only=True)
    HomeBalance = optional_decimal(read_only=True)
    InvoiceLink = optional_text(read_only=True)
    DeliveryInfo = DeliveryInfo()
