"""Values for a local record survive being stored."""

from datetime import UTC

from hypothesis import given
from hypothesis import strategies as st

from linksync.endpoints.storedvalues import read_back, write_down

leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(st.characters(codec="utf-8"))
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.dates()
    | st.datetimes(timezones=st.just(UTC)).map(lambda at: at.replace(fold=0))
)
names = st.text(st.characters(codec="utf-8")) | st.sampled_from(["$date", "$decimal", "$instant", "$object"])
values = st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(names, inner), max_leaves=8)


@given(st.dictionaries(names, values))
def test_what_is_written_down_is_read_back(given_values):
    """Value by value and type by type, even where a host's own names look like tags."""
    back = read_back(write_down(given_values))

    assert back == given_values
    assert repr(back) == repr(given_values)
