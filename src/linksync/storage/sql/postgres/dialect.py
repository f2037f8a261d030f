"""PostgreSQL, by psycopg 3."""

from collections.abc import Mapping, Sequence
from typing import cast

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import TransactionStatus
from psycopg.rows import tuple_row

from linksync.errors import (
    ConfigurationError,
    ConnectionLostError,
    GivenUpError,
    LinksyncError,
    SchemaError,
    StorageError,
)
from linksync.storage.sql.borrowed import find_driver, name_of
from linksync.storage.sql.dialect import Connection, ConstraintError
from linksync.storage.sql.opening import Opening
from linksync.storage.sql.texts import Texts

_OLDEST = 130000
_SETTINGS: Mapping[str, str | int | None] = {
    "application_name": "linksync",
    "connect_timeout": 10,
    "tcp_user_timeout": 60_000,  # else a statement waits a quarter of an hour for a server that has vanished
}
"""How linksync connects, where the URL says nothing else; seconds, and milliseconds."""
_PLANNING = {"enable_seqscan": "off", "jit": "off", "plan_cache_mode": "force_generic_plan"}
"""Every statement is meant to use an index, and is short: the planner need not guess better on fresh tables, and one plan
does for all parameters; to plan anew takes longer than to run."""
_LOST = ("08", "57P", "25P03", "25P04")
"""How the codes begin of errors that come with the end of the connection (PostgreSQL's page "Error Codes")."""
_GIVEN_UP = ("40001", "40P01")
_REMEDIES = {
    "25006": "the database takes no writes now; connect to the primary server",
    "42501": "grant the user the right to use linksync's tables and sequences",
    "53100": "the server's disk is full; make room",
    "53300": "the server has no connection left; raise max_connections or run fewer workers",
}
_UNDEFINED_TABLE = "42P01"
_LOCK_NOT_AVAILABLE = "55P03"
_HOST_DRIVERS = ("psycopg", "psycopg2")
_LONGEST: Mapping[str, int] = {"company": 100, "entity": 100, "record_id": 450}
"""An entry of an index has 2704 bytes at most, and a character four (PostgreSQL's page "B-Tree Indexes")."""


def make(opening: Opening) -> "PostgresDialect":
    """Return the dialect."""
    return PostgresDialect(opening)


class PostgresDialect:
    """PostgreSQL 13 and newer.

    Rows are locked one by one, so several workers and producers write at the same time (READ COMMITTED).
    """

    has_own_clock = True
    counts_ended = True
    can_undo_ddl = True
    after_claim = ()
    longest = _LONGEST
    error: type[Exception] = psycopg.Error

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self.texts = Texts(
            package="linksync.storage.sql.postgres",
            prefix=opening.prefix,
            schema=opening.schema,
            paramstyle="pyformat",
        )
        self.place = "PostgreSQL" if opening.place is None else _place_of(opening.place)
        milliseconds = int(opening.busy_timeout.total_seconds() * 1000)
        self._settings = {"lock_timeout": str(milliseconds), **_PLANNING}
        self._local = ""

    @property
    def can_run_alone(self) -> bool:
        """Whether a statement outside of a transaction runs under the same settings as one within."""
        return not self._local

    @property
    def begin_write(self) -> Sequence[str]:
        """The statement that begins a transaction that writes."""
        return (f"BEGIN ISOLATION LEVEL READ COMMITTED{self._local}",)

    @property
    def begin_claim(self) -> Sequence[str]:
        """The same, all in one round trip, of one that need not outlive a crash of the server."""
        return (f"{self.begin_write[0]}; SET LOCAL synchronous_commit = off",)

    @property
    def begin_read(self) -> Sequence[str]:
        """The statement that begins a transaction that reads one state."""
        return (f"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY{self._local}",)

    def connect(self) -> Connection:
        """Return a new connection, ready for use."""
        connection = self._open()
        try:
            self._prepare(connection)
        except BaseException:
            connection.close()
            raise
        return cast("Connection", connection)

    def is_in_transaction(self, connection: Connection) -> bool:
        """Whether the connection has a transaction open, be it one that can only be undone, or is broken."""
        theirs = cast("psycopg.Connection", connection)
        return theirs.closed or theirs.info.transaction_status is not TransactionStatus.IDLE

    def can_commit(self, connection: Connection) -> bool:
        """Whether the connection has a transaction open that can still be kept."""
        # PostgreSQL would answer the commit of a failed transaction by undoing it, without an error.
        return cast("psycopg.Connection", connection).info.transaction_status is TransactionStatus.INTRANS

    def translate(
        self,
        error: Exception,
        parameters: Mapping[str, object] | None = None,  # noqa: ARG002 - as every database does
    ) -> Exception:
        """Return the error of linksync that an error of the driver stands for."""
        code = getattr(error, "sqlstate", None) or ""
        told = str(error).partition("\n")[0]
        if isinstance(error, psycopg.IntegrityError):
            return ConstraintError(told)
        if code in _GIVEN_UP:
            return GivenUpError(f"{self.place} gave the transaction up ({told}); nothing of it was kept")
        if code.startswith(_LOST) or (isinstance(error, psycopg.OperationalError) and not code):
            return ConnectionLostError(f"the connection to {self.place} broke: {told}")
        if code == _UNDEFINED_TABLE:
            return SchemaError(
                f"{self.place} lacks linksync's tables ({told}); call migrate() of the storage"
            )
        if code == _LOCK_NOT_AVAILABLE:
            seconds = self._opening.busy_timeout.total_seconds()
            return StorageError(
                f"{self.place} kept a row locked for longer than {seconds:g} s, nothing was done; end the "
                "transaction that is open, or, if it is your own, hand its connection in as connection="
            )
        return self._refused(code, told)

    def check_borrowed(self, connection: object) -> None:
        """Make sure that *connection*, a DB-API connection of the host's, is one to this kind of database."""
        if find_driver(connection) not in _HOST_DRIVERS or "Async" in name_of(connection):
            raise ConfigurationError(
                f"connection is a {name_of(connection)}; hand in a connection of psycopg or psycopg2 to "
                f"{self.place}"
            )

    def can_migrate_beside(self, connection: object) -> bool:  # noqa: ARG002 - as every database does
        """Whether the tables can be made, on another connection, while the host has *connection* in use."""
        return True

    def place_of(self, connection: object) -> str:
        """Return what the database of *connection*, one of the host's, is called in messages."""
        info = cast("psycopg.Connection", connection).info  # psycopg2 has the same
        return f"the PostgreSQL database {info.dbname} on {info.host}:{info.port}"

    def _refused(self, code: str, told: str) -> LinksyncError:
        remedy = _REMEDIES.get(code, "nothing was done")
        return StorageError(f"{self.place} refused a statement: {told} ({code}); {remedy}")

    def _open(self) -> "psycopg.Connection":
        if self._opening.connect is not None:
            return cast("psycopg.Connection", self._opening.connect())
        scheme, _, rest = cast("str", self._opening.place).partition("://")
        settings = {**_SETTINGS, **conninfo_to_dict(f"{scheme.partition('+')[0]}://{rest}")}
        return psycopg.connect(make_conninfo("", **settings))

    def _prepare(self, connection: "psycopg.Connection") -> None:
        if connection.info.server_version < _OLDEST:
            raise ConfigurationError(
                f"{self.place} is of version {connection.info.server_version // 10000}; linksync needs 13 or newer"
            )
        connection.autocommit = True
        connection.row_factory = tuple_row
        if _is_pooled(connection):
            # The next transaction may be on another connection of the pooler's, and somebody else's on this one.
            connection.prepare_threshold = None
            self._local = "".join(f"; SET LOCAL {name} = {value}" for name, value in self._settings.items())
            return
        setting = sql.SQL("set_config({}, {}, false)")
        calls = [setting.format(name, value) for name, value in self._settings.items()]
        connection.execute(sql.SQL("SELECT ") + sql.SQL(", ").join(calls))


def _is_pooled(connection: "psycopg.Connection") -> bool:
    """Whether a pooler is in between, which tells a process of its own making instead of the server's.

    PgBouncer does, in each of its modes (its issue 1296). They cannot be told apart from here.
    """
    row = connection.execute("SELECT pg_backend_pid()").fetchone()
    return row is None or row[0] != connection.info.backend_pid


def _place_of(url: str) -> str:
    """Return what the database of *url* is called, without the password."""
    try:
        scheme, _, rest = url.partition("://")
        settings = conninfo_to_dict(f"{scheme.partition('+')[0]}://{rest}")
    except psycopg.Error:
        raise ConfigurationError(
            "url names no PostgreSQL database; write postgresql://user:password@host:port/database"
        ) from None  # whose text may hold the password
    where = f"{settings.get('host', 'this machine')}:{settings.get('port', 5432)}"
    return f"the PostgreSQL database {settings.get('dbname', settings.get('user', ''))} on {where}"
