"""Reads what an answer says went wrong, and whether that proves that nothing was done."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TypeAlias

from attrs import evolve, frozen

from linksync.connectors.quickbooks.codes import FAULT_CODES, find_code
from linksync.connectors.quickbooks.faultbodies import FaultBody, Said, json_fault, json_object, xml_fault
from linksync.connectors.quickbooks.requestcodes import THROTTLED_REMEDY
from linksync.connectors.quickbooks.transport import HttpResponse
from linksync.errors import Fault, FaultKind
from linksync.exactjson import JsonObject

SHORTEST_PAUSE = timedelta(seconds=60)
"""How long QuickBooks wants to be left alone after a 429 (official page "limits and throttles")."""

_LONGEST_TEXT = 600
"""A 2010 lists every property that there is; nobody reads that in a table of results."""

# A 5010 with such a text is a closed period, not a stale version (reports of integrators).
_CLOSED_PERIOD = re.compile(
    r"(?:period|books)\b.{0,40}\bclosed|closed\b.{0,40}\b(?:period|books)", re.IGNORECASE
)

# Refused at the door, before anything could be carried out, whether or not the body can be read.
_DOOR: Mapping[int, tuple[FaultKind, str]] = {
    401: (FaultKind.UNAUTHORISED, "connect the company to QuickBooks again"),
    403: (FaultKind.UNAUTHORISED, "check that company, keys and environment belong together"),
    404: (FaultKind.UNSUPPORTED, "check the base URL"),
    405: (FaultKind.UNSUPPORTED, "check the base URL"),
    413: (FaultKind.UNSUPPORTED, "send less at once"),
    414: (FaultKind.UNSUPPORTED, "send less at once"),
    415: (FaultKind.UNSUPPORTED, "check the base URL"),
    429: (FaultKind.THROTTLED, THROTTLED_REMEDY),
}

# Their detail quotes the access token (recorded sandbox traffic: "Token expired: ...").
_QUOTES_TOKEN = frozenset({"100", "110", "3200", "3202"})

# Official error-code page: to be answered like HTTP 401, by a new access token.
_TOKEN_REFUSED = frozenset({"100", "110", "3200"})


@frozen(kw_only=True)
class Refusal:
    """The request was certainly not carried out.

    Attributes:
        fault: Why not.
        is_token_refused: Whether it was the access token that was refused: a new one may help.
    """

    fault: Fault
    is_token_refused: bool = False


@frozen(kw_only=True)
class Doubt:
    """The request may have been carried out, or not.

    Attributes:
        fault: What went wrong. Its kind is what it would be for a request that changes nothing.
    """

    fault: Fault


Failure: TypeAlias = Refusal | Doubt


def read_body(response: HttpResponse, *, now: datetime) -> JsonObject | Failure:
    """Return the JSON object of *response*, or the failure that it reports.

    A fault counts under every status, HTTP 200 included (official error-code page). A write answered by a 5xx,
    by something that is not JSON, or by a code that says the service failed, is in doubt.

    Args:
        response: The answer.
        now: The present instant (timezone-aware), for a `Retry-After` that is a date.
    """
    request_id = tid(response)
    body = json_object(response.body)
    fault = json_fault(body) if body is not None else xml_fault(response.body)
    if response.status >= 500:
        return Doubt(fault=_unanswered(response, fault, request_id, now))
    if fault is not None:
        return _with_pause(_classify(fault, response.status, request_id), response, now)
    if response.status == 200 and body is not None:
        return body
    if response.status in _DOOR:
        kind, remedy = _DOOR[response.status]
        refused = Fault(
            kind=kind,
            message=f"HTTP {response.status} without an explanation",
            remedy=remedy,
            request_id=request_id,
        )
        refusal = Refusal(fault=refused, is_token_refused=response.status == 401)
        return _with_pause(refusal, response, now)
    return Doubt(fault=_unanswered(response, None, request_id, now))


def read_item(item: JsonObject, request_id: str) -> Failure | None:
    """Return the failure that one item of an answered batch reports, or None when it reports none.

    Args:
        item: The item, such as `{"bId": "1", "Fault": {...}}`.
        request_id: The `intuit_tid` of the exchange.
    """
    fault = json_fault(item)
    if fault is None:
        return None
    failure = _classify(fault, 400, request_id)
    if failure.fault.kind is FaultKind.THROTTLED:
        return evolve(failure, fault=evolve(failure.fault, retry_after=SHORTEST_PAUSE))
    return failure


def missing(key: str, request_id: str) -> Doubt:
    """Return the doubt about an answer that is a success by its status but does not bring what it should.

    Such answers occur: the void of a journal entry is answered by HTTP 200, an empty batch, and nothing done (a
    live test of 2026).
    """
    return Doubt(
        fault=Fault(
            kind=FaultKind.TRANSIENT,
            message=f"the answer lacks {key}",
            remedy="nothing to do: what became of it is looked up",
            request_id=request_id,
        )
    )


def tid(response: HttpResponse) -> str:
    """Return QuickBooks' name for the exchange, from the header `intuit_tid`; empty when there is none.

    The official pages write it with an underscore, recorded traffic with a hyphen.
    """
    return response.headers.get("intuit_tid") or response.headers.get("intuit-tid") or ""


def retry_after(response: HttpResponse, now: datetime) -> timedelta | None:
    """Return how long the header `Retry-After` asks to wait, given in seconds or as a date; None without one."""
    value = response.headers.get("retry-after", "").strip()
    if not value:
        return None
    if value.isdecimal():
        # No pause is longer than a day, whatever a broken proxy says.
        return timedelta(seconds=min(int(value), 86_400))
    try:
        until = parsedate_to_datetime(value)
    except ValueError:
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return min(max(until - now, timedelta()), timedelta(days=1))


def _unanswered(response: HttpResponse, fault: FaultBody | None, request_id: str, now: datetime) -> Fault:
    said = fault.errors[0] if fault is not None and fault.errors else None
    if response.status >= 500:
        message = f"HTTP {response.status}: the service failed"
    else:
        message = f"HTTP {response.status}: the answer cannot be read"
    return Fault(
        kind=FaultKind.TRANSIENT,
        message=message,
        code=said.code if said else "",
        detail=_short(said.detail or said.message) if said and said.code not in _QUOTES_TOKEN else "",
        element=said.element if said else "",
        remedy="nothing to do: what became of it is looked up",
        request_id=request_id,
        retry_after=retry_after(response, now),
    )


def _classify(body: FaultBody, status: int, request_id: str) -> Failure:
    said = body.errors or (Said(code="", message="", detail="", element=""),)
    rows = [find_code(error.code, body.type) for error in said]
    # One error that leaves it open whether something was done outweighs all that are certain of it.
    index = next((place for place, row in enumerate(rows) if not row.is_certain), 0)
    first, row = said[index], rows[index]
    kind, remedy = row.kind, row.remedy
    is_certain = row.is_certain
    if status in {401, 429} or (status == 403 and first.code not in FAULT_CODES):
        kind, remedy = _DOOR[status]
        is_certain = True
    text = f"{first.message} {first.detail}"
    if first.code == "5010" and _CLOSED_PERIOD.search(text):
        kind, remedy = FaultKind.REJECTED, find_code("6200").remedy
    if first.code == "6210" and "duplicate" in text.lower():
        kind, remedy = FaultKind.DUPLICATE, find_code("6140").remedy
    others = [f"also {error.code} {error.message}: {error.detail}" for error in said if error is not first]
    is_secret = first.code in _QUOTES_TOKEN or status == 401
    detail = "" if is_secret else first.detail
    fault = Fault(
        kind=kind,
        # The gateway's message is no sentence: "message=AuthenticationFailed; errorCode=003200; statusCode=401".
        message=row.meaning
        if is_secret or not first.message or "errorCode=" in first.message
        else _short(first.message),
        code=first.code,
        element=first.element,
        detail=_short("; ".join(filter(None, [detail, *others]))),
        remedy=remedy,
        request_id=request_id,
    )
    if not is_certain:
        return Doubt(fault=fault)
    return Refusal(fault=fault, is_token_refused=status == 401 or first.code in _TOKEN_REFUSED)


def _with_pause(failure: Failure, response: HttpResponse, now: datetime) -> Failure:
    pause = retry_after(response, now)
    if failure.fault.kind is FaultKind.THROTTLED:
        pause = max(pause or SHORTEST_PAUSE, SHORTEST_PAUSE)
    return evolve(failure, fault=evolve(failure.fault, retry_after=pause))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else f"{text[: _LONGEST_TEXT - 1]}…"
