# Generated from facts/creditmemo.toml by `python -m linksync.connectors.quickbooks.fields.generate`; change it there.
"""A credit memo."""

from linksync.connectors.quickbooks.fields.customer import Customer
from linksync.connectors.quickbooks.fields.entries import CustomField
from linksync.connectors.quickbooks.fields.groups import (
    EmailAddress,
    MemoRef,
    MetaData,
    PhysicalAddress,
    PlainRef,
)
from linksync.connectors.quickbooks.fields.invoice import Invoice
from linksync.connectors.quickbooks.fields.lines import (
    DescriptionLine,
    DiscountLine,
    GroupLine,
    SalesItemLine,
)
from linksync.connectors.quickbooks.fields.lists import Class, Currency, Department, PaymentMethod, Term
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


class CreditMemo(RemoteType):
    """What a customer gets back, on account.

    Needs a customer and a line. It is applied by a payment that links it with an invoice. An array of lines that is
    sent replaces the whole array, in a sparse update too (report of a live run). It can be deleted; a void is not
    documented.
    """

    Id = text(read_only=True, filterable=True, sortable=True)
    SyncToken = text(read_only=True)
    MetaData = MetaData()

    # Numbered by QuickBooks unless the company has custom transaction numbers switched on.
    DocNumber = optional_text(max_length=21, filterable=True, sortable=True)
    TxnDate = optional_date(filterable=True, sortable=True)
    CustomerRef = RefField[Customer](to="Customer", required=True, filterable=True)
    CustomerMemo = MemoRef()
    PrivateNote = optional_text(max_length=4000)
    SalesTermRef = RefField[Term](to="Term", filterable=True)
    # The invoice that it is for; in India.
    InvoiceRef = RefField[Invoice](to="Invoice")
    ClassRef = RefField[Class](to="Class")
    DepartmentRef = RefField[Department](to="Department")
    ProjectRef = PlainRef(filterable=True)
    PaymentMethodRef = RefField[PaymentMethod](to="PaymentMethod", read_only=True)
    CurrencyRef = RefField[Currency](to="Currency")
    # With multicurrency only.
    ExchangeRate = optional_decimal()
    CustomField = LinesField[CustomField](kinds=(CustomField,), id_name="")

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
    # What is not applied yet.
    RemainingCredit = decimal(read_only=True)
    HomeTotalAmt = optional_decimal(read_only=True)
    HomeBalance = optional_decimal(read_only=True)
