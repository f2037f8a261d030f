"""Writes go out in as few requests as may be, and each gets its own outcome."""

import pytest

from linksync.connectors.quickbooks.batch import is_batch, pack, read_request, unpack
from linksync.errors import ConfigurationError, FaultKind
from linksync.exactjson import loads
from linksync.records import Action, Refused, RemoteState, Request, Unknown, Write, Written
from tests.scripted import fault

ROOT = "/v3/company/1"


def create(number, **values):
    return Write(
        ref=f"r{number}",
        action=Action.CREATE,
        record_type="Customer",
        values={"DisplayName": f"C{number}", **values},
    )


def change(action, record_type="Invoice", record_id="7"):
    return Write(ref="x", action=action, record_type=record_type, id=record_id, version="0")


def customer(record_id, **values):
    return {"Id": record_id, "SyncToken": "0", "DisplayName": f"C{record_id}", **values}


def two():
    (request,) = pack(ROOT, [create(1), create(2)])
    return request


def test_nothing_makes_no_request():
    """An empty batch is answered by a fault."""
    assert pack(ROOT, []) == []


def test_a_single_write_goes_by_itself():
    """Without host and key, ready to be stored."""
    (request,) = pack(ROOT, [create(1)])

    assert request.url == "/v3/company/1/customer?minorversion=75"
    assert loads(request.body) == {"DisplayName": "C1"}
    assert request.refs == ("r1",)
    assert not is_batch(request)


def test_several_writes_share_a_batch():
    """Each item has a short id of its own and names its kind of record."""
    request = two()

    assert request.url == "/v3/company/1/batch?minorversion=75"
    assert loads(request.body) == {
        "BatchItemRequest": [
            {"bId": "1", "operation": "create", "Customer": {"DisplayName": "C1"}},
            {"bId": "2", "operation": "create", "Customer": {"DisplayName": "C2"}},
        ]
    }
    assert is_batch(request)


@pytest.mark.parametrize(
    ("count", "sizes"), [(30, [30]), (31, [30, 1]), (61, [30, 30, 1]), (90, [30, 30, 30])]
)
def test_a_batch_has_thirty_items_at_most(count, sizes):
    """ceil(N/30) requests for N writes, each write in exactly one, in order."""
    requests = pack(ROOT, [create(number) for number in range(count)])

    assert [len(request.refs) for request in requests] == sizes
    assert [ref for request in requests for ref in request.refs] == [f"r{number}" for number in range(count)]


def test_every_request_has_a_key_of_its_own():
    """Short enough for a batch, of which the longest is 36 characters."""
    requests = pack(ROOT, [create(number) for number in range(61)])

    keys = {request.key for request in requests}
    assert len(keys) == 3
    assert all(len(key) == 32 for key in keys)


def test_a_void_leaves_the_batch():
    """And the order of the writes is kept around it."""
    requests = pack(ROOT, [create(1), create(2), change(Action.VOID), create(3)])

    assert [request.refs for request in requests] == [("r1", "r2"), ("x",), ("r3",)]
    assert requests[1].url == "/v3/company/1/invoice?operation=void&minorversion=75"


def test_text_leaves_as_utf8_and_half_a_surrogate_as_an_escape():
    """One name that is no Unicode must not spoil the batch for 29 others."""
    (request,) = pack(ROOT, [create(1, CompanyName="Zoë 🐟 \ud83d")])

    assert loads(request.body) == {"DisplayName": "C1", "CompanyName": "Zoë 🐟 \ud83d"}
    assert "Zoë 🐟".encode() in request.body


def test_a_write_that_can_never_be_done_is_refused():
    """Before anything is stored or sent."""
    with pytest.raises(ConfigurationError, match="cannot delete a Customer"):
        pack(ROOT, [create(1), change(Action.DELETE, "Customer")])


def test_a_written_record_comes_back_as_it_now_is():
    """With id, version and instant, and the name of the exchange."""
    (request,) = pack(ROOT, [create(1)])
    values = customer("58", MetaData={"CreateTime": "2020-09-29T08:13:18-07:00"}, Active=True)

    (outcome,) = unpack(read_request(request), {"Customer": values, "time": "..."}, "1-tid")

    assert isinstance(outcome, Written)
    assert (outcome.ref, outcome.request_id) == ("r1", "1-tid")
    record = outcome.record
    assert (record.record_type, record.id, record.version) == ("Customer", "58", "0")
    assert record.is_first_version
    assert record.created_at.isoformat() == "2020-09-29T08:13:18-07:00"
    assert record.values == values


def test_outcomes_are_matched_by_id_whatever_their_order():
    """The reference promises no order."""
    answer = {
        "BatchItemResponse": [
            {"bId": "2", "Customer": customer("92")},
            {"Customer": customer("91"), "bId": "1"},
        ]
    }

    first, second = unpack(read_request(two()), answer, "1-tid")

    assert (first.ref, first.record.id) == ("r1", "91")
    assert (second.ref, second.record.id) == ("r2", "92")


def test_an_item_fails_by_itself():
    """A batch is no transaction."""
    answer = {
        "BatchItemResponse": [
            {"bId": "1", "Customer": customer("91")},
            {"bId": "2", **fault("6240", message="Duplicate Name Exists Error")},
        ]
    }

    first, second = unpack(read_request(two()), answer, "1-tid")

    assert isinstance(first, Written)
    assert isinstance(second, Refused)
    assert second.fault.kind is FaultKind.DUPLICATE
    assert second.fault.request_id == "1-tid"


@pytest.mark.parametrize(
    "items",
    [
        [{"bId": "1", "Customer": customer("91")}],
        [{"bId": "1", "Customer": customer("91")}, {"bId": "2"}],
        [{"bId": "1", "Customer": customer("91")}, {"bId": "2", "Customer": {"SyncToken": "0"}}],
        [{"bId": "1", "Customer": customer("91")}, {"bId": "2", "Invoice": customer("92")}],
        [{"bId": "1", "Customer": customer("91")}, {"bId": "2", **fault("10000")}],
        [{"bId": number, "Customer": customer("91")} for number in ("1", "2", "2")],
    ],
    ids=["missing", "empty", "without an id", "of another kind", "failed system", "twice"],
)
def test_an_item_without_a_clear_answer_is_unknown(items):
    """The others are settled all the same."""
    first, second = unpack(read_request(two()), {"BatchItemResponse": items}, "1-tid")

    assert isinstance(first, Written)
    assert isinstance(second, Unknown)
    assert second.ref == "r2"
    assert "1-tid" in second.reason


@pytest.mark.parametrize("answer", [{}, {"BatchItemResponse": []}, {"BatchItemResponse": None}])
def test_an_answer_without_items_leaves_all_unknown(answer):
    """HTTP 200 alone says nothing."""
    outcomes = unpack(read_request(two()), answer, "1-tid")

    assert [type(outcome) for outcome in outcomes] == [Unknown, Unknown]


def test_an_update_answered_by_another_record_is_unknown():
    """That cannot be about what was sent."""
    (request,) = pack(ROOT, [change(Action.UPDATE, "Customer", "58")])

    (outcome,) = unpack(read_request(request), {"Customer": customer("59")}, "1-tid")

    assert isinstance(outcome, Unknown)
    assert "the answer lacks Customer 58" in outcome.reason


def test_a_deleted_record_comes_back_as_deleted():
    """By its status, for nothing else is left of it."""
    (request,) = pack(ROOT, [change(Action.DELETE)])

    (outcome,) = unpack(
        read_request(request), {"Invoice": {"domain": "QBO", "status": "Deleted", "Id": "7"}}, "1-tid"
    )

    assert outcome.record.state is RemoteState.DELETED
    assert outcome.record.version is None


def test_a_delete_answered_by_a_living_record_is_unknown():
    """It may have been taken for something else."""
    (request,) = pack(ROOT, [change(Action.DELETE)])

    (outcome,) = unpack(read_request(request), {"Invoice": {"Id": "7", "SyncToken": "1"}}, "1-tid")

    assert isinstance(outcome, Unknown)


def test_a_voided_invoice_is_recognised():
    """Amounts of zero and a note that begins with the word (recorded sandbox traffic)."""
    (request,) = pack(ROOT, [change(Action.VOID)])
    values = {"Id": "7", "SyncToken": "1", "TotalAmt": 0, "Balance": 0, "PrivateNote": "Voided: by phone"}

    (outcome,) = unpack(read_request(request), {"Invoice": values}, "1-tid")

    assert outcome.record.state is RemoteState.VOIDED


@pytest.mark.parametrize(
    "request_",
    [
        Request(key="k", url="/v3/company/1/unicorn?x=1", body=b"{}", refs=("a",)),
        Request(key="k", url="/v3/company/1/customer", body=b"[]", refs=("a",)),
        Request(key="k", url="/v3/company/1/customer", body=b"{", refs=("a",)),
        Request(key="k", url="/v3/company/1/customer", body=b"{}", refs=("a", "b")),
        Request(key="k", url="/v3/company/1/batch", body=b'{"BatchItemRequest":[]}', refs=("a",)),
        Request(key="k", url="/v3/company/1/batch", body=b'{"BatchItemRequest":[1]}', refs=("a",)),
    ],
)
def test_a_stored_request_that_is_not_ours_is_refused(request_):
    """It was changed since it was stored."""
    with pytest.raises(ConfigurationError, match="request k"):
        read_request(request_)
