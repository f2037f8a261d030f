"""Mappings as tables."""

from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum

from linksync.mapping import (
    Converter,
    EntityMapping,
    EntityRules,
    FieldRules,
    MissingReference,
    Overflow,
    Owner,
    both,
    describe,
    pull,
)
from tests.unit.mapping.shop import BillMapping, Client, ClientMapping, ProductMapping, RClient


def rows(mapping):
    return {it.name: it for it in describe(mapping).fields}


def test_a_row_says_both_names_types_and_limits():
    """For a plain attribute."""
    name = rows(ClientMapping)["name"]

    assert (name.local, name.local_type, name.remote, name.kind) == ("name", "str", "Name", "text")
    assert name.limits == ("at most 20 characters", "without ':' '\\t'", "required")
    assert name.notes == ("matches",)
    assert name.owner is Owner.ASK


def test_made_up_values_say_where_they_come_from():
    """Constants, settings, computed values, references and choices."""
    assert rows(ClientMapping)["currency"].notes == ("always 'EUR'",)
    assert rows(ClientMapping)["currency"].limits == ("only when it is created",)
    assert rows(ClientMapping)["currency"].local == ""
    assert rows(ProductMapping)["income"].notes == ("the company's setting 'income_account'",)
    assert rows(BillMapping)["terms"].notes == ("by the company's value map 'terms'",)
    assert rows(BillMapping)["client_id"].notes == ("refers to client",)
    assert rows(BillMapping)["lines.amount"].notes == ("computed",)


def test_nested_objects_and_lines_are_in_it():
    """Values of lines stand below their array."""
    names = list(rows(BillMapping))
    lines = rows(BillMapping)["lines"]

    assert rows(ClientMapping)["home.town"].remote == "Home.Town"
    assert names[names.index("lines") + 1] == "lines.product"
    assert (lines.kind, lines.local_type, lines.limits) == ("lines", "list[Line]", ("required",))
    assert rows(BillMapping)["lines.product"].owner is None


def test_what_is_done_to_a_value_is_said():
    """Converters, defaults, trimming, read-only fields."""

    class Mapping(
        EntityMapping[Client, RClient],
        entity="client",
        key="id",
        permanent=True,
        auto_create=False,
        missing_reference=MissingReference.WAIT,
        eligible=bool,
        effective_from=datetime(2026, 1, 1, tzinfo=UTC),
        dated=lambda client: client.seen,
    ):
        name: str = both(RClient.Name, overflow=Overflow.SUFFIX)
        mail: str = both(RClient.Mail, default="", convert=Converter[str, str](str, str))
        balance: Decimal = pull(RClient.Balance)

    described = describe(Mapping)

    assert rows(Mapping)["name"].notes == ("cut off with a mark if too long",)
    assert rows(Mapping)["mail"].notes == ("converted", "blank counts as ''")
    assert rows(Mapping)["balance"].limits == ("read-only",)
    assert described.rules == (
        "a link, once made, is never unlinked",
        "not promoted because something refers to it",
        "waits for records that it refers to until somebody promotes them",
        "not every record may be promoted",
        "only records from 2026-01-01 on",
    )


def test_it_is_a_markdown_table():
    """Bars within types do not break it."""
    text = describe(ClientMapping).as_markdown()

    lines = text.splitlines()
    assert lines[:3] == ["### ClientMapping", "", "`client` is a Client."]
    assert "| `mail` | `mail` | `str \\| None` | `Mail` | text | both | ask |  |  |" in lines
    assert "| `since` | `since` | `date \\| None` | `Since` | date | both | ask |  |  |" in lines
    assert len({line.replace("\\|", "").count("|") for line in lines[4:]}) == 1


def test_rules_stand_above_the_table():
    """One line each."""

    class OnceMapping(
        EntityMapping[Client, RClient],
        entity="client",
        key="id",
        once=True,
        missing_reference=MissingReference.ERROR,
    ):
        name: str = both(RClient.Name)

    assert (
        "- pushed once, and the remote's from then on\n"
        "- needs action while a record that it refers to is not linked\n"
    ) in describe(OnceMapping).as_markdown()


def test_a_mapper_written_by_hand_says_what_its_fields_say():
    """It has no types and no limits to tell."""

    class ByHand:
        entity, remote_type, rules = "thing", "Thing", EntityRules()
        fields = {"name": FieldRules(name="name", local="title", remote="Name", match=True)}  # noqa: RUF012

    (row,) = describe(ByHand()).fields

    assert (row.local, row.remote, row.kind, row.notes) == ("title", "Name", "", ("matches",))


def test_types_are_written_as_one_writes_them():
    """Classes by name, unions with bars, generics with brackets."""
    from linksync.mapping.describing import _type_name

    class Size(Enum):
        SMALL = "s"

    assert _type_name(Size) == "Size"
    assert _type_name(date | None) == "date | None"
    assert _type_name(list[str]) == "list[str]"
    assert _type_name(None) == ""
