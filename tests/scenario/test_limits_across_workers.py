"""Workers in processes of their own, one after the other on one company, stay within QuickBooks' limits together."""

from datetime import timedelta

import pytest
from attrs import define, field

from linksync import Synchronizer, stores
from linksync.connectors.quickbooks import AppCredentials, QuickBooks
from linksync.storage.memory import MemoryStorage
from linksync.storage.sql import SqlStorage
from linksync.testing.clock import FakeClock
from linksync.testing.quickbooks import QuickBooksSimulator, SimulatorTransport
from linksync.tokens import Token
from tests.crash.tripwire import KilledError, Tripwire, WiredStorage
from tests.scenario.shop import Customer, CustomerMapping, Table

CUSTOMERS = 1500
BATCHES = CUSTOMERS // 30
SHORT = {
    "answer_time": timedelta(seconds=2),
    "request_timeout": timedelta(seconds=30),
    "settle_time": timedelta(seconds=35),
    "lease": timedelta(seconds=35),
}
"""Times so short that the company has its next worker before a minute has passed."""


@define
class SlowTransport(SimulatorTransport):
    """A simulator a fifth of a second away; the worker dies when a certain request was done, its answer unseen."""

    wire: Tripwire
    clock: FakeClock
    last: int | None
    count: int = 0

    def send(self, request):
        self.count += 1
        if self.count == self.last:
            self.wire.at, self.wire.after = len(self.wire.steps), True
        self.clock.advance(timedelta(seconds=0.1))
        response = self.wire.step("send", lambda: super(SlowTransport, self).send(request))
        self.clock.advance(timedelta(seconds=0.1))
        return response


@define
class Place:
    """A company with the published limits, and customers that are to be created there."""

    storage: object
    clock: FakeClock
    simulator: QuickBooksSimulator = field(init=False)
    customers: Table = field(init=False)

    def __attrs_post_init__(self):
        self.simulator = QuickBooksSimulator(clock=self.clock)
        company = self.simulator.add_company()
        expires_at = self.clock.now() + timedelta(hours=1)
        access, refresh = company.tokens.access_token, company.tokens.refresh_token
        token = Token(access_token=access, refresh_token=refresh, expires_at=expires_at)
        self.storage.tokens.save(company.id, token)
        self.customers = Table({n: Customer(id=n, name=f"Customer {n}") for n in range(CUSTOMERS)})
        self.worker().promote("customer", *self.customers.rows)

    @property
    def company(self):
        return next(iter(self.simulator.companies.values()))

    def worker(self, *, last=None, lease=timedelta(minutes=5), **times):
        """Return a synchronizer that knows of others only what is stored, as in another process."""
        wire = Tripwire()
        authorization = self.simulator.authorization
        app = AppCredentials(client_id=authorization.client_id, client_secret=authorization.client_secret)
        return Synchronizer(
            company=self.company.id,
            mappings=[CustomerMapping],
            local=stores(customer=self.customers),
            remote=QuickBooks(
                app,
                tokens=self.storage.tokens,
                transport=SlowTransport(self.simulator, wire, self.clock, last),
                clock=self.clock,
                **times,
            ),
            storage=WiredStorage(self.storage, wire),
            lease=lease,
            claim_size=300,
        )


@pytest.fixture(params=["memory", "sqlite"])
def place(request, tmp_path):
    clock = FakeClock()
    url = f"sqlite:///{tmp_path / 'links.db'}"
    return Place(
        MemoryStorage(clock=clock) if request.param == "memory" else SqlStorage(url, clock=clock), clock
    )


def test_workers_that_take_turns_are_never_told_to_slow_down(place):
    """Nor slower than one that works alone: fifty batches take a little more than a minute."""
    begin, workers = place.clock.now(), [place.worker(), place.worker()]

    for turn in range(BATCHES // 5):
        workers[turn % 2].run(limit=150)

    assert place.simulator.journal.counts().throttled == 0
    assert len(place.company.objects("Customer")) == CUSTOMERS
    assert place.clock.now() - begin < timedelta(seconds=75)


def test_a_worker_that_follows_one_that_died_is_not_told_to_slow_down(place):
    """What the dead one may have sent since its last note counts as well."""
    with pytest.raises(KilledError):
        place.worker(last=35, **SHORT).run()
    place.clock.advance(SHORT["lease"])
    successor = place.worker(**SHORT)

    while successor.run().total:
        place.clock.advance(timedelta(seconds=10))

    assert place.simulator.journal.counts().throttled == 0
    assert len(place.company.objects("Customer")) == CUSTOMERS
