# Generated from facts/preferences.toml by `python -m linksync.connectors.quickbooks.fields.generate`; change it there.
"""How a company has set up QuickBooks."""

from linksync.connectors.quickbooks.fields.account import Account
from linksync.connectors.quickbooks.fields.entries import NameValue
from linksync.connectors.quickbooks.fields.groups import EmailAddress, MetaData
from linksync.connectors.quickbooks.fields.lists import Currency, Term
from linksync.connectors.quickbooks.fields.tax import TaxCode
from linksync.mapping.remote import (
    LinesField,
    RefField,
    RemoteGroup,
    RemoteType,
    optional_boolean,
    optional_date,
    optional_decimal,
    optional_text,
    text,
)


class AccountingInfoPrefs(RemoteGroup):
    """The books: fiscal year, closing date, what transactions are sorted by."""

    FirstMonthOfFiscalYear = optional_text(
        choices=(
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ),
    )
    TaxYearMonth = optional_text(
        choices=(
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ),
    )
    # A change dated on or before it is refused (6200, official error code page).
    BookCloseDate = optional_date()
    UseAccountNumbers = optional_boolean(read_only=True)
    ClassTrackingPerTxn = optional_boolean()
    ClassTrackingPerTxnLine = optional_boolean()
    TrackDepartments = optional_boolean()
    DepartmentTerminology = optional_text()
    CustomerTerminology = optional_text()
    DefaultARAccount = RefField[Account](to="Account", read_only=True)
    DefaultAPAccount = RefField[Account](to="Account", read_only=True)


class ProductAndServicesPrefs(RemoteGroup):
    """Items: whether they are sold, bought, counted."""

    ForSales = optional_boolean()
    ForPurchase = optional_boolean()
    QuantityWithPriceAndRate = optional_boolean()
    # Whether inventory is tracked.
    QuantityOnHand = optional_boolean()


class SalesFormsPrefs(RemoteGroup):
    """Sales forms: their numbers, terms, discounts, shipping."""

    # Whether documents keep the number they are sent with, and get none by themselves.
    CustomTxnNumbers = optional_boolean()
    AllowDeposit = optional_boolean()
    AllowDiscount = optional_boolean()
    AllowEstimates = optional_boolean()
    AllowServiceDate = optional_boolean()
    AllowShipping = optional_boolean()
    UsingPriceLevels = optional_boolean(read_only=True)
    UsingProgressInvoicing = optional_boolean(read_only=True)
    # Shared with Desktop; the API has no sales orders.
    UsingSalesOrders = optional_boolean(read_only=True)
    AutoApplyCredit = optional_boolean(read_only=True)
    AutoApplyPayments = optional_boolean(read_only=True)
    DefaultTerms = RefField[Term](to="Term")
    DefaultCustomerMessage = optional_text()
    # A bare account id by the official schema, a reference by the official page.
    DefaultDiscountAccount = optional_text(read_only=True)
    DefaultShippingAccount = optional_text(read_only=True)
    SalesEmailCc = EmailAddress()
    SalesEmailBcc = EmailAddress()
    EmailCopyToCompany = optional_boolean()
    ETransactionEnabledStatus = optional_text(choices=("Enabled", "NotApplicable"), read_only=True)
    ETransactionAttachPDF = optional_boolean()
    ETransactionPaymentEnabled = optional_boolean()
    IPNSupportEnabled = optional_boolean(read_only=True)


class EmailMessage(RemoteGroup):
    """What an e-mail says by default."""

    Subject = optional_text()
    Message = optional_text()


class EmailMessagesPrefs(RemoteGroup):
    """What documents are e-mailed with."""

    InvoiceMessage = EmailMessage()
    EstimateMessage = EmailMessage()
    SalesReceiptMessage = EmailMessage()
    StatementMessage = EmailMessage()


class VendorAndPurchasesPrefs(RemoteGroup):
    """Vendors, bills and purchase orders."""

    EnableBills = optional_boolean(read_only=True)
    TrackingByCustomer = optional_boolean()
    BillableExpenseTracking = optional_boolean()
    DefaultTerms = RefField[Term](to="Term")
    DefaultMarkup = optional_decimal()
    DefaultMarkupAccount = RefField[Account](to="Account")
    AutomaticBillPayment = optional_boolean(read_only=True)
    MsgToVendors = optional_text()
    UsingInventory = optional_boolean(read_only=True)


class TimeTrackingPrefs(RemoteGroup):
    """Time sheets."""

    UseServices = optional_boolean()
    BillCustomers = optional_boolean()
    ShowBillRateToAll = optional_boolean()
    WorkWeekStartDate = optional_text(
        choices=("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"),
    )
    MarkTimeEntriesBillable = optional_boolean()


class TaxPrefs(RemoteGroup):
    """Sales tax."""

    # Without it the tax of a document is ignored (official credit memo page).
    UsingSalesTax = optional_boolean()
    # Whether QuickBooks computes the tax by itself (automated sales tax); left out where there is no sales
    # tax.
    PartnerTaxEnabled = optional_boolean()
    TaxGroupCodeRef = RefField[TaxCode](to="TaxCode")


class CurrencyPrefs(RemoteGroup):
    """Currencies."""

    # Once on, it stays on (common knowledge). With it documents need CurrencyRef.
    MultiCurrencyEnabled = optional_boolean(read_only=True)
    HomeCurrency = RefField[Currency](to="Currency", read_only=True)


class ReportPrefs(RemoteGroup):
    """Reports."""

    ReportBasis = optional_text(choices=("Accrual", "Cash"), read_only=True)
    CalcAgingReportFromTxnDate = optional_boolean(read_only=True)


class OtherPrefs(RemoteGroup):
    """What has no field of its own, by name, such as `ProjectsEnabled`."""

    NameValue = LinesField[NameValue](kinds=(NameValue,), id_name="")


class Preferences(RemoteType):
    """How a company has set up QuickBooks; there is one record, that can neither be created nor deleted.

    The API changes some of it, by a full update only (official preferences page); this connector reads. Not listed:
    the definitions of custom fields, printing, finance charges and advanced inventory.
    """

    Id = text(read_only=True, filterable=True, sortable=True)
    SyncToken = text(read_only=True)
    MetaData = MetaData()

    AccountingInfoPrefs = AccountingInfoPrefs()
    ProductAndServicesPrefs = ProductAndServicesPrefs()
    SalesFormsPrefs = SalesFormsPrefs()
    EmailMessagesPrefs = EmailMessagesPrefs()
    VendorAndPurchasesPrefs = VendorAndPurchasesPrefs()
    TimeTrackingPrefs = TimeTrackingPrefs()
    TaxPrefs = TaxPrefs()
    CurrencyPrefs = CurrencyPrefs()
    ReportPrefs = ReportPrefs()
    OtherPrefs = OtherPrefs()
