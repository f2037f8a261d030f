"""Remembers answers by requestid, so that what is sent twice is done once."""

from collections.abc import Callable
from datetime import datetime
from typing import Generic, TypeVar

from attrs import frozen

from linksync.testing.quickbooks import faults
from linksync.testing.quickbooks.faults import Problem, RefusedError
from linksync.testing.quickbooks.rules import Certainty, rule, state
from linksync.testing.quickbooks.settings import ChangedBody, CompanySettings

T = TypeVar("T")
LONGEST, LONGEST_OF_BATCH, LONGEST_BATCH_ID = 50, 36, 10

state(
    "for how long requestids are kept is unknown",
    Certainty.GUESS,
    "nobody says; a setting, for ever by default",
    kept_by=__name__,
)
state(
    "a requestid that comes with another body gets the first answer",
    Certainty.GUESS,
    "the official text speaks of the id only; a setting",
    kept_by=__name__,
)


@rule(
    "a requestid has at most 50 characters, with a batch 36 and each bId 10: else 2130; an empty one is as none",
    Certainty.OFFICIAL,
    "official blog of 6 April 2015; the empty one in recorded exchange create__customer",
)
def check_request_id(request_id: str, *, is_batch: bool) -> None:
    """Refuse a requestid that is too long."""
    longest = LONGEST_OF_BATCH if is_batch else LONGEST
    if len(request_id) > longest:
        raise RefusedError(faults.bad_request_id(request_id, longest))


@frozen
class Remembered(Generic[T]):
    """An answer that was given.

    Attributes:
        at: When (aware).
        body: What had been sent.
        answer: The answer.
    """

    at: datetime
    body: bytes
    answer: T


class Replays(Generic[T]):
    """The answers of one company by requestid.

    Attributes:
        remembered: The answers by requestid.
    """

    def __init__(self) -> None:
        """Make an empty memory."""
        self.remembered = dict[str, Remembered[T]]()

    @rule(
        "a requestid that comes again is not done again: the first answer is given, even if its object was deleted",
        Certainty.RECORDED,
        "official blog of 6 April 2015 and reports of live runs",
    )
    def once(
        self,
        request_id: str,
        body: bytes,
        now: datetime,
        settings: CompanySettings,
        work: Callable[[], tuple[T, bool]],
    ) -> tuple[T, bool]:
        """Do *work* unless it was done under *request_id*; return the answer and whether it is a remembered one.

        Args:
            request_id: The id; empty where there is none.
            body: What was sent, to be compared.
            now: The present instant (aware).
            settings: How the company behaves.
            work: Returns its answer, and whether that is to be remembered.

        Raises:
            RefusedError: The id came with another body, where the company refuses that.
        """
        if not request_id:
            return work()[0], False
        known = self._find(request_id, now, settings)
        if known is not None and known.body != body:
            if settings.changed_body is ChangedBody.REFUSE:
                raise RefusedError(
                    Problem(
                        code="600",
                        message="Duplicate Request ID",
                        detail=f"Duplicate Request ID {request_id}",
                    )
                )
            if settings.changed_body is ChangedBody.EXECUTE:
                known = None
        if known is not None:
            return known.answer, True
        answer, is_final = work()
        if is_final:
            self.remembered[request_id] = Remembered(now, body, answer)
        return answer, False

    def _find(self, request_id: str, now: datetime, settings: CompanySettings) -> Remembered[T] | None:
        known = self.remembered.get(request_id)
        retention = settings.request_id_retention
        if known is not None and retention is not None and now - known.at >= retention:
            del self.remembered[request_id]
            return None
        return known
