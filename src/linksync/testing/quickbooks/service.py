"""A company's accounting interface: what it answers to a request that has been let in."""

from collections.abc import Callable, Mapping

from attrs import frozen

from linksync.exactjson import Json, loads
from linksync.testing.quickbooks import operations
from linksync.testing.quickbooks.batch import Interruption, answer_batch
from linksync.testing.quickbooks.changes import answer_changes
from linksync.testing.quickbooks.company import Company
from linksync.testing.quickbooks.entities import ENTITIES
from linksync.testing.quickbooks.entity import EntityKind
from linksync.testing.quickbooks.exchange import Answer, Call, Route, json_answer
from linksync.testing.quickbooks.faults import Problem, RefusedError, unsupported
from linksync.testing.quickbooks.query import answer_query
from linksync.testing.quickbooks.replays import check_request_id
from linksync.testing.quickbooks.rules import Certainty, rule, state
from linksync.testing.quickbooks.sending import pdf, send
from linksync.testing.quickbooks.settings import RequestIds
from linksync.testing.quickbooks.showing import shown
from linksync.testing.quickbooks.taxservice import make_tax_code
from linksync.testing.quickbooks.uploads import answer_upload
from linksync.testing.quickbooks.values import Obj, text
from linksync.testing.quickbooks.voiding import NothingDoneError
from linksync.testing.quickbooks.writes import write

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
        limit: Which limit was broken, for the log; empty for none.
    """

    answer: Answer
    is_replayed: bool = False
    limit: str = ""


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
        case "batch":
            return _remembering(company, call, lambda: _batch(company, call, interruption), is_batch=True)
        case "upload":
            return _remembering(company, call, lambda: _upload(company, call), is_batch=False)
        case "taxservice":
            return _remembering(company, call, lambda: _tax_code(company, call), is_batch=False)
        case "query" | "cdc" | "read" | "pdf" | "download":
            return Served(answer=_look(company, call, asked))
        case "send" if asked.entity is not None:
            kind = asked.entity
            return _remembering(company, call, lambda: _send(company, call, kind, asked), is_batch=False)
        case _ if asked.entity is not None and asked.kind != "other":
            kind = asked.entity
            return _remembering(company, call, lambda: _write(company, call, kind), is_batch=False)
        case _:
            raise RefusedError(unsupported(f"{call.method} {call.path}"))


def _look(company: Company, call: Call, asked: Route) -> Answer:
    books = company.books
    match asked.kind, asked.entity:
        case "query", _:
            return _envelope(company, "QueryResponse", answer_query(books, _statement(call)))
        case "cdc", _:
            args = call.args
            found = answer_changes(books, args.get("entities", ""), args.get("changedSince", ""))
            return json_answer(200, {"CDCResponse": [found], "time": books.envelope_time()})
        case "read", EntityKind() as kind:
            return _envelope(company, kind.key, _read(company, call, kind, asked.object_id))
        case "pdf", EntityKind() as kind:
            printed = pdf(books, kind, asked.object_id)
            return Answer(status=200, body=printed, headers={"content-type": "application/pdf"})
        case _:
            found = operations.read(books, ENTITIES["Attachable"], asked.object_id)
            address = text(found, "TempDownloadUri")
            return Answer(status=200, body=address.encode(), headers={"content-type": "text/plain"})


@rule(
    "the company's own record is read by its realm id or by 1; a rate by currency and day, the newest until that day",
    Certainty.OFFICIAL,
    "official company info and exchange rate pages",
    guess="that 1 is taken",
)
def _read(company: Company, call: Call, kind: EntityKind, object_id: str) -> Obj:
    books = company.books
    if kind.name == "CompanyInfo" and object_id == books.company_id:
        object_id = "1"
    if kind.name == "ExchangeRate":
        code = call.args.get("sourcecurrencycode", "")
        day = call.args.get("asofdate", "") or books.today().isoformat()
        known = sorted(
            (each for each in books.tables[kind.name] if text(each, "SourceCurrencyCode") == code),
            key=lambda each: text(each, "AsOfDate"),
        )
        until = [each for each in known if text(each, "AsOfDate") <= day]
        object_id = text(until[-1], "Id") if until else "0"
    found = shown(books, kind, operations.read(books, kind, object_id))
    if "invoiceLink" in call.args.get("include", "") and kind.name == "Invoice":
        return {**found, "InvoiceLink": f"https://connect.intuit.com/t/scs-v1-{object_id}"}
    return found


def _upload(company: Company, call: Call) -> Answer:
    content_type = call.headers.get("content-type", "")
    stored = answer_upload(company.books, company.files, content_type, call.body, call.origin)
    return json_answer(200, {"AttachableResponse": stored, "time": company.books.envelope_time()})


def _tax_code(company: Company, call: Call) -> Answer:
    return json_answer(200, make_tax_code(company.books, _body(call)))


def _send(company: Company, call: Call, kind: EntityKind, asked: Route) -> Answer:
    sent = send(company.books, kind, asked.object_id, call.args.get("sendTo", ""))
    return _envelope(company, kind.key, shown(company.books, kind, sent))


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
    how = f"{call.args.get('operation', '')} {call.args.get('include', '')} {call.args.get('sendTo', '')}"
    sent = f"{call.path}?{how}\n".encode() + call.body
    now = company.books.now()
    answer, is_replayed = company.answers.once(request_id, sent, now, settings, remembered_work)
    return Served(answer=answer, is_replayed=is_replayed)


def _batch(company: Company, call: Call, interruption: Interruption) -> Answer:
    request_id = call.args.get("requestid", "")
    items = answer_batch(company, _body(call), request_id, interruption)
    return json_answer(200, {"BatchItemResponse": items, "time": company.books.envelope_time()})


def _write(company: Company, call: Call, kind: EntityKind) -> Answer:
    operation = call.args.get("operation", "").lower()
    include = frozenset(call.args.get("include", "").split(","))
    try:
        done = write(company.books, kind, operation, _body(call), include)
    except NothingDoneError:
        return json_answer(200, {"BatchItemResponse": [], "time": company.books.envelope_time()})
    return _envelope(company, kind.key, done)


@rule(
    "a body that is not UTF-8 is refused with 500, one that is no JSON object with 2010",
    Certainty.RECORDED,
    "recorded exchange error__500; the second from client reports of 'Failed to parse json object'",
)
def _body(call: Call) -> Mapping[str, Json]:
    try:
        sent = call.body.decode()
    except UnicodeDecodeError:
        raise RefusedError(unsupported("a body that is not UTF-8")) from None
    try:
        body = loads(sent)
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
