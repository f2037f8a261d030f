"""The small shop that the code of these pages runs in: two lists, their mappings, a simulated QuickBooks company."""

from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Generic, TypeVar

from attrs import define, field, frozen

from linksync import (
    CompanyId,
    CompanySettings,
    Converter,
    EntityMapping,
    NestedMapping,
    Storage,
    Synchronizer,
    both,
    const,
    nested,
    setting,
    stores,
)
from linksync.connectors.quickbooks import AppCredentials, HttpRequest, HttpResponse, QuickBooks
from linksync.connectors.quickbooks import fields as qbo
from linksync.storage.memory import MemoryStorage
from linksync.testing.clock import FakeClock
from linksync.testing.quickbooks import NO_LIMITS, Company, QuickBooksSimulator, SimulatorTransport
from linksync.tokens import Token

T = TypeVar("T")


@define(kw_only=True)
class Address:
    """Where a customer is."""

    street: str | None = None
    city: str | None = None


@define(kw_only=True)
class Customer:
    """Somebody who buys."""

    id: int
    name: str
    email: str | None = None
    phone: str | None = None
    address: Address | None = None


@define(kw_only=True)
class Item:
    """Something to buy."""

    id: int
    name: str
    price_in_cents: int


class AddressMapping(NestedMapping[Address, qbo.PhysicalAddress]):
    """An address is a group of QuickBooks' fields."""

    street: str | None = both(qbo.PhysicalAddress.Line1)
    city: str | None = both(qbo.PhysicalAddress.City)


class CustomerMapping(EntityMapping[Customer, qbo.Customer], entity="customer", key="id"):
    """A customer is a Customer."""

    name: str = both(qbo.Customer.DisplayName, match=True)
    email: str | None = both(qbo.Customer.PrimaryEmailAddr.Address)
    phone: str | None = both(qbo.Customer.PrimaryPhone.FreeFormNumber)
    address: Address | None = nested(qbo.Customer.BillAddr, AddressMapping)


def _to_cents(price: Decimal) -> int:
    cents = price * 100
    if cents != int(cents):
        raise ValueError(f"{price} is not a whole number of cents")
    return int(cents)


CENTS = Converter[int, Decimal](to_remote=lambda cents: Decimal(cents) / 100, to_local=_to_cents)


class ItemMapping(EntityMapping[Item, qbo.Item], entity="item", key="id"):
    """An item is an Item of the kind that is not kept in stock."""

    name: str = both(qbo.Item.Name, match=True)
    price_in_cents: int = both(qbo.Item.UnitPrice, convert=CENTS, default=0)
    kind = const(qbo.Item.Type, "NonInventory")
    account = setting(qbo.Item.IncomeAccountRef, "income_account")


@define
class Table(Generic[T]):
    """Records by id, in place of a table in the host's database."""

    rows: dict[int, T] = field(factory=dict[int, T])
    key_type: Callable[[str], int] = int

    def read(self, ids: Collection[int]) -> Mapping[int, T]:
        """Return the records of *ids*, keyed by id."""
        return {id_: self.rows[id_] for id_ in ids if id_ in self.rows}


@frozen
class Watched:
    """A transport that shows each request before it leaves."""

    transport: SimulatorTransport
    watch: Callable[[HttpRequest], None]

    def send(self, request: HttpRequest) -> HttpResponse:
        """Show *request*, send it, and return the answer."""
        self.watch(request)
        return self.transport.send(request)


@frozen(kw_only=True)
class Shop:
    """The shop with its company, and what connects them."""

    clock: FakeClock
    customers: Table[Customer]
    items: Table[Item]
    simulator: QuickBooksSimulator
    company: Company
    remote: QuickBooks
    sync: Synchronizer

    @property
    def storage(self) -> Storage:
        """Where linksync keeps what it remembers."""
        return self.sync.storage


def open_shop(
    *,
    clock: FakeClock | None = None,
    storage: Storage | None = None,
    watch: Callable[[HttpRequest], None] | None = None,
) -> Shop:
    """Return a shop that is connected to a company of its own.

    Args:
        clock: Whose time it is; it stands still until it is told to go on.
        storage: Where linksync keeps what it remembers; in memory unless given.
        watch: Shown each HTTP request before it leaves.
    """
    clock = clock or FakeClock()
    storage = storage or MemoryStorage(clock=clock)
    simulator = QuickBooksSimulator(clock=clock, limits=NO_LIMITS)
    company = simulator.add_company("4620816365000000000")
    storage.tokens.save(
        CompanyId(company.id),
        Token(
            access_token=company.tokens.access_token,
            refresh_token=company.tokens.refresh_token,
            expires_at=clock.now() + timedelta(hours=1),
        ),
    )
    customers, items = Table[Customer](), Table[Item]()
    remote = QuickBooks(
        AppCredentials(
            client_id=simulator.authorization.client_id,
            client_secret=simulator.authorization.client_secret,
        ),
        tokens=storage.tokens,
        transport=Watched(SimulatorTransport(simulator), watch or _pass_by),
        clock=clock,
    )
    sync = Synchronizer(
        company=company.id,
        mappings=[CustomerMapping, ItemMapping],
        local=stores(customer=customers, item=items),
        remote=remote,
        storage=storage,
        settings=CompanySettings(settings={"income_account": "79"}),
        random=Random(1),  # noqa: S311 - jitter is no secret
    )
    return Shop(
        clock=clock,
        customers=customers,
        items=items,
        simulator=simulator,
        company=company,
        remote=remote,
        sync=sync,
    )


def _pass_by(request: HttpRequest) -> None:
    """Show *request* to nobody."""
    del request
