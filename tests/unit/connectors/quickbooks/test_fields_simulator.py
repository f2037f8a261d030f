"""What the simulator answers by is what the table of facts says."""

from collections.abc import Iterator

import pytest

from linksync.connectors.quickbooks import fields
from linksync.connectors.quickbooks.entities import ENTITIES as CONNECTED
from linksync.connectors.quickbooks.entities import get_entity
from linksync.connectors.quickbooks.fields.rows import Ask, ClassFact, FieldType, Rule
from linksync.connectors.quickbooks.fields.table import read_table
from linksync.mapping.remote import FieldKind
from linksync.testing.quickbooks.entities import ENTITIES
from linksync.testing.quickbooks.shapes import Array, Leaf, Shape, Unmodelled

TABLE = read_table()
SIMULATED = sorted(ENTITIES)


def leaves(shape: Shape) -> Iterator[tuple[tuple[str, ...], Leaf]]:
    """Yield the plain properties that a shape has rules for, by path."""
    for name, member in shape.members.items():
        inner = member.of if isinstance(member, Array) else member
        if isinstance(inner, Leaf):
            yield (name,), inner
        elif isinstance(inner, Shape):
            yield from (((name, *path), leaf) for path, leaf in leaves(inner))


def expected(fact: ClassFact) -> Iterator[tuple[tuple[str, ...], tuple[object, ...]]]:
    """Yield the path of each row of a class and what it says; what only the server stamps is left out."""
    for row in fact.rows:
        path = (*row.within, row.name)
        if row.type is FieldType.GROUP:
            inner = () if row.of == "MetaData" else expected(TABLE.classes[row.of])
        elif row.type is FieldType.LINES:
            inner = (each for kind in row.kinds for each in expected(TABLE.classes[kind]))
        else:
            yield path, (row.length, row.forbidden, row.choices, Rule.READ_ONLY in row.rules)
            continue
        yield from (((*path, *below), said) for below, said in inner)


def is_kept_as_it_comes(shape: Shape, path: tuple[str, ...]) -> bool:
    """Whether a property stands in something that the simulator has no rules for, and answers as it was sent."""
    member = shape.members.get(path[0])
    if isinstance(member, Unmodelled):
        return member.keeps
    inner = member.of if isinstance(member, Array) else member
    return isinstance(inner, Shape) and is_kept_as_it_comes(inner, path[1:])


@pytest.mark.parametrize("name", SIMULATED)
def test_every_property_with_rules_is_a_row_of_the_table(name):
    """With the same length, forbidden characters, choices and read-only mark; and every row is such a property."""
    found = {
        path: (leaf.fact.max_length, leaf.fact.forbidden, leaf.fact.choices, leaf.fact.read_only)
        for path, leaf in leaves(ENTITIES[name].shape)
        if path[-1] != "DetailType"
    }

    rows = dict(expected(TABLE.classes[name]))
    assert {path: said for path, said in found.items() if rows.get(path) != said} == {}
    left = {
        path for path in rows.keys() - found.keys() if not is_kept_as_it_comes(ENTITIES[name].shape, path)
    }
    assert left == set()


@pytest.mark.parametrize("name", SIMULATED)
def test_what_a_create_must_have_is_what_the_table_requires(name):
    """Besides what depends on other values, which rules say."""
    found = {path[0]: leaf.fact.required for path, leaf in leaves(ENTITIES[name].shape) if len(path) == 1}

    required = {name for name, is_required in found.items() if is_required}
    assert required == {
        row.name
        for row in TABLE.classes[name].rows
        if Rule.REQUIRED in row.rules and row.type is not FieldType.LINES
    }


@pytest.mark.parametrize("name", ENTITIES)
def test_queries_may_name_what_the_table_says(name):
    """No more and no less, for filtering and for sorting."""
    queryable = {
        each.path[0] if len(each.path) > 1 and each.path[0] != "MetaData" else ".".join(each.path): each
        for each in ENTITIES[name].queryable.values()
    }

    rows = {row.name: row.query for row in TABLE.classes[name].rows if row.query}
    if name == "RecurringTransaction":
        rows["Type"] = (
            Ask.FILTER,
        )  # no property of its own, but that of the type within (sample company's clients)
    if name == "Attachable":
        rows["AttachableRef"] = (Ask.FILTER,)  # the table says so in a note, as it is an array
    rows |= {f"MetaData.{row.name}": row.query for row in TABLE.classes["MetaData"].rows}
    assert {row for row, query in rows.items() if Ask.FILTER in query} == {
        path for path, each in queryable.items() if each.is_filterable
    }
    assert {row for row, query in rows.items() if Ask.SORT in query} == {
        path for path, each in queryable.items() if each.is_sortable
    }


@pytest.mark.parametrize("name", sorted(ENTITIES.keys() & CONNECTED.keys()))
def test_what_stays_in_the_simulator_cannot_be_cleared_by_the_connector(name):
    """A value that QuickBooks keeps is never believed to be gone."""
    clearable = get_entity(name).clearable

    assert not {path[0] for path in clearable} & ENTITIES[name].unclearable


@pytest.mark.parametrize("name", ["Customer", "Item", "Invoice"])
def test_what_the_table_says_is_kept_stays_in_the_simulator(name):
    """Of the records that are mapped most."""
    kept = {row.name for row in TABLE.classes[name].rows if Rule.KEPT in row.rules}
    assert kept <= ENTITIES[name].unclearable


def test_reserved_names_of_the_schema_are_not_in_the_table():
    """What the simulator keeps without rules is not listed as well, but for groups that are nothing but an array."""
    for name in set(SIMULATED) - {"Preferences", "TaxCode"}:
        listed = {row.name for row in TABLE.classes[name].rows} - {"MetaData"}
        shape = ENTITIES[name].shape

        assert not {each for each in listed if not isinstance(shape.members[each], Leaf | Shape | Array)}


def test_every_kind_of_record_is_in_both():
    """And in the table; what has no id is no record to the connector."""
    assert CONNECTED.keys() <= ENTITIES.keys() <= TABLE.classes.keys()
    assert ENTITIES.keys() - CONNECTED.keys() == {"ExchangeRate", "Preferences"}


def test_custom_fields_and_links_are_read_by_their_own_shape():
    """Arrays without kinds of line have no DetailType."""
    member = ENTITIES["Invoice"].shape.members["LinkedTxn"]

    assert isinstance(member, Array)
    assert set(member.of.members) == {"TxnId", "TxnType", "TxnLineId"}
    assert fields.LinkedTxn.TxnId.kind is FieldKind.TEXT
