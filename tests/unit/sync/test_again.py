"""Which transactions are made again, and which are not."""

import pytest

from linksync.errors import ConnectionLostError, GivenUpError, LockedOutError, StorageError
from linksync.sync.again import made_again


def tries(error: StorageError, times: int = 99) -> int | str:
    """Return how often a transaction was made that failed by *error* so many times, or `-` and that if it ended by it."""
    count = 0

    @made_again
    def transaction() -> int:
        nonlocal count
        count += 1
        if count <= times:
            raise error
        return count

    try:
        return transaction()
    except type(error):
        return f"-{count}"


@pytest.mark.parametrize("error", [GivenUpError("deadlock"), ConnectionLostError("broke")])
def test_what_was_certainly_undone_is_made_again(error):
    assert tries(error, 2) == 3


@pytest.mark.parametrize("error", [GivenUpError("deadlock"), ConnectionLostError("broke")])
def test_after_five_tries_the_error_is_told(error):
    assert tries(error) == "-5"


def test_what_may_have_been_kept_is_not_made_again():
    assert tries(ConnectionLostError("broke", may_be_kept=True), 1) == "-1"


def test_who_waited_for_a_lock_in_vain_does_not_wait_again():
    """Five times thirty seconds would cost the lease."""
    assert tries(LockedOutError("kept a row locked"), 1) == "-1"


def test_what_the_database_refuses_is_not_made_again():
    assert tries(StorageError("the disk is full"), 1) == "-1"
