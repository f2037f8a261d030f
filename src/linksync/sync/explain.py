"""Why a record would be written as it would: the translation and the merge of a run, told and not carried out."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import Any, TypeAlias, TypeVar, overload

from attrs import frozen

from linksync.errors import FieldProblem, MappingError
from linksync.exactjson import Json, dumps
from linksync.fields import Base, FieldValue
from linksync.mapping import ABSENT, DeclaredMapper, EntityMapper, FieldRules, MappingContext
from linksync.mapping.attributes import read_attribute
from linksync.mapping.declaredmapper import is_declared
from linksync.mapping.explaining import Explanation, Fate, FieldExplanation
from linksync.records import Action, Clear, Record, RecordKey, Request, Write, WriteValue
from linksync.sync.load import as_json, as_mapping_error
from linksync.sync.merge import Merge, merge_seen, merge_unseen

LocalOfMapperAndRecordT = TypeVar("LocalOfMapperAndRecordT")

Prepare: TypeAlias = Callable[[Sequence[Write]], Sequence[Request]]
"""`Endpoint.prepare`: from writes to the bytes that carry them."""


@overload
def explain(
    mapper: DeclaredMapper[LocalOfMapperAndRecordT],
    local: LocalOfMapperAndRecordT,
    context: MappingContext,
    *,
    base: Base | None = ...,
    remote: Record | None = ...,
    remote_id: str | None = ...,
    prepare: Prepare | None = ...,
) -> Explanation: ...
@overload
def explain(
    mapper: EntityMapper,
    local: object,
    context: MappingContext,
    *,
    base: Base | None = ...,
    remote: Record | None = ...,
    remote_id: str | None = ...,
    prepare: Prepare | None = ...,
) -> Explanation: ...
def explain(
    mapper: EntityMapper | DeclaredMapper[Any],
    local: object,
    context: MappingContext,
    *,
    base: Base | None = None,
    remote: Record | None = None,
    remote_id: str | None = None,
    prepare: Prepare | None = None,
) -> Explanation:
    """Return what a run would write for a local record, and why; nothing is written.

    Args:
        mapper: How its entity translates.
        local: The local record.
        context: What the translation may know besides it; references that it lacks are told as not linked.
        base: What both sides were when last in step; None for a record that has no link.
        remote: The remote record, where it has been read; without it, it is taken for unchanged.
        remote_id: The id of the linked remote record; that of *remote* unless told.
        prepare: The endpoint's `prepare`, for the body to be exactly that of the request. Without it the body is the
            JSON of the values alone, null where something becomes blank.

    Raises:
        ConfigurationError: The endpoint could never do such a write.
    """
    ours, problems = _outgoing(mapper, local, context)
    theirs, raw, problems_there = _incoming(mapper, remote, context)
    problems = [*problems, *problems_there]
    case = _Case(
        mapper=mapper,
        ours=ours,
        theirs=theirs,
        base=base,
        merge=_merge(mapper, ours, theirs, base),
    )
    onto = base if theirs is None or remote is None else Base(fields=theirs, version=remote.version, raw=raw)
    values: Mapping[str, WriteValue] = {}
    if not problems and case.push:
        try:
            values = mapper.remote_values(case.push, onto)
        except MappingError as error:
            problems = list(error.problems)
    id_ = remote_id or (remote.id if remote else None)
    write = Write(
        ref="explained",
        action=Action.CREATE if onto is None else Action.UPDATE,
        record_type=mapper.remote_type,
        id=id_,
        version=onto.version if onto else None,
        values=values,
    )
    return Explanation(
        record=f"{mapper.entity} {mapper.label(local)}".rstrip(),
        target=f"{mapper.remote_type} {id_}" if id_ else f"a new {mapper.remote_type}",
        fields=[_tell(case, name, rule, local, problems) for name, rule in mapper.fields.items()],
        problems=problems,
        values=values,
        body=_body(write, prepare) if values else None,
    )


@frozen(kw_only=True)
class _Case:
    mapper: EntityMapper
    ours: Mapping[str, FieldValue]
    theirs: Mapping[str, FieldValue] | None
    base: Base | None
    merge: Merge | None

    @property
    def push(self) -> Mapping[str, FieldValue]:
        """The fields to write: all of them into a new record."""
        if self.merge is None:
            return self.ours
        return {} if self.mapper.rules.once or self.merge.unseen else self.merge.push


def _outgoing(
    mapper: EntityMapper, local: object, context: MappingContext
) -> tuple[Mapping[str, FieldValue], Sequence[FieldProblem]]:
    if is_declared(mapper):
        return mapper.attempt(local, context)
    try:
        return mapper.outgoing(local, context), []
    except Exception as error:  # noqa: BLE001 - the host's own code, as in a run
        return {}, as_mapping_error(RecordKey(mapper.entity, mapper.label(local)), error).problems


def _incoming(
    mapper: EntityMapper, remote: Record | None, context: MappingContext
) -> tuple[Mapping[str, FieldValue] | None, Mapping[str, Json], Sequence[FieldProblem]]:
    if remote is None:
        return None, {}, []
    json = as_json(remote)
    try:
        return mapper.incoming(json, context), mapper.raw_parts(json), []
    except MappingError as error:
        return {}, {}, error.problems


def _merge(
    mapper: EntityMapper,
    ours: Mapping[str, FieldValue],
    theirs: Mapping[str, FieldValue] | None,
    base: Base | None,
) -> Merge | None:
    """Return what a run would merge; None for a record that is to be created."""
    if theirs is not None:
        return merge_seen(base or Base(), ours, theirs, mapper.fields)
    return None if base is None else merge_unseen(base, ours, mapper.fields)


def _tell(
    case: _Case, name: str, rule: FieldRules, local: object, problems: Sequence[FieldProblem]
) -> FieldExplanation:
    problem = next((it for it in problems if _concerns(it, rule)), None)
    fate, reason = (Fate.WRONG, problem.message) if problem else _fate(case, name, rule)
    return FieldExplanation(
        rules=rule,
        fate=fate,
        reason=reason,
        value=_value(local, rule),
        ours=case.ours.get(name),
        theirs=None if case.theirs is None else case.theirs.get(name),
        base=None if case.base is None else case.base.fields.get(name),
        problem=problem,
    )


def _concerns(problem: FieldProblem, rule: FieldRules) -> bool:
    """Whether a problem is one of this field, or of a line in it."""
    return problem.remote == rule.remote or (
        rule.local is not None and problem.local.startswith(f"{rule.local}[")
    )


def _value(local: object, rule: FieldRules) -> object:
    """Return what the record itself has for a field; `ABSENT` where the mapping makes it up."""
    if rule.local is None:
        return ABSENT
    value = local
    for step in rule.local.split("."):
        value = ABSENT if value is None else read_attribute(value, step)
    return value


def _fate(case: _Case, name: str, rule: FieldRules) -> tuple[Fate, str]:
    ours, merge = case.ours.get(name), case.merge
    if merge is None:
        return _fate_of_new(ours, rule)
    if case.mapper.rules.once:
        return Fate.NOTHING, "the record is pushed once and was; change it on the remote"
    both = _both_changed(case, name)
    parts: Sequence[tuple[Collection[str], Fate, str]] = [
        (merge.unseen, Fate.LOOK, "it was never compared with the remote, which has to be read first"),
        (
            merge.push,
            Fate.WRITE,
            "both sides changed it, and local owns it" if both else "the local value changed",
        ),
        (
            merge.pull,
            Fate.PULL,
            "both sides changed it, and remote owns it" if both else "the remote value changed",
        ),
        (merge.drift, Fate.NOTHING, "the remote value changed, and the field is never pulled"),
        (merge.conflicts, Fate.ASK, "both sides changed it, and neither owns it"),
        (merge.equal, Fate.NOTHING, "both sides are the same"),
    ]
    for names, fate, reason in parts:
        if name in names:
            return fate, reason
    return Fate.NOTHING, _why_nothing(ours, rule, is_read=case.theirs is not None)


def _why_nothing(ours: FieldValue | None, rule: FieldRules, *, is_read: bool) -> str:
    if not rule.direction.is_pushed:
        return (
            "it is only pulled, and has not changed"
            if is_read
            else "it is only pulled, and the remote was not read"
        )
    if ours is None:
        return "the record does not say, so it is left alone"
    return "it has not changed since both sides were in step"


def _fate_of_new(ours: FieldValue | None, rule: FieldRules) -> tuple[Fate, str]:
    if not rule.direction.is_pushed:
        return Fate.NOTHING, "it is only pulled"
    if ours is None:
        return Fate.NOTHING, "the record does not say"
    if ours.remote is None or ours.remote == []:
        return Fate.NOTHING, "it is blank, and blanks do not enter a new record"
    return Fate.WRITE, "the record is new"


def _both_changed(case: _Case, name: str) -> bool:
    """Whether both sides changed a field since they were in step, or were never in step about it."""
    ours, before = case.ours.get(name), None if case.base is None else case.base.fields.get(name)
    if ours is None or case.theirs is None:
        return False
    theirs = case.theirs.get(name, FieldValue(None, None))
    return before is None or (ours.local != before.local and theirs.remote != before.remote)


def _body(write: Write, prepare: Prepare | None) -> bytes:
    if prepare is not None:
        return b"\n".join(request.body for request in prepare([write]))
    return dumps({name: _as_json(value) for name, value in write.values.items()}).encode()


def _as_json(value: WriteValue) -> Json:
    """Return what is to be written as JSON, null where it becomes blank."""
    if isinstance(value, Mapping):
        return {name: _as_json(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_as_json(member) for member in value]
    if isinstance(value, date):
        return value.isoformat()
    return None if isinstance(value, Clear) else value
