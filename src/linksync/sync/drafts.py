"""Making the writes that decisions ask for, and the requests that carry them; nothing is sent here."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import evolve, frozen

from linksync.errors import LinksyncError
from linksync.fields import FieldValue
from linksync.jobs import IntentItem
from linksync.records import Action, Request, Write
from linksync.sync.company import Company
from linksync.sync.decision import Create, Update
from linksync.sync.load import as_mapping_error
from linksync.sync.situation import LocalSeen, Situation


@frozen(kw_only=True)
class Planned:
    """A decision that writes, with the situation it was made in."""

    situation: Situation
    decision: Create | Update


@frozen(kw_only=True)
class Unsendable:
    """A decision whose write could not be made; nothing was sent.

    Attributes:
        planned: The decision.
        error: Why not.
    """

    planned: Planned
    error: LinksyncError


@frozen(kw_only=True)
class Draft:
    """A write, not sent yet.

    Attributes:
        planned: The decision that asks for it.
        write: What the endpoint is to do.
        item: What an intent is to say about it.
    """

    planned: Planned
    write: Write
    item: IntentItem


@frozen(kw_only=True)
class Sendable:
    """A request, not sent yet, with the writes that it carries."""

    request: Request
    drafts: Sequence[Draft]


def make_requests(company: Company, plans: Iterable[Planned]) -> Iterator[Sendable | Unsendable]:
    """Yield the requests that *plans* ask for; one that cannot be made does not hold up the others."""
    drafts = list[Draft]()
    for planned in plans:
        try:
            drafts.append(_draft(company, planned))
        except Exception as error:  # noqa: BLE001 - a mapper's own trouble with one record
            yield Unsendable(planned=planned, error=as_mapping_error(planned.decision.link.key, error))
    by_ref = {draft.write.ref: draft for draft in drafts}
    for request in _prepare(company, drafts):
        if isinstance(request, Unsendable):
            yield request
        else:
            yield Sendable(request=request, drafts=[by_ref[ref] for ref in request.refs])


def _draft(company: Company, planned: Planned) -> Draft:
    decision = planned.decision
    match decision:
        case Create(link=link, fields=fields):
            write = Write(
                ref=planned.situation.job.id,
                action=Action.CREATE,
                record_type=link.remote_type,
                values=planned.situation.mapper.remote_values(fields, None),
                key=str(planned.situation.job.record),
            )
            return Draft(planned=planned, write=write, item=_item(company, planned, write, fields))
        case Update(link=link, merge=merge, onto=onto):
            write = Write(
                ref=planned.situation.job.id,
                action=Action.UPDATE,
                record_type=link.remote_type,
                id=link.remote_id,
                version=onto.version,
                values=planned.situation.mapper.remote_values(merge.push, onto),
            )
            item = evolve(
                _item(company, planned, write, merge.push),
                equal=merge.equal,
                pulls=merge.changed_remotely,
                conflicts=merge.conflicts,
                is_in_step=merge.is_in_step,
            )
            return Draft(planned=planned, write=write, item=item)


def _item(company: Company, planned: Planned, write: Write, fields: Mapping[str, FieldValue]) -> IntentItem:
    link, local, job = planned.decision.link, planned.situation.local, planned.situation.job
    return IntentItem(
        ref=write.ref,
        job_id=job.id,
        job_generation=job.generation,
        record=job.record,
        action=write.action,
        record_type=write.record_type,
        record_id=write.id,
        label=local.label if isinstance(local, LocalSeen) else link.label,
        version=write.version,
        fields=fields,
        base=link.base,
        match=company.mappers.match_fields(link.entity),
    )


def _prepare(company: Company, drafts: Sequence[Draft]) -> Iterator[Request | Unsendable]:
    """Yield the requests that carry *drafts*; one that cannot be prepared does not hold up the others."""
    if not drafts:
        return
    try:
        requests = company.remote.prepare([draft.write for draft in drafts])
    except Exception as error:  # noqa: BLE001 - whatever it is, it is about one of them
        if len(drafts) == 1:
            planned = drafts[0].planned
            if not isinstance(error, LinksyncError):
                error = as_mapping_error(planned.decision.link.key, error)
            yield Unsendable(planned=planned, error=error)
            return
        middle = len(drafts) // 2
        yield from _prepare(company, drafts[:middle])
        yield from _prepare(company, drafts[middle:])
    else:
        yield from requests
