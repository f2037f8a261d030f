"""What can be wrong with the table of facts: names that lead nowhere, facts that do not fit the type."""

from collections.abc import Iterator, Mapping, Sequence

from linksync.connectors.quickbooks.fields.rows import (
    Ask,
    ClassFact,
    ClassKind,
    FieldFact,
    FieldType,
    Rule,
    Table,
)

_TEXTS = (FieldType.TEXT, FieldType.OPTIONAL_TEXT)
_NAMING: Mapping[FieldType, ClassKind] = {
    FieldType.REFERENCE: ClassKind.RECORD,
    FieldType.GROUP: ClassKind.GROUP,
    FieldType.LINES: ClassKind.LINE,
}


def find_mistakes(table: Table) -> Iterator[str]:
    """Yield what is wrong with the table, each mistake with the class and the field that it is in."""
    seen = set[str]()
    for module in table.modules.values():
        for class_name, fact in module.classes.items():
            if class_name in seen:
                yield f"{class_name} is in two files"
            seen.add(class_name)
            names = [row.name for row in fact.rows]
            yield from (f"{class_name}.{name} is there twice" for name in sorted(_twice(names)))
            for row in fact.rows:
                yield from (f"{class_name}.{row.name} {mistake}" for mistake in _wrong(table, fact, row))


def _twice(names: Sequence[str]) -> set[str]:
    return {name for name in names if names.count(name) > 1}


def _wrong(table: Table, holder: ClassFact, row: FieldFact) -> Iterator[str]:
    for source in sorted({row.source, row.query_source} - table.sources.keys()):
        yield f"names a source that package.toml does not list: {source!r}"
    yield from _wrong_names(table, row)
    if row.type not in _TEXTS and (row.length is not None or row.forbidden or row.choices):
        yield f"is a {row.type.value}: only a text has a length, forbidden characters or choices"
    rules = set(row.rules)
    if Rule.READ_ONLY in rules and len(rules) > 1:
        yield "is read-only: take its other rules away"
    if Rule.KEPT in rules and row.type is not FieldType.OPTIONAL_TEXT:
        yield f"is a {row.type.value}: only a text? could be made blank, so that it must say that it is kept"
    allowed = {FieldType.GROUP: set[Rule](), FieldType.LINES: {Rule.REQUIRED}}.get(row.type, rules)
    if not rules <= allowed:
        yield f"is a {row.type.value}: it cannot be {', '.join(sorted(rule.value for rule in rules - allowed))}"
    if row.query and row.type is FieldType.LINES:
        yield "is an array: no query names it"
    if Ask.SORT in row.query and row.type is FieldType.GROUP:
        yield "is a group: no query sorts by it"
    if row.within and row.type is FieldType.LINES:
        yield "is an array: it stands in its class, not within another object"
    if row.within and holder.kind is ClassKind.GROUP:
        yield "stands in a group: make what it is within a group as well"


def _wrong_names(table: Table, row: FieldFact) -> Iterator[str]:
    named = row.kinds if row.type is FieldType.LINES else tuple(filter(None, [row.of]))
    wanted = _NAMING.get(row.type)
    if wanted is None:
        if row.of or row.kinds or row.computed:
            yield f"is a {row.type.value}: it is of no class"
        return
    if (row.type is FieldType.LINES) == bool(row.of) or not named:
        yield f"must name its class: {'kinds' if row.type is FieldType.LINES else 'of'}"
    for name in named:
        target = table.classes.get(name)
        if target is None:
            yield f"names a class that is not in the table: {name}"
        elif target.kind is not wanted:
            yield f"is a {row.type.value}: {name} is a {target.kind.value}, not a {wanted.value}"
    marked = {table.classes[name].detail_type != "" for name in named if name in table.classes}
    if len(named) > 1 and marked != {True}:
        yield "holds several kinds of line: each needs a detail_type"
