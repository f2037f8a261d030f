"""One record examined: what a run would do about it, field by field, with nothing written anywhere."""

from attrs import evolve

from linksync.jobs import LinkJob, Reason
from linksync.links import LinkState
from linksync.mapping import EntityMapper
from linksync.mapping.declaredmapper import is_declared
from linksync.mapping.explaining import Explanation, Fate, FieldExplanation
from linksync.records import Record, RecordKey
from linksync.sync.company import Company
from linksync.sync.decide import decide
from linksync.sync.decision import Create, Look, Unchanged, Update
from linksync.sync.explain import explain
from linksync.sync.load import Subject, find_links, look, read_local, translate
from linksync.sync.plan import tell
from linksync.sync.situation import LocalIncomplete, LocalMissing, RemoteSeen, Situation


def examine(company: Company, record: RecordKey, *, with_remote: bool) -> Explanation:
    """Return what a run would do about a local record that somebody promotes now, and why.

    Args:
        company: The company.
        record: The record.
        with_remote: Whether the remote record is read, if there is one; else it is taken for unchanged.

    Raises:
        KeyError: The host's side has no such record.
        LinksyncError: One of the sides could not be read.
    """
    (subject,) = read_local(company, record.entity, [_wish(company, record)])
    if subject.record is None:
        raise KeyError(f"{record} was not found in the local store")
    (situation,) = translate(company, [subject])
    if with_remote and situation.link is not None and situation.link.state is LinkState.LINKED:
        (situation,) = look(company, [situation])
    told = evolve(_explain(company, subject, situation), record=_name(record, situation))
    if company.storage.intents.find_open(company.id, [record]):
        return _without_write(told, "wait until it is known what became of its last write")
    decision = decide(situation, company.now())
    if isinstance(decision, Create | Update | Unchanged | Look):
        return evolve(told, decision=tell(decision))
    return _without_write(told, tell(decision))


def _name(record: RecordKey, situation: Situation) -> str:
    label = "" if isinstance(situation.local, LocalMissing) else situation.local.label
    return f"{record}, {label}" if label and label != record.id else str(record)


def _wish(company: Company, record: RecordKey) -> LinkJob:
    """Return the job that there would be, had somebody just promoted the record."""
    now = company.now()
    return LinkJob(
        id="examined",
        company=company.id,
        record=record,
        reasons=frozenset({Reason.PROMOTE}),
        due_at=now,
        created_at=now,
        updated_at=now,
    )


def _explain(company: Company, subject: Subject, situation: Situation) -> Explanation:
    if isinstance(situation.local, LocalIncomplete) and not is_declared(subject.mapper):
        return _untranslated(subject.mapper)
    link = situation.link if situation.link and situation.link.state is LinkState.LINKED else None
    links = find_links(company.storage, company.id, subject.references)
    remote_ids = {
        key: it.remote_id
        for key, it in links.items()
        if it.state is LinkState.LINKED and it.remote_id is not None
    }
    told = explain(
        subject.mapper,
        _values(subject.record),
        company.context(remote_ids),
        base=link.base if link else None,
        remote=_seen(situation),
        remote_id=link.remote_id if link else None,
        prepare=company.remote.prepare,
    )
    if subject.error is None:
        return told
    return evolve(told, problems=[*told.problems, *subject.error.problems], values={}, body=None)


def _untranslated(mapper: EntityMapper) -> Explanation:
    """Return what can be told of a record whose mapper is not asked before all that it refers to is linked."""
    reason = "it is not translated before all that the record refers to is linked"
    return Explanation(
        record=mapper.entity,
        target=mapper.remote_type,
        fields=[
            FieldExplanation(rules=rules, fate=Fate.NOTHING, reason=reason)
            for rules in mapper.fields.values()
        ],
    )


def _values(record: Record | None) -> object:
    return record.values if record else None


def _seen(situation: Situation) -> Record | None:
    return situation.remote.record if isinstance(situation.remote, RemoteSeen) else None


def _without_write(told: Explanation, decision: str) -> Explanation:
    """Return *told* of a record of which nothing is written, whatever its fields are."""
    fields = [
        evolve(it, fate=Fate.NOTHING, reason="nothing of the record is written")
        if it.fate is Fate.WRITE
        else it
        for it in told.fields
    ]
    return evolve(told, decision=decision, fields=fields, values={}, body=None)
