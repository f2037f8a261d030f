"""Requests as wishes: those of one record put together, and those that are alike, since that is how they are written."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple, TypedDict

from linksync.errors import StorageError
from linksync.jobs import JobRequest
from linksync.storage.instants import to_text
from linksync.storage.sql.rows import reason_bit

_SHOWN = 40
"""How many characters of what is too long a message shows."""


class Wish(NamedTuple):
    """A request, as the inbox keeps it and the queue takes it; `at` is when it was made, instants as text."""

    company: str
    entity: str
    side: str
    record_id: str
    reasons: int
    band: int
    due_at: str
    only_if_known: int
    at: str


class WishObject(TypedDict):
    """A wish as statements take it, for each of some records.

    `wishes` is how many there were for each record, and `records_left` how many records of the company this one and those
    that follow it are for.
    """

    company: str
    entity: str
    side: str
    reasons: int
    band: int
    due_at: str
    only_if_known: int
    wishes: int
    created_at: str
    updated_at: str
    record_ids: list[str]
    records_left: int


class Batch(NamedTuple):
    """Wishes to be written by one statement, no record twice: alike ones as one object with the ids of their records."""

    companies: frozenset[str]
    wishes: Sequence[WishObject]


def wish_of(request: JobRequest, now: str) -> Wish:
    """Return *request* as a wish; *now* is the instant of the call."""
    record = request.record
    return Wish(
        request.company,
        record.entity,
        record.side.value,
        record.id,
        reason_bit(request.reason),
        int(request.band),
        now if request.due_at is None else _text(request.due_at, request.due_at.fold),
        int(request.only_if_known),
        now,
    )


@lru_cache(maxsize=1024)  # requests that are made together share their instants
def _text(instant: datetime, fold: int) -> str:  # noqa: ARG001 - in which alone two that Python calls equal may differ
    return to_text(instant)


def check_lengths(wishes: Iterable[Wish], longest: Mapping[str, int], place: str) -> None:
    """Make sure that the database can keep *wishes*: one that it cannot keep would be in the way of all others.

    Args:
        wishes: They.
        longest: How many characters a column may have, by its name.
        place: What the database is called in messages.

    Raises:
        StorageError: One has something that is longer.
    """
    bounds = [(name, longest[name]) for name in ("company", "entity", "record_id") if name in longest]
    for wish in wishes if bounds else ():
        for name, most in bounds:
            value: str = getattr(wish, name)
            if len(value) > most:
                raise StorageError(
                    f"{name} {value[:_SHOWN]!r}... has {len(value)} characters, and {place} keeps {most} at most; "
                    "use shorter ones"
                )


def batches(wishes: Iterable[Wish]) -> Sequence[Batch]:
    """Return *wishes* as batches to be written one after the other.

    Wishes for one record that follow each other are put together. Those that count only if the record is known are kept
    apart from those that make it known.
    """
    made: list[dict[_Key, Wish | _Sum]] = [{}]
    newest = dict[_Key, int]()
    for wish in wishes:
        key = wish[:4]
        place = newest.get(key)
        if place is None:
            newest[key] = 0
            made[0][key] = wish
            continue
        kept = made[place][key]
        if kept.only_if_known == wish.only_if_known:
            made[place][key] = _added(_sum_of(kept), wish)
            continue
        newest[key] = place = place + 1
        if place == len(made):
            made.append({})
        made[place][key] = wish
    return [_batch(sums) for sums in made if sums]


def is_single(wishes: Sequence[Wish]) -> bool:
    """Whether *wishes* are a single one, which counts whether its record is known or not."""
    return len(wishes) == 1 and not wishes[0].only_if_known


_Key = tuple[str, str, str, str]
"""Company, entity, side and id of a record."""


class _Sum(NamedTuple):
    """What is wished for one record."""

    reasons: int
    band: int
    due_at: str
    only_if_known: int
    wishes: int
    created_at: str
    updated_at: str


def _sum_of(kept: "Wish | _Sum") -> _Sum:
    if isinstance(kept, _Sum):
        return kept
    return _Sum(kept.reasons, kept.band, kept.due_at, kept.only_if_known, 1, kept.at, kept.at)


def _added(kept: _Sum, wish: Wish) -> _Sum:
    return _Sum(
        kept.reasons | wish.reasons,
        min(kept.band, wish.band),
        min(kept.due_at, wish.due_at),
        kept.only_if_known,
        kept.wishes + 1,
        kept.created_at,
        wish.at,
    )


def _batch(sums: dict[_Key, Wish | _Sum]) -> Batch:
    # By what a wish says beside the record: it costs less to put alike ones together first than to sum up each.
    alike = dict[tuple[tuple[str, str, str], tuple[int | str, ...]], tuple[Wish | _Sum, list[str]]]()
    records_left = Counter[str]()
    for key, wished in sums.items():
        said = wished[4:] if isinstance(wished, Wish) else wished
        alike.setdefault((key[:3], said), (wished, []))[1].append(key[3])
        records_left[key[0]] += 1
    wishes = list[WishObject]()
    for ((company, entity, side), _), (first, ids) in alike.items():
        wished = _sum_of(first)
        wishes.append(
            WishObject(
                company=company,
                entity=entity,
                side=side,
                reasons=wished.reasons,
                band=wished.band,
                due_at=wished.due_at,
                only_if_known=wished.only_if_known,
                wishes=wished.wishes,
                created_at=wished.created_at,
                updated_at=wished.updated_at,
                record_ids=ids,
                records_left=records_left[company],
            )
        )
        records_left[company] -= len(ids)
    return Batch(companies=frozenset(records_left), wishes=wishes)
