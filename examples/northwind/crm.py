"""The CRM: three tables of its own in a SQLite file, and what reads them for linksync."""

import sqlite3
from collections.abc import Collection, Generator, Iterable, Mapping
from contextlib import contextmanager
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from attrs import field, frozen

from linksync import EntityReader

CENT = Decimal("0.01")

_SCHEMA = """
CREATE TABLE IF NOT EXISTS customer (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, contact TEXT, phone TEXT,
    street TEXT, city TEXT, region TEXT, postal_code TEXT, country TEXT
);
CREATE TABLE IF NOT EXISTS product (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, unit TEXT, price TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS "order" (
    id INTEGER PRIMARY KEY, customer_id TEXT NOT NULL REFERENCES customer, ordered_on TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS order_line (
    order_id INTEGER NOT NULL REFERENCES "order", product_id INTEGER NOT NULL REFERENCES product,
    quantity TEXT NOT NULL, price TEXT NOT NULL, discount TEXT NOT NULL,
    PRIMARY KEY (order_id, product_id)
);
"""


@frozen(kw_only=True)
class Address:
    """Where a customer is."""

    street: str | None = None
    city: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country: str | None = None


@frozen(kw_only=True)
class Customer:
    """Somebody who orders."""

    id: str
    name: str
    contact: str | None = None
    phone: str | None = None
    address: Address = field(factory=Address)


@frozen(kw_only=True)
class Product:
    """Something to order."""

    id: int
    name: str
    unit: str | None = None
    price: Decimal


@frozen(kw_only=True)
class OrderLine:
    """So many of a product; `discount` is a share from 0 to 1."""

    product_id: int
    quantity: Decimal
    price: Decimal
    discount: Decimal = Decimal(0)

    @property
    def amount(self) -> Decimal:
        """What the line costs before the discount, in whole cents."""
        return (self.quantity * self.price).quantize(CENT, ROUND_HALF_UP)

    @property
    def reduction(self) -> Decimal:
        """What the discount takes off, in whole cents."""
        return (self.amount * self.discount).quantize(CENT, ROUND_HALF_UP)


@frozen(kw_only=True)
class Discount:
    """What the discounts of all lines of an order take off, as one line of the invoice."""

    amount: Decimal


@frozen(kw_only=True)
class Order:
    """What a customer ordered, to be invoiced."""

    id: int
    customer_id: str
    ordered_on: date
    lines: list[OrderLine]

    @property
    def number(self) -> str:
        """What people call it."""
        return f"N-{self.id}"

    @property
    def discounts(self) -> list[Discount]:
        """One discount line, or none where nothing is taken off."""
        total = sum((line.reduction for line in self.lines), Decimal(0))
        return [Discount(amount=total)] if total else []

    @property
    def total(self) -> Decimal:
        """What is to be paid."""
        return sum((line.amount - line.reduction for line in self.lines), Decimal(0))


class Crm:
    """The CRM's database. Each call opens a connection of its own."""

    def __init__(self, path: Path) -> None:
        """Use the file at *path*, made on first use."""
        self._path = path

    @contextmanager
    def transaction(self) -> Generator[sqlite3.Connection]:
        """Give a connection; what is done on it is committed at the end, or rolled back by an exception."""
        connection = sqlite3.connect(self._path, timeout=30)
        connection.row_factory = sqlite3.Row
        try:
            with connection:
                yield connection
        finally:
            connection.close()

    def fill(
        self, customers: Iterable[Customer], products: Iterable[Product], orders: Iterable[Order]
    ) -> None:
        """Create the tables and put everything in."""
        with self.transaction() as db:
            db.executescript(_SCHEMA)
        with self.transaction() as db:
            db.executemany(
                "INSERT INTO customer VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        it.id,
                        it.name,
                        it.contact,
                        it.phone,
                        a.street,
                        a.city,
                        a.region,
                        a.postal_code,
                        a.country,
                    )
                    for it in customers
                    for a in [it.address]
                ],
            )
            db.executemany(
                "INSERT INTO product VALUES (?, ?, ?, ?)",
                [(it.id, it.name, it.unit, str(it.price)) for it in products],
            )
            for order in orders:
                db.execute(
                    'INSERT INTO "order" VALUES (?, ?, ?)',
                    (order.id, order.customer_id, order.ordered_on.isoformat()),
                )
                db.executemany(
                    "INSERT INTO order_line VALUES (?, ?, ?, ?, ?)",
                    [
                        (order.id, it.product_id, str(it.quantity), str(it.price), str(it.discount))
                        for it in order.lines
                    ],
                )

    def ids(self, table: str) -> list[str | int]:
        """Return all ids of a table, in order."""
        with self.transaction() as db:
            return [row["id"] for row in db.execute(f'SELECT id FROM "{table}" ORDER BY id')]  # noqa: S608


class Customers(EntityReader[Customer]):
    """The CRM's customers, as linksync reads them."""

    def __init__(self, crm: Crm) -> None:
        """Read from *crm*."""
        self._crm = crm

    def read(self, ids: Collection[str]) -> Mapping[str, Customer]:
        """Return customers by id, with one query."""
        with self._crm.transaction() as db:
            rows = db.execute(f"SELECT * FROM customer WHERE id IN ({_marks(ids)})", list(ids))  # noqa: S608
            return {
                row["id"]: Customer(
                    id=row["id"],
                    name=row["name"],
                    contact=row["contact"],
                    phone=row["phone"],
                    address=Address(
                        street=row["street"],
                        city=row["city"],
                        region=row["region"],
                        postal_code=row["postal_code"],
                        country=row["country"],
                    ),
                )
                for row in rows
            }


class Products(EntityReader[Product, int]):
    """The CRM's products, as linksync reads them."""

    key_type = int

    def __init__(self, crm: Crm) -> None:
        """Read from *crm*."""
        self._crm = crm

    def read(self, ids: Collection[int]) -> Mapping[int, Product]:
        """Return products by id, with one query."""
        with self._crm.transaction() as db:
            rows = db.execute(f"SELECT * FROM product WHERE id IN ({_marks(ids)})", list(ids))  # noqa: S608
            return {
                row["id"]: Product(
                    id=row["id"], name=row["name"], unit=row["unit"], price=Decimal(row["price"])
                )
                for row in rows
            }


class Orders(EntityReader[Order, int]):
    """The CRM's orders with their lines, as linksync reads them."""

    key_type = int

    def __init__(self, crm: Crm) -> None:
        """Read from *crm*."""
        self._crm = crm

    def read(self, ids: Collection[int]) -> Mapping[int, Order]:
        """Return orders by id, with two queries."""
        lines = dict[int, list[OrderLine]]()
        with self._crm.transaction() as db:
            for row in db.execute(
                f"SELECT * FROM order_line WHERE order_id IN ({_marks(ids)}) ORDER BY rowid",  # noqa: S608
                list(ids),
            ):
                lines.setdefault(row["order_id"], []).append(
                    OrderLine(
                        product_id=row["product_id"],
                        quantity=Decimal(row["quantity"]),
                        price=Decimal(row["price"]),
                        discount=Decimal(row["discount"]),
                    )
                )
            rows = db.execute(f'SELECT * FROM "order" WHERE id IN ({_marks(ids)})', list(ids))  # noqa: S608
            return {
                row["id"]: Order(
                    id=row["id"],
                    customer_id=row["customer_id"],
                    ordered_on=date.fromisoformat(row["ordered_on"]),
                    lines=lines.get(row["id"], []),
                )
                for row in rows
            }


def _marks(values: Collection[object]) -> str:
    return ", ".join("?" * len(values))
