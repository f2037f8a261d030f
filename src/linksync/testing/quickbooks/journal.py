"""What was asked of the simulator: a log of requests and counts of them."""

from collections import Counter, deque
from collections.abc import Mapping, Sequence
from datetime import datetime

from attrs import field, frozen

from linksync.testing.quickbooks.values import Obj

LONGEST_LOG = 100_000


@frozen(kw_only=True)
class LoggedRequest:
    """One request.

    Attributes:
        at: When it came, on the simulator's clock (aware).
        kind: What it asked for: `create`, `query`, `batch`, `token` and so on.
        company: The company's id; empty for one that is not about a company.
        entity: The entity in its path; empty where there is none.
        method: The HTTP method.
        path: The path, without the query.
        request_id: Its requestid; empty where it had none.
        status: The HTTP status of the answer; 0 when the connection ended without one.
        code: The code of the fault; empty where there is none.
        intuit_tid: The name of the exchange.
        elapsed_ms: How long it took, in real milliseconds.
        is_replayed: Whether a remembered answer was given.
        limit: Which limit it broke, such as `CorePlus calls per month`, which no answer tells; empty for none.
        mishap: What was made to go wrong with it.
        items: For a batch, how many of each operation it carried.
    """

    at: datetime
    kind: str
    company: str
    entity: str
    method: str
    path: str
    request_id: str
    status: int
    code: str
    intuit_tid: str
    elapsed_ms: float
    is_replayed: bool = False
    limit: str = ""
    mishap: str = ""
    items: Mapping[str, int] = field(factory=dict[str, int])

    def as_json(self) -> Obj:
        """Return it as JSON."""
        return {
            "at": self.at.isoformat(),
            "kind": self.kind,
            "company": self.company,
            "entity": self.entity,
            "method": self.method,
            "path": self.path,
            "requestid": self.request_id,
            "status": self.status,
            "code": self.code,
            "intuit_tid": self.intuit_tid,
            "elapsed_ms": round(self.elapsed_ms),
            "replayed": self.is_replayed,
            "limit": self.limit,
            "mishap": self.mishap,
            "items": dict(self.items),
        }


@frozen(kw_only=True)
class Counts:
    """How often something was asked.

    Attributes:
        calls: Requests by kind.
        items: Items of batches by operation.
        statuses: Requests by HTTP status; 0 when there was no answer.
        metered: Reads and queries (CorePlus calls) that were let in, those within batches included.
        replayed: Requests that got a remembered answer.
        throttled: Requests that were refused because there were too many.
    """

    calls: Mapping[str, int]
    items: Mapping[str, int]
    statuses: Mapping[int, int]
    metered: int
    replayed: int
    throttled: int

    @property
    def total(self) -> int:
        """How many requests there were."""
        return sum(self.calls.values())

    def as_json(self) -> Obj:
        """Return them as JSON."""
        return {
            "calls": dict(self.calls),
            "items": dict(self.items),
            "statuses": {str(status): count for status, count in self.statuses.items()},
            "metered": self.metered,
            "replayed": self.replayed,
            "throttled": self.throttled,
            "total": self.total,
        }


class Journal:
    """The newest requests, and counts of all."""

    def __init__(self) -> None:
        """Make an empty journal."""
        self._log = deque[LoggedRequest](maxlen=LONGEST_LOG)
        self._calls = Counter[tuple[str, str]]()
        self._items = Counter[tuple[str, str]]()
        self._statuses = Counter[tuple[str, int]]()
        self._metered = Counter[str]()
        self._replayed = Counter[str]()

    def note(self, request: LoggedRequest, *, metered: int) -> None:
        """Write a request down that made so many metered reads."""
        company = request.company
        self._log.append(request)
        self._calls[company, request.kind] += 1
        self._statuses[company, request.status] += 1
        self._metered[company] += metered
        self._replayed[company] += request.is_replayed
        for operation, count in request.items.items():
            self._items[company, operation] += count

    def requests(self, company: str | None = None) -> Sequence[LoggedRequest]:
        """Return the newest requests in order; of *company* only where given."""
        return [entry for entry in list(self._log) if company is None or entry.company == company]

    def counts(self, company: str | None = None) -> Counts:
        """Return how often what was asked; of *company* only where given."""
        calls, items = Counter[str](), Counter[str]()
        statuses = Counter[int]()
        for (owner, kind), count in list(self._calls.items()):
            calls[kind] += count if company in {None, owner} else 0
        for (owner, operation), count in list(self._items.items()):
            items[operation] += count if company in {None, owner} else 0
        for (owner, status), count in list(self._statuses.items()):
            statuses[status] += count if company in {None, owner} else 0
        return Counts(
            calls=+calls,
            items=+items,
            statuses=+statuses,
            metered=_sum(self._metered, company),
            replayed=_sum(self._replayed, company),
            throttled=statuses[429],
        )


def _sum(counter: Counter[str], company: str | None) -> int:
    return sum(count for owner, count in list(counter.items()) if company in {None, owner})
