"""How far behind the workers of this process are."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from linksync.clock import Clock
from linksync.jobs import SUSPICION, Backlog, Band, CompanyBacklog, GateState, JobState, LinkJob
from linksync.records import CompanyId
from linksync.storage.memory.gates import MemoryGates
from linksync.storage.memory.tables import Tables


def read_backlog(tables: Tables, clock: Clock, gates: MemoryGates, limit: int) -> Backlog:
    """Return how things stand now, with up to *limit* companies; there is no inbox and no transaction that lasts."""
    with tables.journal.transaction():
        now = clock.now()
        known = {*tables.companies, *(company for company, _ in tables.gates.items())}
        told = (_company(tables, gates, company, now) for company in sorted(known, key=gates.turn))
        found = [it for it in told if _is_worth_telling(it, now)]
        delayed = (
            slot.job.due_at
            for of_company in tables.companies.values()
            for slot in of_company.slots.values()
            if slot.job.state is JobState.QUEUED and slot.job.due_at > now
        )
        return Backlog(
            at=now,
            companies=tuple(found[: max(limit, 0)]),
            has_more=len(found) > max(limit, 0),
            next_due_at=min(delayed, default=None),
        )


def _company(tables: Tables, gates: MemoryGates, company: CompanyId, now: datetime) -> CompanyBacklog:
    own = tables.of(company)
    live = [slot.job for slot in own.slots.values()]
    due = [job for job in live if job.state is JobState.QUEUED and job.due_at <= now]
    opened = [intent.opened_at for id_, _ in own.open_intents.items() if (intent := tables.intents.get(id_))]
    return CompanyBacklog(
        gate=gates.get(company),
        counts=dict(Counter(job.state for job in [*live, *own.done.values()])),
        due_since=_due_since(due),
        suspects=sum(job.crashes >= SUSPICION for job in due),
        open_intents=len(own.open_intents),
        intents_since=min((at for at in opened if at is not None), default=None),
    )


def _due_since(due: Iterable[LinkJob]) -> dict[Band, datetime]:
    since = dict[Band, datetime]()
    for job in due:
        since[job.band] = min(job.due_at, since.get(job.band, job.due_at))
    return since


def _is_worth_telling(company: CompanyBacklog, now: datetime) -> bool:
    has_live_jobs = any(state.is_live for state in company.counts)
    is_closed = company.gate.state is not GateState.OPEN
    return has_live_jobs or company.open_intents > 0 or is_closed or company.is_held(now)
