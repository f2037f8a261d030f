"""Payments, deposits and links."""

from decimal import Decimal

import pytest


@pytest.fixture
def customer(qbo):
    return qbo.customer()


@pytest.fixture
def invoice(qbo, customer, sale):
    return qbo.invoice(customer, sale(qbo.item(), 100))


def balances(qbo, customer, invoice):
    return qbo.get("Invoice", invoice["Id"])["Balance"], qbo.get("Customer", customer["Id"])["Balance"]


def test_payment_lowers_what_it_pays(qbo, clock, customer, invoice):
    """The invoice's balance, version and time move, and it shows the payment."""
    clock.sleep(60)

    payment = qbo.payment(customer, 60, Invoice=(invoice["Id"], 60))

    paid = qbo.get("Invoice", invoice["Id"])
    assert (paid["Balance"], paid["TotalAmt"], paid["SyncToken"]) == (40, 100, "1")
    assert paid["LinkedTxn"] == [{"TxnId": payment["Id"], "TxnType": "Payment"}]
    assert paid["MetaData"]["LastUpdatedTime"] == "2026-01-01T19:05:05-08:00"
    assert (payment["UnappliedAmt"], qbo.get("Customer", customer["Id"])["Balance"]) == (0, 40)


def test_stored_token_of_a_paid_invoice_is_stale(qbo, customer, invoice):
    """5010."""
    qbo.payment(customer, 60, Invoice=(invoice["Id"], 60))

    body = {"Id": invoice["Id"], "SyncToken": "0", "sparse": True, "PrivateNote": "x"}

    assert qbo.refused("Invoice", body) == "5010"


def test_overpayment_stays_unapplied(qbo, customer, invoice):
    """It is accepted, and is a credit of the customer's."""
    payment = qbo.payment(customer, 130, Invoice=(invoice["Id"], 100))

    assert payment["UnappliedAmt"] == 30
    assert balances(qbo, customer, invoice) == (0, -30)


@pytest.mark.parametrize(("total", "applied"), [(50, 60), (200, 150), (-1, 0)])
def test_payment_that_does_not_add_up_is_refused(qbo, customer, invoice, total, applied):
    """Lines beyond the total, beyond what is open, and a negative total."""
    line = {"Amount": applied, "LinkedTxn": [{"TxnId": invoice["Id"], "TxnType": "Invoice"}]}
    body = {"CustomerRef": {"value": customer["Id"]}, "TotalAmt": total, "Line": [line]}

    assert qbo.refused("Payment", body) == "6000"


def test_payment_of_nothing_is_refused(qbo, customer):
    """A link to an invoice that is not there is 620."""
    line = {"Amount": 1, "LinkedTxn": [{"TxnId": "999", "TxnType": "Invoice"}]}
    body = {"CustomerRef": {"value": customer["Id"]}, "TotalAmt": 1, "Line": [line]}

    assert qbo.refused("Payment", body) == "620"


@pytest.mark.parametrize(
    "how", [{"operation": "delete"}, {"operation": "void"}, {"operation": "update", "include": "void"}]
)
def test_payment_taken_back_is_owed_again(qbo, customer, invoice, how):
    """By delete, and by either way of voiding."""
    payment = qbo.payment(customer, 60, Invoice=(invoice["Id"], 60))

    qbo.post("Payment", {"Id": payment["Id"], "SyncToken": "0", "sparse": True}, **how)

    assert balances(qbo, customer, invoice) == (100, 100)
    assert qbo.get("Invoice", invoice["Id"])["LinkedTxn"] == []


def test_payment_moves_to_another_invoice(qbo, customer, invoice, sale):
    """Lines that replace others give back and take anew."""
    other = qbo.invoice(customer, sale({"Id": "1"}, 50))
    payment = qbo.payment(customer, 50, Invoice=(invoice["Id"], 50))
    line = {"Amount": 50, "LinkedTxn": [{"TxnId": other["Id"], "TxnType": "Invoice"}]}

    qbo.post("Payment", {"Id": payment["Id"], "SyncToken": "0", "sparse": True, "Line": [line]})

    assert balances(qbo, customer, invoice) == (100, 100)
    assert qbo.get("Invoice", other["Id"])["Balance"] == 0


def test_credit_memo_is_used_by_a_payment_of_nothing(qbo, customer, invoice):
    """A payment of 0 links the invoice and the credit."""
    memo = qbo.post(
        "CreditMemo",
        {"CustomerRef": {"value": customer["Id"]}, "Line": [{**invoice["Line"][0], "Amount": 30}]},
    )

    payment = qbo.payment(customer, 0, Invoice=(invoice["Id"], 30), CreditMemo=(memo["Id"], 30))

    assert payment["UnappliedAmt"] == 0
    assert qbo.get("CreditMemo", memo["Id"])["RemainingCredit"] == 0
    assert balances(qbo, customer, invoice) == (70, 70)


def test_paid_invoice_cannot_be_voided_but_deleted(qbo, customer, invoice):
    """Voiding is refused; deleting leaves the payment unapplied."""
    payment = qbo.payment(customer, 60, Invoice=(invoice["Id"], 60))
    body = {"Id": invoice["Id"], "SyncToken": "1"}

    assert qbo.refused("Invoice", body, operation="void") == "6000"
    qbo.post("Invoice", body, operation="delete")

    left = qbo.get("Payment", payment["Id"])
    assert (left["UnappliedAmt"], left["Line"], qbo.get("Customer", "1")["Balance"]) == (60, [], -60)


def test_update_of_a_paid_invoice_keeps_what_was_paid(qbo, customer, invoice):
    """A full update without LinkedTxn leaves the mirror; a total below what was paid is refused."""
    qbo.payment(customer, 60, Invoice=(invoice["Id"], 60))
    body = {"Id": invoice["Id"], "SyncToken": "1", "CustomerRef": {"value": "1"}, "DocNumber": "1001"}
    line = {**invoice["Line"][0], "Amount": 80}

    changed = qbo.post("Invoice", {**body, "Line": [line]})
    refused = qbo.refused("Invoice", {**body, "SyncToken": "2", "Line": [{**line, "Amount": 50}]})

    assert (changed["Balance"], changed["LinkedTxn"][0]["TxnType"], refused) == (20, "Payment", "6000")


def test_deposit_locks_its_payment(qbo, customer, invoice):
    """6540 until the deposit is gone."""
    payment = qbo.payment(customer, 60, Invoice=(invoice["Id"], 60))
    linked = [{"TxnId": payment["Id"], "TxnType": "Payment", "TxnLineId": "0"}]
    deposit = qbo.post(
        "Deposit", {"DepositToAccountRef": {"value": "35"}, "Line": [{"Amount": 60, "LinkedTxn": linked}]}
    )
    token = qbo.get("Payment", payment["Id"])["SyncToken"]
    body = {"Id": payment["Id"], "SyncToken": token, "sparse": True, "PrivateNote": "x"}

    locked = qbo.refused("Payment", body), qbo.refused("Payment", body, operation="delete")
    qbo.remove("Deposit", deposit)

    assert (deposit["TotalAmt"], locked) == (60, ("6540", "6540"))
    free = qbo.get("Payment", payment["Id"])
    assert free["LinkedTxn"] == []
    qbo.remove("Payment", free)


def test_payment_is_deposited_once(qbo, customer):
    """A second deposit of it is refused."""
    payment = qbo.payment(customer, 60)
    line = {"Amount": 60, "LinkedTxn": [{"TxnId": payment["Id"], "TxnType": "Payment"}]}
    body = {"DepositToAccountRef": {"value": "35"}, "Line": [line]}
    qbo.post("Deposit", body)

    assert qbo.refused("Deposit", body) == "6000"


def test_invoice_closes_its_estimate(qbo, clock, customer, invoice):
    """The estimate's time moves and its version stays, as recorded; without the invoice it is pending again."""
    sent = {"CustomerRef": {"value": customer["Id"]}, "Line": invoice["Line"]}
    estimate = qbo.post("Estimate", sent)
    clock.sleep(60)

    made = qbo.post("Invoice", {**sent, "LinkedTxn": [{"TxnId": estimate["Id"], "TxnType": "Estimate"}]})

    closed = qbo.get("Estimate", estimate["Id"])
    assert (closed["TxnStatus"], closed["SyncToken"]) == ("Closed", "0")
    assert closed["LinkedTxn"] == [{"TxnId": made["Id"], "TxnType": "Invoice"}]
    assert closed["MetaData"]["LastUpdatedTime"] > estimate["MetaData"]["LastUpdatedTime"]
    qbo.remove("Invoice", made)
    assert qbo.get("Estimate", estimate["Id"])["TxnStatus"] == "Pending"


def test_person_pays_an_invoice(qbo, company, customer, invoice):
    """All of it unless told, and more than it if so."""
    company.pay(invoice["Id"], 40)
    company.pay(invoice["Id"], Decimal(70))

    assert balances(qbo, customer, invoice) == (0, -10)


def test_job_pays_for_its_parent(qbo, customer, sale):
    """Balances of those above follow."""
    job = qbo.customer("job", Job=True, ParentRef={"value": customer["Id"]})
    invoice = qbo.invoice(job, sale(qbo.item(), 100))

    qbo.payment(job, 30, Invoice=(invoice["Id"], 30))

    parent = qbo.get("Customer", customer["Id"])
    assert (parent["Balance"], parent["BalanceWithJobs"]) == (0, 70)
