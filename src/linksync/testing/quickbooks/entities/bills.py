"""Bills, vendor credits and purchase orders, and what all that is bought has in common."""

from linksync.testing.quickbooks import faults
from linksync.testing.quickbooks.balances import move_balances
from linksync.testing.quickbooks.currencies import check_currency, convert
from linksync.testing.quickbooks.customfields import complete_custom_fields
from linksync.testing.quickbooks.documents import (
    address_it,
    check_number,
    check_open,
    count_number,
    date_it,
    due,
    guard_closed,
    number_it,
)
from linksync.testing.quickbooks.entities.payment import name_vendor
from linksync.testing.quickbooks.entities.told import told_of
from linksync.testing.quickbooks.entity import (
    SENT_TRANSACTION,
    TRANSACTION,
    Check,
    Draft,
    EntityKind,
    Void,
    queryable,
)
from linksync.testing.quickbooks.expenses import check_expenses, complete_expenses, owe_vendor
from linksync.testing.quickbooks.faults import RefusedError
from linksync.testing.quickbooks.links import apply_links, check_links, keep_mirrors, release
from linksync.testing.quickbooks.orders import BY_LAST_UPDATE
from linksync.testing.quickbooks.references import check_references, name_references, named, resolve
from linksync.testing.quickbooks.rules import Certainty, rule
from linksync.testing.quickbooks.settings import Plan
from linksync.testing.quickbooks.shapes import entity_shape
from linksync.testing.quickbooks.stock import move_stock
from linksync.testing.quickbooks.values import reference

ACCOUNTS_PAYABLE = "33"


@rule("what is bought on account needs a vendor that is in use", Certainty.OFFICIAL, "official bill page")
def check_vendor(draft: Draft) -> None:
    """Refuse a document without a vendor."""
    vendor = reference(draft.after, "VendorRef")
    if not vendor:
        raise RefusedError(faults.required("VendorRef"))
    if vendor != reference(draft.before or {}, "VendorRef"):
        resolve(draft.books, "Vendor", vendor, "VendorRef")


@rule(
    "APAccountRef is the company's account for payables unless it says otherwise",
    Certainty.RECORDED,
    "recorded bill of the sample company",
)
def owe_from(draft: Draft) -> None:
    """Fill in the account for payables."""
    account = draft.books.find("Account", reference(draft.after, "APAccountRef") or ACCOUNTS_PAYABLE)
    if account is not None:
        draft.after["APAccountRef"] = named(account)


@rule(
    "a purchase order is Open until a bill is linked to it, and is not sent",
    Certainty.OFFICIAL,
    "official purchase order page; that a linked bill closes it is common knowledge",
)
def open_order(draft: Draft) -> None:
    """Set the defaults of a purchase order."""
    draft.after.setdefault("POStatus", "Open")
    draft.after.setdefault("EmailStatus", "NotSet")


EXPENSE_CHECKS: tuple[Check, ...] = (
    check_expenses,
    check_references(
        {
            "APAccountRef": "Account",
            "SalesTermRef": "Term",
            "DepartmentRef": "Department",
            "ClassRef": "Class",
            "PaymentMethodRef": "PaymentMethod",
        }
    ),
    check_currency,
    check_number,
    check_open,
    check_links,
)
"""The rules that all documents of what is bought keep, besides those about the vendor."""

NAME_THEM = name_references({"DepartmentRef": "Department", "ClassRef": "Class", "AccountRef": "Account"})
"""Fills in the names of what is referred to."""
ORDER = (
    "AccountRef",
    "PaymentType",
    "EntityRef",
    "Credit",
    "SalesTermRef",
    "DueDate",
    "Balance",
    "HomeBalance",
    "domain",
    "sparse",
    "Id",
    "SyncToken",
    "MetaData",
    "DocNumber",
    "TxnDate",
    "DepartmentRef",
    "CurrencyRef",
    "ExchangeRate",
    "PrivateNote",
    "LinkedTxn",
    "Line",
    "TxnTaxDetail",
    "VendorRef",
    "VendorAddr",
    "APAccountRef",
    "TotalAmt",
    "POStatus",
    "EmailStatus",
    "POEmail",
)
"""The order in which answers show documents of what is bought."""

BILL = EntityKind(
    name="Bill",
    shape=entity_shape("Bill"),
    id_group="transactions",
    operations=TRANSACTION,
    is_list=False,
    checks=(check_vendor, *EXPENSE_CHECKS),
    completions=(
        date_it,
        name_vendor,
        address_it("VendorRef", "Vendor", "VendorAddr"),
        due("VendorRef", "Vendor", "TermRef", usual_days=0),
        owe_from,
        NAME_THEM,
        keep_mirrors,
        complete_expenses,
        owe_vendor,
        convert,
    ),
    guards=(guard_closed,),
    effects=(
        count_number("Bill"),
        release("Bill"),
        apply_links("Bill"),
        move_balances("Bill"),
        move_stock(1),
    ),
    void=Void.FAULT_UNDER_200,
    plan=Plan.ESSENTIALS,
    told=told_of("Bill"),
    queryable=queryable("Bill"),
    default_order=BY_LAST_UPDATE,
    order=ORDER,
)
VENDOR_CREDIT = EntityKind(
    name="VendorCredit",
    shape=entity_shape("VendorCredit"),
    id_group="transactions",
    operations=TRANSACTION,
    is_list=False,
    checks=(check_vendor, *EXPENSE_CHECKS),
    completions=(
        date_it,
        name_vendor,
        owe_from,
        NAME_THEM,
        keep_mirrors,
        complete_expenses,
        owe_vendor,
        convert,
    ),
    guards=(guard_closed,),
    effects=(
        count_number("VendorCredit"),
        release("VendorCredit"),
        move_balances("VendorCredit"),
        move_stock(-1),
    ),
    plan=Plan.ESSENTIALS,
    told=told_of("VendorCredit"),
    queryable=queryable("VendorCredit"),
    default_order=BY_LAST_UPDATE,
    order=ORDER,
)
PURCHASE_ORDER = EntityKind(
    name="PurchaseOrder",
    shape=entity_shape("PurchaseOrder"),
    id_group="transactions",
    operations=SENT_TRANSACTION,
    is_list=False,
    checks=(check_vendor, *EXPENSE_CHECKS),
    completions=(
        number_it,
        complete_custom_fields,
        date_it,
        name_vendor,
        address_it("VendorRef", "Vendor", "VendorAddr", "ShipAddr"),
        owe_from,
        NAME_THEM,
        open_order,
        keep_mirrors,
        complete_expenses,
        convert,
    ),
    guards=(guard_closed,),
    effects=(count_number("PurchaseOrder"),),
    plan=Plan.PLUS,
    told=told_of("PurchaseOrder"),
    queryable=queryable("PurchaseOrder"),
    default_order=BY_LAST_UPDATE,
    order=ORDER,
)
