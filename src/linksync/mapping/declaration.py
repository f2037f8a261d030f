"""What a mapping class says, as plain facts: the one thing that checks and mappers read."""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any, TypeAlias

from attrs import evolve, field, frozen

from linksync.mapping.remote import LinesField, RemoteField, RemoteGroup, RemoteLine, RemoteType
from linksync.mapping.rules import Direction, EntityRules, FieldRules, Overflow, Owner
from linksync.mapping.sources import (
    Attribute,
    Choice,
    Computed,
    Constant,
    Reference,
    Setting,
    Source,
    is_made_up,
)

EVERYTHING = "*"
"""Among `FieldRules.watches`: the change of any attribute may change the field."""


@frozen(kw_only=True, eq=False)
class Leaf:
    """One value: a remote field and where its value comes from.

    Attributes:
        name: Its name, unique in its mapping; dotted within nested objects (`address.city`).
        holder: The attributes that lead from the record to the object that the value is taken from; empty for the
            record itself.
        holder_types: The declared types of the objects on that way, outermost first, that of the record left out.
        attribute: The attribute that holds the value; None where the mapping makes it up.
        field: The remote field, with its whole path.
        source: Where the value comes from.
        direction: Which way it travels.
        owner: Who wins a conflict.
        match: Whether it tells one record from another.
        overflow: What becomes of a text that is too long for the field.
        local_type: The annotated type of its attribute; None where that cannot be read.
    """

    name: str
    holder: tuple[str, ...] = ()
    holder_types: tuple[object, ...] = ()
    attribute: str | None
    field: RemoteField[object]
    source: Source
    direction: Direction = Direction.BOTH
    owner: Owner = Owner.ASK
    match: bool = False
    overflow: Overflow = Overflow.ERROR
    local_type: object = None

    @property
    def local(self) -> str:
        """The dotted path of its attribute; empty where the mapping makes the value up."""
        return ".".join((*self.holder, self.attribute)) if self.attribute else ""

    @property
    def path(self) -> tuple[str, ...]:
        """The JSON names that lead to the value on the remote side."""
        return self.field.path

    @property
    def is_made_up(self) -> bool:
        """Whether the value comes from elsewhere than an attribute, so that it does not keep a nested object alive."""
        return is_made_up(self.source)

    @property
    def watches(self) -> frozenset[str]:
        """The local attributes whose change may change it, as dotted paths; `*` for all of them."""
        watched = {".".join(self.holder[:depth]) for depth in range(1, len(self.holder) + 1)}
        match self.source:
            case Attribute() | Choice() | Reference():
                watched.add(self.local)
            case Computed(watches=None):
                watched.add(EVERYTHING)
            case Computed(watches=names):
                watched.update(".".join((*self.holder, name)) for name in names or ())
            case Constant() | Setting():
                pass
        return frozenset(watched)

    @property
    def rules(self) -> FieldRules:
        """How the field behaves."""
        return FieldRules(
            name=self.name,
            local=self.local or None,
            remote=self.field.label,
            direction=self.direction,
            owner=self.owner,
            match=self.match,
            watches=self.watches,
        )

    def within(self, name: str, attribute: str, local: object, group: RemoteGroup) -> "Leaf":
        """Return it as a part of a nested object.

        Args:
            name: The name of the nested object in its mapping.
            attribute: The local attribute that holds it.
            local: Its local type.
            group: Its remote counterpart.
        """
        return evolve(
            self,
            name=f"{name}.{self.name}",
            holder=(attribute, *self.holder),
            holder_types=(local, *self.holder_types),
            field=evolve(self.field, within=(*group.path, *self.field.within), owner=group.owner),
        )


@frozen(kw_only=True, eq=False)
class Lines:
    """The lines of one kind within a document.

    Attributes:
        name: Its name, unique in its mapping.
        attribute: The local attribute that holds the lines.
        field: The remote array.
        kind: The kind of remote line; other kinds in the same array are not its business.
        local: The type of the local lines.
        leaves: The values of each line.
        key: The name of the leaf that tells one line from another; None where lines have no identity.
        mapping: The name of the class that declares the line.
        direction: Which way the lines travel, all together.
        owner: Who wins a conflict.
    """

    name: str
    attribute: str
    field: LinesField[RemoteLine]
    kind: type[RemoteLine]
    local: object
    leaves: tuple[Leaf, ...]
    key: str | None
    mapping: str
    direction: Direction = Direction.BOTH
    owner: Owner = Owner.ASK

    @property
    def rules(self) -> FieldRules:
        """How the field behaves."""
        watched = {watch for leaf in self.leaves for watch in leaf.watches}
        return FieldRules(
            name=self.name,
            local=self.attribute,
            remote=self.field.name,
            direction=self.direction,
            owner=self.owner,
            watches=frozenset(
                {self.attribute}
                | {f"{self.attribute}.{watch}" for watch in watched - {EVERYTHING}}
                | (watched & {EVERYTHING})
            ),
        )


Member: TypeAlias = Leaf | Lines


@frozen(kw_only=True, eq=False)
class Declaration:
    """What a mapping class says.

    Attributes:
        name: The name of the class.
        local: The type of the local objects.
        members: The mapped fields, in the order of declaration, nested ones flattened.
    """

    name: str
    local: object
    members: tuple[Member, ...]

    @cached_property
    def leaves(self) -> tuple[Leaf, ...]:
        """The values, lines left out."""
        return tuple(member for member in self.members if isinstance(member, Leaf))

    @cached_property
    def lines(self) -> tuple[Lines, ...]:
        """The lines."""
        return tuple(member for member in self.members if isinstance(member, Lines))

    def references(self) -> Iterator[tuple[Leaf, Reference]]:
        """Yield the values that refer to other records, those of lines included."""
        leaves = [*self.leaves, *(leaf for lines in self.lines for leaf in lines.leaves)]
        for leaf in leaves:
            if isinstance(leaf.source, Reference):
                yield leaf, leaf.source


@frozen(kw_only=True, eq=False)
class NestedDeclaration(Declaration):
    """What the mapping of a nested object says.

    Attributes:
        group: The remote group that it is for.
    """

    group: type[RemoteGroup]


@frozen(kw_only=True, eq=False)
class LinesDeclaration(Declaration):
    """What the mapping of a kind of line says.

    Attributes:
        kind: The kind of remote line that it is for.
        key: The name of the value that tells one line from another.
    """

    kind: type[RemoteLine]
    key: str | None = None


@frozen(kw_only=True, eq=False)
class EntityDeclaration(Declaration):
    """What the mapping of an entity says.

    Attributes:
        entity: The kind of record.
        remote: The remote type that it is for.
        key: The local attribute that holds its id.
        key_type: What makes a local id of its text.
        known_key: The type of its ids, where the mapping class or the local class says it.
        label: The attribute, or the function of the local record, that says what people call it.
        rules: What linksync may do by itself.
    """

    entity: str
    remote: type[RemoteType]
    key: str
    key_type: Callable[[str], object] = str
    known_key: type[object] | None = None
    label: str | Callable[[Any], object] | None = None
    rules: EntityRules = field(factory=EntityRules)

    @cached_property
    def fields(self) -> Mapping[str, FieldRules]:
        """How each field behaves, by name."""
        return {member.name: member.rules for member in self.members}

    @cached_property
    def label_attributes(self) -> tuple[str, ...]:
        """The attributes that may say what people call a record, the first that has a value does."""
        told = [self.label] if isinstance(self.label, str) else []
        matches = [leaf.attribute for leaf in self.leaves if leaf.match and not leaf.holder]
        return (*told, *(name for name in matches if name is not None), self.key)

    @cached_property
    def raw_objects(self) -> tuple[str, ...]:
        """The JSON names of the mapped objects that a write replaces whole."""
        return tuple(sorted({leaf.field.within[0] for leaf in self.leaves if leaf.field.within}))

    @cached_property
    def raw_arrays(self) -> tuple[str, ...]:
        """The JSON names of the mapped arrays of lines."""
        return tuple(sorted({lines.field.name for lines in self.lines}))

    @property
    def required(self) -> tuple[tuple[str, ...], ...]:
        """The entities that its records cannot do without, each as the path of entities that leads to it."""
        return tuple(
            path
            for leaf, reference in self.references()
            if leaf.field.required and leaf.direction.is_pushed
            for path in (
                (reference.entity,),
                *((reference.entity, *onward) for onward in reference.onward),
            )
        )
