# Generated from facts/customer.toml by `python -m linksync.connectors.quickbooks.fields.generate`; change it there.
"""A customer, a job or a project."""

from linksync.connectors.quickbooks.fields.account import Account
from linksync.connectors.quickbooks.fields.groups import (
    EmailAddress,
    MetaData,
    PhysicalAddress,
    TelephoneNumber,
    WebSiteAddress,
)
from linksync.connectors.quickbooks.fields.lists import Currency, CustomerType, PaymentMethod, Term
from linksync.connectors.quickbooks.fields.tax import TaxCode
from linksync.mapping.remote import (
    RefField,
    RemoteType,
    boolean,
    decimal,
    optional_boolean,
    optional_date,
    optional_integer,
    optional_text,
    text,
)


class Customer(RemoteType):
    """Somebody who buys; with `Job` and `ParentRef` a sub-customer, up to four levels below the top.

    Lengths, forbidden characters (2040) and what is read-only: official customer page. A create needs `DisplayName`
    or one of `Title`, `GivenName`, `MiddleName`, `FamilyName` and `Suffix`, which it is then made of. `DisplayName`
    is unique over customers, vendors and employees (6240); recorded sandbox traffic shows that it is
    `FullyQualifiedName` that counts. There is no delete: `Active = False` takes a customer out of use and adds "
    (deleted)" to its names.
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
    # DisplayName follows into it when it is not given (recorded sandbox traffic); a sparse update cannot take
    # it away (official customer page).
    PrintOnCheckName = optional_text(
        max_length=110,
        forbidden=":\t\n",
        clearable=False,
        filterable=True,
        sortable=True,
    )
    FullyQualifiedName = text(read_only=True, filterable=True, sortable=True)
    Active = boolean(filterable=True, sortable=True)

    PrimaryEmailAddr = EmailAddress(filterable=True)
    PrimaryPhone = TelephoneNumber()
    AlternatePhone = TelephoneNumber()
    Mobile = TelephoneNumber()
    Fax = TelephoneNumber()
    WebAddr = WebSiteAddress()
    BillAddr = PhysicalAddress()
    ShipAddr = PhysicalAddress()

    Job = boolean()
    BillWithParent = boolean()
    ParentRef = RefField["Customer"](to="Customer")
    Level = optional_integer(read_only=True)
    IsProject = optional_boolean(read_only=True)

    Notes = optional_text(max_length=2000)
    Taxable = optional_boolean()
    ResaleNum = optional_text(max_length=16)
    # Official customer page: 1 to 15, a reason of the list there.
    TaxExemptionReasonId = optional_text(
        choices=("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15"),
    )
    DefaultTaxCodeRef = RefField[TaxCode](to="TaxCode")
    SalesTermRef = RefField[Term](to="Term")
    PaymentMethodRef = RefField[PaymentMethod](to="PaymentMethod")
    CustomerTypeRef = RefField[CustomerType](to="CustomerType")
    ARAccountRef = RefField[Account](to="Account")
    PreferredDeliveryMethod = optional_text(choices=("Print", "Email", "None"))
    # For life: official customer page.
    CurrencyRef = RefField[Currency](to="Currency", create_only=True)

    Balance = decimal(create_only=True, filterable=True, sortable=True)
    OpenBalanceDate = optional_date(create_only=True)
    BalanceWithJobs = decimal(read_only=True, sortable=True)
