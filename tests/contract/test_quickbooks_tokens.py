"""One token for several processes, whatever dies or gets lost on the way, against the served simulator."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from attrs import define, evolve, frozen

from linksync import EntityMapping, EntityReader, Outcome, Synchronizer, both, stores
from linksync.connectors.quickbooks import AppCredentials, QuickBooks, RequestsTransport, discover
from linksync.connectors.quickbooks import fields as qbo
from linksync.errors import AuthorizationError, TransientError
from linksync.jobs import GateState
from linksync.records import CompanyId
from linksync.storage.memory import MemoryStorage
from linksync.storage.sql import SqlStorage
from linksync.testing.clock import FakeClock
from linksync.testing.quickbooks import (
    NO_LIMITS,
    Company,
    Mishap,
    QuickBooksSimulator,
    Rotation,
    Script,
    SimulatorTransport,
)
from linksync.testing.quickbooks.exchange import Call
from linksync.tokens import Token

WORKER = """
import os, sys
from linksync.connectors.quickbooks import AppCredentials, QuickBooks, RequestsTransport, discover
from linksync.records import CompanyId
from linksync.storage.sql import SqlStorage

url, database, schema, company, client_id, client_secret, dies = sys.argv[1:]


class Transport(RequestsTransport):
    def send(self, request):
        response = super().send(request)
        if dies == "dies" and "/tokens/bearer" in request.url:
            os._exit(9)  # the answer has come, and nobody will keep it
        return response


transport = Transport()
quickbooks = QuickBooks(
    AppCredentials(client_id=client_id, client_secret=client_secret),
    tokens=SqlStorage(database, schema=schema).tokens,
    transport=transport,
    base_url=url,
    oauth=discover(transport, url + "/.well-known/openid_configuration"),
)
print("ready", flush=True)
sys.stdin.readline()
endpoint = quickbooks(CompanyId(company))
for _ in range(5):
    print(len(list(endpoint.search("Customer"))), flush=True)
"""


@frozen
class Place:
    """Where a storage keeps what it knows."""

    url: str
    schema: str = ""

    def open(self, clock=None):
        return SqlStorage(self.url, schema=self.schema, clock=clock)


def place_of(kind, request):
    """Return an empty place for a storage."""
    if kind == "sqlite":
        return Place(f"sqlite:///{request.getfixturevalue('tmp_path')}/links.db")
    server = request.getfixturevalue(kind)
    return Place(server.url, server.emptied_schema())


@pytest.fixture(params=["sqlite", "postgres", "mysql"])
def place(request):
    return place_of(request.param, request)


@define(eq=False)
class Scene:
    """A company whose access token has just ended, and a database that several processes share."""

    simulator: QuickBooksSimulator
    company: Company
    url: str = ""
    place: Place | None = None

    @property
    def app(self):
        authorization = self.simulator.authorization
        return AppCredentials(client_id=authorization.client_id, client_secret=authorization.client_secret)

    def quickbooks(self, storage):
        transport = RequestsTransport()
        return QuickBooks(
            self.app,
            tokens=storage.tokens,
            transport=transport,
            clock=storage.clock,
            base_url=self.url,
            oauth=discover(transport, f"{self.url}/.well-known/openid_configuration"),
        )

    def start(self, dies=""):
        where = [self.url, self.place.url, self.place.schema]
        arguments = [*where, self.company.id, self.app.client_id, self.app.client_secret]
        return subprocess.Popen(
            [sys.executable, "-W", "error", "-c", WORKER, *arguments, dies],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def token_requests(self):
        return [entry.status for entry in self.simulator.journal.requests() if entry.kind == "token"]


@pytest.fixture
def scene(place: Place) -> Iterator[Scene]:
    simulator = QuickBooksSimulator(limits=NO_LIMITS, rotation=Rotation.EVERY_TIME)
    company = simulator.add_company()
    company.add("Customer", {"DisplayName": "Amy"})
    storage = place.open()
    granted = company.tokens
    storage.tokens.save(
        CompanyId(company.id),
        Token(
            access_token=granted.access_token,
            refresh_token=granted.refresh_token,
            expires_at=datetime.now(UTC) - timedelta(seconds=1),
        ),
    )
    storage.close()
    simulator.authorization.expire_all(company.id)
    with simulator.serve() as server:
        yield Scene(simulator, company, server.url, place)


def run_together(*workers):
    """Let workers that are ready begin at the same instant, and return what they said and how they ended."""
    for worker in workers:
        assert worker.stdout.readline() == "ready\n", worker.stderr.read()
    for worker in workers:
        worker.stdin.write("\n")
        worker.stdin.flush()
    said = [worker.communicate(timeout=60) for worker in workers]
    return [(worker.returncode, *texts) for worker, texts in zip(workers, said, strict=True)]


def test_two_processes_renew_once_and_both_go_on(scene):
    """Though the first refresh makes the old token worthless at once."""
    ends = run_together(scene.start(), scene.start(), scene.start())

    assert ends == [(0, "1\n" * 5, "")] * 3
    assert scene.token_requests() == [200]


def test_a_refused_token_is_renewed_once_by_two_processes_as_well(scene):
    """Where QuickBooks ends it before its time, and both are refused."""
    storage = scene.place.open()
    kept = storage.tokens.find(CompanyId(scene.company.id))
    storage.tokens.save(
        CompanyId(scene.company.id), evolve(kept, expires_at=datetime.now(UTC) + timedelta(hours=1))
    )
    storage.close()

    ends = run_together(scene.start(), scene.start())

    assert ends == [(0, "1\n" * 5, "")] * 2
    assert scene.token_requests() == [200]


@pytest.fixture
def later(scene):
    """Return another process' storage, a while later: whose waiting takes no time."""
    storage = scene.place.open(FakeClock(datetime.now(UTC) + timedelta(seconds=5)))
    yield storage
    storage.close()


def test_a_process_that_dies_with_the_answer_in_its_hand_keeps_nobody_waiting_for_ever(scene, later):
    """And where the refresh token did not change, nothing is lost: the next one renews."""
    scene.simulator.authorization.rotation = Rotation.NEVER
    ((code, said, _),) = run_together(scene.start("dies"))
    assert (code, said) == (9, "")

    found = list(scene.quickbooks(later)(CompanyId(scene.company.id)).search("Customer"))

    assert len(found) == 1
    assert scene.token_requests() == [200, 200]
    assert sum(later.clock.sleeps) < 120


def test_a_refresh_token_that_died_with_its_process_is_asked_for_once(scene, later):
    """Nobody can know the new one: the company has to be connected again, and that is said."""
    run_together(scene.start("dies"))
    endpoint = scene.quickbooks(later)(CompanyId(scene.company.id))

    with pytest.raises(AuthorizationError, match="connect the company to QuickBooks again"):
        list(endpoint.search("Customer"))

    assert scene.token_requests() == [200, 400]


@pytest.fixture
def alone(place):
    """A company in this process, on a clock that stands still, whose access token has ended."""
    clock = FakeClock()
    simulator = QuickBooksSimulator(clock=clock, limits=NO_LIMITS, rotation=Rotation.EVERY_TIME)
    company = simulator.add_company()
    storage = place.open(clock)
    token = Token(
        access_token=company.tokens.access_token,
        refresh_token=company.tokens.refresh_token,
        expires_at=clock.now(),
    )
    storage.tokens.save(CompanyId(company.id), token)
    scene = Scene(simulator, company)
    quickbooks = QuickBooks(
        scene.app, tokens=storage.tokens, transport=SimulatorTransport(simulator), clock=clock
    )
    yield simulator, quickbooks(CompanyId(company.id)), storage
    storage.close()


@pytest.mark.parametrize("rotation", [Rotation.NEVER, Rotation.AFTER_A_DAY])
def test_a_lost_answer_of_the_same_refresh_token_is_only_a_delay(alone, rotation):
    """The stored one is still good."""
    simulator, endpoint, _ = alone
    simulator.authorization.rotation = rotation
    simulator.script(Script(mishap=Mishap.LOSE_ANSWER, kind="token"))

    with pytest.raises(TransientError):
        list(endpoint.search("Customer"))

    assert list(endpoint.search("Customer")) == []


def test_a_lost_answer_after_a_rotation_is_a_lost_grant_and_is_said_so(alone):
    """First it may have been the network; then the refresh token is known to be dead, and is not tried again in a loop."""
    simulator, endpoint, storage = alone
    simulator.script(Script(mishap=Mishap.LOSE_ANSWER, kind="token"))
    before = storage.tokens.find(endpoint.client.company)

    with pytest.raises(TransientError):
        list(endpoint.search("Customer"))
    with pytest.raises(AuthorizationError, match="invalid_grant"):
        list(endpoint.search("Customer"))

    assert [entry.status for entry in simulator.journal.requests() if entry.kind == "token"] == [0, 400]
    assert storage.tokens.find(endpoint.client.company) == before


REDIRECT = "https://app.example/callback"


@frozen
class Customer:
    id: int
    name: str


class CustomerMapping(EntityMapping[Customer, qbo.Customer], entity="customer", key="id"):
    name: str = both(qbo.Customer.DisplayName)


class Customers(EntityReader[Customer, int]):
    key_type = int

    def read(self, ids):
        return {id_: Customer(id_, f"Customer {id_}") for id_ in ids}


@define(eq=False)
class Line:
    """Brings requests to the simulator, and lets something happen while an answer is under way."""

    transport: SimulatorTransport
    meanwhile: Callable = lambda response: None

    def send(self, request):
        response = self.transport.send(request)
        self.meanwhile(response)
        return response


@define(eq=False)
class Shop:
    """A CRM that was connected by its user's consent, and what it is connected with."""

    simulator: QuickBooksSimulator
    company: Company
    quickbooks: QuickBooks
    sync: Synchronizer
    line: Line

    def consent(self):
        connect(self.simulator, self.quickbooks, self.company)

    @property
    def gate(self):
        return self.sync.storage.jobs.get_gate(CompanyId(self.company.id))

    def asked(self):
        return len(self.simulator.journal.requests())


@pytest.fixture(params=["memory", "sqlite", "postgres", "mysql"])
def shop(request):
    clock = FakeClock()
    in_memory = request.param == "memory"
    storage = MemoryStorage(clock) if in_memory else place_of(request.param, request).open(clock)
    simulator = QuickBooksSimulator(clock=clock, limits=NO_LIMITS)
    company = simulator.add_company()
    line = Line(SimulatorTransport(simulator))
    app = evolve(Scene(simulator, company).app, redirect_uri=REDIRECT)
    quickbooks = QuickBooks(app, tokens=storage.tokens, transport=line, clock=clock)
    sync = Synchronizer(
        company=company.id,
        mappings=[CustomerMapping],
        local=stores(customer=Customers()),
        remote=quickbooks,
        storage=storage,
    )
    shop = Shop(simulator, company, quickbooks, sync, line)
    shop.consent()
    yield shop
    if not in_memory:
        storage.close()


def test_a_dead_grant_parks_the_jobs_and_a_reconnect_resumes_them(shop):
    """By the user's own consent in the browser and nothing else; no job is lost, and none is tried in between."""
    shop.sync.promote("customer", 1)
    shop.company.disconnect()
    parked = shop.sync.run()
    asked = shop.asked()
    shop.sync.promote("customer", 2)
    idle = shop.sync.run()

    shop.consent()

    assert parked.note.startswith("the company is unauthorised: invalid_grant")
    assert parked.note.endswith("a new connection opens the company's gate, as resume() does")
    assert idle.total == 0
    assert shop.sync.status("customer", 1).job.attempts == 0
    assert [entry.kind for entry in shop.simulator.journal.requests()[asked:]] == ["token"]
    assert shop.sync.run().counts == {Outcome.CREATED: 2}


def test_a_company_that_somebody_paused_stays_paused_when_it_is_connected_again(shop):
    """Only whoever paused it knows whether work may go on."""
    shop.sync.promote("customer", 1)
    shop.company.disconnect()
    shop.sync.run()
    shop.sync.pause("the accountant closes the books")

    shop.consent()

    assert shop.sync.run().note == "the company is paused: the accountant closes the books"
    shop.sync.resume()
    assert shop.sync.run().counts == {Outcome.CREATED: 1}


@pytest.mark.parametrize(
    ("code", "remedy"),
    [("6190", "have the subscription renewed"), ("10200", "unlink the company's records")],
)
def test_a_company_that_quickbooks_itself_has_closed_is_not_opened_by_a_reconnect(shop, code, remedy):
    """A new grant pays no subscription, and after a reset the ids that are linked may name other records."""
    shop.sync.promote("customer", 1)
    shop.simulator.script(Script(mishap=Mishap.REFUSE, code=code, message="no"))
    parked = shop.sync.run()

    shop.consent()

    assert parked.note.startswith(f"the company is paused: {code}")
    assert remedy in parked.note
    assert parked.note.endswith("then call resume()")
    assert shop.sync.status("customer", 1).job.attempts == 0
    assert shop.sync.run().total == 0
    shop.sync.resume()
    assert shop.sync.run().counts == {Outcome.CREATED: 1}


def test_a_refusal_of_the_former_grant_does_not_park_a_company_that_is_connected_again(shop):
    """The answer was under way when the user consented: nobody would come once more to open the gate."""
    shop.sync.promote("customer", 1)
    shop.simulator.script(Script(mishap=Mishap.REFUSE, code="3100", message="no"))
    shop.line.meanwhile = lambda response: shop.consent() if response.status == 403 else None

    refused = shop.sync.run()

    assert refused.counts == {Outcome.RETRY: 1}
    assert "it is tried again by itself, since a newer token is kept" in refused.note
    shop.sync.storage.clock.advance(timedelta(minutes=1))
    assert shop.sync.run().counts == {Outcome.CREATED: 1}


def test_a_grant_that_is_refused_though_it_can_be_renewed_parks_the_company(shop):
    """A token that was only renewed is the same grant: otherwise it would be refused and renewed for ever."""
    shop.sync.promote("customer", 1)
    shop.simulator.script(Script(mishap=Mishap.REFUSE, code="3200", message="no", times=9))

    run = shop.sync.run()

    assert run.note.startswith("the company is unauthorised: 3200")
    assert shop.gate.state is GateState.UNAUTHORISED


def connect(simulator, quickbooks, company):
    """Consent as a user does, in the browser."""
    url = quickbooks.authorization_url("a state")
    page = Call.to("GET", f"{url}&company={company.id}", headers={}, body=b"")
    sent_back = simulator.handle(page).headers["location"]
    assert quickbooks.connect(sent_back, "a state") == company.id
