"""The small lists: classes, departments, terms, payment methods, customer types, currencies, journal codes."""

from linksync.testing.quickbooks import faults
from linksync.testing.quickbooks.currencies import NAMES
from linksync.testing.quickbooks.entities.told import told_of
from linksync.testing.quickbooks.entity import WRITABLE, Draft, EntityKind, UniqueName, queryable
from linksync.testing.quickbooks.faults import Problem, RefusedError
from linksync.testing.quickbooks.levels import Levels
from linksync.testing.quickbooks.orders import by_name
from linksync.testing.quickbooks.rules import Certainty, rule
from linksync.testing.quickbooks.settings import Plan
from linksync.testing.quickbooks.shapes import entity_shape
from linksync.testing.quickbooks.values import number, text


@rule(
    "a term needs DueDays (0 to 999) or DayOfMonthDue (1 to 31); DiscountPercent is 0 to 100",
    Certainty.OFFICIAL,
    "official term page",
)
def check_term(draft: Draft) -> None:
    """Refuse terms that say nothing, or days out of their range."""
    days, day = draft.after.get("DueDays"), draft.after.get("DayOfMonthDue")
    if days is None and day is None:
        raise RefusedError(faults.required("DueDays"))
    if isinstance(days, int) and not 0 <= days <= 999:
        raise RefusedError(faults.bad_number("DueDays", str(days)))
    if isinstance(day, int) and not 1 <= day <= 31:
        raise RefusedError(faults.bad_number("DayOfMonthDue", str(day)))
    percent = number(draft.after, "DiscountPercent")
    if percent is not None and not 0 <= percent <= 100:
        raise RefusedError(faults.bad_number("DiscountPercent", str(percent)))


def complete_term(draft: Draft) -> None:
    """Fill in the kind of terms."""
    draft.after["Type"] = "DATE_DRIVEN" if "DayOfMonthDue" in draft.after else "STANDARD"


@rule(
    "a currency is one of ISO 4217 by its code, and the company has it once; its name is filled in",
    Certainty.OFFICIAL,
    "official company currency page",
    guess="without multicurrency it is 5030",
)
def complete_currency(draft: Draft) -> None:
    """Refuse what is no currency, and fill in its name."""
    if not draft.books.settings.multicurrency:
        raise RefusedError(
            Problem(
                code="5030",
                message="Feature Not Supported Error",
                detail="Feature Not Supported Error : multicurrency is switched off",
            )
        )
    code = text(draft.after, "Code")
    if len(code) != 3 or not code.isalpha():
        raise RefusedError(faults.bad_choice("Code", code))
    if not text(draft.after, "Name"):
        draft.after["Name"] = NAMES.get(code.upper(), code.upper())


def _unique(space: str, kinds: str, *shown: str) -> UniqueName:
    return UniqueName(space=space, property=(*shown, "Name")[0], shown=("Name", *shown), kinds=kinds)


CLASSES = Levels(entity="Class", flag="SubClass", space="classes")
"""How classes stand below each other."""
DEPARTMENTS = Levels(entity="Department", flag="SubDepartment", space="departments")
"""How departments stand below each other."""

CLASS = EntityKind(
    name="Class",
    shape=entity_shape("Class"),
    id_group="classes",
    operations=WRITABLE,
    is_list=True,
    unique=_unique("classes", "class", "FullyQualifiedName"),
    completions=(CLASSES.place,),
    effects=(CLASSES.rename,),
    plan=Plan.PLUS,
    told=told_of("Class"),
    queryable=queryable("Class"),
    default_order=by_name("FullyQualifiedName"),
)
DEPARTMENT = EntityKind(
    name="Department",
    shape=entity_shape("Department"),
    id_group="departments",
    operations=WRITABLE,
    is_list=True,
    unique=_unique("departments", "department", "FullyQualifiedName"),
    completions=(DEPARTMENTS.place,),
    effects=(DEPARTMENTS.rename,),
    plan=Plan.PLUS,
    told=told_of("Department"),
    queryable=queryable("Department"),
    default_order=by_name("FullyQualifiedName"),
)
TERM = EntityKind(
    name="Term",
    shape=entity_shape("Term"),
    id_group="terms",
    operations=WRITABLE,
    is_list=True,
    unique=_unique("terms", "term"),
    checks=(check_term,),
    completions=(complete_term,),
    told=told_of("Term"),
    queryable=queryable("Term"),
    default_order=by_name("Name"),
)
PAYMENT_METHOD = EntityKind(
    name="PaymentMethod",
    shape=entity_shape("PaymentMethod"),
    id_group="payment methods",
    operations=WRITABLE,
    is_list=True,
    unique=_unique("payment methods", "payment method"),
    told=told_of("PaymentMethod"),
    queryable=queryable("PaymentMethod"),
    default_order=by_name("Name"),
)
CUSTOMER_TYPE = EntityKind(
    name="CustomerType",
    shape=entity_shape("CustomerType"),
    id_group="customer types",
    operations=frozenset(),
    is_list=True,
    unique=_unique("customer types", "customer type"),
    queryable=queryable("CustomerType"),
    default_order=by_name("Name"),
)
COMPANY_CURRENCY = EntityKind(
    name="CompanyCurrency",
    shape=entity_shape("CompanyCurrency"),
    id_group="currencies",
    operations=WRITABLE,
    is_list=True,
    unique=UniqueName(space="currencies", property="Code", shown=("Name",), kinds="currency"),
    completions=(complete_currency,),
    told=told_of("CompanyCurrency"),
    queryable=queryable("CompanyCurrency"),
    default_order=by_name("Code"),
    unclearable=frozenset({"Active", "Name"}),
)


@rule(
    "journal codes are for companies in France: 5030 elsewhere",
    Certainty.OFFICIAL,
    "official journal code page",
    guess="the code",
)
def check_country(draft: Draft) -> None:
    """Refuse journal codes outside France."""
    if draft.books.settings.country != "FR":
        raise RefusedError(
            Problem(
                code="5030",
                message="Feature Not Supported Error",
                detail="Feature Not Supported Error : journal codes are for France only",
            )
        )


JOURNAL_CODE = EntityKind(
    name="JournalCode",
    shape=entity_shape("JournalCode"),
    id_group="journal codes",
    operations=WRITABLE,
    is_list=True,
    unique=_unique("journal codes", "journal code"),
    checks=(check_country,),
    told=told_of("JournalCode"),
    is_tracked=False,
    queryable=queryable("JournalCode"),
    default_order=by_name("Name"),
)
