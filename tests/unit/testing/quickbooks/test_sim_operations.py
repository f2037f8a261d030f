"""Voids in their several spellings, sending, printing, the change feed, the closing date, plans."""

from datetime import timedelta

import pytest
from attrs import evolve

from linksync.exactjson import loads
from linksync.testing.quickbooks import Plan, RefusedError
from linksync.testing.quickbooks.table import Table


@pytest.fixture
def customer(qbo):
    return qbo.customer(PrimaryEmailAddr={"Address": "amy@birds.example"})


@pytest.fixture
def invoice(qbo, customer, sale):
    return qbo.invoice(customer, sale(qbo.item(), 100))


def ask_void(qbo, entity, obj, **args):
    body = {"Id": obj["Id"], "SyncToken": obj["SyncToken"], "sparse": True}
    answer = qbo.call("POST", entity.lower(), body, **(args or {"operation": "void"}))
    return answer.status, loads(answer.body)


def test_void_of_an_invoice_is_answered_as_recorded(qbo, customer, invoice):
    """Amounts of zero, the note, the number kept; nobody owes."""
    status, answer = ask_void(qbo, "Invoice", invoice)

    voided = answer["Invoice"]
    assert (status, voided["PrivateNote"], voided["SyncToken"]) == (200, "Voided", "1")
    assert (voided["TotalAmt"], voided["Balance"], voided["Line"][0]["Amount"]) == (0, 0, 0)
    assert voided["DocNumber"] == "1001"
    assert qbo.get("Customer", customer["Id"])["Balance"] == 0


def test_sales_receipt_is_voided_by_include(qbo, sale):
    """operation=update&include=void."""
    receipt = qbo.post("SalesReceipt", {"Line": [sale(qbo.item(), 10)]})

    status, answer = ask_void(qbo, "SalesReceipt", receipt, operation="update", include="void")

    assert (status, answer["SalesReceipt"]["TotalAmt"]) == (200, 0)


def test_void_of_a_bill_is_200_with_a_fault(qbo, expense):
    """And nothing is done."""
    bill = qbo.bill(qbo.vendor(), expense(5))

    status, answer = ask_void(qbo, "Bill", bill)

    assert (status, answer["Fault"]["type"], answer["Fault"]["Error"][0]["code"]) == (
        200,
        "SystemFault",
        "10000",
    )
    assert qbo.get("Bill", bill["Id"]) == bill


def test_void_of_a_journal_entry_is_200_with_nothing(qbo):
    """An empty BatchItemResponse, and nothing is done."""
    lines = [
        {
            "Amount": 5,
            "DetailType": "JournalEntryLineDetail",
            "JournalEntryLineDetail": {"PostingType": posting, "AccountRef": {"value": account}},
        }
        for posting, account in (("Debit", "7"), ("Credit", "35"))
    ]
    entry = qbo.post("JournalEntry", {"Line": lines})

    status, answer = ask_void(qbo, "JournalEntry", entry)

    assert (status, answer["BatchItemResponse"]) == (200, [])
    assert qbo.get("JournalEntry", entry["Id"]) == entry


@pytest.mark.parametrize("args", [{"operation": "void"}, {"operation": "update", "include": "void"}])
def test_void_of_a_purchase_is_refused(qbo, expense, args):
    """400 with 500, either way; a person may."""
    body = {"AccountRef": {"value": "35"}, "PaymentType": "Cash", "Line": [expense(1)]}
    purchase = qbo.post("Purchase", body)

    status, answer = ask_void(qbo, "Purchase", purchase, **args)

    assert (status, answer["Fault"]["Error"][0]["code"]) == (400, "500")
    assert qbo.company.void("Purchase", purchase["Id"])["TotalAmt"] == 0


def test_sending_marks_the_document(qbo, clock, invoice):
    """To the address given, which it keeps."""
    clock.sleep(60)

    answer = qbo.call("POST", f"invoice/{invoice['Id']}/send", sendTo="bo@birds.example")

    sent = loads(answer.body)["Invoice"]
    assert (sent["EmailStatus"], sent["BillEmail"]) == ("EmailSent", {"Address": "bo@birds.example"})
    assert sent["DeliveryInfo"] == {"DeliveryType": "Email", "DeliveryTime": "2026-01-01T19:05:05-08:00"}


def test_document_without_address_is_not_sent(qbo, invoice):
    """2020; to something that is no address 2210; a payment order never, 500."""

    def code(path, **args):
        return loads(qbo.call("POST", path, **args).body)["Fault"]["Error"][0]["code"]

    assert code(f"invoice/{invoice['Id']}/send") == "2020"
    assert code(f"invoice/{invoice['Id']}/send", sendTo="nobody") == "2210"
    assert code("bill/1/send") == "500"


def test_sandbox_sends_forty_emails_a_day(qbo, company, clock, invoice):
    """The next is throttled, until tomorrow."""
    company.settings = evolve(company.settings, is_sandbox=True)

    def send():
        return qbo.call("POST", f"invoice/{invoice['Id']}/send", sendTo="bo@birds.example").status

    assert [send() for _ in range(41)] == [200] * 40 + [429]
    clock.sleep(timedelta(days=1).total_seconds())
    qbo.access_token = qbo.simulator.authorization.grant(company.id).access_token
    assert send() == 200


def test_document_is_printed(qbo, invoice):
    """As a PDF that says what it is."""
    answer = qbo.call("GET", f"invoice/{invoice['Id']}/pdf")

    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body.startswith(b"%PDF-1.4")
    assert b"(Invoice 1001)" in answer.body
    assert answer.body.endswith(b"%%EOF\n")


def test_invoice_link_is_there_when_asked_for(qbo, invoice):
    """By include=invoiceLink."""
    assert "InvoiceLink" not in qbo.get("Invoice", invoice["Id"])
    asked = loads(qbo.call("GET", f"invoice/{invoice['Id']}", include="invoiceLink").body)
    assert asked["Invoice"]["InvoiceLink"].startswith("https://")


def changes(qbo, entities, since="2026-01-01T00:00:00-08:00"):
    answer = loads(qbo.call("GET", "cdc", entities=entities, changedSince=since).body)
    return answer["CDCResponse"][0]["QueryResponse"]


def test_changes_come_oldest_first_and_the_deleted_after_them(qbo, clock, customer, invoice, sale):
    """One group per entity with changes; what is deleted is little more than its id."""
    clock.sleep(10)
    qbo.company.change("Invoice", invoice["Id"], {"PrivateNote": "x"})
    second = qbo.invoice(customer, sale({"Id": "1"}, 5))
    qbo.remove("Invoice", second)
    qbo.invoice(customer, sale({"Id": "1"}, 6))

    (invoices,) = changes(qbo, "invoice,Bill")

    found = [(each["Id"], each.get("status")) for each in invoices["Invoice"]]
    assert found == [("1", None), ("3", None), ("2", "Deleted")]
    assert invoices["Invoice"][2] == {
        "domain": "QBO",
        "status": "Deleted",
        "Id": "2",
        "MetaData": {"LastUpdatedTime": "2026-01-01T19:04:15-08:00"},
    }
    assert (invoices["startPosition"], invoices["maxResults"]) == (1, 3)


def test_nothing_changed_is_an_empty_object(qbo, clock, customer):
    """As one group without entity."""
    clock.sleep(10)

    assert changes(qbo, "Customer", "2026-01-01T19:04:10-08:00") == [{}]


def test_inactive_name_is_whole_or_deleted(qbo, company, customer):
    """Nobody knows: a setting."""
    company.inactivate("Customer", customer["Id"])

    whole = changes(qbo, "Customer")[0]["Customer"][0]
    company.settings = evolve(company.settings, tells_inactive_as_deleted=True)
    deleted = changes(qbo, "Customer")[0]["Customer"][0]

    assert (whole["Active"], deleted["status"]) == (False, "Deleted")


def test_feed_ends_at_a_thousand_objects(qbo):
    """In all, over the entities."""
    for number in range(998):
        qbo.company.add("Customer", {"DisplayName": f"c{number}"})
    for number in range(5):
        qbo.company.add("Vendor", {"DisplayName": f"v{number}"})

    customers, vendors = changes(qbo, "Customer,Vendor")

    assert (len(customers["Customer"]), len(vendors["Vendor"])) == (998, 2)


def test_feed_looks_at_no_more_than_it_answers(qbo, monkeypatch):
    """However many have changed."""
    for number in range(1100):
        qbo.company.add("Customer", {"DisplayName": f"c{number}"})
    seen = []
    find = Table.find_all
    monkeypatch.setattr(Table, "find_all", lambda table, ids: find(table, seen.extend(ids) or ids))

    changes(qbo, "Customer,Vendor")

    assert len(seen) == 1000


def test_feed_looks_back_thirty_days(qbo, company, clock, customer):
    """A setting; by default an earlier instant is taken as that."""
    clock.sleep(timedelta(days=31).total_seconds())
    qbo.access_token = qbo.simulator.authorization.grant(company.id).access_token

    assert changes(qbo, "Customer") == [{}]
    company.settings = evolve(company.settings, cdc_look_back=None)
    assert len(changes(qbo, "Customer")[0]["Customer"]) == 1


@pytest.mark.parametrize(("entities", "code"), [("TaxCode", "500"), ("Custmoer", "4001"), ("", "2020")])
def test_feed_refuses_what_it_does_not_have(qbo, entities, code):
    """Each with its code; an instant that cannot be read is 2060."""

    def refused(**args):
        return loads(qbo.call("GET", "cdc", **args).body)["Fault"]["Error"][0]["code"]

    assert refused(entities=entities, changedSince="2026-01-01") == code
    assert refused(entities="Customer", changedSince="yesterday") == "2060"


def test_feed_in_a_batch(qbo, customer):
    """A CDCQuery is an item like others."""
    item = {"bId": "1", "CDCQuery": {"Entities": "Customer", "ChangedSince": "2026-01-01T00:00:00-08:00"}}

    (answer,) = qbo.batch(item)

    assert answer["CDCResponse"][0]["QueryResponse"][0]["Customer"][0]["Id"] == customer["Id"]


def test_closed_books_are_closed(qbo, company, invoice, sale):
    """Nothing dated until that day is written, changed, voided or deleted: 6200; with a password 6210."""
    company.close_books(company.books.today())
    body = {"Id": invoice["Id"], "SyncToken": "0", "sparse": True, "PrivateNote": "x"}
    new = {"CustomerRef": invoice["CustomerRef"], "Line": [sale({"Id": "1"}, 5)]}

    codes = [
        qbo.refused("Invoice", body),
        qbo.refused("Invoice", body, operation="void"),
        qbo.refused("Invoice", body, operation="delete"),
        qbo.refused("Invoice", new),
    ]
    company.close_books(company.books.today(), with_password=True)

    assert codes == ["6200"] * 4
    assert qbo.refused("Invoice", body) == "6210"
    company.open_books()
    assert qbo.post("Invoice", body)["PrivateNote"] == "x"


def test_closing_date_is_in_the_preferences(qbo, company):
    """As long as the books are closed."""
    company.close_books(company.books.today())
    closed = loads(qbo.call("GET", "preferences").body)["Preferences"]["AccountingInfoPrefs"]
    company.open_books()
    opened = loads(qbo.call("GET", "preferences").body)["Preferences"]["AccountingInfoPrefs"]

    assert (closed["BookCloseDate"], "BookCloseDate" in opened) == ("2026-01-01", False)


def test_small_plan_lacks_features(qbo, company, expense):
    """5020 for what it does not have, 6190 for everything once nobody pays."""
    vendor = qbo.vendor()
    company.change_plan(Plan.SIMPLE_START)

    bill = {"VendorRef": {"value": vendor["Id"]}, "Line": [expense(1)]}
    codes = qbo.refused("Bill", bill), qbo.refused("Class", {"Name": "x"})
    company.change_plan(None)

    assert codes == ("5020", "5020")
    assert qbo.refused("Customer", {"DisplayName": "x"}) == "6190"
    assert qbo.get("Vendor", vendor["Id"])["DisplayName"] == "Norton Lumber"


def test_person_merges_two_customers(qbo, company, sale):
    """Documents, jobs and balance go to the one that stays; the other is out of use."""
    gone, stays = qbo.customer("Gone"), qbo.customer("Stays")
    job = qbo.customer("job", Job=True, ParentRef={"value": gone["Id"]})
    invoice = qbo.invoice(gone, sale(qbo.item(), 100))

    company.merge("Customer", gone["Id"], into=stays["Id"])

    assert qbo.get("Invoice", invoice["Id"])["CustomerRef"] == {"value": "2", "name": "Stays"}
    assert qbo.get("Customer", job["Id"])["ParentRef"]["value"] == stays["Id"]
    left, kept = qbo.get("Customer", gone["Id"]), qbo.get("Customer", stays["Id"])
    assert (left["Active"], left["DisplayName"], left["Balance"]) == (False, "Gone (deleted)", 0)
    assert (kept["Balance"], kept["SyncToken"]) == (100, "1")
    assert qbo.customer("Gone")["Active"] is True


def test_bills_cannot_be_merged(qbo, company, expense):
    """Only names can."""
    vendor = qbo.vendor()
    first, second = qbo.bill(vendor, expense(1)), qbo.bill(vendor, expense(1))

    with pytest.raises(RefusedError):
        company.merge("Bill", first["Id"], into=second["Id"])


def test_person_restores_a_customer(qbo, company, customer):
    """By its plain name."""
    company.inactivate("Customer", customer["Id"])

    restored = company.restore("Customer", customer["Id"])

    assert (restored["Active"], restored["DisplayName"]) == (True, "Amy's Bird Sanctuary")


def test_person_disconnects_the_app(qbo, company, customer):
    """Its tokens are dead: 401, and invalid_grant."""
    company.disconnect()

    assert qbo.call("GET", "customer/1").status == 401
    answer = qbo.token(grant_type="refresh_token", refresh_token=company.tokens.refresh_token)
    assert loads(answer.body)["error"] == "invalid_grant"
