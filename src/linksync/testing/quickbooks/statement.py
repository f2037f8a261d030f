"""Reads a query statement: `SELECT * FROM Customer WHERE Active = true MAXRESULTS 5`."""

import re
from collections.abc import Sequence
from typing import TypeAlias

from attrs import define, field, frozen

from linksync.testing.quickbooks.faults import Problem, RefusedError
from linksync.testing.quickbooks.rules import Certainty, rule, state
from linksync.testing.quickbooks.words import Token, tokens_of, unquoted, unreadable

MOST_RESULTS = 1000
DEFAULT_RESULTS = 100

state(
    "keywords and the names of entities and properties have no case",
    Certainty.OFFICIAL,
    "official page on data queries",
    kept_by=__name__,
)
state(
    "there is no OR, NOT, JOIN, GROUP BY and no bracket around conditions: 4000",
    Certainty.OFFICIAL,
    "official page on data queries",
    kept_by=__name__,
)
state(
    "column lists are read and ignored: whole objects are answered",
    Certainty.LIKELY,
    "public clients send them",
    kept_by=__name__,
)

Value: TypeAlias = str | bool
"""A literal: text as it was quoted, or a bare boolean; a bare number stays text."""


@frozen
class Condition:
    """One comparison.

    Attributes:
        property: What is compared, as it was spelt.
        operator: One of `=`, `!=`, `<`, `>`, `<=`, `>=`, `IN`, `LIKE`.
        values: What it is compared with; one unless the operator is `IN`.
    """

    property: str
    operator: str
    values: tuple[Value, ...]


@frozen(kw_only=True)
class Statement:
    """A query as it was asked.

    Attributes:
        entity: What is asked for, as it was spelt.
        is_count: Whether only the number is asked for.
        conditions: All of them must hold.
        order: The property to sort by, None when not said, and whether downwards.
        start: The position of the first object to answer; the first is 1.
        most: How many objects to answer at most.
    """

    entity: str
    is_count: bool = False
    conditions: tuple[Condition, ...] = ()
    order: tuple[tuple[str, bool], ...] = ()
    start: int = 1
    most: int = DEFAULT_RESULTS


def invalid(detail: str) -> RefusedError:
    """Return the refusal of a statement that reads well and cannot be answered: 4001."""
    return RefusedError(
        Problem(code="4001", message="Invalid query", detail=f"QueryValidationError: {detail}", element=None)
    )


def read_statement(statement: str) -> Statement:
    """Return what *statement* asks for.

    Raises:
        RefusedError: It cannot be read (4000), or asks for an impossible page (4001).
    """
    return _Reader(tokens_of(statement)).read()


_KEYWORDS = frozenset(
    {"WHERE", "AND", "ORDERBY", "ORDER", "STARTPOSITION", "MAXRESULTS", "FROM", "SELECT", "IN", "LIKE"}
)


@define
class _Reader:
    tokens: Sequence[Token]
    position: int = field(default=0, init=False)

    def read(self) -> Statement:
        self._expect("SELECT")
        is_count = self._columns()
        self._expect("FROM")
        entity = self._name("the name of an entity")
        conditions = list[Condition]()
        if self._takes("WHERE"):
            conditions.append(self._condition())
            while self._takes("AND"):
                conditions.append(self._condition())
        order = self._order()
        start, most = self._page()
        if self.position < len(self.tokens):
            raise unreadable(self.tokens[self.position].text, "the end of the statement")
        return Statement(
            entity=entity,
            is_count=is_count,
            conditions=tuple(conditions),
            order=order,
            start=start,
            most=most,
        )

    def _columns(self) -> bool:
        is_count = False
        while True:
            token = self._next("a column")
            if token.text == "*":
                pass
            elif token.kind == "word" and token.text.upper() == "COUNT":
                for part in "(*)":
                    self._expect(part)
                is_count = True
            elif token.kind != "word" or token.text.upper() in _KEYWORDS:
                raise unreadable(token.text, "a column")
            if not self._takes(","):
                return is_count

    def _condition(self) -> Condition:
        name = self._name("the name of a property")
        token = self._next("an operator")
        if token.kind == "operator":
            return Condition(name, token.text, (self._value(),))
        if token.text.upper() == "LIKE":
            return Condition(name, "LIKE", (self._value(),))
        if token.text.upper() != "IN":
            raise unreadable(token.text, "an operator")
        self._expect("(")
        values = [self._value()]
        while self._takes(","):
            values.append(self._value())
        self._expect(")")
        return Condition(name, "IN", tuple(values))

    def _value(self) -> Value:
        token = self._next("a value")
        if token.kind == "literal":
            return unquoted(token.text)
        if token.kind == "number":
            return token.text
        if token.text.lower() in {"true", "false"}:
            return token.text.lower() == "true"
        raise unreadable(token.text, "a value in single quotes")

    def _order(self) -> tuple[tuple[str, bool], ...]:
        if self._takes("ORDER"):
            self._expect("BY")
        elif not self._takes("ORDERBY"):
            return ()
        keys = list[tuple[str, bool]]()
        while True:
            name = self._name("the name of a property")
            is_down = self._takes("DESC")
            if not is_down:
                self._takes("ASC")
            keys.append((name, is_down))
            if not self._takes(","):
                return tuple(keys)

    def _page(self) -> tuple[int, int]:
        start, most = 1, DEFAULT_RESULTS
        while True:
            if self._takes("STARTPOSITION"):
                start = self._count(minimum=1)
            elif self._takes("MAXRESULTS"):
                most = self._count(minimum=1, maximum=MOST_RESULTS)
            else:
                return start, most

    @rule(
        "a page begins at 1 and has 100 objects, at most 1000: what is smaller or larger is 4001",
        Certainty.CLIENT,
        "recorded fixture of a public client for 0; the answer to more than 1000 is common knowledge",
    )
    def _count(self, *, minimum: int, maximum: int | None = None) -> int:
        token = self._next("a number")
        digits = unquoted(token.text) if token.kind == "literal" else token.text
        if not re.fullmatch(r"-?\d+", digits):
            raise unreadable(token.text, "a number")
        count = int(digits)
        if count < minimum:
            raise invalid(f"value {count} is too small. Min allowed value is {minimum}")
        if maximum is not None and count > maximum:
            raise invalid(f"value {count} is too large. Max allowed value is {maximum}")
        return count

    def _name(self, expected: str) -> str:
        token = self._next(expected)
        if token.kind != "word" or token.text.upper() in _KEYWORDS:
            raise unreadable(token.text, expected)
        return token.text

    def _expect(self, wanted: str) -> None:
        token = self._next(wanted)
        if token.kind == "literal" or token.text.upper() != wanted:
            raise unreadable(token.text, wanted)

    def _takes(self, wanted: str) -> bool:
        if self.position < len(self.tokens):
            token = self.tokens[self.position]
            if token.kind != "literal" and token.text.upper() == wanted:
                self.position += 1
                return True
        return False

    def _next(self, expected: str) -> Token:
        if self.position >= len(self.tokens):
            raise unreadable("<EOF>", expected)
        token = self.tokens[self.position]
        self.position += 1
        return token
