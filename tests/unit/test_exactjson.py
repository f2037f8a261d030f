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


READERS = [pytest.param(exactjson.load_plainly, id="plain"), pytest.param(exactjson.loads, id="as installed")]


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("text", ["1e1000000000000000000", "NaN", "[1,]", "01", "", "1" * 5000, '"\x01"'])
def test_what_is_no_json_is_a_value_error(read, text):
    """And no other one: whoever reads what strangers send catches this."""
    with pytest.raises(ValueError, match=r".+"):
        read(text)


def with_types(value):
    """Return a value whose types are seen: `1`, `Decimal(1)` and `True` are equal, and not the same."""
    if isinstance(value, dict):
        return {name: with_types(member) for name, member in value.items()}
    if isinstance(value, list):
        return [with_types(member) for member in value]
    return (type(value), str(value))


def reading(read, text):
    try:
        return with_types(read(text))
    except ValueError:
        return "not JSON"


@pytest.mark.skipif(exactjson.FAST is None, reason="msgspec is not installed: pip install linksync[fast]")
@pytest.mark.parametrize(
    "text",
    [
        b'"\xff"',
        b'"\xed\xa0\x80"',
        b"\xef\xbb\xbf1",
        "[1]".encode("utf-16"),
        '"\\ud800"',
        '{"a": 1, "a": 2.50}',
        "[-0, -0.0, 1e5, 18446744073709551616, 1.10]",
        "1e400",
        "[" * 200 + "]" * 200,
    ],
)
def test_msgspec_reads_what_the_standard_library_reads(text):
    """Strange texts included."""
    assert reading(exactjson.loads, text) == reading(exactjson.load_plainly, text)


@pytest.mark.skipif(exactjson.FAST is None, reason="msgspec is not installed: pip install linksync[fast]")
@given(values.map(exactjson.dumps) | st.text() | st.binary())
def test_msgspec_comes_to_the_same(text):
    """Whatever the text."""
    assert reading(exactjson.loads, text) == reading(exactjson.load_plainly, text)


@pytest.mark.skipif(exactjson.FAST is None, reason="msgspec is not installed: pip install linksync[fast]")
def test_msgspec_reads_a_thousand_objects_to_the_same():
    """As a full page of a query is."""
    rows = [
        {"Id": str(2**60 + number), "TotalAmt": Decimal(f"{number}.10"), "Name": "Ä’ 寿司", "Active": True}
        for number in range(1000)
    ]
    page = exactjson.dumps({"QueryResponse": {"Invoice": rows, "maxResults": 1000}}).encode()

    found = exactjson.loads(page)

    assert found == exactjson.load_plainly(page)
    assert found["QueryResponse"]["Invoice"] == rows


@pytest.mark.skipif(
    exactjson.FAST_WRITER is None, reason="msgspec is not installed: pip install linksync[fast]"
)
@given(values | st.text(st.characters()))
def test_the_fast_writer_writes_the_same_text(value):
    fast = exactjson.dumps(value)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exactjson, "FAST_WRITER", None)
        plain = exactjson.dumps(value)

    assert fast == plain


@pytest.mark.parametrize("value", [1.5, {1: "x"}, [{"a": 1.5}], {"a": {None: 1}}])
def test_what_json_does_not_have_is_refused_without_the_fast_writer_too(value, monkeypatch):
    monkeypatch.setattr(exactjson, "FAST_WRITER", None)

    with pytest.raises(TypeError, match="is not"):
        exactjson.dumps(value)
