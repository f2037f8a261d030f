"""What a run would do about one record is told before it does it."""

import json

import pytest

from linksync.errors import ConfigurationError
from linksync.mapping import EntityRules, Fate
from linksync.testing.endpoint import LoseAnswer
from tests.toy import Toy, ToyMapper, mappers


def fates(told):
    return {it.name: it.fate for it in told.fields}


def test_a_new_record_is_told_with_the_body_that_creates_it():
    toy = Toy()
    toy.crm.put("customer", "1", name="Ada", email="ada@example.com")

    told = toy.sync.explain("customer", 1)

    assert (told.record, told.decision) == ("customer 1, Ada", "create it as Customer")
    assert fates(told) == {"name": Fate.WRITE, "email": Fate.WRITE, "city": Fate.NOTHING}
    assert json.loads(told.body)[0]["values"] == {"Name": "Ada", "Email": "ada@example.com"}


def test_the_body_is_that_of_the_request_that_a_run_sends():
    toy = Toy()
    toy.linked_customer()
    toy.change(email="countess@example.com")

    told = toy.sync.explain("customer", 1)
    toy.sync.run()

    sent = json.loads(toy.remote.requests[-1].body)
    assert [{**it, "ref": ""} for it in json.loads(told.body)] == [{**it, "ref": ""} for it in sent]
    assert told.decision == "write email to Customer 1"
    assert "countess@example.com" in str(told)


def test_explaining_leaves_no_trace():
    toy = Toy()
    toy.linked_customer()
    requests = len(toy.remote.requests)
    toy.crm.put("customer", "1", email="new@example.com")

    toy.sync.explain("customer", 1)

    assert (len(toy.remote.requests), toy.remote.reads) == (requests, 0)
    assert toy.sync.run().note == "nothing to do"


def test_the_remote_is_read_when_asked_for():
    toy = Toy()
    toy.linked_customer()
    toy.remote.edit("Customer", "1", {"Email": "office@example.com"})
    toy.crm.put("customer", "1", email="ours@example.com")

    told = toy.sync.explain("customer", 1, look=True)

    assert told["email"].fate is Fate.ASK
    assert told["email"].theirs.remote == "office@example.com"
    assert told.body is None
    assert "both changed in email" in told.decision


def test_what_it_waits_for_is_told_and_no_body():
    toy = Toy()
    toy.crm.put("customer", "7", name="Zoe")
    toy.crm.put("invoice", "1", number="1", customer="7")

    told = toy.sync.explain("invoice", 1)

    assert told.decision == "promote customer 7 first and wait for the link of customer 7"
    assert (dict(told.values), told.body) == ({}, None)


def test_a_record_that_the_rules_exclude_is_told_as_such():
    toy = Toy(mappers=mappers(customer=EntityRules(eligible=lambda local: False)))
    toy.crm.put("customer", "1", name="Ada")

    told = toy.sync.explain("customer", 1)

    assert told.decision == "skip, because the rules exclude this customer (eligible)"
    assert set(fates(told).values()) == {Fate.NOTHING}


def test_an_unlinked_record_is_not_told_to_be_created():
    toy = Toy()
    toy.linked_customer()
    toy.sync.unlink("customer", 1)

    told = toy.sync.explain("customer", 1)

    assert told.decision.startswith("needs action: customer 1 was unlinked from Customer 1")
    assert told.body is None


def test_nothing_is_written_while_the_last_write_is_in_doubt():
    toy = Toy()
    toy.remote.mishaps = [LoseAnswer()]
    toy.customers(1)
    toy.sync.run()

    told = toy.sync.explain("customer", 1)

    assert told.decision == "wait until it is known what became of its last write"
    assert told.body is None


def test_a_record_that_refers_to_itself_is_told_to_be_wrong():
    toy = Toy(mappers=[*mappers(), ToyMapper("branch", ["name", "parent"], refs={"parent": "branch"})])
    toy.crm.tables["branch"] = {"1": {"name": "Head office", "parent": "1"}}

    told = toy.sync.explain("branch", 1)

    assert "waits for itself" in told.decision
    assert told.body is None


@pytest.mark.parametrize(("entity", "error"), [("customer", KeyError), ("dragon", ConfigurationError)])
def test_what_is_not_there_is_refused(entity, error):
    with pytest.raises(error, match=entity):
        Toy().sync.explain(entity, 1)
