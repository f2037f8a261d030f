"""A mapping as a table, for documents and screens."""

from collections.abc import Iterator, Sequence
from typing import Any, get_args

from attrs import frozen

from linksync.mapping.attributes import ABSENT
from linksync.mapping.declaration import Leaf, Lines
from linksync.mapping.declaredmapper import DeclaredMapper, is_declared
from linksync.mapping.mapper import EntityMapper
from linksync.mapping.mappers import MappingLike, mapper_of
from linksync.mapping.remote import RemoteField
from linksync.mapping.rules import Direction, FieldRules, MissingReference, Overflow, Owner
from linksync.mapping.sources import Attribute, Choice, Computed, Constant, Reference, Setting


@frozen(kw_only=True)
class DescribedField:
    """One field of a mapping, as people are told of it.

    Attributes:
        name: Its name; that of a value on lines begins with theirs, as in `lines.price`.
        local: The path of its local attribute; empty where the mapping makes the value up.
        local_type: The local type, as it is annotated; empty where it is not.
        remote: The remote field, as messages name it.
        kind: How it stands in JSON; `lines` for an array.
        direction: Which way it travels.
        owner: Who wins when both sides changed it; None for a value on lines, which are settled together.
        limits: What the remote takes: lengths, characters, choices, whether it must be there.
        notes: Where the value comes from and what is done to it.
    """

    name: str
    local: str
    local_type: str
    remote: str
    kind: str
    direction: Direction
    owner: Owner | None
    limits: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@frozen(kw_only=True)
class Description:
    """A mapping as a table.

    Attributes:
        title: The name of the mapping class; that of the entity for a mapper written by hand.
        entity: The kind of record.
        remote_type: What the remote calls it.
        rules: What linksync may do by itself, in words; what is usual is not named.
        fields: Its rows.
    """

    title: str
    entity: str
    remote_type: str
    rules: tuple[str, ...]
    fields: Sequence[DescribedField]

    def as_markdown(self) -> str:
        """Return the table as Markdown, under a heading."""
        lines = [f"### {self.title}", "", f"`{self.entity}` is a {self.remote_type}."]
        lines += ["", *(f"- {rule}" for rule in self.rules)] if self.rules else []
        head = ("field", "local", "type", "remote", "kind", "direction", "owner", "limits", "notes")
        lines += ["", _row(head), _row(["---"] * len(head))]
        for it in self.fields:
            owner = it.owner.value if it.owner else ""
            codes = (_code(text) for text in (it.name, it.local, it.local_type, it.remote))
            told = (it.kind, it.direction.value, owner, "; ".join(it.limits), "; ".join(it.notes))
            lines.append(_row((*codes, *told)))
        return "\n".join(lines) + "\n"


def describe(mapping: MappingLike) -> Description:
    """Return a mapping as a table; of a mapper written by hand only what its `fields` say.

    Raises:
        ConfigurationError: *mapping* is another class.
    """
    mapper = mapper_of(mapping)
    if is_declared(mapper):
        title, fields = mapper.declaration.name, list(_declared(mapper))
    else:
        title, fields = mapper.entity, [_by_hand(rules) for rules in mapper.fields.values()]
    return Description(
        title=title,
        entity=mapper.entity,
        remote_type=mapper.remote_type,
        rules=tuple(_rules(mapper)),
        fields=fields,
    )


def _declared(mapper: DeclaredMapper[Any]) -> Iterator[DescribedField]:
    for member in mapper.declaration.members:
        match member:
            case Leaf():
                yield _leaf(member, "", member.direction, member.owner)
            case Lines():
                rules = member.rules
                yield DescribedField(
                    name=member.name,
                    local=member.attribute,
                    local_type=f"list[{_type_name(member.local)}]",
                    remote=rules.remote,
                    kind="lines",
                    direction=member.direction,
                    owner=member.owner,
                    limits=("required",) if member.field.required else (),
                    notes=(f"{member.kind.__name__}, by {member.mapping}", *_identity(member)),
                )
                for leaf in member.leaves:
                    yield _leaf(leaf, f"{member.name}.", member.direction, None)


def _identity(lines: Lines) -> tuple[str, ...]:
    return (f"told apart by {lines.key}",) if lines.key else ()


def _leaf(leaf: Leaf, prefix: str, direction: Direction, owner: Owner | None) -> DescribedField:
    return DescribedField(
        name=f"{prefix}{leaf.name}",
        local=leaf.local,
        local_type=_type_name(leaf.local_type),
        remote=leaf.field.label,
        kind=leaf.field.kind.value,
        direction=direction,
        owner=owner,
        limits=tuple(_limits(leaf.field)),
        notes=tuple(_notes(leaf)),
    )


def _by_hand(rules: FieldRules) -> DescribedField:
    return DescribedField(
        name=rules.name,
        local=rules.local or "",
        local_type="",
        remote=rules.remote,
        kind="",
        direction=rules.direction,
        owner=rules.owner,
        notes=("matches",) if rules.match else (),
    )


def _limits(field: RemoteField[object]) -> Iterator[str]:
    if field.max_length is not None:
        yield f"at most {field.max_length} characters"
    if field.forbidden:
        yield f"without {' '.join(map(repr, field.forbidden))}"
    if field.choices:
        yield f"one of {', '.join(field.choices)}"
    if field.read_only:
        yield "read-only"
    if field.create_only:
        yield "only when it is created"
    if field.always_required:
        yield "required, on updates too"
    elif field.required:
        yield "required"


def _notes(leaf: Leaf) -> Iterator[str]:
    if leaf.match:
        yield "matches"
    yield from _origin(leaf)
    match leaf.overflow:
        case Overflow.TRUNCATE:
            yield "cut off if too long"
        case Overflow.SUFFIX:
            yield "cut off with a mark if too long"
        case Overflow.ERROR:
            pass


def _origin(leaf: Leaf) -> Iterator[str]:
    """Yield where a value comes from, unless it is an attribute as it is."""
    match leaf.source:
        case Attribute(convert=convert, default=default):
            yield from () if convert is None else ("converted",)
            yield from () if default is ABSENT else (f"blank counts as {default!r}",)
        case Constant(value=value):
            yield f"always {value!r}"
        case Computed(watches=watches):
            yield f"computed from {', '.join(sorted(watches))}" if watches else "computed"
        case Setting(name=name):
            yield f"the company's setting {name!r}"
        case Choice(value_map=value_map):
            yield f"by the company's value map {value_map!r}"
        case Reference(entity=entity):
            yield f"refers to {entity}"


def _rules(mapper: EntityMapper) -> Iterator[str]:
    rules = mapper.rules
    if rules.once:
        yield "pushed once, and the remote's from then on"
    if rules.permanent:
        yield "a link, once made, is never unlinked"
    if not rules.auto_create:
        yield "not promoted because something refers to it"
    match rules.missing_reference:
        case MissingReference.WAIT:
            yield "waits for records that it refers to until somebody promotes them"
        case MissingReference.ERROR:
            yield "needs action while a record that it refers to is not linked"
        case MissingReference.PROMOTE:
            pass
    if rules.eligible is not None:
        yield "not every record may be promoted"
    if rules.effective_from is not None:
        yield f"only records from {rules.effective_from:%Y-%m-%d} on"


def _type_name(hint: object) -> str:
    """Return a type as one writes it."""
    if hint is None:
        return ""
    if hint is type(None):
        return "None"
    members = get_args(hint)
    if isinstance(hint, type) and not members:
        return hint.__name__
    if members and not hasattr(hint, "__name__"):
        return " | ".join(_type_name(member) for member in members)
    return str(hint).replace("typing.", "")


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def _row(cells: Sequence[str]) -> str:
    # within a table, a bar would begin the next cell, in code as well
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
