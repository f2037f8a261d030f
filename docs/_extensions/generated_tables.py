"""Tables that are made of the code's own facts when the pages are built."""

import inspect
from collections.abc import Iterable, Sequence
from enum import Enum
from importlib import import_module
from typing import ClassVar, NewType

from docutils import nodes
from docutils.parsers.rst import directives
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from linksync.connectors.quickbooks import fields
from linksync.mapping.remote import FieldKind, LinesField, RefField, RemoteField, RemoteGroup, RemoteType
from linksync.testing.quickbooks import Certainty, rules

_LONGEST_LIST = 6

_HOMES = (
    "linksync.sync",
    "linksync.mapping",
    "linksync.endpoints",
    "linksync.links",
    "linksync.jobs",
    "linksync.history",
    "linksync.records",
    "linksync.errors",
)
"""The modules whose pages describe what the front door offers."""


class _Table(SphinxDirective):
    """A table whose cells are Markdown."""

    def table(self, head: Sequence[str], widths: Sequence[int], rows: Iterable[Sequence[str]]) -> nodes.table:
        """Return the table."""
        group = nodes.tgroup(cols=len(head))
        group.extend(nodes.colspec(colwidth=width) for width in widths)
        group.append(nodes.thead("", self._row(head)))
        group.append(nodes.tbody("", *[self._row(row) for row in rows]))
        return nodes.table("", group, classes=["generated"])

    def _row(self, cells: Sequence[str]) -> nodes.row:
        return nodes.row("", *[nodes.entry("", *self._parsed(cell)) for cell in cells])

    def _parsed(self, text: str) -> list[nodes.Node]:
        found = nodes.Element()
        self.state.nested_parse(StringList([text], source="facts of the code"), 0, found)
        return found.children


class SimulatorRules(_Table):
    """What the simulator claims about QuickBooks, of the certainties named."""

    option_spec: ClassVar = {"certainty": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        """Return the table."""
        wanted = {Certainty(word) for word in self.options["certainty"].split()}
        rows = [
            (rule.says, rule.source, rule.certainty.value, f"`{rule.kept_by}`")
            for rule in rules()
            if rule.certainty in wanted
        ]
        if not rows:
            raise self.error(f"no rule of the simulator is {self.options['certainty']}")
        return [self.table(("claim", "source", "certainty", "kept by"), (50, 30, 10, 10), rows)]


class SimulatorCounts(_Table):
    """How many rules the simulator states, by how sure they are."""

    def run(self) -> list[nodes.Node]:
        """Return a paragraph."""
        stated = rules()
        counts = [(sum(rule.certainty is each for rule in stated), each.value) for each in Certainty]
        named = ", ".join(f"{count} {word}" for count, word in counts)
        partly = sum(bool(rule.guess) for rule in stated)
        text = f"There are {len(stated)} rules: {named}. Of {partly} that are known a part is guessed."
        return self._parsed(text)


class SimulatorGuesses(_Table):
    """What of the simulator's known rules is a guess."""

    def run(self) -> list[nodes.Node]:
        """Return the table."""
        rows = [(rule.guess, rule.says, f"`{rule.kept_by}`") for rule in rules() if rule.guess]
        return [self.table(("guess", "part of the claim", "kept by"), (40, 50, 10), rows)]


class PublicNames(_Table):
    """What a module offers that is described elsewhere: each name with its first sentence."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the table."""
        module = import_module(self.arguments[0])
        rows = [self._entry(name, getattr(module, name)) for name in sorted(module.__all__, key=str.lower)]
        return [self.table(("name", "what it is"), (25, 75), rows)]

    def _entry(self, name: str, value: object) -> tuple[str, str]:
        home = next((it for it in _HOMES if getattr(import_module(it), name, None) is value), None)
        if home is None:
            raise self.error(f"{name} is described on no page; add its package to _HOMES")
        role = "py:func" if inspect.isfunction(value) else "py:obj"
        is_constant = isinstance(value, Enum)  # it has no docstring of its own, and so no entry
        linked = f"`{name}`" if is_constant else f"{{{role}}}`{name} <{home}.{name}>`"
        described = type(value) if is_constant or isinstance(value, NewType) else value
        first = (inspect.getdoc(described) or "").partition("\n\n")[0]
        if isinstance(value, NewType):
            first = "The id of one remote tenant; for QuickBooks the realm id."
        return linked, " ".join(first.split())


class RemoteFields(_Table):
    """The fields of one remote type of QuickBooks, with what is known of each; of all types without an argument."""

    def run(self) -> list[nodes.Node]:
        """Return a section per type."""
        found = list[nodes.Node]()
        for name in sorted(fields.__all__):
            declared = getattr(fields, name)
            if isinstance(declared, type) and issubclass(declared, RemoteType | RemoteGroup):
                found.append(self._section(name, declared))
        return found

    def _section(self, name: str, declared: type[RemoteType] | type[RemoteGroup]) -> nodes.section:
        section = nodes.section(ids=[nodes.make_id(f"field-{name}")], names=[name.lower()])
        section.append(nodes.title(name, name))
        for line in (declared.__doc__ or "").strip().split("\n\n"):
            section.extend(self._parsed(" ".join(line.split())))
        rows = [_facts(attribute, value) for attribute, value in _members(declared)]
        section.append(self.table(("field", "type", "known of it"), (30, 20, 50), rows))
        return section


def _members(declared: type) -> Iterable[tuple[str, object]]:
    seen = dict[str, object]()
    for ancestor in reversed(declared.__mro__):
        seen.update(vars(ancestor))
    for name, value in seen.items():
        if isinstance(value, RemoteField | RemoteGroup | LinesField):
            yield name, value


def _facts(name: str, value: object) -> tuple[str, str, str]:
    match value:
        case LinesField():
            kinds = ", ".join(f"`{kind.__name__}`" for kind in value.kinds)
            return f"`{name}`", "lines", f"of the kinds {kinds}{'; required' if value.required else ''}"
        case RemoteGroup():
            return f"`{name}`", f"group `{type(value).__name__}`", ""
        case RefField():
            return f"`{name}`", f"reference to `{value.to}`", _known(value)
        case RemoteField():
            kind = {FieldKind.DECIMAL: "`Decimal`", FieldKind.INSTANT: "`datetime`", FieldKind.DATE: "`date`"}
            plain = {FieldKind.TEXT: "`str`", FieldKind.INTEGER: "`int`", FieldKind.BOOLEAN: "`bool`"}
            may = " or `None`" if value.optional else ""
            return f"`{name}`", (kind | plain)[value.kind] + may, _known(value)
        case _:
            raise TypeError(f"{name} is no remote field but {value!r}")


def _known(value: RemoteField[object]) -> str:
    facts = list[str]()
    if value.read_only:
        facts.append("read-only")
    if value.required:
        facts.append("required on create")
    if value.always_required:
        facts.append("required on every write")
    if value.create_only:
        facts.append("only on create")
    if value.max_length is not None:
        facts.append(f"at most {value.max_length} characters")
    if value.forbidden:
        named = {"\t": "tab", "\n": "newline"}
        facts.append("without " + ", ".join(named.get(it, f"`{it}`") for it in value.forbidden))
    if value.choices:
        listed = [f"`{choice}`" for choice in value.choices[:_LONGEST_LIST]]
        more = len(value.choices) - len(listed)
        facts.append("one of " + ", ".join(listed) + (f" and {more} more" if more else ""))
    return "; ".join(facts)


def setup(app: Sphinx) -> dict[str, bool]:
    """Offer the directives."""
    app.add_directive("simulator-rules", SimulatorRules)
    app.add_directive("simulator-counts", SimulatorCounts)
    app.add_directive("simulator-guesses", SimulatorGuesses)
    app.add_directive("public-names", PublicNames)
    app.add_directive("remote-fields", RemoteFields)
    return {"parallel_read_safe": True}
