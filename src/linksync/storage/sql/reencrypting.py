"""Encrypting anew all that is kept encrypted: after a cipher was given for the first time, or a newer key."""

from collections.abc import Sequence

from attrs import frozen

from linksync.storage.sql.connection import Part, Session, Sessions
from linksync.storage.sql.dialect import Row
from linksync.storage.sql.encryption import Encryption


@frozen(kw_only=True)
class _Table:
    """A table with columns that are encrypted.

    Attributes:
        name: What its statements are called after: `encryption.list_...` and `encryption.put_...`.
        key: The columns that its pages are ordered by, with what comes before all of them.
        sealed: The columns that are encrypted.
    """

    name: str
    key: dict[str, str | int]
    sealed: Sequence[str]


_TABLES = (
    _Table(name="token", key={"company": ""}, sealed=("access_token", "refresh_token")),
    _Table(name="link", key={"company": "", "entity": "", "local_id": ""}, sealed=("base",)),
    _Table(name="intent", key={"number": 0}, sealed=("url", "body", "items")),
    _Table(name="intent_answer", key={"intent": 0, "place": -1}, sealed=("outcomes",)),
    _Table(name="result", key={"id": 0}, sealed=("details",)),
)


class Reencryption(Part):
    """Goes through the tables, some rows at a time, while others work.

    A row that somebody else writes meanwhile is left to them: it is written under their newest key.

    Args:
        sessions: The connections.
        encryption: The cipher.
    """

    def __init__(self, sessions: Sessions, encryption: Encryption) -> None:
        super().__init__(sessions)
        self._encryption = encryption

    def run(self) -> int:
        """Encrypt everything anew, and return how many rows that were."""
        count = 0
        for table in _TABLES:
            after = dict(table.key)
            while found := self._sessions.repeat(lambda: self._some(table, after), may_run_twice=True):  # noqa: B023 - it is called at once
                count += len(found)
                after = found[-1]
        # Last of all: as long as rows are left under an older key, nobody can start without it.
        with self._sessions.write() as session:
            self._encryption.replace_proof(session)
        return count

    def _some(self, table: _Table, after: dict[str, str | int]) -> Sequence[dict[str, str | int]]:
        """Encrypt the rows of a page anew, and return their keys."""
        with self._sessions.write() as session:
            rows = session.run(f"encryption.list_{table.name}", **after)
            return [self._again(session, table, row) for row in rows]

    def _again(self, session: Session, table: _Table, row: Row) -> dict[str, str | int]:
        key: dict[str, str | int] = dict(zip(table.key, row, strict=False))
        kept: dict[str, str | bytes] = dict(zip(table.sealed, row[len(key) :], strict=True))
        anew = {
            f"new_{column}": self._anew(value, f"linksync_{table.name}.{column}")
            for column, value in kept.items()
        }
        session.change(f"encryption.put_{table.name}", **key, **kept, **anew)
        return key

    def _anew(self, kept: str | bytes, column: str) -> str | bytes:
        if isinstance(kept, str):
            return self._encryption.seal_text(self._encryption.open_text(kept, column))
        return self._encryption.seal_bytes(self._encryption.open_bytes(bytes(kept), column))
