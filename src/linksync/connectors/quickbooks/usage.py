"""How much of a company's limits is used, as a short text that one worker leaves for the next."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias

from attrs import frozen
from cattrs import Converter
from cattrs.errors import BaseValidationError

_GRAINS = 60
"""Into how many parts a window is divided: a request counts as if it had ended up to a sixtieth of the window later."""

_Counts: TypeAlias = Sequence[tuple[int, int]]
"""How many requests ended how many parts of their window ago."""


@frozen(kw_only=True)
class Ahead:
    """How many requests may still leave, or may have left, before the next note.

    Attributes:
        requests: Requests, batches included.
        batches: Batches.
    """

    requests: int = 0
    batches: int = 0

    def covers(self, *, is_batch: bool) -> bool:
        """Whether one more may leave."""
        return self.requests > 0 and (self.batches > 0 or not is_batch)

    def without(self, *, is_batch: bool) -> "Ahead":
        """Return what is left when one has left."""
        return Ahead(requests=self.requests - 1, batches=self.batches - is_batch)

    def __add__(self, other: "Ahead") -> "Ahead":
        return Ahead(requests=self.requests + other.requests, batches=self.batches + other.batches)


@frozen(kw_only=True)
class Usage:
    """What is used of a company's limits.

    Attributes:
        ended: When the requests ended that still count, by the name of the window that they count in.
        ahead: What may have left besides.
    """

    ended: Mapping[str, Sequence[datetime]]
    ahead: Ahead


@frozen(kw_only=True)
class _Text:
    at: datetime
    ended: Mapping[str, _Counts]
    ahead: Ahead


def write_usage(usage: Usage, spans: Mapping[str, timedelta], at: datetime) -> str:
    """Return *usage* at the instant *at* as a text; empty when nothing is used.

    Args:
        usage: What is used.
        spans: How long each window is.
        at: The present instant.
    """
    ended = {name: _count(usage.ended[name], span / _GRAINS, at) for name, span in spans.items()}
    if not any(ended.values()) and usage.ahead == Ahead():
        return ""
    return json.dumps(
        _converter.unstructure(_Text(at=at, ended=ended, ahead=usage.ahead)), separators=(",", ":")
    )


def read_usage(text: str, spans: Mapping[str, timedelta]) -> Usage | None:
    """Return what *text* says; None when it says nothing, or is none of ours."""
    try:
        read = _converter.structure(json.loads(text), _Text)
    except (ValueError, BaseValidationError):
        return None
    ended = {
        name: [
            read.at - age * (span / _GRAINS)
            for age, count in sorted(read.ended.get(name, ()), reverse=True)
            for _ in range(count)
        ]
        for name, span in spans.items()
    }
    return Usage(ended=ended, ahead=read.ahead)


def _count(ended: Iterable[datetime], grain: timedelta, at: datetime) -> _Counts:
    """Return how many of *ended* are how old; what is rounded is younger than it is, so that it counts for longer."""
    ages = Counter(max((at - instant) // grain, 0) for instant in ended)
    return [(age, count) for age, count in sorted(ages.items()) if age < _GRAINS]


_converter = Converter()
_converter.register_unstructure_hook(datetime, datetime.isoformat)
_converter.register_structure_hook(datetime, lambda text, _: datetime.fromisoformat(text))
