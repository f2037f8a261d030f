"""A small shop that pushes into a simulated QuickBooks company, all in one process and on one clock."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from attrs import define, evolve, field, frozen

from linksync import (
    CompanySettings,
    EntityMapping,
    ExponentialBackoff,
    LinesMapping,
    NestedMapping,
    Synchronizer,
    both,
    choice,
    computed,
    const,
    many,
    nested,
    pull,
    push,
    ref,
    setting,
    stores,
)
from linksync.connectors.quickbooks import AppCredentials, QuickBooks
from linksync.connectors.quickbooks import fields as qbo
from linksync.storage.memory import MemoryStorage
from linksync.testing.clock import FakeClock
from linksync.testing.quickbooks import NO_LIMITS, Company, QuickBooksSimulator, SimulatorTransport
from linksync.tokens import Token


@frozen(kw_only=True)
class Address:
    street: str | None = None
    city: str | None = None


@frozen(kw_only=True)
class Customer:
    id: int
    name: str
    email: str | None = None
    address: Address | None = None
    balance: Decimal = Decimal(0)


@frozen(kw_only=True)
class Item:
    id: int
    name: str
    price: Decimal


@frozen(kw_only=True)
class Line:
    item_id: int
    quantity: Decimal
    price: Decimal


@frozen(kw_only=True)
class Invoice:
    number: str
    customer_id: int
    day: date = date(2026, 1, 2)
    terms: str = "NET30"
    lines: list[Line]


class AddressMapping(NestedMapping[Address, qbo.PhysicalAddress]):
    street: str | None = both(qbo.PhysicalAddress.Line1)
    city: str | None = both(qbo.PhysicalAddress.City)


class CustomerMapping(EntityMapping[Customer, qbo.Customer], entity="customer", key="id"):
    name: str = both(qbo.Customer.DisplayName, match=True)
    email: str | None = both(qbo.Customer.PrimaryEmailAddr.Address)
    address: Address | None = nested(qbo.Customer.BillAddr, AddressMapping)
    balance: Decimal = pull(qbo.Customer.Balance, default=Decimal(0))


class ItemMapping(EntityMapping[Item, qbo.Item], entity="item", key="id"):
    name: str = both(qbo.Item.Name, match=True)
    price: Decimal = both(qbo.Item.UnitPrice, default=Decimal(0))
    kind = const(qbo.Item.Type, "Service")
    account = setting(qbo.Item.IncomeAccountRef, "income_account")


class LineMapping(LinesMapping[Line, qbo.SalesItemLine]):
    item_id: int = ref(qbo.SalesItemLine.ItemRef, to=ItemMapping)
    quantity: Decimal = push(qbo.SalesItemLine.Qty)
    price: Decimal = push(qbo.SalesItemLine.UnitPrice)
    amount: Decimal = computed(
        qbo.SalesItemLine.Amount, lambda line: (line.quantity * line.price).quantize(Decimal("0.01"))
    )


class InvoiceMapping(EntityMapping[Invoice, qbo.Invoice], entity="invoice", key="number", once=True):
    number: str = push(qbo.Invoice.DocNumber, match=True)
    customer_id: int = ref(qbo.Invoice.CustomerRef, to=CustomerMapping)
    day: date = push(qbo.Invoice.TxnDate)
    terms: str = choice(qbo.Invoice.SalesTermRef, "terms")
    lines: list[Line] = many(qbo.Invoice.Line, LineMapping)


class EditableInvoiceMapping(EntityMapping[Invoice, qbo.Invoice], entity="invoice", key="number"):
    number: str = push(qbo.Invoice.DocNumber, match=True)
    customer_id: int = ref(qbo.Invoice.CustomerRef, to=CustomerMapping)
    lines: list[Line] = many(qbo.Invoice.Line, LineMapping)


@define
class Table:
    """The host's records of one entity, in a dict."""

    rows: dict = field(factory=dict)
    key_type: type = int

    def read(self, ids):
        return {id_: self.rows[id_] for id_ in ids if id_ in self.rows}


@define
class Shop:
    """The shop, its company and what connects them."""

    clock: FakeClock = field(factory=FakeClock)
    customers: Table = field(factory=Table)
    items: Table = field(factory=Table)
    invoices: Table = field(factory=lambda: Table(key_type=str))
    mappings: list = field(factory=lambda: [CustomerMapping, ItemMapping, InvoiceMapping])
    settings: CompanySettings = field(
        factory=lambda: CompanySettings(
            settings={"income_account": "1"}, value_maps={"terms": {"NET30": "3", "NOW": "1"}}
        )
    )
    simulator: QuickBooksSimulator = field(init=False)
    company: Company = field(init=False)
    storage: MemoryStorage = field(init=False)
    sync: Synchronizer = field(init=False)

    def __attrs_post_init__(self):
        self.simulator = QuickBooksSimulator(clock=self.clock, limits=NO_LIMITS)
        self.company = self.simulator.add_company()
        self.storage = MemoryStorage(clock=self.clock)
        self.storage.tokens.save(
            self.company.id,
            Token(
                access_token=self.company.tokens.access_token,
                refresh_token=self.company.tokens.refresh_token,
                expires_at=self.clock.now() + timedelta(hours=1),
            ),
        )
        self.sync = Synchronizer(
            company=self.company.id,
            mappings=self.mappings,
            local=stores(customer=self.customers, item=self.items, invoice=self.invoices),
            remote=QuickBooks(
                AppCredentials(
                    client_id=self.simulator.authorization.client_id,
                    client_secret=self.simulator.authorization.client_secret,
                ),
                tokens=self.storage.tokens,
                transport=SimulatorTransport(self.simulator),
                clock=self.clock,
            ),
            storage=self.storage,
            settings=self.settings,
            retry=ExponentialBackoff(jitter=0),
            random=Random(1),
        )

    def connect_again(self):
        tokens = self.simulator.authorization.grant(self.company.id)
        kept = self.storage.tokens.find(self.company.id)
        self.storage.tokens.save(
            self.company.id,
            Token(
                access_token=tokens.access_token,
                refresh_token=tokens.refresh_token,
                expires_at=self.clock.now() + timedelta(hours=1),
                version=kept.version if kept else 0,
            ),
        )

    def add_customer(self, id_=1, **values):
        self.customers.rows[id_] = Customer(id=id_, **{"name": f"Customer {id_}", **values})
        self.sync.promote("customer", id_)

    def add_invoice(self, number="1", **values):
        self.customers.rows.setdefault(1, Customer(id=1, name="Customer 1"))
        self.items.rows.setdefault(7, Item(id=7, name="Tea", price=Decimal("2.50")))
        line = Line(item_id=7, quantity=Decimal(3), price=Decimal("2.50"))
        self.invoices.rows[number] = Invoice(
            **{"number": number, "customer_id": 1, "lines": [line], **values}
        )
        self.sync.promote("invoice", number)

    def change_customer(self, id_=1, **values):
        self.customers.rows[id_] = evolve(self.customers.rows[id_], **values)
        self.sync.record_changed("customer", id_, set(values))

    def last(self, entity="customer", id_=1):
        return self.sync.status(entity, id_).last_result

    def remote(self, entity="Customer"):
        return self.company.objects(entity)

    def settle_down(self):
        for _ in range(20):
            self.clock.advance(timedelta(minutes=30))
            self.sync.run()
