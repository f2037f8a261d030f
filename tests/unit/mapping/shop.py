"""A small remote system and a small CRM, for tests of mappings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum

from attrs import frozen

from linksync.mapping import (
    Converter,
    EntityMapping,
    LinesMapping,
    MappingContext,
    NestedMapping,
    both,
    choice,
    computed,
    const,
    many,
    mapper_of,
    nested,
    pull,
    push,
    ref,
    setting,
)
from linksync.mapping.remote import (
    LinesField,
    RefField,
    RemoteGroup,
    RemoteLine,
    RemoteType,
    boolean,
    decimal,
    instant,
    optional_date,
    optional_decimal,
    optional_integer,
    optional_text,
    text,
)
from linksync.records import CompanyId, RecordKey


class RAddress(RemoteGroup):
    Street = optional_text()
    Town = optional_text(max_length=10)
    Country = optional_text()


class RAccount(RemoteType):
    remote_name = "Account"
    Name = text()


class RClient(RemoteType):
    remote_name = "Client"
    Name = text(max_length=20, forbidden=":\t", required=True)
    Mail = optional_text()
    Kind = optional_text(choices=("shop", "person"))
    Balance = decimal(read_only=True)
    Rating = optional_integer()
    Active = boolean()
    Since = optional_date()
    Seen = instant()
    Home = RAddress()
    ParentRef = RefField["RClient"](to="Client")
    CurrencyRef = RefField[RAccount](to="Account", create_only=True)


class RProduct(RemoteType):
    remote_name = "Product"
    Name = text(required=True)
    Price = optional_decimal()
    IncomeRef = RefField[RAccount](to="Account", required=True)


class RSale(RemoteLine):
    discriminator = ("Type", "Sale")
    Amount = decimal(required=True)
    Text = optional_text(max_length=30)
    ProductRef = RefField[RProduct](to="Product", within=("Sale",))
    Qty = optional_decimal(within=("Sale",))
    Price = optional_decimal(within=("Sale",))


class RDiscount(RemoteLine):
    discriminator = ("Type", "Discount")
    Amount = decimal()
    Percent = optional_decimal(within=("Discount",))


class RNote(RemoteLine):
    discriminator = ("Type", "Note")
    Text = optional_text()


class RBill(RemoteType):
    remote_name = "Bill"
    Number = optional_text()
    On = optional_date()
    ClientRef = RefField[RClient](to="Client", required=True)
    TermRef = RefField[RAccount](to="Account")
    Line = LinesField[RSale | RDiscount](kinds=(RSale, RDiscount), computed=("Total",), required=True)


class Grade(Enum):
    SHOP = "S"
    PERSON = "P"


@frozen
class Address:
    street: str | None = None
    town: str | None = None


@dataclass
class Client:
    id: int
    name: str
    mail: str | None = None
    grade: Grade | None = None
    balance: Decimal = Decimal(0)
    rating: int | None = None
    active: bool = True
    since: date | None = None
    seen: datetime | None = None
    home: Address | None = None
    parent_id: int | None = None


grades = Converter[Grade, str](
    lambda grade: grade.name.lower(),
    lambda name: Grade[name.upper()],
)


class AddressMapping(NestedMapping[Address, RAddress]):
    street: str | None = both(RAddress.Street)
    town: str | None = both(RAddress.Town)
    country = const(RAddress.Country, "DE")


class ClientMapping(EntityMapping[Client, RClient], entity="client", key="id"):
    name: str = both(RClient.Name, match=True)
    mail: str | None = both(RClient.Mail)
    grade: Grade | None = both(RClient.Kind, convert=grades)
    balance: Decimal = pull(RClient.Balance)
    rating: int | None = both(RClient.Rating)
    active: bool = both(RClient.Active)
    since: date | None = both(RClient.Since)
    seen: datetime = push(RClient.Seen)
    home: Address | None = nested(RClient.Home, AddressMapping)
    parent_id: int | None = ref(RClient.ParentRef, to="client")
    currency = const(RClient.CurrencyRef, "EUR")


@frozen
class Product:
    sku: str
    title: str
    price: Decimal | None = None


class ProductMapping(EntityMapping[Product, RProduct], entity="product", key="sku"):
    title: str = both(RProduct.Name, match=True)
    price: Decimal | None = both(RProduct.Price)
    income = setting(RProduct.IncomeRef, "income_account")


@frozen
class Line:
    product: str | None
    quantity: Decimal
    price: Decimal
    text: str | None = None

    @property
    def amount(self) -> Decimal:
        return (self.quantity * self.price).quantize(Decimal("0.01"), ROUND_HALF_UP)


@frozen
class Rebate:
    percent: Decimal
    amount: Decimal = Decimal(0)


@frozen
class Bill:
    number: str
    client_id: int | None
    lines: list[Line] | None
    rebates: Sequence[Rebate] = ()
    on: date | None = None
    terms: str | None = None


class LineMapping(LinesMapping[Line, RSale]):
    product: str | None = ref(RSale.ProductRef, to=ProductMapping)
    quantity: Decimal | None = both(RSale.Qty)
    price: Decimal | None = both(RSale.Price)
    text: str | None = both(RSale.Text)
    amount = computed(RSale.Amount, lambda line: line.amount)


class RebateMapping(LinesMapping[Rebate, RDiscount]):
    percent: Decimal | None = both(RDiscount.Percent)
    amount: Decimal = both(RDiscount.Amount)


class BillMapping(EntityMapping[Bill, RBill], entity="bill", key="number"):
    number: str | None = both(RBill.Number)
    on: date | None = both(RBill.On)
    client_id: int = ref(RBill.ClientRef, to=ClientMapping)
    terms: str | None = choice(RBill.TermRef, "terms")
    lines: list[Line] = many(RBill.Line, LineMapping)
    rebates: list[Rebate] = many(RBill.Line, RebateMapping)


clients = mapper_of(ClientMapping)
products = mapper_of(ProductMapping)
bills = mapper_of(BillMapping)

LINKED: Mapping[tuple[str, str], str] = {
    ("client", "1"): "101",
    ("client", "2"): "102",
    ("product", "tea"): "201",
    ("product", "jam"): "202",
}

CONTEXT = MappingContext(
    company=CompanyId("c"),
    settings={"income_account": "79"},
    value_maps={"terms": {"now": "1", "month": "2"}},
    remote_ids={RecordKey(entity, id_): remote for (entity, id_), remote in LINKED.items()},
    local_ids={(entity, remote): id_ for (entity, id_), remote in LINKED.items()},
)

EMPTY_CONTEXT = MappingContext(company=CompanyId("c"))


def tea(quantity: int = 1, *, text: str | None = None) -> Line:
    return Line(product="tea", quantity=Decimal(quantity), price=Decimal("2.50"), text=text)


def jam(quantity: int = 1) -> Line:
    return Line(product="jam", quantity=Decimal(quantity), price=Decimal("4.99"))
