"""How long a company that refuses requests for their number is left alone."""

from datetime import UTC, datetime, timedelta

from linksync.connectors.quickbooks.patience import LONGEST_PAUSE, Patience

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def refused(patience, *minutes, asked=MINUTE, is_write=False):
    """Return the pauses after refusals so many minutes from the beginning, in minutes."""
    pauses = [patience.refused(asked, NOW + minute * MINUTE, is_write=is_write) for minute in minutes]
    return [pause / MINUTE for pause in pauses]


def test_each_refusal_after_a_pause_doubles_the_next_up_to_an_hour():
    """One request an hour finds out whether it is over."""
    patience = Patience()

    pauses = refused(patience, 0, 1, 3, 7, 15, 31, 63, 123, 183)

    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert LONGEST_PAUSE / MINUTE == 60


def test_requests_that_left_together_are_one_refusal():
    """Ten at a time would otherwise make an hour of the first minute."""
    patience = Patience()

    pauses = refused(patience, 0, 0, 0.25, 0.5)

    assert pauses == [1, 1, 1, 1]
    assert refused(patience, 1) == [2]


def test_an_answer_begins_anew():
    """What was refused is answered again: the next refusal is a first one."""
    patience = Patience()
    refused(patience, 0, 1, 3)

    patience.answered(is_write=False)

    assert refused(patience, 8) == [1]


def test_writes_say_nothing_about_reads():
    """An app whose metered reads are used up may write as before."""
    patience = Patience()
    refused(patience, 0, 1)

    patience.answered(is_write=True)

    assert refused(patience, 3) == [4]
    assert refused(patience, 3, is_write=True) == [1]


def test_the_remote_may_ask_for_more():
    """A longer pause than ours is kept, also beyond an hour."""
    patience = Patience()

    assert refused(patience, 0, asked=90 * MINUTE) == [90]
    assert refused(patience, 100, asked=90 * MINUTE) == [90]
