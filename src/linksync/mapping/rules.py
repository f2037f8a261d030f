"""The rules of an entity and of its fields: who owns what, and what linksync may do by itself."""

from collections.abc import Callable
from datetime import datetime
from enum import Enum

from attrs import field, frozen

from linksync.records import check_aware_if_any


class Direction(Enum):
    """Which way a field travels."""

    BOTH = "both"
    PUSH = "push"
    PULL = "pull"

    @property
    def is_pushed(self) -> bool:
        """Whether the local value may be written to the remote."""
        return self is not Direction.PULL

    @property
    def is_pulled(self) -> bool:
        """Whether the remote value may be written to the local record."""
        return self is not Direction.PUSH


class Owner(Enum):
    """Who wins when both sides changed a field differently."""

    LOCAL = "local"
    REMOTE = "remote"
    REMOTE_UNLESS_BLANK = "remote_unless_blank"
    ASK = "ask"
    """Nobody: a person decides, and both values are kept."""


class Overflow(Enum):
    """What becomes of a text that is longer than its remote field."""

    ERROR = "error"
    """Needs action: somebody shortens it."""
    TRUNCATE = "truncate"
    """It is cut off; two long texts may become the same one."""
    SUFFIX = "suffix"
    """It is cut off and ends in a short mark, made from the whole text, so that two long texts stay two."""


class MissingReference(Enum):
    """What to do about a reference to a record that is not linked yet."""

    PROMOTE = "promote"
    """Promote it first, in the same run, and wait for it."""
    WAIT = "wait"
    """Wait until somebody promotes it."""
    ERROR = "error"
    """Needs action, at once."""


@frozen(kw_only=True)
class FieldRules:
    """How one field of an entity behaves.

    Attributes:
        name: The field's name, unique in its entity.
        local: The local attribute that it is read from; None where the mapping makes the value up.
        remote: The remote field as messages name it.
        direction: Which way it travels.
        owner: Who wins a conflict.
        match: Whether the field tells one record from another, as a name or a number does.
        watches: The local attributes whose change changes this field.
    """

    name: str
    remote: str
    local: str | None = None
    direction: Direction = Direction.BOTH
    owner: Owner = Owner.ASK
    match: bool = False
    watches: frozenset[str] = frozenset()


@frozen(kw_only=True)
class EntityRules:
    """What linksync may do with the records of an entity by itself.

    Attributes:
        once: A document: pushed once, and from then on the remote's.
        permanent: A link, once made, is never unlinked.
        auto_create: Whether a record that something else refers to is promoted without being asked for.
        missing_reference: What to do about references that are not linked yet.
        eligible: Whether a local record may be promoted at all; every one where None.
        effective_from: Only local records that `dated` says are not older are promoted (timezone-aware).
        dated: When a local record is from; needed with `effective_from`.
    """

    once: bool = False
    permanent: bool = False
    auto_create: bool = True
    missing_reference: MissingReference = MissingReference.PROMOTE
    eligible: Callable[[object], bool] | None = None
    effective_from: datetime | None = field(default=None, validator=check_aware_if_any)
    dated: Callable[[object], datetime] | None = None
