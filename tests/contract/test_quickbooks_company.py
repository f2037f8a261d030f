"""What the connector reads, searches, follows and does by hand, against the simulator."""

from datetime import timedelta
from decimal import Decimal

import pytest

from linksync.connectors.quickbooks import (
    AppCredentials,
    BatchItem,
    QuickBooks,
    Upload,
    select,
)
from linksync.connectors.quickbooks import fields as qbo
from linksync.connectors.quickbooks.entities import ENTITIES
from linksync.endpoints import ChangeFeed, Comparison, Condition, Endpoint, Searcher
from linksync.errors import ConfigurationError, DuplicateError, NotFoundError, StaleError
from linksync.records import CompanyId, Gone, RemoteState
from linksync.storage.memory import MemoryStorage
from linksync.testing.clock import FakeClock
from linksync.testing.quickbooks import NO_LIMITS, QuickBooksSimulator, SimulatorTransport
from linksync.tokens import Token


class Scene:
    """A company in the simulator, and the connector that reaches it."""

    def __init__(self):
        self.clock = FakeClock()
        self.simulator = QuickBooksSimulator(clock=self.clock, limits=NO_LIMITS)
        self.books = self.simulator.add_company()
        tokens = MemoryStorage(self.clock).tokens
        company = CompanyId(self.books.id)
        granted = self.books.tokens
        tokens.save(
            company,
            Token(
                access_token=granted.access_token,
                refresh_token=granted.refresh_token,
                expires_at=self.clock.now() + timedelta(hours=1),
            ),
        )
        app = AppCredentials(
            client_id=self.simulator.authorization.client_id,
            client_secret=self.simulator.authorization.client_secret,
        )
        quickbooks = QuickBooks(
            app, tokens=tokens, transport=SimulatorTransport(self.simulator), clock=self.clock
        )
        self.endpoint = quickbooks(company)
        self.company = quickbooks.company(company)

    @property
    def asked(self):
        return [entry.kind for entry in self.simulator.journal.requests()]

    def customer(self, name="Amy's Bird Sanctuary", **values):
        return self.company[qbo.Customer].create({"DisplayName": name, **values})

    def invoice(self, **values):
        item = self.company[qbo.Item].create(
            {"Name": "Seed", "Type": "Service", "IncomeAccountRef": {"value": "1"}}
        )
        line = {
            "Amount": Decimal("7.50"),
            "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": {"ItemRef": {"value": item["Id"]}, "Qty": 3, "UnitPrice": Decimal("2.5")},
        }
        customer = self.customer()
        return self.company[qbo.Invoice].create(
            {"CustomerRef": {"value": customer["Id"]}, "Line": [line], **values}
        )


@pytest.fixture
def scene():
    return Scene()


def test_the_endpoint_is_all_that_an_endpoint_can_be(scene):
    """To a type checker, and here by its methods."""
    endpoint: Endpoint = scene.endpoint
    searcher: Searcher = scene.endpoint
    feed: ChangeFeed = scene.endpoint

    assert endpoint is searcher is feed


NAMES = [
    "Amy's Bird Sanctuary",
    r"back\slash \' and more",
    "Ünïcodé “quotes” 寿司 🚀",
    'double "quotes"',
    "100% & more; drop table",
]


def test_tax_codes_without_active_are_found(scene):
    """TAX and NON have none; those that are out of use are found as well, each once."""
    (city,) = (row for row in scene.books.objects("TaxCode") if row["Id"] == "2")
    scene.books.books.put("TaxCode", {**city, "Active": False})

    found = [(record.id, record.state) for record in scene.endpoint.search("TaxCode")]
    by_name = scene.endpoint.search("TaxCode", [Condition(name="Name", value="NON")])

    assert sorted(found) == [
        ("2", RemoteState.INACTIVE),
        ("3", RemoteState.ACTIVE),
        ("NON", RemoteState.ACTIVE),
        ("TAX", RemoteState.ACTIVE),
    ]
    assert [record.id for record in by_name] == ["NON"]


@pytest.mark.parametrize("name", [name for name in NAMES if "%" not in name])
def test_a_record_is_found_by_its_awkward_name(scene, name):
    """Apostrophes, backslashes and characters beyond ASCII included."""
    scene.customer("Somebody else")
    created = scene.customer(name)
    by_name = Condition(name="DisplayName", value=name)
    by_part = Condition(name="DisplayName", comparison=Comparison.CONTAINS, value=name[2:8])

    found = [
        [record.id for record in scene.endpoint.search("Customer", [each])] for each in (by_name, by_part)
    ]

    assert found == [[created["Id"]], [created["Id"]]]


def test_a_search_is_exact_about_percent_signs(scene):
    """They mean anything in a pattern, and themselves in a name."""
    created = scene.customer("100% cotton")

    (found,) = scene.endpoint.search("Customer", [Condition(name="DisplayName", value="100% cotton")])

    assert found.id == created["Id"]


def test_a_search_finds_inactive_ones_and_as_few_requests_as_pages(scene):
    """Matching 1500 records takes two."""
    for number in range(1500):
        scene.books.add("Customer", {"DisplayName": f"Customer {number}"})
    scene.books.inactivate("Customer", scene.books.objects("Customer")[0]["Id"])

    found = list(scene.endpoint.search("Customer"))

    assert len(found) == 1500
    assert [record.state for record in found].count(RemoteState.INACTIVE) == 1
    assert scene.asked == ["query", "query"]


def test_a_list_of_values_is_one_question(scene):
    """For the names that were asked."""
    wanted = [scene.customer(name)["Id"] for name in ("A", "B's", "C")][:2]

    found = scene.endpoint.search(
        "Customer", [Condition(name="DisplayName", comparison=Comparison.ONE_OF, value=["A", "B's"])]
    )

    assert [record.id for record in found] == wanted


def test_changes_are_told_once_they_are_there_and_not_again(scene):
    """From a cursor on that was taken before."""
    cursor = scene.endpoint.cursor()
    scene.clock.advance(timedelta(minutes=1))
    invoice = scene.invoice()

    (page,) = scene.endpoint.changes(["Customer", "Item", "Invoice"], cursor)
    scene.clock.advance(timedelta(hours=1))
    (later,) = scene.endpoint.changes(["Customer", "Item", "Invoice"], page.cursor)
    (last,) = scene.endpoint.changes(["Customer", "Item", "Invoice"], later.cursor)

    assert {change.record_type for change in page.changes} == {"Customer", "Item", "Invoice"}
    told = next(change for change in page.changes if change.record_type == "Invoice")
    assert (told.id, told.record.version) == (invoice["Id"], invoice["SyncToken"])
    assert list(last.changes) == []


def test_deletions_and_inactivations_are_told(scene):
    """The one as an id, the other as a record."""
    invoice = scene.invoice()
    customer = invoice["CustomerRef"]["value"]
    cursor = scene.endpoint.cursor()
    scene.clock.advance(timedelta(minutes=1))
    scene.company[qbo.Invoice].delete(invoice)
    read = scene.company[qbo.Customer].get(customer)
    scene.company[qbo.Customer].inactivate(read)

    (page,) = scene.endpoint.changes(["Customer", "Invoice"], cursor)

    states = {(change.record_type, change.id): change.state for change in page.changes}
    assert states[("Invoice", invoice["Id"])] is RemoteState.DELETED
    assert states[("Customer", customer)] is RemoteState.INACTIVE


def test_more_changes_than_one_answer_holds_are_all_told(scene):
    """In pages, the last of which moves the cursor."""
    cursor = scene.endpoint.cursor()
    scene.clock.advance(timedelta(minutes=10))
    for number in range(1200):
        scene.books.add("Customer", {"DisplayName": f"Customer {number}"})
    scene.books.add("Vendor", {"DisplayName": "A vendor"})

    pages = list(scene.endpoint.changes(["Customer", "Vendor"], cursor))

    told = {(change.record_type, change.id) for page in pages for change in page.changes}
    assert len(told) == 1201
    assert [page.cursor == cursor for page in pages] == [True, True, False]
    assert pages[0].unsure == {"Customer"}


@pytest.mark.parametrize("name", sorted(ENTITIES))
def test_every_kind_of_record_can_be_queried_read_and_followed(scene, name):
    """By the names that each has; a record that is not there is gone for certain."""
    cursor = scene.endpoint.cursor()

    records = list(scene.endpoint.search(name))
    pages = list(scene.endpoint.changes([name], cursor))

    assert all(record.id for record in records)
    assert pages[-1].cursor >= cursor
    if name != "CompanyInfo":
        assert scene.endpoint.read(name, ["999999"]) == {"999999": Gone()}
    if records:
        assert scene.endpoint.read(name, [records[0].id])[records[0].id].values["Id"] == records[0].id


def test_a_record_is_created_read_changed_replaced_and_deleted_by_hand(scene):
    """Every amount exact."""
    invoices = scene.company[qbo.Invoice]
    created = scene.invoice(PrivateNote="first", CustomerMemo={"value": "Thanks"})

    changed = invoices.update(
        {**{name: created[name] for name in ("Id", "SyncToken")}, "PrivateNote": "second"}
    )
    left_out = {name: value for name, value in changed.items() if name != "CustomerMemo"}
    replaced = invoices.replace(left_out)

    assert (changed["PrivateNote"], changed["CustomerMemo"]) == ("second", {"value": "Thanks"})
    assert "CustomerMemo" not in replaced
    assert Decimal(replaced["TotalAmt"]) == Decimal("7.50")
    with pytest.raises(StaleError):
        invoices.update(created)
    invoices.delete(replaced)
    assert invoices.find(created["Id"]) is None
    with pytest.raises(NotFoundError):
        invoices.get(created["Id"])


def test_an_invoice_is_voided_sent_and_printed(scene):
    """Each in its own way."""
    invoices = scene.company[qbo.Invoice]
    created = scene.invoice()

    sent = invoices.send(created["Id"], to="amy@birds.example")
    pdf = invoices.pdf(created["Id"])
    voided = invoices.void(invoices.get(created["Id"]))

    assert (sent["EmailStatus"], sent["BillEmail"]["Address"]) == ("EmailSent", "amy@birds.example")
    assert pdf.startswith(b"%PDF-")
    assert Decimal(voided["TotalAmt"]) == 0
    assert voided["PrivateNote"].startswith("Voided")


def test_a_payment_is_voided_by_an_addition_to_an_update(scene):
    """And gives the invoice its balance back."""
    invoice = scene.invoice()
    link = {"TxnId": invoice["Id"], "TxnType": "Invoice"}
    payment = scene.company[qbo.Payment].create(
        {
            "CustomerRef": invoice["CustomerRef"],
            "TotalAmt": Decimal("7.50"),
            "Line": [{"Amount": Decimal("7.50"), "LinkedTxn": [link]}],
        }
    )
    paid = Decimal(scene.company[qbo.Invoice].get(invoice["Id"])["Balance"])

    scene.company[qbo.Payment].void(payment)

    assert paid == 0
    assert Decimal(scene.company[qbo.Invoice].get(invoice["Id"])["Balance"]) == Decimal("7.50")


def test_a_batch_by_hand_does_each_for_itself(scene):
    """One that is refused keeps no other."""
    results = scene.company.batch(
        [
            BatchItem.of("create", qbo.Customer, {"DisplayName": "Amy"}),
            BatchItem.of("create", qbo.Customer, {"DisplayName": "Amy"}),
            BatchItem.asking(select("Account").page(1, 1)),
        ]
    )

    assert results[0].value["DisplayName"] == "Amy"
    assert isinstance(results[1].error, DuplicateError)
    assert len(results[2].value["Account"]) == 1


def test_records_are_counted(scene):
    """Without reading them."""
    for name in ("A", "B"):
        scene.customer(name)

    assert scene.company[qbo.Customer].count() == 2
    assert scene.company[qbo.Customer].count(select("Customer").where("DisplayName", "=", "A")) == 1


def test_changes_by_hand_are_told_by_kind(scene):
    """As the feed has them."""
    since = scene.clock.now()
    scene.customer()

    found = scene.company.changes([qbo.Customer, qbo.Vendor], since)

    assert [row["DisplayName"] for row in found["Customer"]] == ["Amy's Bird Sanctuary"]
    assert found["Vendor"] == []


def test_the_company_tells_of_itself(scene):
    """And of how it is set up."""
    assert scene.company.info()["Id"] == "1"
    assert "SalesFormsPrefs" in scene.company.preferences()


def test_a_file_is_uploaded_and_found_by_what_it_hangs_on(scene):
    """With its name and type."""
    invoice = scene.invoice()

    (attached,) = scene.company.upload(
        [
            Upload(
                name="receipt.png",
                content=b"\x89PNG\r\n\x1a\n",
                content_type="image/png",
                attached_to=[("Invoice", invoice["Id"])],
            )
        ]
    )

    assert (attached["FileName"], attached["ContentType"]) == ("receipt.png", "image/png")
    assert attached["AttachableRef"][0]["EntityRef"] == {"type": "Invoice", "value": invoice["Id"]}
    assert scene.company.download_url(attached["Id"]).startswith("http")


def test_a_tax_code_is_made_and_read(scene):
    """By the tax service."""
    agency = scene.company[qbo.TaxAgency].create({"DisplayName": "City"})
    made = scene.company.create_tax_code(
        {
            "TaxCode": "City tax",
            "TaxRateDetails": [
                {
                    "TaxRateName": "City rate",
                    "RateValue": "8",
                    "TaxAgencyId": agency["Id"],
                    "TaxApplicableOn": "Sales",
                }
            ],
        }
    )

    assert scene.company[qbo.TaxCode].get(made["TaxCodeId"])["Name"] == "City tax"


@pytest.mark.parametrize("kind", ["Bill", "JournalEntry"])
def test_voids_that_quickbooks_only_pretends_are_never_asked_for(scene, kind):
    """They are answered by HTTP 200."""
    with pytest.raises(ConfigurationError, match="cannot void"):
        scene.company[kind].void({"Id": "1", "SyncToken": "0"})

    assert scene.asked == []


def test_amounts_are_exact_both_ways(scene):
    """More digits than a float has."""
    amount = Decimal("12345678901234567.89")

    created = scene.company[qbo.Item].create(
        {
            "Name": "Costly",
            "Type": "Service",
            "IncomeAccountRef": {"value": "1"},
            "UnitPrice": amount,
        }
    )

    assert created["UnitPrice"] == amount
    assert scene.endpoint.read("Item", [created["Id"]])[created["Id"]].values["UnitPrice"] == amount


def test_a_template_lives_as_other_records_do(scene):
    """Within an object of its transaction's type."""
    templates = scene.company[qbo.RecurringTransaction]
    invoice = scene.invoice()
    kept = {name: invoice[name] for name in ("CustomerRef", "Line")}
    info = {"Name": "Monthly", "RecurType": "Automated", "Active": True}
    schedule = {"IntervalType": "Monthly", "NumInterval": 1, "DayOfMonth": 1}

    made = templates.create({"Invoice": {**kept, "RecurringInfo": {**info, "ScheduleInfo": schedule}}})
    inner = made["Invoice"]
    changed = templates.update(
        {"Invoice": {"Id": inner["Id"], "SyncToken": inner["SyncToken"], "PrivateNote": "rent"}}
    )

    assert templates.get(inner["Id"])["Invoice"]["PrivateNote"] == "rent"
    (found,) = scene.endpoint.search("RecurringTransaction")
    assert (found.id, found.values["RecurringInfo"]["Name"]) == (inner["Id"], "Monthly")
    templates.delete(changed)
    assert templates.find(inner["Id"]) is None
