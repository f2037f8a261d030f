"""A customer, a job or a project."""

from linksync.connectors.quickbooks.fields.groups import (
    EmailAddress,
    MetaData,
    PhysicalAddress,
    TelephoneNumber,
    WebSiteAddress,
)
from linksync.connectors.quickbooks.fields.lists import (
    Account,
    Currency,
    CustomerType,
    PaymentMethod,
    TaxCode,
    Term,
)
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

NOT_IN_NAMES = ":\t\n"
"""What the names of customers must not contain (official customer page); the answer is 2040."""


class Customer(RemoteType):
    """Somebody who buys; with `Job` and `ParentRef` a sub-customer, up to four levels below the top.

    Lengths, forbidden characters and what is read-only: official customer page. A create needs `DisplayName` or one of
    `Title`, `GivenName`, `MiddleName`, `FamilyName` and `Suffix`, which it is then made of. `DisplayName` is unique
    over customers, vendors and employees (6240); recorded sandbox traffic shows that it is `FullyQualifiedName` that
    counts. There is no delete: `Active = False` takes a customer out of use and adds " (deleted)" to its names.
    """

    Id = text(read_only=True)
    SyncToken = text(read_only=True)
    MetaData = MetaData()

    DisplayName = text(max_length=500, forbidden=NOT_IN_NAMES)
    Title = optional_text(max_length=16, forbidden=NOT_IN_NAMES)
    GivenName = optional_text(max_length=100, forbidden=NOT_IN_NAMES)
    MiddleName = optional_text(max_length=100, forbidden=NOT_IN_NAMES)
    FamilyName = optional_text(max_length=100, forbidden=NOT_IN_NAMES)
    Suffix = optional_text(max_length=16, forbidden=NOT_IN_NAMES)
    CompanyName = optional_text(max_length=100)
    # DisplayName follows into it when it is not given (recorded sandbox traffic).
    PrintOnCheckName = optional_text(max_length=110, forbidden=NOT_IN_NAMES)
    FullyQualifiedName = text(read_only=True)
    Active = boolean()

    PrimaryEmailAddr = EmailAddress()
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
    TaxExemptionReasonId = optional_text(choices=tuple(str(reason) for reason in range(1, 16)))
    DefaultTaxCodeRef = RefField[TaxCode](to="TaxCode")
    SalesTermRef = RefField[Term](to="Term")
    PaymentMethodRef = RefField[PaymentMethod](to="PaymentMethod")
    CustomerTypeRef = RefField[CustomerType](to="CustomerType")
    ARAccountRef = RefField[Account](to="Account")
    PreferredDeliveryMethod = optional_text(choices=("Print", "Email", "None"))
    # For life: official customer page.
    CurrencyRef = RefField[Currency](to="Currency", create_only=True)

    Balance = decimal(create_only=True)
    OpenBalanceDate = optional_date(create_only=True)
    BalanceWithJobs = decimal(read_only=True)
