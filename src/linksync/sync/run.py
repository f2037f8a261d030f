"""One pass over one company's due jobs: the nine steps in their order."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias
from uuid import uuid4

from attrs import define, evolve, field, frozen

from linksync.errors import (
    AuthorizationError,
    Fault,
    FaultKind,
    LeaseLostError,
    LinksyncError,
    ThrottledError,
    TransientError,
)
from linksync.history import Outcome, SyncResult, SyncRun
from linksync.jobs import Claim, Gate, GateState, Intent, IntentItem, JobError, LinkJob
from linksync.records import Action, RecordKey, Refused
from linksync.sync.company import Company
from linksync.sync.decide import (
    Create,
    Decision,
    LocalMissing,
    Look,
    NeedsAction,
    Situation,
    Update,
    decide,
)
from linksync.sync.lease import Lease
from linksync.sync.load import (
    Subject,
    by_entity,
    find_links,
    in_levels,
    look,
    read_local,
    translate,
)
from linksync.sync.recover import ripe_at, search
from linksync.sync.report import Reporter, Settlement
from linksync.sync.settle import save
from linksync.sync.transfer import Planned, Unsendable, deliver, not_done, transfer

_THROTTLE_PAUSE = timedelta(seconds=60)
"""How long to leave a remote alone that asks for it and does not say for how long.
QuickBooks asks for 60 seconds (official page on limits)."""


@frozen(kw_only=True)
class Progress:
    """How far a run has come.

    Attributes:
        run_id: The run.
        results: What happened since the last call.
        done: How many results the run has so far.
        remaining: How many jobs of the company are still queued or running.
    """

    run_id: str
    results: Sequence[SyncResult]
    done: int
    remaining: int


OnProgress: TypeAlias = Callable[[Progress], None]


@define(kw_only=True, eq=False)
class CompanyRun:
    """A run at work.

    Attributes:
        company: The company.
        limit: How many jobs to take up at most; None for all that are due.
        until: When to take up no more (timezone-aware); None for never.
        only: The records to confine it to, which grows by those that they wait for; None for all.
        on_progress: Called after every step that wrote results.
    """

    company: Company
    limit: int | None = None
    until: datetime | None = None
    only: set[RecordKey] | None = None
    on_progress: OnProgress | None = None
    _report: Reporter = field(init=False)
    _counts: dict[Outcome, int] = field(init=False, factory=dict[Outcome, int])
    _taken: int = field(init=False, default=0)
    _stopped: bool = field(init=False, default=False)
    _ended: set[str] = field(init=False, factory=set[str])
    _verdicts: dict[RecordKey, NeedsAction | JobError] = field(
        init=False, factory=dict[RecordKey, NeedsAction | JobError]
    )

    def __attrs_post_init__(self) -> None:
        self._report = Reporter(run_id=uuid4().hex, company=self.company)

    def work(self) -> SyncRun:
        """Do it, and return the finished run.

        A run that finds nothing to hold leaves no trace in the history; its `note` says why.
        """
        jobs, history = self.company.storage.jobs, self.company.storage.history
        worker = uuid4().hex
        claim = self._claim(worker)
        if claim is None:
            return self._idle()
        run_id = self._report.run_id
        history.start_run(run_id, self.company.id)
        lease = Lease(self.company, claim)
        note = ""
        try:
            note = self._pass(lease, worker)
        except LeaseLostError:
            note = "another worker has taken the company over"
        except BaseException as error:
            note = f"ended by {type(error).__name__}"
            raise
        finally:
            jobs.release(lease.claim)
            finished = history.finish_run(run_id, note=note)
        return finished

    def _pass(self, lease: Lease, worker: str) -> str:
        self._recover(lease)
        while lease.claim.jobs and not self._stopped:
            self._process(lease, lease.claim.jobs)
            if self.limit is not None and self._taken >= self.limit:
                return f"stopped at the limit of {self.limit} jobs"
            if self._is_over():
                return "stopped at the end of its time"
            claim = self._claim(worker)
            if claim is None:
                break
            lease.claim = claim
            self._ended.clear()
        return _tell_gate(self.company.storage.jobs.get_gate(self.company.id))

    def _is_over(self) -> bool:
        return self.until is not None and self.company.now() >= self.until

    def _claim(self, worker: str) -> Claim | None:
        size = self.company.claim_size
        if self.limit is not None:
            size = min(size, self.limit - self._taken)
        if size <= 0:
            return None
        claim = self.company.storage.jobs.claim(
            worker, limit=size, lease=self.company.lease, company=self.company.id, only=self.only
        )
        self._taken += len(claim.jobs) if claim else 0
        return claim

    def _idle(self) -> SyncRun:
        now = self.company.now()
        gate = self.company.storage.jobs.get_gate(self.company.id)
        return SyncRun(
            id=self._report.run_id,
            company=self.company.id,
            started_at=now,
            finished_at=now,
            note=_tell_gate(gate) or _tell_holder(gate, now) or "nothing to do",
        )

    # ---- the steps

    def _recover(self, lease: Lease) -> None:
        """Settle answers that nobody got to settle, and find out about writes that were never answered."""
        company = self.company
        for intent in company.storage.intents.list_open(company.id):
            self._settle_items(lease, intent, intent.unsettled)
            if not intent.unanswered or self._stopped or ripe_at(company, intent) > company.now():
                continue
            if self._is_awaited(intent):
                self._resolve(lease, intent)

    def _is_awaited(self, intent: Intent) -> bool:
        """Whether a job wants to know; what waits for a person is looked at again when they requeue it."""
        records = [item.record for item in intent.unanswered]
        jobs = self.company.storage.jobs.find_by_records(self.company.id, records)
        return any(job.state.is_live for job in jobs.values())

    def _resolve(self, lease: Lease, intent: Intent) -> None:
        company, intents = self.company, self.company.storage.intents
        try:
            finding = search(company, intent)
        except (ThrottledError, AuthorizationError) as error:
            self._close_gate(error.fault)
            return
        except TransientError as error:
            self._judge(
                intent, JobError(message=f"the search for it failed: {error}", code="outcome_unknown")
            )
            return
        except LinksyncError as error:
            self._judge(intent, _doubt(f"the search for it failed: {error}"))
            return
        if finding.is_absent:
            lease.ensure(company.remote.capabilities.request_timeout)
            intent = deliver(company, intents.resend(lease.claim, intent.id))
            self._settle_items(lease, intent, intent.unsettled)
            return
        answered = intents.answer(intent.id, finding.adopted)
        rest = evolve(
            answered,
            items=tuple(item for item in answered.items if item.ref not in finding.doubtful),
        )
        answered = intents.answer(
            intent.id, not_done(rest, "it was not there when its answer had been lost; it is written anew")
        )
        self._settle_items(lease, answered, answered.unsettled, adopted=True)
        for item in answered.unanswered:
            self._verdicts[item.record] = _doubt(finding.doubtful[item.ref])

    def _judge(self, intent: Intent, verdict: NeedsAction | JobError) -> None:
        """Say of each unanswered write of *intent* why nobody can tell what became of it."""
        self._verdicts.update((item.record, verdict) for item in intent.unanswered)

    def _process(self, lease: Lease, jobs: Sequence[LinkJob]) -> None:
        """Look at a claim's jobs: read, translate, decide, write, settle, those that others refer to first."""
        free = self._set_apart(lease, [job for job in jobs if job.id not in self._ended])
        for level in in_levels(self._read(lease, free)):
            if self._stopped:
                return
            self._process_level(lease, level)

    def _read(self, lease: Lease, jobs: Sequence[LinkJob]) -> Sequence[Subject]:
        """Read the local records of *jobs*; an entity that cannot be read is tried again later."""
        subjects = list[Subject]()
        for entity, group in by_entity(jobs).items():
            try:
                subjects.extend(read_local(self.company, entity, group))
            except LinksyncError as error:
                trouble = JobError(
                    message=f"the local record could not be read: {error}", code="local_unreadable"
                )
                self._save(lease, [self._report.failed(job, "", None, trouble) for job in group])
        return subjects

    def _set_apart(self, lease: Lease, jobs: Sequence[LinkJob]) -> Sequence[LinkJob]:
        """Settle the jobs whose record is in an open intent and return the others."""
        company = self.company
        held = company.storage.intents.find_open(company.id, [job.record for job in jobs])
        self._save(lease, [self._hold(job, held[job.record]) for job in jobs if job.record in held])
        return [job for job in jobs if job.record not in held]

    def _hold(self, job: LinkJob, intent: Intent) -> Settlement:
        """Return what is said of a job whose record nobody may write before an open intent is resolved."""
        company, label = self.company, _label_within(intent, job.record)
        match self._verdicts.get(job.record):
            case NeedsAction() as verdict:
                return self._report.needs_action(job, label, None, verdict)
            case JobError() as error:
                return self._report.failed(job, label, None, error)
            case None:
                if company.retry.delay(intent.sends, None, company.random) is None:
                    verdict = _doubt(f"it was sent {intent.sends} times without an answer")
                    return self._report.needs_action(job, label, None, verdict)
                return self._report.held(job, label, ripe_at(company, intent))

    def _process_level(self, lease: Lease, subjects: Sequence[Subject]) -> None:
        situations = translate(self.company, subjects)
        first = self._decide(situations)
        to_look = [situation for situation, decision in first if isinstance(decision, Look)]
        seen = self._decide(self._look(lease, to_look))
        stale = self._carry_out(lease, [*first, *seen])
        again = self._decide(self._look(lease, [situation for situation, _ in stale]))
        self._carry_out(lease, again, refused={it.job.id: version for it, version in stale})

    def _decide(self, situations: Iterable[Situation]) -> Sequence[tuple[Situation, Decision]]:
        now = self.company.now()
        return [(situation, decide(situation, now)) for situation in situations]

    def _look(self, lease: Lease, situations: Sequence[Situation]) -> Sequence[Situation]:
        """Read the remote records of *situations*; when that fails, settle them and return none."""
        if not situations or self._stopped:
            return []
        try:
            return look(self.company, situations)
        except (ThrottledError, AuthorizationError) as error:
            self._close_gate(error.fault)
        except LinksyncError as error:
            trouble = JobError(message=f"the remote record could not be read: {error}", code="unreadable")
            self._save(
                lease,
                [self._report.failed(it.job, _label(it), it.link, trouble) for it in situations],
            )
        return []

    def _carry_out(
        self,
        lease: Lease,
        decided: Sequence[tuple[Situation, Decision]],
        refused: Mapping[str, str | None] | None = None,
    ) -> Sequence[tuple[Situation, str | None]]:
        """Carry decisions out, and return the situations to be decided again, with the version that was refused.

        With *refused*, the versions that the same jobs were refused for before in this run, none is decided again.
        """
        plans = list[Planned]()
        settlements = list[Settlement]()
        for situation, decision in decided:
            match decision:
                case Create() | Update():
                    plans.append(Planned(situation=situation, decision=decision))
                case Look():
                    pass  # it comes back with the remote record in hand
                case _:
                    settlements.append(
                        self._report.decided(situation.job, _label(situation), situation.link, decision)
                    )
                    self._widen(settlements[-1].promote)
        self._save(lease, settlements)
        return self._write(lease, plans, refused)

    def _write(
        self, lease: Lease, plans: Sequence[Planned], refused: Mapping[str, str | None] | None
    ) -> Sequence[tuple[Situation, str | None]]:
        stale = list[tuple[Situation, str | None]]()
        by_job = {planned.situation.job.id: planned for planned in plans}
        for transferred in transfer(self.company, lease, plans):
            if isinstance(transferred, Unsendable):
                planned = transferred.planned
                self._save(
                    lease,
                    [
                        self._report.unsendable(
                            planned.situation.job, planned.decision.link, transferred.error
                        )
                    ],
                )
                continue
            again = [
                (by_job[item.job_id].situation, item.version)
                for item in transferred.unsettled
                if refused is None and _asks_for_a_look(item)
            ]
            self._settle_items(
                lease,
                transferred,
                transferred.items,
                going_on={situation.job.id for situation, _ in again},
                refused=refused or {},
            )
            stale.extend(again)
            if self._stopped or self._is_over():
                break
        return stale

    # ---- writing down

    def _settle_items(
        self,
        lease: Lease,
        intent: Intent,
        items: Sequence[IntentItem],
        *,
        going_on: Collection[str] = (),
        refused: Mapping[str, str | None] | None = None,
        adopted: bool = False,
    ) -> None:
        """Settle *items*; those whose job is in *going_on* end without ending their job."""
        if not items:
            return
        jobs = self._jobs_by_id(lease)
        links = find_links(self.company.storage, self.company.id, (item.record for item in items))
        settlements = list[Settlement]()
        for item in items:
            if item.job_id in going_on:
                settlements.append(Settlement(settled=(intent.id, item.ref)))
                continue
            job, link = jobs.get(item.job_id), links.get(item.record)
            if job is not None and refused and _is_stuck(item, refused):
                settlement = self._report.needs_action(job, item.label, link, _STUCK)
                settlements.append(evolve(settlement, settled=(intent.id, item.ref)))
                continue
            settlements.append(self._report.answered(intent, item, job, link, adopted=adopted))
        for item in items:
            if isinstance(item.outcome, Refused):
                self._close_gate(item.outcome.fault)
        self._save(lease, settlements)

    def _save(self, lease: Lease, settlements: Sequence[Settlement]) -> None:
        if not settlements:
            return
        results = save(self.company, lease, settlements)
        self._ended.update(settlement.job.job_id for settlement in settlements if settlement.job)
        for result in results:
            self._counts[result.outcome] = self._counts.get(result.outcome, 0) + 1
        if self.on_progress is not None and results:
            self.on_progress(self._progress(results))

    def _progress(self, results: Sequence[SyncResult]) -> Progress:
        counts = self.company.storage.jobs.counts(self.company.id)
        return Progress(
            run_id=self._report.run_id,
            results=results,
            done=sum(self._counts.values()),
            remaining=sum(count for state, count in counts.items() if state.is_live),
        )

    def _close_gate(self, fault: Fault) -> None:
        """Stop, when *fault* is about the company and not about a record."""
        jobs = self.company.storage.jobs
        if fault.kind is FaultKind.THROTTLED:
            pause = fault.retry_after or _THROTTLE_PAUSE
            jobs.set_gate(
                self.company.id,
                GateState.THROTTLED,
                until=self.company.now() + pause,
                reason=str(fault),
            )
        elif fault.kind is FaultKind.UNAUTHORISED:
            jobs.set_gate(self.company.id, GateState.UNAUTHORISED, reason=str(fault))
        else:
            return
        self._stopped = True

    def _widen(self, promoted: Iterable[RecordKey]) -> None:
        if self.only is not None:
            self.only.update(promoted)

    def _jobs_by_id(self, lease: Lease) -> Mapping[str, LinkJob]:
        return {job.id: job for job in lease.claim.jobs}


def _asks_for_a_look(item: IntentItem) -> bool:
    """Whether a refused update is to be decided again with the remote record in hand."""
    return (
        isinstance(item.outcome, Refused)
        and item.action is Action.UPDATE
        and item.outcome.fault.kind in (FaultKind.STALE, FaultKind.NOT_FOUND)
    )


def _is_stuck(item: IntentItem, refused: Mapping[str, str | None]) -> bool:
    """Whether the remote calls the very version stale that it has just given out."""
    return (
        isinstance(item.outcome, Refused)
        and item.outcome.fault.kind is FaultKind.STALE
        and item.job_id in refused
        and refused[item.job_id] == item.version
    )


_STUCK = NeedsAction(
    code="stale",
    message="the remote refuses the version that it gives out itself as stale",
    remedy="look whether the record is locked there, by a closed period for instance, then requeue",
)


def _doubt(reason: str) -> NeedsAction:
    return NeedsAction(
        code="outcome_unknown",
        message=reason,
        remedy="look there; say with resolve() which record it is or that there is none, or requeue to search again",
    )


def _label_within(intent: Intent, record: RecordKey) -> str:
    return next((item.label for item in intent.items if item.record == record), "")


def _label(situation: Situation) -> str:
    if isinstance(situation.local, LocalMissing):
        return situation.link.label if situation.link else ""
    return situation.local.label


def _tell_gate(gate: Gate) -> str:
    if gate.state is GateState.OPEN:
        return ""
    until = f" until {gate.until:%Y-%m-%d %H:%M:%S} UTC" if gate.until else ""
    return f"the company is {gate.state.value}{until}: {gate.reason}"


def _tell_holder(gate: Gate, now: datetime) -> str:
    if gate.worker is None or gate.lease_until is None or gate.lease_until <= now:
        return ""
    return f"another worker has the company, at most until {gate.lease_until:%Y-%m-%d %H:%M:%S} UTC"
