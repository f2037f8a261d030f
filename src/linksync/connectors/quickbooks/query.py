r"""Builds statements of QuickBooks' query language, with every value escaped.

```python
str(select("Customer").where("DisplayName", "=", "Amy's").where("Active", "IN", [True, False]))
# SELECT * FROM Customer WHERE DisplayName = 'Amy\'s' AND Active IN (true, false)
```

Grammar and operators are those of the official page "data queries": conditions are joined by AND, there is
neither OR nor NOT, values stand in single quotes, numbers too, booleans bare.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, TypeAlias

from attrs import evolve, field, frozen

from linksync.connectors.quickbooks.entities import Entity
from linksync.errors import ConfigurationError
from linksync.mapping.remote import RemoteField

LARGEST_PAGE = 1000
"""The most rows in one answer (official page "limits and throttles")."""

LONGEST_STATEMENT = 24_000
"""The most characters of a statement; one with more values is asked in parts. No limit is documented; a
statement of this length leaves room below the usual 32 KiB of a request that a gateway reads at once."""

Operator: TypeAlias = Literal["=", "<", ">", "<=", ">=", "LIKE", "IN"]
QueryValue: TypeAlias = str | bool | int | Decimal | date | datetime

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*)*")


@frozen(kw_only=True)
class Query:
    """One statement; each method returns a further one.

    Attributes:
        entity: The kind of record.
        conditions: What must hold, each as text.
        order: The property that it is sorted by, with its direction; empty for the server's own order, which is
            not that of the ids (recorded sandbox traffic).
        start: The first row, counted from 1.
        limit: The most rows; None for the server's own limit of 100.
        is_count: Whether only the number of the records is asked for.
    """

    entity: str
    conditions: tuple[str, ...] = ()
    order: str = ""
    start: int = field(default=1)
    limit: int | None = None
    is_count: bool = False

    def where(
        self,
        name: str | RemoteField[object],
        operator: Operator,
        value: QueryValue | Sequence[QueryValue],
    ) -> "Query":
        """Return it with one more condition.

        Args:
            name: The property, such as `"MetaData.CreateTime"` or `fields.Customer.DisplayName`.
            operator: How it is compared; with `IN`, *value* is a sequence.
            value: What it is compared with. An instant must be timezone-aware.

        Raises:
            ConfigurationError: The name is none, the value does not go with the operator, an `IN` without
                values, or an instant without a time zone.
        """
        column = _column(name)
        if operator == "IN":
            if isinstance(value, QueryValue) or not value:
                raise ConfigurationError(f"{column} IN needs a list with at least one value, got {value!r}")
            text = f"({', '.join(map(_literal, value))})"
        elif isinstance(value, QueryValue):
            text = _literal(value)
        else:
            raise ConfigurationError(f"{column} {operator} needs a single value, got {value!r}; use IN")
        return evolve(self, conditions=(*self.conditions, f"{column} {operator} {text}"))

    def order_by(self, name: str | RemoteField[object], *, descending: bool = False) -> "Query":
        """Return it sorted by a property."""
        return evolve(self, order=f"{_column(name)} {'DESC' if descending else 'ASC'}")

    def page(self, start: int, limit: int = LARGEST_PAGE) -> "Query":
        """Return it for *limit* rows from row *start*, counted from 1.

        Raises:
            ConfigurationError: There is no such row, or no such page (official page: at most 1000).
        """
        if start < 1 or not 1 <= limit <= LARGEST_PAGE:
            raise ConfigurationError(
                f"no page of {limit} rows from row {start}; rows begin at 1, at most 1000"
            )
        return evolve(self, start=start, limit=limit)

    def counted(self) -> "Query":
        """Return it for the number of the records instead of the records."""
        return evolve(self, order="", start=1, limit=None, is_count=True)

    def __str__(self) -> str:
        parts = [f"SELECT {'count(*)' if self.is_count else '*'} FROM {self.entity}"]  # noqa: S608 -- the names are checked, the values escaped
        if self.conditions:
            parts.append("WHERE " + " AND ".join(self.conditions))
        if self.order:
            parts.append(f"ORDERBY {self.order}")
        if self.limit is not None:
            parts.append(f"STARTPOSITION {self.start} MAXRESULTS {self.limit}")
        return " ".join(parts)


def select(entity: str) -> Query:
    """Return the query of all records of *entity*; of name lists, QuickBooks leaves the inactive out.

    Raises:
        ConfigurationError: *entity* is no name.
    """
    return Query(entity=_column(entity))


def everything(entity: Entity) -> Query:
    """Return the query of all records of a kind, those that are inactive included."""
    query = select(entity.name)
    return query.where("Active", "IN", [True, False]) if entity.is_list else query


def split_in(
    query: Query, name: str | RemoteField[object], values: Sequence[QueryValue]
) -> Iterator[tuple[Query, Sequence[QueryValue]]]:
    """Yield queries that together ask for all *values* of one property, each with the values it asks for.

    None asks for more than fit into one page of answers, none is longer than `LONGEST_STATEMENT`.
    """
    room = LONGEST_STATEMENT - len(str(query)) - 200
    part = list[QueryValue]()
    length = 0
    for value in values:
        cost = len(_literal(value)) + 2
        if part and (len(part) == LARGEST_PAGE or length + cost > room):
            yield query.where(name, "IN", part), part
            part, length = [], 0
        part.append(value)
        length += cost
    if part:
        yield query.where(name, "IN", part), part


def _column(name: str | RemoteField[object]) -> str:
    text = name if isinstance(name, str) else name.label
    if not _NAME.fullmatch(text):
        raise ConfigurationError(f"{text!r} is not the name of a property or an entity of QuickBooks")
    return text


def _literal(value: QueryValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ConfigurationError(f"{value!r} has no time zone; QuickBooks would take it for Pacific time")
        return f"'{value.isoformat(timespec='seconds')}'"
    if isinstance(value, date):
        return f"'{value.isoformat()}'"
    if isinstance(value, Decimal):
        return f"'{value:f}'"
    text = str(value)
    if not _is_encodable(text):
        raise ConfigurationError(
            f"{value!r} has half of a surrogate pair, which no request can hold; take it out"
        )
    # The backslash first: the one before an apostrophe must not be doubled (recorded sandbox traffic: Amy\'s).
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
