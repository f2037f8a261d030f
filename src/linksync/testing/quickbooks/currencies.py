"""Currencies: the home currency, those of customers, vendors and documents, and what they are worth."""

from collections.abc import Mapping
from decimal import Decimal

from linksync.testing.quickbooks import faults
from linksync.testing.quickbooks.books import Books
from linksync.testing.quickbooks.entity import Draft
from linksync.testing.quickbooks.faults import Problem, RefusedError
from linksync.testing.quickbooks.rules import Certainty, rule
from linksync.testing.quickbooks.values import (
    Obj,
    amount,
    as_amount,
    number,
    product,
    reference,
    text,
    to_cents,
)

NAMES: Mapping[str, str] = {
    "USD": "United States Dollar",
    "CAD": "Canadian Dollar",
    "EUR": "Euro",
    "GBP": "British Pound Sterling",
    "AUD": "Australian Dollar",
    "CHF": "Swiss Franc",
    "INR": "Indian Rupee",
    "JPY": "Japanese Yen",
    "MXN": "Mexican Peso",
}


def currency(books: Books, code: str) -> Obj:
    """Return a reference to a currency, with its name."""
    table = books.tables["CompanyCurrency"]
    known = table.find_all(table.having("currency code", lambda obj: [text(obj, "Code")], code))
    name = text(known[0], "Name") if known else NAMES.get(code, code)
    return {"value": code, "name": name}


@rule(
    "without multicurrency everything is in the home currency: another one is 2220; with it, only currencies that the "
    "company has are taken",
    Certainty.LIKELY,
    "official customer page: an invoice in another currency fails; the code is from the error code page",
)
def check_currency(draft: Draft) -> None:
    """Refuse a currency that the company does not have."""
    books, code = draft.books, reference(draft.after, "CurrencyRef")
    if code in {"", books.settings.home_currency}:
        return
    table = books.tables["CompanyCurrency"]
    has_it = any(
        each.get("Active") is not False
        for each in table.find_all(table.having("currency code", lambda obj: [text(obj, "Code")], code))
    )
    if not books.settings.multicurrency or not has_it:
        raise RefusedError(
            Problem(
                code="2220",
                message="Invalid Currency",
                detail=f"Invalid Currency. Supplied value:{code}",
                element="CurrencyRef",
            )
        )


def set_currency(draft: Draft) -> None:
    """Fill in the home currency where none is named, and the currency's name."""
    code = reference(draft.after, "CurrencyRef") or draft.books.settings.home_currency
    draft.after["CurrencyRef"] = currency(draft.books, code)


@rule(
    "a document is in the currency of its customer or vendor, and refused in another one",
    Certainty.RECORDED,
    "official customer page and a report of a live run; the code 6000 is the catch-all",
    guess="that it may be left out",
)
def set_party_currency(draft: Draft, party: Obj) -> None:
    """Fill in the currency of the customer or vendor; refuse another one.

    Raises:
        RefusedError: The document names another currency.
    """
    home = draft.books.settings.home_currency
    of_party = reference(party, "CurrencyRef") or home
    code = reference(draft.after, "CurrencyRef")
    is_new = "CurrencyRef" in draft.sent or draft.before is None
    if code and is_new and party and code != of_party:
        raise RefusedError(
            faults.business(
                f"the transaction is in {code}, its customer or vendor in {of_party}", element="CurrencyRef"
            )
        )
    draft.after["CurrencyRef"] = currency(draft.books, of_party if party else code or home)


@rule(
    "ExchangeRate, HomeTotalAmt and HomeBalance are shown with multicurrency only; the rate is that of the day, or 1",
    Certainty.OFFICIAL,
    "official invoice page; which rate is taken when none is sent is common knowledge",
)
def convert(draft: Draft) -> None:
    """Fill in the rate and the amounts in the home currency."""
    after, books = draft.after, draft.books
    if not books.settings.multicurrency:
        for name in ("ExchangeRate", "HomeTotalAmt", "HomeBalance"):
            after.pop(name, None)
        return
    code = reference(after, "CurrencyRef")
    rate = number(after, "ExchangeRate") or rate_of(books, code, text(after, "TxnDate"))
    after["ExchangeRate"] = rate
    if "TotalAmt" in after:
        after["HomeTotalAmt"] = at_home(amount(after, "TotalAmt"), rate)
    if "Balance" in after:
        after["HomeBalance"] = at_home(amount(after, "Balance"), rate)


def at_home(foreign: Decimal, rate: Decimal) -> Decimal:
    """Return what an amount is worth in the home currency, in cents."""
    return as_amount(to_cents(product(foreign, rate)))


def rate_of(books: Books, code: str, day: str) -> Decimal:
    """Return what one of a currency is worth in the home currency on *day*; 1 where nobody said."""
    if code == books.settings.home_currency:
        return Decimal(1)
    table = books.tables["ExchangeRate"]
    known = table.find_all(
        table.having("source currency", lambda obj: [text(obj, "SourceCurrencyCode")], code)
    )
    dated = sorted((text(each, "AsOfDate"), amount(each, "Rate")) for each in known)
    until = [rate for as_of, rate in dated if as_of <= day]
    return until[-1] if until else Decimal(1)
