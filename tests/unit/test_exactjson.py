"""A number stays the number it is."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksync import exactjson

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.decimals(allow_nan=False, allow_infinity=False),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
)


@given(values)
def test_what_is_written_is_read_back(value):
    assert exactjson.loads(exactjson.dumps(value)) == value


@given(values)
def test_what_is_written_is_json(value):
    json.loads(exactjson.dumps(value))


@pytest.mark.parametrize(
    "number", ["1234567890123456.78", "0.10", "-0.005", "100", "12345678901234567890.123456789"]
)
def test_a_decimal_leaves_digit_by_digit(number):
    assert exactjson.dumps(Decimal(number)) == number


def test_a_decimal_with_an_exponent_is_written_out():
    assert exactjson.dumps(Decimal("1E+3")) == "1000"


def test_characters_beyond_ascii_stay_as_they_are():
    assert exactjson.dumps("Bólido 寿司 🚀") == '"Bólido 寿司 🚀"'


@pytest.mark.parametrize("value", [1.5, {1: "x"}, {"a": object()}, b"x"])
def test_what_json_does_not_have_is_refused(value):
    with pytest.raises(TypeError, match="is not"):
        exactjson.dumps(value)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_what_is_not_a_number_is_refused_both_ways(number):
    with pytest.raises(ValueError, match="not"):
        exactjson.dumps(Decimal(number))
    with pytest.raises(ValueError, match="not JSON"):
        exactjson.loads(number)
