"""An invoice."""

from linksync.connectors.quickbooks.fields.customer import Customer
from linksync.connectors.quickbooks.fields.groups import (
    EmailAddress,
    MemoRef,
    MetaData,
    PhysicalAddress,
    TxnTaxDetail,
)
from linksync.connectors.quickbooks.fields.lines import (
    DescriptionLine,
    DiscountLine,
    GroupLine,
    SalesItemLine,
)
from linksync.connectors.quickbooks.fields.lists import Account, Class, Currency, Department, Term
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

    Id = text(read_only=True)
    SyncToken = text(read_only=True)
    MetaData = MetaData()

    # Numbered by QuickBooks unless the company has custom transaction numbers switched on.
    DocNumber = optional_text(max_length=21)
    # Today when left out; DueDate follows from the terms, or is 30 days later (recorded sandbox traffic).
    TxnDate = optional_date()
    DueDate = optional_date()
    CustomerRef = RefField[Customer](to="Customer", required=True)
    CustomerMemo = MemoRef()
    PrivateNote = optional_text(max_length=4000)
    SalesTermRef = RefField[Term](to="Term")
    ClassRef = RefField[Class](to="Class")
    DepartmentRef = RefField[Department](to="Department")
    CurrencyRef = RefField[Currency](to="Currency")
    # With multicurrency only (official customer page).
    ExchangeRate = optional_decimal()

    # Those of the customer when left out (recorded sandbox traffic).
    BillAddr = PhysicalAddress()
    ShipAddr = PhysicalAddress()
    ShipFromAddr = PhysicalAddress()
    BillEmail = EmailAddress()
    BillEmailCc = EmailAddress()
    BillEmailBcc = EmailAddress()
    ShipDate = optional_date()
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

    TotalAmt = decimal(read_only=True)
    Balance = decimal(read_only=True)
    HomeTotalAmt = optional_decimal(read_only=True)
    HomeBalance = optional_decimal(read_only=True)
    InvoiceLink = optional_text(read_only=True)
