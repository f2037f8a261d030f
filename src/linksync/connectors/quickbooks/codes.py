"""QuickBooks' fault codes: what each means, what it calls for and what a person can do.

One row per code of the official page "QuickBooks Online Accounting API error codes". The kind says what the
engine does; it follows the code alone, for the texts are translated and change.
"""

from collections.abc import Mapping
from types import MappingProxyType

from attrs import frozen

from linksync.errors import FaultKind


@frozen(kw_only=True)
class FaultCode:
    """One row of the table.

    Attributes:
        code: The number as QuickBooks sends it, without leading zeros.
        meaning: What it says, for an answer that brings no text of its own.
        kind: What it calls for.
        remedy: What a person can do about it.
        is_certain: Whether it proves that the request was not carried out.
    """

    code: str
    meaning: str
    kind: FaultKind
    remedy: str
    is_certain: bool = True


_RECONNECT = "connect the company to QuickBooks again"
_OUR_BUG = "this is an error in the program: report it with the request id"
_MEND = "mend the value and requeue"
_TAX = "mend the mapping of tax codes for this company and requeue"
_REFERENCE = "make the record it refers to active in QuickBooks or link another one, then requeue"
_CLOSED = "move the date into an open period, or have the books opened in QuickBooks, then requeue"
_PLAN = "switch the feature off for this company or have its QuickBooks plan raised"


def _rows() -> tuple[FaultCode, ...]:
    rejected, unsupported = FaultKind.REJECTED, FaultKind.UNSUPPORTED
    unauthorised, transient = FaultKind.UNAUTHORISED, FaultKind.TRANSIENT
    table: tuple[tuple[str, str, FaultKind, str], ...] = (
        # Who may
        ("100", "general authentication error", unauthorised, _RECONNECT),
        ("110", "OAuth authentication error", unauthorised, _RECONNECT),
        (
            "120",
            "whoever connected the company has lost access to it",
            unauthorised,
            "have an administrator of the company connect it again",
        ),
        ("130", "the company is on another cluster", transient, "if it lasts, ask QuickBooks' support"),
        ("140", "the company is locked", transient, "wait, it is tried again by itself"),
        ("150", "the company is under maintenance", transient, "wait, it is tried again by itself"),
        (
            "3001",
            "too many requests",
            FaultKind.THROTTLED,
            "wait, it is tried again by itself",
        ),
        (
            "3100",
            "the app is not authorised for this company",
            unauthorised,
            "check that company, keys and environment (sandbox or production) belong together, then connect again",
        ),
        ("3200", "the access token is expired, malformed or revoked", unauthorised, _RECONNECT),
        ("3202", "an OAuth field is empty", unsupported, "check the client id and the client secret"),
        (
            "6190",
            "the company's QuickBooks subscription has ended or is not paid",
            unauthorised,
            "have the subscription renewed, then connect the company again",
        ),
        (
            "10200",
            "the company was reset and its records are gone",
            unauthorised,
            "unlink the company's records, then connect it again",
        ),
        # What is asked, and how
        ("400", "the request is malformed", unsupported, _OUR_BUG),
        ("500", "the operation is not supported for this entity", unsupported, _OUR_BUG),
        ("1040", "the batch has too many items", unsupported, "lower the batch size to 30"),
        ("2000", "unknown kind of object", unsupported, "check the remote type that the mapping names"),
        (
            "2010",
            "unknown or unsupported property",
            unsupported,
            "take the named property out of the mapping",
        ),
        ("2030", "the id is not a number", unsupported, _OUR_BUG),
        ("2130", "the request id is malformed", unsupported, _OUR_BUG),
        ("4000", "the query cannot be parsed", unsupported, _OUR_BUG),
        ("4001", "the query is not valid", unsupported, _OUR_BUG),
        ("4002", "the query cannot be processed", unsupported, _OUR_BUG),
        ("5020", "the feature is not part of the company's plan", unsupported, _PLAN),
        ("5030", "the feature is not supported", unsupported, _PLAN),
        ("10100", "the result is too large", unsupported, "ask for smaller pages"),
        # What it is about
        (
            "610",
            "no such record, or a record that it refers to was made inactive",
            FaultKind.NOT_FOUND,
            "look whether the record was deleted in QuickBooks, or one that it refers to made inactive",
        ),
        ("620", "the transaction cannot be linked", rejected, "mend the linked transactions and requeue"),
        (
            "630",
            "a value that must be unique is taken",
            FaultKind.DUPLICATE,
            "link the record that is there already, or give this one another value",
        ),
        ("700", "the parent is not valid", rejected, _REFERENCE),
        ("900", "the record is its own parent", rejected, "give it another parent, or none, and requeue"),
        (
            "800",
            "other records depend on it",
            rejected,
            "remove what depends on it in QuickBooks first, then requeue",
        ),
        # These three say that it failed, not why. That it failed is certain enough to say so to a person.
        ("1000", "the operation failed", rejected, "read the detail and requeue"),
        ("1010", "the record could not be created", rejected, "read the detail and requeue"),
        ("1020", "the record could not be updated", rejected, "read the detail and requeue"),
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
        ("6200", "the books are closed for that date", rejected, _CLOSED),
        ("6210", "the books are closed for that date and need a password", rejected, _CLOSED),
        # Values
        ("2020", "a required value is missing", rejected, "fill in the named field and requeue"),
        (
            "2040",
            "characters that are not allowed",
            rejected,
            "take colons, tabs and line breaks out of the named field and requeue",
        ),
        ("2180", "a value is out of range", rejected, _MEND),
        ("2050", "a text is too long or too short", rejected, "shorten the named field and requeue"),
        ("2060", "a date has the wrong form", rejected, _MEND),
        ("2070", "a date is not valid", rejected, _MEND),
        ("2190", "a date is out of range", rejected, _MEND),
        ("2080", "a number is not valid", rejected, _MEND),
        ("2090", "a number is not valid", rejected, _MEND),
        ("2100", "a decimal is not valid", rejected, _MEND),
        ("2110", "an amount is not valid", rejected, _MEND),
        (
            "2120",
            "the type does not fit, such as that of an item",
            rejected,
            "mend the type in the mapping and requeue",
        ),
        ("2140", "a percentage is not valid", rejected, _MEND),
        ("2150", "a quantity is not valid", rejected, _MEND),
        ("2160", "an amount is out of range", rejected, _MEND),
        ("2170", "a value is not among those allowed", rejected, "mend the value map and requeue"),
        ("2200", "a web address is not valid", rejected, _MEND),
        ("2210", "an e-mail address is not valid", rejected, _MEND),
        ("2220", "a currency is not valid", rejected, "use a currency that the company has switched on"),
        ("2240", "a number is not valid", rejected, _MEND),
        ("2250", "the document has no lines", rejected, "add a line and requeue"),
        ("2280", "a tax amount is needed", rejected, _TAX),
        ("2290", "a line is negative", rejected, _MEND),
        ("2300", "debits and credits differ", rejected, "balance the entry and requeue"),
        # Not NOT_FOUND: that would say the record itself is gone, and only its reference is.
        ("2500", "a reference leads nowhere, or to an inactive record", rejected, _REFERENCE),
        ("2600", "two values contradict each other", rejected, _MEND),
        ("3000", "a custom field is not valid", rejected, "check the field's definition id in the mapping"),
        # Rules of the business
        ("6000", "a business rule is broken", rejected, "read the detail, mend the record and requeue"),
        ("6010", "the account has neither type nor subtype", rejected, _MEND),
        (
            "6070",
            "the amount is not quantity times unit price",
            rejected,
            "compute the amount as QuickBooks rounds it and requeue",
        ),
        ("6080", "the record has no name", rejected, "give it a name and requeue"),
        ("6090", "the discount has neither amount nor percentage", rejected, _MEND),
        (
            "6100",
            "the tax code of a line must be TAX or NON in the United States",
            rejected,
            _TAX,
        ),
        (
            "6130",
            "whether it is billed with its parent cannot be changed",
            rejected,
            "change it in QuickBooks by hand",
        ),
        ("6150", "a parent is needed", rejected, "give it a parent and requeue"),
        ("6160", "the tax code is not allowed here", rejected, _TAX),
        ("6170", "the tax detail is not allowed here", rejected, _TAX),
        ("6230", "the tax code is not allowed here", rejected, _TAX),
        ("6470", "the tax detail is not allowed here", rejected, _TAX),
        ("6180", "more than five levels", rejected, "put it under a higher parent and requeue"),
        (
            "6220",
            "the record has a balance and cannot be made inactive",
            rejected,
            "settle the balance first",
        ),
        ("6280", "the record has unbilled charges and cannot be made inactive", rejected, "bill them first"),
        ("6250", "the customer is missing or inactive", rejected, _REFERENCE),
        ("6270", "the date is before the item's inventory begins", rejected, "mend the date and requeue"),
        (
            "6400",
            "a linked transaction would break",
            rejected,
            "unlink the transactions in QuickBooks first, then requeue",
        ),
        (
            "6480",
            "a matched transaction would break",
            rejected,
            "undo the match in QuickBooks first, then requeue",
        ),
        (
            "6430",
            "the account is of the wrong type",
            rejected,
            "mend the account in the settings and requeue",
        ),
        ("6440", "a line needs an item or an account", rejected, "give the line an item and requeue"),
        ("6450", "the transaction is settled and cannot be voided", rejected, "undo the settlement first"),
        ("6520", "an inventory item needs a quantity", rejected, "give it a quantity and requeue"),
        (
            "6540",
            "the transaction is part of a deposit",
            rejected,
            "take it out of the deposit in QuickBooks first, then requeue",
        ),
    )
    certain = tuple(
        FaultCode(code=code, meaning=meaning, kind=kind, remedy=remedy)
        for code, meaning, kind, remedy in table
    )
    return (
        *certain,
        # The first request of that id may be under way or done.
        FaultCode(
            code="600",
            meaning="a request of that id was there before",
            kind=transient,
            remedy="nothing to do: what became of it is looked up",
            is_certain=False,
        ),
        FaultCode(
            code="10000",
            meaning="the service failed",
            kind=transient,
            remedy="nothing to do: what became of it is looked up",
            is_certain=False,
        ),
    )


FAULT_CODES: Mapping[str, FaultCode] = MappingProxyType({row.code: row for row in _rows()})
"""Every documented code, by its number as text."""


def find_code(code: str, fault_type: str = "") -> FaultCode:
    """Return the row of *code*; for one that is not in the table, a row by the range that it falls in.

    The ranges are those of the official error-code page: 1-499 authentication, 500-599 unsupported, up to 9999
    validation, above severe. A severe one proves nothing about what was done.

    Args:
        code: The code; anything that is no number falls in no range.
        fault_type: The `type` of the fault, which decides where there is no number.
    """
    if (known := FAULT_CODES.get(code)) is not None:
        return known
    kind, remedy, is_certain = _by_type(fault_type) if not code.isdecimal() else _by_range(int(code))
    return FaultCode(code=code, meaning="an error", kind=kind, remedy=remedy, is_certain=is_certain)


def _by_range(code: int) -> tuple[FaultKind, str, bool]:
    if code < 500:
        return FaultKind.UNAUTHORISED, _RECONNECT, True
    if code < 600:
        return FaultKind.UNSUPPORTED, _OUR_BUG, True
    if code < 10_000:
        return FaultKind.REJECTED, "read the detail, mend the record and requeue", True
    return FaultKind.TRANSIENT, "nothing to do: what became of it is looked up", False


def _by_type(fault_type: str) -> tuple[FaultKind, str, bool]:
    # The published schema misspells one: AuthorizatonFault.
    name = fault_type.lower()
    if name.startswith(("authentication", "authoriz")):
        return FaultKind.UNAUTHORISED, _RECONNECT, True
    if name.startswith("validation"):
        return FaultKind.REJECTED, "read the detail, mend the record and requeue", True
    return FaultKind.TRANSIENT, "nothing to do: what became of it is looked up", False
