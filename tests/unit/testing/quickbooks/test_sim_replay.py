"""What is sent twice under one requestid is done once."""

from datetime import timedelta

import pytest
from attrs import evolve

from linksync.testing.quickbooks import ChangedBody, RequestIds


def create(bid, name):
    return {"bId": bid, "operation": "create", "Customer": {"DisplayName": name}}


def test_same_request_is_done_once(qbo, clock):
    """A create sent again answers the same bytes and makes nothing."""
    body = {"DisplayName": "Amy"}
    first = qbo.call("POST", "customer", body, requestid="r1")
    clock.sleep(100)

    second = qbo.call("POST", "customer", body, requestid="r1")

    assert second.body == first.body
    assert len(qbo.company.objects("Customer")) == 1
    assert qbo.simulator.journal.requests()[-1].is_replayed


def test_empty_requestid_is_none(qbo):
    """An empty requestid makes two of two."""
    body = {"Name": "T", "DueDays": 1}

    qbo.call("POST", "term", body, requestid="")
    second = qbo.call("POST", "term", {**body, "Name": "U"}, requestid="")

    assert b'"Name":"U"' in second.body


def test_replay_outlives_its_object(qbo, sale):
    """After a delete the old answer still comes, and nothing is made again."""
    customer, item = qbo.customer(), qbo.item()
    body = {"CustomerRef": {"value": customer["Id"]}, "Line": [sale(item, 1)]}
    invoice = qbo.post("Invoice", body, requestid="r1")
    qbo.company.delete("Invoice", invoice["Id"])

    again = qbo.post("Invoice", body, requestid="r1")

    assert again == invoice
    assert qbo.company.objects("Invoice") == []


def test_requestids_are_a_company_s_own(qbo, simulator):
    """The same requestid in another company is another request."""
    other = type(qbo)(simulator, simulator.add_company("2"))

    qbo.post("Customer", {"DisplayName": "Amy"}, requestid="r1")
    other.post("Customer", {"DisplayName": "Amy"}, requestid="r1")

    assert len(other.company.objects("Customer")) == 1


@pytest.mark.parametrize(
    ("choice", "status", "made"),
    [(ChangedBody.REPLAY, 200, 1), (ChangedBody.REFUSE, 400, 1), (ChangedBody.EXECUTE, 200, 2)],
)
def test_same_id_with_another_body(qbo, choice, status, made):
    """It is answered as before, refused with 600 or done, as the company is set."""
    qbo.company.settings = evolve(qbo.company.settings, changed_body=choice)
    qbo.post("Customer", {"DisplayName": "Amy"}, requestid="r1")

    answer = qbo.call("POST", "customer", {"DisplayName": "Bob"}, requestid="r1")

    assert answer.status == status
    assert (b'"600"' in answer.body) is (status == 400)
    assert len(qbo.company.objects("Customer")) == made


@pytest.mark.parametrize(("replays", "status"), [(True, 400), (False, 200)])
def test_refusal_is_replayed_or_not(qbo, replays, status):
    """A refusal is remembered although its reason is gone, or looked at anew where the company is set so."""
    qbo.company.settings = evolve(qbo.company.settings, replays_faults=replays)
    qbo.customer("Amy")
    refused = qbo.refused("Customer", {"DisplayName": "Amy"}, requestid="r1")
    qbo.company.inactivate("Customer", "1")

    again = qbo.call("POST", "customer", {"DisplayName": "Amy"}, requestid="r1")

    assert (refused, again.status) == ("6240", status)


def test_ids_are_forgotten_after_their_time(qbo, clock):
    """Beyond the retention the same request is done again."""
    qbo.company.settings = evolve(qbo.company.settings, request_id_retention=timedelta(minutes=30))
    qbo.post("Customer", {"DisplayName": "Amy"}, requestid="r1")
    clock.advance(timedelta(minutes=30))

    code = qbo.refused("Customer", {"DisplayName": "Amy"}, requestid="r1")

    assert code == "6240"


@pytest.mark.parametrize(
    ("path", "length", "status"), [("customer", 50, 200), ("customer", 51, 400), ("batch", 37, 400)]
)
def test_requestids_have_a_longest(qbo, path, length, status):
    """More than 50 characters, or 36 with a batch, is 2130."""
    body = {"DisplayName": "Amy"} if path == "customer" else {"BatchItemRequest": [create("1", "Amy")]}

    answer = qbo.call("POST", path, body, requestid="x" * length)

    assert answer.status == status
    assert (b'"2130"' in answer.body) is (status == 400)


def test_bid_has_a_longest_beside_a_requestid(qbo):
    """A bId of 11 characters is 2130 with a requestid and accepted without."""
    batch = {"BatchItemRequest": [create("12345678901", "Amy")]}

    with_id = qbo.call("POST", "batch", batch, requestid="r")
    without = qbo.call("POST", "batch", batch)

    assert (with_id.status, without.status) == (400, 200)


def test_whole_batch_is_replayed(qbo):
    """A batch sent again answers the same bytes, its refusals included."""
    batch = {"BatchItemRequest": [create("1", "Amy"), create("2", "Amy")]}
    first = qbo.call("POST", "batch", batch, requestid="r1")

    second = qbo.call("POST", "batch", batch, requestid="r1")

    assert second.body == first.body
    assert len(qbo.company.objects("Customer")) == 1


def test_forgetful_company_does_all_again(qbo):
    """With nothing remembered a request sent again is done again."""
    qbo.company.settings = evolve(qbo.company.settings, request_ids=RequestIds.FORGOTTEN)
    batch = {"BatchItemRequest": [create("1", "Amy")]}
    qbo.call("POST", "batch", batch, requestid="r1")

    second = qbo.call("POST", "batch", batch, requestid="r1")

    assert b'"6240"' in second.body
