"""Limits on requests, on a clock that stands still."""

from datetime import UTC, datetime, timedelta

import pytest

from linksync.exactjson import loads
from linksync.testing.clock import FakeClock
from linksync.testing.quickbooks import Limits, QuickBooksSimulator
from linksync.testing.quickbooks.limits import NO_LIMITS, Limiter

NOW = datetime(2026, 1, 31, 23, 59, tzinfo=UTC)


def enter(limiter, after=0.0, *, is_batch=False, metered=0):
    broken = limiter.enter(NOW + timedelta(seconds=after), is_batch=is_batch, metered=metered)
    if broken is None:
        limiter.leave()
    return broken


def test_ten_a_second():
    """The eleventh request within a second is refused, one a second later is let in."""
    limiter = Limiter(Limits())
    first = [enter(limiter, 0.05 * number) for number in range(10)]

    assert first == [None] * 10
    assert enter(limiter, 0.99) == "requests per second"
    assert enter(limiter, 1.0) is None


def test_five_hundred_a_minute():
    """The 501st request within a minute is refused; refused ones do not count."""
    limiter = Limiter(Limits())
    let_in = [enter(limiter, 0.11 * number) for number in range(500)]

    assert let_in == [None] * 500
    assert enter(limiter, 59.9) == "requests per minute"
    assert enter(limiter, 60.0) is None


def test_ten_at_once():
    """The eleventh request at once is refused until one has left."""
    limiter = Limiter(Limits(per_second=None))
    for _ in range(10):
        assert limiter.enter(NOW, is_batch=False, metered=0) is None

    refused = limiter.enter(NOW, is_batch=False, metered=0)
    limiter.leave()

    assert refused == "concurrent requests"
    assert limiter.enter(NOW, is_batch=False, metered=0) is None


def test_forty_batches_a_minute():
    """The 41st batch within a minute is refused, other requests are not."""
    limiter = Limiter(Limits())
    for number in range(40):
        assert enter(limiter, number, is_batch=True) is None

    assert enter(limiter, 50, is_batch=True) == "batches per minute"
    assert enter(limiter, 50) is None


def test_metered_reads_end_with_the_month():
    """Beyond the monthly cap reads are refused until the next month; writes are free."""
    limiter = Limiter(Limits(metered_per_month=2))
    assert enter(limiter, metered=2) is None

    assert enter(limiter, metered=1) == "CorePlus calls per month"
    assert enter(limiter) is None
    assert enter(limiter, 60, metered=1) is None


def test_slack_shortens_the_windows():
    """With some slack requests may arrive a little closer together than they were sent."""
    limiter = Limiter(Limits(slack=timedelta(milliseconds=100)))
    for _ in range(10):
        assert enter(limiter) is None

    assert enter(limiter, 0.89) == "requests per second"
    assert enter(limiter, 0.9) is None


def test_no_limits_let_everything_in():
    """Without limits nothing is refused."""
    limiter = Limiter(NO_LIMITS)

    assert {enter(limiter, is_batch=True, metered=1) for _ in range(1000)} == {None}


@pytest.fixture
def limited(qbo):
    """A client of a company with QuickBooks' own limits, and its clock."""
    clock = FakeClock()
    simulator = QuickBooksSimulator(clock=clock)
    return type(qbo)(simulator, simulator.add_company()), clock


def test_throttle_is_429_in_the_gateway_s_shape(limited):
    """Too many requests are answered 429 with 3001; a second later they pass again."""
    qbo, clock = limited
    statuses = [qbo.call("GET", "account/1").status for _ in range(10)]

    throttled = qbo.call("GET", "account/1")
    clock.sleep(1)
    after = qbo.call("GET", "account/1")

    assert statuses == [200] * 10
    assert throttled.status == 429
    assert loads(throttled.body)["fault"]["error"][0]["code"] == "3001"
    assert after.status == 200
    assert qbo.simulator.journal.counts().throttled == 1


def test_companies_are_limited_one_by_one(limited):
    """What one company uses up is not taken from another."""
    qbo, _ = limited
    other = type(qbo)(qbo.simulator, qbo.simulator.add_company())
    for _ in range(10):
        qbo.call("GET", "account/1")

    assert other.call("GET", "account/1").status == 200
