"""Requests as wishes: those of one record put together, and those that are alike, since that is how they are written."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple, TypeAlias, TypeVar

from linksync.errors import StorageError
from linksync.jobs import JobRequest
from linksync.storage.instants import to_text
from linksync.storage.sql.rows import reason_bit, side_name

_T = TypeVar("_T")

_SHOWN = 40
"""How many characters of what is too long a message shows."""


class Said(NamedTuple):
    """What a request says beside the id of its record; `at` is when it was made, instants as text."""

    company: str
    entity: str
    side: str
    reasons: int
    band: int
    due_at: str
    only_if_known: int
    at: str


Wish: TypeAlias = tuple[Said, str]
"""A request, as the inbox keeps it and the queue takes it: what it says, and the id of its record."""


WishObject: TypeAlias = Mapping[str, object]
"""What is wished for each of some records, as statements take it: the columns of a job beside the record's id, and

- `wishes`: how many there were for each record,
- `record_ids`: the ids of the records,
- `records_left`: how many records of the company this object and those that follow it are for.
"""


class Batch(NamedTuple):
    """Wishes to be written by one statement, no record twice: alike ones as one object with the ids of their records."""

    companies: frozenset[str]
    wishes: Sequence[WishObject]


def wish_of(request: JobRequest, now: str) -> Wish:
    """Return *request* as a wish; *now* is the instant of the call."""
    record, due_at = request.record, request.due_at
    said = Said(
        request.company,
        record.entity,
        side_name(record.side),
        reason_bit(request.reason),
        int(request.band),
        now if due_at is None else _text(due_at, due_at.fold),
        int(request.only_if_known),
        now,
    )
    return said, record.id


def columns_of(wish: Wish) -> dict[str, object]:
    """Return *wish* as the columns of a row, by name."""
    said, record_id = wish
    return {**said._asdict(), "record_id": record_id}


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
    for said, record_id in wishes if bounds else ():
        for name, most in bounds:
            value: str = record_id if name == "record_id" else getattr(said, name)
            if len(value) > most:
                raise StorageError(
                    f"{name} {value[:_SHOWN]!r}... has {len(value)} characters, and {place} keeps {most} at most; "
                    "use shorter ones"
                )


def batches(wishes: Sequence[Wish]) -> Sequence[Batch]:
    """Return *wishes* as batches to be written one after the other.

    Wishes for one record that follow each other are put together. Those that count only if the record is known are kept
    apart from those that make it known.
    """
    if not wishes:
        return []
    alike = _put_together(wishes)
    if _have_each_record_once(alike):  # as they nearly always do, and nothing is to be summed up
        return [_batch({_sum_of(said): ids for said, ids in alike.items()})]
    return [
        _batch(_put_together((wished, key[-1]) for key, wished in sums.items())) for sums in _sums(wishes)
    ]


def is_single(wishes: Sequence[Wish]) -> bool:
    """Whether *wishes* are a single one, which counts whether its record is known or not."""
    return len(wishes) == 1 and not wishes[0][0].only_if_known


class _Sum(NamedTuple):
    """What is wished for one record, beside its id."""

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


def _put_together(each: Iterable[tuple[_T, str]]) -> Mapping[_T, list[str]]:
    """Return the ids of the records of which the same is said, by that."""
    alike = defaultdict[_T, list[str]](list)
    for said, record_id in each:
        alike[said].append(record_id)
    return alike


def _have_each_record_once(alike: Mapping[Said, Sequence[str]]) -> bool:
    count, different = 0, defaultdict[tuple[str, ...], set[str]](set)
    for said, ids in alike.items():
        count += len(ids)
        different[said[:3]].update(ids)
    return count == sum(map(len, different.values()))


def _sums(wishes: Iterable[Wish]) -> Sequence[Mapping[tuple[str, ...], _Sum]]:
    """Return what is wished for each record, one after the other where it cannot be summed up."""
    made: list[dict[tuple[str, ...], _Sum]] = [{}]
    newest = dict[tuple[str, ...], int]()
    for said, record_id in wishes:
        key = (*said[:3], record_id)
        place = newest.setdefault(key, 0)
        former = made[place].get(key)
        if former is not None and former.only_if_known != said.only_if_known:
            newest[key] = place = place + 1
            if place == len(made):
                made.append({})
            former = None
        made[place][key] = _sum_of(said) if former is None else _added(former, said)
    return made


def _sum_of(said: Said) -> _Sum:
    return _Sum(*said[:7], 1, said.at, said.at)


def _added(former: _Sum, said: Said) -> _Sum:
    return former._replace(
        reasons=former.reasons | said.reasons,
        band=min(former.band, said.band),
        due_at=min(former.due_at, said.due_at),
        wishes=former.wishes + 1,
        updated_at=said.at,
    )


def _batch(alike: Mapping[_Sum, list[str]]) -> Batch:
    records_left = Counter[str]()
    for wished, ids in alike.items():
        records_left[wished.company] += len(ids)
    companies = frozenset(records_left)
    wishes = list[WishObject]()
    for wished, ids in alike.items():
        wishes.append({**wished._asdict(), "record_ids": ids, "records_left": records_left[wished.company]})
        records_left[wished.company] -= len(ids)
    return Batch(companies, wishes)
