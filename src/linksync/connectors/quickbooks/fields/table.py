"""Reads the table of facts about QuickBooks' fields, which the typed classes are generated from.

The table is the folder `facts/`; `rows` says what stands in it.
"""

import tomllib
from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import TypeVar

from attrs import evolve, frozen
from cattrs import Converter, transform_error
from cattrs.errors import BaseValidationError

from linksync.connectors.quickbooks.fields.completing import (
    Completion,
    find_repetitions,
    raw_classes,
    schema_type,
)
from linksync.connectors.quickbooks.fields.mistakes import find_mistakes
from linksync.connectors.quickbooks.fields.rows import Certainty, ClassFact, ModuleFact, Table
from linksync.connectors.quickbooks.fields.schema import read_schema
from linksync.errors import ConfigurationError

T = TypeVar("T")


def read_table() -> Table:
    """Return the table that the package holds.

    Raises:
        ConfigurationError: It is wrong; the message lists every mistake.
    """
    folder = files("linksync.connectors.quickbooks.fields") / "facts"
    texts = {
        entry.name.removesuffix(".toml"): entry.read_text("utf-8")
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".toml")
    }
    return parse_table(texts)


def parse_table(texts: Mapping[str, str]) -> Table:
    """Return the table that TOML files are.

    Args:
        texts: What the files contain, by name without ending; `package` is the one about the whole.

    Raises:
        ConfigurationError: It is wrong; the message lists every mistake.
    """
    loaded = {name: _toml(name, text) for name, text in texts.items()}
    package = _structured("package", loaded.pop("package"), _Package)
    completion = Completion(
        schema=read_schema(),
        references=package.references,
        groups={
            name
            for content in loaded.values()
            for name, fact in raw_classes(content)
            if fact.get("kind") == "group"
        },
        classes=_classes(loaded.values()),
    )
    table = Table(
        doc=package.doc,
        sources=package.sources,
        modules={name: _module(name, content, completion) for name, content in loaded.items()},
    )
    mistakes = [*find_repetitions(loaded.values(), completion), *find_mistakes(table)]
    if mistakes:
        raise ConfigurationError("the table of fields is wrong: " + "; ".join(mistakes))
    return table


@frozen(kw_only=True)
class _Package:
    doc: str
    sources: Mapping[str, Certainty]
    references: Mapping[str, str] = {}


def _toml(name: str, text: str) -> Mapping[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"the table of fields is wrong: {name}.toml: {error}") from error


def _module(name: str, content: Mapping[str, object], completion: Completion) -> ModuleFact:
    classes = {
        class_name: _sourced(
            _structured(f"{name}.{class_name}", completion.complete(class_name, fact), ClassFact)
        )
        for class_name, fact in raw_classes(content)
    }
    return ModuleFact(name=name, doc=_structured(f"{name}.doc", content.get("doc"), str), classes=classes)


def _classes(modules: Iterable[Mapping[str, object]]) -> Mapping[str, str]:
    """Return the group or kind of entry that each type of the schema became."""
    return {
        schema_type(name, fact): name
        for content in modules
        for name, fact in raw_classes(content)
        if fact.get("kind") != "record" and schema_type(name, fact) != "Line"
    }


def _sourced(fact: ClassFact) -> ClassFact:
    """Give each field the sources of its class where it names none."""
    query_source = fact.query_source or fact.source
    fields = tuple(
        tuple(
            evolve(row, source=row.source or fact.source, query_source=row.query_source or query_source)
            for row in rows
        )
        for rows in fact.fields
    )
    return evolve(fact, query_source=query_source, fields=fields)


_CONVERTER = Converter(forbid_extra_keys=True)


@_CONVERTER.register_structure_hook
def _text(value: object, _: type[str]) -> str:
    if not isinstance(value, str):
        raise TypeError("must be a text")
    return value


def _structured(where: str, value: object, kind: type[T]) -> T:
    try:
        return _CONVERTER.structure(value, kind)
    except (BaseValidationError, TypeError, ValueError) as error:
        said = "; ".join(transform_error(error, path=where))
        raise ConfigurationError(f"the table of fields is wrong: {said}") from error
