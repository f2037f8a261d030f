"""An accounting system in memory that fails on demand, to try an integration against.

It is an `Endpoint` with the manners of the worst networks: answers get lost after the commit, requests before it,
batches die half-way, and a person edits records behind our back.
"""

import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import Enum
from typing import TypeAlias, cast
from uuid import uuid4

from attrs import define, field, frozen

from linksync import exactjson
from linksync.clock import Clock
from linksync.endpoints import Capabilities
from linksync.errors import Fault, FaultKind
from linksync.exactjson import Json
from linksync.records import (
    Action,
    Clear,
    Gone,
    Record,
    Refused,
    RemoteState,
    Request,
    Unknown,
    Write,
    WriteOutcome,
    WriteValue,
    Written,
)


class Memory(Enum):
    """What the other end remembers of idempotency keys."""

    PER_BATCH = "per batch"
    """The answer to a whole request, once it was finished."""
    PER_ITEM = "per item"
    """The answer to every single write, finished batch or not."""
    NONE = "none"


@frozen
class LoseAnswer:
    """The next request is done, and its answer never arrives."""


@frozen
class LoseRequest:
    """The next request never arrives."""


@frozen
class DieAfter:
    """The next request does its first `items` writes, and then the other end falls over."""

    items: int


@frozen
class AnswerLate:
    """The next request is given up, and is done all the same after `delay` on the clock."""

    delay: timedelta


@frozen
class Throttle:
    """The next request is refused, with a pause of `retry_after`."""

    retry_after: timedelta


@frozen
class Refuse:
    """The next request is refused for `fault`, all of it."""

    fault: Fault


@frozen
class RefuseItem:
    """One write of the next request is refused for `fault`; the others are done."""

    index: int
    fault: Fault


@frozen
class Meddle:
    """Just before the next request is done, somebody else does `edit`."""

    edit: Callable[["FakeEndpoint"], None]


Mishap: TypeAlias = LoseAnswer | LoseRequest | DieAfter | AnswerLate | Throttle | Refuse | RefuseItem | Meddle


@define(kw_only=True)
class _Row:
    record_type: str
    id: str
    values: dict[str, Json]
    created_at: datetime
    version: int = 0
    state: RemoteState = RemoteState.ACTIVE

    def as_record(self) -> Record:
        return Record(
            record_type=self.record_type,
            id=self.id,
            version=str(self.version),
            is_first_version=self.version == 0,
            values=dict(self.values),
            state=self.state,
            created_at=self.created_at,
        )


@define(kw_only=True, eq=False, slots=False)
class FakeEndpoint:
    """A remote in memory, safe to use from several threads.

    Attributes:
        clock: Its clock.
        memory: What it remembers of idempotency keys.
        batch_size: How many writes one request carries.
        request_timeout: What it says the longest request takes.
        settle_time: What it says it may still be working after a request was given up.
        mishaps: What happens to the next requests, in order; empty when all goes well.
        requests: Every request that was sent, in order, whatever became of it.
        reads: How often it was read, searches included.
    """

    clock: Clock
    memory: Memory = Memory.PER_BATCH
    batch_size: int = 30
    request_timeout: timedelta = timedelta(seconds=30)
    settle_time: timedelta = timedelta(seconds=120)
    mishaps: list[Mishap] = field(factory=list[Mishap])
    requests: list[Request] = field(factory=list[Request])
    reads: int = 0
    _rows: dict[tuple[str, str], _Row] = field(init=False, factory=dict[tuple[str, str], _Row])
    _next_id: int = field(init=False, default=1)
    _answers: dict[str, Sequence[WriteOutcome]] = field(init=False, factory=dict[str, Sequence[WriteOutcome]])
    _items: dict[tuple[str, str], WriteOutcome] = field(
        init=False, factory=dict[tuple[str, str], WriteOutcome]
    )
    _late: list[tuple[datetime, Request]] = field(init=False, factory=list[tuple[datetime, Request]])
    _lock: threading.RLock = field(init=False, factory=threading.RLock)

    # ---- the interface of an endpoint

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""
        return Capabilities(
            actions=frozenset(Action),
            batch_size=self.batch_size,
            request_timeout=self.request_timeout,
            settle_time=self.settle_time,
            has_versions=True,
        )

    def read(self, record_type: str, ids: Collection[str]) -> Mapping[str, Record | Gone]:
        """Return the records of *ids*; a deleted one is `Gone`, one that never was is left out."""
        with self._lock:
            self._do_late()
            self.reads += 1
            rows = [self._rows[record_type, id_] for id_ in ids if (record_type, id_) in self._rows]
            return {row.id: Gone() if row.state is RemoteState.DELETED else row.as_record() for row in rows}

    def created_since(self, record_type: str, since: datetime) -> Iterable[Record]:
        """Return every record of that type created at or after *since*."""
        with self._lock:
            self._do_late()
            self.reads += 1
            return [
                row.as_record()
                for row in self._rows.values()
                if row.record_type == record_type and row.created_at >= since
            ]

    def prepare(self, writes: Sequence[Write]) -> Sequence[Request]:
        """Return the requests that carry *writes*."""
        chunks = [writes[start : start + self.batch_size] for start in range(0, len(writes), self.batch_size)]
        return [
            Request(
                key=uuid4().hex,
                url="/batch",
                body=exactjson.dumps([_encode(write) for write in chunk]).encode(),
                refs=tuple(write.ref for write in chunk),
            )
            for chunk in chunks
        ]

    def send(self, request: Request) -> Sequence[WriteOutcome]:
        """Do the request, or what the next mishap makes of it."""
        with self._lock:
            self._do_late()
            self.requests.append(request)
            mishap = self.mishaps.pop(0) if self.mishaps else None
            match mishap:
                case LoseRequest():
                    return _unknown(request, "the connection broke")
                case LoseAnswer():
                    self._do(request)
                    return _unknown(request, "the connection broke")
                case DieAfter(items=items):
                    self._do(request, until=items)
                    return _unknown(request, "the server fell over")
                case AnswerLate(delay=delay):
                    self._late.append((self.clock.now() + delay, request))
                    return _unknown(request, "no answer in time")
                case Throttle(retry_after=retry_after):
                    fault = Fault(
                        kind=FaultKind.THROTTLED, message="too many requests", retry_after=retry_after
                    )
                    return _refused(request, fault)
                case Refuse(fault=fault):
                    return _refused(request, fault)
                case RefuseItem():
                    return self._do(request, refuse=mishap)
                case Meddle(edit=edit):
                    edit(self)
                    return self._do(request)
                case None:
                    return self._do(request)

    # ---- a person at the other end

    def records(self, record_type: str) -> Sequence[Record]:
        """Return all records of a type that are not deleted, oldest first."""
        with self._lock:
            return [
                row.as_record()
                for row in self._rows.values()
                if row.record_type == record_type and row.state is not RemoteState.DELETED
            ]

    def add(self, record_type: str, values: Mapping[str, Json]) -> str:
        """Create a record as somebody else would, and return its id."""
        with self._lock:
            return self._create(record_type, values).id

    def edit(self, record_type: str, id: str, values: Mapping[str, Json]) -> None:  # noqa: A002 - the word for it
        """Change a record as somebody else would."""
        with self._lock:
            row = self._rows[record_type, id]
            row.values = _patched(row.values, values)
            row.version += 1

    def set_state(self, record_type: str, id: str, state: RemoteState) -> None:  # noqa: A002 - the word for it
        """Delete, void, inactivate or restore a record as somebody else would."""
        with self._lock:
            row = self._rows[record_type, id]
            row.state = state
            row.version += 1

    # ---- its inside

    def _do_late(self) -> None:
        due = [request for at, request in self._late if at <= self.clock.now()]
        self._late = [(at, request) for at, request in self._late if at > self.clock.now()]
        for request in due:
            self._do(request)

    def _do(
        self, request: Request, *, until: int | None = None, refuse: RefuseItem | None = None
    ) -> Sequence[WriteOutcome]:
        if request.key in self._answers:
            return self._answers[request.key]
        writes = cast("list[Mapping[str, Json]]", exactjson.loads(request.body))
        outcomes = list[WriteOutcome]()
        for index, (ref, write) in enumerate(zip(request.refs, writes, strict=True)):
            if index == until:
                return _unknown(request, "the server fell over")
            if refuse is not None and refuse.index == index:
                outcomes.append(Refused(ref=ref, fault=refuse.fault))
                continue
            remembered = self._items.get((request.key, ref))
            outcome = remembered or self._do_one(ref, write)
            if self.memory is Memory.PER_ITEM:
                self._items[request.key, ref] = outcome
            outcomes.append(outcome)
        if self.memory is Memory.PER_BATCH:
            self._answers[request.key] = tuple(outcomes)
        return outcomes

    def _do_one(self, ref: str, write: Mapping[str, Json]) -> WriteOutcome:
        action, record_type = Action(str(write["action"])), str(write["type"])
        values = cast("Mapping[str, Json]", write["values"])
        if action is Action.CREATE:
            return Written(ref=ref, record=self._create(record_type, values).as_record())
        row = self._rows.get((record_type, str(write["id"])))
        if row is None or row.state is RemoteState.DELETED:
            return Refused(ref=ref, fault=Fault(kind=FaultKind.NOT_FOUND, message="object not found"))
        if str(row.version) != write["version"]:
            return Refused(ref=ref, fault=Fault(kind=FaultKind.STALE, message="stale object"))
        row.version += 1
        match action:
            case Action.UPDATE:
                row.values = _patched(row.values, values)
            case Action.ARCHIVE:
                row.state = RemoteState.INACTIVE
            case Action.VOID:
                row.state = RemoteState.VOIDED
            case Action.DELETE:
                row.state = RemoteState.DELETED
        return Written(ref=ref, record=row.as_record())

    def _create(self, record_type: str, values: Mapping[str, Json]) -> _Row:
        row = _Row(
            record_type=record_type,
            id=str(self._next_id),
            values=_patched({}, values),
            created_at=self.clock.now().replace(microsecond=0),
        )
        self._next_id += 1
        self._rows[record_type, row.id] = row
        return row


def _encode(write: Write) -> Json:
    return {
        "action": write.action.value,
        "type": write.record_type,
        "id": write.id,
        "version": write.version,
        "values": _plain(dict(write.values)),
    }


def _plain(value: WriteValue) -> Json:
    """Return *value* with null in place of `CLEAR`."""
    if isinstance(value, Clear):
        return None
    if isinstance(value, Mapping):
        return {name: _plain(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(member) for member in value]
    if isinstance(value, date):
        return value.isoformat()
    return value


def _patched(values: Mapping[str, Json], patch: Mapping[str, Json]) -> dict[str, Json]:
    """Return *values* with *patch* laid over: objects merge, null removes, all else replaces."""
    result = dict(values)
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        elif isinstance(value, Mapping):
            old = result.get(name)
            result[name] = _patched(old if isinstance(old, Mapping) else {}, value)
        else:
            result[name] = value
    return result


def _unknown(request: Request, reason: str) -> Sequence[WriteOutcome]:
    return [Unknown(ref=ref, reason=reason) for ref in request.refs]


def _refused(request: Request, fault: Fault) -> Sequence[WriteOutcome]:
    return [Refused(ref=ref, fault=fault) for ref in request.refs]
