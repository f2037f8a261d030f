"""Dictionaries whose changes can be undone: transactions for what lives in this process."""

import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Journal:
    """Remembers how to undo what was written since a transaction began.

    One lock is held for as long as a transaction lasts, so transactions of several threads follow one another.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._undo: list[Callable[[], object]] = []
        self._owner: int | None = None

    def is_in_transaction(self) -> bool:
        """Whether the calling thread has a transaction open."""
        return self._owner == threading.get_ident()

    @contextmanager
    def transaction(self) -> Generator[None, None, None]:
        """Keep all writes within, or none when it is left by an exception; within another, a part that can fail alone."""
        with self._lock:
            outermost = self._owner is None
            self._owner = threading.get_ident()
            mark = len(self._undo)
            try:
                yield
            except BaseException:
                while len(self._undo) > mark:
                    self._undo.pop()()
                raise
            finally:
                if outermost:
                    self._undo.clear()
                    self._owner = None

    def note(self, undo: Callable[[], object]) -> None:
        """Remember that *undo* takes the newest write back."""
        self._undo.append(undo)


class Table(Generic[K, V]):
    """A dictionary that writes its changes into a journal. It is used within a transaction only."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._rows: dict[K, V] = {}

    def get(self, key: K) -> V | None:
        """Return the row of *key*, or None."""
        return self._rows.get(key)

    def values(self) -> Iterator[V]:
        """Yield a copy of all rows, oldest first, that later writes do not disturb."""
        return iter(list(self._rows.values()))

    def items(self) -> Iterator[tuple[K, V]]:
        """Yield a copy of all keys and rows that later writes do not disturb."""
        return iter(list(self._rows.items()))

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, key: K) -> bool:
        return key in self._rows

    def put(self, key: K, row: V) -> None:
        """Write *row* under *key*."""
        rows = self._rows
        if key in rows:
            former = rows[key]
            self._journal.note(lambda: rows.__setitem__(key, former))
        else:
            self._journal.note(lambda: rows.__delitem__(key))
        rows[key] = row

    def remove(self, key: K) -> V | None:
        """Take the row of *key* out and return it; None when there is none."""
        rows = self._rows
        former = rows.pop(key, None)
        if former is not None:
            taken = former
            self._journal.note(lambda: rows.__setitem__(key, taken))
        return former
