"""A run whose steps take long keeps its company; one that has hung does not."""

import threading
from datetime import timedelta

from linksync.errors import StorageError
from linksync.history import Outcome
from linksync.jobs import Claim
from linksync.sync import Synchronizer
from linksync.sync.heartbeat import Heartbeat
from linksync.sync.lease import Lease
from tests.toy import COMPANY, Toy

LEASE = timedelta(minutes=5)
THIRD = LEASE / 3


def held(toy: Toy) -> Lease:
    toy.customers(2)
    claim = toy.storage.jobs.claim("worker-1", limit=1, lease=LEASE, company=COMPANY)
    return Lease(toy.sync._bind(), claim)


def left(toy: Toy) -> timedelta:
    return toy.storage.jobs.get_gate(COMPANY).lease_until - toy.clock.now()


def next_jobs(toy: Toy) -> Claim:
    return toy.storage.jobs.claim("worker-1", limit=1, lease=LEASE, company=COMPANY)


def test_a_beat_lets_the_lease_run_from_now():
    toy = Toy()
    lease = held(toy)
    toy.clock.advance(THIRD)

    goes_on = Heartbeat(lease).beat()

    assert (goes_on, left(toy)) == (True, LEASE)
    assert lease.claim.lease_until == toy.clock.now() + LEASE


def test_a_beat_leaves_the_run_its_newest_jobs(monkeypatch):
    toy = Toy()
    lease = held(toy)
    extend = toy.storage.jobs.extend

    def extend_while_the_run_claims(*args, **settings):
        lease.take(next_jobs(toy))
        return extend(*args, **settings)

    monkeypatch.setattr(toy.storage.jobs, "extend", extend_while_the_run_claims)

    Heartbeat(lease).beat()

    assert [job.record.id for job in lease.claim.jobs] == ["2"]


def test_i06_a_run_that_has_hung_loses_its_lease(caplog):
    toy = Toy()
    heart = Heartbeat(held(toy))
    beats = 0

    while heart.beat():
        beats += 1
        toy.clock.advance(THIRD)
    toy.clock.advance(LEASE)

    assert beats == 3 * 12 + 1
    assert "taken for hung" in caplog.text
    assert toy.storage.jobs.claim("worker-2", limit=1, lease=LEASE, company=COMPANY) is not None


def test_a_run_that_gets_on_keeps_its_lease_for_as_long_as_it_takes():
    toy = Toy()
    lease = held(toy)
    heart = Heartbeat(lease)

    for _ in range(100):
        toy.clock.advance(THIRD)
        lease.ensure(timedelta(seconds=1))
        assert heart.beat()

    assert left(toy) == LEASE


def test_a_heart_stops_when_the_company_is_lost():
    toy = Toy()
    heart = Heartbeat(held(toy))
    toy.clock.advance(LEASE)

    goes_on = heart.beat()

    assert not goes_on


def test_a_heart_beats_on_while_the_database_is_away(monkeypatch, caplog):
    toy = Toy()
    heart = Heartbeat(held(toy))

    def fail(*_, **__):
        raise StorageError("the server is gone")

    monkeypatch.setattr(toy.storage.jobs, "extend", fail)

    goes_on = heart.beat()

    assert goes_on
    assert "the server is gone" in caplog.text


def test_i06_a_slow_local_store_does_not_lose_the_company(monkeypatch):
    """It takes until the lease has been extended twice, which only a heartbeat can do meanwhile."""
    toy = Toy()
    toy.customers(1)
    read, extend = toy.crm.read, toy.storage.jobs.extend
    beats = threading.Semaphore(0)

    def read_slowly(*args):
        assert beats.acquire(timeout=30)
        assert beats.acquire(timeout=30)
        return read(*args)

    def extend_and_tell(*args, **settings):
        extended = extend(*args, **settings)
        beats.release()
        return extended

    monkeypatch.setattr(type(toy.crm), "read", lambda _, *args: read_slowly(*args))
    monkeypatch.setattr(toy.storage.jobs, "extend", extend_and_tell)
    toy.remote.request_timeout = timedelta(milliseconds=100)
    sync = Synchronizer(
        company=COMPANY,
        mappings=toy.mappers,
        local=toy.crm,
        remote=toy.remote,
        storage=toy.storage,
        lease=timedelta(milliseconds=150),
    )

    run = sync.run()

    assert run.counts == {Outcome.CREATED: 1}


def test_the_heart_of_a_run_that_has_ended_beats_no_more():
    toy = Toy()
    toy.customers(1)

    toy.sync.run()

    for thread in threading.enumerate():
        if thread.name == "linksync heartbeat":
            thread.join(timeout=30)
            assert not thread.is_alive()
