# Generated from facts/vendor.toml by `python -m linksync.connectors.quickbooks.fields.generate`; change it there.
"""A supplier."""

from linksync.connectors.quickbooks.fields.account import Account
from linksync.connectors.quickbooks.fields.groups import (
    EmailAddress,
    MetaData,
    PhysicalAddress,
    TelephoneNumber,
    WebSiteAddress,
)
from linksync.connectors.quickbooks.fields.lists import Currency, Term
from linksync.mapping.remote import (
    RefField,
    RemoteType,
    boolean,
    decimal,
    optional_decimal,
    optional_text,
    text,
)


class Vendor(RemoteType):
    """Somebody who is bought from.

    Lengths and forbidden characters: official vendor page. A create needs `DisplayName` or one of `Title`,
    `GivenName`, `MiddleName`, `FamilyName` and `Suffix`. `DisplayName` is unique over customers, vendors and
    employees (6240). There is no delete: `Active = False` takes a vendor out of use and adds " (deleted)" to its
    names.
    """

    Id = text(read_only=True, filterable=True, sortable=True)
    SyncToken = text(read_only=True)
    MetaData = MetaData()

    DisplayName = text(max_length=500, forbidden=":\t\n", filterable=True, sortable=True)
    Title = optional_text(max_length=16, forbidden=":\t\n")
    GivenName = optional_text(max_length=100, forbidden=":\t\n", filterable=True, sortable=True)
    MiddleName = optional_text(max_length=100, forbidden=":\t\n", filterable=True, sortable=True)
    FamilyName = optional_text(max_length=100, forbidden=":\t\n", filterable=True, sortable=True)
    Suffix = optional_text(max_length=16, forbidden=":\t\n")
    CompanyName = optional_text(max_length=100, filterable=True, sortable=True)
    # 100 or, as for customers, 110: copies of the official vendor page differ, so the shorter. DisplayName
    # follows into it when it is not given (recorded sandbox traffic).
    PrintOnCheckName = optional_text(
        max_length=100,
        forbidden=":\t\n",
        clearable=False,
        filterable=True,
        sortable=True,
    )
    Active = boolean(filterable=True, sortable=True)

    PrimaryEmailAddr = EmailAddress()
    PrimaryPhone = TelephoneNumber()
    AlternatePhone = TelephoneNumber()
    Mobile = TelephoneNumber()
    Fax = TelephoneNumber()
    WebAddr = WebSiteAddress()
    BillAddr = PhysicalAddress()

    # The number by which the vendor knows the company.
    AcctNum = optional_text(max_length=100)
    # Comes back masked, such as XXXXXX2222 (recorded sandbox traffic): push it, and never write back what was
    # read.
    TaxIdentifier = optional_text(clearable=False)
    Vendor1099 = boolean(filterable=True)
    # So called here; sales forms and bills say SalesTermRef.
    TermRef = RefField[Term](to="Term")
    # In France only.
    APAccountRef = RefField[Account](to="Account")
    CostRate = optional_decimal()
    BillRate = optional_decimal()
    Notes = optional_text()
    # For life, as that of a customer: official vendor page.
    CurrencyRef = RefField[Currency](to="Currency", create_only=True)

    # What is not paid yet.
    Balance = decimal(read_only=True, filterable=True, sortable=True)
