"""What a mapping class is told when it is made."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import TypedDict
from uuid import UUID

import pytest

from linksync.errors import ConfigurationError, MappingDefinitionError
from linksync.mapping import (
    Direction,
    EntityMapping,
    LinesMapping,
    NestedMapping,
    both,
    computed,
    const,
    many,
    mapper_of,
    mappers_of,
    nested,
    pull,
    push,
    ref,
)
from linksync.mapping.remote import LinesField, RefField, RemoteType, text
from tests.unit.mapping.shop import (
    Address,
    AddressMapping,
    Bill,
    BillMapping,
    Client,
    ClientMapping,
    Line,
    LineMapping,
    ProductMapping,
    RAddress,
    RBill,
    RClient,
    RDiscount,
    RNote,
    RProduct,
    RSale,
    clients,
)

Anything = dict[str, object]


def mistakes_of(make):
    with pytest.raises(MappingDefinitionError) as caught:
        make()
    return caught.value.mistakes


class Typed(TypedDict):
    id: int
    title: str


class Annotated:
    id: int
    title: str

    @property
    def upper(self) -> str:
        return self.title.upper()


@dataclass
class Data:
    id: int
    title: str


@pytest.mark.parametrize("local", [Typed, Annotated, Data])
def test_a_misspelt_name_is_answered_with_the_right_one(local):
    """Typed dicts, annotated classes and dataclasses know their attributes; so does attrs, below."""

    def make():
        class Mapping(EntityMapping[local, RProduct], entity="x", key="id"):
            titel: str = both(RProduct.Name)

    [mistake] = mistakes_of(make)

    assert mistake.endswith("has no attribute 'titel'; did you mean 'title'?")


def test_properties_are_attributes():
    """A name need not be annotated to be known."""

    class Mapping(EntityMapping[Annotated, RProduct], entity="x", key="id"):
        upper: str = push(RProduct.Name)

    assert list(mapper_of(Mapping).fields) == ["upper"]


def test_attributes_named_in_init_are_attributes():
    """An annotation on one attribute does not make the others unknown."""

    class Half:
        id: int

        def __init__(self):
            self.title = "Tea"

    class Mapping(EntityMapping[Half, RProduct], entity="x", key="id"):
        title: str = both(RProduct.Name)

    assert list(mapper_of(Mapping).fields) == ["title"]


def test_names_of_dicts_cannot_be_checked():
    """A dict may hold anything."""

    class Mapping(EntityMapping[Anything, RProduct], entity="x", key="anything"):
        whatever: str = both(RProduct.Name)

    assert list(mapper_of(Mapping).fields) == ["whatever"]


def test_all_mistakes_come_at_once():
    """The error lists them, and names the class."""

    def make():
        class Wrong(EntityMapping[Client, RClient], entity="client", key="idd", once=True):
            nmae: str = both(RClient.Name)
            mail: str = both(RClient.Name)
            balance: Decimal = both(RClient.Balance)
            rating: int | None = pull(RClient.Rating)
            grade: str
            title = const(RClient.Kind, "firm")
            parent_id: str = both(RProduct.IncomeRef)

    with pytest.raises(MappingDefinitionError) as caught:
        make()

    assert caught.value.mapping == "Wrong"
    for part in (
        "grade has a type but no specifier",
        "no attribute 'nmae'; did you mean 'name'?",
        "key='idd': Client has no such attribute; did you mean 'id'?",
        "parent_id: RProduct.IncomeRef is no field of RClient",
        "balance: RClient.Balance is computed by the remote and cannot be written; use pull",
        "title: 'firm' is not among the values of Kind",
        "nmae and mail map one field, Name",
        "rating is only pulled, but with once=True",
    ):
        assert part in str(caught.value)
    assert len(caught.value.mistakes) == 8


def test_two_fields_cannot_be_pulled_into_one_attribute():
    """One of them would be lost."""

    def make():
        class Mapping(EntityMapping[Client, RClient], entity="x", key="id"):
            name: str = both(RClient.Name)
            also: str | None = both(RClient.Mail, local="name")

    assert mistakes_of(make) == (
        "name and also are pulled into one attribute, name; make all but one of them push",
    )


def test_a_group_and_a_leaf_of_it_are_two_specifiers_for_one_field():
    """However the field is reached."""

    def make():
        class Mapping(EntityMapping[Client, RClient], entity="x", key="id"):
            home: Address = nested(RClient.Home, AddressMapping)
            mail: str | None = both(RClient.Home.Town)

    assert mistakes_of(make) == ("home.town and mail map one field, Home.Town; keep one of them",)


def test_a_mapping_must_say_what_it_maps():
    """Without type arguments, or with the wrong ones, there is nothing to check."""

    def bare():
        class Mapping(EntityMapping, entity="x", key="id"):  # type: ignore[type-arg]  the point of it
            pass

    def wrong():
        class Mapping(EntityMapping[Client, Client], entity="x", key="id"):
            pass

    assert "derive it from EntityMapping[Local, Remote]" in mistakes_of(bare)[0]
    assert "is no RemoteType" in mistakes_of(wrong)[0]


def test_a_mapping_of_nothing_is_a_mistake():
    """It would keep nothing in step."""

    def make():
        class Mapping(EntityMapping[Client, RClient], entity="x", key="id"):
            pass

    assert "maps no field" in mistakes_of(make)[0]


def test_a_nested_mapping_names_fields_of_its_group():
    """Not through a record, and not of another type."""

    def make():
        class Mapping(NestedMapping[Address, RAddress]):
            town: str | None = both(RClient.Home.Town)
            street: str | None = both(RClient.Mail)

    assert "as RAddress.Town" in mistakes_of(make)[0]
    assert "RClient.Mail is no field of RAddress" in mistakes_of(make)[1]


def test_a_nested_mapping_fits_its_group():
    """One for another group is refused."""

    class Other(type(RClient.Home)):
        pass

    class OtherMapping(NestedMapping[Address, Other]):
        town: str | None = both(Other.Town)

    def make():
        class Mapping(EntityMapping[Client, RClient], entity="x", key="id"):
            home: Address = nested(RClient.Home, OtherMapping)

    assert mistakes_of(make) == ("home: OtherMapping maps a Other, Home is a RAddress",)


def test_lines_must_be_of_a_kind_that_the_array_holds():
    """The mistake names those that it does."""

    class NoteMapping(LinesMapping[Line, RNote]):
        text: str | None = both(RNote.Text)

    def make():
        class Mapping(EntityMapping[Bill, RBill], entity="x", key="number"):
            lines: list[Line] = many(RBill.Line, NoteMapping)

    assert (
        "RBill.Line has no RNote; use a mapping of one of its kinds: RSale, RDiscount" in mistakes_of(make)[0]
    )


def test_one_kind_of_line_has_one_mapping():
    """Two would write the same lines."""

    def make():
        class Mapping(EntityMapping[Bill, RBill], entity="x", key="number"):
            lines: list[Line] = many(RBill.Line, LineMapping)
            rebates: list[Line] = many(RBill.Line, LineMapping)

    assert "lines and rebates map the same lines, the RSale of Line" in mistakes_of(make)[0]


def test_lines_within_lines_are_not_mapped():
    """They are refused rather than half done."""

    class Group(RSale):
        Line = LinesField[RSale](kinds=(RSale,))

    def make():
        class Mapping(LinesMapping[Bill, Group]):
            lines: list[Line] = many(Group.Line, LineMapping)

    assert any("lines within lines are not mapped" in mistake for mistake in mistakes_of(make))


def test_a_line_key_is_a_mapped_field():
    """Else the remote's lines could not be told by it."""

    def make():
        class Mapping(LinesMapping[Line, RSale], key="txt"):
            text: str | None = both(RSale.Text)

    assert "key='txt' is no mapped field of the line; did you mean 'text'?" in mistakes_of(make)[0]


def test_a_field_of_a_pushed_line_cannot_be_pulled_only():
    """Lines are compared whole; in lines that are only pulled it may be."""

    class Mixed(LinesMapping[Line, RSale]):
        text: str | None = both(RSale.Text)
        price: Decimal | None = pull(RSale.Price)

    def make():
        class Mapping(EntityMapping[Bill, RBill], entity="x", key="number"):
            lines: list[Line] = many(RBill.Line, Mixed)

    class Pulled(EntityMapping[Bill, RBill], entity="x", key="number"):
        lines: list[Line] = many(RBill.Line, Mixed, direction=Direction.PULL)

    assert "price is only pulled" in mistakes_of(make)[0]
    assert mapper_of(Pulled).fields["lines"].direction is Direction.PULL


def test_a_reference_leads_to_a_mapping_of_its_type():
    """The remote says what a reference refers to."""

    def make():
        class Mapping(EntityMapping[Bill, RBill], entity="x", key="number"):
            client_id: str = ref(RBill.ClientRef, to=ProductMapping)  # type: ignore[type-var]  the point of it

    assert "refers to a Client, the mapping it names is for Product" in mistakes_of(make)[0]


class RNode(RemoteType):
    remote_name = "Node"
    Name = text()
    NextRef = RefField["RNode"](to="Node", required=True)
    MaybeRef = RefField["RNode"](to="Node")


def test_records_that_require_each_other_are_a_mistake():
    """None of them could ever be the first; the path is told."""

    class A(EntityMapping[Anything, RNode], entity="a", key="id"):
        next: str = ref(RNode.NextRef, to="b")

    def direct():
        class Self(EntityMapping[Anything, RNode], entity="self", key="id"):
            next: str = ref(RNode.NextRef, to="self")

    def known():
        class B(EntityMapping[Anything, RNode], entity="b", key="id"):
            next: str = ref(RNode.NextRef, to=A)

    assert mistakes_of(direct)[0].startswith("self -> self: each needs")
    assert mistakes_of(known)[0].startswith("b -> a -> b: each needs")


def test_an_optional_reference_to_its_own_kind_is_allowed():
    """A parent is a record of the same entity."""
    assert list(clients.declaration.required) == []


def test_a_cycle_by_names_is_found_among_the_mappings():
    """When only entities are named, the circle is found when the mappings come together."""

    class A(EntityMapping[Anything, RNode], entity="a", key="id"):
        next: str = ref(RNode.NextRef, to="b")

    class B(EntityMapping[Anything, RNode], entity="b", key="id"):
        next: str = ref(RNode.NextRef, to="a")

    assert "a -> b -> a" in mistakes_of(lambda: mappers_of([A, B]))[0]


def test_a_reference_to_an_unknown_entity_is_found_among_the_mappings():
    """With the one that was meant."""

    class Mapping(EntityMapping[Anything, RClient], entity="x", key="id"):
        parent: str = ref(RClient.ParentRef, to="clent")

    [mistake] = mistakes_of(lambda: mappers_of([Mapping, ClientMapping]))

    assert mistake == "parent refers to the entity 'clent', which no mapping has; did you mean 'client'?"


def test_an_entity_has_one_mapping():
    """Links could not be told apart."""
    with pytest.raises(ConfigurationError, match="two mappings have the entity 'client'"):
        mappers_of([ClientMapping, ClientMapping])


def test_only_mappings_make_mappers():
    """A class that is none is refused with what to do."""
    with pytest.raises(ConfigurationError, match="Client is no EntityMapping"):
        mapper_of(Client)


def test_effective_from_needs_a_date_to_compare():
    """And a time zone."""

    def undated():
        class Mapping(
            EntityMapping[Client, RClient],
            entity="x",
            key="id",
            effective_from=datetime(2026, 1, 1, tzinfo=UTC),
        ):
            name: str = both(RClient.Name)

    def naive():
        class Mapping(
            EntityMapping[Client, RClient],
            entity="x",
            key="id",
            effective_from=datetime(2026, 1, 1),  # noqa: DTZ001  the point of it
            dated=lambda client: client.seen,
        ):
            name: str = both(RClient.Name)

    assert "effective_from needs dated" in mistakes_of(undated)[0]
    assert "must be timezone-aware" in mistakes_of(naive)[0]


def test_a_mapping_can_extend_another():
    """It inherits fields and types; its own keyword arguments count."""

    class Shop(ClientMapping, entity="shop", key="id", auto_create=False):
        kind = const(RClient.Kind, "shop")
        grade = None

    def make():
        class Twice(ClientMapping, entity="twice", key="id"):
            kind = const(RClient.Kind, "shop")

    assert mistakes_of(make) == ("grade and kind map one field, Kind; keep one of them",)
    assert mapper_of(Shop).rules.auto_create is False
    assert "name" in mapper_of(Shop).fields


def test_fields_say_what_they_watch():
    """An attribute itself; in nested objects and lines the way to it; what is computed, everything unless told."""

    class Mapping(EntityMapping[Client, RClient], entity="x", key="id"):
        name: str = computed(RClient.Name, lambda client: client.name)
        mail: str = computed(RClient.Mail, lambda client: client.mail, watches={"mail", "grade"})
        kind = const(RClient.Kind, "shop")

    fields = mapper_of(Mapping).fields

    assert clients.fields["name"].watches == {"name"}
    assert clients.fields["home.town"].watches == {"home", "home.town"}
    assert clients.fields["home.country"].watches == {"home"}
    assert fields["name"].watches == {"*"}
    assert fields["mail"].watches == {"mail", "grade"}
    assert fields["kind"].watches == frozenset()


def test_lines_watch_all_that_is_on_them():
    """Their attribute, the way to each value, and everything when a value is computed."""
    fields = mapper_of(BillMapping).fields

    assert fields["rebates"].watches == {"rebates", "rebates.percent", "rebates.amount"}
    assert {"lines", "lines.product", "*"} < fields["lines"].watches


def test_a_discount_is_no_sale():
    """A field of another kind of line is refused."""

    def make():
        class Mapping(LinesMapping[Line, RSale]):
            amount: Decimal = both(RDiscount.Amount)

    assert "RDiscount.Amount is no field of RSale" in mistakes_of(make)[0]


def test_the_told_type_of_the_key_must_be_that_of_the_local_class():
    """A third type that is another is a mistake, which names the right one."""
    with pytest.raises(
        MappingDefinitionError, match="key='id' is int in the local class, the mapping says UUID"
    ):

        class Mapping(EntityMapping[Client, RClient, UUID], entity="client", key="id"):
            name: str = both(RClient.Name)


def test_a_reference_is_of_the_type_that_the_other_key_has():
    """Also where only the local class says which that is, which no type checker can follow."""

    def make():
        class Mapping(EntityMapping[dict[str, object], RBill, str], entity="bill", key="number"):
            number: str = both(RBill.Number)
            client: UUID = ref(RBill.ClientRef, to=ClientMapping)

    (mistake,) = mistakes_of(make)

    assert mistake == (
        "client is UUID, but a key of 'client' is int; annotate int, or name the mapping whose key it is"
    )


@pytest.mark.parametrize("hint", [int, int | None, object, bool])
def test_a_reference_may_be_blank_or_say_less_or_more(hint):
    class Mapping(EntityMapping[dict[str, object], RBill, str], entity="bill", key="number"):
        number: str = both(RBill.Number)
        client: hint = ref(RBill.ClientRef, to=ClientMapping)

    assert Mapping.__declaration__.fields["client"].local == "client"


def test_ids_are_made_of_the_told_type():
    """Where the local class does not say it, as a dict does not."""

    class RowMapping(EntityMapping[dict[str, object], RClient, int], entity="row", key="id"):
        name: str = both(RClient.Name)

    assert RowMapping.__declaration__.key_type("7") == 7
