"""Payments by customers, and payments of bills."""

from linksync.testing.quickbooks import faults
from linksync.testing.quickbooks.balances import move_balances
from linksync.testing.quickbooks.currencies import check_currency, convert, set_party_currency
from linksync.testing.quickbooks.documents import (
    check_number,
    check_open,
    count_number,
    date_it,
    guard_closed,
)
from linksync.testing.quickbooks.entities.invoice import check_customer, name_customer
from linksync.testing.quickbooks.entities.sales import deposit_it
from linksync.testing.quickbooks.entities.told import told_of
from linksync.testing.quickbooks.entity import (
    SENT_TRANSACTION,
    TRANSACTION,
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
    links_of,
    unapplied,
)
from linksync.testing.quickbooks.locks import guard_deposited
from linksync.testing.quickbooks.orders import BY_LAST_UPDATE
from linksync.testing.quickbooks.paidbills import leave_out_paid_bills
from linksync.testing.quickbooks.references import check_references, name_references, named, resolve
from linksync.testing.quickbooks.rules import Certainty, rule
from linksync.testing.quickbooks.shapes import entity_shape
from linksync.testing.quickbooks.values import ZERO, amount, as_amount, group, reference, text


@rule(
    "a payment may exceed what it pays: the rest stays unapplied; lines that exceed the payment and the credits they use "
    "are refused with 6000",
    Certainty.RECORDED,
    "report of a live run for the first part",
    guess="that lines which exceed it are refused",
)
def apply_it(draft: Draft) -> None:
    """Compute what a payment leaves unapplied."""
    left = unapplied(draft.after, draft.kind.name)
    if left < 0:
        raise RefusedError(
            faults.business("The amounts of the lines exceed the payment", element="Line.Amount")
        )
    if draft.kind.name == "Payment":
        draft.after["UnappliedAmt"] = as_amount(left)
    draft.after["TotalAmt"] = as_amount(amount(draft.after, "TotalAmt"))
    draft.after.setdefault("Line", [])


@rule(
    "a line cannot pay more of a document than it leaves open, nor one of another customer or vendor: 6000",
    Certainty.GUESS,
    "common knowledge of the web interface; over the API nobody says",
)
def check_targets(draft: Draft) -> None:
    """Refuse lines that pay too much, or the wrong document."""
    name = draft.kind.name
    party = "CustomerRef" if name == "Payment" else "VendorRef"
    already = {(link.to, link.object_id): link.amount for link in links_of(name, draft.before or {})}
    for link in links_of(name, draft.after):
        target = draft.books.find(link.to, link.object_id)
        if target is None or link.to not in {"Invoice", "CreditMemo", "Bill", "VendorCredit"}:
            continue
        is_open = amount(target, "Balance") + already.get((link.to, link.object_id), ZERO)
        if link.amount > is_open:
            raise RefusedError(
                faults.business(f"{link.to} {link.object_id} leaves {is_open} open", element="Line.Amount")
            )
        if reference(target, party) != reference(draft.after, party):
            raise RefusedError(
                faults.business(
                    f"{link.to} {link.object_id} is of another {party[:-3].lower()}", element=party
                )
            )


@rule(
    "a total cannot be negative",
    Certainty.OFFICIAL,
    "official payment and bill payment pages; the code is the catch-all",
)
def check_total(draft: Draft) -> None:
    """Refuse a negative total."""
    if amount(draft.after, "TotalAmt") < 0:
        raise RefusedError(faults.business("Transaction amount must be 0 or greater", element="TotalAmt"))


@rule(
    "a payment is not processed by QuickBooks unless it says so",
    Certainty.LIKELY,
    "samples of the official payment page",
)
def fill_in(draft: Draft) -> None:
    """Set the defaults of a payment."""
    draft.after.setdefault("ProcessPayment", False)


@rule(
    "a bill payment needs a vendor that is in use, and by PayType the bank account or the credit card",
    Certainty.OFFICIAL,
    "official bill payment page",
)
def check_pay_type(draft: Draft) -> None:
    """Refuse a bill payment from nowhere."""
    after = draft.after
    vendor = reference(after, "VendorRef")
    if vendor != reference(draft.before or {}, "VendorRef"):
        resolve(draft.books, "Vendor", vendor, "VendorRef")
    detail, account = (
        ("CheckPayment", "BankAccountRef")
        if text(after, "PayType") == "Check"
        else ("CreditCardPayment", "CCAccountRef")
    )
    account_id = reference(group(after, detail), account)
    if not account_id:
        raise RefusedError(faults.required(f"{detail}.{account}"))
    resolve(draft.books, "Account", account_id, f"{detail}.{account}")


def name_vendor(draft: Draft) -> None:
    """Fill in the vendor's name and currency."""
    vendor = draft.books.find("Vendor", reference(draft.after, "VendorRef")) or {}
    if vendor:
        draft.after["VendorRef"] = named(vendor)
    set_party_currency(draft, vendor)


PAYMENT = EntityKind(
    name="Payment",
    shape=entity_shape("Payment"),
    id_group="transactions",
    operations=SENT_TRANSACTION,
    is_list=False,
    checks=(
        check_customer,
        check_total,
        check_references(
            {
                "PaymentMethodRef": "PaymentMethod",
                "DepositToAccountRef": "Account",
                "ARAccountRef": "Account",
            }
        ),
        check_currency,
        check_open,
        check_links,
        check_targets,
    ),
    completions=(
        date_it,
        name_customer,
        deposit_it,
        fill_in,
        name_references({"DepositToAccountRef": "Account"}),
        keep_mirrors,
        apply_it,
        convert,
    ),
    guards=(guard_closed, guard_deposited),
    effects=(apply_links("Payment"), move_balances("Payment")),
    void=Void.BY_EITHER,
    told=told_of("Payment"),
    queryable=queryable("Payment"),
    default_order=BY_LAST_UPDATE,
    order=(
        "CustomerRef",
        "DepositToAccountRef",
        "PaymentMethodRef",
        "PaymentRefNum",
        "TotalAmt",
        "UnappliedAmt",
        "ProcessPayment",
        "domain",
        "sparse",
        "Id",
        "SyncToken",
        "MetaData",
        "TxnDate",
        "CurrencyRef",
        "ExchangeRate",
        "PrivateNote",
        "LinkedTxn",
        "Line",
    ),
)
"""Payments by customers."""

BILL_PAYMENT = EntityKind(
    name="BillPayment",
    shape=entity_shape("BillPayment"),
    id_group="transactions",
    operations=TRANSACTION,
    is_list=False,
    checks=(
        leave_out_paid_bills,
        check_pay_type,
        check_total,
        check_references({"APAccountRef": "Account", "DepartmentRef": "Department"}),
        check_currency,
        check_number,
        check_open,
        check_links,
        check_targets,
    ),
    completions=(date_it, name_vendor, apply_it, convert),
    guards=(guard_closed,),
    effects=(count_number("BillPayment"), apply_links("BillPayment"), move_balances("BillPayment")),
    void=Void.BY_INCLUDE,
    told=told_of("BillPayment"),
    queryable=queryable("BillPayment"),
    default_order=BY_LAST_UPDATE,
    order=(
        "VendorRef",
        "PayType",
        "CheckPayment",
        "CreditCardPayment",
        "TotalAmt",
        "domain",
        "sparse",
        "Id",
        "SyncToken",
        "MetaData",
        "DocNumber",
        "TxnDate",
        "CurrencyRef",
        "ExchangeRate",
        "PrivateNote",
        "Line",
    ),
)
"""Payments of bills."""
