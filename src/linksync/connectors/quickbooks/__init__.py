"""QuickBooks Online: an endpoint per company, and the consent that opens one.

A request travels like this: `endpoint.py` is what the engine calls; `writes.py` turns a write into JSON, `batch.py`
packs it; `client.py` sends it, with a token from `access.py`, when `limits.py` lets it pass, by `transport.py`;
`faults.py` says what a failure means and whether it is certain; `objects.py` makes a record of what came back.
Reading asks by `query.py` and `paging.py`. `oauth.py` talks to the authorization server. `fields` has the typed names
that mappings use.
"""

from linksync.connectors.quickbooks import fields
from linksync.connectors.quickbooks.endpoint import QuickBooksEndpoint
from linksync.connectors.quickbooks.limits import Limits
from linksync.connectors.quickbooks.oauth import AppCredentials, Environment, OAuthEndpoints, discover
from linksync.connectors.quickbooks.query import Query, select
from linksync.connectors.quickbooks.quickbooks import QuickBooks
from linksync.connectors.quickbooks.transport import (
    HttpRequest,
    HttpResponse,
    NoAnswerError,
    NotSentError,
    RequestsTransport,
    Transport,
)

__all__ = [
    "AppCredentials",
    "Environment",
    "HttpRequest",
    "HttpResponse",
    "Limits",
    "NoAnswerError",
    "NotSentError",
    "OAuthEndpoints",
    "Query",
    "QuickBooks",
    "QuickBooksEndpoint",
    "RequestsTransport",
    "Transport",
    "discover",
    "fields",
    "select",
]
