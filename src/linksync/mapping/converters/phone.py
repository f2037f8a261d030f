"""Telephone numbers."""

import re

from linksync.mapping.sources import Converter

_EXTENSION = re.compile(r"\s*(?:ext\.?|x|#|;ext=)\s*(\d{1,7})\s*$", re.IGNORECASE)
_DECORATION = re.compile(r"[\s().\-/\u00a0\u2010-\u2015]+")
_FEWEST_DIGITS = 5
_MOST_DIGITS = 15
"""The longest number that ITU-T E.164 allows, country code included."""


def phone(country_code: str = "", trunk_prefix: str = "0") -> Converter[str, str]:
    """Return the converter that brings a telephone number into one way of writing: digits, a plus in front.

    `(030) 901-820` becomes `+4930901820` with the country code 49, and an extension ends it as ` x12`. Without a
    country code a national number keeps its digits as they are. What comes in is brought into the same form; where it
    is no number that this could be done to, it is left as it is, since people write remarks there.

    Args:
        country_code: That of numbers without one, digits only, such as `"1"` or `"49"`.
        trunk_prefix: What national numbers begin with at home and not from abroad; empty for none.
    """

    def normal(number: str) -> str:
        extension = _EXTENSION.search(number)
        digits = number[: extension.start()] if extension else number
        # the zero in "+49 (0)30" is dialled at home only
        digits = _DECORATION.sub("", digits.replace("(0)", "", 1) if "+" in digits else digits)
        if digits.startswith("00"):
            digits = f"+{digits[2:]}"
        if not digits.startswith("+") and country_code:
            national = digits.removeprefix(trunk_prefix) if trunk_prefix else digits
            is_complete = country_code == "1" and len(digits) == 11 and digits.startswith("1")
            digits = f"+{digits}" if is_complete else f"+{country_code}{national}"
        bare = digits.removeprefix("+")
        if not (bare.isascii() and bare.isdigit() and _FEWEST_DIGITS <= len(bare) <= _MOST_DIGITS):
            raise ValueError(
                "must be one telephone number: digits, blanks, brackets, dashes, a plus in front"
            )
        return f"{digits} x{extension[1]}" if extension else digits

    def tidied(number: str) -> str:
        try:
            return normal(number)
        except ValueError:
            return number

    return Converter(normal, tidied)
