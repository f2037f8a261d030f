"""A shop's customers, items and invoices reach QuickBooks as the shop means them."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from attrs import evolve

from linksync import CompanySettings, JobState, Outcome
from linksync.testing.quickbooks import Mishap, RequestIds, Rotation, Script
from tests.scenario.shop import (
    Address,
    CustomerMapping,
    EditableInvoiceMapping,
    Item,
    ItemMapping,
    Line,
    Shop,
)

EXACT = Decimal("1234567890123456.78")


def test_a_customer_arrives_with_name_mail_and_address():
    shop = Shop()
    shop.add_customer(name="Amy's Bird Sanctuary", email="amy@birds.example", address=Address(city="Ely"))

    shop.sync.run()

    (customer,) = shop.remote()
    assert customer["DisplayName"] == "Amy's Bird Sanctuary"
    assert customer["PrimaryEmailAddr"] == {"Address": "amy@birds.example"}
    assert customer["BillAddr"]["City"] == "Ely"


def test_an_exact_amount_arrives_as_that_number_and_comes_back():
    shop = Shop()
    shop.items.rows[7] = Item(id=7, name="Bridge", price=EXACT)
    shop.sync.promote("item", 7)

    shop.sync.run()

    assert shop.remote("Item")[0]["UnitPrice"] == EXACT
    assert shop.sync.status("item", 7).link.base.fields["price"].remote == EXACT


def test_an_invoice_brings_its_customer_and_items_along_and_totals_agree():
    shop = Shop()
    shop.add_invoice(
        lines=[
            Line(item_id=7, quantity=Decimal(3), price=Decimal("2.50")),
            Line(item_id=7, quantity=Decimal("0.333"), price=Decimal("9.99")),
        ]
    )

    shop.sync.run()

    (invoice,) = shop.remote("Invoice")
    assert invoice["CustomerRef"]["value"] == shop.sync.status("customer", 1).link.remote_id
    assert invoice["SalesTermRef"]["value"] == "3"
    assert invoice["TotalAmt"] == Decimal("7.50") + Decimal("3.33")
    assert shop.remote()[0]["Balance"] == invoice["TotalAmt"]


def test_an_update_of_one_line_of_an_address_leaves_the_others_as_they_are_there():
    shop = Shop()
    shop.add_customer(address=Address(street="1 Old Road", city="Ely"))
    shop.sync.run()
    shop.company.change("Customer", shop.remote()[0]["Id"], {"Notes": "x"})
    link = shop.sync.status("customer", 1).link
    shop.company.change(
        "Customer", link.remote_id, {"BillAddr": {**shop.remote()[0]["BillAddr"], "Line3": "Back door"}}
    )
    shop.change_customer(address=Address(street="1 Old Road", city="York"))

    shop.sync.run()

    address = shop.remote()[0]["BillAddr"]
    assert (address["Line1"], address["City"], address["Line3"]) == ("1 Old Road", "York", "Back door")


def test_i08_the_accountant_s_tax_code_on_a_line_survives_a_change_of_another_line():
    shop = Shop(mappings=[CustomerMapping, ItemMapping, EditableInvoiceMapping])
    first = Line(item_id=7, quantity=Decimal(1), price=Decimal(10))
    second = Line(item_id=7, quantity=Decimal(2), price=Decimal(10))
    shop.add_invoice(lines=[first, second])
    shop.sync.run()
    invoice = shop.remote("Invoice")[0]
    lines = [dict(line) for line in invoice["Line"]]
    lines[0]["SalesItemLineDetail"] = {**lines[0]["SalesItemLineDetail"], "TaxCodeRef": {"value": "TAX"}}
    shop.company.change("Invoice", invoice["Id"], {"Line": lines})
    shop.add_invoice(lines=[first, Line(item_id=7, quantity=Decimal(5), price=Decimal(10))])

    shop.sync.run()

    kept, changed = [line for line in shop.remote("Invoice")[0]["Line"] if "SalesItemLineDetail" in line]
    assert kept["SalesItemLineDetail"]["TaxCodeRef"] == {"value": "TAX"}
    assert kept["Id"] == lines[0]["Id"]
    assert changed["SalesItemLineDetail"]["Qty"] == 5


def test_a_name_that_is_taken_needs_action_and_is_named():
    shop = Shop()
    shop.company.add("Customer", {"DisplayName": "Customer 1"})
    shop.add_customer()

    shop.sync.run()

    result = shop.last()
    assert (result.outcome, result.code) == (Outcome.NEEDS_ACTION, "6240")
    assert result.reason.endswith("name -> DisplayName: 'Customer 1'")
    assert "link the record that is there already" in result.remedy
    assert result.request_id


@pytest.mark.parametrize("name", ["Acme: North", "Tab\tbed", "x" * 501])
def test_a_name_that_quickbooks_must_refuse_is_told_before_it_is_sent(name):
    shop = Shop()
    shop.add_customer(name=name)

    shop.sync.run()

    assert "name -> DisplayName" in shop.last().reason
    assert shop.simulator.journal.counts().total == 0


def test_a_missing_setting_and_a_missing_choice_say_which():
    shop = Shop(settings=CompanySettings(value_maps={"terms": {}}))
    shop.add_invoice(terms="NET90")

    shop.sync.run()

    assert "income_account" in shop.last("item", 7).reason
    assert shop.sync.status("invoice", "1").job.state is JobState.WAITING
    shop.settings.settings["income_account"] = "1"
    shop.sync.requeue(shop.sync.status("item", 7).job.id)
    shop.sync.run()
    assert "NET90" in shop.last("invoice", "1").reason


def test_a_blanked_mail_is_cleared_there():
    shop = Shop()
    shop.add_customer(email="amy@birds.example")
    shop.sync.run()
    shop.change_customer(email=None)

    shop.sync.run()

    assert not shop.remote()[0].get("PrimaryEmailAddr", {}).get("Address")


def test_an_expired_token_is_renewed_once_and_nothing_is_lost():
    shop = Shop()
    shop.add_customer()
    shop.simulator.authorization.rotation = Rotation.EVERY_TIME
    shop.simulator.authorization.expire_all(shop.company.id)

    run = shop.sync.run()

    assert run.counts == {Outcome.CREATED: 1}
    assert shop.simulator.journal.counts().calls["token"] == 1


def test_a_company_that_disconnected_the_app_is_parked_and_resumes_when_connected_again():
    shop = Shop()
    shop.add_customer()
    shop.simulator.authorization.disconnect(shop.company.id)

    run = shop.sync.run()

    assert run.note.startswith("the company is unauthorised")
    assert run.note.endswith("a new connection opens the company's gate, as resume() does")
    assert shop.sync.status("customer", 1).job.attempts == 0
    assert shop.sync.run().total == 0
    shop.connect_again()
    assert shop.sync.run().counts == {Outcome.CREATED: 1}


def test_throttling_pauses_the_company_and_loses_nothing():
    shop = Shop()
    shop.add_customer()
    shop.simulator.script(Script(mishap=Mishap.THROTTLE, retry_after_seconds=90))
    shop.sync.run()
    shop.clock.advance(timedelta(seconds=91))

    run = shop.sync.run()

    assert run.counts == {Outcome.CREATED: 1}


@pytest.mark.parametrize("request_ids", RequestIds)
@pytest.mark.parametrize(
    "mishap",
    [
        Mishap.LOSE_ANSWER,
        Mishap.LOSE_REQUEST,
        Mishap.REFUSE_CONNECTION,
        Mishap.DIE_IN_BATCH,
        Mishap.FAIL_WITH_HTML,
        Mishap.FAIL_WITH_XML,
        Mishap.FAULT_UNDER_200,
        Mishap.THROTTLE_IN_BATCH,
    ],
)
def test_i02_whatever_goes_wrong_with_a_batch_every_customer_is_there_once(mishap, request_ids):
    shop = Shop()
    shop.company.settings = evolve(shop.company.settings, request_ids=request_ids)
    for id_ in range(1, 6):
        shop.add_customer(id_)
    shop.simulator.script(Script(mishap=mishap, kind="batch", after_items=2))

    shop.settle_down()

    assert sorted(it["DisplayName"] for it in shop.remote()) == [f"Customer {id_}" for id_ in range(1, 6)]
    assert shop.storage.jobs.counts(shop.company.id) == {JobState.SUCCESS: 5}
    assert not shop.simulator.scripts.pending()


def test_a_customer_changed_behind_our_back_is_looked_at_and_written_again():
    shop = Shop()
    shop.add_customer(email="old@example.com")
    shop.sync.run()
    shop.company.change("Customer", shop.remote()[0]["Id"], {"Notes": "called twice"})
    shop.change_customer(email="new@example.com")

    run = shop.sync.run()

    assert run.counts == {Outcome.UPDATED: 1}
    assert shop.remote()[0]["Notes"] == "called twice"
    assert shop.simulator.journal.counts().metered == 1


def test_i14_no_secret_is_in_results_jobs_or_reprs():
    shop = Shop()
    shop.add_customer()
    shop.simulator.script(Script(mishap=Mishap.FAIL_WITH_HTML, kind="create"))
    shop.sync.run()
    status = shop.sync.status("customer", 1)
    secrets = [
        shop.company.tokens.access_token,
        shop.company.tokens.refresh_token,
        shop.simulator.authorization.client_secret,
    ]

    told = repr((status, shop.storage.intents.list_open(shop.company.id), shop.sync.plan()))

    assert not [secret for secret in secrets if secret in told]


def test_creates_cost_no_metered_read_and_as_few_calls_as_batches_of_thirty_allow():
    shop = Shop()
    for id_ in range(1, 92):
        shop.add_customer(id_)

    shop.sync.run()

    counts = shop.simulator.journal.counts()
    assert (counts.total, counts.metered) == (4, 0)


def test_a_document_s_day_is_a_calendar_day_there():
    shop = Shop()
    shop.add_invoice(day=date(2026, 2, 28))

    shop.sync.run()

    assert shop.remote("Invoice")[0]["TxnDate"] == "2026-02-28"
