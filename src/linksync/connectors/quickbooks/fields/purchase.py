# Generated from facts/purchase.toml by `python -m linksync.connectors.quickbooks.fields.generate`; change it there.
"""An expense that is paid at once."""

from linksync.connectors.quickbooks.fields.account import Account
from linksync.connectors.quickbooks.fields.expenses import AccountBasedExpenseLine, ItemBasedExpenseLine
from linksync.connectors.quickbooks.fields.groups import EntityReference, MetaData, PhysicalAddress
from linksync.connectors.quickbooks.fields.lists import Currency, Department, PaymentMethod
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


class Purchase(RemoteType):
    """What was bought and paid at once: in cash, by check or by credit card.

    Needs the account that pays, `PaymentType` and a line. `PaymentType` must be in a sparse update too, and cannot be
    changed; a full update that leaves out `Credit` turns a refund into a charge (reports of live runs). A number that is
    taken is refused with 6140 (report of a live run). It can be deleted; a void is refused with 500 (report of a live
    run).
    """

    Id = text(read_only=True, filterable=True, sortable=True)
    SyncToken = text(read_only=True)
    MetaData = MetaData()

    # Such as the number of the check.
    DocNumber = optional_text(max_length=21, filterable=True, sortable=True)
    TxnDate = optional_date(filterable=True, sortable=True)
    PaymentType = text(
        choices=("Cash", "Check", "CreditCard"),
        required=True,
        always_required=True,
        filterable=True,
    )
    # The bank account or credit card that pays.
    AccountRef = RefField[Account](to="Account", required=True)
    # Who is paid: a vendor, a customer or an employee.
    EntityRef = EntityReference()
    # True for a refund; with CreditCard only, ignored elsewhere (report of a live run).
    Credit = optional_boolean()
    PaymentMethodRef = RefField[PaymentMethod](to="PaymentMethod")
    PaymentRefNum = optional_text()
    # Of a check.
    PrintStatus = optional_text(choices=("NotSet", "NeedToPrint", "PrintComplete"))
    RemitToAddr = PhysicalAddress()
    DepartmentRef = RefField[Department](to="Department")
    PrivateNote = optional_text(max_length=4000)
    CurrencyRef = RefField[Currency](to="Currency")
    # With multicurrency only.
    ExchangeRate = optional_decimal()

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
