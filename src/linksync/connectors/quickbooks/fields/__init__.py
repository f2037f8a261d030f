# Generated from facts/package.toml by `python -m linksync.connectors.quickbooks.fields.generate`; change it there.
"""The fields of QuickBooks Online's records, typed, and what is known of each.

A mapping names them: `both(qbo.Customer.DisplayName)`, `ref(qbo.Invoice.CustomerRef, to=...)`,
`many(qbo.Invoice.Line, ...)`. The same classes are the table of facts that values are checked against before they
are sent, and that the simulator answers by: lengths, forbidden characters, enums, what is read-only and what is
required.

The names and the JSON shapes are those of the official v3 schema (XSD) and of recorded sandbox traffic. The
schema is shared with QuickBooks Desktop, so a length is only given where the official API reference, or a
schema note for QuickBooks Online, has it. The classes are generated from the schema in `facts/schema/` and the
table in `facts/`, which has what the schema does not know or has wrong, with the source of each fact beside it;
`table` reads both, `generate` writes the modules.
"""

from linksync.connectors.quickbooks.fields.account import Account
from linksync.connectors.quickbooks.fields.attachable import Attachable, AttachableRef
from linksync.connectors.quickbooks.fields.bill import Bill
from linksync.connectors.quickbooks.fields.billpayment import (
    BillPayment,
    BillPaymentCheck,
    BillPaymentCreditCard,
    BillPaymentLine,
)
from linksync.connectors.quickbooks.fields.companyinfo import CompanyInfo
from linksync.connectors.quickbooks.fields.creditmemo import CreditMemo
from linksync.connectors.quickbooks.fields.currencies import CompanyCurrency, ExchangeRate
from linksync.connectors.quickbooks.fields.customer import Customer
from linksync.connectors.quickbooks.fields.deposit import CashBackInfo, Deposit, DepositLine
from linksync.connectors.quickbooks.fields.employee import Employee
from linksync.connectors.quickbooks.fields.entries import CustomField, LinkedTxn, NameValue
from linksync.connectors.quickbooks.fields.estimate import Estimate
from linksync.connectors.quickbooks.fields.expenses import AccountBasedExpenseLine, ItemBasedExpenseLine
from linksync.connectors.quickbooks.fields.groups import (
    DeliveryInfo,
    EmailAddress,
    EntityReference,
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
from linksync.connectors.quickbooks.fields.journalentry import EntityTypeRef, JournalEntry, JournalEntryLine
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
    JournalCode,
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
from linksync.connectors.quickbooks.fields.purchase import Purchase
from linksync.connectors.quickbooks.fields.purchaseorder import PurchaseOrder
from linksync.connectors.quickbooks.fields.recurringtransaction import (
    RecurringInfo,
    RecurringScheduleInfo,
    RecurringTransaction,
)
from linksync.connectors.quickbooks.fields.refundreceipt import RefundReceipt
from linksync.connectors.quickbooks.fields.salesreceipt import SalesReceipt
from linksync.connectors.quickbooks.fields.tax import (
    EffectiveTaxRate,
    TaxAgency,
    TaxCode,
    TaxLine,
    TaxRate,
    TaxRateDetail,
    TaxRateList,
    TxnTaxDetail,
)
from linksync.connectors.quickbooks.fields.taxservice import TaxRateDetails, TaxService
from linksync.connectors.quickbooks.fields.timeactivity import TimeActivity
from linksync.connectors.quickbooks.fields.transfer import CreditCardPayment, Transfer
from linksync.connectors.quickbooks.fields.vendor import Vendor
from linksync.connectors.quickbooks.fields.vendorcredit import VendorCredit

__all__ = [
    "Account",
    "AccountBasedExpenseLine",
    "AccountingInfoPrefs",
    "Attachable",
    "AttachableRef",
    "Bill",
    "BillPayment",
    "BillPaymentCheck",
    "BillPaymentCreditCard",
    "BillPaymentLine",
    "CashBackInfo",
    "Class",
    "CompanyCurrency",
    "CompanyInfo",
    "CreditCardPayment",
    "CreditMemo",
    "Currency",
    "CurrencyPrefs",
    "CustomField",
    "Customer",
    "CustomerType",
    "DeliveryInfo",
    "Department",
    "Deposit",
    "DepositLine",
    "DescriptionLine",
    "DiscountLine",
    "EffectiveTaxRate",
    "EmailAddress",
    "EmailMessage",
    "EmailMessagesPrefs",
    "Employee",
    "EntityReference",
    "EntityTypeRef",
    "Estimate",
    "ExchangeRate",
    "GroupLine",
    "Invoice",
    "Item",
    "ItemBasedExpenseLine",
    "JournalCode",
    "JournalEntry",
    "JournalEntryLine",
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
    "Purchase",
    "PurchaseOrder",
    "RecurringInfo",
    "RecurringScheduleInfo",
    "RecurringTransaction",
    "RefundReceipt",
    "ReportPrefs",
    "SalesFormsPrefs",
    "SalesItemLine",
    "SalesReceipt",
    "TaxAgency",
    "TaxCode",
    "TaxLine",
    "TaxPrefs",
    "TaxRate",
    "TaxRateDetail",
    "TaxRateDetails",
    "TaxRateList",
    "TaxService",
    "TelephoneNumber",
    "Term",
    "TimeActivity",
    "TimeTrackingPrefs",
    "Transfer",
    "TxnTaxDetail",
    "Vendor",
    "VendorAndPurchasesPrefs",
    "VendorCredit",
    "WebSiteAddress",
]
