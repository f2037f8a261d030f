"""MariaDB and MySQL, by PyMySQL."""

import math
from collections.abc import Mapping
from typing import Any, Protocol, cast

import pymysql  # type: ignore[import-untyped]  # its types come in a package of their own
from pymysql.constants import SERVER_STATUS  # type: ignore[import-untyped]
from pymysql.cursors import Cursor  # type: ignore[import-untyped]

from linksync.errors import (
    ConfigurationError,
    ConnectionLostError,
    GivenUpError,
    LinksyncError,
    LockedOutError,
    SchemaError,
    StorageError,
)
from linksync.storage.sql.borrowed import find_driver, name_of
from linksync.storage.sql.dialect import Connection, ConstraintError
from linksync.storage.sql.mysql.address import Address, address_of
from linksync.storage.sql.mysql.lengths import LONGEST, find_too_long
from linksync.storage.sql.opening import Opening
from linksync.storage.sql.texts import Texts

_OLDEST_MARIADB = (10, 6)
_OLDEST_MYSQL = (8, 0, 17)
"""The first with `SKIP LOCKED` and `JSON_TABLE`; of MySQL, also with a collation that tells trailing spaces apart."""

_LOST = frozenset({0, 1053, 1152, 1158, 1159, 1160, 1161, 1927, 2006, 2013, 2014, 2055})
"""The codes of errors that come with the end of the connection: the driver's (0 on a closed one, and from 2000), and those of
a server that shuts down or cannot be reached (pages "Server Error Message Reference" and "Client Error ...")."""
_CANNOT_CONNECT = frozenset({2002, 2003})
_CONSTRAINTS = frozenset({1062, 1452, 3819, 4025})
"""A unique index, a foreign key, a check of MySQL's, one of MariaDB's."""
_DEADLOCK = 1213
_LOCK_WAIT_TIMEOUT = 1205
_GIVEN_UP = frozenset({_DEADLOCK, 1206, 1020})
"""Also for want of memory for locks; and, by MariaDB's snapshot isolation, for a row that changed meanwhile."""
_MISSING_TABLE = 1146
_TOO_LONG = 1406
_REMEDIES = {
    1021: "the server's disk is full; make room",
    1044: "grant the user the right to use that database",
    1045: "mend the user or the password",
    1046: "name the database in the URL, in connect, or as schema=",
    1049: "make that database, or name another",
    1114: "the server's disk, or the space that it may use, is full; make room",
    1142: "grant the user the right to use linksync's tables",
    1143: "grant the user the right to use linksync's tables",
    1040: "the server has no connection left; raise max_connections or run fewer workers",
    1153: "raise the server's max_allowed_packet",
    1203: "the user has no connection left; raise max_user_connections or run fewer workers",
    1290: "the database takes no writes now; connect to the primary server",
    1665: "set the server's binlog_format to MIXED or ROW",
    1792: "the database takes no writes now; connect to the primary server",
    1836: "the database takes no writes now; connect to the primary server",
}
_HOST_DRIVERS = ("pymysql", "MySQLdb", "mysql")


def make(opening: Opening) -> "MysqlDialect":
    """Return the dialect."""
    return MysqlDialect(opening)


class MysqlDialect:
    """MariaDB 10.6 and newer, MySQL 8.0.17 and newer.

    Whoever writes to a company holds its gate, so several workers and producers write at the same time, each for another
    company (READ COMMITTED). Changes of tables are kept at once.
    """

    has_own_clock = True
    counts_ended = False
    can_undo_ddl = False
    can_run_alone = True
    begin_write = ("START TRANSACTION",)
    begin_claim = begin_write
    after_claim = ()
    begin_read = ("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", "START TRANSACTION READ ONLY")
    error: type[Exception] = pymysql.Error
    longest = LONGEST

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self._address = None if opening.place is None else address_of(opening.place)
        self.texts = Texts(
            package="linksync.storage.sql.mysql",
            prefix=opening.prefix,
            schema=opening.schema,
            paramstyle="pyformat",
        )
        self.place = "the MySQL database" if self._address is None else self._address.place

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
        """Whether the connection has a transaction open, or is broken."""
        theirs = cast("_Driven", connection)
        return not theirs.open or _says_in_transaction(theirs)

    def can_commit(self, connection: Connection) -> bool:
        """Whether the connection has a transaction open that can still be kept."""
        theirs = cast("_Driven", connection)
        return theirs.open and _says_in_transaction(theirs)

    def translate(self, error: Exception, parameters: Mapping[str, object] | None = None) -> Exception:
        """Return the error of linksync that an error of the driver stands for."""
        code, told = _code_of(error), _text_of(error)
        if code in _CONSTRAINTS:
            return ConstraintError(told)
        if code in _GIVEN_UP:
            return GivenUpError(f"{self.place} gave the transaction up ({told}); nothing of it was kept")
        if code == _LOCK_WAIT_TIMEOUT:
            return LockedOutError(
                f"{self.place} kept a row locked for longer than {self._patience_seconds} s, nothing was done; end "
                "the transaction that is open, or, if it is your own, hand its connection in as connection="
            )
        if code in _LOST:
            return ConnectionLostError(f"the connection to {self.place} broke: {told}")
        if code in _CANNOT_CONNECT:
            return ConnectionLostError(f"{self.place} does not answer: {told}")
        if code == _MISSING_TABLE:
            return SchemaError(
                f"{self.place} lacks linksync's tables ({told}); call migrate() of the storage"
            )
        if code == _TOO_LONG:
            return StorageError(f"{self.place} refused a statement: {find_too_long(told, parameters or {})}")
        return self._refused(code, told)

    def check_borrowed(self, connection: object) -> None:
        """Make sure that *connection*, a DB-API connection of the host's, is one to this kind of database."""
        if find_driver(connection) not in _HOST_DRIVERS:
            raise ConfigurationError(
                f"connection is a {name_of(connection)}; hand in a connection of PyMySQL, mysqlclient or MySQL "
                f"Connector/Python to {self.place}"
            )

    def can_migrate_beside(self, connection: object) -> bool:  # noqa: ARG002 - as every database does
        """Whether the tables can be made, on another connection, while the host has *connection* in use."""
        return True

    def place_of(self, connection: object) -> str:
        """Return what the database of *connection*, one of the host's, is called in messages."""
        theirs = cast("Any", connection)
        match find_driver(connection):
            case "MySQLdb":
                return f"a MySQL database ({theirs.get_host_info()})"
            case "mysql":
                name, host, port = theirs.database, theirs.server_host, theirs.server_port
            case _:
                name, host, port = theirs.db, theirs.host, theirs.port
        name = name.decode() if isinstance(name, bytes) else name
        return f"the MySQL database {name or ''} on {host}:{port}"

    @property
    def _patience_seconds(self) -> int:
        """How long to wait for a lock: whole seconds, and one at least."""
        return max(1, math.ceil(self._opening.busy_timeout.total_seconds()))

    def _refused(self, code: int | None, told: str) -> LinksyncError:
        if code is None:
            return StorageError(f"{self.place} refused a statement: {told}; nothing was done")
        remedy = _REMEDIES.get(code, "nothing was done")
        return StorageError(f"{self.place} refused a statement: {told} ({code}); {remedy}")

    def _open(self) -> "_Driven":
        if self._opening.connect is not None:
            return cast("_Driven", self._opening.connect())
        return cast("_Driven", pymysql.connect(**cast("Address", self._address).arguments))

    def _prepare(self, connection: "_Driven") -> None:
        self._check_version(connection.get_server_info())
        connection.set_character_set("utf8mb4")  # whatever the host's way with text is
        connection.cursorclass = Cursor
        connection.autocommit(True)
        seconds = self._patience_seconds
        # Nothing is cut off; nobody waits for ever; MariaDB ends JSON_ARRAYAGG at that length; no gap between rows is locked.
        cursor = connection.cursor()
        cursor.execute(
            "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', "
            f"SESSION innodb_lock_wait_timeout = {seconds}, SESSION lock_wait_timeout = {seconds}, "
            "SESSION group_concat_max_len = 1000000000"
        )
        cursor.execute("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED")

    def _check_version(self, told: str) -> None:
        # A MariaDB that says it is 5.5.5 first does so for the sake of old replicas.
        is_mariadb = "mariadb" in told.lower()
        numbers = told.removeprefix("5.5.5-").partition("-")[0].split(".")
        version = tuple(int(number) for number in numbers if number.isdecimal())
        if version < (_OLDEST_MARIADB if is_mariadb else _OLDEST_MYSQL):
            raise ConfigurationError(
                f"{self.place} is of version {told}; linksync needs MariaDB 10.6 or MySQL 8.0.17, or newer"
            )


class _Driven(Connection, Protocol):
    """What is used of PyMySQL's connection."""

    open: bool
    server_status: int
    cursorclass: object

    def get_server_info(self) -> str: ...
    def set_character_set(self, charset: str) -> None: ...
    def autocommit(self, value: bool) -> None: ...


def _says_in_transaction(connection: "_Driven") -> bool:
    return bool(connection.server_status & SERVER_STATUS.SERVER_STATUS_IN_TRANS)


def _code_of(error: Exception) -> int | None:
    """Return the code of an error; None of one that the driver raises about itself, which says nothing of the connection."""
    code = error.args[0] if error.args else None
    return code if isinstance(code, int) else None


def _text_of(error: Exception) -> str:
    told = str(error.args[1]) if len(error.args) > 1 else str(error)
    return told or ("the connection was closed" if error.args else type(error).__name__)
