"""What was asked is counted by kind, company and item."""

import pytest

from linksync.connectors.quickbooks.transport import NoAnswerError
from linksync.testing.quickbooks import Certainty, Limits, Mishap, Script, rules


def test_calls_are_counted_by_kind(qbo, sale):
    """Each kind of call is counted; reads and queries are metered, those in batches too."""
    customer, item = qbo.customer(), qbo.item()
    invoice = qbo.invoice(customer, sale(item, 1))
    qbo.post("Customer", {"Id": "1", "SyncToken": "0", "sparse": True, "Notes": "x"})
    qbo.get("Customer", "1")
    qbo.query("select * from Customer")
    qbo.batch({"bId": "1", "Query": "select * from Item"}, {"bId": "2", "operation": "create", "Term": {}})
    qbo.post("Invoice", {"Id": invoice["Id"], "SyncToken": "0"}, operation="void")
    qbo.post("Invoice", {"Id": invoice["Id"], "SyncToken": "1"}, operation="delete")
    qbo.token(grant_type="refresh_token", refresh_token=qbo.company.tokens.refresh_token)

    counts = qbo.simulator.journal.counts()

    assert counts.calls == {
        "create": 3,
        "update": 1,
        "read": 1,
        "query": 1,
        "batch": 1,
        "void": 1,
        "delete": 1,
        "token": 1,
    }
    assert counts.items == {"query": 1, "create": 1}
    assert (counts.metered, counts.total, counts.replayed) == (3, 10, 0)


def test_what_is_not_let_in_is_not_metered(qbo):
    """A read with a dead token, one too many and one that never arrived cost nothing."""
    qbo.company.limiter.limits = Limits(per_second=1)
    qbo.get("Account", "1")
    qbo.call("GET", "account/1")
    qbo.access_token = "dead"
    qbo.call("GET", "account/1")
    qbo.simulator.script(Script(mishap=Mishap.LOSE_REQUEST))

    with pytest.raises(NoAnswerError):
        qbo.call("GET", "account/1")

    counts = qbo.simulator.journal.counts()
    assert counts.statuses == {200: 1, 429: 1, 401: 1, 0: 1}
    assert counts.metered == qbo.company.limiter.metered() == 1


def test_counts_are_told_by_company(qbo, simulator):
    """A company's counts leave out those of others."""
    other = type(qbo)(simulator, simulator.add_company())
    qbo.get("Account", "1")
    other.get("Account", "1")
    other.get("Account", "1")

    assert simulator.journal.counts(other.company.id).calls == {"read": 2}
    assert len(simulator.journal.requests(qbo.company.id)) == 1


def test_lost_requests_are_logged_without_a_status(qbo):
    """A request without an answer has status 0 and the name of its mishap."""
    qbo.simulator.script(Script(mishap=Mishap.LOSE_ANSWER))

    with pytest.raises(NoAnswerError):
        qbo.call("GET", "account/1")
    entry = qbo.simulator.journal.requests()[-1]

    assert (entry.status, entry.mishap, entry.code) == (0, "lose_answer", "")


def test_looking_by_hand_is_not_counted(qbo):
    """What is done through the company itself is no call."""
    qbo.company.add("Customer", {"DisplayName": "Amy"})
    qbo.company.objects("Customer")

    assert qbo.simulator.journal.counts().total == 0


def test_every_rule_has_a_source():
    """Each rule says where it is from, how sure it is and which module keeps it."""
    stated = rules()

    assert len(stated) > 70
    assert all(rule.says and rule.source and rule.kept_by for rule in stated)
    assert {rule.certainty for rule in stated} == set(Certainty)


def test_guesses_stand_apart():
    """What is guessed of a known rule is not hidden in its source."""
    known = [rule for rule in rules() if rule.certainty is not Certainty.GUESS]

    assert [rule.source for rule in known if "guess" in rule.source] == []
    assert len([rule for rule in known if rule.guess]) > 30
