"""Amounts of money."""

from decimal import ROUND_HALF_UP, Context, Decimal

from linksync.mapping.sources import Converter

# More digits than any amount has, so that no amount is too long to be rounded.
_WIDE = Context(prec=200)


def money(places: int = 2, rounding: str = ROUND_HALF_UP) -> Converter[Decimal, Decimal]:
    """Return the converter that rounds on the way out and leaves what comes in as it is.

    QuickBooks rounds amounts half up to cents (6070, official error-code page); an amount that is rounded before
    it is sent comes back as it was sent.

    Args:
        places: How many digits stay behind the point.
        rounding: How, by the names of the `decimal` module.
    """
    unit = Decimal(1).scaleb(-places)

    def rounded(amount: Decimal) -> Decimal:
        return amount.quantize(unit, rounding, _WIDE)

    return Converter(rounded, _same)


def minor_units(places: int = 2) -> Converter[int, Decimal]:
    """Return the converter between whole cents, as payment systems keep them, and amounts.

    An amount that comes in with a fraction of a cent is refused, not rounded.

    Args:
        places: How many digits of an amount are behind the point.
    """

    def amount(units: object) -> Decimal:
        if isinstance(units, bool) or not isinstance(units, int):
            raise TypeError(f"must be a whole number of minor units, got {units!r}")
        return Decimal(units).scaleb(-places, _WIDE)

    def units(amount: Decimal) -> int:
        found = amount.scaleb(places, _WIDE)
        if found != found.to_integral_value():
            raise ValueError(f"{amount} is no whole number of minor units of {places} digits")
        return int(found)

    return Converter(amount, units)


def _same(amount: Decimal) -> Decimal:
    return amount
