"""What is over is forgotten when it has been kept for long enough, and nothing else ever is."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest
from attrs import frozen

from linksync import Retention
from linksync.errors import ConfigurationError
from linksync.jobs import JobState
from linksync.storage.memory import MemoryStorage
from linksync.storage.sql import SqlStorage
from linksync.sync import Purged, Storage
from linksync.testing.clock import FakeClock
from linksync.testing.endpoint import LoseAnswer
from tests.toy import COMPANY, Toy

DAY = timedelta(days=1)
FOR_EVER = Retention(jobs=None, intents=None, runs=None)


@pytest.fixture(params=["memory", "sqlite", "postgres", "mysql"])
def toy(request, tmp_path) -> Iterator[Toy]:
    """A CRM of a customer, on each storage."""
    clock = FakeClock()
    if request.param == "memory":
        yield Toy(clock=clock, storage=MemoryStorage(clock))
        return
    place = {"url": f"sqlite:///{tmp_path}/links.db"}
    if request.param != "sqlite":
        pytest.importorskip(f"linksync.storage.sql.{request.param}.dialect")
        database = request.getfixturevalue(request.param)
        place = {"url": database.url, "schema": database.emptied_schema()}
    with closing(SqlStorage(**place, clock=clock)) as storage:
        yield Toy(clock=clock, storage=storage)


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    """So that a few rows are several batches."""
    monkeypatch.setattr("linksync.sync.retention._BATCH", 2)
    monkeypatch.setattr("linksync.sync.retention._RUNS", 2)
    monkeypatch.setattr("linksync.storage.sql.history._BATCH", 2)


def work(toy: Toy, count: int) -> None:
    """Bring customers over, one a run: so many jobs, runs and requests."""
    for number in range(count):
        toy.crm.put("customer", str(number), name=f"Customer {number}")
        toy.sync.promote("customer", number)
        toy.sync.run()


def jobs(storage: Storage) -> int:
    return storage.jobs.counts(COMPANY).get(JobState.SUCCESS, 0)


def runs(storage: Storage) -> int:
    return len(storage.history.list_runs(COMPANY))


def test_all_that_is_old_is_forgotten_however_much_it_is(toy):
    """Batch after batch."""
    work(toy, 5)
    toy.clock.advance(2 * DAY)

    purged = toy.sync.purge(Retention(jobs=DAY, intents=DAY, runs=DAY))

    assert purged == Purged(jobs=5, intents=5, runs=5, is_done=True)
    assert (jobs(toy.storage), runs(toy.storage)) == (0, 0)


def test_what_is_young_is_kept(toy):
    """Each kind for its own time."""
    work(toy, 3)
    toy.clock.advance(7 * DAY)

    purged = toy.sync.purge(Retention(jobs=8 * DAY, intents=6 * DAY, runs=8 * DAY))

    assert purged == Purged(jobs=0, intents=3, runs=0, is_done=True)
    assert (jobs(toy.storage), runs(toy.storage)) == (3, 3)


@pytest.mark.parametrize(
    ("retention", "left"),
    [
        (FOR_EVER, (3, 3)),
        (Retention(jobs=DAY, intents=None, runs=None), (0, 3)),
        (Retention(jobs=None, intents=DAY, runs=DAY), (3, 0)),
    ],
)
def test_none_is_for_ever(toy, retention, left):
    work(toy, 3)
    toy.clock.advance(1000 * DAY)

    toy.sync.purge(retention)

    assert (jobs(toy.storage), runs(toy.storage)) == left


def test_a_run_with_many_results_is_forgotten_with_them(toy):
    """Results go in batches before their run."""
    toy.customers(7)
    run = toy.sync.run()
    toy.clock.advance(2 * DAY)

    purged = toy.sync.purge(Retention(runs=DAY))

    assert (run.total, purged.runs) == (7, 1)
    assert list(toy.storage.history.list_results(run.id)) == []
    assert toy.last() is None


def test_links_and_what_waits_for_a_person_are_never_forgotten(toy):
    """Nor a job that waits for its time."""
    work(toy, 2)
    toy.crm.put("customer", "1", name="")
    toy.crm.put("invoice", "4711", number="4711", customer="nobody")
    toy.sync.record_changed("customer", "1")
    toy.sync.promote("invoice", "4711")
    toy.sync.run()
    before = toy.storage.jobs.counts(COMPANY)
    toy.clock.advance(1000 * DAY)

    toy.sync.purge(Retention())

    assert before == {JobState.SUCCESS: 3, JobState.NEEDS_ACTION: 1, JobState.WAITING: 1}
    assert toy.storage.jobs.counts(COMPANY) == {it: before[it] for it in before if it is not JobState.SUCCESS}
    assert toy.storage.links.count_links(COMPANY)


def test_an_open_intent_outlives_everything(toy):
    """Whoever looks what became of it needs every byte."""
    toy.customers(1)
    toy.remote.mishaps.append(LoseAnswer())
    toy.sync.run()
    (before,) = toy.storage.intents.list_open(COMPANY)
    toy.clock.advance(1000 * DAY)

    toy.sync.purge(Retention())

    assert list(toy.storage.intents.list_open(COMPANY)) == [before]
    toy.settle_down()
    assert toy.names() == ["Customer 1"]


@frozen
class Slow:
    """The jobs of a storage on which each batch takes a minute."""

    toy: Toy

    def purge(self, before, *, limit):
        self.toy.clock.advance(timedelta(minutes=1))
        return self.toy.storage.jobs.purge(before, limit=limit)


@frozen
class WithSlowJobs:
    of: Storage
    jobs: Slow

    def __getattr__(self, name):
        return getattr(self.of, name)


def test_it_ends_when_its_time_is_up_and_goes_on_the_next_time():
    """What it did until then is kept."""
    toy = Toy()
    work(toy, 7)
    toy.clock.advance(2 * DAY)
    slow = Toy(clock=toy.clock, storage=WithSlowJobs(toy.storage, Slow(toy)))

    first = slow.sync.purge(Retention(jobs=DAY), time_budget=timedelta(seconds=90))
    second = slow.sync.purge(Retention(jobs=DAY), time_budget=timedelta(minutes=90))

    assert (first.jobs, first.is_done) == (4, False)
    assert (second.jobs, second.is_done) == (3, True)


def test_it_ends_when_it_is_told_to():
    toy = Toy()
    work(toy, 5)
    toy.clock.advance(2 * DAY)
    answers = iter([False, True])

    purged = toy.sync.purge(Retention(jobs=DAY, intents=None), should_stop=lambda: next(answers))

    assert (purged.jobs, purged.is_done) == (2, False)


@frozen
class PlainIntents:
    """An intent log that has what one must have, and nothing else."""

    of: object

    def __getattr__(self, name):
        if name == "purge":
            raise AttributeError(name)
        return getattr(self.of, name)


@frozen
class WithPlainIntents:
    of: Storage

    @property
    def intents(self):
        return PlainIntents(self.of.intents)

    def __getattr__(self, name):
        return getattr(self.of, name)


def test_intents_that_cannot_be_forgotten_by_themselves_go_with_the_jobs():
    toy = Toy()
    work(toy, 2)
    toy.clock.advance(7 * DAY)
    plain = Toy(clock=toy.clock, storage=WithPlainIntents(toy.storage))

    sooner = plain.sync.purge(Retention(jobs=8 * DAY, intents=DAY))
    toy.clock.advance(2 * DAY)
    plain.sync.purge(Retention(jobs=8 * DAY, intents=DAY))

    assert sooner.intents == 0
    assert toy.sync.purge(Retention(intents=DAY)).intents == 0


def test_the_synchronizer_knows_how_long_things_are_kept():
    """For every company, unless the call says otherwise."""
    toy = Toy(retention=Retention(jobs=DAY))
    work(toy, 1)
    toy.clock.advance(2 * DAY)

    kept = toy.sync.purge(FOR_EVER)
    purged = toy.sync.for_company("9131").purge()

    assert (kept.jobs, purged.jobs) == (0, 1)


def test_nothing_is_forgotten_unless_somebody_said_when():
    with pytest.raises(ConfigurationError, match=r"nobody said how long.*Retention\(\)"):
        Toy().sync.purge()


@pytest.mark.parametrize("name", ["jobs", "intents", "runs"])
@pytest.mark.parametrize("span", [timedelta(), -DAY])
def test_a_time_to_keep_is_longer_than_nothing(name, span):
    """A mistake of sign must not empty the history."""
    with pytest.raises(ConfigurationError, match=f"Retention {name} must be longer than nothing"):
        Retention(**{name: span})
