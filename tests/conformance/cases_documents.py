"""Cases about sales forms, payments, what is bought and entries."""

from decimal import Decimal

from tests.conformance.building import (
    ACCOUNT,
    BANK,
    EXPENSE,
    PURCHASE,
    SALE,
    account,
    bill,
    customer,
    expense,
    fault,
    first,
    invoice,
    line,
    pay,
    refused,
    sale,
)
from tests.conformance.case import Case, Step
from tests.conformance.matching import ABSENT, ANY


def linked(entity, kept):
    return [{"TxnId": "{" + kept + "}", "TxnType": entity}]


def posting(kind, amount, kept, **detail):
    return {
        "Amount": amount,
        "DetailType": "JournalEntryLineDetail",
        "JournalEntryLineDetail": {"PostingType": kind, "AccountRef": {"value": "{" + kept + "}"}, **detail},
    }


CASES = (
    Case(
        name="numbering",
        rule="a sales form or purchase order without number gets the next one, unless custom transaction numbers are "
        "switched on",
        steps=[*SALE, sale("invoice", line(5), answer={"Invoice": {"DocNumber": ANY}})],
    ),
    Case(
        name="taken number of a bill",
        rule="a document number that is taken is refused with 6140 on bills, purchases and bill payments, unless "
        "include=allowduplicatedocnum; on sales forms it is accepted",
        steps=[
            *PURCHASE,
            Step(
                path="bill",
                body={"VendorRef": {"value": "{vendor}"}, "Line": [expense(1)], "DocNumber": "{word}"},
            ),
            refused(
                "bill",
                {"VendorRef": {"value": "{vendor}"}, "Line": [expense(1)], "DocNumber": "{word}"},
                "6140",
            ),
            Step(
                path="bill",
                args={"include": "allowduplicatedocnum"},
                body={"VendorRef": {"value": "{vendor}"}, "Line": [expense(1)], "DocNumber": "{word}"},
                answer={"Bill": {"DocNumber": "{word}"}},
            ),
        ],
    ),
    Case(
        name="today",
        rule="TxnDate is today where it is left out",
        steps=[*SALE, sale("invoice", line(5), answer={"Invoice": {"TxnDate": ANY}})],
    ),
    Case(
        name="due by terms",
        rule="DueDate follows from the terms, those of the document or else of its customer or vendor; without any it is "
        "30 days after TxnDate",
        steps=[
            *SALE,
            first("Term", "term", "where Name = 'Net 15'"),
            sale(
                "invoice",
                line(5),
                TxnDate="2030-01-01",
                SalesTermRef={"value": "{term}"},
                answer={"Invoice": {"DueDate": "2030-01-16"}},
            ),
            sale("invoice", line(5), TxnDate="2030-01-01", answer={"Invoice": {"DueDate": "2030-01-31"}}),
        ],
    ),
    Case(
        name="e-mail to nobody",
        rule="EmailStatus NeedToSend needs BillEmail",
        steps=[*SALE, sale("invoice", line(5), EmailStatus="NeedToSend", status=400)],
    ),
    Case(
        name="address of the customer",
        rule="addresses are those of the customer where they are left out, down to their ids",
        steps=[
            *SALE[:2],
            Step(
                path="customer",
                body={"DisplayName": "{run} {case}", "BillAddr": {"Line1": "1 Main St."}},
                keep={"id": "Customer.Id", "address": "Customer.BillAddr.Id"},
            ),
            sale(
                "invoice",
                line(5),
                answer={"Invoice": {"BillAddr": {"Id": "{address}", "Line1": "1 Main St."}}},
            ),
        ],
    ),
    Case(
        name="payment of nothing",
        rule="a link to a transaction that is not there, or of a type that cannot be linked here, is refused with 620",
        steps=[
            customer(),
            refused(
                "payment",
                {
                    "CustomerRef": {"value": "{id}"},
                    "TotalAmt": 1,
                    "Line": [{"Amount": 1, "LinkedTxn": [{"TxnId": "999999999", "TxnType": "Invoice"}]}],
                },
            ),
        ],
    ),
    Case(
        name="empty links",
        rule="LinkedTxn of an invoice or payment is shown even if it is empty",
        steps=[
            *SALE,
            invoice(LinkedTxn=[]),
            sale("estimate", line(5), answer={"Estimate": {"LinkedTxn": ABSENT}}),
        ],
    ),
    Case(
        name="delete of a paid invoice",
        rule="a document that is deleted takes itself out of what paid it: the payment keeps its total, unapplied",
        steps=[
            *SALE,
            invoice(),
            pay(60),
            Step(path="invoice", args={"operation": "delete"}, body={"Id": "{invoice}", "SyncToken": "1"}),
            Step(
                method="GET",
                path="payment/{payment}",
                answer={"Payment": {"TotalAmt": 60, "UnappliedAmt": 60}},
            ),
        ],
    ),
    Case(
        name="void of a paid invoice",
        rule="a document to which payments are applied cannot be voided",
        steps=[
            *SALE,
            invoice(),
            pay(60),
            refused("invoice", {"Id": "{invoice}", "SyncToken": "1"}, args={"operation": "void"}),
        ],
    ),
    Case(
        name="deposit",
        rule="a transaction that is in a deposit cannot be changed, voided or deleted: 6540",
        steps=[
            *SALE,
            BANK,
            Step(
                path="payment",
                body={"CustomerRef": {"value": "{id}"}, "TotalAmt": 60},
                keep={"payment": "Payment.Id"},
            ),
            Step(
                path="deposit",
                body={
                    "DepositToAccountRef": {"value": "{bank}"},
                    "Line": [{"Amount": 60, "LinkedTxn": linked("Payment", "payment")}],
                },
                answer={"Deposit": {"TotalAmt": 60}},
            ),
            Step(
                method="GET",
                path="payment/{payment}",
                answer={"Payment": {"LinkedTxn": [{"TxnType": "Deposit"}]}},
                keep={"token": "Payment.SyncToken"},
            ),
            refused(
                "payment",
                {"Id": "{payment}", "SyncToken": "{token}"},
                "6540",
                args={"operation": "delete"},
            ),
        ],
    ),
    Case(
        name="line tax code",
        rule="in the US a line's tax code is TAX or NON: else 6100; elsewhere it is a code of the company",
        steps=[
            *SALE,
            sale("invoice", line(5, TaxCodeRef={"value": "2"}), status=400, answer=fault("6100")),
        ],
    ),
    Case(
        name="tax of a code",
        rule="a US document with TxnTaxCodeRef is taxed by the rates of that code on its lines with TAX, one TaxLine per "
        "rate; without one TotalTax is what was sent, or 0",
        steps=[
            *SALE,
            sale(
                "estimate",
                line(100, TaxCodeRef={"value": "TAX"}),
                TxnTaxDetail={"TxnTaxCodeRef": {"value": "2"}},
                answer={
                    "Estimate": {
                        "TotalAmt": 108,
                        "TxnTaxDetail": {
                            "TotalTax": 8,
                            "TaxLine": [
                                {
                                    "Amount": 8,
                                    "DetailType": "TaxLineDetail",
                                    "TaxLineDetail": {"TaxPercent": 8, "NetAmountTaxable": 100},
                                }
                            ],
                        },
                    }
                },
            ),
        ],
    ),
    Case(
        name="line without tax code",
        rule="a line without tax code gets TAX when item and customer are taxable, else NON; ItemRef gets its name",
        steps=[
            *SALE,
            sale(
                "invoice",
                line(5),
                answer={
                    "Invoice": {
                        "Line": [
                            {
                                "SalesItemLineDetail": {
                                    "ItemRef": {"value": "{item}", "name": "{run} {case}"},
                                    "TaxCodeRef": {"value": "NON"},
                                }
                            },
                            ANY,
                        ]
                    }
                },
            ),
        ],
    ),
    Case(
        name="line without amount",
        rule="a line that sells needs an amount (2020); an item that it names is in use",
        steps=[
            *SALE,
            sale(
                "invoice",
                {
                    "DetailType": "SalesItemLineDetail",
                    "SalesItemLineDetail": {"ItemRef": {"value": "{item}"}},
                },
                status=400,
            ),
        ],
    ),
    Case(
        name="line without item",
        rule="a line that sells and names no item sells the company's default item",
        steps=[
            *SALE,
            sale(
                "invoice",
                {
                    "Amount": 5,
                    "DetailType": "SalesItemLineDetail",
                    "SalesItemLineDetail": {"Qty": 1, "UnitPrice": 5},
                },
                answer={
                    "Invoice": {"TotalAmt": ANY, "Line": [{"SalesItemLineDetail": {"ItemRef": ANY}}, ANY]}
                },
            ),
        ],
    ),
    Case(
        name="cents",
        rule="amounts of lines are kept in whole cents, rounded half up",
        steps=[
            *SALE,
            sale("invoice", line(Decimal("5.005")), answer={"Invoice": {"TotalAmt": Decimal("5.01")}}),
        ],
    ),
    Case(
        name="discount of nothing",
        rule="a discount needs a percentage or an amount: else 6090; its account must exist",
        steps=[
            *SALE,
            sale(
                "invoice",
                line(5),
                {"DetailType": "DiscountLineDetail", "DiscountLineDetail": {"PercentBased": True}},
                status=400,
            ),
        ],
    ),
    Case(
        name="credit memo",
        rule="a credit memo's RemainingCredit and Balance are its total less what payments used of it",
        steps=[
            *SALE,
            sale(
                "creditmemo",
                line(30),
                answer={"CreditMemo": {"RemainingCredit": 30, "Balance": 30}},
                keep={"memo": "CreditMemo.Id"},
            ),
            invoice(),
            Step(
                path="payment",
                body={
                    "CustomerRef": {"value": "{id}"},
                    "TotalAmt": 0,
                    "Line": [
                        {"Amount": 30, "LinkedTxn": linked("Invoice", "invoice")},
                        {"Amount": 30, "LinkedTxn": linked("CreditMemo", "memo")},
                    ],
                },
                answer={"Payment": {"TotalAmt": 0, "UnappliedAmt": 0}},
            ),
            Step(method="GET", path="creditmemo/{memo}", answer={"CreditMemo": {"RemainingCredit": 0}}),
            Step(method="GET", path="invoice/{invoice}", answer={"Invoice": {"Balance": 70}}),
        ],
    ),
    Case(
        name="balance with credit",
        rule="a customer's balance is what its invoices leave open less unused credit memos and unapplied payments; a "
        "vendor's what bills leave open less unused credits and overpaid bill payments",
        steps=[
            *SALE,
            invoice(),
            sale("creditmemo", line(30)),
            Step(path="payment", body={"CustomerRef": {"value": "{id}"}, "TotalAmt": 20}),
            Step(method="GET", path="customer/{id}", answer={"Customer": {"Balance": 50}}),
        ],
    ),
    Case(
        name="refund from nowhere",
        rule="a refund needs the account that the money comes from",
        steps=[*SALE, sale("refundreceipt", line(5), status=400)],
    ),
    Case(
        name="undeposited",
        rule="the money of a sales receipt or payment goes to Undeposited Funds unless it says otherwise",
        steps=[
            *SALE,
            sale(
                "salesreceipt",
                line(5),
                answer={"SalesReceipt": {"DepositToAccountRef": {"name": "Undeposited Funds"}}},
            ),
        ],
    ),
    Case(
        name="paid too much by a line",
        rule="a line cannot pay more of a document than it leaves open, nor one of another customer or vendor: 6000",
        steps=[
            *SALE,
            invoice(),
            refused(
                "payment",
                {
                    "CustomerRef": {"value": "{id}"},
                    "TotalAmt": 150,
                    "Line": [{"Amount": 150, "LinkedTxn": linked("Invoice", "invoice")}],
                },
            ),
        ],
    ),
    Case(
        name="bill",
        rule="APAccountRef is the company's account for payables unless it says otherwise",
        steps=[*PURCHASE, bill(APAccountRef={"value": ANY, "name": ANY})],
    ),
    Case(
        name="line of a bill",
        rule="a line of a purchase is NotBillable and, in the US, has the tax code NON unless it says otherwise; names are "
        "filled in",
        steps=[
            *PURCHASE,
            bill(
                Line=[
                    {
                        "AccountBasedExpenseLineDetail": {
                            "AccountRef": {"value": "{expense}", "name": ANY},
                            "BillableStatus": "NotBillable",
                            "TaxCodeRef": {"value": "NON"},
                        }
                    }
                ]
            ),
        ],
    ),
    Case(
        name="bill of nothing",
        rule="what is bought needs a line with an account or an item: else 2250; a line needs its amount (2020) and its "
        "account or item (6440), which are in use",
        steps=[*PURCHASE, refused("bill", {"VendorRef": {"value": "{vendor}"}, "Line": []})],
    ),
    Case(
        name="bill of nobody",
        rule="what is bought on account needs a vendor that is in use",
        steps=[EXPENSE, refused("bill", {"Line": [expense(5)]})],
    ),
    Case(
        name="bill payment",
        rule="a bill's or vendor credit's balance is its total less what bill payments paid or used",
        steps=[
            *PURCHASE,
            BANK,
            bill(),
            Step(
                path="billpayment",
                body={
                    "VendorRef": {"value": "{vendor}"},
                    "TotalAmt": 60,
                    "PayType": "Check",
                    "CheckPayment": {"BankAccountRef": {"value": "{bank}"}},
                    "Line": [{"Amount": 60, "LinkedTxn": linked("Bill", "bill")}],
                },
                keep={"paid": "BillPayment.Id"},
            ),
            Step(
                method="GET",
                path="bill/{bill}",
                answer={
                    "Bill": {
                        "Balance": 40,
                        "LinkedTxn": [{"TxnId": "{paid}", "TxnType": "BillPaymentCheck"}],
                    }
                },
            ),
        ],
    ),
    Case(
        name="payment type",
        rule="the PaymentType of a purchase cannot be changed; Credit is kept for credit cards only",
        steps=[
            BANK,
            EXPENSE,
            Step(
                path="purchase",
                body={"AccountRef": {"value": "{bank}"}, "PaymentType": "Cash", "Line": [expense(5)]},
                answer={"Purchase": {"TotalAmt": 5, "Credit": ABSENT}},
                keep={"purchase": "Purchase.Id"},
            ),
            refused(
                "purchase",
                {"Id": "{purchase}", "SyncToken": "0", "sparse": True, "PaymentType": "Check"},
            ),
        ],
    ),
    Case(
        name="purchase from the wrong account",
        rule="a purchase by credit card is paid from an account of type Credit Card, others from one of type Bank: else "
        "6430",
        steps=[
            BANK,
            EXPENSE,
            refused(
                "purchase",
                {"AccountRef": {"value": "{bank}"}, "PaymentType": "CreditCard", "Line": [expense(5)]},
                "6430",
            ),
        ],
    ),
    Case(
        name="journal entry",
        rule="the lines of a journal entry are numbered from 0, and its total is 0",
        steps=[
            BANK,
            EXPENSE,
            Step(
                path="journalentry",
                body={"Line": [posting("Debit", 5, "expense"), posting("Credit", 5, "bank")]},
                answer={"JournalEntry": {"Line": [{"Id": "0", "Amount": 5}, {"Id": "1", "Amount": 5}]}},
            ),
        ],
    ),
    Case(
        name="transfer of nothing",
        rule="an amount that is moved is above zero, and goes to another account than it comes from",
        steps=[
            BANK,
            refused(
                "transfer",
                {"FromAccountRef": {"value": "{bank}"}, "ToAccountRef": {"value": "{bank}"}, "Amount": 5},
            ),
        ],
    ),
    Case(
        name="time of nobody",
        rule="time needs who worked, and hours and minutes or a start and an end; a billable one needs a customer and a "
        "rate",
        steps=[refused("timeactivity", {"NameOf": "Employee", "Hours": 1})],
    ),
    Case(
        name="estimate becomes an invoice",
        rule="a payment's lines link invoices and credit memos, a bill payment's bills and vendor credits, a deposit's "
        "payments; an invoice links estimates and time, a bill purchase orders; the other side shows a mirror that cannot "
        "be written",
        steps=[
            *SALE,
            sale("estimate", line(5), keep={"estimate": "Estimate.Id"}),
            sale(
                "invoice",
                line(5),
                LinkedTxn=linked("Estimate", "estimate"),
                keep={"invoice": "Invoice.Id"},
            ),
            Step(
                method="GET",
                path="estimate/{estimate}",
                answer={
                    "Estimate": {
                        "TxnStatus": "Closed",
                        "LinkedTxn": [{"TxnId": "{invoice}", "TxnType": "Invoice"}],
                    }
                },
            ),
        ],
    ),
    Case(
        name="template",
        rule="a recurring transaction is sent and answered within an object of its type's name; it needs RecurringInfo "
        "with Name and RecurType, and moves no balance",
        steps=[
            *PURCHASE,
            Step(
                path="recurringtransaction",
                body={
                    "Bill": {
                        "VendorRef": {"value": "{vendor}"},
                        "Line": [expense(5)],
                        "RecurringInfo": {"Name": "{word}", "RecurType": "UnScheduled"},
                    }
                },
                answer={"RecurringTransaction": {"Bill": {"Id": ANY, "TotalAmt": 5}}},
            ),
            Step(method="GET", path="vendor/{vendor}", answer={"Vendor": {"Balance": 0}}),
        ],
    ),
    Case(
        name="foreign currency",
        rule="without multicurrency everything is in the home currency: another one is 2220; with it, only currencies "
        "that the company has are taken",
        steps=[*SALE, sale("invoice", line(5), CurrencyRef={"value": "ZWL"}, status=400)],
    ),
    Case(
        name="receivables of nobody",
        rule="a deposit needs lines with an amount, each with an account or a transaction that waits to be deposited",
        steps=[BANK, ACCOUNT, refused("deposit", {"DepositToAccountRef": {"value": "{bank}"}, "Line": []})],
    ),
    Case(
        name="order",
        rule="a purchase order is Open until a bill is linked to it, and is not sent",
        steps=[
            *PURCHASE,
            account("Accounts Payable", "payables"),
            Step(
                path="purchaseorder",
                body={
                    "VendorRef": {"value": "{vendor}"},
                    "APAccountRef": {"value": "{payables}"},
                    "Line": [expense(9)],
                },
                answer={"PurchaseOrder": {"POStatus": "Open", "TotalAmt": 9}},
            ),
        ],
    ),
)
