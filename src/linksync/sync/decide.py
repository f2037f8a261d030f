"""What to do about one record: a pure function of what is known of it.

A decision is a value. Nothing is read and nothing is written here, so that `run()`, which carries decisions
out, and `plan()`, which shows them, cannot differ.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TypeAlias

from attrs import evolve, field, frozen

from linksync.errors import MappingError
from linksync.exactjson import Json
from linksync.fields import Base, FieldValue
from linksync.jobs import LinkJob, Reason
from linksync.links import Link, LinkState
from linksync.mapping import EntityMapper, MissingReference
from linksync.records import Gone, Record, RecordKey, RemoteState
from linksync.sync.merge import Merge, merge_seen, merge_unseen

# ---- what is known


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
        ineligible: Why the record itself may not be promoted; empty when it may.
    """

    label: str
    missing: frozenset[RecordKey]
    promotable: frozenset[RecordKey]
    stuck: Mapping[RecordKey, str] = field(factory=dict[RecordKey, str])
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
        look_first: Whether the remote must be read before anything is written to it.
    """

    job: LinkJob
    mapper: EntityMapper
    link: Link | None
    local: LocalView
    remote: RemoteView = field(factory=NotRead)
    look_first: bool = False


# ---- what may be decided


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


def decide(situation: Situation, now: datetime) -> Decision:
    """Return what to do about a record.

    Args:
        situation: What is known of it.
        now: The present instant, for links made now (timezone-aware).
    """
    local, link, job = situation.local, situation.link, situation.job
    if isinstance(local, LocalMissing):
        return NeedsAction(
            code="local_missing",
            message=f"{job.record} was not found in the local store",
            remedy="requeue it when it is there again, or cancel the job",
        )
    if link is not None and link.state is LinkState.LINKED:
        if Reason.RECREATE in job.reasons and link.remote_state is not RemoteState.ACTIVE:
            return _promote(situation, local, link.recreate())
        return _keep_in_step(situation, local, link)
    if link is not None and link.state is LinkState.UNLINKED:
        if Reason.RECREATE in job.reasons or (link.remote_id is None and job.is_promotion):
            return _promote(situation, local, link.recreate())
        return _refuse_unlinked(link, is_promotion=job.is_promotion)
    if link is None and not job.is_promotion:
        return Skip(reason=f"{job.record} has no link and nobody asked to promote it")
    return _promote(situation, local, link or _new_link(situation, local, now))


def _new_link(situation: Situation, local: LocalSeen | LocalIncomplete | LocalInvalid, now: datetime) -> Link:
    record = situation.job.record
    return Link(
        company=situation.job.company,
        entity=record.entity,
        local_id=record.id,
        remote_type=situation.mapper.remote_type,
        label=local.label,
        created_at=now,
        updated_at=now,
    )


def _promote(situation: Situation, local: LocalSeen | LocalIncomplete | LocalInvalid, link: Link) -> Decision:
    """Decide about a record that is to get a twin."""
    if local.ineligible:
        if Reason.REFERENCE in situation.job.reasons:
            return NeedsAction(
                code="not_eligible",
                message=f"another record refers to {situation.job.record}, but {local.ineligible}",
                remedy="change the record or the rule that excludes it, or what refers to it",
            )
        return Skip(reason=local.ineligible)
    match local:
        case LocalInvalid():
            return _invalid(local.error, link)
        case LocalIncomplete():
            return _wait(situation, local, link)
        case LocalSeen():
            return Create(link=link, fields=local.fields)


def _keep_in_step(
    situation: Situation, local: LocalSeen | LocalIncomplete | LocalInvalid, link: Link
) -> Decision:
    """Decide about a record that has a twin."""
    rules = situation.mapper.rules
    if Reason.RECREATE in situation.job.reasons:
        return NeedsAction(
            code="already_linked",
            message=f"{link.key} is linked to {link.remote_type} {link.remote_id}",
            remedy="unlink it before making another one",
        )
    if rules.once:
        return Skip(
            reason=f"{link.key} was promoted before as {link.remote_type} {link.remote_id} and is promoted once; "
            "change it there"
        )
    if link.remote_state is not RemoteState.ACTIVE and isinstance(situation.remote, NotRead):
        return Look()  # it may have been restored since
    match local:
        case LocalInvalid():
            return _invalid(local.error, None)
        case LocalIncomplete():
            return _wait(situation, local, link)
        case LocalSeen():
            return _compare(situation, local, link)


def _compare(situation: Situation, local: LocalSeen, link: Link) -> Decision:
    """Decide about a pair whose local end is readable."""
    fields = situation.mapper.fields
    match situation.remote:
        case NotRead():
            merge = merge_unseen(link.base, local.fields, fields)
            if merge.unseen or situation.look_first:
                return Look()
            return _carry_out(link, merge, link.base)
        case NotFound():
            return NeedsAction(
                code="remote_missing",
                message=f"{link.remote_type} {link.remote_id} could not be found",
                remedy="requeue it to look again, or unlink it",
            )
        case Gone(state=state, merged_into=merged_into):
            return _not_active(_with_remote_state(link, state, merged_into))
        case RemoteInvalid(error=error):
            return _invalid(error, None)
        case RemoteSeen(record=record) as seen:
            if record.state is not RemoteState.ACTIVE:
                return _not_active(_with_remote_state(link, record.state, None))
            alive = _with_remote_state(link, RemoteState.ACTIVE, None)
            return _carry_out(alive, merge_seen(link.base, local.fields, seen.fields, fields), seen.base)


def _carry_out(link: Link, merge: Merge, onto: Base) -> Decision:
    if merge.push:
        return Update(link=link, merge=merge, onto=onto)
    if merge.conflicts:
        return conflict(link, merge)
    return Unchanged(link=link, merge=merge, onto=onto)


def conflict(link: Link, merge: Merge) -> NeedsAction:
    """Return that fields were changed on both sides, with both values."""
    names = ", ".join(sorted(merge.conflicts))
    return NeedsAction(
        code="conflict",
        message=f"{link.key} and {link.remote_type} {link.remote_id} were both changed in {names}",
        remedy="make the field the same on both sides and requeue, or give it an owner in the mapping",
        details={
            "conflicts": {
                name: {"local": value.local, "remote": value.remote}
                for name, value in merge.conflicts.items()
            }
        },
    )


def _wait(situation: Situation, local: LocalIncomplete, link: Link) -> Decision:
    missing = ", ".join(map(str, sorted(local.missing)))
    match situation.mapper.rules.missing_reference:
        case MissingReference.ERROR:
            return NeedsAction(
                code="reference_missing",
                message=f"{link.key} refers to {missing}, not linked",
                remedy=f"link or promote {missing} first, then requeue",
                link=link,
            )
        case MissingReference.WAIT:
            return Wait(link=link, missing=local.missing, promote=frozenset(), stuck=local.stuck)
        case MissingReference.PROMOTE:
            return Wait(
                link=link,
                missing=local.missing,
                promote=local.promotable - local.stuck.keys(),
                stuck=local.stuck,
            )


def _invalid(error: MappingError, link: Link | None) -> NeedsAction:
    return NeedsAction(
        code="mapping",
        message=str(error),
        remedy="mend the fields named and requeue, or change the record",
        link=link,
        details={"problems": [str(problem) for problem in error.problems]},
    )


def _refuse_unlinked(link: Link, *, is_promotion: bool) -> Decision:
    if not is_promotion:
        return Skip(reason=f"{link.key} was unlinked from {link.remote_type} {link.remote_id}")
    return NeedsAction(
        code="unlinked",
        message=f"{link.key} was unlinked from {link.remote_type} {link.remote_id}, which may still be there",
        remedy="promote it with recreate=True to make a new one on purpose",
    )


def _not_active(link: Link) -> NeedsAction:
    where = f" into {link.merged_into}" if link.merged_into else ""
    return NeedsAction(
        code=f"remote_{link.remote_state.value}",
        message=f"{link.remote_type} {link.remote_id} is {link.remote_state.value}{where}",
        remedy="restore it there and requeue, unlink it, or promote with recreate=True to make a new one",
        link=link,
    )


def _with_remote_state(link: Link, state: RemoteState, merged_into: str | None) -> Link:
    return evolve(link, remote_state=state, merged_into=merged_into)
