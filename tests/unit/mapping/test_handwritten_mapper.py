"""A mapper written by hand, in the place of a declared one."""

from collections.abc import Collection, Mapping
from decimal import Decimal

import pytest

from linksync.exactjson import Json, JsonObject
from linksync.fields import Base, FieldValue
from linksync.mapping import (
    EntityMapper,
    EntityMapping,
    EntityRules,
    FieldRules,
    MappingContext,
    both,
    mapper_of,
    mappers_of,
)
from linksync.records import CLEAR, RecordKey, WriteValue
from tests.unit.mapping.shop import CONTEXT, RProduct

Row = dict[str, object]


class DeclaredMapping(EntityMapping[Row, RProduct], entity="thing", key="id"):
    title: str = both(RProduct.Name, match=True)
    price: Decimal | None = both(RProduct.Price)


class HandWrittenMapper:
    """The same, without a declaration."""

    entity = "thing"
    remote_type = "Product"
    rules = EntityRules()
    fields: Mapping[str, FieldRules] = {
        "title": FieldRules(
            name="title", local="title", remote="Name", match=True, watches=frozenset({"title"})
        ),
        "price": FieldRules(name="price", local="price", remote="Price", watches=frozenset({"price"})),
    }

    def label(self, local: Row) -> str:
        return str(local["title"])

    def references(self, local: object) -> Collection[RecordKey]:
        return []

    def outgoing(self, local: Row, context: MappingContext) -> Mapping[str, FieldValue]:
        return {name: FieldValue(local[name], local[name]) for name in self.fields if name in local}

    def incoming(self, remote: JsonObject, context: MappingContext) -> Mapping[str, FieldValue]:
        forms = {name: remote.get(rules.remote) for name, rules in self.fields.items()}
        return {name: FieldValue(form, form) for name, form in forms.items()}

    def remote_values(self, fields: Mapping[str, FieldValue], base: Base | None) -> Mapping[str, WriteValue]:
        return {
            self.fields[name].remote: CLEAR if value.remote is None else value.remote
            for name, value in fields.items()
            if value.remote is not None or base is not None
        }

    def local_values(self, fields: Mapping[str, FieldValue]) -> Mapping[str, WriteValue]:
        return {name: value.local for name, value in fields.items()}

    def raw_parts(self, remote: JsonObject) -> Mapping[str, Json]:
        return {}


@pytest.fixture(params=[DeclaredMapping, HandWrittenMapper()], ids=["declared", "by hand"])
def mapper(request) -> EntityMapper:
    return mapper_of(request.param)


def test_both_say_the_same_of_themselves(mapper):
    """Entity, remote type, rules and fields."""
    assert (mapper.entity, mapper.remote_type, mapper.rules) == ("thing", "Product", EntityRules())
    assert mapper.fields == HandWrittenMapper.fields


def test_both_translate_alike(mapper):
    """Out and in again, with an absent and a blank field."""
    row = {"id": "1", "title": "Tea", "price": Decimal("1234567890123456.78")}

    fields = mapper.outgoing(row, CONTEXT)

    assert mapper.label(row) == "Tea"
    assert list(mapper.references(row)) == []
    assert fields["price"].remote == Decimal("1234567890123456.78")
    assert list(mapper.outgoing({"id": "1", "title": "Tea"}, CONTEXT)) == ["title"]
    assert mapper.incoming({"Name": "Tea", "Price": Decimal("1234567890123456.78")}, CONTEXT) == fields


def test_both_write_alike(mapper):
    """Creates without blanks, updates with CLEAR, and the way back."""
    fields = {"title": FieldValue("Tea", "Tea"), "price": FieldValue(None, None)}

    assert mapper.remote_values({"price": fields["price"]}, Base()) == {"Price": CLEAR}
    assert mapper.remote_values(fields, Base()) == {"Name": "Tea", "Price": CLEAR}
    assert mapper.local_values(fields) == {"title": "Tea", "price": None}
    assert mapper.raw_parts({"Line": []}) == {}


def test_one_written_by_hand_is_taken_as_it_is():
    """And stands beside declared ones."""
    by_hand = HandWrittenMapper()

    class Other(EntityMapping[Row, RProduct], entity="other", key="id"):
        title: str = both(RProduct.Name)

    mappers = mappers_of([by_hand, Other])

    assert mappers[0] is by_hand
    assert [mapper.entity for mapper in mappers] == ["thing", "other"]
