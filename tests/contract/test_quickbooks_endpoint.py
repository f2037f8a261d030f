"""The connector against the simulator, in this process and over HTTP on loopback."""

import secrets
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
import requests
from attrs import define

from linksync.connectors.quickbooks import (
    AppCredentials,
    QuickBooks,
    RequestsTransport,
    discover,
)
from linksync.connectors.quickbooks.endpoint import QuickBooksEndpoint
from linksync.errors import AuthorizationError, FaultKind
from linksync.records import (
    CLEAR,
    Action,
    CompanyId,
    Gone,
    Refused,
    RemoteState,
    Request,
    Unknown,
    Write,
    WriteOutcome,
    Written,
)
from linksync.storage.memory import MemoryStorage
from linksync.testing.clock import FakeClock
from linksync.testing.quickbooks import (
    NO_LIMITS,
    Company,
    Mishap,
    QuickBooksSimulator,
    Rotation,
    Script,
    SimulatorTransport,
)
from linksync.tokens import Token, TokenStore

REDIRECT = "https://app.example/callback"


@define(eq=False)
class Scene:
    """A company in the simulator and the connector that reaches it."""

    simulator: QuickBooksSimulator
    company: Company
    quickbooks: QuickBooks
    tokens: TokenStore

    @property
    def endpoint(self) -> QuickBooksEndpoint:
        return self.quickbooks(CompanyId(self.company.id))

    def send(self, *writes: Write) -> list[WriteOutcome]:
        return [
            outcome for request in self.endpoint.prepare(writes) for outcome in self.endpoint.send(request)
        ]


def app_of(simulator):
    authorization = simulator.authorization
    return AppCredentials(
        client_id=authorization.client_id, client_secret=authorization.client_secret, redirect_uri=REDIRECT
    )


def connected(simulator, transport, clock, url, endpoints):
    company = simulator.add_company()
    tokens = MemoryStorage(clock).tokens
    granted = company.tokens
    tokens.save(
        CompanyId(company.id),
        Token(
            access_token=granted.access_token,
            refresh_token=granted.refresh_token,
            expires_at=simulator.clock.now() + timedelta(seconds=granted.expires_in),
        ),
    )
    quickbooks = QuickBooks(
        app_of(simulator), tokens=tokens, transport=transport, clock=clock, base_url=url, oauth=endpoints
    )
    return Scene(simulator, company, quickbooks, tokens)


@pytest.fixture
def near() -> Scene:
    """A scene in this process, on a clock that stands still, with QuickBooks' limits."""
    clock = FakeClock()
    simulator = QuickBooksSimulator(clock=clock, rotation=Rotation.EVERY_TIME)
    return connected(simulator, SimulatorTransport(simulator), clock, None, None)


@pytest.fixture
def far() -> Iterator[Scene]:
    """A scene over HTTP, without limits, its addresses read from the discovery document."""
    simulator = QuickBooksSimulator(limits=NO_LIMITS, rotation=Rotation.EVERY_TIME)
    transport = RequestsTransport()
    with simulator.serve() as server:
        endpoints = discover(transport, f"{server.url}/.well-known/openid_configuration/")
        yield connected(simulator, transport, simulator.clock, server.url, endpoints)
        transport.close()


@pytest.fixture(params=["near", "far"])
def scene(request) -> Scene:
    """Either."""
    return request.getfixturevalue(request.param)


def create(name, **values):
    return Write(
        ref=f"create {name}",
        action=Action.CREATE,
        record_type="Customer",
        values={"DisplayName": name, **values},
    )


def change(action, record, record_type="Customer", **values):
    return Write(
        ref=f"{action.value} {record['Id']}",
        action=action,
        record_type=record_type,
        id=record["Id"],
        version=record["SyncToken"],
        values=values,
    )


def add_invoice(company, amount="10"):
    customer = company.add("Customer", {"DisplayName": f"Buyer {secrets.token_hex(4)}"})
    item = company.add(
        "Item",
        {
            "Name": f"Thing {secrets.token_hex(4)}",
            "Type": "Service",
            "IncomeAccountRef": {"value": "79"},
        },
    )
    line = {
        "Amount": Decimal(amount),
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": {"value": item["Id"]}},
    }
    return company.add("Invoice", {"CustomerRef": {"value": customer["Id"]}, "Line": [line]})


def test_a_created_record_stands_in_the_books(scene):
    """As it was sent, awkward characters and all."""
    name = "Amy's «Bird» Sanctuary \\ Müller 日本 🐟"

    (outcome,) = scene.send(create(name, Notes="line one\nline two"))

    assert isinstance(outcome, Written)
    assert scene.company.get("Customer", outcome.record.id)["DisplayName"] == name
    assert outcome.record.is_first_version
    assert outcome.record.created_at is not None
    assert outcome.request_id


def test_money_is_exact_there_and_back(scene):
    """No float on the way."""
    price = Decimal("1234567890123456.78")
    item = {"Name": "Gold", "Type": "Service", "UnitPrice": price, "IncomeAccountRef": {"value": "79"}}

    (outcome,) = scene.send(Write(ref="i", action=Action.CREATE, record_type="Item", values=item))
    found = scene.endpoint.read("Item", [outcome.record.id])

    assert outcome.record.values["UnitPrice"] == price
    assert found[outcome.record.id].values["UnitPrice"] == price


def test_n_creates_take_n_thirtieths_of_calls_and_no_read(scene):
    """91 customers: four calls, nothing metered."""
    outcomes = scene.send(*(create(f"Customer {number}") for number in range(91)))

    counts = scene.simulator.journal.counts()
    assert all(isinstance(outcome, Written) for outcome in outcomes)
    assert counts.calls == {"batch": 3, "create": 1}
    assert counts.metered == 0


def test_each_item_of_a_batch_has_its_own_outcome(scene):
    """A taken name refuses one of three."""
    scene.company.add("Customer", {"DisplayName": "Taken"})

    first, second, third = scene.send(create("One"), create("Taken"), create("Three"))

    assert isinstance(first, Written)
    assert isinstance(third, Written)
    assert isinstance(second, Refused)
    assert (second.fault.kind, second.fault.code) == (FaultKind.DUPLICATE, "6240")
    assert second.fault.request_id == first.request_id


def test_an_update_changes_what_it_names(scene):
    """And leaves the rest; a cleared text is gone."""
    before = scene.company.add(
        "Customer", {"DisplayName": "Amy", "CompanyName": "Birds", "Notes": "shy", "GivenName": "A"}
    )

    (outcome,) = scene.send(change(Action.UPDATE, before, Notes="bold", CompanyName=CLEAR))

    after = scene.company.get("Customer", before["Id"])
    assert isinstance(outcome, Written)
    assert outcome.record.version == "1"
    assert not outcome.record.is_first_version
    assert (after["Notes"], after["GivenName"]) == ("bold", "A")
    assert "CompanyName" not in after


def test_a_stale_update_is_refused(scene):
    """Whoever changed the record meanwhile is not overwritten."""
    before = scene.company.add("Customer", {"DisplayName": "Amy"})
    scene.company.change("Customer", before["Id"], {"Notes": "theirs"})

    (outcome,) = scene.send(change(Action.UPDATE, before, Notes="ours"))

    assert isinstance(outcome, Refused)
    assert outcome.fault.kind is FaultKind.STALE
    assert scene.company.get("Customer", before["Id"])["Notes"] == "theirs"


def test_an_archived_record_is_read_as_inactive(scene):
    """It is left out of no reading."""
    customer = scene.company.add("Customer", {"DisplayName": "Amy"})

    scene.send(change(Action.ARCHIVE, customer))
    found = scene.endpoint.read("Customer", [customer["Id"]])

    assert found[customer["Id"]].state is RemoteState.INACTIVE


def test_a_deleted_invoice_is_gone(scene):
    """For certain: it was asked for by its id."""
    invoice = add_invoice(scene.company)

    (outcome,) = scene.send(change(Action.DELETE, invoice, "Invoice"))
    found = scene.endpoint.read("Invoice", [invoice["Id"]])

    assert outcome.record.state is RemoteState.DELETED
    assert found == {invoice["Id"]: Gone()}


def test_a_voided_invoice_is_read_as_voided(scene):
    """It is still there, without amounts."""
    invoice = add_invoice(scene.company)

    (outcome,) = scene.send(change(Action.VOID, invoice, "Invoice"))
    found = scene.endpoint.read("Invoice", [invoice["Id"]])

    assert outcome.record.state is RemoteState.VOIDED
    assert found[invoice["Id"]].state is RemoteState.VOIDED
    assert found[invoice["Id"]].values["TotalAmt"] == 0


def test_deleting_what_is_gone_is_not_found(scene):
    """610, from the service itself."""
    invoice = add_invoice(scene.company)
    scene.company.delete("Invoice", invoice["Id"])

    (outcome,) = scene.send(change(Action.DELETE, invoice, "Invoice"))

    assert outcome.fault.kind is FaultKind.NOT_FOUND


def test_many_records_are_read_in_few_requests(scene):
    """1,200 in two, both posted for their length."""
    ids = [
        scene.company.add("Customer", {"DisplayName": f"Customer {number}"})["Id"] for number in range(1200)
    ]

    found = scene.endpoint.read("Customer", ids)

    assert list(found) == ids
    assert scene.simulator.journal.counts().calls == {"query": 2}


def test_what_was_created_since_is_complete(near):
    """Inactive ones among them, older ones not, over several pages."""
    near.company.add("Customer", {"DisplayName": "Older"})
    near.simulator.clock.advance(timedelta(seconds=1, milliseconds=400))
    since = near.simulator.clock.now()
    ids = {near.company.add("Customer", {"DisplayName": f"Newer {number}"})["Id"] for number in range(1001)}
    near.company.inactivate("Customer", min(ids))

    found = [record.id for record in near.endpoint.created_since("Customer", since)]

    assert len(found) == len(ids)
    assert set(found) == ids


def test_a_lost_answer_is_unknown_and_the_same_request_is_done_once(scene):
    """Sent again, byte for byte, it brings the answer of the first time."""
    scene.simulator.script(Script(mishap=Mishap.LOSE_ANSWER))
    (request,) = scene.endpoint.prepare([create("One"), create("Two")])

    lost = scene.endpoint.send(request)
    found = scene.endpoint.send(request)

    assert [type(outcome) for outcome in lost] == [Unknown, Unknown]
    assert [type(outcome) for outcome in found] == [Written, Written]
    assert len(scene.company.objects("Customer")) == 2


def test_a_batch_that_broke_off_can_be_found(scene):
    """What was created before the connection ended is among what was created since."""
    since = scene.simulator.clock.now()
    scene.simulator.script(Script(mishap=Mishap.DIE_IN_BATCH, after_items=2))

    outcomes = scene.send(create("One"), create("Two"), create("Three"))
    found = [record.values["DisplayName"] for record in scene.endpoint.created_since("Customer", since)]

    assert [type(outcome) for outcome in outcomes] == [Unknown] * 3
    assert found == ["One", "Two"]


@pytest.mark.parametrize(
    "script",
    [
        Script(mishap=Mishap.LOSE_REQUEST),
        Script(mishap=Mishap.FAIL_WITH_HTML),
        Script(mishap=Mishap.FAIL_WITH_HTML, after_commit=True),
        Script(mishap=Mishap.FAIL_WITH_XML),
        Script(mishap=Mishap.FAULT_UNDER_200),
    ],
    ids=str,
)
def test_whatever_leaves_it_open_is_unknown(scene, script):
    """Done or not: nobody could tell from the answer."""
    scene.simulator.script(script)

    outcomes = scene.send(create("One"), create("Two"))

    assert [type(outcome) for outcome in outcomes] == [Unknown, Unknown]


@pytest.mark.parametrize("shape", ["gateway", "service"])
def test_a_throttle_is_told_with_its_pause(scene, shape):
    """In either shape; nothing was done."""
    scene.simulator.script(Script(mishap=Mishap.THROTTLE, shape=shape))

    (outcome,) = scene.send(create("One"))

    assert outcome.fault.kind is FaultKind.THROTTLED
    assert outcome.fault.retry_after >= timedelta(seconds=60)
    assert scene.company.objects("Customer") == []


def test_items_may_be_throttled_one_by_one(scene):
    """The others are done."""
    scene.simulator.script(Script(mishap=Mishap.THROTTLE_IN_BATCH, after_items=1))

    first, second = scene.send(create("One"), create("Two"))

    assert isinstance(first, Written)
    assert second.fault.kind is FaultKind.THROTTLED


def test_a_refused_connection_sent_nothing(near):
    """The write may be tried again at once."""
    near.simulator.script(Script(mishap=Mishap.REFUSE_CONNECTION))

    (outcome,) = near.send(create("One"))

    assert isinstance(outcome, Refused)
    assert outcome.fault.kind is FaultKind.TRANSIENT


def test_a_server_that_is_not_there_got_nothing(far):
    """The same over a real socket."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    quickbooks = QuickBooks(
        app_of(far.simulator),
        tokens=far.tokens,
        transport=RequestsTransport(),
        base_url=f"http://127.0.0.1:{port}",
    )
    endpoint = quickbooks(CompanyId(far.company.id))
    (request,) = endpoint.prepare([create("One")])

    (outcome,) = endpoint.send(request)

    assert isinstance(outcome, Refused)
    assert outcome.fault.kind is FaultKind.TRANSIENT


def test_an_expired_token_is_renewed_and_kept(scene):
    """One refresh, one repetition; the rotated refresh token is in the store."""
    before = scene.tokens.find(CompanyId(scene.company.id))
    scene.simulator.authorization.expire_all(scene.company.id)

    (outcome,) = scene.send(create("One"))

    after = scene.tokens.find(CompanyId(scene.company.id))
    assert isinstance(outcome, Written)
    assert after.refresh_token != before.refresh_token
    assert scene.simulator.journal.counts(scene.company.id).calls == {"create": 2}


def test_many_threads_renew_once(scene):
    """The grant is used up by one refresh: a second one with the old token would end it."""
    scene.simulator.authorization.expire_all(scene.company.id)

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda number: scene.send(create(f"Customer {number}"))[0], range(8)))

    kinds = {type(outcome) for outcome in outcomes}
    assert kinds == {Written}
    assert scene.tokens.find(CompanyId(scene.company.id)).version == 2
    assert scene.simulator.journal.counts().calls["token"] == 1


def test_a_company_that_left_waits_for_somebody(scene):
    """Its grant is gone: refused, and reading raises what says so."""
    scene.simulator.authorization.disconnect(scene.company.id)

    (outcome,) = scene.send(create("One"))

    assert outcome.fault.kind is FaultKind.UNAUTHORISED
    with pytest.raises(AuthorizationError, match="connect the company to QuickBooks again"):
        scene.endpoint.read("Customer", ["1"])


def test_the_limits_are_never_met(near):
    """Of 120 batches and 600 single requests, QuickBooks refuses none."""
    for number in range(120):
        near.send(create(f"A {number}"), create(f"B {number}"))
    for number in range(600):
        near.send(create(f"C {number}"))

    counts = near.simulator.journal.counts()
    assert counts.throttled == 0
    assert counts.total == 720
    assert len(near.company.objects("Customer")) == 840


def test_a_company_is_connected_and_disconnected_by_the_browser(far):
    """Consent, callback, exchange, work, revocation: the whole way over HTTP."""
    company = far.simulator.add_company()
    state = secrets.token_urlsafe()
    url = far.quickbooks.authorization_url(state)
    sent_back = requests.get(f"{url}&company={company.id}", allow_redirects=False, timeout=10)

    connected_id = far.quickbooks.connect(sent_back.headers["Location"], state)
    (request,) = far.quickbooks(connected_id).prepare([create("One")])
    (outcome,) = far.quickbooks(connected_id).send(request)
    far.quickbooks.disconnect(connected_id)

    assert connected_id == company.id
    assert isinstance(outcome, Written)
    assert far.tokens.find(connected_id) is None


def test_a_callback_for_somebody_else_connects_nothing(far):
    """The state is not the one in this user's session."""
    url = far.quickbooks.authorization_url("mine")
    sent_back = requests.get(url, allow_redirects=False, timeout=10)

    with pytest.raises(AuthorizationError):
        far.quickbooks.connect(sent_back.headers["Location"], "theirs")


def test_a_stored_request_can_be_sent_by_another_process(scene):
    """Host, token and key are added when it leaves."""
    (request,) = scene.endpoint.prepare([create("One"), create("Two")])
    stored = Request(key=request.key, url=request.url, body=bytes(request.body), refs=request.refs)

    outcomes = scene.quickbooks(CompanyId(scene.company.id)).send(stored)

    assert urlsplit(stored.url).netloc == ""
    assert "requestid" not in stored.url
    assert [type(outcome) for outcome in outcomes] == [Written, Written]
