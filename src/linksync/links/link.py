"""A link: local record X is remote record Y in company C."""

from datetime import datetime
from enum import Enum

from attrs import evolve, field, frozen

from linksync.fields import Base
from linksync.records import CompanyId, RecordKey, RemoteState, check_aware_if_any, storable


class LinkState(Enum):
    """Whether there is a pair."""

    PENDING = "pending"
    """Reserved: the local record is to be created on the remote, and is not known to be there yet."""
    LINKED = "linked"
    UNLINKED = "unlinked"
    """Excluded from sync until somebody links it again; the row remembers the former twin."""


@frozen(kw_only=True)
class Link:
    """The tie between one local and one remote record. There is one row per local record and entity.

    Attributes:
        company: The company that the remote record is in.
        entity: The kind of record.
        local_id: The record's id in the host's app.
        remote_type: What the remote calls this kind of record.
        remote_id: The record's id there; None while the link is pending.
        state: Whether there is a pair.
        remote_state: Whether the remote end is alive.
        merged_into: The remote id that took its place, when `remote_state` is `MERGED` and it is known.
        generation: How often the record was set about to be created there, on purpose; the first is 1.
        label: What people call the record, such as a name or a number.
        base: What both sides were when last in step.
        created_at: When the row was made (timezone-aware).
        updated_at: When it last changed (timezone-aware).
    """

    company: CompanyId
    entity: str
    local_id: str
    remote_type: str
    remote_id: str | None = None
    state: LinkState = LinkState.PENDING
    remote_state: RemoteState = RemoteState.ACTIVE
    merged_into: str | None = None
    generation: int = 1
    label: str = field(default="", converter=storable)
    base: Base = field(factory=Base, repr=False)
    created_at: datetime | None = field(default=None, validator=check_aware_if_any)
    updated_at: datetime | None = field(default=None, validator=check_aware_if_any)

    def __attrs_post_init__(self) -> None:
        if self.state is LinkState.LINKED and self.remote_id is None:
            raise ValueError(f"link of {self.key} is LINKED and names no remote record; give remote_id")

    @property
    def key(self) -> RecordKey:
        """The local record's key."""
        return RecordKey(self.entity, self.local_id)

    @property
    def is_live(self) -> bool:
        """Whether it is a pair or about to become one."""
        return self.state is not LinkState.UNLINKED

    def bind(self, remote_id: str, base: Base, *, label: str | None = None) -> "Link":
        """Return it as a pair with *remote_id*, in step as *base* says; with *label* also called anew."""
        return evolve(
            self,
            state=LinkState.LINKED,
            remote_id=remote_id,
            remote_state=RemoteState.ACTIVE,
            merged_into=None,
            label=self.label if label is None else label,
            base=base,
        )

    def unlink(self) -> "Link":
        """Return it excluded from sync; the former twin stays on the row."""
        return evolve(self, state=LinkState.UNLINKED)

    def recreate(self) -> "Link":
        """Return it reserved for another create, of the next generation, without its former twin."""
        return evolve(
            self,
            state=LinkState.PENDING,
            remote_id=None,
            remote_state=RemoteState.ACTIVE,
            merged_into=None,
            generation=self.generation + 1,
            base=Base(),
        )
