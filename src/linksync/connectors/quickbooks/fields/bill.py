# Generated from facts/bill.toml by `python -m linksync.connectors.quickbooks.fields.generate`; change it there.
"""A bill of a vendor."""

from linksync.connectors.quickbooks.fields.account import Account
from linksync.connectors.quickbooks.fields.entries import LinkedTxn
from linksync.connectors.quickbooks.fields.expenses import AccountBasedExpenseLine, ItemBasedExpenseLine
from linksync.connectors.quickbooks.fields.groups import MetaData, PhysicalAddress
from linksync.connectors.quickbooks.fields.lists import Currency, Department, Term
from linksync.connectors.quickbooks.fields.tax import TxnTaxDetail
from linksync.connectors.quickbooks.fields.vendor import Vendor
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


class Bill(RemoteType):
    """What is owed to a vendor for what was bought.

    Needs a vendor and a line. QuickBooks gives it no number of its own; a number that is taken is refused with 6140
    (report of a live run). An array of lines that is sent replaces the whole array, in a sparse update too (report
    of a live run). It can be deleted and not voided: the void is answered by HTTP 200 with a fault (report of a
    live run).
    """

    Id = text(read_only=True, filterable=True, sortable=True)
    SyncToken = text(read_only=True)
    MetaData = MetaData()

    DocNumber = optional_text(max_length=21, filterable=True, sortable=True)
    # Today when left out; DueDate follows from the terms.
    TxnDate = optional_date(filterable=True, sortable=True)
    DueDate = optional_date(filterable=True, sortable=True)
    # Required by the official bill page, in a sparse update too by a report of a live run.
    VendorRef = RefField[Vendor](
        to="Vendor",
        required=True,
        always_required=True,
        filterable=True,
        sortable=True,
    )
    # The account for payables when left out.
    APAccountRef = RefField[Account](to="Account", filterable=True, sortable=True)
    SalesTermRef = RefField[Term](to="Term", filterable=True, sortable=True)
    DepartmentRef = RefField[Department](to="Department")
    PrivateNote = optional_text(max_length=4000)
    CurrencyRef = RefField[Currency](to="Currency")
    # With multicurrency only.
    ExchangeRate = optional_decimal()
    VendorAddr = PhysicalAddress()
    # Its purchase order is written here; its payments (BillPaymentCheck) are only shown.
    LinkedTxn = LinesField[LinkedTxn](kinds=(LinkedTxn,), id_name="")

    Line = LinesField[AccountBasedExpenseLine | ItemBasedExpenseLine](
        kinds=(AccountBasedExpenseLine, ItemBasedExpenseLine),
        required=True,
    )

    # Outside the US only, and needed there.
    GlobalTaxCalculation = optional_text(choices=("TaxInclusive", "TaxExcluded", "NotApplicable"))
    TxnTaxDetail = TxnTaxDetail()
    # In Australia.
    IncludeInAnnualTPAR = optional_boolean()

    TotalAmt = decimal(read_only=True, filterable=True, sortable=True)
    Balance = decimal(read_only=True, filterable=True)
    HomeBalance = optional_decimal(read_only=True)
