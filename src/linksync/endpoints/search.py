"""Finding records by what they hold."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Protocol, TypeAlias

from attrs import field, frozen

from linksync.records import Record

SearchValue: TypeAlias = str | bool | int | Decimal | date | datetime
"""A value that a search compares with; an instant is timezone-aware."""


class Comparison(Enum):
    """How a field is compared with a value."""

    EQUALS = "equals"
    ONE_OF = "one of"
    ABOVE = "above"
    BELOW = "below"
    AT_LEAST = "at least"
    AT_MOST = "at most"
    STARTS_WITH = "starts with"
    CONTAINS = "contains"


@frozen(kw_only=True)
class Condition:
    """What must hold of one field.

    Attributes:
        name: The field, as the side calls it, such as `"DisplayName"` or `"MetaData.CreateTime"`.
        comparison: How it is compared.
        value: What it is compared with; for `ONE_OF` a list or a tuple.
    """

    name: str
    comparison: Comparison = Comparison.EQUALS
    value: SearchValue | Sequence[SearchValue] = field(repr=False)


class Searcher(Protocol):
    """A side whose records can be asked for by what they hold, as looking for a match needs.

    Raises what `Endpoint` raises.
    """

    def searchable(self, record_type: str) -> Collection[str]:
        """Return the fields of that type that a condition may name."""
        ...

    def search(self, record_type: str, conditions: Sequence[Condition] = ()) -> Iterable[Record]:
        """Yield every record of that type that meets all *conditions*, dead or alive, each once.

        Complete, or it raises: whoever finds nothing creates. A side may compare texts without regard to case; it
        yields too much then, and never too little. No order is promised.

        Raises:
            ConfigurationError: A condition that the side cannot ask for; it names those fields that it can.
        """
        ...
