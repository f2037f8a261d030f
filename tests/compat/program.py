"""What a worker does with a storage, as a program: run by old code and by new, on one database.

Reads commands from its input, one a line, and prints what came of each as JSON: `write N` takes a customer all the way,
`leave N` dies over its request, `finish N` takes up what was left, `tell` says what is there.
Jobs go from hand to hand by `wish N REASON`, `take WORKER SECONDS` (the worker dies unless it does more before its lease
ends), `settle WORKER STATE`, `release WORKER`, and `work WORKER`, which does all that is due and says what that was.
"""

import json
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import linksync
from linksync.errors import SchemaError
from linksync.fields import Base, FieldValue
from linksync.history import Outcome, SyncResult
from linksync.jobs import Intent, IntentItem, JobOutcome, JobRequest, JobState, Reason
from linksync.links import Link, LinkState
from linksync.records import Action, CompanyId, Record, RecordKey, Request, Side, Written
from linksync.storage.sql import SqlStorage
from linksync.tokens import Token

COMPANY = CompanyId("4620816365000000001")
LEASE = timedelta(minutes=5)
CLAIMS = {}
"""The last claim of each worker."""


def write(storage, number):
    """Take a customer all the way: enqueued, sent, answered, linked, settled."""
    leave(storage, number)
    finish(storage, number)


def leave(storage, number):
    """Enqueue a customer and send it, and die."""
    storage.jobs.enqueue(
        [JobRequest(company=COMPANY, record=RecordKey("customer", str(number)), reason=Reason.PROMOTE)]
    )
    claim = storage.jobs.claim(f"worker-{number}", limit=1, lease=LEASE, company=COMPANY)
    job = claim.jobs[0]
    item = IntentItem(
        ref="w1",
        job_id=job.id,
        record=job.record,
        action=Action.CREATE,
        record_type="Customer",
        fields={"name": FieldValue(f"Customer {number}", f"Customer {number}")},
    )
    request = Request(
        key=f"intent-{number}", url="/v3/company/1/batch", body=b'{"name":"Zo\xc3\xab"}', refs=("w1",)
    )
    storage.links.save(
        [
            Link(
                company=COMPANY,
                entity="customer",
                local_id=str(number),
                remote_type="Customer",
                state=LinkState.PENDING,
            )
        ]
    )
    storage.intents.open(
        claim, Intent(id=request.key, company=COMPANY, side=Side.REMOTE, request=request, items=(item,))
    )
    storage.jobs.release(claim)


def finish(storage, number):
    """Answer what was sent and carry it over to link, job and history; take a new token while at it."""
    record = RecordKey("customer", str(number))
    claim = storage.jobs.claim(f"worker-{number}b", limit=1, lease=LEASE, company=COMPANY, only=[record])
    (intent,) = [it for it in storage.intents.list_open(COMPANY) if it.id == f"intent-{number}"]
    twin = Record(
        record_type="Customer", id=str(number + 50), values={"Balance": Decimal("10.50")}, version="0"
    )
    storage.intents.answer(intent, [Written(ref="w1", record=twin, request_id="1-5f")])
    run = f"run-{number}"
    storage.history.start_run(run, COMPANY)
    with storage.transaction():
        storage.links.save(
            [
                Link(
                    company=COMPANY,
                    entity="customer",
                    local_id=str(number),
                    remote_type="Customer",
                    remote_id=twin.id,
                    state=LinkState.LINKED,
                    base=Base(
                        fields=dict(intent.items[0].fields), version="0", raw={"Balance": Decimal("10.50")}
                    ),
                )
            ]
        )
        storage.intents.settle(claim, intent.id, ["w1"])
        storage.jobs.settle(claim, [JobOutcome(job_id=intent.items[0].job_id, state=JobState.SUCCESS)])
        storage.history.add_results(
            [
                SyncResult(
                    run_id=run,
                    company=COMPANY,
                    record=record,
                    outcome=Outcome.CREATED,
                    details={"to": twin.id},
                )
            ]
        )
    storage.history.finish_run(run)
    storage.jobs.release(claim)
    kept = storage.tokens.find(COMPANY)
    fresh = Token(
        access_token=f"access-{number}",
        refresh_token=f"refresh-{number}",
        expires_at=datetime(2030, 1, 1, tzinfo=UTC),
        version=kept.version if kept else 0,
    )
    storage.tokens.save(COMPANY, fresh)


def tell(storage):
    """Return what there is in each part."""
    token = storage.tokens.find(COMPANY)
    return {
        "links": [
            [it.local_id, it.remote_id, it.state.value, repr(it.base.fields), repr(it.base.raw)]
            for it in storage.links.list_links(COMPANY)
        ],
        "jobs": [
            [it.id, it.record.id, it.state.value]
            for it in storage.jobs.list_jobs(COMPANY, states=list(JobState))
        ],
        "counts": {state.value: count for state, count in storage.jobs.counts(COMPANY).items()},
        "intents": [
            [it.id, it.request.body.decode(), repr(it.items)] for it in storage.intents.list_open(COMPANY)
        ],
        "runs": [[it.id, it.total] for it in storage.history.list_runs(COMPANY)],
        "results": [
            [it.record.id, it.details["to"]]
            for run in storage.history.list_runs(COMPANY)
            for it in storage.history.list_results(run.id)
        ],
        "token": [token.access_token, token.refresh_token, token.version] if token else None,
    }


def wish(storage, number, reason):
    """Enqueue a customer."""
    record = RecordKey("customer", str(number))
    storage.jobs.enqueue([JobRequest(company=COMPANY, record=record, reason=Reason(reason))])


def take(storage, worker, seconds):
    """Claim what is due, and return its customers."""
    claim = storage.jobs.claim(worker, limit=9, lease=timedelta(seconds=float(seconds)), company=COMPANY)
    CLAIMS[worker] = claim
    return [job.record.id for job in claim.jobs] if claim else None


def settle(storage, worker, state):
    """End what the worker has claimed, or have it tried again."""
    claim = CLAIMS[worker]
    storage.jobs.settle(claim, [JobOutcome(job_id=job.id, state=JobState(state)) for job in claim.jobs])


def release(storage, worker):
    """Let the company go."""
    storage.jobs.release(CLAIMS[worker])


def work(storage, worker):
    """Do what is due, three jobs at a time, and return the customers."""
    done = []
    while claim := storage.jobs.claim(worker, limit=3, lease=LEASE):
        for _ in range(2):
            if claim and claim.jobs:
                done += [job.record.id for job in claim.jobs]
                CLAIMS[worker] = claim
                settle(storage, worker, "success")
                claim = storage.jobs.claim(worker, limit=3, lease=LEASE, company=claim.company)
        release(storage, worker)
    return done


VERBS = {it.__name__: it for it in (write, leave, finish, tell, wish, take, settle, release, work)}


def run(storage, command):
    """Do what *command* says, and return what came of it."""
    verb, *given = command.split()
    return VERBS[verb](storage, *(int(it) if it.isdecimal() else it for it in given))


def main(url, schema):
    """Do what the input says until it ends."""
    storage = SqlStorage(url, schema=schema)
    print(json.dumps(linksync.__file__), flush=True)  # noqa: T201 - a program
    for line in sys.stdin:
        try:
            came = run(storage, line)
        except SchemaError as error:
            came = f"{type(error).__name__}: {error}"
        print(json.dumps(came), flush=True)  # noqa: T201
    storage.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
