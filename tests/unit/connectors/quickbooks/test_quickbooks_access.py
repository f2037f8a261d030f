"""A token that is good is at hand, and the grant is never used up twice."""

from datetime import timedelta

import pytest
from attrs import evolve

from linksync.connectors.quickbooks import AppCredentials, NotSentError, OAuthEndpoints
from linksync.connectors.quickbooks.access import Access
from linksync.connectors.quickbooks.oauth import OAuthClient
from linksync.errors import AuthorizationError, TransientError
from linksync.records import CompanyId
from linksync.storage.memory import MemoryStorage
from linksync.testing.clock import FakeClock
from linksync.tokens import Token
from tests.scripted import ScriptedTransport, answer

COMPANY = CompanyId("1")


def granted(number):
    return answer(
        {
            "token_type": "bearer",
            "access_token": f"access-{number}",
            "refresh_token": f"refresh-{number}",
            "expires_in": 3600,
        }
    )


class Scene:
    """A company whose first token has so much life left."""

    def __init__(self, *steps, life=timedelta(hours=1)):
        self.clock = FakeClock()
        self.tokens = MemoryStorage(self.clock).tokens
        self.transport = ScriptedTransport(*steps)
        app = AppCredentials(client_id="id", client_secret="secret")
        oauth = OAuthClient(app, OAuthEndpoints(), self.transport, self.clock)
        self.access = Access(COMPANY, self.tokens, oauth, self.clock)
        token = Token(access_token="access-1", refresh_token="refresh-1", expires_at=self.clock.now() + life)
        self.first = self.tokens.save(COMPANY, token)


def test_a_good_token_is_handed_out_as_it_is():
    """Nothing is sent for it."""
    scene = Scene()

    token = scene.access.token()

    assert token == scene.first
    assert scene.transport.requests == []


def test_a_token_that_ends_soon_is_renewed_ahead():
    """Five minutes before the end, so that no request finds it ended."""
    scene = Scene(granted(2), life=timedelta(minutes=5))

    token = scene.access.token()

    assert token.access_token == "access-2"


def test_the_new_refresh_token_is_stored_before_the_access_token_is_handed_out():
    """Invariant 11: what was handed out is what is kept."""
    scene = Scene(granted(2), life=timedelta())

    token = scene.access.token()

    assert scene.tokens.find(COMPANY) == token
    assert token.refresh_token == "refresh-2"
    assert token.version == scene.first.version + 1


def test_a_company_without_a_token_is_not_connected():
    """Somebody has to connect it."""
    scene = Scene()
    scene.tokens.delete(COMPANY)

    with pytest.raises(AuthorizationError, match="company 1 is not connected"):
        scene.access.token()


def test_a_token_that_is_still_good_is_used_when_the_other_server_is_away():
    """The renewal can wait until it ends."""
    scene = Scene(NotSentError("no connection"), life=timedelta(minutes=2))

    token = scene.access.token()

    assert token == scene.first


def test_an_ended_token_cannot_be_used_when_the_other_server_is_away():
    """Then it is tried again later."""
    scene = Scene(NotSentError("no connection"), life=timedelta())

    with pytest.raises(TransientError, match="no connection"):
        scene.access.token()


def test_a_token_that_somebody_renewed_already_is_not_renewed_again():
    """The refused one is not the kept one: that is handed out."""
    scene = Scene()
    newer = scene.tokens.save(COMPANY, evolve(scene.first, access_token="access-2"))

    token = scene.access.renew(scene.first)

    assert token == newer
    assert scene.transport.requests == []


def test_a_grant_used_up_by_another_worker_is_looked_up_once():
    """The other one's token is in the store by now."""
    scene = Scene()

    def rotate_elsewhere(request):
        scene.tokens.save(COMPANY, evolve(scene.first, access_token="theirs", refresh_token="refresh-2"))
        return answer({"error": "invalid_grant"}, 400)

    scene.transport.steps.append(rotate_elsewhere)

    token = scene.access.renew(scene.first)

    assert token.access_token == "theirs"
    assert len(scene.transport.requests) == 1


def test_a_dead_grant_is_asked_for_once():
    """There is no loop, and the kept token stays as it was."""
    scene = Scene(answer({"error": "invalid_grant"}, 400), life=timedelta())

    with pytest.raises(AuthorizationError, match="invalid_grant"):
        scene.access.token()

    assert len(scene.transport.requests) == 1
    assert scene.tokens.find(COMPANY) == scene.first
