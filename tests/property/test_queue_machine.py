"""The queue as a state machine: whatever is asked of them, memory and SQL answer the same, step by step."""

import tempfile
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import hypothesis.strategies as st
from attrs import define, evolve, field
from hypothesis import HealthCheck, settings
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule

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

COMPANIES = [CompanyId("a"), CompanyId("b")]
RECORDS = [
    *(RecordKey("customer", str(number)) for number in range(4)),
    RecordKey("customer", "r1", Side.REMOTE),
    RecordKey("item", "1"),
]
LEASE = timedelta(minutes=1)

companies = st.sampled_from(COMPANIES)
records = st.sampled_from(RECORDS)
waits = st.frozensets(st.sampled_from(RECORDS[:4]), max_size=2)
spans = st.sampled_from([timedelta(0), timedelta(seconds=20), timedelta(minutes=2)])
outcome_states = st.sampled_from(
    [
        JobState.SUCCESS,
        JobState.ERROR,
        JobState.NEEDS_ACTION,
        JobState.CANCELLED,
        JobState.QUEUED,
        JobState.WAITING,
    ]
)


class _UndoneError(Exception):
    """Leaves a transaction."""


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
                return evolve(answer, id=self.names[answer.id])
            case Claim():
                return evolve(answer, jobs=tuple(self.tell(job) for job in answer.jobs))
            case list() | tuple():
                return [self.tell(part) for part in answer]
            case dict():
                return {key: self.tell(part) for key, part in answer.items()}
            case _:
                return answer

    def ids(self, names: Iterable[str]) -> list[str]:
        """Return the ids of jobs; one that is not known has none."""
        known = {name: job_id for job_id, name in self.names.items()}
        return [known.get(name, "999") for name in names]


class QueueMachine(RuleBasedStateMachine):
    """Does everything twice and compares."""

    claims = Bundle("claims")

    def __init__(self) -> None:
        super().__init__()
        self.clock = FakeClock()
        self.folder = tempfile.TemporaryDirectory()
        self.sql = SqlStorage(f"sqlite:///{Path(self.folder.name, 'links.db')}", clock=self.clock)
        self.sides = [Named(MemoryStorage(self.clock)), Named(self.sql)]
        self.intents = 0

    def teardown(self) -> None:
        self.sql.close()
        self.folder.cleanup()

    def both(self, ask: Callable[[Storage], object]) -> object:
        """Ask both, and return what they both said."""
        return self.both_named(lambda side: ask(side.storage))

    def both_named(self, ask: Callable[[Named], object]) -> object:
        """The same for questions that name jobs."""
        answers = [_answer(side, ask) for side in self.sides]
        assert answers[0] == answers[1]
        return answers[0]

    @rule(
        company=companies,
        wishes=st.lists(
            st.tuples(
                records,
                st.sampled_from(list(Reason)),
                st.sampled_from(list(Band)),
                st.none() | spans,
                st.booleans(),
            ),
            min_size=1,
            max_size=4,
        ),
        undone=st.booleans(),
    )
    def enqueue(
        self,
        company: CompanyId,
        wishes: Sequence[tuple[RecordKey, Reason, Band, timedelta | None, bool]],
        undone: bool,
    ) -> None:
        requests = [
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
        self.both(
            lambda storage: _perhaps_undone(storage, lambda: storage.jobs.enqueue(requests), undone=undone)
        )

    @rule(
        target=claims,
        worker=st.sampled_from(["w1", "w2"]),
        limit=st.integers(0, 4),
        company=st.none() | companies,
        only=st.none() | st.frozensets(records, max_size=3),
    )
    def claim(
        self, worker: str, limit: int, company: CompanyId | None, only: Collection[RecordKey] | None
    ) -> object:
        named = only if company else None
        claimed = self.both(
            lambda storage: storage.jobs.claim(worker, limit=limit, lease=LEASE, company=company, only=named)
        )
        return claimed if isinstance(claimed, Claim) else multiple()

    @rule(
        claim=claims,
        fates=st.lists(st.tuples(outcome_states, spans, waits, st.booleans()), max_size=4),
        undone=st.booleans(),
    )
    def settle(
        self,
        claim: Claim,
        fates: Sequence[tuple[JobState, timedelta, frozenset[RecordKey], bool]],
        undone: bool,
    ) -> None:
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

    @rule(claim=claims)
    def extend(self, claim: Claim) -> None:
        self.both(lambda storage: storage.jobs.extend(claim, LEASE).lease_until)

    @rule(claim=consumes(claims))
    def release(self, claim: Claim) -> None:
        self.both(lambda storage: storage.jobs.release(claim))

    @rule(numbers=st.frozensets(st.integers(0, 11), max_size=4))
    def requeue(self, numbers: Collection[int]) -> None:
        names = [f"job {number}" for number in numbers]
        self.both_named(lambda side: side.storage.jobs.requeue(side.ids(names)))

    @rule(numbers=st.frozensets(st.integers(0, 11), max_size=3))
    def cancel(self, numbers: Collection[int]) -> None:
        names = [f"job {number}" for number in numbers]
        self.both_named(lambda side: side.storage.jobs.cancel(side.ids(names)))

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
        self.intents += 1
        name = f"intent-{self.intents}"
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
        self.both(lambda storage: storage.intents.open(claim, intent))

    @rule(claim=claims, number=st.integers(1, 6), place=st.integers(0, 1))
    def resolve_intent(self, claim: Claim, number: int, place: int) -> None:
        name, ref = f"intent-{number}", f"w{place}"
        fault = Fault(kind=FaultKind.REJECTED, message="no")
        self.both(lambda storage: storage.intents.answer(name, [Refused(ref=ref, fault=fault)]))
        self.both(lambda storage: storage.intents.settle(claim, name, [ref]))

    @rule(
        company=companies,
        state=st.sampled_from([GateState.OPEN, GateState.THROTTLED]),
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
            self.both(lambda storage, at=company: storage.jobs.counts(at))
            self.both(lambda storage, at=company: storage.jobs.get_gate(at))
            self.both(lambda storage, at=company: storage.jobs.find_by_records(at, RECORDS))
            self.both(lambda storage, at=company: storage.jobs.list_jobs(at, states=list(JobState)))
            self.both(lambda storage, at=company: storage.intents.list_open(at))
            self.both(lambda storage, at=company: storage.intents.find_open(at, RECORDS))
            self.both(lambda storage, at=company: storage.links.list_links(at))

    @invariant()
    def a_record_has_one_live_job(self) -> None:
        for company in COMPANIES:
            live = self.sql.jobs.list_jobs(company, states=[state for state in JobState if state.is_live])
            assert len({job.record for job in live}) == len(live)


def _answer(side: Named, ask: Callable[[Named], object]) -> object:
    """Return what *side* says, an error by its kind and text."""
    try:
        answer = ask(side)
    except (LinksyncError, KeyError) as error:
        return type(error).__name__, str(error)
    side.learn()
    return side.tell(answer)


def _perhaps_undone(storage: Storage, write: Callable[[], object], *, undone: bool) -> None:
    with suppress(_UndoneError), storage.transaction():
        write()
        if undone:
            raise _UndoneError


QueueMachine.TestCase.settings = settings(
    max_examples=30,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestQueueMachine = QueueMachine.TestCase
