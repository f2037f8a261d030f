"""Reads a folder of CSV with the headers of the Northwind sample database."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from examples.northwind.crm import CENT, Address, Customer, Order, OrderLine, Product


def read_folder(folder: Path) -> tuple[Sequence[Customer], Sequence[Product], Sequence[Order]]:
    """Return what `customers.csv`, `products.csv`, `orders.csv` and `order_details.csv` in *folder* hold.

    Raises:
        SystemExit: A file is missing.
    """
    lines = dict[str, list[OrderLine]]()
    for row in _rows(folder / "order_details.csv"):
        lines.setdefault(row["order_id"], []).append(
            OrderLine(
                product_id=int(row["product_id"]),
                quantity=Decimal(row["quantity"]),
                price=_cents(row["unit_price"]),
                discount=_cents(row["discount"]),
            )
        )
    return (
        [_customer(row) for row in _rows(folder / "customers.csv")],
        [
            Product(
                id=int(row["product_id"]),
                name=row["product_name"],
                unit=row["quantity_per_unit"] or None,
                price=_cents(row["unit_price"]),
            )
            for row in _rows(folder / "products.csv")
        ],
        [
            Order(
                id=int(row["order_id"]),
                customer_id=row["customer_id"],
                ordered_on=date.fromisoformat(row["order_date"]),
                lines=lines.get(row["order_id"], []),
            )
            for row in _rows(folder / "orders.csv")
        ],
    )


def _customer(row: Mapping[str, str]) -> Customer:
    return Customer(
        id=row["customer_id"],
        name=row["company_name"],
        contact=row["contact_name"] or None,
        phone=row["phone"] or None,
        address=Address(
            street=row["address"] or None,
            city=row["city"] or None,
            region=row["region"] or None,
            postal_code=row["postal_code"] or None,
            country=row["country"] or None,
        ),
    )


def _cents(number: str) -> Decimal:
    """Return an amount or a share as it was meant: the files hold 9.80000019 for 9.80 and 0.150000006 for 0.15."""
    return Decimal(number).quantize(CENT)


def _rows(path: Path) -> Iterator[Mapping[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)
    except FileNotFoundError:
        raise SystemExit(f"{path} is missing; --data takes a folder of Northwind-shaped CSV") from None
