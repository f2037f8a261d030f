"""Does with python-quickbooks what its own tests do in a sandbox's sample company, and prints what came of it as JSON.

The client fills in what it was not told: 0 for quantities and prices, empty texts for booleans.
"""

import json
import sys

from intuitlib.client import AuthClient
from quickbooks import QuickBooks
from quickbooks import objects as qbo
from quickbooks.exceptions import QuickbooksException
from quickbooks.objects.companycurrency import CompanyCurrency
from quickbooks.objects.creditcardpayment_entity import CreditCardPayment
from quickbooks.objects.preferences import Preferences
from quickbooks.objects.taxservice import TaxRateDetails, TaxService

facts = json.loads(sys.argv[1])
auth = AuthClient(
    facts["client_id"],
    facts["client_secret"],
    facts["redirect_uri"],
    environment=facts["url"] + "/.well-known/openid_configuration",
    access_token=facts["access_token"],
)
QuickBooks.api_url_v3 = facts["url"] + "/v3"
client = QuickBooks(
    auth_client=auth, refresh_token=facts["refresh_token"], company_id=facts["company"], minorversion=75
)


def first(kind, **conditions):
    found = (
        kind.filter(max_results=1, qb=client, **conditions)
        if conditions
        else kind.all(max_results=1, qb=client)
    )
    return found[0]


def sale():
    """A line with an amount, and 0 for quantity and price."""
    line = qbo.SalesItemLine()
    line.Amount = 100
    line.SalesItemLineDetail = qbo.SalesItemLineDetail()
    line.SalesItemLineDetail.ItemRef = first(qbo.Item).to_ref()
    return line


def sold(kind):
    document = kind()
    document.CustomerRef = first(qbo.Customer).to_ref()
    document.Line.append(sale())
    return document.save(qb=client)


def saved_again(kind):
    """Read the first object of a kind and send it back as it is; return the code of a refusal."""
    try:
        kind.get(first(kind).Id, qb=client).save(qb=client)
    except QuickbooksException as error:
        return str(error.error_code)
    return ""


# A purchase order with the tax code that is answered first.
order = qbo.PurchaseOrder()
order.VendorRef = first(qbo.Vendor).to_ref()
order.APAccountRef = first(qbo.Account).to_ref()
bought = qbo.ItemBasedExpenseLine()
bought.Amount = 100
bought.ItemBasedExpenseLineDetail = qbo.ItemBasedExpenseLineDetail()
bought.ItemBasedExpenseLineDetail.UnitPrice, bought.ItemBasedExpenseLineDetail.Qty = 100, 1
bought.ItemBasedExpenseLineDetail.ItemRef = first(qbo.Item, Type="Inventory").to_ref()
bought.ItemBasedExpenseLineDetail.TaxCodeRef = first(qbo.TaxCode).to_ref()
order.Line.append(bought)
order = order.save(qb=client)

# A credit card that is paid, on no particular day.
card = CreditCardPayment()
card.Amount = 100
card.BankAccountRef = first(qbo.Account, AccountType="Bank").to_ref()
card.CreditCardAccountRef = first(qbo.Account, AccountType="Credit Card").to_ref()
card = card.save(qb=client)

# A tax code.
rate = TaxRateDetails()
rate.TaxRateName, rate.RateValue, rate.TaxAgencyId, rate.TaxApplicableOn = "Local", 10, 1, "Sales"
tax = TaxService()
tax.TaxCode = "Local"
tax.TaxRateDetails.append(rate)
tax = tax.save(qb=client)

# What e-mails say.
preferences = Preferences.get(qb=client)
preferences.EmailMessagesPrefs.EstimateMessage.Subject = "An offer"
preferences.save(qb=client)

came_of_it = {
    "sold": {
        kind.__name__: sold(kind).Line[0].Amount for kind in (qbo.Invoice, qbo.CreditMemo, qbo.Estimate)
    },
    "ordered": order.Line[0].ItemBasedExpenseLineDetail.TaxCodeRef.value,
    "paid": bool(card.TxnDate),
    "taxed": tax.TaxRateDetails[0].TaxAgencyId,
    "currency": CompanyCurrency.get(1, qb=client).Name,
    "payments": len(qbo.Payment.all(max_results=5, qb=client)),
    "subject": Preferences.get(qb=client).EmailMessagesPrefs.EstimateMessage.Subject,
    "refused": {
        kind.__name__: code
        for kind in (
            qbo.Account,
            qbo.Bill,
            qbo.BillPayment,
            qbo.CompanyInfo,
            qbo.CreditMemo,
            qbo.Customer,
            qbo.Department,
            qbo.Deposit,
            qbo.Employee,
            qbo.Estimate,
            qbo.Invoice,
            qbo.Item,
            qbo.JournalEntry,
            qbo.Payment,
            qbo.PaymentMethod,
            qbo.Purchase,
            qbo.PurchaseOrder,
            qbo.RefundReceipt,
            qbo.Term,
            qbo.TimeActivity,
            qbo.Transfer,
            qbo.Vendor,
            qbo.VendorCredit,
        )
        if (code := saved_again(kind))
    },
}
sys.stdout.write(json.dumps(came_of_it) + "\n")
