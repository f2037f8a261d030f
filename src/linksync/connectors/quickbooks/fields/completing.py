"""Fills in what the official schema says of the rows of the table, so that the table only says what else is known."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias, cast

from attrs import frozen

from linksync.connectors.quickbooks.fields.schema import Property, Schema

Raw: TypeAlias = Mapping[str, object]
"""What TOML says, not looked at yet."""

_PLAIN: Mapping[str, str] = {
    "xs:string": "text?",
    "id": "text?",
    "currencyCode": "text?",
    "xs:boolean": "boolean?",
    "xs:decimal": "decimal?",
    "xs:double": "decimal?",
    "xs:int": "integer?",
    "xs:integer": "integer?",
    "xs:long": "integer?",
    "xs:positiveInteger": "integer?",
    "xs:date": "date?",
    "xs:dateTime": "instant?",
}


@frozen(kw_only=True)
class Completion:
    """What is needed to complete the rows of a class.

    Attributes:
        schema: The official schema.
        references: The class that a reference of a name leads to, such as `SalesTermRef` to `Term`.
        groups: The classes that are groups.
        classes: The group or kind of entry of the table that a type of the schema became.
    """

    schema: Schema
    references: Mapping[str, str]
    groups: Collection[str]
    classes: Mapping[str, str]

    def complete(self, class_name: str, fact: Raw) -> Raw:
        """Return a class, with what the schema says of its fields where their rows say nothing."""
        holder = schema_type(class_name, fact)
        if not isinstance(fact.get("fields"), list):
            return fact
        return {**fact, "fields": [self._group(holder, group) for group in _listed(fact["fields"])]}

    def _group(self, holder: str, group: object) -> object:
        if not isinstance(group, list):
            return group
        return [self._row(holder, row) for row in _listed(cast("object", group))]

    def _row(self, holder: str, row: object) -> object:
        if not isinstance(row, dict):
            return row  # told as a mistake when it is structured
        said = cast("Raw", row)
        return {**self.told(holder, said), **said}

    def told(self, holder: str, row: Raw) -> Raw:
        """Return what the schema says of the field that a row is about; nothing where it has no such field.

        Args:
            holder: The type of the schema that the field stands in.
            row: The row; it names the field and what it stands within.
        """
        found = self._find(holder, row)
        if found is None:
            return {}
        if found.type in _PLAIN and not found.is_array:
            length = {} if found.length is None else {"length": found.length}
            return {"type": _PLAIN[found.type], **length}
        if found.type == "ReferenceType" and not found.is_array:
            to = self.references.get(found.name)
            kind = "group" if to in self.groups else "reference"
            return {} if to is None else {"type": kind, "of": to}
        if found.type in self.schema.choices:
            return {"type": "text?", "choices": list(self.schema.choices[found.type])}
        known = self.classes.get(found.type)
        if known is None:
            return {}
        return {"type": "lines", "kinds": [known]} if found.is_array else {"type": "group", "of": known}

    def _find(self, holder: str, row: Raw) -> Property | None:
        for name in _listed(row.get("within")):
            inner = self.schema.find(holder, str(name))
            if inner is None:
                return None
            holder = inner.type
        return self.schema.find(holder, str(row.get("name")))


def find_repetitions(modules: Iterable[Raw], completion: Completion) -> Iterator[str]:
    """Yield what rows say although the schema says it: a fact that stands twice is soon two facts."""
    for content in modules:
        for class_name, fact in raw_classes(content):
            holder = schema_type(class_name, fact)
            for row in _rows(fact):
                told = completion.told(holder, row)
                for name in sorted(name for name, value in told.items() if row.get(name) == value):
                    yield f"{class_name}.{row.get('name')} repeats what the schema says: take {name} away"


def schema_type(class_name: str, fact: Raw) -> str:
    """Return the type of the schema that a class is: the one it names, `Line` for a kind of line, or its own name."""
    told = fact.get("schema")
    if isinstance(told, str):
        return told
    return "Line" if fact.get("detail_type") else class_name


def raw_classes(content: Raw) -> Iterator[tuple[str, Raw]]:
    """Yield the classes of a file by name."""
    for name, fact in content.items():
        if isinstance(fact, dict):
            yield name, cast("Raw", fact)


def _rows(fact: Raw) -> Iterator[Raw]:
    for group in _listed(fact.get("fields")):
        yield from (cast("Raw", row) for row in _listed(group) if isinstance(row, dict))


def _listed(value: object) -> Sequence[object]:
    return cast("Sequence[object]", value) if isinstance(value, list) else ()
