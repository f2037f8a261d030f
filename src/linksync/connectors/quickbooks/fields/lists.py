"""The small lists that other records refer to: accounts, terms, tax codes and the like."""

from linksync.mapping.remote import (
    RefField,
    RemoteType,
    boolean,
    optional_boolean,
    optional_decimal,
    optional_integer,
    optional_text,
    text,
)

ACCOUNT_TYPES = (
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
)
"""The values of `Account.AccountType` (schema, `AccountTypeEnum`)."""


class Currency(RemoteType):
    """A currency; its id is its ISO 4217 code (recorded sandbox traffic)."""

    Id = text(read_only=True)


class Account(RemoteType):
    """An account of the chart of accounts."""

    Id = text(read_only=True)
    SyncToken = text(read_only=True)
    # Official account page: 100 characters, neither a double quote nor a colon.
    Name = text(max_length=100, forbidden='":', required=True)
    FullyQualifiedName = text(read_only=True)
    Active = boolean()
    SubAccount = optional_boolean()
    ParentRef = RefField["Account"](to="Account")
    # Official account page: one of AccountType and AccountSubType is needed (6010).
    AccountType = optional_text(choices=ACCOUNT_TYPES)
    AccountSubType = optional_text()
    Classification = optional_text(
        choices=("Asset", "Equity", "Expense", "Liability", "Revenue"), read_only=True
    )
    # Official account page: 7 in the US, the UK and India, 20 in Australia and Canada.
    AcctNum = optional_text(max_length=20)
    # Official account page.
    Description = optional_text(max_length=100)
    CurrentBalance = optional_decimal(read_only=True)
    CurrentBalanceWithSubAccounts = optional_decimal(read_only=True)
    CurrencyRef = RefField[Currency](to="Currency")


class Term(RemoteType):
    """Terms of payment."""

    Id = text(read_only=True)
    SyncToken = text(read_only=True)
    # Official term page.
    Name = text(max_length=31, required=True)
    Active = boolean()
    Type = optional_text(choices=("STANDARD", "DATE_DRIVEN"), read_only=True)
    # Official term page: 0 to 999 days; a day of the month is 1 to 31; a percentage 0 to 100. One of DueDays and
    # DayOfMonthDue is needed.
    DueDays = optional_integer()
    DiscountPercent = optional_decimal()
    DiscountDays = optional_integer()
    DayOfMonthDue = optional_integer()
    DueNextMonthDays = optional_integer()
    DiscountDayOfMonth = optional_integer()


class TaxCode(RemoteType):
    """A tax code; the pseudo codes `TAX` and `NON` of US companies have their name for an id.

    None can be created here: they come from the tax service (official tax code page).
    """

    Id = text(read_only=True)
    SyncToken = text(read_only=True)
    # Official tax code page.
    Name = text(max_length=100, required=True)
    Description = optional_text()
    Active = optional_boolean()
    Taxable = optional_boolean()
    TaxGroup = optional_boolean()


class Class(RemoteType):
    """A class, which transactions are sorted by in some plans."""

    Id = text(read_only=True)
    SyncToken = text(read_only=True)
    # Official class page.
    Name = text(max_length=100, required=True)
    FullyQualifiedName = text(read_only=True)
    Active = boolean()
    SubClass = optional_boolean()
    ParentRef = RefField["Class"](to="Class")


class Department(RemoteType):
    """A department, which QuickBooks shows as a location."""

    Id = text(read_only=True)
    SyncToken = text(read_only=True)
    # Official department page.
    Name = text(max_length=100, required=True)
    FullyQualifiedName = text(read_only=True)
    Active = boolean()
    SubDepartment = optional_boolean()
    ParentRef = RefField["Department"](to="Department")


class PaymentMethod(RemoteType):
    """A way in which customers pay."""

    Id = text(read_only=True)
    SyncToken = text(read_only=True)
    Name = text(required=True)
    Active = boolean()
    Type = optional_text(choices=("CREDIT_CARD", "NON_CREDIT_CARD"))


class CustomerType(RemoteType):
    """A kind of customer, made by users; read-only through the API."""

    Id = text(read_only=True)
    SyncToken = text(read_only=True)
    Name = text(read_only=True)
    Active = boolean(read_only=True)
