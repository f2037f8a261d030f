"""Merges two members of a list, as somebody does in the web interface by giving one the name of the other."""

from collections.abc import Mapping

from linksync.exactjson import Json
from linksync.testing.quickbooks import faults
from linksync.testing.quickbooks.balances import CUSTOMERS, add_to_balance, add_with_jobs
from linksync.testing.quickbooks.books import Books
from linksync.testing.quickbooks.entity import EntityKind
from linksync.testing.quickbooks.faults import RefusedError
from linksync.testing.quickbooks.happenings import Happened
from linksync.testing.quickbooks.names import name_of, target_of
from linksync.testing.quickbooks.naming import SUFFIX
from linksync.testing.quickbooks.rules import Certainty, rule
from linksync.testing.quickbooks.values import Obj, amount, as_amount, reference, text


@rule(
    "of two names that are merged one stays, with what both owed and every document; the other is out of use, and a "
    "webhook tells of the merge",
    Certainty.LIKELY,
    "official webhooks page for the event; the rest is common knowledge. There is no merge through the API",
)
def merge(books: Books, kind: EntityKind, gone_id: str, survivor_id: str) -> Obj:
    """Merge one object into another and return the one that stays.

    Raises:
        RefusedError: They cannot be merged.
    """
    if kind.unique is None or Happened.MERGED not in kind.told or gone_id == survivor_id:
        raise RefusedError(faults.unsupported(f"merge of {kind.name}"))
    gone, survivor = books.find(kind.name, gone_id) or {}, books.find(kind.name, survivor_id) or {}
    _take_over_balance(books, kind, gone)
    for entity, table in list(books.tables.items()):
        for obj in table:
            changed = _redirected(obj, kind.name, gone_id, survivor)
            if changed != obj:
                books.put(entity, changed)
    if kind.name == "Customer":
        for child in CUSTOMERS.children(books, gone_id):
            moved: Obj = {**child, "ParentRef": {"value": survivor_id}}
            books.put("Customer", moved)
    owed = amount(gone, "Balance")
    if kind.name == "Customer":
        add_to_balance(books, survivor_id, owed)
    elif kind.name == "Vendor":
        present = books.find("Vendor", survivor_id) or {}
        more = as_amount(amount(present, "Balance") + owed)
        books.touch("Vendor", present, {"Balance": more}, with_token=False)
    stays = books.touch(kind.name, books.find(kind.name, survivor_id) or {}, {}, with_token=True)
    books.tell(kind.name, survivor_id, Happened.MERGED, merged_id=gone_id)
    return stays


def _take_over_balance(books: Books, kind: EntityKind, gone: Obj) -> None:
    unique = kind.unique
    if unique is None:
        return
    if kind.name == "Customer":
        add_with_jobs(books, reference(gone, "ParentRef"), -amount(gone, "Balance"))
    present = books.find(kind.name, text(gone, "Id")) or gone
    renamed = {name: text(present, name) + SUFFIX for name in unique.shown}
    zeros: Obj = {name: 0 for name in ("Balance", "BalanceWithJobs") if name in present}
    left = books.touch(kind.name, present, {**renamed, **zeros, "Active": False}, with_token=False)
    owner = (kind.name, text(gone, "Id"))
    books.move_name(unique.space, text(gone, unique.property), text(left, unique.property), owner)


def _redirected(value: Obj, entity: str, gone: str, survivor: Obj) -> Obj:
    return {name: _redirect(name, each, entity, gone, survivor) for name, each in value.items()}


def _redirect(name: str, value: Json, entity: str, gone: str, survivor: Obj) -> Json:
    if isinstance(value, list):
        return [_redirect(name, each, entity, gone, survivor) for each in value]
    if not isinstance(value, Mapping):
        return value
    if target_of(name) == entity and text(value, "value") == gone:
        return {
            **value,
            "value": text(survivor, "Id"),
            **({"name": name_of(survivor)} if "name" in value else {}),
        }
    return {inner: _redirect(inner, each, entity, gone, survivor) for inner, each in value.items()}
