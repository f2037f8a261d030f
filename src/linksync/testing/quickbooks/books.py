"""Everything that one company has on its books, without any rule about it."""

from collections import defaultdict
from collections.abc import Generator
from contextlib import contextmanager
from datetime import date, datetime

from linksync.clock import Clock
from linksync.testing.quickbooks.rules import Certainty, rule, state
from linksync.testing.quickbooks.settings import CompanySettings
from linksync.testing.quickbooks.table import Table
from linksync.testing.quickbooks.values import Obj

state(
    "ids are counted per group of types: customers, vendors and employees share one count, transactions another",
    Certainty.RECORDED,
    "recorded exchanges: customer 70 and, next, vendor 71",
    kept_by=__name__,
)


class Books:
    """The objects of one company, its counters and its names.

    Attributes:
        settings: How the company behaves.
        tables: The objects by entity.
    """

    def __init__(self, clock: Clock, settings: CompanySettings) -> None:
        """Make empty books."""
        self.settings = settings
        self.tables = defaultdict[str, Table](Table)
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
