"""Instants as text whose order is their order in time."""

from datetime import UTC, datetime
from typing import overload


@overload
def to_text(instant: datetime) -> str: ...
@overload
def to_text(instant: None) -> None: ...
@overload
def to_text(instant: datetime | None) -> str | None: ...
def to_text(instant: datetime | None) -> str | None:
    """Return *instant* (timezone-aware) as ISO 8601 text in UTC, always to the microsecond; None stays None."""
    return None if instant is None else instant.astimezone(UTC).isoformat(timespec="microseconds")


@overload
def from_text(text: str) -> datetime: ...
@overload
def from_text(text: None) -> None: ...
@overload
def from_text(text: str | None) -> datetime | None: ...
def from_text(text: str | None) -> datetime | None:
    """Return the instant that *text* says, timezone-aware; None stays None."""
    return None if text is None else datetime.fromisoformat(text)
