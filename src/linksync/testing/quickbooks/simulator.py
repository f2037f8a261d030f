"""The simulator: companies in memory, and what answers requests to any of them."""

import secrets
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Event, Lock, Thread

from linksync.clock import Clock
from linksync.testing.clock import MovableClock
from linksync.testing.quickbooks.company import Company
from linksync.testing.quickbooks.consent import answer_authorization, answer_user
from linksync.testing.quickbooks.control import answer_control
from linksync.testing.quickbooks.delivery import Outbox
from linksync.testing.quickbooks.exchange import Answer, Call, json_answer, route
from linksync.testing.quickbooks.gateway import Gateway
from linksync.testing.quickbooks.grants import Rotation
from linksync.testing.quickbooks.journal import Journal
from linksync.testing.quickbooks.limits import Limits
from linksync.testing.quickbooks.mishaps import Script, Scripts
from linksync.testing.quickbooks.oauth import AuthorizationServer
from linksync.testing.quickbooks.sample import fill_sample
from linksync.testing.quickbooks.server import RunningServer, run_server
from linksync.testing.quickbooks.settings import CompanySettings
from linksync.testing.quickbooks.state import load_state, save_state

_DELIVERY_PAUSE_SECONDS = 0.05
_DISCOVERY = ("/.well-known/openid_configuration", "/.well-known/openid_sandbox_configuration")


class QuickBooksSimulator:
    """QuickBooks Online in memory: any number of companies, one app that they are connected to.

    ```python
    simulator = QuickBooksSimulator(limits=NO_LIMITS)
    company = simulator.add_company()
    company.add("Customer", {"DisplayName": "Amy's Bird Sanctuary"})
    with simulator.serve() as server:
        print(server.url, company.id, company.tokens.access_token)
    ```

    Attributes:
        clock: Whose time stamps, tokens and limits keep.
        authorization: The app's credentials, tokens and their rotation.
        journal: What was asked.
        scripts: What is to go wrong.
        webhooks: Whom to tell of what happens.
        companies: The companies by id.
    """

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        limits: Limits | None = None,
        rotation: Rotation = Rotation.AFTER_A_DAY,
        settings: CompanySettings | None = None,
    ) -> None:
        """Make a simulator without companies.

        Args:
            clock: The machine's own unless given, which can be put forward then.
            limits: What companies allow unless they say otherwise; QuickBooks' limits unless given.
            rotation: When refresh tokens change.
            settings: How companies behave unless they say otherwise.
        """
        self.clock = clock or MovableClock()
        self.authorization = AuthorizationServer(self.clock, rotation)
        self.journal = Journal()
        self.scripts = Scripts()
        self.webhooks = Outbox(self.clock)
        self.companies = dict[str, Company]()
        self._limits = limits or Limits()
        self._settings = settings or CompanySettings()
        self._lock = Lock()
        self._gateway = Gateway(
            clock=self.clock,
            authorization=self.authorization,
            journal=self.journal,
            scripts=self.scripts,
            companies=self.companies,
        )

    def add_company(
        self,
        company_id: str | None = None,
        *,
        settings: CompanySettings | None = None,
        limits: Limits | None = None,
        is_sample: bool = False,
    ) -> Company:
        """Open a company that is connected to the app, and return it.

        Args:
            company_id: Its realm id; one is made up unless given.
            settings: How it behaves; as the simulator's companies do unless given.
            limits: What it allows; as the simulator's companies do unless given.
            is_sample: Whether it is Craig's Design and Landscaping Services, the sample company of sandboxes.

        Raises:
            ValueError: There is a company of that id.
        """
        with self._lock:
            realm = company_id or f"46208163650{secrets.randbelow(10**8):08d}"
            if realm in self.companies:
                raise ValueError(f"company {realm} exists already; choose another id")
            company = Company(
                realm,
                tokens=self.authorization.grant(realm),
                clock=self.clock,
                settings=settings or self._settings,
                limits=limits or self._limits,
                catch_up=self._gateway.catch_up,
                disconnect=partial(self.authorization.disconnect, realm),
            )
            if is_sample:
                fill_sample(company.books)
            company.books.listeners.append(self.webhooks.listener(realm))
            self.companies[realm] = company
            return company

    def save(self, path: str | Path) -> None:
        """Write companies, app and tokens to a JSON file."""
        save_state(self, Path(path))

    def load(self, path: str | Path) -> None:
        """Open the companies that `save` wrote; this simulator must have none yet.

        Raises:
            ValueError: The file is of another kind, or the simulator has companies.
        """
        load_state(self, Path(path))

    def script(self, script: Script) -> None:
        """Let *script* happen to the next requests that match it."""
        self.scripts.add(script)

    def handle(self, call: Call) -> Answer:
        """Answer any request.

        Raises:
            ConnectionLostError: The connection is to end without an answer.
        """
        asked = route(call)
        if asked is not None:
            return self._gateway.handle(call, asked)
        path = call.path.rstrip("/")
        if path.startswith("/_simulator/"):
            self._gateway.catch_up()
            return answer_control(self, call)
        if path in _DISCOVERY:
            return self.authorization.discovery(call.origin)
        match path, call.method:
            case "/oauth2/v1/tokens/bearer", "POST":
                return self._gateway.handle_token(call)
            case "/v2/oauth2/tokens/revoke", "POST":
                return self.authorization.revoke_endpoint(call).with_headers(intuit_tid=secrets.token_hex(12))
            case "/connect/oauth2", "GET":
                return answer_authorization(self.authorization, call, self.companies)
            case "/op/v1/jwks", "GET":
                return json_answer(200, self.authorization.key.as_json())
            case "/v1/openid_connect/userinfo", "GET":
                return answer_user(self.authorization, call)
            case _:
                return json_answer(404, {"error": f"nothing at {call.method} {call.path}"})

    @contextmanager
    def serve(self, port: int = 0) -> Generator[RunningServer, None, None]:
        """Serve on loopback, on any free port unless given, until the block ends.

        Webhooks are delivered meanwhile, as soon as they are due.
        """
        with run_server(self.handle, port) as server, self.delivering():
            yield server

    @contextmanager
    def delivering(self) -> Generator[None, None, None]:
        """Deliver webhooks in a thread, as soon as they are due, until the block ends."""
        ended = Event()

        def deliver() -> None:
            while not ended.wait(_DELIVERY_PAUSE_SECONDS):
                self.webhooks.deliver()

        thread = Thread(target=deliver, daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()


def connection_facts(simulator: QuickBooksSimulator, company: Company, url: str) -> Mapping[str, str]:
    """Return what an app needs to reach *company* at *url*."""
    return {
        "url": url,
        "company_id": company.id,
        "client_id": simulator.authorization.client_id,
        "client_secret": simulator.authorization.client_secret,
        "refresh_token": company.tokens.refresh_token,
        "access_token": company.tokens.access_token,
    }
