# Generated from facts/entries.toml by `python -m linksync.connectors.quickbooks.fields.generate`; change it there.
"""Entries of the plain arrays that stand within records: linked transactions, custom fields, named values."""

from linksync.mapping.remote import (
    RemoteLine,
    optional_boolean,
    optional_date,
    optional_decimal,
    optional_text,
    text,
)


class LinkedTxn(RemoteLine):
    """A transaction that another one, or a line of it, belongs to.

    Who writes the link (official page on linked transactions): a payment its invoices and credit memos, in its lines;
    an invoice its estimate; a bill its purchase order. The other side shows it and cannot change it.
    """

    TxnId = text(required=True)
    # The type's name, such as `Invoice`; a bill's payment is `BillPaymentCheck` (recorded sandbox traffic).
    TxnType = text(required=True)
    TxnLineId = optional_text()


class CustomField(RemoteLine):
    """A custom field of a document: three texts on sales forms and purchase orders.

    Which there are is in the preferences. An entry that is defined and empty comes without `StringValue` (recorded
    sandbox traffic). More than three fields need another API.
    """

    DefinitionId = text(required=True)
    Name = optional_text()
    Type = text(choices=("StringType", "BooleanType", "NumberType", "DateType"), required=True)
    StringValue = optional_text()
    BooleanValue = optional_boolean()
    NumberValue = optional_decimal()
    DateValue = optional_date()


class NameValue(RemoteLine):
    """A setting that has a name and no field of its own; a yes or no is a text as well, in either case of letters."""

    Name = text()
    Value = optional_text()
