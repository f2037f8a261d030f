"""States, provinces and territories of the countries whose addresses need them: the US, Canada, Australia."""

from collections.abc import Mapping
from enum import Enum
from functools import cache

from linksync.mapping.sources import Converter


class RegionStyle(Enum):
    """How a state is written."""

    CODE = "code"
    """By its postal code, such as `CA`."""
    NAME = "name"
    """By its English name, such as `California`."""


def region(country: str, local: RegionStyle, remote: RegionStyle) -> Converter[str, str]:
    """Return the converter between two ways of writing a state, a province or a territory.

    Either way is understood on both sides, in either case. What is no state is refused on the way out; on the way in
    it stays what it is, since QuickBooks keeps a state as free text.

    Args:
        country: Whose: `"US"`, `"CA"` or `"AU"`.
        local: The local way.
        remote: The remote way.

    Raises:
        ValueError: The states of that country are not known here.
    """
    if country not in _TABLES:
        raise ValueError(f"the states of {country!r} are not known here; known are {', '.join(_TABLES)}")
    known = _known(country)

    def to_remote(text: str) -> str:
        found = known.get(_folded(text))
        if found is None:
            raise LookupError(f"{text!r} is no state of {country}; give its postal code or its English name")
        return found[remote]

    def to_local(text: str) -> str:
        found = known.get(_folded(text))
        return text if found is None else found[local]

    return Converter(to_remote, to_local)


def _folded(text: str) -> str:
    return " ".join(text.replace(".", "").casefold().split())


@cache
def _known(country: str) -> Mapping[str, Mapping[RegionStyle, str]]:
    """Return the states of a country by code and by name."""
    known = dict[str, Mapping[RegionStyle, str]]()
    for entry in _TABLES[country].strip().split("\n"):
        code, name = entry.split(" ", 1)
        written = {RegionStyle.CODE: code, RegionStyle.NAME: name}
        known.update({_folded(code): written, _folded(name): written})
    return known


# Postal codes: USPS Publication 28, Canada Post addressing guidelines, Australia Post.
_TABLES = {
    "US": """
AL Alabama
AK Alaska
AZ Arizona
AR Arkansas
CA California
CO Colorado
CT Connecticut
DE Delaware
DC District of Columbia
FL Florida
GA Georgia
HI Hawaii
ID Idaho
IL Illinois
IN Indiana
IA Iowa
KS Kansas
KY Kentucky
LA Louisiana
ME Maine
MD Maryland
MA Massachusetts
MI Michigan
MN Minnesota
MS Mississippi
MO Missouri
MT Montana
NE Nebraska
NV Nevada
NH New Hampshire
NJ New Jersey
NM New Mexico
NY New York
NC North Carolina
ND North Dakota
OH Ohio
OK Oklahoma
OR Oregon
PA Pennsylvania
RI Rhode Island
SC South Carolina
SD South Dakota
TN Tennessee
TX Texas
UT Utah
VT Vermont
VA Virginia
WA Washington
WV West Virginia
WI Wisconsin
WY Wyoming
AS American Samoa
GU Guam
MP Northern Mariana Islands
PR Puerto Rico
VI Virgin Islands
""",
    "CA": """
AB Alberta
BC British Columbia
MB Manitoba
NB New Brunswick
NL Newfoundland and Labrador
NS Nova Scotia
NT Northwest Territories
NU Nunavut
ON Ontario
PE Prince Edward Island
QC Quebec
SK Saskatchewan
YT Yukon
""",
    "AU": """
ACT Australian Capital Territory
NSW New South Wales
NT Northern Territory
QLD Queensland
SA South Australia
TAS Tasmania
VIC Victoria
WA Western Australia
""",
}
