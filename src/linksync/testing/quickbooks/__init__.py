"""A QuickBooks Online company in memory, behind its HTTP interface.

A test reaches it in its own process (`SimulatorTransport`), over loopback (`QuickBooksSimulator.serve`), or in another
process (`python -m linksync.testing.quickbooks`). It keeps the rules of QuickBooks that linksync and its users run
into, each with its source (`rules`), and lets go wrong what goes wrong in life (`Script`, `Mishap`).
"""

from linksync.testing.quickbooks.company import Company
from linksync.testing.quickbooks.delivery import Notification, Outbox
from linksync.testing.quickbooks.exchange import Answer, Call, ConnectionLostError
from linksync.testing.quickbooks.faults import Problem, RefusedError
from linksync.testing.quickbooks.grants import Rotation, Tokens
from linksync.testing.quickbooks.happenings import Event, Happened
from linksync.testing.quickbooks.journal import Counts, Journal, LoggedRequest
from linksync.testing.quickbooks.limits import NO_LIMITS, Limits
from linksync.testing.quickbooks.mishaps import Mishap, RandomMishaps, Script
from linksync.testing.quickbooks.rules import Certainty, Rule, rules
from linksync.testing.quickbooks.server import RunningServer, SimulatorApp
from linksync.testing.quickbooks.settings import ChangedBody, CompanySettings, Plan, RequestIds, SalesTax
from linksync.testing.quickbooks.simulator import QuickBooksSimulator
from linksync.testing.quickbooks.transport import SimulatorTransport
from linksync.testing.quickbooks.webhooks import Subscription, WebhookFormat, sign

__all__ = [
    "NO_LIMITS",
    "Answer",
    "Call",
    "Certainty",
    "ChangedBody",
    "Company",
    "CompanySettings",
    "ConnectionLostError",
    "Counts",
    "Event",
    "Happened",
    "Journal",
    "Limits",
    "LoggedRequest",
    "Mishap",
    "Notification",
    "Outbox",
    "Plan",
    "Problem",
    "QuickBooksSimulator",
    "RandomMishaps",
    "RefusedError",
    "RequestIds",
    "Rotation",
    "Rule",
    "RunningServer",
    "SalesTax",
    "Script",
    "SimulatorApp",
    "SimulatorTransport",
    "Subscription",
    "Tokens",
    "WebhookFormat",
    "rules",
    "sign",
]
