"""One worker per company, and what becomes of one that has lost it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from attrs import define, field

from linksync.errors import ConfigurationError, StorageError
from linksync.history import Outcome
from linksync.jobs import JobState
from linksync.links import LinkState
from linksync.sync import Synchronizer
from linksync.testing.endpoint import FakeEndpoint, LoseAnswer
from tests.toy import COMPANY, Toy


@define(kw_only=True, slots=False)
class Watched(FakeEndpoint):
    """A remote that lets something happen while a request is under way, after it was done."""

    meanwhile: list[Callable[[], None]] = field(factory=list)

    def send(self, request):
        outcomes = super().send(request)
        if self.meanwhile:
            self.meanwhile.pop(0)()
        return outcomes


def watched_toy() -> Toy:
    toy = Toy()
    toy.remote = Watched(clock=toy.clock)
    return toy


def test_i03_no_transaction_is_open_during_a_remote_call():
    toy = watched_toy()
    seen = []
    toy.remote.meanwhile.append(lambda: seen.append(toy.storage.is_in_transaction()))
    toy.customers(1)

    toy.sync.run()

    assert seen == [False]


def test_i05_a_change_that_arrives_while_the_job_runs_leads_to_another_look():
    toy = watched_toy()
    toy.customers(1)
    toy.remote.meanwhile.append(lambda: toy.change(email="new@example.com"))

    toy.sync.run()
    toy.sync.run()

    assert toy.remote.records("Customer")[0].values["Email"] == "new@example.com"


def test_i06_a_worker_that_lost_its_lease_settles_nothing_but_its_answer_is_kept():
    toy = watched_toy()
    toy.customers(1)

    def take_over():
        toy.clock.advance(timedelta(minutes=6))
        toy.storage.jobs.claim("another", limit=10, lease=timedelta(minutes=5), company=COMPANY)

    toy.remote.meanwhile.append(take_over)

    run = toy.sync.run()

    assert "another worker has taken it over" in run.note
    assert run.total == 0
    assert toy.link().state is LinkState.PENDING
    (intent,) = toy.storage.intents.list_open(COMPANY)
    assert len(intent.unsettled) == 1


def test_i06_the_next_worker_settles_the_kept_answer_without_asking_the_remote():
    toy = watched_toy()
    toy.customers(1)

    def take_over():
        toy.clock.advance(timedelta(minutes=6))
        toy.storage.jobs.claim("another", limit=10, lease=timedelta(minutes=5), company=COMPANY)

    toy.remote.meanwhile.append(take_over)
    toy.sync.run()
    toy.clock.advance(timedelta(minutes=6))

    run = toy.sync.run()

    assert run.counts == {Outcome.CREATED: 1}
    assert (len(toy.remote.requests), toy.remote.reads) == (1, 0)
    assert toy.job().state is JobState.SUCCESS


def test_i06_nothing_is_sent_with_less_lease_left_than_the_request_may_take():
    toy = watched_toy()
    toy.remote.batch_size = 1
    toy.remote.request_timeout = timedelta(minutes=4)
    toy.customers(3)
    left = []

    def measure():
        lease_until = toy.storage.jobs.get_gate(COMPANY).lease_until
        left.append(lease_until - toy.clock.now())
        toy.clock.advance(timedelta(minutes=2))

    toy.remote.meanwhile.extend([measure] * 3)

    toy.sync.run()

    assert len(left) == 3
    assert min(left) >= timedelta(minutes=4)


def test_a_lease_shorter_than_a_request_may_take_is_refused():
    toy = Toy()
    sync = Synchronizer(
        company=COMPANY,
        mappings=toy.mappers,
        local=toy.crm,
        remote=toy.remote,
        storage=toy.storage,
        lease=timedelta(seconds=20),
    )

    with pytest.raises(ConfigurationError, match="a lease of 0:00:20 is too short"):
        sync.run()


def test_a_run_does_nothing_while_another_worker_has_the_company():
    toy = Toy()
    toy.customers(1)
    toy.storage.jobs.claim("another", limit=0, lease=timedelta(minutes=5), company=COMPANY)

    run = toy.sync.run()

    assert run.total == 0
    assert "another worker has the company" in run.note


def test_a_record_whose_job_is_running_cannot_be_unlinked():
    toy = watched_toy()
    toy.linked_customer()
    toy.change(email="new@example.com")
    toy.storage.jobs.claim("another", limit=10, lease=timedelta(minutes=5), company=COMPANY)

    with pytest.raises(Exception, match="customer 1 cannot be unlinked while its job is running"):
        toy.sync.unlink("customer", 1)


def test_a_run_that_cannot_let_go_is_told_to_have_ended(monkeypatch):
    """The error is told, and the lease runs out by itself."""
    toy = Toy()
    toy.customers(1)

    def fail(*args, **kwargs):
        raise StorageError("the gate is locked")

    monkeypatch.setattr(toy.storage.jobs, "release", fail)

    with pytest.raises(StorageError, match="the gate is locked"):
        toy.sync.run()

    (run,) = toy.storage.history.list_runs(COMPANY)
    assert run.finished_at == toy.clock.now()


def test_a_paused_company_stands_still():
    toy = Toy()
    toy.customers(1)
    toy.sync.pause("stock-taking")

    assert toy.sync.run().note == "the company is paused: stock-taking"
    toy.sync.resume()
    assert toy.sync.run().counts == {Outcome.CREATED: 1}


def test_an_error_of_the_host_returns_the_jobs_and_names_itself_in_the_run(monkeypatch):
    toy = Toy()
    toy.customers(2)
    monkeypatch.setattr(type(toy.crm), "read", lambda *_: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        toy.sync.run()

    assert toy.storage.jobs.counts(COMPANY) == {JobState.QUEUED: 2}
    assert toy.storage.history.list_runs(COMPANY)[0].note == "ended by ZeroDivisionError"


def test_i15_every_decision_leaves_a_result():
    toy = Toy()
    toy.customers(2)
    toy.crm.put("customer", "1", name=1.5)
    toy.remote.mishaps.append(LoseAnswer())

    run = toy.sync.run()

    rows = toy.storage.history.list_results(run.id)
    assert [(row.record.id, row.outcome) for row in rows] == [
        ("1", Outcome.NEEDS_ACTION),
        ("2", Outcome.RETRY),
    ]
