"""Reading what decisions need, in bulk: local records, links, remote records."""

import traceback
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias, cast

from attrs import evolve, frozen

from linksync.errors import FieldProblem, MappingError
from linksync.exactjson import JsonObject
from linksync.jobs import LinkJob
from linksync.links import Link, LinkState
from linksync.mapping import EntityMapper, MappingContext
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

Waits: TypeAlias = Mapping[RecordKey, Collection[RecordKey]]
"""What records wait for."""


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
    except Exception as error:  # noqa: BLE001 - as in _view
        return Subject(job=job, mapper=mapper, record=found, error=as_mapping_error(job.record, error))
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
    jobs = _find_jobs(company, missing)
    known = _Known(
        context=company.context(remote_ids),
        stuck=_find_stuck(jobs),
        waits=_find_waits(subjects, jobs, remote_ids.keys()),
    )
    has_versions = company.remote.capabilities.has_versions
    return [
        Situation(
            job=subject.job,
            mapper=subject.mapper,
            link=(link := own.get(subject.job.record)),
            local=_view(company, subject, known),
            # else a write would bear no version that the remote could refuse it by
            look_first=not has_versions or link is None or link.base.version is None,
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


def _find_jobs(company: Company, records: Collection[RecordKey]) -> Mapping[RecordKey, LinkJob]:
    """Return the newest jobs of *records*, and of all that those wait for, directly or not."""
    jobs = dict[RecordKey, LinkJob]()
    unread = frozenset(records)
    while unread:
        found = company.storage.jobs.find_by_records(company.id, unread)
        jobs.update(found)
        unread = frozenset(key for job in found.values() for key in job.waits_for) - jobs.keys() - unread
    return jobs


def _find_stuck(jobs: Mapping[RecordKey, LinkJob]) -> Mapping[RecordKey, str]:
    """Return which records have a failed job, and what it says."""
    return {
        key: job.error.message if job.error else job.state.value
        for key, job in jobs.items()
        if job.state.is_failed
    }


def _find_waits(
    subjects: Iterable[Subject], jobs: Mapping[RecordKey, LinkJob], linked: Collection[RecordKey]
) -> Waits:
    """Return what each record waits for: those at hand for what they refer to, others as their jobs say."""
    there = frozenset(linked)
    waits = {key: job.waits_for for key, job in jobs.items()}
    waits.update((it.job.record, it.references - there) for it in subjects)
    return waits


def _find_circle(record: RecordKey, missing: Iterable[RecordKey], waits: Waits) -> Sequence[RecordKey]:
    """Return the way from what *record* waits for back to itself; empty when there is none."""
    ways: list[tuple[RecordKey, ...]] = [(key,) for key in sorted(missing)]
    seen = set[RecordKey]()
    while ways:
        way = ways.pop()
        if way[-1] == record:
            return way
        if way[-1] not in seen:
            seen.add(way[-1])
            ways.extend((*way, key) for key in sorted(waits.get(way[-1], ())))
    return ()


@frozen(kw_only=True)
class _Known:
    """What is known of the records that others refer to."""

    context: MappingContext
    stuck: Mapping[RecordKey, str]
    waits: Waits


def _view(company: Company, subject: Subject, known: _Known) -> LocalView:
    """Return the local record as the mapping sees it; whatever the mapping raises is about this record alone."""
    if subject.record is None:
        return LocalMissing()
    label = ineligible = ""
    try:
        label = subject.mapper.label(subject.record.values)
        ineligible = _ineligible(subject.mapper, subject.record.values)
        if subject.error is not None:
            return LocalInvalid(label=label, error=subject.error, ineligible=ineligible)
        if subject.references - known.context.remote_ids.keys():
            return _incomplete(company, subject, known, (label, ineligible))
        fields = subject.mapper.outgoing(subject.record.values, known.context)
    except Exception as error:  # noqa: BLE001 - the host's own code: one bad record must not stop the others
        trouble = as_mapping_error(subject.job.record, error)
        return LocalInvalid(label=label, error=trouble, ineligible=ineligible)
    return LocalSeen(label=label, fields=fields, ineligible=ineligible)


def _incomplete(company: Company, subject: Subject, known: _Known, told: tuple[str, str]) -> LocalIncomplete:
    missing = frozenset(subject.references - known.context.remote_ids.keys())
    return LocalIncomplete(
        label=told[0],
        missing=missing,
        promotable=frozenset(key for key in missing if _may_be_promoted(company, key)),
        stuck={key: known.stuck[key] for key in missing if key in known.stuck},
        circle=tuple(_find_circle(subject.job.record, missing, known.waits)),
        ineligible=told[1],
    )


def as_mapping_error(record: RecordKey, error: Exception) -> MappingError:
    """Return what a mapper raised about *record* as the error that it should have raised."""
    if isinstance(error, MappingError):
        return error
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    problem = FieldProblem(
        local="",
        remote="the mapping",
        value=f"an error{where}",  # not its text, which may quote the record or a secret
        type=type(error).__name__,
        message="raised an error of its own",
        remedy="mend the mapping, or the record that it cannot cope with",
    )
    return MappingError(str(record), [problem])


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

    No transaction may be open.

    Raises:
        LinksyncError: The endpoint could not be read.
    """
    company.check_no_transaction()
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
                fields = situation.mapper.incoming(values, company.bare_context)
                raw = situation.mapper.raw_parts(values)
            except Exception as error:  # noqa: BLE001 - as in _view
                return RemoteInvalid(error=as_mapping_error(situation.job.record, error))
            return RemoteSeen(record=record, fields=fields, raw=raw)


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
