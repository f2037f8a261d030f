"""A company's accounting interface: what it answers to a request that has been let in."""

from collections.abc import Callable, Mapping

from attrs import frozen

from linksync.exactjson import Json, loads
from linksync.testing.quickbooks import operations
from linksync.testing.quickbooks.batch import Interruption, answer_batch
from linksync.testing.quickbooks.company import Company
from linksync.testing.quickbooks.entity import EntityKind
from linksync.testing.quickbooks.exchange import Answer, Call, Route, json_answer
from linksync.testing.quickbooks.faults import Problem, RefusedError, unsupported
from linksync.testing.quickbooks.query import answer_query
from linksync.testing.quickbooks.replays import check_request_id
from linksync.testing.quickbooks.rules import Certainty, rule, state
from linksync.testing.quickbooks.settings import RequestIds
from linksync.testing.quickbooks.values import Obj

state(
    "whether a refusal is remembered by its requestid is unknown",
    Certainty.GUESS,
    "nobody says; a setting",
    kept_by=__name__,
)
state(
    "any minorversion is taken and makes no difference",
    Certainty.OFFICIAL,
    "official page on minor versions: since August 2025 all are served as 75",
    kept_by=__name__,
)


@frozen(kw_only=True)
class Served:
    """What the service made of a request.

    Attributes:
        answer: Its answer.
        is_replayed: Whether it is a remembered one.
    """

    answer: Answer
    is_replayed: bool = False


def serve(company: Company, call: Call, asked: Route, interruption: Interruption) -> Served:
    """Answer *call*, which asks *asked* of *company*.

    Raises:
        ConnectionLostError: *interruption* broke a batch off.
    """
    with company.lock:
        try:
            return _serve(company, call, asked, interruption)
        except RefusedError as refusal:
            return Served(answer=fault_answer(company, refusal))


def fault_answer(company: Company, refusal: RefusedError) -> Answer:
    """Return the answer that a refusal makes."""
    time = company.books.envelope_time()
    return json_answer(refusal.status, {"Fault": refusal.as_json(), "time": time})


def _serve(company: Company, call: Call, asked: Route, interruption: Interruption) -> Served:
    match asked.kind:
        case "query":
            return Served(
                answer=_envelope(company, "QueryResponse", answer_query(company.books, _statement(call)))
            )
        case "read" if asked.entity is not None:
            found = operations.read(company.books, asked.entity, asked.object_id)
            return Served(answer=_envelope(company, asked.entity.name, found))
        case "batch":
            return _remembering(company, call, lambda: _batch(company, call, interruption), is_batch=True)
        case "other":
            raise RefusedError(unsupported(f"{call.method} {call.path}"))
        case _ if asked.entity is not None:
            kind = asked.entity
            return _remembering(company, call, lambda: _write(company, call, kind), is_batch=False)
        case _:
            raise RefusedError(unsupported(f"{call.method} {call.path}"))


def _envelope(company: Company, name: str, content: Obj) -> Answer:
    return json_answer(200, {name: content, "time": company.books.envelope_time()})


def _remembering(company: Company, call: Call, work: Callable[[], Answer], *, is_batch: bool) -> Served:
    request_id = call.args.get("requestid", "")
    check_request_id(request_id, is_batch=is_batch)
    settings = company.settings

    def remembered_work() -> tuple[Answer, bool]:
        try:
            return work(), True
        except RefusedError as refusal:
            return fault_answer(company, refusal), settings.replays_faults

    if settings.request_ids is RequestIds.FORGOTTEN:
        request_id = ""
    operation = call.args.get("operation", "")
    sent = f"{call.path}?{operation}\n".encode() + call.body
    now = company.books.now()
    answer, is_replayed = company.answers.once(request_id, sent, now, settings, remembered_work)
    return Served(answer=answer, is_replayed=is_replayed)


def _batch(company: Company, call: Call, interruption: Interruption) -> Answer:
    request_id = call.args.get("requestid", "")
    items = answer_batch(company, _body(call), request_id, interruption)
    return json_answer(200, {"BatchItemResponse": items, "time": company.books.envelope_time()})


def _write(company: Company, call: Call, kind: EntityKind) -> Answer:
    body = _body(call)
    include = frozenset(call.args.get("include", "").split(","))
    match call.args.get("operation", "").lower():
        case "delete":
            done = operations.delete(company.books, kind, body)
        case "void":
            done = operations.void(company.books, kind, body)
        case "" | "update" | "create":
            # A body with an Id is an update, whatever the address says.
            is_update = bool(body.get("Id"))
            change = operations.update if is_update else operations.create
            done = change(company.books, kind, body, include=include)
        case operation:
            raise RefusedError(unsupported(f"{operation} of {kind.name}"))
    return _envelope(company, kind.name, done)


@rule(
    "a body that is not UTF-8 is refused with 500, one that is no JSON object with 2010",
    Certainty.RECORDED,
    "recorded exchange error__500; the second from client reports of 'Failed to parse json object'",
)
def _body(call: Call) -> Mapping[str, Json]:
    try:
        text = call.body.decode()
    except UnicodeDecodeError:
        raise RefusedError(unsupported("a body that is not UTF-8")) from None
    try:
        body = loads(text)
    except ValueError:
        body = None
    if not isinstance(body, Mapping):
        raise RefusedError(
            Problem(
                code="2010",
                message="Request has invalid or unsupported property",
                detail="Property Name:failed to parse json object; a property specified is unsupported or invalid",
                element=None,
            )
        )
    return body


def _statement(call: Call) -> str:
    if "query" in call.args:
        return call.args["query"]
    return call.body.decode("utf-8", "replace")
