"""A connected company that answers by a script."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from linksync.connectors.quickbooks import AppCredentials, QuickBooks
from linksync.records import CompanyId
from linksync.storage.memory import MemoryStorage
from linksync.testing.clock import FakeClock
from linksync.tokens import Token
from tests.scripted import ScriptedTransport

COMPANY = CompanyId("4620816365000000000")


class ScriptedCompany:
    """QuickBooks by a script: what it is asked for, and what the connector makes of the answers."""

    def __init__(self, *steps):
        self.clock = FakeClock()
        self.transport = ScriptedTransport(*steps)
        tokens = MemoryStorage(self.clock).tokens
        ends_at = self.clock.now() + timedelta(hours=1)
        tokens.save(COMPANY, Token(access_token="access-1", refresh_token="refresh-1", expires_at=ends_at))
        app = AppCredentials(client_id="id", client_secret="s3cret")
        self.quickbooks = QuickBooks(app, tokens=tokens, transport=self.transport, clock=self.clock)
        self.endpoint = self.quickbooks(COMPANY)
        self.company = self.quickbooks.company(COMPANY)

    @property
    def requests(self):
        return self.transport.requests

    def asked(self, index=-1):
        """Return the path below the company and the query of a request."""
        parts = urlsplit(self.requests[index].url)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        return parts.path.removeprefix(f"/v3/company/{COMPANY}/"), query

    def statements(self):
        """Return the statements that were asked, posted ones too."""
        return [
            self.asked(index)[1].get("query") or request.body.decode()
            for index, request in enumerate(self.requests)
            if "/query" in request.url
        ]


@pytest.fixture
def scripted():
    return ScriptedCompany
