"""Answers that come when the write has been given up: a worker that was stopped in the middle of a request wakes up."""

import logging
from contextlib import closing
from datetime import timedelta

import pytest

from linksync.history import Outcome
from linksync.jobs import JobState
from linksync.links import LinkState
from linksync.records import Record, Written
from linksync.storage import SqlStorage
from linksync.testing.clock import FakeClock
from linksync.testing.endpoint import LoseRequest, Meddle
from tests.toy import COMPANY, Toy


@pytest.fixture(params=["memory", "sqlite", "postgres", "mysql"])
def toy(request, tmp_path):
    clock = FakeClock()
    if request.param == "memory":
        yield Toy(clock=clock)
        return
    url, schema = f"sqlite:///{tmp_path}/links.db", ""
    if request.param != "sqlite":
        database = request.getfixturevalue(request.param)
        url, schema = database.url, database.emptied_schema()
    with closing(SqlStorage(url, schema=schema, clock=clock)) as storage:
        yield Toy(clock=clock, storage=storage)


def give_up(toy: Toy) -> None:
    """Find, long after the request has left, that nothing was created."""
    toy.clock.advance(timedelta(minutes=10))
    toy.sync.resolve("customer", 1, remote_id=None)


def late(toy: Toy, *meanwhile) -> None:
    """Let a worker sleep in the middle of the request that creates customer 1, until *meanwhile* is done."""

    def sleep(_: object) -> None:
        for do in (give_up, *meanwhile):
            do(toy)

    toy.remote.mishaps = [Meddle(sleep)]
    run = toy.sync.run()
    assert "the lease" in run.note


def run(toy: Toy) -> object:
    return toy.sync.run()


def test_i02_what_was_created_after_all_is_linked_if_it_was_not_made_anew(toy, caplog):
    toy.customers(1)
    with caplog.at_level(logging.ERROR):
        late(toy)

    counts = toy.sync.run().counts

    assert "there may be two of that record" in caplog.text
    assert toy.names() == ["Customer 1"]
    assert (toy.link().state, toy.link().remote_id) == (
        LinkState.LINKED,
        toy.remote.records("Customer")[0].id,
    )
    assert toy.job().state is JobState.SUCCESS
    assert counts == {Outcome.RETRY: 1, Outcome.LINKED: 1, Outcome.UNCHANGED: 1}
    assert list(toy.storage.intents.list_open(COMPANY)) == []


def test_i04_a_change_since_that_request_is_pushed(toy):
    toy.customers(1)
    late(toy, lambda toy: toy.crm.put("customer", "1", email="new@example.com"))

    toy.sync.run()

    (record,) = toy.remote.records("Customer")
    assert record.values["Email"] == "new@example.com"


def test_i13_two_of_a_record_need_action(toy):
    """Both are named, and what is linked stays linked."""
    toy.customers(1)
    late(toy, run)
    linked = toy.link().remote_id
    (other,) = [record.id for record in toy.remote.records("Customer") if record.id != linked]

    counts = toy.sync.run().counts

    result = toy.last()
    assert counts == {Outcome.NEEDS_ACTION: 1}
    assert (toy.job().state, result.code) == (JobState.NEEDS_ACTION, "created_twice")
    assert f"Customer {other} was created there" in result.reason
    assert f"Customer {linked} by another" in result.reason
    assert f"void Customer {other}" in result.remedy
    assert toy.link().remote_id == linked


def test_two_of_a_record_are_told_once(toy):
    """Whoever has seen to it requeues, and all is well."""
    toy.customers(1)
    late(toy, run)
    toy.sync.run()

    toy.sync.requeue(toy.job().id)
    counts = toy.sync.run().counts

    assert counts == {Outcome.UNCHANGED: 1}
    assert len(toy.remote.requests) == 2
    assert list(toy.storage.intents.list_open(COMPANY)) == []


def test_i12_an_unlinked_record_is_not_linked_by_a_late_answer(toy):
    toy.customers(1)
    late(toy, run, lambda toy: toy.sync.unlink("customer", 1))

    toy.sync.run()

    assert toy.link().state is LinkState.UNLINKED
    assert toy.last().code == "created_twice"


def test_what_was_found_since_is_not_told(toy):
    """It is the only one."""
    toy.customers(1)
    toy.remote.mishaps = [LoseRequest()]
    toy.sync.run()
    (intent,) = toy.storage.intents.list_open(COMPANY)
    give_up(toy)
    toy.sync.run()
    (item,) = intent.items
    record = Record(record_type="Customer", id=toy.link().remote_id, values={}, version="0")

    toy.storage.intents.answer(intent, [Written(ref=item.ref, record=record)])
    counts = toy.sync.run().counts

    assert counts == {Outcome.UNCHANGED: 1}
    assert list(toy.storage.intents.list_open(COMPANY)) == []


@pytest.mark.parametrize("limit", [1, 2, None])
def test_nothing_late_is_lost_when_a_run_ends_early(toy, limit):
    """It is told by whichever run gets to the record."""
    toy.customers(3)
    toy.remote.mishaps = [LoseRequest()]
    toy.sync.run()
    (intent,) = toy.storage.intents.list_open(COMPANY)
    toy.clock.advance(timedelta(minutes=10))
    for number in (1, 2, 3):
        toy.sync.resolve("customer", number, remote_id=None)
    toy.sync.run()
    found = [
        Written(ref=item.ref, record=Record(record_type="Customer", id=f"9{item.ref}", values={}))
        for item in intent.items
    ]
    toy.storage.intents.answer(intent, found)

    for _ in range(9):
        toy.sync.run(limit=limit)

    assert [toy.last(id_=number).code for number in "123"] == ["created_twice"] * 3
    assert list(toy.storage.intents.list_open(COMPANY)) == []
