"""Writes recurring transactions: each is a template of another transaction, within an object of that type's name."""

from collections.abc import Mapping

from attrs import evolve

from linksync.exactjson import Json
from linksync.testing.quickbooks import faults
from linksync.testing.quickbooks.bodies import missing, parse, problems
from linksync.testing.quickbooks.books import Books
from linksync.testing.quickbooks.entities import ENTITIES
from linksync.testing.quickbooks.entities.recurring import RECURRING_TRANSACTION, TYPES
from linksync.testing.quickbooks.entity import Draft, EntityKind
from linksync.testing.quickbooks.faults import RefusedError
from linksync.testing.quickbooks.happenings import Happened
from linksync.testing.quickbooks.merging import merged, replaced, without_blanks
from linksync.testing.quickbooks.operations import change, current, store
from linksync.testing.quickbooks.rules import Certainty, rule
from linksync.testing.quickbooks.shapes import KEPT, Shape
from linksync.testing.quickbooks.subscription import check_subscription
from linksync.testing.quickbooks.values import Obj, group, text

# A template has no number, day or balance yet, and nothing is linked to it.
_NOT_YET = (
    "DocNumber",
    "TxnDate",
    "DueDate",
    "Balance",
    "LinkedTxn",
    "HomeBalance",
    "RemainingCredit",
    "UnappliedAmt",
)


@rule(
    "a recurring transaction is sent and answered within an object of its type's name; it needs RecurringInfo with Name "
    "and RecurType, and moves no balance",
    Certainty.OFFICIAL,
    "official recurring transaction page",
    guess="that an outer RecurringTransaction is taken too",
)
def write_template(books: Books, operation: str, body: Mapping[str, Json]) -> Obj:
    """Create, update or delete a template, and return what the answer says of it.

    Raises:
        RefusedError: A rule is broken; the books are as they were.
    """
    check_subscription(books, RECURRING_TRANSACTION)
    name, inner = _opened(books, group(body, "RecurringTransaction") or body)
    if operation == "delete":
        before = current(books, RECURRING_TRANSACTION, inner)
        books.remove("RecurringTransaction", text(before, "Id"))
        return {"domain": "QBO", "status": "Deleted", "Id": text(before, "Id"), "Type": text(before, "Type")}
    if operation not in {"", "create", "update"}:
        raise RefusedError(faults.unsupported(f"{operation} of RecurringTransaction"))
    kind = _template_kind(ENTITIES[name])
    earlier = current(books, RECURRING_TRANSACTION, inner) if inner.get("Id") else None
    draft = _drafted(books, kind, inner, earlier)
    draft.after["Type"] = name
    draft.kind = RECURRING_TRANSACTION
    if earlier is not None:
        return change(draft, Happened.UPDATED)
    stamp = books.stamp()
    draft.after.update(
        domain="QBO",
        sparse=False,
        Id=books.next_id("transactions"),
        SyncToken="0",
        MetaData={"CreateTime": stamp, "LastUpdatedTime": stamp},
    )
    return store(draft, Happened.CREATED)


def _opened(books: Books, body: Mapping[str, Json]) -> tuple[str, Mapping[str, Json]]:
    for name in TYPES:
        if name in body:
            return name, group(body, name)
    known = books.find("RecurringTransaction", text(body, "Id"))
    if known is None:
        raise RefusedError(faults.required("one of " + ", ".join(TYPES)))
    return text(known, "Type"), body


def _template_kind(kind: EntityKind) -> EntityKind:
    members = {**kind.shape.members, "RecurringInfo": KEPT, "RecurDataRef": KEPT}
    shape = Shape(name=kind.shape.name, members=members, always=kind.shape.always)
    return evolve(kind, shape=shape)


def _drafted(books: Books, kind: EntityKind, body: Mapping[str, Json], before: Obj | None) -> Draft:
    parsed = parse(kind.shape, body)
    if before is None:
        after: Obj = dict(without_blanks(parsed))
    elif str(body.get("sparse")).lower() == "true":
        after = merged(books, kind, before, parsed)
    else:
        known = {
            name: value for name, value in before.items() if name in kind.shape.members or name == "sparse"
        }
        after = replaced(kind, known, parsed)
    info = group(after, "RecurringInfo")
    lacking = [
        faults.required(f"RecurringInfo.{name}") for name in ("Name", "RecurType") if not text(info, name)
    ]
    found = problems(kind.shape, after) + missing(kind.shape, after) + lacking
    if found:
        raise RefusedError(*found)
    draft = Draft(books=books, kind=kind, before=before, after=after, sent=frozenset(parsed))
    for rule_of_kind in (*kind.checks, *kind.completions):
        rule_of_kind(draft)
    for name in _NOT_YET:
        draft.after.pop(name, None)
    return draft
