"""What was created after all: a late answer against the outcome that is kept of a write.

A worker that was stopped in the middle of a request, and woke up when another had found out that nothing was done, may
come back with word that it was. Where the record has not been made anew by then, that is the twin it lacks. Otherwise
there are two, and a person is told.
"""

from collections.abc import Iterable, Sequence

from attrs import define, evolve, field

from linksync.jobs import Intent, IntentItem, JobOutcome, JobRequest, JobState, LinkJob, Reason
from linksync.links import Link, LinkState
from linksync.records import RecordKey, Written
from linksync.sync.decision import NeedsAction
from linksync.sync.load import find_links
from linksync.sync.report import Settlement
from linksync.sync.settle import Settler


@define(eq=False)
class Late:
    """The late answers that a run has still to deal with, each when the job of its record is at hand."""

    _settler: Settler
    _left: dict[RecordKey, tuple[Intent, IntentItem]] = field(
        init=False, factory=dict[RecordKey, tuple[Intent, IntentItem]]
    )
    _noted: set[tuple[str, str]] = field(init=False, factory=set[tuple[str, str]])

    def note(self, intents: Iterable[Intent]) -> bool:
        """Take note of what came late of *intents*, the company's open ones; return whether it has made records due."""
        self._left = {item.record: (intent, item) for intent in intents for item in intent.untold}
        if not self._left:
            return False
        company, claim = self._settler.company, self._settler.lease.claim
        at_hand = {job.record for job in claim.jobs}
        new = [
            record
            for record, (intent, item) in self._left.items()
            if record not in at_hand and (intent.id, item.ref) not in self._noted
        ]
        self._noted.update((intent.id, item.ref) for intent, item in self._left.values())
        company.storage.jobs.enqueue(
            JobRequest(company=company.id, record=record, reason=Reason.CHANGED) for record in new
        )
        return bool(new)

    def settle(self, jobs: Sequence[LinkJob]) -> Sequence[LinkJob]:
        """Settle those of *jobs* of whose record something came late, and return the others."""
        if not self._left:
            return jobs
        company = self._settler.company
        links = find_links(company.storage, company.id, [job.record for job in jobs])
        late = [(job, *self._left.pop(job.record)) for job in jobs if job.record in self._left]
        settlements = [self._conclude(job, intent, item, links.get(job.record)) for job, intent, item in late]
        self._settler.save(settlements)
        return [job for job in jobs if job.id not in self._settler.ended]

    def _conclude(self, job: LinkJob, intent: Intent, item: IntentItem, link: Link | None) -> Settlement:
        report = self._settler.report
        done = (intent.id, item.ref)
        if link is not None and link.state is LinkState.PENDING:
            adopted = report.answered(intent, item, job, link, adopted=True)
            # Another look is due: the record may have changed since that request was made.
            return evolve(adopted, job=JobOutcome(job_id=job.id, state=JobState.QUEUED, counts=False))
        created = item.outcome.record.id if isinstance(item.outcome, Written) else ""
        if link is not None and link.remote_id == created:
            return Settlement(settled=done)  # it was found since, and is the only one
        told = report.needs_action(job, item.label, link, _twins(item.record_type, created, link))
        return evolve(told, settled=done)


def _twins(record_type: str, created: str, link: Link | None) -> NeedsAction:
    other = f", and {record_type} {link.remote_id} by another" if link is not None and link.remote_id else ""
    return NeedsAction(
        code="created_twice",
        message=f"{record_type} {created} was created there by a request that had been given up{other}",
        remedy=f"look there; delete or void {record_type} {created} unless it is wanted, then requeue",
        link=link,
    )
