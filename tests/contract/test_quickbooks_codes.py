"""Every fault code of QuickBooks, raised by the simulator: what the connector makes of it."""

from datetime import timedelta

import pytest

from linksync.connectors.quickbooks import AppCredentials, QuickBooks, fields
from linksync.connectors.quickbooks.codes import FAULT_CODES
from linksync.errors import (
    AuthorizationError,
    ConfigurationError,
    DuplicateError,
    FaultKind,
    HaltedError,
    NotFoundError,
    RejectedError,
    StaleError,
    ThrottledError,
    TransientError,
    UncertainError,
)
from linksync.records import Action, CompanyId, Refused, Unknown, Write, Written
from linksync.storage.memory import MemoryStorage
from linksync.testing.clock import FakeClock
from linksync.testing.quickbooks import (
    NO_LIMITS,
    Limits,
    Mishap,
    QuickBooksSimulator,
    Script,
    SimulatorTransport,
)
from linksync.tokens import Token

CREATE = Write(ref="r1", action=Action.CREATE, record_type="Customer", values={"DisplayName": "Amy"})
BRANCHES = {
    FaultKind.THROTTLED: ThrottledError,
    FaultKind.TRANSIENT: TransientError,
    FaultKind.UNAUTHORISED: AuthorizationError,
    FaultKind.HALTED: HaltedError,
    FaultKind.STALE: StaleError,
    FaultKind.DUPLICATE: DuplicateError,
    FaultKind.NOT_FOUND: NotFoundError,
    FaultKind.REJECTED: RejectedError,
    FaultKind.UNSUPPORTED: ConfigurationError,
}
KINDS = {
    FaultKind.UNAUTHORISED: "100 110 120 3100 3200",
    FaultKind.HALTED: "6190 10200",
    FaultKind.TRANSIENT: "130 140 150",
    FaultKind.THROTTLED: "3001",
    FaultKind.UNSUPPORTED: "400 500 1040 2000 2010 2030 2130 3202 4000 4001 4002 5020 5030 10100",
    FaultKind.NOT_FOUND: "610",
    FaultKind.STALE: "5010",
    FaultKind.DUPLICATE: "630 6140 6240",
    FaultKind.REJECTED: (
        "620 700 800 900 1000 1010 1020 2020 2040 2050 2060 2070 2080 2090 2100 2110 2120 2140 2150 2160 2170 2180 "
        "2190 2200 2210 2220 2240 2250 2280 2290 2300 2500 2600 3000 6000 6010 6070 6080 6090 6100 6130 6150 6160 "
        "6170 6180 6200 6210 6220 6230 6250 6270 6280 6400 6430 6440 6450 6470 6480 6520 6540"
    ),
}
CERTAIN = [(code, kind) for kind, codes in KINDS.items() for code in codes.split()]
UNCERTAIN = ["600", "10000"]
TOKEN_REFUSED = {"100", "110", "3200"}
"""Answered by a new access token and one more try."""
QUOTES_TOKEN = TOKEN_REFUSED | {"3202"}
"""What they say may quote the access token (recorded sandbox traffic), so it is not repeated."""
GATEWAY = {"3001", "3100", "3200"}
"""They name no property."""


class Scene:
    """A company that refuses by a script."""

    def __init__(self):
        self.clock = clock = FakeClock()
        self.simulator = QuickBooksSimulator(clock=clock, limits=NO_LIMITS)
        self.opened = self.simulator.add_company()
        tokens = MemoryStorage(clock).tokens
        company = CompanyId(self.opened.id)
        granted = self.opened.tokens
        tokens.save(
            company,
            Token(
                access_token=granted.access_token,
                refresh_token=granted.refresh_token,
                expires_at=clock.now() + timedelta(hours=1),
            ),
        )
        app = AppCredentials(
            client_id=self.simulator.authorization.client_id,
            client_secret=self.simulator.authorization.client_secret,
        )
        quickbooks = QuickBooks(app, tokens=tokens, transport=SimulatorTransport(self.simulator), clock=clock)
        self.endpoint = quickbooks(company)
        self.company = quickbooks.company(company)

    def refuse(self, code, **more):
        # Twice, for what is tried once more with a new token.
        times = 2 if code in TOKEN_REFUSED else 1
        script = Script(
            mishap=Mishap.REFUSE,
            code=code,
            message=f"what {code} says",
            detail=f"the detail of {code}",
            element="DisplayName",
            times=times,
            **more,
        )
        self.simulator.script(script)

    def write(self):
        (request,) = self.endpoint.prepare([CREATE])
        (outcome,) = self.endpoint.send(request)
        return outcome

    @property
    def tids(self):
        return {entry.intuit_tid for entry in self.simulator.journal.requests() if entry.mishap}


def said_of(code):
    return FAULT_CODES[code].meaning if code in QUOTES_TOKEN else f"what {code} says"


@pytest.fixture
def scene():
    return Scene()


def test_the_lists_are_the_whole_table():
    """No row goes untested."""
    assert {code for code, _ in CERTAIN} | set(UNCERTAIN) == set(FAULT_CODES)


@pytest.mark.parametrize(("code", "kind"), CERTAIN)
def test_a_write_is_refused_with_code_element_detail_remedy_and_tid(scene, code, kind):
    """It was certainly not done, and whoever has to act sees why."""
    scene.refuse(code)

    outcome = scene.write()

    assert isinstance(outcome, Refused)
    fault = outcome.fault
    assert (fault.kind, fault.code, fault.message) == (kind, code, said_of(code))
    assert fault.element == ("" if code in GATEWAY else "DisplayName")
    assert fault.remedy == FAULT_CODES[code].remedy
    assert fault.request_id in scene.tids
    assert fault.detail == ("" if code in QUOTES_TOKEN else f"the detail of {code}")
    assert scene.opened.objects("Customer") == []


@pytest.mark.parametrize(("code", "kind"), CERTAIN)
def test_by_hand_a_refusal_is_the_branch_of_its_kind(scene, code, kind):
    """The same facts, as an exception."""
    scene.refuse(code)

    with pytest.raises(BRANCHES[kind]) as caught:
        scene.company[fields.Customer].create({"DisplayName": "Amy"})

    assert type(caught.value) is BRANCHES[kind]
    assert f"{code} {said_of(code)}" in str(caught.value)
    assert FAULT_CODES[code].remedy in str(caught.value)


@pytest.mark.parametrize("code", UNCERTAIN)
@pytest.mark.parametrize("status", [200, 400, 500])
def test_a_write_is_in_doubt_where_the_code_leaves_it_open(scene, code, status):
    """Nobody repeats it blindly."""
    scene.refuse(code, status=status)
    scene.refuse(code, status=status)

    outcome = scene.write()

    assert isinstance(outcome, Unknown)
    assert code in outcome.reason
    assert any(tid in outcome.reason for tid in scene.tids)
    with pytest.raises(UncertainError):
        scene.company[fields.Customer].create({"DisplayName": "Amy"})


@pytest.mark.parametrize("code", sorted(TOKEN_REFUSED))
def test_a_refused_token_is_renewed_once(scene, code):
    """And what it did not open is sent again."""
    scene.simulator.script(Script(mishap=Mishap.REFUSE, code=code, message="no"))

    outcome = scene.write()

    assert outcome.record.values["DisplayName"] == "Amy"
    assert [entry.kind for entry in scene.simulator.journal.requests()] == ["create", "token", "create"]


def test_a_throttled_company_is_left_alone_for_a_minute(scene):
    """Or for as long as QuickBooks asks."""
    scene.refuse("3001")
    first = scene.write()
    scene.refuse("3001", retry_after_seconds=90)
    second = scene.write()

    assert (first.fault.retry_after, second.fault.retry_after) == (
        timedelta(seconds=60),
        timedelta(seconds=90),
    )


def test_an_app_whose_month_is_used_up_is_left_alone_for_longer_each_time(scene):
    """Reads are refused until the next month by a 429 like any other: sixty a minute would be refused for weeks."""
    scene.opened.limiter.limits = Limits(metered_per_month=1)
    customers = scene.company[fields.Customer]
    customers.count()
    pauses = []

    for _ in range(8):
        with pytest.raises(ThrottledError, match="used up its metered reads of the month") as caught:
            customers.count()
        pauses.append(caught.value.fault.retry_after // timedelta(minutes=1))
        scene.clock.advance(caught.value.fault.retry_after)
        assert isinstance(scene.write(), Written | Refused)  # writes are free, and say nothing about reads

    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]
    broken = [entry.limit for entry in scene.simulator.journal.requests() if entry.status == 429]
    assert broken == ["CorePlus calls per month"] * 8


def test_reads_go_on_with_the_month_and_pauses_begin_anew(scene):
    """The first of the month ends it, and what was before is forgotten."""
    scene.opened.limiter.limits = Limits(metered_per_month=1)
    customers = scene.company[fields.Customer]
    customers.count()
    for _ in range(3):
        with pytest.raises(ThrottledError):
            customers.count()
        scene.clock.advance(timedelta(minutes=10))
    scene.clock.advance(timedelta(days=31))

    assert customers.count() == 0
    with pytest.raises(ThrottledError) as caught:
        customers.count()

    assert caught.value.fault.retry_after == timedelta(seconds=60)


@pytest.mark.parametrize("status", [429, 403])
@pytest.mark.parametrize("shape", ["gateway", "service"])
def test_a_throttle_is_one_under_either_status_and_in_either_shape(scene, status, shape):
    """403 until 2016, 429 since."""
    scene.opened.limiter.limits = Limits(per_minute=0, throttle_status=status, throttle_shape=shape)

    outcome = scene.write()

    assert isinstance(outcome, Refused)
    assert (outcome.fault.kind, outcome.fault.code) == (FaultKind.THROTTLED, "3001")
    assert scene.simulator.journal.requests()[-1].status == status


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("mishap", [Mishap.FAIL_WITH_HTML, Mishap.FAIL_WITH_XML])
def test_a_failure_of_the_service_leaves_a_write_in_doubt(scene, status, mishap):
    """Whatever the edge answers in its place."""
    scene.simulator.script(Script(mishap=mishap, status=status, after_commit=True))

    outcome = scene.write()

    assert isinstance(outcome, Unknown)
    assert str(status) in outcome.reason
    assert len(scene.opened.objects("Customer")) == 1
