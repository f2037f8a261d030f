"""What a company's plan allows."""

from linksync.testing.quickbooks.books import Books
from linksync.testing.quickbooks.entity import EntityKind
from linksync.testing.quickbooks.faults import Problem, RefusedError
from linksync.testing.quickbooks.rules import Certainty, rule
from linksync.testing.quickbooks.settings import Plan

_ORDER = tuple(Plan)


@rule(
    "what the plan does not have is 5020; without a subscription nothing can be written: 6190",
    Certainty.OFFICIAL,
    "official error code page; which plan has what is common knowledge",
)
def check_subscription(books: Books, kind: EntityKind) -> None:
    """Refuse what the company has not subscribed to.

    Raises:
        RefusedError: Its plan is too small, or it does not pay.
    """
    if not books.settings.is_subscribed:
        raise RefusedError(
            Problem(
                code="6190",
                message="Invalid Company Status",
                detail="Invalid Company Status : Subscription period has ended or canceled or there was a billing "
                "problem",
            )
        )
    if _ORDER.index(books.settings.plan) < _ORDER.index(kind.plan):
        raise RefusedError(
            Problem(
                code="5020",
                message="Permission Denied Error",
                detail=f"Permission Denied Error : You do not have access to the feature {kind.name} in the plan "
                f"{books.settings.plan.value}",
            )
        )
