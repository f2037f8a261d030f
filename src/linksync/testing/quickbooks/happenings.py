"""What happens to objects, as webhooks tell it, and what is left of those that are deleted."""

from datetime import datetime
from enum import Enum

from attrs import frozen


class Happened(Enum):
    """What happened to an object, as a webhook calls it."""

    CREATED = "Create"
    UPDATED = "Update"
    DELETED = "Delete"
    MERGED = "Merge"
    VOIDED = "Void"
    EMAILED = "Emailed"


@frozen(kw_only=True)
class Event:
    """Something that happened to an object.

    Attributes:
        entity: Its entity.
        object_id: Its id; of a merge, that of the object that stays.
        happened: What happened.
        at: When (aware).
        merged_id: Of a merge, the id of the object that is gone.
    """

    entity: str
    object_id: str
    happened: Happened
    at: datetime
    merged_id: str = ""


@frozen
class Tombstone:
    """What is left of a deleted object.

    Attributes:
        object_id: Its id.
        deleted_at: When it was deleted, as `MetaData` shows it.
    """

    object_id: str
    deleted_at: str
