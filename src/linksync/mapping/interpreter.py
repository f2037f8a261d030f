"""Translation that walks the declaration, value by value, and explains every bad one."""

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
from linksync.mapping.sources import Reference
from linksync.mapping.values import BLANK
from linksync.records import CLEAR, CompanyId, RecordKey

_NOBODY = MappingContext(company=CompanyId(""))


@define(eq=False)
class Interpreter:
    """Translates as a declaration says, and reports everything that is wrong with a record.

    Attributes:
        declaration: What the mapping class says.
    """

    declaration: EntityDeclaration

    def references(self, local: object) -> Collection[RecordKey]:
        """Return the local records that this one refers to in fields that are pushed.

        Ids that are no ids are left to `outgoing`, which reports them with the rest.

        Raises:
            MappingError: The record refers to itself.
        """
        found = dict[RecordKey, None]()
        problems = list[FieldProblem]()
        own = own_key(self.declaration, local)
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
        values, problems = self.attempt(local, context)
        if problems:
            raise MappingError(self._name(local), problems)
        return values

    def attempt(
        self, local: object, context: MappingContext
    ) -> tuple[Mapping[str, FieldValue], Sequence[FieldProblem]]:
        """Return the pushed fields that can be translated, in both forms, and what is wrong with the others."""
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
        return {name: values[name] for name in self.declaration.fields if name in values}, problems

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
            raise MappingError(self._remote_name(remote), problems)
        return {name: values[name] for name in self.declaration.fields if name in values}

    def changed(self, local: object, context: MappingContext, base: Base) -> Mapping[str, FieldValue]:
        """Return those of the outgoing fields whose local form is not that of *base*, or that it does not know.

        Raises:
            MappingError: Fields that cannot be translated, all of them.
        """
        return {
            name: value
            for name, value in self.outgoing(local, context).items()
            if (before := base.fields.get(name)) is None or before.local != value.local
        }

    def match_key(self, local: object) -> tuple[Json, ...]:
        """Return the remote forms of a local record's match fields, in the order of declaration; None where blank.

        Raises:
            MappingError: Match fields that cannot be translated, all of them.
        """
        leaves = [leaf for leaf in self.declaration.leaves if leaf.match]
        problems = list[FieldProblem]()
        # match fields are attributes, whose translation needs nothing of the company
        values = Translation(_NOBODY, problems).outgoing(leaves, local)
        if problems:
            raise MappingError(self._name(local), problems)
        return tuple(values.get(leaf.name, BLANK).remote for leaf in leaves)

    def remote_match_key(self, remote: JsonObject) -> tuple[Json, ...]:
        """Return the remote forms of a remote record's match fields, in the order of declaration; None where blank.

        Raises:
            MappingError: Match fields that cannot be read, all of them.
        """
        leaves = [leaf for leaf in self.declaration.leaves if leaf.match]
        problems = list[FieldProblem]()
        values = Translation(_NOBODY, problems).incoming(leaves, remote)
        if problems:
            raise MappingError(self._remote_name(remote), problems)
        return tuple(values[leaf.name].remote for leaf in leaves)

    def _name(self, local: object) -> str:
        key = own_key(self.declaration, local)
        return str(key) if key else self.declaration.entity

    def _remote_name(self, remote: JsonObject) -> str:
        return f"{self.declaration.remote.remote_name} {remote.get('Id', '')}".rstrip()

    def _held_references(self, local: object) -> Iterator[tuple[Leaf, Reference, object, str]]:
        """Yield each pushed reference with the object that holds it and that object's path."""
        for leaf in self.declaration.leaves:
            if isinstance(leaf.source, Reference) and leaf.direction.is_pushed:
                yield leaf, leaf.source, _reach(local, leaf.holder), ""
        for lines in self.declaration.lines:
            if not lines.direction.is_pushed:
                continue
            items = items_of(read_attribute(local, lines.attribute)) or ()
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


def own_key(declaration: EntityDeclaration, local: object) -> RecordKey | None:
    """Return the key of a local record; None for one without an id."""
    try:
        id_ = encode_id(read_attribute(local, declaration.key))
    except UnfitError:
        return None
    return RecordKey(declaration.entity, id_) if id_ else None


def _lines_out(
    lines: Lines, value: object, context: MappingContext, problems: list[FieldProblem]
) -> FieldValue | None:
    if value is ABSENT:
        return None
    items = items_of(value)
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
    translated = [
        Translation(context, problems, f"{lines.attribute}[{index}].", f"{lines.field.name}.").incoming(
            lines.leaves, line
        )
        for index, line in enumerate(line for line in raw_lines(json) if lines.kind.owns(line))
    ]
    return _both_forms(translated)


def _both_forms(lines: Sequence[Mapping[str, FieldValue]]) -> FieldValue:
    return FieldValue(
        [{name: value.local for name, value in line.items()} for line in lines],
        [{name: value.remote for name, value in line.items()} for line in lines],
    )


def items_of(value: object) -> Sequence[object] | None:
    """Return the lines that an attribute holds; None when it holds none and something else."""
    if value is None or value is CLEAR or value is ABSENT:
        return ()
    if isinstance(value, str | bytes | Mapping | Iterator) or not isinstance(value, Iterable):
        return None  # an iterator could be walked through once, and lines are looked at twice
    return list(cast("Iterable[object]", value))


def raw_lines(json: Json) -> Iterator[JsonObject]:
    """Yield the objects in an array of lines."""
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
