"""What a run would do, found out by the same decisions, with nothing written anywhere."""

from collections.abc import Sequence
from typing import assert_never

from attrs import frozen

from linksync.jobs import JobState, LinkJob
from linksync.records import RecordKey
from linksync.sync.company import Company
from linksync.sync.decide import decide
from linksync.sync.decision import Create, Decision, Look, NeedsAction, Skip, Unchanged, Update, Wait
from linksync.sync.load import by_entity, look, read_local, translate


@frozen(kw_only=True)
class PlannedStep:
    """What a run would do about one record.

    Attributes:
        record: The record.
        decision: What was decided, with all its facts.
        text: The same in one sentence.
    """

    record: RecordKey
    decision: Decision
    text: str


def make_plan(company: Company, limit: int) -> Sequence[PlannedStep]:
    """Return what `run()` would do about up to *limit* of the jobs that are due.

    The remote is read where a decision asks for it. Records that others wait for and that a run would promote
    first are shown as waited for.
    """
    jobs = _due(company, limit)
    now = company.now()
    subjects = [it for entity, group in by_entity(jobs).items() for it in read_local(company, entity, group)]
    situations = translate(company, subjects)
    decided = [(situation, decide(situation, now)) for situation in situations]
    to_look = [situation for situation, decision in decided if isinstance(decision, Look)]
    seen = {it.job.id: decide(it, now) for it in look(company, to_look)}
    return [
        _step(situation.job.record, seen.get(situation.job.id, decision)) for situation, decision in decided
    ]


def _due(company: Company, limit: int) -> Sequence[LinkJob]:
    """Return the jobs that a run would take up now, page by page."""
    due = list[LinkJob]()
    after: LinkJob | None = None
    while len(due) < limit:
        page = company.storage.jobs.list_jobs(company.id, states=[JobState.QUEUED], after=after)
        if not page:
            break
        due.extend(job for job in page if job.due_at <= company.now())
        after = page[-1]
    return due[:limit]


def _step(record: RecordKey, decision: Decision) -> PlannedStep:
    return PlannedStep(record=record, decision=decision, text=f"{record}: {tell(decision)}")


def tell(decision: Decision) -> str:
    """Return *decision* in one sentence."""
    match decision:
        case Create(link=link):
            return f"create it as {link.remote_type}"
        case Update(link=link, merge=merge):
            return f"write {', '.join(sorted(merge.push))} to {link.remote_type} {link.remote_id}"
        case Unchanged():
            return "nothing to write"
        case Look():
            return "look at the remote record"
        case Wait(missing=missing, promote=promote):
            first = f"promote {', '.join(map(str, sorted(promote)))} first and " if promote else ""
            return f"{first}wait for the link of {', '.join(map(str, sorted(missing)))}"
        case Skip(reason=reason):
            return f"skip, because {reason}"
        case NeedsAction(message=message, remedy=remedy):
            return f"needs action: {message}; {remedy}"
        case _:
            assert_never(decision)
