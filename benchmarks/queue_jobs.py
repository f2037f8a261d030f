"""What every contestant of the queue benchmark is handed, and what it must be able to do."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple, Protocol

BATCH = 100
"""How many jobs a contestant that knows batches claims and settles at a time."""

COMPANIES = 10
"""Over how many companies the jobs of a race are spread."""


class Job(NamedTuple):
    """What a caller hands in, the same for all."""

    company: str
    entity: str
    record_id: str
    reason: str
    band: int
    due_at: datetime


class Drained(NamedTuple):
    """How many jobs were settled, and when, by the clock that all processes of a machine share."""

    count: int
    began: float
    ended: float


class Contestant(Protocol):
    """A queue in a database of its own, opened in each process that uses it."""

    def prepare(self) -> None:
        """Make its tables."""
        ...

    def enqueue(self, job: Job) -> None:
        """Take one job; it is durable on return."""
        ...

    def enqueue_many(self, jobs: Sequence[Job]) -> None:
        """Take many jobs, the best way there is; they are durable on return."""
        ...

    def drain(self, seconds: float) -> Drained:
        """Claim and settle jobs until none is left or the time is over; without what it takes to start a worker."""
        ...

    def close(self) -> None:
        """Let go of the database."""
        ...


def jobs(first: int, count: int, companies: int = COMPANIES) -> list[Job]:
    """Return *count* jobs of records that nobody else has, from number *first* on, companies in turn."""
    now = datetime.now(UTC)
    return [
        Job(f"46208163650{number % companies:08}", "customer", str(number), "changed", 1, now)
        for number in range(first, first + count)
    ]
