"""What can be wrong with a mapping class, found when the class is made, all of it at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeVar, cast

from linksync.mapping.attributes import known_attributes, plain_class, suggest, without_none
from linksync.mapping.declaration import EntityDeclaration, Leaf, Lines, LinesDeclaration, Member
from linksync.mapping.forms import UnfitError, check_limits, encode
from linksync.mapping.remote import RefField, RemoteField, RemoteGroup, RemoteType
from linksync.mapping.rules import Direction, Overflow
from linksync.mapping.sources import Constant, Reference, is_made_up
from linksync.mapping.specification import (
    FieldSpecification,
    LinesSpecification,
    NestedSpecification,
    Specification,
)
from linksync.mapping.trimming import MARK_LENGTH

KeyT = TypeVar("KeyT")


def check_names(
    local: object, found: Mapping[str, Specification], unspecified: Iterable[str], others: Mapping[str, str]
) -> Iterator[str]:
    """Yield what is wrong with the local names.

    Args:
        local: The local type.
        found: The specifiers by name.
        unspecified: Names that are annotated and have no specifier.
        others: Other attributes of the local type that are named, by what names them, such as `key`.
    """
    for name in unspecified:
        yield f"{name} has a type but no specifier; write {name}: ... = both(...), or take it out"
    if not found:
        yield "maps no field; add one, such as name: str = both(...)"
    known = known_attributes(local)
    if known is None:
        return
    title = getattr(local, "__name__", str(local))
    for name, specification in found.items():
        attribute = _attribute(name, specification)
        if attribute is not None and attribute not in known:
            yield (
                f"{name}: {title} has no attribute {attribute!r}"
                f"{suggest(attribute, known) or '; name the right one with local=...'}"
            )
    for keyword, attribute in others.items():
        if attribute not in known:
            yield f"{keyword}={attribute!r}: {title} has no such attribute{suggest(attribute, known)}"


def _attribute(name: str, specification: Specification) -> str | None:
    if isinstance(specification, FieldSpecification) and is_made_up(specification.source):
        return None
    return specification.local or name


def check_remote(remote: type[RemoteType], found: Mapping[str, Specification]) -> Iterator[str]:
    """Yield which specifiers name fields of another remote type than *remote*."""
    for name, specification in found.items():
        owner = _owner(specification)
        match specification:
            case NestedSpecification(group=group, nested=nested):
                if not isinstance(group, nested.group):
                    yield (
                        f"{name}: {nested.name} maps a {nested.group.__name__}, "
                        f"{'.'.join(group.path)} is a {type(group).__name__}"
                    )
            case FieldSpecification() | LinesSpecification():
                pass
        if owner is None or not issubclass(remote, owner):
            yield (
                f"{name}: {_named(specification)} is no field of {remote.__name__}; "
                f"name one of {remote.__name__}, or map that type instead"
            )


def _owner(specification: Specification) -> type[RemoteType] | None:
    match specification:
        case FieldSpecification(field=field):
            return field.owner
        case NestedSpecification(group=group):
            return group.owner
        case LinesSpecification(field=lines):
            return lines.owner


def check_group(group: type[RemoteGroup], found: Mapping[str, Specification]) -> Iterator[str]:
    """Yield which specifiers name fields outside of *group*."""
    labels = {field.label for field in group().fields()}
    for name, specification in found.items():
        match specification:
            case FieldSpecification(field=field):
                if field.owner is not None or field.label not in labels:
                    yield (
                        f"{name}: {field} is no field of {group.__name__}; "
                        f"name it through the group, as {group.__name__}.{field.name}"
                    )
            case NestedSpecification(group=inner):
                if not any(inner is member for member in vars(group).values()):
                    yield f"{name}: {'.'.join(inner.path)} is no group within {group.__name__}"
            case LinesSpecification():
                yield f"{name}: lines stand in records, not in nested objects; map them in the record's mapping"


def _named(specification: Specification) -> str:
    match specification:
        case FieldSpecification(field=field):
            return str(field)
        case NestedSpecification(group=group):
            owner = f"{group.owner.__name__}." if group.owner else ""
            return f"{owner}{'.'.join(group.path)}"
        case LinesSpecification(field=lines):
            return str(lines)


def check_members(members: Sequence[Member]) -> Iterator[str]:
    """Yield what is wrong with the mapped fields, each by itself and with one another."""
    for member in members:
        match member:
            case Leaf():
                yield from _check_leaf(member)
            case Lines():
                yield from _check_lines(member)
    leaves = [member for member in members if isinstance(member, Leaf)]
    for path, names in _shared((leaf.path, leaf.name) for leaf in leaves):
        yield f"{' and '.join(names)} map one field, {'.'.join(path)}; keep one of them"
    pulled = (leaf for leaf in leaves if leaf.local and leaf.direction.is_pulled)
    for local, names in _shared((leaf.local, leaf.name) for leaf in pulled):
        yield f"{' and '.join(names)} are pulled into one attribute, {local}; make all but one of them push"
    lines = [member for member in members if isinstance(member, Lines)]
    for (array, kind), names in _shared(((line.field.name, line.kind.__name__), line.name) for line in lines):
        yield f"{' and '.join(names)} map the same lines, the {kind} of {array}; keep one of them"


def _shared(pairs: Iterable[tuple[KeyT, str]]) -> Iterator[tuple[KeyT, Sequence[str]]]:
    names = defaultdict[KeyT, list[str]](list)
    for key, name in pairs:
        names[key].append(name)
    return ((key, group) for key, group in names.items() if len(group) > 1)


def _check_leaf(leaf: Leaf) -> Iterator[str]:
    if leaf.field.read_only and leaf.direction.is_pushed:
        yield f"{leaf.name}: {leaf.field} is computed by the remote and cannot be written; use pull"
    yield from _check_overflow(leaf)
    match leaf.source:
        case Constant(value=value):
            try:
                check_limits(leaf.field, encode(leaf.field, value))
            except UnfitError as error:
                yield f"{leaf.name}: {value!r} {error.message}; {error.remedy}"
        case Reference() as reference:
            yield from _check_reference(leaf, reference)
        case _:
            pass


def _check_reference(leaf: Leaf, reference: Reference) -> Iterator[str]:
    target = _target(leaf.field)
    if reference.remote is not None and target not in (None, reference.remote.remote_name):
        yield (
            f"{leaf.name}: {leaf.field} refers to a {target}, "
            f"the mapping it names is for {reference.remote.remote_name}; name one for {target}"
        )
    held, key = plain_class(without_none(leaf.local_type)), reference.key
    if held is not None and key is not None and not (issubclass(held, key) or issubclass(key, held)):
        yield (
            f"{leaf.name} is {held.__name__}, but a key of {reference.entity!r} is {key.__name__}; "
            f"annotate {key.__name__}, or name the mapping whose key it is"
        )


def _check_overflow(leaf: Leaf) -> Iterator[str]:
    limit = leaf.field.max_length
    if leaf.overflow is Overflow.ERROR:
        return
    if limit is None:
        yield f"{leaf.name}: no length is known of {leaf.field}, so nothing overflows; take overflow out"
    elif leaf.overflow is Overflow.SUFFIX and limit <= MARK_LENGTH:
        yield (
            f"{leaf.name}: {leaf.field} holds {limit} characters, a suffix takes {MARK_LENGTH}; "
            "use Overflow.TRUNCATE"
        )


def _target(field: RemoteField[object]) -> str | None:
    """Return the remote type that a field refers to, by name; None for one that is no reference."""
    return cast("RefField[RemoteType]", field).to if isinstance(field, RefField) else None


def _check_lines(lines: Lines) -> Iterator[str]:
    if lines.kind not in lines.field.kinds:
        kinds = ", ".join(kind.__name__ for kind in lines.field.kinds)
        yield (
            f"{lines.name}: {lines.field} has no {lines.kind.__name__}; use a mapping of one of its kinds: {kinds}"
        )
    if lines.direction.is_pushed:
        for leaf in lines.leaves:
            if not leaf.direction.is_pushed:
                yield (
                    f"{lines.name}: {leaf.name} is only pulled, but lines are compared and written whole; "
                    "map it both ways, or pull the lines"
                )


def check_line(declaration: LinesDeclaration) -> Iterator[str]:
    """Yield what is wrong with the mapping of a kind of line besides its fields."""
    for inner in declaration.lines:
        yield f"{inner.name}: lines within lines are not mapped; leave them to the remote"
    names = frozenset(leaf.name for leaf in declaration.leaves)
    if declaration.key is not None and declaration.key not in names:
        yield (
            f"key={declaration.key!r} is no mapped field of the line{suggest(declaration.key, names)}; "
            "map the field that tells one line from another, or leave key out"
        )


def check_entity(declaration: EntityDeclaration) -> Iterator[str]:
    """Yield what is wrong with the mapping of an entity besides its fields."""
    rules = declaration.rules
    if rules.once:
        for member in declaration.members:
            if member.direction is Direction.PULL:
                yield (
                    f"{member.name} is only pulled, but with once=True a record is left alone after its push; "
                    "take it out, or once"
                )
    if rules.effective_from is not None and rules.dated is None:
        yield "effective_from needs dated: a function of the local record that returns when it is from"
    yield from _check_cycles(declaration.entity, declaration.required)


def check_key_type(key: str, told: object, annotated: object) -> Iterator[str]:
    """Yield that the key is of another type than the mapping class tells."""
    if isinstance(told, type) and isinstance(annotated, type) and not issubclass(annotated, told):
        yield (
            f"key={key!r} is {annotated.__name__} in the local class, the mapping says {told.__name__}; "
            f"write EntityMapping[..., ..., {annotated.__name__}]"
        )


def check_aware_instant(name: str, value: datetime | None) -> Iterator[str]:
    """Yield that an instant has no time zone."""
    if value is not None and value.utcoffset() is None:
        yield f"{name} must be timezone-aware, got {value!r}; give it a tzinfo"


def _check_cycles(entity: str, required: Collection[tuple[str, ...]]) -> Iterator[str]:
    for path in required:
        if path[-1] == entity:
            yield cycle_mistake((entity, *path))


def cycle_mistake(path: Sequence[str]) -> str:
    """Return that the entities of *path*, the first and last of which are the same, cannot do without each other."""
    return (
        f"{' -> '.join(path)}: each needs the one after it to be linked first, so that none can ever be pushed; "
        "take one of these references out"
    )
