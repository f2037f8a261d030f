"""What a token store says when a company has no grant."""

from linksync.errors import AuthorizationError, Fault, FaultKind
from linksync.records import CompanyId


def grant_gone(company: CompanyId) -> AuthorizationError:
    """Return the error for a company whose token was deleted or never given."""
    return AuthorizationError(
        Fault(
            kind=FaultKind.UNAUTHORISED,
            message=f"company {company} has no token",
            remedy="connect the company",
        )
    )
