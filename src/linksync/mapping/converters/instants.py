"""Days and instants: of a time zone, without one, as text, as seconds."""

from datetime import UTC, date, datetime, time, tzinfo
from zoneinfo import ZoneInfo

from linksync.mapping.sources import Converter


def day_in(zone: tzinfo | str) -> Converter[datetime, date]:
    """Return the converter between local instants and remote days: the day it was in *zone*.

    A day that comes in is its first instant there.

    Args:
        zone: The time zone, or its name.
    """
    where = _zone(zone)
    return Converter(lambda at: _aware(at).astimezone(where).date(), lambda day: _first_instant(day, where))


def midnight_in(zone: tzinfo | str) -> Converter[date, datetime]:
    """Return the converter between local days and remote instants: the first instant of the day in *zone*.

    Args:
        zone: The time zone, or its name.
    """
    return day_in(zone).inverse()


def wall_clock(zone: tzinfo | str) -> Converter[datetime, datetime]:
    """Return the converter between local times without a zone, which are meant in *zone*, and remote instants.

    A time that the clocks skip is refused; of one that they show twice the first is meant, unless `fold` says else.

    Args:
        zone: The time zone, or its name.
    """
    where = _zone(zone)

    def instant(shown: datetime) -> datetime:
        if shown.tzinfo is not None:
            raise ValueError(f"{shown} has a time zone already; map it without this converter")
        at = shown.replace(tzinfo=where)
        if at.astimezone(UTC).astimezone(where).replace(tzinfo=None) != shown:
            raise ValueError(f"there is no {shown} in {where}: the clocks skip it")
        return at

    return Converter(instant, lambda at: _aware(at).astimezone(where).replace(tzinfo=None))


def day_text(pattern: str = "%Y-%m-%d") -> Converter[str, date]:
    """Return the converter between local text and remote days.

    Args:
        pattern: How the text is written, as `datetime.strptime` has it.
    """
    return Converter(
        lambda text: datetime.strptime(text, pattern).date(),  # noqa: DTZ007  only its day is taken
        lambda day: day.strftime(pattern),
    )


def epoch_seconds() -> Converter[int, datetime]:
    """Return the converter between whole seconds since 1970 in UTC and remote instants; fractions are cut off."""
    return Converter(
        lambda seconds: datetime.fromtimestamp(seconds, UTC), lambda at: int(_aware(at).timestamp() // 1)
    )


def _zone(zone: tzinfo | str) -> tzinfo:
    return ZoneInfo(zone) if isinstance(zone, str) else zone


def _aware(at: datetime) -> datetime:
    if at.utcoffset() is None:
        raise ValueError(f"{at} has no time zone; give it one, or use wall_clock")
    return at


def _first_instant(day: date, where: tzinfo) -> datetime:
    """Return when *day* begins; where the clocks skip midnight, that is an hour or so after it."""
    at = datetime.combine(day, time(), where)
    return at.astimezone(UTC).astimezone(where)
