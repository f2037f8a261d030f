"""The fault codes that are about who asks, and how: the company is parked, or the program is mended."""

from collections.abc import Sequence
from typing import TypeAlias

from linksync.errors import FaultKind

CodeRow: TypeAlias = tuple[str, str, FaultKind, str]
"""A code, its meaning, what it calls for, and the remedy."""

THROTTLED_REMEDY = (
    "wait, it is tried again by itself; if it lasts, the app may have used up its metered reads of the month: "
    "look into the developer portal"
)
"""An app without a paid plan is blocked for the rest of the month then (announcement of 8 January 2026), and nothing
documented tells that answer from any other of its kind."""

_RECONNECT = "connect the company to QuickBooks again"
_OUR_BUG = "this is an error in the program: report it with the request id"
_PLAN = "switch the feature off for this company or have its QuickBooks plan raised"

_UNAUTHORISED, _TRANSIENT, _UNSUPPORTED = FaultKind.UNAUTHORISED, FaultKind.TRANSIENT, FaultKind.UNSUPPORTED

REQUEST_CODES: Sequence[CodeRow] = (
    # Who may
    ("100", "general authentication error", _UNAUTHORISED, _RECONNECT),
    ("110", "OAuth authentication error", _UNAUTHORISED, _RECONNECT),
    (
        "120",
        "whoever connected the company has lost access to it",
        _UNAUTHORISED,
        "have an administrator of the company connect it again",
    ),
    ("130", "the company is on another cluster", _TRANSIENT, "if it lasts, ask QuickBooks' support"),
    ("140", "the company is locked", _TRANSIENT, "wait, it is tried again by itself"),
    ("150", "the company is under maintenance", _TRANSIENT, "wait, it is tried again by itself"),
    (
        "3001",
        "too many requests",
        FaultKind.THROTTLED,
        THROTTLED_REMEDY,
    ),
    (
        "3100",
        "the app is not authorised for this company",
        _UNAUTHORISED,
        "check that company, keys and environment (sandbox or production) belong together, then connect again",
    ),
    ("3200", "the access token is expired, malformed or revoked", _UNAUTHORISED, _RECONNECT),
    ("3202", "an OAuth field is empty", _UNSUPPORTED, "check the client id and the client secret"),
    (
        "6190",
        "the company's QuickBooks subscription has ended or is not paid",
        FaultKind.HALTED,
        "have the subscription renewed",
    ),
    (
        "10200",
        "the company was reset and its records are gone",
        FaultKind.HALTED,
        "unlink the company's records, for their ids may name others now",
    ),
    # What is asked, and how
    ("400", "the request is malformed", _UNSUPPORTED, _OUR_BUG),
    ("500", "the operation is not supported for this entity", _UNSUPPORTED, _OUR_BUG),
    ("1040", "the batch has too many items", _UNSUPPORTED, "lower the batch size to 30"),
    ("2000", "unknown kind of object", _UNSUPPORTED, "check the remote type that the mapping names"),
    (
        "2010",
        "unknown or unsupported property",
        _UNSUPPORTED,
        "take the named property out of the mapping",
    ),
    ("2030", "the id is not a number", _UNSUPPORTED, _OUR_BUG),
    ("2130", "the request id is malformed", _UNSUPPORTED, _OUR_BUG),
    ("4000", "the query cannot be parsed", _UNSUPPORTED, _OUR_BUG),
    ("4001", "the query is not valid", _UNSUPPORTED, _OUR_BUG),
    ("4002", "the query cannot be processed", _UNSUPPORTED, _OUR_BUG),
    ("5020", "the feature is not part of the company's plan", _UNSUPPORTED, _PLAN),
    ("5030", "the feature is not supported", _UNSUPPORTED, _PLAN),
    ("10100", "the result is too large", _UNSUPPORTED, "ask for smaller pages"),
)
"""Rows of the official error-code page."""
