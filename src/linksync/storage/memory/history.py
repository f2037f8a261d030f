"""Runs and results kept in this process."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from attrs import evolve

from linksync.clock import Clock
from linksync.errors import StorageError
from linksync.history import Outcome, SyncResult, SyncRun
from linksync.records import CompanyId, RecordKey
from linksync.storage.memory.tables import Tables


class MemoryHistoryLog:
    """A `HistoryLog` in this process."""

    def __init__(self, tables: Tables, clock: Clock) -> None:
        self._tables = tables
        self._clock = clock

    def start_run(self, run_id: str, company: CompanyId) -> SyncRun:
        """Note that a run begins now, and return it."""
        with self._tables.journal.transaction():
            if run_id in self._tables.runs:
                raise StorageError(f"run {run_id} was started already; give each run an id of its own")
            run = SyncRun(id=run_id, company=company, started_at=self._clock.now())
            self._tables.runs.put(run_id, run)
            self._tables.run_results.put(run_id, ())
            self._tables.counters.put(f"run {run_id}", self._tables.next_number("run"))
            return run

    def add_results(self, results: Iterable[SyncResult]) -> None:
        """Keep *results*, in order, and add them to the counts of their runs."""
        with self._tables.journal.transaction():
            added: dict[str, list[SyncResult]] = {}
            for result in results:
                number = self._tables.next_number("result")
                stored = evolve(result, id=number, at=self._clock.now())
                added.setdefault(result.run_id, []).append(stored)
                self._tables.results.put(number, stored)
                last = self._tables.of(result.company).last_results
                last.put(result.record, (*(last.get(result.record) or ()), number))
            for run_id, stored_results in added.items():
                self._count(self.get_run(run_id), stored_results)

    def finish_run(self, run_id: str, *, note: str = "") -> SyncRun:
        """Note that a run ends now, and return it."""
        with self._tables.journal.transaction():
            run = evolve(self.get_run(run_id), finished_at=self._clock.now(), note=note)
            self._tables.runs.put(run_id, run)
            return run

    def get_run(self, run_id: str) -> SyncRun:
        """Return a run; raises `KeyError`."""
        with self._tables.journal.transaction():
            run = self._tables.runs.get(run_id)
            if run is None:
                raise KeyError(f"no run {run_id}")
            return run

    def list_runs(
        self, company: CompanyId, *, before: SyncRun | None = None, limit: int = 25
    ) -> Sequence[SyncRun]:
        """Return a page of runs, newest first; *before* is the last of the page before."""
        with self._tables.journal.transaction():
            found = [
                run
                for run in self._tables.runs.values()
                if run.company == company and (before is None or self._place(run) < self._place(before))
            ]
            return sorted(found, key=self._place, reverse=True)[:limit]

    def list_results(
        self,
        run_id: str,
        *,
        outcomes: Collection[Outcome] | None = None,
        after: SyncResult | None = None,
        limit: int = 100,
    ) -> Sequence[SyncResult]:
        """Return a page of a run's results in the order in which they were added."""
        with self._tables.journal.transaction():
            first = after.id + 1 if after else 0
            found = [
                result
                for number in self._tables.run_results.get(run_id) or ()
                if number >= first
                and (result := self._tables.results.get(number))
                and (outcomes is None or result.outcome in outcomes)
            ]
            return found[:limit]

    def find_last_results(
        self, company: CompanyId, records: Collection[RecordKey]
    ) -> Mapping[RecordKey, SyncResult]:
        """Return each record's newest result; records without one are left out."""
        with self._tables.journal.transaction():
            last = self._tables.of(company).last_results
            return {
                record: result
                for record in records
                if (numbers := last.get(record)) and (result := self._tables.results.get(numbers[-1]))
            }

    def purge(self, before: datetime, *, limit: int = 1000) -> int:
        """Forget up to *limit* runs that started before *before*, with their results; return how many runs."""
        with self._tables.journal.transaction():
            newest = {run.company: run.id for run in sorted(self._tables.runs.values(), key=self._place)}
            old = [
                run
                for run in self._tables.runs.values()
                if run.started_at < before and (run.finished_at or newest[run.company] != run.id)
            ]
            doomed = sorted(old, key=self._place)[:limit]
            for run in doomed:
                self._forget(run)
            return len(doomed)

    def _count(self, run: SyncRun, results: Iterable[SyncResult]) -> None:
        counts = dict(run.counts)
        numbers = list(self._tables.run_results.get(run.id) or ())
        for result in results:
            counts[result.outcome] = counts.get(result.outcome, 0) + 1
            numbers.append(result.id)
        self._tables.runs.put(run.id, evolve(run, counts=counts))
        self._tables.run_results.put(run.id, tuple(numbers))

    def _forget(self, run: SyncRun) -> None:
        for number in self._tables.run_results.remove(run.id) or ():
            result = self._tables.results.remove(number)
            if result is not None:
                last = self._tables.of(result.company).last_results
                kept = tuple(other for other in last.get(result.record) or () if other != number)
                last.put(result.record, kept)
        self._tables.runs.remove(run.id)
        self._tables.counters.remove(f"run {run.id}")

    def _place(self, run: SyncRun) -> int:
        """Return the run's place among all; 0, before the first, when it was forgotten."""
        return self._tables.counters.get(f"run {run.id}") or 0
