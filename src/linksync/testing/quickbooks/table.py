"""The objects of one entity in one company, and what finds them quickly."""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from linksync.testing.quickbooks.values import Obj, group, text


def id_order(object_id: str) -> tuple[int, int, str]:
    """Return what sorts ids: numbers as numbers, then the others."""
    return (0, int(object_id), "") if object_id.isdecimal() else (1, 0, object_id)


class Table:
    """The objects of one entity by id, in the order in which they were created.

    An object that was handed out is never changed afterwards: a change stores another one.
    """

    def __init__(self) -> None:
        """Make an empty table."""
        self._objects = dict[str, Obj]()
        self._created = list[tuple[datetime, tuple[int, int, str], str]]()
        self._sorted = dict[str, list[Obj]]()

    def __len__(self) -> int:
        """Return how many objects there are."""
        return len(self._objects)

    def __iter__(self) -> Iterator[Obj]:
        """Yield every object."""
        yield from self._objects.values()

    def find(self, object_id: str) -> Obj | None:
        """Return the object of that id, or None."""
        return self._objects.get(object_id)

    def put(self, obj: Obj) -> None:
        """Store *obj* under its id, in place of the one that was there."""
        object_id = text(obj, "Id")
        if object_id not in self._objects:
            insort(self._created, (created_at(obj), id_order(object_id), object_id))
        self._objects[object_id] = obj
        self._sorted.clear()

    def remove(self, object_id: str) -> None:
        """Forget the object of that id."""
        obj = self._objects.pop(object_id)
        entry = (created_at(obj), id_order(object_id), object_id)
        del self._created[bisect_left(self._created, entry)]
        self._sorted.clear()

    def created_since(self, since: datetime) -> list[Obj]:
        """Return the objects created at or after *since* (aware), the oldest first, without looking at the others."""
        start = bisect_left(self._created, since, key=lambda entry: entry[0])
        return [self._objects[object_id] for _, _, object_id in self._created[start:]]

    def in_order(self, name: str, order: Callable[[Sequence[Obj]], list[Obj]]) -> Sequence[Obj]:
        """Return all objects as *order* sorts them; kept under *name* until something changes."""
        if name not in self._sorted:
            self._sorted[name] = order(list(self._objects.values()))
        return self._sorted[name]


def created_at(obj: Obj) -> datetime:
    """Return when *obj* was created, as its stamp says (aware)."""
    return datetime.fromisoformat(text(group(obj, "MetaData"), "CreateTime"))
