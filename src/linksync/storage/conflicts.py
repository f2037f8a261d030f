"""What every storage says, in the same words, when it is asked for what must not be."""

from linksync.errors import (
    AuthorizationError,
    ConfigurationError,
    ConflictingOperationError,
    Fault,
    FaultKind,
    LeaseLostError,
)
from linksync.jobs import Claim, JobError
from linksync.records import CompanyId, RecordKey


def not_in_transaction(company: CompanyId) -> ConfigurationError:
    """Return the error for a company that is to be held for no time at all."""
    return ConfigurationError(
        f"company {company} can be held within a transaction only; write: with storage.transaction(): ..."
    )


def lease_lost(claim: Claim) -> LeaseLostError:
    """Return the error for a worker that does not hold its company any more."""
    return LeaseLostError(
        f"worker {claim.worker} has lost company {claim.company} (token {claim.token}); "
        "its answers are kept, another run goes on"
    )


def crashed(times: int) -> JobError:
    """Return why a job is not tried again over which one worker after the other died."""
    return JobError(
        message=f"{times} workers died while they had this job in hand; it is not tried again by itself",
        code="crashed",
        remedy="look at the log of the workers' machines for what ended them, mend it, then requeue",
    )


def under_way(record: RecordKey, intent_id: str) -> ConflictingOperationError:
    """Return the error for a record of which a write is under way."""
    return ConflictingOperationError(
        f"{record} has a write under way already (intent {intent_id}); resolve that one first"
    )


def stored_already(intent_id: str) -> ConflictingOperationError:
    """Return the error for an intent that cannot be stored for its own sake."""
    return ConflictingOperationError(
        f"intent {intent_id} is stored already, or names a record twice; make a new request"
    )


def unanswered(intent_id: str, ref: str) -> ConflictingOperationError:
    """Return the error for an item that is to be settled and has no outcome."""
    return ConflictingOperationError(
        f"write {ref} of intent {intent_id} has no answer yet; settle it when it has one"
    )


def grant_gone(company: CompanyId) -> AuthorizationError:
    """Return the error for a company whose token was deleted or never given."""
    return AuthorizationError(
        Fault(
            kind=FaultKind.UNAUTHORISED,
            message=f"company {company} has no token",
            remedy="connect the company",
            token_version=0,
        )
    )
