"""The fields of QuickBooks Online's records, typed, and what is known of each.

A mapping names them: `both(qbo.Customer.DisplayName)`, `ref(qbo.Invoice.CustomerRef, to=...)`,
`many(qbo.Invoice.Line, ...)`. The same classes are the table of facts that values are checked against before they
are sent, and that the simulator answers by: lengths, forbidden characters, enums, what is read-only and what is
required.

The names and the JSON shapes are those of the official v3 schema (XSD) and of recorded sandbox traffic. The schema is
shared with QuickBooks Desktop, so a length is only given where the official API reference, or a schema note for
QuickBooks Online, has it. Where a fact comes from stands beside it.
"""

from linksync.connectors.quickbooks.fields.customer import Customer
from linksync.connectors.quickbooks.fields.groups import (
    EmailAddress,
    MemoRef,
    MetaData,
    PhysicalAddress,
    TelephoneNumber,
    TxnTaxDetail,
    WebSiteAddress,
)
from linksync.connectors.quickbooks.fields.invoice import Invoice
from linksync.connectors.quickbooks.fields.item import Item
from linksync.connectors.quickbooks.fields.lines import (
    DescriptionLine,
    DiscountLine,
    GroupLine,
    SalesItemLine,
)
from linksync.connectors.quickbooks.fields.lists import (
    Account,
    Class,
    Currency,
    CustomerType,
    Department,
    PaymentMethod,
    TaxCode,
    Term,
)

__all__ = [
    "Account",
    "Class",
    "Currency",
    "Customer",
    "CustomerType",
    "Department",
    "DescriptionLine",
    "DiscountLine",
    "EmailAddress",
    "GroupLine",
    "Invoice",
    "Item",
    "MemoRef",
    "MetaData",
    "PaymentMethod",
    "PhysicalAddress",
    "SalesItemLine",
    "TaxCode",
    "TelephoneNumber",
    "Term",
    "TxnTaxDetail",
    "WebSiteAddress",
]
