# Generated from facts/vendorcredit.toml by `python -m linksync.connectors.quickbooks.fields.generate`; change it there.
"""A credit that a vendor gives."""

from linksync.connectors.quickbooks.fields.account import Account
from linksync.connectors.quickbooks.fields.entries import LinkedTxn
from linksync.connectors.quickbooks.fields.expenses import AccountBasedExpenseLine, ItemBasedExpenseLine
from linksync.connectors.quickbooks.fields.groups import MetaData, PhysicalAddress
from linksync.connectors.quickbooks.fields.lists import Currency, Department
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


class VendorCredit(RemoteType):
    """What a vendor owes, for goods that went back or a bill that was paid too much.

    Needs a vendor and a line. An array of lines that is sent replaces the whole array, in a sparse update too (report of a
    live run). It is applied by a bill payment that links it with a bill. It can be deleted and not voided.
    """

    Id = text(read_only=True, filterable=True, sortable=True)
    SyncToken = text(read_only=True)
    MetaData = MetaData()

    DocNumber = optional_text(max_length=21, filterable=True, sortable=True)
    TxnDate = optional_date(filterable=True, sortable=True)
    VendorRef = RefField[Vendor](to="Vendor", required=True)
    # The account for payables when left out.
    APAccountRef = RefField[Account](to="Account", filterable=True, sortable=True)
    DepartmentRef = RefField[Department](to="Department")
    PrivateNote = optional_text(max_length=4000)
    CurrencyRef = RefField[Currency](to="Currency")
    # With multicurrency only.
    ExchangeRate = optional_decimal()
    VendorAddr = PhysicalAddress()
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
    Balance = optional_decimal(read_only=True, sortable=True)
