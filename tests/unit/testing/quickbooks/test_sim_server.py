"""The simulator over HTTP, in a thread and in a process of its own."""

import json
import socket
import subprocess
import sys
from datetime import date
from threading import Event

import pytest
import requests

from linksync.testing.quickbooks import NO_LIMITS, Limits, Mishap, QuickBooksSimulator, Script
from linksync.testing.quickbooks.server import open_server


@pytest.fixture
def served():
    """A simulator with one company, served; its address and the headers of its app."""
    simulator = QuickBooksSimulator(limits=NO_LIMITS)
    company = simulator.add_company()
    with simulator.serve() as server, requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {company.tokens.access_token}"
        yield simulator, session, f"{server.url}/v3/company/{company.id}", server.url


def test_customer_goes_there_and_back(served):
    """A customer is created, found by an escaped query and read over HTTP."""
    _, session, base, _ = served
    created = session.post(f"{base}/customer?minorversion=75", json={"DisplayName": "Amy's 🦉"}).json()

    found = session.get(
        f"{base}/query", params={"query": "select * from Customer where DisplayName = 'Amy\\'s 🦉'"}
    )
    posted = session.post(
        f"{base}/query",
        data="select count(*) from Customer",
        headers={"Content-Type": "application/text"},
    )

    assert found.json()["QueryResponse"]["Customer"] == [created["Customer"]]
    assert posted.json()["QueryResponse"] == {"totalCount": 1}
    assert found.headers["intuit_tid"]


def test_lost_answer_ends_the_connection(served):
    """A lost answer is a connection that ends; the object exists."""
    simulator, session, base, _ = served
    simulator.script(Script(mishap=Mishap.LOSE_ANSWER))

    with pytest.raises(requests.ConnectionError):
        session.post(f"{base}/customer", json={"DisplayName": "Amy"})

    assert session.get(f"{base}/customer/1").json()["Customer"]["DisplayName"] == "Amy"


def test_slow_answer_outlasts_the_client(served):
    """A request that dawdles is done although its client has gone."""
    simulator, session, base, _ = served
    simulator.script(Script(mishap=Mishap.DAWDLE, seconds=0.15, kind="create"))

    with pytest.raises(requests.Timeout):
        session.post(f"{base}/customer", json={"DisplayName": "Amy"}, timeout=0.05)
    # Longer than what is left of the first.
    simulator.script(Script(mishap=Mishap.DAWDLE, seconds=0.3, kind="read"))
    read = session.get(f"{base}/customer/1")

    assert read.json()["Customer"]["DisplayName"] == "Amy"


def test_client_that_vanishes_harms_nobody(served):
    """A connection that breaks in the midst of a request leaves the server answering."""
    _, session, base, url = served
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as broken:
        broken.sendall(b"POST /v3/company/1/customer HTTP/1.1\r\nContent-Length: 100\r\n\r\n{")

    assert session.get(f"{base}/account/1").status_code == 200


def test_companies_are_opened_and_looked_at_over_http(served):
    """Another company is opened with its settings, and its objects are listed uncounted."""
    _, session, _, url = served
    facts = session.post(
        f"{url}/_simulator/companies",
        json={
            "company_id": "77",
            "settings": {"request_ids": "per_batch", "offset": 1, "request_id_retention": 60},
            "limits": "none",
        },
    ).json()

    made = session.post(
        f"{url}/v3/company/77/customer",
        json={"DisplayName": "Amy"},
        headers={"Authorization": f"Bearer {facts['access_token']}"},
    ).json()
    objects = session.get(f"{url}/_simulator/objects/77/Customer").json()
    counts = session.get(f"{url}/_simulator/counts", params={"company": "77"}).json()

    assert facts["url"] == url
    assert made["Customer"]["MetaData"]["CreateTime"].endswith("+01:00")
    assert objects == {"Customer": [made["Customer"]]}
    assert (counts["total"], counts["calls"], counts["metered"]) == (1, {"create": 1}, 0)


def test_faults_are_scripted_and_cleared_over_http(served):
    """A fault is asked for, listed, happens, and what is left is cleared."""
    _, session, base, url = served
    asked = session.post(
        f"{url}/_simulator/faults", json={"mishap": "throttle", "times": 2, "path": "*/customer"}
    )

    throttled = session.post(f"{base}/customer", json={"DisplayName": "Amy"})
    left = session.get(f"{url}/_simulator/faults").json()
    session.delete(f"{url}/_simulator/faults")
    passes = session.post(f"{base}/customer", json={"DisplayName": "Amy"})

    assert asked.status_code == 200
    assert throttled.status_code == 429
    assert left == {"faults": [{"mishap": "throttle", "times": 1}]}
    assert passes.status_code == 200


def test_person_works_over_http(served):
    """Somebody adds and changes a record by hand; the app's version is stale then."""
    _, session, base, url = served
    realm = base.rpartition("/")[2]
    added = session.post(f"{url}/_simulator/objects/{realm}/Customer", json={"DisplayName": "Amy"}).json()
    session.post(f"{url}/_simulator/objects/{realm}/Customer/1", json={"Notes": "by hand"})

    stale = session.post(f"{base}/customer", json={**added["Customer"], "sparse": True, "Notes": "by app"})

    assert stale.json()["Fault"]["Error"][0]["code"] == "5010"


def test_person_does_what_makes_sense_only(served):
    """A customer is neither paid nor voided."""
    _, session, base, url = served
    realm = base.rpartition("/")[2]
    session.post(f"{url}/_simulator/objects/{realm}/Customer", json={"DisplayName": "Amy"})
    by_hand = f"{url}/_simulator/objects/{realm}/Customer/1"

    paid, voided = session.post(f"{by_hand}/pay"), session.post(f"{by_hand}/void")

    assert (paid.status_code, paid.json()) == (400, {"error": "ValueError: nobody can pay Customer by hand"})
    assert voided.json()["Fault"]["Error"][0]["code"] == "500"


def test_settings_that_are_not_named_stay(served):
    """Of a company and of its limits."""
    simulator, session, base, url = served
    realm = base.rpartition("/")[2]
    company = f"{url}/_simulator/companies/{realm}"

    session.post(f"{company}/close", json={"until": "2026-01-31"})
    session.post(f"{company}/settings", json={"multicurrency": True})
    session.post(f"{company}/limits", json={"per_second": 3})
    session.post(f"{company}/limits", json={"metered_per_month": 5})

    opened = simulator.companies[realm]
    assert (opened.settings.multicurrency, opened.settings.closed_until) == (True, date(2026, 1, 31))
    assert (opened.limiter.limits.per_second, opened.limiter.limits.metered_per_month) == (3, 5)


def test_tokens_are_ended_over_http(served):
    """The access tokens of a company can be expired, its grant ended."""
    simulator, session, base, url = served
    realm = base.rpartition("/")[2]

    session.post(f"{url}/_simulator/tokens/{realm}/expire")
    expired = session.get(f"{base}/account/1")
    session.post(f"{url}/_simulator/tokens/{realm}/disconnect")

    assert expired.status_code == 401
    app = (simulator.authorization.client_id, simulator.authorization.client_secret)
    form = {
        "grant_type": "refresh_token",
        "refresh_token": simulator.companies[realm].tokens.refresh_token,
    }
    assert (
        requests.post(f"{url}/oauth2/v1/tokens/bearer", data=form, auth=app).json()["error"]
        == "invalid_grant"
    )


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("faults", {"mishap": "explode"}),
        ("faults", {"mishap": "throttle", "tmes": 1}),
        ("faults", {}),
        ("companies", {"colour": "blue"}),
        ("companies", {"settings": {"colour": "blue"}}),
        ("objects/none/Customer", {}),
        ("faults", []),
    ],
)
def test_control_refuses_what_it_does_not_know(served, path, body):
    """A misspelt name or value is 400 with the reason."""
    _, session, _, url = served

    answer = session.post(f"{url}/_simulator/{path}", json=body)

    assert answer.status_code == 400
    assert answer.json()["error"]


def test_unknown_control_path_is_not_found(served):
    """What there is not is 404."""
    _, session, _, url = served

    assert session.get(f"{url}/_simulator/nothing").status_code == 404
    assert session.get(f"{url}/elsewhere").status_code == 404


def test_log_tells_each_request(served):
    """The log has method, path, requestid, status, code and intuit_tid of each request."""
    _, session, base, url = served
    answer = session.post(f"{base}/customer?requestid=r9", json={"DisplayName": "a:b"})

    entry = session.get(f"{url}/_simulator/log").json()["log"][-1]

    assert (entry["method"], entry["kind"], entry["entity"]) == ("POST", "create", "Customer")
    assert (entry["requestid"], entry["status"], entry["code"]) == ("r9", 400, "2040")
    assert entry["intuit_tid"] == answer.headers["intuit_tid"]


def test_port_that_is_taken_is_an_error_to_catch():
    """A taken port does not end the process."""
    simulator = QuickBooksSimulator()
    with simulator.serve() as server, pytest.raises(OSError, match="in use"):
        open_server(simulator.handle, int(server.url.rpartition(":")[2]))


def test_module_prints_how_to_reach_it_and_serves():
    """`python -m` prints one JSON line; its tokens work there, and it says nothing else."""
    command = [sys.executable, "-m", "linksync.testing.quickbooks", "--port", "0", "--no-limits"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            facts = json.loads(process.stdout.readline())
            answers = [
                requests.get(
                    f"{facts['url']}/v3/company/{facts['company_id']}/account/1",
                    headers={"Authorization": f"Bearer {facts['access_token']}"},
                    timeout=10,
                ).status_code
                for _ in range(12)
            ]
        finally:
            process.kill()
        out, err = process.communicate()

    assert facts.keys() == {
        "url",
        "company_id",
        "client_id",
        "client_secret",
        "refresh_token",
        "access_token",
    }
    assert answers == [200] * 12
    assert (out, err) == ("", "")


def test_absent_werkzeug_is_told_with_its_extra():
    """Without Werkzeug the import fails with the name of the extra that brings it."""
    program = "import sys; sys.modules['werkzeug'] = None; import linksync.testing.quickbooks"

    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert "install linksync[testing]" in ended.stderr


def serve(*options, ask):
    """Serve in a process, and return how to reach it and what *ask* came to."""
    command = [sys.executable, "-m", "linksync.testing.quickbooks", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            facts = json.loads(process.stdout.readline())
            return facts, ask(facts)
        finally:
            process.kill()


def test_command_line_begins_with_the_sample_company_or_a_state(tmp_path):
    """`--company sample`; what was saved over HTTP is there again with `--state`, by its old tokens."""
    state = tmp_path / "state.json"

    def look(facts):
        objects = f"{facts['url']}/_simulator/objects/{facts['company_id']}/Customer"
        return requests.get(objects, timeout=10).json()

    def save(facts):
        requests.post(f"{facts['url']}/_simulator/state/save", json={"path": str(state)}, timeout=10)
        return look(facts)

    first, customers = serve("--company", "sample", ask=save)
    second, again = serve("--state", str(state), ask=look)

    assert customers["Customer"][0]["DisplayName"] == "Amy's Bird Sanctuary"
    assert again == customers
    assert {**second, "url": first["url"]} == first


def test_command_line_goes_before_what_a_state_says(tmp_path):
    """Limits and rotation are those that are asked for now."""
    state = tmp_path / "state.json"
    simulator = QuickBooksSimulator(limits=Limits(per_minute=0))
    simulator.add_company()
    simulator.save(state)

    def use(facts):
        app = (facts["client_id"], facts["client_secret"])
        form = {"grant_type": "refresh_token", "refresh_token": facts["refresh_token"]}
        given = requests.post(
            f"{facts['url']}/oauth2/v1/tokens/bearer", data=form, auth=app, timeout=10
        ).json()
        read = requests.get(
            f"{facts['url']}/v3/company/{facts['company_id']}/companyinfo/1",
            headers={"Authorization": f"Bearer {given['access_token']}"},
            timeout=10,
        )
        return given["refresh_token"] != facts["refresh_token"], read.status_code

    _, kept = serve("--state", str(state), ask=use)
    _, chosen = serve("--state", str(state), "--no-limits", "--rotation", "every_time", ask=use)

    assert (kept, chosen) == ((False, 429), (True, 200))


def test_webhooks_are_delivered_while_it_serves():
    """By themselves, as soon as they are due."""
    told = Event()

    def post(_url, _headers, _body):
        told.set()
        return 200

    simulator = QuickBooksSimulator(limits=NO_LIMITS)
    company = simulator.add_company()
    simulator.webhooks.post = post
    simulator.webhooks.subscribe("http://127.0.0.1:9/")

    with simulator.serve():
        company.add("Customer", {"DisplayName": "Amy"})
        was_told = told.wait(10)

    assert was_told
