"""What is to be looked at, who is looking, and which writes are under way."""

from linksync.jobs.backlog import INBOX_CAP, Backlog, BacklogReader, CompanyBacklog, LongTransaction
from linksync.jobs.intent import Intent, IntentItem, IntentLog, IntentPurge
from linksync.jobs.job import Band, JobError, JobRequest, JobState, JobView, LinkJob, Reason
from linksync.jobs.queue import (
    BACKFILL_TURN,
    CRASH_LIMIT,
    SUSPICION,
    Claim,
    Gate,
    GateState,
    JobOutcome,
    JobQueue,
)
from linksync.jobs.retry import ExponentialBackoff, RetryPolicy

__all__ = [
    "BACKFILL_TURN",
    "CRASH_LIMIT",
    "INBOX_CAP",
    "SUSPICION",
    "Backlog",
    "BacklogReader",
    "Band",
    "Claim",
    "CompanyBacklog",
    "ExponentialBackoff",
    "Gate",
    "GateState",
    "Intent",
    "IntentItem",
    "IntentLog",
    "IntentPurge",
    "JobError",
    "JobOutcome",
    "JobQueue",
    "JobRequest",
    "JobState",
    "JobView",
    "LinkJob",
    "LongTransaction",
    "Reason",
    "RetryPolicy",
]
