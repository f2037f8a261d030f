"""QuickBooks' fault codes: what each means, what it calls for and what a person can do.

One row per code of the official page "QuickBooks Online Accounting API error codes". The kind says what the
engine does; it follows the code alone, for the texts are translated and change.
"""

from collections.abc import Mapping
from types import MappingProxyType

from attrs import frozen

from linksync.connectors.quickbooks.recordcodes import RECORD_CODES
from linksync.connectors.quickbooks.requestcodes import REQUEST_CODES
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
_LOOKED_UP = "nothing to do: what became of it is looked up"

_CERTAIN = (
    FaultCode(code=code, meaning=meaning, kind=kind, remedy=remedy)
    for code, meaning, kind, remedy in (*REQUEST_CODES, *RECORD_CODES)
)
_IN_DOUBT = (
    # The first request of that id may be under way or done.
    FaultCode(
        code="600",
        meaning="a request of that id was there before",
        kind=FaultKind.TRANSIENT,
        remedy=_LOOKED_UP,
        is_certain=False,
    ),
    FaultCode(
        code="10000",
        meaning="the service failed",
        kind=FaultKind.TRANSIENT,
        remedy=_LOOKED_UP,
        is_certain=False,
    ),
)

FAULT_CODES: Mapping[str, FaultCode] = MappingProxyType({row.code: row for row in (*_CERTAIN, *_IN_DOUBT)})
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
    return FaultKind.TRANSIENT, _LOOKED_UP, False


def _by_type(fault_type: str) -> tuple[FaultKind, str, bool]:
    # The published schema misspells one: AuthorizatonFault.
    name = fault_type.lower()
    if name.startswith(("authentication", "authoriz")):
        return FaultKind.UNAUTHORISED, _RECONNECT, True
    if name.startswith("validation"):
        return FaultKind.REJECTED, "read the detail, mend the record and requeue", True
    return FaultKind.TRANSIENT, _LOOKED_UP, False
