"""What the simulator knows of one entity: a row of the table of entities and rules."""

from collections.abc import Callable, Mapping
from enum import Enum
from typing import TypeAlias

from attrs import define, field, frozen

from linksync.mapping.remote import FieldKind
from linksync.testing.quickbooks.books import Books
from linksync.testing.quickbooks.happenings import Happened
from linksync.testing.quickbooks.orders import Order
from linksync.testing.quickbooks.settings import Plan
from linksync.testing.quickbooks.shapes import Shape, facts_of
from linksync.testing.quickbooks.values import Obj


class Operation(Enum):
    """What can be done to an object through the API."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    SEND = "send"
    """By e-mail, and as a PDF."""


WRITABLE = frozenset({Operation.CREATE, Operation.UPDATE})
TRANSACTION = frozenset({Operation.CREATE, Operation.UPDATE, Operation.DELETE})
SENT_TRANSACTION = frozenset(Operation)


class Void(Enum):
    """What `operation=void` and `include=void` do."""

    REFUSED = "refused"
    """400 with 500 "Unsupported Operation"."""
    BY_OPERATION = "by_operation"
    """It is voided by `operation=void`."""
    BY_INCLUDE = "by_include"
    """It is voided by `operation=update&include=void` only."""
    BY_EITHER = "by_either"
    FAULT_UNDER_200 = "fault_under_200"
    """HTTP 200 with a system fault 10000; nothing is done."""
    NOTHING_UNDER_200 = "nothing_under_200"
    """HTTP 200 with an empty `BatchItemResponse`; nothing is done."""


BY_HAND = "by hand"
"""Stands among the `include` values of what somebody does in QuickBooks itself."""


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


Guard: TypeAlias = Callable[[Books, Obj], None]
"""Refuses any change of an object as it stands by raising `RefusedError`."""


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
        is_repeated: Whether one object may have several values, of which any will do.
    """

    path: tuple[str, ...]
    kind: FieldKind
    is_filterable: bool = True
    is_sortable: bool = False
    is_repeated: bool = False


@frozen(kw_only=True, eq=False)
class EntityKind:
    """One entity and its rules.

    Attributes:
        name: Its name in JSON, such as `Customer`; in lower case it is its path segment.
        json_name: What its JSON is called where that is not its name.
        hidden: Properties that it is kept by and that answers do not show.
        shape: What its JSON may hold.
        id_group: The types that it shares its ids with.
        operations: What can be done to it; reading and querying always can.
        is_list: Whether it is a list of names, whose members are taken out of use and never deleted.
        unique: What must not occur twice.
        checks: The rules that refuse, in order.
        completions: What the server fills in, in order.
        guards: The rules that refuse any update, void or delete of an object as it stands.
        void_guards: Those that refuse a void.
        effects: What it changes on other objects.
        void: How it is voided.
        plan: The least plan that has it; 5020 with a smaller one.
        told: What webhooks tell of it.
        is_tracked: Whether the change feed has it.
        queryable: The properties that queries may name, by name in lower case.
        default_order: How a query that does not say is answered.
        is_queryable: Whether it can be queried.
        is_paged: Whether a query's MAXRESULTS counts.
        unclearable: Properties that a sparse update cannot make blank.
        order: The order in which answers show the properties; the others follow.
    """

    name: str
    json_name: str = ""
    hidden: frozenset[str] = frozenset()
    shape: Shape = field(repr=False)
    id_group: str
    operations: frozenset[Operation]
    is_list: bool
    unique: UniqueName | None = None
    checks: tuple[Check, ...] = ()
    completions: tuple[Completion, ...] = ()
    guards: tuple[Guard, ...] = ()
    void_guards: tuple[Guard, ...] = ()
    effects: tuple[Effect, ...] = ()
    void: Void = Void.REFUSED
    plan: Plan = Plan.SIMPLE_START
    told: frozenset[Happened] = frozenset()
    is_tracked: bool = True
    queryable: Mapping[str, Queryable]
    default_order: Order
    is_queryable: bool = True
    is_paged: bool = True
    unclearable: frozenset[str] = frozenset({"Active"})
    order: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What answers call it."""
        return self.json_name or self.name


_OF_ALL: Mapping[str, Queryable] = {
    "id": Queryable(path=("Id",), kind=FieldKind.TEXT, is_sortable=True),
    "metadata.createtime": Queryable(
        path=("MetaData", "CreateTime"), kind=FieldKind.INSTANT, is_sortable=True
    ),
    "metadata.lastupdatedtime": Queryable(
        path=("MetaData", "LastUpdatedTime"), kind=FieldKind.INSTANT, is_sortable=True
    ),
}


def queryable(name: str) -> Mapping[str, Queryable]:
    """Return the properties of an entity that queries may name, by name in lower case, as the table of facts has them.

    A property within an object is called by its dotted path; an object itself, such as an e-mail address, stands for
    the first value in it.
    """
    remote_type = facts_of(name)
    if remote_type is None:
        return _OF_ALL
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
