"""Something changed: what the host says becomes link jobs."""

from collections.abc import Collection, Iterable, Sequence

from linksync.errors import ConfigurationError
from linksync.jobs import Band, JobRequest, Reason
from linksync.mapping import EntityMapper
from linksync.records import CompanyId, RecordKey, storable

EVERY_FIELD = "*"
"""Among the watched attributes of a field: any change may change it."""


def promotions(
    company: CompanyId, entity: str, ids: Iterable[object], *, recreate: bool, band: Band
) -> Sequence[JobRequest]:
    """Return the wish to create each record on the remote and link it."""
    reason = Reason.RECREATE if recreate else Reason.PROMOTE
    return [
        JobRequest(company=company, record=RecordKey(entity, local_id(entity, id_)), reason=reason, band=band)
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

    Raises:
        ConfigurationError: An id or *fields* is not what it should be.
    """
    if isinstance(fields, str):
        raise ConfigurationError(
            f"fields is the text {fields!r}, one attribute; give a set of them: {{{fields!r}}}"
        )
    if fields is not None and not is_outgoing(mapper, fields):
        return []
    return [
        JobRequest(
            company=company,
            record=RecordKey(mapper.entity, local_id(mapper.entity, id_)),
            reason=Reason.CHANGED,
            only_if_known=True,
        )
        for id_ in ids
    ]


def local_id(entity: str, id_: object) -> str:
    """Return a local id as text.

    Raises:
        ConfigurationError: It is none: nothing, blank, or several at once.
    """
    text = str(id_)
    if id_ is None or not text.strip() or isinstance(id_, list | tuple | set | frozenset | dict):
        raise ConfigurationError(
            f"{id_!r} is no local id of {entity!r}; of several records give each: promote({entity!r}, *ids)"
        )
    if text != storable(text):
        raise ConfigurationError(f"the local id {id_!r} of {entity!r} is no text that can be stored")
    return text


def is_outgoing(mapper: EntityMapper, fields: Collection[str]) -> bool:
    """Whether a change of local *fields* may change what is pushed."""
    watched = {name for rule in mapper.fields.values() if rule.direction.is_pushed for name in rule.watches}
    return EVERY_FIELD in watched or not watched.isdisjoint(fields)
