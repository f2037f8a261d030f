"""What can be made to go wrong: scripted faults, named after what they do."""

from collections.abc import Callable, Mapping
from enum import Enum
from fnmatch import fnmatchcase
from random import Random

from attrs import define, field, frozen

from linksync.exactjson import Json
from linksync.testing.quickbooks.exchange import Call, Route


class Mishap(Enum):
    """What happens to a request."""

    LOSE_ANSWER = "lose_answer"
    """It is done, and the connection ends before the answer."""
    LOSE_REQUEST = "lose_request"
    """The connection ends before anything is done."""
    REFUSE_CONNECTION = "refuse_connection"
    """No connection is made, so the client knows that nothing was sent. Served over HTTP it is as `LOSE_REQUEST`."""
    DIE_IN_BATCH = "die_in_batch"
    """The first `after_items` items of the batch are done, then the connection ends; nothing remembers the whole.
    With a request that is no batch it is as `LOSE_ANSWER`."""
    ANSWER_LATE = "answer_late"
    """The connection ends at once, and the request is done `seconds` later on the simulator's clock: when the client
    has long given up. It is done before whatever comes next after that instant."""
    DAWDLE = "dawdle"
    """It is done and answered after `seconds` of real time."""
    THROTTLE = "throttle"
    """429 with 3001 by the gateway; with `shape` `service` in the service's shape."""
    THROTTLE_IN_BATCH = "throttle_in_batch"
    """The items after the first `after_items` are refused one by one with 3001."""
    FAIL_WITH_HTML = "fail_with_html"
    """The edge answers `status` (503) with an HTML page; nothing is done unless `after_commit`."""
    FAIL_WITH_XML = "fail_with_xml"
    """A system fault (`status` 500, code 10000) in XML; nothing is done unless `after_commit`."""
    FAULT_UNDER_200 = "fault_under_200"
    """HTTP 200 with a Fault (code 10000); nothing is done."""
    REFUSE = "refuse"
    """Refused with the fault that `code`, `message`, `detail`, `element` and `fault_type` say; nothing is done. The
    gateway's codes (3001, 3100, 3200) come in its shape and under its status, others under `status` (400)."""
    EXPIRE_TOKEN = "expire_token"  # noqa: S105 - the name of a mishap
    """The access token is dead from now on: 401 with 3200."""
    CHANGE_RECORD = "change_record"
    """Somebody else changes a record just before the request is done: `entity`, `object_id`, `values`."""


@frozen(kw_only=True)
class Script:
    """One mishap and the requests that it befalls.

    Attributes:
        mishap: What happens.
        times: To how many matching requests.
        skip: How many matching requests pass before.
        company: The company's id; any where empty.
        kind: What is asked for, such as `batch` or `create`; anything where empty.
        entity: The entity in the path; any where empty.
        method: The HTTP method; any where empty.
        path: A pattern for the path, such as `*/batch`; any where empty.
        when: A further condition, from Python only.
        after_items: For `DIE_IN_BATCH` and `THROTTLE_IN_BATCH`.
        seconds: For `ANSWER_LATE` and `DAWDLE`.
        status: For `FAIL_WITH_HTML`, `FAIL_WITH_XML` and `REFUSE`; the usual one where 0.
        after_commit: For `FAIL_WITH_HTML` and `FAIL_WITH_XML`: whether the request is done first.
        shape: For `THROTTLE`: `gateway` or `service`.
        retry_after_seconds: For `THROTTLE`: what a `Retry-After` header says; there is none where 0.
        code: For `REFUSE`: QuickBooks' number of what is wrong.
        message: For `REFUSE`: the short text.
        detail: For `REFUSE`: the long text.
        element: For `REFUSE`: the property at fault.
        fault_type: For `REFUSE`: the type of the fault.
        record: For `CHANGE_RECORD`: the entity.
        object_id: For `CHANGE_RECORD`: the id.
        values: For `CHANGE_RECORD`: the properties that change.
    """

    mishap: Mishap
    times: int = 1
    skip: int = 0
    company: str = ""
    kind: str = ""
    entity: str = ""
    method: str = ""
    path: str = ""
    when: Callable[[Call], bool] | None = None
    after_items: int = 0
    seconds: float = 0.0
    status: int = 0
    after_commit: bool = False
    shape: str = "gateway"
    retry_after_seconds: int = 0
    code: str = "6000"
    message: str = "A business validation error has occurred while processing your request"
    detail: str = "Business Validation Error"
    element: str = ""
    fault_type: str = "ValidationFault"
    record: str = ""
    object_id: str = ""
    values: Mapping[str, Json] = field(factory=dict[str, Json])

    def befalls(self, call: Call, asked: Route | None) -> bool:
        """Return whether *call* is one of those that it befalls."""
        if asked is None and self.kind != "token":
            return False
        entity = asked.entity.name if asked is not None and asked.entity is not None else ""
        return (
            self.company in {"", asked.company if asked is not None else ""}
            and self.kind in {"", asked.kind if asked is not None else "token"}
            and self.entity in {"", entity}
            and self.method in {"", call.method}
            and (not self.path or fnmatchcase(call.path, self.path))
            and (self.when is None or self.when(call))
        )


_AT_RANDOM = (
    Mishap.LOSE_ANSWER,
    Mishap.LOSE_REQUEST,
    Mishap.DIE_IN_BATCH,
    Mishap.THROTTLE,
    Mishap.THROTTLE_IN_BATCH,
    Mishap.FAIL_WITH_HTML,
    Mishap.FAIL_WITH_XML,
    Mishap.EXPIRE_TOKEN,
)


@define(eq=False)
class RandomMishaps:
    """Lets things go wrong at random, the same way for the same seed.

    Attributes:
        rate: The share of requests that something befalls, 0 to 1.
        seed: What chance begins with.
        mishaps: What may happen.
        kinds: What must be asked for, such as `batch`; anything where empty.
    """

    rate: float
    seed: int = 0
    mishaps: tuple[Mishap, ...] = _AT_RANDOM
    kinds: frozenset[str] = frozenset()
    _random: Random = field(init=False)

    def __attrs_post_init__(self) -> None:
        """Begin with the seed."""
        self._random = Random(self.seed)  # noqa: S311 - not for secrets

    def take(self, asked: Route | None) -> Script | None:
        """Return what befalls a request, or None; chance moves on with every request."""
        chance, mishap = self._random.random(), self._random.choice(self.mishaps)
        after_items = self._random.randrange(30)
        after_commit = self._random.random() < 0.5
        kind = asked.kind if asked is not None else "token"
        if chance >= self.rate or (self.kinds and kind not in self.kinds):
            return None
        return Script(mishap=mishap, after_items=after_items, after_commit=after_commit)


@define
class _Pending:
    script: Script
    skip: int
    left: int


class Scripts:
    """The mishaps that are still to come, in the order in which they were asked for.

    Attributes:
        random: What else goes wrong, at random; None for nothing.
    """

    def __init__(self) -> None:
        """Make an empty list."""
        self._pending = list[_Pending]()
        self.random: RandomMishaps | None = None

    def add(self, script: Script) -> None:
        """Let *script* happen to the next requests that match it."""
        self._pending.append(_Pending(script, script.skip, script.times))

    def clear(self) -> None:
        """Let nothing go wrong any more."""
        self._pending.clear()
        self.random = None

    def pending(self) -> list[tuple[Script, int]]:
        """Return what is still to come, each with how often."""
        return [(each.script, each.left) for each in self._pending]

    def take(self, call: Call, asked: Route | None) -> Script | None:
        """Return what befalls *call*, and count it as happened; None when nothing does.

        Of several that match only the first happens; only those before it in the list count the call as passed.
        """
        for each in self._pending:
            if not each.script.befalls(call, asked):
                continue
            if each.skip > 0:
                each.skip -= 1
                continue
            each.left -= 1
            if each.left <= 0:
                self._pending.remove(each)
            return each.script
        return None if self.random is None else self.random.take(asked)
