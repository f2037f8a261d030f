# Generated from facts/deposit.toml by `python -m linksync.connectors.quickbooks.fields.generate`; change it there.
"""A deposit into a bank account."""

from linksync.connectors.quickbooks.fields.account import Account
from linksync.connectors.quickbooks.fields.entries import LinkedTxn
from linksync.connectors.quickbooks.fields.groups import EntityReference, MetaData, PlainRef
from linksync.connectors.quickbooks.fields.lists import Class, Currency, Department, PaymentMethod
from linksync.connectors.quickbooks.fields.tax import TaxCode, TxnTaxDetail
from linksync.mapping.remote import (
    LinesField,
    RefField,
    RemoteGroup,
    RemoteLine,
    RemoteType,
    decimal,
    optional_date,
    optional_decimal,
    optional_integer,
    optional_text,
    text,
)


class DepositLine(RemoteLine):
    """An amount that is deposited: of an account, or of a payment that waits in Undeposited Funds.

    With `LinkedTxn` it takes in what a payment, a sales receipt or another transaction brought; `AccountRef` is of a direct
    deposit.
    """

    discriminator = ("DetailType", "DepositLineDetail")

    Id = text(read_only=True)
    LineNum = optional_integer()
    Description = optional_text(max_length=4000)
    Amount = decimal(required=True)
    # TxnLineId is 0 for a whole transaction (public clients).
    LinkedTxn = LinesField[LinkedTxn](kinds=(LinkedTxn,), id_name="")
    ProjectRef = PlainRef()

    AccountRef = RefField[Account](to="Account", within=("DepositLineDetail",))
    # From whom: a customer or a vendor.
    Entity = EntityReference(within=("DepositLineDetail",))
    ClassRef = RefField[Class](to="Class", within=("DepositLineDetail",))
    PaymentMethodRef = RefField[PaymentMethod](to="PaymentMethod", within=("DepositLineDetail",))
    CheckNum = optional_text(within=("DepositLineDetail",))
    TxnType = optional_text(
        choices=(
            "APCreditCard",
            "ARRefundCreditCard",
            "Bill",
            "BillPaymentCheck",
            "BuildAssembly",
            "CarryOver",
            "CashPurchase",
            "Charge",
            "Check",
            "CreditCardPayment",
            "CreditMemo",
            "Deposit",
            "EFPLiabilityCheck",
            "EFTBillPayment",
            "EFTRefund",
            "Estimate",
            "InventoryAdjustment",
            "InventoryTransfer",
            "Invoice",
            "ItemReceipt",
            "JournalEntry",
            "LiabilityAdjustment",
            "Paycheck",
            "PayrollLiabilityCheck",
            "PurchaseOrder",
            "PriorPayment",
            "ReceivePayment",
            "RefundCheck",
            "ReimburseCharge",
            "SalesOrder",
            "SalesReceipt",
            "SalesTaxPaymentCheck",
            "Transfer",
            "TimeActivity",
            "VendorCredit",
            "VendorPrepayment",
            "YTDAdjustment",
        ),
        within=("DepositLineDetail",),
    )
    TaxCodeRef = RefField[TaxCode](to="TaxCode", within=("DepositLineDetail",))
    TaxApplicableOn = optional_text(choices=("Purchase", "Sales"), within=("DepositLineDetail",))


class CashBackInfo(RemoteGroup):
    """What was taken out in cash."""

    AccountRef = RefField[Account](to="Account")
    Amount = optional_decimal()
    Memo = optional_text()


class Deposit(RemoteType):
    """Money that is brought to a bank account.

    Needs the account and a line. A payment that is in a deposit can neither be changed nor deleted (6540, official error
    code page). It can be deleted and not voided.
    """

    Id = text(read_only=True, filterable=True, sortable=True)
    SyncToken = text(read_only=True)
    MetaData = MetaData()

    # An account of type Bank or Other Current Asset.
    DepositToAccountRef = RefField[Account](to="Account", required=True)
    TxnDate = optional_date(filterable=True, sortable=True)
    PrivateNote = optional_text(max_length=4000)
    CashBack = CashBackInfo()
    DepartmentRef = RefField[Department](to="Department")
    CurrencyRef = RefField[Currency](to="Currency")
    # With multicurrency only.
    ExchangeRate = optional_decimal()

    Line = LinesField[DepositLine](kinds=(DepositLine,), required=True)

    # Outside the US only, and needed there.
    GlobalTaxCalculation = optional_text(choices=("TaxInclusive", "TaxExcluded", "NotApplicable"))
    TxnTaxDetail = TxnTaxDetail()
    TotalAmt = decimal(read_only=True, filterable=True, sortable=True)
    HomeTotalAmt = optional_decimal(read_only=True)
