"""The laws of patching lines."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from linksync.mapping.lines import LineShape, align, patch_lines
from tests.unit.mapping.shop import RSale

SHAPE = LineShape(kind=RSale, fields={"product": RSale.ProductRef, "qty": RSale.Qty})
KEYED = LineShape(kind=RSale, fields={"product": RSale.ProductRef, "qty": RSale.Qty}, key="product")

forms = st.fixed_dictionaries(
    {"product": st.none() | st.sampled_from("abc"), "qty": st.none() | st.integers(1, 3)}
)
shapes = st.sampled_from([SHAPE, KEYED])


@st.composite
def raw_lines(draw):
    """Draw lines of the kind and of another, each with an id and something of the accountant's."""
    lines = list[dict[str, object]]()
    for number in range(draw(st.integers(0, 6))):
        if draw(st.booleans()):
            built = SHAPE.build(draw(forms))
            lines.append({**built, "Id": str(number), "TaxCodeRef": {"value": f"t{number}"}})
        else:
            lines.append({"Id": str(number), "Type": "Note"})
    return lines


def owned(lines, shape):
    return [line for line in lines if shape.owns(line)]


def others(lines, shape):
    return [line for line in lines if not shape.owns(line)]


@given(raw_lines(), st.lists(forms, max_size=6), shapes)
def test_the_lines_say_what_they_are_to_say(raw, new, shape):
    """After patching, the lines of the kind read as the new forms, in order."""
    patched = patch_lines(raw, new, shape)

    assert [shape.read(line) for line in owned(patched, shape)] == new


@given(raw_lines(), st.lists(forms, max_size=6), shapes)
def test_no_other_line_is_touched(raw, new, shape):
    """Every line of another kind is there, once, as it was."""
    patched = patch_lines(raw, new, shape)

    assert Counter(line["Id"] for line in others(patched, shape)) == Counter(
        line["Id"] for line in others(raw, shape)
    )


@given(raw_lines(), st.lists(forms, max_size=6))
def test_other_lines_keep_their_order(raw, new):
    """Where lines are matched in order, those of other kinds stay in theirs."""
    assert others(patch_lines(raw, new, SHAPE), SHAPE) == others(raw, SHAPE)


@given(raw_lines(), st.lists(forms, max_size=6), shapes)
def test_no_id_is_invented_or_used_twice(raw, new, shape):
    """An id, and what the accountant put on its line, stay together."""
    patched = patch_lines(raw, new, shape)

    tax_codes = {line["Id"]: line.get("TaxCodeRef") for line in raw}
    kept = [line for line in patched if "Id" in line]
    assert len({line["Id"] for line in kept}) == len(kept)
    assert all(line.get("TaxCodeRef") == tax_codes[line["Id"]] for line in kept)


@given(raw_lines())
def test_nothing_to_do_does_nothing(raw):
    """Patching with what is there gives what was given."""
    forms_now = [SHAPE.read(line) for line in owned(raw, SHAPE)]

    assert patch_lines(raw, forms_now, SHAPE) == raw


@given(raw_lines(), st.lists(forms, max_size=6), shapes)
def test_patching_twice_is_patching_once(raw, new, shape):
    """The second time there is nothing to do, ids of new lines aside."""
    once = patch_lines(raw, new, shape)

    assert Counter(map(str, patch_lines(once, new, shape))) == Counter(map(str, once))


@given(st.lists(forms, max_size=6), st.lists(forms, max_size=6), shapes)
def test_an_old_line_becomes_one_new_line_at_most(old, new, shape):
    """No line is matched twice."""
    origins = [origin for origin in align(old, new, shape) if origin is not None]

    assert len(set(origins)) == len(origins)
    assert all(0 <= origin < len(old) for origin in origins)


@given(
    st.lists(forms, min_size=1, max_size=6, unique_by=lambda form: (form["product"], form["qty"])), st.data()
)
def test_a_line_taken_out_leaves_the_others_themselves(old, data):
    """Each remaining line is the one it was."""
    gone = data.draw(st.integers(0, len(old) - 1))
    new = old[:gone] + old[gone + 1 :]

    assert align(old, new, SHAPE) == [at for at in range(len(old)) if at != gone]
