# Generated from facts/package.toml by `python -m linksync.connectors.quickbooks.fields.generate`; change it there.
"""The fields of QuickBooks Online's records, typed, and what is known of each.

A mapping names them: `both(qbo.Customer.DisplayName)`, `ref(qbo.Invoice.CustomerRef, to=...)`,
`many(qbo.Invoice.Line, ...)`. The same classes are the table of facts that values are checked against before they
are sent, and that the simulator answers by: lengths, forbidden characters, enums, what is read-only and what is
required.

The names and the JSON shapes are those of the official v3 schema (XSD) and of recorded sandbox traffic. The
schema is shared with QuickBooks Desktop, so a length is only given where the official API reference, or a
schema note for QuickBooks Online, has it. The classes are generated from the table in `facts/`, where the
source of each fact stands beside it; `table` reads it, `generate` writes the modules.
"""

from linksync.connectors.quickbooks.fields.account import Account
from linksync.connectors.quickbooks.fields.bill import Bill
from linksync.connectors.quickbooks.fields.companyinfo import CompanyInfo
from linksync.connectors.quickbooks.fields.creditmemo import CreditMemo
from linksync.connectors.quickbooks.fields.customer import Customer
from linksync.connectors.quickbooks.fields.entries import CustomField, LinkedTxn, NameValue
from linksync.connectors.quickbooks.fields.estimate import Estimate
from linksync.connectors.quickbooks.fields.expenses import AccountBasedExpenseLine, ItemBasedExpenseLine
from linksync.connectors.quickbooks.fields.groups import (
    DeliveryInfo,
    EmailAddress,
    MarkupInfo,
    MemoRef,
    MetaData,
    PhysicalAddress,
    PlainRef,
    TelephoneNumber,
    WebSiteAddress,
)
from linksync.connectors.quickbooks.fields.invoice import Invoice
from linksync.connectors.quickbooks.fields.item import Item
from linksync.connectors.quickbooks.fields.lines import (
    DescriptionLine,
    DiscountLine,
    GroupLine,
    SalesItemLine,
)
from linksync.connectors.quickbooks.fields.lists import (
    Class,
    Currency,
    CustomerType,
    Department,
    PaymentMethod,
    Term,
)
from linksync.connectors.quickbooks.fields.payment import Payment, PaymentLine
from linksync.connectors.quickbooks.fields.preferences import (
    AccountingInfoPrefs,
    CurrencyPrefs,
    EmailMessage,
    EmailMessagesPrefs,
    OtherPrefs,
    Preferences,
    ProductAndServicesPrefs,
    ReportPrefs,
    SalesFormsPrefs,
    TaxPrefs,
    TimeTrackingPrefs,
    VendorAndPurchasesPrefs,
)
from linksync.connectors.quickbooks.fields.purchaseorder import PurchaseOrder
from linksync.connectors.quickbooks.fields.salesreceipt import SalesReceipt
from linksync.connectors.quickbooks.fields.tax import (
    TaxCode,
    TaxLine,
    TaxRate,
    TaxRateDetail,
    TaxRateList,
    TxnTaxDetail,
)
from linksync.connectors.quickbooks.fields.vendor import Vendor

__all__ = [
    "Account",
    "AccountBasedExpenseLine",
    "AccountingInfoPrefs",
    "Bill",
    "Class",
    "CompanyInfo",
    "CreditMemo",
    "Currency",
    "CurrencyPrefs",
    "CustomField",
    "Customer",
    "CustomerType",
    "DeliveryInfo",
    "Department",
    "DescriptionLine",
    "DiscountLine",
    "EmailAddress",
    "EmailMessage",
    "EmailMessagesPrefs",
    "Estimate",
    "GroupLine",
    "Invoice",
    "Item",
    "ItemBasedExpenseLine",
    "LinkedTxn",
    "MarkupInfo",
    "MemoRef",
    "MetaData",
    "NameValue",
    "OtherPrefs",
    "Payment",
    "PaymentLine",
    "PaymentMethod",
    "PhysicalAddress",
    "PlainRef",
    "Preferences",
    "ProductAndServicesPrefs",
    "PurchaseOrder",
    "ReportPrefs",
    "SalesFormsPrefs",
    "SalesItemLine",
    "SalesReceipt",
    "TaxCode",
    "TaxLine",
    "TaxPrefs",
    "TaxRate",
    "TaxRateDetail",
    "TaxRateList",
    "TelephoneNumber",
    "Term",
    "TimeTrackingPrefs",
    "TxnTaxDetail",
    "Vendor",
    "VendorAndPurchasesPrefs",
    "WebSiteAddress",
]
