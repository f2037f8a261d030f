"""Employees: names and defaults."""

from linksync.testing.quickbooks import faults
from linksync.testing.quickbooks.books import Books
from linksync.testing.quickbooks.entities.told import told_of
from linksync.testing.quickbooks.entities.vendor import note_name
from linksync.testing.quickbooks.entity import WRITABLE, Draft, EntityKind, UniqueName, queryable
from linksync.testing.quickbooks.faults import Problem, RefusedError
from linksync.testing.quickbooks.orders import by_name
from linksync.testing.quickbooks.people import NAME_PARTS, number_addresses, print_on_check
from linksync.testing.quickbooks.rules import Certainty, rule
from linksync.testing.quickbooks.shapes import entity_shape
from linksync.testing.quickbooks.values import Obj, group, text


@rule(
    "an employee needs GivenName or FamilyName: else 6080; DisplayName is made of the names, under payroll always",
    Certainty.OFFICIAL,
    "official employee page; the code is that of customers",
)
def name_it(draft: Draft) -> None:
    """Make DisplayName of its parts where it is missing."""
    after = draft.after
    if not text(after, "GivenName") and not text(after, "FamilyName"):
        raise RefusedError(
            Problem(
                code="6080",
                message="Name is required",
                detail="At least one of GivenName and FamilyName is required",
                element="GivenName",
            )
        )
    parts = [text(after, part) for part in NAME_PARTS]
    is_out = after.get("Active") is False
    if not text(after, "DisplayName") or (draft.books.settings.has_payroll and not is_out):
        after["DisplayName"] = " ".join(part for part in parts if part)


@rule(
    "a social security number is answered as XXX-XX-XXXX; an employee's telephone number has at most 20 characters",
    Certainty.OFFICIAL,
    "official employee page",
)
def fill_in(draft: Draft) -> None:
    """Set the defaults of an employee."""
    after = draft.after
    after.setdefault("BillableTime", False)
    if text(after, "SSN"):
        after["SSN"] = "XXX-XX-XXXX"


_LONGEST_PHONE = 20


def check_phones(draft: Draft) -> None:
    """Refuse telephone numbers that are too long for an employee."""
    for name in ("PrimaryPhone", "Mobile"):
        number = text(group(draft.after, name), "FreeFormNumber")
        if len(number) > _LONGEST_PHONE:
            raise RefusedError(faults.bad_length(f"{name}.FreeFormNumber", len(number), _LONGEST_PHONE))


def _note_name(books: Books, before: Obj | None, after: Obj | None) -> None:
    note_name("Employee", books, before, after)


EMPLOYEE = EntityKind(
    name="Employee",
    shape=entity_shape("Employee"),
    id_group="names",
    operations=WRITABLE,
    is_list=True,
    unique=UniqueName(
        space="names", property="DisplayName", shown=("DisplayName",), kinds="customer, vendor or employee"
    ),
    checks=(check_phones,),
    completions=(name_it, print_on_check, fill_in, number_addresses("PrimaryAddr")),
    effects=(_note_name,),
    told=told_of("Employee"),
    queryable=queryable("Employee"),
    default_order=by_name("DisplayName"),
    unclearable=frozenset({"Active", "DisplayName", "PrintOnCheckName", "SSN"}),
    order=(
        "SSN",
        "PrimaryAddr",
        "BillableTime",
        "BirthDate",
        "HiredDate",
        "domain",
        "sparse",
        "Id",
        "SyncToken",
        "MetaData",
        "GivenName",
        "MiddleName",
        "FamilyName",
        "DisplayName",
        "PrintOnCheckName",
        "Active",
        "PrimaryPhone",
        "Mobile",
        "PrimaryEmailAddr",
    ),
)
"""Employees."""
