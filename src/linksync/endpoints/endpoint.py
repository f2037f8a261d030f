"""The interface of a side."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from attrs import frozen

from linksync.records import Action, Gone, Record, Request, Write, WriteOutcome


@frozen(kw_only=True)
class Capabilities:
    """What an endpoint can do, so that the engine asks for no more.

    Attributes:
        actions: The writes it accepts.
        batch_size: How many writes one request carries at most.
        request_timeout: The longest that `send` may take before it gives up.
        settle_time: How long after a request left the other end may still be working on it. Only then does
            an absent record prove that nothing was created. QuickBooks cuts a request off after 120 s.
        has_versions: Whether its records bear versions that a stale write is refused by.
    """

    actions: frozenset[Action]
    batch_size: int
    request_timeout: timedelta
    settle_time: timedelta
    has_versions: bool


class Endpoint(Protocol):
    """One side: read it, and write it in two moves.

    Between the moves the request can be stored: `prepare` decides the bytes, `send` sends just those.
    Searching for matches and following changes are protocols of their own.

    Reading raises the branches of `LinksyncError`: `ThrottledError`, `TransientError`, `AuthorizationError`,
    `UncertainError` and `ConfigurationError`. Sending raises none of them: what happened to each write is a
    value, and stays one when it is stored.
    """

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""
        ...

    def read(self, record_type: str, ids: Collection[str]) -> Mapping[str, Record | Gone]:
        """Return the records of *ids*, keyed by id.

        As few requests as the side allows. A record that is certainly gone is a `Gone`; an id that was
        merely not found is left out, which proves nothing.
        """
        ...

    def created_since(self, record_type: str, since: datetime) -> Iterable[Record]:
        """Yield every record of that type created at or after *since*, dead or alive.

        Complete, or it raises: recovery concludes from an absence.
        """
        ...

    def prepare(self, writes: Sequence[Write]) -> Sequence[Request]:
        """Return the requests that carry *writes*, in order, each write in exactly one of them.

        Nothing is sent. Each request has a new key, at most `batch_size` writes, and all that is needed to send it
        at another time from another process, except the credentials.

        Raises:
            ConfigurationError: A write that this endpoint can never do.
        """
        ...

    def send(self, request: Request) -> Sequence[WriteOutcome]:
        """Send *request* and return one outcome per write, in the order of `request.refs`.

        `Refused` only when the write was certainly not done; whenever in doubt `Unknown`. The same request may
        be sent again later: with the same key and bytes it is done once, as far as the other end remembers keys.
        """
        ...
