"""Following what changes on a side."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import NewType, Protocol

from attrs import field, frozen

from linksync.records import Record, RemoteState, check_aware_if_any

Cursor = NewType("Cursor", str)
"""How far changes were followed: the side's own words, which nobody else reads."""


@frozen(kw_only=True)
class Change:
    """A side says that a record is not what it was.

    It may say so of one's own writes, twice, late, and in any order: whoever acts compares with what is known.

    Attributes:
        record_type: What the side calls this kind of record.
        id: The record's id there.
        state: What it is now, as the side tells it. Feeds were seen to call a living record deleted, so a record
            that is said to be gone is read before anything is concluded.
        record: The record, where the side sends it along.
        merged_into: The id of the record that took its place, when `state` is `MERGED` and it is known.
        changed_at: When it changed (timezone-aware), where the side tells.
    """

    record_type: str
    id: str
    state: RemoteState = RemoteState.ACTIVE
    record: Record | None = field(default=None, repr=False)
    merged_into: str | None = None
    changed_at: datetime | None = field(default=None, validator=check_aware_if_any)


@frozen(kw_only=True)
class ChangePage:
    """Some changes, and how far one has come with them.

    Attributes:
        changes: The changes; a record may be among them more than once.
        cursor: Where to go on when these, and all pages before, are durably queued.
        unsure: The types of which the page may lack deletions: a sweep finds them, their absence says nothing.
    """

    changes: Sequence[Change]
    cursor: Cursor
    unsure: frozenset[str] = frozenset()


class ChangeFeed(Protocol):
    """A side that tells what has changed.

    Raises what `Endpoint` raises.
    """

    def cursor(self) -> Cursor:
        """Return the cursor from which nothing is missed that happens from now on, by the side's own clock."""
        ...

    def changes(self, record_types: Collection[str], since: Cursor) -> Iterable[ChangePage]:
        """Yield what has changed in records of those types since a cursor, at least once each.

        A page's cursor is never before *since*. What it has yielded before an error may be used, and its last cursor
        is good.

        Raises:
            ConfigurationError: A type that the side does not have, or a cursor that is not its own.
        """
        ...
