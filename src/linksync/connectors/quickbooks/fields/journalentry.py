# Generated from facts/journalentry.toml by `python -m linksync.connectors.quickbooks.fields.generate`; change it there.
"""An entry in the books."""

from linksync.connectors.quickbooks.fields.account import Account
from linksync.connectors.quickbooks.fields.groups import MetaData, PlainRef
from linksync.connectors.quickbooks.fields.lines import DescriptionLine
from linksync.connectors.quickbooks.fields.lists import Class, Currency, Department, JournalCode
from linksync.connectors.quickbooks.fields.tax import TaxCode, TxnTaxDetail
from linksync.mapping.remote import (
    LinesField,
    RefField,
    RemoteGroup,
    RemoteLine,
    RemoteType,
    decimal,
    optional_boolean,
    optional_date,
    optional_decimal,
    optional_integer,
    optional_text,
    text,
)


class EntityTypeRef(RemoteGroup):
    """Whom a line of a journal entry is about."""

    Type = optional_text(choices=("Customer", "Vendor", "Employee"))
    EntityRef = PlainRef()


class JournalEntryLine(RemoteLine):
    """A debit or a credit of one account.

    An account for receivables needs a customer in `Entity`, one for payables a vendor. The first line's id is "0".
    """

    discriminator = ("DetailType", "JournalEntryLineDetail")

    Id = text(read_only=True)
    LineNum = optional_integer()
    Description = optional_text(max_length=4000)
    Amount = decimal(required=True)
    ProjectRef = PlainRef()

    PostingType = text(choices=("Credit", "Debit"), required=True, within=("JournalEntryLineDetail",))
    AccountRef = RefField[Account](to="Account", required=True, within=("JournalEntryLineDetail",))
    Entity = EntityTypeRef(within=("JournalEntryLineDetail",))
    ClassRef = RefField[Class](to="Class", within=("JournalEntryLineDetail",))
    DepartmentRef = RefField[Department](to="Department", within=("JournalEntryLineDetail",))
    BillableStatus = optional_text(
        choices=("Billable", "NotBillable", "HasBeenBilled"),
        within=("JournalEntryLineDetail",),
    )
    # With it TaxApplicableOn and TaxAmount are needed.
    TaxCodeRef = RefField[TaxCode](to="TaxCode", within=("JournalEntryLineDetail",))
    TaxApplicableOn = optional_text(choices=("Purchase", "Sales"), within=("JournalEntryLineDetail",))
    TaxAmount = optional_decimal(within=("JournalEntryLineDetail",))
    TaxInclusiveAmt = optional_decimal(within=("JournalEntryLineDetail",))
    # Needed in France.
    JournalCodeRef = RefField[JournalCode](to="JournalCode", within=("JournalEntryLineDetail",))


class JournalEntry(RemoteType):
    """Debits and credits of accounts, which are equal in sum (2300).

    Needs two lines at least. It can be deleted; a void is answered by HTTP 200 and nothing is done (report of a live
    run).
    """

    Id = text(read_only=True, filterable=True, sortable=True)
    SyncToken = text(read_only=True)
    MetaData = MetaData()

    DocNumber = optional_text(max_length=21, filterable=True, sortable=True)
    TxnDate = optional_date(filterable=True, sortable=True)
    Adjustment = optional_boolean()
    PrivateNote = optional_text(max_length=4000)
    CurrencyRef = RefField[Currency](to="Currency")
    # With multicurrency only.
    ExchangeRate = optional_decimal()

    Line = LinesField[JournalEntryLine | DescriptionLine](
        kinds=(JournalEntryLine, DescriptionLine),
        required=True,
    )

    # Outside the US only, and needed there.
    GlobalTaxCalculation = optional_text(choices=("TaxInclusive", "TaxExcluded", "NotApplicable"))
    TxnTaxDetail = TxnTaxDetail()
    # Always 0.
    TotalAmt = optional_decimal(read_only=True)
    HomeTotalAmt = optional_decimal(read_only=True)
