"""The JSON shape of each entity, made of the connector's table of facts, and the checks of a body against it."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from attrs import field, frozen

from linksync.connectors.quickbooks.fields import EmailAddress
from linksync.mapping.remote import FieldKind, RemoteField, RemoteGroup, RemoteLine, RemoteType


@frozen(kw_only=True)
class Leaf:
    """A property with a plain value or a reference.

    Attributes:
        fact: What is known of it.
        is_email: Whether it holds an e-mail address.
    """

    fact: RemoteField[object]
    is_email: bool = False


@frozen(kw_only=True)
class Unmodelled:
    """A property that QuickBooks knows and the simulator has no rules for.

    Attributes:
        keeps: Whether what is sent is kept and answered as it came; otherwise it is ignored.
    """

    keeps: bool


@frozen(kw_only=True)
class Array:
    """An array of objects of one shape."""

    of: "Shape"


Member: TypeAlias = "Leaf | Unmodelled | Array | Shape"


@frozen(kw_only=True, eq=False)
class Shape:
    """What a JSON object may hold.

    Attributes:
        name: The name of its class in the official schema.
        members: Its properties by name.
        always: Properties that are taken although they are read-only, such as the id of a line.
    """

    name: str
    members: Mapping[str, Member] = field(repr=False)
    always: frozenset[str] = frozenset()


KEPT = Unmodelled(keeps=True)
IGNORED = Unmodelled(keeps=False)
_ENTITY = dict.fromkeys(("CustomField", "AttachableRef"), KEPT) | dict.fromkeys(
    ("domain", "status", "sparse", "MetaData"), IGNORED
)
_ADDRESS = dict.fromkeys(("Lat", "Long", "CountryCode", "County", "PostalCodeSuffix", "Tag", "Note"), KEPT)
# Properties of groups that the schema knows beyond those in the table of facts.
_ALSO_IN_GROUPS: Mapping[str, Mapping[str, Member]] = {
    "PhysicalAddress": {"Id": IGNORED, **_ADDRESS},
    "EmailAddress": {"Id": IGNORED, "Default": KEPT, "Tag": KEPT},
    "WebSiteAddress": {"Id": IGNORED, "Default": KEPT, "Tag": KEPT},
    "TelephoneNumber": {
        "Id": IGNORED,
        **dict.fromkeys(
            ("DeviceType", "CountryCode", "AreaCode", "ExchangeCode", "Extension", "Default", "Tag"), KEPT
        ),
    },
    "MemoRef": {"id": IGNORED},
    "TxnTaxDetail": dict.fromkeys(
        ("DefaultTaxCodeRef", "TaxReviewStatus", "TaxLine", "UseAutomatedSalesTax"), KEPT
    ),
}


def entity_shape(remote_type: type[RemoteType], *, kept: str = "", ignored: str = "") -> Shape:
    """Return the shape of an entity: its table of facts, and other names of the official schema.

    Args:
        remote_type: The table of facts.
        kept: Names of properties without rules that are kept, parted by spaces.
        ignored: Names of computed properties that are not in the table, parted by spaces.
    """
    members: dict[str, Member] = {**_ENTITY, **dict.fromkeys(kept.split(), KEPT)}
    members.update(dict.fromkeys(ignored.split(), IGNORED))
    members.update(_members(remote_type))
    return Shape(name=remote_type.remote_name, members=members)


def _members(declared: type[RemoteType]) -> dict[str, Member]:
    members = dict[str, Member]()
    for fact in declared.fields():
        if not fact.within:
            members[fact.name] = Leaf(fact=fact)
        elif fact.within[0] not in members and fact.within[0] != "MetaData":
            members[fact.within[0]] = _group_shape(getattr(declared, fact.within[0]))
    for lines in declared.line_fields():
        is_marked = any(kind.discriminator[0] for kind in lines.kinds)
        members[lines.name] = Array(
            of=_line_shape(lines.kinds) if is_marked else _entry_shape(lines.kinds[0])
        )
    return members


def _group_shape(value: RemoteGroup) -> Shape:
    name = type(value).__name__
    is_email = isinstance(value, EmailAddress)
    members: dict[str, Member] = dict(_ALSO_IN_GROUPS.get(name, {}))
    for fact in value.fields():
        deeper = fact.within[len(value.path) :]
        if not deeper:
            members[fact.name] = Leaf(fact=fact, is_email=is_email)
        elif deeper[0] not in members:
            members[deeper[0]] = _group_shape(getattr(value, deeper[0]))
    return Shape(name=name, members=members)


def _entry_shape(kind: type[RemoteLine]) -> Shape:
    """Return the shape of what stands in an array whose members are all of one kind."""
    return Shape(name=kind.__name__, members=_members(kind))


# Names of the official schema's Line and its details beyond those in the table of facts.
_LINE = "LinkedTxn CustomField Received ProjectRef CostAmount HomeCostAmount CustomExtensions"
_IN_DETAILS = {
    "SalesItemLineDetail": "UnitCostPrice RatePercent PriceLevelRef MarkupInfo UOMRef InventorySiteRef "
    "TaxClassificationRef DeferredRevenue RetainageAmount SalesItemLineDetailEx",
    "DiscountLineDetail": "DiscountRef DiscountLineDetailEx",
    "GroupLineDetail": "UOMRef Line GroupLineDetailEx",
    "DescriptionLineDetail": "DescriptionLineDetailEx",
}
_OTHER_DETAILS = (
    "PaymentLineDetail TaxLineDetail ItemBasedExpenseLineDetail AccountBasedExpenseLineDetail DepositLineDetail "
    "PurchaseOrderItemLineDetail ItemReceiptLineDetail JournalEntryLineDetail SubTotalLineDetail "
    "SalesOrderItemLineDetail TDSLineDetail ReimburseLineDetail ItemAdjustmentLineDetail"
)
LINE_KINDS = (
    *(name for name in _OTHER_DETAILS.split()),
    "DiscountLineDetail",
    "SalesItemLineDetail",
    "GroupLineDetail",
    "DescriptionOnly",
)
"""The values of `Line.DetailType` (official schema, `LineDetailTypeEnum`)."""


def _line_shape(kinds: Sequence[type[RemoteLine]]) -> Shape:
    members: dict[str, Member] = {
        **dict.fromkeys((*_OTHER_DETAILS.split(), "LineEx"), IGNORED),
        **dict.fromkeys(_LINE.split(), KEPT),
    }
    details = dict[str, dict[str, Member]]()
    for kind in kinds:
        for fact in kind.fields():
            if fact.within:
                detail = fact.within[0]
                known = details.setdefault(detail, dict.fromkeys(_IN_DETAILS.get(detail, "").split(), KEPT))
                known[fact.name] = Leaf(fact=fact)
            else:
                members[fact.name] = Leaf(fact=fact)
    for name, known in details.items():
        members[name] = Shape(name=name, members=known)
    kind_of_line = RemoteField[object](
        kind=FieldKind.TEXT, optional=False, choices=LINE_KINDS, name="DetailType"
    )
    members["DetailType"] = Leaf(fact=kind_of_line)
    return Shape(name="Line", members=members, always=frozenset({"Id"}))
