"""The mapper behind a mapping class: it walks the declaration, value by value."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import cast

from attrs import define

from linksync.errors import FieldProblem, MappingError
from linksync.exactjson import Json, JsonObject
from linksync.fields import Base, FieldValue
from linksync.mapping.attributes import ABSENT, read_attribute
from linksync.mapping.declaration import EntityDeclaration, Leaf, Lines
from linksync.mapping.forms import NOTHING, UnfitError, encode_id
from linksync.mapping.leaves import Translation
from linksync.mapping.mapper import MappingContext
from linksync.mapping.rules import EntityRules, FieldRules
from linksync.mapping.sources import Reference
from linksync.mapping.writing import local_values, remote_values
from linksync.records import CLEAR, RecordKey, WriteValue


@define(eq=False)
class DeclaredMapper:
    """The `EntityMapper` of a mapping class.

    Attributes:
        declaration: What the class says.
    """

    declaration: EntityDeclaration

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

    def label(self, local: object) -> str:
        """Return what people call the record: what the mapping says, else its first match field, else its key."""
        told = self.declaration.label
        if callable(told):
            return str(told(local))
        matches = (leaf for leaf in self.declaration.leaves if leaf.match and not leaf.holder)
        names = [told, *(leaf.attribute for leaf in matches), self.declaration.key]
        for name in names:
            value = ABSENT if name is None else read_attribute(local, name)
            if value is not None and value is not ABSENT and value is not CLEAR and str(value):
                return str(value)
        return ""

    def references(self, local: object) -> Collection[RecordKey]:
        """Return the local records that this one refers to in fields that are pushed.

        Ids that are no ids are left to `outgoing`, which reports them with the rest.

        Raises:
            MappingError: The record refers to itself.
        """
        found = dict[RecordKey, None]()
        problems = list[FieldProblem]()
        own = self._own_key(local)
        for leaf, source, holder, prefix in self._held_references(local):
            value = read_attribute(holder, leaf.attribute or "")
            try:
                id_ = None if value is None or value is ABSENT or value is CLEAR else encode_id(value)
            except UnfitError:
                continue
            if id_ is None:
                continue
            key = RecordKey(source.entity, id_)
            if key == own:
                error = UnfitError(
                    value, "refers to the record itself", "name another record, or None for none"
                )
                problems.append(error.at(f"{prefix}{leaf.local}", leaf.field.label))
            found[key] = None
        if problems:
            raise MappingError(self._name(local), problems)
        return list(found)

    def outgoing(self, local: object, context: MappingContext) -> Mapping[str, FieldValue]:
        """Return the fields of a local record that are pushed, in both forms.

        Raises:
            MappingError: Fields that cannot be translated, all of them.
        """
        problems = list[FieldProblem]()
        leaves = [leaf for leaf in self.declaration.leaves if leaf.direction.is_pushed]
        values = Translation(context, problems).outgoing(leaves, local)
        for lines in self.declaration.lines:
            if lines.direction.is_pushed:
                value = _lines_out(lines, read_attribute(local, lines.attribute), context, problems)
                if value is not None:
                    values[lines.name] = value
        if not problems:
            problems.extend(self._without_lines(values))
        if problems:
            raise MappingError(self._name(local), problems)
        return {name: values[name] for name in self.fields if name in values}

    def incoming(self, remote: JsonObject, context: MappingContext) -> Mapping[str, FieldValue]:
        """Return the fields of a remote record in both forms.

        The local form of a reference to a record that is not linked, or of a value that no value map has, is
        `{"remote": ...}`: it can be compared and kept, and `local_values` refuses it.

        Raises:
            MappingError: Fields that cannot be translated, all of them.
        """
        problems = list[FieldProblem]()
        values = Translation(context, problems).incoming(self.declaration.leaves, remote)
        for lines in self.declaration.lines:
            value = _lines_in(lines, remote.get(lines.field.name), context, problems)
            if value is not None:
                values[lines.name] = value
        if problems:
            raise MappingError(f"{self.remote_type} {remote.get('Id', '')}".rstrip(), problems)
        return {name: values[name] for name in self.fields if name in values}

    def remote_values(self, fields: Mapping[str, FieldValue], base: Base | None) -> Mapping[str, WriteValue]:
        """Return the nested JSON that writes the remote forms of *fields* to the remote.

        Blank is `CLEAR`, for a reference in place of its whole object. With a *base* that does not know the raw
        lines of an array that is to be written, nothing is guessed.

        Raises:
            MappingError: A create lacks what the remote requires, an update changes what can only be created, or
                the raw lines are not known.
        """
        return remote_values(self.declaration, fields, base)

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
        groups = {leaf.field.within[0] for leaf in self.declaration.leaves if leaf.field.within}
        arrays = {lines.field.name for lines in self.declaration.lines}
        return {
            **{name: remote[name] for name in sorted(groups) if isinstance(remote.get(name), Mapping)},
            **{name: list(_raw(remote.get(name))) for name in sorted(arrays)},
        }

    def _name(self, local: object) -> str:
        key = self._own_key(local)
        return str(key) if key else self.entity

    def _own_key(self, local: object) -> RecordKey | None:
        try:
            id_ = encode_id(read_attribute(local, self.declaration.key))
        except UnfitError:
            return None
        return RecordKey(self.entity, id_) if id_ else None

    def _held_references(self, local: object) -> Iterator[tuple[Leaf, Reference, object, str]]:
        """Yield each pushed reference with the object that holds it and that object's path."""
        for leaf in self.declaration.leaves:
            if isinstance(leaf.source, Reference) and leaf.direction.is_pushed:
                yield leaf, leaf.source, _reach(local, leaf.holder), ""
        for lines in self.declaration.lines:
            if not lines.direction.is_pushed:
                continue
            items = _items(read_attribute(local, lines.attribute)) or ()
            for index, item in enumerate(items):
                for leaf in lines.leaves:
                    if isinstance(leaf.source, Reference):
                        yield leaf, leaf.source, _reach(item, leaf.holder), f"{lines.attribute}[{index}]."

    def _without_lines(self, values: Mapping[str, FieldValue]) -> Iterator[FieldProblem]:
        """Yield the arrays that the remote requires and that would be empty."""
        for array in {lines.field.name: lines.field for lines in self.declaration.lines}.values():
            mapped = [lines for lines in self.declaration.lines if lines.field.name == array.name]
            known = [values[lines.name] for lines in mapped if lines.name in values]
            if array.required and len(known) == len(mapped) and not any(value.remote for value in known):
                error = UnfitError(NOTHING, "has no line, but the remote requires one", "add a line")
                yield error.at(mapped[0].attribute, array.name)


def _lines_out(
    lines: Lines, value: object, context: MappingContext, problems: list[FieldProblem]
) -> FieldValue | None:
    if value is ABSENT:
        return None
    items = _items(value)
    if items is None:
        error = UnfitError(value, "must be a list of lines", "give a list, or None for no lines")
        problems.append(error.at(lines.attribute, lines.field.name))
        return None
    translated = [
        Translation(
            context, problems, f"{lines.attribute}[{index}].", f"{lines.field.name}.", is_whole=True
        ).outgoing(lines.leaves, item)
        for index, item in enumerate(items)
    ]
    return _both_forms(translated)


def _lines_in(
    lines: Lines, json: Json, context: MappingContext, problems: list[FieldProblem]
) -> FieldValue | None:
    if json is not None and (isinstance(json, str) or not isinstance(json, Sequence)):
        error = UnfitError(
            json, "must be a list of lines", "look at the record on the remote, and at the mapping"
        )
        problems.append(error.at(lines.attribute, lines.field.name))
        return None
    name, kind = lines.kind.discriminator
    translated = [
        Translation(context, problems, f"{lines.attribute}[{index}].", f"{lines.field.name}.").incoming(
            lines.leaves, line
        )
        for index, line in enumerate(line for line in _raw(json) if line.get(name) == kind)
    ]
    return _both_forms(translated)


def _both_forms(lines: Sequence[Mapping[str, FieldValue]]) -> FieldValue:
    return FieldValue(
        [{name: value.local for name, value in line.items()} for line in lines],
        [{name: value.remote for name, value in line.items()} for line in lines],
    )


def _items(value: object) -> Sequence[object] | None:
    """Return the lines that an attribute holds; None when it holds none and something else."""
    if value is None or value is CLEAR or value is ABSENT:
        return ()
    if isinstance(value, str | bytes | Mapping | Iterator) or not isinstance(value, Iterable):
        return None  # an iterator could be walked through once, and lines are looked at twice
    return list(cast("Iterable[object]", value))


def _raw(json: Json) -> Iterator[JsonObject]:
    if isinstance(json, Sequence) and not isinstance(json, str):
        for line in json:
            if isinstance(line, Mapping):
                yield line


def _reach(record: object, holder: tuple[str, ...]) -> object:
    """Return the object that *holder* leads to; an empty one where there is none."""
    for name in holder:
        record = read_attribute(record, name)
        if record is None or record is ABSENT or record is CLEAR:
            return {}
    return record
