"""Invariants 1 to 6: a worker that dies at any step of a transfer leaves nothing double, lost or stuck."""

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from linksync.jobs import JobState
from linksync.links import LinkState
from linksync.storage.memory import MemoryStorage
from linksync.storage.sql import SqlStorage
from linksync.testing.clock import FakeClock
from linksync.testing.endpoint import FakeEndpoint, Memory
from tests.crash.tripwire import KilledError, Tripwire, Wired, WiredStorage
from tests.toy import COMPANY, Toy

Scenario = Callable[[Toy], None]


def create_several(toy: Toy) -> None:
    """Three customers to create, in two requests."""
    toy.remote.batch_size = 2
    toy.customers(3)


def update_several(toy: Toy) -> None:
    """Two customers to update."""
    toy.customers(2)
    toy.sync.run()
    toy.change("1", email="new@example.com")
    toy.change("2", email="newer@example.com")


def update_stale(toy: Toy) -> None:
    """A customer to update that somebody else has edited."""
    toy.customers(1)
    toy.sync.run()
    toy.remote.edit("Customer", "1", {"City": "Paris"})
    toy.change("1", email="new@example.com")


def create_and_update(toy: Toy) -> None:
    """A create and an update in one request."""
    toy.customers(1)
    toy.sync.run()
    toy.change("1", email="new@example.com")
    toy.crm.put("customer", "2", name="Customer 2", email="2@example.com")
    toy.sync.promote("customer", 2)


def invoice_first(toy: Toy) -> None:
    """An invoice whose customer and item are promoted on its behalf."""
    toy.crm.put("customer", "1", name="Customer 1")
    toy.crm.put("item", "7", name="Tea")
    toy.crm.put("invoice", "4711", number="4711", customer="1", lines=["7"])
    toy.sync.promote("invoice", 4711)


SCENARIOS = [create_several, update_several, update_stale, create_and_update, invoice_first]


def toy_on(kind: str, memory: Memory, path: Path) -> Toy:
    clock = FakeClock()
    storage = MemoryStorage(clock=clock) if kind == "memory" else SqlStorage(f"sqlite:///{path}", clock=clock)
    return Toy(clock=clock, storage=storage, remote=FakeEndpoint(clock=clock, memory=memory))


def work(toy: Toy, wire: Tripwire) -> None:
    """Do a run whose every step is one of the wire's."""
    healthy = (toy.storage, toy.remote)
    toy.storage, toy.remote = WiredStorage(toy.storage, wire), Wired(toy.remote, wire, "remote")
    try:
        toy.sync.run()
    except KilledError:
        pass
    finally:
        toy.storage, toy.remote = healthy


def check(toy: Toy, told: str) -> None:
    """Everything that was promoted is there once, as the CRM has it, linked, and nobody is asked for."""
    counts = toy.storage.jobs.counts(COMPANY)
    assert set(counts) <= {JobState.SUCCESS}, f"{told}: {counts}"
    assert not toy.storage.intents.list_open(COMPANY), told
    for entity, rows in toy.crm.tables.items():
        records = toy.remote.records(entity.capitalize())
        assert len(records) == len(rows), f"{told}: {[record.values for record in records]}"
        by_id = {record.id: record.values for record in records}
        for id_, row in rows.items():
            link = toy.link(entity, id_)
            assert link.state is LinkState.LINKED, told
            values = by_id[link.remote_id]
            for name in {"name", "email", "number"} & row.keys():
                assert values[name.capitalize()] == row[name], told


@pytest.mark.parametrize("memory", Memory)
@pytest.mark.parametrize("kind", ["memory", "sqlite"])
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_worker_killed_at_any_step_leaves_each_record_there_once(tmp_path, scenario, kind, memory):
    whole = Tripwire()
    toy = toy_on(kind, memory, tmp_path / "whole.db")
    scenario(toy)
    work(toy, whole)
    check(toy, "without a kill")
    assert "remote.send" in whole.steps

    for step, name in enumerate(whole.steps):
        for after in (False, True):
            toy = toy_on(kind, memory, tmp_path / f"{step}-{after}.db")
            scenario(toy)
            work(toy, Tripwire(at=step, after=after))
            toy.settle_down()
            check(toy, f"killed {'after' if after else 'before'} step {step}, {name}")


@pytest.mark.parametrize("memory", Memory)
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_workers_killed_one_after_the_other_leave_each_record_there_once(scenario, memory):
    random = Random(scenario.__name__ + memory.value)
    for _ in range(60):
        toy = toy_on("memory", memory, Path())
        scenario(toy)
        kills = [Tripwire(at=random.randrange(30), after=random.random() < 0.5) for _ in range(3)]
        for wire in kills:
            work(toy, wire)
            toy.clock.advance(toy.remote.settle_time * 3)
        toy.settle_down()
        check(toy, f"killed at {[(wire.at, wire.after) for wire in kills]}")
