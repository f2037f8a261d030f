"""How much one transaction may hold."""

import pytest


def entry(amount, kind, account):
    detail = {"PostingType": kind, "AccountRef": {"value": account}}
    return {
        "Amount": amount,
        "DetailType": "JournalEntryLineDetail",
        "JournalEntryLineDetail": detail,
    }


@pytest.mark.parametrize(("count", "is_taken"), [(750, True), (751, False)])
def test_taxable_sales_form_has_at_most_750_lines(qbo, sale, count, is_taken):
    """One line with TAX makes it taxable."""
    customer, item = qbo.customer(), qbo.item()
    lines = [sale(item, 1, TaxCodeRef={"value": "TAX" if number == 0 else "NON"}) for number in range(count)]

    answer = qbo.call("POST", "invoice", {"CustomerRef": {"value": customer["Id"]}, "Line": lines})

    assert (answer.status == 200) is is_taken
    assert (b"at most 750 lines, got 751" in answer.body) is not is_taken


def test_sales_form_without_tax_may_have_more(qbo, sale):
    """Only tax is limited to 750 lines."""
    customer, item = qbo.customer(Taxable=False), qbo.item()

    made = qbo.invoice(customer, *[sale(item, 1)] * 751)

    assert made["TotalAmt"] == 751


def test_transaction_has_at_most_10_000_lines(qbo):
    """Whatever it is."""
    lines = [entry(1, "Debit", "7"), entry(1, "Credit", "35")] * 5_000

    full = qbo.call("POST", "journalentry", {"Line": lines})
    too_full = qbo.fault("JournalEntry", {"Line": [*lines, entry(1, "Debit", "7")]})

    assert full.status == 200
    assert (too_full["code"], too_full["element"]) == ("6000", "Line")
