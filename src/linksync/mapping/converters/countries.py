"""Countries by their ISO 3166-1 codes and their English short names."""

from collections.abc import Mapping
from enum import Enum
from functools import cache

from attrs import frozen

from linksync.mapping.sources import Converter


class CountryStyle(Enum):
    """How a country is written."""

    ALPHA_2 = "alpha-2"
    """Two letters, such as `DE`."""
    ALPHA_3 = "alpha-3"
    """Three letters, such as `DEU`."""
    NAME = "name"
    """Its English name, such as `Germany`."""


def country(local: CountryStyle, remote: CountryStyle) -> Converter[str, str]:
    """Return the converter between two ways of writing a country.

    However a country is written, it is understood: by any of the three, in either case, and by a few other names
    (`USA`, `UK`). What is no country is refused on the way out; on the way in it stays what it is, since QuickBooks
    keeps a country as free text.

    Args:
        local: The local way.
        remote: The remote way.
    """

    def to_local(text: str) -> str:
        found = _known().get(_folded(text))
        return text if found is None else found.written(local)

    return Converter(lambda text: _find(text).written(remote), to_local)


@frozen
class _Country:
    alpha_2: str
    alpha_3: str
    name: str

    def written(self, style: CountryStyle) -> str:
        match style:
            case CountryStyle.ALPHA_2:
                return self.alpha_2
            case CountryStyle.ALPHA_3:
                return self.alpha_3
            case CountryStyle.NAME:
                return self.name


def _find(text: str) -> _Country:
    found = _known().get(_folded(text))
    if found is None:
        raise LookupError(f"{text!r} is no country that is known here; give its ISO code or its English name")
    return found


def _folded(text: str) -> str:
    return " ".join(text.replace(".", "").casefold().split())


@cache
def _known() -> Mapping[str, _Country]:
    """Return the countries by all that they are known by."""
    known = dict[str, _Country]()
    for line in _TABLE.strip().splitlines():
        alpha_2, alpha_3, *names = line.split("|")
        found = _Country(alpha_2, alpha_3, names[0])
        known.update({_folded(word): found for word in (alpha_2, alpha_3, *names)})
    return known


# ISO 3166-1; names in everyday English, after them other names that people write.
_TABLE = """
AD|AND|Andorra
AE|ARE|United Arab Emirates|UAE
AF|AFG|Afghanistan
AG|ATG|Antigua and Barbuda
AI|AIA|Anguilla
AL|ALB|Albania
AM|ARM|Armenia
AO|AGO|Angola
AR|ARG|Argentina
AS|ASM|American Samoa
AT|AUT|Austria
AU|AUS|Australia
AW|ABW|Aruba
AZ|AZE|Azerbaijan
BA|BIH|Bosnia and Herzegovina|Bosnia
BB|BRB|Barbados
BD|BGD|Bangladesh
BE|BEL|Belgium
BF|BFA|Burkina Faso
BG|BGR|Bulgaria
BH|BHR|Bahrain
BI|BDI|Burundi
BJ|BEN|Benin
BM|BMU|Bermuda
BN|BRN|Brunei|Brunei Darussalam
BO|BOL|Bolivia
BR|BRA|Brazil
BS|BHS|Bahamas|The Bahamas
BT|BTN|Bhutan
BW|BWA|Botswana
BY|BLR|Belarus
BZ|BLZ|Belize
CA|CAN|Canada
CD|COD|Democratic Republic of the Congo|DR Congo
CF|CAF|Central African Republic
CG|COG|Congo|Republic of the Congo
CH|CHE|Switzerland
CI|CIV|Ivory Coast|Côte d'Ivoire
CL|CHL|Chile
CM|CMR|Cameroon
CN|CHN|China
CO|COL|Colombia
CR|CRI|Costa Rica
CU|CUB|Cuba
CV|CPV|Cape Verde|Cabo Verde
CW|CUW|Curaçao
CY|CYP|Cyprus
CZ|CZE|Czechia|Czech Republic
DE|DEU|Germany
DJ|DJI|Djibouti
DK|DNK|Denmark
DM|DMA|Dominica
DO|DOM|Dominican Republic
DZ|DZA|Algeria
EC|ECU|Ecuador
EE|EST|Estonia
EG|EGY|Egypt
ER|ERI|Eritrea
ES|ESP|Spain
ET|ETH|Ethiopia
FI|FIN|Finland
FJ|FJI|Fiji
FM|FSM|Micronesia
FO|FRO|Faroe Islands
FR|FRA|France
GA|GAB|Gabon
GB|GBR|United Kingdom|UK|Great Britain
GD|GRD|Grenada
GE|GEO|Georgia
GF|GUF|French Guiana
GG|GGY|Guernsey
GH|GHA|Ghana
GI|GIB|Gibraltar
GL|GRL|Greenland
GM|GMB|Gambia|The Gambia
GN|GIN|Guinea
GP|GLP|Guadeloupe
GQ|GNQ|Equatorial Guinea
GR|GRC|Greece
GT|GTM|Guatemala
GU|GUM|Guam
GW|GNB|Guinea-Bissau
GY|GUY|Guyana
HK|HKG|Hong Kong
HN|HND|Honduras
HR|HRV|Croatia
HT|HTI|Haiti
HU|HUN|Hungary
ID|IDN|Indonesia
IE|IRL|Ireland|Republic of Ireland
IL|ISR|Israel
IM|IMN|Isle of Man
IN|IND|India
IQ|IRQ|Iraq
IR|IRN|Iran
IS|ISL|Iceland
IT|ITA|Italy
JE|JEY|Jersey
JM|JAM|Jamaica
JO|JOR|Jordan
JP|JPN|Japan
KE|KEN|Kenya
KG|KGZ|Kyrgyzstan
KH|KHM|Cambodia
KI|KIR|Kiribati
KM|COM|Comoros
KN|KNA|Saint Kitts and Nevis
KP|PRK|North Korea
KR|KOR|South Korea|Republic of Korea
KW|KWT|Kuwait
KY|CYM|Cayman Islands
KZ|KAZ|Kazakhstan
LA|LAO|Laos
LB|LBN|Lebanon
LC|LCA|Saint Lucia
LI|LIE|Liechtenstein
LK|LKA|Sri Lanka
LR|LBR|Liberia
LS|LSO|Lesotho
LT|LTU|Lithuania
LU|LUX|Luxembourg
LV|LVA|Latvia
LY|LBY|Libya
MA|MAR|Morocco
MC|MCO|Monaco
MD|MDA|Moldova
ME|MNE|Montenegro
MG|MDG|Madagascar
MH|MHL|Marshall Islands
MK|MKD|North Macedonia|Macedonia
ML|MLI|Mali
MM|MMR|Myanmar|Burma
MN|MNG|Mongolia
MO|MAC|Macao|Macau
MP|MNP|Northern Mariana Islands
MQ|MTQ|Martinique
MR|MRT|Mauritania
MS|MSR|Montserrat
MT|MLT|Malta
MU|MUS|Mauritius
MV|MDV|Maldives
MW|MWI|Malawi
MX|MEX|Mexico
MY|MYS|Malaysia
MZ|MOZ|Mozambique
NA|NAM|Namibia
NC|NCL|New Caledonia
NE|NER|Niger
NG|NGA|Nigeria
NI|NIC|Nicaragua
NL|NLD|Netherlands|The Netherlands|Holland
NO|NOR|Norway
NP|NPL|Nepal
NR|NRU|Nauru
NZ|NZL|New Zealand
OM|OMN|Oman
PA|PAN|Panama
PE|PER|Peru
PF|PYF|French Polynesia
PG|PNG|Papua New Guinea
PH|PHL|Philippines|The Philippines
PK|PAK|Pakistan
PL|POL|Poland
PR|PRI|Puerto Rico
PS|PSE|Palestine
PT|PRT|Portugal
PW|PLW|Palau
PY|PRY|Paraguay
QA|QAT|Qatar
RE|REU|Réunion
RO|ROU|Romania
RS|SRB|Serbia
RU|RUS|Russia|Russian Federation
RW|RWA|Rwanda
SA|SAU|Saudi Arabia
SB|SLB|Solomon Islands
SC|SYC|Seychelles
SD|SDN|Sudan
SE|SWE|Sweden
SG|SGP|Singapore
SI|SVN|Slovenia
SK|SVK|Slovakia
SL|SLE|Sierra Leone
SM|SMR|San Marino
SN|SEN|Senegal
SO|SOM|Somalia
SR|SUR|Suriname
SS|SSD|South Sudan
ST|STP|São Tomé and Príncipe
SV|SLV|El Salvador
SY|SYR|Syria
SZ|SWZ|Eswatini|Swaziland
TC|TCA|Turks and Caicos Islands
TD|TCD|Chad
TG|TGO|Togo
TH|THA|Thailand
TJ|TJK|Tajikistan
TL|TLS|Timor-Leste|East Timor
TM|TKM|Turkmenistan
TN|TUN|Tunisia
TO|TON|Tonga
TR|TUR|Türkiye|Turkey
TT|TTO|Trinidad and Tobago
TV|TUV|Tuvalu
TW|TWN|Taiwan
TZ|TZA|Tanzania
UA|UKR|Ukraine
UG|UGA|Uganda
US|USA|United States|United States of America
UY|URY|Uruguay
UZ|UZB|Uzbekistan
VA|VAT|Vatican City
VC|VCT|Saint Vincent and the Grenadines
VE|VEN|Venezuela
VG|VGB|British Virgin Islands
VI|VIR|US Virgin Islands
VN|VNM|Vietnam|Viet Nam
VU|VUT|Vanuatu
WS|WSM|Samoa
XK|XKX|Kosovo
YE|YEM|Yemen
ZA|ZAF|South Africa
ZM|ZMB|Zambia
ZW|ZWE|Zimbabwe
"""
