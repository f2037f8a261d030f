"""A loop that works for a synchronizer, for hosts that have no scheduler to call it."""

import logging
import signal
import threading
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from types import FrameType
from typing import TypeAlias, TypeVar

from attrs import frozen

from linksync.clock import Clock
from linksync.errors import ConfigurationError
from linksync.history import SyncRun
from linksync.jobs import Claim
from linksync.records import CompanyId
from linksync.sync.synchronizer import Synchronizer

_log = logging.getLogger("linksync.sync")

_PURGE_BUDGET = timedelta(seconds=1)
"""How long a worker forgets things at a stretch, before it looks for work again."""

_T = TypeVar("_T")

OnRun: TypeAlias = Callable[[SyncRun], None]


class Worker:
    """Works on every company that has something to do, one after the other, until it is told to stop.

    Any number of workers may share a storage, in threads, processes and machines: each company has one at a time.

    `SIGTERM` and `SIGINT` end it gracefully: the request under way is brought to its end and settled, jobs that were
    taken up and not begun go back to the queue, companies are let go. A second signal acts as it does without linksync.

    ```python
    Worker(sync, threads=4).run()
    ```
    """

    def __init__(
        self,
        sync: Synchronizer,
        *,
        threads: int = 1,
        turn: int = 1000,
        shortest_pause: timedelta = timedelta(milliseconds=50),
        longest_pause: timedelta = timedelta(seconds=2),
        purge_every: timedelta = timedelta(hours=1),
        on_run: OnRun | None = None,
    ) -> None:
        """Make a worker; nothing happens before `run()`.

        Args:
            sync: What it works for; the company that it may be bound to makes no difference.
            threads: How many companies it works on at once. The host's stores are called from as many threads.
            turn: After how many jobs of a company the next has its turn, if it does not run dry before.
            shortest_pause: How long it waits, by the storage's clock, before it looks again for something to do.
            longest_pause: Each look in vain doubles the wait, up to this; also the longest that an end may take while
                there is nothing to do.
            purge_every: How often it forgets what has been kept for as long as the synchronizer's `retention` says, between
                runs and a second at a time. Without a retention nothing is forgotten.
            on_run: Called after every run that did something, in the thread that made it.

        Raises:
            ConfigurationError: *threads* or *turn* is less than 1, or a pause or *purge_every* is not positive.
        """
        for name, number in {"threads": threads, "turn": turn}.items():
            if number < 1:
                raise ConfigurationError(f"{name} must be at least 1, got {number}")
        spans = {
            "shortest_pause": shortest_pause,
            "longest_pause": longest_pause,
            "purge_every": purge_every,
        }
        for name, span in spans.items():
            if span <= timedelta():
                raise ConfigurationError(f"{name} must be longer than nothing, got {span}")
        self._sync = sync
        self._threads = threads
        self._turn = turn
        self._shortest_pause = shortest_pause
        self._longest_pause = longest_pause
        self._purge_every = purge_every
        self._on_run = on_run
        self._purge_at: datetime | None = None
        # No Event: a signal may come while this very thread holds the lock of one.
        self._is_stopping = False

    def run(self) -> None:
        """Work until `stop()` or a signal says so.

        What a run ends by in error is logged, and the next is made after a pause: the database may be back by then.
        """
        with self._ended_by_signals():
            _log.info("worker begins with %s threads", self._threads)
            self._in_threads(self._work)
            _log.info("worker ends")

    def run_once(self, *, time_budget: timedelta | None = None) -> Sequence[SyncRun]:
        """Work until nothing is due, as from cron, and return the runs that did something.

        Args:
            time_budget: When it is over, nothing more is begun.

        Raises:
            ExceptionGroup: Some runs ended by an error, each told with its company; the others were made all the same.
        """
        now = self._clock.now
        until = now() + time_budget if time_budget is not None else None
        with self._ended_by_signals():
            turns = [turn for found in self._in_threads(lambda: list(self._round(until))) for turn in found]
        errors = [turn.error for turn in turns if turn.error is not None]
        if errors:
            raise ExceptionGroup("the runs of some companies ended by an error; the others were made", errors)
        return [turn.run for turn in turns if turn.run is not None and turn.is_fruitful]

    def stop(self) -> None:
        """Let it end after the step under way, as a signal does; it stays stopped. May be called from any thread."""
        self._is_stopping = True

    @property
    def _clock(self) -> Clock:
        return self._sync.storage.clock

    def _work(self) -> None:
        """Look for work again and again, with longer and longer pauses while there is none."""
        pause = self._shortest_pause
        while not self._is_stopping:
            if self._look():
                pause = self._shortest_pause
            self._rest(pause)
            pause = min(2 * pause, self._longest_pause)

    def _look(self) -> bool:
        """Do what there is to do; return whether there was anything."""
        found = False
        try:
            for turn in self._round(None):
                found |= turn.is_fruitful
                if turn.error is not None:
                    company = {"company": turn.company}
                    _log.error("a run ended by an error", exc_info=turn.error, extra=company)
                    self._rest(self._longest_pause)  # what fails at once must not fill the log
                self._purge()  # under a load that never ends, a round never does
            self._purge()
        except Exception:  # noqa: BLE001 - the database may be away; nobody else is there to try again
            _log.exception("the worker could not look for work; it tries again")
        return found

    def _purge(self) -> None:
        """Forget what is older than it is to be kept, if it is time for that."""
        now = self._clock.now()
        is_due = self._purge_at is None or self._purge_at <= now
        if self._sync.retention is None or self._is_stopping or not is_due:
            return
        self._purge_at = now + self._purge_every  # beforehand, so that the other threads leave it to this one
        try:
            purged = self._sync.purge(time_budget=_PURGE_BUDGET, should_stop=lambda: self._is_stopping)
        except Exception:  # noqa: BLE001 - work does not wait for that
            _log.exception("the worker could not forget what is old; it tries again in %s", self._purge_every)
        else:
            if not purged.is_done:
                self._purge_at = None  # which goes on when the work that came meanwhile is done

    def _rest(self, span: timedelta) -> None:
        if not self._is_stopping:
            self._clock.sleep(span.total_seconds())

    def _round(self, until: datetime | None) -> Generator["_Turn", None, None]:
        """Take up companies until none has anything to do that can be done now.

        One that failed is left alone for the rest of the round. One that had nothing to do, because the outcome of its
        last request can only be found out later, ends the round when its turn comes again and nobody else had any work.
        """
        failed, barren = set[CompanyId](), set[CompanyId]()
        while not self._is_over(until) and (claim := self._claim()) is not None:
            company = claim.company
            if company in failed or company in barren:
                self._sync.storage.jobs.release(claim)
                if company in barren:
                    return
                barren.add(company)
                continue
            turn = self._take_turn(claim, until)
            yield turn
            if turn.error is not None:
                failed.add(company)
            if turn.is_fruitful:
                barren.clear()
            else:
                barren.add(company)

    def _take_turn(self, claim: Claim, until: datetime | None) -> "_Turn":
        try:
            run = self._sync.for_company(claim.company).run(
                limit=self._turn,
                time_budget=None if until is None else until - self._clock.now(),
                should_stop=lambda: self._is_stopping,
                claim=claim,
            )
            if self._on_run is not None and run.total:
                self._on_run(run)
        except Exception as error:  # noqa: BLE001 - told by the caller; the other companies have their turn
            error.add_note(f"while working on company {claim.company}")
            return _Turn(company=claim.company, error=error)
        return _Turn(company=claim.company, run=run)

    def _claim(self) -> Claim | None:
        return self._sync.claim_next(limit=self._turn)

    def _is_over(self, until: datetime | None) -> bool:
        return self._is_stopping or (until is not None and self._clock.now() >= until)

    def _in_threads(self, work: Callable[[], _T]) -> Sequence[_T]:
        """Do *work* once per thread; when one ends by an error, the others end too."""

        def work_or_stop() -> _T:
            try:
                return work()
            except BaseException:
                self.stop()
                raise

        if self._threads == 1:
            return [work()]
        with ThreadPoolExecutor(self._threads, thread_name_prefix="linksync worker") as pool:
            futures = [pool.submit(work_or_stop) for _ in range(self._threads)]
            return [future.result() for future in futures]

    @contextmanager
    def _ended_by_signals(self) -> Generator[None, None, None]:
        """End gracefully by the first signal; the second acts as if we were not there."""
        if threading.current_thread() is not threading.main_thread():
            yield  # only the main thread may have a say in it
            return
        former = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

        def restore() -> None:
            for number, handler in former.items():
                signal.signal(number, signal.SIG_DFL if handler is None else handler)

        def end(_number: int, _frame: FrameType | None) -> None:
            restore()
            self.stop()

        for number in former:
            signal.signal(number, end)
        try:
            yield
        finally:
            restore()


@frozen(kw_only=True)
class _Turn:
    """A company that was taken up: the run, or the error that it ended by."""

    company: CompanyId
    run: SyncRun | None = None
    error: Exception | None = None

    @property
    def is_fruitful(self) -> bool:
        return self.run is not None and self.run.total > 0
