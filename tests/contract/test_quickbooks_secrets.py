"""No token and no secret shows anywhere but where it belongs: in the request, and in the token's own row."""

import contextlib
import logging
import sqlite3
import traceback
from base64 import b64encode
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from attrs import define, field, frozen

from linksync import EntityMapping, EntityReader, Synchronizer, both, stores
from linksync.connectors.quickbooks import (
    ACCOUNTING,
    AppCredentials,
    HttpRequest,
    QuickBooks,
    RequestsTransport,
    discover,
    read_events,
    verify,
)
from linksync.connectors.quickbooks import fields as qbo
from linksync.errors import LinksyncError
from linksync.exactjson import loads
from linksync.records import CompanyId
from linksync.storage.sql import SqlStorage
from linksync.testing.quickbooks import NO_LIMITS, Mishap, QuickBooksSimulator, Rotation, Script

REDIRECT = "https://app.example/callback"
# By name, for a traceback shows the line of source that it passed.
VERIFIER = "verifier-token-of-the-portal"
GUESSED = "guessed-code"
BROKEN = "a\nbroken-secret"


@frozen
class Customer:
    id: int
    name: str


class CustomerMapping(EntityMapping[Customer, qbo.Customer], entity="customer", key="id"):
    name: str = both(qbo.Customer.DisplayName)


class Customers(EntityReader[Customer, int]):
    key_type = int

    def read(self, ids):
        return {id_: Customer(id_, f"Customer {id_}") for id_ in ids}


@define(eq=False)
class Overhearing:
    """Sends by requests, and keeps every secret that passes and everything that was sent and answered."""

    transport: RequestsTransport = field(factory=RequestsTransport)
    secrets: set = field(factory=set)
    kinds: set = field(factory=set)
    seen: list = field(factory=list)

    def send(self, request):
        scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
        self.secrets.add(credentials)
        self.kinds.add(scheme)
        for name in ("code", "refresh_token"):
            sent = parse_qs(request.body.decode("latin-1")).get(name, [])
            self.secrets.update(sent)
            self.kinds.update([f"sent {name}"] if sent else [])
        response = self.transport.send(request)
        if "/tokens/bearer" in request.url and response.status == 200:
            answered = loads(response.body)
            names = ("access_token", "refresh_token", "id_token")
            self.secrets.update(answered[name] for name in names if name in answered)
            self.kinds.update(name for name in names if name in answered)
        self.seen += [request, response]
        return response


@define(eq=False)
class Life:
    """A company from its consent to its end, and everything that could have said too much."""

    simulator: QuickBooksSimulator
    company: object
    quickbooks: QuickBooks
    storage: SqlStorage
    transport: Overhearing
    sync: Synchronizer
    raised: list = field(factory=list)

    @contextlib.contextmanager
    def noting(self):
        try:
            yield
        except LinksyncError as error:
            self.raised.append(error)

    def consent(self):
        url = self.quickbooks.authorization_url("a state", [ACCOUNTING, "openid", "email"])
        page = requests.get(f"{url}&company={self.company.id}", allow_redirects=False, timeout=10)
        callback = page.headers["Location"]
        self.transport.secrets.update(parse_qs(urlsplit(callback).query)["code"])
        self.quickbooks.connect(callback, "a state")

    def go_wrong(self, mishap, **more):
        self.simulator.script(Script(mishap=mishap, **more))
        self.sync.promote("customer", len(self.transport.seen) + 1)
        self.sync.run()
        self.sync.resume()
        self.simulator.scripts.clear()

    def live(self):
        self.consent()
        self.sync.promote("customer", 1)
        self.sync.run()
        endpoint = self.quickbooks(CompanyId(self.company.id))
        token = self.storage.tokens.find(CompanyId(self.company.id))
        # QuickBooks was seen to quote the token that it refuses.
        self.go_wrong(Mishap.REFUSE, code="3200", times=9, detail=f"Token expired: {token.access_token}")
        self.go_wrong(Mishap.REFUSE, code="100", times=9, message=f"bad {token.access_token}")
        self.go_wrong(Mishap.REFUSE, code="6000", detail="Business Validation Error")
        self.go_wrong(Mishap.THROTTLE, shape="service")
        self.go_wrong(Mishap.FAIL_WITH_HTML)
        self.go_wrong(Mishap.LOSE_ANSWER)
        self.simulator.authorization.expire_all(self.company.id)
        self.go_wrong(Mishap.LOSE_ANSWER, kind="token")
        self.go_wrong(Mishap.FAIL_WITH_XML, kind="token")
        self.company.disconnect()
        with self.noting():
            list(endpoint.search("Customer"))
        with self.noting():
            self.quickbooks.connect(f"{REDIRECT}?code={GUESSED}&state=a+state&realmId=1", "a state")
        with self.noting():
            self.quickbooks.connect(f"{REDIRECT}?code={GUESSED}&state=another&realmId=1", "a state")
        self.transport.secrets.add(GUESSED)
        self.consent()
        self.sync.resume()
        self.sync.run()
        self.be_told()
        with self.noting():
            # No header may hold a line break; the library's own message quotes it.
            broken = HttpRequest(
                method="GET", url="http://127.0.0.1:1/", headers={"Authorization": f"Bearer {BROKEN}"}
            )
            self.transport.transport.send(broken)
        self.transport.secrets.update({"broken-secret", self.simulator.authorization.client_secret})

    def be_told(self):
        """Take in webhooks, signed with the app's verifier token and with another."""
        told = []
        self.simulator.webhooks.post = lambda url, headers, body: told.append((headers, body)) or 200
        self.simulator.webhooks.subscribe("https://app.example/webhooks", verifier_token=VERIFIER)
        self.company.add("Customer", {"DisplayName": "Told"})
        self.simulator.webhooks.deliver()
        ((headers, body),) = told
        assert verify(body, headers["intuit-signature"], VERIFIER)
        assert not verify(body, headers["intuit-signature"], "another")
        logging.getLogger("app").info("events %r", read_events(body))
        self.transport.secrets.add(VERIFIER)

    def end(self):
        self.quickbooks.disconnect(CompanyId(self.company.id))

    def said(self, caplog):
        """Yield every text that somebody may see, by where it stands."""
        for record in caplog.records:
            yield f"log of {record.name}", record.getMessage() + repr(vars(record))
        for error in self.raised:
            yield (
                f"exception {type(error).__name__}",
                "".join(traceback.format_exception(error)) + repr(error),
            )
        things = [
            self.quickbooks,
            self.quickbooks(CompanyId(self.company.id)),
            self.quickbooks.company(CompanyId(self.company.id)),
            self.quickbooks.company(CompanyId(self.company.id))[qbo.Invoice],
            self.storage,
            self.sync,
            *self.transport.seen,
        ]
        for thing in things:
            yield f"repr of {type(thing).__name__}", f"{thing!r} {thing!s}"


@pytest.fixture
def life(tmp_path):
    simulator = QuickBooksSimulator(limits=NO_LIMITS, rotation=Rotation.EVERY_TIME)
    company = simulator.add_company()
    storage = SqlStorage(f"sqlite:///{tmp_path}/links.db")
    transport = Overhearing()
    with simulator.serve() as server:
        quickbooks = QuickBooks(
            AppCredentials(
                client_id=simulator.authorization.client_id,
                client_secret=simulator.authorization.client_secret,
                redirect_uri=REDIRECT,
            ),
            tokens=storage.tokens,
            transport=transport,
            base_url=server.url,
            oauth=discover(transport, f"{server.url}/.well-known/openid_configuration"),
        )
        sync = Synchronizer(
            company=company.id,
            mappings=[CustomerMapping],
            local=stores(customer=Customers()),
            remote=quickbooks,
            storage=storage,
        )
        life = Life(simulator, company, quickbooks, storage, transport, sync)
        yield life
    storage.close()


def rows(path):
    """Yield every stored row but the tokens' own, by table."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        tables = [
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        for table in tables:
            if table != "linksync_token":
                for row in connection.execute(f"SELECT * FROM {table}"):
                    yield f"row of {table}", repr(row)


def test_no_secret_shows_in_a_whole_life(life, caplog, tmp_path, capfd):
    """In no log line of any library, no exception, no repr, no stored row and nothing that was printed."""
    caplog.set_level(logging.DEBUG)

    life.live()
    stored = list(rows(tmp_path / "links.db"))
    life.end()

    keys = f"{life.simulator.authorization.client_id}:{life.simulator.authorization.client_secret}"
    life.transport.secrets.add(b64encode(keys.encode()).decode())
    secrets = {secret for secret in life.transport.secrets if secret}
    texts = [*life.said(caplog), *stored, ("output", "".join(capfd.readouterr()))]
    shown = {where for where, text in texts if any(secret in text for secret in secrets)}
    assert shown == set()
    # The test would see one: there were tokens of several kinds, and everything was looked at.
    assert len(secrets) >= 10
    assert life.transport.kinds >= {
        "Basic",
        "Bearer",
        "access_token",
        "refresh_token",
        "id_token",
        "sent code",
        "sent refresh_token",
    }
    assert {VERIFIER, life.simulator.authorization.client_secret} < secrets
    assert len(life.raised) >= 4
    kinds = {where.partition(" of ")[0] for where, _ in texts}
    assert {"log", "repr", "row", "output"} <= kinds
    assert {"row of linksync_intent", "row of linksync_result", "row of linksync_run"} <= {
        where for where, _ in texts
    }


def test_the_token_itself_is_where_it_belongs(life):
    """Otherwise the other test would prove nothing."""
    life.consent()

    token = life.storage.tokens.find(CompanyId(life.company.id))

    assert token.access_token in life.transport.secrets
    assert token.access_token not in repr(token)
