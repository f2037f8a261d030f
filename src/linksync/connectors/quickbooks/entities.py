"""Which kinds of record QuickBooks has, and what can be done to each."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from attrs import frozen

from linksync.connectors.quickbooks import fields
from linksync.errors import ConfigurationError
from linksync.mapping.remote import FieldKind, RemoteType
from linksync.records import Action

# The kinds of record that can be written and whose fields are known.
_TYPES: tuple[type[RemoteType], ...] = (
    fields.Customer,
    fields.Vendor,
    fields.Item,
    fields.Account,
    fields.Class,
    fields.Department,
    fields.Term,
    fields.PaymentMethod,
    fields.Invoice,
    fields.Estimate,
    fields.SalesReceipt,
    fields.Payment,
    fields.CreditMemo,
    fields.Bill,
    fields.PurchaseOrder,
)


@frozen(kw_only=True)
class Entity:
    """One kind of record.

    A create, an update and a delete may go in a batch, whichever the kind of record; a void goes alone (official batch
    page).

    Attributes:
        name: Its name in JSON and in queries, such as `SalesReceipt`.
        actions: What can be written; nothing where it can only be read.
        is_list: Whether it is a name list: its records are made inactive and never deleted, and a query leaves
            the inactive out unless asked (official page "data queries").
        void_query: The query string that voids one; empty where it cannot be done.
        clearable: The paths of the fields that a sparse update can make blank; None where the fields are not
            known.
    """

    name: str
    actions: frozenset[Action]
    is_list: bool
    void_query: str = ""
    clearable: frozenset[tuple[str, ...]] | None = None

    @property
    def segment(self) -> str:
        """Its part of the address: the name in lower case (official page "REST API features")."""
        return self.name.lower()


def get_entity(record_type: str) -> Entity:
    """Return what is known of *record_type*.

    Raises:
        ConfigurationError: There is no such kind of record.
    """
    entity = ENTITIES.get(record_type)
    if entity is None:
        known = ", ".join(ENTITIES)
        raise ConfigurationError(f"QuickBooks has no records of type {record_type!r}; it has {known}")
    return entity


def find_entity_by_segment(segment: str) -> Entity | None:
    """Return the kind of record that *segment* of an address stands for, or None."""
    return next((entity for entity in ENTITIES.values() if entity.segment == segment), None)


def _entities() -> Iterable[Entity]:
    written = {Action.CREATE, Action.UPDATE}
    lists = (
        "Customer",
        "Vendor",
        "Employee",
        "Item",
        "Account",
        "Class",
        "Department",
        "Term",
        "PaymentMethod",
    )
    for name in lists:
        yield Entity(
            name=name,
            actions=frozenset({*written, Action.ARCHIVE}),
            is_list=True,
            clearable=_clearable(name),
        )
    # Tax codes are made by a service of their own (official tax-code page).
    yield Entity(name="TaxCode", actions=frozenset(), is_list=True)
    # There is one, and it is never inactive. The preferences are no records: they have no ids and no pages (official
    # preferences page), so they are not here.
    yield Entity(name="CompanyInfo", actions=frozenset(), is_list=False)
    transactions = (
        "Invoice",
        "Estimate",
        "SalesReceipt",
        "Payment",
        "CreditMemo",
        "RefundReceipt",
        "Bill",
        "BillPayment",
        "VendorCredit",
        "Purchase",
        "PurchaseOrder",
        "JournalEntry",
        "Deposit",
        "Transfer",
        "TimeActivity",
    )
    for name in transactions:
        void_query = _VOID_QUERIES.get(name, "")
        own = {Action.DELETE, Action.VOID} if void_query else {Action.DELETE}
        yield Entity(
            name=name,
            actions=frozenset({*written, *own}),
            is_list=False,
            void_query=void_query,
            clearable=_clearable(name),
        )


# It differs from entity to entity: the invoice has an operation of its own (official invoice page), these others
# an update with an addition (official PHP library; official sales receipt page). A bill answers the operation by
# HTTP 200 with a fault, a journal entry by HTTP 200 and nothing done, a purchase refuses it (a live test of 2026);
# for a credit memo, an estimate and a purchase order none is documented: they have none here.
_VOID_QUERIES: Mapping[str, str] = {
    "Invoice": "operation=void",
    "Payment": "operation=update&include=void",
    "SalesReceipt": "operation=update&include=void",
    "BillPayment": "operation=update&include=void",
}


def _clearable(name: str) -> frozenset[tuple[str, ...]] | None:
    for remote_type in _TYPES:
        if remote_type.remote_name == name:
            return frozenset(
                field.path
                for field in remote_type.fields()
                if field.kind is FieldKind.TEXT
                and field.optional
                and not field.read_only
                and not field.create_only
                and not field.choices
                and field.clearable
            )
    return None


ENTITIES: Mapping[str, Entity] = MappingProxyType({entity.name: entity for entity in _entities()})
"""Every kind of record, by its name in JSON."""
