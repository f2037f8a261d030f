# Generated from facts/purchaseorder.toml by `python -m linksync.connectors.quickbooks.fields.generate`; change it there.
"""A purchase order."""

from linksync.connectors.quickbooks.fields.account import Account
from linksync.connectors.quickbooks.fields.customer import Customer
from linksync.connectors.quickbooks.fields.entries import CustomField, LinkedTxn
from linksync.connectors.quickbooks.fields.expenses import AccountBasedExpenseLine, ItemBasedExpenseLine
from linksync.connectors.quickbooks.fields.groups import EmailAddress, MetaData, PhysicalAddress, PlainRef
from linksync.connectors.quickbooks.fields.lists import Class, Currency, Department, Term
from linksync.connectors.quickbooks.fields.tax import TxnTaxDetail
from linksync.connectors.quickbooks.fields.vendor import Vendor
from linksync.mapping.remote import (
    LinesField,
    RefField,
    RemoteType,
    decimal,
    optional_date,
    optional_decimal,
    optional_text,
    text,
)


class PurchaseOrder(RemoteType):
    """What is ordered from a vendor; it books nothing.

    Needs a vendor, an account for payables and a line. A bill names it in its `LinkedTxn`. An array of lines that
    is sent replaces the whole array, in a sparse update too (report of a live run). It can be deleted and not
    voided.
    """

    Id = text(read_only=True, filterable=True, sortable=True)
    SyncToken = text(read_only=True)
    MetaData = MetaData()

    # Numbered by QuickBooks when left out.
    DocNumber = optional_text(max_length=21, filterable=True, sortable=True)
    TxnDate = optional_date(filterable=True, sortable=True)
    DueDate = optional_date(filterable=True, sortable=True)
    ExpectedDate = optional_date()
    VendorRef = RefField[Vendor](to="Vendor", required=True)
    # An account of type Accounts Payable; no other document needs it.
    APAccountRef = RefField[Account](to="Account", required=True)
    POStatus = optional_text(choices=("Open", "Closed"))
    # To the vendor.
    Memo = optional_text(max_length=4000)
    PrivateNote = optional_text(max_length=4000)
    SalesTermRef = RefField[Term](to="Term")
    ClassRef = RefField[Class](to="Class")
    DepartmentRef = RefField[Department](to="Department")
    CurrencyRef = RefField[Currency](to="Currency")
    # With multicurrency only.
    ExchangeRate = optional_decimal()
    CustomField = LinesField[CustomField](kinds=(CustomField,), id_name="")
    # Its bills; the bill writes the link.
    LinkedTxn = LinesField[LinkedTxn](kinds=(LinkedTxn,), id_name="")

    VendorAddr = PhysicalAddress()
    ShipAddr = PhysicalAddress()
    # The customer to whose address the goods go.
    ShipTo = RefField[Customer](to="Customer")
    ShipMethodRef = PlainRef()
    POEmail = EmailAddress()
    EmailStatus = optional_text(choices=("NotSet", "NeedToSend", "EmailSent"))

    Line = LinesField[ItemBasedExpenseLine | AccountBasedExpenseLine](
        kinds=(ItemBasedExpenseLine, AccountBasedExpenseLine),
        required=True,
    )

    # Outside the US only, and needed there.
    GlobalTaxCalculation = optional_text(choices=("TaxInclusive", "TaxExcluded", "NotApplicable"))
    TxnTaxDetail = TxnTaxDetail()
    TotalAmt = decimal(read_only=True)
