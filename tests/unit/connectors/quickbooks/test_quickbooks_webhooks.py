"""What QuickBooks posts when something has changed."""

import hmac
import json
from base64 import b64encode
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksync.connectors.quickbooks import Delivery, Verb, WebhookEvent, read_events, verify
from linksync.errors import ConfigurationError

TOKEN = "5d1a8b0c-verifier"


def sign(body, token=TOKEN):
    return b64encode(hmac.new(token.encode(), body, sha256).digest()).decode()


def legacy(*entities, company="1185883450"):
    notification = {"realmId": company, "dataChangeEvent": {"entities": list(entities)}}
    return json.dumps({"eventNotifications": [notification]}).encode()


def cloud(**more):
    event = {
        "specversion": "1.0",
        "id": "88cd52aa-33b6-4351-9aa4-47572edbd068",
        "source": "intuit.dsnBgbseACLLRZNxo2dfc4evmEJdxde58xeeYcZliOU=",
        "type": "qbo.customer.created.v1",
        "time": "2025-09-10T21:31:25.179550123Z",
        "intuitentityid": "1234",
        "intuitaccountid": "310687",
        "data": {},
    }
    return {**event, **more}


CUSTOMER = {"name": "Customer", "id": "1", "operation": "Create", "lastUpdated": "2015-10-05T14:42:19-0700"}


def test_a_body_is_known_by_its_signature():
    """Whether the header is text or bytes."""
    body = legacy(CUSTOMER)

    assert verify(body, sign(body), TOKEN)
    assert verify(body, sign(body).encode(), TOKEN)


@pytest.mark.parametrize(
    "signature", [None, "", "x", "ä", "====", sign(b"other"), sign(legacy(CUSTOMER), "another token")]
)
def test_a_body_with_another_signature_is_not_from_quickbooks(signature):
    """Whatever stands in the header."""
    assert not verify(legacy(CUSTOMER), signature, TOKEN)


def test_a_changed_byte_is_noticed():
    """The bytes count as they came, not what they mean."""
    body = legacy(CUSTOMER)

    assert not verify(body + b" ", sign(body), TOKEN)


def test_an_empty_verifier_token_verifies_nothing():
    """A forgotten setting must not open the door."""
    with pytest.raises(ConfigurationError, match="verifier token is empty"):
        verify(b"", sign(b"", "x"), "")


def test_signatures_are_compared_in_constant_time(monkeypatch):
    """How much of it is right shows in no time that it takes."""
    compared = []
    monkeypatch.setattr(
        "linksync.connectors.quickbooks.webhooks.hmac.compare_digest",
        lambda first, second: compared.append((first, second)) or True,
    )

    verify(b"body", sign(b"body"), TOKEN)

    ((first, second),) = compared
    assert first == second == hmac.new(TOKEN.encode(), b"body", sha256).digest()


def test_the_older_format_is_read():
    """An offset without a colon included."""
    (event,) = read_events(legacy(CUSTOMER)).events

    assert event == WebhookEvent(
        company="1185883450",
        record_type="Customer",
        record_id="1",
        verb=Verb.CREATED,
        happened_at=datetime(2015, 10, 5, 21, 42, 19, tzinfo=UTC),
    )


def test_the_newer_format_is_read():
    """Nanoseconds included."""
    (event,) = read_events(json.dumps([cloud()]).encode()).events

    assert event == WebhookEvent(
        company="310687",
        record_type="Customer",
        record_id="1234",
        verb=Verb.CREATED,
        happened_at=datetime(2025, 9, 10, 21, 31, 25, 179550, tzinfo=UTC),
        event_id="88cd52aa-33b6-4351-9aa4-47572edbd068",
    )


@pytest.mark.parametrize(
    ("operation", "verb"),
    [
        ("Create", Verb.CREATED),
        ("Update", Verb.UPDATED),
        ("Delete", Verb.DELETED),
        ("Merge", Verb.MERGED),
        ("Void", Verb.VOIDED),
        ("Emailed", Verb.EMAILED),
    ],
)
def test_both_formats_come_to_the_same(operation, verb):
    """The newer one says void, not voided."""
    old = legacy({**CUSTOMER, "operation": operation})
    new = json.dumps([cloud(type=f"qbo.customer.{verb.value}.v1")]).encode()

    assert [event.verb for body in (old, new) for event in read_events(body).events] == [verb, verb]


def test_a_merge_says_which_stays_and_which_is_gone():
    """In either format."""
    old = legacy({**CUSTOMER, "operation": "Merge", "deletedId": "27"})
    new = json.dumps([cloud(type="qbo.customer.merged.v1", data={"deletedid": "27"})]).encode()

    found = [(event.record_id, event.merged_id) for body in (old, new) for event in read_events(body).events]

    assert found == [("1", "27"), ("1234", "27")]


@pytest.mark.parametrize(
    ("name", "record_type"),
    [
        ("salesreceipt", "SalesReceipt"),
        ("paymentmethod", "PaymentMethod"),
        ("timeactivity", "TimeActivity"),
        ("billpayment", "BillPayment"),
    ],
)
def test_kinds_of_record_have_their_own_names(name, record_type):
    """The newer format writes them in lower case."""
    (event,) = read_events(json.dumps([cloud(type=f"qbo.{name}.updated.v1")]).encode()).events

    assert event.record_type == record_type


def test_events_of_several_companies_are_told_apart():
    """One body may hold them."""
    body = json.dumps([cloud(), cloud(intuitaccountid="9", intuitentityid="7")]).encode()

    assert [(event.company, event.record_id) for event in read_events(body).events] == [
        ("310687", "1234"),
        ("9", "7"),
    ]


def test_an_id_beyond_two_to_the_53_is_the_id_it_is():
    """Whether it is a text or a number."""
    body = json.dumps([cloud(intuitentityid="200900000000000008541"), cloud(intuitentityid=2**70)]).encode()

    assert [event.record_id for event in read_events(body).events] == ["200900000000000008541", str(2**70)]


@pytest.mark.parametrize(
    "body",
    [
        json.dumps([cloud(type="qbo.budget.created.v1")]).encode(),
        json.dumps([cloud(type="qbo.customer.exploded.v1")]).encode(),
        json.dumps([cloud(type="payments.customer.created.v1")]).encode(),
        json.dumps([cloud(intuitentityid=None)]).encode(),
        json.dumps([cloud(intuitaccountid="")]).encode(),
        legacy({**CUSTOMER, "operation": "Sneeze"}),
        legacy({"name": "Customer"}),
        legacy("Customer"),
        b'{"eventNotifications": [{"realmId": "1"}]}',
        b'{"eventNotifications": [7]}',
        b"[7]",
        b"{}",
        b"7",
        b"\xff\xfe",
        b"",
        b"[" * 100_000,
        b" " * (4 * 1024 * 1024 + 1),
    ],
)
def test_what_cannot_be_read_is_counted(body):
    """And stops nothing: QuickBooks is answered 200, and the change feed tells the rest."""
    assert read_events(body) == Delivery(events=(), ignored=1)


def test_one_bad_event_does_not_hide_the_others():
    """The good ones are told."""
    delivery = read_events(json.dumps([cloud(), 7, cloud(type="?")]).encode())

    assert (len(delivery.events), delivery.ignored) == (1, 2)


def test_an_event_without_a_readable_time_is_told_all_the_same():
    """That something happened counts."""
    times = ["", "soon", "2025-09-10", "2025-09-10T21:31:25", None, 17]
    body = json.dumps([cloud(time=time) for time in times]).encode()

    assert [event.happened_at for event in read_events(body).events] == [None] * len(times)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)
names = st.sampled_from(
    [
        "eventNotifications",
        "realmId",
        "dataChangeEvent",
        "entities",
        "name",
        "id",
        "operation",
        "deletedId",
        "lastUpdated",
        "type",
        "intuitentityid",
        "intuitaccountid",
        "time",
        "data",
        "deletedid",
    ]
)
hostile = st.recursive(
    json_values
    | st.sampled_from(["Customer", "Create", "qbo.customer.created.v1", "1", "2025-09-10T21:31:25Z"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=6),
    max_leaves=20,
)


@given(st.binary(max_size=400) | hostile.map(lambda value: json.dumps(value).encode("utf-8", "replace")))
def test_no_bytes_raise(body):
    """Whatever anybody posts; what is told is whole."""
    delivery = read_events(body)

    assert delivery.ignored >= 0
    assert all(event.company and event.record_id and event.record_type for event in delivery.events)


@given(st.binary(max_size=100), st.none() | st.text() | st.binary())
def test_no_signature_raises(body, signature):
    """None but the right one is true."""
    assert verify(body, signature, TOKEN) == (
        signature is not None and _digest(signature) == hmac.new(TOKEN.encode(), body, sha256).digest()
    )


def _digest(signature):
    from linksync.connectors.quickbooks.webhooks import _digest as decoded

    return decoded(signature)


@given(st.binary(max_size=200), st.text(min_size=1))
def test_every_signature_of_the_token_is_known(body, token):
    """Whatever the token and the body."""
    assert verify(body, sign(body, token), token)
