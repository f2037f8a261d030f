"""Numbers that forked processes share with whoever forked and may kill them."""

import mmap
from collections.abc import Sequence

from attrs import define, field

_WIDTH = 8


@define
class Board:
    """A table of numbers, a row for each process and a column for each name. Every process writes into its own row.

    Attributes:
        names: What the columns are called.
        rows: How many rows there are.
    """

    names: Sequence[str]
    rows: int
    _cells: memoryview = field(init=False)

    def __attrs_post_init__(self) -> None:
        memory = mmap.mmap(
            -1, self.rows * len(self.names) * _WIDTH
        )  # shared by all that are forked from here
        self._cells = memoryview(memory).cast("q")

    def get(self, row: int, name: str) -> int:
        """Return a number."""
        return self._cells[self._place(row, name)]

    def put(self, row: int, name: str, number: int) -> None:
        """Write a number."""
        self._cells[self._place(row, name)] = number

    def add(self, row: int, name: str, number: int = 1) -> None:
        """Raise a number."""
        self._cells[self._place(row, name)] += number

    def total(self, name: str) -> int:
        """Return the sum of a column."""
        return sum(self.get(row, name) for row in range(self.rows))

    def _place(self, row: int, name: str) -> int:
        return row * len(self.names) + self.names.index(name)
