"""Transfers, credit card payments and time."""

from decimal import Decimal

from linksync.testing.quickbooks import faults
from linksync.testing.quickbooks.currencies import check_currency, convert, set_currency
from linksync.testing.quickbooks.documents import check_open, date_it, guard_closed
from linksync.testing.quickbooks.entities.told import told_of
from linksync.testing.quickbooks.entity import TRANSACTION, Draft, EntityKind, queryable
from linksync.testing.quickbooks.faults import RefusedError
from linksync.testing.quickbooks.orders import BY_LAST_UPDATE
from linksync.testing.quickbooks.references import check_references, name_references, named, resolve
from linksync.testing.quickbooks.rules import Certainty, rule
from linksync.testing.quickbooks.settings import Plan
from linksync.testing.quickbooks.shapes import entity_shape
from linksync.testing.quickbooks.values import amount, as_amount, number, reference, text, to_cents


@rule(
    "an amount that is moved is above zero, and goes to another account than it comes from",
    Certainty.LIKELY,
    "common knowledge; the code is the catch-all",
)
def check_move(draft: Draft) -> None:
    """Refuse a transfer of nothing, or to where the money is."""
    after = draft.after
    from_, to = (
        ("FromAccountRef", "ToAccountRef")
        if draft.kind.name == "Transfer"
        else ("BankAccountRef", "CreditCardAccountRef")
    )
    for name in (from_, to):
        resolve(draft.books, "Account", reference(after, name), name)
    if amount(after, "Amount") <= 0:
        raise RefusedError(faults.business("Amount must be greater than 0", element="Amount"))
    if reference(after, from_) == reference(after, to):
        raise RefusedError(faults.business("The accounts must differ", element=to))


def name_accounts(draft: Draft) -> None:
    """Fill in the names of accounts and round the amount."""
    for name in ("FromAccountRef", "ToAccountRef", "BankAccountRef", "CreditCardAccountRef"):
        account = draft.books.find("Account", reference(draft.after, name))
        if account is not None:
            draft.after[name] = named(account)
    draft.after["Amount"] = as_amount(to_cents(amount(draft.after, "Amount")))


_MOST_HOURS = 8760


@rule(
    "time needs who worked, and hours and minutes or a start and an end; a billable one needs a customer and a rate",
    Certainty.OFFICIAL,
    "official time activity page",
)
def check_time(draft: Draft) -> None:
    """Refuse time of nobody, or without length."""
    after = draft.after
    who = f"{text(after, 'NameOf')}Ref"
    if who not in {"EmployeeRef", "VendorRef"} or not reference(after, who):
        raise RefusedError(faults.required(who if who != "Ref" else "NameOf"))
    resolve(draft.books, text(after, "NameOf"), reference(after, who), who)
    has_span = text(after, "StartTime") and text(after, "EndTime")
    hours, minutes = after.get("Hours"), after.get("Minutes")
    if not has_span and hours is None and minutes is None:
        raise RefusedError(faults.required("Hours"))
    if (number(after, "Hours") or Decimal(0)) > _MOST_HOURS or (number(after, "Minutes") or Decimal(0)) > 59:
        raise RefusedError(faults.bad_number("Hours", f"{hours}:{minutes}"))
    if text(after, "BillableStatus") == "Billable":
        for name in ("CustomerRef", "HourlyRate"):
            if not after.get(name):
                raise RefusedError(faults.required(name))


def complete_time(draft: Draft) -> None:
    """Set the defaults of time, and names."""
    draft.after.setdefault("BillableStatus", "NotBillable")
    draft.after.setdefault("Taxable", False)


_PEOPLE = {"EmployeeRef": "Employee", "VendorRef": "Vendor", "CustomerRef": "Customer", "ItemRef": "Item"}


TRANSFER = EntityKind(
    name="Transfer",
    shape=entity_shape("Transfer"),
    id_group="transactions",
    operations=TRANSACTION,
    is_list=False,
    checks=(check_move, check_currency, check_open),
    completions=(date_it, set_currency, name_accounts, convert),
    guards=(guard_closed,),
    told=told_of("Transfer"),
    queryable=queryable("Transfer"),
    default_order=BY_LAST_UPDATE,
)
CREDIT_CARD_PAYMENT = EntityKind(
    name="CreditCardPayment",
    json_name="CreditCardPaymentTxn",
    shape=entity_shape("CreditCardPayment"),
    id_group="transactions",
    operations=TRANSACTION,
    is_list=False,
    checks=(check_move, check_currency, check_open),
    completions=(date_it, set_currency, name_accounts),
    guards=(guard_closed,),
    told=told_of("CreditCardPayment"),
    queryable=queryable("CreditCardPayment"),
    default_order=BY_LAST_UPDATE,
)
TIME_ACTIVITY = EntityKind(
    name="TimeActivity",
    shape=entity_shape("TimeActivity"),
    id_group="time activities",
    operations=TRANSACTION,
    is_list=False,
    checks=(
        check_time,
        check_references({"CustomerRef": "Customer", "ItemRef": "Item", "ClassRef": "Class"}),
    ),
    completions=(date_it, complete_time, name_references(_PEOPLE)),
    plan=Plan.ESSENTIALS,
    told=told_of("TimeActivity"),
    is_tracked=False,
    queryable=queryable("TimeActivity"),
    default_order=BY_LAST_UPDATE,
)
