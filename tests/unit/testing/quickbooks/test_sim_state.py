"""State in a file, the sample company, the fixtures, chance, and everything by HTTP."""

from datetime import timedelta

import pytest
from attrs import evolve

from linksync.clock import SystemClock
from linksync.exactjson import dumps, loads
from linksync.testing.clock import FakeClock
from linksync.testing.quickbooks import (
    NO_LIMITS,
    Call,
    ConnectionLostError,
    Limits,
    QuickBooksSimulator,
    RandomMishaps,
    Rotation,
    WebhookFormat,
)
from linksync.testing.quickbooks.described import settings_of
from linksync.testing.quickbooks.state import settings_json


@pytest.fixture
def reopened(simulator, tmp_path):
    """Save the simulator and open another from the file."""

    def reopen():
        simulator.save(tmp_path / "state.json")
        other = QuickBooksSimulator(clock=FakeClock(simulator.clock.now()), limits=NO_LIMITS)
        other.load(tmp_path / "state.json")
        return other

    return reopen


def test_state_comes_back(qbo, company, sale, reopened):
    """Objects, counters, names, tombstones and settings."""
    company.settings = evolve(company.settings, custom_transaction_numbers=True, cdc_look_back=None)
    customer = qbo.customer()
    invoice = qbo.invoice(customer, sale(qbo.item(), 5))
    qbo.remove("Invoice", invoice)

    other = reopened().companies[company.id]

    assert other.objects("Customer") == company.objects("Customer")
    assert other.settings == company.settings
    assert other.books.tombstones == company.books.tombstones
    assert other.add("Customer", {"DisplayName": "next"})["Id"] == "2"


def test_tokens_and_requestids_come_back(qbo, company, reopened):
    """The same token opens the company, and a requestid is answered as it was."""
    sent = Call(
        method="POST",
        path=f"/v3/company/{company.id}/customer",
        args={"requestid": "r1"},
        headers={"authorization": f"Bearer {company.tokens.access_token}"},
        body=dumps({"DisplayName": "once"}).encode(),
    )
    first = qbo.simulator.handle(sent)

    other = reopened()
    again = other.handle(sent)

    assert loads(again.body) == loads(first.body)
    assert len(other.companies[company.id].objects("Customer")) == 1


def test_state_is_loaded_into_an_empty_simulator(simulator, company, tmp_path):
    """And only if it is one."""
    simulator.save(tmp_path / "state.json")
    (tmp_path / "other.json").write_text("{}")

    with pytest.raises(ValueError, match="companies already"):
        simulator.load(tmp_path / "state.json")
    with pytest.raises(ValueError, match="no state"):
        QuickBooksSimulator().load(tmp_path / "other.json")


def test_settings_are_described_as_they_are_read(company):
    """There and back."""
    settings = evolve(company.settings, request_id_retention=timedelta(hours=2), closed_until=None)

    assert settings_of(settings_json(settings)) == settings


@pytest.fixture(scope="module")
def sample():
    return QuickBooksSimulator(limits=NO_LIMITS).add_company(is_sample=True)


def test_sample_company_is_what_is_known_of_it(sample):
    """Ids, levels and balances that recordings and public clients' tests know."""
    freeman = {each["Id"] for each in sample.objects("Customer") if each.get("ParentRef") == {"value": "7"}}

    assert sample.get("Customer", "1")["Balance"] == 639
    assert freeman == {"8", "9"}
    assert len(sample.objects("Customer")) == 29
    assert sample.get("Item", "10")["Name"] == "Pest Control"
    assert {sample.get("Account", number)["Name"] for number in ("33", "42", "86", "7")} == {
        "Accounts Payable (A/P)",
        "Visa",
        "Discounts given",
        "Advertising",
    }
    assert sample.get("CompanyCurrency", "1")["Name"] == "Canadian Dollar"
    prefs = sample.get("Preferences", "1")
    assert prefs["OtherPrefs"]["NameValue"][0]["Name"] == "SalesFormsPrefs.DefaultCustomerMessage"
    assert prefs["AccountingInfoPrefs"]["TaxYearMonth"] == "January"


@pytest.mark.parametrize(
    "entity",
    [
        *("Invoice", "Estimate", "SalesReceipt", "Payment", "CreditMemo", "RefundReceipt", "Bill"),
        *("BillPayment", "Purchase", "PurchaseOrder", "Deposit", "Transfer", "TimeActivity"),
        *("JournalEntry", "Class", "Department", "Employee", "Vendor"),
    ],
)
def test_sample_company_has_some_of_every_common_kind(sample, entity):
    """As public clients' tests expect."""
    assert sample.objects(entity)


def test_fixtures_are_there_for_anybody(quickbooks, quickbooks_company, quickbooks_clock):
    """A simulator on a clock that stands still, and a company of it."""
    assert quickbooks.companies == {quickbooks_company.id: quickbooks_company}
    quickbooks_clock.advance(timedelta(days=1))
    assert quickbooks.clock.now() == quickbooks_clock.now()


def test_chance_is_the_same_for_the_same_seed(qbo, simulator):
    """What goes wrong depends on the seed and the requests alone."""

    def outcomes(seed):
        simulator.scripts.random = RandomMishaps(rate=0.5, seed=seed)
        found = []
        for _ in range(20):
            qbo.access_token = simulator.authorization.grant(qbo.company.id).access_token
            call = Call(
                method="GET",
                path=f"/v3/company/{qbo.company.id}/customer/1",
                headers={"authorization": f"Bearer {qbo.access_token}"},
            )
            try:
                found.append(simulator.handle(call).status)
            except ConnectionLostError:
                found.append(0)
        return found

    assert outcomes(1) == outcomes(1)
    assert outcomes(1) != outcomes(2)
    assert len(set(outcomes(1))) > 2


def test_chance_leaves_other_requests_alone(qbo, simulator):
    """Only batches, if told so."""
    simulator.scripts.random = RandomMishaps(rate=1, kinds=frozenset({"batch"}))

    assert qbo.customer()["Id"] == "1"


@pytest.mark.parametrize(("status", "shape", "key"), [(429, "service", "Fault"), (403, "gateway", "fault")])
def test_throttle_has_the_shape_that_is_set(simulator, status, shape, key):
    """Status and body as the limits say."""
    limits = Limits(per_minute=0, throttle_status=status, throttle_shape=shape)
    company = simulator.add_company(limits=limits)
    headers = {"authorization": f"Bearer {company.tokens.access_token}"}

    answer = simulator.handle(
        Call(method="GET", path=f"/v3/company/{company.id}/customer/1", headers=headers)
    )

    assert (answer.status, key in loads(answer.body)) == (status, True)


def test_month_of_reads_is_used_up(simulator, clock):
    """Reads are refused until the next month, writes are not."""
    company = simulator.add_company(limits=evolve(NO_LIMITS, metered_per_month=2))

    def ask(method, path, body=b""):
        headers = {"authorization": f"Bearer {simulator.authorization.grant(company.id).access_token}"}
        call = Call(method=method, path=f"/v3/company/{company.id}/{path}", headers=headers, body=body)
        return simulator.handle(call).status

    ask("POST", "customer", b'{"DisplayName": "a"}')
    assert [ask("GET", "customer/1") for _ in range(3)] == [200, 200, 429]
    assert ask("POST", "customer", b'{"DisplayName": "b"}') == 200
    clock.sleep(timedelta(days=31).total_seconds())
    assert ask("GET", "customer/1") == 200


def control(simulator, method, path, /, **body):
    sent = Call(method=method, path=f"/_simulator/{path}", body=dumps(body).encode())
    answer = simulator.handle(sent)
    return answer.status, loads(answer.body)


def test_person_works_over_http(qbo, simulator, company, sale, tmp_path):
    """Pays, merges, inactivates, restores, voids, deletes, closes the books, changes the plan."""
    customer, other = qbo.customer(), qbo.customer("Other")
    invoice = qbo.invoice(customer, sale(qbo.item(), 5))
    base = f"objects/{company.id}"

    assert (
        control(simulator, "POST", f"{base}/Invoice/{invoice['Id']}/pay", amount=2)[1]["Invoice"]["TotalAmt"]
        == 2
    )
    assert control(simulator, "POST", f"{base}/Customer/1/merge", into=other["Id"])[0] == 200
    assert control(simulator, "POST", f"{base}/Customer/1/restore")[1]["Customer"]["Active"] is True
    assert control(simulator, "POST", f"{base}/Customer/1/inactivate")[1]["Customer"]["Active"] is False
    assert control(simulator, "POST", f"{base}/Payment/2/void")[1]["Payment"]["TotalAmt"] == 0
    assert control(simulator, "POST", f"{base}/Payment/2/delete")[1]["Payment"]["status"] == "Deleted"
    assert control(simulator, "POST", f"companies/{company.id}/close", until="2026-01-01")[0] == 200
    assert control(simulator, "POST", f"companies/{company.id}/plan", plan=None)[0] == 200
    assert qbo.refused("Customer", {"DisplayName": "x"}) == "6190"
    assert control(simulator, "POST", "state/save", path=str(tmp_path / "s.json"))[0] == 200


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("objects/{}/Customer/1/frobnicate", {}),
        ("companies/{}/frobnicate", {}),
        ("state/save", {}),
        ("webhooks", {"url": "u", "format": "smoke signals"}),
    ],
)
def test_nonsense_is_told_to_be_it(qbo, simulator, company, path, body):
    """400 with what is wrong."""
    qbo.customer()

    status, answer = control(simulator, "POST", path.format(company.id), **body)

    assert (status, bool(answer["error"])) == (400, True)


def test_webhooks_are_asked_for_over_http(qbo, simulator):
    """Subscribed, looked at, delivered."""
    status, made = control(simulator, "POST", "webhooks", url="http://127.0.0.1:9/", format="legacy")
    qbo.customer()

    assert (status, bool(made["verifier_token"])) == (200, True)
    assert control(simulator, "POST", "webhooks/deliver")[1] == {"acknowledged": 0}
    assert len(control(simulator, "GET", "webhooks")[1]["pending"]) == 1


def test_chance_is_asked_for_over_http(qbo, simulator):
    """And taken away again."""
    control(simulator, "POST", "faults/random", rate=1, seed=3, kinds=["read"])
    rate = simulator.scripts.random.rate
    control(simulator, "DELETE", "faults")

    assert (rate, simulator.scripts.random) == (1, None)


def test_clock_is_put_forward_over_http(tmp_path):
    """Tokens end and months pass without waiting; a state that is kept goes on at that time."""
    simulator = QuickBooksSimulator(limits=NO_LIMITS)
    company = simulator.add_company()
    token = company.tokens.access_token

    before = simulator.clock.now()
    status, answer = control(simulator, "POST", "clock", advance_seconds=3601)
    control(simulator, "POST", "state/save", path=str(tmp_path / "state.json"))
    another = QuickBooksSimulator()
    another.load(tmp_path / "state.json")

    assert (status, answer["now"] > (before + timedelta(hours=1)).isoformat()) == (200, True)
    assert simulator.authorization.company_of(token) is None
    assert another.clock.now() > before + timedelta(hours=1)
    assert control(simulator, "POST", "clock", advance_seconds=-1)[0] == 400


def test_clock_of_ones_own_is_put_forward_only_if_it_can_be(clock):
    """A clock that stands still can, the machine's cannot."""
    own = QuickBooksSimulator(clock=SystemClock())

    assert control(QuickBooksSimulator(clock=clock), "POST", "clock", advance_seconds=5)[0] == 200
    assert control(own, "POST", "clock", advance_seconds=5) == (
        400,
        {"error": "TypeError: a SystemClock cannot be put forward"},
    )


def test_limits_are_changed_over_http(qbo, simulator, company):
    """As somebody changes an app's plan."""
    qbo.customer()

    status, _ = control(simulator, "POST", f"companies/{company.id}/limits", metered_per_month=0)

    assert (status, company.limiter.limits.metered_per_month) == (200, 0)


def test_manners_of_tokens_are_changed_over_http(qbo, simulator):
    """When they rotate, whether somebody is asked, where browsers may go."""
    first = qbo.company.tokens.refresh_token

    status, _ = control(
        simulator,
        "POST",
        "authorization",
        rotation="every_time",
        asks=True,
        redirect_uris=["https://app.example/"],
    )
    given = loads(qbo.token(grant_type="refresh_token", refresh_token=first).body)["refresh_token"]

    assert (status, given != first) == (200, True)
    assert (simulator.authorization.asks, simulator.authorization.redirect_uris) == (
        True,
        {"https://app.example/"},
    )
    assert control(simulator, "POST", "authorization", rotation="sometimes")[0] == 400
    assert control(simulator, "POST", "authorization", turns=1)[0] == 400


def test_end_of_a_grant_is_asked_for_over_http(qbo, simulator, company):
    """After five years nothing renews it."""
    control(simulator, "POST", f"tokens/{company.id}/end")

    answer = qbo.token(grant_type="refresh_token", refresh_token=company.tokens.refresh_token)

    assert (answer.status, loads(answer.body)["error"]) == (400, "invalid_grant")
    assert control(simulator, "POST", f"tokens/{company.id}/forget")[0] == 400


def test_manners_of_webhooks_are_changed_over_http(qbo, simulator):
    """Twice each, in another order, several companies in one; and back again."""
    sent = []
    simulator.webhooks.post = lambda url, headers, body: sent.append(body) or 200
    control(simulator, "POST", "webhooks", url="http://127.0.0.1:9/")
    manners = {"copies": 2, "shuffle_seed": 7, "mixes_companies": True}

    status, _ = control(simulator, "POST", "webhooks/manners", **manners)
    qbo.customer()
    control(simulator, "POST", "webhooks/deliver")

    assert (status, len(sent)) == (200, 2)
    control(simulator, "POST", "webhooks/manners", copies=1, shuffle_seed=None, holds_back=True)
    assert (simulator.webhooks.copies, simulator.webhooks.shuffle) == (1, None)
    assert simulator.webhooks.holds_back
    assert simulator.webhooks.mixes_companies


def test_limits_rotation_and_subscriptions_are_kept(simulator, company, reopened):
    """What somebody has set stays set."""
    company.limiter.limits = Limits(per_minute=7, in_flight=None, metered_per_month=9)
    simulator.authorization.rotation = Rotation.NEVER
    simulator.authorization.asks = True
    simulator.authorization.redirect_uris = frozenset({"https://app.example/"})
    told = simulator.webhooks.subscribe(
        "https://app.example/hooks", format=WebhookFormat.LEGACY, entities=frozenset({"Customer"})
    )

    other = reopened()

    assert other.companies[company.id].limiter.limits == company.limiter.limits
    server = other.authorization
    assert (server.rotation, server.asks, server.redirect_uris) == (
        Rotation.NEVER,
        True,
        {"https://app.example/"},
    )
    assert other.webhooks.subscriptions() == (told,)
