"""Create, update, delete, void: what may be done to one object, and in what order its rules are kept."""

from collections.abc import Mapping
from decimal import Decimal

from linksync.exactjson import Json
from linksync.mapping.remote import FieldKind
from linksync.testing.quickbooks import faults
from linksync.testing.quickbooks.books import Books
from linksync.testing.quickbooks.entity import Draft, EntityKind, Operation
from linksync.testing.quickbooks.faults import RefusedError
from linksync.testing.quickbooks.rules import Certainty, rule, state
from linksync.testing.quickbooks.shapes import Leaf, Shape, missing, parse, problems
from linksync.testing.quickbooks.values import Obj, array, group, text

SUFFIX = " (deleted)"
_OWN = ("domain", "sparse", "Id", "SyncToken", "MetaData")

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
    _allow(kind, Operation.CREATE)
    parsed = parse(kind.shape, body)
    after: Obj = dict(_members_without_blanks(parsed))
    found = problems(kind.shape, after) + missing(kind.shape, after)
    if found:
        raise RefusedError(*found)
    if kind.is_list:
        after.setdefault("Active", True)
    draft = Draft(books=books, kind=kind, before=None, after=after, sent=frozenset(parsed), include=include)
    _keep_rules(draft)
    _check_name(draft)
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
    return _store(draft)


def update(
    books: Books, kind: EntityKind, body: Mapping[str, Json], *, include: frozenset[str] = frozenset()
) -> Obj:
    """Change an object, wholly or sparsely as *body* says, and return it as it now is.

    Raises:
        RefusedError: A rule is broken, the object is not there or has another version; the books are as they were.
    """
    _allow(kind, Operation.UPDATE)
    parsed = parse(kind.shape, body)
    before = _current(books, kind, body)
    found = problems(kind.shape, parsed)
    if found:
        raise RefusedError(*found)
    is_sparse = body.get("sparse") in {True, "true"}
    after = _merged(books, kind, before, parsed) if is_sparse else _replaced(kind, before, parsed)
    found = missing(kind.shape, after)
    if found:
        raise RefusedError(*found)
    draft = Draft(books=books, kind=kind, before=before, after=after, sent=frozenset(parsed), include=include)
    _rename_inactive(draft)
    _keep_rules(draft)
    _check_name(draft)
    return _change(draft)


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
    _allow(kind, Operation.DELETE)
    before = _current(books, kind, body)
    books.tables[kind.name].remove(text(before, "Id"))
    for effect in kind.effects:
        effect(books, before, None)
    return {"domain": "QBO", "status": "Deleted", "Id": text(before, "Id")}


@rule(
    "a void leaves the document with amounts and quantities of zero and a note that begins with Voided",
    Certainty.RECORDED,
    "recorded exchange void__invoice, official invoice page",
)
def void(books: Books, kind: EntityKind, body: Mapping[str, Json]) -> Obj:
    """Make a document's amounts zero and return it.

    Raises:
        RefusedError: It cannot be voided, is not there or has another version.
    """
    _allow(kind, Operation.VOID)
    before = _current(books, kind, body)
    after: Obj = dict(before)
    after["Line"] = [_voided(line) for line in array(before, "Line")]
    note = text(before, "PrivateNote")
    after["PrivateNote"] = f"Voided - {note}" if note else "Voided"
    after["TotalAmt"] = after["Balance"] = 0
    after["TxnTaxDetail"] = {**group(before, "TxnTaxDetail"), "TotalTax": 0}
    return _change(Draft(books=books, kind=kind, before=before, after=after))


def _voided(line: Mapping[str, Json]) -> Obj:
    kind = text(line, "DetailType")
    emptied: Obj = dict(line)
    if "Amount" in emptied:
        emptied["Amount"] = 0
    detail = dict(group(line, kind))
    if "Qty" in detail:
        detail["Qty"] = 0
        emptied[kind] = detail
    return emptied


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


def _allow(kind: EntityKind, operation: Operation) -> None:
    if operation not in kind.operations:
        raise RefusedError(faults.unsupported(f"{operation.value} of {kind.name}"))


def _current(books: Books, kind: EntityKind, body: Mapping[str, Json]) -> Obj:
    object_id, token = body.get("Id"), body.get("SyncToken")
    if not object_id:
        raise RefusedError(faults.required("Id"))
    before = read(books, kind, str(object_id))
    if token is None or token == "":
        raise RefusedError(faults.required("SyncToken"))
    if str(token) != text(before, "SyncToken"):
        raise RefusedError(faults.stale("Another User"))
    return before


@rule(
    "an empty text or a null makes a property blank; a sparse update cannot do it to a reference, to DisplayName or "
    "to PrintOnCheckName",
    Certainty.LIKELY,
    "client reports; the reference from Intuit's support, the names from the official customer page",
)
def _merged(books: Books, kind: EntityKind, before: Obj, parsed: Obj) -> Obj:
    after: Obj = dict(before)
    for name, value in parsed.items():
        member = kind.shape.members[name]
        if isinstance(member, Leaf) and member.fact.create_only:
            continue
        kept = _grouped(books, member, before.get(name), value)
        if not _is_blank(kept):
            after[name] = kept
        elif name not in kind.unclearable and not _is_reference(member):
            after.pop(name, None)
    return after


def _is_reference(member: object) -> bool:
    return isinstance(member, Leaf) and member.fact.kind is FieldKind.REFERENCE


@rule(
    "an address that a sparse update sends replaces the one before it as a whole",
    Certainty.GUESS,
    "nobody says; a setting",
)
def _grouped(books: Books, member: object, before: Json, value: Json) -> Json:
    merges = not books.settings.replaces_groups
    if merges and isinstance(member, Shape) and isinstance(value, Mapping) and isinstance(before, Mapping):
        return _without_blanks({**before, **value})
    return _without_blanks(value)


@rule(
    "a full update makes blank what it leaves out, except what only the server or a create writes",
    Certainty.OFFICIAL,
    "official pages on the API's features and on customers",
)
def _replaced(kind: EntityKind, before: Obj, parsed: Obj) -> Obj:
    after: Obj = {name: before[name] for name in _OWN}
    for name, value in before.items():
        member = kind.shape.members.get(name)
        if isinstance(member, Leaf) and (member.fact.read_only or member.fact.create_only):
            after[name] = value
    for name, value in _members_without_blanks(parsed).items():
        member = kind.shape.members[name]
        if not (isinstance(member, Leaf) and member.fact.create_only):
            after[name] = value
    if kind.is_list:
        # Taking a record out of use by leaving Active out would be nobody's wish: a guess.
        after.setdefault("Active", before.get("Active", True))
    return after


def _is_blank(value: Json) -> bool:
    return value is None or value in ("", {})


def _without_blanks(value: Json) -> Json:
    if isinstance(value, Mapping):
        return _members_without_blanks(value)
    if isinstance(value, list):
        return [_without_blanks(each) for each in value]
    return value


def _members_without_blanks(obj: Mapping[str, Json]) -> Mapping[str, Json]:
    members = ((name, _without_blanks(each)) for name, each in obj.items())
    return {name: each for name, each in members if not _is_blank(each)}


@rule(
    "a record that is taken out of use gets ' (deleted)' behind its names, so that the plain name is free again",
    Certainty.RECORDED,
    "recorded exchanges deactivate__employee and deactivate__account; that the name is free is likely",
)
def _rename_inactive(draft: Draft) -> None:
    before, after, unique = draft.before, draft.after, draft.kind.unique
    if before is None or unique is None:
        return
    shown = unique.shown[0]
    if before.get("Active") is True and after.get("Active") is False:
        name = text(after, shown)
        after[shown] = name + SUFFIX
        # A second one of that name: nobody says what it is called.
        count = 1
        while _is_taken(draft, text(after, shown)):
            after[shown] = f"{name} (deleted-{count})"
            count += 1
    returns = before.get("Active") is False and after.get("Active") is True
    if returns and draft.books.settings.restores_names:
        after[shown] = text(after, shown).removesuffix(SUFFIX)


def _is_taken(draft: Draft, name: str) -> bool:
    unique = draft.kind.unique
    if unique is None:
        return False
    prefix = (
        text(draft.before or {}, unique.property).rpartition(":")[0]
        if unique.property != unique.shown[0]
        else ""
    )
    owner = draft.books.name_owner(unique.space, f"{prefix}:{name}" if prefix else name)
    return owner is not None and owner != (draft.kind.name, text(draft.before or {}, "Id"))


@rule(
    "a name is unique without regard to case: over customers, vendors and employees by FullyQualifiedName, within "
    "each other list by name: else 6240",
    Certainty.OFFICIAL,
    "official error code page; FullyQualifiedName from recorded exchange all__customers; case is a guess",
)
def _check_name(draft: Draft) -> None:
    unique = draft.kind.unique
    if unique is None:
        return
    owner = draft.books.name_owner(unique.space, text(draft.after, unique.property))
    if owner is not None and owner != (draft.kind.name, text(draft.before or {}, "Id")):
        raise RefusedError(faults.duplicate_name(unique.kinds))


def _keep_rules(draft: Draft) -> None:
    for check in draft.kind.checks:
        check(draft)
    for complete in draft.kind.completions:
        complete(draft)


def _change(draft: Draft) -> Obj:
    before = draft.before
    if before is None:
        raise TypeError("a change needs the object as it was")
    if _is_same(draft.after, before):
        return before
    draft.after["SyncToken"] = str(int(text(before, "SyncToken")) + 1)
    draft.after["MetaData"] = {**group(before, "MetaData"), "LastUpdatedTime": draft.books.stamp()}
    return _store(draft)


def _is_same(one: Json, other: Json) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int | Decimal) and isinstance(other, int | Decimal):
        return one == other
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_is_same(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_is_same, one, other))
    return one == other


def _store(draft: Draft) -> Obj:
    kind, books, after = draft.kind, draft.books, draft.after
    stored: Obj = {name: after[name] for name in kind.order if name in after}
    stored.update((name, value) for name, value in after.items() if name not in stored)
    books.tables[kind.name].put(stored)
    if kind.unique is not None:
        old = text(draft.before, kind.unique.property) if draft.before is not None else None
        new = text(stored, kind.unique.property)
        books.move_name(kind.unique.space, old, new, (kind.name, text(stored, "Id")))
    for effect in kind.effects:
        effect(books, draft.before, stored)
    return stored
