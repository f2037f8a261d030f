"""The mapper behind a mapping class: compiled functions, and the interpreter where they give up."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any, Generic, TypeAlias, TypeGuard, cast

from attrs import define, field
from typing_extensions import TypeVar

from linksync.errors import FieldProblem
from linksync.exactjson import Json, JsonObject
from linksync.fields import Base, FieldValue
from linksync.mapping.attributes import ABSENT, read_attribute
from linksync.mapping.compiled import (
    Result,
    compile_creating,
    compile_incoming,
    compile_outgoing,
    compile_references,
    compile_remote_match_key,
    compile_updating,
)
from linksync.mapping.declaration import EntityDeclaration
from linksync.mapping.interpreter import Interpreter, raw_lines
from linksync.mapping.mapper import MappingContext
from linksync.mapping.narrowing import narrowed
from linksync.mapping.rules import EntityRules, FieldRules
from linksync.mapping.writing import local_values, remote_values
from linksync.records import CLEAR, RecordKey, WriteValue

LocalT_contra = TypeVar("LocalT_contra", default=object, contravariant=True)

_MOST_NARROWED = 64
"""How many sets of changed attributes are kept a translation for: hosts name few different ones."""


_Outgoing: TypeAlias = Callable[[object, MappingContext], Mapping[str, FieldValue]]
_Incoming: TypeAlias = Callable[[JsonObject, MappingContext], Mapping[str, FieldValue]]
_Changed: TypeAlias = Callable[[object, MappingContext, Base], Mapping[str, FieldValue]]
_References: TypeAlias = Callable[[object], Collection[RecordKey]]
_MatchKey: TypeAlias = Callable[[object], tuple[Json, ...]]
_Updating: TypeAlias = Callable[[Mapping[str, FieldValue], Base], Mapping[str, WriteValue]]
_Creating: TypeAlias = Callable[[Mapping[str, FieldValue]], Mapping[str, WriteValue]]
_RemoteMatchKey: TypeAlias = Callable[[JsonObject], tuple[Json, ...]]


@define(eq=False)
class DeclaredMapper(Generic[LocalT_contra]):
    """The `EntityMapper` of a mapping class, for local records of the class that it names.

    Attributes:
        declaration: What the class says.
        compiled: Whether functions are compiled for it, each when it is first needed. Where Python must not make code
            (an audit hook forbids it), the interpreter does it all, slower and with the same results.
    """

    declaration: EntityDeclaration
    compiled: bool = field(default=True, kw_only=True)
    _interpreter: Interpreter = field(init=False)
    _outgoing: _Outgoing | None = field(default=None, init=False)
    _incoming: _Incoming | None = field(default=None, init=False)
    _changed: _Changed | None = field(default=None, init=False)
    _references: _References | None = field(default=None, init=False)
    _match_key: _MatchKey | None = field(default=None, init=False)
    _remote_match_key: _RemoteMatchKey | None = field(default=None, init=False)
    _creating: _Creating | None = field(default=None, init=False)
    _updating: _Updating | None = field(default=None, init=False)
    _narrowed: dict[frozenset[str], "DeclaredMapper[LocalT_contra]"] = field(
        factory=dict[frozenset[str], "DeclaredMapper[LocalT_contra]"], init=False
    )

    def __attrs_post_init__(self) -> None:
        self._interpreter = Interpreter(self.declaration)

    @property
    def entity(self) -> str:
        """The kind of record."""
        return self.declaration.entity

    @property
    def remote_type(self) -> str:
        """What the remote calls it."""
        return self.declaration.remote.remote_name

    @property
    def rules(self) -> EntityRules:
        """What linksync may do by itself."""
        return self.declaration.rules

    @property
    def fields(self) -> Mapping[str, FieldRules]:
        """The mapped fields by name, those of nested objects by their dotted path."""
        return self.declaration.fields

    def label(self, local: LocalT_contra) -> str:
        """Return what people call the record: what the mapping says, else its first match field, else its key."""
        told = self.declaration.label
        if callable(told):
            return str(told(local))
        for name in self.declaration.label_attributes:
            value = read_attribute(local, name)
            if value is not None and value is not ABSENT and value is not CLEAR and str(value):
                return str(value)
        return ""

    def references(self, local: LocalT_contra) -> Collection[RecordKey]:
        """Return the local records that this one refers to in fields that are pushed.

        Ids that are no ids are left to `outgoing`, which reports them with the rest.

        Raises:
            MappingError: The record refers to itself.
        """
        return (self._references or self._compile_references())(local)

    def outgoing(self, local: LocalT_contra, context: MappingContext) -> Mapping[str, FieldValue]:
        """Return the fields of a local record that are pushed, in both forms.

        Raises:
            MappingError: Fields that cannot be translated, all of them.
        """
        return (self._outgoing or self._compile_outgoing())(local, context)

    def attempt(
        self, local: LocalT_contra, context: MappingContext
    ) -> tuple[Mapping[str, FieldValue], Sequence[FieldProblem]]:
        """Return the pushed fields that can be translated, in both forms, and what is wrong with the others.

        Nothing of such a record is written; it is for showing people the whole of it.
        """
        return self._interpreter.attempt(local, context)

    def outgoing_for(
        self, local: LocalT_contra, context: MappingContext, changed: Collection[str]
    ) -> Mapping[str, FieldValue]:
        """Return those of the outgoing fields that a change of some attributes may change.

        Fields that stand or fall together, those of a nested object and the lines of an array, come together.
        Nothing is said of the others, not even that they are wrong; settings of the company are among those.

        Args:
            local: The local record.
            context: What the translation may know besides it.
            changed: The names of the changed attributes, as `FieldRules.watches` has them.

        Raises:
            MappingError: Fields among them that cannot be translated, all of them.
        """
        names = frozenset(changed)
        mapper = self._narrowed.get(names)
        if mapper is None:
            if len(self._narrowed) >= _MOST_NARROWED:
                self._narrowed.clear()
            mapper = self._narrowed[names] = DeclaredMapper[LocalT_contra](
                narrowed(self.declaration, names), compiled=self.compiled
            )
        return mapper.outgoing(local, context)

    def changed(self, local: LocalT_contra, context: MappingContext, base: Base) -> Mapping[str, FieldValue]:
        """Return those of the outgoing fields whose local form is not that of *base*, or that it does not know.

        Raises:
            MappingError: Fields that cannot be translated, all of them.
        """
        return (self._changed or self._compile_changed())(local, context, base)

    def incoming(self, remote: JsonObject, context: MappingContext) -> Mapping[str, FieldValue]:
        """Return the fields of a remote record in both forms.

        The local form of a reference to a record that is not linked, or of a value that no value map has, is
        `{"remote": ...}`: it can be compared and kept, and `local_values` refuses it.

        Raises:
            MappingError: Fields that cannot be translated, all of them.
        """
        return (self._incoming or self._compile_incoming())(remote, context)

    def match_key(self, local: LocalT_contra) -> tuple[Json, ...]:
        """Return the remote forms of a local record's match fields, in the order of declaration; None where blank.

        Two records with the same key are candidates for one another; see `remote_match_key`.

        Raises:
            MappingError: Match fields that cannot be translated, all of them.
        """
        return (self._match_key or self._compile_match_key())(local)

    def remote_match_key(self, remote: JsonObject) -> tuple[Json, ...]:
        """Return the remote forms of a remote record's match fields, in the order of declaration; None where blank.

        Raises:
            MappingError: Match fields that cannot be read, all of them.
        """
        return (self._remote_match_key or self._compile_remote_match_key())(remote)

    def remote_values(self, fields: Mapping[str, FieldValue], base: Base | None) -> Mapping[str, WriteValue]:
        """Return the nested JSON that writes the remote forms of *fields* to the remote.

        Blank is `CLEAR`, for a reference in place of its whole object. With a *base* that does not know the raw
        lines of an array that is to be written, nothing is guessed.

        Raises:
            MappingError: What the remote requires is lacking, an update changes what can only be created, or the raw
                lines are not known.
        """
        if base is None:
            return (self._creating or self._compile_creating())(fields)
        return (self._updating or self._compile_updating())(fields, base)

    def local_values(self, fields: Mapping[str, FieldValue]) -> Mapping[str, WriteValue]:
        """Return the values that write the local forms of *fields* to the local record, by attribute.

        Numbers are `Decimal`, days `date`, instants `datetime` in UTC, ids `int` where keys are, else text, enum members their
        values, nested objects and lines dicts by attribute, blank None. What the mapping makes up is left out.

        Raises:
            MappingError: A form that the local side has no word for.
        """
        return local_values(self.declaration, fields)

    def raw_parts(self, remote: JsonObject) -> Mapping[str, Json]:
        """Return the mapped arrays of lines and objects of a remote record as they came; a missing array is empty."""
        declaration = self.declaration
        found: dict[str, Json] = {
            name: held for name in declaration.raw_objects if isinstance(held := remote.get(name), Mapping)
        }
        for name in declaration.raw_arrays:
            found[name] = list(raw_lines(remote.get(name)))
        return found

    def _compile_references(self) -> _References:
        plain = self._interpreter.references
        made = compile_references(self.declaration, plain) if self.compiled else None
        self._references = cast("_References | None", made) or plain
        return self._references

    def _compile_outgoing(self) -> _Outgoing:
        plain = self._interpreter.outgoing
        made = compile_outgoing(self.declaration, Result.FIELDS, plain) if self.compiled else None
        self._outgoing = cast("_Outgoing | None", made) or plain
        return self._outgoing

    def _compile_changed(self) -> _Changed:
        plain = self._interpreter.changed
        made = compile_outgoing(self.declaration, Result.CHANGES, plain) if self.compiled else None
        self._changed = cast("_Changed | None", made) or plain
        return self._changed

    def _compile_incoming(self) -> _Incoming:
        plain = self._interpreter.incoming
        made = compile_incoming(self.declaration, plain) if self.compiled else None
        self._incoming = cast("_Incoming | None", made) or plain
        return self._incoming

    def _compile_match_key(self) -> _MatchKey:
        plain = self._interpreter.match_key
        made = compile_outgoing(self.declaration, Result.MATCH_KEY, plain) if self.compiled else None
        self._match_key = cast("_MatchKey | None", made) or plain
        return self._match_key

    def _compile_remote_match_key(self) -> _RemoteMatchKey:
        plain = self._interpreter.remote_match_key
        made = compile_remote_match_key(self.declaration, plain) if self.compiled else None
        self._remote_match_key = cast("_RemoteMatchKey | None", made) or plain
        return self._remote_match_key

    def _compile_creating(self) -> _Creating:
        plain = partial(remote_values, self.declaration, base=None)
        made = compile_creating(self.declaration, plain) if self.compiled else None
        self._creating = cast("_Creating | None", made) or plain
        return self._creating

    def _compile_updating(self) -> _Updating:
        plain = partial(remote_values, self.declaration)
        made = compile_updating(self.declaration, plain) if self.compiled else None
        self._updating = cast("_Updating | None", made) or plain
        return self._updating


def is_declared(mapper: object) -> TypeGuard[DeclaredMapper[Any]]:
    """Whether a mapper is that of a mapping class."""
    return isinstance(mapper, DeclaredMapper)
