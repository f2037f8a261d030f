"""Accounts: types, levels, classification."""

from collections.abc import Mapping

from linksync.testing.quickbooks import faults
from linksync.testing.quickbooks.currencies import check_currency, set_currency
from linksync.testing.quickbooks.entities.told import told_of
from linksync.testing.quickbooks.entity import WRITABLE, Draft, EntityKind, UniqueName, queryable
from linksync.testing.quickbooks.faults import RefusedError
from linksync.testing.quickbooks.levels import Levels
from linksync.testing.quickbooks.orders import by_name
from linksync.testing.quickbooks.rules import Certainty, rule, state
from linksync.testing.quickbooks.shapes import entity_shape
from linksync.testing.quickbooks.values import text

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
_TYPE_OF_SUBTYPE: Mapping[str, str] = {
    "Checking": "Bank",
    "Savings": "Bank",
    "CashOnHand": "Bank",
    "AccountsReceivable": "Accounts Receivable",
    "AccountsPayable": "Accounts Payable",
    "UndepositedFunds": "Other Current Asset",
    "Inventory": "Other Current Asset",
    "CreditCard": "Credit Card",
    "SalesOfProductIncome": "Income",
    "ServiceFeeIncome": "Income",
    "DiscountsRefundsGiven": "Income",
    "SuppliesMaterialsCogs": "Cost of Goods Sold",
    "AdvertisingPromotional": "Expense",
    "OfficeGeneralAdministrativeExpenses": "Expense",
    "OpeningBalanceEquity": "Equity",
    "RetainedEarnings": "Equity",
}

state(
    "CurrentBalance of an account stays what it is created with: the simulator keeps no ledger",
    Certainty.GUESS,
    "a limit of the simulator",
    kept_by=__name__,
)


@rule(
    "an account needs AccountType or AccountSubType: else 6010; the type follows from the subtype",
    Certainty.OFFICIAL,
    "official account page and error code page",
)
def set_type(draft: Draft) -> None:
    """Refuse an account without a type."""
    after = draft.after
    if not text(after, "AccountType"):
        after["AccountType"] = _TYPE_OF_SUBTYPE.get(text(after, "AccountSubType"), "")
    if not text(after, "AccountType"):
        raise RefusedError(
            faults.business("AccountType or AccountSubType is required", "6010", "AccountType")
        )


@rule(
    "an account number has at most 7 characters in the US, 20 in Australia and Canada: else 2050",
    Certainty.OFFICIAL,
    "official account page",
)
def check_number(draft: Draft) -> None:
    """Refuse a number that is too long."""
    most = 20 if draft.books.settings.country in {"AU", "CA"} else 7
    number = text(draft.after, "AcctNum")
    if len(number) > most:
        raise RefusedError(faults.bad_length("AcctNum", len(number), most))


def fill_in(draft: Draft) -> None:
    """Fill in what follows from an account's type."""
    after = draft.after
    after["Classification"] = _CLASSIFICATIONS.get(text(after, "AccountType"), "Liability")
    after.setdefault("CurrentBalance", 0)
    after.setdefault("CurrentBalanceWithSubAccounts", after["CurrentBalance"])


ACCOUNTS = Levels(entity="Account", flag="SubAccount", space="accounts")
"""How accounts stand below each other."""

ACCOUNT = EntityKind(
    name="Account",
    shape=entity_shape("Account"),
    id_group="accounts",
    operations=WRITABLE,
    is_list=True,
    unique=UniqueName(
        space="accounts",
        property="FullyQualifiedName",
        shown=("Name", "FullyQualifiedName"),
        kinds="account",
    ),
    checks=(set_type, check_number, check_currency),
    completions=(ACCOUNTS.place, fill_in, set_currency),
    effects=(ACCOUNTS.rename,),
    told=told_of("Account"),
    queryable=queryable("Account"),
    default_order=by_name("FullyQualifiedName"),
    order=(
        "Name",
        "SubAccount",
        "ParentRef",
        "Description",
        "FullyQualifiedName",
        "Active",
        "Classification",
        "AccountType",
        "AccountSubType",
        "AcctNum",
        "CurrentBalance",
        "CurrentBalanceWithSubAccounts",
        "CurrencyRef",
        "domain",
        "sparse",
        "Id",
        "SyncToken",
        "MetaData",
    ),
)
"""Accounts."""
