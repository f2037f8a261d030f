"""Writes the table of facts down as Python: one module of typed fields per file, and the package's front door.

The text is as the formatter leaves it, so that nothing but the standard library is needed to make it.
"""

import textwrap
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from linksync.connectors.quickbooks.fields.rows import (
    Ask,
    ClassFact,
    ClassKind,
    FieldFact,
    FieldType,
    ModuleFact,
    Rule,
    Table,
)

COMMAND = "python -m linksync.connectors.quickbooks.fields.generate"
"""The command that makes the modules of the table."""

MARK = "# Generated from facts/"
"""What a generated module begins with."""

_PACKAGE = "linksync.connectors.quickbooks.fields"
_REMOTE = "linksync.mapping.remote"
_WIDTH = 110
_INDENT = "    "
_BASES: Mapping[ClassKind, str] = {
    ClassKind.RECORD: "RemoteType",
    ClassKind.GROUP: "RemoteGroup",
    ClassKind.LINE: "RemoteLine",
}
_CONSTRUCTORS: Mapping[FieldType, str] = {
    FieldType.TEXT: "text",
    FieldType.OPTIONAL_TEXT: "optional_text",
    FieldType.INTEGER: "integer",
    FieldType.OPTIONAL_INTEGER: "optional_integer",
    FieldType.DECIMAL: "decimal",
    FieldType.OPTIONAL_DECIMAL: "optional_decimal",
    FieldType.BOOLEAN: "boolean",
    FieldType.OPTIONAL_BOOLEAN: "optional_boolean",
    FieldType.DATE: "day",
    FieldType.OPTIONAL_DATE: "optional_date",
    FieldType.INSTANT: "instant",
    FieldType.OPTIONAL_INSTANT: "optional_instant",
    FieldType.REFERENCE: "RefField",
    FieldType.LINES: "LinesField",
}


def write_package(table: Table) -> Mapping[str, str]:
    """Return the text of every generated file, by file name."""
    modules = {f"{name}.py": _module(table, module) for name, module in table.modules.items()}
    return {"__init__.py": _door(table), **modules}


def _door(table: Table) -> str:
    imports = {
        f"{_PACKAGE}.{name}": set(module.classes) for name, module in table.modules.items() if module.classes
    }
    names = "".join(f'{_INDENT}"{name}",\n' for name in sorted(table.classes))
    return f"{_head('package.toml', table.doc)}\n{_imports(imports)}\n__all__ = [\n{names}]\n"


def _module(table: Table, module: ModuleFact) -> str:
    imports = defaultdict[str, set[str]](set)
    for fact in module.classes.values():
        imports[_REMOTE].add(_BASES[fact.kind])
        for row in fact.rows:
            if row.type is not FieldType.GROUP:
                imports[_REMOTE].add(_CONSTRUCTORS[row.type])
            for name in (*filter(None, [row.of]), *row.kinds):
                if name not in module.classes:
                    imports[f"{_PACKAGE}.{table.module_of(name)}"].add(name)
    classes = (_class(table, name, fact) for name, fact in module.classes.items())
    head = _head(f"{module.name}.toml", module.doc)
    return f"{head}\n{_imports(imports)}" + "".join(f"\n\n{text}" for text in classes)


def _head(file_name: str, doc: str) -> str:
    return f"{MARK}{file_name} by `{COMMAND}`; change it there.\n{_docstring(doc, '')}"


def _imports(names: Mapping[str, Iterable[str]]) -> str:
    lines = list[str]()
    for module in sorted(names):
        # The linter's order: classes, then functions.
        members = sorted(names[module], key=lambda name: (name[0].islower(), name.lower(), name))
        line = f"from {module} import {', '.join(members)}"
        if len(line) > _WIDTH:
            line = f"from {module} import (\n" + "".join(f"{_INDENT}{name},\n" for name in members) + ")"
        lines.append(f"{line}\n")
    return "".join(lines)


def _docstring(text: str, indent: str) -> str:
    raw = "r" if "\\" in text else ""
    end = '"""' if "\n" not in text else f'\n{indent}"""'
    return textwrap.indent(f'{raw}"""{text}', indent, lambda line: bool(line.strip())) + f"{end}\n"


def _class(table: Table, name: str, fact: ClassFact) -> str:
    parts = [_docstring(fact.doc, _INDENT)]
    if fact.detail_type:
        parts.append(f'{_INDENT}discriminator = ("DetailType", {_quoted(fact.detail_type)})\n')
    parts.extend("".join(_field(table, name, row) for row in rows) for rows in fact.fields)
    return f"class {name}({_BASES[fact.kind]}):\n" + "\n".join(parts)


def _field(table: Table, holder: str, row: FieldFact) -> str:
    comment = "".join(
        f"{_INDENT}# {line}\n" for line in textwrap.wrap(row.note, _WIDTH - len(_INDENT) - len("# "))
    )
    return f"{comment}{_call(f'{row.name} = {_constructor(holder, row)}', list(_arguments(table, row)))}"


def _constructor(holder: str, row: FieldFact) -> str:
    match row.type:
        case FieldType.GROUP:
            return row.of
        case FieldType.REFERENCE:
            # A class does not exist yet within itself.
            return f'RefField["{row.of}"]' if row.of == holder else f"RefField[{row.of}]"
        case FieldType.LINES:
            return f"LinesField[{' | '.join(row.kinds)}]"
        case _:
            return _CONSTRUCTORS[row.type]


_RULES: Mapping[Rule, str] = {
    Rule.READ_ONLY: "read_only=True",
    Rule.CREATE_ONLY: "create_only=True",
    Rule.REQUIRED: "required=True",
    Rule.ALWAYS_REQUIRED: "always_required=True",
    Rule.KEPT: "clearable=False",
}
_ASKS: Mapping[Ask, str] = {Ask.FILTER: "filterable=True", Ask.SORT: "sortable=True"}


def _arguments(table: Table, row: FieldFact) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield the arguments of a field: each as it begins, and the members of the tuple that it may be."""
    yield from _targets(table, row)
    if row.length is not None:
        yield f"max_length={row.length}", ()
    if row.forbidden:
        yield f"forbidden={_quoted(row.forbidden)}", ()
    if row.choices:
        yield "choices=", [_quoted(choice) for choice in row.choices]
    yield from ((text, ()) for rule, text in _RULES.items() if rule in row.rules)
    yield from ((text, ()) for ask, text in _ASKS.items() if ask in row.query)
    if row.within:
        yield "within=", [_quoted(name) for name in row.within]


def _targets(table: Table, row: FieldFact) -> Iterator[tuple[str, Sequence[str]]]:
    if row.type is FieldType.REFERENCE:
        yield f"to={_quoted(row.of)}", ()
    if row.type is FieldType.LINES:
        yield "kinds=", row.kinds
        if row.computed:
            yield "computed=", [_quoted(kind) for kind in row.computed]
        if not any(_has_id(table, kind) for kind in row.kinds):
            yield 'id_name=""', ()


def _has_id(table: Table, class_name: str) -> bool:
    return any(row.name == "Id" for row in table.classes[class_name].rows)


def _call(head: str, arguments: Sequence[tuple[str, Sequence[str]]]) -> str:
    """Return a call on one line; where it does not fit, one argument a line."""
    line = f"{_INDENT}{head}({', '.join(f'{name}{_tuple(members)}' for name, members in arguments)})\n"
    if len(line) - 1 <= _WIDTH:
        return line
    return f"{_INDENT}{head}(\n" + "".join(_argument(*argument) for argument in arguments) + f"{_INDENT})\n"


def _argument(name: str, members: Sequence[str]) -> str:
    line = f"{_INDENT * 2}{name}{_tuple(members)},\n"
    if len(line) - 1 <= _WIDTH:
        return line
    listed = "".join(f"{_INDENT * 3}{member},\n" for member in members)
    return f"{_INDENT * 2}{name}(\n{listed}{_INDENT * 2}),\n"


def _tuple(members: Sequence[str]) -> str:
    if not members:
        return ""
    return f"({', '.join(members)}{',' if len(members) == 1 else ''})"


def _quoted(text: str) -> str:
    """Return a text as Python writes it: in double quotes, unless that would escape more."""
    quote = "'" if '"' in text and "'" not in text else '"'
    escaped = text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")
    return f"{quote}{escaped.replace(quote, chr(92) + quote)}{quote}"
