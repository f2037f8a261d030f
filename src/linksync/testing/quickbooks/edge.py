"""The shapes in which what stands before QuickBooks' service refuses: the gateway's JSON, XML and HTML."""

from datetime import datetime
from html import escape
from http import HTTPStatus

from linksync.testing.quickbooks.faults import RefusedError
from linksync.testing.quickbooks.rules import Certainty, state
from linksync.testing.quickbooks.values import Obj

state(
    "the gateway refuses with lower-case keys, many nulls and a time in epoch milliseconds",
    Certainty.RECORDED,
    "recorded exchange error__401",
    kept_by=__name__,
)


def gateway_fault(*, code: str, message: str, detail: str | None, kind: str, now: datetime) -> Obj:
    """Return the body in which the gateway refuses; *now* is aware."""
    return {
        "warnings": None,
        "intuitObject": None,
        "fault": {
            "error": [{"message": message, "detail": detail, "code": code, "element": None}],
            "type": kind,
        },
        "report": None,
        "queryResponse": None,
        "batchItemResponse": [],
        "attachableResponse": [],
        "syncErrorResponse": None,
        "requestId": None,
        "time": int(now.timestamp() * 1000),
        "status": None,
        "cdcresponse": [],
    }


def xml_fault(error: RefusedError, time: str) -> str:
    """Return the XML twin of a fault."""
    errors = "".join(
        f'<Error code="{escape(problem.code)}" element="{escape(problem.element or "")}">'
        f"<Message>{escape(problem.message)}</Message><Detail>{escape(problem.detail)}</Detail></Error>"
        for problem in error.problems
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<IntuitResponse xmlns="http://schema.intuit.com/finance/v3" time="{escape(time)}">'
        f'<Fault type="{escape(error.kind)}">{errors}</Fault></IntuitResponse>'
    )


def html_page(status: int) -> str:
    """Return the page with which the edge answers instead of the service."""
    title = f"{status} {HTTPStatus(status).phrase}"
    return f"<html><head><title>{title}</title></head><body><center><h1>{title}</h1></center></body></html>"
