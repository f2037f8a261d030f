# ruff: noqa: S101 - a contract is made of assertions
"""What every `HistoryLog` must do."""

from datetime import timedelta
from decimal import Decimal

import pytest
from attrs import evolve

from linksync.errors import StorageError
from linksync.history import Outcome, SyncResult, SyncRun
from linksync.records import RecordKey, Side
from linksync.sync.storage import Storage
from linksync.testing.clock import FakeClock
from linksync.testing.contracts.suite import COMPANY, OTHER, StorageSuite, customer


def a_result(
    number: int, outcome: Outcome = Outcome.CREATED, *, run_id: str = "run-1", reason: str = ""
) -> SyncResult:
    """Return a result of a customer."""
    return SyncResult(run_id=run_id, company=COMPANY, record=customer(number), outcome=outcome, reason=reason)


class HistoryLogContract(StorageSuite):
    """The specification of `HistoryLog`, sentence by sentence."""

    def test_a_run_begins_now(self, storage: Storage, clock: FakeClock) -> None:
        """It has no end and no results."""
        run = storage.history.start_run("run-1", COMPANY)

        assert run == SyncRun(id="run-1", company=COMPANY, started_at=clock.now())
        assert storage.history.get_run("run-1") == run

    def test_a_run_ends_now(self, storage: Storage, clock: FakeClock) -> None:
        """With its note and its counts."""
        started = storage.history.start_run("run-1", COMPANY)
        storage.history.add_results([a_result(1)])
        clock.advance(timedelta(seconds=90))

        finished = storage.history.finish_run("run-1", note="the remote asked for a pause")

        assert finished == evolve(
            started,
            finished_at=clock.now(),
            counts={Outcome.CREATED: 1},
            note="the remote asked for a pause",
        )
        assert storage.history.get_run("run-1") == finished

    def test_a_run_id_is_used_once(self, storage: Storage) -> None:
        """A second start is refused."""
        storage.history.start_run("run-1", COMPANY)

        with pytest.raises(StorageError, match="run-1"):
            storage.history.start_run("run-1", COMPANY)

    def test_there_is_no_run_that_was_not_started(self, storage: Storage) -> None:
        """Asking for it, ending it and adding to it are errors."""
        with pytest.raises(KeyError):
            storage.history.get_run("run-1")
        with pytest.raises(KeyError):
            storage.history.finish_run("run-1")
        with pytest.raises(KeyError):
            storage.history.add_results([a_result(1)])

    def test_results_come_back_as_they_were_added(self, storage: Storage, clock: FakeClock) -> None:
        """Every attribute is kept, `id` and `at` are filled in."""
        storage.history.start_run("run-1", COMPANY)
        result = SyncResult(
            run_id="run-1",
            company=COMPANY,
            record=RecordKey("invoice", "4711", Side.REMOTE),
            label="Rechnung № 4711",
            remote_type="Invoice",
            remote_id="130",
            written_to=Side.REMOTE,
            outcome=Outcome.NEEDS_ACTION,
            reason="name is taken",
            code="6240",
            remedy="rename one of them",
            details={"fields": ["name"], "amount": Decimal("10.50"), "before": None},
            request_id="1-5f",
        )

        storage.history.add_results([result])

        (stored,) = storage.history.list_results("run-1")
        assert stored == evolve(result, id=stored.id, at=clock.now())
        assert stored.id > 0
        assert str(stored.details["amount"]) == "10.50"

    def test_results_are_counted_on_their_run(self, storage: Storage) -> None:
        """Over several calls; outcomes without any are left out."""
        storage.history.start_run("run-1", COMPANY)
        storage.history.add_results([a_result(1), a_result(2), a_result(3, Outcome.FAILED)])

        storage.history.add_results([a_result(4)])

        assert storage.history.get_run("run-1").counts == {Outcome.CREATED: 3, Outcome.FAILED: 1}

    def test_results_of_several_runs_can_be_added_together(self, storage: Storage) -> None:
        """Each is counted on its own run."""
        storage.history.start_run("run-1", COMPANY)
        storage.history.start_run("run-2", COMPANY)

        storage.history.add_results([a_result(1), a_result(2, run_id="run-2")])

        assert storage.history.get_run("run-1").total == 1
        assert storage.history.get_run("run-2").total == 1

    def test_results_are_added_together_or_not_at_all(self, storage: Storage) -> None:
        """One of an unknown run takes the others with it."""
        storage.history.start_run("run-1", COMPANY)

        with pytest.raises(KeyError):
            storage.history.add_results([a_result(1), a_result(2, run_id="run-2")])

        assert list(storage.history.list_results("run-1")) == []
        assert storage.history.get_run("run-1").counts == {}

    def test_results_are_listed_in_the_order_in_which_they_were_added(self, storage: Storage) -> None:
        """Their ids rise."""
        storage.history.start_run("run-1", COMPANY)
        storage.history.add_results([a_result(number) for number in (3, 1, 2)])

        listed = storage.history.list_results("run-1")

        assert [result.record.id for result in listed] == ["3", "1", "2"]
        assert sorted(result.id for result in listed) == [result.id for result in listed]

    def test_results_are_paged(self, storage: Storage) -> None:
        """Page after page, each result is listed once."""
        storage.history.start_run("run-1", COMPANY)
        storage.history.add_results([a_result(number) for number in range(5)])
        pages: list[list[str]] = []
        after: SyncResult | None = None

        while page := storage.history.list_results("run-1", after=after, limit=2):
            pages.append([result.record.id for result in page])
            after = page[-1]

        assert pages == [["0", "1"], ["2", "3"], ["4"]]

    def test_results_are_filtered_by_outcome(self, storage: Storage) -> None:
        """No outcomes are no results, whereas None is all."""
        storage.history.start_run("run-1", COMPANY)
        storage.history.add_results([a_result(1), a_result(2, Outcome.FAILED), a_result(3, Outcome.SKIPPED)])

        failed = storage.history.list_results("run-1", outcomes=[Outcome.FAILED, Outcome.NEEDS_ACTION])

        assert [result.record.id for result in failed] == ["2"]
        assert list(storage.history.list_results("run-1", outcomes=[])) == []

    def test_runs_are_listed_newest_first(self, storage: Storage) -> None:
        """Only those of the company, also when several began at the same instant."""
        for number in range(1, 4):
            storage.history.start_run(f"run-{number}", COMPANY)
        storage.history.start_run("elsewhere", OTHER)

        listed = storage.history.list_runs(COMPANY)

        assert [run.id for run in listed] == ["run-3", "run-2", "run-1"]

    def test_runs_are_paged(self, storage: Storage) -> None:
        """Page after page, each run is listed once, with its counts."""
        for number in range(5):
            storage.history.start_run(f"run-{number}", COMPANY)
            storage.history.add_results([a_result(1, run_id=f"run-{number}")])
        pages: list[list[str]] = []
        before: SyncRun | None = None

        while page := storage.history.list_runs(COMPANY, before=before, limit=2):
            pages.append([f"{run.id} {run.total}" for run in page])
            before = page[-1]

        assert pages == [["run-4 1", "run-3 1"], ["run-2 1", "run-1 1"], ["run-0 1"]]

    def test_the_last_result_of_a_record_is_its_newest(self, storage: Storage) -> None:
        """Whatever the run; records without one are left out."""
        storage.history.start_run("run-1", COMPANY)
        storage.history.start_run("run-2", COMPANY)
        storage.history.add_results([a_result(1, Outcome.RETRY), a_result(2)])
        storage.history.add_results([a_result(1, Outcome.UPDATED, run_id="run-2")])

        found = storage.history.find_last_results(COMPANY, [customer(1), customer(2), customer(3)])

        assert {key.id: (result.run_id, result.outcome) for key, result in found.items()} == {
            "1": ("run-2", Outcome.UPDATED),
            "2": ("run-1", Outcome.CREATED),
        }

    def test_last_results_tell_sides_and_entities_apart(self, storage: Storage) -> None:
        """A record is named by entity, side and id."""
        storage.history.start_run("run-1", COMPANY)
        storage.history.add_results([a_result(1)])

        found = storage.history.find_last_results(
            COMPANY, [RecordKey("customer", "1", Side.REMOTE), RecordKey("supplier", "1")]
        )

        assert found == {}

    def test_purge_forgets_old_runs_with_their_results(self, storage: Storage, clock: FakeClock) -> None:
        """Those that started before the instant; the others stay."""
        storage.history.start_run("old", COMPANY)
        storage.history.add_results([a_result(1, run_id="old")])
        clock.advance(timedelta(days=1))
        storage.history.start_run("new", COMPANY)
        storage.history.add_results([a_result(2, run_id="new")])

        forgotten = storage.history.purge(clock.now())

        assert forgotten == 1
        assert [run.id for run in storage.history.list_runs(COMPANY)] == ["new"]
        assert list(storage.history.list_results("old")) == []
        assert list(storage.history.find_last_results(COMPANY, [customer(1), customer(2)])) == [customer(2)]

    def test_purge_keeps_the_newest_run_until_it_has_ended(self, storage: Storage, clock: FakeClock) -> None:
        """A run may take longer than results are kept; its worker must find it at the end."""
        storage.history.start_run("long", COMPANY)
        clock.advance(timedelta(days=1))

        kept = storage.history.purge(clock.now())
        storage.history.finish_run("long")
        forgotten = storage.history.purge(clock.now())

        assert (kept, forgotten) == (0, 1)

    def test_purge_is_bounded(self, storage: Storage, clock: FakeClock) -> None:
        """Oldest first, up to the limit."""
        for number in range(3):
            storage.history.start_run(f"run-{number}", COMPANY)
            clock.advance(timedelta(seconds=1))

        forgotten = storage.history.purge(clock.now(), limit=2)

        assert forgotten == 2
        assert [run.id for run in storage.history.list_runs(COMPANY)] == ["run-2"]
