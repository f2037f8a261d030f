"""What hosts enqueue within their own transactions, until it is folded into the queue."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from linksync.jobs import JobRequest
from linksync.storage.instants import to_text
from linksync.storage.sql.connection import Session, Sessions
from linksync.storage.sql.dialect import Cursor, Dialect, Row


class Inbox:
    """Requests that were written on hosts' connections.

    A host that dawdles before its commit holds no lock on the queue's own rows, and what it commits last is what a
    later claim sees.

    Args:
        dialect: The database.
        sessions: linksync's own connections.
        is_ready: Says whether linksync's tables are up to date, as a cursor sees them.
    """

    def __init__(self, dialect: Dialect, sessions: Sessions, is_ready: Callable[[Cursor], bool]) -> None:
        self._dialect = dialect
        self._sessions = sessions
        self._is_ready = is_ready

    def put(self, connection: object, requests: Iterable[JobRequest], now: str) -> None:
        """Write *requests* on *connection*, a connection of the host's, within the host's transaction.

        Raises:
            ConfigurationError: It is no connection to this database.
        """
        rows = [request_row(request, now) for request in requests]
        try:
            cursor = self._dialect.borrow(connection, self._is_ready)
            if not self._is_ready(cursor):
                with self._sessions.use():
                    pass  # the first use brings the schema up to date
            cursor.executemany(self._dialect.statements["inbox.put"], rows)
        except self._dialect.error as error:
            raise self._dialect.translate(error) from error

    def is_empty(self, session: Session) -> bool:
        """Whether there is nothing to fold."""
        return not session.run("inbox.peek")[0][0]

    def fold(self, session: Session, enqueue: Callable[[Sequence[Mapping[str, object]]], None]) -> None:
        """Hand what hosts have committed to *enqueue*, in the order in which it was written, and take it out."""
        while rows := session.run("inbox.first"):
            enqueue([_folded_row(row) for row in rows])
            session.change("inbox.remove", id=rows[-1][0])


def request_row(request: JobRequest, now: str) -> dict[str, object]:
    """Return *request* as parameters of its statement; *now* is the instant of the call."""
    return {
        "company": request.company,
        "entity": request.record.entity,
        "side": request.record.side.value,
        "record_id": request.record.id,
        "reason": f"{request.reason.value},",
        "band": int(request.band),
        "due_at": to_text(request.due_at) or now,
        "only_if_known": int(request.only_if_known),
        "at": now,
    }


def _folded_row(row: Row) -> dict[str, object]:
    names = ("company", "entity", "side", "record_id", "reason", "band", "due_at", "only_if_known", "at")
    return dict(zip(names, row[1:], strict=True))
