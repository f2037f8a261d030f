"""The table of facts, and the Python that is made of it."""

from pathlib import Path

import pytest

from linksync.connectors.quickbooks import fields
from linksync.connectors.quickbooks.fields.generate import find_stale, main, write_stale
from linksync.connectors.quickbooks.fields.rows import (
    Ask,
    Certainty,
    ClassKind,
    FieldType,
    Rule,
)
from linksync.connectors.quickbooks.fields.table import parse_table, read_table
from linksync.connectors.quickbooks.fields.writing import MARK, write_package
from linksync.errors import ConfigurationError
from linksync.mapping.remote import LinesField, RemoteField, RemoteGroup, RemoteLine, RemoteType

TABLE = read_table()
ROWS = [
    pytest.param(name, row, id=f"{name}.{row.name}")
    for name, fact in TABLE.classes.items()
    for row in fact.rows
]
PACKAGE = """
doc = "Fields."
[sources]
"official page" = "official"
"common knowledge" = "likely"
"""


def one_class(row="", **settings):
    """Return a table of one record with one text, besides a group and a kind of line, with changed settings."""
    told = {"kind": '"record"', "doc": '"A thing."', "source": '"official page"', **settings}
    lines = "\n".join(f"{name} = {value}" for name, value in told.items())
    return {
        "package": PACKAGE,
        "things": f"""
doc = "Things."
[Thing]
{lines}
fields = [[
    {{ name = "Id", type = "text", rules = ["read-only"] }},
    {row}
]]
[Spot]
kind = "group"
doc = "A spot."
source = "official page"
fields = [[{{ name = "City", type = "text?" }}]]
[Part]
kind = "line"
doc = "A part."
source = "official page"
fields = [[{{ name = "Amount", type = "decimal" }}]]
""",
    }


def module_of(row="", **settings):
    return write_package(parse_table(one_class(row, **settings)))["things.py"]


def test_what_is_checked_in_is_what_the_table_makes():
    """Who changes the table runs the generator, who changes a generated module is told."""
    stale = find_stale(write_package(read_table()))

    assert stale == []


def test_check_passes_on_what_is_checked_in():
    """Without changing a file."""
    main(["--check"])


def test_check_names_what_is_stale(tmp_path: Path):
    """And the command that mends it; it mends nothing itself."""
    main([], tmp_path)
    (tmp_path / "customer.py").write_text("changed")

    with pytest.raises(SystemExit, match=r"customer\.py; run python -m linksync\.connectors"):
        main(["--check"], tmp_path)

    assert (tmp_path / "customer.py").read_text() == "changed"


def test_writing_changes_what_is_stale_and_nothing_else(tmp_path: Path):
    """A module that the table no longer has goes, one that was never generated stays."""
    (tmp_path / "same.py").write_text("same")
    (tmp_path / "old.py").write_text("old")
    (tmp_path / "gone.py").write_text(f"{MARK}gone.toml")
    (tmp_path / "by_hand.py").write_text("by hand")

    changed = write_stale({"same.py": "same", "old.py": "new", "more.py": "more"}, tmp_path)

    assert changed == ["gone.py", "more.py", "old.py"]
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        "same.py": "same",
        "old.py": "new",
        "more.py": "more",
        "by_hand.py": "by hand",
    }


def test_every_generated_module_says_what_makes_it():
    """In its first line, with the file to change."""
    for name, text in write_package(TABLE).items():
        source = "package.toml" if name == "__init__.py" else name.replace(".py", ".toml")

        assert text.startswith(f"# Generated from facts/{source} by `python -m linksync.")


@pytest.mark.parametrize(("holder", "row"), ROWS)
def test_the_class_says_what_the_row_says(holder, row):
    """Each fact of the table is one of the field that a mapping names."""
    found = vars(getattr(fields, holder))[row.name]

    if row.type is FieldType.GROUP:
        assert type(found).__name__ == row.of
        assert (found.path, found.filterable) == ((*row.within, row.name), Ask.FILTER in row.query)
        return
    if row.type is FieldType.LINES:
        assert tuple(kind.__name__ for kind in found.kinds) == row.kinds
        assert (found.computed, found.required) == (row.computed, Rule.REQUIRED in row.rules)
        return
    kind, optional = row.type.value.rstrip("?"), row.type.value.endswith("?")
    assert (found.kind.value, found.optional) == (kind, optional or row.type is FieldType.REFERENCE)
    assert (found.name, found.within, getattr(found, "to", "")) == (row.name, row.within, row.of)
    assert (found.max_length, found.forbidden, found.choices) == (row.length, row.forbidden, row.choices)
    assert (found.read_only, found.create_only) == (
        Rule.READ_ONLY in row.rules,
        Rule.CREATE_ONLY in row.rules,
    )
    assert (found.required, found.always_required) == (
        Rule.REQUIRED in row.rules,
        Rule.ALWAYS_REQUIRED in row.rules,
    )
    assert found.clearable == (Rule.KEPT not in row.rules)
    assert (found.filterable, found.sortable) == (Ask.FILTER in row.query, Ask.SORT in row.query)


@pytest.mark.parametrize("name", TABLE.classes)
def test_no_class_has_more_than_the_table(name):
    """Nothing is known of a field but what the table knows; and the class is of its kind."""
    exported = getattr(fields, name)
    fact = TABLE.classes[name]

    members = {
        member
        for member, value in vars(exported).items()
        if isinstance(value, RemoteField | RemoteGroup | LinesField)
    }

    base = {
        ClassKind.RECORD: RemoteType,
        ClassKind.GROUP: RemoteGroup,
        ClassKind.LINE: RemoteLine,
    }
    assert members == {row.name for row in fact.rows}
    assert exported.__mro__[1] is base[fact.kind]


def test_every_fact_says_how_sure_it_is():
    """And every source that is listed is named by one."""
    rows = [row for fact in TABLE.classes.values() for row in fact.rows]

    sure = {TABLE.certainty(row) for row in rows}
    used = {row.source for row in rows} | {row.query_source for row in rows}

    assert sure == set(Certainty)
    assert used == set(TABLE.sources)


@pytest.mark.parametrize(
    ("name", "certainty"),
    [
        ("DisplayName", Certainty.OFFICIAL),
        ("Job", Certainty.RECORDED),
    ],
)
def test_a_row_has_the_source_of_its_class_unless_it_names_one(name, certainty):
    """Most of a class are from one page."""
    (row,) = (row for row in TABLE.classes["Customer"].rows if row.name == name)

    assert TABLE.certainty(row) is certainty


def test_a_table_becomes_a_module():
    """With imports, docstrings, comments, and what differs from the rule."""
    module = module_of("""
    { name = "Name", type = "text", length = 31, forbidden = '":', rules = ["required"], query = ["filter"], note = "Nobody knows." },
], [
    { name = "ParentRef", type = "reference", of = "Thing" },
    { name = "Spot", type = "group", of = "Spot", query = ["filter"] },
    { name = "Parts", type = "lines", kinds = ["Part"], computed = ["Total"] },
""")

    assert module.startswith(
        '''# Generated from facts/things.toml by `python -m linksync.connectors.quickbooks.fields.generate`; change it there.
"""Things."""

from linksync.mapping.remote import (
    LinesField,
    RefField,
    RemoteGroup,
    RemoteLine,
    RemoteType,
    decimal,
    optional_text,
    text,
)


class Thing(RemoteType):
    """A thing."""

    Id = text(read_only=True)
    # Nobody knows.
    Name = text(max_length=31, forbidden='":', required=True, filterable=True)

    ParentRef = RefField["Thing"](to="Thing")
    Spot = Spot(filterable=True)
    Parts = LinesField[Part](kinds=(Part,), computed=("Total",), id_name="")


class Spot(RemoteGroup):
'''
    )


def test_a_field_that_is_too_long_for_a_line_has_one_fact_a_line():
    """And a choice that is too long for one has a value a line."""
    values = [f"a rather long value of a choice {number}" for number in range(3)]
    listed = ", ".join(f'"{value}"' for value in values)

    module = module_of(f'{{ name = "Choice", type = "text?", choices = [{listed}], rules = ["kept"] }},')

    assert (
        """    Choice = optional_text(
        choices=(
            "a rather long value of a choice 0",
            "a rather long value of a choice 1",
            "a rather long value of a choice 2",
        ),
        clearable=False,
    )
"""
        in module
    )


@pytest.mark.parametrize(
    ("row", "mistake"),
    [
        ('{ name = "A", type = "txt" },', "invalid value for type, expected FieldType"),
        ('{ name = "A", type = "text", lenght = 3 },', "extra fields found"),
        ('{ name = "A", type = "text", length = "long" },', "length"),
        ('{ name = "A", type = "text", rules = "required" },', "rules"),
        ('{ name = "Id", type = "text" },', "Thing.Id is there twice"),
        ('{ name = "A", type = "reference" },', "Thing.A must name its class: of"),
        ('{ name = "A", type = "lines", of = "Part" },', "Thing.A must name its class: kinds"),
        (
            '{ name = "A", type = "reference", of = "Thinq" },',
            "names a class that is not in the table: Thinq",
        ),
        ('{ name = "A", type = "reference", of = "Spot" },', "Spot is a group, not a record"),
        ('{ name = "A", type = "group", of = "Part" },', "Part is a line, not a group"),
        ('{ name = "A", type = "lines", kinds = ["Spot"] },', "Spot is a group, not a line"),
        ('{ name = "A", type = "lines", kinds = ["Part", "Part"] },', "each needs a detail_type"),
        ('{ name = "A", type = "text", of = "Thing" },', "it is of no class"),
        ('{ name = "A", type = "decimal", length = 3 },', "only a text has a length"),
        ('{ name = "A", type = "text", rules = ["read-only", "required"] },', "take its other rules away"),
        ('{ name = "A", type = "text", rules = ["kept"] },', "only a text? could be made blank"),
        ('{ name = "A", type = "group", of = "Spot", rules = ["required"] },', "it cannot be required"),
        ('{ name = "A", type = "group", of = "Spot", query = ["sort"] },', "no query sorts by it"),
        ('{ name = "A", type = "lines", kinds = ["Part"], query = ["filter"] },', "no query names it"),
        (
            '{ name = "A", type = "lines", kinds = ["Part"], within = ["B"] },',
            "not within another object",
        ),
        ('{ name = "A", type = "text", source = "hearsay" },', "package.toml does not list: 'hearsay'"),
    ],
)
def test_a_wrong_row_is_told_with_its_place(row, mistake):
    """So that it does not become a wrong class."""
    with pytest.raises(ConfigurationError, match="the table of fields is wrong") as caught:
        parse_table(one_class(row))

    assert mistake in str(caught.value)


def test_all_mistakes_are_told_at_once():
    """With the class and the field of each."""
    rows = '{ name = "A", type = "reference" }, { name = "B", type = "date", choices = ["x"] },'

    with pytest.raises(ConfigurationError, match=r"Thing\.A must name .*; Thing\.B is a date"):
        parse_table(one_class(rows))


@pytest.mark.parametrize(
    ("texts", "mistake"),
    [
        (one_class(kind='"thing"'), "invalid value for type, expected ClassKind"),
        (one_class(doc="3"), "expected str @ things.Thing.doc"),
        ({**one_class(), "more": one_class()["things"]}, "Thing is in two files"),
        ({**one_class(), "more": "doc = "}, "more.toml: "),
        ({**one_class(), "more": ""}, "more.doc"),
        (one_class(kind='"group"') | {"package": PACKAGE + '"hearsay" = "sure"'}, "sources"),
    ],
)
def test_a_wrong_file_is_told(texts, mistake):
    """With its name, or that of the class."""
    with pytest.raises(ConfigurationError) as caught:
        parse_table(texts)

    assert mistake in str(caught.value)


def test_a_group_does_not_stand_within_what_is_no_group():
    """Its own fields say nothing of objects in between."""
    texts = one_class('{ name = "A", type = "text?", within = ["B"] },', kind='"group"')

    with pytest.raises(ConfigurationError, match=r"Thing\.A stands in a group"):
        parse_table(texts)
