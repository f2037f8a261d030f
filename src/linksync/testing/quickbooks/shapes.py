"""The JSON shape of each entity, made of the connector's table of facts, and the checks of a body against it."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from attrs import field, frozen

from linksync.connectors.quickbooks import fields
from linksync.connectors.quickbooks.fields.schema import read_schema
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

    @property
    def always_required(self) -> Sequence[str]:
        """The properties that a sparse update needs as well."""
        return [
            name
            for name, member in self.members.items()
            if isinstance(member, Leaf) and member.fact.always_required
        ]


KEPT = Unmodelled(keeps=True)
IGNORED = Unmodelled(keeps=False)
_ENTITY = dict.fromkeys(("CustomField", "AttachableRef"), KEPT) | dict.fromkeys(
    ("Id", "SyncToken", "domain", "status", "sparse", "MetaData"), IGNORED
)
# Types that the table of facts calls by another name than the schema does.
_IN_SCHEMA = {
    "DeliveryInfo": "TransactionDeliveryInfo",
    "AccountingInfoPrefs": "CompanyAccountingPrefs",
    "CreditCardPayment": "CreditCardPaymentTxn",
}
# What only the server writes, of the properties for which there is no row in the table of facts.
_COMPUTED = frozenset(
    [
        "IntuitId",
        "UserId",
        "V4IDPseudonym",
        "RootCustomerRef",
        "OverDueBalance",
        "TotalRevenue",
        "TotalExpense",
        "ClientCompanyId",
        "ClientEntityId",
        "TxnStatus",
        "TxnApprovalInfo",
        "RecurringInfo",
        "RecurDataRef",
        "TotalCostAmount",
        "HomeTotalCostAmount",
        "ShippingTaxIncludedInTotalTax",
        "EInvoiceStatus",
        "ECloudStatusTimeStamp",
        "invoiceStatus",
        "callToAction",
        "invoiceStatusLog",
        "ConvenienceFeeDetail",
        "EnabledSurchargeInfo",
        "InvoiceLinkSecurityCode",
        "InvoiceLinkExpiryDate",
        "AutoPayEligible",
        "SchedulePayEligible",
        "ScheduledPaymentId",
        "FinancingProductType",
        "SubscriptionPaymentsSetting",
        "TxnRetainageDetail",
        "AvgCost",
        "QtyOnPurchaseOrder",
        "QtyOnSalesOrder",
        "SpecialItem",
        "SpecialItemType",
        "documentId",
        "Id",
        "id",
        "LineEx",
    ]
)


def entity_shape(name: str) -> Shape:
    """Return the shape of an entity: its table of facts, and the other names of the official schema.

    Args:
        name: The entity's name in JSON.
    """
    declared = facts_of(name)
    members: dict[str, Member] = {**_named(name), **_ENTITY}
    if declared is not None:
        members.update(_members(declared))
    return Shape(name=name, members=members)


def facts_of(name: str) -> type[RemoteType] | None:
    """Return the table of facts of an entity; None where it has none."""
    declared: object = vars(fields).get(name)
    if not isinstance(declared, type) or not issubclass(declared, RemoteType):
        return None
    return None if issubclass(declared, RemoteLine) else declared


def _named(type_name: str) -> dict[str, Member]:
    """Return the properties of a type of the official schema, as far as there are no rules for them."""
    names = (each.name for each in read_schema().properties(_IN_SCHEMA.get(type_name, type_name)))
    return {name: IGNORED if name in _COMPUTED or name.endswith(("Ex", "Ext")) else KEPT for name in names}


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
    is_email = isinstance(value, fields.EmailAddress)
    members: dict[str, Member] = _named(name)
    for fact in value.fields():
        deeper = fact.within[len(value.path) :]
        if not deeper:
            members[fact.name] = Leaf(fact=fact, is_email=is_email)
        elif not isinstance(members.get(deeper[0]), Shape):
            members[deeper[0]] = _group_shape(getattr(value, deeper[0]))
    return Shape(name=name, members=members)


def _entry_shape(kind: type[RemoteLine]) -> Shape:
    """Return the shape of what stands in an array whose members are all of one kind."""
    return Shape(name=kind.__name__, members=_members(kind))


LINE_KINDS = (
    "PaymentLineDetail",
    "TaxLineDetail",
    "ItemBasedExpenseLineDetail",
    "AccountBasedExpenseLineDetail",
    "DepositLineDetail",
    "PurchaseOrderItemLineDetail",
    "ItemReceiptLineDetail",
    "JournalEntryLineDetail",
    "SubTotalLineDetail",
    "SalesOrderItemLineDetail",
    "TDSLineDetail",
    "ReimburseLineDetail",
    "ItemAdjustmentLineDetail",
    "DiscountLineDetail",
    "SalesItemLineDetail",
    "GroupLineDetail",
    "DescriptionOnly",
)
"""The values of `Line.DetailType` (official schema, `LineDetailTypeEnum`)."""


def _line_shape(kinds: Sequence[type[RemoteLine]]) -> Shape:
    """Return the shape of lines that may be of several kinds; details of other kinds are ignored."""
    members: dict[str, Member] = _named("Line")
    members.update((name, IGNORED) for name in members if name.endswith("LineDetail"))
    details = dict[str, dict[str, Member]]()
    for kind in kinds:
        for fact in kind.fields():
            if fact.within:
                detail = fact.within[0]
                known = details.setdefault(detail, _named(detail))
                if len(fact.within) == 1:
                    known[fact.name] = Leaf(fact=fact)
                elif not isinstance(known.get(fact.within[1]), Shape):
                    known[fact.within[1]] = KEPT
            else:
                members[fact.name] = Leaf(fact=fact)
    for name, known in details.items():
        members[name] = Shape(name=name, members=known)
    for kind in kinds:
        for lines in kind.line_fields():
            members[lines.name] = Array(of=_entry_shape(lines.kinds[0]))
    kind_of_line = RemoteField[object](
        kind=FieldKind.TEXT, optional=False, choices=LINE_KINDS, name="DetailType"
    )
    members["DetailType"] = Leaf(fact=kind_of_line)
    return Shape(name="Line", members=members, always=frozenset({"Id"}))
