"""What one worker used of a company's limits counts for the next, whichever process and machine it is in."""

from datetime import UTC, datetime, timedelta

import pytest
from attrs import define, field
from hypothesis import given, settings
from hypothesis import strategies as st

from linksync.connectors.quickbooks.limits import Limiter, Limits
from linksync.connectors.quickbooks.usage import Ahead, Usage, read_usage, write_usage
from linksync.errors import LeaseLostError
from linksync.testing.clock import FakeClock
from tests.unit.connectors.quickbooks.test_quickbooks_limits import most_within, send

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
SPANS = {"second": timedelta(seconds=1), "minute": timedelta(minutes=1)}
LIMITS = Limits(per_minute=30, per_second=4, batches_per_minute=5)


@define
class Log:
    """What a worker leaves word in."""

    clock: FakeClock
    notes: list[str] = field(factory=list)

    def note(self, usage: str) -> None:
        self.notes.append(usage)


class LostLog(Log):
    """That of a worker whose lease has run out."""

    def note(self, usage: str) -> None:
        raise LeaseLostError("another worker has the company")


class Ahead37Seconds(FakeClock):
    """The clock of a machine that runs before that of another."""

    def __init__(self, true: FakeClock) -> None:
        self._true = true
        self.sleeps = []

    def now(self):
        return self._true.now() + timedelta(seconds=37)

    def sleep(self, seconds):
        self._true.sleep(seconds)

    def advance(self, span):
        self._true.advance(span)


def worker(clock, usage="", limits=LIMITS):
    """Return a worker's limiter, which has taken over, and its log."""
    limiter, log = Limiter(limits, clock), Log(clock)
    limiter.take_over(usage, log)
    return limiter, log


def test_what_is_read_ended_no_earlier_than_what_was_written():
    """And at most a sixtieth of the window later; what is older than the window is left out."""
    ages = [0.0, 0.4, 7.3, 7.9, 59.5, 60.1, 3600]
    ended = {"second": [], "minute": [AT - timedelta(seconds=age) for age in ages]}

    text = write_usage(Usage(ended=ended, ahead=Ahead(requests=3, batches=1)), SPANS, AT)
    read = read_usage(text, SPANS)

    assert [(AT - instant).total_seconds() for instant in read.ended["minute"]] == [59, 7, 7, 0, 0]
    assert read.ahead == Ahead(requests=3, batches=1)


def test_a_minute_of_the_published_limits_is_told_in_less_than_a_thousand_characters():
    clock = FakeClock()
    limiter, log = worker(clock, limits=Limits())
    for _ in range(500):
        send(limiter, clock, 0.1)

    assert len(limiter.hand_over(log)) < 1000


def test_when_nothing_is_used_nothing_is_told():
    limiter, log = worker(FakeClock())

    assert limiter.hand_over(log) == ""


@pytest.mark.parametrize(
    "text",
    ["", "7 a minute", "[]", "1", '{"at":"2026-01-02T03:04:05","ended":{},"ahead":{}}', '{"ended":{}}'],
)
def test_what_is_no_text_of_ours_counts_for_nothing(text):
    """Another version's, or another connector's: without it there may be a 429, which costs a pause."""
    clock = FakeClock()
    limiter, _ = worker(clock, text)

    send(limiter, clock, 0)

    assert clock.sleeps == []


turns = st.lists(
    st.tuples(st.booleans(), st.lists(st.floats(0, 2, allow_nan=False), max_size=15)), min_size=2, max_size=8
)


@settings(max_examples=50, deadline=None)
@given(turns=turns)
def test_no_second_and_no_minute_is_overfull_whoever_works_and_dies(turns):
    """Two machines, whose clocks differ, work in turn; some die, and the other goes on at once with the last note."""
    clock = FakeClock()
    machines = [clock, Ahead37Seconds(clock)]
    limiters = [Limiter(LIMITS, machine) for machine in machines]
    arrivals, usage = [], ""

    for turn, (dies, takes) in enumerate(turns):
        limiter, log = limiters[turn % 2], Log(clock)
        limiter.take_over(usage, log)
        arrivals += [send(limiter, clock, seconds)[0] for seconds in takes]
        if dies:
            usage = log.notes[-1] if log.notes else usage
            limiters[turn % 2] = Limiter(LIMITS, machines[turn % 2])
        else:
            usage = limiter.hand_over(log)

    if arrivals:
        assert most_within(arrivals, timedelta(seconds=1)) <= LIMITS.per_second
        assert most_within(arrivals, timedelta(minutes=1)) <= LIMITS.per_minute


def test_the_batches_of_a_worker_that_died_count():
    clock = FakeClock()
    first, log = worker(clock)
    starts = [send(first, clock, 0, is_batch=True)[0] for _ in range(3)]

    second, _ = worker(clock, log.notes[-1])
    starts += [send(second, clock, 0, is_batch=True)[0] for _ in range(10)]

    assert most_within(starts, timedelta(minutes=1)) <= LIMITS.batches_per_minute


def test_one_note_covers_a_tenth_of_a_minute_s_requests():
    """So that not every request is written down."""
    clock = FakeClock()
    limiter, log = worker(clock)

    for _ in range(9):
        send(limiter, clock, 0)

    assert len(log.notes) == 3


def test_nothing_leaves_that_cannot_be_noted():
    """Whoever lost the company sends nothing more."""
    clock = FakeClock()
    limiter = Limiter(LIMITS, clock)
    limiter.take_over("", LostLog(clock))

    with pytest.raises(LeaseLostError), limiter.slot():
        pytest.fail("it left")


def test_a_worker_that_comes_back_knows_better_than_its_own_note():
    """Nobody has sent since: what it noted ahead and did not send does not count."""
    clock = FakeClock()
    limiter, log = worker(clock)
    send(limiter, clock, 0)

    limiter.take_over(log.notes[-1], Log(clock))
    for _ in range(3):
        send(limiter, clock, 0)

    assert clock.sleeps == []


def test_who_lost_the_company_leaves_its_successor_s_notes_alone():
    """Two runs of one process share the limits; the former ends after the latter has begun."""
    clock = FakeClock()
    limiter, former = worker(clock)
    latter = Log(clock)
    limiter.take_over("", latter)

    limiter.hand_over(former)
    send(limiter, clock, 0)

    assert len(latter.notes) == 1
