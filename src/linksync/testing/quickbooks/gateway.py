"""What stands before the service: tokens, limits, and whatever is made to go wrong."""

import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from threading import Lock

from attrs import define, field, frozen

from linksync.clock import Clock
from linksync.testing.quickbooks.batch import NONE, Interruption
from linksync.testing.quickbooks.company import Company
from linksync.testing.quickbooks.edge import gateway_fault
from linksync.testing.quickbooks.exchange import (
    METERED,
    Answer,
    Call,
    ConnectionLostError,
    Route,
    json_answer,
)
from linksync.testing.quickbooks.journal import Journal
from linksync.testing.quickbooks.mishaps import Mishap, Script, Scripts
from linksync.testing.quickbooks.noting import Note, operations_of
from linksync.testing.quickbooks.oauth import AuthorizationServer
from linksync.testing.quickbooks.refusals import failed, failed_under_200, refused, throttled
from linksync.testing.quickbooks.rules import Certainty, rule
from linksync.testing.quickbooks.service import Served, serve


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
        note = Note(call, asked.kind, asked.company, _name_of(script))
        note.entity = asked.entity.name if asked.entity is not None else ""
        if asked.kind == "batch":
            note.items = operations_of(call.body)
        note.reads = note.items.get("query", 0) + (asked.kind in METERED)
        try:
            served = self._befall(script, asked, note)
        except ConnectionLostError:
            self._write(note, None)
            raise
        note.is_replayed, note.limit = served.is_replayed, served.limit
        return self._write(note, served.answer)

    def handle_token(self, call: Call) -> Answer:
        """Answer a request to the token endpoint.

        Raises:
            ConnectionLostError: The connection is to end without an answer.
        """
        with self._lock:
            script = self.scripts.take(call, None)
        note = Note(call, "token", "", _name_of(script))
        try:
            answer = self._befall_token(script, call)
        except ConnectionLostError:
            self._write(note, None)
            raise
        return self._write(note, answer)

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

    def _befall(self, script: Script | None, asked: Route, note: Note) -> Served:
        if script is None:
            return self._admit(asked, note)
        answer = self._instead(script, asked, note)
        if answer is not None:
            return Served(answer=answer)
        if script.mishap is Mishap.DAWDLE:
            time.sleep(script.seconds)
        elif script.mishap is Mishap.EXPIRE_TOKEN:
            self.authorization.expire(_token(note.call))
        elif script.mishap is Mishap.CHANGE_RECORD:
            self.companies[asked.company].change(script.record, script.object_id, script.values)
        interruption = NONE
        if script.mishap is Mishap.THROTTLE_IN_BATCH:
            interruption = Interruption(throttles_after=script.after_items)
        elif script.mishap is Mishap.DIE_IN_BATCH:
            interruption = Interruption(dies_after=script.after_items)
        late = timedelta(seconds=script.seconds) if script.mishap is Mishap.ANSWER_LATE else None
        served = self._admit(asked, note, interruption, late)
        if script.mishap in {Mishap.LOSE_ANSWER, Mishap.DIE_IN_BATCH, Mishap.ANSWER_LATE}:
            raise ConnectionLostError
        return served

    def _instead(self, script: Script, asked: Route, note: Note) -> Answer | None:
        """Return what is answered instead of the service's own answer; None where that stands."""
        company, now = self.companies.get(asked.company), self.clock.now()
        match script.mishap:
            case Mishap.LOSE_REQUEST:
                raise ConnectionLostError
            case Mishap.REFUSE_CONNECTION:
                raise ConnectionLostError(is_refused=True)
            case Mishap.THROTTLE:
                return throttled(company, script.shape, now, retry_after_seconds=script.retry_after_seconds)
            case Mishap.FAIL_WITH_HTML | Mishap.FAIL_WITH_XML:
                if script.after_commit:
                    self._admit(asked, note)
                return failed(script, self.clock.now())
            case Mishap.REFUSE if company is not None:
                return refused(script, company, now)
            case Mishap.FAULT_UNDER_200:
                return failed_under_200(now)
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
                return failed(script, self.clock.now())
            case Mishap.DAWDLE:
                time.sleep(script.seconds)
                return self.authorization.token_endpoint(call)
            case Mishap.THROTTLE:
                seconds = script.retry_after_seconds
                return throttled(None, "gateway", self.clock.now(), retry_after_seconds=seconds)
            case _:
                # The others are about records and access tokens, which have no part in this.
                return self.authorization.token_endpoint(call)

    def _admit(
        self,
        asked: Route,
        note: Note,
        interruption: Interruption = NONE,
        late: timedelta | None = None,
    ) -> Served:
        call = note.call
        refusal = self._check_token(call, asked.company)
        if refusal is not None:
            return Served(answer=refusal)
        company = self.companies[asked.company]
        with self._lock:
            broken = company.limiter.enter(
                self.clock.now(), is_batch=asked.kind == "batch", metered=note.reads
            )
        if broken is not None:
            shape = company.limiter.limits.throttle_shape
            return Served(answer=throttled(company, shape, self.clock.now()), limit=broken)
        note.metered = note.reads
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

    def _write(self, note: Note, answer: Answer | None) -> Answer:
        return note.write(self.journal, self.clock.now(), answer)


def _name_of(script: Script | None) -> str:
    return "" if script is None else script.mishap.value


def _token(call: Call) -> str:
    scheme, _, token = call.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
