"""What is to be looked at, who is looking, and which writes are under way."""

from linksync.jobs.intent import Intent, IntentItem, IntentLog
from linksync.jobs.job import Band, JobError, JobRequest, JobState, JobView, LinkJob, Reason
from linksync.jobs.queue import Claim, Gate, GateState, JobOutcome, JobQueue
from linksync.jobs.retry import ExponentialBackoff, RetryPolicy

__all__ = [
    "Band",
    "Claim",
    "ExponentialBackoff",
    "Gate",
    "GateState",
    "Intent",
    "IntentItem",
    "IntentLog",
    "JobError",
    "JobOutcome",
    "JobQueue",
    "JobRequest",
    "JobState",
    "JobView",
    "LinkJob",
    "Reason",
    "RetryPolicy",
]
