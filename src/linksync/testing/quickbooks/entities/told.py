"""What webhooks tell of each entity."""

from linksync.testing.quickbooks.happenings import Happened
from linksync.testing.quickbooks.rules import Certainty, rule

_LETTERS = {
    "c": Happened.CREATED,
    "u": Happened.UPDATED,
    "d": Happened.DELETED,
    "m": Happened.MERGED,
    "v": Happened.VOIDED,
    "e": Happened.EMAILED,
}
_TOLD = {
    "Account": "cudm",
    "Bill": "cud",
    "BillPayment": "cudv",
    "Class": "cudm",
    "CompanyCurrency": "cud",
    "CreditMemo": "cudve",
    "Customer": "cudm",
    "Department": "cum",
    "Deposit": "cud",
    "Employee": "cudm",
    "Estimate": "cude",
    "Invoice": "cudve",
    "Item": "cudm",
    "JournalCode": "cu",
    "JournalEntry": "cud",
    "Payment": "cudve",
    "PaymentMethod": "cum",
    "Preferences": "u",
    "Purchase": "cudv",
    "PurchaseOrder": "cude",
    "RefundReceipt": "cudve",
    "SalesReceipt": "cudve",
    "TaxAgency": "cu",
    "Term": "cu",
    "TimeActivity": "cud",
    "Transfer": "cudv",
    "Vendor": "cudm",
    "VendorCredit": "cud",
}


@rule(
    "webhooks tell of each entity what the official table ticks; taking a name out of use is Delete",
    Certainty.OFFICIAL,
    "official webhooks page for the number of ticks; which they are, and the Delete, is likely",
)
def told_of(entity: str) -> frozenset[Happened]:
    """Return what webhooks tell of an entity."""
    return frozenset(_LETTERS[letter] for letter in _TOLD.get(entity, ""))
