"""One QuickBooks company as the engine sees it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from urllib.parse import quote

from attrs import define

from linksync.connectors.quickbooks.answers import Answer, error_of
from linksync.connectors.quickbooks.batch import (
    LARGEST_BATCH,
    Expected,
    is_batch,
    outcome_of,
    pack,
    read_request,
    unpack,
)
from linksync.connectors.quickbooks.changes import (
    OVERLAP,
    read_changes,
    read_cursor,
    server_time,
    write_cursor,
)
from linksync.connectors.quickbooks.client import CompanyClient
from linksync.connectors.quickbooks.entities import Entity, get_entity
from linksync.connectors.quickbooks.faults import Doubt, Refusal, missing
from linksync.connectors.quickbooks.objects import find_record
from linksync.connectors.quickbooks.query import LARGEST_PAGE, everything, select, split_in
from linksync.connectors.quickbooks.searching import queries_of, searchable
from linksync.endpoints import Capabilities, ChangePage, Condition, Cursor, UsageLog
from linksync.errors import ConfigurationError, Fault, FaultKind
from linksync.exactjson import JsonObject
from linksync.records import Action, Gone, Record, Refused, Request, Write, WriteOutcome

_NOT_FOUND = "610"


@define(eq=False)
class QuickBooksEndpoint:
    """A company in QuickBooks Online; satisfies `linksync.endpoints.Endpoint`, `Searcher`, `ChangeFeed` and `Metered`.

    The record types are QuickBooks' own names, such as `"Customer"`. Values are its JSON objects, numbers exact.

    Attributes:
        client: What sends.
        request_timeout: The longest that `send` may take.
        settle_time: How long after `send` was called QuickBooks may still be working on what it sent.
    """

    client: CompanyClient
    request_timeout: timedelta
    settle_time: timedelta

    @cached_property
    def capabilities(self) -> Capabilities:
        """What QuickBooks can do. Not every kind of record can do everything: `prepare` says so."""
        return Capabilities(
            actions=frozenset(Action),
            batch_size=LARGEST_BATCH,
            request_timeout=self.request_timeout,
            settle_time=self.settle_time,
            has_versions=True,
        )

    def read(self, record_type: str, ids: Collection[str]) -> Mapping[str, Record | Gone]:
        """Return the records of *ids*, keyed by id: one request per thousand, and one per record that is missing.

        An inactive record is a record, in the state `INACTIVE`. A missing one is asked for by its id: the answer 610
        says for certain that it is gone. A record that was merged into another may be gone in the same way.

        Raises:
            LinksyncError: As `error_of` says.
        """
        entity = get_entity(record_type)
        wanted = list(dict.fromkeys(ids))
        found = dict[str, Record | Gone]()
        for query, _ in split_in(everything(entity), "Id", wanted):
            for row in self.client.rows(query.page(1, LARGEST_PAGE)):
                record = _record(entity, row)
                found[record.id] = record
        missed = [record_id for record_id in wanted if record_id not in found]
        found.update((record_id, self._read_one(entity, record_id)) for record_id in missed)
        return {record_id: found[record_id] for record_id in wanted}

    def created_since(self, record_type: str, since: datetime) -> Iterator[Record]:
        """Yield every record of that type created at or after *since*, inactive ones too.

        QuickBooks keeps whole seconds of when a record was created (recorded sandbox traffic), so the second that
        *since* falls in counts from its beginning. What was deleted since is not among them.

        Raises:
            TransientError: The records moved while they were read; the answer would not be complete.
            LinksyncError: As `error_of` says.
        """
        entity = get_entity(record_type)
        second = since.astimezone(UTC).replace(microsecond=0)
        query = everything(entity).where("MetaData.CreateTime", ">=", second)
        for row in self.client.all_rows(query):
            yield _record(entity, row)

    def searchable(self, record_type: str) -> Collection[str]:
        """Return the fields of that type that a condition may name: those that QuickBooks is known to filter by."""
        return searchable(get_entity(record_type)).keys()

    def search(self, record_type: str, conditions: Sequence[Condition] = ()) -> Iterator[Record]:
        """Yield every record of that type that meets all *conditions*, inactive ones too, each once.

        A request per thousand records. QuickBooks compares texts without regard to case (official page "data
        queries").

        Raises:
            ConfigurationError: A condition that QuickBooks cannot be asked for.
            TransientError: The records moved while they were read; the answer would not be complete.
            LinksyncError: As `error_of` says.
        """
        entity = get_entity(record_type)
        seen = set[str]()
        for query in list(queries_of(entity, conditions)):
            for row in self.client.all_rows(query):
                record = _record(entity, row)
                if record.id not in seen:
                    seen.add(record.id)
                    yield record

    def cursor(self) -> Cursor:
        """Return the cursor from which nothing is missed that happens from now on, by QuickBooks' clock.

        It is some minutes before now, for what is under way. One request, for nothing else says what time it is there.

        Raises:
            LinksyncError: As `error_of` says.
        """
        answer = self.client.ask(select("Customer").counted())
        now = server_time(answer)
        if now is None:
            raise error_of(missing("its time", answer.request_id))
        return write_cursor(now - OVERLAP)

    def changes(self, record_types: Collection[str], since: Cursor) -> Iterator[ChangePage]:
        """Yield what has changed in records of those types since a cursor: one request for up to a thousand changes.

        An inactivation shows in the record's state. A record that was merged into another is told as deleted, or not
        at all.

        Raises:
            ConfigurationError: A type that QuickBooks does not have, or a cursor that is not its own.
            LinksyncError: As `error_of` says.
        """
        entities = [get_entity(record_type) for record_type in dict.fromkeys(record_types)]
        yield from read_changes(self.client, entities, read_cursor(since))

    def prepare(self, writes: Sequence[Write]) -> Sequence[Request]:
        """Return the requests that carry *writes*: one by itself, several in batches of up to 30.

        Raises:
            ConfigurationError: A write that QuickBooks can never do.
        """
        return pack(self.client.root, writes)

    def send(self, request: Request) -> Sequence[WriteOutcome]:
        """Send *request* and return one outcome per write, in the order of `request.refs`."""
        try:
            expected = self._own(request)
        except ConfigurationError as error:
            fault = Fault(kind=FaultKind.UNSUPPORTED, message=str(error))
            return [Refused(ref=ref, fault=fault) for ref in request.refs]
        answer = self.client.post(request.url, request.key, request.body, is_batch=is_batch(request))
        if isinstance(answer, Refusal | Doubt):
            return [outcome_of(ref, answer) for ref in request.refs]
        return unpack(expected, answer.body, answer.request_id)

    def take_over(self, usage: str, log: UsageLog) -> None:
        """Count as used what the company's last worker noted, and note on *log* before requests leave from now on."""
        self.client.limiter.take_over(usage, log)

    def hand_over(self, log: UsageLog) -> str:
        """Return what is used by now, for the next worker; nothing more is noted on *log*."""
        return self.client.limiter.hand_over(log)

    def _own(self, request: Request) -> Sequence[Expected]:
        if not request.url.startswith(f"{self.client.root}/"):
            raise ConfigurationError(f"request {request.key} is for another company: {request.url}")
        return read_request(request)

    def _read_one(self, entity: Entity, record_id: str) -> Record | Gone:
        answer = self.client.get(f"{entity.segment}/{quote(record_id, safe='')}")
        if isinstance(answer, Answer):
            record = find_record(entity, answer.body.get(entity.json_name))
            if record is None or record.id != record_id:
                raise error_of(missing(f"{entity.name} {record_id}", answer.request_id))
            return record
        if isinstance(answer, Refusal) and answer.fault.code == _NOT_FOUND:
            return Gone()
        raise error_of(answer)


def _record(entity: Entity, row: JsonObject) -> Record:
    record = find_record(entity, row)
    if record is None:
        raise error_of(missing(f"the id of a {entity.name}", ""))
    return record
