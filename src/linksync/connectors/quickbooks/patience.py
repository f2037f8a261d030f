"""How long a company that refuses requests for their number is left alone: longer each time that it goes on refusing."""

import threading
from datetime import datetime, timedelta

from attrs import define

LONGEST_PAUSE = timedelta(hours=1)
"""Then one request an hour finds out whether it is over."""


class Patience:
    """Lengthens the pauses of one company, reads and writes apart.

    Too many requests in a minute are forgiven in a minute. But an app without a paid plan whose metered reads are used up is
    refused until the month ends, by an answer that nothing documented tells from the other (announcement of 8 January 2026;
    writes stay free). So a refusal that comes right after the pause that was asked for doubles it, up to an hour, until
    something of its kind is answered. It may be shared by threads.
    """

    def __init__(self) -> None:
        """Make it for a company that has refused nothing yet."""
        self._pauses = {True: _Pause(), False: _Pause()}
        self._lock = threading.Lock()

    def refused(self, asked: timedelta, now: datetime, *, is_write: bool) -> timedelta:
        """Return how long to send nothing after a refusal at the instant *now*: *asked* or longer."""
        with self._lock:
            pause = self._pauses[is_write]
            if pause.until is not None and now < pause.until:
                # It left before the one that was refused first had come back.
                return max(asked, pause.until - now)
            pause.span = max(asked, min(pause.span * 2, LONGEST_PAUSE))
            pause.until = now + pause.span
            return pause.span

    def answered(self, *, is_write: bool) -> None:
        """Take note that a request was not refused for the number of requests."""
        with self._lock:
            self._pauses[is_write] = _Pause()


@define
class _Pause:
    span: timedelta = timedelta()
    until: datetime | None = None
