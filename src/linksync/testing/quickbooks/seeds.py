"""What a new company has on its books: accounts, terms, tax codes, and its own record."""

from decimal import Decimal

from linksync.exactjson import Json
from linksync.testing.quickbooks.books import Books
from linksync.testing.quickbooks.entities import ENTITIES
from linksync.testing.quickbooks.entities.companies import ALPHA_3, show_settings
from linksync.testing.quickbooks.operations import create
from linksync.testing.quickbooks.rules import Certainty, state
from linksync.testing.quickbooks.settings import Plan
from linksync.testing.quickbooks.taxservice import put_tax
from linksync.testing.quickbooks.values import Obj, text

state(
    "a new company has the accounts, terms and tax codes that its documents need, by the ids of the sample company",
    Certainty.CLIENT,
    "ids that public clients' tests use; the accounts 4, 35, 79, 80, 81, 84 are common knowledge",
    kept_by=__name__,
)

_ACCOUNTS = (
    ("1", "Services", "Income", "ServiceFeeIncome"),
    ("4", "Undeposited Funds", "Other Current Asset", "UndepositedFunds"),
    ("7", "Advertising", "Expense", "AdvertisingPromotional"),
    ("33", "Accounts Payable (A/P)", "Accounts Payable", "AccountsPayable"),
    ("35", "Checking", "Bank", "Checking"),
    ("42", "Visa", "Credit Card", "CreditCard"),
    ("79", "Sales of Product Income", "Income", "SalesOfProductIncome"),
    ("80", "Cost of Goods Sold", "Cost of Goods Sold", "SuppliesMaterialsCogs"),
    ("81", "Inventory Asset", "Other Current Asset", "Inventory"),
    ("84", "Accounts Receivable (A/R)", "Accounts Receivable", "AccountsReceivable"),
    ("86", "Discounts given", "Income", "DiscountsRefundsGiven"),
)
_TERMS = (("1", "Due on receipt", 0), ("2", "Net 15", 15), ("3", "Net 30", 30), ("4", "Net 60", 60))
_PAYMENT_METHODS = (("1", "Cash"), ("2", "Check"), ("3", "Visa"), ("4", "MasterCard"))
_AGENCIES = (("1", "Arizona Dept. of Revenue"), ("2", "Board of Equalization"))
_RATES = (("1", "AZ State tax", "7.1", "1"), ("2", "Tucson City", "2", "1"), ("3", "California", "8", "2"))
_TAX_CODES = (("2", "California", ("3",)), ("3", "Tucson", ("1", "2")))
# Ids of files are beyond what a float holds (recorded exchange attachment/create_for_invoice).
_FILES_BEGIN = "5000000000000000000"


def open_books(books: Books) -> None:
    """Put the first accounts, terms, tax codes and the company's own record onto empty books."""
    for object_id, name, account_type, subtype in _ACCOUNTS:
        values: Obj = {"Name": name, "AccountType": account_type, "AccountSubType": subtype}
        create(books, ENTITIES["Account"], values, object_id=object_id)
    for object_id, name, days in _TERMS:
        create(books, ENTITIES["Term"], {"Name": name, "DueDays": days}, object_id=object_id)
    for object_id, name in _PAYMENT_METHODS:
        create(books, ENTITIES["PaymentMethod"], {"Name": name}, object_id=object_id)
    books.use_id("attachables", _FILES_BEGIN)
    _open_taxes(books)
    _open_company(books)


def _open_taxes(books: Books) -> None:
    for object_id, name in _AGENCIES:
        create(books, ENTITIES["TaxAgency"], {"DisplayName": name}, object_id=object_id)
    for object_id, name, percent, agency in _RATES:
        values: Obj = {
            "Name": name,
            "Description": "Sales Tax",
            "Active": True,
            "RateValue": Decimal(percent),
        }
        put_tax(books, "TaxRate", object_id, {**values, "AgencyRef": {"value": agency}})
        books.use_id("tax rates", object_id)
        books.move_name("tax rates", None, name, ("TaxRate", object_id))
    # The pseudo codes have their name for an id and no Active (recorded exchanges).
    for name in ("TAX", "NON"):
        put_tax(
            books,
            "TaxCode",
            name,
            {"Name": name, "Description": name, "Taxable": name == "TAX", "TaxGroup": False},
        )
    for object_id, name, rates in _TAX_CODES:
        details: list[Json] = [
            {
                "TaxRateRef": {"value": rate, "name": text(books.find("TaxRate", rate) or {}, "Name")},
                "TaxTypeApplicable": "TaxOnAmount",
                "TaxOrder": 0,
            }
            for rate in rates
        ]
        rest: Obj = {"Description": name, "Active": True, "Taxable": True, "TaxGroup": True}
        lists: Obj = {"SalesTaxRateList": {"TaxRateDetail": details}}
        put_tax(books, "TaxCode", object_id, {"Name": name, **rest, **lists})
        books.use_id("tax codes", object_id)
        books.move_name("tax codes", None, name, ("TaxCode", object_id))


def _open_company(books: Books) -> None:
    address: Obj = {
        "Id": "1",
        "Line1": "123 Sierra Way",
        "City": "San Pablo",
        "CountrySubDivisionCode": "CA",
        "PostalCode": "87999",
    }
    country = books.settings.country
    company: Obj = {
        "CompanyName": "Sandbox Company",
        "LegalName": "Sandbox Company",
        "CompanyAddr": {**address, "Country": ALPHA_3.get(country, country)},
        "Country": country,
        "Email": {"Address": "noreply@quickbooks.com"},
        "FiscalYearStartMonth": "January",
        "SupportedLanguages": "en",
        "DefaultTimeZone": "America/Los_Angeles",
        "CompanyStartDate": books.today().isoformat(),
        "NameValue": [
            {"Name": "PayrollFeature", "Value": str(books.settings.has_payroll).lower()},
            {"Name": "ItemCategoriesFeature", "Value": "true"},
            {"Name": "SubscriptionStatus", "Value": "PAID"},
            {"Name": "OfferingSku", "Value": f"QuickBooks Online {_CALLED[books.settings.plan]}"},
        ],
    }
    put_tax(books, "CompanyInfo", "1", company)
    preferences: Obj = {
        "ProductAndServicesPrefs": {"ForSales": True, "ForPurchase": True, "QuantityOnHand": True},
        "VendorAndPurchasesPrefs": {"BillableExpenseTracking": True, "TrackingByCustomer": True},
        "TimeTrackingPrefs": {"UseServices": True, "BillCustomers": True, "WorkWeekStartDate": "Monday"},
        "ReportPrefs": {"ReportBasis": "Accrual", "CalcAgingReportFromTxnDate": False},
        "EmailMessagesPrefs": email_messages("Sandbox Company"),
        "SalesFormsPrefs": {
            "AllowDiscount": True,
            "AllowDeposit": True,
            "AllowEstimates": True,
            "UsingProgressInvoicing": False,
        },
        "OtherPrefs": {
            "NameValue": [
                {"Name": "SalesFormsPrefs.DefaultCustomerMessage", "Value": "Thank you for your business."},
                {"Name": "ProjectsEnabled", "Value": "false"},
            ]
        },
        "AccountingInfoPrefs": {"FirstMonthOfFiscalYear": "January", "TaxYearMonth": "January"},
    }
    put_tax(books, "Preferences", "1", preferences)
    show_settings(books)


def email_messages(company: str) -> Obj:
    """Return what a company's documents are e-mailed with until somebody writes something else."""
    return {
        f"{document.replace(' ', '')}Message": {
            "Subject": f"{document} from {company}",
            "Message": f"Your {document.lower()} is attached.\n\nSincerely,\n{company}",
        }
        for document in ("Invoice", "Estimate", "Sales Receipt", "Statement")
    }


_CALLED = {
    Plan.SIMPLE_START: "Simple Start",
    Plan.ESSENTIALS: "Essentials",
    Plan.PLUS: "Plus",
    Plan.ADVANCED: "Advanced",
}
