"""Names of references: what answers show beside an id, kept up with what the object is called now."""

from collections.abc import Mapping

from linksync.exactjson import Json
from linksync.testing.quickbooks.books import Books
from linksync.testing.quickbooks.rules import Certainty, rule
from linksync.testing.quickbooks.values import Obj, text

TARGETS: Mapping[str, str] = {
    "CustomerRef": "Customer",
    "VendorRef": "Vendor",
    "EmployeeRef": "Employee",
    "ItemRef": "Item",
    "GroupItemRef": "Item",
    "ClassRef": "Class",
    "DepartmentRef": "Department",
    "SalesTermRef": "Term",
    "TermRef": "Term",
    "PaymentMethodRef": "PaymentMethod",
    "TaxRateRef": "TaxRate",
    "AgencyRef": "TaxAgency",
    "CustomerTypeRef": "CustomerType",
    "AccountRef": "Account",
}


def target_of(reference: str) -> str:
    """Return the entity that a reference of that name leads to; empty where that is not known."""
    return "Account" if reference.endswith("AccountRef") else TARGETS.get(reference, "")


def name_of(target: Mapping[str, Json]) -> str:
    """Return what references call an object."""
    return text(target, "DisplayName") or text(target, "FullyQualifiedName") or text(target, "Name")


@rule(
    "references show what their object is called now, in old documents too",
    Certainty.LIKELY,
    "common knowledge; the documents' own versions stay",
)
def with_present_names(books: Books, obj: Obj) -> Obj:
    """Return *obj* with the names of renamed objects in its references."""
    if not books.renamed:
        return obj
    return {name: _renamed(books, name, value) for name, value in obj.items()}


def _renamed(books: Books, name: str, value: Json) -> Json:
    if isinstance(value, list):
        return [_renamed(books, name, each) for each in value]
    if not isinstance(value, Mapping):
        return value
    present = books.renamed.get((target_of(name), text(value, "value")))
    if present is not None and "name" in value:
        return {**value, "name": present}
    return {inner: _renamed(books, inner, each) for inner, each in value.items()}
