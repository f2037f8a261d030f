# ruff: noqa: S101 - a contract is made of assertions
"""What the suites have in common: the fixtures, and facts to try a storage with."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from linksync.fields import Base, FieldValue
from linksync.jobs import Band, Claim, JobOutcome, JobRequest, JobState, LinkJob, Reason
from linksync.links import Link, LinkState
from linksync.records import CompanyId, RecordKey
from linksync.sync.storage import Storage
from linksync.testing.clock import FakeClock

COMPANY = CompanyId("4620816365000000001")
OTHER = CompanyId("4620816365000000002")
LEASE = timedelta(minutes=5)


class StorageSuite:
    """The fixtures of every suite; a subclass gives `storage`."""

    @pytest.fixture
    def clock(self) -> FakeClock:
        """The clock of the storage, which only moves when it is told to."""
        return FakeClock()

    @pytest.fixture
    def storage(self, clock: FakeClock) -> Storage:
        """An empty storage on *clock*: the subclass's to give."""
        raise NotImplementedError("give a fixture called storage that returns an empty storage on the clock")


def customer(number: int) -> RecordKey:
    """Return the key of a local customer."""
    return RecordKey("customer", str(number))


def wish(
    record: RecordKey,
    reason: Reason = Reason.PROMOTE,
    *,
    company: CompanyId = COMPANY,
    band: Band = Band.NORMAL,
    due_at: datetime | None = None,
    only_if_known: bool = False,
) -> JobRequest:
    """Return a request to look at *record*."""
    return JobRequest(
        company=company,
        record=record,
        reason=reason,
        band=band,
        due_at=due_at,
        only_if_known=only_if_known,
    )


def enqueue(storage: Storage, *numbers: int, company: CompanyId = COMPANY) -> None:
    """Enqueue the promotion of customers."""
    storage.jobs.enqueue([wish(customer(number), company=company) for number in numbers])


def claim(
    storage: Storage, worker: str = "worker-1", *, limit: int = 100, company: CompanyId | None = None
) -> Claim:
    """Return what *worker* gets, and fail when that is nothing."""
    taken = storage.jobs.claim(worker, limit=limit, lease=LEASE, company=company)
    assert taken is not None, f"{worker} got nothing to hold"
    return taken


def claim_only(storage: Storage, records: Iterable[RecordKey]) -> Claim:
    """Return the hold on the company that a worker gets for *records*, with or without jobs."""
    taken = storage.jobs.claim("worker-1", limit=100, lease=LEASE, company=COMPANY, only=list(records))
    assert taken is not None, "nothing to hold"
    return taken


def settle_all(storage: Storage, held: Claim, state: JobState = JobState.SUCCESS) -> None:
    """Settle all jobs of *held* in *state*."""
    storage.jobs.settle(held, [JobOutcome(job_id=job.id, state=state) for job in held.jobs])


def job_of(storage: Storage, record: RecordKey, *, company: CompanyId = COMPANY) -> LinkJob:
    """Return the newest job of *record*, and fail when it has none."""
    found = storage.jobs.find_by_records(company, [record])
    assert record in found, f"{record} has no job"
    return found[record]


def records_of(jobs: Iterable[LinkJob]) -> list[str]:
    """Return the ids of the records of *jobs*, in order."""
    return [job.record.id for job in jobs]


def link(
    number: int,
    remote_id: str | None = None,
    *,
    company: CompanyId = COMPANY,
    state: LinkState | None = None,
    entity: str = "customer",
) -> Link:
    """Return a link of a customer: a pair if it has a remote id, else pending."""
    return Link(
        company=company,
        entity=entity,
        local_id=str(number),
        remote_type="Customer",
        remote_id=remote_id,
        state=state or (LinkState.LINKED if remote_id else LinkState.PENDING),
    )


def undo(storage: Storage, write: Callable[[], object]) -> None:
    """Let *write* happen in a transaction that is left by an exception, which must pass through."""

    def fail() -> None:
        with storage.transaction():
            write()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()


def a_base() -> Base:
    """Return a base with values of every kind that JSON has, and a number that no float can hold."""
    return Base(
        fields={
            "name": FieldValue("Ærø & Söhne 株式会社 🧾", "Ærø & Söhne"),
            "balance": FieldValue(Decimal("1234567890123456.78"), Decimal("1234567890123456.78")),
            "tags": FieldValue(["a", None, True], {"nested": [1, {"deep": ""}]}),
            "note": FieldValue(None, None),
        },
        version="7",
        raw={"Line": [{"Id": "1", "Amount": Decimal("0.10"), "TaxCodeRef": {"value": "NON"}}]},
    )
