"""What is to be written down about a record, from a decision or from an answer: values only."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from attrs import evolve, frozen

from linksync.errors import Fault, FaultKind, LinksyncError, MappingError
from linksync.exactjson import Json
from linksync.fields import Base, FieldValue
from linksync.history import Outcome, SyncResult
from linksync.jobs import Intent, IntentItem, JobError, JobOutcome, JobState, LinkJob
from linksync.links import Link
from linksync.records import Action, Record, RecordKey, Refused, Side, Unknown, Written
from linksync.sync.company import Company
from linksync.sync.decide import conflict
from linksync.sync.decision import NeedsAction, Skip, Unchanged, Wait
from linksync.sync.load import as_json
from linksync.sync.merge import Merge

_LONGEST_VALUE = 80
"""How much of a value a message shows."""

_BLANK = FieldValue(None, None)


@frozen(kw_only=True)
class Settlement:
    """All that is to be written down about one record.

    Attributes:
        job: What became of the job; None when it goes on within the run.
        result: The row for the results; None when it goes on within the run.
        link: The link as it is to be kept, when it changed.
        promote: Records to promote because this one waits for them.
        settled: The intent's item that is done with, by intent id and ref.
    """

    job: JobOutcome | None = None
    result: SyncResult | None = None
    link: Link | None = None
    promote: frozenset[RecordKey] = frozenset()
    settled: tuple[str, str] | None = None


@frozen(kw_only=True)
class Reporter:
    """Makes the results of one run.

    Attributes:
        run_id: The run.
        company: The company.
    """

    run_id: str
    company: Company

    def result(
        self,
        record: RecordKey,
        outcome: Outcome,
        *,
        link: Link | None = None,
        label: str = "",
        error: JobError | None = None,
        reason: str = "",
        request_id: str = "",
        details: Mapping[str, Json] | None = None,
        written_to: Side | None = None,
    ) -> SyncResult:
        """Return the row that says what happened to *record*."""
        mapper = self.company.mappers.find(record.entity)
        return SyncResult(
            run_id=self.run_id,
            company=self.company.id,
            record=record,
            label=label or (link.label if link else ""),
            remote_type=mapper.remote_type if mapper else "",
            remote_id=link.remote_id if link else None,
            written_to=written_to,
            outcome=outcome,
            reason=error.message if error else reason,
            code=error.code if error else "",
            remedy=error.remedy if error else "",
            request_id=error.request_id if error else request_id,
            details=details or {},
        )

    def decided(
        self, job: LinkJob, label: str, link: Link | None, decision: Skip | Wait | Unchanged | NeedsAction
    ) -> Settlement:
        """Return what is to be written down about a decision that writes nothing to the remote."""
        match decision:
            case Skip(reason=reason):
                return Settlement(
                    job=JobOutcome(job_id=job.id, state=JobState.SUCCESS),
                    result=self.result(job.record, Outcome.SKIPPED, link=link, label=label, reason=reason),
                )
            case Wait():
                return self._waiting(job, label, decision)
            case Unchanged():
                kept = evolve(decision.link, label=label, base=_advance(decision))
                return Settlement(
                    job=JobOutcome(job_id=job.id, state=JobState.SUCCESS),
                    result=self.result(
                        job.record,
                        Outcome.UNCHANGED,
                        link=kept,
                        reason=_tell_pulls(decision.merge.changed_remotely) or "both sides are in step",
                        details=_list_pulls(decision.merge.changed_remotely),
                    ),
                    link=kept if kept != link else None,
                )
            case NeedsAction():
                return self.needs_action(job, label, link, decision)

    def needs_action(self, job: LinkJob, label: str, link: Link | None, decision: NeedsAction) -> Settlement:
        """Return that a person must decide or mend something."""
        error = JobError(message=decision.message, code=decision.code, remedy=decision.remedy)
        return Settlement(
            job=JobOutcome(job_id=job.id, state=JobState.NEEDS_ACTION, error=error),
            result=self.result(
                job.record,
                Outcome.NEEDS_ACTION,
                link=decision.link or link,
                label=label,
                error=error,
                details=decision.details,
                written_to=Side.REMOTE,
            ),
            link=decision.link if decision.link != link else None,
        )

    def given_up(self, job: LinkJob, link: Link | None) -> Settlement:
        """Return that the queue has ended a job by itself."""
        return Settlement(result=self.result(job.record, Outcome.NEEDS_ACTION, link=link, error=job.error))

    def unsendable(self, job: LinkJob, link: Link, error: LinksyncError) -> Settlement:
        """Return that the write could not be made."""
        code = "mapping" if isinstance(error, MappingError) else "configuration"
        trouble = NeedsAction(
            code=code, message=str(error), remedy="mend what is named and requeue", link=link
        )
        return self.needs_action(job, link.label, None, trouble)

    def failed(self, job: LinkJob, label: str, link: Link | None, error: JobError) -> Settlement:
        """Return that a try failed in a passing way: it is tried again, or given up after too many."""
        delay = self.company.retry.delay(job.attempts + 1, None, self.company.random)
        if delay is None:
            state, outcome, due_at = JobState.ERROR, Outcome.FAILED, None
        else:
            state, outcome, due_at = JobState.QUEUED, Outcome.RETRY, self.company.now() + delay
        return Settlement(
            job=JobOutcome(job_id=job.id, state=state, due_at=due_at, error=error),
            result=self.result(
                job.record, outcome, link=link, label=label, error=error, written_to=Side.REMOTE
            ),
        )

    def held(self, job: LinkJob, label: str, until: datetime) -> Settlement:
        """Return that the record's last write is still open: nobody may write it before that is known."""
        reason = f"the outcome of its last write is not known yet; it is looked up after {until:%H:%M:%S} UTC"
        return Settlement(
            job=JobOutcome(
                job_id=job.id,
                state=JobState.QUEUED,
                due_at=until,
                counts=False,
                error=JobError(message=reason, code="open_intent", request_id=""),
            ),
            result=self.result(job.record, Outcome.RETRY, label=label, reason=reason),
        )

    def _waiting(self, job: LinkJob, label: str, decision: Wait) -> Settlement:
        names = ", ".join(
            f"{key} (which needs action: {decision.stuck[key]})" if key in decision.stuck else str(key)
            for key in sorted(decision.missing)
        )
        error = JobError(message=f"waits for the link of {names}", code="waiting")
        return Settlement(
            job=JobOutcome(
                job_id=job.id,
                state=JobState.WAITING,
                waits_for=decision.missing,
                counts=False,
                error=error,
            ),
            result=self.result(job.record, Outcome.WAITING, link=decision.link, label=label, error=error),
            link=decision.link,
            promote=decision.promote,
        )

    # ---- answers to writes

    def answered(
        self,
        intent: Intent,
        item: IntentItem,
        job: LinkJob | None,
        link: Link | None,
        *,
        adopted: bool = False,
    ) -> Settlement:
        """Return what is to be written down about a write.

        Args:
            intent: The intent.
            item: Its item.
            job: The job, if it is this run's; an item settled for a dead worker has none.
            link: The link as it is now.
            adopted: Whether the write was found done, instead of answered.
        """
        match item.outcome:
            case Written() if adopted:
                return _found(self._written(intent, item, item.outcome, job, link), item, link)
            case Written():
                return self._written(intent, item, item.outcome, job, link)
            case Refused():
                return self._refused(intent, item, item.outcome, job, link)
            case Unknown() | None:
                return self.open(intent, item, job, link, "no answer came, or none that can be read")

    def _written(
        self, intent: Intent, item: IntentItem, outcome: Written, job: LinkJob | None, link: Link | None
    ) -> Settlement:
        if link is None:
            raise RuntimeError(f"{item.record} has an intent and no link; the storage has lost a row")
        record = outcome.record
        base, stored = _new_base(self.company, item, record)
        label = item.label or link.label
        if item.action is Action.CREATE:
            kind, kept = Outcome.CREATED, link.bind(record.id, base, label=label)
        else:
            kind, kept = Outcome.UPDATED, evolve(link, base=base, remote_state=record.state, label=label)
        details: dict[str, Json] = {"fields": sorted(item.fields), **_list_pulls(item.pulls)}
        if stored:
            details["stored_differently"] = stored
        error = None
        state = JobState.SUCCESS
        if item.conflicts:
            state = JobState.NEEDS_ACTION
            kind = Outcome.NEEDS_ACTION
            trouble = conflict(kept, Merge(conflicts=item.conflicts))
            error = JobError(message=trouble.message, code=trouble.code, remedy=trouble.remedy)
            details |= trouble.details
        if job is not None and job.generation != item.job_generation:
            state = JobState.QUEUED  # it was enqueued again since the request was made: another look is due
        return Settlement(
            job=JobOutcome(job_id=item.job_id, state=state, error=error),
            result=self.result(
                item.record,
                kind,
                link=kept,
                error=error,
                reason=_tell_pulls(item.pulls),
                request_id=outcome.request_id,
                details=details,
                written_to=intent.side,
            ),
            link=kept,
            settled=(intent.id, item.ref),
        )

    def _refused(
        self, intent: Intent, item: IntentItem, outcome: Refused, job: LinkJob | None, link: Link | None
    ) -> Settlement:
        fault = outcome.fault
        error = JobError(
            message="; ".join([str(fault), *self._blamed(item, fault)]),
            code=fault.code or fault.kind.value,
            remedy=fault.remedy,
            request_id=fault.request_id,
        )
        state, due_at, counts = JobState.NEEDS_ACTION, None, True
        match fault.kind:
            case FaultKind.THROTTLED | FaultKind.UNAUTHORISED | FaultKind.HALTED:
                # The company's gate is closed, which is what delays it.
                state, counts = JobState.QUEUED, False
            case FaultKind.TRANSIENT | FaultKind.STALE:
                attempts = job.attempts + 1 if job else 1
                delay = self.company.retry.delay(attempts, fault.retry_after, self.company.random)
                state = JobState.ERROR if delay is None else JobState.QUEUED
                due_at = None if delay is None else self.company.now() + delay
                if fault.code == "not_done":
                    state, due_at, counts = JobState.QUEUED, None, False
            case FaultKind.DUPLICATE | FaultKind.NOT_FOUND | FaultKind.REJECTED | FaultKind.UNSUPPORTED:
                pass
        rows = {
            JobState.QUEUED: Outcome.RETRY,
            JobState.ERROR: Outcome.FAILED,
            JobState.NEEDS_ACTION: Outcome.NEEDS_ACTION,
        }
        return Settlement(
            job=JobOutcome(job_id=item.job_id, state=state, due_at=due_at, counts=counts, error=error),
            result=self.result(
                item.record,
                rows[state],
                link=link,
                label=item.label,
                error=error,
                written_to=intent.side,
            ),
            settled=(intent.id, item.ref),
        )

    def _blamed(self, item: IntentItem, fault: Fault) -> Sequence[str]:
        """Return the fields that a refusal is about, with their values: what it names, or what tells records apart."""
        rules = self.company.mappers.get(item.record.entity).fields
        names = [
            name
            for name in item.fields
            if name in rules and fault.element and _names_field(fault.element, rules[name].remote)
        ]
        if not names and fault.kind is FaultKind.DUPLICATE:
            names = sorted(item.match & item.fields.keys())
        return [
            f"{rules[name].local or name} -> {rules[name].remote}: {_shown(item.fields[name].local)}"
            for name in names
        ]

    def open(
        self, intent: Intent, item: IntentItem, job: LinkJob | None, link: Link | None, reason: str
    ) -> Settlement:
        """Return that nobody knows yet what became of a write: its item stays open, the job comes back to recover."""
        company = self.company
        ripe_at = (intent.sent_at or company.now()) + company.remote.capabilities.settle_time
        delay = company.retry.delay(job.attempts + 1 if job else 1, None, company.random)
        error = JobError(
            message=f"{reason}; whether it was written is looked up after {ripe_at:%H:%M:%S} UTC",
            code="outcome_unknown",
            remedy="wait, or look whether it is there and requeue",
        )
        state, outcome = JobState.QUEUED, Outcome.RETRY
        if delay is None:
            state, outcome = JobState.NEEDS_ACTION, Outcome.NEEDS_ACTION
        return Settlement(
            job=JobOutcome(
                job_id=item.job_id,
                state=state,
                due_at=ripe_at if state is JobState.QUEUED else None,
                error=error,
            ),
            result=self.result(
                item.record, outcome, link=link, label=item.label, error=error, written_to=intent.side
            ),
        )


def _names_field(element: str, remote: str) -> bool:
    """Whether what the remote blames, such as `DisplayName`, is the remote field `Customer.DisplayName`."""
    return remote == element or remote.endswith(f".{element}") or element.endswith(f".{remote}")


def _shown(form: Json) -> str:
    text = repr(form)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}..."


def _found(settlement: Settlement, item: IntentItem, link: Link | None) -> Settlement:
    """Return *settlement* for a write that was found done.

    The version that an update was found at may cover changes that nobody has looked at: the base keeps its own, so
    that the next write looks first.
    """
    verb = "created" if item.action is Action.CREATE else "written"
    reason = f"found there: an earlier request of ours had {verb} it before its answer was lost"
    kept = settlement.link
    if kept is not None and link is not None and item.action is not Action.CREATE:
        kept = evolve(kept, base=evolve(kept.base, version=item.base.version))
    result = settlement.result
    if result is not None:
        is_linked = result.outcome is Outcome.CREATED
        result = evolve(result, outcome=Outcome.LINKED if is_linked else result.outcome, reason=reason)
    return evolve(settlement, link=kept, result=result)


def _advance(decision: Unchanged) -> Base:
    """Return the base after a look that found nothing to write."""
    base, merge = decision.link.base, decision.merge
    return evolve(
        base,
        fields={**base.fields, **merge.equal},
        version=decision.onto.version if merge.is_in_step else base.version,
        raw=decision.onto.raw if merge.is_in_step else base.raw,
    )


def _new_base(company: Company, item: IntentItem, record: Record) -> tuple[Base, Mapping[str, Json]]:
    """Return the base after a write, and the fields that the remote stored otherwise than it was told.

    Only what was written, or found equal, moves; and the version moves only when nothing is left out of step,
    so that a later write cannot pass over a remote change that nobody has looked at. Of a record that somebody has
    edited since we created it, what differs may be theirs: it stays out of the base, and without a version the next
    write looks first.
    """
    answered, raw = _read_answer(company, item, record)
    is_create = item.action is Action.CREATE
    is_edited = is_create and not record.is_first_version
    stored = dict[str, Json]()
    written = dict[str, FieldValue]()
    if is_create:  # what was absent here and is blank there is in step as well
        for name, rule in company.mappers.get(item.record.entity).fields.items():
            if (
                name not in item.fields
                and answered.get(name, _BLANK).remote is None
                and rule.direction.is_pushed
            ):
                written[name] = _BLANK
    for name, sent in item.fields.items():
        kept = answered.get(name, _BLANK).remote
        if kept == sent.remote:
            written[name] = sent
            continue
        if not is_edited:
            written[name] = FieldValue(sent.local, kept)
        if not is_create or sent.remote is not None:
            stored[name] = {"sent": sent.remote, "stored": kept}
    if is_edited:
        version = None
    elif not item.is_in_step:
        version = item.base.version
    else:
        version = record.version
    return Base(fields={**item.base.fields, **item.equal, **written}, version=version, raw=raw), stored


def _read_answer(
    company: Company, item: IntentItem, record: Record
) -> tuple[Mapping[str, FieldValue], Mapping[str, Json]]:
    """Return the fields and the raw parts of a record that was written.

    It was written, whatever the mapping makes of the answer: the link must not be lost over that.
    """
    mapper, values = company.mappers.get(item.record.entity), as_json(record)
    try:
        return mapper.incoming(values, company.bare_context), mapper.raw_parts(values)
    except Exception:  # noqa: BLE001 - the host's own code
        return item.fields, {}


def _tell_pulls(names: Iterable[str]) -> str:
    listed = ", ".join(sorted(names))
    return f"changed on the remote and kept there: {listed}" if listed else ""


def _list_pulls(names: Iterable[str]) -> dict[str, Json]:
    listed = sorted(names)
    return {"changed_remotely": listed} if listed else {}
