"""Closing a company's gate: for a while, until it is connected again, or until somebody resumes it."""

from datetime import timedelta

from linksync.errors import Fault, FaultKind
from linksync.jobs import GateState
from linksync.sync.again import made_again
from linksync.sync.company import Company

ABOUT_THE_COMPANY = frozenset({FaultKind.THROTTLED, FaultKind.UNAUTHORISED, FaultKind.HALTED})
"""What is no record's fault and stops them all."""

_THROTTLE_PAUSE = timedelta(seconds=60)
"""How long to leave a remote alone that asks for it and does not say for how long.
QuickBooks asks for 60 seconds (official page on limits)."""


@made_again
def close_gate(company: Company, fault: Fault) -> bool:
    """Close the gate of *company* for a *fault* that is about it; return False where somebody has closed it already."""
    jobs = company.storage.jobs
    with company.storage.transaction():
        jobs.hold(company.id)
        if jobs.get_gate(company.id).state not in (GateState.OPEN, GateState.THROTTLED):
            return False  # what somebody closed, only somebody opens
        match fault.kind:
            case FaultKind.THROTTLED:
                until = company.now() + (fault.retry_after or _THROTTLE_PAUSE)
                jobs.set_gate(company.id, GateState.THROTTLED, until=until, reason=str(fault))
            case FaultKind.UNAUTHORISED if _has_newer_token(company, fault):
                # Connected again meanwhile: nobody would come once more to open it. Nor is it tried at once, for where
                # the remote's tokens are kept elsewhere, the newer one may be of no use.
                until = company.now() + _THROTTLE_PAUSE
                reason = f"{fault}; it is tried again by itself, since a newer token is kept"
                jobs.set_gate(company.id, GateState.THROTTLED, until=until, reason=reason)
            case FaultKind.UNAUTHORISED:
                reason = f"{fault}; a new connection opens the company's gate, as resume() does"
                jobs.set_gate(company.id, GateState.UNAUTHORISED, reason=reason)
            case _:
                # A new grant would not mend it: after a reset, ids may even name other records than before.
                jobs.set_gate(company.id, GateState.PAUSED, reason=f"{fault}; then call resume()")
        return True


def _has_newer_token(company: Company, fault: Fault) -> bool:
    """Whether the grant that was refused has been replaced since."""
    if fault.token_version is None:
        return False
    kept = company.storage.tokens.find(company.id)
    return kept is not None and kept.version > fault.token_version
