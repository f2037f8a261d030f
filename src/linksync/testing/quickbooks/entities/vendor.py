"""Vendors: names, defaults and balances."""

from linksync.testing.quickbooks.books import Books
from linksync.testing.quickbooks.currencies import check_currency, set_currency
from linksync.testing.quickbooks.entities.told import told_of
from linksync.testing.quickbooks.entity import WRITABLE, Draft, EntityKind, UniqueName, queryable
from linksync.testing.quickbooks.names import name_of
from linksync.testing.quickbooks.orders import by_name
from linksync.testing.quickbooks.people import mask, name_it, number_addresses, print_on_check
from linksync.testing.quickbooks.references import check_references
from linksync.testing.quickbooks.rules import Certainty, rule
from linksync.testing.quickbooks.shapes import entity_shape
from linksync.testing.quickbooks.values import Obj, amount, as_amount, text


@rule(
    "a bare vendor is active, owed nothing, no 1099 vendor, and has the home currency",
    Certainty.RECORDED,
    "recorded exchange batch__basic",
)
def fill_in(draft: Draft) -> None:
    """Set the defaults of a new vendor."""
    after = draft.after
    if draft.before is None:
        opening = amount(after, "Balance")
        after["Balance"] = as_amount(opening) if opening else 0
    after.setdefault("Vendor1099", False)


def note_name(entity: str, books: Books, before: Obj | None, after: Obj | None) -> None:
    """Note that an object is called otherwise now."""
    if before is not None and after is not None and name_of(before) != name_of(after):
        books.renamed[entity, text(after, "Id")] = name_of(after)


def _note_name(books: Books, before: Obj | None, after: Obj | None) -> None:
    note_name("Vendor", books, before, after)


VENDOR = EntityKind(
    name="Vendor",
    shape=entity_shape("Vendor"),
    id_group="names",
    operations=WRITABLE,
    is_list=True,
    unique=UniqueName(
        space="names", property="DisplayName", shown=("DisplayName",), kinds="customer, vendor or employee"
    ),
    checks=(check_currency, check_references({"TermRef": "Term", "APAccountRef": "Account"})),
    completions=(
        name_it,
        print_on_check,
        fill_in,
        set_currency,
        number_addresses("BillAddr", "ShipAddr"),
        mask(("TaxIdentifier", "BusinessNumber")),
    ),
    effects=(_note_name,),
    told=told_of("Vendor"),
    queryable=queryable("Vendor"),
    default_order=by_name("DisplayName"),
    unclearable=frozenset({"Active", "DisplayName", "PrintOnCheckName"}),
    order=(
        "BillAddr",
        "TermRef",
        "Balance",
        "AcctNum",
        "Vendor1099",
        "CurrencyRef",
        "domain",
        "sparse",
        "Id",
        "SyncToken",
        "MetaData",
        "Title",
        "GivenName",
        "MiddleName",
        "FamilyName",
        "Suffix",
        "CompanyName",
        "DisplayName",
        "PrintOnCheckName",
        "Active",
        "PrimaryPhone",
        "Mobile",
        "Fax",
        "PrimaryEmailAddr",
        "WebAddr",
    ),
)
"""Vendors."""
