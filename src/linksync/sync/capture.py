"""Something changed: what the host says becomes link jobs."""

from collections.abc import Collection, Iterable, Sequence

from linksync.jobs import Band, JobRequest, Reason
from linksync.mapping import EntityMapper
from linksync.records import CompanyId, RecordKey

EVERY_FIELD = "*"
"""Among the watched attributes of a field: any change may change it."""


def promotions(
    company: CompanyId, entity: str, ids: Iterable[object], *, recreate: bool, band: Band
) -> Sequence[JobRequest]:
    """Return the wish to create each record on the remote and link it."""
    reason = Reason.RECREATE if recreate else Reason.PROMOTE
    return [
        JobRequest(company=company, record=RecordKey(entity, str(id_)), reason=reason, band=band)
        for id_ in ids
    ]


def changes(
    company: CompanyId,
    mapper: EntityMapper,
    ids: Iterable[object],
    fields: Collection[str] | None,
) -> Sequence[JobRequest]:
    """Return the wish to look at each changed record; none if no field that goes out can have changed.

    Args:
        company: The company.
        mapper: How the entity translates.
        ids: The local ids.
        fields: The local attributes that changed; None when that is not known.
    """
    if fields is not None and not is_outgoing(mapper, fields):
        return []
    return [
        JobRequest(
            company=company,
            record=RecordKey(mapper.entity, str(id_)),
            reason=Reason.CHANGED,
            only_if_known=True,
        )
        for id_ in ids
    ]


def is_outgoing(mapper: EntityMapper, fields: Collection[str]) -> bool:
    """Whether a change of local *fields* may change what is pushed."""
    watched = {name for rule in mapper.fields.values() if rule.direction.is_pushed for name in rule.watches}
    return EVERY_FIELD in watched or not watched.isdisjoint(fields)
