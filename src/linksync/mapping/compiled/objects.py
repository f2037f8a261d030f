"""The way out of one object, a record or a line, as Python source: its values into local variables."""

from collections.abc import Mapping, Sequence
from typing import is_typeddict

from attrs import define, field, frozen

from linksync.mapping.attributes import ABSENT, plain_class
from linksync.mapping.compiled.source import GIVE_UP, Source, attribute
from linksync.mapping.compiled.values import Forms, ValueWriter
from linksync.mapping.declaration import Leaf
from linksync.mapping.sources import Attribute
from linksync.records import CLEAR


@frozen
class Kind:
    """How the attributes of a local object are read.

    Attributes:
        is_mapping: By key, not by attribute.
        plain: The class of most of them, where it is known.
    """

    is_mapping: bool
    plain: type[object] | None = None

    @classmethod
    def of(cls, local: object) -> "Kind":
        """Return the kind of objects of the declared type *local*."""
        origin = plain_class(local)
        if origin is None or origin is object:
            return cls(is_mapping=False)
        if is_typeddict(origin) or issubclass(origin, Mapping):
            return cls(is_mapping=True, plain=dict)
        return cls(is_mapping=False, plain=origin)

    @property
    def other(self) -> "Kind":
        """What an object is that is not of this kind."""
        return Kind(is_mapping=not self.is_mapping, plain=None if self.is_mapping else dict)

    def mismatch(self, source: Source, variable: str) -> str:
        """Return the condition for an object that is not of this kind."""
        is_mapping = f"isinstance({variable}, {source.constant('Mapping', Mapping)})"
        wrong = f"not {is_mapping}" if self.is_mapping else is_mapping
        if self.plain is None:
            return wrong
        return f"type({variable}) is not {source.constant(self.plain.__name__, self.plain)} and {wrong}"


@define(eq=False)
class ObjectWriter:
    """Writes the translation of one local object.

    Attributes:
        source: Where to.
        kind: The kind of the object.
        is_declared: Whether it is of its declared kind. What is within it is then taken for what it is declared as,
            else for the same kind as the object.
        is_whole: Whether nothing of it can be left alone: a line.
        forms: The variables of its values, by leaf name.
    """

    source: Source
    kind: Kind
    is_declared: bool
    is_whole: bool = False
    forms: dict[str, Forms] = field(factory=dict[str, Forms], init=False)

    @property
    def can_be_absent(self) -> bool:
        """Whether a value may be left out; attributes hardly ever are, and one that is gives up."""
        return self.kind.is_mapping and not self.is_whole

    def within(self, local: object) -> Kind:
        """Return the kind of an object of the declared type *local* within it."""
        return Kind.of(local) if self.is_declared else Kind(is_mapping=self.kind.is_mapping)

    def write(self, leaves: Sequence[Leaf], record: str) -> None:
        """Write the translation of the object in the variable *record*."""
        for leaf in leaves:
            self.forms[leaf.name] = Forms.of(self.source, leaf)
        self._write_level(leaves, record, self.kind, 0)

    def _write_level(self, leaves: Sequence[Leaf], record: str, kind: Kind, depth: int) -> None:
        inner = dict[str, list[Leaf]]()
        for leaf in leaves:
            if len(leaf.holder) > depth:
                inner.setdefault(leaf.holder[depth], []).append(leaf)
            else:
                writer = ValueWriter(
                    self.source, leaf, self.forms[leaf.name], can_be_absent=self.can_be_absent
                )
                writer.write(record, is_mapping=kind.is_mapping, is_whole=self.is_whole)
        for name, group in inner.items():
            self._write_holder(name, group, attribute(record, name, is_mapping=kind.is_mapping), depth)

    def _write_holder(self, name: str, group: Sequence[Leaf], expression: str, depth: int) -> None:
        source, names = self.source, self._variables(group)
        kind = self.within(group[0].holder_types[depth])
        holder = source.variable(f"{name}_")
        source.add(f"{holder} = {expression}")
        source.add(f"if {holder} is None or {holder} is {source.constant('CLEAR', CLEAR)}: {names} = None")
        if self.can_be_absent:
            source.add(f"elif {holder} is ABSENT: {names} = ABSENT")
        source.add(f"elif {kind.mismatch(source, holder)}: {GIVE_UP}")
        with source.block("else"):
            self._write_level(group, holder, kind, depth + 1)
            self._write_vanishing(group, depth + 1)

    def _write_vanishing(self, group: Sequence[Leaf], depth: int) -> None:
        """Write that an object with nothing of its own is blank, and that one which is not has what it requires.

        Of the objects within it the same has been said already: they are empty if it is.
        """
        own = [leaf for leaf in group if len(leaf.holder) == depth]
        required = [leaf for leaf in own if leaf.field.required or leaf.field.always_required]
        # where something within is absent, what is made up further down has to go as well
        fillers = [leaf for leaf in (group if self.can_be_absent else own) if _may_fill(leaf)]
        if not required and not fillers:
            return
        told = [leaf for leaf in group if not leaf.is_made_up]
        with self.source.block(f"if {' and '.join(self._is_blank(leaf) for leaf in told) or 'True'}"):
            for leaf in fillers:
                self._write_vanished(leaf, told)
        for leaf in required:
            form = self.forms[leaf.name].remote
            self.source.add(f"elif {form} is None or (type({form}) is str and {form}.isspace()): {GIVE_UP}")

    def _write_vanished(self, leaf: Leaf, told: Sequence[Leaf]) -> None:
        names = self._variables([leaf])
        if not self.can_be_absent:
            self.source.add(f"{names} = None")
        elif leaf.is_made_up:
            absent = [f"{self.forms[other.name].remote} is ABSENT" for other in told]
            self.source.add(f"{names} = ABSENT if {' or '.join(absent) or 'False'} else None")
        else:
            self.source.add(f"if {self.forms[leaf.name].remote} is not ABSENT: {names} = None")

    def _is_blank(self, leaf: Leaf) -> str:
        form = self.forms[leaf.name].remote
        return f"({form} is None or {form} is ABSENT)" if self.can_be_absent else f"{form} is None"

    def _variables(self, leaves: Sequence[Leaf]) -> str:
        """Return the variables of *leaves* as the targets of one assignment."""
        forms = (self.forms[leaf.name] for leaf in leaves)
        return " = ".join(name for form in forms for name in dict.fromkeys((form.local, form.remote)))


def _may_fill(leaf: Leaf) -> bool:
    """Whether a value may say something where its object says nothing."""
    if isinstance(leaf.source, Attribute):
        return leaf.source.convert is not None or leaf.source.default is not ABSENT
    return leaf.is_made_up
