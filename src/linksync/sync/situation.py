"""All that is known of one record when it is decided what to do about it."""

from collections.abc import Mapping
from typing import TypeAlias

from attrs import field, frozen

from linksync.errors import MappingError
from linksync.exactjson import Json
from linksync.fields import Base, FieldValue
from linksync.jobs import LinkJob
from linksync.links import Link
from linksync.mapping import EntityMapper
from linksync.records import Gone, Record, RecordKey


@frozen(kw_only=True)
class LocalSeen:
    """The local record, translated.

    Attributes:
        label: What people call it.
        fields: Its fields in both sides' forms.
        ineligible: Why it may not be promoted; empty when it may.
    """

    label: str
    fields: Mapping[str, FieldValue]
    ineligible: str = ""


@frozen(kw_only=True)
class LocalIncomplete:
    """The local record refers to records that have no link.

    Attributes:
        label: What people call it.
        missing: Those records.
        promotable: The ones among them that may be promoted without being asked for.
        stuck: The ones among them whose own job has failed, and why.
        circle: The way from one of them back to the record itself; empty when there is none.
        ineligible: Why the record itself may not be promoted; empty when it may.
    """

    label: str
    missing: frozenset[RecordKey]
    promotable: frozenset[RecordKey]
    stuck: Mapping[RecordKey, str] = field(factory=dict[RecordKey, str])
    circle: tuple[RecordKey, ...] = ()
    ineligible: str = ""


@frozen(kw_only=True)
class LocalInvalid:
    """The local record cannot be translated.

    Attributes:
        label: What people call it.
        error: All that is wrong with it.
        ineligible: Why the record may not be promoted anyhow; empty when it may.
    """

    label: str
    error: MappingError
    ineligible: str = ""


@frozen
class LocalMissing:
    """The local record was not there when it was read; that alone does not say that it was deleted."""


LocalView: TypeAlias = LocalSeen | LocalIncomplete | LocalInvalid | LocalMissing


@frozen
class NotRead:
    """The remote record was not looked at."""


@frozen
class NotFound:
    """The remote record was looked for and did not turn up, which does not say that it is gone."""


@frozen(kw_only=True)
class RemoteSeen:
    """The remote record, translated.

    Attributes:
        record: The record as it was read.
        fields: Its fields in both sides' forms.
        raw: The parts of it that a write replaces whole, as they came, by JSON name.
    """

    record: Record
    fields: Mapping[str, FieldValue]
    raw: Mapping[str, Json] = field(factory=dict[str, Json])

    @property
    def base(self) -> Base:
        """The record as a base to write onto."""
        return Base(fields=self.fields, version=self.record.version, raw=self.raw)


@frozen(kw_only=True)
class RemoteInvalid:
    """The remote record cannot be translated.

    Attributes:
        error: All that is wrong with it.
    """

    error: MappingError


RemoteView: TypeAlias = NotRead | NotFound | Gone | RemoteSeen | RemoteInvalid


@frozen(kw_only=True)
class Situation:
    """All that a decision about one record may depend on.

    Attributes:
        job: The wish to look at it.
        mapper: How its entity translates, and the rules of it.
        link: Its link, in whatever state; None when it never had one.
        local: The local record.
        remote: The remote record.
        look_first: Whether the remote must be read before anything is written to it, because a stale write would
            not be refused.
    """

    job: LinkJob
    mapper: EntityMapper
    link: Link | None
    local: LocalView
    remote: RemoteView = NotRead()
    look_first: bool = False
