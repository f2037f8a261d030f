"""Turning fields into the values that are written to either side."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import cast

from linksync.errors import ConfigurationError, FieldProblem, MappingError
from linksync.exactjson import Json, JsonObject
from linksync.fields import Base, FieldValue
from linksync.mapping.declaration import EntityDeclaration, Leaf, Lines
from linksync.mapping.forms import NOTHING, UnfitError, decode, decode_plain
from linksync.mapping.jsonpaths import seat, seated
from linksync.mapping.lines import LineForm, LineShape, patch_lines
from linksync.mapping.remote import LinesField, RemoteLine
from linksync.mapping.sources import Attribute, Choice, Reference
from linksync.records import CLEAR, WriteValue

_ANEW = "requeue the record with a look at the remote"


def remote_values(
    declaration: EntityDeclaration, fields: Mapping[str, FieldValue], base: Base | None
) -> Mapping[str, WriteValue]:
    """Return the nested JSON that writes the remote forms of *fields*; see `EntityMapper.remote_values`.

    Raises:
        MappingError: What the remote requires is lacking, an update changes what can only be created, or the raw lines
            are not known.
        ConfigurationError: *fields* names a field that is not mapped.
    """
    _refuse_unknown(declaration, fields)
    values = dict[str, WriteValue]()
    problems = list[FieldProblem]()
    for leaf in declaration.leaves:
        problems.extend(_write_leaf(leaf, fields, base, values))
    arrays = {lines.field.name: lines.field for lines in declaration.lines}
    for array in arrays.values():
        problems.extend(_write_array(declaration, array, fields, base, values))
    if not problems:
        find = _missing if base is None else _missing_always
        problems.extend(find(declaration, values))
    if problems:
        raise MappingError(declaration.entity, problems)
    return values


def _write_leaf(
    leaf: Leaf, fields: Mapping[str, FieldValue], base: Base | None, values: dict[str, WriteValue]
) -> Iterator[FieldProblem]:
    value = fields.get(leaf.name)
    if value is None and base is not None and leaf.field.always_required:
        value = base.fields.get(leaf.name)
    if value is None or not leaf.direction.is_pushed:
        return
    if base is not None and leaf.field.within:
        _take_over(leaf.field.within[0], base, values)
    if base is not None and leaf.field.create_only:
        yield _create_only(leaf, value)
    elif value.remote is not None:
        _put(values, seat(leaf.field), own_json(seated(leaf.field, value.remote)))
    elif base is not None:
        _put(values, seat(leaf.field), CLEAR)


def _take_over(group: str, base: Base, values: dict[str, WriteValue]) -> None:
    """Begin an object with all that the remote has in it: whether the rest of a partly sent one stays is not known."""
    raw = base.raw.get(group)
    if group not in values and isinstance(raw, Mapping):
        values[group] = own_json(raw)


def _write_array(
    declaration: EntityDeclaration,
    array: LinesField[RemoteLine],
    fields: Mapping[str, FieldValue],
    base: Base | None,
    values: dict[str, WriteValue],
) -> Iterator[FieldProblem]:
    mapped = [lines for lines in declaration.lines if lines.field.name == array.name]
    if not any(lines.name in fields and lines.direction.is_pushed for lines in mapped):
        return
    try:
        written = _lines(array, mapped, fields, base)
    except UnfitError as error:
        yield error.at(mapped[0].attribute, array.name)
        return
    if written or base is not None:
        values[array.name] = [own_json(line) for line in written]


def _refuse_unknown(declaration: EntityDeclaration, fields: Iterable[str]) -> None:
    unknown = sorted(set(fields) - declaration.fields.keys())
    if unknown:
        raise ConfigurationError(
            f"{declaration.name} maps no {', '.join(unknown)}; name fields as its `fields` does"
        )


def _create_only(leaf: Leaf, value: FieldValue) -> FieldProblem:
    error = UnfitError(
        value.local,
        f"has changed, but {leaf.field.label} can be written only when the record is created",
        "change it back, or change it on the remote by hand and take the field out of the mapping",
    )
    return error.at(leaf.local, leaf.field.label)


def _missing(declaration: EntityDeclaration, values: Mapping[str, WriteValue]) -> Iterator[FieldProblem]:
    """Yield the fields that a create needs and that *values* lacks."""
    leaves = {leaf.path: leaf for leaf in declaration.leaves}
    for field in declaration.remote.fields():
        # what stands within a group is only required where the group is there
        if (field.required or field.always_required) and not field.within and field.name not in values:
            leaf = leaves.get(field.path)
            remedy = "give the record the attribute" if leaf else "map it, with const or setting if need be"
            error = UnfitError(NOTHING, "is absent, but a create requires it", remedy)
            yield error.at(leaf.local if leaf else "", field.label)
    arrays = {lines.field.name: lines.attribute for lines in declaration.lines}
    for array in declaration.remote.line_fields():
        if array.required and array.name not in values:
            error = UnfitError(NOTHING, "has no line, but a create requires one", "give the record lines")
            yield error.at(arrays.get(array.name, ""), array.name)


def _missing_always(
    declaration: EntityDeclaration, values: Mapping[str, WriteValue]
) -> Iterator[FieldProblem]:
    """Yield the fields that each update needs, changed or not, and that *values* lacks."""
    attributes = {leaf.path: leaf.local for leaf in declaration.leaves}
    for field in declaration.remote.fields():
        if field.always_required and not field.within and field.name not in values:
            error = UnfitError(
                NOTHING,
                "is absent, but an update requires it, changed or not",
                "map it both ways, or with const or setting, and give the record a value",
            )
            yield error.at(attributes.get(field.path, ""), field.label)


def _lines(
    array: LinesField[RemoteLine],
    mapped: Sequence[Lines],
    fields: Mapping[str, FieldValue],
    base: Base | None,
) -> Sequence[JsonObject]:
    """Return the whole array: the raw lines of *base* with the lines of *fields* patched onto them."""
    if base is None:
        current: Sequence[JsonObject] = []
    elif array.name in base.raw:
        current = [line for line in _line_forms(base.raw[array.name]) if not _is_computed(array, line)]
    else:
        raise UnfitError(NOTHING, "is not known as the remote has it, and must not be written blindly", _ANEW)
    shapes = list[LineShape]()
    for lines in mapped:
        shape = shape_of(lines)
        if lines.name in fields:
            forms = _line_forms(fields[lines.name].remote)
            current = patch_lines(current, forms, shape, tuple(shapes))
        shapes.append(shape)
    return current


def shape_of(lines: Lines) -> LineShape:
    """Return what *lines* own of their array."""
    return LineShape(kind=lines.kind, fields={leaf.name: leaf.field for leaf in lines.leaves}, key=lines.key)


def _is_computed(array: LinesField[RemoteLine], line: JsonObject) -> bool:
    return any(line.get(kind.discriminator[0]) in array.computed for kind in array.kinds)


def _line_forms(form: Json) -> Sequence[LineForm]:
    if form is None:
        return []
    if isinstance(form, str) or not isinstance(form, Sequence):
        raise UnfitError(form, "is no list of lines", _ANEW)
    return [line for line in form if isinstance(line, Mapping)]


def _put(values: dict[str, WriteValue], path: tuple[str, ...], value: WriteValue) -> None:
    *parents, name = path
    for parent in parents:
        inner = values.get(parent)
        if inner is None:  # absent, or as a remote may tell an object without anything in it
            inner = values[parent] = {}
        if not isinstance(inner, dict):
            raise TypeError(f"{parent} of {'.'.join(path)} is mapped as a value already")
        values = cast("dict[str, WriteValue]", inner)
    values[name] = value


def own_json(json: Json) -> WriteValue:
    """Return JSON as lists and dicts of the caller's own."""
    if isinstance(json, Mapping):
        return {name: own_json(value) for name, value in json.items()}
    if isinstance(json, Sequence) and not isinstance(json, str):
        return [own_json(value) for value in json]
    return json


def local_values(
    declaration: EntityDeclaration, fields: Mapping[str, FieldValue]
) -> Mapping[str, WriteValue]:
    """Return the values that write the local forms of *fields*, by attribute; see `EntityMapper.local_values`.

    Raises:
        MappingError: A form that the local side has no word for.
        ConfigurationError: *fields* names a field that is not mapped.
    """
    _refuse_unknown(declaration, fields)
    problems = list[FieldProblem]()
    forms = {name: value.local for name, value in fields.items()}
    values = _object(declaration.leaves, forms, ("", ""), problems)
    for lines in declaration.lines:
        if lines.name in forms:
            values[lines.attribute] = list[WriteValue](
                _object(
                    lines.leaves, line, (f"{lines.attribute}[{index}].", f"{lines.field.name}."), problems
                )
                for index, line in enumerate(_line_forms(forms[lines.name]))
            )
    if problems:
        raise MappingError(declaration.entity, problems)
    return values


def _object(
    leaves: Sequence[Leaf],
    forms: Mapping[str, Json],
    prefixes: tuple[str, str],
    problems: list[FieldProblem],
) -> dict[str, WriteValue]:
    values = dict[str, WriteValue]()
    told = [leaf for leaf in leaves if leaf.attribute is not None]
    for leaf in told:
        if leaf.name in forms:
            try:
                _put(values, (*leaf.holder, leaf.attribute or ""), _value(leaf, forms[leaf.name]))
            except UnfitError as error:
                problems.append(error.at(f"{prefixes[0]}{leaf.local}", f"{prefixes[1]}{leaf.field.label}"))
    for holder in {leaf.holder for leaf in told if leaf.holder}:
        below = [leaf.name for leaf in told if leaf.holder[: len(holder)] == holder]
        if all(name in forms and forms[name] is None for name in below):
            _put_blank(values, holder)
    return values


def _put_blank(values: dict[str, WriteValue], holder: tuple[str, ...]) -> None:
    """Make a nested object None, unless one around it is so already."""
    for parent in holder[:-1]:
        inner = values.get(parent)
        if not isinstance(inner, dict):
            return
        values = cast("dict[str, WriteValue]", inner)
    values[holder[-1]] = None


def _value(leaf: Leaf, form: Json) -> WriteValue:
    """Return the value of a local form as a store is handed it."""
    if form is None:
        return None
    if isinstance(form, Mapping):
        raise UnfitError(
            form.get("remote"),
            f"{leaf.field.label} has a value that has no counterpart on the local side",
            "link the record that it names, or add it to the value map",
        )
    match leaf.source:
        case Attribute(convert=None):
            return decode(leaf.field, form)
        case Attribute(local_type=local_type):
            return own_json(form) if isinstance(form, list | tuple) else decode_plain(form, local_type)
        case Choice(of=of):
            return _made(of, form)
        case Reference(key_type=key_type):
            return _made(key_type, form)
        case _:
            return own_json(form)


def _made(make: object, form: Json) -> WriteValue:
    """Return a whole number as such, and the text of anything else that a text stands for."""
    if make is not int:
        return own_json(form)
    try:
        return int(str(form))
    except ValueError:
        raise UnfitError(
            form, "is no whole number", "look at the link of the record, or the value map"
        ) from None
