"""Objects within objects, converters of all sorts, choices of all sorts."""

from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from uuid import UUID

import pytest

from linksync.errors import MappingDefinitionError, MappingError
from linksync.fields import Base, FieldValue
from linksync.mapping import (
    Converter,
    EntityMapping,
    LinesMapping,
    MappingContext,
    NestedMapping,
    both,
    choice,
    const,
    many,
    mapper_of,
    nested,
    push,
    ref,
)
from linksync.mapping.remote import (
    RefField,
    RemoteGroup,
    RemoteType,
    decimal,
    optional_decimal,
    optional_integer,
    optional_text,
)
from linksync.records import CompanyId, RecordKey
from tests.unit.mapping.shop import CONTEXT, LineMapping, RBill, RSale, clients

Row = dict[str, object]
KEY = "12345678-1234-5678-1234-567812345678"


class Geo(RemoteGroup):
    Lat = optional_decimal()


class Place(RemoteGroup):
    Name = optional_text(required=True)
    Note = optional_text()
    Geo = Geo()


class Remote(RemoteType):
    Place = Place()
    Text = optional_text()
    Text2 = optional_text()
    Count = optional_integer()
    Amount = decimal()
    Ref = RefField["Remote"](to="Remote")


class GeoMapping(NestedMapping[Row, Geo]):
    lat: Decimal | None = both(Geo.Lat)


class PlaceMapping(NestedMapping[Row, Place]):
    name: str | None = both(Place.Name)
    note = const(Place.Note, "x")
    geo: Row = nested(Place.Geo, GeoMapping)


class ThingMapping(EntityMapping[Row, Remote], entity="thing", key="id"):
    place: Row = nested(Remote.Place, PlaceMapping)


things = mapper_of(ThingMapping)


def mapper_with(**specifiers):
    class Mapping(EntityMapping[Row, Remote], entity="thing", key="id"):
        locals().update(specifiers)

    return mapper_of(Mapping)


def test_objects_nest_in_objects():
    """Their paths on either side are those of all of them, and so are their names."""
    row = {"id": 1, "place": {"name": "Ulm", "geo": {"lat": Decimal("48.4")}}}

    fields = things.outgoing(row, CONTEXT)

    assert set(fields) == {"place.name", "place.note", "place.geo.lat"}
    assert things.fields["place.geo.lat"].watches == {"place", "place.geo", "place.geo.lat"}
    assert things.remote_values(fields, None) == {
        "Place": {"Name": "Ulm", "Note": "x", "Geo": {"Lat": Decimal("48.4")}}
    }
    assert things.local_values(fields) == {"place": {"name": "Ulm", "geo": {"lat": Decimal("48.4")}}}


def test_an_object_with_an_empty_one_in_it_is_empty():
    """The innermost blank makes the outermost blank."""
    fields = things.outgoing({"id": 1, "place": {"name": None, "geo": {"lat": None}}}, CONTEXT)

    assert things.remote_values(fields, None) == {}
    assert things.local_values(fields) == {"place": None}


def test_what_an_object_requires_it_requires_only_when_it_is_there():
    """A place without a name is refused, no place is not."""
    with pytest.raises(MappingError, match=r"Place\.Name is required"):
        things.outgoing({"id": 1, "place": {"name": None, "geo": {"lat": Decimal(1)}}}, CONTEXT)


def test_an_object_that_does_not_say_all_leaves_its_constants_alone():
    """Whether it is empty cannot be told, so that nothing made up is written or cleared."""
    fields = things.outgoing({"id": 1, "place": {"geo": None}}, CONTEXT)

    assert dict(fields) == {"place.geo.lat": FieldValue(None, None)}


def test_an_object_holds_no_lines_and_no_group_of_another():
    """Both are refused when the class is made."""
    with pytest.raises(MappingDefinitionError) as caught:

        class Mapping(NestedMapping[Row, Geo]):
            lines: list[Row] = many(RBill.Line, LineMapping)
            place: Row = nested(Remote.Place, PlaceMapping)

    assert "lines stand in records, not in nested objects" in caught.value.mistakes[0]
    assert "Place is no group within Geo" in caught.value.mistakes[1]


class Colour(Enum):
    RED = 1


@pytest.mark.parametrize(
    ("value", "form"),
    [
        (["a", "b"], ["a", "b"]),
        (("a", Decimal(1)), ["a", 1]),
        ({"b", "a"}, ["a", "b"]),
        (UUID(KEY), KEY),
        (date(2026, 1, 2), "2026-01-02"),
        (datetime(2026, 1, 2, tzinfo=UTC), "2026-01-02T00:00:00+00:00"),
        (True, True),
        (Colour.RED, 1),
        (object, "sent"),
    ],
)
def test_a_converted_value_has_the_form_of_its_type(value, form):
    """What JSON has nothing like has the form of what was sent."""
    mapper = mapper_with(text=both(Remote.Text, convert=Converter(lambda _: "sent", lambda _: value)))

    assert mapper.outgoing({"text": value}, CONTEXT)["text"] == FieldValue(form, "sent")
    assert mapper.incoming({"Text": "sent"}, CONTEXT)["text"] == FieldValue(form, "sent")


def test_a_converted_day_is_handed_to_the_store_as_a_day():
    """The annotation says what its form was made of."""

    class Mapping(EntityMapping[Row, Remote], entity="thing", key="id"):
        text: date | None = both(Remote.Text, convert=Converter(str, date.fromisoformat))
        text2: datetime | None = both(Remote.Text2, convert=Converter(str, datetime.fromisoformat))

    mapper = mapper_of(Mapping)
    remote = {"Text": "2026-01-02", "Text2": "2026-01-02T00:00:00+00:00"}

    values = mapper.local_values(mapper.incoming(remote, CONTEXT))

    assert values == {"text": date(2026, 1, 2), "text2": datetime(2026, 1, 2, tzinfo=UTC)}


def test_a_converter_that_fails_on_the_way_in_is_a_problem():
    """With what it raised."""
    mapper = mapper_with(text=both(Remote.Text, convert=Converter(str, int)))

    with pytest.raises(MappingError, match="ValueError: invalid literal"):
        mapper.incoming({"Text": "many"}, CONTEXT)


@pytest.mark.parametrize(("value", "text"), [(True, "true"), (30, "30"), (Colour.RED, "1"), ("30", "30")])
def test_a_choice_is_looked_up_by_text(value, text):
    """Whatever the local value is."""
    context = MappingContext(company=CompanyId("c"), value_maps={"map": {text: "r"}})

    assert mapper_with(text=choice(Remote.Text, "map")).outgoing({"text": value}, context)[
        "text"
    ] == FieldValue(text, "r")


def test_a_choice_of_what_has_no_text_is_refused():
    """A decimal has many spellings."""
    with pytest.raises(MappingError, match="cannot be looked up in a value map"):
        mapper_with(text=choice(Remote.Text, "map")).outgoing({"text": Decimal(1)}, CONTEXT)


def test_a_setting_of_another_kind_is_refused_like_any_value():
    """The value map of a whole number must hold whole numbers."""
    context = MappingContext(company=CompanyId("c"), value_maps={"map": {"a": "x"}})

    with pytest.raises(MappingError, match="count -> Count: must be an int"):
        mapper_with(count=choice(Remote.Count, "map")).outgoing({"count": "a"}, context)


def test_ids_may_be_uuids():
    """They go out as text, and stay text for a store, which makes its keys itself."""

    class Mapping(EntityMapping[Row, Remote], entity="thing", key="id"):
        other: UUID | None = ref(Remote.Ref, to="thing")

    mapper = mapper_of(Mapping)
    context = MappingContext(company=CompanyId("c"), remote_ids={RecordKey("thing", KEY): "7"})

    fields = mapper.outgoing({"id": 1, "other": UUID(KEY)}, context)

    assert fields["other"] == FieldValue(KEY, "7")
    assert mapper.local_values(fields) == {"other": KEY}


def test_an_id_that_is_no_number_cannot_be_written_where_keys_are_numbers():
    """The link is wrong, or the mapping."""
    with pytest.raises(MappingError, match="is no whole number"):
        clients.local_values({"parent_id": FieldValue("x", "1")})


def test_an_array_may_be_emptied_where_it_is_not_required():
    """An update without lines is an empty array."""

    class Mapping(EntityMapping[Row, RBill], entity="bill", key="id"):
        lines: list[Row] = many(RBill.Line, LineMapping)

    base = Base(raw={"Line": [{"Id": "1", "Type": "Sale"}]})

    assert mapper_of(Mapping).remote_values({"lines": FieldValue([], [])}, base) == {"Line": []}


def test_a_line_can_be_told_by_its_key():
    """A line that has moved and changed is still the line it was."""

    class Keyed(LinesMapping[Row, RSale], key="text"):
        text: str | None = both(RSale.Text)
        amount: Decimal = push(RSale.Amount)

    class Mapping(EntityMapping[Row, RBill], entity="bill", key="id"):
        lines: list[Row] = many(RBill.Line, Keyed)

    mapper = mapper_of(Mapping)
    raw = [{"Id": str(number), "Type": "Sale", "Text": f"#{number}", "Amount": 1} for number in (1, 2)]
    lines = [{"text": "#2", "amount": Decimal(5)}, {"text": "#3", "amount": Decimal(1)}]
    fields = mapper.outgoing({"id": 1, "lines": lines}, CONTEXT)

    values = mapper.remote_values(fields, Base(raw={"Line": raw}))

    assert [(line.get("Id"), line["Amount"]) for line in values["Line"]] == [("2", 5), (None, 1)]
