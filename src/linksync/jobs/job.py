"""A link job: one durable wish to look at a record and bring both sides in step."""

from datetime import datetime
from enum import Enum, IntEnum

from attrs import field, frozen

from linksync.records import CompanyId, RecordKey, Side, check_aware_if_any, storable


class Reason(Enum):
    """Why a record is to be looked at."""

    PROMOTE = "promote"
    """Somebody asked for it to be created on the remote and linked."""
    RECREATE = "recreate"
    """Somebody asked for a new twin in place of the former one, on purpose."""
    REFERENCE = "reference"
    """Another record refers to it and waits."""
    CHANGED = "changed"
    """One of its mapped fields may have changed."""
    REQUEUED = "requeued"
    """Somebody asked for another try."""

    __hash__ = object.__hash__  # as `Side`

    @property
    def is_promotion(self) -> bool:
        """Whether a record that has no link yet is to get one."""
        return self in (Reason.PROMOTE, Reason.RECREATE, Reason.REFERENCE)


class Band(IntEnum):
    """How urgent a job is; the smaller number goes first."""

    INTERACTIVE = 0
    NORMAL = 1
    BACKFILL = 2


class JobState(Enum):
    """Where a link job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    WAITING = "waiting"
    """For the links of other records."""
    SUCCESS = "success"
    ERROR = "error"
    """Given up after too many attempts."""
    NEEDS_ACTION = "needs_action"
    """A person must decide or mend something."""
    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"
    """It had failed, and a newer job of the same record took its place."""

    __hash__ = object.__hash__  # as `Side`

    @property
    def is_live(self) -> bool:
        """Whether the job holds its record's slot."""
        return self in JobView.ACTIVE.states

    @property
    def is_failed(self) -> bool:
        """Whether a person is asked for."""
        return self in JobView.FAILED.states


class JobView(Enum):
    """The three lists that people look at."""

    ACTIVE = "active"
    FAILED = "failed"
    INACTIVE = "inactive"

    @property
    def states(self) -> frozenset[JobState]:
        """The states that the list shows."""
        match self:
            case JobView.ACTIVE:
                return frozenset({JobState.QUEUED, JobState.RUNNING, JobState.WAITING})
            case JobView.FAILED:
                return frozenset({JobState.ERROR, JobState.NEEDS_ACTION})
            case JobView.INACTIVE:
                return frozenset({JobState.SUCCESS, JobState.CANCELLED, JobState.SUPERSEDED})


@frozen(kw_only=True)
class JobError:
    """Why a job did not succeed, as people read it.

    Attributes:
        message: What happened, with field and value.
        code: The remote's code or linksync's own word for the kind of trouble, to group by.
        remedy: What to do about it.
        request_id: The remote's name for the exchange (`intuit_tid`).
    """

    message: str = field(converter=storable)
    code: str = ""
    remedy: str = field(default="", converter=storable)
    request_id: str = ""


@frozen(kw_only=True)
class JobRequest:
    """A wish to look at a record. It carries no values: what is written is what is true when the job runs.

    Attributes:
        company: The company to bring it in step with.
        record: Which record.
        reason: Why.
        band: How urgent it is; a live job of the record takes the more urgent of the two.
        due_at: Not before (timezone-aware); None is now. A live job takes the earlier of the two.
        only_if_known: Drop it unless the record has a link that is not `UNLINKED`, or a live job.
    """

    company: CompanyId
    record: RecordKey
    reason: Reason
    band: Band = Band.NORMAL
    due_at: datetime | None = field(default=None, validator=check_aware_if_any)
    only_if_known: bool = False


@frozen(kw_only=True)
class LinkJob:
    """One wish to look at a record, from its enqueueing to its end.

    A storage makes it, for every job that it hands out: that its instants have a time zone is for the contract suites of
    `linksync.testing` to see, not for each job.

    Attributes:
        id: Its id.
        company: The company to bring the record in step with.
        record: Which record; at most one live job per company and record.
        reasons: Why, all of them.
        source: The side that the wish came from.
        state: Where it stands.
        band: How urgent it is.
        attempts: How many tries have counted so far.
        crashes: How often a worker died over it.
        generation: Raised by every enqueue of the record while the job lives.
        due_at: Not before (timezone-aware).
        waits_for: The local records whose links it waits for, while `WAITING`.
        error: Why the last try did not succeed.
        created_at: When it was first enqueued (timezone-aware).
        updated_at: When it last changed (timezone-aware).
        finished_at: When it ended (timezone-aware); None while it lives.
    """

    id: str
    company: CompanyId
    record: RecordKey
    reasons: frozenset[Reason]
    source: Side = Side.LOCAL
    state: JobState = JobState.QUEUED
    band: Band = Band.NORMAL
    attempts: int = 0
    crashes: int = 0
    generation: int = 1
    due_at: datetime
    waits_for: frozenset[RecordKey] = frozenset()
    error: JobError | None = None
    created_at: datetime
    updated_at: datetime
    finished_at: datetime | None = None

    @property
    def is_promotion(self) -> bool:
        """Whether one of its reasons asks for a link where there is none."""
        return any(reason.is_promotion for reason in self.reasons)
