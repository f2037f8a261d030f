# Generated from facts/recurringtransaction.toml by `python -m linksync.connectors.quickbooks.fields.generate`; change it there.
"""Templates that QuickBooks makes transactions of."""

from linksync.connectors.quickbooks.fields.groups import MetaData, PlainRef
from linksync.mapping.remote import (
    RemoteGroup,
    RemoteType,
    optional_boolean,
    optional_date,
    optional_integer,
    optional_text,
    text,
)


class RecurringScheduleInfo(RemoteGroup):
    """When it makes them."""

    IntervalType = optional_text(choices=("Daily", "Weekly", "Monthly", "Yearly"))
    NumInterval = optional_integer()
    DayOfMonth = optional_integer()
    DayOfWeek = optional_text(
        choices=("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"),
    )
    WeekOfMonth = optional_integer()
    MonthOfYear = optional_text(
        choices=(
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ),
    )
    DaysBefore = optional_integer()
    RemindDays = optional_integer()
    MaxOccurrences = optional_integer()
    StartDate = optional_date()
    EndDate = optional_date()
    NextDate = optional_date()
    PreviousDate = optional_date(read_only=True)


class RecurringInfo(RemoteGroup):
    """What a template is called, and when it is used."""

    Name = optional_text()
    RecurType = optional_text(choices=("Automated", "Reminder", "Unscheduled"))
    Active = optional_boolean()
    ScheduleInfo = RecurringScheduleInfo()


class RecurringTransaction(RemoteType):
    """A template that QuickBooks makes transactions of.

    Its JSON is that of the transaction that it makes, within an object of that type's name:
    `{"RecurringTransaction": {"Bill": {"Id": "20", ...}}}`; the fields here are those that all types share. The types are
    Bill, Purchase, CreditMemo, Deposit, Estimate, Invoice, JournalEntry, RefundReceipt, SalesReceipt, Transfer, VendorCredit
    and PurchaseOrder. It is for Essentials and Plus.
    """

    Id = text(read_only=True, filterable=True, sortable=True)
    SyncToken = text(read_only=True)
    MetaData = MetaData()

    RecurringInfo = RecurringInfo()
    RecurDataRef = PlainRef(filterable=True)
