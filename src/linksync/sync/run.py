"""One pass over one company's due jobs: the nine steps in their order."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias
from uuid import uuid4

from attrs import define

from linksync.errors import (
    AuthorizationError,
    ConfigurationError,
    FaultKind,
    HaltedError,
    LeaseLostError,
    LinksyncError,
    ThrottledError,
)
from linksync.history import SyncRun
from linksync.jobs import Claim, Gate, GateState, IntentItem, JobError, LinkJob
from linksync.records import Action, RecordKey, Refused
from linksync.sync.company import Company
from linksync.sync.decide import decide
from linksync.sync.decision import Create, Decision, Look, NeedsAction, Update
from linksync.sync.drafts import Planned, Sendable, Unsendable, make_requests
from linksync.sync.heartbeat import Heartbeat
from linksync.sync.lease import Lease
from linksync.sync.load import Subject, by_entity, in_levels, look, read_local, translate
from linksync.sync.recover import Recovery
from linksync.sync.report import Reporter, Settlement
from linksync.sync.settle import OnProgress, Settler
from linksync.sync.situation import LocalMissing, Situation
from linksync.sync.transfer import transfer

_log = logging.getLogger("linksync.sync")

Versions: TypeAlias = Mapping[str, str | None]
"""The remote versions that writes were refused for, by job id."""


@define(kw_only=True, eq=False)
class CompanyRun:
    """A pass over one company's due jobs, about to be made.

    Attributes:
        company: The company.
        limit: How many jobs to take up at most; None for all that are due.
        until: When to take up no more (timezone-aware); None for never.
        only: The records to confine it to, which grows by those that they wait for; None for all.
        on_progress: Called after every step that wrote results.
        should_stop: Says, between the steps, whether to end although there is more to do.
        claim: The hold on the company to begin with; None to take it.
    """

    company: Company
    limit: int | None = None
    until: datetime | None = None
    only: set[RecordKey] | None = None
    on_progress: OnProgress | None = None
    should_stop: Callable[[], bool] | None = None
    claim: Claim | None = None
    _taken: int = 0

    def work(self) -> SyncRun:
        """Make it, and return the finished run.

        A run without results leaves no trace in the history; its `note` says why.
        """
        run_id = uuid4().hex
        claim = self.claim or self._claim(uuid4().hex)
        if claim is None:
            return self._idle(run_id)
        self._taken = len(claim.jobs)
        lease = Lease(self.company, claim)
        settler = Settler(
            company=self.company,
            lease=lease,
            report=Reporter(run_id=run_id, company=self.company),
            on_progress=self.on_progress,
        )
        note = ""
        try:
            with Heartbeat(lease):
                lease.take_over()
                note = self._pass(_Pass(self, settler, Recovery(settler)))
        except LeaseLostError:
            note = "the lease on the company ran out, or another worker has taken it over"
        except BaseException as error:
            note = f"ended by {type(error).__name__}"
            settler.begin()  # it leaves a trace, results or not
            raise
        finally:
            try:
                lease.let_go()
            finally:
                finished = settler.finish(note)
            _log.info(
                "run ended%s",
                f": {note}" if note else "",
                extra={"company": self.company.id, "run": run_id, "counts": _plain(finished)},
            )
        return finished

    def is_over(self) -> bool:
        """Whether its time is over, or somebody wants it to stop."""
        return bool(self._why_over())

    def widen(self, records: Iterable[RecordKey]) -> None:
        """Let a run that is confined to some records take up *records* as well."""
        if self.only is not None:
            self.only.update(records)

    def _pass(self, work: "_Pass") -> str:
        """Work until nothing is due or it has to stop; return why it stopped before that, if it did."""
        settler = work.settler
        settler.tell_given_up()
        is_due = work.recovery.recover()
        while (settler.lease.claim.jobs or is_due) and not settler.must_stop():
            work.process(settler.lease.claim.jobs)
            if self.limit is not None and self._taken >= self.limit:
                return f"stopped at the limit of {self.limit} jobs"
            if over := self._why_over():
                return over
            claim = self._claim(settler.lease.claim.worker)
            if claim is None:
                break
            settler.lease.take(claim)
            settler.ended.clear()
            settler.tell_given_up()
            is_due = work.recovery.recover()  # an intent may have ripened meanwhile
        return _tell_gate(self.company.storage.jobs.get_gate(self.company.id))

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

    def _why_over(self) -> str:
        if self.should_stop is not None and self.should_stop():
            return "stopped because its worker was told to"
        if self.until is not None and self.company.now() >= self.until:
            return "stopped at the end of its time"
        return ""

    def _idle(self, run_id: str) -> SyncRun:
        now = self.company.now()
        gate = self.company.storage.jobs.get_gate(self.company.id)
        return SyncRun(
            id=run_id,
            company=self.company.id,
            started_at=now,
            finished_at=now,
            note=_tell_gate(gate) or _tell_holder(gate, now) or "nothing to do",
        )


@define(eq=False)
class _Pass:
    """The steps of a run: read, translate, decide, write, settle."""

    run: CompanyRun
    settler: Settler
    recovery: Recovery

    @property
    def company(self) -> Company:
        return self.run.company

    def process(self, jobs: Sequence[LinkJob]) -> None:
        """Look at a claim's jobs, those first that others refer to."""
        free = self.recovery.set_apart([job for job in jobs if job.id not in self.settler.ended])
        for level in in_levels(self._read(free)):
            if self.settler.must_stop() or self.run.is_over():
                return
            self._process_level(level)

    def _read(self, jobs: Sequence[LinkJob]) -> Sequence[Subject]:
        """Read the local records of *jobs*; an entity that cannot be read is tried again later."""
        subjects = list[Subject]()
        for entity, group in by_entity(jobs).items():
            try:
                subjects.extend(read_local(self.company, entity, group))
            except ConfigurationError as error:
                remedy = "mend the code, then requeue"
                mistake = NeedsAction(code="configuration", message=str(error), remedy=remedy)
                report = self.settler.report
                self.settler.save([report.needs_action(job, "", None, mistake) for job in group])
            except LinksyncError as error:
                reason = f"the local record could not be read: {error}"
                trouble = JobError(message=reason, code="local_unreadable")
                self.settler.save([self.settler.report.failed(job, "", None, trouble) for job in group])
        return subjects

    def _process_level(self, subjects: Sequence[Subject]) -> None:
        """Decide about *subjects* and carry it out; what the remote refuses as stale is decided once more."""
        first = self._decide(translate(self.company, subjects))
        to_look = [situation for situation, decision in first if isinstance(decision, Look)]
        seen = self._decide(self._look(to_look))
        stale = self._carry_out([*first, *seen])
        again = self._decide(self._look([situation for situation, _ in stale]))
        self._carry_out(again, refused={situation.job.id: version for situation, version in stale})

    def _decide(self, situations: Iterable[Situation]) -> Sequence[tuple[Situation, Decision]]:
        now = self.company.now()
        return [(situation, decide(situation, now)) for situation in situations]

    def _look(self, situations: Sequence[Situation]) -> Sequence[Situation]:
        """Read the remote records of *situations*; when that fails, settle them and return none."""
        if not situations or self.settler.is_stopped:
            return []
        try:
            return look(self.company, situations)
        except (ThrottledError, AuthorizationError, HaltedError) as error:
            self.settler.close_gate(error.fault)
        except LinksyncError as error:
            trouble = JobError(message=f"the remote record could not be read: {error}", code="unreadable")
            report = self.settler.report
            self.settler.save([report.failed(it.job, _label(it), it.link, trouble) for it in situations])
        return []

    def _carry_out(
        self, decided: Sequence[tuple[Situation, Decision]], refused: Versions | None = None
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
                    settlement = self.settler.report.decided(
                        situation.job, _label(situation), situation.link, decision
                    )
                    settlements.append(settlement)
                    self.run.widen(settlement.promote)
        self.settler.save(settlements)
        return self._write(plans, refused)

    def _write(
        self, plans: Sequence[Planned], refused: Versions | None
    ) -> Sequence[tuple[Situation, str | None]]:
        stale = list[tuple[Situation, str | None]]()
        by_job = {planned.situation.job.id: planned.situation for planned in plans}
        links = {planned.situation.job.record: planned.decision.link for planned in plans}
        requests = list[Sendable]()
        for made in make_requests(self.company, plans):
            if isinstance(made, Unsendable):
                job, link = made.planned.situation.job, made.planned.decision.link
                self.settler.save([self.settler.report.unsendable(job, link, made.error)])
            else:
                requests.append(made)
        settlements = list[Settlement]()
        for sent, is_due in transfer(self.company, self.settler.lease, requests, self._must_stop):
            again = [
                (by_job[item.job_id], item.version)
                for item in sent.unsettled
                if refused is None and _asks_for_a_look(item)
            ]
            stale.extend(again)
            going_on = {situation.job.id for situation, _ in again}
            settlements += self.settler.conclude(
                sent, sent.items, links=links, going_on=going_on, refused=refused
            )
            if is_due:
                self.settler.save(settlements)
                settlements = []
                if self._must_stop():
                    break
        return stale

    def _must_stop(self) -> bool:
        """Whether nothing more may be begun."""
        return self.run.is_over() or self.settler.must_stop()


def _asks_for_a_look(item: IntentItem) -> bool:
    """Whether a refused update is to be decided again with the remote record in hand."""
    return (
        isinstance(item.outcome, Refused)
        and item.action is Action.UPDATE
        and item.outcome.fault.kind in (FaultKind.STALE, FaultKind.NOT_FOUND)
    )


def _label(situation: Situation) -> str:
    if isinstance(situation.local, LocalMissing):
        return situation.link.label if situation.link else ""
    return situation.local.label


def _plain(run: SyncRun) -> Mapping[str, int]:
    return {outcome.value: count for outcome, count in run.counts.items()}


def _tell_gate(gate: Gate) -> str:
    if gate.state is GateState.OPEN:
        return ""
    until = f" until {gate.until:%Y-%m-%d %H:%M:%S} UTC" if gate.until else ""
    return f"the company is {gate.state.value}{until}: {gate.reason}"


def _tell_holder(gate: Gate, now: datetime) -> str:
    if gate.worker is None or gate.lease_until is None or gate.lease_until <= now:
        return ""
    return f"another worker has the company, at most until {gate.lease_until:%Y-%m-%d %H:%M:%S} UTC"
