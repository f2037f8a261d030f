"""Bringing the schema up to the one that this code knows."""

from collections.abc import Generator
from contextlib import contextmanager

from linksync.errors import SchemaError, StorageError
from linksync.storage.sql.connection import Session
from linksync.storage.sql.dialect import ConstraintError, Dialect
from linksync.storage.sql.schema import SchemaState, find_state, is_ready, newest, script


class Schema:
    """linksync's tables in one database.

    Args:
        dialect: The database.
        may_migrate: Whether the first use may make the tables or bring them up to date.
    """

    def __init__(self, dialect: Dialect, *, may_migrate: bool = True) -> None:
        self._dialect = dialect
        self._may_migrate = may_migrate

    def prepare(self, session: Session) -> None:
        """Do what is needed before the first use.

        Raises:
            SchemaError: The tables are newer than this code, or they are missing or older and it may not mend that.
        """
        if self._may_migrate:
            self.migrate(session)
            return
        state = find_state(session.run)
        if not self.is_ready(state):
            raise self._not_ready(state)

    def migrate(self, session: Session) -> None:
        """Apply the changes that the database has not seen, under its lock: whoever comes first does it.

        Raises:
            SchemaError: The database is newer than this code.
        """
        if self.is_ready(find_state(session.run)):
            return
        try:
            self._apply(session)
        except ConstraintError:
            self._apply(session)  # another process made the first table at the same instant

    def is_ready(self, state: SchemaState) -> bool:
        """Whether this code can use tables of *state*: False when they are missing or older.

        Raises:
            SchemaError: They are newer, and made for newer code only.
        """
        return is_ready(self._dialect.texts, state, self._dialect.place)

    def _apply(self, session: Session) -> None:
        texts = self._dialect.texts
        with self._alone(session):
            # It is not asked for when it is there: that would take a right that is needed for nothing else.
            if texts.schema and not session.run("schema.has_schema", schema=texts.schema)[0][0]:
                session.command(f"CREATE SCHEMA IF NOT EXISTS {texts.schema}")
            for statement in texts.spell("schema.create"):
                session.command(statement)
            state = find_state(session.run)
            if not self.is_ready(state):
                for statement in script(texts, state):
                    session.command(statement)

    @contextmanager
    def _alone(self, session: Session) -> Generator[None, None, None]:
        """Keep others from changing the tables meanwhile, and undo what was broken off where the database can do that."""
        if self._dialect.can_undo_ddl:
            with session.transaction(self._dialect.begin_write):
                yield
            return
        if session.run("schema.lock")[0][0] != 1:
            raise StorageError(
                f"another program has been changing tables beside {self._dialect.place} for a minute; look what "
                "keeps it, then try again"
            )
        try:
            yield
        finally:
            session.run("schema.unlock")

    def _not_ready(self, state: SchemaState) -> SchemaError:
        place = self._dialect.place
        remedy = (
            "let 'python -m linksync.storage.sql migrate' or your own migrations bring them up to date, or call "
            "migrate() of the storage"
        )
        if state.version == 0:
            return SchemaError(f"{place} lacks linksync's tables; {remedy}")
        return SchemaError(
            f"linksync's tables in {place} are of version {state.version}, this code needs "
            f"{newest(self._dialect.texts)}; {remedy}"
        )
