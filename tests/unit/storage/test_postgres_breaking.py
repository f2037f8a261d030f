"""Connections to PostgreSQL that break at every step, and deadlocks: nothing is lost, and nothing done twice.

A step is a statement that linksync sends, the ends of transactions included. Before it the connection may have broken, so
that the server never sees it; or the server has carried it out and its answer is lost.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import timedelta
from typing import Any, ClassVar, cast

import psycopg
import pytest
from attrs import define, evolve

from linksync.errors import ConnectionLostError, GivenUpError
from linksync.history import Outcome
from linksync.jobs import Claim, GateState, JobOutcome, JobState
from linksync.records import CompanyId
from linksync.storage import SqlStorage
from linksync.testing.clock import FakeClock
from linksync.testing.contracts.intents import an_intent, refused, written
from linksync.testing.contracts.suite import (
    COMPANY,
    LEASE,
    OTHER,
    claim,
    claim_only,
    customer,
    enqueue,
    job_of,
    link,
    records_of,
    settle_all,
    wish,
)
from linksync.testing.endpoint import Meddle
from linksync.tokens import Token
from tests.servers import Database
from tests.toy import COMPANY as TOYS
from tests.toy import Toy

A, B = CompanyId("a"), CompanyId("b")
WAITING = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


@define(eq=False)
class Saboteur:
    """Breaks the connection at one of the statements that are sent.

    Attributes:
        kill: Ends a connection on the server.
        moment: `before` or `unanswered`.
        at: How many statements are sent undisturbed before that one; None: all.
        sent: How many have been sent.
        is_away: Whether the server cannot be reached at all.
    """

    kill: Callable[[int], object]
    moment: str = ""
    at: int | None = None
    sent: int = 0
    is_away: bool = False

    def arm(self, moment: str, at: int | None) -> None:
        """Break the connection at statement *at* from now on, the first being 0."""
        self.moment, self.at, self.sent = moment, at, 0

    def attend(self, connection: "psycopg.Connection[Any]", execute: Callable[[], Any]) -> Any:
        """Let a statement be sent by *execute*, or not, and return what that returns."""
        if self.is_away:
            raise psycopg.OperationalError("the connection is lost")
        is_now = self.sent == self.at
        self.sent += 1
        if is_now and self.moment == "before":
            self.kill(connection.info.backend_pid)
        answer = execute()
        if is_now and self.moment == "unanswered":
            self.kill(connection.info.backend_pid)
            raise psycopg.OperationalError("the connection is lost")
        return answer


class WatchedCursor(psycopg.Cursor[Any]):
    saboteur: ClassVar[Saboteur]

    def execute(self, *args: Any, **kwargs: Any) -> Any:
        return self.saboteur.attend(
            self.connection, lambda: super(WatchedCursor, self).execute(*args, **kwargs)
        )


@pytest.fixture
def schema(postgres: Database) -> str:
    return postgres.emptied_schema()


@pytest.fixture
def killer(postgres: Database) -> Iterator[Callable[[int], None]]:
    """Ends the connection of a process of the server's, and returns when it has ended."""
    with closing(psycopg.connect(postgres.url, autocommit=True)) as connection:

        def kill(pid: int) -> None:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE pid = %s AND datname = current_database()",
                (pid,),
            )
            while connection.execute("SELECT 1 FROM pg_stat_activity WHERE pid = %s", (pid,)).fetchone():
                pass

        yield kill


@pytest.fixture
def saboteur(killer: Callable[[int], None]) -> Saboteur:
    WatchedCursor.saboteur = Saboteur(kill=killer)
    return WatchedCursor.saboteur


@pytest.fixture
def storage(
    postgres: Database, schema: str, saboteur: Saboteur, monkeypatch: pytest.MonkeyPatch
) -> Iterator[SqlStorage]:
    """One whose connections the saboteur attends, and that tries again at once."""
    monkeypatch.setattr("linksync.storage.sql.connection._PAUSE_SECONDS", 0)
    storage = SqlStorage(
        connect=lambda: psycopg.connect(postgres.url, cursor_factory=WatchedCursor),
        database="postgresql",
        schema=schema,
        clock=FakeClock(),
    )
    with closing(storage):
        storage.migrate()
        storage.jobs.counts(COMPANY)
        yield storage


Scene = Callable[[SqlStorage, Any], tuple[Callable[[], object], Callable[[], object]]]
"""Given a storage and a connection of a host's, gets something ready; returns what is to be done then, and what to look at
afterwards."""


def enqueueing_for_one_company(storage: SqlStorage, host: Any) -> Any:
    """One statement, and no transaction around it: a wish that arrives twice is one more of the same."""
    enqueue(storage, 1)
    return lambda: enqueue(storage, 1, 2), lambda: states(storage)


def enqueueing_for_a_company_without_work(storage: SqlStorage, host: Any) -> Any:
    """Its gate is marked meanwhile, and a failed job is superseded."""
    enqueue(storage, 1)
    settle_all(storage, claim(storage), JobState.ERROR)
    storage.jobs.claim("worker-1", limit=1, lease=LEASE)
    return lambda: enqueue(storage, 1, 2), lambda: (states(storage), storage.jobs.counts(COMPANY))


def enqueueing_for_several_companies(storage: SqlStorage, host: Any) -> Any:
    wishes = [wish(customer(1), company=company) for company in (A, B)]
    return lambda: storage.jobs.enqueue(wishes), lambda: (storage.jobs.counts(A), storage.jobs.counts(B))


def claiming(storage: SqlStorage, host: Any) -> Any:
    """Once, however often it is asked for: what was handed out by an answer that was lost is handed out by the next."""
    enqueue(storage, 1, 2, 3)
    enqueue(storage, 1, 2, 3, company=OTHER)
    storage.jobs.enqueue([wish(customer(4))], connection=host)
    host.commit()
    claims = list[Claim]()

    def look() -> object:
        gates = [storage.jobs.get_gate(company) for company in (COMPANY, OTHER)]
        return records_of(claims[0].jobs), gates, states(storage), storage.jobs.counts(OTHER)

    return lambda: claims.append(claim(storage, limit=2)), look


def claiming_more(storage: SqlStorage, host: Any) -> Any:
    """The same of a company that the worker has already, for whoever says which."""
    enqueue(storage, 1, 2, 3)
    claims = [claim(storage, limit=1)]

    def look() -> object:
        return records_of(claims[-1].jobs), storage.jobs.get_gate(COMPANY), states(storage)

    return lambda: claims.append(claim(storage, limit=1, company=COMPANY)), look


def claiming_more_of_what_is_wished_for(storage: SqlStorage, host: Any) -> Any:
    """What has been enqueued again by then comes back at the latest when the company is let go."""
    enqueue(storage, 1, 2, 3)
    held = claim(storage, limit=1)

    def do() -> None:
        more = claim(storage, limit=1, company=COMPANY)
        enqueue(storage, 2)
        settle_all(storage, more)
        storage.jobs.release(held)

    return do, lambda: (states(storage), records_of(claim(storage).jobs))


def taking_over(storage: SqlStorage, host: Any) -> Any:
    """A dead worker's jobs count one crash."""
    enqueue(storage, 1, 2)
    claim(storage, "dead")
    storage.clock.advance(LEASE)
    claims = list[Claim]()

    def look() -> object:
        return records_of(claims[0].jobs), states(storage), storage.jobs.get_gate(COMPANY).token

    return lambda: claims.append(claim(storage, limit=1)), look


def settling(storage: SqlStorage, host: Any) -> Any:
    """One that ends, one that was enqueued meanwhile, one that waits."""
    enqueue(storage, 1, 2, 3)
    held = claim(storage)
    storage.jobs.enqueue([wish(customer(2))], connection=host)
    host.commit()
    fates = [{}, {}, {"waits_for": frozenset({customer(9)})}]
    outcomes = [
        JobOutcome(job_id=job.id, state=JobState.WAITING if fate else JobState.SUCCESS, **fate)
        for job, fate in zip(held.jobs, fates, strict=True)
    ]
    return lambda: storage.jobs.settle(held, outcomes), lambda: (
        states(storage),
        storage.jobs.counts(COMPANY),
    )


def settling_with_links(storage: SqlStorage, host: Any) -> Any:
    """In a transaction of the caller's, who does it again from the beginning when it broke."""
    enqueue(storage, 1)
    held = claim(storage)

    def settle() -> None:
        with storage.transaction():
            storage.jobs.verify(held)
            storage.links.save([link(1, "58")])
            settle_all(storage, held)

    def do() -> None:
        try:
            settle()
        except ConnectionLostError:
            settle()

    return do, lambda: (states(storage), len(storage.links.list_links(COMPANY)))


def extending(storage: SqlStorage, host: Any) -> Any:
    enqueue(storage, 1)
    held = claim(storage)
    storage.clock.advance(LEASE / 2)

    def look() -> object:
        left = storage.jobs.get_gate(COMPANY).lease_until - storage.clock.now()
        return left, claim_only(storage, []).usage

    return lambda: storage.jobs.extend(held, LEASE, usage="7"), look


def releasing(storage: SqlStorage, host: Any) -> Any:
    enqueue(storage, 1)
    held = claim(storage)
    return lambda: storage.jobs.release(held), lambda: (states(storage), storage.jobs.get_gate(COMPANY))


def requeueing(storage: SqlStorage, host: Any) -> Any:
    enqueue(storage, 1)
    settle_all(storage, claim(storage), JobState.ERROR)
    failed = job_of(storage, customer(1)).id
    return lambda: storage.jobs.requeue([failed]), lambda: (states(storage), storage.jobs.counts(COMPANY))


def answering(storage: SqlStorage, host: Any) -> Any:
    """What the remote said is written down once, whatever else it says of the same item."""
    enqueue(storage, 1)
    opened = storage.intents.open(claim(storage), an_intent("intent-1", 1))

    def look() -> object:
        storage.intents.answer(opened, [written("w1", "59")])
        return [item.outcome for intent in storage.intents.list_open(COMPANY) for item in intent.items]

    return lambda: storage.intents.answer(opened, [written("w1", "58")]), look


def answering_late(storage: SqlStorage, host: Any) -> Any:
    """What was created after all is kept beside the outcome, once."""
    enqueue(storage, 1)
    held = claim(storage)
    opened = storage.intents.open(held, an_intent("intent-1", 1))
    storage.intents.answer(opened, [refused("w1")])
    storage.intents.settle(held, "intent-1", ["w1"])

    def do() -> object:
        return storage.intents.answer(opened, [written("w1")])

    return do, lambda: [evolve(it, opened_at=None, sent_at=None) for it in storage.intents.list_open(COMPANY)]


def settling_an_intent(storage: SqlStorage, host: Any) -> Any:
    enqueue(storage, 1)
    held = claim(storage)
    opened = storage.intents.open(held, an_intent("intent-1", 1))
    storage.intents.answer(opened, [written("w1")])
    return lambda: storage.intents.settle(held, "intent-1", ["w1"]), lambda: storage.intents.list_open(
        COMPANY
    )


def saving_links(storage: SqlStorage, host: Any) -> Any:
    storage.links.save([link(1, "58"), link(2)])
    changed = [link(1, "59"), link(2, "58"), link(3)]

    def look() -> object:
        return [(each.local_id, each.remote_id, each.state) for each in storage.links.list_links(COMPANY)]

    return lambda: storage.links.save(changed), look


def saving_a_token(storage: SqlStorage, host: Any) -> Any:
    """A version for each grant, and none for a try."""
    now = storage.clock.now()
    token = Token(access_token="a", refresh_token="r", expires_at=now)
    kept = storage.tokens.save(COMPANY, token)
    newer = evolve(kept, access_token="b")
    return lambda: storage.tokens.save(COMPANY, newer), lambda: storage.tokens.find(COMPANY)


def refreshing_a_token(storage: SqlStorage, host: Any) -> Any:
    """The grant that was got for it is used up: it is got once, and kept."""
    now = storage.clock.now()
    kept = storage.tokens.save(COMPANY, Token(access_token="a", refresh_token="r", expires_at=now))
    renewals = list[Token]()

    def renew(token: Token) -> Token:
        renewals.append(token)
        return evolve(token, access_token="b")

    def do() -> object:
        return storage.tokens.refresh(COMPANY, kept, renew)

    return do, lambda: (len(renewals), storage.tokens.find(COMPANY))


def looking(storage: SqlStorage, host: Any) -> Any:
    """At everything that there is to be seen."""
    enqueue(storage, 1)
    held = claim(storage)
    storage.intents.open(held, an_intent("intent-1", 1))
    storage.history.start_run("run-1", COMPANY)
    answers = list[object]()

    def do() -> None:
        answers.append(storage.intents.list_open(COMPANY)[0].id)
        answers.append(storage.intents.find_open(COMPANY, [customer(1)])[customer(1)].id)
        answers.append(storage.history.get_run("run-1").id)
        answers.append(storage.history.list_runs(COMPANY)[0].id)
        answers.append(storage.history.list_results("run-1"))
        answers.append(storage.links.find_by_local(COMPANY, "customer", ["1"]))
        answers.append((states(storage), storage.jobs.counts(COMPANY), storage.jobs.companies()))
        storage.jobs.verify(held)

    return do, lambda: answers


def states(storage: SqlStorage) -> Sequence[tuple[object, ...]]:
    """Return what there is of each job, but for how often it was wished for."""
    jobs = storage.jobs.list_jobs(COMPANY, states=list(JobState))
    return [(job.record.id, job.state, job.attempts, job.crashes, job.waits_for) for job in jobs]


SCENES: Sequence[Scene] = [
    enqueueing_for_one_company,
    enqueueing_for_a_company_without_work,
    enqueueing_for_several_companies,
    claiming,
    claiming_more,
    claiming_more_of_what_is_wished_for,
    taking_over,
    settling,
    settling_with_links,
    extending,
    releasing,
    requeueing,
    answering,
    answering_late,
    settling_an_intent,
    saving_links,
    saving_a_token,
    refreshing_a_token,
    looking,
]


def play_all(database: Database, storage: SqlStorage, saboteur: Any, scene: Scene, moment: str) -> None:
    """Play *scene* once for each statement that the connection can break at: the end is the same as without."""

    def play(at: int | None) -> object:
        database.emptied_schema()
        with closing(database.connect()) as host:
            do, look = scene(storage, host)
            saboteur.arm(moment, at)
            do()
            sent.append(saboteur.sent)
            saboteur.arm("", None)
            return look()

    sent = list[int]()
    undisturbed = play(None)
    broken = {at: play(at) for at in range(sent[0])}

    assert sent[0] > 0
    assert broken == dict.fromkeys(range(sent[0]), undisturbed)
    assert min(sent[1:]) >= sent[0]


@pytest.mark.parametrize("moment", ["before", "unanswered"])
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_what_breaks_is_done_once(
    postgres: Database, storage: SqlStorage, saboteur: Saboteur, scene: Scene, moment: str
) -> None:
    """Whichever statement it is that the connection breaks at."""
    play_all(postgres, storage, saboteur, scene, moment)


def test_more_that_was_handed_out_unheard_is_handed_out_again(
    storage: SqlStorage, saboteur: Saboteur, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the same call, though the server was away for a while: neither are the jobs lost, nor are others taken."""
    enqueue(storage, *range(1, 6))
    first = claim(storage, limit=1, company=COMPANY)

    def come_back(_: float) -> None:
        saboteur.is_away = False

    def kill(pid: int) -> None:
        ends(pid)
        saboteur.is_away = True

    ends = saboteur.kill
    monkeypatch.setattr("linksync.storage.sql.connection.time.sleep", come_back)
    monkeypatch.setattr(saboteur, "kill", kill)
    saboteur.arm("unanswered", 0)
    more = claim(storage, limit=2, company=COMPANY)
    saboteur.arm("", None)
    monkeypatch.setattr(saboteur, "kill", ends)

    assert records_of(more.jobs) == ["2", "3"]
    assert more.token == first.token
    assert storage.jobs.counts(COMPANY) == {JobState.RUNNING: 3, JobState.QUEUED: 2}
    assert records_of(claim(storage, limit=1, company=COMPANY).jobs) == ["4"]


def test_a_transaction_that_breaks_is_undone_and_told(
    storage: SqlStorage, killer: Callable[[int], None]
) -> None:
    """Whoever opened it does it again from the beginning; the storage goes on with a new connection."""

    def write() -> None:
        with storage.transaction():
            storage.links.save([link(1)])
            _kill_current(storage, killer)
            storage.links.save([link(2)])

    with pytest.raises(ConnectionLostError, match="broke"):
        write()

    assert storage.links.count_links(COMPANY) == {}
    assert not storage.is_in_transaction()


def test_whether_a_transaction_was_kept_is_not_guessed(storage: SqlStorage, saboteur: Saboteur) -> None:
    """When the answer to its end is lost, the error says that it may have been; before, that it was not."""

    def write(at: int) -> object:
        storage.jobs.counts(COMPANY)  # on a connection that is whole
        saboteur.arm("unanswered", at)
        try:
            with storage.transaction():
                storage.links.save([link(at)])
        except ConnectionLostError as error:
            return error.may_be_kept
        finally:
            saboteur.arm("", None)
        return "kept"

    outcomes = [write(at) for at in range(5)]

    # BEGIN is sent again; SAVEPOINT, the link and RELEASE break; COMMIT is the end.
    assert outcomes == ["kept", False, False, False, True]
    assert [each.local_id for each in storage.links.list_links(COMPANY)] == ["0", "4"]


def test_an_intent_that_may_have_been_stored_is_not_sent(storage: SqlStorage, saboteur: Saboteur) -> None:
    """Its caller is told, and whoever resolves the company's open intents finds it."""
    enqueue(storage, 1)
    held = claim(storage)

    def store(at: int) -> object:
        saboteur.arm("unanswered", at)
        try:
            return storage.intents.open(held, an_intent(f"intent-{at}", at)).id
        except ConnectionLostError as error:
            return error.may_be_kept
        finally:
            saboteur.arm("", None)

    outcomes = [store(at) for at in range(7)]

    names = [f"intent-{at}" for at in range(7)]
    assert outcomes == [*names[:5], True, names[6]]
    assert [intent.id for intent in storage.intents.list_open(COMPANY)] == names


def test_a_server_that_stays_away_is_told(storage: SqlStorage, saboteur: Saboteur) -> None:
    """After some tries; what was to be written is written when it is back."""
    saboteur.is_away = True

    with pytest.raises(ConnectionLostError, match="broke"):
        enqueue(storage, 1)

    saboteur.is_away = False
    assert storage.jobs.counts(COMPANY) == {}
    enqueue(storage, 1)
    assert storage.jobs.counts(COMPANY) == {JobState.QUEUED: 1}


def test_i02_an_answer_waits_for_a_server_that_comes_back(
    storage: SqlStorage, saboteur: Saboteur, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For minutes, as long as the lease lasts: what QuickBooks has said need not be searched for."""
    clock = cast("FakeClock", storage.clock)
    toy = Toy(storage=storage, clock=clock)
    toy.customers(40)
    back_at = clock.now() + timedelta(minutes=4)

    def sleep(seconds: float) -> None:
        clock.advance(timedelta(seconds=seconds))
        saboteur.is_away = clock.now() < back_at

    def vanish(_: object) -> None:
        saboteur.is_away = True

    monkeypatch.setattr(clock, "sleep", sleep)
    toy.remote.mishaps = [Meddle(vanish)]

    run = toy.sync.run()

    assert clock.now() >= back_at
    assert run.counts == {Outcome.CREATED: 40}
    assert (len(toy.remote.requests), toy.remote.reads) == (2, 0)


def push_over_breaks(database: Database, storage: SqlStorage, saboteur: Any, moment: str) -> None:
    """Push forty customers once for each statement that the connection can break at: each request is sent once.

    The run goes on, or the next one takes up what is left, and nothing has to be searched for.
    """
    clock = cast("FakeClock", storage.clock)

    def push(at: int | None) -> object:
        database.emptied_schema()
        toy = Toy(storage=storage, clock=clock)
        toy.customers(40)
        saboteur.arm(moment, at)
        with suppress(ConnectionLostError):
            toy.sync.run()
        sent.append(saboteur.sent)
        saboteur.arm("", None)
        clock.advance(timedelta(minutes=10))  # a run that broke off may have left its lease
        toy.sync.run()
        jobs = storage.jobs.counts(TOYS)
        return len(toy.remote.requests), toy.remote.reads, len(toy.names()), jobs

    sent = list[int]()
    undisturbed = push(None)
    broken = {at: push(at) for at in range(sent[0])}

    assert undisturbed == (2, 0, 40, {JobState.SUCCESS: 40})
    assert broken == dict.fromkeys(range(sent[0]), undisturbed)
    assert sent[0] > 20


@pytest.mark.parametrize("moment", ["before", "unanswered"])
def test_i02_a_connection_that_breaks_at_any_step_of_a_run_costs_no_search(
    postgres: Database, storage: SqlStorage, saboteur: Saboteur, moment: str
) -> None:
    push_over_breaks(postgres, storage, saboteur, moment)


def _kill_current(storage: SqlStorage, killer: Callable[[int], None]) -> None:
    with storage._sessions.use() as session:
        connection: Any = session._connection
        killer(connection.info.backend_pid)


# Deadlocks


@pytest.fixture
def rival(postgres: Database, schema: str, storage: SqlStorage) -> Iterator["psycopg.Connection[Any]"]:
    """Somebody whose transaction holds the second of two companies."""
    for company in (A, B):
        storage.jobs.set_gate(company, GateState.OPEN)
    with closing(postgres.connect()) as connection:
        connection.execute(f"SET search_path = {schema}")
        connection.execute("SET lock_timeout = '20s'")
        _hold(connection, B)
        yield connection


def _hold(connection: "psycopg.Connection[Any]", company: CompanyId) -> None:
    connection.execute("SELECT 1 FROM linksync_gate WHERE company = %s FOR UPDATE", (company,))


def _cross(postgres: Database, rival: "psycopg.Connection[Any]", work: Callable[[], object]) -> None:
    """Do *work*, which takes both companies in their order, while the rival takes them the other way round."""
    with ThreadPoolExecutor(1) as pool:
        doing = pool.submit(work)
        # Whoever waits first is the first to see the deadlock, and gives up.
        while not postgres.run(WAITING):
            pass
        _hold(rival, A)
        rival.rollback()
        doing.result(timeout=20)


def test_what_a_deadlock_undid_is_done_again(
    postgres: Database,
    storage: SqlStorage,
    rival: "psycopg.Connection[Any]",
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By itself, once the other one has gone on."""
    dialect: Any = storage._sessions._dialect
    told, translate = list[Exception](), dialect.translate
    monkeypatch.setattr(
        dialect, "translate", lambda error, *rest: told.append(error) or translate(error, *rest)
    )
    wishes = [wish(customer(1), company=company) for company in (A, B)]

    _cross(postgres, rival, lambda: storage.jobs.enqueue(wishes))

    assert [type(error) for error in told] == [psycopg.errors.DeadlockDetected]
    assert [storage.jobs.counts(company) for company in (A, B)] == [{JobState.QUEUED: 1}] * 2


def test_a_deadlock_within_a_transaction_undoes_the_whole(
    postgres: Database, storage: SqlStorage, rival: "psycopg.Connection[Any]"
) -> None:
    """The error is told to whoever opened it, who does it again from the beginning."""

    def write() -> None:
        with storage.transaction():
            storage.links.save([link(1, company=A)])
            for company in (A, B):
                storage.jobs.set_gate(company, GateState.PAUSED)

    with pytest.raises(GivenUpError, match="nothing of it was kept"):
        _cross(postgres, rival, write)

    assert [storage.jobs.get_gate(company).state for company in (A, B)] == [GateState.OPEN] * 2
    assert storage.links.count_links(A) == {}
