# Generated from facts/estimate.toml by `python -m linksync.connectors.quickbooks.fields.generate`; change it there.
"""An estimate."""

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


class Estimate(RemoteType):
    """What a customer is offered; it books nothing.

    Needs a customer and a line. An invoice that names it in its `LinkedTxn` closes it (recorded sandbox traffic).
    An array of lines that is sent replaces the whole array, in a sparse update too (report of a live run). It can
    be deleted and not voided.
    """

    Id = text(read_only=True, filterable=True, sortable=True)
    SyncToken = text(read_only=True)
    MetaData = MetaData()

    # Numbered by QuickBooks unless the company has custom transaction numbers switched on.
    DocNumber = optional_text(max_length=21, filterable=True, sortable=True)
    TxnDate = optional_date(filterable=True, sortable=True)
    DueDate = optional_date(filterable=True, sortable=True)
    ExpirationDate = optional_date()
    TxnStatus = optional_text(choices=("Pending", "Accepted", "Closed", "Rejected", "Converted"))
    AcceptedBy = optional_text()
    AcceptedDate = optional_date()
    CustomerRef = RefField[Customer](to="Customer", required=True, filterable=True)
    CustomerMemo = MemoRef()
    PrivateNote = optional_text(max_length=4000)
    SalesTermRef = RefField[Term](to="Term")
    ClassRef = RefField[Class](to="Class")
    DepartmentRef = RefField[Department](to="Department")
    ProjectRef = PlainRef(filterable=True)
    CurrencyRef = RefField[Currency](to="Currency")
    # With multicurrency only.
    ExchangeRate = optional_decimal()
    CustomField = LinesField[CustomField](kinds=(CustomField,), id_name="")
    # Its invoices; the invoice writes the link.
    LinkedTxn = LinesField[LinkedTxn](kinds=(LinkedTxn,), id_name="")

    # Those of the customer when left out.
    BillAddr = PhysicalAddress()
    ShipAddr = PhysicalAddress()
    ShipFromAddr = PhysicalAddress()
    BillEmail = EmailAddress()
    BillEmailCc = EmailAddress()
    BillEmailBcc = EmailAddress()
    ShipDate = optional_date()
    ShipMethodRef = PlainRef()

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
    HomeTotalAmt = optional_decimal(read_only=True)
    DeliveryInfo = DeliveryInfo()
