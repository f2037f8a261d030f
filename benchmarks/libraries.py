"""Serialization libraries, each at what it can do of the job: from the object to the renamed body and back.

None of them keeps two forms of a value or knows the remote's lengths and forbidden characters, and flat attributes that
stand in objects of their own on the wire, as an e-mail address does, are given objects of their own.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from attrs import frozen

NAMES = {
    "name": "DisplayName",
    "given_name": "GivenName",
    "family_name": "FamilyName",
    "company": "CompanyName",
    "notes": "Notes",
    "email": "PrimaryEmailAddr",
    "phone": "PrimaryPhone",
    "website": "WebAddr",
    "taxable": "Taxable",
    "active": "Active",
    "balance": "Balance",
    "opened_on": "OpenBalanceDate",
    "address": "BillAddr",
}
"""The attributes of a customer and what QuickBooks calls them; the names in groups are its own."""


@frozen
class Library:
    """A library made ready.

    Attributes:
        name: What it is called.
        dump: From a customer of the benchmark to its body.
        load: From a body to the library's own object.
    """

    name: str
    dump: Callable[[Any], object]
    load: Callable[[Any], object]


def available(tell: Callable[[str], None]) -> Sequence[Library]:
    """Return the libraries that are installed; *tell* of the others."""
    found = list[Library]()
    for name, make in (
        ("cattrs", _cattrs),
        ("msgspec", _msgspec),
        ("pydantic", _pydantic),
        ("adaptix", _adaptix),
    ):
        try:
            dump, load, bind = make()
        except ImportError:
            tell(f"SKIPPED {name}: it is not installed; install the dependency group bench")
        else:
            found.append(Library(name, _bound(dump, bind), load))
    return found


def _bound(dump: Callable[[Any], object], bind: Callable[[Any], Any]) -> Callable[[Any], object]:
    """Return *dump* for customers of the benchmark, whose counterparts are made before the clock runs."""
    made = dict[int, Any]()

    def bound(it: Any) -> object:
        counterpart = made.get(it.id)
        if counterpart is None:
            counterpart = made[it.id] = bind(it)
        return dump(counterpart)

    return bound


def _values(it: Any) -> dict[str, Any]:
    """Return a customer of the benchmark as the nested values that the libraries' classes are made of."""
    where = it.address
    return {
        **{name: getattr(it, name) for name in NAMES},
        "email": {"Address": it.email} if it.email else None,
        "phone": {"FreeFormNumber": it.phone} if it.phone else None,
        "website": {"URI": it.website} if it.website else None,
        "address": None
        if where is None
        else {
            "Line1": where.street,
            "City": where.city,
            "CountrySubDivisionCode": where.region,
            "PostalCode": where.postal_code,
            "Country": where.country,
        },
    }


Made = tuple[Callable[[Any], object], Callable[[Any], object], Callable[[Any], Any]]


@dataclass
class Email:
    """An e-mail address."""

    Address: str | None = None


@dataclass
class Phone:
    """A telephone number."""

    FreeFormNumber: str | None = None


@dataclass
class Site:
    """A web address."""

    URI: str | None = None


@dataclass
class Where:
    """An address."""

    Line1: str | None = None
    City: str | None = None
    CountrySubDivisionCode: str | None = None
    PostalCode: str | None = None
    Country: str | None = None


@dataclass
class Customer:
    """A customer as the libraries that take any class are given it."""

    name: str
    active: bool
    balance: Decimal
    given_name: str | None = None
    family_name: str | None = None
    company: str | None = None
    notes: str | None = None
    email: Email | None = None
    phone: Phone | None = None
    website: Site | None = None
    taxable: bool | None = None
    opened_on: date | None = None
    address: Where | None = None


def _bind(it: Any) -> Customer:
    values = _values(it)
    for name, cls in (("email", Email), ("phone", Phone), ("website", Site), ("address", Where)):
        if values[name] is not None:
            values[name] = cls(**values[name])
    return Customer(**values)


def _cattrs() -> Made:
    from cattrs import Converter  # noqa: PLC0415  each library is imported when its turn comes
    from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override  # noqa: PLC0415

    converter = Converter()
    converter.register_unstructure_hook(date, date.isoformat)
    converter.register_structure_hook(date, lambda text, _: date.fromisoformat(text))
    converter.register_unstructure_hook(Decimal, lambda value: value)
    converter.register_structure_hook(Decimal, lambda value, _: value)
    renamed = {name: override(rename=wire, omit_if_default=True) for name, wire in NAMES.items()}
    converter.register_unstructure_hook(Customer, make_dict_unstructure_fn(Customer, converter, **renamed))
    converter.register_structure_hook(Customer, make_dict_structure_fn(Customer, converter, **renamed))
    return converter.unstructure, lambda json: converter.structure(json, Customer), _bind


def _msgspec() -> Made:
    import msgspec  # noqa: PLC0415

    whole = msgspec.defstruct(
        "Whole",
        [
            ("name", str),
            ("active", bool),
            ("balance", Decimal),
            *((name, str | None, None) for name in ("given_name", "family_name", "company", "notes")),
            ("email", Email | None, None),
            ("phone", Phone | None, None),
            ("website", Site | None, None),
            ("taxable", bool | None, None),
            ("opened_on", date | None, None),
            ("address", Where | None, None),
        ],
        rename=NAMES,
        omit_defaults=True,
    )
    dump = partial(msgspec.to_builtins, builtin_types=(Decimal,))
    load = partial(msgspec.convert, type=whole, builtin_types=(Decimal,))
    return dump, load, lambda it: whole(**vars(_bind(it)))


def _pydantic() -> Made:
    import pydantic  # noqa: PLC0415

    optional = {
        "given_name": str,
        "family_name": str,
        "company": str,
        "notes": str,
        "email": Email,
        "phone": Phone,
        "website": Site,
        "taxable": bool,
        "opened_on": date,
        "address": Where,
    }
    fields: dict[str, Any] = {
        name: (hint | None, pydantic.Field(default=None, alias=NAMES[name]))
        for name, hint in optional.items()
    }
    for name, hint in (("name", str), ("active", bool), ("balance", Decimal)):
        fields[name] = (hint, pydantic.Field(alias=NAMES[name]))
    config = pydantic.ConfigDict(populate_by_name=True)
    model = pydantic.create_model("Model", __config__=config, **fields)
    dump = partial(model.model_dump, by_alias=True, exclude_none=True)
    return dump, model.model_validate, lambda it: model(**vars(_bind(it)))


def _adaptix() -> Made:
    from adaptix import Retort, dumper, loader, name_mapping  # noqa: PLC0415

    retort = Retort(
        recipe=[
            name_mapping(Customer, map=NAMES, omit_default=True),
            dumper(Decimal, lambda value: value),
            loader(Decimal, lambda value: value),
        ]
    )
    return retort.get_dumper(Customer), retort.get_loader(Customer), _bind
