# Generated from facts/lists.toml by `python -m linksync.connectors.quickbooks.fields.generate`; change it there.
"""The small lists that other records refer to: terms, classes, locations and the like."""

from linksync.connectors.quickbooks.fields.groups import MetaData, PhysicalAddress
from linksync.mapping.remote import (
    RefField,
    RemoteType,
    boolean,
    optional_boolean,
    optional_decimal,
    optional_integer,
    optional_text,
    text,
)


class Currency(RemoteType):
    """A currency; its id is its ISO 4217 code (recorded sandbox traffic)."""

    Id = text(read_only=True)


class Term(RemoteType):
    """Terms of payment: so many days, or a day of the month. A create needs one of `DueDays` and `DayOfMonthDue`."""

    Id = text(read_only=True, filterable=True, sortable=True)
    SyncToken = text(read_only=True)
    MetaData = MetaData()

    Name = text(max_length=31, required=True, filterable=True, sortable=True)
    Active = boolean(filterable=True, sortable=True)
    Type = optional_text(choices=("STANDARD", "DATE_DRIVEN"), read_only=True)
    # Official term page: 0 to 999 days; a day of the month is 1 to 31; a percentage 0 to 100.
    DueDays = optional_integer()
    DiscountPercent = optional_decimal()
    DiscountDays = optional_integer()
    DayOfMonthDue = optional_integer()
    DueNextMonthDays = optional_integer()
    DiscountDayOfMonth = optional_integer()


class Class(RemoteType):
    """A class, which transactions are sorted by in some plans; up to five levels."""

    Id = text(read_only=True, filterable=True, sortable=True)
    SyncToken = text(read_only=True)
    MetaData = MetaData()

    Name = text(max_length=100, required=True, filterable=True, sortable=True)
    FullyQualifiedName = text(read_only=True, filterable=True, sortable=True)
    Active = boolean(filterable=True, sortable=True)
    # Follows from ParentRef. One answer to a query lacks it (official class page).
    SubClass = optional_boolean(read_only=True)
    ParentRef = RefField["Class"](to="Class")


class Department(RemoteType):
    """A department, which QuickBooks shows as a location; up to five levels."""

    Id = text(read_only=True, filterable=True, sortable=True)
    SyncToken = text(read_only=True)
    MetaData = MetaData()

    Name = text(max_length=100, required=True, filterable=True, sortable=True)
    FullyQualifiedName = text(read_only=True, filterable=True, sortable=True)
    Active = boolean(filterable=True, sortable=True)
    # Follows from ParentRef.
    SubDepartment = optional_boolean(read_only=True, sortable=True)
    ParentRef = RefField["Department"](to="Department")
    Address = PhysicalAddress()


class PaymentMethod(RemoteType):
    """A way in which customers pay."""

    Id = text(read_only=True, filterable=True, sortable=True)
    SyncToken = text(read_only=True)
    MetaData = MetaData()

    Name = text(max_length=31, required=True, filterable=True, sortable=True)
    Active = boolean(filterable=True, sortable=True)
    Type = optional_text(choices=("CREDIT_CARD", "NON_CREDIT_CARD"))


class CustomerType(RemoteType):
    """A kind of customer, made by users; read-only through the API."""

    Id = text(read_only=True, filterable=True, sortable=True)
    SyncToken = text(read_only=True)
    MetaData = MetaData()

    Name = text(read_only=True)
    # That a search may ask for it is so of every name list.
    Active = boolean(read_only=True, filterable=True)


class JournalCode(RemoteType):
    """A journal that transactions belong to; in France only. `Active = False` takes it out of use."""

    Id = text(read_only=True, filterable=True, sortable=True)
    SyncToken = text(read_only=True)
    MetaData = MetaData()

    # At least 2 characters.
    Name = text(max_length=20, required=True)
    # Expenses, Sales, Bank, Nouveaux, Wages, Cash or Others; the page's own sample has Report A Nouveaux, so
    # no list here.
    Type = optional_text(create_only=True)
    Description = optional_text()
    # That a search may ask for it is so of every name list.
    Active = boolean(filterable=True)
