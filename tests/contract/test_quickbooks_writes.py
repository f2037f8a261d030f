"""Every kind of record that can be written, through the endpoint: created, changed and taken away again."""

from datetime import timedelta
from decimal import Decimal

import pytest

from linksync.connectors.quickbooks import AppCredentials, QuickBooks
from linksync.connectors.quickbooks.entities import ENTITIES
from linksync.records import Action, CompanyId, Gone, RemoteState, Write, Written
from linksync.storage.memory import MemoryStorage
from linksync.testing.clock import FakeClock
from linksync.testing.quickbooks import NO_LIMITS, CompanySettings, QuickBooksSimulator, SimulatorTransport
from linksync.tokens import Token


class Scene:
    """A company, what other records refer to in it, and the connector that reaches it."""

    def __init__(self, settings=None):
        clock = FakeClock()
        simulator = QuickBooksSimulator(clock=clock, limits=NO_LIMITS)
        self.books = simulator.add_company(settings=settings)
        tokens = MemoryStorage(clock).tokens
        company = CompanyId(self.books.id)
        granted = self.books.tokens
        tokens.save(
            company,
            Token(
                access_token=granted.access_token,
                refresh_token=granted.refresh_token,
                expires_at=clock.now() + timedelta(hours=1),
            ),
        )
        app = AppCredentials(
            client_id=simulator.authorization.client_id, client_secret=simulator.authorization.client_secret
        )
        quickbooks = QuickBooks(app, tokens=tokens, transport=SimulatorTransport(simulator), clock=clock)
        self.endpoint = quickbooks(company)
        self.ids = {}
        for name, values in {
            "Customer": {"DisplayName": "Amy"},
            "Vendor": {"DisplayName": "Bob"},
            "Employee": {"GivenName": "Emily", "FamilyName": "Platt"},
            "Item": {"Name": "Seed", "Type": "Service", **ref("IncomeAccountRef", self.account("Income"))},
        }.items():
            self.ids[name] = self.books.add(name, values)["Id"]

    def account(self, kind):
        """Return the id of an account of that type."""
        name = f"An account of type {kind}"
        known = {row["Name"]: row["Id"] for row in self.books.objects("Account")}
        return known.get(name) or self.books.add("Account", {"Name": name, "AccountType": kind})["Id"]

    def send(self, *writes):
        (request,) = self.endpoint.prepare(writes)
        return self.endpoint.send(request)

    def values(self, name):
        """Return what is enough to create a record of that kind."""
        return VALUES[name](self)

    def sale(self):
        detail = {**ref("ItemRef", self.ids["Item"]), "Qty": 3, "UnitPrice": Decimal("2.5")}
        line = {"Amount": Decimal("7.5"), "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": detail}
        return {**ref("CustomerRef", self.ids["Customer"]), "Line": [line]}

    def expense(self):
        detail = ref("AccountRef", self.account("Expense"))
        kind = "AccountBasedExpenseLineDetail"
        return {"Line": [{"Amount": Decimal("7.5"), "DetailType": kind, kind: detail}]}

    def entry(self, posting, kind):
        detail = {"PostingType": posting, **ref("AccountRef", self.account(kind))}
        return {
            "Amount": Decimal("7.5"),
            "DetailType": "JournalEntryLineDetail",
            "JournalEntryLineDetail": detail,
        }

    def bill(self):
        return self.books.add("Bill", {**ref("VendorRef", self.ids["Vendor"]), **self.expense()})["Id"]


def ref(name, record_id):
    return {name: {"value": record_id}}


VALUES = {
    "Customer": lambda _: {"DisplayName": "Cool Cars"},
    "Vendor": lambda _: {"DisplayName": "Books by Bessie"},
    "Employee": lambda _: {"GivenName": "John", "FamilyName": "Meuller"},
    "Item": lambda s: {"Name": "Rock", "Type": "Service", **ref("IncomeAccountRef", s.account("Income"))},
    "Account": lambda _: {"Name": "Savings", "AccountType": "Bank"},
    "Class": lambda _: {"Name": "Garden"},
    "Department": lambda _: {"Name": "North"},
    "Term": lambda _: {"Name": "Net 7", "DueDays": 7},
    "PaymentMethod": lambda _: {"Name": "Barter", "Type": "NON_CREDIT_CARD"},
    "CompanyCurrency": lambda _: {"Code": "EUR"},
    "JournalCode": lambda _: {"Name": "VT", "Type": "Sales"},
    "TaxAgency": lambda _: {"DisplayName": "City"},
    "Invoice": lambda s: s.sale(),
    "Estimate": lambda s: s.sale(),
    "SalesReceipt": lambda s: s.sale(),
    "CreditMemo": lambda s: s.sale(),
    "RefundReceipt": lambda s: {**s.sale(), **ref("DepositToAccountRef", s.account("Bank"))},
    "Payment": lambda s: {**ref("CustomerRef", s.ids["Customer"]), "TotalAmt": Decimal("7.5")},
    "Bill": lambda s: {**ref("VendorRef", s.ids["Vendor"]), **s.expense()},
    "VendorCredit": lambda s: {**ref("VendorRef", s.ids["Vendor"]), **s.expense()},
    "BillPayment": lambda s: {
        **ref("VendorRef", s.ids["Vendor"]),
        "TotalAmt": Decimal("7.5"),
        "PayType": "Check",
        "CheckPayment": ref("BankAccountRef", s.account("Bank")),
        "Line": [{"Amount": Decimal("7.5"), "LinkedTxn": [{"TxnId": s.bill(), "TxnType": "Bill"}]}],
    },
    "Purchase": lambda s: {
        **ref("AccountRef", s.account("Bank")),
        "PaymentType": "Cash",
        "EntityRef": {"value": s.ids["Vendor"], "type": "Vendor"},
        **s.expense(),
    },
    "PurchaseOrder": lambda s: {
        **ref("VendorRef", s.ids["Vendor"]),
        **ref("APAccountRef", s.account("Accounts Payable")),
        **s.expense(),
    },
    "JournalEntry": lambda s: {"Line": [s.entry("Debit", "Bank"), s.entry("Credit", "Income")]},
    "Deposit": lambda s: {
        **ref("DepositToAccountRef", s.account("Bank")),
        "Line": [
            {
                "Amount": Decimal("7.5"),
                "DetailType": "DepositLineDetail",
                "DepositLineDetail": ref("AccountRef", s.account("Income")),
            }
        ],
    },
    "Transfer": lambda s: {
        **ref("FromAccountRef", s.account("Bank")),
        **ref("ToAccountRef", s.account("Other Current Asset")),
        "Amount": Decimal("7.5"),
    },
    "TimeActivity": lambda s: {
        "NameOf": "Employee",
        **ref("EmployeeRef", s.ids["Employee"]),
        "TxnDate": "2026-01-02",
        "Hours": 3,
        "Minutes": 15,
    },
    "CreditCardPayment": lambda s: {
        "TxnDate": "2026-01-02",
        "Amount": Decimal("7.5"),
        **ref("BankAccountRef", s.account("Bank")),
        **ref("CreditCardAccountRef", s.account("Credit Card")),
    },
    "Attachable": lambda s: {
        "Note": "a note",
        "AttachableRef": [{"EntityRef": {"type": "Customer", "value": s.ids["Customer"]}}],
    },
}
"""What is enough to create a record of each kind."""

CHANGES = {
    **{key: {"Notes": "changed"} for key in ("Customer", "Vendor")},
    "Employee": {"EmployeeNumber": "7"},
    "Item": {"Description": "changed"},
    "Account": {"Name": "Savings", "Description": "changed"},
    **{key: {"Name": "changed"} for key in ("Class", "Department", "PaymentMethod")},
    "Term": {"DueDays": 8},
    "CompanyCurrency": {"Code": "EUR", "Active": True},
    "JournalCode": {"Description": "changed"},
    "Attachable": {"Note": "changed"},
    "TimeActivity": {"Description": "changed"},
}
"""What is changed of those that have no private note."""


def changed_values(name, record):
    """Return what an update sends: what changes, and what QuickBooks wants in every one."""
    always = {field.name for field in ENTITIES[name].fields.fields() if field.always_required}
    kept = {key: value for key, value in record.values.items() if key in always}
    return {**kept, **CHANGES.get(name, {"PrivateNote": "changed"})}


def able(action):
    return sorted(name for name, entity in ENTITIES.items() if action in entity.actions)


# Currencies of their own are for companies with several, journal codes for those in France.
SETTINGS = {
    "CompanyCurrency": CompanySettings(multicurrency=True),
    "JournalCode": CompanySettings(country="FR"),
}


@pytest.fixture
def scene(request):
    return Scene(SETTINGS.get(request.node.callspec.params["name"]))


def create(scene, name, ref_="r1"):
    return Write(ref=ref_, action=Action.CREATE, record_type=name, values=scene.values(name))


def write(action, record, **values):
    return Write(
        ref="r2",
        action=action,
        record_type=record.record_type,
        id=record.id,
        version=record.version,
        values=values,
    )


def test_there_is_an_example_of_every_kind():
    """None is left out."""
    assert VALUES.keys() == set(able(Action.CREATE))


@pytest.mark.parametrize("name", able(Action.CREATE))
def test_it_is_created_alone_and_in_a_batch(scene, name):
    """And known as new, by its kind, version and when it was created."""
    alone = scene.send(create(scene, name))[0]
    other = Write(ref="r0", action=Action.CREATE, record_type="Customer", values={"DisplayName": "Somebody"})
    values = {
        key: "another" if key in {"Name", "DisplayName"} else value
        for key, value in scene.values(name).items()
    }
    values |= (
        {"Code": "CHF"}
        if name == "CompanyCurrency"
        else {"FamilyName": "Other"}
        if name == "Employee"
        else {}
    )
    batched = scene.send(other, Write(ref="r1", action=Action.CREATE, record_type=name, values=values))[1]

    assert [type(outcome) for outcome in (alone, batched)] == [Written, Written], (alone, batched)
    for outcome in (alone, batched):
        record = outcome.record
        assert (record.record_type, record.is_first_version, record.state) == (name, True, RemoteState.ACTIVE)
        assert record.created_at is not None
        assert scene.endpoint.read(name, [record.id])[record.id] == record
    since = scene.endpoint.created_since(name, alone.record.created_at)
    assert {alone.record.id, batched.record.id} <= {record.id for record in since}


@pytest.mark.parametrize("name", able(Action.UPDATE))
def test_it_is_changed_and_a_stale_change_is_refused(scene, name):
    """By its version."""
    created = scene.send(create(scene, name))[0].record

    (changed,) = scene.send(write(Action.UPDATE, created, **changed_values(name, created)))
    (stale,) = scene.send(write(Action.UPDATE, created, **changed_values(name, created)))

    assert isinstance(changed, Written), changed
    expected = CHANGES.get(name, {"PrivateNote": "changed"})
    assert {key: changed.record.values[key] for key in expected} == expected
    if changed.record.version != created.version:
        assert stale.fault.code == "5010"


@pytest.mark.parametrize("name", able(Action.ARCHIVE))
def test_it_is_taken_out_of_use(scene, name):
    """And stays readable."""
    created = scene.send(create(scene, name))[0].record
    always = {key: value for key, value in changed_values(name, created).items() if key in {"Code", "Name"}}
    values = always if name in {"CompanyCurrency", "Account"} else {}

    (done,) = scene.send(write(Action.ARCHIVE, created, **values))

    assert isinstance(done, Written), done
    assert scene.endpoint.read(name, [created.id])[created.id].state is RemoteState.INACTIVE


@pytest.mark.parametrize("name", able(Action.DELETE))
def test_it_is_deleted(scene, name):
    """And gone for certain."""
    created = scene.send(create(scene, name))[0].record

    (done,) = scene.send(write(Action.DELETE, created))

    assert isinstance(done, Written), done
    assert done.record.state is RemoteState.DELETED
    assert scene.endpoint.read(name, [created.id]) == {created.id: Gone()}


@pytest.mark.parametrize("name", able(Action.VOID))
def test_it_is_voided(scene, name):
    """And known as such."""
    created = scene.send(create(scene, name))[0].record

    (done,) = scene.send(write(Action.VOID, created))

    assert isinstance(done, Written), done
    assert scene.endpoint.read(name, [created.id])[created.id].state is RemoteState.VOIDED
