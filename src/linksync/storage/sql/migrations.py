"""Bringing the schema up to the one that this code knows."""

from linksync.clock import Clock
from linksync.errors import StorageError
from linksync.storage.instants import to_text
from linksync.storage.sql.connection import Session
from linksync.storage.sql.dialect import Cursor, Dialect


class Schema:
    """linksync's tables in one database."""

    def __init__(self, dialect: Dialect, clock: Clock) -> None:
        self._dialect = dialect
        self._clock = clock

    @property
    def newest(self) -> int:
        """The version that this code knows."""
        return self._dialect.migrations[-1].version

    def migrate(self, session: Session) -> None:
        """Apply the changes that the database has not seen, under its write lock: whoever comes first does it.

        Raises:
            StorageError: The database is newer than this code.
        """
        if self._version(session) == self.newest:
            return
        with session.transaction(self._dialect.begin_write):
            session.change("schema.create")
            version = self._version(session)
            for migration in self._dialect.migrations:
                if migration.version > version:
                    for statement in self._dialect.split(migration.text):
                        session.command(statement)
                    session.change("schema.note", version=migration.version, now=to_text(self._clock.now()))

    def is_ready(self, cursor: Cursor) -> bool:
        """Whether the tables are there and up to date, as *cursor* on somebody else's connection sees them.

        Raises:
            StorageError: The database is newer than this code.
        """
        cursor.execute(self._dialect.statements["schema.exists"], {})
        if not cursor.fetchall()[0][0]:
            return False
        cursor.execute(self._dialect.statements["schema.version"], {})
        return self._checked(cursor.fetchall()[0][0]) == self.newest

    def _version(self, session: Session) -> int:
        is_there = session.run("schema.exists")[0][0]
        return self._checked(session.run("schema.version")[0][0]) if is_there else 0

    def _checked(self, version: int) -> int:
        if version > self.newest:
            raise StorageError(
                f"linksync's tables in {self._dialect.place} are of version {version}, this code knows up to "
                f"{self.newest}; upgrade linksync"
            )
        return version
