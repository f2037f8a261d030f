"""Converters, each tried by hand."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import ROUND_DOWN, Decimal
from enum import Enum
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksync.errors import MappingError
from linksync.fields import FieldValue
from linksync.mapping import EntityMapping, both, mapper_of
from linksync.mapping.converters import (
    CountryStyle,
    RegionStyle,
    checkbox,
    checkbox_text,
    country,
    day_in,
    day_text,
    email,
    enum_names,
    enum_pairs,
    enum_values,
    epoch_seconds,
    joined,
    midnight_in,
    minor_units,
    money,
    phone,
    region,
    wall_clock,
)
from tests.unit.mapping.shop import CONTEXT, RClient

BERLIN = ZoneInfo("Europe/Berlin")
Row = dict[str, object]


class Size(Enum):
    SMALL = "s"
    LARGE = "l"


class Rank(Enum):
    FIRST = 1


@pytest.mark.parametrize(
    ("amount", "sent"),
    [("2.345", "2.35"), ("-2.345", "-2.35"), ("2", "2.00"), ("9" * 60 + ".995", "1" + "0" * 60 + ".00")],
)
def test_money_is_rounded_half_up_to_cents(amount, sent):
    """However long it is."""
    assert str(money().to_remote(Decimal(amount))) == sent


def test_money_can_be_rounded_otherwise():
    """Places and rounding are told."""
    assert money(places=0, rounding=ROUND_DOWN).to_remote(Decimal("2.9")) == 2


def test_money_that_comes_in_is_left_alone():
    """Rounding what the remote has would hide a difference."""
    assert money().to_local(Decimal("2.345")) == Decimal("2.345")


@given(st.integers())
def test_minor_units_there_and_back(cents):
    """Every whole number of cents is an amount."""
    converter = minor_units()

    assert converter.to_local(converter.to_remote(cents)) == cents


def test_minor_units_are_not_rounded():
    """A fraction of a cent has no minor unit, and true is no number."""
    with pytest.raises(ValueError, match="no whole number of minor units"):
        minor_units().to_local(Decimal("1.005"))
    with pytest.raises(TypeError, match="got True"):
        minor_units().to_remote(True)


def test_the_day_of_an_instant_is_that_of_the_zone():
    """Half past eleven in the evening in London is tomorrow in Berlin."""
    converter = day_in("Europe/Berlin")
    at = datetime(2026, 1, 1, 23, 30, tzinfo=UTC)

    assert converter.to_remote(at) == date(2026, 1, 2)
    assert converter.to_local(date(2026, 1, 2)) == datetime(2026, 1, 1, 23, 0, tzinfo=UTC)
    with pytest.raises(ValueError, match="no time zone"):
        converter.to_remote(datetime(2026, 1, 1))  # noqa: DTZ001  the point of it


def test_a_day_begins_when_the_clocks_say_so():
    """Where midnight is skipped, the day's first instant is an hour later, and still on that day."""
    cuba = day_in("America/Havana")
    day = date(2026, 3, 8)

    begins = cuba.to_local(day)

    assert begins.hour == 1
    assert cuba.to_remote(begins) == day


@given(
    st.dates(min_value=date(1900, 1, 2), max_value=date(2100, 1, 1)),
    st.sampled_from(["UTC", "Europe/Berlin", "America/Havana"]),
)
def test_days_there_and_back(day, zone):
    """A local day is the same after its instant was read again."""
    converter = midnight_in(zone)

    assert converter.to_local(converter.to_remote(day)) == day


def test_wall_clocks_are_meant_in_their_zone():
    """A time without a zone gets one, and loses it on the way back."""
    converter = wall_clock(BERLIN)
    shown = datetime(2026, 7, 1, 12, 0)  # noqa: DTZ001  the point of it

    assert converter.to_remote(shown) == datetime(2026, 7, 1, 10, 0, tzinfo=UTC)
    assert converter.to_local(datetime(2026, 7, 1, 10, 0, tzinfo=UTC)) == shown


def test_a_time_that_the_clocks_skip_is_refused():
    """So is one that has a zone."""
    with pytest.raises(ValueError, match="the clocks skip it"):
        wall_clock(BERLIN).to_remote(datetime(2026, 3, 29, 2, 30))  # noqa: DTZ001  the point of it
    with pytest.raises(ValueError, match="has a time zone already"):
        wall_clock(BERLIN).to_remote(datetime(2026, 3, 29, tzinfo=UTC))


def test_a_day_is_text_as_the_host_writes_it():
    """By the pattern."""
    converter = day_text("%d.%m.%Y")

    assert converter.to_remote("21.11.2026") == date(2026, 11, 21)
    assert converter.to_local(date(2026, 11, 21)) == "21.11.2026"


def test_seconds_since_1970():
    """Fractions are cut off, before 1970 too."""
    at = datetime(1969, 12, 31, 23, 59, 59, 500_000, tzinfo=timezone(timedelta(0)))

    assert epoch_seconds().to_local(at) == -1
    assert epoch_seconds().to_remote(-1) == datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)


def test_enums_by_value_by_name_and_by_pairs():
    """Three ways to write a member."""
    assert enum_values(Size).to_remote(Size.SMALL) == "s"
    assert enum_names(Size).to_local("LARGE") is Size.LARGE
    assert enum_pairs({Size.SMALL: "little"}).to_local("little") is Size.SMALL


def test_an_unknown_member_or_text_is_told_with_the_known_ones():
    """So that the mapping, or the value, can be mended."""
    converter = enum_pairs({Size.SMALL: "little"})

    with pytest.raises(LookupError, match="known are 'little'"):
        converter.to_local("large")
    with pytest.raises(LookupError, match="those with one are"):
        converter.to_remote(Size.LARGE)


def test_pairs_must_lead_back():
    """Two members of one text, and values that are no text, are refused when the converter is made."""
    with pytest.raises(ValueError, match="the way back would be a guess"):
        enum_pairs({Size.SMALL: "x", Size.LARGE: "x"})
    with pytest.raises(TypeError, match="which is no text"):
        enum_values(Rank)


@pytest.mark.parametrize("written", ["DE", "deu", " Germany ", "germany"])
def test_a_country_is_understood_however_it_is_written(written):
    """By code or name, in either case."""
    assert country(CountryStyle.ALPHA_2, CountryStyle.NAME).to_remote(written) == "Germany"
    assert country(CountryStyle.ALPHA_3, CountryStyle.NAME).to_local(written) == "DEU"


def test_countries_have_other_names():
    """Those that people write."""
    code = country(CountryStyle.NAME, CountryStyle.ALPHA_2)

    assert [code.to_remote(name) for name in ("USA", "U.S.A.", "UK", "Holland", "Turkey")] == [
        "US",
        "US",
        "GB",
        "NL",
        "TR",
    ]


def test_what_is_no_country_goes_nowhere_and_comes_in_as_it_is():
    """QuickBooks keeps a country as free text."""
    converter = country(CountryStyle.ALPHA_2, CountryStyle.NAME)

    with pytest.raises(LookupError, match="'Atlantis' is no country"):
        converter.to_remote("Atlantis")
    assert converter.to_local("Atlantis") == "Atlantis"


def test_no_country_is_taken_for_another():
    """No code, name or other name stands twice in the table."""
    from linksync.mapping.converters.countries import _TABLE, _folded

    words = [_folded(word) for line in _TABLE.strip().splitlines() for word in line.split("|")]

    assert sorted(words) == sorted(set(words))


def test_states_by_code_and_name():
    """Of the three countries whose addresses need them."""
    assert region("US", RegionStyle.CODE, RegionStyle.NAME).to_remote("ny") == "New York"
    assert region("CA", RegionStyle.NAME, RegionStyle.CODE).to_remote("British  Columbia") == "BC"
    assert region("AU", RegionStyle.NAME, RegionStyle.CODE).to_local("WA") == "Western Australia"
    assert region("US", RegionStyle.NAME, RegionStyle.CODE).to_local("Bavaria") == "Bavaria"
    with pytest.raises(LookupError, match="no state of US"):
        region("US", RegionStyle.NAME, RegionStyle.CODE).to_remote("Bavaria")
    with pytest.raises(ValueError, match="known are US, CA, AU"):
        region("DE", RegionStyle.NAME, RegionStyle.CODE)


@pytest.mark.parametrize(
    ("country_code", "written", "sent"),
    [
        ("49", "(030) 901-820", "+4930901820"),
        ("49", "+49 (0)30 901 820", "+4930901820"),
        ("49", "0049 30/901820", "+4930901820"),
        ("1", "555.010.1234", "+15550101234"),
        ("1", "1-555-010-1234 ext. 12", "+15550101234 x12"),
        ("1", "(555) 010-1234 #7", "+15550101234 x7"),
        ("", "030 901820", "030901820"),
    ],
)
def test_a_telephone_number_has_one_way_of_writing(country_code, written, sent):
    """Digits with a plus; what comes back is the same, and so is what is sent again."""
    converter = phone(country_code)

    assert converter.to_remote(written) == sent
    assert converter.to_remote(sent) == sent
    assert converter.to_local(written) == sent


@pytest.mark.parametrize(
    "written", ["call Ann", "12", "+1 555 010 1234 567 890 12", "٣٤٥٦٧٨", "030 901820 or 901821"]
)
def test_what_is_no_telephone_number_is_refused_and_kept(written):
    """On the way out a person looks at it, on the way in a remark stays what it is."""
    with pytest.raises(ValueError, match="must be one telephone number"):
        phone().to_remote(written)
    assert phone().to_local(written) == written


def test_an_e_mail_address_is_tidied():
    """The domain is in lower case, before it case may matter."""
    assert email().to_remote(" Ann.Lee@Example.COM ") == "Ann.Lee@example.com"
    assert email().to_local("Ann.Lee@Example.COM ") == "Ann.Lee@example.com"
    assert email().to_local("None ") == "None"


@pytest.mark.parametrize(
    "address", ["ann", "@example.com", "ann@example", "ann lee@example.com", "a@b.c d@e.f", "ann@.", "ann@"]
)
def test_what_is_no_e_mail_address_is_refused(address):
    """QuickBooks would."""
    with pytest.raises(ValueError, match="must be one e-mail address"):
        email().to_remote(address)


def test_lists_are_joined():
    """Empty members and blanks around the separator do not matter."""
    converter = joined("; ")

    assert converter.to_remote(["a b", " ", "c "]) == "a b; c"
    assert converter.to_local("a b;c ;; ") == ["a b", "c"]
    assert joined("\n").to_local("a\nb") == ["a", "b"]


def test_a_member_must_not_fall_apart():
    """Nor may a text pass for a list of its letters."""
    with pytest.raises(ValueError, match="stands between members"):
        joined().to_remote(["a,b"])
    with pytest.raises(TypeError, match="must be a list"):
        joined().to_remote("ab")
    with pytest.raises(ValueError, match="is blank"):
        joined(" ")


@given(st.lists(st.text("ab c", min_size=1).map(str.strip).filter(bool)))
def test_lists_there_and_back(members):
    """What has no blanks around it comes back as it went."""
    assert joined().to_local(joined().to_remote(members)) == members


def test_checkboxes():
    """On whichever side the texts are."""
    assert checkbox("Y", "N").to_remote(True) == "Y"
    assert checkbox("Y", "N").to_local("N") is False
    assert checkbox_text("on", "off").to_remote("on") is True
    assert checkbox_text("on", "off").to_local(False) == "off"


def test_a_checkbox_is_one_or_the_other():
    """Anything else is refused, and so are two texts that are one."""
    with pytest.raises(ValueError, match="must be 'Y' or 'N', got 'y'"):
        checkbox("Y", "N").to_local("y")
    with pytest.raises(TypeError, match="must be True or False"):
        checkbox().to_remote(1)
    with pytest.raises(ValueError, match="make them differ"):
        checkbox("x", "x")


class TidyMapping(EntityMapping[Row, RClient], entity="tidy", key="id"):
    name: str = both(RClient.Name, convert=email())
    seen: datetime | None = both(RClient.Seen, convert=wall_clock("Europe/Berlin"))
    mail: list[str] | None = both(RClient.Mail, convert=joined())


def test_converters_work_within_mappings():
    """A failure names the field; times without a zone and lists have forms, and come back as what they were."""
    mapper = mapper_of(TidyMapping)
    row = {"name": "A@b.C", "seen": datetime(2026, 7, 1, 12, 0), "mail": ["x", "y"]}  # noqa: DTZ001  the point of it

    fields = mapper.outgoing(row, CONTEXT)

    assert fields["seen"] == FieldValue("2026-07-01T12:00:00", "2026-07-01T10:00:00+00:00")
    assert mapper.incoming(mapper.remote_values(fields, None), CONTEXT)["mail"] == fields["mail"]
    assert mapper.local_values(fields) == {**row, "name": "A@b.C"}
    with pytest.raises(MappingError, match=r"name -> Name: .*must be one e-mail address"):
        mapper.outgoing({**row, "name": "ann"}, CONTEXT)


def test_they_cost_nothing_until_they_are_imported():
    """The tables of countries and states are read when somebody uses them."""
    program = "import linksync, sys; assert 'linksync.mapping.converters.countries' not in sys.modules"

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
