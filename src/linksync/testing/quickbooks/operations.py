"""Create, update, delete, void, send: what may be done to one object, and in what order its rules are kept."""

from collections.abc import Mapping
from decimal import Decimal

from linksync.exactjson import Json
from linksync.testing.quickbooks import faults
from linksync.testing.quickbooks.bodies import missing, parse, problems
from linksync.testing.quickbooks.books import Books
from linksync.testing.quickbooks.entity import Draft, EntityKind, Operation
from linksync.testing.quickbooks.faults import RefusedError
from linksync.testing.quickbooks.happenings import Happened
from linksync.testing.quickbooks.merging import merged, replaced, without_blanks
from linksync.testing.quickbooks.naming import check_name, rename_inactive
from linksync.testing.quickbooks.rules import Certainty, rule, state
from linksync.testing.quickbooks.sizes import check_size
from linksync.testing.quickbooks.subscription import check_subscription
from linksync.testing.quickbooks.values import Obj, group, text

state(
    "every accepted change adds one to SyncToken, which begins at 0; a change with another token is 5010",
    Certainty.RECORDED,
    "recorded exchange batch__basic",
    kept_by=__name__,
)
state(
    "an update that changes nothing leaves SyncToken and LastUpdatedTime as they were",
    Certainty.RECORDED,
    "recorded exchanges deactivate__employee and deactivate__account",
    kept_by=__name__,
)


def create(
    books: Books,
    kind: EntityKind,
    body: Mapping[str, Json],
    *,
    include: frozenset[str] = frozenset(),
    object_id: str | None = None,
) -> Obj:
    """Put a new object onto the books and return it.

    Args:
        books: The company's.
        kind: Its entity.
        body: What the request sets.
        include: The `include` values of the request.
        object_id: Its id, where it is not the next one.

    Raises:
        RefusedError: A rule is broken; the books are as they were.
    """
    _allow(books, kind, Operation.CREATE)
    parsed = parse(kind.shape, body)
    after: Obj = dict(without_blanks(parsed))
    found = problems(kind.shape, after) + missing(kind.shape, after)
    if found:
        raise RefusedError(*found)
    if kind.is_list:
        after.setdefault("Active", True)
    draft = Draft(books=books, kind=kind, before=None, after=after, sent=frozenset(parsed), include=include)
    _keep_rules(draft)
    check_name(draft)
    new_id = object_id or books.next_id(kind.id_group)
    books.use_id(kind.id_group, new_id)
    stamp = books.stamp()
    after.update(
        domain="QBO",
        sparse=False,
        Id=new_id,
        SyncToken="0",
        MetaData={"CreateTime": stamp, "LastUpdatedTime": stamp},
    )
    books.note_creation(kind.name, new_id)
    return store(draft, Happened.CREATED)


def update(
    books: Books, kind: EntityKind, body: Mapping[str, Json], *, include: frozenset[str] = frozenset()
) -> Obj:
    """Change an object, wholly or sparsely as *body* says, and return it as it now is.

    Raises:
        RefusedError: A rule is broken, the object is not there or has another version; the books are as they were.
    """
    _allow(books, kind, Operation.UPDATE)
    parsed = parse(kind.shape, body)
    before = current(books, kind, body)
    found = problems(kind.shape, parsed)
    if found:
        raise RefusedError(*found)
    is_sparse = str(body.get("sparse")).lower() == "true"
    if is_sparse:
        _check_always_required(kind, parsed)
    after = merged(books, kind, before, parsed) if is_sparse else replaced(kind, before, parsed)
    found = missing(kind.shape, after)
    if found:
        raise RefusedError(*found)
    _guard(books, kind, before)
    draft = Draft(books=books, kind=kind, before=before, after=after, sent=frozenset(parsed), include=include)
    rename_inactive(draft)
    _keep_rules(draft)
    check_name(draft)
    is_deactivated = before.get("Active") is True and after.get("Active") is False
    return change(draft, Happened.DELETED if kind.is_list and is_deactivated else Happened.UPDATED)


@rule(
    "some properties are required in a sparse update too: VendorRef of a bill, PaymentType of a purchase, both accounts "
    "of a transfer: else 2020",
    Certainty.RECORDED,
    "reports of live runs",
)
def _check_always_required(kind: EntityKind, parsed: Mapping[str, Json]) -> None:
    lacking = [name for name in kind.shape.always_required if not parsed.get(name)]
    if lacking:
        raise RefusedError(*(faults.required(name) for name in lacking))


@rule(
    "a transaction is deleted for good, by Id and SyncToken; the answer has its Id and status Deleted",
    Certainty.RECORDED,
    "recorded exchange delete__invoice",
)
def delete(books: Books, kind: EntityKind, body: Mapping[str, Json]) -> Obj:
    """Take an object off the books and return what the answer says of it.

    Raises:
        RefusedError: It is a list that has no delete, the object is not there or has another version.
    """
    _allow(books, kind, Operation.DELETE)
    before = current(books, kind, body)
    _guard(books, kind, before)
    books.remove(kind.name, text(before, "Id"))
    for effect in kind.effects:
        effect(books, before, None)
    books.tell(kind.name, text(before, "Id"), Happened.DELETED)
    return {"domain": "QBO", "status": "Deleted", "Id": text(before, "Id")}


@rule(
    "an unknown or deleted id is 610, an id that is no number 2030",
    Certainty.RECORDED,
    "recorded exchange batch__basic; 2030 is from the official error code page",
)
def read(books: Books, kind: EntityKind, object_id: str) -> Obj:
    """Return the object of that id, in use or not.

    Raises:
        RefusedError: There is none.
    """
    found = books.find(kind.name, object_id)
    if found is None:
        is_number = object_id.isdecimal() and object_id.isascii()
        raise RefusedError(faults.not_found() if is_number else faults.bad_id(object_id))
    return found


def current(books: Books, kind: EntityKind, body: Mapping[str, Json]) -> Obj:
    """Return the object that *body* means.

    Raises:
        RefusedError: It is not there or has another version.
    """
    object_id, token = body.get("Id"), body.get("SyncToken")
    if not object_id:
        raise RefusedError(faults.required("Id"))
    before = read(books, kind, str(object_id))
    if token is None or token == "":
        raise RefusedError(faults.required("SyncToken"))
    if str(token) != text(before, "SyncToken"):
        raise RefusedError(faults.stale("Another User"))
    return before


def _allow(books: Books, kind: EntityKind, operation: Operation) -> None:
    if operation not in kind.operations:
        raise RefusedError(faults.unsupported(f"{operation.value} of {kind.name}"))
    check_subscription(books, kind)


def _guard(books: Books, kind: EntityKind, before: Obj) -> None:
    for guard in kind.guards:
        guard(books, before)


def _keep_rules(draft: Draft) -> None:
    check_size(draft)
    for check in draft.kind.checks:
        check(draft)
    for complete in draft.kind.completions:
        complete(draft)


def change(draft: Draft, happened: Happened) -> Obj:
    """Store what an object is to become, unless it is that already, and return it as it now is."""
    before = draft.before
    if before is None:
        raise TypeError("a change needs the object as it was")
    if is_same(draft.after, before):
        return before
    draft.after["SyncToken"] = str(int(text(before, "SyncToken") or "0") + 1)
    draft.after["MetaData"] = {**group(before, "MetaData"), "LastUpdatedTime": draft.books.stamp()}
    return store(draft, happened)


def is_same(one: Json, other: Json) -> bool:
    """Return whether two values say the same; 1, 1.0 and 1.00 do, 1 and true do not."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int | Decimal) and isinstance(other, int | Decimal):
        return one == other
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(is_same(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(is_same, one, other))
    return one == other


def store(draft: Draft, happened: Happened) -> Obj:
    """Put a draft onto the books, with what follows from it for other objects, and return it."""
    kind, books, after = draft.kind, draft.books, draft.after
    stored: Obj = {name: after[name] for name in kind.order if name in after}
    stored.update((name, value) for name, value in after.items() if name not in stored)
    books.put(kind.name, stored)
    if kind.unique is not None:
        old = text(draft.before, kind.unique.property) if draft.before is not None else None
        new = text(stored, kind.unique.property)
        books.move_name(kind.unique.space, old, new, (kind.name, text(stored, "Id")))
    for effect in kind.effects:
        effect(books, draft.before, stored)
    books.tell(kind.name, text(stored, "Id"), happened)
    return books.find(kind.name, text(stored, "Id")) or stored
