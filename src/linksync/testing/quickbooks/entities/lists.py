"""Accounts, terms, tax codes and the other small lists that references and settings need."""

from linksync.connectors.quickbooks import fields
from linksync.testing.quickbooks import faults
from linksync.testing.quickbooks.entity import Draft, EntityKind, Operation, UniqueName, queryable
from linksync.testing.quickbooks.faults import RefusedError
from linksync.testing.quickbooks.orders import by_name
from linksync.testing.quickbooks.rules import Certainty, rule
from linksync.testing.quickbooks.shapes import entity_shape
from linksync.testing.quickbooks.values import text

_WRITABLE = frozenset({Operation.CREATE, Operation.UPDATE})
_CLASSIFICATIONS = {
    "Bank": "Asset",
    "Accounts Receivable": "Asset",
    "Other Current Asset": "Asset",
    "Fixed Asset": "Asset",
    "Other Asset": "Asset",
    "Equity": "Equity",
    "Income": "Revenue",
    "Other Income": "Revenue",
    "Cost of Goods Sold": "Expense",
    "Expense": "Expense",
    "Other Expense": "Expense",
}


@rule("an account needs its type: 6010", Certainty.OFFICIAL, "official account page and error code page")
def check_account(draft: Draft) -> None:
    """Refuse an account without a type."""
    if not text(draft.after, "AccountType"):
        raise RefusedError(
            faults.business("AccountType or AccountSubType is required", "6010", "AccountType")
        )


def complete_account(draft: Draft) -> None:
    """Fill in what follows from an account's name and type."""
    after = draft.after
    after["FullyQualifiedName"] = text(after, "Name")
    after.setdefault("SubAccount", False)
    after["Classification"] = _CLASSIFICATIONS.get(text(after, "AccountType"), "Liability")
    after.setdefault("CurrentBalance", 0)
    after.setdefault("CurrentBalanceWithSubAccounts", 0)
    after["CurrencyRef"] = {"value": "USD", "name": "United States Dollar"}


@rule("a term needs DueDays or DayOfMonthDue", Certainty.OFFICIAL, "official term page")
def check_term(draft: Draft) -> None:
    """Refuse terms that say nothing, or days out of their range."""
    days, day = draft.after.get("DueDays"), draft.after.get("DayOfMonthDue")
    if days is None and day is None:
        raise RefusedError(faults.required("DueDays"))
    if isinstance(days, int) and not 0 <= days <= 999:
        raise RefusedError(faults.bad_number("DueDays", str(days)))
    if isinstance(day, int) and not 1 <= day <= 31:
        raise RefusedError(faults.bad_number("DayOfMonthDue", str(day)))


def complete_term(draft: Draft) -> None:
    """Fill in the kind of terms."""
    draft.after["Type"] = "DATE_DRIVEN" if "DayOfMonthDue" in draft.after else "STANDARD"


def complete_name(draft: Draft) -> None:
    """Fill in the full name of a class or a department; levels below the first are not modelled."""
    draft.after["FullyQualifiedName"] = text(draft.after, "Name")


def _unique(space: str, kinds: str, *shown: str) -> UniqueName:
    return UniqueName(space=space, property="Name", shown=("Name", *shown), kinds=kinds)


ACCOUNT = EntityKind(
    name="Account",
    shape=entity_shape(
        fields.Account,
        kept="AccountAlias TxnLocationType BankNum OpeningBalance OpeningBalanceDate TaxAccount "
        "OnlineBankingEnabled FIName JournalCodeRef AcctNumExtn AccountPurposes",
        ignored="AccountEx",
    ),
    id_group="accounts",
    operations=_WRITABLE,
    is_list=True,
    unique=_unique("accounts", "account", "FullyQualifiedName"),
    checks=(check_account,),
    completions=(complete_account,),
    queryable=queryable(fields.Account),
    default_order=by_name("FullyQualifiedName"),
)

TERM = EntityKind(
    name="Term",
    shape=entity_shape(fields.Term, ignored="SalesTermEx"),
    id_group="terms",
    operations=_WRITABLE,
    is_list=True,
    unique=_unique("terms", "term"),
    checks=(check_term,),
    completions=(complete_term,),
    queryable=queryable(fields.Term),
    default_order=by_name("Name"),
)
TAX_CODE = EntityKind(
    name="TaxCode",
    shape=entity_shape(
        fields.TaxCode,
        kept="SalesTaxRateList PurchaseTaxRateList AdjustmentTaxRateList",
        ignored="TaxCodeEx",
    ),
    id_group="tax codes",
    operations=frozenset(),
    is_list=True,
    queryable=queryable(fields.TaxCode),
    default_order=by_name("Name"),
)
CLASS = EntityKind(
    name="Class",
    shape=entity_shape(fields.Class, ignored="ClassEx"),
    id_group="classes",
    operations=_WRITABLE,
    is_list=True,
    unique=_unique("classes", "class", "FullyQualifiedName"),
    completions=(complete_name,),
    queryable=queryable(fields.Class),
    default_order=by_name("FullyQualifiedName"),
)
DEPARTMENT = EntityKind(
    name="Department",
    shape=entity_shape(fields.Department, ignored="DepartmentEx"),
    id_group="departments",
    operations=_WRITABLE,
    is_list=True,
    unique=_unique("departments", "department", "FullyQualifiedName"),
    completions=(complete_name,),
    queryable=queryable(fields.Department),
    default_order=by_name("FullyQualifiedName"),
)
PAYMENT_METHOD = EntityKind(
    name="PaymentMethod",
    shape=entity_shape(fields.PaymentMethod, ignored="PaymentMethodEx"),
    id_group="payment methods",
    operations=_WRITABLE,
    is_list=True,
    unique=_unique("payment methods", "payment method"),
    queryable=queryable(fields.PaymentMethod),
    default_order=by_name("Name"),
)
