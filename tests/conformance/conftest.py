"""The company that the suite runs against: a simulated one, or a real sandbox.

With `LINKSYNC_QBO_URL`, `LINKSYNC_QBO_COMPANY` and `LINKSYNC_QBO_TOKEN` (an access token) in the environment it is that
one. It gets customers, items and documents whose names begin with "conformance", and its custom transaction numbers are
switched on and off; use a sandbox. What only a simulator can be asked is skipped then.
"""

import os
import secrets
import time
from base64 import b64encode
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import requests
from attrs import define

from linksync.exactjson import Json, loads
from linksync.testing.quickbooks import NO_LIMITS, Call, QuickBooksSimulator
from linksync.testing.quickbooks.described import settings_of

NAMES = ("LINKSYNC_QBO_URL", "LINKSYNC_QBO_COMPANY", "LINKSYNC_QBO_TOKEN")
_PAUSE_SECONDS = 0.2
"""Between requests to a real company, which allows ten a second."""


@define
class SimulatedCompany:
    """A company in this process."""

    simulator: QuickBooksSimulator
    id: str
    token: str

    @property
    def kept(self) -> Mapping[str, str]:
        """What cases may name that have the simulator to themselves."""
        app = self.simulator.authorization
        return {
            "client": app.client_id,
            "basic": b64encode(f"{app.client_id}:{app.client_secret}".encode()).decode(),
            "access": self.token,
            "refresh": self.simulator.companies[self.id].tokens.refresh_token,
        }

    def ask(self, method: str, path: str, args: Mapping[str, str], body: bytes, headers: Mapping[str, str]):
        """Return status and body of an answer."""
        where = path if path.startswith("/") else f"/v3/company/{self.id}/{path}"
        url = f"https://quickbooks.example{where}?{urlencode(args)}"
        sent = {"Authorization": f"Bearer {self.token}", "Accept": "application/json", **headers}
        answer = self.simulator.handle(Call.to(method, url, headers=sent, body=body))
        if "location" in answer.headers:
            return answer.status, dict(parse_qsl(urlsplit(answer.headers["location"]).query))
        return answer.status, read(answer.body)


@define
class RealCompany:
    """A company of a developer's sandbox."""

    url: str
    id: str
    token: str

    def ask(self, method: str, path: str, args: Mapping[str, str], body: bytes, headers: Mapping[str, str]):
        """Return status and body of an answer."""
        time.sleep(_PAUSE_SECONDS)
        answer = requests.request(
            method,
            f"{self.url.rstrip('/')}/v3/company/{self.id}/{path}",
            params={"minorversion": "75", **args},
            data=body,
            headers={"Authorization": f"Bearer {self.token}", "Accept": "application/json", **headers},
            timeout=60,
        )
        return answer.status_code, read(answer.content)


def read(content: bytes):
    """Return JSON where *content* is an object of it, else the bytes."""
    return loads(content) if content.startswith(b"{") else content


def simulated(*, is_sample: bool = False, settings: Mapping[str, Json] | None = None) -> SimulatedCompany:
    simulator = QuickBooksSimulator(limits=NO_LIMITS)
    company = simulator.add_company(is_sample=is_sample, settings=settings_of(settings or {}))
    return SimulatedCompany(simulator, company.id, company.tokens.access_token)


@pytest.fixture(scope="session")
def company():
    """The real company that the environment names, or a simulated one."""
    given = [os.environ.get(name, "") for name in NAMES]
    if any(given) and not all(given):
        pytest.fail(f"a real company needs all of {', '.join(NAMES)}")
    return RealCompany(*given) if all(given) else simulated(is_sample=True)


@pytest.fixture(scope="session")
def run():
    """A word that is different in every run, for names that must be new."""
    return f"conformance {secrets.token_hex(4)}"


@pytest.fixture
def asked_company(company, case):
    """The company that *case* is about: one of its own, if only a simulator can be asked."""
    if not case.needs_simulator:
        return company
    if isinstance(company, RealCompany):
        pytest.skip("asks what only a simulator can be asked: its own endpoints, its clock, its settings")
    return simulated(is_sample=case.is_sample, settings=case.settings)
