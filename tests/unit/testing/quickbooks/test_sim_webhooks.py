"""Webhooks: what is told, in which format, signed, again and again."""

import hmac
from base64 import b64encode
from hashlib import sha256
from random import Random
from threading import Thread

import pytest
from werkzeug.serving import make_server

from linksync.exactjson import loads
from linksync.testing.quickbooks import WebhookFormat

URL = "https://app.example/webhooks"


@pytest.fixture
def told(simulator):
    """The POSTs that the app received, and what it answers: (headers, events, raw body)."""
    received = []
    received.append([])
    answers = [200]

    def post(url, headers, body):
        received[0].append((headers, loads(body), body))
        return answers[0]

    simulator.webhooks.post = post
    received.append(answers)
    return received


def test_cloud_event_tells_what_happened(qbo, simulator, told):
    """Of a customer that was created: its type, id, company and time."""
    simulator.webhooks.subscribe(URL)
    qbo.customer()

    simulator.webhooks.deliver()

    ((headers, (event,), _),) = told[0]
    assert {name: event[name] for name in ("type", "intuitentityid", "intuitaccountid", "time", "data")} == {
        "type": "qbo.customer.created.v1",
        "intuitentityid": "1",
        "intuitaccountid": "4620816365000000001",
        "time": "2026-01-02T03:04:05.000Z",
        "data": {},
    }
    assert headers["content-type"] == "application/cloudevents+json"


def test_legacy_body_groups_by_company(qbo, simulator, told):
    """eventNotifications with the entities of one company."""
    simulator.webhooks.subscribe(URL, format=WebhookFormat.LEGACY)
    qbo.customer()
    qbo.item()

    simulator.webhooks.deliver()

    ((_, body, _),) = told[0]
    (notification,) = body["eventNotifications"]
    assert notification["realmId"] == "4620816365000000001"
    assert [(each["name"], each["operation"]) for each in notification["dataChangeEvent"]["entities"]] == [
        ("Customer", "Create"),
        ("Item", "Create"),
    ]


@pytest.mark.parametrize("format_", list(WebhookFormat))
def test_body_is_signed(qbo, simulator, told, format_):
    """By HMAC-SHA256 of the raw body, in base64."""
    simulator.webhooks.subscribe(URL, verifier_token="secret", format=format_)
    qbo.customer()

    simulator.webhooks.deliver()

    ((headers, _, raw),) = told[0]
    expected = b64encode(hmac.new(b"secret", raw, sha256).digest()).decode()
    assert headers["intuit-signature"] == expected


def types(told):
    return [event["type"] for _, events, _ in told[0] for event in events]


def test_every_kind_of_event_has_its_verb(qbo, simulator, told, sale):
    """Created, updated, emailed, void, deleted, merged; inactivation is deleted."""
    customer, other, item = qbo.customer(), qbo.customer("Other"), qbo.item()
    invoice = qbo.invoice(customer, sale(item, 5))
    simulator.webhooks.subscribe(URL, entities=frozenset({"Invoice", "Customer"}))

    qbo.call("POST", "invoice/1/send", sendTo="a@b.example")
    qbo.company.void("Invoice", invoice["Id"])
    qbo.company.delete("Invoice", invoice["Id"])
    qbo.company.merge("Customer", customer["Id"], into=other["Id"])
    qbo.company.inactivate("Customer", other["Id"])
    simulator.webhooks.deliver()

    assert types(told) == [
        "qbo.invoice.emailed.v1",
        "qbo.invoice.void.v1",
        "qbo.invoice.deleted.v1",
        "qbo.customer.updated.v1",
        "qbo.customer.merged.v1",
        "qbo.customer.deleted.v1",
    ]
    merged = told[0][0][1][4]
    assert (merged["intuitentityid"], merged["data"]) == (other["Id"], {"deletedid": customer["Id"]})


def test_side_effects_are_told_where_versions_move(qbo, simulator, told, sale):
    """A payment updates its invoice; the balance of the customer is nothing to tell of."""
    customer = qbo.customer()
    invoice = qbo.invoice(customer, sale(qbo.item(), 5))
    simulator.webhooks.subscribe(URL)

    qbo.payment(customer, 5, Invoice=(invoice["Id"], 5))
    simulator.webhooks.deliver()

    assert types(told) == ["qbo.invoice.updated.v1", "qbo.payment.created.v1"]


def test_what_is_not_acknowledged_comes_again(qbo, simulator, clock, told):
    """After 10, 20 and 30 seconds, 5 and 20 minutes, 2, 4, 6 hours, then every 6 hours; the same each time."""
    simulator.webhooks.subscribe(URL)
    told[1][0] = 503
    qbo.customer()
    waits = []
    simulator.webhooks.deliver()

    for _ in range(10):
        (pending,) = simulator.webhooks.pending()
        wait = (pending.due_at - clock.now()).total_seconds()
        waits.append(wait)
        clock.sleep(wait - 1)
        assert simulator.webhooks.deliver() == 0
        clock.sleep(1)
        simulator.webhooks.deliver()

    assert waits == [10, 20, 30, 300, 1200, 7200, 14400, 21600, 21600, 21600]
    assert len({raw for _, _, raw in told[0]}) == 1
    assert len(told[0]) == 11


def test_acknowledged_is_done(qbo, simulator, clock, told):
    """After one answer of 200 nothing comes any more."""
    simulator.webhooks.subscribe(URL)
    qbo.customer()

    acknowledged = simulator.webhooks.deliver()
    clock.sleep(3600)

    assert (acknowledged, simulator.webhooks.deliver(), len(told[0])) == (1, 0, 1)


def test_later_events_may_be_held_back(qbo, simulator, told):
    """Until the first is acknowledged."""
    simulator.webhooks.subscribe(URL)
    simulator.webhooks.holds_back = True
    told[1][0] = 500
    qbo.customer("a")
    simulator.webhooks.deliver()
    qbo.customer("b")

    simulator.webhooks.deliver()

    assert (len(told[0]), len(simulator.webhooks.pending())) == (1, 2)


def test_events_come_twice_and_out_of_order(qbo, simulator, told):
    """On demand, the same way for the same seed."""
    simulator.webhooks.subscribe(URL)
    simulator.webhooks.copies = 2
    simulator.webhooks.shuffle = Random(3)
    for number in range(6):
        qbo.customer(f"c{number}")

    simulator.webhooks.deliver()

    first, second = ([event["intuitentityid"] for event in events] for _, events, _ in told[0])
    assert first == second
    assert (sorted(first), first == sorted(first)) == (list("123456"), False)


def test_companies_are_told_of_one_by_one(qbo, simulator, told):
    """Unless they are mixed."""
    other = simulator.add_company("2")
    simulator.webhooks.subscribe(URL)

    def change():
        qbo.company.add("Class", {"Name": str(len(told[0]))})
        other.add("Class", {"Name": str(len(told[0]))})
        simulator.webhooks.deliver()

    change()
    simulator.webhooks.mixes_companies = True
    change()

    assert [len({event["intuitaccountid"] for event in events}) for _, events, _ in told[0]] == [1, 1, 2]


def test_webhooks_come_over_http_while_it_serves(qbo, simulator):
    """And whoever is told may ask the simulator before it answers."""
    asked = []

    def app(environ, start_response):
        asked.append(qbo.get("Customer", "1")["DisplayName"])
        qbo.customer(f"told {len(asked)}") if len(asked) == 1 else None
        start_response("200 OK", [("Content-Length", "0")])
        return [b""]

    server = make_server("127.0.0.1", 0, app)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    simulator.webhooks.subscribe(f"http://127.0.0.1:{server.port}/")
    qbo.customer("Amy")

    acknowledged = simulator.webhooks.deliver() + simulator.webhooks.deliver()

    server.shutdown()
    thread.join()
    server.server_close()
    assert (acknowledged, asked) == (2, ["Amy", "Amy"])


def test_nobody_there_is_no_answer(qbo, simulator):
    """A refused connection counts as 0."""
    simulator.webhooks.subscribe("http://127.0.0.1:9/")
    qbo.customer()

    assert simulator.webhooks.deliver() == 0
    assert simulator.webhooks.pending()[0].statuses == [0]
