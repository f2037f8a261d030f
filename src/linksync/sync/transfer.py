"""Writing: the intent is stored, the request leaves, the answer is stored.

No transaction is open while the request is under way, and nothing leaves with less lease left than it may take.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from attrs import define, field

from linksync.errors import ConnectionLostError, Fault, FaultKind
from linksync.jobs import Intent
from linksync.records import Action, Refused, Side, WriteOutcome, Written
from linksync.sync.again import made_again
from linksync.sync.answers import keep_answer
from linksync.sync.company import Company
from linksync.sync.drafts import Sendable
from linksync.sync.lease import Lease

_MOST = 300
"""How many answers are settled together: of more, one hardly costs less."""

_OFTEN = timedelta(seconds=1)
"""How often answers are settled at least. A remote that takes longer has each settled before the next request leaves."""


def transfer(
    company: Company, lease: Lease, requests: Iterable[Sendable], must_stop: Callable[[], bool]
) -> Iterator[tuple[Intent, bool]]:
    """Send *requests* one after another; yield each intent with the answer stored on it, and whether it is to be settled now.

    The caller settles all that it has when it is told to, and before it asks for more. While answers come fast and all
    is well, an answer is stored by the transaction that opens the next intent, so that a request takes one transaction
    and not two. Items without an outcome stay open: recovery finds out.

    Args:
        company: The company.
        lease: The run's hold on it.
        requests: What to send.
        must_stop: Whether nothing more may be begun.

    Raises:
        LeaseLostError: The company was lost; what was sent before is stored.
    """
    pace = _Pace(company, lease, must_stop)
    left = iter(requests)
    following = next(left, None)
    opened: Intent | None = None
    while following is not None:
        if opened is None:
            pace.begin()
            opened = _open(company, lease, following)
        following = next(left, None)
        intent, outcomes = opened, _send(company, lease, opened)
        if following is not None and pace.goes_on(outcomes):
            intent, opened = _answer_and_open(company, lease, intent, outcomes, following)
        else:
            intent, opened = keep_answer(company, lease, intent, outcomes), None
        yield intent, opened is None


@define(eq=False)
class _Pace:
    """How long answers are gathered before they are settled."""

    company: Company
    lease: Lease
    must_stop: Callable[[], bool]
    began_at: datetime = field(init=False)
    count: int = field(init=False)

    def begin(self) -> None:
        """Begin to gather."""
        self.began_at = self.company.now()
        self.count = 0

    def goes_on(self, outcomes: Sequence[WriteOutcome]) -> bool:
        """Whether the next request may leave before *outcomes* are settled: all was done, and it is early yet."""
        self.count += len(outcomes)
        try:
            return (
                self.count < _MOST
                and self.company.now() - self.began_at < _OFTEN
                and all(isinstance(outcome, Written) for outcome in outcomes)
                and self.lease.lasts(self.company.remote.capabilities.request_timeout)
                and not self.must_stop()
            )
        except Exception:  # noqa: BLE001 - the answer comes first; what is the matter shows again at the next step
            return False


def deliver(company: Company, lease: Lease, intent: Intent) -> Intent:
    """Send the request of a stored intent, byte for byte, store what came of it and return the intent.

    Raises:
        LeaseLostError: The company was lost; nothing was sent.
    """
    return keep_answer(company, lease, intent, _send(company, lease, intent))


def _send(company: Company, lease: Lease, intent: Intent) -> Sequence[WriteOutcome]:
    # Once more after the intent was stored: whoever waits for a busy database loses time.
    lease.ensure(company.remote.capabilities.request_timeout)
    company.check_no_transaction()
    return company.remote.send(intent.request)


def _answer_and_open(
    company: Company, lease: Lease, intent: Intent, outcomes: Sequence[WriteOutcome], following: Sendable
) -> tuple[Intent, Intent | None]:
    """Store what came of *intent* and open the next one, or, when that cannot be done, store what came of it."""
    try:
        with company.storage.transaction():
            company.storage.jobs.verify(
                lease.claim
            )  # first, as everywhere: so none wait for each other in a circle
            return company.storage.intents.answer(intent, outcomes), _store(company, lease, following)
    except Exception as error:  # noqa: BLE001 - the answer is kept whatever is the matter; the next one's opening tells it
        kept = keep_answer(company, lease, intent, outcomes)
        is_in_doubt = isinstance(error, ConnectionLostError) and error.may_be_kept
        return kept, _take_up(company, lease, following) if is_in_doubt else None


def _open(company: Company, lease: Lease, sendable: Sendable) -> Intent:
    lease.ensure(company.remote.capabilities.request_timeout)
    try:
        return _store_alone(company, lease, sendable)
    except ConnectionLostError as error:
        if not error.may_be_kept:
            raise
        return _take_up(company, lease, sendable) or _store_alone(company, lease, sendable)


@made_again
def _take_up(company: Company, lease: Lease, sendable: Sendable) -> Intent | None:
    """Return the intent of *sendable*, to be sent from now on, if the database kept it when the connection broke."""
    storage = company.storage
    with storage.transaction():
        storage.jobs.verify(lease.claim)
        held = storage.intents.find_open(company.id, [draft.item.record for draft in sendable.drafts])
        if all(intent.id != sendable.request.key for intent in held.values()):
            return None
        return storage.intents.resend(lease.claim, sendable.request.key)


@made_again
def _store_alone(company: Company, lease: Lease, sendable: Sendable) -> Intent:
    with company.storage.transaction():
        return _store(company, lease, sendable)


def _store(company: Company, lease: Lease, sendable: Sendable) -> Intent:
    """Reserve the links of creates and store the intent; the caller holds a transaction."""
    drafts, storage = sendable.drafts, company.storage
    storage.links.save(draft.planned.decision.link for draft in drafts if draft.write.action is Action.CREATE)
    return storage.intents.open(
        lease.claim,
        Intent(
            id=sendable.request.key,
            company=company.id,
            side=Side.REMOTE,
            request=sendable.request,
            items=tuple(draft.item for draft in drafts),
        ),
    )


def not_done(intent: Intent, reason: str) -> Sequence[Refused]:
    """Return, for every item of *intent* without an outcome, that it was certainly not done."""
    fault = Fault(kind=FaultKind.TRANSIENT, code="not_done", message=reason)
    return [Refused(ref=item.ref, fault=fault) for item in intent.unanswered]
