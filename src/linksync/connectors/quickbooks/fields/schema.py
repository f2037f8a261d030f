"""Reads the official schema, flattened, which the table takes the type of a field from."""

import csv
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files

from attrs import frozen

_LENGTH = re.compile(r"QBO: max=(\d+)", re.IGNORECASE)


@frozen(kw_only=True)
class Property:
    """One property of a type of the schema.

    Attributes:
        name: Its JSON name.
        type: The name of its type, such as `xs:string`, `ReferenceType` or `PrintStatusEnum`.
        is_array: Whether it is an array.
        length: The most characters, where the schema has a note for QuickBooks Online.
    """

    name: str
    type: str
    is_array: bool = False
    length: int | None = None


@frozen(kw_only=True)
class Schema:
    """The types of the schema.

    Attributes:
        own: The properties that each type declares itself, by its name.
        bases: The type that each type extends, by its name.
        choices: The values of each enumeration, by its name.
    """

    own: Mapping[str, Sequence[Property]]
    bases: Mapping[str, str]
    choices: Mapping[str, Sequence[str]]

    def properties(self, type_name: str) -> Iterator[Property]:
        """Yield the properties of a type, those of the types that it extends first; none of an unknown type."""
        base = self.bases.get(type_name, "")
        if base:
            yield from self.properties(base)
        yield from self.own.get(type_name, ())

    def find(self, type_name: str, name: str) -> Property | None:
        """Return the property of that name, or None."""
        return next((each for each in self.properties(type_name) if each.name == name), None)

    def names(self, type_name: str) -> frozenset[str]:
        """Return the names of all properties of a type; nothing else is taken in its JSON (2010)."""
        return frozenset(each.name for each in self.properties(type_name))


@cache
def read_schema() -> Schema:
    """Return the schema that the package holds."""
    folder = files("linksync.connectors.quickbooks.fields") / "facts" / "schema"
    own = defaultdict[str, list[Property]](list)
    bases = dict[str, str]()
    for row in csv.DictReader((folder / "fields.tsv").read_text("utf-8").splitlines(), delimiter="\t"):
        length = _LENGTH.search(row["maxlen_hint"] or "")
        own[row["type"]].append(
            Property(
                # The schema writes as attributes what JSON has among the rest: domain, status, sparse.
                name=row["field"].removeprefix("@"),
                type=row["field_type"],
                is_array=row["max"] == "unbounded",
                length=int(length[1]) if length else None,
            )
        )
        bases[row["type"]] = row["base"] or ""
    choices: dict[str, list[str]] = json.loads((folder / "enums.json").read_text("utf-8"))
    return Schema(own=dict(own), bases=bases, choices={name: tuple(each) for name, each in choices.items()})
