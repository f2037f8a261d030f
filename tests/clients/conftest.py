"""A served simulator, and how a client's program is run against it."""

import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from attrs import frozen

from linksync.testing.quickbooks import NO_LIMITS, Company, QuickBooksSimulator

FOLDER = Path(__file__).parent
REDIRECT = "http://localhost:8000/callback"


@frozen
class Served:
    """A company at an address.

    Attributes:
        simulator: What answers.
        company: The company.
        url: The simulator's address.
    """

    simulator: QuickBooksSimulator
    company: Company
    url: str

    def run(self, command: Sequence[str], environment: Mapping[str, str]) -> Mapping[str, object]:
        """Run a client's program and return the JSON that it prints last."""
        authorization = self.simulator.authorization
        facts = {
            "url": self.url,
            "company": self.company.id,
            "client_id": authorization.client_id,
            "client_secret": authorization.client_secret,
            "redirect_uri": REDIRECT,
            "access_token": self.company.tokens.access_token,
            "refresh_token": self.company.tokens.refresh_token,
            "since": datetime.now(UTC).replace(microsecond=0).isoformat(),
        }
        done = subprocess.run(
            [*command, json.dumps(facts)],
            cwd=FOLDER,
            env=dict(environment),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture
def served() -> Iterator[Served]:
    yield from serving(is_sample=False)


@pytest.fixture
def served_sample() -> Iterator[Served]:
    yield from serving(is_sample=True)


def serving(*, is_sample: bool) -> Iterator[Served]:
    # The clients know no limits, and this is not about them.
    simulator = QuickBooksSimulator(limits=NO_LIMITS)
    company = simulator.add_company(is_sample=is_sample)
    with simulator.serve() as server:
        yield Served(simulator, company, server.url)
