"""Writing down what happened: link, base, job, result and intent in one transaction."""

from collections.abc import Iterable, Sequence

from attrs import evolve

from linksync.errors import TakenError
from linksync.history import Outcome, SyncResult
from linksync.jobs import JobError, JobRequest, JobState, Reason
from linksync.links import LinkState
from linksync.sync.company import Company
from linksync.sync.lease import Lease
from linksync.sync.report import Settlement


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
