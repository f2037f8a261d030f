"""What linksync encrypts before it is kept, and how; `linksync.encryption.fernet` has a cipher ready for use."""

from linksync.encryption.cipher import Cipher

__all__ = ["Cipher"]
