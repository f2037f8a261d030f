"""Where one record stands, as a person asks."""

from enum import Enum

from attrs import frozen

from linksync.history import SyncResult
from linksync.jobs import JobState, LinkJob
from linksync.links import Link, LinkState
from linksync.records import RecordKey, RemoteState


class SyncState(Enum):
    """Whether both ends of a record are in step."""

    NEEDS_SYNC = "needs_sync"
    SYNCED = "synced"
    FAILED = "failed"
    NEEDS_ACTION = "needs_action"


@frozen(kw_only=True)
class RecordStatus:
    """Where one record stands.

    Attributes:
        record: The record.
        link: Its link, in whatever state; None when it never had one.
        job: Its newest job, live or finished; None when it never had one, or it was purged.
        last_result: What happened to it last; None when nothing did, or it was purged.
    """

    record: RecordKey
    link: Link | None
    job: LinkJob | None
    last_result: SyncResult | None

    @property
    def sync_state(self) -> SyncState:
        """Whether both ends are in step: derived from the link and the newest job, kept nowhere."""
        if self.job is not None and self.job.state is JobState.ERROR:
            return SyncState.FAILED
        if self.job is not None and self.job.state is JobState.NEEDS_ACTION:
            return SyncState.NEEDS_ACTION
        if self.job is not None and self.job.state.is_live:
            return SyncState.NEEDS_SYNC
        if self.link is None or self.link.state is not LinkState.LINKED:
            return SyncState.NEEDS_SYNC
        if self.link.remote_state is not RemoteState.ACTIVE:
            return SyncState.NEEDS_ACTION
        return SyncState.SYNCED
