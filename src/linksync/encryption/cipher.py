"""The interface of what encrypts what is kept."""

from typing import Protocol


class Cipher(Protocol):
    """Encrypts what is kept, and decrypts it again.

    It may be used from several threads at once. Implementations pass `linksync.testing.contracts.CipherContract`.
    """

    def encrypt(self, plain: bytes) -> bytes:
        """Return *plain*, which may be empty, so that only who has the key can read it or make it up.

        Encrypting the same twice gives two different results, so that nobody sees that it is the same.
        """
        ...

    def decrypt(self, encrypted: bytes) -> bytes:
        """Return what `encrypt` was given, under the newest key or an older one that is still known.

        Raises:
            DecryptionError: It was encrypted under no key that is known, or it was changed since.
        """
        ...
