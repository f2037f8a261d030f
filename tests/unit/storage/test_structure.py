"""What a storage keeps as text comes back as it was."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import hypothesis.strategies as st
import pytest
from hypothesis import given

from linksync.errors import Fault, FaultKind
from linksync.exactjson import dumps, loads
from linksync.fields import Base, FieldValue
from linksync.jobs import IntentItem
from linksync.records import (
    Action,
    Record,
    RecordKey,
    Refused,
    RemoteState,
    Side,
    Unknown,
    WriteOutcome,
    Written,
)
from linksync.storage.instants import from_text, to_text
from linksync.storage.structure import (
    base_form,
    base_from_json,
    items_from_json,
    items_to_json,
    outcomes_from_json,
    outcomes_to_json,
)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
numbers = st.integers() | st.decimals(allow_nan=False, allow_infinity=False, places=4)
json_values = st.recursive(
    st.none() | st.booleans() | texts | numbers,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
json_objects = st.dictionaries(texts, json_values, max_size=4)
fields = st.dictionaries(texts, st.builds(FieldValue, json_values, json_values), max_size=3)
bases = st.builds(
    Base,
    fields=fields,
    version=st.none() | texts,
    raw=st.dictionaries(texts, json_values, max_size=2),
)
instants = st.builds(
    lambda span, zone: (datetime(2026, 1, 2, tzinfo=UTC) + span).astimezone(zone),
    st.timedeltas(timedelta(days=-40_000), timedelta(days=40_000)),
    st.sampled_from([UTC, timezone(timedelta(hours=-8))]),
)
records = st.builds(
    Record,
    record_type=texts,
    id=texts,
    values=json_objects,
    version=st.none() | texts,
    is_first_version=st.booleans(),
    state=st.sampled_from(RemoteState),
    created_at=st.none() | instants,
)
faults = st.builds(
    Fault,
    kind=st.sampled_from(FaultKind),
    message=texts,
    code=texts,
    element=texts,
    detail=texts,
    remedy=texts,
    request_id=texts,
    retry_after=st.none() | st.timedeltas(timedelta(0), timedelta(days=400)),
)
outcomes = st.one_of(
    st.builds(Written, ref=texts, record=records, request_id=texts),
    st.builds(Refused, ref=texts, fault=faults),
    st.builds(Unknown, ref=texts, reason=texts),
)
items = st.builds(
    IntentItem,
    ref=texts,
    job_id=texts,
    record=st.builds(RecordKey, texts, texts, st.sampled_from(Side)),
    action=st.sampled_from(Action),
    record_type=texts,
    record_id=st.none() | texts,
    label=texts,
    version=st.none() | texts,
    fields=fields,
    equal=fields,
    pulls=st.frozensets(texts, max_size=3),
    conflicts=fields,
    is_in_step=st.booleans(),
    base=bases,
    match=st.frozensets(texts, max_size=3),
)


@given(bases)
def test_a_base_comes_back(base: Base) -> None:
    assert base_from_json(dumps(base_form(base))) == base


@given(items)
def test_an_item_comes_back(item: IntentItem) -> None:
    assert items_from_json(items_to_json([item])) == [item]


@given(outcomes)
def test_an_outcome_comes_back(outcome: WriteOutcome) -> None:
    assert outcomes_from_json(outcomes_to_json([outcome])) == [outcome]


def test_an_item_is_stored_without_what_changes_later() -> None:
    """Its outcome and whether it is settled have columns of their own."""
    item = IntentItem(
        ref="w1",
        job_id="1",
        record=RecordKey("customer", "1"),
        action=Action.CREATE,
        record_type="Customer",
        outcome=Unknown(ref="w1", reason="the line broke"),
        is_settled=True,
    )

    (stored,) = items_from_json(items_to_json([item]))

    assert (stored.outcome, stored.is_settled) == (None, False)


def test_money_is_stored_digit_by_digit() -> None:
    """As a JSON number, so that it can be read in the table."""
    base = Base(fields={"balance": FieldValue(Decimal("1234567890123456.780"), None)})

    text = dumps(base_form(base))

    assert '"balance":[1234567890123456.780,null]' in text


def test_what_newer_code_adds_is_passed_over() -> None:
    """Rows that a later version wrote can be read."""
    text = outcomes_to_json([Refused(ref="w1", fault=Fault(kind=FaultKind.STALE, message="m"))])

    (outcome,) = outcomes_from_json(text.replace('"ref":', '"mood":"good","ref":'))

    assert outcome == Refused(ref="w1", fault=Fault(kind=FaultKind.STALE, message="m"))


def test_values_that_are_no_json_are_refused() -> None:
    """A float among them is not the number that was meant."""
    written = Written(ref="w1", record=Record(record_type="Customer", id="1", values={"Balance": 0.1}))

    with pytest.raises(TypeError, match="float"):
        outcomes_to_json([written])


@given(instants, instants)
def test_the_order_of_instants_as_text_is_their_order_in_time(one: datetime, other: datetime) -> None:
    """Whatever their time zones and however round they are."""
    assert (to_text(one) < to_text(other)) == (one < other)
    assert from_text(to_text(one)) == one


def test_instants_are_written_to_the_microsecond() -> None:
    """Also those that have none."""
    text = to_text(datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=1))))

    assert text == "2026-01-02T02:04:05.000000+00:00"
    assert loads(f'"{text}"') == text


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        (FieldValue("Ely", "Ely"), '"Ely"'),
        (FieldValue(None, None), "null"),
        (FieldValue("Ely ", "Ely"), '["Ely ","Ely"]'),
        (FieldValue(None, "Ely"), '[null,"Ely"]'),
        (FieldValue(Decimal("2.50"), Decimal("2.5")), "[2.50,2.5]"),
        (FieldValue([], []), "[[],[]]"),
        (FieldValue(True, 1), "[true,1]"),
    ],
)
def test_one_text_stands_for_two_that_are_the_same(value: FieldValue, stored: str) -> None:
    base = Base(fields={"city": value})

    text = dumps(base_form(base))

    assert text == f'{{"fields":{{"city":{stored}}}}}'
    assert repr(base_from_json(text)) == repr(base)
