# Generated from facts/timeactivity.toml by `python -m linksync.connectors.quickbooks.fields.generate`; change it there.
"""Hours that somebody worked."""

from linksync.connectors.quickbooks.fields.customer import Customer
from linksync.connectors.quickbooks.fields.employee import Employee
from linksync.connectors.quickbooks.fields.groups import MetaData, PlainRef
from linksync.connectors.quickbooks.fields.item import Item
from linksync.connectors.quickbooks.fields.lists import Class, Department
from linksync.connectors.quickbooks.fields.vendor import Vendor
from linksync.mapping.remote import (
    RefField,
    RemoteType,
    optional_boolean,
    optional_date,
    optional_decimal,
    optional_instant,
    optional_integer,
    optional_text,
    text,
)


class TimeActivity(RemoteType):
    """Hours that an employee or a vendor worked.

    Needs `NameOf` and the reference that it names, and either `Hours` and `Minutes` or `StartTime` and `EndTime`. A billable
    one needs a customer and `HourlyRate`. Change data capture leaves it out (official change data capture page). It can be
    deleted and not voided.
    """

    Id = text(read_only=True, filterable=True, sortable=True)
    SyncToken = text(read_only=True)
    MetaData = MetaData()

    TxnDate = optional_date(filterable=True, sortable=True)
    NameOf = text(choices=("Employee", "Vendor"), required=True)
    EmployeeRef = RefField[Employee](to="Employee")
    VendorRef = RefField[Vendor](to="Vendor")
    CustomerRef = RefField[Customer](to="Customer")
    ProjectRef = PlainRef(filterable=True)
    # A service.
    ItemRef = RefField[Item](to="Item")
    ClassRef = RefField[Class](to="Class")
    DepartmentRef = RefField[Department](to="Department")
    Description = optional_text(max_length=4000)

    # Up to 8760 hours and 59 minutes.
    Hours = optional_integer()
    Minutes = optional_integer()
    StartTime = optional_instant()
    EndTime = optional_instant()
    BreakHours = optional_integer()
    BreakMinutes = optional_integer()

    # HasBeenBilled comes by itself, with the invoice.
    BillableStatus = optional_text(choices=("Billable", "NotBillable", "HasBeenBilled"), filterable=True)
    Taxable = optional_boolean()
    HourlyRate = optional_decimal()
    CostRate = optional_decimal()
