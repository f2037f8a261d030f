"""Objects that stand within a record: addresses, numbers, memos, stamps."""

from linksync.connectors.quickbooks.fields.lists import TaxCode
from linksync.mapping.remote import (
    RefField,
    RemoteGroup,
    decimal,
    instant,
    optional_text,
)


class MetaData(RemoteGroup):
    """When a record was created and last changed; on every record, computed (recorded sandbox traffic).

    The stamps have whole seconds and an offset: an instant between two seconds is cut off, not rounded. A change of a
    customer's balance moves its `LastUpdatedTime` although its `SyncToken` stays.
    """

    CreateTime = instant(read_only=True)
    LastUpdatedTime = instant(read_only=True)


class EmailAddress(RemoteGroup):
    """An e-mail address."""

    # 100: secondary sources agree; the official reference only says that it needs an "@" and a "."
    # (customer page), without which the answer is 2210.
    Address = optional_text(max_length=100)


class TelephoneNumber(RemoteGroup):
    """A telephone number as free text."""

    # Official customer page; an employee's holds 20.
    FreeFormNumber = optional_text(max_length=30)


class WebSiteAddress(RemoteGroup):
    """The address of a web site."""

    # Official customer page and schema.
    URI = optional_text(max_length=1000)


class PhysicalAddress(RemoteGroup):
    """A postal address.

    An address that is edited within a transaction comes back as free text in `Line1` to `Line5` (official customer
    page, note on `BillAddr`), so those of transactions are not worth comparing field by field. `Lat` and `Long` are
    no longer to be relied on (announcement of 13 August 2025) and not listed. No lengths: those in the schema are
    Desktop's.
    """

    Line1 = optional_text()
    Line2 = optional_text()
    Line3 = optional_text()
    Line4 = optional_text()
    Line5 = optional_text()
    City = optional_text()
    CountrySubDivisionCode = optional_text()
    PostalCode = optional_text()
    Country = optional_text()


class MemoRef(RemoteGroup):
    """A message to the customer, printed on the document."""

    # 1000 is common knowledge, not on an official page.
    value = optional_text(max_length=1000)


class TxnTaxDetail(RemoteGroup):
    """The tax of a whole document.

    Under automated sales tax the system computes it and does not echo `TxnTaxCodeRef` (reports of live runs).
    """

    TxnTaxCodeRef = RefField[TaxCode](to="TaxCode")
    TotalTax = decimal()
