"""Invoices: numbers, dates, defaults from the customer, and what they do to its balance."""

from datetime import date, timedelta

from linksync.connectors.quickbooks import fields
from linksync.testing.quickbooks import faults
from linksync.testing.quickbooks.books import Books
from linksync.testing.quickbooks.entities.customer import add_to_balance
from linksync.testing.quickbooks.entity import Draft, EntityKind, Operation, queryable
from linksync.testing.quickbooks.faults import Problem, RefusedError
from linksync.testing.quickbooks.orders import by_last_update
from linksync.testing.quickbooks.references import check_references, named, resolve_customer
from linksync.testing.quickbooks.rules import Certainty, rule
from linksync.testing.quickbooks.sales import check_lines, complete_lines, complete_totals
from linksync.testing.quickbooks.shapes import entity_shape
from linksync.testing.quickbooks.values import Obj, amount, group, reference, text

_USUAL_DAYS = 30


@rule("an invoice needs a customer that is in use", Certainty.OFFICIAL, "official invoice page")
def check_customer(draft: Draft) -> None:
    """Refuse an invoice without a customer."""
    customer = reference(draft.after, "CustomerRef")
    if not customer:
        raise RefusedError(faults.required("CustomerRef"))
    if customer != reference(draft.before or {}, "CustomerRef"):
        resolve_customer(draft.books, customer)


@rule(
    "EmailStatus NeedToSend needs BillEmail",
    Certainty.OFFICIAL,
    "official invoice page; the code is the catch-all",
)
def check_email(draft: Draft) -> None:
    """Refuse to mark an invoice for sending without an address."""
    if text(draft.after, "EmailStatus") == "NeedToSend" and not text(
        group(draft.after, "BillEmail"), "Address"
    ):
        raise RefusedError(faults.business("BillEmail is required to send the invoice", element="BillEmail"))


@rule(
    "a document number that is taken is accepted, or refused with 6140 unless include=allowduplicatedocnum",
    Certainty.RECORDED,
    "reports of live runs: accepted on invoices, refused on purchases and bills. A setting",
)
def check_number(draft: Draft) -> None:
    """Refuse a number that is taken, where the company does."""
    doc_number, before = text(draft.after, "DocNumber"), text(draft.before or {}, "DocNumber")
    is_new = doc_number and doc_number != before
    refuses = draft.books.settings.refuses_duplicate_numbers and "allowduplicatedocnum" not in draft.include
    if is_new and refuses and draft.books.is_doc_number_taken(draft.kind.name, doc_number):
        raise RefusedError(
            Problem(
                code="6140",
                message="Duplicate Document Number Error",
                detail="Duplicate Document Number Error : You must specify a different number. This number has "
                f"already been used. DocNumber={doc_number}",
                element="DocNumber",
            )
        )


@rule(
    "an invoice without number gets the next one, unless custom transaction numbers are switched on",
    Certainty.OFFICIAL,
    "official invoice page",
)
def number_it(draft: Draft) -> None:
    """Give a number where there is none; one that was there before stays."""
    if text(draft.after, "DocNumber") or draft.books.settings.custom_transaction_numbers:
        return
    before = text(draft.before or {}, "DocNumber")
    draft.after["DocNumber"] = before or draft.books.next_doc_number(draft.kind.name)


@rule(
    "TxnDate is today where it is left out; DueDate follows from the terms, else it is 30 days after TxnDate",
    Certainty.RECORDED,
    "recorded exchange create__invoice; the terms are those of the invoice or else of its customer",
)
def date_it(draft: Draft) -> None:
    """Fill in the dates."""
    after = draft.after
    if not text(after, "TxnDate"):
        after["TxnDate"] = draft.books.today().isoformat()
    if not reference(after, "SalesTermRef") and draft.before is None:
        customer = draft.books.find("Customer", reference(after, "CustomerRef")) or {}
        if reference(customer, "SalesTermRef"):
            after["SalesTermRef"] = group(customer, "SalesTermRef")
    if not text(after, "DueDate"):
        term = draft.books.find("Term", reference(after, "SalesTermRef"))
        after["DueDate"] = due_date(date.fromisoformat(text(after, "TxnDate")), term).isoformat()


def due_date(txn_date: date, term: Obj | None) -> date:
    """Return when what was sold on *txn_date* is due by *term*.

    With a day of the month it is the next such day; in a month that is too short, its last.
    """
    if term is None:
        return txn_date + timedelta(days=_USUAL_DAYS)
    day = term.get("DayOfMonthDue")
    if not isinstance(day, int):
        days = term.get("DueDays")
        return txn_date + timedelta(days=days if isinstance(days, int) else _USUAL_DAYS)
    first = txn_date.replace(day=1)
    while (due := _day_of_month(first, day)) < txn_date:
        first = (first + timedelta(days=32)).replace(day=1)
    return due


def _day_of_month(first: date, day: int) -> date:
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(day, last.day))


@rule(
    "addresses are those of the customer where they are left out, down to their ids",
    Certainty.RECORDED,
    "recorded exchange create__invoice",
)
def address_it(draft: Draft) -> None:
    """Fill in the customer's name and addresses, and number addresses that were sent."""
    after = draft.after
    customer = draft.books.find("Customer", reference(after, "CustomerRef")) or {}
    after["CustomerRef"] = named(customer)
    for name in ("BillAddr", "ShipAddr", "ShipFromAddr"):
        address = group(after, name)
        if address and "Id" not in address:
            earlier = group(draft.before or {}, name).get("Id")
            after[name] = {"Id": earlier or draft.books.next_id("address"), **address}
        elif not address and draft.before is None and name != "ShipFromAddr" and group(customer, name):
            after[name] = group(customer, name)


@rule(
    "a bare invoice is to be printed, not to be sent, and allows no online payment",
    Certainty.RECORDED,
    "recorded exchange create__invoice",
)
def fill_in(draft: Draft) -> None:
    """Set the defaults that need no thought."""
    after = draft.after
    for name in (
        "AllowIPNPayment",
        "AllowOnlinePayment",
        "AllowOnlineCreditCardPayment",
        "AllowOnlineACHPayment",
        "ApplyTaxAfterDiscount",
    ):
        after.setdefault(name, False)
    after.setdefault("PrintStatus", "NeedToPrint")
    after.setdefault("EmailStatus", "NotSet")
    after.setdefault("LinkedTxn", [])
    after["CurrencyRef"] = {"value": "USD", "name": "United States Dollar"}


@rule(
    "without multicurrency every document is in the home currency: another one is 2220",
    Certainty.LIKELY,
    "official customer page: an invoice in another currency fails; the code is from the error code page",
)
def check_currency(draft: Draft) -> None:
    """Refuse a foreign currency."""
    currency = reference(draft.after, "CurrencyRef")
    if currency not in {"", "USD"}:
        raise RefusedError(
            Problem(
                code="2220",
                message="Invalid Currency",
                detail=f"Invalid Currency. Supplied value:{currency}",
                element="CurrencyRef",
            )
        )


def move_balance(books: Books, before: Obj | None, after: Obj | None) -> None:
    """Move what the customer owes, and keep count of the numbers."""
    for invoice, sign in ((before, -1), (after, 1)):
        if invoice is not None:
            books.count_doc_number("Invoice", text(invoice, "DocNumber"), sign)
    old, new = reference(before or {}, "CustomerRef"), reference(after or {}, "CustomerRef")
    owed_before, owed_after = amount(before or {}, "Balance"), amount(after or {}, "Balance")
    if old == new:
        add_to_balance(books, new, owed_after - owed_before)
        return
    add_to_balance(books, old, -owed_before)
    add_to_balance(books, new, owed_after)


INVOICE = EntityKind(
    name="Invoice",
    shape=entity_shape(
        fields.Invoice,
        kept="TxnSubType TxnSource TaxFormType TaxFormNum TransactionLocationType Tag FreeFormAddress "
        "RemitToRef SalesRepRef PONumber FOB TemplateRef ARAccountRef FinanceCharge PaymentMethodRef "
        "PaymentRefNum PaymentType CheckPayment CreditCardPayment DiscountRate DiscountAmt GovtTxnRefIdentifier "
        "TaxExemptionRef AllowIPNPayment AllowOnlinePayment AllowOnlinePayPalPayment AllowOnlineAffirmPayment "
        "CfdiUse Exportation GlobalInfo LessCIS PaymentDetailsMessage AutoDocNumber GratuityEnabled",
        ignored="TxnStatus TxnApprovalInfo RecurDataRef RecurringInfo TotalCostAmount HomeTotalCostAmount "
        "ShippingTaxIncludedInTotalTax EInvoiceStatus ECloudStatusTimeStamp invoiceStatus callToAction "
        "invoiceStatusLog InvoiceEx ConvenienceFeeDetail EnabledSurchargeInfo InvoiceLinkSecurityCode "
        "InvoiceLinkExpiryDate AutoPayEligible SchedulePayEligible ScheduledPaymentId FinancingProductType "
        "SubscriptionPaymentsSetting TxnRetainageDetail",
    ),
    id_group="transactions",
    operations=frozenset(Operation),
    is_list=False,
    checks=(
        check_lines,
        check_customer,
        check_references(
            {
                "SalesTermRef": "Term",
                "ClassRef": "Class",
                "DepartmentRef": "Department",
                "DepositToAccountRef": "Account",
            }
        ),
        check_currency,
        check_email,
        check_number,
    ),
    completions=(number_it, date_it, address_it, fill_in, complete_lines, complete_totals),
    effects=(move_balance,),
    queryable=queryable(fields.Invoice),
    default_order=by_last_update,
    order=(
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
        "CurrencyRef",
        "PrivateNote",
        "LinkedTxn",
        "Line",
        "TxnTaxDetail",
        "CustomerRef",
        "CustomerMemo",
        "BillAddr",
        "ShipAddr",
        "SalesTermRef",
        "DueDate",
        "TotalAmt",
        "ApplyTaxAfterDiscount",
        "PrintStatus",
        "EmailStatus",
        "BillEmail",
        "Balance",
    ),
)
"""Invoices."""
