"""The records and mappings that the mapping benchmark works with."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from attrs import frozen

from linksync import EntityMapping, LinesMapping, NestedMapping, both, many, nested, ref
from linksync.connectors.quickbooks import fields as qbo
from linksync.exactjson import JsonObject
from linksync.mapping import MappingContext
from linksync.records import CompanyId, RecordKey

COMPANY = CompanyId("4620816365000000000")


@frozen
class Address:
    """Where a customer is."""

    street: str | None
    city: str | None
    region: str | None
    postal_code: str | None
    country: str | None


@frozen
class Customer:
    """A customer: twelve values, and five in its address."""

    id: int
    name: str
    given_name: str | None
    family_name: str | None
    company: str | None
    notes: str | None
    email: str | None
    phone: str | None
    website: str | None
    taxable: bool | None
    active: bool
    balance: Decimal
    opened_on: date | None
    address: Address | None


@frozen
class Line:
    """A line of an invoice."""

    item_id: int
    quantity: Decimal
    price: Decimal
    amount: Decimal
    text: str | None


@frozen
class Invoice:
    """An invoice of five lines."""

    number: str
    customer_id: int
    day: date
    note: str | None
    lines: list[Line]


class AddressMapping(NestedMapping[Address, qbo.PhysicalAddress]):
    """An address."""

    street: str | None = both(qbo.PhysicalAddress.Line1)
    city: str | None = both(qbo.PhysicalAddress.City)
    region: str | None = both(qbo.PhysicalAddress.CountrySubDivisionCode)
    postal_code: str | None = both(qbo.PhysicalAddress.PostalCode)
    country: str | None = both(qbo.PhysicalAddress.Country)


class CustomerMapping(EntityMapping[Customer, qbo.Customer], entity="customer", key="id"):
    """Seventeen fields."""

    name: str = both(qbo.Customer.DisplayName, match=True)
    given_name: str | None = both(qbo.Customer.GivenName)
    family_name: str | None = both(qbo.Customer.FamilyName)
    company: str | None = both(qbo.Customer.CompanyName)
    notes: str | None = both(qbo.Customer.Notes)
    email: str | None = both(qbo.Customer.PrimaryEmailAddr.Address)
    phone: str | None = both(qbo.Customer.PrimaryPhone.FreeFormNumber)
    website: str | None = both(qbo.Customer.WebAddr.URI)
    taxable: bool | None = both(qbo.Customer.Taxable)
    active: bool = both(qbo.Customer.Active)
    balance: Decimal = both(qbo.Customer.Balance)
    opened_on: date | None = both(qbo.Customer.OpenBalanceDate)
    address: Address | None = nested(qbo.Customer.BillAddr, AddressMapping)


class LineMapping(LinesMapping[Line, qbo.SalesItemLine]):
    """A line."""

    item_id: int = ref(qbo.SalesItemLine.ItemRef, to="item")
    quantity: Decimal | None = both(qbo.SalesItemLine.Qty)
    price: Decimal | None = both(qbo.SalesItemLine.UnitPrice)
    amount: Decimal = both(qbo.SalesItemLine.Amount)
    text: str | None = both(qbo.SalesItemLine.Description)


class InvoiceMapping(EntityMapping[Invoice, qbo.Invoice], entity="invoice", key="number"):
    """Four fields and the lines."""

    number: str | None = both(qbo.Invoice.DocNumber)
    customer_id: int = ref(qbo.Invoice.CustomerRef, to="customer")
    day: date | None = both(qbo.Invoice.TxnDate)
    note: str | None = both(qbo.Invoice.PrivateNote)
    lines: list[Line] = many(qbo.Invoice.Line, LineMapping)


def customers(count: int) -> Iterator[Customer]:
    """Yield made-up customers, the same every time; one value in six is blank, one in twenty not ASCII."""
    random = Random(1)

    def some(text: str) -> str | None:
        return None if random.random() < 1 / 6 else text

    for number in range(count):
        name = f"Jürgen {number}" if random.random() < 1 / 20 else f"Customer {number}"
        address = Address(
            some(f"{number} Main Street"),
            some("Springfield"),
            some("IL"),
            some(f"{number % 99999:05}"),
            some("US"),
        )
        yield Customer(
            id=number,
            name=name,
            given_name=some("Ann"),
            family_name=some("Lee"),
            company=some(f"{name} Ltd"),
            notes=some("Pays late, but pays."),
            email=some(f"customer{number}@example.com"),
            phone=some(f"+1 555 {number:07}"),
            website=some(f"https://example.com/{number}"),
            taxable=random.random() < 1 / 2,
            active=True,
            balance=Decimal(random.randrange(10**7)).scaleb(-2),
            opened_on=date(2020, 1, 1) + timedelta(days=number % 2000),
            address=address if number % 6 else None,
        )


def customer_json(it: Customer) -> JsonObject:
    """Return a customer as QuickBooks would send it."""
    json: dict[str, object] = {
        "Id": str(it.id),
        "DisplayName": it.name,
        "GivenName": it.given_name,
        "FamilyName": it.family_name,
        "CompanyName": it.company,
        "Notes": it.notes,
        "PrimaryEmailAddr": {"Address": it.email} if it.email else None,
        "PrimaryPhone": {"FreeFormNumber": it.phone} if it.phone else None,
        "WebAddr": {"URI": it.website} if it.website else None,
        "Taxable": it.taxable,
        "Active": it.active,
        "Balance": it.balance,
        "OpenBalanceDate": it.opened_on.isoformat() if it.opened_on else None,
    }
    if it.address is not None:
        names = ("Line1", "City", "CountrySubDivisionCode", "PostalCode", "Country")
        where = it.address
        values = (where.street, where.city, where.region, where.postal_code, where.country)
        json["BillAddr"] = {
            name: value for name, value in zip(names, values, strict=True) if value is not None
        }
    return {name: value for name, value in json.items() if value is not None}  # type: ignore[misc]  it is JSON


def invoices(count: int) -> Iterator[Invoice]:
    """Yield made-up invoices of five lines, the same every time."""
    random = Random(2)
    for number in range(count):
        lines = list[Line]()
        for _ in range(5):
            quantity, price = Decimal(random.randrange(1, 20)), Decimal(random.randrange(10**4)).scaleb(-2)
            text = f"Line of {number}" if random.random() < 1 / 2 else None
            lines.append(Line(random.randrange(500), quantity, price, quantity * price, text))
        yield Invoice(
            number=str(10_000 + number),
            customer_id=random.randrange(1000),
            day=date(2026, 1, 1) + timedelta(days=number % 300),
            note=None,
            lines=lines,
        )


CONTEXT = MappingContext(
    company=COMPANY,
    remote_ids={
        **{RecordKey("customer", str(number)): str(100 + number) for number in range(1000)},
        **{RecordKey("item", str(number)): str(5000 + number) for number in range(500)},
    },
)
