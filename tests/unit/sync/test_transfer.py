"""Requests leave one after another; their answers are settled together while they come fast."""

import logging
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from linksync.errors import ConnectionLostError, Fault, FaultKind, StorageError
from linksync.history import Outcome
from linksync.jobs import Claim, Intent
from linksync.links import LinkState
from linksync.testing.endpoint import Meddle, RefuseItem
from tests.toy import COMPANY, Toy


def sizes(toy: Toy) -> list[int]:
    """Return how many results each step of a run wrote."""
    seen = []
    toy.sync.run(on_progress=lambda progress: seen.append(len(progress.results)))
    return seen


def slow(toy: Toy, seconds: float) -> Meddle:
    """Return a request that takes so long."""
    return Meddle(lambda _: toy.clock.advance(timedelta(seconds=seconds)))


def test_answers_that_come_at_once_are_settled_together():
    toy = Toy()
    toy.customers(310)

    assert sizes(toy) == [300, 10]


def test_an_answer_that_took_long_is_settled_before_the_next_request():
    toy = Toy()
    toy.customers(90)
    toy.remote.mishaps = [slow(toy, 1), slow(toy, 1), slow(toy, 1)]

    assert sizes(toy) == [30, 30, 30]


def test_answers_are_settled_once_a_second():
    toy = Toy()
    toy.customers(120)
    toy.remote.mishaps = [slow(toy, 0.4) for _ in range(4)]

    assert sizes(toy) == [90, 30]


def test_trouble_is_settled_at_once():
    toy = Toy()
    toy.customers(90)
    fault = Fault(kind=FaultKind.REJECTED, message="no")
    toy.remote.mishaps = [RefuseItem(3, fault)]

    assert sizes(toy) == [30, 60]


def stop(_: object) -> None:
    """Stop the program."""
    raise KeyboardInterrupt


def test_i02_what_was_answered_and_not_settled_is_settled_by_the_next_run():
    """Who is stopped between two requests leaves the first one's answer behind, stored."""
    toy = Toy()
    toy.customers(60)
    toy.remote.mishaps = [slow(toy, 0), Meddle(stop)]
    with pytest.raises(KeyboardInterrupt):
        toy.sync.run()
    before = toy.link().state
    toy.clock.advance(timedelta(minutes=10))

    run = toy.sync.run()

    assert (before, toy.link().state) == (LinkState.PENDING, LinkState.LINKED)
    assert run.counts == {Outcome.CREATED: 60}
    assert len(toy.names()) == len(set(toy.names())) == 60


@pytest.mark.parametrize("seconds", [0.3, 5])
def test_i02_an_intent_is_dated_when_its_request_leaves(seconds):
    """Recovery counts from then on until the remote can no longer be working on it."""
    toy = Toy()
    toy.customers(90)
    seen = []

    def note(_: object) -> None:
        (sent,) = [intent for intent in toy.storage.intents.list_open(COMPANY) if intent.unanswered]
        seen.append(toy.clock.now() - sent.sent_at)
        toy.clock.advance(timedelta(seconds=seconds))

    toy.remote.mishaps = [Meddle(note) for _ in range(3)]

    toy.sync.run()

    assert seen == [timedelta()] * 3


def test_i06_an_answer_is_kept_when_the_next_request_cannot_be_stored(monkeypatch):
    toy = Toy()
    toy.customers(60)
    stored = toy.storage.intents.open
    errors = [StorageError("the disk is full") for _ in range(2)]

    def open_first(claim: Claim, intent: Intent) -> Intent:
        if toy.remote.requests and errors:
            raise errors.pop()
        return stored(claim, intent)

    monkeypatch.setattr(toy.storage.intents, "open", open_first)

    with pytest.raises(StorageError):
        toy.sync.run()
    run = toy.sync.run()

    assert len(toy.remote.requests) == 2
    assert run.counts == {Outcome.CREATED: 30}
    assert len(toy.names()) == len(set(toy.names())) == 60


@pytest.fixture(params=[1, 2], ids=["the last answer", "an answer before the next request"])
def away(request, monkeypatch):
    """Return a toy whose database cannot be reached for a while after so many requests, counted from the last."""

    def make(span: timedelta) -> Toy:
        toy = Toy()
        toy.customers(30 * request.param)
        back_at = None

        def vanish(_: object) -> None:
            nonlocal back_at
            back_at = toy.clock.now() + span

        def unless_away(method):
            def call(*args, **kwargs):
                if back_at is not None and toy.clock.now() < back_at:
                    raise ConnectionLostError("the connection broke")
                return method(*args, **kwargs)

            return call

        monkeypatch.setattr(toy.storage, "transaction", unless_away(toy.storage.transaction))
        for part, name in [(toy.storage.intents, "answer"), (toy.storage.jobs, "extend")]:
            monkeypatch.setattr(part, name, unless_away(getattr(part, name)))
        toy.remote.mishaps = [Meddle(vanish)]
        return toy

    return make


def test_i02_an_answer_is_kept_however_long_the_database_is_away(away, caplog):
    """As long as the company is ours: nothing has to be searched for, and the run goes on."""
    toy = away(timedelta(seconds=280))

    with caplog.at_level(logging.WARNING):
        run = toy.sync.run()

    assert run.counts == {Outcome.CREATED: len(toy.names())}
    assert toy.remote.reads == 0
    told = [it for it in caplog.messages if "an answer could not be stored, tried again in" in it]
    assert 15 < len(told) < 30


def test_i02_what_could_not_be_kept_before_the_lease_ended_is_searched_for(away, caplog):
    toy = away(timedelta(seconds=400))

    with pytest.raises(ConnectionLostError):
        toy.sync.run()
    toy.clock.advance(timedelta(seconds=400))
    run = toy.sync.run()

    assert "a search has to find it" in caplog.text
    assert toy.remote.reads == 1
    assert run.counts[Outcome.LINKED] == 30
    assert len(toy.names()) == len(set(toy.names())) == run.total


class Breaking:
    """Makes the connection break while a transaction is being kept, the one within which an intent is opened."""

    def __init__(self, toy: Toy, monkeypatch: pytest.MonkeyPatch, *, at: int, is_kept: bool) -> None:
        self._at, self._is_kept, self._count = at, is_kept, 0
        self._transaction, self._opening = toy.storage.transaction, toy.storage.intents.open
        monkeypatch.setattr(toy.storage, "transaction", self.transaction)
        monkeypatch.setattr(toy.storage.intents, "open", self.open)
        self._is_now = False

    def open(self, claim: Claim, intent: Intent) -> Intent:
        self._count += 1
        self._is_now = self._count == self._at
        return self._opening(claim, intent)

    @contextmanager
    def transaction(self) -> Generator[None, None, None]:
        with self._transaction():
            yield
            if self._is_now and not self._is_kept:
                self._is_now = False
                raise ConnectionLostError("the connection broke", may_be_kept=True)
        if self._is_now:
            self._is_now = False
            raise ConnectionLostError("the connection broke", may_be_kept=True)


@pytest.mark.parametrize("is_kept", [True, False])
@pytest.mark.parametrize("at", [1, 2, 3])
def test_i02_an_intent_that_may_have_been_stored_is_looked_up_and_sent_once(monkeypatch, at, is_kept):
    """The run goes on: it is sent as it was stored, or stored again."""
    toy = Toy()
    toy.customers(90)
    Breaking(toy, monkeypatch, at=at, is_kept=is_kept)

    run = toy.sync.run()

    assert run.counts == {Outcome.CREATED: 90}
    assert len({request.key for request in toy.remote.requests}) == len(toy.remote.requests) == 3
    assert len(toy.names()) == len(set(toy.names())) == 90
    assert toy.remote.reads == 0


def test_i02_an_intent_that_was_stored_after_all_is_dated_anew(monkeypatch):
    """Looking it up took time, and recovery counts from when the request leaves."""
    toy = Toy()
    toy.customers(30)
    Breaking(toy, monkeypatch, at=1, is_kept=True)
    find_open = toy.storage.intents.find_open

    def find_slowly(*args):
        toy.clock.advance(timedelta(seconds=30))
        return find_open(*args)

    sent = []
    toy.remote.mishaps = [Meddle(lambda _: sent.extend(toy.storage.intents.list_open(COMPANY)))]
    monkeypatch.setattr(toy.storage.intents, "find_open", find_slowly)

    toy.sync.run()

    (intent,) = sent
    assert intent.sent_at == toy.clock.now()
    assert intent.sent_at - intent.opened_at == timedelta(seconds=30)


def test_i02_an_answer_is_kept_before_anything_else_can_go_wrong():
    """A question that cannot be answered after the request comes second."""
    toy = Toy()
    toy.customers(60)

    def should_stop() -> bool:
        if toy.remote.requests:
            raise ZeroDivisionError
        return False

    with pytest.raises(ZeroDivisionError):
        toy.sync.run(should_stop=should_stop)
    run = toy.sync.run()

    assert run.counts == {Outcome.CREATED: 30}
    assert len(toy.remote.requests) == 2
    assert toy.remote.reads == 0
