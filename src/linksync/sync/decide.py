"""What to do about one record: a pure function of what is known of it.

A decision is a value. Nothing is read and nothing is written here, so that `run()`, which carries decisions
out, and `plan()`, which shows them, cannot differ.
"""

from datetime import datetime

from attrs import evolve

from linksync.errors import MappingError
from linksync.fields import Base
from linksync.jobs import Reason
from linksync.links import Link, LinkState
from linksync.mapping import MissingReference
from linksync.records import Gone, RemoteState
from linksync.sync.decision import (
    Create,
    Decision,
    Look,
    NeedsAction,
    Skip,
    Unchanged,
    Update,
    Wait,
)
from linksync.sync.merge import Merge, merge_seen, merge_unseen
from linksync.sync.situation import (
    LocalIncomplete,
    LocalInvalid,
    LocalMissing,
    LocalSeen,
    NotFound,
    NotRead,
    RemoteInvalid,
    RemoteSeen,
    Situation,
)


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
                link=link,
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
            if merge.unseen or (merge.push and situation.look_first):
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
    if local.circle:
        way = " -> ".join(map(str, (link.key, *local.circle)))
        return NeedsAction(
            code="reference_circle",
            message=f"{link.key} waits for itself: {way}",
            remedy="let one of them refer to none of the others, then requeue",
            link=link,
        )
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
