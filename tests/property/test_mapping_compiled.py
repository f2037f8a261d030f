"""What is compiled does what is interpreted: the same values, the same errors, whatever the mapping and the record."""

import types
from collections import OrderedDict
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from types import SimpleNamespace
from uuid import UUID

from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from linksync.errors import LinksyncError, MappingError
from linksync.fields import Base, FieldValue
from linksync.mapping import (
    ABSENT,
    Converter,
    DeclaredMapper,
    Direction,
    EntityMapping,
    LinesMapping,
    MappingContext,
    NestedMapping,
    Overflow,
    both,
    choice,
    computed,
    const,
    many,
    nested,
    pull,
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
    decimal,
    instant,
    optional_date,
    optional_decimal,
    optional_integer,
    optional_text,
    text,
)
from linksync.records import CLEAR, CompanyId, RecordKey

Row = dict[str, object]


class Colour(Enum):
    RED = "r"
    BLUE = "b"


class Text(str):
    __slots__ = ()


class Inner(RemoteGroup):
    X = optional_text(max_length=4)
    Y = optional_text()
    Z = optional_text(required=True)


class Outer(RemoteGroup):
    A = optional_text()
    B = optional_decimal()
    C = optional_text()
    D = optional_text()
    E = optional_text(required=True)
    F = optional_text(choices=("a", "b"))
    Inner = Inner()


class FirstLine(RemoteLine):
    discriminator = ("Kind", "First")
    A = optional_text(max_length=3, within=("First",))
    B = decimal(required=True)
    C = optional_date(within=("First", "Deep"))
    Ref = RefField["Remote"](to="Remote", within=("First",))
    Word = optional_text()


class SecondLine(RemoteLine):
    discriminator = ("Kind", "Second")
    A = optional_decimal()


class Remote(RemoteType):
    Name = text(max_length=5, forbidden=":\t", required=True)
    Note = optional_text(max_length=4, forbidden="x")
    Sort = optional_text(choices=("a", "b", "red", "blue"))
    Free = optional_text()
    Free2 = optional_text()
    Free3 = optional_text()
    Long = optional_text(max_length=8)
    Amount = optional_decimal()
    Amount2 = optional_decimal()
    Count = optional_integer()
    Count2 = optional_integer()
    Flag = boolean()
    Day = optional_date()
    Day2 = optional_date(required=True)
    At = instant()
    Ref = RefField["Remote"](to="Remote")
    Ref2 = RefField["Remote"](to="Remote", required=True)
    Ref3 = RefField["Remote"](to="Remote")
    Term = optional_text(max_length=3)
    TermRef = RefField["Remote"](to="Remote")
    AccountRef = RefField["Remote"](to="Remote")
    Outer = Outer()
    Line = LinesField[FirstLine | SecondLine](kinds=(FirstLine, SecondLine), required=True)


class Thing:
    """An object whose attributes come and go."""

    def __init__(self, values):
        self.__dict__.update(values)


colours = Converter[Colour, str](lambda colour: colour.name.lower(), lambda name: Colour[name.upper()])
upper = Converter[str, str](str.upper, str.lower)
days = Converter[date, int](date.toordinal, date.fromordinal)
nothing = Converter[str, str](lambda _: None, lambda _: None)


def declare(local):
    """Return the specifiers, for records of the class *local*."""

    class InnerMapping(NestedMapping[local, Inner]):
        x: str | None = both(Inner.X, local="x")
        y = const(Inner.Y, "const")
        z: str = both(Inner.Z, default="z")

    class OuterMapping(NestedMapping[local, Outer]):
        a: str | None = both(Outer.A)
        b: Decimal = both(Outer.B, default=Decimal(0))
        c = const(Outer.C, "c")
        d: str = both(Outer.D, default="")
        f = computed(Outer.F, lambda it: "a" if it else "b")
        inner = nested(Outer.Inner, InnerMapping)

    class PickyMapping(NestedMapping[local, Outer]):
        a: str | None = both(Outer.A, convert=upper)
        e: str | None = both(Outer.E)

    class FirstMapping(LinesMapping[local, FirstLine]):
        a: str | None = both(FirstLine.A)
        b: Decimal = both(FirstLine.B)
        c: date | None = both(FirstLine.C)
        other: str | None = ref(FirstLine.Ref, to="thing")
        word: str = both(FirstLine.Word, default="none")

    class SecondMapping(LinesMapping[local, SecondLine]):
        a: Decimal | None = both(SecondLine.A)

    return {
        "name": lambda: both(Remote.Name, match=True),
        "note": lambda: both(Remote.Note, overflow=Overflow.TRUNCATE, match=True),
        "sort": lambda: both(Remote.Sort),
        "colour": lambda: both(Remote.Sort, convert=colours),
        "free": lambda: both(Remote.Free, default=""),
        "free2": lambda: push(Remote.Free2, convert=nothing),
        "free3": lambda: both(Remote.Free3, default="standard"),
        "long": lambda: both(Remote.Long, convert=upper, overflow=Overflow.SUFFIX),
        "amount": lambda: both(Remote.Amount),
        "doubled": lambda: computed(Remote.Amount2, lambda it: _get(it, "amount") * 2),
        "count": lambda: both(Remote.Count),
        "ordinal": lambda: both(Remote.Count2, convert=days, default=date(2020, 1, 1)),
        "flag": lambda: both(Remote.Flag),
        "day": lambda: both(Remote.Day),
        "day2": lambda: push(Remote.Day2),
        "at": lambda: both(Remote.At),
        "other": lambda: ref(Remote.Ref, to="thing"),
        "needed": lambda: ref(Remote.Ref2, to="owner"),
        "held": lambda: both(Remote.Ref3),
        "term": lambda: choice(Remote.Term, "words"),
        "terms": lambda: choice(Remote.TermRef, "terms"),
        "account": lambda: setting(Remote.AccountRef, "account"),
        "pulled": lambda: pull(Remote.Long),
        "outer": lambda: nested(Remote.Outer, OuterMapping),
        "picky": lambda: nested(Remote.Outer, PickyMapping),
        "first": lambda: many(Remote.Line, FirstMapping),
        "second": lambda: many(Remote.Line, SecondMapping),
        "seconds": lambda: many(Remote.Line, SecondMapping, direction=Direction.PULL),
    }


def _get(it, name):
    return it[name] if isinstance(it, dict) else getattr(it, name)


EXCLUSIVE = [
    {"sort", "colour"},
    {"long", "pulled"},
    {"outer", "picky"},
    {"second", "seconds"},
]
SPECIFIERS = {local: declare(local) for local in (Row, Thing)}


def make_mapper(local, names):
    """Return a mapper of the class *local* with the specifiers *names*, as many as go together."""
    chosen = dict.fromkeys(names)
    for group in EXCLUSIVE:
        for name in sorted(group & chosen.keys())[1:]:
            del chosen[name]
    mapping = types.new_class(
        "RandomMapping",
        (EntityMapping[local, Remote],),
        {"entity": "thing", "key": "id"},
        lambda body: body.update({name: SPECIFIERS[local][name]() for name in chosen}),
    )
    return DeclaredMapper(mapping.__declaration__)


mappers = st.builds(
    make_mapper,
    st.sampled_from([Row, Thing]),
    st.lists(st.sampled_from(sorted(SPECIFIERS[Row])), min_size=1, unique=True),
)

CONTEXTS = [
    MappingContext(
        company=CompanyId("c"),
        settings={"account": "79"},
        value_maps={"terms": {"now": "1", "later": "2", "r": "3"}, "words": {"now": "n", "long": "long"}},
        remote_ids={
            RecordKey(entity, str(number)): f"r{number}"
            for entity in ("thing", "owner")
            for number in range(5)
        },
        local_ids={("thing", f"r{number}"): str(number) for number in range(5)},
    ),
    MappingContext(
        company=CompanyId("c"), settings={"account": ""}, value_maps={"terms": {"a": "1", "b": "1"}}
    ),
]

good = {
    "name": st.text("abc", min_size=1, max_size=5),
    "note": st.text("abc ", max_size=7),
    "sort": st.sampled_from("ab"),
    "colour": st.sampled_from(Colour),
    "free": st.text(max_size=3),
    "free2": st.text("ab", max_size=3),
    "free3": st.text(max_size=3),
    "long": st.text("abcä", max_size=10),
    "pulled": st.text(max_size=3),
    "amount": st.decimals(allow_nan=False, allow_infinity=False, places=2) | st.integers(),
    "count": st.integers(),
    "ordinal": st.dates(),
    "flag": st.booleans(),
    "day": st.dates(),
    "day2": st.dates(),
    "at": st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=5))])).filter(
        lambda at: 2 < at.year < 9990
    ),
    "other": st.integers(0, 4) | st.sampled_from(["1", "2"]),
    "needed": st.integers(0, 4),
    "held": st.text("12", max_size=2) | st.integers(),
    "term": st.sampled_from(["now", "long"]),
    "terms": st.sampled_from(["now", "later", Colour.RED]),
}
odd = st.sampled_from(
    [
        None,
        CLEAR,
        ABSENT,
        "",
        " ",
        "x",
        "now",
        "way too long for it",
        "a:b",
        "\ud800",
        "ä",
        Text("sub"),
        0,
        7,
        99,
        True,
        0.5,
        Decimal("NaN"),
        Decimal("1.50"),
        Colour.BLUE,
        UUID(int=1),
        date(2026, 1, 2),
        datetime(2026, 1, 2),  # noqa: DTZ001  the point of it
        datetime(2026, 1, 2, tzinfo=UTC),
        [1],
        {"a": 1},
        b"bytes",
    ]
)


def sparse(fields):
    """Draw a dict that often lacks some of the keys, and in which one value may be odd."""
    some = st.fixed_dictionaries({}, optional=fields)
    return st.one_of(
        st.fixed_dictionaries(fields),
        some,
        st.tuples(some, st.sampled_from(sorted(fields)), odd).map(lambda it: {**it[0], it[1]: it[2]}),
    )


inner = sparse({"x": st.none() | st.text("ab", max_size=4), "z": st.none() | st.text("ab", max_size=2)})
outer = sparse(
    {
        "a": st.none() | st.text("ab", max_size=2),
        "b": st.none() | good["amount"],
        "d": st.none() | st.text("ab", max_size=2),
        "inner": st.none() | inner,
    }
)
picky = sparse({"a": st.none() | st.text("ab", max_size=2), "e": st.none() | st.text("ab ", max_size=2)})
first = sparse(
    {
        "a": st.none() | st.text("ab", max_size=3),
        "b": good["amount"],
        "c": st.none() | st.dates(),
        "other": st.none() | good["other"],
        "word": st.none() | st.text("ab", max_size=2),
    }
)
second = sparse({"a": st.none() | good["amount"]})
wholes = {
    "outer": st.none() | outer,
    "picky": st.none() | picky,
    "first": st.lists(first, max_size=3),
    "second": st.lists(second, max_size=2) | st.lists(second, max_size=2).map(tuple),
    "seconds": st.lists(second, max_size=2),
}
rows = sparse({"id": st.integers(0, 6), **good, **wholes})


def as_things(value):
    """Return dicts as objects, all the way down."""
    if isinstance(value, dict):
        return Thing({name: as_things(inner) for name, inner in value.items()})
    return [as_things(inner) for inner in value] if isinstance(value, list) else value


def as_ordered(value):
    """Return dicts as another kind of mapping, all the way down."""
    if isinstance(value, dict):
        return OrderedDict((name, as_ordered(inner)) for name, inner in value.items())
    return [as_ordered(inner) for inner in value] if isinstance(value, list) else value


records = st.one_of(
    rows, rows.map(as_things), rows.map(as_ordered), rows.map(lambda row: SimpleNamespace(**row))
)


def outcome(function, *arguments):
    """Return what a function does, in a form that tells apart what `==` does not."""
    try:
        result = function(*arguments)
    except MappingError as error:
        return str(error)
    return (list(result.items()) if isinstance(result, dict) else result, repr(result))


def both_ways(mapper, name, *arguments):
    """Return what a method does compiled and interpreted."""
    plain = DeclaredMapper(mapper.declaration, compiled=False)
    return outcome(getattr(mapper, name), *arguments), outcome(getattr(plain, name), *arguments)


@given(mappers, records, st.sampled_from(CONTEXTS))
@settings(max_examples=800, deadline=None)
def test_outgoing_is_the_same(mapper, record, context):
    """Local records, well-formed and not, of the declared kind and of others."""
    compiled, interpreted = both_ways(mapper, "outgoing", record, context)

    assert compiled == interpreted


@given(
    mappers,
    records,
    st.sampled_from(CONTEXTS),
    st.sets(st.sampled_from(["name", "amount", "outer", "outer.a", "first", "first.b", "x"])),
)
@settings(max_examples=200, deadline=None)
def test_sparse_outgoing_is_the_same_and_a_part_of_the_whole(mapper, record, context, changed):
    """What goes out for some changed attributes is what all of them give."""
    compiled, interpreted = both_ways(mapper, "outgoing_for", record, context, changed)
    whole = outcome(mapper.outgoing, record, context)

    assert compiled == interpreted
    if not isinstance(whole, str):
        assert set(map(repr, compiled[0])) <= set(map(repr, whole[0]))


@given(mappers, records, rows, st.sampled_from(CONTEXTS))
@settings(max_examples=200, deadline=None)
def test_changes_are_the_same(mapper, record, earlier, context):
    """Against a base that knows some fields, of this record or of another."""
    try:
        fields = mapper.outgoing(earlier, context)
    except MappingError:
        fields = {"name": FieldValue("a", "a"), "amount": FieldValue(Decimal(1), Decimal(1))}

    for base in (Base(fields=fields), Base()):
        compiled, interpreted = both_ways(mapper, "changed", record, context, base)
        assert compiled == interpreted


@given(mappers, records)
@settings(max_examples=200, deadline=None)
def test_references_and_match_keys_are_the_same(mapper, record):
    """What else is asked of a local record."""
    for name in ("references", "match_key"):
        compiled, interpreted = both_ways(mapper, name, record)
        assert compiled == interpreted


json_odd = st.sampled_from(
    [
        None,
        "",
        " ",
        "x",
        "\ud800",
        5,
        Decimal("1.5"),
        Decimal(2),
        True,
        [],
        {},
        ["x"],
        {"value": "r1"},
        "2026-13-01",
    ]
)


def json(fields):
    some = st.fixed_dictionaries({}, optional=fields)
    return some | st.tuples(some, st.sampled_from(sorted(fields)), json_odd).map(
        lambda it: {**it[0], it[1]: it[2]}
    )


json_text = st.none() | st.text("abr1", max_size=3)
json_number = st.integers() | st.decimals(allow_nan=False, allow_infinity=False)
json_ref = json({"value": st.sampled_from(["r1", "r2", "1", "79", "x"])})
json_line = json(
    {
        "Kind": st.sampled_from(["First", "Second"]),
        "A": json_number,
        "B": json_number,
        "Word": json_text,
        "First": json({"A": json_text, "Ref": json_ref, "Deep": json({"C": st.dates().map(str)})}),
    }
)
remotes = json(
    {
        "Id": st.just("9"),
        "Name": json_text,
        "Note": json_text,
        "Sort": st.sampled_from(["red", "a", "b"]),
        "Free": json_text,
        "Free2": json_text,
        "Free3": json_text,
        "Long": st.text("abc", max_size=8),
        "Amount": json_number,
        "Amount2": json_number,
        "Count": st.integers() | st.sampled_from([Decimal("2.0"), Decimal("2.5")]),
        "Count2": st.integers(-5, 10**6),
        "Flag": st.booleans(),
        "Day": st.dates().map(str) | st.sampled_from(["20260102", "2026-W01-1"]),
        "At": st.sampled_from(["2026-01-02T00:00:00Z", "2026-01-02T00:00:00-08:00", "2026-01-02T00:00:00"]),
        "Ref": json_ref,
        "Ref2": json_ref,
        "Ref3": json_ref,
        "Term": st.sampled_from(["n", "long"]),
        "TermRef": json_ref,
        "AccountRef": json_ref,
        "Outer": json(
            {
                "A": json_text,
                "B": json_number,
                "C": json_text,
                "D": json_text,
                "E": json_text,
                "Inner": json({"X": json_text, "Y": json_text, "Z": json_text}),
            }
        ),
        "Line": st.lists(json_line, max_size=3),
    }
)


@given(mappers, remotes | remotes.map(as_ordered), st.sampled_from(CONTEXTS))
@settings(max_examples=800, deadline=None)
def test_incoming_is_the_same(mapper, remote, context):
    """Remote records, well-formed and not."""
    compiled, interpreted = both_ways(mapper, "incoming", remote, context)
    key, interpreted_key = both_ways(mapper, "remote_match_key", remote)

    assert compiled == interpreted
    assert key == interpreted_key


@given(mappers, rows)
@settings(max_examples=50, deadline=None)
def test_a_record_does_not_change_what_comes_after_it(mapper, row):
    """A compiled function keeps nothing: the context decides each time."""
    full, empty = CONTEXTS[0], evolve(CONTEXTS[0], remote_ids={}, settings={}, value_maps={})

    before = outcome(mapper.outgoing, row, full)
    outcome(mapper.outgoing, row, empty)

    assert outcome(mapper.outgoing, row, full) == before


@given(
    mappers,
    records,
    st.sets(st.sampled_from(["name", "outer.a", "first", "second", "note", "needed"]), max_size=2),
)
@settings(max_examples=400, deadline=None)
def test_creates_are_the_same(mapper, record, left_out):
    """The JSON of a new record, for whatever fields of it."""
    fields, _ = mapper.attempt(record, CONTEXTS[0])
    some = {name: value for name, value in fields.items() if name not in left_out}

    for given_fields in (fields, some, {**some, "nonsense": FieldValue(1, 1)}):
        plain = DeclaredMapper(mapper.declaration, compiled=False)
        assert created(mapper, given_fields) == created(plain, given_fields)


@given(
    mappers,
    records,
    st.sets(st.sampled_from(["name", "outer.a", "first", "second", "note", "needed", "lines"]), max_size=5),
    remotes,
)
@settings(max_examples=600, deadline=None)
def test_updates_are_the_same(mapper, record, left_out, remote):
    """The JSON of a change of whatever fields, onto whatever the remote has."""
    fields, _ = mapper.attempt(record, CONTEXTS[0])
    some = {name: value for name, value in fields.items() if name not in left_out}
    blank = {name: FieldValue(None, None) for name in some}
    bases = [Base(), Base(fields=fields, version="1", raw={k: v for k, v in remote.items() if v is not None})]

    for given_fields in (fields, some, blank, {**some, "nonsense": FieldValue(1, 1)}, {}):
        for base in bases:
            plain = DeclaredMapper(mapper.declaration, compiled=False)
            assert repr(written(mapper, given_fields, base)) == repr(written(plain, given_fields, base))


def written(mapper, fields, base):
    """Return the JSON of an update, or what is wrong."""
    try:
        return mapper.remote_values(fields, base)
    except (LinksyncError, TypeError) as error:
        return str(error)


def created(mapper, fields):
    """Return the JSON of a create, or what is wrong."""
    try:
        return mapper.remote_values(fields, None)
    except LinksyncError as error:
        return str(error)
