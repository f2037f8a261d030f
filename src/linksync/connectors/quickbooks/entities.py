"""Which kinds of record QuickBooks has, and what can be done to each."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from attrs import frozen

from linksync.connectors.quickbooks import fields
from linksync.errors import ConfigurationError
from linksync.mapping.remote import FieldKind, RemoteType
from linksync.records import Action


@frozen(kw_only=True)
class Entity:
    """One kind of record.

    A create, an update and a delete may go in a batch, whichever the kind of record; a void goes alone (official batch
    page).

    Attributes:
        name: Its name in queries and in linksync, such as `SalesReceipt`.
        json_name: Its name in JSON; the same but for one.
        actions: What can be written; nothing where it can only be read.
        is_list: Whether it is a name list: its records are made inactive and never deleted, and a query leaves
            the inactive out unless asked (official page "data queries").
        has_unmarked: Whether some of its records have no `Active`, which a condition on it may pass over.
        is_wrapped: Whether its JSON stands in an object of the type that it is a template of.
        is_followed: Whether change data capture tells of it (official page "change data capture").
        void_query: The query string that voids one; empty where it cannot be done.
        fields: Its fields.
        clearable: The paths of the fields that a sparse update can make blank.
    """

    name: str
    json_name: str
    actions: frozenset[Action]
    is_list: bool
    has_unmarked: bool
    is_wrapped: bool
    is_followed: bool
    void_query: str
    fields: type[RemoteType]
    clearable: frozenset[tuple[str, ...]]

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
    return _BY_SEGMENT.get(segment)


def find_entity_by_name(name: str) -> Entity | None:
    """Return the kind of record that JSON or an event calls *name*, in whatever case, or None."""
    return _BY_NAME.get(name.lower())


_WRITTEN = frozenset({Action.CREATE, Action.UPDATE})
_LISTED = _WRITTEN | {Action.ARCHIVE}
_DOCUMENT = _WRITTEN | {Action.DELETE}

_LISTS: Mapping[type[RemoteType], frozenset[Action]] = {
    fields.Customer: _LISTED,
    fields.Vendor: _LISTED,
    fields.Employee: _LISTED,
    fields.Item: _LISTED,
    fields.Account: _LISTED,
    fields.Class: _LISTED,
    fields.Department: _LISTED,
    fields.Term: _LISTED,
    fields.PaymentMethod: _LISTED,
    fields.CompanyCurrency: _LISTED,
    fields.JournalCode: _LISTED,
    # Tax codes and rates are made by a service of their own (official tax code page), kinds of customers by users.
    fields.TaxCode: frozenset(),
    fields.TaxRate: frozenset(),
    fields.CustomerType: frozenset(),
}

_OTHERS: Mapping[type[RemoteType], frozenset[Action]] = {
    fields.Invoice: _DOCUMENT,
    fields.Estimate: _DOCUMENT,
    fields.SalesReceipt: _DOCUMENT,
    fields.Payment: _DOCUMENT,
    fields.CreditMemo: _DOCUMENT,
    fields.RefundReceipt: _DOCUMENT,
    fields.Bill: _DOCUMENT,
    fields.BillPayment: _DOCUMENT,
    fields.VendorCredit: _DOCUMENT,
    fields.Purchase: _DOCUMENT,
    fields.PurchaseOrder: _DOCUMENT,
    fields.JournalEntry: _DOCUMENT,
    fields.Deposit: _DOCUMENT,
    fields.Transfer: _DOCUMENT,
    fields.TimeActivity: _DOCUMENT,
    fields.CreditCardPayment: _DOCUMENT,
    fields.Attachable: _DOCUMENT,
    # It is created and never changed (official tax agency page).
    fields.TaxAgency: frozenset({Action.CREATE}),
    # A write of one is a write of its transaction, in a wrapper of its own: the company's client does that.
    fields.RecurringTransaction: frozenset(),
    # There is one, and it is never inactive. Preferences and exchange rates are no records, for they have no ids; the
    # tax service answers with what is read as a tax code. They are the company's client's as well.
    fields.CompanyInfo: frozenset(),
}

# It differs from entity to entity: the invoice has an operation of its own (official invoice page), these others
# an update with an addition (official PHP library; official sales receipt page). A bill answers the operation by
# HTTP 200 with a fault, a journal entry by HTTP 200 and nothing done, a purchase refuses it (a live test of 2026);
# for the others none is documented: they have none here.
_VOID_QUERIES: Mapping[str, str] = {
    "Invoice": "operation=void",
    "Payment": "operation=update&include=void",
    "SalesReceipt": "operation=update&include=void",
    "BillPayment": "operation=update&include=void",
}
_JSON_NAMES = {"CreditCardPayment": "CreditCardPaymentTxn"}
_WRAPPED = {"RecurringTransaction"}
# Recorded traffic shows the codes TAX and NON without Active.
_UNMARKED = {"TaxCode"}
# Official page "change data capture"; of templates it says nothing.
_NOT_FOLLOWED = {"JournalCode", "TaxAgency", "TimeActivity", "TaxCode", "TaxRate", "RecurringTransaction"}


def _entities() -> Iterable[Entity]:
    for remote_type, actions in {**_LISTS, **_OTHERS}.items():
        name = remote_type.remote_name
        void_query = _VOID_QUERIES.get(name, "")
        yield Entity(
            name=name,
            json_name=_JSON_NAMES.get(name, name),
            actions=actions | {Action.VOID} if void_query else actions,
            is_list=remote_type in _LISTS,
            has_unmarked=name in _UNMARKED,
            is_wrapped=name in _WRAPPED,
            is_followed=name not in _NOT_FOLLOWED,
            void_query=void_query,
            fields=remote_type,
            clearable=frozenset(_clearable(remote_type)),
        )


def _clearable(remote_type: type[RemoteType]) -> Iterable[tuple[str, ...]]:
    for field in remote_type.fields():
        is_text = field.kind is FieldKind.TEXT and field.optional and not field.choices
        if is_text and field.clearable and not (field.read_only or field.create_only):
            yield field.path


ENTITIES: Mapping[str, Entity] = MappingProxyType({entity.name: entity for entity in _entities()})
"""Every kind of record, by its name."""

_BY_SEGMENT = {entity.segment: entity for entity in ENTITIES.values()}
_BY_NAME = {
    **{entity.json_name.lower(): entity for entity in ENTITIES.values()},
    **_BY_SEGMENT,
}
