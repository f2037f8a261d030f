"""Answers a batch: up to thirty items, each done or refused by itself."""

from collections.abc import Mapping, Sequence

from attrs import frozen

from linksync.exactjson import Json
from linksync.testing.quickbooks import faults
from linksync.testing.quickbooks.changes import answer_changes
from linksync.testing.quickbooks.company import Company
from linksync.testing.quickbooks.entities import BY_SEGMENT
from linksync.testing.quickbooks.exchange import ConnectionLostError
from linksync.testing.quickbooks.faults import Problem, RefusedError
from linksync.testing.quickbooks.query import answer_query
from linksync.testing.quickbooks.replays import LONGEST_BATCH_ID
from linksync.testing.quickbooks.rules import Certainty, rule, state
from linksync.testing.quickbooks.sending import send
from linksync.testing.quickbooks.settings import RequestIds
from linksync.testing.quickbooks.showing import shown
from linksync.testing.quickbooks.values import Obj, array, group, text
from linksync.testing.quickbooks.voiding import NothingDoneError
from linksync.testing.quickbooks.writes import write

MOST_ITEMS = 30
MOST_OBJECTS = 1000

state(
    "items of a batch are answered in their order, under HTTP 200 even if they fail; it is no transaction",
    Certainty.RECORDED,
    "recorded exchange batch__basic and reports of live runs",
    kept_by=__name__,
)


@frozen(kw_only=True)
class Interruption:
    """What goes wrong in the midst of a batch.

    Attributes:
        dies_after: After how many items the connection ends; None for never.
        throttles_after: After how many items the others are refused with 3001; None for never.
    """

    dies_after: int | None = None
    throttles_after: int | None = None


NONE = Interruption()


def answer_batch(
    company: Company, body: Mapping[str, Json], request_id: str, interruption: Interruption
) -> Sequence[Json]:
    """Return the content of `BatchItemResponse`.

    Args:
        company: Whose batch it is.
        body: What was sent.
        request_id: Its requestid; empty where there is none.
        interruption: What goes wrong in its midst.

    Raises:
        RefusedError: The batch as a whole is refused; nothing was done.
        ConnectionLostError: *interruption* broke it off.
    """
    items = check_batch(body, request_id)
    answers, objects = list[Json](), 0
    with company.books.batch():
        for position, item in enumerate(items):
            if position == interruption.dies_after:
                raise ConnectionLostError
            is_throttled = (
                interruption.throttles_after is not None and position >= interruption.throttles_after
            )
            answer = _throttled() if is_throttled else _remembering(company, item, request_id)
            objects += _count_of(answer)
            if objects > MOST_OBJECTS:
                answer = _too_large()
            answers.append({**answer, **({"bId": item["bId"]} if "bId" in item else {})})
    if interruption.dies_after is not None:
        raise ConnectionLostError
    return answers


@rule(
    "a batch has at most 30 items (1040) and at least one (400)",
    Certainty.OFFICIAL,
    "official page on limits and throttles; the empty one from a report on an official SDK",
)
def check_batch(body: Mapping[str, Json], request_id: str) -> Sequence[Mapping[str, Json]]:
    """Return the items of a batch.

    Raises:
        RefusedError: It is empty or too large, or a bId is too long.
    """
    for name in body:
        if name != "BatchItemRequest":
            known = ("BatchItemRequest",)
            raise RefusedError(
                faults.unknown_property(name, "com.intuit.schema.finance.v3.IntuitBatchRequest", known)
            )
    items = array(body, "BatchItemRequest")
    if not items:
        raise RefusedError(
            Problem(code="400", message="MalformedRequest", detail="Batch Request is Empty", element=None)
        )
    if len(items) > MOST_ITEMS:
        raise RefusedError(
            Problem(
                code="1040",
                message="Batch size limit exceeded",
                detail=f"The maximum number of items in a batch is {MOST_ITEMS}. Supplied:{len(items)}",
            )
        )
    if request_id:
        for item in items:
            if len(text(item, "bId")) > LONGEST_BATCH_ID:
                raise RefusedError(faults.bad_request_id(text(item, "bId"), LONGEST_BATCH_ID))
    return items


@rule(
    "each item of a batch is remembered by requestid and bId",
    Certainty.GUESS,
    "the allowed lengths, 36 and 10, suggest it; a setting",
)
def _remembering(company: Company, item: Mapping[str, Json], request_id: str) -> Obj:
    settings = company.settings
    by_item = settings.request_ids is RequestIds.PER_ITEM and request_id
    key = f"{request_id} {text(item, 'bId')}" if by_item else ""

    def work() -> tuple[Obj, bool]:
        try:
            return _answer(company, item), True
        except RefusedError as refusal:
            return {"Fault": refusal.as_json()}, settings.replays_faults

    return company.items.once(key, repr(item).encode(), company.books.now(), settings, work)[0]


@rule(
    "a throttle can refuse single items of a batch with 3001",
    Certainty.LIKELY,
    "tests of a third-party client",
)
def _throttled() -> Obj:
    problem = Problem(
        code="3001",
        message="ThrottleExceeded",
        detail="The request limit was reached. Please wait and try again.",
    )
    return {"Fault": RefusedError(problem, kind="SERVICE").as_json()}


def _count_of(answer: Obj) -> int:
    found = group(answer, "QueryResponse")
    return sum(len(rows) for rows in found.values() if isinstance(rows, list))


@rule(
    "the queries of a batch answer at most 1000 objects together; one beyond that is 10100",
    Certainty.OFFICIAL,
    "official batch page",
    guess="what becomes of the query, and its code",
)
def _too_large() -> Obj:
    problem = Problem(
        code="10100",
        message="Result set too large",
        detail=f"A batch answers at most {MOST_OBJECTS} objects",
    )
    return {"Fault": RefusedError(problem).as_json()}


@rule(
    "an item of a batch that names no operation is a create",
    Certainty.CLIENT,
    "a public client's tests in a sandbox send such items",
    guess="that one with an Id is an update",
)
def _answer(company: Company, item: Mapping[str, Json]) -> Obj:
    if "Query" in item:
        return {"QueryResponse": answer_query(company.books, text(item, "Query"))}
    if "CDCQuery" in item:
        asked = group(item, "CDCQuery")
        return {
            "CDCResponse": [
                answer_changes(company.books, text(asked, "Entities"), text(asked, "ChangedSince"))
            ]
        }
    name, body = _entity(item)
    kind = BY_SEGMENT[name.lower()]
    operation = text(item, "operation").lower()
    if operation == "send":
        sent = send(company.books, kind, text(body, "Id"), "")
        return {kind.key: shown(company.books, kind, sent)}
    # A void is in the official schema's enumeration of operations, though on no page.
    include = frozenset(text(item, "optionsData").split(","))
    try:
        return {kind.key: write(company.books, kind, operation, body, include)}
    except NothingDoneError:
        return {}


def _entity(item: Mapping[str, Json]) -> tuple[str, Mapping[str, Json]]:
    for name, value in item.items():
        if name in {"bId", "operation", "optionsData"}:
            continue
        if name.lower() in BY_SEGMENT and isinstance(value, Mapping):
            return name, value
        raise RefusedError(
            Problem(
                code="2000",
                message="Unknown object name",
                detail=f"Unknown object name: {name}",
                element=name,
            )
        )
    raise RefusedError(faults.required("an entity"))
