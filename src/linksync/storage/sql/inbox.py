"""What hosts enqueue within their own transactions, until it is folded into the queue."""

import contextlib
import json
from collections.abc import Sequence
from weakref import WeakSet

from attrs import evolve, frozen

from linksync.errors import ConfigurationError
from linksync.records import CompanyId
from linksync.storage.sql.borrowed import HostConnection, borrowed, run_on
from linksync.storage.sql.connection import Session, Sessions
from linksync.storage.sql.dialect import Dialect
from linksync.storage.sql.migrations import Schema
from linksync.storage.sql.requests import Said, Wish, columns_of
from linksync.storage.sql.schema import find_state
from linksync.storage.sql.texts import Texts


class Inbox:
    """Requests that were written on hosts' connections.

    A host that dawdles before its commit holds no lock on the queue's own rows, and what it commits last is what a
    later claim sees.

    Args:
        dialect: The database.
        schema: linksync's tables in it.
        sessions: linksync's own connections.
    """

    def __init__(self, dialect: Dialect, schema: Schema, sessions: Sessions) -> None:
        self._dialect = dialect
        self._schema = schema
        self._sessions = sessions
        self._known = WeakSet[object]()
        self._found: _Home | None = None

    def put(self, connection: object, wishes: Sequence[Wish]) -> None:
        """Write *wishes* on *connection*, a connection of the host's, within the host's transaction.

        What the host's driver raises on it passes through as it is.

        Raises:
            ConfigurationError: It is no connection to this database.
            SchemaError: linksync's tables there are missing, older or newer.
        """
        theirs = borrowed(connection)
        self._check(theirs)
        if wishes:
            rows = json.dumps([columns_of(wish) for wish in wishes])
            run_on(theirs, self._home().texts, "inbox.put", rows=rows)

    def fold(self, session: Session, company: CompanyId | None = None) -> Sequence[Wish]:
        """Take some of what hosts have committed out, and return it in the order in which it was written.

        With *company*, only what concerns that one.
        """
        rows = (
            session.run("inbox.first") if company is None else session.run("inbox.first_of", company=company)
        )
        if rows:
            session.change("inbox.remove", ids=json.dumps([row[0] for row in rows]))
        return [(Said(*said), record_id) for _, record_id, *said in rows]

    def _check(self, theirs: HostConnection) -> None:
        """Make sure, once per connection, that what is written on it gets to linksync's tables."""
        connection = theirs.driver_connection
        if connection in self._known:
            return
        self._dialect.check_borrowed(connection)
        if not self._is_ready(theirs):
            if not self._dialect.can_migrate_beside(connection):
                raise ConfigurationError(
                    f"linksync's tables in {self._dialect.place} are not up to date and cannot be made while your "
                    "transaction is open; call migrate() of the storage when the program starts"
                )
            self._sessions.prepare()
        home = self._home()
        if not (
            _ask(theirs, home.texts, "exists")
            and _ask(theirs, home.texts, "is_called", identity=home.identity)
        ):
            raise ConfigurationError(
                f"connection is open on {self._dialect.place_of(connection)}, linksync's tables are in "
                f"{self._dialect.place}; hand in a connection to that database"
            )
        with contextlib.suppress(
            TypeError
        ):  # SQLite's cannot be remembered; with them the questions cost little
            self._known.add(connection)

    def _is_ready(self, theirs: HostConnection) -> bool:
        return self._schema.is_ready(find_state(lambda name: run_on(theirs, self._dialect.texts, name)))

    def _home(self) -> "_Home":
        if self._found is None:
            with self._sessions.use() as session:
                identity, schema = session.run("schema.identity")[0]
            self._found = _Home(identity=identity, texts=evolve(self._dialect.texts, schema=schema))
        return self._found


@frozen(kw_only=True)
class _Home:
    """Where linksync's own connections find its tables.

    Attributes:
        identity: The name of this set of tables.
        texts: The statements with the schema in the name of every table: the host's connection may look for tables
            elsewhere, now or after its next `SET search_path` or `USE`.
    """

    identity: str
    texts: Texts


def _ask(theirs: HostConnection, texts: Texts, name: str, **parameters: object) -> bool:
    """Return what the yes-or-no question *name* about the schema has for an answer."""
    return bool(run_on(theirs, texts, f"schema.{name}", **parameters)[0][0])
