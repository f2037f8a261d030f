"""Connections, and transactions on them: one per thread at a time, never used by another process than opened it."""

import os
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager

from attrs import define, field

from linksync.errors import StorageError
from linksync.storage.sql.dialect import Connection, Dialect, Row

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

    def run(self, name: str, /, **parameters: object) -> list[Row]:
        """Run the statement called *name* and return its rows."""
        return self._execute(self._dialect.statements[name], parameters)[0]

    def change(self, name: str, /, **parameters: object) -> int:
        """Run the statement called *name* and return how many rows it wrote."""
        return self._execute(self._dialect.statements[name], parameters)[1]

    def change_each(self, name: str, rows: Iterable[Mapping[str, object]]) -> None:
        """Run the statement called *name* once per row of parameters."""
        try:
            self._connection.cursor().executemany(self._dialect.statements[name], rows)
        except self._dialect.error as error:
            raise self._dialect.translate(error) from error

    def command(self, text: str) -> None:
        """Run *text*, a statement without parameters."""
        self._execute(text, {})

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    @contextmanager
    def transaction(self, begin: str) -> Generator[None, None, None]:
        """Keep what is written within, or nothing when it is left by an exception; within another, a part of it."""
        name = f"part_{self.depth}"
        first, keep, undo = (
            (begin, "COMMIT", ("ROLLBACK",))
            if self.depth == 0
            else (f"SAVEPOINT {name}", f"RELEASE {name}", (f"ROLLBACK TO {name}", f"RELEASE {name}"))
        )
        self.command(first)
        self.depth += 1
        try:
            yield
            self._check_process()
            self._check_open()
            self.command(keep)
        except BaseException:
            # A full disk ends the transaction by itself; and a child process must not touch its parent's.
            if self.process == os.getpid() and self._dialect.is_in_transaction(self._connection):
                for text in undo:
                    self.command(text)
            raise
        finally:
            self.depth -= 1

    def is_clean(self) -> bool:
        """Whether the connection can be used again: ours, and without an open transaction."""
        return self.process == os.getpid() and not self._dialect.is_in_transaction(self._connection)

    def abandon(self) -> None:
        """Never touch the connection again, nor let it be closed."""
        _inherited.append(self._connection)

    def _execute(self, text: str, parameters: Mapping[str, object]) -> tuple[list[Row], int]:
        try:
            cursor = self._connection.cursor()
            cursor.execute(text, parameters)
            return (cursor.fetchall() if cursor.description else []), cursor.rowcount
        except self._dialect.error as error:
            raise self._dialect.translate(error) from error

    def _check_process(self) -> None:
        if self.process != os.getpid():
            raise StorageError(
                f"process {os.getpid()} was forked within a transaction of process {self.process}, which alone "
                "can end it; fork outside of transactions"
            )

    def _check_open(self) -> None:
        if not self._dialect.is_in_transaction(self._connection):
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
    def read(self) -> Generator[Session, None, None]:
        """Return a session that sees one state of the database."""
        with self.use() as session:
            if session.depth:
                yield session
            else:
                with session.transaction(self._dialect.begin_read):
                    yield session

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
        try:
            session = Session(self._dialect.connect(), self._dialect)
        except self._dialect.error as error:
            raise self._dialect.translate(error) from error
        if not self._is_prepared:
            try:
                self._prepare(session)
            except BaseException:
                session.close()
                raise
            self._is_prepared = True
        return session

    def _give_back(self, session: Session) -> None:
        if session.is_clean():
            self._idle.append(session)
        elif session.process == os.getpid():
            session.close()
        else:
            session.abandon()
