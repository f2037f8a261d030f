"""The authorization page, the person, identity tokens, and the end of a grant."""

from base64 import b64encode, urlsafe_b64decode
from hashlib import sha256
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from linksync.exactjson import loads


@pytest.fixture
def page(qbo, simulator):
    """Open the authorization page and return its answer."""

    def open_page(**args):
        known = {
            "client_id": simulator.authorization.client_id,
            "redirect_uri": "https://crm.example/back",
            "state": "s1",
            "response_type": "code",
            "scope": "com.intuit.quickbooks.accounting",
        }
        return qbo.send("GET", "/connect/oauth2", **{**known, **args})

    return open_page


def sent_back(answer):
    assert answer.status == 302
    return {name: value for name, (value,) in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def test_form_is_agreed_to(qbo, simulator, page):
    """It lists the companies; connecting one sends its id back."""
    other = simulator.add_company("77")
    simulator.authorization.asks = True

    form = page()
    back = sent_back(page(company=other.id, decision="connect"))

    assert form.status == 200
    assert b"<option>77</option>" in form.body
    assert b'name="state" value="s1"' in form.body
    assert (back["realmId"], back["state"], bool(back["code"])) == ("77", "s1", True)


def test_form_is_refused(simulator, page):
    """access_denied, with the state."""
    simulator.authorization.asks = True

    assert sent_back(page(decision="cancel")) == {"error": "access_denied", "state": "s1"}


def test_unknown_scope_is_sent_back(page):
    """invalid_scope."""
    assert sent_back(page(scope="com.intuit.quickbooks.everything"))["error"] == "invalid_scope"


def test_openid_alone_has_no_company(page):
    """No realmId."""
    assert "realmId" not in sent_back(page(scope="openid email"))


def test_browser_is_sent_to_registered_addresses_only(simulator, page):
    """Any, unless some are registered."""
    simulator.authorization.redirect_uris = frozenset({"https://crm.example/other"})

    assert page().status == 400


def test_person_is_told_by_a_good_token(qbo, company):
    """And to nobody else."""
    found = loads(qbo.send("GET", "/v1/openid_connect/userinfo").body)

    assert (found["email"], found["givenName"]) == ("craig@example.com", "Craig")
    qbo.access_token = "wrong"
    assert qbo.send("GET", "/v1/openid_connect/userinfo").status == 401


def decoded(part):
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))


def test_identity_token_is_signed_by_the_key_that_is_told(qbo, simulator, page):
    """RS256, with the company, the app and the issuer."""
    back = sent_back(page(scope="openid com.intuit.quickbooks.accounting"))
    form = {
        "grant_type": "authorization_code",
        "code": back["code"],
        "redirect_uri": "https://crm.example/back",
    }

    token = loads(qbo.token(**form).body)["id_token"]

    (key,) = loads(qbo.send("GET", "/op/v1/jwks").body)["keys"]
    head, claims, signature = token.split(".")
    modulus, exponent = int.from_bytes(decoded(key["n"])), int.from_bytes(decoded(key["e"]))
    padded = pow(int.from_bytes(decoded(signature)), exponent, modulus).to_bytes(128)
    assert padded.endswith(sha256(f"{head}.{claims}".encode()).digest())
    said = loads(decoded(claims))
    assert (said["realmid"], said["aud"]) == (qbo.company.id, [simulator.authorization.client_id])


def refresh(qbo, token, **headers):
    app = qbo.simulator.authorization
    basic = b64encode(f"{app.client_id}:{app.client_secret}".encode()).decode()
    body = urlencode({"grant_type": "refresh_token", "refresh_token": token}).encode()
    return qbo.send(
        "POST", "/oauth2/v1/tokens/bearer", body, headers={"Authorization": f"Basic {basic}", **headers}
    )


def test_hard_end_is_told_when_asked_for(qbo, company, clock):
    """In seconds, fewer each time."""
    asked = {"x-include-refresh-token-hard-expires-in": "true"}
    token = company.tokens.refresh_token
    clock.sleep(60)

    plain, told = loads(refresh(qbo, token).body), loads(refresh(qbo, token, **asked).body)

    assert "x_refresh_token_hard_expires_in" not in plain
    assert told["x_refresh_token_hard_expires_in"] == 5 * 365 * 86400 - 60


def test_grant_ends_after_five_years(qbo, simulator, company, clock):
    """However often it was used: invalid_grant."""
    simulator.authorization.end_life(company.id)

    answer = refresh(qbo, company.tokens.refresh_token)

    assert loads(answer.body)["error"] == "invalid_grant"
    assert simulator.authorization.hard_end(company.id) == clock.now()
