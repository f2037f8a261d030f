"""A cipher of the `cryptography` package: Fernet, with keys that can be exchanged one after the other."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence

from linksync.errors import ConfigurationError, DecryptionError

try:
    from cryptography.fernet import Fernet, InvalidToken, MultiFernet
except ModuleNotFoundError as error:
    raise ConfigurationError(
        f"cryptography is not installed ({error.name}); pip install 'linksync[encryption]'"
    ) from error

__all__ = ["FernetCipher", "generate_key"]


class FernetCipher:
    """Encrypts by AES-128 in CBC mode and signs by HMAC-SHA256 (the Fernet specification).

    ```python
    storage = SqlStorage(url, cipher=FernetCipher(keys=[os.environ["LINKSYNC_KEY"]]))
    ```

    Args:
        keys: Keys made by `generate_key`, the newest first: it encrypts, and each of them decrypts.

    Raises:
        ConfigurationError: There is none, or one of them is no Fernet key. The message does not tell it.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        if isinstance(keys, str | bytes) or not keys:
            raise ConfigurationError("keys is no list of keys; write keys=[newest, older]")
        self._fernet = MultiFernet([_fernet(place, key) for place, key in enumerate(keys)])

    def encrypt(self, plain: bytes) -> bytes:
        """Return *plain* encrypted under the newest key."""
        # Fernet's own form is base 64, which would be done twice where text is kept.
        return urlsafe_b64decode(self._fernet.encrypt(plain))

    def decrypt(self, encrypted: bytes) -> bytes:
        """Return what was encrypted under any of the keys; raises `DecryptionError`."""
        try:
            return self._fernet.decrypt(urlsafe_b64encode(encrypted))
        except InvalidToken as error:
            raise DecryptionError(
                "it was encrypted under none of the keys that are given, or it was changed since; add the key that "
                "was in use then to keys="
            ) from error


def generate_key() -> str:
    """Return a new random key, to be kept where your other secrets are."""
    return Fernet.generate_key().decode()


def _fernet(place: int, key: str) -> Fernet:
    try:
        return Fernet(key)
    except (ValueError, TypeError):
        raise ConfigurationError(
            f"keys[{place}] is no Fernet key; make one by linksync.encryption.fernet.generate_key()"
        ) from None  # whose text may hold the key
