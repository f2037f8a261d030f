# Generated from facts/employee.toml by `python -m linksync.connectors.quickbooks.fields.generate`; change it there.
"""Somebody who works for the company."""

from linksync.connectors.quickbooks.fields.groups import (
    EmailAddress,
    MetaData,
    PhysicalAddress,
    TelephoneNumber,
)
from linksync.mapping.remote import (
    RemoteType,
    boolean,
    optional_boolean,
    optional_date,
    optional_decimal,
    optional_text,
    text,
)


class Employee(RemoteType):
    """Somebody who works for the company.

    A create needs `GivenName` or `FamilyName`. `DisplayName` is unique over customers, vendors and employees (6240). With
    QuickBooks Payroll switched on, `Title`, `Suffix`, `PrintOnCheckName` and `BillRate` are not supported and `DisplayName`
    is read-only; the company info says whether it is (`PayrollFeature`). There is no delete: `Active = False` takes an
    employee out of use and adds " (deleted)" to their names.
    """

    Id = text(read_only=True, filterable=True, sortable=True)
    SyncToken = text(read_only=True)
    MetaData = MetaData()

    DisplayName = text(max_length=500, forbidden=":\t\n", filterable=True, sortable=True)
    Title = optional_text(max_length=16, forbidden=":\t\n")
    GivenName = optional_text(max_length=100, forbidden=":\t\n", filterable=True, sortable=True)
    MiddleName = optional_text(max_length=100, forbidden=":\t\n", filterable=True, sortable=True)
    FamilyName = optional_text(max_length=100, forbidden=":\t\n", filterable=True, sortable=True)
    Suffix = optional_text(max_length=16, forbidden=":\t\n", filterable=True, sortable=True)
    # DisplayName follows into it when it is not given (recorded sandbox traffic).
    PrintOnCheckName = optional_text(
        max_length=100,
        forbidden=":\t\n",
        clearable=False,
        filterable=True,
        sortable=True,
    )
    Active = boolean(filterable=True)
    # False for a person.
    Organization = optional_boolean()

    PrimaryEmailAddr = EmailAddress()
    # An employee's telephone number holds 20 characters (official employee page).
    PrimaryPhone = TelephoneNumber()
    Mobile = TelephoneNumber()
    # With Payroll, city, state and postal code are required.
    PrimaryAddr = PhysicalAddress()

    EmployeeNumber = optional_text(max_length=100)
    # Comes back as XXX-XX-XXXX: push it, and never write back what was read.
    SSN = optional_text(max_length=100, clearable=False)
    Gender = optional_text(choices=("Male", "Female"))
    BirthDate = optional_date()
    HiredDate = optional_date()
    ReleasedDate = optional_date()
    BillableTime = optional_boolean()
    # Only with BillableTime.
    BillRate = optional_decimal()
    CostRate = optional_decimal()
