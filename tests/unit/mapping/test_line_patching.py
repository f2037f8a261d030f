"""Which line was which, and what becomes of the others."""

from decimal import Decimal

from linksync.mapping.lines import LineShape, align, patch_lines
from tests.unit.mapping.shop import RDiscount, RSale

SALE = LineShape(
    kind=RSale,
    fields={"product": RSale.ProductRef, "qty": RSale.Qty, "text": RSale.Text},
)
KEYED = LineShape(kind=RSale, fields={"product": RSale.ProductRef, "text": RSale.Text}, key="text")
DISCOUNT = LineShape(kind=RDiscount, fields={"amount": RDiscount.Amount})


def form(product, qty=1, text=None):
    return {"product": product, "qty": Decimal(qty), "text": text}


def raw(id_, product, qty=1, **more):
    return {"Id": id_, "Type": "Sale", "Sale": {"ProductRef": {"value": product}, "Qty": qty, **more}}


NOTE = {"Id": "n", "Type": "Note"}


def ids(lines):
    return [line.get("Id") for line in lines]


def test_a_line_in_between_leaves_the_others_themselves():
    """Equal lines in the same order are the same lines."""
    assert align([form("a"), form("b")], [form("a"), form("x"), form("b")], SALE) == [0, None, 1]


def test_a_changed_line_is_told_by_what_it_refers_to():
    """Of two old lines, the new one with another quantity is the one of the same product."""
    assert align([form("a", 1), form("b", 1)], [form("b", 5)], SALE) == [1]


def test_the_rest_is_told_by_position():
    """A line with another product, between two that stayed, is the line that stood there."""
    old = [form("a"), form("b"), form("c")]

    assert align(old, [form("a"), form("x"), form("c")], SALE) == [0, 1, 2]


def test_equal_lines_stay_in_order():
    """Two lines that say the same keep their places."""
    assert align([form("a"), form("a")], [form("a"), form("a")], SALE) == [0, 1]


def test_a_key_tells_lines_whatever_their_order():
    """And a line with a new key is new, wherever it stands."""
    old = [{"product": "a", "text": "1"}, {"product": "b", "text": "2"}]
    new = [{"product": "x", "text": "2"}, {"product": "a", "text": "3"}, {"product": "a", "text": "1"}]

    assert align(old, new, KEYED) == [1, None, 0]


def test_lines_without_their_key_are_new():
    """A blank key names nothing."""
    assert align([{"product": "a", "text": None}], [{"product": "a", "text": None}], KEYED) == [None]


def test_a_new_line_has_no_id():
    """And a removed one is gone."""
    lines = patch_lines([raw("1", "a"), raw("2", "b")], [form("a"), form("c"), form("d")], SALE)

    assert ids(lines) == ["1", "2", None]
    assert ids(patch_lines(lines, [form("d")], SALE)) == [None]


def test_what_the_mapping_does_not_name_stays():
    """Tax code, id and the reference's name, as long as it refers to the same."""
    line = raw("1", "a", TaxCodeRef={"value": "TAX"})
    line["Sale"]["ProductRef"]["name"] = "Apple"

    [patched] = patch_lines([line], [form("a", 7)], SALE)
    [moved] = patch_lines([line], [form("b", 1)], SALE)

    assert patched["Sale"] == {
        "ProductRef": {"value": "a", "name": "Apple"},
        "Qty": 7,
        "TaxCodeRef": {"value": "TAX"},
    }
    assert moved["Sale"]["ProductRef"] == {"value": "b"}
    assert line["Sale"]["Qty"] == 1


def test_a_blank_field_is_taken_off_its_line():
    """A line is written whole, so that leaving a field out is how it is cleared."""
    [line] = patch_lines([{**raw("1", "a"), "Text": "old"}], [form(None)], SALE)

    assert "Text" not in line
    assert "ProductRef" not in line["Sale"]


def test_other_kinds_stay_before_what_they_stood_before():
    """New lines go in between; one whose neighbour is gone goes before the next."""
    lines = [NOTE, raw("1", "a"), raw("2", "b")]

    assert ids(patch_lines(lines, [form("b")], SALE)) == ["n", "2"]
    assert ids(patch_lines(lines, [form("x"), form("y"), form("a"), form("b")], SALE)) == [
        None,
        None,
        "n",
        "1",
        "2",
    ]


def test_other_kinds_at_the_end_stay_there():
    """A note below the lines stays below new ones."""
    assert ids(patch_lines([raw("1", "a"), NOTE], [form("a"), form("b")], SALE)) == ["1", None, "n"]


def test_new_lines_stand_behind_kinds_that_are_mapped_earlier():
    """A discount stands behind the sales, and before what nobody maps."""
    lines = patch_lines([raw("1", "a"), NOTE], [{"amount": Decimal(1)}], DISCOUNT, (SALE,))

    assert [line["Type"] for line in lines] == ["Sale", "Discount", "Note"]


def test_a_value_that_cannot_be_read_is_replaced():
    """A quantity that is no number is unlike any."""
    [line] = patch_lines([raw("1", "a", qty="many")], [form("a", 2)], SALE)

    assert line["Sale"]["Qty"] == 2


def test_thousands_of_lines_are_no_trouble():
    """Ten thousand lines, one of them changed, are aligned at once."""
    old = [form(str(number)) for number in range(10_000)]
    new = [*old[:5000], form("5000", 2), *old[5001:]]

    assert align(old, new, SALE) == list(range(10_000))
