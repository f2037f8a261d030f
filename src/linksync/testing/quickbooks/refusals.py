"""What is answered instead of the service's own answer: throttles, refusals and failures, as the gateway and the edge write them."""

from datetime import datetime

from attrs import evolve

from linksync.testing.quickbooks.company import Company
from linksync.testing.quickbooks.edge import gateway_fault, html_page, xml_fault
from linksync.testing.quickbooks.exchange import Answer, json_answer
from linksync.testing.quickbooks.faults import Problem, RefusedError
from linksync.testing.quickbooks.mishaps import Mishap, Script
from linksync.testing.quickbooks.rules import Certainty, state
from linksync.testing.quickbooks.service import fault_answer

_GATEWAY_CODES = {"3001": 429, "3100": 403, "3200": 401}
"""Codes that come from the gateway, each with its status."""

_SYSTEM_FAULT = RefusedError(
    Problem(code="10000", message="An application error has occurred", detail="System Failure Error"),
    kind="SystemFault",
    status=500,
)
_THROTTLED = RefusedError(
    Problem(code="3001", message="ThrottleExceeded", detail="The request limit was reached."),
    kind="SERVICE",
    status=429,
)
state(
    "a throttle comes in the gateway's shape; the service's is seen as well, and no Retry-After with either",
    Certainty.CLIENT,
    "fixtures of a public client; the reference page names no header",
    kept_by=__name__,
)


def throttled(company: Company | None, shape: str, now: datetime, *, retry_after_seconds: int = 0) -> Answer:
    """Return the answer to one request too many, to a company or to the authorization server."""
    status = company.limiter.limits.throttle_status if company is not None else 429
    if shape == "service" and company is not None:
        return _after(retry_after_seconds, evolve(fault_answer(company, _THROTTLED), status=status))
    body = gateway_fault(
        code="3001",
        message=f"message=ThrottleExceeded; errorCode=003001; statusCode={status}",
        detail="The request limit was reached",
        kind="SERVICE",
        now=now,
    )
    return _after(retry_after_seconds, json_answer(status, body))


def refused(script: Script, company: Company, now: datetime) -> Answer:
    """Return the refusal that *script* describes."""
    status = _GATEWAY_CODES.get(script.code)
    if status is None:
        problem = Problem(
            code=script.code, message=script.message, detail=script.detail, element=script.element
        )
        refusal = RefusedError(problem, kind=script.fault_type, status=script.status or 400)
        return fault_answer(company, refusal)
    body = gateway_fault(
        code=script.code,
        message=script.message,
        detail=script.detail,
        kind="SERVICE",
        now=now,
    )
    return _after(script.retry_after_seconds, json_answer(status, body))


def failed(script: Script, now: datetime) -> Answer:
    """Return the failure that *script* describes, as the edge answers it."""
    if script.mishap is Mishap.FAIL_WITH_HTML:
        status = script.status or 503
        return Answer(status=status, body=html_page(status).encode(), headers={"content-type": "text/html"})
    page = xml_fault(_SYSTEM_FAULT, _stamp(now))
    return Answer(
        status=script.status or 500, body=page.encode(), headers={"content-type": "application/xml"}
    )


def failed_under_200(now: datetime) -> Answer:
    """Return a fault that comes under HTTP 200."""
    return json_answer(200, {"Fault": _SYSTEM_FAULT.as_json(), "time": _stamp(now)})


def _after(seconds: int, answer: Answer) -> Answer:
    return answer.with_headers(retry_after=str(seconds)) if seconds else answer


def _stamp(now: datetime) -> str:
    return now.isoformat(timespec="milliseconds")
