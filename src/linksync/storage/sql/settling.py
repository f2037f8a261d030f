"""Writing down what became of claimed jobs, many in a few statements."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from linksync.jobs import Claim, JobError, JobOutcome, JobState
from linksync.storage.instants import to_text
from linksync.storage.sql.connection import Session
from linksync.storage.sql.counting import count
from linksync.storage.sql.rows import error_columns, side_name

_KEPT = frozenset(state for state in JobState if state.is_live)
"""The states of outcomes that leave a job in its slot."""


def first_outcomes(outcomes: Iterable[JobOutcome]) -> Mapping[int, JobOutcome]:
    """Return *outcomes* by the number of their job: of two of one job the first, those of no job left out."""
    # The first is the last that is put there.
    return {int(it.job_id): it for it in reversed(list(outcomes)) if it.job_id.isdecimal()}


def can_all_end(outcomes: Mapping[int, JobOutcome]) -> bool:
    """Whether each of *outcomes*, of which there are some, ends its job."""
    return bool(outcomes) and all(outcome.state not in _KEPT for outcome in outcomes.values())


def end(
    session: Session, claim: Claim, outcomes: Mapping[int, JobOutcome], now: str, *, regardless: bool
) -> set[int]:
    """End the running jobs of *claim* that nobody has touched meanwhile, and return their numbers.

    Args:
        session: The session.
        claim: Nothing ends unless it holds the company.
        outcomes: What became of the jobs, by number; only those that are to end.
        now: The present instant.
        regardless: Whether they end even if hosts have committed wishes for the company that are not taken in yet.
    """
    rows = session.run(
        "jobs.end",
        company=claim.company,
        worker=claim.worker,
        token=claim.token,
        outcomes=json.dumps(_put_together(outcomes, now)),
        regardless=int(regardless),
        now=now,
    )
    ended = {row[0] for row in rows}
    if not session.counts_ended:
        states = Counter(outcomes[number].state for number in ended)
        count(session, {(claim.company, state): jobs for state, jobs in states.items()})
    return ended


def settle(session: Session, claim: Claim, outcomes: Mapping[int, JobOutcome], now: str) -> None:
    """Carry *outcomes*, by job number, out on the running jobs of *claim*, which holds the company; others are passed over."""
    ending = {number: it for number, it in outcomes.items() if it.state not in _KEPT}
    ended = end(session, claim, ending, now, regardless=True) if ending else set[int]()
    kept = {number: it for number, it in outcomes.items() if number not in ended}
    if kept:
        alike = json.dumps(_put_together(kept, now))
        session.change("jobs.keep", company=claim.company, outcomes=alike, now=now)
    waits = _wait_rows(kept)
    if waits:
        session.change("jobs.await", company=claim.company, waits=json.dumps(waits))


def _put_together(outcomes: Mapping[int, JobOutcome], now: str) -> Sequence[Mapping[str, object]]:
    """Return *outcomes*, by job number, as objects for statements: alike ones as one, with the numbers of their jobs."""
    alike = dict[tuple[JobState, bool, datetime | None, JobError | None], list[int]]()
    for number, outcome in outcomes.items():
        key = (outcome.state, outcome.counts, outcome.due_at, outcome.error)
        alike.setdefault(key, []).append(number)
    return [
        {
            "state": state.value,
            "is_end": int(state not in _KEPT),
            "counts": int(counts),
            "due_at": to_text(due_at) or now,
            **error_columns(error),
            "numbers": numbers,
        }
        for (state, counts, due_at, error), numbers in alike.items()
    ]


def _wait_rows(outcomes: Mapping[int, JobOutcome]) -> Sequence[Sequence[object]]:
    """Return what the waiting ones of *outcomes*, by job number, wait for, as rows of parameters."""
    return [
        [number, record.entity, side_name(record.side), record.id]
        for number, outcome in outcomes.items()
        if outcome.state is JobState.WAITING
        for record in outcome.waits_for
    ]
