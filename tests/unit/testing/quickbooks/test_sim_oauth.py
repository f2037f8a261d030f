"""Tokens: given, renewed, rotated, expired, revoked."""

from base64 import b64encode
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from linksync.exactjson import loads
from linksync.testing.quickbooks import NO_LIMITS, QuickBooksSimulator, Rotation


def test_refresh_gives_a_new_access_token_that_works(qbo):
    """A refresh answers the documented members, and its access token opens the company."""
    answer = qbo.token(grant_type="refresh_token", refresh_token=qbo.company.tokens.refresh_token)

    given = loads(answer.body)
    assert answer.status == 200
    assert given.keys() == {
        "token_type",
        "access_token",
        "expires_in",
        "refresh_token",
        "x_refresh_token_expires_in",
    }
    assert (given["token_type"], given["expires_in"], given["x_refresh_token_expires_in"]) == (
        "bearer",
        3600,
        8640000,
    )
    qbo.access_token = given["access_token"]
    assert qbo.call("GET", "account/1").status == 200


def test_same_refresh_token_within_a_day(qbo, clock):
    """Within 24 hours the refresh token stays; the first refresh after that gives another and kills the old one."""
    first = qbo.company.tokens.refresh_token
    clock.advance(timedelta(hours=23))
    same = loads(qbo.token(grant_type="refresh_token", refresh_token=first).body)["refresh_token"]
    clock.advance(timedelta(hours=1))

    other = loads(qbo.token(grant_type="refresh_token", refresh_token=first).body)["refresh_token"]
    dead = qbo.token(grant_type="refresh_token", refresh_token=first)

    assert same == first
    assert other != first
    assert (dead.status, loads(dead.body)["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize(("rotation", "changes"), [(Rotation.EVERY_TIME, True), (Rotation.NEVER, False)])
def test_rotation_is_a_choice(qbo, simulator, clock, rotation, changes):
    """Every refresh gives another token, or none ever does."""
    simulator.authorization.rotation = rotation
    first = qbo.company.tokens.refresh_token
    clock.advance(timedelta(hours=48))

    given = loads(qbo.token(grant_type="refresh_token", refresh_token=first).body)["refresh_token"]

    assert (given != first) is changes


def test_refresh_token_ends_a_hundred_days_after_its_last_use(qbo, clock):
    """Each use prolongs it; unused for 100 days it is invalid_grant."""
    token = qbo.company.tokens.refresh_token
    qbo.simulator.authorization.rotation = Rotation.NEVER
    clock.advance(timedelta(days=99))
    used = qbo.token(grant_type="refresh_token", refresh_token=token)
    clock.advance(timedelta(days=100))

    late = qbo.token(grant_type="refresh_token", refresh_token=token)

    assert (used.status, late.status) == (200, 400)


def test_access_token_ends_after_an_hour(qbo, clock):
    """An expired token is 401 in the gateway's shape, as in the recorded exchange error__401."""
    clock.advance(timedelta(hours=1))

    answer = qbo.call("GET", "customer/1")

    assert answer.status == 401
    assert answer.headers["www-authenticate"] == 'Bearer realm="Intuit", error="invalid_token"'
    assert loads(answer.body) == {
        "warnings": None,
        "intuitObject": None,
        "fault": {
            "error": [
                {
                    "message": "message=AuthenticationFailed; errorCode=003200; statusCode=401",
                    "detail": "Token expired or invalid",
                    "code": "3200",
                    "element": None,
                }
            ],
            "type": "AUTHENTICATION",
        },
        "report": None,
        "queryResponse": None,
        "batchItemResponse": [],
        "attachableResponse": [],
        "syncErrorResponse": None,
        "requestId": None,
        "time": 1767326645000,
        "status": None,
        "cdcresponse": [],
    }


def test_token_of_another_company_is_forbidden(qbo, simulator):
    """A good token for the wrong company is 403 with 3100 and a detail of null."""
    other = simulator.add_company()
    qbo.access_token = other.tokens.access_token

    answer = qbo.call("GET", "customer/1")

    error = loads(answer.body)["fault"]["error"][0]
    assert (answer.status, error["code"], error["detail"]) == (403, "3100", None)


def test_disconnected_company_needs_a_new_grant(qbo):
    """After a disconnect both tokens are dead."""
    qbo.simulator.authorization.disconnect(qbo.company.id)

    refresh = qbo.token(grant_type="refresh_token", refresh_token=qbo.company.tokens.refresh_token)

    assert loads(refresh.body)["error"] == "invalid_grant"
    assert qbo.call("GET", "customer/1").status == 401


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({}, "invalid_request"),
        ({"grant_type": "refresh_token"}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "authorization_code", "code": "x", "redirect_uri": "y"}, "invalid_grant"),
    ],
)
def test_bad_token_requests_are_refused(qbo, form, error):
    """Each mistake has its error."""
    answer = qbo.token(**form)

    assert (answer.status, loads(answer.body)["error"]) == (400, error)


@pytest.mark.parametrize("authorization", ["", "Basic !", "Basic eDp5"])
def test_wrong_app_is_refused(qbo, authorization):
    """Without the app's id and secret the answer is 401 invalid_client."""
    answer = qbo.send(
        "POST",
        "/oauth2/v1/tokens/bearer",
        b"grant_type=refresh_token",
        headers={"Authorization": authorization},
    )

    assert (answer.status, loads(answer.body)["error"]) == (401, "invalid_client")


def test_code_buys_tokens_once(qbo, simulator):
    """The authorization page sends the browser back; its code works once and with its address only."""
    app = simulator.authorization
    page = qbo.send(
        "GET",
        "/connect/oauth2",
        client_id=app.client_id,
        redirect_uri="https://crm.example/back",
        state="s1",
        response_type="code",
        scope="com.intuit.quickbooks.accounting",
    )
    back = parse_qs(urlsplit(page.headers["location"]).query)
    form = {
        "grant_type": "authorization_code",
        "code": back["code"][0],
        "redirect_uri": "https://crm.example/back",
    }

    first, second = qbo.token(**form), qbo.token(**form)

    assert (page.status, back["state"], back["realmId"]) == (302, ["s1"], [qbo.company.id])
    assert (first.status, second.status) == (200, 400)


def test_code_of_another_address_is_refused(qbo, simulator):
    """A code with another redirect_uri is invalid_grant, and is used up."""
    code = simulator.authorization.authorize(qbo.company.id, "https://crm.example/back")

    answer = qbo.token(grant_type="authorization_code", code=code, redirect_uri="https://evil.example")

    assert loads(answer.body)["error"] == "invalid_grant"


def test_page_without_state_is_refused(qbo, simulator):
    """The authorization page needs state."""
    page = qbo.send(
        "GET",
        "/connect/oauth2",
        client_id=simulator.authorization.client_id,
        redirect_uri="https://crm.example",
    )

    assert page.status == 400


@pytest.mark.parametrize("kind", ["refresh_token", "access_token"])
def test_revoke_ends_the_connection(qbo, simulator, kind):
    """Revoking either token ends both."""
    app = simulator.authorization
    basic = b64encode(f"{app.client_id}:{app.client_secret}".encode()).decode()
    body = {"token": getattr(qbo.company.tokens, kind)}

    answer = qbo.send("POST", "/v2/oauth2/tokens/revoke", body, headers={"Authorization": f"Basic {basic}"})

    assert answer.status == 200
    assert qbo.call("GET", "account/1").status == 401


@pytest.mark.parametrize("name", ["openid_configuration", "openid_sandbox_configuration"])
def test_discovery_names_the_endpoints_here(qbo, name):
    """The discovery document's addresses lead back to where it was fetched."""
    document = loads(qbo.send("GET", f"/.well-known/{name}/").body)

    assert document["token_endpoint"] == "https://sandbox-quickbooks.api.intuit.com/oauth2/v1/tokens/bearer"
    assert document["issuer"] == "https://oauth.platform.intuit.com/op/v1"


def test_companies_have_tokens_of_their_own():
    """Two companies have different ids and tokens; an id is used once."""
    simulator = QuickBooksSimulator(limits=NO_LIMITS)
    one, other = simulator.add_company(), simulator.add_company()

    with pytest.raises(ValueError, match="exists already"):
        simulator.add_company(one.id)

    assert one.id != other.id
    assert one.tokens.refresh_token != other.tokens.refresh_token


def test_tokens_stay_out_of_log_and_repr(qbo):
    """Neither the log of requests nor the repr of a call shows a token."""
    qbo.call("GET", "account/1")

    assert qbo.company.tokens.access_token not in repr(qbo.simulator.journal.requests())
