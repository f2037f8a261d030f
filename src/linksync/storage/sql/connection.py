"""Connections, and transactions on them: one per thread at a time, never used by another process than opened it."""

import os
import random
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import wraps
from typing import Concatenate, ParamSpec, TypeAlias, TypeVar

from attrs import define, field

from linksync.errors import ConnectionLostError, GivenUpError, LockedOutError, StorageError
from linksync.storage.sql.dialect import Connection, Cursor, Dialect, Row

_T = TypeVar("_T")

_TRIES = 8
"""How often something is tried that the database gives up, or over which the connection breaks."""
_PAUSE_SECONDS = 0.02
"""The longest pause before the second try; doubled for each that follows."""

_inherited: list[Connection] = []
"""Connections that a fork carried into this process. Closing them here would harm the process that opened
them, and so would letting them be collected."""


@define(eq=False)
class Session:
    """A connection while one thread uses it.

    Attributes:
        process: The id of the process that opened the connection.
        depth: How many transactions are open on it, one within the other.
    """

    _connection: Connection
    _dialect: Dialect
    process: int = field(factory=os.getpid)
    depth: int = 0
    _is_given_up: bool = field(default=False, init=False)
    _left: Sequence[str] = field(default=(), init=False)

    def run(self, name: str, /, **parameters: object) -> list[Row]:
        """Run the statement called *name* and return its rows; of several statements, those of the last.

        Outside of a transaction it is repeated when the connection breaks, so it must be one that may run twice.
        """
        cursor = self._run(name, parameters)
        try:
            return list(cursor.fetchall())
        except self._dialect.error as error:
            raise self._failure(error, parameters) from error

    def change(self, name: str, /, **parameters: object) -> int:
        """Run the statement called *name* and return how many rows it wrote; of several, the last."""
        return self._run(name, parameters).rowcount

    @property
    def counts_ended(self) -> bool:
        """Whether the statement that ends jobs counts them, too."""
        return self._dialect.counts_ended

    def command(self, text: str) -> None:
        """Run *text*, a statement without parameters."""
        self._execute(text, None)

    def close(self) -> None:
        """Close the connection."""
        with suppress(self._dialect.error):  # of a broken one there is nothing left to close
            self._connection.close()

    @contextmanager
    def transaction(self, begin: Sequence[str], *, after: Sequence[str] = ()) -> Generator[None, None, None]:
        """Keep what is written within, or nothing when it is left by an exception; within another, a part of it.

        When the database gives it up, all that can be done is to leave it, up to the outermost.

        Args:
            begin: The statements that begin it.
            after: Those that undo what these set on the connection. They are run before anything else is, however it ended.
        """
        if self.depth == 0:
            self._begin(begin, after)
            keep, undo = "COMMIT", ["ROLLBACK"]
        else:
            name = f"part_{self.depth}"
            self.command(f"SAVEPOINT {name}")
            keep = f"RELEASE SAVEPOINT {name}"
            undo = [f"ROLLBACK TO SAVEPOINT {name}", keep]
        self.depth += 1
        try:
            yield
            self._check_process()
            self._check_open()
            self._keep(keep)
        except BaseException:
            self._undo(undo)
            raise
        finally:
            self.depth -= 1
            self._is_given_up = self._is_given_up and self.depth > 0

    def is_clean(self) -> bool:
        """Whether the connection can be used again: ours, whole, and without an open transaction."""
        return self.process == os.getpid() and not self._dialect.is_in_transaction(self._connection)

    def abandon(self) -> None:
        """Never touch the connection again, nor let it be closed."""
        _inherited.append(self._connection)

    def _run(self, name: str, parameters: dict[str, object]) -> Cursor:
        *first, last = self._dialect.texts.statements[name]
        for text in first:
            self._execute(text, parameters)
        return self._execute(last, parameters)

    def _begin(self, begin: Sequence[str], after: Sequence[str]) -> None:
        self._catch_up()
        self._left = after
        try:
            for text in begin:
                self._send(text, None)
        except ConnectionLostError:
            self._reconnect()
            for text in begin:
                self._send(text, None)

    def _execute(self, text: str, parameters: dict[str, object] | None) -> Cursor:
        if self._is_given_up:  # where the whole is undone already, each statement would be kept by itself
            raise GivenUpError(
                f"{self._dialect.place} gave the transaction up before; nothing of it was kept"
            )
        try:
            if self.depth == 0:
                self._catch_up()
            return self._send(text, parameters)
        except ConnectionLostError:
            if self.depth:
                raise
            self._reconnect()
            return self._send(text, parameters)

    def _catch_up(self) -> None:
        """Run what the last transaction has left to do, of which an exception that comes at any moment leaves out nothing."""
        for text in self._left:
            self._send(text, None)
        self._left = ()

    def _send(self, text: str, parameters: dict[str, object] | None) -> Cursor:
        try:
            cursor = self._connection.cursor()
            if parameters is None:
                cursor.execute(text)
            else:
                cursor.execute(text, parameters)
        except self._dialect.error as error:
            raise self._failure(error, parameters) from error
        return cursor

    def _failure(self, error: Exception, parameters: dict[str, object] | None) -> Exception:
        translated = self._dialect.translate(error, parameters)
        if self.depth and isinstance(translated, GivenUpError):
            self._is_given_up = True
        return translated

    def _keep(self, keep: str) -> None:
        try:
            self._send(keep, None)
        except ConnectionLostError as error:
            raise ConnectionLostError(error.message, may_be_kept=self.depth == 1) from error

    def _undo(self, undo: Sequence[str]) -> None:
        # A full disk ends the transaction by itself; and a child process must not touch its parent's.
        if self.process != os.getpid() or not self._dialect.is_in_transaction(self._connection):
            return
        if self._is_given_up and self.depth > 1:  # there is no part any more that could be undone by itself
            return
        try:
            for text in undo:
                self._send(text, None)
        except ConnectionLostError:
            pass  # which undoes it as well

    def _reconnect(self) -> None:
        self.close()
        try:
            self._connection = self._dialect.connect()
        except self._dialect.error as error:
            raise self._dialect.translate(error) from error

    def _check_process(self) -> None:
        if self.process != os.getpid():
            raise StorageError(
                f"process {os.getpid()} was forked within a transaction of process {self.process}, which alone "
                "can end it; fork outside of transactions"
            )

    def _check_open(self) -> None:
        if self._is_given_up or not self._dialect.can_commit(self._connection):
            raise StorageError(
                f"the database {self._dialect.place} has ended the transaction after an error within it; "
                "nothing of it was kept"
            )


class Sessions:
    """The connections of one storage in this process: opened when needed, kept for the next use.

    Args:
        dialect: The database.
        prepare: Makes the database ready, once, on the first connection.
    """

    def __init__(self, dialect: Dialect, prepare: Callable[[Session], None]) -> None:
        self._dialect = dialect
        self._prepare = prepare
        self._is_prepared = False
        self._idle: deque[Session] = deque()
        self._local = threading.local()

    @contextmanager
    def write(self) -> Generator[Session, None, None]:
        """Return a session in a transaction that writes; within another transaction it is a part of that."""
        with self.use() as session, session.transaction(self._dialect.begin_write):
            yield session

    @contextmanager
    def claim(self) -> Generator[Session, None, None]:
        """The same, of which nothing has to outlive a crash of the database's server."""
        begin, after = self._dialect.begin_claim, self._dialect.after_claim
        with self.use() as session, session.transaction(begin, after=after):
            yield session

    @contextmanager
    def read(self) -> Generator[Session, None, None]:
        """Return a session that sees one state of the database."""
        with self.use() as session:
            if session.depth:
                yield session
            else:
                with session.transaction(self._dialect.begin_read):
                    yield session

    def repeat(self, work: Callable[[], _T], *, may_run_twice: bool) -> _T:
        """Return what *work* returns, called again when the database gave it up or the connection broke.

        Within a transaction it is called once: what the database gave up is the whole of that.

        Args:
            work: Does it, in transactions of its own.
            may_run_twice: Whether to call it again even when the database may have kept what it did not confirm.
        """
        for attempt in range(1, _TRIES):
            try:
                return work()
            except GivenUpError as error:
                if self.is_in_transaction() or isinstance(error, LockedOutError):
                    raise
            except ConnectionLostError as error:
                if self.is_in_transaction() or (error.may_be_kept and not may_run_twice):
                    raise
            time.sleep(random.uniform(0, _PAUSE_SECONDS * 2**attempt))  # noqa: S311 - no secret
        return work()

    def is_whole(self, name: str) -> bool:
        """Whether there is a statement called *name* that needs no transaction to be done as a whole or not at all."""
        return self._dialect.can_run_alone and len(self._dialect.texts.statements.get(name, ())) == 1

    @property
    def place(self) -> str:
        """What the database is called in messages."""
        return self._dialect.place

    @property
    def longest(self) -> Mapping[str, int]:
        """How many characters a column may have, by its name; those that may have any number are left out."""
        return self._dialect.longest

    def is_in_transaction(self) -> bool:
        """Whether the calling thread has a transaction open."""
        session = self._current()
        return session is not None and session.depth > 0

    @contextmanager
    def use(self) -> Generator[Session, None, None]:
        """Return the session that the calling thread uses, or one that it uses until the end of this block."""
        current = self._current()
        if current is not None:
            yield current
            return
        former: Session | None = getattr(self._local, "session", None)
        session = self._local.session = self._take()
        try:
            yield session
        finally:
            self._local.session = former
            self._give_back(session)

    def prepare(self) -> None:
        """Make the database ready now; nothing happens when it is."""
        with self.use() as session:
            self._prepare(session)

    @contextmanager
    def unprepared(self) -> Generator[Session, None, None]:
        """Return a session of its own on a database that may not be ready yet, closed at the end of this block."""
        session = self._open()
        try:
            yield session
        finally:
            session.close()

    def close(self) -> None:
        """Close the connections that nobody uses."""
        while self._idle:
            session = self._idle.pop()
            if session.process == os.getpid():
                session.close()
            else:
                session.abandon()

    def _current(self) -> Session | None:
        session: Session | None = getattr(self._local, "session", None)
        return session if session is not None and session.process == os.getpid() else None

    def _take(self) -> Session:
        while self._idle:
            try:
                session = self._idle.pop()
            except IndexError:  # another thread was faster
                break
            if session.process == os.getpid():
                return session
            session.abandon()
        session = self._open()
        if not self._is_prepared:
            try:
                self._prepare(session)
            except BaseException:
                session.close()
                raise
            self._is_prepared = True
        return session

    def _open(self) -> Session:
        try:
            return Session(self._dialect.connect(), self._dialect)
        except self._dialect.error as error:
            raise self._dialect.translate(error) from error

    def _give_back(self, session: Session) -> None:
        if session.is_clean():
            self._idle.append(session)
        elif session.process == os.getpid():
            session.close()
        else:
            session.abandon()


class Part:
    """A part of a storage.

    Args:
        sessions: The connections of the storage.
    """

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions


_Part = TypeVar("_Part", bound=Part)
_P = ParamSpec("_P")
_Method: TypeAlias = Callable[Concatenate[_Part, _P], _T]


def repeated(method: _Method[_Part, _P, _T]) -> _Method[_Part, _P, _T]:
    """Call *method*, which may run twice, again when the database gave it up or the connection broke."""
    return _repeating(method, may_run_twice=True)


def repeated_if_undone(method: _Method[_Part, _P, _T]) -> _Method[_Part, _P, _T]:
    """Call *method* again when the database gave it up, or the connection broke before it could be kept."""
    return _repeating(method, may_run_twice=False)


def _repeating(method: _Method[_Part, _P, _T], *, may_run_twice: bool) -> _Method[_Part, _P, _T]:
    @wraps(method)
    def call(part: _Part, /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        # A method of the part itself, in all but the place where it is written.
        sessions = part._sessions  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        return sessions.repeat(lambda: method(part, *args, **kwargs), may_run_twice=may_run_twice)

    return call
