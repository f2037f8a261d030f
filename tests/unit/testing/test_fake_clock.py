"""The clock for tests moves only when it is told to."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from linksync.testing.clock import START, FakeClock, MovableClock


def test_it_stands_still():
    """Two looks at it show the same instant."""
    clock = FakeClock()

    assert clock.now() == clock.now() == START


def test_a_sleep_moves_it_and_is_remembered():
    """Nobody waits for it."""
    clock = FakeClock()

    clock.sleep(1.5)
    clock.sleep(0)
    clock.sleep(-1)

    assert clock.now() == START + timedelta(seconds=1.5)
    assert clock.sleeps == [1.5]


def test_it_can_be_advanced():
    """That is no sleep."""
    clock = FakeClock()

    clock.advance(timedelta(minutes=1))

    assert clock.now() == START + timedelta(minutes=1)
    assert clock.sleeps == []


def test_it_tells_utc():
    """Whatever zone it was started in."""
    start = datetime(2026, 1, 1, 1, tzinfo=timezone(timedelta(hours=1)))

    clock = FakeClock(start)

    assert clock.now() == start
    assert clock.now().tzinfo is UTC


def test_it_does_not_go_back():
    """Nor does it start without a zone."""
    with pytest.raises(ValueError, match="must not be negative"):
        FakeClock().advance(timedelta(seconds=-1))
    with pytest.raises(ValueError, match="timezone-aware"):
        FakeClock(datetime(2026, 1, 1))  # noqa: DTZ001 -- the mistake


def test_a_clock_that_goes_can_be_put_forward():
    """It goes on from there as the one behind it does."""
    behind = FakeClock()
    clock = MovableClock(behind)

    clock.advance(timedelta(days=1))
    clock.sleep(2)

    assert clock.now() == START + timedelta(days=1, seconds=2)
    assert (clock.ahead, behind.sleeps) == (timedelta(days=1), [2])


def test_a_clock_that_goes_is_never_put_back():
    """Tokens would come to life again."""
    with pytest.raises(ValueError, match="a clock does not go back"):
        MovableClock().advance(timedelta(seconds=-1))
