# Generated from facts/payment.toml by `python -m linksync.connectors.quickbooks.fields.generate`; change it there.
"""A customer's payment."""

from linksync.connectors.quickbooks.fields.account import Account
from linksync.connectors.quickbooks.fields.customer import Customer
from linksync.connectors.quickbooks.fields.entries import LinkedTxn
from linksync.connectors.quickbooks.fields.groups import MetaData, PlainRef
from linksync.connectors.quickbooks.fields.lists import Currency, PaymentMethod
from linksync.mapping.remote import (
    LinesField,
    RefField,
    RemoteLine,
    RemoteType,
    decimal,
    optional_boolean,
    optional_date,
    optional_decimal,
    optional_text,
    text,
)


class PaymentLine(RemoteLine):
    """How much of a payment goes to which invoices or credit memos.

    Nothing marks it: the lines of a payment come without `DetailType` and without an id (official payment page).
    """

    Amount = decimal(required=True)
    # TxnType is Invoice, CreditMemo or another one that is owed.
    LinkedTxn = LinesField[LinkedTxn](kinds=(LinkedTxn,), id_name="", required=True)


class Payment(RemoteType):
    """What a customer paid, for invoices or on account.

    What its lines do not apply stays unapplied; more than is owed is accepted (report of a live run). Applying it
    raises the `SyncToken` of the invoice, deleting it gives the invoice its balance back (report of a live run). It
    can be deleted and voided.
    """

    Id = text(read_only=True, filterable=True, sortable=True)
    SyncToken = text(read_only=True)
    MetaData = MetaData()

    TxnDate = optional_date(filterable=True, sortable=True)
    CustomerRef = RefField[Customer](to="Customer", required=True, filterable=True)
    TotalAmt = decimal(required=True, filterable=True)
    PaymentMethodRef = RefField[PaymentMethod](to="PaymentMethod", filterable=True)
    # Such as the number of a check; 21 is that of the sales receipt, the payment page gives none.
    PaymentRefNum = optional_text(max_length=21, filterable=True)
    # Undeposited Funds when left out (official sales receipt page).
    DepositToAccountRef = RefField[Account](to="Account")
    ARAccountRef = RefField[Account](to="Account")
    PrivateNote = optional_text(max_length=4000)
    ProjectRef = PlainRef()
    CurrencyRef = RefField[Currency](to="Currency")
    # With multicurrency only.
    ExchangeRate = optional_decimal()
    # Whether QuickBooks is to charge the customer's card.
    ProcessPayment = optional_boolean()
    TxnStatus = optional_text(read_only=True)

    Line = LinesField[PaymentLine](kinds=(PaymentLine,), id_name="")
    # Shows what the lines say, such as the deposit that it is in.
    LinkedTxn = LinesField[LinkedTxn](kinds=(LinkedTxn,), id_name="")

    UnappliedAmt = decimal(read_only=True)
