"""Customers: names, levels, defaults and balances."""

from linksync.testing.quickbooks.balances import CUSTOMERS, add_with_jobs
from linksync.testing.quickbooks.books import Books
from linksync.testing.quickbooks.currencies import check_currency, set_currency
from linksync.testing.quickbooks.entities.told import told_of
from linksync.testing.quickbooks.entity import WRITABLE, Draft, EntityKind, UniqueName, queryable
from linksync.testing.quickbooks.faults import Problem, RefusedError
from linksync.testing.quickbooks.orders import by_name
from linksync.testing.quickbooks.people import mask, name_it, number_addresses, print_on_check
from linksync.testing.quickbooks.references import check_references
from linksync.testing.quickbooks.rules import Certainty, rule
from linksync.testing.quickbooks.shapes import entity_shape
from linksync.testing.quickbooks.values import Obj, amount, as_amount, reference, text


@rule(
    "a bare customer is active, no job, owes nothing, prints its documents, has the home currency and, with sales tax "
    "on, is taxable with tax code 2",
    Certainty.RECORDED,
    "recorded exchange create__customer",
)
def fill_in(draft: Draft) -> None:
    """Set the defaults of a new customer, and what every customer has."""
    after = draft.after
    if draft.before is None:
        is_taxed = draft.books.settings.is_sales_tax_on
        after.setdefault("Taxable", is_taxed)
        if is_taxed and after["Taxable"] is True and draft.books.find("TaxCode", "2") is not None:
            after.setdefault("DefaultTaxCodeRef", {"value": "2"})
        opening = amount(after, "Balance")
        after["Balance"] = after["BalanceWithJobs"] = as_amount(opening) if opening else 0
    after.setdefault("BillWithParent", False)
    if not reference(after, "ParentRef"):
        after["BillWithParent"] = False
    after.setdefault("PreferredDeliveryMethod", "Print")


@rule(
    "a customer with an open balance cannot be taken out of use: 6220",
    Certainty.LIKELY,
    "official error code page; an older client report. A setting",
)
def check_balance(draft: Draft) -> None:
    """Refuse to take a customer out of use that still owes."""
    before = draft.before
    ends = before is not None and before.get("Active") is True and draft.after.get("Active") is False
    if ends and draft.books.settings.refuses_inactive_with_balance and amount(draft.after, "BalanceWithJobs"):
        raise RefusedError(
            Problem(
                code="6220",
                message="List element has balance, cannot be made inactive",
                detail="A customer with an open balance cannot be made inactive",
            )
        )


@rule(
    "whether a job is billed with its parent cannot be changed while it owes something: 6130",
    Certainty.GUESS,
    "official error code page, which does not say when it cannot. A setting",
)
def check_biller(draft: Draft) -> None:
    """Refuse to change who is billed for what is open."""
    before, after = draft.before or {}, draft.after
    changes = bool(before) and (before.get("BillWithParent") is True) != (after.get("BillWithParent") is True)
    if changes and draft.books.settings.refuses_other_biller and amount(before, "BalanceWithJobs"):
        raise RefusedError(
            Problem(
                code="6130",
                message="BillWithParent cannot be changed",
                detail="BillWithParent of a customer with an open balance cannot be changed",
                element="BillWithParent",
            )
        )


@rule(
    "a customer with time that is billable and not billed cannot be taken out of use: 6280",
    Certainty.OFFICIAL,
    "official error code page",
)
def check_unbilled(draft: Draft) -> None:
    """Refuse to take a customer out of use who is still to be billed."""
    before = draft.before
    if before is None or before.get("Active") is not True or draft.after.get("Active") is not False:
        return
    table = draft.books.tables["TimeActivity"]
    ids = table.having("customer of time", lambda time: [reference(time, "CustomerRef")], text(before, "Id"))
    if any(text(time, "BillableStatus") == "Billable" for time in table.find_all(ids)):
        raise RefusedError(
            Problem(
                code="6280",
                message="List element has unbilled charges",
                detail="A customer with unbilled charges cannot be made inactive",
            )
        )


@rule(
    "a job that moves below another parent takes its balance along",
    Certainty.GUESS,
    "follows from what BalanceWithJobs is",
)
def carry_balance(books: Books, before: Obj | None, after: Obj | None) -> None:
    """Move what a job owes from the customers that were above it to those that are; add an opening balance."""
    if after is None:
        return
    old, new = reference(before or {}, "ParentRef"), reference(after, "ParentRef")
    if old != new:
        owed = amount(after, "BalanceWithJobs")
        add_with_jobs(books, old, -owed)
        add_with_jobs(books, new, owed)


CUSTOMER = EntityKind(
    name="Customer",
    shape=entity_shape("Customer"),
    id_group="names",
    operations=WRITABLE,
    is_list=True,
    unique=UniqueName(
        space="names",
        property="FullyQualifiedName",
        shown=("DisplayName", "FullyQualifiedName"),
        kinds="customer, vendor or employee",
    ),
    checks=(
        check_balance,
        check_biller,
        check_unbilled,
        check_currency,
        check_references(
            {
                "DefaultTaxCodeRef": "TaxCode",
                "SalesTermRef": "Term",
                "PaymentMethodRef": "PaymentMethod",
                "ARAccountRef": "Account",
            }
        ),
    ),
    completions=(
        name_it,
        CUSTOMERS.place,
        print_on_check,
        fill_in,
        set_currency,
        number_addresses("BillAddr", "ShipAddr"),
        mask(("PrimaryTaxIdentifier", "SecondaryTaxIdentifier")),
    ),
    effects=(CUSTOMERS.rename, carry_balance),
    told=told_of("Customer"),
    queryable=queryable("Customer"),
    default_order=by_name("FullyQualifiedName"),
    unclearable=frozenset({"Active", "DisplayName", "PrintOnCheckName"}),
    order=(
        "Taxable",
        "BillAddr",
        "ShipAddr",
        "Notes",
        "Job",
        "BillWithParent",
        "ParentRef",
        "Level",
        "SalesTermRef",
        "PaymentMethodRef",
        "Balance",
        "BalanceWithJobs",
        "CurrencyRef",
        "PreferredDeliveryMethod",
        "ResaleNum",
        "domain",
        "sparse",
        "Id",
        "SyncToken",
        "MetaData",
        "Title",
        "GivenName",
        "MiddleName",
        "FamilyName",
        "Suffix",
        "FullyQualifiedName",
        "CompanyName",
        "DisplayName",
        "PrintOnCheckName",
        "Active",
        "PrimaryPhone",
        "AlternatePhone",
        "Mobile",
        "Fax",
        "PrimaryEmailAddr",
        "WebAddr",
        "DefaultTaxCodeRef",
    ),
)
"""Customers."""
