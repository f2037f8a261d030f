"""QuickBooks Online: an endpoint per company, and the consent that opens one.

A request travels like this: `endpoint.py` is what the engine calls; `writes.py` turns a write into JSON, `batch.py`
packs it; `client.py` sends it as a `message.py`, with a token from `access.py`, when `limits.py` lets it pass, by
`transport.py`. What comes back: `faultbodies.py` finds the fault in it, `faults.py` says what that means and whether it
is certain, by the table of `codes.py`, and `patience.py` how long to wait where it was one request too many; `answers.py`
says what it comes to, and `objects.py` makes a record of it.

Reading asks by `query.py` and `paging.py`, `searching.py` and `changes.py`. `company.py` and `entityrecords.py` are the
same for a person's own hand: every operation by QuickBooks' own name, nothing remembered. `webhooks.py` takes in what
QuickBooks posts. `oauth.py` talks to the authorization server that `app.py` names, `tokenanswers.py` reads what it says.
`fields` has the typed names that mappings use.
"""

from linksync.connectors.quickbooks import fields
from linksync.connectors.quickbooks.app import (
    ACCOUNTING,
    AppCredentials,
    Environment,
    OAuthEndpoints,
    discover,
)
from linksync.connectors.quickbooks.batchitems import BatchItem, BatchResult
from linksync.connectors.quickbooks.company import QuickBooksCompany
from linksync.connectors.quickbooks.endpoint import QuickBooksEndpoint
from linksync.connectors.quickbooks.entityrecords import EntityRecords
from linksync.connectors.quickbooks.limits import Limits
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
from linksync.connectors.quickbooks.uploads import Upload
from linksync.connectors.quickbooks.webhooks import (
    SIGNATURE_HEADER,
    Delivery,
    Verb,
    WebhookEvent,
    read_events,
    verify,
)

__all__ = [
    "ACCOUNTING",
    "SIGNATURE_HEADER",
    "AppCredentials",
    "BatchItem",
    "BatchResult",
    "Delivery",
    "EntityRecords",
    "Environment",
    "HttpRequest",
    "HttpResponse",
    "Limits",
    "NoAnswerError",
    "NotSentError",
    "OAuthEndpoints",
    "Query",
    "QuickBooks",
    "QuickBooksCompany",
    "QuickBooksEndpoint",
    "RequestsTransport",
    "Transport",
    "Upload",
    "Verb",
    "WebhookEvent",
    "discover",
    "fields",
    "read_events",
    "select",
    "verify",
]
