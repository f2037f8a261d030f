"""When a failed try is tried again."""

from datetime import timedelta
from random import Random

import pytest

from linksync.jobs import ExponentialBackoff

STEADY = ExponentialBackoff(jitter=0)


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 30), (2, 60), (3, 120), (7, 1920)])
def test_each_failure_doubles_the_delay(attempts, seconds):
    assert STEADY.delay(attempts, None, Random(1)) == timedelta(seconds=seconds)


def test_no_delay_is_longer_than_the_longest():
    policy = ExponentialBackoff(jitter=0, max_attempts=100)

    assert policy.delay(50, None, Random(1)) == timedelta(hours=1)


def test_it_gives_up_after_so_many_attempts():
    assert STEADY.delay(8, None, Random(1)) is None


def test_the_remote_s_wish_is_kept_to():
    assert STEADY.delay(1, timedelta(minutes=10), Random(1)) == timedelta(minutes=10)


def test_jitter_spreads_the_delays_within_its_share():
    random = Random(1)

    delays = {ExponentialBackoff().delay(1, None, random) for _ in range(100)}

    assert len(delays) > 50
    assert min(delays) >= timedelta(seconds=24)
    assert max(delays) <= timedelta(seconds=36)


def test_a_share_beyond_one_is_refused():
    with pytest.raises(ValueError, match="jitter"):
        ExponentialBackoff(jitter=2)
