"""Converters for what is in every CRM, as named pairs of functions: money, days, codes, phones, lists, checkboxes.

Each is made by a function, is a `Converter` like one of your own, and can be tried by hand:

```python
>>> from decimal import Decimal
>>> from linksync.mapping.converters import money
>>> money().to_remote(Decimal("2.345"))
Decimal('2.35')
```

They raise `ValueError` or `LookupError` over what they cannot translate, with a text that says what they take.
"""

from linksync.mapping.converters.checkboxes import checkbox, checkbox_text
from linksync.mapping.converters.countries import CountryStyle, country
from linksync.mapping.converters.email import email
from linksync.mapping.converters.enums import enum_names, enum_pairs, enum_values
from linksync.mapping.converters.instants import (
    day_in,
    day_text,
    epoch_seconds,
    midnight_in,
    wall_clock,
)
from linksync.mapping.converters.lists import joined
from linksync.mapping.converters.money import minor_units, money
from linksync.mapping.converters.phone import phone
from linksync.mapping.converters.regions import RegionStyle, region

__all__ = [
    "CountryStyle",
    "RegionStyle",
    "checkbox",
    "checkbox_text",
    "country",
    "day_in",
    "day_text",
    "email",
    "enum_names",
    "enum_pairs",
    "enum_values",
    "epoch_seconds",
    "joined",
    "midnight_in",
    "minor_units",
    "money",
    "phone",
    "region",
    "wall_clock",
]
