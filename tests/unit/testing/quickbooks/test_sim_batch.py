"""Batches: each item by itself."""

import pytest

from linksync.exactjson import loads


def create(bid, name):
    return {"bId": bid, "operation": "create", "Customer": {"DisplayName": name}}


def test_items_are_done_or_refused_by_themselves(qbo, sale):
    """Create, update, delete and query stand in one batch, are answered in order and fail alone."""
    customer, item = qbo.customer(), qbo.item()
    invoice = qbo.invoice(customer, sale(item, 1))

    answers = qbo.batch(
        create("bid1", "Boraski Family Store"),
        {"bId": "bid2", "operation": "delete", "Invoice": {"Id": "129", "SyncToken": "0"}},
        {
            "bId": "bid3",
            "operation": "update",
            "Customer": {"Id": customer["Id"], "SyncToken": "9", "sparse": True, "Notes": "x"},
        },
        {"bId": "bid4", "Query": "select * from Item where Name = 'Services'"},
        {"bId": "bid5", "operation": "delete", "Invoice": {"Id": invoice["Id"], "SyncToken": "0"}},
    )

    assert [answer["bId"] for answer in answers] == ["bid1", "bid2", "bid3", "bid4", "bid5"]
    assert answers[0]["Customer"]["Id"] == "2"
    assert [answers[1]["Fault"]["Error"][0]["code"], answers[2]["Fault"]["Error"][0]["code"]] == [
        "610",
        "5010",
    ]
    assert answers[3]["QueryResponse"]["maxResults"] == 1
    assert answers[4]["Invoice"] == {"domain": "QBO", "status": "Deleted", "Id": "1"}


def test_fault_of_an_item_is_as_recorded(qbo):
    """The fault of an item has the shape and words of the recorded exchange batch__basic."""
    answers = qbo.batch({"bId": "bid2", "operation": "delete", "Invoice": {"Id": "129", "SyncToken": "0"}})

    assert answers == [
        {
            "Fault": {
                "Error": [
                    {
                        "Message": "Object Not Found",
                        "Detail": "Object Not Found : Something you're trying to use has been made inactive. Check "
                        "the fields with accounts, customers, items, vendors or employees.",
                        "code": "610",
                        "element": "",
                    }
                ],
                "type": "ValidationFault",
            },
            "bId": "bid2",
        }
    ]


@pytest.mark.parametrize(("count", "code"), [(0, b'"400"'), (31, b'"1040"')])
def test_batch_has_one_to_thirty_items(qbo, count, code):
    """An empty batch is 400, one of 31 items 1040, and nothing is done."""
    items = [create(str(number), f"c{number}") for number in range(count)]

    answer = qbo.call("POST", "batch", {"BatchItemRequest": items})

    assert answer.status == 400
    assert code in answer.body
    assert qbo.company.objects("Customer") == []


def test_items_do_not_see_what_the_batch_creates(qbo, sale):
    """An invoice cannot name a customer that the same batch creates."""
    item = qbo.item()
    line = sale(item, 1)

    answers = qbo.batch(
        create("1", "New"),
        {"bId": "2", "operation": "create", "Invoice": {"CustomerRef": {"value": "1"}, "Line": [line]}},
    )
    later = qbo.batch(
        {"bId": "2", "operation": "create", "Invoice": {"CustomerRef": {"value": "1"}, "Line": [line]}}
    )

    assert answers[0]["Customer"]["Id"] == "1"
    assert answers[1]["Fault"]["Error"][0]["code"] == "2500"
    assert "Invoice" in later[0]


def test_sparse_stands_within_the_entity(qbo):
    """A sparse update within a batch leaves what it leaves out."""
    customer = qbo.customer(Notes="n")

    answers = qbo.batch(
        {
            "bId": "1",
            "operation": "update",
            "Customer": {"Id": customer["Id"], "SyncToken": "0", "sparse": True, "CompanyName": "c"},
        }
    )

    assert answers[0]["Customer"]["Notes"] == "n"


@pytest.mark.parametrize(
    ("item", "code"),
    [
        ({"bId": "1", "operation": "create", "Wizard": {}}, "2000"),
        ({"bId": "1", "operation": "create"}, "2020"),
        ({"bId": "1", "operation": "merge", "Customer": {"Id": "1"}}, "500"),
        ({"bId": "1", "Query": "select"}, "4000"),
    ],
)
def test_items_that_make_no_sense_are_refused(qbo, item, code):
    """An unknown entity or operation, a missing one and a bad query have their codes."""
    assert qbo.batch(item)[0]["Fault"]["Error"][0]["code"] == code


def test_unknown_name_beside_the_items_refuses_the_batch(qbo):
    """A batch with another property is 2010."""
    answer = qbo.call("POST", "batch", {"BatchItems": []})

    assert loads(answer.body)["Fault"]["Error"][0]["code"] == "2010"
