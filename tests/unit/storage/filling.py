"""A storage as it looks after years of work: enough rows of every kind that reading a table from end to end shows."""

from datetime import timedelta
from typing import Any

from linksync.history import Outcome, SyncResult
from linksync.jobs import Band, Claim, GateState, JobOutcome, JobState
from linksync.links import Link, LinkState
from linksync.records import CompanyId, RecordKey
from linksync.storage import SqlStorage
from linksync.testing.clock import FakeClock
from linksync.testing.contracts.intents import an_intent, written
from linksync.testing.contracts.suite import customer, wish
from linksync.tokens import Token

BUSY = [CompanyId(f"c{number:02}") for number in range(30)]
QUIET = [CompanyId(f"q{number:04}") for number in range(600)]
LEASE = timedelta(days=1)
FATES = [JobState.SUCCESS] * 12 + [JobState.ERROR, JobState.NEEDS_ACTION, JobState.CANCELLED]


def fill(storage: SqlStorage, clock: FakeClock, host: Any) -> None:
    """Put some thousand rows into every table; *host* is a connection of a host's, which is committed."""
    for company in BUSY:
        _fill_links(storage, company)
        _fill_jobs(storage, clock, company)
        _fill_history(storage, company)
    for number, company in enumerate(QUIET):
        is_open = number % 20 != 0
        state = GateState.OPEN if is_open else GateState.THROTTLED
        storage.jobs.set_gate(company, state, until=None if is_open else clock.now() + LEASE)
    for company in QUIET[::3]:
        storage.tokens.save(
            company, Token(access_token="a", refresh_token="r", expires_at=clock.now() + LEASE)
        )
        storage.tokens._take_lease(company, "somebody")
    storage.jobs.enqueue(
        [wish(customer(number), company=company) for company in BUSY for number in range(50)], connection=host
    )
    host.commit()


def _fill_links(storage: SqlStorage, company: CompanyId) -> None:
    storage.links.save(
        Link(
            company=company,
            entity="customer",
            local_id=str(number),
            remote_type="Customer",
            remote_id=f"r{number}",
            state=LinkState.UNLINKED if number % 20 == 0 else LinkState.LINKED,
        )
        for number in range(100)
    )


def _fill_jobs(storage: SqlStorage, clock: FakeClock, company: CompanyId) -> None:
    bands = list(Band)
    storage.jobs.enqueue(
        wish(customer(number), company=company, band=bands[number % 3]) for number in range(150)
    )
    held = _claim(storage, company, 120)
    _fill_intents(storage, held)
    storage.jobs.settle(
        held,
        (
            JobOutcome(job_id=job.id, state=FATES[place % len(FATES)])
            for place, job in enumerate(held.jobs[:100])
        ),
    )
    storage.jobs.settle(
        held,
        (
            JobOutcome(
                job_id=job.id, state=JobState.WAITING, waits_for=frozenset({RecordKey("item", job.id)})
            )
            for job in held.jobs[100:]
        ),
    )
    later = clock.now() + LEASE
    storage.jobs.enqueue(wish(customer(number), company=company, due_at=later) for number in range(200, 220))
    storage.jobs.enqueue(wish(customer(number), company=company) for number in range(300, 400))


def _fill_intents(storage: SqlStorage, held: Claim) -> None:
    for number in range(8):
        records = range(number * 8, number * 8 + 8)
        opened = storage.intents.open(
            held, an_intent(f"{held.company}-{number}", *records, company=held.company)
        )
        refs = [item.ref for item in opened.items]
        storage.intents.answer(opened, [written(ref) for ref in refs])
        if number < 4:
            storage.intents.settle(held, opened.id, refs)


def _fill_history(storage: SqlStorage, company: CompanyId) -> None:
    outcomes = list(Outcome)
    for run in range(20):
        run_id = f"{company}-{run}"
        storage.history.start_run(run_id, company)
        storage.history.add_results(
            SyncResult(
                run_id=run_id,
                company=company,
                record=customer(number),
                outcome=outcomes[number % len(outcomes)],
            )
            for number in range(10)
        )
        storage.history.finish_run(run_id)


def _claim(storage: SqlStorage, company: CompanyId, limit: int) -> Claim:
    held = storage.jobs.claim("worker", limit=limit, lease=LEASE, company=company)
    assert held is not None
    return held
