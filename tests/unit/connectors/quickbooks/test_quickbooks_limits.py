"""No window of the server's ever holds more requests than the limits allow."""

import threading
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linksync.connectors.quickbooks.limits import Limiter, Limits
from linksync.testing.clock import FakeClock


def most_within(instants, span):
    """The most instants that fall into any window of *span*, both its edges included."""
    return max(sum(first <= other <= first + span for other in instants) for first in instants)


def send(limiter, clock, takes, *, is_batch=False):
    """Send one request that takes so many seconds, and return when it left and when it came back."""
    with limiter.slot(is_batch=is_batch):
        left_at = clock.now()
        clock.advance(timedelta(seconds=takes))
        return left_at, clock.now()


def test_a_few_requests_leave_at_once():
    """Nobody waits below the limits."""
    clock = FakeClock()
    limiter = Limiter(Limits(), clock)

    for _ in range(10):
        send(limiter, clock, 0)

    assert clock.sleeps == []


@pytest.mark.parametrize("at_arrival", [0, 1], ids=["arriving early", "arriving late"])
@settings(max_examples=25, deadline=None)
@given(takes=st.lists(st.floats(0, 2, allow_nan=False), min_size=1, max_size=90))
def test_no_second_and_no_minute_is_overfull(at_arrival, takes):
    """Whenever each request arrived between leaving and being answered, the limits held."""
    clock = FakeClock()
    limiter = Limiter(Limits(per_minute=30, per_second=4), clock)

    arrivals = [send(limiter, clock, seconds)[at_arrival] for seconds in takes]

    assert most_within(arrivals, timedelta(seconds=1)) <= 4
    assert most_within(arrivals, timedelta(minutes=1)) <= 30


def test_a_minute_of_the_published_limits_is_used_fully():
    """The limiter costs next to no throughput: 500 requests leave within the first minute."""
    clock = FakeClock()
    limiter = Limiter(Limits(), clock)
    start = clock.now()

    for _ in range(500):
        send(limiter, clock, 0)

    assert clock.now() - start < timedelta(seconds=51)


def test_the_501st_request_waits_for_the_minute_to_pass():
    """The window moves with the first request."""
    clock = FakeClock()
    limiter = Limiter(Limits(), clock)
    start = clock.now()

    for _ in range(501):
        send(limiter, clock, 0)

    assert clock.now() - start >= timedelta(minutes=1)


def test_batches_have_a_limit_of_their_own():
    """The 41st batch of a minute waits; a single request does not."""
    clock = FakeClock()
    limiter = Limiter(Limits(), clock)
    for _ in range(40):
        send(limiter, clock, 1, is_batch=True)
    waited = sum(clock.sleeps)

    send(limiter, clock, 0)
    single = sum(clock.sleeps) - waited
    send(limiter, clock, 0, is_batch=True)
    batch = sum(clock.sleeps) - waited - single

    assert single == 0
    assert 20 < batch < 22


def test_no_more_requests_are_under_way_than_allowed():
    """The next one waits for an answer, however much time passes, and then leaves."""
    clock = FakeClock()
    limiter = Limiter(Limits(in_flight=2), clock)
    entered = threading.Event()

    def enter():
        with limiter.slot():
            entered.set()

    thread = threading.Thread(target=enter)
    with limiter.slot():
        with limiter.slot():
            thread.start()
            clock.advance(timedelta(hours=1))
            entered_too_early = entered.wait(0.05)
        entered_in_time = entered.wait(10)
    thread.join(10)

    assert not entered_too_early
    assert entered_in_time


def test_a_failed_request_gives_its_place_back():
    """An exception within the slot does not block those who come after."""
    clock = FakeClock()
    limiter = Limiter(Limits(in_flight=1), clock)

    with pytest.raises(ZeroDivisionError), limiter.slot():
        _ = 1 / 0

    with limiter.slot():
        pass


class _SetBack(FakeClock):
    """A clock that somebody may set back."""

    def set_back(self, span):
        self._now -= span


def test_a_clock_that_is_set_back_does_not_stop_the_work():
    """The wait is never longer than a window."""
    clock = _SetBack()
    limiter = Limiter(Limits(per_second=1), clock)
    send(limiter, clock, 0)
    clock.set_back(timedelta(hours=1))

    send(limiter, clock, 0)

    assert sum(clock.sleeps) < 2


@pytest.mark.parametrize("name", ["per_minute", "per_second", "in_flight", "batches_per_minute"])
def test_a_limit_of_none_is_refused(name):
    """A limiter that lets nothing pass would wait for ever."""
    with pytest.raises(ValueError, match=name):
        Limits(**{name: 0})
