"""What happened to one record in one run."""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum

from attrs import field, frozen

from linksync.exactjson import Json
from linksync.records import CompanyId, RecordKey, Side, check_aware_if_any, storable


class Outcome(Enum):
    """What happened to a record."""

    CREATED = "created"
    UPDATED = "updated"
    LINKED = "linked"
    """Found on the other side, where an earlier try of ours had put it, and linked."""
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    """Left alone, for the reason given."""
    WAITING = "waiting"
    """For the link of another record."""
    RETRY = "retry"
    """Failed in a passing way, or its outcome is not known yet; it is tried again by itself."""
    NEEDS_ACTION = "needs_action"
    FAILED = "failed"
    """Given up after too many attempts."""

    @property
    def needs_attention(self) -> bool:
        """Whether a person has to look."""
        return self in (Outcome.NEEDS_ACTION, Outcome.FAILED)


@frozen(kw_only=True)
class SyncResult:
    """What happened to one record in one run. Every decision leaves one.

    Attributes:
        run_id: The run.
        company: The company.
        record: The record that was looked at.
        label: What people call it.
        remote_type: What the remote calls this kind of record.
        remote_id: Its twin's id, when it has one.
        written_to: The side that was written to, or would have been; None where nothing was to be written.
        outcome: What happened.
        reason: Why, in one sentence for people: field, value and remedy where there is one.
        code: The remote's code, or linksync's own word for the kind of trouble.
        remedy: What to do about it.
        details: More to show: fields written, fields on which the sides differ.
        request_id: The remote's name for the exchange (`intuit_tid`).
        id: Its place among all results, rising; filled in by the history.
        at: When (timezone-aware); filled in by the history.
    """

    run_id: str
    company: CompanyId
    record: RecordKey
    label: str = field(default="", converter=storable)
    remote_type: str = ""
    remote_id: str | None = None
    written_to: Side | None = None
    outcome: Outcome
    reason: str = field(default="", converter=storable)
    code: str = ""
    remedy: str = field(default="", converter=storable)
    details: Mapping[str, Json] = field(factory=dict[str, Json])
    request_id: str = ""
    id: int = 0
    at: datetime | None = field(default=None, validator=check_aware_if_any)
