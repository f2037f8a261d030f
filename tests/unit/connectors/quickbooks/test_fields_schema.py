"""What the table of facts takes from the official schema."""

import pytest

from linksync.connectors.quickbooks.fields.rows import Ask, FieldType, Rule
from linksync.connectors.quickbooks.fields.schema import read_schema
from linksync.connectors.quickbooks.fields.table import parse_table, read_table
from linksync.errors import ConfigurationError

TABLE = read_table()
SCHEMA = read_schema()
PACKAGE = """
doc = "Fields."
[sources]
"official page" = "official"
[references]
CustomerRef = "Customer"
"""


def table_of(rows, name="Invoice", **settings):
    """Return the table of one class with those rows, besides a customer."""
    told = {"kind": '"record"', "doc": '"A thing."', "source": '"official page"', **settings}
    lines = "\n".join(f"{key} = {value}" for key, value in told.items())
    things = f"""
doc = "Things."
[{name}]
{lines}
fields = [[ {rows} ]]
[Customer]
kind = "record"
doc = "A customer."
source = "official page"
fields = [[ {{ name = "Id", type = "text" }} ]]
"""
    return parse_table({"package": PACKAGE, "things": things})


def row_of(rows, **settings):
    (row,) = table_of(rows, **settings).classes[settings.get("name", "Invoice")].rows
    return row


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ("{ name = 'TxnDate' }", FieldType.OPTIONAL_DATE),
        ("{ name = 'ApplyTaxAfterDiscount' }", FieldType.OPTIONAL_BOOLEAN),
        ("{ name = 'TotalAmt' }", FieldType.OPTIONAL_DECIMAL),
        ("{ name = 'PrivateNote' }", FieldType.OPTIONAL_TEXT),
        ("{ name = 'CustomerRef' }", FieldType.REFERENCE),
    ],
)
def test_a_row_that_names_a_field_has_its_type(row, kind):
    """Types that the field's class inherits included."""
    assert row_of(row).type is kind


def test_a_reference_leads_where_references_of_that_name_do():
    """The schema says only that it is one."""
    assert row_of("{ name = 'CustomerRef' }").of == "Customer"


def test_values_of_an_enumeration_are_the_choices():
    """In the order of the schema."""
    assert row_of("{ name = 'PrintStatus' }").choices == ("NotSet", "NeedToPrint", "PrintComplete")


def test_a_length_counts_only_where_it_is_that_of_quickbooks_online():
    """The schema is shared with Desktop, whose limits are others."""
    assert row_of("{ name = 'DocNumber' }").length == 21
    assert SCHEMA.find("Customer", "GivenName").length is None


def test_what_the_row_says_holds():
    """Where the schema has it wrong, or says less."""
    row = row_of("{ name = 'TotalAmt', type = 'decimal', rules = ['read-only'], query = ['filter'] }")

    assert (row.type, row.rules, row.query) == (FieldType.DECIMAL, (Rule.READ_ONLY,), (Ask.FILTER,))


def test_a_field_within_a_line_has_the_type_that_it_has_there():
    """A kind of line is a `Line` and what its detail holds."""
    row = row_of(
        "{ name = 'Qty', within = ['SalesItemLineDetail'] }",
        name="SoldLine",
        kind='"line"',
        detail_type='"SalesItemLineDetail"',
    )

    assert row.type is FieldType.OPTIONAL_DECIMAL


def test_a_class_may_be_a_type_of_another_name():
    """As the stamps of a record are."""
    row = row_of("{ name = 'CreateTime' }", name="Stamps", kind='"group"', schema='"ModificationMetaData"')

    assert row.type is FieldType.OPTIONAL_INSTANT


@pytest.mark.parametrize(
    ("row", "repeated"),
    [
        ("{ name = 'TxnDate', type = 'date?' }", "type"),
        ("{ name = 'DocNumber', length = 21 }", "length"),
        ("{ name = 'CustomerRef', of = 'Customer' }", "of"),
        ("{ name = 'EmailStatus', choices = ['NotSet', 'NeedToSend', 'EmailSent'] }", "choices"),
    ],
)
def test_a_row_that_repeats_the_schema_is_a_mistake(row, repeated):
    """A fact has one home."""
    with pytest.raises(ConfigurationError, match=f"repeats what the schema says: take {repeated} away"):
        table_of(row)


def test_a_row_that_the_schema_does_not_know_must_say_its_type():
    """Nobody else could."""
    with pytest.raises(ConfigurationError, match="required field missing") as caught:
        table_of("{ name = 'Colour' }")

    assert "Colour" not in SCHEMA.names("Invoice")
    assert "things.Invoice" in str(caught.value)


@pytest.mark.parametrize("fields", ['"all"', '["Id"]', "[[3]]"])
def test_what_are_no_rows_are_told_and_not_left_out(fields):
    """A table that loses rows is worse than none."""
    things = f'doc = "T."\n[A]\nkind = "record"\ndoc = "A."\nsource = "official page"\nfields = {fields}\n'

    with pytest.raises(ConfigurationError, match=r"things\.A"):
        parse_table({"package": PACKAGE, "things": things})


def test_a_type_has_the_names_of_those_that_it_extends():
    """And what the schema writes as an attribute; what is not among them is refused with 2010."""
    names = SCHEMA.names("Invoice")

    assert {"Id", "SyncToken", "DocNumber", "CustomerRef", "AllowOnlinePayment", "sparse", "domain"} <= names
    assert "DispName" not in SCHEMA.names("Customer")


def test_nothing_is_called_official_schema_that_the_schema_does_not_have():
    """References are the exception: the schema has them as an attribute and a text."""
    unknown = {
        f"{name}.{row.name}"
        for name, fact in TABLE.classes.items()
        for row in fact.rows
        if row.source == "official schema" and not _found(name, fact, row)
    }

    assert unknown == {
        "PlainRef.value",
        "PlainRef.name",
        "EntityReference.value",
        "EntityReference.name",
        "EntityReference.type",
    }


def _found(name, fact, row):
    holder = fact.schema or ("Line" if fact.detail_type else name)
    for within in row.within:
        holder = SCHEMA.find(holder, within).type
    return SCHEMA.find(holder, row.name)
