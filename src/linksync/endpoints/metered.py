"""Keeping a remote's limits over all workers of a company, though each lives in a process of its own."""

from typing import Protocol, runtime_checkable

from linksync.clock import Clock


class UsageLog(Protocol):
    """Where a worker leaves word, for the company's next one, of how much of the remote's limits is used.

    It belongs to one worker's hold on the company.
    """

    @property
    def clock(self) -> Clock:
        """The clock that all workers of the company share; their own may differ."""
        ...

    def note(self, usage: str) -> None:
        """Keep *usage* in place of what was noted before; it is durable when the call returns.

        Raises:
            LinksyncError: It is not kept, because the company was lost for instance.
        """
        ...


@runtime_checkable
class Metered(Protocol):
    """A side whose remote takes so many requests in a span of time, over all workers of a company together.

    A run takes over before it sends anything and hands over at its end. What an endpoint makes of a company's
    limits is shared by all endpoints of that company in the process.
    """

    def take_over(self, usage: str, log: UsageLog) -> None:
        """Count as used what the company's last worker noted, and note on *log* from now on.

        No request leaves before a text was noted that covers it, so that nothing is forgotten of a worker that dies.
        A text may cover many requests ahead; whoever takes over from a worker that died counts them all. A
        request that cannot be noted does not leave.

        Args:
            usage: What was noted last, by this worker or another; empty for nothing. What cannot be read counts for
                nothing.
            log: Where to note. It takes the place of the former one.
        """
        ...

    def hand_over(self, log: UsageLog) -> str:
        """Return what is used by now, for the next worker; nothing more is noted on *log*.

        If another log has taken its place meanwhile, that one stays in use.
        """
        ...
