"""Writing down what happened: link, base, job, result and intent in one transaction."""

import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

from attrs import define, evolve, field, frozen

from linksync.errors import ConnectionLostError, Fault, FaultKind, TakenError
from linksync.history import Outcome, SyncResult, SyncRun
from linksync.jobs import GateState, Intent, IntentItem, JobError, JobRequest, JobState, LinkJob, Reason
from linksync.links import Link, LinkState
from linksync.records import RecordKey, Refused
from linksync.sync.again import made_again
from linksync.sync.company import Company
from linksync.sync.decision import NeedsAction
from linksync.sync.gate import ABOUT_THE_COMPANY, close_gate
from linksync.sync.lease import Lease
from linksync.sync.load import find_links
from linksync.sync.report import Reporter, Settlement

_log = logging.getLogger("linksync.sync")

_STUCK = NeedsAction(
    code="stale",
    message="the remote refuses the version that it gives out itself as stale",
    remedy="look whether the record is locked there, by a closed period for instance, then requeue",
)


@frozen(kw_only=True)
class Progress:
    """How far a run has come.

    Attributes:
        run_id: The run.
        results: What happened since the last call.
        done: How many results the run has so far.
        remaining: How many jobs of the company still live.
    """

    run_id: str
    results: Sequence[SyncResult]
    done: int
    remaining: int


OnProgress: TypeAlias = Callable[[Progress], None]


@define(kw_only=True, eq=False)
class Settler:
    """Writes down what happens during a run, and keeps count of it.

    Attributes:
        company: The company.
        lease: The run's hold on it.
        report: Says what is to be written down.
        on_progress: Called after every step that wrote results.
        counts: How many records had each outcome so far.
        ended: The jobs of the newest claim that are settled.
        is_stopped: Whether this run closed the company's gate: nothing more is begun.
        started_at: When the run's first results were written (timezone-aware); None before.
    """

    company: Company
    lease: Lease
    report: Reporter
    on_progress: OnProgress | None = None
    counts: dict[Outcome, int] = field(factory=dict[Outcome, int])
    ended: set[str] = field(factory=set[str])
    is_stopped: bool = False
    started_at: datetime | None = None
    _jobs: tuple[Sequence[LinkJob], Mapping[str, LinkJob]] = ((), {})

    def must_stop(self) -> bool:
        """Whether nothing more may be begun: somebody closed the company's gate."""
        gate = self.company.storage.jobs.get_gate(self.company.id)
        return self.is_stopped or gate.state is not GateState.OPEN

    def begin(self) -> None:
        """Note that the run has begun, if that is not noted yet."""
        if self.started_at is None:
            self.started_at = self._start().started_at

    def _start(self) -> SyncRun:
        history, run_id = self.company.storage.history, self.report.run_id
        try:
            return history.start_run(run_id, self.company.id)
        except ConnectionLostError as error:
            if not error.may_be_kept:
                raise
        try:
            return history.get_run(run_id)  # nobody else has a run of that id
        except KeyError:
            return history.start_run(run_id, self.company.id)

    def finish(self, note: str) -> SyncRun:
        """Note that the run has ended and return it; one without results was never noted to have begun."""
        if self.started_at is not None:
            return self.company.storage.history.finish_run(self.report.run_id, note=note)
        now = self.company.now()
        return SyncRun(
            id=self.report.run_id, company=self.company.id, started_at=now, finished_at=now, note=note
        )

    def jobs(self) -> Mapping[str, LinkJob]:
        """Return the jobs of the newest claim by id."""
        claimed = self.lease.claim.jobs
        if self._jobs[0] is not claimed:
            self._jobs = (claimed, {job.id: job for job in claimed})
        return self._jobs[1]

    def tell_given_up(self) -> None:
        """Write results for the jobs that the claim has ended, since one worker after the other died over them."""
        jobs = self.lease.claim.given_up
        links = find_links(self.company.storage, self.company.id, [job.record for job in jobs])
        self.save([self.report.given_up(job, links.get(job.record)) for job in jobs])

    def settle_items(
        self,
        intent: Intent,
        items: Sequence[IntentItem],
        *,
        going_on: Collection[str] = (),
        refused: Mapping[str, str | None] | None = None,
        adopted: bool = False,
    ) -> None:
        """Settle writes of an intent; see `conclude`."""
        self.save(self.conclude(intent, items, going_on=going_on, refused=refused, adopted=adopted))

    def conclude(
        self,
        intent: Intent,
        items: Sequence[IntentItem],
        *,
        links: Mapping[RecordKey, Link] | None = None,
        going_on: Collection[str] = (),
        refused: Mapping[str, str | None] | None = None,
        adopted: bool = False,
    ) -> Sequence[Settlement]:
        """Return what is to be written down about writes of an intent, and close the gate if they say so.

        Args:
            intent: The intent.
            items: Those of its items to settle; one without an outcome stays open.
            links: The links of their records, if this run reserved or read them: nobody else changes them while the
                intent is open. None to read them.
            going_on: The ids of jobs that are decided again in this run: their items end, they do not.
            refused: The versions that jobs were refused for before in this run, by job id.
            adopted: Whether the writes were found done, instead of answered.
        """
        if not items:
            return []
        jobs = self.jobs()
        if links is None:
            links = find_links(self.company.storage, self.company.id, (item.record for item in items))
        settlements = list[Settlement]()
        for item in items:
            job, link = jobs.get(item.job_id), links.get(item.record)
            if item.job_id in going_on:
                settlement = Settlement(settled=(intent.id, item.ref))
            elif job is not None and _is_stuck(item, refused or {}):
                settlement = self.report.needs_action(job, item.label, link, _STUCK)
                settlement = evolve(settlement, settled=(intent.id, item.ref))
            else:
                settlement = self.report.answered(intent, item, job, link, adopted=adopted)
            settlements.append(settlement)
        # A batch that is refused as a whole bears the same fault on every item.
        for fault in dict.fromkeys(it.outcome.fault for it in items if isinstance(it.outcome, Refused)):
            self.close_gate(fault)
        return settlements

    def save(self, settlements: Sequence[Settlement]) -> None:
        """Write *settlements* down, together; one that cannot be saved becomes a needs action and leaves the others whole.

        Raises:
            LeaseLostError: The company was lost; nothing was written.
        """
        if not settlements:
            return
        self.begin()
        results = save(self.company, self.lease, settlements)
        self.ended.update(settlement.job.job_id for settlement in settlements if settlement.job)
        for result in results:
            self.counts[result.outcome] = self.counts.get(result.outcome, 0) + 1
        if self.on_progress is not None and results:
            self.on_progress(self._progress(results))

    def close_gate(self, fault: Fault) -> None:
        """Close the company's gate and stop, when *fault* is about the company and not about a record."""
        if fault.kind not in ABOUT_THE_COMPANY:
            return
        self.is_stopped = True
        if close_gate(self.company, fault):
            _log.warning(
                "the company's gate was closed: %s", fault.kind.value, extra={"company": self.company.id}
            )

    def _progress(self, results: Sequence[SyncResult]) -> Progress:
        counts = self.company.storage.jobs.counts(self.company.id)
        return Progress(
            run_id=self.report.run_id,
            results=results,
            done=sum(self.counts.values()),
            remaining=sum(count for state, count in counts.items() if state.is_live),
        )


def _is_stuck(item: IntentItem, refused: Mapping[str, str | None]) -> bool:
    """Whether the remote calls the very version stale that it has just given out."""
    return (
        isinstance(item.outcome, Refused)
        and item.outcome.fault.kind is FaultKind.STALE
        and item.job_id in refused
        and refused[item.job_id] == item.version
    )


def save(company: Company, lease: Lease, settlements: Sequence[Settlement]) -> Sequence[SyncResult]:
    """Write *settlements* down, together; one that cannot be saved becomes a needs action and leaves the others whole.

    Returns:
        The results as they were written.

    Raises:
        LeaseLostError: The company was lost; nothing was written.
    """
    try:
        return _save_together(company, lease, settlements)
    except TakenError:
        return [result for settlement in settlements for result in _save_alone(company, lease, settlement)]


def _save_alone(company: Company, lease: Lease, settlement: Settlement) -> Sequence[SyncResult]:
    try:
        return _save_together(company, lease, [settlement])
    except TakenError as error:
        return _save_together(company, lease, [_taken(settlement, error)])


@made_again
def _save_together(company: Company, lease: Lease, settlements: Sequence[Settlement]) -> Sequence[SyncResult]:
    storage = company.storage
    results = [settlement.result for settlement in settlements if settlement.result is not None]
    links = [settlement.link for settlement in settlements if settlement.link is not None]
    settled = dict[str, list[str]]()
    for settlement in settlements:
        if settlement.settled is not None:
            settled.setdefault(settlement.settled[0], []).append(settlement.settled[1])
    with storage.transaction():
        storage.jobs.verify(lease.claim)
        storage.links.save(links)
        for intent_id, refs in settled.items():
            storage.intents.settle(lease.claim, intent_id, refs)
        storage.jobs.settle(
            lease.claim, [settlement.job for settlement in settlements if settlement.job is not None]
        )
        storage.jobs.release_waiting(
            company.id, [link.key for link in links if link.state is LinkState.LINKED]
        )
        storage.jobs.enqueue(_promotions(company, settlements))
        storage.history.add_results(results)
    return results


def _promotions(company: Company, settlements: Iterable[Settlement]) -> Sequence[JobRequest]:
    records = {record for settlement in settlements for record in settlement.promote}
    return [
        JobRequest(company=company.id, record=record, reason=Reason.REFERENCE) for record in sorted(records)
    ]


def _taken(settlement: Settlement, error: TakenError) -> Settlement:
    """Return *settlement* as a needs action without its link."""
    remedy = "decide which of the two records belongs to it"
    return evolve(
        settlement,
        link=None,
        job=settlement.job
        and evolve(
            settlement.job,
            state=JobState.NEEDS_ACTION,
            error=JobError(message=str(error), code="taken", remedy=remedy),
        ),
        result=settlement.result
        and evolve(
            settlement.result,
            outcome=Outcome.NEEDS_ACTION,
            reason=str(error),
            code="taken",
            remedy=remedy,
        ),
    )
