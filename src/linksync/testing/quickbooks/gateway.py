"""What stands before the service: tokens, limits, and whatever is made to go wrong."""

import secrets
import time
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from threading import Lock

from attrs import define, field, frozen

from linksync.clock import Clock
from linksync.exactjson import Json, loads
from linksync.testing.quickbooks.batch import NONE, Interruption
from linksync.testing.quickbooks.company import Company
from linksync.testing.quickbooks.exchange import (
    METERED,
    Answer,
    Call,
    ConnectionLostError,
    Route,
    json_answer,
)
from linksync.testing.quickbooks.faults import Problem, RefusedError, gateway_fault, html_page, xml_fault
from linksync.testing.quickbooks.journal import Journal, LoggedRequest
from linksync.testing.quickbooks.mishaps import Mishap, Script, Scripts
from linksync.testing.quickbooks.oauth import AuthorizationServer
from linksync.testing.quickbooks.rules import Certainty, rule, state
from linksync.testing.quickbooks.service import Served, fault_answer, serve
from linksync.testing.quickbooks.values import array, group, text

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


@frozen
class _Late:
    due: datetime
    call: Call
    asked: Route


@define(kw_only=True)
class Gateway:
    """Lets requests in, or does not.

    Attributes:
        clock: Whose time limits, tokens and late answers keep.
        authorization: Knows the tokens.
        journal: Where requests are written down.
        scripts: What is to go wrong.
        companies: The companies by id.
    """

    clock: Clock
    authorization: AuthorizationServer
    journal: Journal
    scripts: Scripts
    companies: Mapping[str, Company]
    _late: list[_Late] = field(factory=list[_Late], init=False)
    _lock: Lock = field(factory=Lock, init=False)

    def handle(self, call: Call, asked: Route) -> Answer:
        """Answer a request to the accounting interface.

        Raises:
            ConnectionLostError: The connection is to end without an answer.
        """
        self.catch_up()
        with self._lock:
            script = self.scripts.take(call, asked)
        note = _Note(self, call, asked.kind, asked.company, script)
        note.entity = asked.entity.name if asked.entity is not None else ""
        if asked.kind == "batch":
            note.items = _operations(call.body)
        metered = note.items.get("query", 0) + (asked.kind in METERED)
        try:
            served = self._befall(script, call, asked, metered)
        except ConnectionLostError:
            note.write(None, metered=metered)
            raise
        note.is_replayed = served.is_replayed
        return note.write(served.answer, metered=metered)

    def handle_token(self, call: Call) -> Answer:
        """Answer a request to the token endpoint.

        Raises:
            ConnectionLostError: The connection is to end without an answer.
        """
        with self._lock:
            script = self.scripts.take(call, None)
        note = _Note(self, call, "token", "", script)
        try:
            answer = self._befall_token(script, call)
        except ConnectionLostError:
            note.write(None, metered=0)
            raise
        return note.write(answer, metered=0)

    def catch_up(self) -> None:
        """Do the requests whose late time has come."""
        while True:
            with self._lock:
                due = [late for late in self._late if late.due <= self.clock.now()]
                if not due:
                    return
                first = min(due, key=lambda late: late.due)
                self._late.remove(first)
            serve(self.companies[first.asked.company], first.call, first.asked, NONE)

    def _befall(self, script: Script | None, call: Call, asked: Route, metered: int) -> Served:
        if script is None:
            return self._admit(call, asked, metered)
        answer = self._instead(script, call, asked, metered)
        if answer is not None:
            return Served(answer=answer)
        if script.mishap is Mishap.DAWDLE:
            time.sleep(script.seconds)
        elif script.mishap is Mishap.EXPIRE_TOKEN:
            self.authorization.expire(_token(call))
        elif script.mishap is Mishap.CHANGE_RECORD:
            self.companies[asked.company].change(script.record, script.object_id, script.values)
        interruption = NONE
        if script.mishap is Mishap.THROTTLE_IN_BATCH:
            interruption = Interruption(throttles_after=script.after_items)
        elif script.mishap is Mishap.DIE_IN_BATCH:
            interruption = Interruption(dies_after=script.after_items)
        late = timedelta(seconds=script.seconds) if script.mishap is Mishap.ANSWER_LATE else None
        served = self._admit(call, asked, metered, interruption, late)
        if script.mishap in {Mishap.LOSE_ANSWER, Mishap.DIE_IN_BATCH, Mishap.ANSWER_LATE}:
            raise ConnectionLostError
        return served

    def _instead(self, script: Script, call: Call, asked: Route, metered: int) -> Answer | None:
        """Return what is answered instead of the service's own answer; None where that stands."""
        match script.mishap:
            case Mishap.LOSE_REQUEST:
                raise ConnectionLostError
            case Mishap.REFUSE_CONNECTION:
                raise ConnectionLostError(is_refused=True)
            case Mishap.THROTTLE:
                return _retry_after(script, self._throttled(asked, script.shape))
            case Mishap.FAIL_WITH_HTML | Mishap.FAIL_WITH_XML:
                if script.after_commit:
                    self._admit(call, asked, metered)
                return self._failure(script)
            case Mishap.FAULT_UNDER_200:
                return json_answer(200, {"Fault": _SYSTEM_FAULT.as_json(), "time": self._time()})
            case _:
                return None

    def _befall_token(self, script: Script | None, call: Call) -> Answer:
        if script is None:
            return self.authorization.token_endpoint(call)
        match script.mishap:
            case Mishap.LOSE_REQUEST:
                raise ConnectionLostError
            case Mishap.REFUSE_CONNECTION:
                raise ConnectionLostError(is_refused=True)
            case Mishap.LOSE_ANSWER:
                self.authorization.token_endpoint(call)
                raise ConnectionLostError
            case Mishap.FAIL_WITH_HTML | Mishap.FAIL_WITH_XML:
                if script.after_commit:
                    self.authorization.token_endpoint(call)
                return self._failure(script)
            case Mishap.DAWDLE:
                time.sleep(script.seconds)
                return self.authorization.token_endpoint(call)
            case Mishap.THROTTLE:
                return _retry_after(script, self._throttled(None, "gateway"))
            case _:
                # The others are about records and access tokens, which have no part in this.
                return self.authorization.token_endpoint(call)

    def _admit(
        self,
        call: Call,
        asked: Route,
        metered: int,
        interruption: Interruption = NONE,
        late: timedelta | None = None,
    ) -> Served:
        refusal = self._check_token(call, asked.company)
        if refusal is not None:
            return Served(answer=refusal)
        company = self.companies[asked.company]
        with self._lock:
            broken = company.limiter.enter(self.clock.now(), is_batch=asked.kind == "batch", metered=metered)
        if broken is not None:
            return Served(answer=self._throttled(asked, "gateway", broken))
        try:
            if late is None:
                return serve(company, call, asked, interruption)
            with self._lock:
                self._late.append(_Late(self.clock.now() + late, call, asked))
            return Served(answer=Answer(status=200))
        finally:
            with self._lock:
                company.limiter.leave()

    @rule(
        "an expired, revoked or unknown token is 401 with 3200 and WWW-Authenticate, one of another company 403 with "
        "3100",
        Certainty.RECORDED,
        "recorded exchange error__401; the second from client reports",
    )
    def _check_token(self, call: Call, company: str) -> Answer | None:
        owner = self.authorization.company_of(_token(call))
        if owner is None:
            body = gateway_fault(
                code="3200",
                message="message=AuthenticationFailed; errorCode=003200; statusCode=401",
                detail="Token expired or invalid",
                kind="AUTHENTICATION",
                now=self.clock.now(),
            )
            challenge = 'Bearer realm="Intuit", error="invalid_token"'
            return json_answer(401, body).with_headers(www_authenticate=challenge)
        if owner != company or company not in self.companies:
            body = gateway_fault(
                code="3100",
                message="message=ApplicationAuthorizationFailed; errorCode=003100; statusCode=403",
                detail=None,
                kind="SERVICE",
                now=self.clock.now(),
            )
            return json_answer(403, body)
        return None

    def _throttled(self, asked: Route | None, shape: str, broken: str = "") -> Answer:
        if shape == "service" and asked is not None:
            return fault_answer(self.companies[asked.company], _THROTTLED)
        body = gateway_fault(
            code="3001",
            message="message=ThrottleExceeded; errorCode=003001; statusCode=429",
            detail=f"The request limit was reached: {broken}" if broken else "The request limit was reached",
            kind="SERVICE",
            now=self.clock.now(),
        )
        return json_answer(429, body)

    def _failure(self, script: Script) -> Answer:
        if script.mishap is Mishap.FAIL_WITH_HTML:
            status = script.status or 503
            return Answer(
                status=status, body=html_page(status).encode(), headers={"content-type": "text/html"}
            )
        page = xml_fault(_SYSTEM_FAULT, self._time())
        return Answer(
            status=script.status or 500, body=page.encode(), headers={"content-type": "application/xml"}
        )

    def _time(self) -> str:
        return self.clock.now().isoformat(timespec="milliseconds")


@define
class _Note:
    """What is to be written down of one request, from its arrival on."""

    gateway: Gateway
    call: Call
    kind: str
    company: str
    script: Script | None
    entity: str = ""
    items: Mapping[str, int] = field(factory=dict[str, int])
    is_replayed: bool = False
    arrived: float = field(factory=time.perf_counter)

    def write(self, answer: Answer | None, *, metered: int) -> Answer:
        now = self.gateway.clock.now()
        tid = f"1-{int(now.timestamp()):08x}-{secrets.token_hex(12)}"
        elapsed = (time.perf_counter() - self.arrived) * 1000
        entry = LoggedRequest(
            at=now,
            kind=self.kind,
            company=self.company,
            entity=self.entity,
            method=self.call.method,
            path=self.call.path,
            request_id=self.call.args.get("requestid", ""),
            status=0 if answer is None else answer.status,
            code="" if answer is None else _fault_code(answer),
            intuit_tid=tid,
            elapsed_ms=elapsed,
            is_replayed=self.is_replayed,
            mishap="" if self.script is None else self.script.mishap.value,
            items=self.items,
        )
        self.gateway.journal.note(entry, metered=metered)
        total = f"total={round(elapsed)}, db={round(elapsed)}"
        given = answer or Answer(status=0)
        headers = {"intuit_tid": tid, "qbo-version": "2026.11", "service-time": total, **given.headers}
        return Answer(status=given.status, body=given.body, headers=headers)


def _retry_after(script: Script, answer: Answer) -> Answer:
    if not script.retry_after_seconds:
        return answer
    return answer.with_headers(retry_after=str(script.retry_after_seconds))


def _token(call: Call) -> str:
    scheme, _, token = call.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _operations(body: bytes) -> Mapping[str, int]:
    batch = _object(body)
    items = array(batch, "BatchItemRequest")
    return Counter("query" if "Query" in item else text(item, "operation") for item in items)


def _fault_code(answer: Answer) -> str:
    if b"ault" not in answer.body or b"BatchItemResponse" in answer.body:
        return ""
    body = _object(answer.body)
    errors = array(group(body, "Fault"), "Error") or array(group(body, "fault"), "error")
    return text(errors[0], "code") if errors else ""


def _object(body: bytes) -> Mapping[str, Json]:
    try:
        parsed = loads(body)
    except ValueError:
        return {}
    return parsed if isinstance(parsed, Mapping) else {}
