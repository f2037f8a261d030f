# Generated from facts/groups.toml by `python -m linksync.connectors.quickbooks.fields.generate`; change it there.
"""Objects that stand within records: addresses, numbers, memos, stamps."""

from linksync.mapping.remote import (
    RemoteGroup,
    instant,
    optional_boolean,
    optional_decimal,
    optional_instant,
    optional_text,
)


class MetaData(RemoteGroup):
    """When a record was created and last changed; on every record, computed (recorded sandbox traffic).

    The stamps have whole seconds and an offset: an instant between two seconds is cut off, not rounded. A change of a
    customer's balance moves its `LastUpdatedTime` although its `SyncToken` stays.
    """

    CreateTime = instant(read_only=True, filterable=True, sortable=True)
    LastUpdatedTime = instant(read_only=True, filterable=True, sortable=True)


class EmailAddress(RemoteGroup):
    """An e-mail address."""

    # 100: secondary sources agree; the official reference only says that it needs an "@" and a "." (customer
    # page), without which the answer is 2210.
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


class PlainRef(RemoteGroup):
    """A reference to something that has no records of its own here: a way of shipping, a project.

    The id of a project is the one that the Projects API gives it (official page on projects), not that of its
    customer.
    """

    # No sparse update takes a reference away (report of Intuit's support).
    value = optional_text(clearable=False)
    name = optional_text(read_only=True)


class EntityReference(RemoteGroup):
    """A reference to a record of one of several types, such as a vendor or a customer."""

    # No sparse update takes a reference away (report of Intuit's support).
    value = optional_text(clearable=False)
    name = optional_text(read_only=True)
    # The name of the record's type, such as Vendor.
    type = optional_text(clearable=False)


class DeliveryInfo(RemoteGroup):
    """When a document was last sent by e-mail; the send operation fills it in (official invoice page)."""

    DeliveryType = optional_text(choices=("Email", "Tradeshift"), read_only=True)
    DeliveryTime = optional_instant(read_only=True)
    DeliveryErrorType = optional_text(
        choices=("Missing Info", "Undeliverable", "Delivery Server Down", "Bounced Email"),
        read_only=True,
    )


class MarkupInfo(RemoteGroup):
    """What is added to an expense when a customer is billed for it."""

    PercentBased = optional_boolean()
    Value = optional_decimal()
    Percent = optional_decimal()
