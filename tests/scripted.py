"""A transport that answers by a script, and the answers of QuickBooks that scripts are made of."""

from collections.abc import Callable
from typing import TypeAlias

from linksync.connectors.quickbooks import HttpRequest, HttpResponse, NoAnswerError, NotSentError
from linksync.exactjson import Json, dumps

Step: TypeAlias = HttpResponse | NotSentError | NoAnswerError | Callable[[HttpRequest], HttpResponse]


class ScriptedTransport:
    """Answers one request after another with the next step, and keeps the requests."""

    def __init__(self, *steps: Step) -> None:
        self.steps = list(steps)
        self.requests = list[HttpRequest]()

    def send(self, request: HttpRequest) -> HttpResponse:
        self.requests.append(request)
        step = self.steps.pop(0)
        if isinstance(step, Exception):
            raise step
        return step if isinstance(step, HttpResponse) else step(request)


def answer(body: Json, status: int = 200, **headers: str) -> HttpResponse:
    """Return an answer with *body* as JSON; header names with underscores for hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return HttpResponse(status=status, headers={"intuit_tid": "1-tid", **named}, body=dumps(body).encode())


def fault(
    code: str, *, message: str = "Message", detail: str = "", element: str = "", kind: str = "ValidationFault"
) -> Json:
    """Return the body of a fault of the data service."""
    error = {"Message": message, "Detail": detail, "code": code, "element": element}
    return {"Fault": {"Error": [error], "type": kind}, "time": "2020-09-29T06:53:30.722-07:00"}


def gateway_fault(code: str, *, message: str = "", detail: str | None = None) -> Json:
    """Return the body of a fault of the gateway: lower case, many nulls (recorded sandbox traffic)."""
    error = {"message": message, "detail": detail, "code": code, "element": None}
    return {
        "warnings": None,
        "intuitObject": None,
        "fault": {"error": [error], "type": "AUTHENTICATION"},
        "queryResponse": None,
        "batchItemResponse": [],
        "time": 1601391072830,
    }
