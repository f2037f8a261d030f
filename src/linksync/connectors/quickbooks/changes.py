"""Follows what changes in a company: by change data capture, and by queries where that leaves something out.

Change data capture has no pages and answers with a thousand objects at most, looks thirty days back, and knows not every
kind of record (official page "change data capture"). Where it may have left something out, the records are asked for by
when they were last changed; no query tells of deletions, which the page then says.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice

from attrs import define, field, frozen

from linksync.connectors.quickbooks.answers import Answer, certain, error_of, rows_of
from linksync.connectors.quickbooks.client import CompanyClient
from linksync.connectors.quickbooks.entities import Entity
from linksync.connectors.quickbooks.faults import missing, read_item
from linksync.connectors.quickbooks.objects import changed_at, find_record
from linksync.connectors.quickbooks.paging import read_pages
from linksync.connectors.quickbooks.query import Query, everything
from linksync.endpoints import Change, ChangePage, Cursor
from linksync.errors import ConfigurationError
from linksync.exactjson import JsonObject
from linksync.records import RemoteState

LARGEST_FEED = 1000
"""The most objects in one answer (official page "change data capture"): as many mean that there are more."""

LOOK_BACK = timedelta(days=29)
"""How far back it is asked; thirty days are documented, and what happens beyond is not known."""

OVERLAP = timedelta(minutes=5)
"""How much of the time before the last answer is asked for again: stamps are whole seconds, and a change that was under
way may show only later. How much is enough is not documented."""


def write_cursor(instant: datetime) -> Cursor:
    """Return the cursor that stands for an instant (timezone-aware)."""
    return Cursor(instant.astimezone(UTC).replace(microsecond=0).isoformat())


def read_cursor(cursor: Cursor) -> datetime:
    """Return the instant that a cursor stands for.

    Raises:
        ConfigurationError: It is no cursor of this endpoint.
    """
    try:
        instant = datetime.fromisoformat(cursor)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise ConfigurationError(f"{cursor!r} is no cursor of QuickBooks; begin with a new one")
    return instant


def server_time(answer: Answer) -> datetime | None:
    """Return when QuickBooks made an answer, by its own clock; None where it does not say."""
    text = answer.body.get("time")
    try:
        instant = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return instant if instant is not None and instant.tzinfo is not None else None


def read_changes(client: CompanyClient, entities: Sequence[Entity], since: datetime) -> Iterator[ChangePage]:
    """Yield what has changed in records of *entities* since an instant; the last page moves the cursor.

    Raises:
        LinksyncError: As `error_of` says.
    """
    reading = _Reading(client=client, since=since)
    waiting: _Part | None = None
    for part in reading.parts(entities):
        # Only when another has come is it known that this one is not the last.
        if waiting is not None:
            yield ChangePage(changes=waiting.changes, cursor=write_cursor(since), unsure=waiting.unsure)
        waiting = part
    last = waiting or _Part(changes=())
    yield ChangePage(changes=last.changes, cursor=reading.cursor(), unsure=last.unsure)


@frozen(kw_only=True)
class _Part:
    changes: Sequence[Change]
    unsure: frozenset[str] = frozenset()


@define(eq=False)
class _Reading:
    """One pass over the changes.

    Attributes:
        client: What asks.
        since: Since when.
        began_at: When QuickBooks made the first answer.
    """

    client: CompanyClient
    since: datetime
    began_at: datetime | None = field(default=None, init=False)

    def cursor(self) -> Cursor:
        """Return where to go on: some time before the first answer, and never before where this pass began."""
        reached = self.began_at - OVERLAP if self.began_at is not None else self.since
        return write_cursor(max(reached, self.since))

    def parts(self, entities: Sequence[Entity]) -> Iterator[_Part]:
        """Yield what is told of *entities*, in parts that fit into memory."""
        is_recent = self.client.clock.now() - self.since <= LOOK_BACK
        followed = [entity for entity in entities if entity.is_followed and is_recent]
        yield from self.follow(followed)
        for entity in entities:
            if entity not in followed:
                yield from self.ask(entity)

    def follow(self, entities: Sequence[Entity]) -> Iterator[_Part]:
        """Yield what change data capture tells of *entities*; in parts, where one answer does not hold it."""
        if not entities:
            return
        answer = certain(
            self.client.get(
                "cdc",
                entities=",".join(entity.name for entity in entities),
                changedSince=write_cursor(self.since),
            )
        )
        self._note(answer)
        changes = list(_told(answer, entities))
        if len(changes) < LARGEST_FEED:
            yield _Part(changes=changes)
        elif len(entities) > 1:
            half = len(entities) // 2
            yield from self.follow(entities[:half])
            yield from self.follow(entities[half:])
        else:
            yield from self.ask(entities[0])
            gone = [change for change in changes if change.state is RemoteState.DELETED]
            if gone:
                yield _Part(changes=gone, unsure=frozenset({entities[0].name}))

    def ask(self, entity: Entity) -> Iterator[_Part]:
        """Yield the records of *entity* that are there and were changed; of deletions nothing is known."""
        query = everything(entity).where("MetaData.LastUpdatedTime", ">=", self.since.replace(microsecond=0))
        rows = read_pages(self._rows, query)
        unsure = frozenset({entity.name})
        some = [_change(entity, row, "") for row in islice(rows, LARGEST_FEED)]
        yield _Part(changes=some, unsure=unsure)
        while some := [_change(entity, row, "") for row in islice(rows, LARGEST_FEED)]:
            yield _Part(changes=some, unsure=unsure)

    def _rows(self, query: Query) -> Sequence[JsonObject]:
        answer = self.client.ask(query)
        self._note(answer)
        return rows_of(answer, query.entity)

    def _note(self, answer: Answer) -> None:
        self.began_at = self.began_at or server_time(answer)


def _told(answer: Answer, entities: Iterable[Entity]) -> Iterator[Change]:
    by_name = {entity.json_name: entity for entity in entities}
    for group in feed_groups(answer):
        for name, entity in by_name.items():
            rows = group.get(name, [])
            if not isinstance(rows, list):
                raise error_of(missing(f"the list of {name}", answer.request_id))
            for row in rows:
                yield _change(entity, row if isinstance(row, Mapping) else {}, answer.request_id)


def feed_groups(answer: Answer) -> Iterator[JsonObject]:
    """Yield the groups of an answer: one per kind of record with changes, an empty one where there are none.

    Raises:
        LinksyncError: The answer is none, or reports a fault.
    """
    responses = answer.body.get("CDCResponse")
    if not isinstance(responses, list):
        raise error_of(missing("CDCResponse", answer.request_id))
    for response in responses:
        if not isinstance(response, Mapping):
            raise error_of(missing("CDCResponse", answer.request_id))
        failure = read_item(response, answer.request_id)
        if failure is not None:
            raise error_of(failure)
        groups = response.get("QueryResponse", [])
        for group in groups if isinstance(groups, list) else [groups]:
            if not isinstance(group, Mapping):
                raise error_of(missing("QueryResponse", answer.request_id))
            yield group


def _change(entity: Entity, row: JsonObject, request_id: str) -> Change:
    record = find_record(entity, row)
    if record is None:
        raise error_of(missing(f"the id of a {entity.name}", request_id))
    return Change(
        record_type=entity.name,
        id=record.id,
        state=record.state,
        record=None if record.state is RemoteState.DELETED else record,
        changed_at=changed_at(row),
    )
