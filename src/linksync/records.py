"""Records on either side, and the writes that change them."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import NewType, TypeAlias

from attrs import field, frozen

from linksync.errors import Fault
from linksync.exactjson import Json

CompanyId = NewType("CompanyId", str)
"""One remote tenant; for QuickBooks the realm id. Unique per installation of linksync."""


class Side(Enum):
    """Which end of a link."""

    LOCAL = "local"
    """The host's app."""
    REMOTE = "remote"
    """The accounting system."""

    __hash__ = object.__hash__  # that of an enum is a function, which takes longer than a look-up

    @property
    def other(self) -> "Side":
        """The opposite end."""
        return Side.REMOTE if self is Side.LOCAL else Side.LOCAL


class RemoteState(Enum):
    """Whether the remote end of a link is alive."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    DELETED = "deleted"
    VOIDED = "voided"
    MERGED = "merged"


@frozen(order=True)
class RecordKey:
    """The name of one record within a company: its entity, its side and its id there.

    It is also the name of the record's slot in the queue.

    Attributes:
        entity: The kind of record, such as `"customer"`. A contact that is mapped both as customer and as
            supplier is two records to linksync.
        id: Its id on that side, as text.
        side: Which side the id is from.
    """

    entity: str
    id: str
    side: Side = field(default=Side.LOCAL, order=lambda side: side.value)

    def __hash__(self) -> int:
        # Without the side, in which alone few keys differ.
        return hash((self.entity, self.id))

    def __str__(self) -> str:
        name = f"{self.entity} {self.id}"
        return name if self.side is Side.LOCAL else f"remote {name}"


def storable(text: str) -> str:
    """Return *text* with a question mark for what not every storage can hold: half of a surrogate pair, and NUL."""
    text = text.replace("\0", "?")
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def check_aware(instance: object, attribute: object, value: datetime) -> None:
    """Refuse an instant without a time zone: an attrs validator."""
    if value.tzinfo is None:
        name = getattr(attribute, "name", "instant")
        raise ValueError(f"{name} of {type(instance).__name__} must be timezone-aware, got {value!r}")


def check_aware_if_any(instance: object, attribute: object, value: datetime | None) -> None:
    """The same of an instant that may be None."""
    if value is not None:
        check_aware(instance, attribute, value)


@frozen(kw_only=True)
class Record:
    """One thing on one side, as its endpoint read it.

    Attributes:
        record_type: What the endpoint calls this kind of record: the entity on the local side
            (`"customer"`), the remote's own name on the other (`"Customer"`).
        id: Its id on that side, as text.
        version: What changes with every change of the record (QuickBooks: `SyncToken`); None where
            the side has none.
        is_first_version: Whether nobody has changed the record since it was created. False when the
            side cannot tell.
        values: Its values in the side's own form: the host's object, or the remote's JSON object.
        state: Whether it is alive.
        created_at: When it was created (timezone-aware), where the side tells.
    """

    record_type: str
    id: str
    values: object = field(repr=False)
    version: str | None = None
    is_first_version: bool = False
    state: RemoteState = RemoteState.ACTIVE
    created_at: datetime | None = field(default=None, validator=check_aware_if_any)


@frozen(kw_only=True)
class Gone:
    """The endpoint said for certain that a record is not there any more.

    Attributes:
        state: What became of it.
        merged_into: The id of the record that took its place, when `state` is `MERGED` and it is known.
    """

    state: RemoteState = RemoteState.DELETED
    merged_into: str | None = None


class Action(Enum):
    """What a write does."""

    CREATE = "create"
    UPDATE = "update"
    ARCHIVE = "archive"
    """Take it out of use and keep it (QuickBooks: inactivate)."""
    DELETE = "delete"
    VOID = "void"
    """Keep the document, make its amounts zero."""


class Clear(Enum):
    """The value of a field that is to become blank, which an absent field is not."""

    CLEAR = "clear"

    def __repr__(self) -> str:
        return "CLEAR"


CLEAR = Clear.CLEAR

WriteValue: TypeAlias = "Json | Clear | date | list[WriteValue] | dict[str, WriteValue]"
"""A value to write: JSON in which `CLEAR` may stand for a leaf.

To the local side a day goes as a `date` and an instant as an aware `datetime`; to the remote both go as text.
"""


@frozen(kw_only=True)
class Write:
    """One change to one record, not sent yet.

    Attributes:
        ref: The caller's name for this write, unique among those prepared together; the outcome bears it.
        action: What it does.
        record_type: What the endpoint calls this kind of record.
        id: The record's id on that side; None for a create.
        version: The version that the decision saw. The endpoint refuses the write as stale when the
            record's is another. None when the side keeps no versions, and for a create.
        values: The fields to write, nested as the side nests them; what is absent is left alone.
        expected: For a side without versions: the values of the same fields as the decision saw them.
        key: For a create: the name of the record's twin on the other side, so that a store can tell later
            whether it made one for it.
    """

    ref: str
    action: Action
    record_type: str
    id: str | None = None
    version: str | None = None
    values: Mapping[str, WriteValue] = field(factory=dict[str, WriteValue], repr=False)
    expected: Mapping[str, WriteValue] | None = field(default=None, repr=False)
    key: str | None = None


@frozen(kw_only=True)
class Written:
    """The write was done.

    Attributes:
        ref: The write's name.
        record: The record as the endpoint says it now is.
        request_id: The endpoint's name for the exchange (`intuit_tid`).
    """

    ref: str
    record: Record
    request_id: str = ""


@frozen(kw_only=True)
class Refused:
    """The write was certainly not done.

    Attributes:
        ref: The write's name.
        fault: Why not.
    """

    ref: str
    fault: Fault


@frozen(kw_only=True)
class Unknown:
    """Nobody can say yet whether the write was done.

    Attributes:
        ref: The write's name.
        reason: What went wrong on the way.
    """

    ref: str
    reason: str


WriteOutcome: TypeAlias = Written | Refused | Unknown


@frozen(kw_only=True)
class Request:
    """Writes made ready to send: stored as they are before they leave, and sent again byte for byte.

    Attributes:
        key: The idempotency key (QuickBooks: `requestid`). Same key, same bytes.
        url: Where it goes, without host and without the key.
        body: What is sent.
        refs: The names of the writes it carries, in order.
    """

    key: str
    url: str
    body: bytes = field(repr=False)
    refs: tuple[str, ...]
