"""Forgetting what is over, a batch at a time, once it has been kept for as long as the host says."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from attrs import define, frozen

from linksync.errors import ConfigurationError
from linksync.jobs import IntentPurge
from linksync.sync.storage import Storage

_BATCH = 1000
"""How many jobs or intents are forgotten at a time: few enough that nobody waits for the transaction."""
_RUNS = 50
"""How many runs, whose results go with them."""


@frozen(kw_only=True)
class Retention:
    """How long what is over is kept; None is for ever.

    Links, failed jobs, jobs that wait or run, and open intents are never forgotten, nor is a company's newest run before it
    has ended.

    Attributes:
        jobs: Jobs that succeeded, were cancelled or superseded, since they ended.
        intents: Requests with their answers, since all that became of them was carried over. They go with the jobs at the
            latest.
        runs: Runs with their results, since they started.
    """

    jobs: timedelta | None = timedelta(days=30)
    intents: timedelta | None = timedelta(days=7)
    runs: timedelta | None = timedelta(days=90)

    def __attrs_post_init__(self) -> None:
        for name, span in {"jobs": self.jobs, "intents": self.intents, "runs": self.runs}.items():
            if span is not None and span <= timedelta():
                raise ConfigurationError(
                    f"Retention {name} must be longer than nothing, got {span}; None keeps them for ever"
                )


@frozen(kw_only=True)
class Purged:
    """What was forgotten.

    Attributes:
        jobs: How many jobs. Intents that went with them are not counted.
        intents: How many intents by themselves.
        runs: How many runs.
        is_done: Whether nothing is left that is old enough; if not, the next call goes on.
    """

    jobs: int
    intents: int
    runs: int
    is_done: bool


def purge(storage: Storage, retention: Retention, *, is_over: Callable[[], bool]) -> Purged:
    """Forget what is older than *retention* says, until nothing of it is left.

    Args:
        storage: Where it is kept.
        retention: How long that is.
        is_over: Asked before each batch; once it says yes, nothing more is begun.
    """
    forgetting = _Forgetting(now=storage.clock.now(), is_over=is_over)
    intents = storage.intents
    return Purged(
        # Requests are by far the largest, and so they go first.
        intents=forgetting.forget(intents.purge, retention.intents, _BATCH)
        if isinstance(intents, IntentPurge)
        else 0,
        jobs=forgetting.forget(storage.jobs.purge, retention.jobs, _BATCH),
        runs=forgetting.forget(storage.history.purge, retention.runs, _RUNS),
        is_done=not forgetting.is_broken_off,
    )


class _Some(Protocol):
    """`purge` of a part of the storage: forgets up to so many, and returns how many."""

    def __call__(self, before: datetime, *, limit: int) -> int: ...


@define(kw_only=True)
class _Forgetting:
    now: datetime
    is_over: Callable[[], bool]
    is_broken_off: bool = False

    def forget(self, some: _Some, kept: timedelta | None, batch: int) -> int:
        """Call *some* until nothing is left that has been kept for that long; return how many that were."""
        total = 0
        while kept is not None:
            self.is_broken_off = self.is_broken_off or self.is_over()
            if self.is_broken_off:
                break
            count = some(self.now - kept, limit=batch)
            total += count
            if count < batch:
                break
        return total
