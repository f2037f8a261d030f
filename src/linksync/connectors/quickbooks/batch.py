"""Packs writes into requests, and reads from the answer what became of each.

A request says all that is needed to read its answer, so that a process that finds it stored can send it and
knows as much as the one that made it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from attrs import frozen

from linksync.connectors.quickbooks.entities import Entity, find_entity_by_name, find_entity_by_segment
from linksync.connectors.quickbooks.faults import Doubt, Failure, Refusal, missing, read_item
from linksync.connectors.quickbooks.objects import find_record
from linksync.connectors.quickbooks.writes import Operation, encode
from linksync.errors import ConfigurationError
from linksync.exactjson import Json, JsonObject, dumps, loads
from linksync.records import Refused, RemoteState, Request, Unknown, Write, WriteOutcome, Written

LARGEST_BATCH = 30
"""The most items of a batch (official page "limits and throttles"); more are answered by 1040."""

MINOR_VERSION = "minorversion=75"
"""Since August 2025 every request is served as this version at least (official page "minor versions")."""


def pack(root: str, writes: Sequence[Write], batch_size: int = LARGEST_BATCH) -> Sequence[Request]:
    """Return the requests that carry *writes*, in order: a single one by itself, more in batches.

    Nothing empty is ever made: QuickBooks answers an empty batch by a fault.

    Args:
        root: The company's part of the address, such as `/v3/company/4620816365000000000`.
        writes: What is to be written.
        batch_size: The most writes of one request.

    Raises:
        ConfigurationError: A write that QuickBooks can never do.
    """
    return [_request(root, group) for group in _groups(writes, batch_size)]


@frozen(kw_only=True)
class Expected:
    """What the answer to one write must look like.

    Attributes:
        ref: The write's name.
        entity: The kind of record that it is about.
        batch_id: Its name within the batch; empty for one that goes by itself.
        record_id: The record's id; None for a create.
        is_delete: Whether the record is to be gone.
    """

    ref: str
    entity: Entity
    batch_id: str = ""
    record_id: str | None = None
    is_delete: bool = False


def read_request(request: Request) -> Sequence[Expected]:
    """Return what the answer to each write of *request* must look like, in order.

    Raises:
        ConfigurationError: It is no request that `pack` made.
    """
    try:
        body = loads(request.body)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise ConfigurationError(f"request {request.key} has a body that is no JSON object")
    expected = list(_items(request, body) if is_batch(request) else _single(request, body))
    if len(expected) != len(request.refs):
        raise ConfigurationError(f"request {request.key} to {request.url} does not carry what it names")
    return expected


def unpack(expected: Sequence[Expected], answer: JsonObject, request_id: str) -> Sequence[WriteOutcome]:
    """Return what became of each write, in order, by the JSON that answered them.

    Args:
        expected: What `read_request` said of the request.
        answer: What came back.
        request_id: The `intuit_tid` of the exchange.
    """
    if len(expected) == 1 and not expected[0].batch_id:
        return [_outcome(expected[0], answer, request_id)]
    listed = answer.get("BatchItemResponse")
    items = [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
    by_id = {item.get("bId"): item for item in items}
    often = Counter(item.get("bId") for item in items)
    outcomes = list[WriteOutcome]()
    for one in expected:
        item = by_id.get(one.batch_id)
        if item is None or often[one.batch_id] > 1:
            outcomes.append(outcome_of(one.ref, missing(f"item {one.batch_id} of the batch", request_id)))
            continue
        failure = read_item(item, request_id)
        if failure is not None:
            outcomes.append(outcome_of(one.ref, failure))
        else:
            outcomes.append(_outcome(one, item, request_id))
    return outcomes


def outcome_of(ref: str, failure: Failure) -> Refused | Unknown:
    """Return what a failure of the request, or of an item of it, means for one write."""
    match failure:
        case Refusal(fault=fault):
            return Refused(ref=ref, fault=fault)
        case Doubt(fault=fault):
            quoted = f" (intuit_tid {fault.request_id})" if fault.request_id else ""
            return Unknown(ref=ref, reason=f"{fault}{quoted}")


def is_batch(request: Request) -> bool:
    """Return whether *request* is a batch."""
    return _segment(request) == "batch"


def _groups(writes: Sequence[Write], batch_size: int) -> Iterator[Sequence[tuple[Write, Operation]]]:
    group = list[tuple[Write, Operation]]()
    for write in writes:
        operation = encode(write)
        if not operation.name:
            if group:
                yield group
                group = []
            yield [(write, operation)]
            continue
        group.append((write, operation))
        if len(group) == batch_size:
            yield group
            group = []
    if group:
        yield group


def _request(root: str, group: Sequence[tuple[Write, Operation]]) -> Request:
    refs = tuple(write.ref for write, _ in group)
    if len(group) == 1:
        _, operation = group[0]
        query = f"{operation.query}&{MINOR_VERSION}" if operation.query else MINOR_VERSION
        url = f"{root}/{operation.entity.segment}?{query}"
        return Request(key=_key(), url=url, body=_bytes(operation.body), refs=refs)
    items: list[Json] = [
        # At most ten characters in a batch with a request id (announcement of the request id, 2015).
        {"bId": str(number), "operation": operation.name, operation.entity.json_name: operation.body}
        for number, (_, operation) in enumerate(group, start=1)
    ]
    body = _bytes({"BatchItemRequest": items})
    return Request(key=_key(), url=f"{root}/batch?{MINOR_VERSION}", body=body, refs=refs)


def _key() -> str:
    # 32 characters: 50 are allowed, 36 with a batch (announcement of the request id, 2015).
    return uuid4().hex


def _bytes(body: Mapping[str, Json]) -> bytes:
    # Half a surrogate pair is no UTF-8, which QuickBooks refuses for the whole batch. As an escape it is JSON, and
    # the refusal meets its own record.
    return dumps(body).encode("utf-8", errors="backslashreplace")


def _single(request: Request, body: JsonObject) -> Iterator[Expected]:
    entity = find_entity_by_segment(_segment(request))
    if entity is not None:
        operations = parse_qs(urlsplit(request.url).query).get("operation", [])
        yield Expected(
            ref=request.refs[0],
            entity=entity,
            record_id=_record_id(body),
            is_delete="delete" in operations,
        )


def _items(request: Request, body: JsonObject) -> Iterator[Expected]:
    listed = body.get("BatchItemRequest")
    items = listed if isinstance(listed, list) and len(listed) == len(request.refs) else []
    for ref, item in zip(request.refs, items, strict=False):
        if not isinstance(item, dict):
            continue
        # The record is the only object in it.
        name, values = next((it for it in item.items() if isinstance(it[1], dict)), ("", None))
        entity = find_entity_by_name(name)
        if entity is not None and isinstance(values, dict):
            yield Expected(
                ref=ref,
                entity=entity,
                batch_id=str(item.get("bId")),
                record_id=_record_id(values),
                is_delete=item.get("operation") == "delete",
            )


def _record_id(values: JsonObject) -> str | None:
    record_id = values.get("Id")
    return record_id if isinstance(record_id, str) else None


def _outcome(expected: Expected, answer: JsonObject, request_id: str) -> WriteOutcome:
    ref, name = expected.ref, expected.entity.name
    record = find_record(expected.entity, answer.get(expected.entity.json_name))
    if record is None or (expected.record_id is not None and record.id != expected.record_id):
        wanted = f"{name} {expected.record_id}" if expected.record_id else f"the new {name}"
        return outcome_of(ref, missing(wanted, request_id))
    if expected.is_delete != (record.state is RemoteState.DELETED):
        return outcome_of(ref, missing(f"what became of {name} {record.id}", request_id))
    return Written(ref=ref, record=record, request_id=request_id)


def _segment(request: Request) -> str:
    return urlsplit(request.url).path.rpartition("/")[2]
