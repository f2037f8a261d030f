"""The CRM's whole integration: where linksync keeps its tables, what is mapped, how QuickBooks is reached."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from attrs import frozen

from examples.northwind.crm import Crm, Customers, Orders, Products
from examples.northwind.mappings import CustomerMapping, OrderMapping, ProductMapping
from linksync import CompanySettings, ExponentialBackoff, Synchronizer, stores
from linksync.connectors.quickbooks import (
    AppCredentials,
    OAuthEndpoints,
    QuickBooks,
    RequestsTransport,
    Transport,
)
from linksync.records import CompanyId
from linksync.storage.sql import SqlStorage
from linksync.tokens import Token

ENTITIES = ("customer", "product", "invoice")
TABLES = {"customer": "customer", "product": "product", "invoice": "order"}

ANSWER_TIME = timedelta(seconds=5)
"""How long the simulator may take for an answer. With QuickBooks, leave all of these times as they are by default: it
works on a request for up to 120 seconds, and after a crash nothing may be concluded before. The demo cannot wait."""

LIMIT_TIME = timedelta(seconds=5)
"""How long a request may wait for QuickBooks' limits."""

LEASE = timedelta(seconds=15)
"""How long a dead worker is waited for."""


@frozen(kw_only=True)
class Connection:
    """How to reach one company of the simulator, as the simulator prints it."""

    url: str
    company_id: str
    client_id: str
    client_secret: str
    access_token: str
    refresh_token: str


def build(path: Path, connection: Connection, transport: Transport | None = None) -> Synchronizer:
    """Return the synchronizer of the CRM at *path* for the company of *connection*.

    Args:
        path: The CRM's SQLite file; linksync's tables are beside the CRM's own.
        connection: The company.
        transport: What sends; an ordinary one unless given.
    """
    crm = Crm(path)
    storage = SqlStorage(f"sqlite:///{path}")
    quickbooks = QuickBooks(
        AppCredentials(client_id=connection.client_id, client_secret=connection.client_secret),
        tokens=storage.tokens,
        base_url=connection.url,
        oauth=OAuthEndpoints(
            authorization=f"{connection.url}/connect/oauth2",
            token=f"{connection.url}/oauth2/v1/tokens/bearer",
            revocation=f"{connection.url}/v2/oauth2/tokens/revoke",
        ),
        transport=transport
        or RequestsTransport(connect_timeout=ANSWER_TIME / 5, read_timeout=ANSWER_TIME / 2),
        answer_time=ANSWER_TIME,
        request_timeout=ANSWER_TIME + LIMIT_TIME,
        settle_time=ANSWER_TIME + LIMIT_TIME,
    )
    return Synchronizer(
        company=connection.company_id,
        mappings=[CustomerMapping, ProductMapping, OrderMapping],
        local=stores(customer=Customers(crm), product=Products(crm), invoice=Orders(crm)),
        remote=quickbooks,
        storage=storage,
        settings=CompanySettings(settings={"income_account": "79", "discount_account": "86"}),
        retry=ExponentialBackoff(first=timedelta(seconds=1)),
        lease=LEASE,
    )


def connect(sync: Synchronizer, connection: Connection) -> None:
    """Keep the token that the simulator gave out; a real app gets it by `QuickBooks.connect()`."""
    sync.storage.tokens.save(
        CompanyId(connection.company_id),
        Token(
            access_token=connection.access_token,
            refresh_token=connection.refresh_token,
            expires_at=datetime.now(UTC) + timedelta(minutes=55),
        ),
    )


def promote_all(sync: Synchronizer, crm: Crm) -> int:
    """Ask for everything in the CRM to be promoted; return how many records that is."""
    ids: Sequence[Sequence[object]] = [crm.ids(TABLES[entity]) for entity in ENTITIES]
    for entity, group in zip(ENTITIES, ids, strict=True):
        sync.promote(entity, *group)
    return sum(map(len, ids))
