"""What an update makes of an object: sparse, it merges; full, it replaces."""

from collections.abc import Mapping

from linksync.exactjson import Json
from linksync.mapping.remote import FieldKind
from linksync.testing.quickbooks.books import Books
from linksync.testing.quickbooks.entity import EntityKind
from linksync.testing.quickbooks.rules import Certainty, rule
from linksync.testing.quickbooks.shapes import Leaf, Shape
from linksync.testing.quickbooks.values import Obj

_OWN = ("domain", "sparse", "Id", "SyncToken", "MetaData")


@rule(
    "an empty text or a null makes a property blank; a sparse update cannot do it to a reference, to DisplayName or "
    "to PrintOnCheckName",
    Certainty.LIKELY,
    "client reports; the reference from Intuit's support, the names from the official customer page",
)
def merged(books: Books, kind: EntityKind, before: Obj, parsed: Obj) -> Obj:
    """Return what a sparse update makes of *before*."""
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
        return _cleaned({**before, **value})
    return _cleaned(value)


@rule(
    "a full update makes blank what it leaves out, except what only the server or a create writes",
    Certainty.OFFICIAL,
    "official pages on the API's features and on customers",
)
def replaced(kind: EntityKind, before: Obj, parsed: Obj) -> Obj:
    """Return what a full update makes of *before*."""
    after: Obj = {name: before[name] for name in _OWN}
    for name, value in before.items():
        member = kind.shape.members.get(name)
        if isinstance(member, Leaf) and (member.fact.read_only or member.fact.create_only):
            after[name] = value
    for name, value in without_blanks(parsed).items():
        member = kind.shape.members[name]
        if not (isinstance(member, Leaf) and member.fact.create_only):
            after[name] = value
    if kind.is_list:
        # Taking a record out of use by leaving Active out would be nobody's wish: a guess.
        after.setdefault("Active", before.get("Active", True))
    return after


def _is_blank(value: Json) -> bool:
    return value is None or value in ("", {})


def _cleaned(value: Json) -> Json:
    if isinstance(value, Mapping):
        return without_blanks(value)
    if isinstance(value, list):
        return [_cleaned(each) for each in value]
    return value


def without_blanks(obj: Mapping[str, Json]) -> Mapping[str, Json]:
    """Return *obj* without members that are null, empty texts or empty objects, at any depth."""
    members = ((name, _cleaned(each)) for name, each in obj.items())
    return {name: each for name, each in members if not _is_blank(each)}
