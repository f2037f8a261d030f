"""Where runs and results are kept."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from linksync.history.result import Outcome, SyncResult
from linksync.history.run import SyncRun
from linksync.records import CompanyId, RecordKey


class HistoryLog(Protocol):
    """Runs and their results.

    Implementations pass `linksync.testing.contracts.HistoryLogContract`.
    """

    def start_run(self, run_id: str, company: CompanyId) -> SyncRun:
        """Note that a run begins now, and return it.

        Raises:
            StorageError: There is one of that id.
        """
        ...

    def add_results(self, results: Iterable[SyncResult]) -> None:
        """Keep *results*, in order, and add them to the counts of their runs; `id` and `at` are filled in.

        All or none.

        Raises:
            KeyError: There is no run of one's `run_id`.
        """
        ...

    def finish_run(self, run_id: str, *, note: str = "") -> SyncRun:
        """Note that a run ends now, and return it.

        Raises:
            KeyError: There is none of that id.
        """
        ...

    def get_run(self, run_id: str) -> SyncRun:
        """Return a run.

        Raises:
            KeyError: There is none of that id.
        """
        ...

    def list_runs(
        self, company: CompanyId, *, before: SyncRun | None = None, limit: int = 25
    ) -> Sequence[SyncRun]:
        """Return a page of runs, newest first; *before* is the last of the page before."""
        ...

    def list_results(
        self,
        run_id: str,
        *,
        outcomes: Collection[Outcome] | None = None,
        after: SyncResult | None = None,
        limit: int = 100,
    ) -> Sequence[SyncResult]:
        """Return a page of a run's results in the order in which they were added; *after* is the last of the page before."""
        ...

    def find_last_results(
        self, company: CompanyId, records: Collection[RecordKey]
    ) -> Mapping[RecordKey, SyncResult]:
        """Return each record's newest result; records without one are left out."""
        ...

    def purge(self, before: datetime, *, limit: int = 1000) -> int:
        """Forget up to *limit* runs that started before *before*, with their results; return how many runs.

        A company's newest run is kept until it has ended.
        """
        ...
