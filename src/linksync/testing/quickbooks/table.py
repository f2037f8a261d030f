"""The objects of one entity in one company, and what finds them quickly."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

from linksync.testing.quickbooks.index import OrderIndex, SortKeys, ValueIndex
from linksync.testing.quickbooks.values import Obj, text


class Table:
    """The objects of one entity by id, in the order in which they were created.

    An object that was handed out is never changed afterwards: a change stores another one. An index is made when it is
    first asked for, and kept up from then on.
    """

    def __init__(self) -> None:
        """Make an empty table."""
        self._objects = dict[str, Obj]()
        self._by_value = dict[str, ValueIndex]()
        self._in_order = dict[str, OrderIndex]()
        self._last_found: tuple[Hashable, Sequence[str]] | None = None

    def __len__(self) -> int:
        """Return how many objects there are."""
        return len(self._objects)

    def __iter__(self) -> Iterator[Obj]:
        """Yield every object."""
        yield from list(self._objects.values())

    def find(self, object_id: str) -> Obj | None:
        """Return the object of that id, or None."""
        return self._objects.get(object_id)

    def find_all(self, ids: Iterable[str]) -> list[Obj]:
        """Return the objects of *ids* that there are, in that order."""
        return [obj for each in ids if (obj := self._objects.get(each)) is not None]

    def put(self, obj: Obj) -> None:
        """Store *obj* under its id, in place of the one that was there."""
        object_id = text(obj, "Id")
        self._objects[object_id] = obj
        self._last_found = None
        for values in self._by_value.values():
            values.put(object_id, obj)
        for order in self._in_order.values():
            order.put(object_id, obj)

    def remove(self, object_id: str) -> None:
        """Forget the object of that id."""
        del self._objects[object_id]
        self._last_found = None
        for values in self._by_value.values():
            values.remove(object_id)
        for order in self._in_order.values():
            order.remove(object_id)

    def having(self, name: str, key: Callable[[Obj], Iterable[Hashable]], value: Hashable) -> Sequence[str]:
        """Return the ids of the objects among whose values by *key* is *value*.

        Args:
            name: What the index is kept under; one name has one key.
            key: Returns the values of an object.
            value: What is looked for.
        """
        index = self._by_value.get(name)
        if index is None:
            index = self._by_value[name] = ValueIndex(key)
            for object_id, obj in self._objects.items():
                index.put(object_id, obj)
        return index.ids(value)

    def found(self, question: Hashable, find: Callable[[], Sequence[str]]) -> Sequence[str]:
        """Return the ids that *find* returns, without asking it again while nothing changes and nothing else is asked.

        Args:
            question: What they answer, so that the pages of one answer are looked for once.
            find: Looks for them.
        """
        last = self._last_found
        if last is None or last[0] != question:
            last = self._last_found = (question, find())
        return last[1]

    def in_order(self, name: str, key: Callable[[Obj], SortKeys | None]) -> OrderIndex:
        """Return the objects as *key* sorts them, without those for which it returns None.

        Args:
            name: What the index is kept under; one name has one key.
            key: Returns what sorts an object.
        """
        index = self._in_order.get(name)
        if index is None:
            index = self._in_order[name] = OrderIndex(key)
            index.fill(self._objects.values())
        return index
