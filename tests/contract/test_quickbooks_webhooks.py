"""Webhooks of the simulator, taken in by the connector, in both formats."""

from decimal import Decimal

import pytest

from linksync.connectors.quickbooks import SIGNATURE_HEADER, Verb, read_events, verify
from linksync.connectors.quickbooks.entities import ENTITIES
from linksync.testing.clock import FakeClock
from linksync.testing.quickbooks import NO_LIMITS, QuickBooksSimulator, WebhookFormat

TOKEN = "verifier-token"


class App:
    """Takes in what is posted to it."""

    def __init__(self, format_):
        self.simulator = QuickBooksSimulator(clock=FakeClock(), limits=NO_LIMITS)
        self.events = []
        self.bodies = []
        self.simulator.webhooks.post = self.receive
        self.simulator.webhooks.subscribe("https://app.example/hook", format=format_, verifier_token=TOKEN)
        self.company = self.simulator.add_company("4620816365000000000")

    def receive(self, url, headers, body):
        self.bodies.append((headers, body))
        if not verify(body, headers[SIGNATURE_HEADER], TOKEN):
            return 401
        delivery = read_events(body)
        assert delivery.ignored == 0
        self.events += delivery.events
        return 200

    def live(self):
        """Let somebody work in the company, and tell the app."""
        company = self.company
        amy = company.add("Customer", {"DisplayName": "Amy"})
        twin = company.add("Customer", {"DisplayName": "Amy's twin"})
        company.change("Customer", amy["Id"], {"Notes": "likes birds"})
        item = company.add("Item", {"Name": "Seed", "Type": "Service", "IncomeAccountRef": {"value": "1"}})
        line = {
            "Amount": Decimal("7.5"),
            "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": {"ItemRef": {"value": item["Id"]}},
        }
        draft = {"CustomerRef": {"value": amy["Id"]}, "Line": [line]}
        first, second = (company.add("Invoice", draft) for _ in range(2))
        company.void("Invoice", first["Id"])
        company.delete("Invoice", second["Id"])
        company.merge("Customer", twin["Id"], amy["Id"])
        self.simulator.webhooks.deliver()
        return {"amy": amy["Id"], "twin": twin["Id"], "voided": first["Id"], "deleted": second["Id"]}


@pytest.mark.parametrize("format_", WebhookFormat)
def test_what_happens_is_told(format_):
    """With its company, kind, id and verb; of a merge with the one that is gone."""
    app = App(format_)

    ids = app.live()

    told = {(event.record_type, event.record_id, event.verb) for event in app.events}
    assert told >= {
        ("Customer", ids["amy"], Verb.CREATED),
        ("Customer", ids["amy"], Verb.UPDATED),
        ("Invoice", ids["voided"], Verb.VOIDED),
        ("Invoice", ids["deleted"], Verb.DELETED),
        ("Customer", ids["amy"], Verb.MERGED),
    }
    (merge,) = (event for event in app.events if event.verb is Verb.MERGED)
    assert merge.merged_id == ids["twin"]
    assert {event.company for event in app.events} == {app.company.id}
    assert {event.happened_at for event in app.events} == {app.simulator.clock.now()}


def test_both_formats_come_to_the_same_events():
    """But for the events' own ids, which the older one has not."""
    apps = [App(format_) for format_ in WebhookFormat]

    for app in apps:
        app.live()

    older, newer = (
        [
            (event.record_type, event.record_id, event.verb, event.merged_id, event.happened_at)
            for event in app.events
        ]
        for app in apps
    )
    assert older == newer
    assert len(older) > 5


def test_a_second_delivery_has_the_ids_of_the_first():
    """So that it is known again."""
    app = App(WebhookFormat.CLOUD_EVENTS)
    app.simulator.webhooks.copies = 2

    app.live()

    ids = [event.event_id for event in app.events]
    assert len(ids) == 2 * len(set(ids))
    assert all(ids)


def test_what_was_changed_on_the_way_is_not_taken_in():
    """Not even one byte of it."""
    app = App(WebhookFormat.CLOUD_EVENTS)
    app.live()
    headers, body = app.bodies[0]

    assert app.receive("", headers, body.replace(b"1", b"2", 1)) == 401


@pytest.mark.parametrize("name", sorted(ENTITIES))
def test_every_kind_of_record_that_can_be_told_of_is_known(name):
    """By the lower-case name that the newer format has."""
    import json

    event = {
        "type": f"qbo.{name.lower()}.updated.v1",
        "intuitentityid": "1",
        "intuitaccountid": "2",
        "time": "2026-11-21T00:00:00Z",
    }

    (found,) = read_events(json.dumps([event]).encode()).events

    assert found.record_type == name
