"""Turns conditions of a search into queries."""

from collections.abc import Iterator, Mapping, Sequence

from linksync.connectors.quickbooks.entities import Entity
from linksync.connectors.quickbooks.query import (
    LONGEST_STATEMENT,
    Operator,
    Query,
    QueryValue,
    everything,
    select,
    split_in,
)
from linksync.endpoints import Comparison, Condition, SearchValue
from linksync.errors import ConfigurationError

_OPERATORS: Mapping[Comparison, Operator] = {
    Comparison.EQUALS: "=",
    Comparison.ABOVE: ">",
    Comparison.BELOW: "<",
    Comparison.AT_LEAST: ">=",
    Comparison.AT_MOST: "<=",
}
_PATTERNS: Mapping[Comparison, str] = {Comparison.STARTS_WITH: "{}%", Comparison.CONTAINS: "%{}%"}


def searchable(entity: Entity) -> Mapping[str, str]:
    """Return the fields that a query may filter by, as far as is known, each with its name in the query.

    A group such as `PrimaryEmailAddr` stands for the first field in it, and may be named by either.
    """
    found = {field.label: field.label for field in entity.fields.fields() if field.filterable}
    for group in entity.fields.groups():
        if group.filterable:
            name = ".".join(group.path)
            found[name] = name
            found[next(group.fields()).label] = name
    return found


def queries_of(entity: Entity, conditions: Sequence[Condition]) -> Iterator[Query]:
    """Yield the queries that together ask for the records that meet all *conditions*.

    More than one only where a list of values is too long for a query, or where some records have no `Active`.

    Raises:
        ConfigurationError: A condition that QuickBooks cannot be asked for.
    """
    # Unless it is asked for, the inactive ones are to be found as well.
    if any(condition.name == "Active" for condition in conditions):
        yield from _narrowed(select(entity.name), entity, conditions)
    elif entity.has_unmarked:
        yield from _narrowed(select(entity.name), entity, conditions)
        yield from _narrowed(select(entity.name).where("Active", "=", False), entity, conditions)
    else:
        yield from _narrowed(everything(entity), entity, conditions)


def _narrowed(query: Query, entity: Entity, conditions: Sequence[Condition]) -> Iterator[Query]:
    columns = searchable(entity)
    longest: tuple[str, Sequence[SearchValue]] | None = None
    for condition in conditions:
        column = columns.get(condition.name)
        if column is None:
            known = ", ".join(sorted(columns))
            raise ConfigurationError(
                f"QuickBooks has no search of {entity.name} by {condition.name!r}; it can by {known}"
            )
        if condition.comparison is not Comparison.ONE_OF:
            query = _where(query, column, condition)
            continue
        values = list(dict.fromkeys(_several(condition)))
        if longest is not None and len(values) <= len(longest[1]):
            query = query.where(column, "IN", values)
            continue
        if longest is not None:
            query = query.where(longest[0], "IN", longest[1])
        longest = (column, values)
    if len(str(query)) > LONGEST_STATEMENT // 2:
        # Only one list can be asked for in parts.
        raise ConfigurationError(
            f"the conditions are too long for a query of {entity.name}; ask for fewer values"
        )
    if longest is None:
        yield query
    else:
        yield from (part for part, _ in split_in(query, *longest))


def _where(query: Query, column: str, condition: Condition) -> Query:
    value = condition.value
    if not isinstance(value, QueryValue):
        raise ConfigurationError(
            f"{condition.name} {condition.comparison.value} needs a single value; use Comparison.ONE_OF"
        )
    pattern = _PATTERNS.get(condition.comparison)
    if pattern is None:
        return query.where(column, _OPERATORS[condition.comparison], value)
    if not isinstance(value, str) or "%" in value or not value:
        # How a percent sign is escaped is not documented.
        raise ConfigurationError(
            f"{condition.name} {condition.comparison.value} needs a text without a percent sign, got {value!r}"
        )
    return query.where(column, "LIKE", pattern.format(value))


def _several(condition: Condition) -> Sequence[SearchValue]:
    value = condition.value
    if isinstance(value, QueryValue) or not value:
        # Nothing would be found by no value, and whoever finds nothing creates.
        raise ConfigurationError(
            f"{condition.name} one of needs a list with at least one value, got {value!r}"
        )
    return value
