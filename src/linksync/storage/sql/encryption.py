"""What is kept encrypted: sealed on the way in, opened on the way out, and nothing of it written under a wrong key."""

from base64 import b64decode, b64encode

from linksync.encryption import Cipher
from linksync.errors import DecryptionError
from linksync.exactjson import Json, dumps
from linksync.storage.sql.connection import Session
from linksync.storage.sql.dialect import ConstraintError, Dialect

MARK = "encrypted:"
"""How a column begins that is encrypted; no token, URL or JSON text begins so."""
_MARK_BYTES = MARK.encode()
_SAYS_NOTHING = frozenset({"", "{}", "[]"})
_WORD = "linksync"
"""What the proof says."""


class Encryption:
    """The way of columns through a cipher; without one they pass as they are.

    Rows that were written before there was a cipher stay readable: an encrypted column begins with a mark.

    Args:
        cipher: It; None for none.
        dialect: The database.
    """

    def __init__(self, cipher: Cipher | None, dialect: Dialect) -> None:
        self._cipher = cipher
        self._dialect = dialect

    @property
    def is_on(self) -> bool:
        """Whether there is a cipher."""
        return self._cipher is not None

    def prepare(self, session: Session) -> None:
        """Make sure, before the first use, that the cipher is the one that the database is encrypted by.

        The first cipher leaves a proof in the database. From then on nobody writes there without a cipher that can
        read it.

        Raises:
            DecryptionError: It is another one, or there is none.
        """
        proof = self._find_proof(session)
        if proof is None and self._cipher is not None:
            try:
                with session.transaction(self._dialect.begin_write):
                    session.change("encryption.add_proof", proof=self.seal_text(_WORD))
                    # Code that knows no ciphers would take what is encrypted for tokens.
                    session.change("encryption.shut_out_older_code")
            except ConstraintError:  # another process was first
                proof = self._find_proof(session)
        if proof is not None:
            self._verify(proof)

    def replace_proof(self, session: Session) -> None:
        """Leave a proof under the newest key in place of the one that is there."""
        session.change("encryption.replace_proof", proof=self.seal_text(_WORD))

    def seal_text(self, plain: str) -> str:
        """Return *plain* as it is kept."""
        if self._cipher is None or plain in _SAYS_NOTHING:
            return plain
        return MARK + b64encode(self._cipher.encrypt(plain.encode("utf-8", "surrogatepass"))).decode()

    def seal_json(self, form: Json) -> Json:
        """Return *form* as it is handed to a statement, within JSON: as text, since not every database leaves JSON as it is."""
        return self.seal_text(dumps(form))

    def seal_bytes(self, plain: bytes) -> bytes:
        """Return *plain* as it is kept."""
        return plain if self._cipher is None else _MARK_BYTES + self._cipher.encrypt(plain)

    def open_text(self, kept: str, column: str) -> str:
        """Return what a column of text says.

        Raises:
            DecryptionError: It is encrypted, and the cipher cannot read it; it says so of *column*.
        """
        if not kept.startswith(MARK):
            return kept
        return self._decrypt(b64decode(kept[len(MARK) :]), column).decode("utf-8", "surrogatepass")

    def open_bytes(self, kept: bytes, column: str) -> bytes:
        """Return what a column of bytes says.

        Raises:
            DecryptionError: It is encrypted, and the cipher cannot read it; it says so of *column*.
        """
        if not kept.startswith(_MARK_BYTES):
            return kept
        return self._decrypt(kept[len(_MARK_BYTES) :], column)

    def _find_proof(self, session: Session) -> str | None:
        rows = session.run("encryption.proof")
        return str(rows[0][0]) if rows else None

    def _verify(self, proof: str) -> None:
        if self.open_text(proof, "all that linksync keeps") != _WORD:
            raise DecryptionError(
                f"the proof of encryption in {self._dialect.place} says something else than linksync wrote; restore it"
            )

    def _decrypt(self, encrypted: bytes, column: str) -> bytes:
        if self._cipher is None:
            raise DecryptionError(
                f"{column} is encrypted in {self._dialect.place}, and the storage has no cipher; give it cipher= with "
                "the key that was in use"
            )
        try:
            return self._cipher.decrypt(encrypted)
        except DecryptionError as error:
            raise DecryptionError(
                f"{column} cannot be decrypted in {self._dialect.place}: {error}"
            ) from error
