"""One company, answered by a script: what leaves, and what each kind of answer comes to."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from attrs import evolve

from linksync.connectors.quickbooks import (
    AppCredentials,
    HttpResponse,
    NoAnswerError,
    NotSentError,
    QuickBooks,
)
from linksync.endpoints import Endpoint
from linksync.errors import (
    AuthorizationError,
    ConfigurationError,
    FaultKind,
    StorageError,
    ThrottledError,
    TransientError,
)
from linksync.exactjson import loads
from linksync.records import Action, CompanyId, Gone, Refused, RemoteState, Unknown, Write, Written
from linksync.storage.memory import MemoryStorage
from linksync.testing.clock import FakeClock
from linksync.tokens import Token
from tests.scripted import ScriptedTransport, answer, fault, gateway_fault

COMPANY = CompanyId("4620816365000000000")
ROOT = f"https://quickbooks.api.intuit.com/v3/company/{COMPANY}"
EXPIRED = answer(gateway_fault("3200", detail="Token expired: access-1"), 401)
RENEWED = answer(
    {"token_type": "bearer", "access_token": "access-2", "refresh_token": "refresh-2", "expires_in": 3600}
)


class Scene:
    """A connected company that answers by a script."""

    def __init__(self, *steps, **options):
        self.clock = FakeClock()
        self.tokens = MemoryStorage(self.clock).tokens
        self.transport = ScriptedTransport(*steps)
        self.tokens.save(
            COMPANY,
            Token(
                access_token="access-1",
                refresh_token="refresh-1",
                expires_at=self.clock.now() + timedelta(hours=1),
            ),
        )
        app = AppCredentials(client_id="id", client_secret="s3cret", redirect_uri="https://app/cb")
        self.quickbooks = QuickBooks(
            app, tokens=self.tokens, transport=self.transport, clock=self.clock, **options
        )
        self.endpoint = self.quickbooks(COMPANY)

    def send(self, *writes):
        (request,) = self.endpoint.prepare(writes or [create()])
        return self.endpoint.send(request)


def create(number=1):
    return Write(
        ref=f"r{number}",
        action=Action.CREATE,
        record_type="Customer",
        values={"DisplayName": f"C{number}"},
    )


def created(record_id="58"):
    return answer({"Customer": {"Id": record_id, "SyncToken": "0"}, "time": "..."})


def page(name, *rows):
    return answer({"QueryResponse": {name: list(rows), "startPosition": 1, "maxResults": len(rows)}})


EMPTY = answer({"QueryResponse": {}, "time": "2026-01-01T00:00:00-08:00"})


def query_of(request):
    return parse_qs(urlsplit(request.url).query)["query"][0]


def test_it_is_an_endpoint():
    """The type checker holds it to the interface; this holds the type checker to it."""
    endpoint: Endpoint = Scene().endpoint

    assert endpoint.capabilities.batch_size == 30
    assert endpoint.capabilities.has_versions
    assert endpoint.capabilities.actions == frozenset(Action)


def test_it_settles_120_s_after_the_latest_departure():
    """A request may wait for the limits before it leaves: only then the server's 120 s begin."""
    capabilities = Scene().endpoint.capabilities

    assert capabilities.request_timeout == timedelta(seconds=200)
    assert capabilities.settle_time == timedelta(seconds=65 + 120)


def test_the_settle_time_can_be_told():
    """For a server that answers at once, or never late."""
    scene = Scene(settle_time=timedelta(seconds=1))

    assert scene.endpoint.capabilities.settle_time == timedelta(seconds=1)


def test_a_faster_transport_makes_shorter_requests():
    """Whoever gives up sooner holds a company for less time."""
    capabilities = Scene(answer_time=timedelta(seconds=5)).endpoint.capabilities

    assert capabilities.request_timeout == timedelta(seconds=70)


def test_a_request_timeout_without_time_for_an_answer_is_refused():
    """Nothing could ever be sent."""
    with pytest.raises(ConfigurationError, match="must be at least answer_time, 0:02:15, got 0:01:40"):
        Scene(request_timeout=timedelta(seconds=100))


def test_a_write_leaves_with_all_that_quickbooks_wants():
    """Minor version, request id, token, content types; the key is that of the stored request."""
    scene = Scene(created())
    (request,) = scene.endpoint.prepare([create()])

    scene.endpoint.send(request)

    (sent,) = scene.transport.requests
    assert sent.method == "POST"
    assert sent.url == f"{ROOT}/customer?minorversion=75&requestid={request.key}"
    assert sent.body == request.body
    assert sent.headers["Authorization"] == "Bearer access-1"
    assert sent.headers["Accept"] == sent.headers["Content-Type"] == "application/json"


def test_a_request_sent_twice_is_the_same():
    """Same key, same bytes: by that QuickBooks knows it again."""
    scene = Scene(NoAnswerError("reset"), created())
    (request,) = scene.endpoint.prepare([create()])

    scene.endpoint.send(request)
    scene.endpoint.send(request)

    first, second = scene.transport.requests
    assert first == second


def test_the_sandbox_is_another_host():
    """Where the keys are for it, or where the base URL says so."""
    scene = Scene(created(), base_url="http://127.0.0.1:8080/")

    scene.send()

    assert scene.transport.requests[0].url.startswith("http://127.0.0.1:8080/v3/company/")


def test_a_done_write_is_written():
    """With the record that came back."""
    (outcome,) = Scene(created("58")).send()

    assert isinstance(outcome, Written)
    assert outcome.record.id == "58"


@pytest.mark.parametrize(
    "step",
    [
        NoAnswerError("read timed out"),
        HttpResponse(status=502, body=b"<html>"),
        HttpResponse(status=200, body=b""),
        HttpResponse(status=400, body=b"<html>"),
        answer(fault("10000"), 400),
        answer(fault("600"), 400),
        answer({"time": "..."}),
    ],
)
def test_a_write_in_doubt_is_unknown(step):
    """It may stand in the books by now, and its record with it."""
    outcomes = Scene(step).send(create(1), create(2))

    assert [type(outcome) for outcome in outcomes] == [Unknown, Unknown]
    assert [outcome.ref for outcome in outcomes] == ["r1", "r2"]


@pytest.mark.parametrize(
    ("step", "kind"),
    [
        (NotSentError("no connection"), FaultKind.TRANSIENT),
        (answer(fault("6240"), 400), FaultKind.DUPLICATE),
        (answer(fault("5010"), 200), FaultKind.STALE),
        (answer(gateway_fault("3100"), 403), FaultKind.UNAUTHORISED),
        (HttpResponse(status=429), FaultKind.THROTTLED),
    ],
)
def test_a_write_that_was_surely_not_done_is_refused(step, kind):
    """All writes of the request share the fate of the request."""
    outcomes = Scene(step).send(create(1), create(2))

    assert [type(outcome) for outcome in outcomes] == [Refused, Refused]
    assert {outcome.fault.kind for outcome in outcomes} == {kind}


def test_an_expired_token_is_renewed_once_and_the_write_repeated():
    """What was refused at the door was not done: the same bytes go again under the same key."""
    scene = Scene(EXPIRED, RENEWED, created())

    (outcome,) = scene.send()

    first, renewal, second = scene.transport.requests
    assert isinstance(outcome, Written)
    assert b"grant_type=refresh_token" in renewal.body
    assert (second.url, second.body) == (first.url, first.body)
    assert second.headers["Authorization"] == "Bearer access-2"


def test_a_second_401_is_the_end():
    """Somebody has to connect the company again; there is no loop."""
    scene = Scene(EXPIRED, RENEWED, EXPIRED)

    (outcome,) = scene.send()

    assert isinstance(outcome, Refused)
    assert outcome.fault.kind is FaultKind.UNAUTHORISED
    assert len(scene.transport.requests) == 3


def test_a_dead_grant_refuses_the_write():
    """Sending raises nothing, and the write was surely not done."""
    scene = Scene(EXPIRED, answer({"error": "invalid_grant"}, 400))

    (outcome,) = scene.send()

    assert isinstance(outcome, Refused)
    assert outcome.fault.kind is FaultKind.UNAUTHORISED
    assert outcome.fault.code == "invalid_grant"


def test_a_company_that_is_not_connected_refuses_the_write():
    """Nothing is sent."""
    scene = Scene()
    scene.tokens.delete(COMPANY)

    (outcome,) = scene.send()

    assert outcome.fault.kind is FaultKind.UNAUTHORISED
    assert scene.transport.requests == []


def test_tokens_that_cannot_be_read_refuse_the_write(monkeypatch):
    """The database is away: nothing was sent, and it is tried again."""
    scene = Scene()

    def fail(company):
        raise StorageError("disk full")

    monkeypatch.setattr(scene.tokens, "find", fail)

    (outcome,) = scene.send()

    assert outcome.fault.kind is FaultKind.TRANSIENT
    assert "disk full" in outcome.fault.message


def test_wrong_oauth_settings_refuse_the_write():
    """The settings are at fault, not the grant."""
    scene = Scene(EXPIRED, answer({"error": "invalid_request"}, 400))

    (outcome,) = scene.send()

    assert outcome.fault.kind is FaultKind.UNSUPPORTED


def test_what_cannot_leave_in_time_is_not_sent():
    """A slow renewal leaves no time for an answer: better refused than still under way when all think it settled."""
    scene = Scene(EXPIRED)

    def renew_slowly(request):
        scene.clock.advance(timedelta(seconds=70))
        return RENEWED

    scene.transport.steps.append(renew_slowly)

    (outcome,) = scene.send()

    assert isinstance(outcome, Refused)
    assert outcome.fault.kind is FaultKind.TRANSIENT
    assert "no time was left" in outcome.fault.message
    assert len(scene.transport.requests) == 2


def test_a_late_401_leaves_no_time_for_a_renewal():
    """The company's grant is not at fault: it is tried again."""
    scene = Scene()

    def refuse_late(request):
        scene.clock.advance(timedelta(seconds=70))
        return EXPIRED

    scene.transport.steps.append(refuse_late)

    (outcome,) = scene.send()

    assert outcome.fault.kind is FaultKind.TRANSIENT
    assert len(scene.transport.requests) == 1


def test_a_request_of_another_company_is_not_sent():
    """One company's invoice must never reach another's books."""
    scene = Scene()
    (request,) = scene.quickbooks(CompanyId("46208")).prepare([create()])

    (outcome,) = scene.endpoint.send(request)

    assert isinstance(outcome, Refused)
    assert "another company" in outcome.fault.message
    assert scene.transport.requests == []


def test_a_stored_request_that_was_changed_is_not_sent():
    """Its answer could not be told apart."""
    scene = Scene()
    (request,) = scene.endpoint.prepare([create(1), create(2)])

    outcomes = scene.endpoint.send(evolve(request, body=b"{}"))

    assert [type(outcome) for outcome in outcomes] == [Refused, Refused]
    assert scene.transport.requests == []


def test_endpoints_of_one_company_share_its_limits():
    """However many there are of them."""
    scene = Scene(*[created()] * 41)
    others = [scene.quickbooks(COMPANY) for _ in range(41)]
    for endpoint in others:
        (request,) = endpoint.prepare([create(1), create(2)])
        endpoint.send(request)

    assert sum(scene.clock.sleeps) > 55


def test_records_are_read_in_one_query():
    """Inactive ones too; numbers are exact."""
    scene = Scene(
        page("Customer", {"Id": "1", "Active": True}, {"Id": "2", "Active": False, "SyncToken": "4"})
    )

    found = scene.endpoint.read("Customer", ["1", "2", "1"])

    assert query_of(scene.transport.requests[0]) == (
        "SELECT * FROM Customer WHERE Active IN (true, false) AND Id IN ('1', '2') STARTPOSITION 1 MAXRESULTS 1000"
    )
    assert found["1"].state is RemoteState.ACTIVE
    assert found["2"].state is RemoteState.INACTIVE
    assert (found["2"].version, found["2"].is_first_version) == ("4", False)


def test_a_transaction_has_no_active_to_ask_for():
    """Only name lists have it."""
    scene = Scene(page("Invoice", {"Id": "7"}))

    scene.endpoint.read("Invoice", ["7"])

    assert query_of(scene.transport.requests[0]).startswith("SELECT * FROM Invoice WHERE Id IN ('7')")


def test_a_missing_record_is_asked_for_by_its_id():
    """Only the answer 610 says for certain that it is gone."""
    scene = Scene(EMPTY, answer(fault("610"), 400), answer({"Invoice": {"Id": "8", "SyncToken": "0"}}))

    found = scene.endpoint.read("Invoice", ["7", "8"])

    assert found["7"] == Gone(state=RemoteState.DELETED)
    assert found["8"].id == "8"
    assert scene.transport.requests[1].url == f"{ROOT}/invoice/7?minorversion=75"


def test_many_records_are_posted_as_text():
    """An address of that length would not arrive."""
    rows = [{"Id": str(number)} for number in range(1000)]
    scene = Scene(page("Invoice", *rows))

    found = scene.endpoint.read("Invoice", [row["Id"] for row in rows])

    (sent,) = scene.transport.requests
    assert len(found) == 1000
    assert sent.method == "POST"
    assert sent.url == f"{ROOT}/query?minorversion=75"
    assert sent.headers["Content-Type"] == "application/text"
    assert sent.body.startswith(b"SELECT * FROM Invoice WHERE Id IN ('0', '1', ")


def test_no_ids_need_no_request():
    """Nothing is asked for nothing."""
    assert Scene().endpoint.read("Customer", []) == {}


def test_what_was_created_since_is_found():
    """From the beginning of that second, in UTC, inactive ones too, sorted by id."""
    scene = Scene(page("Customer", {"Id": "1", "MetaData": {"CreateTime": "2026-11-21T01:30:05-08:00"}}))
    since = datetime(2026, 11, 21, 9, 30, 5, 700000, UTC)

    (record,) = scene.endpoint.created_since("Customer", since)

    assert query_of(scene.transport.requests[0]) == (
        "SELECT * FROM Customer WHERE Active IN (true, false) "
        "AND MetaData.CreateTime >= '2026-11-21T09:30:05+00:00' ORDERBY Id ASC STARTPOSITION 1 MAXRESULTS 1000"
    )
    assert record.created_at == since.replace(microsecond=0)


@pytest.mark.parametrize("created_at", ["yesterday", "2026-11-21T01:30:05", 5, None])
def test_an_instant_that_cannot_be_read_is_none(created_at):
    """Recovery then cannot take the record for ours."""
    scene = Scene(page("Customer", {"Id": "1", "MetaData": {"CreateTime": created_at}}))

    found = scene.endpoint.read("Customer", ["1"])

    assert found["1"].created_at is None


@pytest.mark.parametrize(
    ("step", "error"),
    [
        (NotSentError("no connection"), TransientError),
        (NoAnswerError("reset"), TransientError),
        (HttpResponse(status=503), TransientError),
        (HttpResponse(status=200, body=b"<html>"), TransientError),
        (answer({"time": "..."}), TransientError),
        (answer({"QueryResponse": {"Customer": {"Id": "1"}}}), TransientError),
        (answer({"QueryResponse": {"Customer": ["1"]}}), TransientError),
        (answer({"QueryResponse": {"Customer": [{"SyncToken": "1"}]}}), TransientError),
        (HttpResponse(status=429), ThrottledError),
        (answer(gateway_fault("3100"), 403), AuthorizationError),
        (answer(fault("4000"), 400), ConfigurationError),
    ],
)
def test_a_failed_read_raises_its_branch(step, error):
    """Nothing is concluded from an answer that did not come."""
    with pytest.raises(error):
        list(Scene(step).endpoint.created_since("Customer", datetime(2026, 1, 1, tzinfo=UTC)))


def test_a_record_that_cannot_be_verified_is_not_gone():
    """The read fails as a whole."""
    scene = Scene(EMPTY, HttpResponse(status=500))

    with pytest.raises(TransientError):
        scene.endpoint.read("Invoice", ["7"])


def test_another_record_in_place_of_the_one_asked_for_is_no_answer():
    """Nor is it gone."""
    scene = Scene(EMPTY, answer({"Invoice": {"Id": "8"}}))

    with pytest.raises(TransientError, match="lacks Invoice 7"):
        scene.endpoint.read("Invoice", ["7"])


def test_reading_renews_the_token_too():
    """There is one path for all requests."""
    scene = Scene(EXPIRED, RENEWED, page("Customer", {"Id": "1"}))

    found = scene.endpoint.read("Customer", ["1"])

    assert found["1"].id == "1"


def test_a_company_is_connected_by_what_the_browser_brings_back():
    """Its token is kept, and its id returned."""
    scene = Scene(RENEWED)
    url = scene.quickbooks.authorization_url("state")

    company = scene.quickbooks.connect("https://app/cb?code=c&state=state&realmId=99", "state")

    assert "state=state" in url
    assert company == "99"
    assert scene.tokens.find(company).access_token == "access-2"


def test_a_company_that_is_connected_again_gets_the_new_token():
    """Whatever was kept before."""
    scene = Scene(RENEWED)

    scene.quickbooks.connect(f"https://app/cb?code=c&state=state&realmId={COMPANY}", "state")

    assert scene.tokens.find(COMPANY).access_token == "access-2"
    assert scene.tokens.find(COMPANY).version == 2


def test_a_disconnected_company_is_forgotten():
    """After the grant was given back."""
    scene = Scene(HttpResponse(status=200))

    scene.quickbooks.disconnect(COMPANY)

    assert loads(scene.transport.requests[0].body) == {"token": "refresh-1"}
    assert scene.tokens.find(COMPANY) is None


def test_a_company_that_was_never_connected_is_disconnected_already():
    """Nothing is sent."""
    scene = Scene()

    scene.quickbooks.disconnect(CompanyId("99"))

    assert scene.transport.requests == []


def test_a_grant_that_could_not_be_given_back_is_kept():
    """So that it can be tried again."""
    scene = Scene(HttpResponse(status=500))

    with pytest.raises(TransientError):
        scene.quickbooks.disconnect(COMPANY)

    assert scene.tokens.find(COMPANY) is not None


def test_making_it_sends_nothing():
    """Nor does opening a company."""
    scene = Scene()

    assert scene.transport.requests == []
