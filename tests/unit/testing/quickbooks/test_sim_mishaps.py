"""What can be made to go wrong, does, and only to the requests that were meant."""

from datetime import timedelta

import pytest
from attrs import evolve

from linksync.connectors.quickbooks.transport import NoAnswerError, NotSentError
from linksync.exactjson import loads
from linksync.testing.quickbooks import Mishap, RequestIds, Rotation, Script


def create(bid, name):
    return {"bId": bid, "operation": "create", "Customer": {"DisplayName": name}}


def names(qbo):
    return [customer["DisplayName"] for customer in qbo.company.objects("Customer")]


def test_lost_answer_is_of_a_request_that_was_done(qbo):
    """The object exists, and the same requestid gets the answer that was lost."""
    qbo.simulator.script(Script(mishap=Mishap.LOSE_ANSWER, kind="create"))

    with pytest.raises(NoAnswerError):
        qbo.call("POST", "customer", {"DisplayName": "Amy"}, requestid="r1")
    again = qbo.post("Customer", {"DisplayName": "Amy"}, requestid="r1")

    assert names(qbo) == ["Amy"]
    assert again["Id"] == "1"


def test_lost_request_was_never_done(qbo):
    """Nothing exists after a lost request."""
    qbo.simulator.script(Script(mishap=Mishap.LOSE_REQUEST))

    with pytest.raises(NoAnswerError):
        qbo.call("POST", "customer", {"DisplayName": "Amy"})

    assert names(qbo) == []


def test_refused_connection_is_known_not_to_have_sent(qbo):
    """A refused connection is the one failure that proves that nothing was sent."""
    qbo.simulator.script(Script(mishap=Mishap.REFUSE_CONNECTION))

    with pytest.raises(NotSentError):
        qbo.call("POST", "customer", {"DisplayName": "Amy"})

    assert names(qbo) == []


@pytest.mark.parametrize(
    ("memory", "codes"),
    [
        (RequestIds.PER_ITEM, [None, None, None]),
        (RequestIds.PER_BATCH, ["6240", "6240", None]),
        (RequestIds.FORGOTTEN, ["6240", "6240", None]),
    ],
)
def test_batch_that_dies_is_half_done(qbo, memory, codes):
    """The first items exist; sent again, they are remembered or done again, as the company is set."""
    qbo.company.settings = evolve(qbo.company.settings, request_ids=memory)
    qbo.simulator.script(Script(mishap=Mishap.DIE_IN_BATCH, after_items=2))
    items = [create("1", "a"), create("2", "b"), create("3", "c")]

    with pytest.raises(NoAnswerError):
        qbo.batch(*items, requestid="r1")
    half = names(qbo)
    answers = qbo.batch(*items, requestid="r1")

    assert half == ["a", "b"]
    found = [answer["Fault"]["Error"][0]["code"] if "Fault" in answer else None for answer in answers]
    assert found == codes
    assert names(qbo) == ["a", "b", "c"]


@pytest.mark.parametrize("count", [0, 3, 30])
def test_batch_can_die_before_its_first_and_after_its_last_item(qbo, count):
    """A batch that dies after so many items has done those that it has."""
    qbo.simulator.script(Script(mishap=Mishap.DIE_IN_BATCH, after_items=count))

    with pytest.raises(NoAnswerError):
        qbo.batch(create("1", "a"), create("2", "b"), create("3", "c"))

    assert len(names(qbo)) == min(count, 3)


def test_late_request_is_done_when_its_time_has_come(qbo, clock):
    """The client gives up at once; nothing exists until the clock has gone on, and then it does."""
    qbo.simulator.script(Script(mishap=Mishap.ANSWER_LATE, seconds=130, kind="create"))

    with pytest.raises(NoAnswerError):
        qbo.call("POST", "customer", {"DisplayName": "Late"}, requestid="r1")
    at_once = names(qbo)
    clock.advance(timedelta(seconds=130))

    assert at_once == []
    assert names(qbo) == ["Late"]


def test_late_request_is_done_once_with_its_repetition(qbo, clock):
    """A repetition that overtakes a late request is the one that counts."""
    qbo.simulator.script(Script(mishap=Mishap.ANSWER_LATE, seconds=60, kind="create"))
    with pytest.raises(NoAnswerError):
        qbo.call("POST", "customer", {"DisplayName": "Late"}, requestid="r1")

    qbo.post("Customer", {"DisplayName": "Late"}, requestid="r1")
    clock.advance(timedelta(seconds=60))

    assert names(qbo) == ["Late"]


@pytest.mark.parametrize("shape", ["gateway", "service"])
def test_throttle_comes_in_both_shapes(qbo, shape):
    """429 with 3001, in lower or upper case, as often as asked for; nothing is done."""
    qbo.simulator.script(Script(mishap=Mishap.THROTTLE, times=2, shape=shape))

    answers = [qbo.call("POST", "customer", {"DisplayName": "Amy"}) for _ in range(3)]

    assert [answer.status for answer in answers] == [429, 429, 200]
    body = loads(answers[0].body)
    error = body["fault"]["error"] if shape == "gateway" else body["Fault"]["Error"]
    assert error[0]["code"] == "3001"


def test_throttle_may_say_for_how_long(qbo):
    """A Retry-After header comes only where asked for."""
    qbo.simulator.script(Script(mishap=Mishap.THROTTLE, retry_after_seconds=7))
    qbo.simulator.script(Script(mishap=Mishap.THROTTLE))

    first, second = qbo.call("GET", "account/1"), qbo.call("GET", "account/1")

    assert first.headers["retry-after"] == "7"
    assert "retry-after" not in second.headers


def test_throttle_in_batch_refuses_the_later_items(qbo):
    """The first items are done, each other one is refused with 3001."""
    qbo.simulator.script(Script(mishap=Mishap.THROTTLE_IN_BATCH, after_items=1))

    answers = qbo.batch(create("1", "a"), create("2", "b"))

    assert answers[0]["Customer"]["DisplayName"] == "a"
    assert answers[1]["Fault"]["Error"][0]["code"] == "3001"
    assert names(qbo) == ["a"]


@pytest.mark.parametrize("done", [True, False])
@pytest.mark.parametrize(
    ("mishap", "status", "start"),
    [(Mishap.FAIL_WITH_HTML, 503, b"<html>"), (Mishap.FAIL_WITH_XML, 500, b"<?xml")],
)
def test_edge_answers_what_is_no_json(qbo, mishap, status, start, done):
    """HTML or XML comes instead of JSON, before or after the request was done."""
    qbo.simulator.script(Script(mishap=mishap, after_commit=done))

    answer = qbo.call("POST", "customer", {"DisplayName": "Amy"})

    assert answer.status == status
    assert answer.body.startswith(start)
    assert names(qbo) == (["Amy"] if done else [])


def test_fault_may_come_under_200(qbo):
    """HTTP 200 with a Fault, and nothing done."""
    qbo.simulator.script(Script(mishap=Mishap.FAULT_UNDER_200))

    answer = qbo.call("POST", "customer", {"DisplayName": "Amy"})

    assert answer.status == 200
    assert loads(answer.body)["Fault"]["Error"][0]["code"] == "10000"
    assert names(qbo) == []


def test_token_may_be_expired(qbo):
    """The request's token is dead from then on; a refreshed one works."""
    qbo.simulator.script(Script(mishap=Mishap.EXPIRE_TOKEN))

    answers = [qbo.call("GET", "account/1").status for _ in range(2)]
    renewed = loads(
        qbo.token(grant_type="refresh_token", refresh_token=qbo.company.tokens.refresh_token).body
    )
    qbo.access_token = renewed["access_token"]

    assert answers == [401, 401]
    assert qbo.call("GET", "account/1").status == 200


def test_record_may_change_just_before(qbo):
    """Somebody else's change makes the update that follows stale."""
    customer = qbo.customer()
    change = Script(
        mishap=Mishap.CHANGE_RECORD,
        kind="update",
        record="Customer",
        object_id=customer["Id"],
        values={"Notes": "mine"},
    )
    qbo.simulator.script(change)

    code = qbo.refused("Customer", {"Id": customer["Id"], "SyncToken": "0", "sparse": True, "Notes": "yours"})

    assert code == "5010"
    assert qbo.get("Customer", customer["Id"])["Notes"] == "mine"


@pytest.mark.parametrize(
    ("script", "statuses"),
    [
        (Script(mishap=Mishap.THROTTLE, kind="token"), [429, 200]),
        (Script(mishap=Mishap.FAIL_WITH_HTML, kind="token", status=502), [502, 200]),
        (Script(mishap=Mishap.FAIL_WITH_XML, kind="token", after_commit=True), [500, 200]),
        (Script(mishap=Mishap.DAWDLE, kind="token"), [200, 200]),
        (Script(mishap=Mishap.EXPIRE_TOKEN, kind="token"), [200, 200]),
    ],
)
def test_token_endpoint_can_fail(qbo, script, statuses):
    """The token endpoint throttles and fails as the service does; what is about records passes it by."""
    qbo.simulator.script(script)
    form = {"grant_type": "refresh_token", "refresh_token": qbo.company.tokens.refresh_token}

    assert [qbo.token(**form).status for _ in statuses] == statuses


@pytest.mark.parametrize(
    ("mishap", "error"), [(Mishap.LOSE_REQUEST, NoAnswerError), (Mishap.REFUSE_CONNECTION, NotSentError)]
)
def test_token_request_can_be_lost(qbo, mishap, error):
    """A token request that is lost renews nothing."""
    qbo.simulator.authorization.rotation = Rotation.EVERY_TIME
    qbo.simulator.script(Script(mishap=mishap, kind="token"))
    form = {"grant_type": "refresh_token", "refresh_token": qbo.company.tokens.refresh_token}

    with pytest.raises(error):
        qbo.token(**form)

    assert qbo.token(**form).status == 200


def test_rotated_token_may_be_lost(qbo, simulator, clock):
    """A token answer that is lost after the rotation leaves the old token dead."""
    clock.advance(timedelta(hours=25))
    simulator.script(Script(mishap=Mishap.LOSE_ANSWER, kind="token"))
    form = {"grant_type": "refresh_token", "refresh_token": qbo.company.tokens.refresh_token}

    with pytest.raises(NoAnswerError):
        qbo.token(**form)

    assert loads(qbo.token(**form).body)["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "script",
    [
        Script(mishap=Mishap.LOSE_REQUEST, company="other"),
        Script(mishap=Mishap.LOSE_REQUEST, kind="batch"),
        Script(mishap=Mishap.LOSE_REQUEST, entity="Invoice"),
        Script(mishap=Mishap.LOSE_REQUEST, method="GET"),
        Script(mishap=Mishap.LOSE_REQUEST, path="*/batch"),
        Script(mishap=Mishap.LOSE_REQUEST, when=lambda call: b"Bob" in call.body),
        Script(mishap=Mishap.LOSE_REQUEST, skip=1),
    ],
)
def test_mishap_spares_what_it_was_not_meant_for(qbo, script):
    """A request that does not match passes, and the mishap is still to come."""
    qbo.simulator.script(script)

    qbo.customer("Amy")

    assert names(qbo) == ["Amy"]
    assert qbo.simulator.scripts.pending() == [(script, 1)]


def test_skipped_requests_are_counted(qbo):
    """A mishap with skip befalls the request after so many."""
    qbo.simulator.script(Script(mishap=Mishap.LOSE_REQUEST, kind="create", skip=2))
    qbo.customer("a")
    qbo.customer("b")

    with pytest.raises(NoAnswerError):
        qbo.customer("c")


def test_cleared_mishaps_do_not_happen(qbo):
    """After clear nothing goes wrong."""
    qbo.simulator.script(Script(mishap=Mishap.LOSE_REQUEST))
    qbo.simulator.scripts.clear()

    assert qbo.customer()["Id"] == "1"


@pytest.mark.parametrize(("code", "status"), [("6240", 400), ("10000", 400)])
def test_any_fault_of_the_service_can_be_asked_for(qbo, code, status):
    """Nothing is done."""
    qbo.simulator.script(Script(mishap=Mishap.REFUSE, code=code, element="DisplayName"))

    answer = qbo.call("POST", "customer", {"DisplayName": "Amy"})

    (error,) = loads(answer.body)["Fault"]["Error"]
    assert (answer.status, error["code"], error["element"]) == (status, code, "DisplayName")
    assert names(qbo) == []


@pytest.mark.parametrize(("code", "status"), [("3001", 429), ("3100", 403), ("3200", 401)])
def test_any_fault_of_the_gateway_can_be_asked_for(qbo, code, status):
    """In the gateway's shape, under its own status."""
    qbo.simulator.script(Script(mishap=Mishap.REFUSE, code=code, status=400))

    answer = qbo.call("POST", "customer", {"DisplayName": "Amy"})

    (error,) = loads(answer.body)["fault"]["error"]
    assert (answer.status, error["code"]) == (status, code)
    assert names(qbo) == []
