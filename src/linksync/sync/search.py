"""Searching the remote for writes whose answer never came, and saying which of what is there is ours.

Nothing is guessed: a record that may be ours and may be somebody else's is for a person to decide.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias

from attrs import field, frozen

from linksync.exactjson import Json
from linksync.jobs import Intent, IntentItem
from linksync.records import Action, Record, RemoteState, Written
from linksync.sync.company import Company
from linksync.sync.load import as_json

_CLOCK_SKEW = timedelta(minutes=5)
"""How far the remote's clock may be behind ours. What it says was created in that time before the intent is looked
at, but never taken for ours."""


@frozen(kw_only=True)
class Finding:
    """What a search for the writes of an intent came to.

    Attributes:
        adopted: Writes that were found done, as outcomes.
        doubtful: Creates that may have been found, by ref: why that is not certain.
    """

    adopted: tuple[Written, ...] = ()
    doubtful: Mapping[str, str] = field(factory=dict[str, str])

    @property
    def is_absent(self) -> bool:
        """Whether none was found and none is in doubt: the same bytes may be sent again."""
        return not self.adopted and not self.doubtful


def search(company: Company, intent: Intent) -> Finding:
    """Return which unanswered writes of *intent* were done: one read per remote type for creates, one for updates.

    Raises:
        LinksyncError: The remote could not be searched; nothing may be concluded.
    """
    company.check_no_transaction()
    creates = defaultdict[str, list[IntentItem]](list)
    changes = defaultdict[str, list[IntentItem]](list)
    for item in intent.unanswered:
        (creates if item.action is Action.CREATE else changes)[item.record_type].append(item)
    opened_at = (intent.opened_at or company.now()).replace(
        microsecond=0
    )  # creation times may be whole seconds
    findings = [
        *(_search_creates(company, record_type, items, opened_at) for record_type, items in creates.items()),
        *(_search_changes(company, record_type, items) for record_type, items in changes.items()),
    ]
    return Finding(
        adopted=tuple(written for finding in findings for written in finding.adopted),
        doubtful={ref: reason for finding in findings for ref, reason in finding.doubtful.items()},
    )


def _search_creates(
    company: Company, record_type: str, items: Sequence[IntentItem], opened_at: datetime
) -> Finding:
    found = list(company.remote.created_since(record_type, opened_at - _CLOCK_SKEW))
    taken = company.storage.links.find_by_remote(company.id, record_type, [record.id for record in found])
    entities = {item.record.entity for item in items}
    candidates = [
        Candidate(record=record, forms={entity: _forms(company, entity, record) for entity in entities})
        for record in found
        if record.id not in taken
    ]
    return attribute(items, candidates, opened_at)


def _search_changes(company: Company, record_type: str, items: Sequence[IntentItem]) -> Finding:
    """Find the updates whose every field stands there as it was sent, whoever wrote it."""
    found = company.remote.read(record_type, [item.record_id for item in items if item.record_id is not None])
    adopted = list[Written]()
    for item in items:
        record = found.get(item.record_id or "")
        if item.action is not Action.UPDATE or not isinstance(record, Record):
            continue
        forms = _forms(company, item.record.entity, record)
        if _equals(item, Candidate(record=record, forms={item.record.entity: forms})):
            adopted.append(Written(ref=item.ref, record=record))
    return Finding(adopted=tuple(adopted))


Forms: TypeAlias = Mapping[str, Json]


@frozen(kw_only=True)
class Candidate:
    """An unlinked record that was created since an intent, as its fields' remote forms.

    Attributes:
        record: The record.
        forms: Its mapped fields by entity, since several may map to one remote type; None where it cannot be
            translated.
    """

    record: Record
    forms: Mapping[str, Forms | None]


def _forms(company: Company, entity: str, record: Record) -> Forms | None:
    mapper = company.mappers.get(entity)
    try:
        fields = mapper.incoming(as_json(record), company.context({}))
    except Exception:  # noqa: BLE001 - whatever a mapper says of it, the record is there and may be ours
        return None
    return {name: value.remote for name, value in fields.items()}


def attribute(items: Sequence[IntentItem], candidates: Sequence[Candidate], opened_at: datetime) -> Finding:
    """Return which of *items*, creates of one remote type, the *candidates* are.

    A candidate is an item's if it was created after the intent, is at its first version and equals every field sent.
    Items that were sent with the same fields are interchangeable, as many as there are candidates for.

    Args:
        items: Creates without an outcome.
        candidates: Unlinked records created since shortly before the intent.
        opened_at: When the intent was stored, cut to the second (timezone-aware).
    """
    adopted = list[Written]()
    doubtful = dict[str, str]()
    groups = [(group, [it for it in candidates if _equals(group[0], it)]) for group in _alike(items)]
    claims = Counter(candidate.record.id for _, same in groups for candidate in same)
    for group, same in groups:
        certain = [it for it in same if _is_certain(it.record, opened_at) and claims[it.record.id] == 1]
        if len(certain) == len(same) <= len(group):
            adopted.extend(
                Written(ref=item.ref, record=candidate.record)
                for item, candidate in zip(group, certain, strict=False)
            )
            unfound = group[len(certain) :]
        else:
            doubtful.update(dict.fromkeys((item.ref for item in group), _tell(same)))
            continue
        near = [
            candidate
            for candidate in candidates
            if candidate not in same and _may_be(group[0], candidate, opened_at)
        ]
        if near:
            doubtful.update(dict.fromkeys((item.ref for item in unfound), _tell(near)))
    return Finding(adopted=tuple(adopted), doubtful=doubtful)


def _alike(items: Sequence[IntentItem]) -> Sequence[Sequence[IntentItem]]:
    """Return *items* in groups of one entity that were sent with the same fields."""
    groups = list[list[IntentItem]]()
    for item in items:
        for group in groups:
            if group[0].record.entity == item.record.entity and _sent(group[0]) == _sent(item):
                group.append(item)
                break
        else:
            groups.append([item])
    return groups


def _sent(item: IntentItem) -> Forms:
    """Return what was sent, without what a create leaves out: blanks, which the remote may fill in itself."""
    return {
        name: value.remote
        for name, value in item.fields.items()
        if item.action is not Action.CREATE or value.remote is not None
    }


def _equals(item: IntentItem, candidate: Candidate) -> bool:
    forms = candidate.forms[item.record.entity]
    return forms is not None and all(forms.get(name) == form for name, form in _sent(item).items())


def _is_certain(record: Record, opened_at: datetime) -> bool:
    is_ours_alone = record.is_first_version and record.state is RemoteState.ACTIVE
    return is_ours_alone and record.created_at is not None and record.created_at >= opened_at


def _may_be(item: IntentItem, candidate: Candidate, opened_at: datetime) -> bool:
    """Whether a record that is not the same might have been made by the write all the same.

    Somebody who edited it since may have edited anything. At its first version, it would at least agree in what
    tells one record from another, but for what the remote makes of spaces and capitals; and where nothing tells one
    from another, in something that was sent.
    """
    record, forms = candidate.record, candidate.forms[item.record.entity]
    if record.created_at is not None and record.created_at < opened_at:
        return False
    if not record.is_first_version or record.state is not RemoteState.ACTIVE or forms is None:
        return True
    sent = _sent(item)
    names = [name for name in item.match if name in sent]
    agrees = [_fold(forms.get(name)) == _fold(sent[name]) for name in names or sent]
    return all(agrees) if names else any(agrees)


def _fold(form: Json) -> Json:
    return " ".join(form.split()).casefold() if isinstance(form, str) else form


def _tell(candidates: Sequence[Candidate]) -> str:
    ids = ", ".join(candidate.record.id for candidate in candidates)
    return f"{candidates[0].record.record_type} {ids} may be what an unanswered request of ours made"
