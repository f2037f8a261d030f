"""Customers: names, levels, defaults and balances."""

from decimal import Decimal

from linksync.connectors.quickbooks import fields
from linksync.testing.quickbooks import faults
from linksync.testing.quickbooks.books import Books
from linksync.testing.quickbooks.entity import Draft, EntityKind, Operation, UniqueName, queryable
from linksync.testing.quickbooks.faults import Problem, RefusedError
from linksync.testing.quickbooks.orders import by_name
from linksync.testing.quickbooks.references import check_references
from linksync.testing.quickbooks.rules import Certainty, rule
from linksync.testing.quickbooks.shapes import entity_shape
from linksync.testing.quickbooks.values import ZERO, Obj, amount, as_amount, group, reference, text

_NAME_PARTS = ("Title", "GivenName", "MiddleName", "FamilyName", "Suffix")
_LEVELS_BELOW_TOP = 4


@rule(
    "a customer without DisplayName is called after Title to Suffix, joined with spaces; without those it is 6080",
    Certainty.OFFICIAL,
    "official customer page and error code page",
)
def name_it(draft: Draft) -> None:
    """Make DisplayName of its parts where it is missing; it cannot be taken away."""
    after = draft.after
    if not text(after, "DisplayName"):
        parts = [text(after, part) for part in _NAME_PARTS]
        after["DisplayName"] = " ".join(part for part in parts if part)
    if not text(after, "DisplayName"):
        raise RefusedError(
            Problem(
                code="6080",
                message="Name is required",
                detail="At least one of DisplayName, Title, GivenName, MiddleName, FamilyName and Suffix is required",
                element="DisplayName",
            )
        )


@rule(
    "on a full update without PrintOnCheckName it follows the new DisplayName",
    Certainty.RECORDED,
    "recorded exchange update__customer; that a longer name is cut off at 110 is a guess",
)
def print_on_check(draft: Draft) -> None:
    """Let PrintOnCheckName follow DisplayName where it is missing."""
    if not text(draft.after, "PrintOnCheckName"):
        draft.after["PrintOnCheckName"] = text(draft.after, "DisplayName")[:110]


@rule(
    "a sub-customer has Job and ParentRef (6150), a parent that exists and is not itself (700, 900), at most four "
    "levels below the top (6180)",
    Certainty.OFFICIAL,
    "official customer page and error code page",
)
def place_below_parent(draft: Draft) -> None:
    """Set Level and FullyQualifiedName, refuse what cannot stand there."""
    after = draft.after
    parent_id = reference(after, "ParentRef")
    if not parent_id:
        if after.get("Job") is True:
            raise RefusedError(
                faults.business("ParentRef is required for a sub-customer", "6150", "ParentRef")
            )
        after["FullyQualifiedName"] = text(after, "DisplayName")
        after.pop("Level", None)
        after["BillWithParent"] = False
        return
    if draft.before is not None and parent_id == text(draft.before, "Id"):
        raise RefusedError(faults.business("An object cannot be its own parent", "900", "ParentRef"))
    parent = draft.books.find("Customer", parent_id)
    if parent is None or parent.get("Active") is False:
        raise RefusedError(faults.business(f"Invalid parent: {parent_id}", "700", "ParentRef"))
    if draft.before is not None and text(draft.before, "Id") in ancestors(draft.books, parent):
        raise RefusedError(faults.business("An object cannot stand below itself", "700", "ParentRef"))
    level = len(ancestors(draft.books, parent))
    if level > _LEVELS_BELOW_TOP:
        raise RefusedError(faults.business("There are more than five levels", "6180", "ParentRef"))
    after["Job"] = True
    after["Level"] = level
    after["FullyQualifiedName"] = f"{text(parent, 'FullyQualifiedName')}:{text(after, 'DisplayName')}"


def ancestors(books: Books, customer: Obj) -> list[str]:
    """Return the ids of *customer* and those above it, the top last."""
    ids = [text(customer, "Id")]
    while parent := books.find("Customer", reference(customer, "ParentRef")):
        ids.append(text(parent, "Id"))
        customer = parent
    return ids


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
    after.setdefault("Job", False)
    after.setdefault("BillWithParent", False)
    after.setdefault("PreferredDeliveryMethod", "Print")
    after.setdefault("CurrencyRef", {"value": "USD"})
    if reference(after, "CurrencyRef") == "USD":
        after["CurrencyRef"] = {"value": "USD", "name": "United States Dollar"}


@rule(
    "addresses have ids of their own",
    Certainty.RECORDED,
    "recorded exchange get__display_name",
)
def number_addresses(draft: Draft) -> None:
    """Give each address an id; it keeps the one it had."""
    for name in ("BillAddr", "ShipAddr"):
        address = group(draft.after, name)
        if address:
            earlier = group(draft.before or {}, name).get("Id")
            kept = {part: value for part, value in address.items() if part != "Id"}
            draft.after[name] = {"Id": earlier or draft.books.next_id("address"), **kept}


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
    "a new name of a customer shows in the FullyQualifiedName of those below it",
    Certainty.GUESS,
    "follows from what FullyQualifiedName is",
)
def rename_below(books: Books, before: Obj | None, after: Obj | None) -> None:
    """Carry a new name on to the sub-customers."""
    if before is None or after is None:
        return
    old, new = text(before, "FullyQualifiedName"), text(after, "FullyQualifiedName")
    if old == new:
        return
    for child in list(books.tables["Customer"]):
        if reference(child, "ParentRef") == text(after, "Id"):
            name = f"{new}:{text(child, 'DisplayName')}"
            renamed = {**child, "FullyQualifiedName": name}
            owner = ("Customer", text(child, "Id"))
            books.move_name("names", text(child, "FullyQualifiedName"), name, owner)
            books.tables["Customer"].put(renamed)
            rename_below(books, child, renamed)


@rule(
    "a job that moves below another parent takes its balance along",
    Certainty.GUESS,
    "follows from what BalanceWithJobs is",
)
def carry_balance(books: Books, before: Obj | None, after: Obj | None) -> None:
    """Move what a job owes from the customers that were above it to those that are."""
    if before is None or after is None:
        return
    old, new = reference(before, "ParentRef"), reference(after, "ParentRef")
    if old != new:
        owed = amount(after, "BalanceWithJobs")
        _add_to_jobs(books, old, -owed)
        _add_to_jobs(books, new, owed)


def _add_to_jobs(books: Books, customer_id: str, owed: Decimal) -> None:
    customer = books.find("Customer", customer_id)
    if customer is None or owed == ZERO:
        return
    for object_id in ancestors(books, customer):
        each = books.find("Customer", object_id)
        if each is not None:
            with_jobs = as_amount(amount(each, "BalanceWithJobs") + owed)
            stamps = {**group(each, "MetaData"), "LastUpdatedTime": books.stamp()}
            books.tables["Customer"].put({**each, "BalanceWithJobs": with_jobs, "MetaData": stamps})


@rule(
    "a sale moves the balance of its customer, the BalanceWithJobs of those above it, and their LastUpdatedTime, but "
    "not their SyncToken",
    Certainty.RECORDED,
    "recorded exchanges create__invoice and get__display_name; for those above it a guess",
)
def add_to_balance(books: Books, customer_id: str, owed: Decimal) -> None:
    """Add *owed* to what a customer owes; nothing happens when it is zero."""
    customer = books.find("Customer", customer_id)
    if customer is None or owed == ZERO:
        return
    books.tables["Customer"].put({**customer, "Balance": as_amount(amount(customer, "Balance") + owed)})
    _add_to_jobs(books, customer_id, owed)


CUSTOMER = EntityKind(
    name="Customer",
    shape=entity_shape(
        fields.Customer,
        kept="OtherAddr ContactName AltContactName SalesRepRef TaxGroupCodeRef TaxRateRef CCDetail PriceLevelRef "
        "CreditLimit AcctNum JobInfo TDSEnabled SecondaryTaxIdentifier PrimaryTaxIdentifier BusinessNumber GSTIN "
        "GSTRegistrationType IsCISContractor Organization OtherContactInfo Source TaxRegime",
        ignored="RootCustomerRef OverDueBalance TotalRevenue TotalExpense CustomerEx ClientCompanyId ClientEntityId "
        "IntuitId UserId V4IDPseudonym",
    ),
    id_group="names",
    operations=frozenset({Operation.CREATE, Operation.UPDATE}),
    is_list=True,
    unique=UniqueName(
        space="names",
        property="FullyQualifiedName",
        shown=("DisplayName", "FullyQualifiedName"),
        kinds="customer, vendor or employee",
    ),
    checks=(
        check_balance,
        check_references(
            {
                "DefaultTaxCodeRef": "TaxCode",
                "SalesTermRef": "Term",
                "PaymentMethodRef": "PaymentMethod",
                "ARAccountRef": "Account",
            }
        ),
    ),
    completions=(name_it, place_below_parent, print_on_check, fill_in, number_addresses),
    effects=(rename_below, carry_balance),
    queryable=queryable(fields.Customer),
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
