"""The fault codes that are about one record: somebody mends it, or it is looked at again."""

from collections.abc import Sequence

from linksync.connectors.quickbooks.requestcodes import CodeRow
from linksync.errors import FaultKind

_MEND = "mend the value and requeue"
_TAX = "mend the mapping of tax codes for this company and requeue"
_REFERENCE = "make the record it refers to active in QuickBooks or link another one, then requeue"
_CLOSED = "move the date into an open period, or have the books opened in QuickBooks, then requeue"

_REJECTED = FaultKind.REJECTED

RECORD_CODES: Sequence[CodeRow] = (
    # What it is about
    (
        "610",
        "no such record, or a record that it refers to was made inactive",
        FaultKind.NOT_FOUND,
        "look whether the record was deleted in QuickBooks, or one that it refers to made inactive",
    ),
    ("620", "the transaction cannot be linked", _REJECTED, "mend the linked transactions and requeue"),
    (
        "630",
        "a value that must be unique is taken",
        FaultKind.DUPLICATE,
        "link the record that is there already, or give this one another value",
    ),
    ("700", "the parent is not valid", _REJECTED, _REFERENCE),
    ("900", "the record is its own parent", _REJECTED, "give it another parent, or none, and requeue"),
    (
        "800",
        "other records depend on it",
        _REJECTED,
        "remove what depends on it in QuickBooks first, then requeue",
    ),
    # These three say that it failed, not why. That it failed is certain enough to say so to a person.
    ("1000", "the operation failed", _REJECTED, "read the detail and requeue"),
    ("1010", "the record could not be created", _REJECTED, "read the detail and requeue"),
    ("1020", "the record could not be updated", _REJECTED, "read the detail and requeue"),
    (
        "5010",
        "the record has changed in QuickBooks meanwhile",
        FaultKind.STALE,
        "nothing to do: it is looked at again by itself",
    ),
    (
        "6140",
        "the document number is taken",
        FaultKind.DUPLICATE,
        "link the document that is there already, or give this one another number",
    ),
    (
        "6240",
        "the name is taken",
        FaultKind.DUPLICATE,
        "customers, vendors and employees share one set of names: link the record that is there already, or give this one another name",
    ),
    ("6200", "the books are closed for that date", _REJECTED, _CLOSED),
    ("6210", "the books are closed for that date and need a password", _REJECTED, _CLOSED),
    # Values
    ("2020", "a required value is missing", _REJECTED, "fill in the named field and requeue"),
    (
        "2040",
        "characters that are not allowed",
        _REJECTED,
        "take colons, tabs and line breaks out of the named field and requeue",
    ),
    ("2180", "a value is out of range", _REJECTED, _MEND),
    ("2050", "a text is too long or too short", _REJECTED, "shorten the named field and requeue"),
    ("2060", "a date has the wrong form", _REJECTED, _MEND),
    ("2070", "a date is not valid", _REJECTED, _MEND),
    ("2190", "a date is out of range", _REJECTED, _MEND),
    ("2080", "a number is not valid", _REJECTED, _MEND),
    ("2090", "a number is not valid", _REJECTED, _MEND),
    ("2100", "a decimal is not valid", _REJECTED, _MEND),
    ("2110", "an amount is not valid", _REJECTED, _MEND),
    (
        "2120",
        "the type does not fit, such as that of an item",
        _REJECTED,
        "mend the type in the mapping and requeue",
    ),
    ("2140", "a percentage is not valid", _REJECTED, _MEND),
    ("2150", "a quantity is not valid", _REJECTED, _MEND),
    ("2160", "an amount is out of range", _REJECTED, _MEND),
    ("2170", "a value is not among those allowed", _REJECTED, "mend the value map and requeue"),
    ("2200", "a web address is not valid", _REJECTED, _MEND),
    ("2210", "an e-mail address is not valid", _REJECTED, _MEND),
    ("2220", "a currency is not valid", _REJECTED, "use a currency that the company has switched on"),
    ("2240", "a number is not valid", _REJECTED, _MEND),
    ("2250", "the document has no lines", _REJECTED, "add a line and requeue"),
    ("2280", "a tax amount is needed", _REJECTED, _TAX),
    ("2290", "a line is negative", _REJECTED, _MEND),
    ("2300", "debits and credits differ", _REJECTED, "balance the entry and requeue"),
    # Not NOT_FOUND: that would say the record itself is gone, and only its reference is.
    ("2500", "a reference leads nowhere, or to an inactive record", _REJECTED, _REFERENCE),
    ("2600", "two values contradict each other", _REJECTED, _MEND),
    ("3000", "a custom field is not valid", _REJECTED, "check the field's definition id in the mapping"),
    # Rules of the business
    ("6000", "a business rule is broken", _REJECTED, "read the detail, mend the record and requeue"),
    ("6010", "the account has neither type nor subtype", _REJECTED, _MEND),
    (
        "6070",
        "the amount is not quantity times unit price",
        _REJECTED,
        "compute the amount as QuickBooks rounds it and requeue",
    ),
    ("6080", "the record has no name", _REJECTED, "give it a name and requeue"),
    ("6090", "the discount has neither amount nor percentage", _REJECTED, _MEND),
    (
        "6100",
        "the tax code of a line must be TAX or NON in the United States",
        _REJECTED,
        _TAX,
    ),
    (
        "6130",
        "whether it is billed with its parent cannot be changed",
        _REJECTED,
        "change it in QuickBooks by hand",
    ),
    ("6150", "a parent is needed", _REJECTED, "give it a parent and requeue"),
    ("6160", "the tax code is not allowed here", _REJECTED, _TAX),
    ("6170", "the tax detail is not allowed here", _REJECTED, _TAX),
    ("6230", "the tax code is not allowed here", _REJECTED, _TAX),
    ("6470", "the tax detail is not allowed here", _REJECTED, _TAX),
    ("6180", "more than five levels", _REJECTED, "put it under a higher parent and requeue"),
    (
        "6220",
        "the record has a balance and cannot be made inactive",
        _REJECTED,
        "settle the balance first",
    ),
    ("6280", "the record has unbilled charges and cannot be made inactive", _REJECTED, "bill them first"),
    ("6250", "the customer is missing or inactive", _REJECTED, _REFERENCE),
    ("6270", "the date is before the item's inventory begins", _REJECTED, "mend the date and requeue"),
    (
        "6400",
        "a linked transaction would break",
        _REJECTED,
        "unlink the transactions in QuickBooks first, then requeue",
    ),
    (
        "6480",
        "a matched transaction would break",
        _REJECTED,
        "undo the match in QuickBooks first, then requeue",
    ),
    (
        "6430",
        "the account is of the wrong type",
        _REJECTED,
        "mend the account in the settings and requeue",
    ),
    ("6440", "a line needs an item or an account", _REJECTED, "give the line an item and requeue"),
    ("6450", "the transaction is settled and cannot be voided", _REJECTED, "undo the settlement first"),
    ("6520", "an inventory item needs a quantity", _REJECTED, "give it a quantity and requeue"),
    (
        "6540",
        "the transaction is part of a deposit",
        _REJECTED,
        "take it out of the deposit in QuickBooks first, then requeue",
    ),
)
"""Rows of the official error-code page."""
