"""What finds objects without looking at all of them: by a value, or in an order."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import TypeAlias, overload

from attrs import frozen

from linksync.testing.quickbooks.values import Obj, text

SortKey: TypeAlias = tuple[int, Decimal, str]
"""What sorts: a rank, then a number, then a text. Where nothing stands is rank 0."""

SortKeys: TypeAlias = tuple[object, ...]
"""What sorts by one property, a `SortKey`, or by several: theirs, some of them `Turned`."""


@frozen
class Turned:
    """A key that sorts the other way round."""

    key: SortKeys

    def __lt__(self, other: "Turned") -> bool:
        """Return whether this one comes first."""
        return other.key < self.key


_Entry: TypeAlias = tuple[SortKeys, tuple[int, int, str], str]


def id_order(object_id: str) -> tuple[int, int, str]:
    """Return what sorts ids: numbers as numbers, then the others."""
    return (0, int(object_id), "") if object_id.isdecimal() else (1, 0, object_id)


class ValueIndex:
    """Objects by a value that several may share."""

    def __init__(self, key: Callable[[Obj], Iterable[Hashable]]) -> None:
        """Make an empty index.

        Args:
            key: Returns the values of an object; one that has none is not found by any.
        """
        self._key = key
        self._ids = dict[Hashable, dict[str, None]]()
        self._keys = dict[str, tuple[Hashable, ...]]()

    def put(self, object_id: str, obj: Obj) -> None:
        """Take in an object, in place of the one of that id."""
        keys = tuple(self._key(obj))
        known = self._keys.get(object_id, ())
        if keys == known:
            return
        self.remove(object_id)
        if keys:
            self._keys[object_id] = keys
        for key in keys:
            self._ids.setdefault(key, {})[object_id] = None

    def remove(self, object_id: str) -> None:
        """Forget the object of that id."""
        for key in self._keys.pop(object_id, ()):
            ids = self._ids[key]
            ids.pop(object_id, None)
            if not ids:
                del self._ids[key]

    def ids(self, value: Hashable) -> Sequence[str]:
        """Return the ids of the objects that have *value*."""
        return list(self._ids.get(value, ()))


class OrderIndex:
    """Objects in an order; ties by id."""

    def __init__(self, key: Callable[[Obj], SortKeys | None]) -> None:
        """Make an empty index.

        Args:
            key: Returns what sorts an object; None for one that is not to be in it.
        """
        self._key = key
        self._entries = list[_Entry]()
        self._keys = dict[str, SortKeys]()

    def __len__(self) -> int:
        """Return how many objects are in it."""
        return len(self._entries)

    def fill(self, objects: Iterable[Obj]) -> None:
        """Take in many objects at once."""
        for obj in objects:
            key, object_id = self._key(obj), text(obj, "Id")
            if key is not None:
                self._keys[object_id] = key
                self._entries.append((key, id_order(object_id), object_id))
        self._entries.sort()

    def put(self, object_id: str, obj: Obj) -> None:
        """Take in an object, in place of the one of that id."""
        key = self._key(obj)
        if key == self._keys.get(object_id):
            return
        self.remove(object_id)
        if key is not None:
            self._keys[object_id] = key
            insort(self._entries, (key, id_order(object_id), object_id))

    def remove(self, object_id: str) -> None:
        """Forget the object of that id."""
        known = self._keys.pop(object_id, None)
        if known is not None:
            del self._entries[bisect_left(self._entries, (known, id_order(object_id), object_id))]

    def slice(self, start: int, end: int, *, is_down: bool = False) -> Sequence[str]:
        """Return the ids from position *start* to before *end*, counted from the top when *is_down*.

        They are looked up as they are read, so read them before the index changes.
        """
        positions = range(len(self._entries))
        return _Stretch(self._entries, (positions[::-1] if is_down else positions)[start:end])

    def bounds(
        self, low: SortKeys | None, high: SortKeys | None, *, with_low: bool, with_high: bool
    ) -> tuple[int, int]:
        """Return the positions from which and before which the keys lie between *low* and *high*.

        Args:
            low: The lowest key; None for no limit.
            high: The highest key; None for no limit.
            with_low: Whether *low* itself counts.
            with_high: Whether *high* itself counts.
        """
        start, end = 0, len(self._entries)
        if low is not None:
            find = bisect_left if with_low else bisect_right
            start = find(self._entries, low, key=_sort_key)
        if high is not None:
            find = bisect_right if with_high else bisect_left
            end = find(self._entries, high, key=_sort_key)
        return start, max(start, end)


class _Stretch(Sequence[str]):
    """The ids at some positions of an order, without a list of them."""

    def __init__(self, entries: Sequence[_Entry], positions: range) -> None:
        self._entries = entries
        self._positions = positions

    def __len__(self) -> int:
        return len(self._positions)

    @overload
    def __getitem__(self, index: int) -> str: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...

    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        if isinstance(index, slice):
            return _Stretch(self._entries, self._positions[index])
        return self._entries[self._positions[index]][2]

    def __iter__(self) -> Iterator[str]:
        return (self._entries[position][2] for position in self._positions)


def _sort_key(entry: _Entry) -> SortKeys:
    return entry[0]
