"""A record that goes out, is stored by the remote and comes back unchanged is the same field by field."""

import types
from datetime import UTC, timedelta, timezone
from decimal import Decimal
from enum import Enum

from hypothesis import given, settings
from hypothesis import strategies as st

from linksync.exactjson import dumps, loads
from linksync.fields import Base
from linksync.mapping import (
    Converter,
    EntityMapping,
    LinesMapping,
    MappingContext,
    NestedMapping,
    both,
    choice,
    computed,
    const,
    many,
    mapper_of,
    nested,
    push,
    ref,
    setting,
)
from linksync.mapping.remote import (
    LinesField,
    RefField,
    RemoteGroup,
    RemoteLine,
    RemoteType,
    boolean,
    instant,
    optional_date,
    optional_decimal,
    optional_integer,
    optional_text,
)
from linksync.records import CompanyId, RecordKey

Row = dict[str, object]


class Colour(Enum):
    RED = "r"
    BLUE = "b"


class Group(RemoteGroup):
    A = optional_text()
    B = optional_decimal()
    C = optional_text()
    D = optional_text()


class FirstLine(RemoteLine):
    discriminator = ("Kind", "First")
    A = optional_text(within=("First",))
    B = optional_decimal()
    Ref = RefField["Remote"](to="Remote", within=("First",))


class SecondLine(RemoteLine):
    discriminator = ("Kind", "Second")
    A = optional_decimal()


class Remote(RemoteType):
    Text = optional_text()
    Text2 = optional_text()
    Text3 = optional_text()
    Text4 = optional_text()
    Amount = optional_decimal()
    Amount2 = optional_decimal()
    Count = optional_integer()
    Flag = boolean()
    Day = optional_date()
    At = instant()
    Colour = optional_text()
    Ref = RefField["Remote"](to="Remote")
    TermRef = RefField["Remote"](to="Remote")
    AccountRef = RefField["Remote"](to="Remote")
    Group = Group()
    Line = LinesField[FirstLine | SecondLine](kinds=(FirstLine, SecondLine))


class GroupMapping(NestedMapping[Row, Group]):
    a: str | None = both(Group.A)
    b: Decimal | None = both(Group.B)
    c = const(Group.C, "always")
    d: str = both(Group.D, default="none")


class FirstMapping(LinesMapping[Row, FirstLine]):
    a: str | None = both(FirstLine.A)
    b: Decimal | None = both(FirstLine.B)
    other: str | None = ref(FirstLine.Ref, to="thing")


class SecondMapping(LinesMapping[Row, SecondLine]):
    a: Decimal | None = both(SecondLine.A)


CONTEXT = MappingContext(
    company=CompanyId("c"),
    settings={"account": "79"},
    value_maps={"terms": {"now": "1", "later": "2"}},
    remote_ids={RecordKey("thing", str(number)): f"r{number}" for number in range(5)},
    local_ids={("thing", f"r{number}"): str(number) for number in range(5)},
)

texts = st.text(st.characters(codec="utf-8"), max_size=8)
decimals = st.decimals(allow_nan=False, allow_infinity=False, places=2) | st.integers()
instants = st.datetimes(
    timezones=st.integers(-12, 12).map(lambda hours: timezone(timedelta(hours=hours))) | st.just(UTC)
).filter(lambda at: 2 < at.year < 9990)
ids = st.none() | st.integers(0, 4)


def optional(strategy):
    return st.none() | strategy


def absent(strategy):
    return strategy.map(lambda value: [value]) | st.just([])


SPECIFIERS = {
    "text": lambda: both(Remote.Text),
    "pushed": lambda: push(Remote.Text2),
    "defaulted": lambda: both(Remote.Text3, default=""),
    "constant": lambda: const(Remote.Text4, "x"),
    "amount": lambda: both(Remote.Amount),
    "doubled": lambda: computed(Remote.Amount2, lambda row: (row.get("amount") or 0) * 2),
    "count": lambda: both(Remote.Count),
    "flag": lambda: both(Remote.Flag),
    "day": lambda: both(Remote.Day),
    "at": lambda: both(Remote.At),
    "colour": lambda: both(
        Remote.Colour, convert=Converter[Colour, str](lambda c: c.name, Colour.__getitem__)
    ),
    "other": lambda: ref(Remote.Ref, to="thing"),
    "terms": lambda: choice(Remote.TermRef, "terms"),
    "account": lambda: setting(Remote.AccountRef, "account"),
    "group": lambda: nested(Remote.Group, GroupMapping),
    "first": lambda: many(Remote.Line, FirstMapping),
    "second": lambda: many(Remote.Line, SecondMapping),
}

firsts = st.fixed_dictionaries({"a": optional(texts), "b": optional(decimals), "other": ids})
seconds = st.fixed_dictionaries({"a": optional(decimals)})

VALUES = {
    "text": optional(texts),
    "pushed": optional(texts),
    "defaulted": optional(texts),
    "amount": optional(decimals),
    "count": optional(st.integers()),
    "flag": optional(st.booleans()),
    "day": optional(st.dates()),
    "at": optional(instants),
    "colour": optional(st.sampled_from(Colour)),
    "other": ids,
    "terms": optional(st.sampled_from(["now", "later"])),
    "group": optional(
        st.fixed_dictionaries({"a": optional(texts), "b": optional(decimals), "d": optional(texts)})
    ),
    "first": optional(st.lists(firsts, max_size=4)),
    "second": optional(st.lists(seconds, max_size=2)),
}

mappings = st.lists(st.sampled_from(sorted(SPECIFIERS)), min_size=1, unique=True).map(
    lambda names: mapper_of(
        types.new_class(
            "RandomMapping",
            (EntityMapping[Row, Remote],),
            {"entity": "thing", "key": "id"},
            lambda body: body.update({name: SPECIFIERS[name]() for name in names}),
        )
    )
)
rows = st.fixed_dictionaries({"id": st.just(99)}, optional=VALUES)


@given(mappings, rows)
@settings(max_examples=300, deadline=None)
def test_there_and_back(mapper, row):
    """Whatever is mapped and whatever the values: incoming gives what outgoing gave."""
    sent = mapper.outgoing(row, CONTEXT)

    remote = loads(dumps(mapper.remote_values(sent, None)))
    back = mapper.incoming(remote, CONTEXT)

    assert {name: back[name] for name in sent} == sent


@given(mappings, rows)
@settings(max_examples=150, deadline=None)
def test_back_and_there(mapper, row):
    """What is written to the local record goes out as it came in."""
    sent = mapper.outgoing(row, CONTEXT)
    values = mapper.local_values(sent)
    if values.get("colour") is not None:
        values["colour"] = Colour(values["colour"])  # a store is handed the member's value

    again = mapper.outgoing({**row, **values}, CONTEXT)

    assert again == sent


@given(mappings, rows)
@settings(max_examples=100, deadline=None)
def test_an_update_without_a_change_changes_no_line(mapper, row):
    """Writing what is there already leaves the raw lines as they are."""
    sent = mapper.outgoing(row, CONTEXT)
    remote = loads(dumps(mapper.remote_values(sent, None)))
    base = Base(fields=sent, raw=mapper.raw_parts(remote))

    values = mapper.remote_values(sent, base)

    assert values.get("Line", []) == remote.get("Line", [])


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30))
def test_every_decimal_arrives_digit_by_digit(amount):
    """Money is the same number to the last digit, on the wire and back."""
    mapper = mapper_of(
        types.new_class(
            "Money",
            (EntityMapping[Row, Remote],),
            {"entity": "money", "key": "id"},
            lambda body: body.update(amount=both(Remote.Amount)),
        )
    )
    values = mapper.remote_values(mapper.outgoing({"id": 1, "amount": amount}, CONTEXT), None)

    back = mapper.incoming(loads(dumps(values)), CONTEXT)

    assert back["amount"].remote == amount
    assert mapper.local_values(back) == {"amount": amount}
