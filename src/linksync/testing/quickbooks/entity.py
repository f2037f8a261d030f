"""What the simulator knows of one entity: a row of the table of entities and rules."""

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import TypeAlias

from attrs import define, field, frozen

from linksync.mapping.remote import FieldKind, RemoteType
from linksync.testing.quickbooks.books import Books
from linksync.testing.quickbooks.shapes import Shape
from linksync.testing.quickbooks.values import Obj


class Operation(Enum):
    """What can be done to an object through the API."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    VOID = "void"


@define(kw_only=True)
class Draft:
    """An object on its way onto the books; rules read it, and completions change `after`.

    Attributes:
        books: The company's books, as they are before.
        kind: Its entity.
        before: The object as it stands; None for a create.
        after: The object as it is to become.
        sent: The names of the properties that the request sets.
        include: The `include` values of the request.
    """

    books: Books
    kind: "EntityKind"
    before: Obj | None
    after: Obj
    sent: frozenset[str] = frozenset()
    include: frozenset[str] = frozenset()


Check: TypeAlias = Callable[[Draft], None]
"""Refuses a draft by raising `RefusedError`."""
Completion: TypeAlias = Callable[[Draft], None]
"""Fills in what the server computes."""
Effect: TypeAlias = Callable[[Books, Obj | None, Obj | None], None]
"""Changes other objects after one was stored; the object before and after, None where there is none."""


@frozen(kw_only=True)
class UniqueName:
    """What must not occur twice.

    Attributes:
        space: The list of names that it shares with other entities.
        property: The property that counts.
        shown: The properties that get the suffix when the object is taken out of use.
        kinds: What messages call those in the list.
    """

    space: str
    property: str
    shown: tuple[str, ...]
    kinds: str


@frozen(kw_only=True)
class Queryable:
    """A property that queries may name.

    Attributes:
        path: Where its value stands.
        kind: How it compares.
        is_filterable: Whether it may stand in `WHERE`.
        is_sortable: Whether it may stand in `ORDERBY`.
    """

    path: tuple[str, ...]
    kind: FieldKind
    is_filterable: bool = True
    is_sortable: bool = False


@frozen(kw_only=True, eq=False)
class EntityKind:
    """One entity and its rules.

    Attributes:
        name: Its name in JSON, such as `Customer`; in lower case it is its path segment.
        shape: What its JSON may hold.
        id_group: The types that it shares its ids with.
        operations: What can be done to it; reading and querying always can.
        is_list: Whether it is a list of names, whose members are taken out of use and never deleted.
        unique: What must not occur twice.
        checks: The rules that refuse, in order.
        completions: What the server fills in, in order.
        effects: What it changes on other objects.
        queryable: The properties that queries may name, by name in lower case.
        default_order: Sorts the objects for a query that does not say how.
        unclearable: Properties that a sparse update cannot make blank.
        order: The order in which answers show the properties; the others follow.
    """

    name: str
    shape: Shape = field(repr=False)
    id_group: str
    operations: frozenset[Operation]
    is_list: bool
    unique: UniqueName | None = None
    checks: tuple[Check, ...] = ()
    completions: tuple[Completion, ...] = ()
    effects: tuple[Effect, ...] = ()
    queryable: Mapping[str, Queryable]
    default_order: Callable[[Sequence[Obj]], list[Obj]]
    unclearable: frozenset[str] = frozenset({"Active"})
    order: tuple[str, ...] = ()


def queryable(remote_type: type[RemoteType]) -> Mapping[str, Queryable]:
    """Return the properties that queries may name, by name in lower case, as the table of facts has them.

    A property within an object is called by its dotted path; an object itself, such as an e-mail address, stands for
    the first value in it.
    """
    found = {
        fact.label.lower(): Queryable(
            path=fact.path, kind=fact.kind, is_filterable=fact.filterable, is_sortable=fact.sortable
        )
        for fact in remote_type.fields()
        if fact.filterable or fact.sortable
    }
    for group in remote_type.groups():
        if group.filterable:
            first = next(group.fields())
            found[".".join(group.path).lower()] = Queryable(path=first.path, kind=first.kind)
    return found
