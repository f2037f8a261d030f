# ruff: noqa: S101 - a contract is made of assertions
"""What every `IntentLog` must do that can forget closed intents by themselves."""

from datetime import timedelta

import pytest

from linksync.jobs import IntentPurge, JobState
from linksync.sync.storage import Storage
from linksync.testing.clock import FakeClock
from linksync.testing.contracts.intents import an_intent, written
from linksync.testing.contracts.suite import (
    COMPANY,
    StorageSuite,
    claim,
    claim_only,
    customer,
    enqueue,
    settle_all,
)


class IntentPurgeContract(StorageSuite):
    """The specification of `IntentPurge`; a storage whose intents are none is passed over."""

    @pytest.fixture
    def log(self, storage: Storage) -> IntentPurge:
        """The storage's intents, as some that can be forgotten."""
        if not isinstance(storage.intents, IntentPurge):
            pytest.skip(f"{type(storage.intents).__name__} has no purge")
        return storage.intents

    def test_intents_are_forgotten_by_the_time_they_were_closed(
        self, storage: Storage, log: IntentPurge, clock: FakeClock
    ) -> None:
        """Oldest first, up to the limit; how many is returned."""
        for number in (1, 2, 3):
            close(storage, number)
            clock.advance(timedelta(seconds=1))
        until_the_third = clock.now() - timedelta(seconds=1)

        counts = [log.purge(until_the_third, limit=1) for _ in range(3)]

        assert counts == [1, 1, 0]
        assert [number for number in (1, 2, 3) if is_known(storage, number)] == [3]

    def test_an_open_intent_is_never_forgotten(
        self, storage: Storage, log: IntentPurge, clock: FakeClock
    ) -> None:
        """Answered or not: it is the only one who knows what may have been done."""
        held = claim_only(storage, [])
        unanswered = storage.intents.open(held, an_intent("intent-1", 1))
        answered = storage.intents.open(held, an_intent("intent-2", 2))
        storage.intents.answer(answered, [written("w2")])
        clock.advance(timedelta(days=1000))

        count = log.purge(clock.now())

        assert count == 0
        assert [it.id for it in storage.intents.list_open(COMPANY)] == [unanswered.id, answered.id]

    def test_jobs_stay_when_intents_are_forgotten(
        self, storage: Storage, log: IntentPurge, clock: FakeClock
    ) -> None:
        """Those that they were made for."""
        enqueue(storage, 1)
        settle_all(storage, claim(storage))
        close(storage, 1)
        clock.advance(timedelta(days=1))

        log.purge(clock.now())

        assert storage.jobs.find_by_records(COMPANY, [customer(1)])[customer(1)].state is JobState.SUCCESS


def close(storage: Storage, number: int) -> None:
    """Open an intent, answer it and settle it, which closes it."""
    held = claim_only(storage, [])
    opened = storage.intents.open(held, an_intent(f"intent-{number}", number))
    storage.intents.answer(opened, [written(f"w{number}")])
    storage.intents.settle(held, opened.id, [f"w{number}"])


def is_known(storage: Storage, number: int) -> bool:
    """Whether the intent is there; asking for it as an answer does."""
    try:
        storage.intents.answer(an_intent(f"intent-{number}", number), [])
    except KeyError:
        return False
    return True
