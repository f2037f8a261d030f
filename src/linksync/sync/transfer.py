"""Writing: the intent is stored, the request leaves, the answer is stored.

No transaction is open while the request is under way, and nothing leaves with less lease left than it may take.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from attrs import evolve, frozen

from linksync.errors import Fault, FaultKind, LinksyncError
from linksync.jobs import Intent, IntentItem
from linksync.records import Action, Refused, Request, Side, Write
from linksync.sync.company import Company
from linksync.sync.decision import Create, Update
from linksync.sync.lease import Lease
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
class _Draft:
    planned: Planned
    write: Write
    item: IntentItem


Transferred: TypeAlias = Intent | Unsendable


def transfer(company: Company, lease: Lease, plans: Iterable[Planned]) -> Iterator[Transferred]:
    """Send what *plans* ask for, request by request, and yield each intent with the answer stored on it.

    The caller settles each before it asks for the next. Items without an outcome stay open: recovery finds out.

    Raises:
        LeaseLostError: The company was lost; what was sent before is stored.
    """
    drafts = list[_Draft]()
    for planned in plans:
        try:
            drafts.append(_draft(planned))
        except Exception as error:  # noqa: BLE001 - a mapper's own trouble with one record
            trouble = as_mapping_error(planned.decision.link.key, error)
            yield Unsendable(planned=planned, error=trouble)
    by_ref = {draft.write.ref: draft for draft in drafts}
    for request in _prepare(company, drafts):
        if isinstance(request, Unsendable):
            yield request
            continue
        intent = _open(company, lease, request, [by_ref[ref] for ref in request.refs])
        yield deliver(company, intent)


def deliver(company: Company, intent: Intent) -> Intent:
    """Send the request of a stored intent, byte for byte, store what came of it and return the intent.

    The caller has made sure of the lease.
    """
    company.check_no_transaction()
    outcomes = company.remote.send(intent.request)
    return company.storage.intents.answer(intent.id, outcomes)


def _draft(planned: Planned) -> _Draft:
    decision = planned.decision
    match decision:
        case Create():
            return _draft_create(planned, decision)
        case Update():
            return _draft_update(planned, decision)


def _draft_create(planned: Planned, decision: Create) -> _Draft:
    write = Write(
        ref=planned.situation.job.id,
        action=Action.CREATE,
        record_type=decision.link.remote_type,
        values=planned.situation.mapper.remote_values(decision.fields, None),
        key=str(decision.link.key),
    )
    return _Draft(planned=planned, write=write, item=evolve(_item(planned, write), fields=decision.fields))


def _draft_update(planned: Planned, decision: Update) -> _Draft:
    merge = decision.merge
    write = Write(
        ref=planned.situation.job.id,
        action=Action.UPDATE,
        record_type=decision.link.remote_type,
        id=decision.link.remote_id,
        version=decision.onto.version,
        values=planned.situation.mapper.remote_values(merge.push, decision.onto),
    )
    item = evolve(
        _item(planned, write),
        fields=merge.push,
        equal=merge.equal,
        pulls=merge.changed_remotely,
        conflicts=merge.conflicts,
        is_in_step=merge.is_in_step,
    )
    return _Draft(planned=planned, write=write, item=item)


def _item(planned: Planned, write: Write) -> IntentItem:
    link, local = planned.decision.link, planned.situation.local
    rules = planned.situation.mapper.fields
    return IntentItem(
        ref=write.ref,
        job_id=planned.situation.job.id,
        job_generation=planned.situation.job.generation,
        record=link.key,
        action=write.action,
        record_type=write.record_type,
        record_id=write.id,
        label=local.label if isinstance(local, LocalSeen) else link.label,
        version=write.version,
        base=link.base,
        match=frozenset(name for name, rule in rules.items() if rule.match),
    )


def _prepare(company: Company, drafts: Sequence[_Draft]) -> Iterator[Request | Unsendable]:
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


def _open(company: Company, lease: Lease, request: Request, drafts: Sequence[_Draft]) -> Intent:
    """Reserve the links of creates and store the intent, in one transaction."""
    lease.ensure(company.remote.capabilities.request_timeout)
    storage = company.storage
    with storage.transaction():
        storage.links.save(
            draft.planned.decision.link for draft in drafts if draft.write.action is Action.CREATE
        )
        return storage.intents.open(
            lease.claim,
            Intent(
                id=request.key,
                company=company.id,
                side=Side.REMOTE,
                request=request,
                items=tuple(draft.item for draft in drafts),
            ),
        )


def not_done(intent: Intent, reason: str) -> Sequence[Refused]:
    """Return, for every item of *intent* without an outcome, that it was certainly not done."""
    fault = Fault(kind=FaultKind.TRANSIENT, code="not_done", message=reason)
    return [Refused(ref=item.ref, fault=fault) for item in intent.unanswered]
