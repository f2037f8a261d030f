"""Makes up a CRM's data from a fixed seed, with names as awkward as life."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from examples.northwind.crm import Address, Customer, Order, OrderLine, Product

_FIRST = [
    "Amy",
    "Bjørn",
    "Chloé",
    "Dörte",
    "Élise",
    "François",
    "Günther",
    "Håkan",
    "İpek",
    "José",
    "Łukasz",
    "Mária",
    "Niamh",
    "Óscar",
    "Žofia",
]
_LAST = [
    "O'Brien",
    "Müller",
    "Smith-Jones",
    "Núñez",
    "Østergård",
    "Nguyễn",
    "d'Angelo",
    "Kowalski",
    "Çelik",
    "Papadopoulos",
]
_TRADES = [
    "Traders",
    "Bakery",
    "& Sons",
    "Fish Market",
    "Ltd.",
    "GmbH & Co. KG",
    "S.A. de C.V.",
    "Sociedade",
    "Imports",
]
_AWKWARD = (
    "Bon app'",
    'Joe "The Hammer" Hill',
    "北京烤鸭饭店",
    "寿司と酒 まつもと",
    "Кафе «Пушкинъ»",
    "مطعم الأرز",
    "Pizza 🍕 & Friends 🚀",
    "Back\\slash & Sons",
    "100% Pure; DROP TABLE customer",
    "  Leading and trailing  ",
    "Trailing spaces   ",
    "Café Zoë",
    "Cafe\u0301 Zoe\u0308 (decomposed)",
    "A" * 480,
    "<b>Bold</b> & Co",
)
TOO_AWKWARD = (
    "Acme: North",
    "Acme:South",
    "Tab\tin name",
    "Two\nlines",
    "Very long " + "x" * 500,
    "bon APP'",
)
"""Names that QuickBooks refuses: a colon, a tab, a line break, more than 500 characters, one that is taken."""

_GOODS = [
    "Chai",
    "Syrup",
    "Pâté",
    "Crème brûlée",
    "Gnocchi",
    "Tofu",
    "Ikura",
    "Konbu",
    "Queso",
    "Scones",
    "Longbreads",
    "Sasquatch Ale",
]
_UNITS = ("10 boxes x 20 bags", '24 - 12" bottles', "1 kg pkg.", None)
_CITIES = (
    ("London", None, "SW1A 1AA", "UK"),
    ("México D.F.", None, "05021", "Mexico"),
    ("Portland", "OR", "97201", "USA"),
    ("Århus", None, "8000", "Denmark"),
)


def make_up(seed: int = 42) -> tuple[Sequence[Customer], Sequence[Product], Sequence[Order]]:
    """Return about a hundred customers, fifty products and three hundred orders; the same for the same seed."""
    random = Random(seed)
    customers = _customers(random)
    products = _products(random)
    return customers, products, [_order(random, 1000 + n, customers, products) for n in range(300)]


def _customers(random: Random) -> Sequence[Customer]:
    ordinary = dict.fromkeys(
        f"{random.choice(_LAST)} {random.choice(_TRADES)} {number}" for number in range(100 - 21)
    )
    return [
        Customer(
            id=f"C{number:04}",
            name=name,
            contact=f"{random.choice(_FIRST)} {random.choice(_LAST)}" if random.random() < 0.8 else None,
            phone=f"+{random.randrange(1, 99)} {random.randrange(10**9)}" if random.random() < 0.7 else None,
            address=_address(random),
        )
        for number, name in enumerate([*ordinary, *_AWKWARD, *TOO_AWKWARD], start=1)
    ]


def _address(random: Random) -> Address:
    if random.random() < 0.15:
        return Address()
    city, region, postal_code, country = random.choice(_CITIES)
    street = f"{random.randrange(1, 400)} Rue de l'Église"
    return Address(street=street, city=city, region=region, postal_code=postal_code, country=country)


def _products(random: Random) -> Sequence[Product]:
    return [
        Product(
            id=number,
            name=f"{random.choice(_GOODS)} No. {number}",
            unit=random.choice(_UNITS),
            price=Decimal(random.randrange(100, 30000)) / 100,
        )
        for number in range(1, 51)
    ]


def _order(random: Random, number: int, customers: Sequence[Customer], products: Sequence[Product]) -> Order:
    return Order(
        id=number,
        customer_id=random.choice(customers).id,
        ordered_on=date(2026, 1, 5) + timedelta(days=random.randrange(300)),
        lines=[
            OrderLine(
                product_id=product.id,
                quantity=Decimal(random.randrange(1, 200)) / random.choice((1, 1, 1, 4)),
                price=product.price,
                discount=Decimal(random.choice(("0", "0", "0.05", "0.15", "0.25"))),
            )
            for product in random.sample(list(products), random.randrange(1, 6))
        ],
    )
