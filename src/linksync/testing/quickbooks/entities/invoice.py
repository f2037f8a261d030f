"""Invoices, and what the other sales forms have in common with them."""

from linksync.testing.quickbooks import faults
from linksync.testing.quickbooks.balances import move_balances
from linksync.testing.quickbooks.currencies import check_currency, convert, set_party_currency
from linksync.testing.quickbooks.customfields import complete_custom_fields
from linksync.testing.quickbooks.documents import (
    address_it,
    check_email,
    check_number,
    check_open,
    count_number,
    date_it,
    due,
    guard_closed,
    number_it,
)
from linksync.testing.quickbooks.entities.told import told_of
from linksync.testing.quickbooks.entity import (
    SENT_TRANSACTION,
    Check,
    Completion,
    Draft,
    EntityKind,
    Void,
    queryable,
)
from linksync.testing.quickbooks.faults import RefusedError
from linksync.testing.quickbooks.links import (
    apply_links,
    check_links,
    keep_mirrors,
    release,
)
from linksync.testing.quickbooks.locks import guard_paid
from linksync.testing.quickbooks.orders import BY_LAST_UPDATE
from linksync.testing.quickbooks.references import check_references, name_references, named, resolve_customer
from linksync.testing.quickbooks.rules import Certainty, rule
from linksync.testing.quickbooks.sales import check_lines
from linksync.testing.quickbooks.shapes import entity_shape
from linksync.testing.quickbooks.sizes import check_taxable_size
from linksync.testing.quickbooks.stock import check_started, move_stock
from linksync.testing.quickbooks.totals import complete_lines, complete_totals, owe
from linksync.testing.quickbooks.values import reference

_REFERENCES = {
    "SalesTermRef": "Term",
    "ClassRef": "Class",
    "DepartmentRef": "Department",
    "DepositToAccountRef": "Account",
    "PaymentMethodRef": "PaymentMethod",
}


@rule("a sale needs a customer that is in use", Certainty.OFFICIAL, "official invoice page")
def check_customer(draft: Draft) -> None:
    """Refuse a document without a customer, or with one out of use."""
    if not reference(draft.after, "CustomerRef"):
        raise RefusedError(faults.required("CustomerRef"))
    check_customer_if_any(draft)


def check_customer_if_any(draft: Draft) -> None:
    """Refuse a customer that is not there or out of use."""
    customer = reference(draft.after, "CustomerRef")
    if customer and customer != reference(draft.before or {}, "CustomerRef"):
        resolve_customer(draft.books, customer)


def name_customer(draft: Draft) -> None:
    """Fill in the customer's name and currency."""
    customer = draft.books.find("Customer", reference(draft.after, "CustomerRef")) or {}
    if customer:
        draft.after["CustomerRef"] = named(customer)
    set_party_currency(draft, customer)


@rule(
    "a bare sales form is to be printed, not to be sent, and taxed before a discount",
    Certainty.RECORDED,
    "recorded exchanges create__invoice and cdc__basic",
)
def fill_in(draft: Draft) -> None:
    """Set the defaults of all sales forms."""
    draft.after.setdefault("ApplyTaxAfterDiscount", False)
    draft.after.setdefault("PrintStatus", "NeedToPrint")
    draft.after.setdefault("EmailStatus", "NotSet")


@rule("a bare invoice allows no online payment", Certainty.RECORDED, "recorded exchange create__invoice")
def allow_no_payment(draft: Draft) -> None:
    """Set the defaults of invoices alone."""
    for name in (
        "AllowIPNPayment",
        "AllowOnlinePayment",
        "AllowOnlineCreditCardPayment",
        "AllowOnlineACHPayment",
    ):
        draft.after.setdefault(name, False)


SALE_CHECKS: tuple[Check, ...] = (
    check_lines,
    check_references(_REFERENCES),
    check_currency,
    check_email,
    check_number,
    check_open,
    check_links,
    check_started,
)
"""The rules that all sales forms keep, besides those about the customer."""

SALE_COMPLETIONS: tuple[Completion, ...] = (
    number_it,
    complete_custom_fields,
    date_it,
    address_it(
        "CustomerRef", "Customer", "BillAddr", "ShipAddr", "ShipFromAddr", copied=("BillAddr", "ShipAddr")
    ),
    name_customer,
    fill_in,
    name_references({"ClassRef": "Class", "DepartmentRef": "Department", "DepositToAccountRef": "Account"}),
    keep_mirrors,
    complete_lines,
    check_taxable_size,
    complete_totals,
)
"""What the server fills in on all sales forms."""

SALE_ORDER = (
    "AllowIPNPayment",
    "AllowOnlinePayment",
    "AllowOnlineCreditCardPayment",
    "AllowOnlineACHPayment",
    "domain",
    "sparse",
    "Id",
    "SyncToken",
    "MetaData",
    "CustomField",
    "DocNumber",
    "TxnDate",
    "DepartmentRef",
    "CurrencyRef",
    "ExchangeRate",
    "PrivateNote",
    "TxnStatus",
    "LinkedTxn",
    "Line",
    "TxnTaxDetail",
    "CustomerRef",
    "CustomerMemo",
    "BillAddr",
    "ShipAddr",
    "ClassRef",
    "SalesTermRef",
    "DueDate",
    "GlobalTaxCalculation",
    "TotalAmt",
    "HomeTotalAmt",
    "ApplyTaxAfterDiscount",
    "PrintStatus",
    "EmailStatus",
    "BillEmail",
    "Balance",
    "HomeBalance",
    "RemainingCredit",
    "DepositToAccountRef",
    "DeliveryInfo",
)
"""The order in which answers show sales forms."""

INVOICE = EntityKind(
    name="Invoice",
    shape=entity_shape("Invoice"),
    id_group="transactions",
    operations=SENT_TRANSACTION,
    is_list=False,
    checks=(check_customer, *SALE_CHECKS),
    completions=(
        *SALE_COMPLETIONS,
        due("CustomerRef", "Customer", "SalesTermRef"),
        allow_no_payment,
        owe,
        convert,
    ),
    guards=(guard_closed,),
    void_guards=(guard_paid,),
    effects=(
        count_number("Invoice"),
        release("Invoice"),
        apply_links("Invoice"),
        move_balances("Invoice"),
        move_stock(-1),
    ),
    void=Void.BY_OPERATION,
    told=told_of("Invoice"),
    queryable=queryable("Invoice"),
    default_order=BY_LAST_UPDATE,
    order=SALE_ORDER,
)
"""Invoices."""
