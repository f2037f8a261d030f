"""What the table of facts about QuickBooks' fields consists of: modules of classes of rows.

The table is TOML, in `facts/`: one file per generated module, one table per class, one row per field. It is made of two
layers: what the official schema says of a field (`facts/schema/`) fills in what its row leaves out, and what a row says
is what the schema does not know or has wrong; a row that repeats the schema is a mistake. A row says:

- `name`, and `type`: `text`, `integer`, `decimal`, `boolean`, `date` or `instant`, with `?` where an answer may leave
  it out; `reference` (may always be left out), `group` (an object) or `lines` (an array of objects).
- `of`: the class that a reference leads to, or that a group is; `kinds`: those that an array holds, and `computed`: the
  kinds of line in it that QuickBooks adds by itself.
- `within`: the JSON objects that it stands in below its class.
- `length`, `forbidden` and `choices` of a text.
- `rules`: `read-only`, `create-only`, `required` (on create), `always-required` (on a sparse update too), `kept`
  (an update cannot make it blank).
- `query`: `filter` and `sort`, as far as they are known.
- `source`, and `query_source` for `query`: where that is known from, in words that `facts/package.toml` lists with how
  sure they are; those of the class where they are left out.
- `note`: what the comment beside it says.
"""

from collections.abc import Iterator, Mapping
from enum import Enum

from attrs import frozen

from linksync.errors import ConfigurationError


class FieldType(Enum):
    """How a field stands in JSON, and whether it is always there."""

    TEXT = "text"
    OPTIONAL_TEXT = "text?"
    INTEGER = "integer"
    OPTIONAL_INTEGER = "integer?"
    DECIMAL = "decimal"
    OPTIONAL_DECIMAL = "decimal?"
    BOOLEAN = "boolean"
    OPTIONAL_BOOLEAN = "boolean?"
    DATE = "date"
    OPTIONAL_DATE = "date?"
    INSTANT = "instant"
    OPTIONAL_INSTANT = "instant?"
    REFERENCE = "reference"
    GROUP = "group"
    LINES = "lines"


class Rule(Enum):
    """What QuickBooks does, or refuses to do, with a field."""

    READ_ONLY = "read-only"
    CREATE_ONLY = "create-only"
    REQUIRED = "required"
    ALWAYS_REQUIRED = "always-required"
    KEPT = "kept"


class Ask(Enum):
    """What a query may do with a field."""

    FILTER = "filter"
    SORT = "sort"


class ClassKind(Enum):
    """What a class stands for."""

    RECORD = "record"
    GROUP = "group"
    LINE = "line"


class Certainty(Enum):
    """How sure a fact is."""

    OFFICIAL = "official"
    """A page or schema of Intuit says so."""
    RECORDED = "recorded"
    """Recorded traffic or a report of a live run shows it."""
    LIKELY = "likely"
    """A secondary source, or common knowledge."""
    GUESS = "guess"
    """Nobody says; something had to be chosen."""


@frozen(kw_only=True)
class FieldFact:
    """One row of the table; the module's text says what each column is."""

    name: str
    type: FieldType
    of: str = ""
    kinds: tuple[str, ...] = ()
    computed: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    length: int | None = None
    forbidden: str = ""
    choices: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    query: tuple[Ask, ...] = ()
    source: str = ""
    query_source: str = ""
    note: str = ""


@frozen(kw_only=True)
class ClassFact:
    """A kind of record, group or line.

    Attributes:
        kind: What it stands for.
        doc: What its docstring says.
        source: Where its fields are known from, unless they say otherwise.
        query_source: Where it is known from what a query may do with them; `source` unless told.
        detail_type: What `DetailType` says of such a line; empty where nothing marks it.
        schema: The type of the official schema that it is; empty for the one of its own name, or `Line` where
            `DetailType` marks it.
        fields: Its fields; those of one list belong together.
    """

    kind: ClassKind
    doc: str
    source: str
    query_source: str = ""
    detail_type: str = ""
    schema: str = ""
    fields: tuple[tuple[FieldFact, ...], ...]

    @property
    def rows(self) -> Iterator[FieldFact]:
        """The fields, one after another."""
        return (field for group in self.fields for field in group)


@frozen(kw_only=True)
class ModuleFact:
    """One file of the table, and the module that is made of it.

    Attributes:
        name: The module's name.
        doc: What its docstring says.
        classes: Its classes by name, in order.
    """

    name: str
    doc: str
    classes: Mapping[str, ClassFact]


@frozen(kw_only=True)
class Table:
    """The whole table.

    Attributes:
        doc: What the package's docstring says.
        sources: How sure the facts of each source are.
        modules: The modules by name.
    """

    doc: str
    sources: Mapping[str, Certainty]
    modules: Mapping[str, ModuleFact]

    @property
    def classes(self) -> Mapping[str, ClassFact]:
        """Every class by name."""
        return {name: each for module in self.modules.values() for name, each in module.classes.items()}

    def module_of(self, class_name: str) -> str:
        """Return the name of the module that has the class.

        Raises:
            ConfigurationError: None has.
        """
        for module in self.modules.values():
            if class_name in module.classes:
                return module.name
        raise ConfigurationError(f"no file of the table has a class {class_name}")

    def certainty(self, fact: FieldFact) -> Certainty:
        """Return how sure a field is."""
        return self.sources[fact.source]
