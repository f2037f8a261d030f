"""Consent, code exchange, refresh and revocation, by the messages that QuickBooks knows."""

from base64 import b64decode
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from linksync.connectors.quickbooks import (
    AppCredentials,
    Environment,
    HttpResponse,
    NoAnswerError,
    NotSentError,
    OAuthEndpoints,
    discover,
)
from linksync.connectors.quickbooks.oauth import OAuthClient
from linksync.errors import AuthorizationError, ConfigurationError, ThrottledError, TransientError
from linksync.exactjson import loads
from linksync.testing.clock import START, FakeClock
from linksync.tokens import Token
from tests.scripted import ScriptedTransport, answer

APP = AppCredentials(client_id="id", client_secret="s3cret", redirect_uri="https://app.example/callback")
GRANTED = {
    "token_type": "bearer",
    "access_token": "access-2",
    "expires_in": 3600,
    "refresh_token": "refresh-2",
    "x_refresh_token_expires_in": 8726400,
}
OLD = Token(
    access_token="access-1", refresh_token="refresh-1", expires_at=START + timedelta(hours=1), version=4
)


def client(*steps, app=APP, endpoints=None):
    transport = ScriptedTransport(*steps)
    return OAuthClient(app, endpoints or OAuthEndpoints(), transport, FakeClock()), transport


def form(request):
    return {name: value for name, (value,) in parse_qs(request.body.decode()).items()}


def test_the_authorization_url_asks_for_a_code():
    """Client, scope, redirect and state are in it; the secret is not."""
    oauth, _ = client()

    url = oauth.authorization_url("s-t-a-t-e")

    assert url.startswith("https://appcenter.intuit.com/connect/oauth2?")
    assert parse_qs(urlsplit(url).query) == {
        "client_id": ["id"],
        "response_type": ["code"],
        "scope": ["com.intuit.quickbooks.accounting"],
        "redirect_uri": ["https://app.example/callback"],
        "state": ["s-t-a-t-e"],
    }


def test_a_simulator_on_loopback_may_speak_plain_http():
    """Only there: no environment variable is needed for it, and none is set."""
    oauth, _ = client(endpoints=OAuthEndpoints(authorization="http://127.0.0.1:8080/connect"))

    url = oauth.authorization_url("state")

    assert url.startswith("http://127.0.0.1:8080/connect?response_type=code")


def test_no_state_is_refused():
    """Without one anybody could pass their own company off as the user's."""
    oauth, _ = client()

    with pytest.raises(ConfigurationError, match="state must not be empty"):
        oauth.authorization_url("")
    with pytest.raises(ConfigurationError, match="state must not be empty"):
        oauth.read_callback("?code=1&realmId=2&state=", "")


def test_no_redirect_uri_is_refused():
    """It is needed to connect."""
    oauth, _ = client(app=AppCredentials(client_id="id", client_secret="s"))

    with pytest.raises(ConfigurationError, match="redirect_uri"):
        oauth.authorization_url("state")


@pytest.mark.parametrize(
    "callback",
    [
        "https://app.example/callback?code=abc&state=xyz&realmId=4620816365000000000",
        "http://127.0.0.1:8000/callback?state=xyz&realmId=4620816365000000000&code=abc#top",
        "code=abc&state=xyz&realmId=4620816365000000000",
    ],
)
def test_the_callback_brings_company_and_code(callback):
    """As a whole address or as its query, whatever host the proxy shows."""
    oauth, transport = client()

    consent = oauth.read_callback(callback, "xyz")

    assert consent.company == "4620816365000000000"
    assert consent.code == "abc"
    assert "abc" not in repr(consent)
    assert transport.requests == []


@pytest.mark.parametrize(
    "query",
    [
        "code=abc&state=other&realmId=1",
        "code=abc&realmId=1",
        "error=access_denied&state=xyz",
        "state=xyz&realmId=1",
        "code=abc&state=xyz",
        "code=abc&state=xyz&realmId=1/../2",
        "code=abc&state=xyz&realmId=%D9%A1",
    ],
    ids=[
        "another state",
        "no state",
        "refused",
        "no code",
        "no company",
        "a path",
        "digits of another script",
    ],
)
def test_a_callback_that_is_no_consent_is_refused(query):
    """Nothing is exchanged for it."""
    oauth, _ = client()

    with pytest.raises(AuthorizationError, match="connect the company to QuickBooks again"):
        oauth.read_callback(f"https://app.example/callback?{query}", "xyz")


def test_a_code_is_exchanged_for_a_token():
    """The app proves itself by the Basic header; the times count from before the request."""
    oauth, transport = client(answer(GRANTED))

    token = oauth.exchange(oauth.read_callback("code=a%2Fb&state=xyz&realmId=1", "xyz"))

    (sent,) = transport.requests
    assert sent.url == "https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer"
    assert b64decode(sent.headers["Authorization"].removeprefix("Basic ")) == b"id:s3cret"
    assert sent.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert form(sent) == {
        "grant_type": "authorization_code",
        "code": "a/b",
        "redirect_uri": "https://app.example/callback",
    }
    assert token == Token(
        access_token="access-2",
        refresh_token="refresh-2",
        expires_at=START + timedelta(hours=1),
        refresh_expires_at=START + timedelta(days=101),
    )


def test_a_refresh_buys_a_new_token():
    """The version stays that of the old one, for the store to compare."""
    oauth, transport = client(answer(GRANTED))

    token = oauth.renew(OLD)

    assert form(transport.requests[0]) == {"grant_type": "refresh_token", "refresh_token": "refresh-1"}
    assert token.refresh_token == "refresh-2"
    assert token.version == 4


@pytest.mark.parametrize(
    ("hard_end", "days"), [(None, 101), (86_400 * 1500, 101), (86_400 * 3, 3), ("soon", 101), (0, 101)]
)
def test_a_grant_ends_at_the_earlier_of_its_two_ends(hard_end, days):
    """However often it is used, five years after the consent; QuickBooks says when, if it is asked."""
    ends = {} if hard_end is None else {"x_refresh_token_hard_expires_in": hard_end}
    oauth, transport = client(answer({**GRANTED, **ends}))

    token = oauth.renew(OLD)

    assert token.refresh_expires_at == START + timedelta(days=days)
    assert transport.requests[0].headers["x-include-refresh-token-hard-expires-in"] == "true"


def test_a_refresh_without_a_new_refresh_token_keeps_the_old():
    """RFC 6749 allows the server to leave it out."""
    oauth, _ = client(answer({"token_type": "bearer", "access_token": "a", "expires_in": 3600}))

    token = oauth.renew(OLD)

    assert token.refresh_token == "refresh-1"
    assert token.refresh_expires_at is None


@pytest.mark.parametrize("status", [200, 400])
def test_a_dead_grant_asks_for_a_reconnect(status):
    """invalid_grant is the end of it, whatever status it comes by."""
    oauth, transport = client(answer({"error": "invalid_grant"}, status))

    with pytest.raises(AuthorizationError, match="invalid_grant") as caught:
        oauth.renew(OLD)

    assert caught.value.fault.request_id == "1-tid"
    assert len(transport.requests) == 1


@pytest.mark.parametrize(
    "response",
    [answer({"error": "invalid_client"}, 401), HttpResponse(status=401, body=b"")],
    ids=["told", "untold"],
)
def test_refused_keys_say_what_to_check(response):
    """The grant may be fine: it is the app that is not known."""
    oauth, _ = client(response)

    with pytest.raises(AuthorizationError, match="check the client id"):
        oauth.renew(OLD)


def test_a_refused_request_is_for_the_developer():
    """Any other error code of RFC 6749 means that the request is wrong."""
    oauth, _ = client(answer({"error": "invalid_request"}, 400))

    with pytest.raises(ConfigurationError, match="invalid_request"):
        oauth.renew(OLD)


@pytest.mark.parametrize(
    "step",
    [
        NotSentError("no connection"),
        NoAnswerError("no whole answer"),
        HttpResponse(status=503, body=b"<html>"),
        HttpResponse(status=200, body=b"<html>access_token=x</html>"),
        HttpResponse(status=200, body=b"[]"),
        answer({"token_type": "bearer", "access_token": "a", "expires_in": 0}),
        answer({"token_type": "bearer", "access_token": "", "expires_in": 3600}),
        answer({"token_type": "bearer", "access_token": "a"}),
    ],
)
def test_no_whole_token_is_tried_again_later(step):
    """What is not a token is never kept as one."""
    oauth, _ = client(step)

    with pytest.raises(TransientError):
        oauth.renew(OLD)


def test_a_first_token_without_a_refresh_token_is_none():
    """There is no old one to go on with."""
    oauth, _ = client(answer({"token_type": "bearer", "access_token": "a", "expires_in": 3600}))

    with pytest.raises(TransientError, match="without a whole token"):
        oauth.exchange(oauth.read_callback("code=a&state=xyz&realmId=1", "xyz"))


def test_a_throttled_refresh_asks_for_a_pause():
    """The authorization server has limits of its own."""
    oauth, _ = client(HttpResponse(status=429))

    with pytest.raises(ThrottledError) as caught:
        oauth.renew(OLD)

    assert caught.value.fault.retry_after == timedelta(seconds=60)


def test_a_grant_is_given_back():
    """By JSON and the Basic header, with the refresh token."""
    oauth, transport = client(HttpResponse(status=200))

    oauth.revoke(OLD)

    (sent,) = transport.requests
    assert sent.url == "https://developer.api.intuit.com/v2/oauth2/tokens/revoke"
    assert loads(sent.body) == {"token": "refresh-1"}
    assert sent.headers["Authorization"].startswith("Basic ")


def test_a_grant_that_is_gone_already_is_given_back():
    """The server refuses what it no longer knows: that is what was wanted."""
    oauth, transport = client(answer({"error": "invalid_grant"}, 400))

    oauth.revoke(OLD)

    assert len(transport.requests) == 1


def test_a_failed_revocation_is_told():
    """The grant still stands."""
    oauth, _ = client(HttpResponse(status=500))

    with pytest.raises(TransientError, match="HTTP 500"):
        oauth.revoke(OLD)


def test_secrets_stay_out_of_repr():
    """Neither the secret nor a token is printed."""
    shown = f"{APP!r} {OLD!r}"

    assert "s3cret" not in shown
    assert "refresh-1" not in shown


def test_the_environments_have_their_own_addresses():
    """Production and sandbox differ by host."""
    hosts = [environment.base_url for environment in Environment]

    assert hosts == ["https://quickbooks.api.intuit.com", "https://sandbox-quickbooks.api.intuit.com"]
    assert Environment.SANDBOX.discovery_url.endswith("/openid_sandbox_configuration/")


def test_the_addresses_can_be_discovered():
    """The discovery document names them."""
    document = {
        "authorization_endpoint": "https://a/",
        "token_endpoint": "https://t/",
        "revocation_endpoint": "https://r/",
    }

    endpoints = discover(ScriptedTransport(answer(document)), "https://d/")

    assert endpoints == OAuthEndpoints(
        authorization="https://a/", token="https://t/", revocation="https://r/"
    )


@pytest.mark.parametrize(
    ("response", "message"),
    [
        (HttpResponse(status=404), "no discovery document"),
        (HttpResponse(status=200, body=b"<html>"), "no discovery document"),
        (answer({"token_endpoint": "https://t/"}), "no endpoint for authorization, revocation"),
    ],
)
def test_what_is_no_discovery_document_is_refused(response, message):
    """The address is wrong, and the error says so."""
    with pytest.raises(ConfigurationError, match=message):
        discover(ScriptedTransport(response), "https://d/")
