"""Parts a query statement into its words."""

import re

from attrs import frozen

from linksync.testing.quickbooks.faults import Problem, RefusedError
from linksync.testing.quickbooks.rules import Certainty, rule


@frozen
class Token:
    """One word, sign or literal of a statement.

    Attributes:
        kind: `literal`, `operator`, `punctuation`, `word` or `number`.
        text: How it is written.
    """

    kind: str
    text: str


_TOKENS = re.compile(
    r"""
    \s*(?:
        (?P<literal>'(?:[^'\\]|\\.)*')
      | (?P<operator><=|>=|!=|=|<|>)
      | (?P<punctuation>[(),*])
      | (?P<word>[A-Za-z_][A-Za-z0-9_.]*)
      | (?P<number>-?\d+(?:\.\d+)?)
    )
    """,
    re.VERBOSE | re.DOTALL,
)


@rule(
    "a statement that cannot be read is 4000 with a QueryParserError",
    Certainty.RECORDED,
    "recorded exchange error__400 and a report of a live run",
)
def unreadable(found: str, expected: str) -> RefusedError:
    """Return the refusal of a statement that has *found* where something else is expected: 4000."""
    return RefusedError(
        Problem(
            code="4000",
            message="Error parsing query",
            detail=f'QueryParserError: Encountered " {found} ". Was expecting: {expected}',
            element=None,
        )
    )


@rule(
    "an apostrophe within a literal stands behind a backslash, and so does a backslash; doubling it is no escape",
    Certainty.RECORDED,
    "recorded exchange get__display_name",
    guess="that other characters behind a backslash stay themselves",
)
def unquoted(literal: str) -> str:
    """Return what a literal says, without quotes and escapes."""
    return re.sub(r"\\(.)", r"\1", literal[1:-1], flags=re.DOTALL)


def tokens_of(statement: str) -> list[Token]:
    """Return a statement word by word.

    Raises:
        RefusedError: A character is none that a statement may hold (4000).
    """
    tokens = list[Token]()
    position, end = 0, len(statement.rstrip())
    while position < end:
        match = _TOKENS.match(statement, position)
        if match is None or match.lastgroup is None:
            raise _lexical(statement[position:].lstrip()[:1])
        tokens.append(Token(match.lastgroup, match[match.lastgroup]))
        position = match.end()
    return tokens


def _lexical(found: str) -> RefusedError:
    return unreadable(f"<INVALID> {found}", "a quoted literal, a name or an operator")
