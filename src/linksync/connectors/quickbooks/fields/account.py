# Generated from facts/account.toml by `python -m linksync.connectors.quickbooks.fields.generate`; change it there.
"""An account of the chart of accounts."""

from linksync.connectors.quickbooks.fields.groups import MetaData
from linksync.connectors.quickbooks.fields.lists import Currency
from linksync.connectors.quickbooks.fields.tax import TaxCode
from linksync.mapping.remote import (
    RefField,
    RemoteType,
    boolean,
    optional_boolean,
    optional_decimal,
    optional_text,
    text,
)


class Account(RemoteType):
    """An account of the chart of accounts.

    A create needs one of `AccountType` and `AccountSubType` (6010, official error code page). There is no delete:
    `Active = False` takes an account out of use.
    """

    Id = text(read_only=True, filterable=True, sortable=True)
    SyncToken = text(read_only=True)
    MetaData = MetaData()

    # Official account page: 100 characters, neither a double quote nor a colon. A sparse update without it is
    # refused with 2020 (a client's report; another client's live run renamed one sparsely, so with it all is
    # well).
    Name = text(
        max_length=100,
        forbidden='":',
        required=True,
        always_required=True,
        filterable=True,
        sortable=True,
    )
    FullyQualifiedName = text(read_only=True, filterable=True, sortable=True)
    Active = boolean(filterable=True, sortable=True)
    # Follows from ParentRef.
    SubAccount = optional_boolean(read_only=True)
    ParentRef = RefField["Account"](to="Account")

    # Official schema. One of AccountType and AccountSubType is needed (6010).
    AccountType = optional_text(
        choices=(
            "Bank",
            "Accounts Receivable",
            "Other Current Asset",
            "Fixed Asset",
            "Other Asset",
            "Accounts Payable",
            "Credit Card",
            "Other Current Liability",
            "Long Term Liability",
            "Equity",
            "Income",
            "Cost of Goods Sold",
            "Expense",
            "Other Income",
            "Other Expense",
            "Non-Posting",
        ),
        filterable=True,
        sortable=True,
    )
    # The official schema lists about 300, which differ from country to country.
    AccountSubType = optional_text(clearable=False, filterable=True, sortable=True)
    Classification = optional_text(
        choices=("Asset", "Equity", "Expense", "Liability", "Revenue"),
        read_only=True,
        filterable=True,
        sortable=True,
    )
    # Official account page: 7 in the US, the UK and India, 20 in Australia and Canada.
    AcctNum = optional_text(max_length=20, filterable=True, sortable=True)
    Description = optional_text(max_length=100)
    TaxCodeRef = RefField[TaxCode](to="TaxCode")
    # The official account page has it read-only; whether a create may set it is not known.
    CurrencyRef = RefField[Currency](to="Currency")

    CurrentBalance = optional_decimal(read_only=True)
    CurrentBalanceWithSubAccounts = optional_decimal(read_only=True)
