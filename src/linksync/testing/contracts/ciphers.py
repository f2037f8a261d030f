# ruff: noqa: S101 - a contract is made of assertions
"""What every `Cipher` must do."""

import pytest

from linksync.encryption import Cipher
from linksync.errors import DecryptionError

_PLAIN = "Ærø & Söhne 株式会社".encode()


class CipherContract:
    """The specification of `Cipher`; a subclass gives `cipher` and `stranger`."""

    @pytest.fixture
    def cipher(self) -> Cipher:
        """The cipher: the subclass's to give."""
        raise NotImplementedError("give a fixture called cipher that returns your cipher")

    @pytest.fixture
    def stranger(self) -> Cipher:
        """One of the same kind that knows none of its keys: the subclass's to give."""
        raise NotImplementedError("give a fixture called stranger that returns your cipher under another key")

    @pytest.mark.parametrize(
        "plain", [b"", b"\x00", _PLAIN, _PLAIN * 10_000], ids=["none", "zero", "text", "much"]
    )
    def test_what_was_encrypted_is_decrypted(self, cipher: Cipher, plain: bytes) -> None:
        """Byte for byte, whatever it is."""
        assert cipher.decrypt(cipher.encrypt(plain)) == plain

    def test_nothing_of_it_can_be_read(self, cipher: Cipher) -> None:
        """Not even a part."""
        assert b"Sue's" not in cipher.encrypt(b"Sue's secret")

    def test_the_same_is_never_encrypted_the_same(self, cipher: Cipher) -> None:
        """So that nobody sees that two records are equal."""
        assert cipher.encrypt(_PLAIN) != cipher.encrypt(_PLAIN)

    def test_another_key_decrypts_nothing(self, cipher: Cipher, stranger: Cipher) -> None:
        """It is told so, and gets no rubbish."""
        with pytest.raises(DecryptionError):
            stranger.decrypt(cipher.encrypt(_PLAIN))

    @pytest.mark.parametrize("place", [0, 20, -1])
    def test_what_was_changed_is_not_decrypted(self, cipher: Cipher, place: int) -> None:
        """Wherever a bit has tipped."""
        changed = bytearray(cipher.encrypt(_PLAIN))
        changed[place] ^= 1

        with pytest.raises(DecryptionError):
            cipher.decrypt(bytes(changed))

    @pytest.mark.parametrize("length", [0, 10, -1])
    def test_what_was_cut_off_is_not_decrypted(self, cipher: Cipher, length: int) -> None:
        """Nor what is no encrypted text at all."""
        with pytest.raises(DecryptionError):
            cipher.decrypt(cipher.encrypt(_PLAIN)[:length])
