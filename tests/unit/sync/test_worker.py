"""A worker finds work by itself, gives each company its turn, and ends when it is told to."""

import signal
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from attrs import define, field

from linksync import Retention, Worker
from linksync.errors import ConfigurationError, StorageError
from linksync.history import Outcome
from linksync.jobs import JobState
from linksync.testing.clock import FakeClock
from linksync.testing.endpoint import FakeEndpoint, LoseAnswer
from tests.toy import COMPANY, Toy, mappers

COMPANIES = [COMPANY, "9131", "9132"]


class Naps(FakeClock):
    """A clock that lets something happen at each sleep, the last of which ends the test's worker."""

    def __init__(self) -> None:
        super().__init__()
        self.happenings: list[Callable[[], object]] = []

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        self.happenings.pop(0)()


@define(kw_only=True, slots=False)
class Watched(FakeEndpoint):
    """A remote that lets something happen after each request was done."""

    meanwhile: Callable[[], object] = field(default=lambda: None)

    def send(self, request):
        outcomes = super().send(request)
        self.meanwhile()
        return outcomes


def nothing() -> None:
    """Let nothing happen."""


def napping_toy(**settings) -> Toy:
    clock = Naps()
    return Toy(clock=clock, remote=Watched(clock=clock), **settings)


def promote_everywhere(toy: Toy, count: int) -> None:
    for number in range(count):
        toy.crm.put("customer", str(number), name=f"Customer {number}")
    for company in COMPANIES:
        toy.sync.for_company(company).promote("customer", *range(count))


def states(toy: Toy) -> list[dict]:
    return [dict(toy.storage.jobs.counts(company)) for company in COMPANIES]


def test_a_worker_works_on_every_company_until_it_is_stopped():
    toy = napping_toy()
    promote_everywhere(toy, 2)
    worker = Worker(toy.sync)
    toy.clock.happenings = [worker.stop]

    worker.run()

    assert states(toy) == [{JobState.SUCCESS: 2}] * 3


def test_the_pauses_double_while_there_is_nothing_to_do():
    toy = napping_toy()
    worker = Worker(toy.sync)
    toy.clock.happenings = [*[nothing] * 7, worker.stop]

    worker.run()

    assert toy.clock.sleeps == [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 2, 2]


def test_the_pauses_begin_anew_after_work():
    toy = napping_toy()
    worker = Worker(toy.sync, shortest_pause=timedelta(seconds=1), longest_pause=timedelta(seconds=9))
    toy.clock.happenings = [nothing, lambda: toy.customers(1), nothing, worker.stop]

    worker.run()

    assert toy.clock.sleeps == [1, 2, 1, 2]
    assert toy.job().state is JobState.SUCCESS


def test_a_company_that_does_not_run_dry_gives_way_after_its_turn():
    toy = napping_toy(claim_size=30)
    promote_everywhere(toy, 90)
    turns = []
    worker = Worker(toy.sync, turn=60, on_run=turns.append)
    toy.clock.happenings = [worker.stop]

    worker.run()

    assert [run.company for run in turns] == COMPANIES * 2
    assert [run.total for run in turns] == [60, 60, 60, 30, 30, 30]


def test_a_worker_that_is_stopped_settles_what_was_sent_and_returns_the_rest():
    toy = napping_toy()
    toy.customers(70)
    worker = Worker(toy.sync)
    toy.remote.meanwhile = worker.stop

    worker.run()

    assert toy.storage.jobs.counts(COMPANY) == {JobState.SUCCESS: 30, JobState.QUEUED: 40}
    assert toy.storage.jobs.get_gate(COMPANY).worker is None
    (run,) = toy.storage.history.list_runs(COMPANY)
    assert run.note == "stopped because its worker was told to"


def test_a_worker_that_was_stopped_before_it_ran_does_nothing():
    toy = napping_toy()
    toy.customers(1)
    worker = Worker(toy.sync)
    worker.stop()

    worker.run()

    assert toy.job().state is JobState.QUEUED


def test_an_error_of_one_company_is_logged_and_leaves_the_others_their_turn(caplog):
    toy = napping_toy()
    promote_everywhere(toy, 1)
    remote, toy.remote = toy.remote, lambda company: 1 / 0 if company == COMPANY else remote
    worker = Worker(toy.sync)
    toy.clock.happenings = [nothing, worker.stop]

    worker.run()

    assert states(toy) == [{JobState.QUEUED: 1}, {JobState.SUCCESS: 1}, {JobState.SUCCESS: 1}]
    assert toy.clock.sleeps == [2, 0.05]
    assert "while working on company 9130" in caplog.text


def test_a_database_that_is_away_is_asked_again(monkeypatch, caplog):
    toy = napping_toy()
    toy.customers(1)
    claim = toy.storage.jobs.claim
    answers = [StorageError("the server is gone"), None]

    def claim_later(*args, **settings):
        if answers and (error := answers.pop(0)):
            raise error
        return claim(*args, **settings)

    monkeypatch.setattr(toy.storage.jobs, "claim", claim_later)
    worker = Worker(toy.sync)
    toy.clock.happenings = [nothing, nothing, worker.stop]

    worker.run()

    assert "the server is gone" in caplog.text
    assert toy.job().state is JobState.SUCCESS


def test_run_once_works_until_nothing_is_due_and_returns_the_runs():
    toy = napping_toy()
    promote_everywhere(toy, 2)

    runs = Worker(toy.sync).run_once()

    assert [(run.company, run.counts) for run in runs] == [(it, {Outcome.CREATED: 2}) for it in COMPANIES]
    assert toy.clock.sleeps == []


def test_run_once_with_several_threads_works_on_as_many_companies_at_once():
    toy = napping_toy()
    promote_everywhere(toy, 1)
    together = threading.Barrier(3)
    toy.remote.meanwhile = lambda: together.wait(timeout=30)

    runs = Worker(toy.sync, threads=3).run_once()

    assert sorted(run.company for run in runs) == COMPANIES


def test_run_once_raises_what_went_wrong_when_the_others_had_their_turn():
    toy = napping_toy()
    promote_everywhere(toy, 1)
    remote, toy.remote = toy.remote, lambda company: 1 / 0 if company == COMPANY else remote

    with pytest.raises(ExceptionGroup) as raised:
        Worker(toy.sync).run_once()

    assert [type(error) for error in raised.value.exceptions] == [ZeroDivisionError]
    assert states(toy) == [{JobState.QUEUED: 1}, {JobState.SUCCESS: 1}, {JobState.SUCCESS: 1}]


def test_run_once_does_not_wait_for_an_outcome_that_can_only_be_known_later():
    toy = napping_toy()
    promote_everywhere(toy, 1)
    toy.remote.mishaps.append(LoseAnswer())

    runs = Worker(toy.sync).run_once()

    assert [run.counts for run in runs] == [{Outcome.RETRY: 1}, {Outcome.CREATED: 1}, {Outcome.CREATED: 1}]


def test_run_once_begins_nothing_when_its_time_is_over():
    toy = napping_toy()
    promote_everywhere(toy, 1)
    toy.remote.meanwhile = lambda: toy.clock.advance(timedelta(minutes=1))

    runs = Worker(toy.sync).run_once(time_budget=timedelta(seconds=90))

    assert [run.company for run in runs] == COMPANIES[:2]


def aged_toy() -> Toy:
    """A CRM whose one job is a month old, and is to be kept for a day."""
    toy = napping_toy(retention=Retention(jobs=timedelta(days=1)))
    toy.customers(1)
    toy.sync.run()
    toy.clock.advance(timedelta(days=30))
    return toy


def test_a_worker_forgets_what_is_old():
    toy = aged_toy()
    worker = Worker(toy.sync)
    toy.clock.happenings = [worker.stop]

    worker.run()

    assert toy.storage.jobs.counts(COMPANY) == {}


def test_a_worker_that_always_has_work_forgets_what_is_old_all_the_same():
    """Between two runs."""
    toy = aged_toy()
    promote_everywhere(toy, 2)
    left = []
    worker = Worker(toy.sync, turn=1, on_run=lambda _: left.append(old_jobs(toy)))
    toy.clock.happenings = [worker.stop]

    worker.run()

    assert left == [1, 0, 0, 0, 0, 0]


def old_jobs(toy: Toy) -> int:
    """Return how many jobs ended more than a day ago."""
    jobs = toy.storage.jobs.list_jobs(COMPANY, states=[JobState.SUCCESS])
    return sum(toy.clock.now() - job.finished_at > timedelta(days=1) for job in jobs)


def test_a_worker_forgets_now_and_then(monkeypatch):
    toy = aged_toy()
    purges = []
    monkeypatch.setattr(
        toy.storage.history, "purge", lambda before, *, limit: purges.append(toy.clock.now()) or 0
    )
    begun = toy.clock.now()
    worker = Worker(toy.sync, purge_every=timedelta(hours=1), longest_pause=timedelta(minutes=25))
    toy.clock.happenings = [lambda: toy.clock.advance(timedelta(minutes=25))] * 6 + [worker.stop]

    worker.run()

    assert [(at - begun) // timedelta(minutes=25) for at in purges] == [0, 3, 6]


def test_a_worker_that_did_not_get_through_goes_on_after_the_next_look(monkeypatch):
    toy = aged_toy()
    worker = Worker(toy.sync)
    slow = toy.storage.jobs.purge
    counts = iter([1000, 1000, 1000, 0])

    def purge(before, *, limit):
        toy.clock.advance(timedelta(seconds=1))
        slow(before, limit=limit)
        return next(counts)

    monkeypatch.setattr(toy.storage.jobs, "purge", purge)
    toy.clock.happenings = [nothing, nothing, nothing, worker.stop]

    worker.run()

    assert list(counts) == []


def test_a_worker_that_cannot_forget_works_on(monkeypatch, caplog):
    toy = aged_toy()
    toy.sync.promote("customer", 1)

    def refuse(before, *, limit):
        raise StorageError("permission denied")

    monkeypatch.setattr(toy.storage.jobs, "purge", refuse)
    worker = Worker(toy.sync)
    toy.clock.happenings = [lambda: toy.change(name="Ada Lovelace"), worker.stop]

    worker.run()

    assert caplog.text.count("the worker could not forget what is old; it tries again in 1:00:00") == 1
    assert toy.names() == ["Ada Lovelace"]


def test_a_worker_forgets_nothing_unless_it_is_told_when():
    toy = aged_toy()
    toy.retention = None
    worker = Worker(toy.sync)
    toy.clock.happenings = [worker.stop]

    worker.run()

    assert toy.storage.jobs.counts(COMPANY) == {JobState.SUCCESS: 1}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_a_worker_and_the_next_acts_as_without_it(monkeypatch, number):
    toy = napping_toy()
    seen = []
    former = signal.signal(number, lambda *_: seen.append("the host's own"))
    worker = Worker(toy.sync)
    toy.clock.happenings = [lambda: [signal.raise_signal(number), signal.raise_signal(number)]]

    worker.run()
    restored = signal.signal(number, former)

    assert seen == ["the host's own"]
    restored(number, None)
    assert len(seen) == 2


def test_a_worker_in_a_thread_leaves_the_signals_alone():
    toy = napping_toy()
    toy.customers(1)
    former = signal.getsignal(signal.SIGTERM)
    worker = Worker(toy.sync)
    seen = []
    toy.clock.happenings = [lambda: [seen.append(signal.getsignal(signal.SIGTERM)), worker.stop()]]

    thread = threading.Thread(target=worker.run)
    thread.start()
    thread.join(timeout=30)

    assert seen == [former]
    assert toy.job().state is JobState.SUCCESS


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"threads": 0}, "threads must be at least 1, got 0"),
        ({"turn": 0}, "turn must be at least 1, got 0"),
        ({"shortest_pause": timedelta()}, "shortest_pause must be longer than nothing"),
        ({"longest_pause": timedelta(seconds=-1)}, "longest_pause must be longer than nothing"),
        ({"purge_every": timedelta()}, "purge_every must be longer than nothing"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(settings, message):
    with pytest.raises(ConfigurationError, match=message):
        Worker(Toy().sync, **settings)


def test_a_hold_on_another_company_is_refused():
    toy = Toy(mappers=mappers())
    toy.customers(1)
    claim = toy.sync.claim_next()

    with pytest.raises(ConfigurationError, match="claim is of company 9130, not of 9131"):
        toy.sync.for_company("9131").run(claim=claim)


def test_a_hold_is_let_go_when_its_company_cannot_be_worked_on():
    toy = Toy()
    toy.customers(1)
    toy.remote = lambda _: 1 / 0
    sync = toy.sync

    with pytest.raises(ZeroDivisionError):
        sync.run(claim=sync.claim_next())

    assert toy.storage.jobs.get_gate(COMPANY).worker is None
