"""What may be decided about one record: values, which somebody else carries out."""

from collections.abc import Mapping
from typing import TypeAlias

from attrs import field, frozen

from linksync.exactjson import Json
from linksync.fields import Base, FieldValue
from linksync.links import Link
from linksync.records import RecordKey
from linksync.sync.merge import Merge


@frozen(kw_only=True)
class Create:
    """Create the record on the remote and link it.

    Attributes:
        link: The link as it is to be reserved.
        fields: What to write.
    """

    link: Link
    fields: Mapping[str, FieldValue]


@frozen(kw_only=True)
class Update:
    """Write changed fields to the linked remote record.

    Attributes:
        link: The link.
        merge: What is written, and what is left to do besides.
        onto: The remote record that this was decided on: as it was seen, or as the link's base has it.
    """

    link: Link
    merge: Merge
    onto: Base


@frozen(kw_only=True)
class Unchanged:
    """Nothing to write.

    Attributes:
        link: The link.
        merge: Fields found equal, which the base takes over, and what is left to the pull.
        onto: The remote record that this was decided on: as it was seen, or as the link's base has it.
    """

    link: Link
    merge: Merge
    onto: Base


@frozen
class Look:
    """Read the remote record and decide again."""


@frozen(kw_only=True)
class Wait:
    """Wait for the links of other records.

    Attributes:
        link: The link as it is to be reserved.
        missing: The records whose links it waits for.
        promote: Those of them to promote now.
        stuck: Those of them whose own job has failed, and why.
    """

    link: Link
    missing: frozenset[RecordKey]
    promote: frozenset[RecordKey]
    stuck: Mapping[RecordKey, str] = field(factory=dict[RecordKey, str])


@frozen(kw_only=True)
class Skip:
    """Leave it alone, for a reason that is no trouble."""

    reason: str


@frozen(kw_only=True)
class NeedsAction:
    """A person must decide or mend something.

    Attributes:
        code: linksync's word for the kind of trouble, to group by.
        message: What is the matter, with field and value.
        remedy: What to do about it.
        link: The link as it is to be kept, when that changes.
        details: More to show.
    """

    code: str
    message: str
    remedy: str
    link: Link | None = None
    details: Mapping[str, Json] = field(factory=dict[str, Json])


Decision: TypeAlias = Create | Update | Unchanged | Look | Wait | Skip | NeedsAction
