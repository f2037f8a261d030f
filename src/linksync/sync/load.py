"""Reading what decisions need, in bulk: local records, links, remote records."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import cast

from attrs import evolve, frozen

from linksync.errors import MappingError
from linksync.exactjson import JsonObject
from linksync.jobs import LinkJob
from linksync.links import Link, LinkState
from linksync.mapping import EntityMapper
from linksync.records import CompanyId, Gone, Record, RecordKey
from linksync.sync.company import Company
from linksync.sync.situation import (
    LocalIncomplete,
    LocalInvalid,
    LocalMissing,
    LocalSeen,
    LocalView,
    NotFound,
    RemoteInvalid,
    RemoteSeen,
    RemoteView,
    Situation,
)
from linksync.sync.storage import Storage


@frozen(kw_only=True)
class Subject:
    """A job with its local record, not translated yet.

    Attributes:
        job: The job.
        mapper: How its entity translates.
        record: The local record; None when it was not there.
        references: The local records that it refers to.
        error: Why the references cannot be told.
    """

    job: LinkJob
    mapper: EntityMapper
    record: Record | None
    references: frozenset[RecordKey] = frozenset()
    error: MappingError | None = None


def by_entity(jobs: Iterable[LinkJob]) -> Mapping[str, Sequence[LinkJob]]:
    """Return *jobs* in groups of one entity each."""
    groups = defaultdict[str, list[LinkJob]](list)
    for job in jobs:
        groups[job.record.entity].append(job)
    return groups


def read_local(company: Company, entity: str, jobs: Sequence[LinkJob]) -> Sequence[Subject]:
    """Return *jobs*, all of one entity, with their local records: one read.

    Records that are not there are asked for a second time, since a read may race with the host's own writes.

    Raises:
        LinksyncError: The host's side could not be read, or no mapping has the entity.
    """
    mapper = company.mappers.get(entity)
    ids = [job.record.id for job in jobs]
    found = dict(company.local.read(entity, ids))
    absent = [id_ for id_ in ids if id_ not in found]
    if absent:
        found.update(company.local.read(entity, absent))
    return [_subject(job, mapper, found.get(job.record.id)) for job in jobs]


def _subject(job: LinkJob, mapper: EntityMapper, found: Record | Gone | None) -> Subject:
    if not isinstance(found, Record):
        return Subject(job=job, mapper=mapper, record=None)
    try:
        references = frozenset(mapper.references(found.values))
    except MappingError as error:
        return Subject(job=job, mapper=mapper, record=found, error=error)
    return Subject(job=job, mapper=mapper, record=found, references=references)


def in_levels(subjects: Sequence[Subject]) -> Sequence[Sequence[Subject]]:
    """Return *subjects* in groups such that each refers only to those of earlier groups or to none of them.

    Those that refer to each other in a circle come last, together.
    """
    waiting = {subject.job.record: subject for subject in subjects}
    levels = list[Sequence[Subject]]()
    while waiting:
        level = [
            subject
            for key, subject in waiting.items()
            if not any(reference in waiting for reference in subject.references if reference != key)
        ] or list(waiting.values())
        levels.append(level)
        for subject in level:
            del waiting[subject.job.record]
    return levels


def translate(company: Company, subjects: Sequence[Subject]) -> Sequence[Situation]:
    """Return the situations of *subjects*, their remote records not read: one query per entity involved."""
    own = find_links(company.storage, company.id, (subject.job.record for subject in subjects))
    referred = find_links(
        company.storage,
        company.id,
        (reference for subject in subjects for reference in subject.references),
    )
    remote_ids = {
        key: link.remote_id
        for key, link in referred.items()
        if link.state is LinkState.LINKED and link.remote_id is not None
    }
    missing = {reference for subject in subjects for reference in subject.references} - remote_ids.keys()
    stuck = _find_stuck(company, missing)
    return [
        Situation(
            job=subject.job,
            mapper=subject.mapper,
            link=own.get(subject.job.record),
            local=_view(company, subject, remote_ids, stuck),
        )
        for subject in subjects
    ]


def find_links(
    storage: Storage, company: CompanyId, records: Iterable[RecordKey]
) -> Mapping[RecordKey, Link]:
    """Return the links of local *records*: one query per entity."""
    ids = defaultdict[str, set[str]](set)
    for record in records:
        ids[record.entity].add(record.id)
    return {
        link.key: link
        for entity, group in ids.items()
        for link in storage.links.find_by_local(company, entity, sorted(group)).values()
    }


def _find_stuck(company: Company, records: Collection[RecordKey]) -> Mapping[RecordKey, str]:
    """Return which of *records* have a failed job, and what it says."""
    if not records:
        return {}
    jobs = company.storage.jobs.find_by_records(company.id, records)
    return {
        key: job.error.message if job.error else job.state.value
        for key, job in jobs.items()
        if job.state.is_failed
    }


def _view(
    company: Company,
    subject: Subject,
    remote_ids: Mapping[RecordKey, str],
    stuck: Mapping[RecordKey, str],
) -> LocalView:
    if subject.record is None:
        return LocalMissing()
    local, mapper = subject.record.values, subject.mapper
    label = mapper.label(local)
    ineligible = _ineligible(mapper, local)
    if subject.error is not None:
        return LocalInvalid(label=label, error=subject.error, ineligible=ineligible)
    missing = frozenset(reference for reference in subject.references if reference not in remote_ids)
    if missing:
        return LocalIncomplete(
            label=label,
            missing=missing,
            promotable=frozenset(filter(lambda key: _may_be_promoted(company, key), missing)),
            stuck={key: stuck[key] for key in missing if key in stuck},
            ineligible=ineligible,
        )
    try:
        fields = mapper.outgoing(local, company.context(remote_ids))
    except MappingError as error:
        return LocalInvalid(label=label, error=error, ineligible=ineligible)
    return LocalSeen(label=label, fields=fields, ineligible=ineligible)


def _may_be_promoted(company: Company, record: RecordKey) -> bool:
    mapper = company.mappers.find(record.entity)
    return mapper is not None and mapper.rules.auto_create


def _ineligible(mapper: EntityMapper, local: object) -> str:
    rules = mapper.rules
    if rules.eligible is not None and not rules.eligible(local):
        return f"the rules exclude this {mapper.entity} (eligible)"
    if rules.effective_from is not None and rules.dated is not None:
        dated = rules.dated(local)
        if dated < rules.effective_from:
            return f"this {mapper.entity} is from {dated:%Y-%m-%d}, before {rules.effective_from:%Y-%m-%d}"
    return ""


def look(company: Company, situations: Sequence[Situation]) -> Sequence[Situation]:
    """Return *situations* with their remote records read: as few reads per remote type as the endpoint can do.

    Raises:
        LinksyncError: The endpoint could not be read.
    """
    ids = defaultdict[str, list[str]](list)
    for situation in situations:
        link = situation.link
        if link is not None and link.remote_id is not None:
            ids[link.remote_type].append(link.remote_id)
    found = {
        (record_type, id_): record
        for record_type, group in ids.items()
        for id_, record in company.remote.read(record_type, group).items()
    }
    return [evolve(situation, remote=_remote_view(company, situation, found)) for situation in situations]


def _remote_view(
    company: Company, situation: Situation, found: Mapping[tuple[str, str], Record | Gone]
) -> RemoteView:
    link = situation.link
    record = found.get((link.remote_type, link.remote_id or "")) if link else None
    match record:
        case None:
            return NotFound()
        case Gone():
            return record
        case Record():
            values = as_json(record)
            try:
                fields = situation.mapper.incoming(values, company.context({}))
            except MappingError as error:
                return RemoteInvalid(error=error)
            return RemoteSeen(record=record, fields=fields, raw=situation.mapper.raw_parts(values))


def as_json(record: Record) -> JsonObject:
    """Return the values of a remote record, which are a JSON object.

    Raises:
        TypeError: The endpoint broke its word.
    """
    is_json = isinstance(record.values, Mapping)
    if not is_json:
        raise TypeError(
            f"{record.record_type} {record.id} has no JSON object for values but {type(record.values)}"
        )
    return cast("JsonObject", record.values)
