"""Writes one object, whichever way it is asked for: alone or as an item of a batch."""

from collections.abc import Mapping

from linksync.exactjson import Json
from linksync.testing.quickbooks import faults, operations, voiding
from linksync.testing.quickbooks.books import Books
from linksync.testing.quickbooks.entity import EntityKind
from linksync.testing.quickbooks.faults import RefusedError
from linksync.testing.quickbooks.operations import current
from linksync.testing.quickbooks.rules import Certainty, rule
from linksync.testing.quickbooks.showing import shown
from linksync.testing.quickbooks.templates import write_template
from linksync.testing.quickbooks.values import Obj, text


def write(
    books: Books,
    kind: EntityKind,
    operation: str,
    body: Mapping[str, Json],
    include: frozenset[str] = frozenset(),
) -> Obj:
    """Do what is asked and return what the answer says of the object.

    Args:
        books: The company's.
        kind: The object's entity.
        operation: `create`, `update`, `delete`, `void`, or empty for what the body says.
        body: What is sent.
        include: The `include` values of the request.

    Raises:
        RefusedError: A rule is broken; the books are as they were.
        NothingDoneError: QuickBooks says that all is well and does nothing.
    """
    return _with_extras(include, shown(books, kind, _written(books, kind, operation, body, include)))


def _written(
    books: Books, kind: EntityKind, operation: str, body: Mapping[str, Json], include: frozenset[str]
) -> Obj:
    if kind.name == "RecurringTransaction":
        return write_template(books, operation, body)
    if kind.name == "ExchangeRate" and operation in {"", "create", "update"}:
        return _set_rate(books, kind, body)
    match operation:
        case "delete":
            return operations.delete(books, kind, body)
        case "void":
            return voiding.void(books, kind, body)
        case "" | "update" | "create":
            if "void" in include:
                return voiding.void_by_include(books, kind, body)
            # A body with an Id is an update, whatever the address says.
            do = operations.update if body.get("Id") else operations.create
            return do(books, kind, body, include=include)
        case _:
            raise RefusedError(faults.unsupported(f"{operation} of {kind.name}"))


def _set_rate(books: Books, kind: EntityKind, body: Mapping[str, Json]) -> Obj:
    """Set what a currency is worth on a day; a rate that is there is changed by its SyncToken."""
    object_id = f"{text(body, 'SourceCurrencyCode')} {text(body, 'AsOfDate')}"
    if books.find(kind.name, object_id) is None:
        sent = {name: value for name, value in body.items() if name not in {"SyncToken", "sparse"}}
        return operations.create(books, kind, sent, object_id=object_id)
    known = books.find(kind.name, object_id) or {}
    named: Obj = {**body, "Id": object_id}
    named.setdefault("SyncToken", known["SyncToken"])
    current(books, kind, named)
    return operations.update(books, kind, named)


@rule(
    "include=invoiceLink answers InvoiceLink; updateaccountontxns and enhancedAllCustomFields are taken and change nothing",
    Certainty.OFFICIAL,
    "official invoice page for the first; what the others do is beyond the simulator",
)
def _with_extras(include: frozenset[str], obj: Obj) -> Obj:
    if "invoiceLink" in include and "DocNumber" in obj:
        return {**obj, "InvoiceLink": f"https://connect.intuit.com/t/scs-v1-{obj['Id']}"}
    return obj
