"""Requests as they are kept."""

from datetime import datetime
from zoneinfo import ZoneInfo

from linksync.storage.sql.requests import wish_of
from linksync.testing.contracts.suite import customer, wish


def test_an_hour_that_comes_twice_is_not_the_same_hour() -> None:
    """When the clocks go back, though Python calls the two instants equal."""
    first = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"))

    due = [wish_of(wish(customer(1), due_at=it), "now")[0].due_at for it in (first, first.replace(fold=1))]

    assert due == ["2026-10-25T00:30:00.000000+00:00", "2026-10-25T01:30:00.000000+00:00"]
