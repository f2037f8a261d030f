"""Processes that use the queue as hosts and runs do, for somebody to kill."""

import os
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from random import Random
from typing import Any
from uuid import uuid4

from attrs import define, evolve, field

from linksync.errors import ConnectionLostError, GivenUpError, LeaseLostError
from linksync.fields import Base
from linksync.jobs import Claim, JobOutcome, JobRequest, JobState, LinkJob, Reason
from linksync.links import Link, LinkState
from linksync.records import CompanyId, RecordKey
from linksync.storage.sql import SqlStorage
from tests.crash.board import Board
from tests.crash.hostside import HostDatabase, Notes

ENTITY = "customer"
LEASE = timedelta(seconds=1)
DATABASES = {"postgres": "postgresql", "mysql": "mysql"}

COUNTED = (
    "claims",
    "jobs",
    "settles",
    "lost leases",
    "broken",
    "given up",
    "reconnects",
    "commits",
    "rollbacks",
)
NAMES = ("connection", "progress", "is_draining", "is_over", *COUNTED)
"""What the board shows: the connection to kill, what the processes are told (in their rows), and what they count."""
THOUSAND = 1000
"""What `progress` ends at."""
_ZEAL = 5
"""How many records of a company are changed at a time, over and over: so the last change of each meets a run of it."""


@define
class Post:
    """A place in the fleet: what a process there works with, whoever is killed and follows.

    Attributes:
        host: The database.
        board: Where it counts.
        row: Its row there.
        companies: The companies, and the ids of their records.
        random: What it chooses by.
    """

    host: HostDatabase
    board: Board
    row: int
    companies: Mapping[str, Sequence[str]]
    random: Random

    def count(self, name: str, number: int = 1) -> None:
        """Count something."""
        self.board.add(self.row, name, number)

    def is_told(self, name: str) -> bool:
        """Whether somebody told it so."""
        return bool(self.board.get(self.row, name))

    def storage(self, *, is_target: bool) -> SqlStorage:
        """Return a storage; with *is_target* whose newest connection is shown on the board, to be killed."""

        numbers = list[int]()

        def connect() -> Any:
            connection = self.host.connect(autocommit=True)
            if is_target:
                self.count("reconnects", bool(numbers))
                numbers.append(self.host.number_of(connection))
                self.board.put(self.row, "connection", numbers[-1])
            return connection

        return SqlStorage(
            connect=connect,
            database=DATABASES[self.host.kind],
            schema=self.host.schema,
            crash_limit=10**6,  # here workers die at random, and not over their jobs
            auto_migrate=False,
        )

    def dawdle(self, longest: float) -> None:
        """Take one's time, or none at all."""
        if self.random.random() < 0.7:
            time.sleep(self.random.uniform(0, longest))


def produce(post: Post) -> None:
    """Change records and enqueue them in one transaction, until told that it is enough."""
    storage = post.storage(is_target=False)
    while not post.is_told("is_draining"):
        connection = post.host.connect(autocommit=False)
        post.board.put(post.row, "connection", post.host.number_of(connection))
        try:
            while not post.is_told("is_draining"):
                _change(post, storage, connection)
        except post.host.error as error:
            if not post.host.is_lost(error):
                raise  # a deadlock, or a wait that took too long: nobody is to do that to a host
        with suppress(post.host.error):
            connection.close()


def _change(post: Post, storage: SqlStorage, connection: Any) -> None:
    random = post.random
    company = CompanyId(random.choice(list(post.companies)))
    ids = sorted(random.sample(_at_present(post, company), random.randint(1, 3)))

    def change() -> None:
        with connection.cursor() as cursor:
            for id_ in ids:
                cursor.execute(
                    f"UPDATE {post.host.schema}.host_record SET version = version + 1, value = %s "
                    "WHERE company = %s AND id = %s",
                    (random.randrange(10**9), company, id_),
                )
                post.dawdle(0.01)

    def enqueue() -> None:
        requests = [
            JobRequest(company=company, record=RecordKey(ENTITY, id_), reason=Reason.CHANGED) for id_ in ids
        ]
        storage.jobs.enqueue(requests, connection=connection)

    for step in random.sample([change, enqueue], 2):
        step()
        post.dawdle(0.05)
    if random.random() < 0.03:
        time.sleep(1.5 * LEASE.total_seconds())
    if random.random() < 0.2:
        connection.rollback()
        post.count("rollbacks")
    else:
        connection.commit()
        post.count("commits")


def _at_present(post: Post, company: str) -> Sequence[str]:
    """Return the records that are changed now: a few, and others as time goes by."""
    ids = post.companies[company]
    begin = (len(ids) - _ZEAL) * min(post.board.get(post.row, "progress"), THOUSAND) // THOUSAND
    return ids[begin : begin + _ZEAL]


def work(post: Post) -> None:
    """Claim, look, settle and let go, until told that it is over."""
    storage, notes = post.storage(is_target=True), Notes(post.host)
    while not post.is_told("is_over"):
        worker = f"{post.row}-{os.getpid()}-{uuid4().hex[:8]}"
        claim = storage.jobs.claim(worker, limit=post.random.randint(1, 6), lease=LEASE)
        if claim is None:
            time.sleep(0.02)
        else:
            _Hold(post, storage, notes, claim).work()


@define
class _Hold:
    """A company in hand."""

    post: Post
    storage: SqlStorage
    notes: Notes
    claim: Claim
    runs: dict[str, str] = field(factory=dict)
    """Runs that are not over, by record."""

    def work(self) -> None:
        """Do what was claimed, and perhaps what comes next, and let go."""
        claim: Claim | None = self.claim
        try:
            while claim is not None and claim.jobs:
                self.claim = claim
                self._run()
                if self.post.random.random() < 0.5:
                    break
                claim = self.storage.jobs.claim(
                    self.claim.worker, limit=3, lease=LEASE, company=self.claim.company
                )
        except LeaseLostError:
            self.post.count("lost leases")
            self.notes.ended(self.runs.values(), "refused")
        self.storage.jobs.release(self.claim)

    def _run(self) -> None:
        claim, random = self.claim, self.post.random
        claimed_at = self.storage.clock.now().timestamp()
        self.post.count("claims")
        self.post.count("jobs", len(claim.jobs))
        self.runs = {job.record.id: f"{claim.worker}-{uuid4().hex[:8]}" for job in claim.jobs}
        lease_until = claim.lease_until.timestamp()
        self.notes.start(claim.company, claim.token, claimed_at, lease_until, self.runs)
        self.post.dawdle(0.1)
        if random.random() < 0.08:
            time.sleep(1.2 * LEASE.total_seconds())  # it has lost the company by then
        if random.random() < 0.2:
            self.claim = evolve(self.storage.jobs.extend(claim, LEASE), jobs=claim.jobs)
            self.notes.extended(self.runs.values(), self.claim.lease_until.timestamp())
        jobs = list(claim.jobs)
        while jobs:
            size = random.randint(1, len(jobs))
            self._settle(jobs[:size])
            jobs = jobs[size:]

    def _settle(self, jobs: Sequence[LinkJob]) -> None:
        intended = {job.record.id: self._choose(job) for job in jobs}
        ids = {record: self.runs[record] for record in intended}
        is_late = self.storage.clock.now() >= self.claim.lease_until
        outcomes = {ids[record]: outcome.state.value for record, outcome in intended.items()}
        self.notes.settling(outcomes, is_late=is_late)
        reconnects = self.post.board.get(self.post.row, "reconnects")
        try:
            self._write(list(intended.values()), intended)
            settled = "accepted"
            self.post.count("settles")
        except LeaseLostError:
            # When the answer was lost on the way and asked for again, the first try may have been accepted.
            if self.post.board.get(self.post.row, "reconnects") == reconnects:
                raise
            settled = "unsure"
        except ConnectionLostError:
            self.post.count("broken")
            settled = "unsure"
        except GivenUpError:
            self.post.count("given up")
            settled = "undone"
        self.notes.ended(ids.values(), settled)
        for record in ids:
            del self.runs[record]

    def _choose(self, job: LinkJob) -> JobOutcome:
        random = self.post.random
        former = self.post.companies[self.claim.company].index(job.record.id)
        chance = 1.0 if self.post.is_told("is_draining") else random.random()
        if chance < 0.2:
            due_at = self.storage.clock.now() + timedelta(seconds=random.uniform(-0.1, 0.4))
            return JobOutcome(
                job_id=job.id, state=JobState.QUEUED, due_at=due_at, counts=random.random() < 0.5
            )
        if chance < 0.3 and former:
            # Only for one before it, so that no two wait for each other.
            awaited = self.post.companies[self.claim.company][random.randrange(former)]
            if awaited not in self.runs:
                waits_for = frozenset({RecordKey(ENTITY, awaited)})
                return JobOutcome(job_id=job.id, state=JobState.WAITING, waits_for=waits_for)
        return JobOutcome(job_id=job.id, state=JobState.SUCCESS)

    def _write(self, outcomes: Sequence[JobOutcome], intended: Mapping[str, JobOutcome]) -> None:
        """Settle as a run does: links, jobs, whoever waited, and what is waited for, in one transaction."""
        jobs, links, company = self.storage.jobs, self.storage.links, self.claim.company
        awaited = {record for outcome in outcomes for record in outcome.waits_for}
        done = [record for record, outcome in intended.items() if outcome.state is JobState.SUCCESS]
        known = links.find_by_local(company, ENTITY, [*done, *(record.id for record in awaited)])
        new = [id_ for id_ in done if id_ not in known or known[id_].state is not LinkState.LINKED]
        if not awaited and not new:
            jobs.settle(self.claim, outcomes)
            return
        with self.storage.transaction():
            jobs.verify(self.claim)
            links.save([*(_linked(company, id_) for id_ in new), *_unlinked(known, awaited)])
            self.post.dawdle(0.02)
            jobs.settle(self.claim, outcomes)
            jobs.release_waiting(company, [RecordKey(ENTITY, id_) for id_ in new])
            jobs.enqueue(
                JobRequest(company=company, record=record, reason=Reason.REFERENCE)
                for record in sorted(awaited)
            )
            self.post.dawdle(0.02)


def _linked(company: CompanyId, id_: str) -> Link:
    link = Link(company=company, entity=ENTITY, local_id=id_, remote_type="Customer")
    return link.bind(id_, Base())


def _unlinked(known: Mapping[str, Link], awaited: set[RecordKey]) -> Sequence[Link]:
    return [known[record.id].unlink() for record in awaited if record.id in known]
