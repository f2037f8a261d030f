"""The company itself: its own record, its preferences, and what currencies are worth."""

from collections.abc import Mapping
from datetime import date

from attrs import evolve

from linksync.exactjson import Json
from linksync.testing.quickbooks import faults
from linksync.testing.quickbooks.books import Books
from linksync.testing.quickbooks.entities.told import told_of
from linksync.testing.quickbooks.entity import Draft, EntityKind, Operation, queryable
from linksync.testing.quickbooks.faults import RefusedError
from linksync.testing.quickbooks.orders import by_name
from linksync.testing.quickbooks.people import number_addresses
from linksync.testing.quickbooks.rules import Certainty, rule, state
from linksync.testing.quickbooks.settings import CompanySettings, Plan, SalesTax
from linksync.testing.quickbooks.shapes import entity_shape
from linksync.testing.quickbooks.values import Obj, amount, group, text

_UPDATE = frozenset({Operation.UPDATE})

state(
    "the company's own record and its preferences have the id 1 and can be updated, neither created nor deleted",
    Certainty.OFFICIAL,
    "official company info and preferences pages",
    kept_by=__name__,
)


def preferences_of(settings: CompanySettings) -> Mapping[str, Mapping[str, Json]]:
    """Return the preferences that say what *settings* say, by their group."""
    has_plus = settings.plan in {Plan.PLUS, Plan.ADVANCED}
    closed: Obj = {"BookCloseDate": settings.closed_until.isoformat()} if settings.closed_until else {}
    return {
        "AccountingInfoPrefs": {
            "UseAccountNumbers": False,
            "TrackDepartments": has_plus,
            "ClassTrackingPerTxn": False,
            "ClassTrackingPerTxnLine": has_plus,
            "CustomerTerminology": "Customers",
            **closed,
        },
        "SalesFormsPrefs": {
            "CustomTxnNumbers": settings.custom_transaction_numbers,
            "CustomField": _custom_fields(settings),
        },
        "TaxPrefs": {
            "UsingSalesTax": settings.is_sales_tax_on,
            "PartnerTaxEnabled": settings.sales_tax is SalesTax.AUTOMATED,
        },
        "CurrencyPrefs": {
            "MultiCurrencyEnabled": settings.multicurrency,
            "HomeCurrency": {"value": settings.home_currency},
        },
    }


def _custom_fields(settings: CompanySettings) -> list[Json]:
    uses: list[Json] = [
        {"Name": f"SalesFormsPrefs.UseSalesCustom{number}", "Type": "BooleanType", "BooleanValue": True}
        for number, _ in enumerate(settings.custom_fields, start=1)
    ]
    names: list[Json] = [
        {"Name": f"SalesFormsPrefs.SalesCustomName{number}", "Type": "StringType", "StringValue": name}
        for number, name in enumerate(settings.custom_fields, start=1)
    ]
    return [{"CustomField": uses}, {"CustomField": names}] if names else []


def show_settings(books: Books) -> None:
    """Let the preferences say what the company's settings say."""
    stored = books.find("Preferences", "1")
    if stored is not None:
        shown = {
            name: {**group(stored, name), **said} for name, said in preferences_of(books.settings).items()
        }
        if books.settings.closed_until is None:
            accounting = dict(shown["AccountingInfoPrefs"])
            accounting.pop("BookCloseDate", None)
            shown["AccountingInfoPrefs"] = accounting
        if any(stored.get(name) != said for name, said in shown.items()):
            books.touch("Preferences", stored, shown, with_token=False)


@rule(
    "custom transaction numbers can be switched and the books be closed by an update of the preferences, multicurrency "
    "cannot be switched",
    Certainty.LIKELY,
    "official preferences page",
    guess=(
        "which other preferences an update changes: all that are sent are kept; that the closing date can "
        "be set earlier, and taken away by a person only"
    ),
)
def keep_preferences(draft: Draft) -> None:
    """Take over the preferences that the company behaves by; those that were there stay where they are left out."""
    before = draft.before or {}
    for name, said in before.items():
        if isinstance(said, Mapping):
            draft.after[name] = {**said, **group(draft.after, name)}


def behave(books: Books, _before: Obj | None, after: Obj | None) -> None:
    """Let the company behave as its preferences say."""
    if after is None:
        return
    closed = text(group(after, "AccountingInfoPrefs"), "BookCloseDate")
    books.settings = evolve(
        books.settings,
        custom_transaction_numbers=group(after, "SalesFormsPrefs").get("CustomTxnNumbers") is True,
        closed_until=date.fromisoformat(closed) if closed else None,
    )


_ADDRESSES = ("CompanyAddr", "LegalAddr", "CustomerCommunicationAddr")

ALPHA_3: Mapping[str, str] = {
    "US": "USA",
    "CA": "CAN",
    "GB": "GBR",
    "UK": "GBR",
    "AU": "AUS",
    "FR": "FRA",
    "IN": "IND",
    "DE": "DEU",
    "MX": "MEX",
}


@rule(
    "addresses of the company are answered with their country's three letters, whatever was written",
    Certainty.OFFICIAL,
    "announcement of 13 August 2025; the simulator knows the letters of a few countries only",
)
def write_countries_out(draft: Draft) -> None:
    """Write the countries in the company's addresses with three letters."""
    for name in _ADDRESSES:
        address = group(draft.after, name)
        if address:
            country = text(address, "Country")
            draft.after[name] = {**address, "Country": ALPHA_3.get(country, country)}


COMPANY_INFO = EntityKind(
    name="CompanyInfo",
    shape=entity_shape("CompanyInfo"),
    id_group="company",
    operations=_UPDATE,
    is_list=False,
    completions=(number_addresses(*_ADDRESSES), write_countries_out),
    queryable=queryable("CompanyInfo"),
    default_order=by_name("CompanyName"),
)
PREFERENCES = EntityKind(
    name="Preferences",
    shape=entity_shape("Preferences"),
    id_group="company",
    operations=_UPDATE,
    is_list=False,
    completions=(keep_preferences,),
    effects=(behave,),
    told=told_of("Preferences"),
    queryable=queryable("Preferences"),
    default_order=by_name("Id"),
)


@rule(
    "an exchange rate is set for a currency and a day by writing it; that of the home currency cannot be set",
    Certainty.OFFICIAL,
    "official exchange rate page; the code is the catch-all",
)
def complete_rate(draft: Draft) -> None:
    """Fill in the home currency, refuse its own rate and one of nothing."""
    after, home = draft.after, draft.books.settings.home_currency
    after.setdefault("TargetCurrencyCode", home)
    if text(after, "SourceCurrencyCode") == home:
        raise RefusedError(faults.business("The rate of the home currency cannot be set", element="Rate"))
    if amount(after, "Rate") <= 0:
        raise RefusedError(faults.bad_number("Rate", str(after.get("Rate"))))


EXCHANGE_RATE = EntityKind(
    name="ExchangeRate",
    hidden=frozenset({"Id"}),
    shape=entity_shape("ExchangeRate"),
    id_group="exchange rates",
    operations=frozenset({Operation.CREATE, Operation.UPDATE}),
    is_list=False,
    completions=(complete_rate,),
    queryable=queryable("ExchangeRate"),
    default_order=by_name("SourceCurrencyCode"),
)
