"""What the simulator claims about QuickBooks: each rule with its source and how sure it is.

A rule is written beside the code that keeps it:

```python
@rule("an amount is quantity times price", Certainty.OFFICIAL, "error code page, 6070")
def check_amounts(draft: Draft) -> None: ...
```

Rules that no single function keeps are stated by `state`. Where a part of a known rule is a guess, `guess` says which.
"""

from collections.abc import Callable, Sequence
from enum import Enum
from typing import TypeVar

from attrs import frozen

F = TypeVar("F", bound=Callable[..., object])


class Certainty(Enum):
    """How sure a rule is."""

    OFFICIAL = "official"
    """An official page, SDK or schema says so."""
    RECORDED = "recorded"
    """Recorded traffic or a report of a live run shows it."""
    CLIENT = "client"
    """Public clients rely on it."""
    LIKELY = "likely"
    """One secondary source, or common knowledge."""
    GUESS = "guess"
    """Nobody says; something had to be chosen."""


@frozen(kw_only=True)
class Rule:
    """One claim about QuickBooks.

    Attributes:
        says: The claim, in one sentence.
        certainty: How sure it is.
        source: Where it is from.
        kept_by: The module that keeps it.
        guess: Which part of it nobody says, though the rest is known; empty for none.
    """

    says: str
    certainty: Certainty
    source: str
    kept_by: str
    guess: str = ""


_STATED = dict[str, Rule]()


def rule(says: str, certainty: Certainty, source: str, *, guess: str = "") -> Callable[[F], F]:
    """Return a decorator that states the rule that a function keeps; the function stays as it is."""

    def stated(keeper: F) -> F:
        state(says, certainty, source, kept_by=keeper.__module__, guess=guess)
        return keeper

    return stated


def state(says: str, certainty: Certainty, source: str, *, kept_by: str, guess: str = "") -> Rule:
    """State a rule that no single function keeps, and return it."""
    stated = Rule(
        says=says, certainty=certainty, source=source, kept_by=kept_by.rpartition(".")[2], guess=guess
    )
    _STATED[says] = stated
    return stated


def rules() -> Sequence[Rule]:
    """Return every rule stated by the modules imported so far, in the order of their statement."""
    return tuple(_STATED.values())
