"""The cipher of the cryptography package."""

import subprocess
import sys

import pytest

from linksync.encryption.fernet import FernetCipher, generate_key
from linksync.errors import ConfigurationError, DecryptionError
from linksync.testing.contracts import CipherContract


class TestFernetCipher(CipherContract):
    @pytest.fixture
    def cipher(self):
        return FernetCipher(keys=[generate_key()])

    @pytest.fixture
    def stranger(self):
        return FernetCipher(keys=[generate_key(), generate_key()])


def test_an_older_key_still_decrypts():
    """The newest encrypts."""
    old, new = generate_key(), generate_key()
    both = FernetCipher(keys=[new, old])

    assert both.decrypt(FernetCipher(keys=[old]).encrypt(b"x")) == b"x"
    assert FernetCipher(keys=[new]).decrypt(both.encrypt(b"x")) == b"x"


def test_a_key_that_is_gone_is_asked_for():
    """With the setting that takes it."""
    with pytest.raises(DecryptionError, match="add the key that was in use then to keys="):
        FernetCipher(keys=[generate_key()]).decrypt(FernetCipher(keys=[generate_key()]).encrypt(b"x"))


@pytest.mark.parametrize("key", ["correct horse battery staple", "", "Zm9v", None, 7])
def test_what_is_no_key_is_refused(key):
    """By its place, and without a word of it."""
    with pytest.raises(
        ConfigurationError, match=r"^keys\[1\] is no Fernet key; make one by .*generate_key\(\)$"
    ):
        FernetCipher(keys=[generate_key(), key])


@pytest.mark.parametrize("keys", [[], "one key", b"one key"])
def test_keys_is_a_list(keys):
    """A key alone would be taken for as many as it has letters."""
    with pytest.raises(ConfigurationError, match=r"write keys=\[newest, older\]"):
        FernetCipher(keys=keys)


def test_no_repr_tells_a_key():
    """Nor an error's chain."""
    key = generate_key()
    cipher = FernetCipher(keys=[key])

    with pytest.raises(ConfigurationError) as caught:
        FernetCipher(keys=[key[:-2]])

    assert key not in repr(cipher)
    assert key[:-2] not in repr(caught.value)
    assert caught.value.__cause__ is None


def test_cryptography_that_is_not_installed_is_told_with_its_extra():
    """At once, when the module is imported."""
    program = (
        "import sys; sys.modules['cryptography.fernet'] = None\n"
        "from linksync.errors import ConfigurationError\n"
        "try:\n    import linksync.encryption.fernet\n"
        "except ConfigurationError as error:\n    print(error)\n"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)

    assert done.stdout.strip().endswith("pip install 'linksync[encryption]'")
