# Generated from facts/salesreceipt.toml by `python -m linksync.connectors.quickbooks.fields.generate`; change it there.
"""A sales receipt."""

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


class SalesReceipt(RemoteType):
    """A sale that is paid on the spot.

    Needs a line. The page calls `CustomerRef` required, but shows a create without it, and recorded sandbox traffic
    has a receipt without customer. An array of lines that is sent replaces the whole array, in a sparse update too
    (report of a live run). It can be deleted and voided.
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

    PaymentMethodRef = RefField[PaymentMethod](to="PaymentMethod")
    # Such as the number of a check.
    PaymentRefNum = optional_text(max_length=21)
    # Undeposited Funds when left out.
    DepositToAccountRef = RefField[Account](to="Account")

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

    # NeedToSend needs BillEmail.
    EmailStatus = optional_text(choices=("NotSet", "NeedToSend", "EmailSent"))
    PrintStatus = optional_text(choices=("NotSet", "NeedToPrint", "PrintComplete"))
    # Outside the US only, and needed there.
    GlobalTaxCalculation = optional_text(choices=("TaxInclusive", "TaxExcluded", "NotApplicable"))
    ApplyTaxAfterDiscount = optional_boolean()
    TxnTaxDetail = TxnTaxDetail()

    TotalAmt = decimal(read_only=True, filterable=True)
    # Always 0 (recorded sandbox traffic).
    Balance = decimal(read_only=True, filterable=True, sortable=True)
    HomeTotalAmt = optional_decimal(read_only=True)
    HomeBalance = optional_decimal(read_only=True)
    DeliveryInfo = DeliveryInfo()
