"""Reads what the authorization server answers: a token, or why there is none.

The codes are those of RFC 6749, section 5.2; where QuickBooks goes its own way is said beside it.
"""

from datetime import datetime, timedelta

from attrs import evolve
from oauthlib.oauth2.rfc6749.errors import OAuth2Error
from oauthlib.oauth2.rfc6749.parameters import parse_token_response

from linksync.connectors.quickbooks.faults import SHORTEST_PAUSE, retry_after, tid
from linksync.connectors.quickbooks.transport import (
    HttpRequest,
    HttpResponse,
    NoAnswerError,
    NotSentError,
    Transport,
)
from linksync.errors import Fault, FaultKind, TransientError
from linksync.exactjson import JsonObject, loads
from linksync.tokens import Token

_RECONNECT = "connect the company to QuickBooks again"


def sent(transport: Transport, request: HttpRequest) -> HttpResponse:
    """Send *request* and return the answer.

    Raises:
        TransientError: None came.
    """
    try:
        return transport.send(request)
    except (NotSentError, NoAnswerError) as error:
        fault = Fault(kind=FaultKind.TRANSIENT, message=error.reason)
        raise TransientError(fault) from error


def json_of(response: HttpResponse) -> JsonObject | None:
    """Return the JSON object that *response* brings; None when it brings none."""
    try:
        value = loads(response.body)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def read_token(response: HttpResponse, previous: Token | None, now: datetime) -> Token:
    """Return the token that *response* brings.

    Args:
        response: The answer of the token endpoint.
        previous: The token that was renewed; None with a code's first.
        now: The instant before the request left, from which its end counts.

    Raises:
        AuthorizationError: The grant is gone, or the app's keys are not accepted.
        TransientError: It brings none that is whole.
        ConfigurationError: The request is refused for another reason.
    """
    if response.status != 200 or json_of(response) is None:
        raise failure(response, now).as_error()
    try:
        # oauthlib would also read a form out of a page of HTML: hence the look at the JSON above.
        answered = dict[str, object](parse_token_response(response.body))
    except OAuth2Error as error:
        # One client took {"error": "invalid_grant"} for a success and overwrote its tokens with nothing.
        raise _grant_fault(error.error or "", tid(response)).as_error() from None
    access_token, refresh_token = answered.get("access_token"), answered.get("refresh_token")
    if previous is not None and refresh_token is None:
        # RFC 6749, section 6: without a new one the old one stays.
        refresh_token = previous.refresh_token
    expires_in = _seconds(answered.get("expires_in"))
    if not (_is_text(access_token) and _is_text(refresh_token)) or expires_in is None:
        raise TransientError(
            Fault(
                kind=FaultKind.TRANSIENT,
                message="the token endpoint answered without a whole token",
                request_id=tid(response),
            )
        )
    # Unused it ends after so long; used, at the end of five years all the same (announcement of November 2025).
    ends = [_seconds(answered.get(f"x_refresh_token_{end}")) for end in ("expires_in", "hard_expires_in")]
    refresh_expires_in = min((end for end in ends if end is not None), default=None)
    return Token(
        access_token=str(access_token),
        refresh_token=str(refresh_token),
        expires_at=now + expires_in,
        refresh_expires_at=now + refresh_expires_in if refresh_expires_in is not None else None,
        version=previous.version if previous is not None else 0,
    )


def failure(response: HttpResponse, now: datetime) -> Fault:
    """Return why *response* is a refusal, at the instant *now*."""
    document = json_of(response)
    code = document.get("error") if document is not None else None
    pause = retry_after(response, now)
    if response.status == 429:
        return Fault(
            kind=FaultKind.THROTTLED,
            message="too many requests to the authorization server",
            request_id=tid(response),
            retry_after=max(pause or SHORTEST_PAUSE, SHORTEST_PAUSE),
        )
    if response.status < 500 and isinstance(code, str):
        return _grant_fault(code, tid(response))
    if response.status == 401:
        return _grant_fault("invalid_client", tid(response))
    return Fault(
        kind=FaultKind.TRANSIENT,
        message=f"HTTP {response.status} from the authorization server",
        request_id=tid(response),
        retry_after=pause,
    )


def refused(code: str, message: str, request_id: str) -> Fault:
    """Return the fault of a grant that is not to be had: somebody connects the company again."""
    return Fault(
        kind=FaultKind.UNAUTHORISED, message=message, code=code, remedy=_RECONNECT, request_id=request_id
    )


def _grant_fault(code: str, request_id: str) -> Fault:
    """Return the fault of one of the error codes of RFC 6749, section 5.2; texts vary and are not read."""
    if code == "invalid_grant":
        return refused(code, "the grant is used up, revoked or expired", request_id)
    if code in {"invalid_client", "unauthorized_client"}:
        fault = refused(code, "the app's keys are not accepted", request_id)
        return evolve(fault, remedy="check the client id, the client secret and the environment")
    return Fault(
        kind=FaultKind.UNSUPPORTED,
        message="the authorization server refuses the request",
        code=code,
        remedy="check the redirect URI and the scopes",
        request_id=request_id,
    )


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def _seconds(value: object) -> timedelta | None:
    return timedelta(seconds=value) if isinstance(value, int) and value > 0 else None
