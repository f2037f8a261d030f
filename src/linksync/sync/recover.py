"""Finding out what became of writes whose answer never came.

An open intent is left alone until the other end can no longer be working on it. Then what was created since is
read, and what was to be updated, once per remote type. If nothing of it is there, the same bytes are sent again
under the same key. If something is, it is adopted, and the rest is free for a new intent. What is in doubt waits
for a person.
"""

import logging
from collections.abc import Sequence
from datetime import datetime

from attrs import define, evolve, field

from linksync.errors import AuthorizationError, HaltedError, LinksyncError, ThrottledError, TransientError
from linksync.jobs import Intent, JobError, LinkJob
from linksync.records import RecordKey
from linksync.sync.again import made_again
from linksync.sync.company import Company
from linksync.sync.decision import NeedsAction
from linksync.sync.late import Late
from linksync.sync.report import Settlement
from linksync.sync.search import Finding, search
from linksync.sync.settle import Settler
from linksync.sync.transfer import deliver, not_done

_log = logging.getLogger("linksync.sync")


@define(eq=False)
class Recovery:
    """What a run does about open intents, and what it knows of them afterwards."""

    _settler: Settler
    _verdicts: dict[RecordKey, NeedsAction | JobError] = field(
        init=False, factory=dict[RecordKey, NeedsAction | JobError]
    )
    _late: Late = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._late = Late(self._settler)

    def recover(self) -> bool:
        """Settle answers that nobody got to settle, and find out about writes that were never answered.

        Returns:
            Whether records have become due by what was found.

        Raises:
            LeaseLostError: The company was lost.
        """
        company = self._settler.company
        intents = company.storage.intents.list_open(company.id)
        is_due = self._late.note(intents)
        for intent in intents:
            self._settler.settle_items(intent, intent.unsettled)
            if not intent.unanswered or self._settler.is_stopped or ripe_at(company, intent) > company.now():
                continue
            if self._is_awaited(intent):
                self._find_out(intent)
        return is_due

    def set_apart(self, jobs: Sequence[LinkJob]) -> Sequence[LinkJob]:
        """Settle the jobs whose record nobody may write now, for an open intent or something late, and return the others."""
        company = self._settler.company
        held = company.storage.intents.find_open(company.id, [job.record for job in jobs])
        self._settler.save([self._hold(job, held[job.record]) for job in jobs if job.record in held])
        return self._late.settle([job for job in jobs if job.record not in held])

    def _is_awaited(self, intent: Intent) -> bool:
        """Whether a job wants to know; what waits for a person is looked at again when they requeue it."""
        company = self._settler.company
        records = [item.record for item in intent.unanswered]
        jobs = company.storage.jobs.find_by_records(company.id, records)
        return any(job.state.is_live for job in jobs.values())

    def _find_out(self, intent: Intent) -> None:
        try:
            finding = search(self._settler.company, intent)
        except (ThrottledError, AuthorizationError, HaltedError) as error:
            self._settler.close_gate(error.fault)
            return
        except TransientError as error:
            reason = f"the search for it failed: {error}"
            self._judge(intent, JobError(message=reason, code="outcome_unknown"))
            return
        except LinksyncError as error:
            self._judge(intent, _doubt(f"the search for it failed: {error}"))
            return
        _log.info(
            "searched for an unanswered request: %s found, %s in doubt",
            len(finding.adopted),
            len(finding.doubtful),
            extra={"company": intent.company, "intent": intent.id},
        )
        if finding.is_absent:
            self._send_again(intent)
            return
        answered = self._conclude(intent, finding)
        self._settler.settle_items(answered, answered.unsettled, adopted=True)
        for item in answered.unanswered:
            self._verdicts[item.record] = _doubt(finding.doubtful[item.ref])

    @made_again
    def _conclude(self, intent: Intent, finding: Finding) -> Intent:
        """Store what was found as answers, if the company is still ours: by now, another may have sent it again."""
        storage = self._settler.company.storage
        reason = "it was not there when its answer had been lost; it is written anew"
        with storage.transaction():
            storage.jobs.verify(self._settler.lease.claim)
            known = storage.intents.answer(intent, ())
            # What has been answered meanwhile is certain, and what was found for it is somebody else's.
            unknown = {item.ref for item in known.unanswered}
            answered = storage.intents.answer(known, [it for it in finding.adopted if it.ref in unknown])
            absent = tuple(item for item in answered.items if item.ref not in finding.doubtful)
            return storage.intents.answer(intent, not_done(evolve(answered, items=absent), reason))

    def _send_again(self, intent: Intent) -> None:
        company, lease = self._settler.company, self._settler.lease
        lease.ensure(company.remote.capabilities.request_timeout)
        answered = deliver(company, lease, company.storage.intents.resend(lease.claim, intent.id))
        self._settler.settle_items(answered, answered.unsettled)

    def _judge(self, intent: Intent, verdict: NeedsAction | JobError) -> None:
        """Say of each unanswered write of *intent* why nobody can tell what became of it."""
        self._verdicts.update((item.record, verdict) for item in intent.unanswered)

    def _hold(self, job: LinkJob, intent: Intent) -> Settlement:
        """Return what is said of a job whose record nobody may write before an open intent is resolved."""
        company, report = self._settler.company, self._settler.report
        label = next((item.label for item in intent.items if item.record == job.record), "")
        match self._verdicts.get(job.record):
            case NeedsAction() as verdict:
                return report.needs_action(job, label, None, verdict)
            case JobError() as error:
                return report.failed(job, label, None, error)
            case None:
                if company.retry.delay(intent.sends, None, company.random) is None:
                    verdict = _doubt(f"it was sent {intent.sends} times without an answer")
                    return report.needs_action(job, label, None, verdict)
                return report.held(job, label, ripe_at(company, intent))


def ripe_at(company: Company, intent: Intent) -> datetime:
    """Return when the other end can no longer be working on *intent*."""
    return (intent.sent_at or company.now()) + company.remote.capabilities.settle_time


def _doubt(reason: str) -> NeedsAction:
    return NeedsAction(
        code="outcome_unknown",
        message=reason,
        remedy="look there; say with resolve() which record it is or that there is none, or requeue to search again",
    )
