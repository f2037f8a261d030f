"""The queue as a state machine: whatever is asked of them, memory and each database answer the same, step by step."""

import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import closing, suppress
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
from attrs import define, evolve, field
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from linksync.errors import Fault, FaultKind, LinksyncError
from linksync.jobs import (
    Band,
    Claim,
    GateState,
    Intent,
    IntentItem,
    JobError,
    JobOutcome,
    JobRequest,
    JobState,
    LinkJob,
    Reason,
)
from linksync.links import Link, LinkState
from linksync.records import Action, CompanyId, RecordKey, Refused, Request, Side
from linksync.storage import MemoryStorage, SqlStorage
from linksync.sync.storage import Storage
from linksync.testing.clock import FakeClock
from tests.servers import Database

COMPANIES = [CompanyId("a"), CompanyId("b")]
RECORDS = [
    *(RecordKey("customer", str(number)) for number in range(4)),
    RecordKey("customer", "r1", Side.REMOTE),
    RecordKey("item", "1"),
]
LEASE = timedelta(minutes=1)
CRASH_LIMIT = 3
NO_JOB = str(2**62)


def _kind(record: RecordKey) -> tuple[str, str]:
    return record.entity, record.side.value


companies = st.sampled_from(COMPANIES)
records = st.sampled_from(RECORDS)
waits = st.frozensets(st.sampled_from(RECORDS[:4]), max_size=2)
workers = st.sampled_from(["w1", "w2"])
spans = st.sampled_from([timedelta(0), timedelta(seconds=20), timedelta(minutes=2)])
reasons = st.sampled_from(list(Reason))
bands = st.sampled_from(list(Band))
wishes = st.one_of(
    # Several for one record, or alike ones for several: of others in one call it is not promised which is the older.
    st.builds(
        lambda record, wished: [(record, *wish) for wish in wished],
        records,
        st.lists(st.tuples(reasons, bands, st.none() | spans, st.booleans()), min_size=1, max_size=3),
    ),
    st.builds(
        lambda found, *wish: [(record, *wish) for record in sorted(found, key=_kind)],
        st.lists(records, min_size=1, max_size=4, unique=True),
        reasons,
        bands,
        st.none() | spans,
        st.booleans(),
    ),
)
fates = st.lists(
    st.tuples(
        st.sampled_from(
            [
                JobState.SUCCESS,
                JobState.ERROR,
                JobState.NEEDS_ACTION,
                JobState.CANCELLED,
                JobState.QUEUED,
                JobState.WAITING,
            ]
        ),
        spans,
        waits,
        st.booleans(),
    ),
    max_size=4,
)
Wish = tuple[RecordKey, Reason, Band, timedelta | None, bool]
Fate = tuple[JobState, timedelta, frozenset[RecordKey], bool]


class _UndoneError(Exception):
    """Leaves a transaction."""


Opening = Callable[[FakeClock], tuple[SqlStorage, Any]]
"""Returns an empty storage on a clock, and a connection of a host's to its database."""


@define(eq=False)
class Named:
    """A storage whose job ids are told by common names: the ids themselves may have gaps."""

    storage: Storage
    names: dict[str, str] = field(factory=dict)

    def learn(self) -> None:
        """Give jobs that are new a name, oldest first."""
        new = [
            int(job.id)
            for company in COMPANIES
            for job in self.storage.jobs.list_jobs(company, states=list(JobState))
            if job.id not in self.names
        ]
        for number in sorted(new):
            self.names[str(number)] = f"job {len(self.names)}"

    def tell(self, answer: object) -> object:
        """Return *answer* with common names."""
        match answer:
            case LinkJob():
                if answer.id not in self.names:
                    self.learn()
                return evolve(answer, id=self.names[answer.id])
            case Claim():
                return evolve(
                    answer,
                    jobs=tuple(self.tell(job) for job in answer.jobs),
                    given_up=tuple(self.tell(job) for job in answer.given_up),
                )
            case list() | tuple():
                return [self.tell(part) for part in answer]
            case set():  # of several companies, in no order
                return {self.tell(part) for part in answer}
            case dict():
                return {key: self.tell(part) for key, part in answer.items()}
            case _:
                return answer

    def ids(self, names: Iterable[str]) -> list[str]:
        """Return the ids of jobs; one that is not known has none."""
        known = {name: job_id for job_id, name in self.names.items()}
        return [known.get(name, NO_JOB) for name in names]


class QueueMachine(RuleBasedStateMachine):
    """Does everything twice and compares."""

    claims = Bundle("claims")

    def __init__(self, opening: Opening) -> None:
        super().__init__()
        self.clock = FakeClock()
        self.sql, self.host = opening(self.clock)
        self.sides = [Named(MemoryStorage(self.clock, crash_limit=CRASH_LIMIT)), Named(self.sql)]
        self.intents = list[Intent]()

    def teardown(self) -> None:
        self.host.close()
        self.sql.close()

    def both(self, ask: Callable[[Storage], object]) -> Any:
        """Ask both, and return what they both said."""
        return self.both_named(lambda side: ask(side.storage))

    def both_named(self, ask: Callable[[Named], object]) -> Any:
        """The same for questions that name jobs."""
        answers = [_answer(side, ask) for side in self.sides]
        assert answers[0] == answers[1]
        return answers[0]

    @rule(company=companies, wishes=wishes, undone=st.booleans())
    def enqueue(self, company: CompanyId, wishes: Sequence[Wish], undone: bool) -> None:
        requests = self._requests(company, wishes)
        self.both(
            lambda storage: _perhaps_undone(storage, lambda: storage.jobs.enqueue(requests), undone=undone)
        )

    @rule(company=companies, wishes=wishes, undone=st.booleans())
    def host_enqueues(self, company: CompanyId, wishes: Sequence[Wish], undone: bool) -> None:
        self.sql.jobs.enqueue(self._requests(company, wishes), connection=self.host)
        if undone:
            self.host.rollback()
        else:
            self.host.commit()
            self.sides[0].storage.jobs.enqueue(self._requests(company, wishes))

    @rule(target=claims, worker=workers, limit=st.integers(0, 4), company=st.none() | companies)
    def claim(self, worker: str, limit: int, company: CompanyId | None) -> object:
        claimed = self.both(
            lambda storage: storage.jobs.claim(worker, limit=limit, lease=LEASE, company=company)
        )
        return claimed or multiple()

    @rule(
        target=claims,
        worker=workers,
        limit=st.integers(0, 4),
        company=companies,
        only=st.frozensets(records, max_size=3),
    )
    def claim_only(self, worker: str, limit: int, company: CompanyId, only: Collection[RecordKey]) -> object:
        claimed = self.both(
            lambda storage: storage.jobs.claim(worker, limit=limit, lease=LEASE, company=company, only=only)
        )
        return claimed or multiple()

    @rule(company=companies, idle=st.integers(0, 8))
    def claim_one_by_one(self, company: CompanyId, idle: int) -> None:
        """Among nine hand-outs, those of nothing included, is one that begins with the backfill."""
        urgent, other = (
            [(record, Reason.CHANGED, band, None, False) for record in found]
            for band, found in ((Band.NORMAL, RECORDS[:2]), (Band.BACKFILL, RECORDS[2:4]))
        )
        requests = self._requests(company, [*urgent, *other])
        self.both(lambda storage: storage.jobs.enqueue(requests))
        for turn in range(9):
            limit = int(turn >= idle)
            self.both(
                lambda storage, at=limit: storage.jobs.claim("w4", limit=at, lease=LEASE, company=company)
            )
        self.clock.advance(LEASE)

    @rule(company=companies, times=st.integers(1, 3), limit=st.integers(1, 3))
    def workers_die(self, company: CompanyId, times: int, limit: int) -> None:
        """One after the other, with jobs in hand: over two deaths comes suspicion, over three the end."""
        for _ in range(times):
            self.both(lambda storage: storage.jobs.claim("w3", limit=limit, lease=LEASE, company=company))
            self.clock.advance(LEASE)

    @rule(claim=claims, fates=fates, undone=st.booleans())
    def settle(self, claim: Claim, fates: Sequence[Fate], undone: bool) -> None:
        self._settle(claim, fates, undone=undone)

    @rule(claim=claims, fates=fates, wishes=wishes)
    def host_commits_and_then_jobs_are_settled(
        self, claim: Claim, fates: Sequence[Fate], wishes: Sequence[Wish]
    ) -> None:
        """Nobody has looked at the queue in between."""
        self.host_enqueues(claim.company, wishes, undone=False)
        self._settle(claim, fates, undone=False)

    @rule(claim=claims, usage=st.none() | st.sampled_from(["", "7 a minute"]))
    def extend(self, claim: Claim, usage: str | None) -> None:
        self.both(lambda storage: storage.jobs.extend(claim, LEASE, usage=usage).lease_until)

    @rule(claim=consumes(claims), usage=st.none() | st.sampled_from(["", "8 a minute"]))
    def release(self, claim: Claim, usage: str | None) -> None:
        self.both(lambda storage: storage.jobs.release(claim, usage=usage))

    @rule(numbers=st.frozensets(st.integers(0, 11), max_size=4))
    def requeue(self, numbers: Collection[int]) -> None:
        names = [f"job {number}" for number in numbers]
        self.both_named(lambda side: set(side.storage.jobs.requeue(side.ids(names))))

    @rule(numbers=st.frozensets(st.integers(0, 11), max_size=3))
    def cancel(self, numbers: Collection[int]) -> None:
        names = [f"job {number}" for number in numbers]
        self.both_named(lambda side: set(side.storage.jobs.cancel(side.ids(names))))

    @rule(company=companies, linked=st.frozensets(st.sampled_from(RECORDS[:4]), max_size=2))
    def release_waiting(self, company: CompanyId, linked: Collection[RecordKey]) -> None:
        self.both(lambda storage: storage.jobs.release_waiting(company, linked))

    @rule(
        company=companies,
        numbers=st.lists(st.integers(0, 3), min_size=1, max_size=3),
        partner=st.integers(0, 3),
        state=st.sampled_from(list(LinkState)),
    )
    def link(self, company: CompanyId, numbers: Sequence[int], partner: int, state: LinkState) -> None:
        links = [
            Link(
                company=company,
                entity="customer",
                local_id=str(number),
                remote_type="Customer",
                remote_id=None if state is LinkState.PENDING else f"r{partner + place}",
                state=state,
            )
            for place, number in enumerate(numbers)
        ]
        self.both(lambda storage: storage.links.save(links))

    @rule(claim=claims, numbers=st.lists(st.integers(0, 3), min_size=1, max_size=2))
    def open_intent(self, claim: Claim, numbers: Sequence[int]) -> None:
        name = f"intent-{len(self.intents) + 1}"
        items = tuple(
            IntentItem(
                ref=f"w{place}",
                job_id="1",
                record=RECORDS[number],
                action=Action.CREATE,
                record_type="Customer",
            )
            for place, number in enumerate(numbers)
        )
        intent = Intent(
            id=name,
            company=claim.company,
            side=Side.REMOTE,
            request=Request(key=name, url="/", body=b"{}", refs=tuple(item.ref for item in items)),
            items=items,
        )
        opened = self.both(lambda storage: storage.intents.open(claim, intent))
        self.intents.append(opened if isinstance(opened, Intent) else intent)

    @precondition(lambda self: self.intents)
    @rule(claim=claims, number=st.integers(1, 6), place=st.integers(0, 1))
    def resolve_intent(self, claim: Claim, number: int, place: int) -> None:
        intent, ref = self.intents[number % len(self.intents)], f"w{place}"
        fault = Fault(kind=FaultKind.REJECTED, message="no")
        self.both(lambda storage: storage.intents.answer(intent, [Refused(ref=ref, fault=fault)]))
        self.both(lambda storage: storage.intents.settle(claim, intent.id, [ref]))

    @rule(
        company=companies,
        state=st.sampled_from(list(GateState)),
        span=st.none() | spans,
    )
    def set_gate(self, company: CompanyId, state: GateState, span: timedelta | None) -> None:
        until = None if span is None else self.clock.now() + span
        self.both(lambda storage: storage.jobs.set_gate(company, state, until=until, reason="r"))

    @rule(span=spans)
    def purge(self, span: timedelta) -> None:
        self.both(lambda storage: storage.jobs.purge(self.clock.now() - span, limit=2))

    @rule(span=spans)
    def let_time_pass(self, span: timedelta) -> None:
        self.clock.advance(span)

    @invariant()
    def all_that_can_be_asked_is_answered_the_same(self) -> None:
        self.both(lambda storage: storage.jobs.companies())
        for company in COMPANIES:
            self.both(lambda storage, at=company: storage.jobs.get_gate(at))
            self.both(lambda storage, at=company: storage.jobs.find_by_records(at, RECORDS))
            self.both(lambda storage, at=company: storage.intents.list_open(at))
            self.both(lambda storage, at=company: storage.intents.find_open(at, RECORDS))
            self.both(lambda storage, at=company: storage.links.list_links(at))

    @invariant()
    def a_record_has_one_live_job_and_all_are_counted(self) -> None:
        for company in COMPANIES:
            jobs = self.both(lambda storage, at=company: storage.jobs.list_jobs(at, states=list(JobState)))
            counts = self.both(lambda storage, at=company: storage.jobs.counts(at))
            live = [job.record for job in jobs if job.state.is_live]
            assert len(set(live)) == len(live)
            assert counts == Counter(job.state for job in jobs)

    def _requests(self, company: CompanyId, wishes: Sequence[Wish]) -> Sequence[JobRequest]:
        return [
            JobRequest(
                company=company,
                record=record,
                reason=reason,
                band=band,
                due_at=None if delay is None else self.clock.now() + delay,
                only_if_known=only_if_known,
            )
            for record, reason, band, delay, only_if_known in wishes
        ]

    def _settle(self, claim: Claim, fates: Sequence[Fate], *, undone: bool) -> None:
        outcomes = [
            JobOutcome(
                job_id=job.id,
                state=state,
                due_at=self.clock.now() + delay,
                waits_for=waits_for,
                counts=counts,
                error=JobError(message="no", code="x") if state.is_failed else None,
            )
            for job, (state, delay, waits_for, counts) in zip(claim.jobs, fates, strict=False)
        ]

        def settle(side: Named) -> None:
            ids = side.ids(outcome.job_id for outcome in outcomes)
            own = [evolve(it, job_id=job_id) for it, job_id in zip(outcomes, ids, strict=True)]
            _perhaps_undone(side.storage, lambda: side.storage.jobs.settle(claim, own), undone=undone)

        self.both_named(settle)


def _answer(side: Named, ask: Callable[[Named], object]) -> object:
    """Return what *side* says, an error by its kind and text."""
    try:
        return side.tell(ask(side))
    except (LinksyncError, KeyError) as error:
        return type(error).__name__, str(error)


def _perhaps_undone(storage: Storage, write: Callable[[], object], *, undone: bool) -> None:
    with suppress(_UndoneError), storage.transaction():
        write()
        if undone:
            raise _UndoneError


def compare(opening: Opening, *, max_examples: int) -> None:
    """Let memory and a database go through *max_examples* lives of a queue, and fail where they differ."""
    run_state_machine_as_test(
        lambda: QueueMachine(opening),
        settings=settings(
            max_examples=max_examples,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )


def test_memory_and_sqlite_answer_the_same(tmp_path: Path) -> None:
    empty = tmp_path / "empty.db"
    files = (tmp_path / f"{number}.db" for number in count())
    with closing(SqlStorage(f"sqlite:///{empty}")) as storage:
        storage.migrate()

    def opening(clock: FakeClock) -> tuple[SqlStorage, sqlite3.Connection]:
        file = shutil.copy(empty, next(files))

        def connect() -> sqlite3.Connection:
            connection = sqlite3.connect(file, check_same_thread=False)
            connection.execute("PRAGMA synchronous = OFF")  # no power fails here, and some disks take minutes
            return connection

        storage = SqlStorage(connect=connect, clock=clock, crash_limit=CRASH_LIMIT)
        return storage, sqlite3.connect(file)

    compare(opening, max_examples=40)


def test_memory_and_postgres_answer_the_same(postgres: Database) -> None:
    compare(_on(postgres), max_examples=15)


def test_memory_and_mariadb_answer_the_same(mysql: Database) -> None:
    compare(_on(mysql), max_examples=10)


def _on(server: Database) -> Opening:
    def opening(clock: FakeClock) -> tuple[SqlStorage, Any]:
        schema = server.emptied_schema()
        storage = SqlStorage(server.url, schema=schema, clock=clock, crash_limit=CRASH_LIMIT)
        return storage, server.connect()

    return opening
