"""Writing down what became of claimed jobs, many in a few statements."""

from collections.abc import Iterable, Mapping, Sequence

from linksync.jobs import JobOutcome, JobState
from linksync.records import CompanyId
from linksync.storage.instants import to_text
from linksync.storage.sql.connection import Session
from linksync.storage.sql.rows import error_columns


def settle(session: Session, company: CompanyId, outcomes: Iterable[JobOutcome], now: str) -> None:
    """Carry *outcomes* out on the company's running jobs; others are passed over.

    Jobs that were enqueued since they were handed out go first: they run again, and are not running any
    more when the statements for their outcomes come.
    """
    # The first of two outcomes of one job counts: after it the job does not run any more.
    first = {outcome.job_id: outcome for outcome in reversed(list(outcomes)) if outcome.job_id.isdecimal()}
    rows = {job_id: _parameters(company, outcome, now) for job_id, outcome in first.items()}

    def in_state(*states: JobState) -> Sequence[Mapping[str, object]]:
        return [rows[job_id] for job_id, outcome in first.items() if outcome.state in states]

    touched = [str(number) for (number,) in session.run("jobs.touched", company=company)]
    if again := [rows[job_id] for job_id in touched if job_id in rows]:
        session.change_each("jobs.settle_touched", again)
    if retried := in_state(JobState.QUEUED):
        session.change_each("jobs.settle_retry", retried)
    if waiting := in_state(JobState.WAITING):
        session.change_each("jobs.settle_awaited", _awaited(company, first.values()))
        session.change_each("jobs.settle_waiting", waiting)
    if ended := in_state(*(state for state in JobState if not state.is_live)):
        session.change_each("jobs.settle_ended", ended)
        session.change_each("jobs.remove_running", ended)


def _parameters(company: CompanyId, outcome: JobOutcome, now: str) -> Mapping[str, object]:
    return {
        "company": company,
        "number": int(outcome.job_id),
        "state": outcome.state.value,
        "counts": int(outcome.counts),
        "due_at": to_text(outcome.due_at) or now,
        "is_done": int(outcome.state in (JobState.SUCCESS, JobState.CANCELLED)),
        "starts_afresh": int(not outcome.state.is_live),
        "now": now,
        **error_columns(outcome.error),
    }


def _awaited(company: CompanyId, outcomes: Iterable[JobOutcome]) -> Sequence[Mapping[str, object]]:
    return [
        {
            "company": company,
            "number": int(outcome.job_id),
            "entity": record.entity,
            "side": record.side.value,
            "record_id": record.id,
        }
        for outcome in outcomes
        if outcome.state is JobState.WAITING
        for record in outcome.waits_for
    ]
