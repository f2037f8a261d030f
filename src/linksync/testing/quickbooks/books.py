"""Everything that one company has on its books, without any rule about it."""

from collections import defaultdict
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from datetime import date, datetime

from linksync.clock import Clock
from linksync.exactjson import Json
from linksync.testing.quickbooks.happenings import Event, Happened, Tombstone
from linksync.testing.quickbooks.rules import Certainty, rule, state
from linksync.testing.quickbooks.settings import CompanySettings
from linksync.testing.quickbooks.table import Table
from linksync.testing.quickbooks.values import Obj, array, group, number, text

state(
    "ids are counted per group of types: customers, vendors and employees share one count, transactions another",
    Certainty.RECORDED,
    "recorded exchanges: customer 70 and, next, vendor 71",
    kept_by=__name__,
)


class Books:
    """The objects of one company, its counters and its names.

    Attributes:
        company_id: The company's realm id.
        settings: How the company behaves.
        tables: The objects by entity.
        tombstones: What is left of deleted objects, by entity, the oldest first.
        listeners: Told of everything that happens.
        renamed: The present names of objects that were renamed, by entity and id.
        emails: The last day on which e-mails were sent, and how many.
    """

    def __init__(self, clock: Clock, settings: CompanySettings, company_id: str = "") -> None:
        """Make empty books of a company.

        Args:
            clock: Whose time its stamps show.
            settings: How it behaves.
            company_id: Its realm id, by which its own record can be read.
        """
        self.company_id = company_id
        self.settings = settings
        self.tables = defaultdict[str, Table](Table)
        self.tombstones = defaultdict[str, list[Tombstone]](list)
        self.listeners = list[Callable[[Event], None]]()
        self.renamed = dict[tuple[str, str], str]()
        self.emails: tuple[date | None, int] = (None, 0)
        self._clock = clock
        self._next_ids = defaultdict[str, int](lambda: 1)
        self._made_in_batch: set[tuple[str, str]] | None = None
        self._owners = dict[tuple[str, str], tuple[str, str]]()
        self._doc_numbers = defaultdict[tuple[str, str], int](int)
        self._highest_doc_number = defaultdict[str, int](lambda: 1000)

    def now(self) -> datetime:
        """Return the present instant in the company's offset."""
        return self._clock.now().astimezone(self.settings.offset)

    @rule(
        "stamps of objects have whole seconds, cut off, and an offset",
        Certainty.RECORDED,
        "recorded exchanges; that seconds are cut off and not rounded: create__customer",
    )
    def stamp(self) -> str:
        """Return the present instant as `MetaData` shows it."""
        return self.now().isoformat(timespec="seconds")

    def envelope_time(self) -> str:
        """Return the present instant as answers show it, with milliseconds."""
        return self.now().isoformat(timespec="milliseconds")

    def today(self) -> date:
        """Return the company's day."""
        return self.now().date()

    def put(self, entity: str, obj: Obj) -> None:
        """Store *obj* in place of the one of its id."""
        self.tables[entity].put(obj)

    def remove(self, entity: str, object_id: str) -> None:
        """Take an object off the books, and note that it was there."""
        self.tables[entity].remove(object_id)
        self.tombstones[entity].append(Tombstone(object_id, self.stamp()))

    def touch(self, entity: str, obj: Obj, changes: Mapping[str, Json], *, with_token: bool) -> Obj:
        """Change an object as the side effect of something else, and return it as it now is.

        Args:
            entity: Its entity.
            obj: The object as it is.
            changes: The properties that change; one that is None goes.
            with_token: Whether its SyncToken moves, and so a webhook tells of it; LastUpdatedTime always does.
        """
        changed: Obj = {**obj, **changes}
        changed = {name: value for name, value in changed.items() if value is not None}
        changed["MetaData"] = {**group(obj, "MetaData"), "LastUpdatedTime": self.stamp()}
        if with_token:
            changed["SyncToken"] = str(int(text(obj, "SyncToken") or "0") + 1)
        self.put(entity, changed)
        if with_token:
            self.tell(entity, text(obj, "Id"), Happened.UPDATED)
        return changed

    def tell(self, entity: str, object_id: str, happened: Happened, *, merged_id: str = "") -> None:
        """Tell whoever listens what happened to an object."""
        event = Event(
            entity=entity, object_id=object_id, happened=happened, at=self.now(), merged_id=merged_id
        )
        for listener in self.listeners:
            listener(event)

    def find(self, entity: str, object_id: str) -> Obj | None:
        """Return the object, or None."""
        return self.tables[entity].find(object_id)

    @rule(
        "items of a batch cannot refer to objects that the same batch creates",
        Certainty.OFFICIAL,
        "official batch page",
    )
    def find_referred(self, entity: str, object_id: str) -> Obj | None:
        """Return the object that a reference means, or None; what the running batch created is not there yet."""
        if self._made_in_batch is not None and (entity, object_id) in self._made_in_batch:
            return None
        return self.find(entity, object_id)

    @contextmanager
    def batch(self) -> Generator[None, None, None]:
        """Hide what is created within the block from references."""
        self._made_in_batch = set()
        try:
            yield
        finally:
            self._made_in_batch = None

    def note_creation(self, entity: str, object_id: str) -> None:
        """Note that the object was created just now."""
        if self._made_in_batch is not None:
            self._made_in_batch.add((entity, object_id))

    def export(self) -> Obj:
        """Return everything that is on the books, as JSON to be given to `restore`."""
        return {
            "tables": {entity: list[Json](table) for entity, table in self.tables.items()},
            "tombstones": {
                entity: [{"id": each.object_id, "at": each.deleted_at} for each in gone]
                for entity, gone in self.tombstones.items()
            },
            "next_ids": dict(self._next_ids),
            "names": [
                {"space": space, "name": name, "entity": owner[0], "id": owner[1]}
                for (space, name), owner in self._owners.items()
            ],
            "doc_numbers": [
                {"entity": entity, "number": number_, "count": count}
                for (entity, number_), count in self._doc_numbers.items()
            ],
            "highest_doc_numbers": dict(self._highest_doc_number),
            "renamed": [
                {"entity": entity, "id": object_id, "name": name}
                for (entity, object_id), name in self.renamed.items()
            ],
        }

    def restore(self, exported: Mapping[str, Json]) -> None:
        """Take over what `export` returned, in place of everything."""
        self.tables.clear()
        for entity in group(exported, "tables"):
            for obj in array(group(exported, "tables"), entity):
                self.tables[entity].put(dict(obj))
        for entity in group(exported, "tombstones"):
            gone = array(group(exported, "tombstones"), entity)
            self.tombstones[entity] = [Tombstone(text(each, "id"), text(each, "at")) for each in gone]
        self._next_ids.update(_counts(group(exported, "next_ids")))
        self._owners = {
            (text(each, "space"), text(each, "name")): (text(each, "entity"), text(each, "id"))
            for each in array(exported, "names")
        }
        for each in array(exported, "doc_numbers"):
            key = (text(each, "entity"), text(each, "number"))
            self._doc_numbers[key] = int(number(each, "count") or 0)
        self._highest_doc_number.update(_counts(group(exported, "highest_doc_numbers")))
        self.renamed = {
            (text(each, "entity"), text(each, "id")): text(each, "name")
            for each in array(exported, "renamed")
        }

    def next_id(self, group: str) -> str:
        """Return an id that no object of *group* has had."""
        number = self._next_ids[group]
        self._next_ids[group] = number + 1
        return str(number)

    def use_id(self, group: str, object_id: str) -> None:
        """Count *object_id* as used."""
        if object_id.isdecimal():
            self._next_ids[group] = max(self._next_ids[group], int(object_id) + 1)

    def name_owner(self, space: str, name: str) -> tuple[str, str] | None:
        """Return the entity and id of the object that has *name* in *space*, or None."""
        return self._owners.get((space, name.casefold()))

    def move_name(self, space: str, old: str | None, new: str | None, owner: tuple[str, str]) -> None:
        """Give *new* to *owner* in *space*, and *old* up."""
        if old is not None and self.name_owner(space, old) == owner:
            del self._owners[space, old.casefold()]
        if new is not None:
            self._owners[space, new.casefold()] = owner

    def count_doc_number(self, entity: str, number: str, change: int) -> None:
        """Note that one document more (*change* 1) or less (-1) has *number*."""
        self._doc_numbers[entity, number] += change
        # Beyond ten digits it is somebody else's numbering, which the next document does not continue.
        if change > 0 and number.isdecimal() and number.isascii() and len(number) <= 10:
            self._highest_doc_number[entity] = max(self._highest_doc_number[entity], int(number))

    def is_doc_number_taken(self, entity: str, number: str) -> bool:
        """Return whether a document of *entity* has *number*."""
        return self._doc_numbers[entity, number] > 0

    @rule(
        "documents are numbered one above the highest number so far, from 1001",
        Certainty.LIKELY,
        "recorded exchange create__invoice (1043); that it starts at 1001 is common knowledge",
    )
    def next_doc_number(self, entity: str) -> str:
        """Return the number of the next document."""
        return str(self._highest_doc_number[entity] + 1)


def _counts(counted: Mapping[str, Json]) -> dict[str, int]:
    return {name: int(number(counted, name) or 0) for name in counted}
