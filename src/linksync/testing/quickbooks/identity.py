"""Identity tokens for apps that ask for openid: signed by a key that each simulator makes when it is first asked."""

import secrets
from base64 import urlsafe_b64encode
from hashlib import sha256

from attrs import frozen

from linksync.exactjson import JsonObject, dumps
from linksync.testing.quickbooks.rules import Certainty, rule

ISSUER = "https://oauth.platform.intuit.com/op/v1"
KEY_ID = "simulator"
_BITS = 1024
_EXPONENT = 65537
# What stands before the hash in a signature by PKCS #1 (RFC 8017, 9.2): it says that it is one of SHA-256.
_SHA_256 = bytes.fromhex("3031300d060960864801650304020105000420")
_SMALL_PRIMES = (3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47)


@frozen
class SigningKey:
    """A key pair of RSA, good enough for tests.

    Attributes:
        modulus: Its modulus.
        secret: Its private exponent.
    """

    modulus: int
    secret: int

    @classmethod
    def make(cls) -> "SigningKey":
        """Return a new one."""
        while True:
            one, other = _prime(_BITS // 2), _prime(_BITS // 2)
            phi = (one - 1) * (other - 1)
            if one != other and phi % _EXPONENT:
                return cls(one * other, pow(_EXPONENT, -1, phi))

    @rule(
        "an id_token comes with openid, signed by RS256 with a key that the JWKS endpoint tells",
        Certainty.OFFICIAL,
        "official OAuth 2.0 page and discovery document",
    )
    def sign(self, claims: JsonObject) -> str:
        """Return *claims* as a signed token."""
        head = _encoded(dumps({"alg": "RS256", "kid": KEY_ID, "typ": "JWT"}).encode())
        content = f"{head}.{_encoded(dumps(claims).encode())}"
        size = (self.modulus.bit_length() + 7) // 8
        info = _SHA_256 + sha256(content.encode()).digest()
        padded = b"\x00\x01" + b"\xff" * (size - len(info) - 3) + b"\x00" + info
        signature = pow(int.from_bytes(padded), self.secret, self.modulus).to_bytes(size)
        return f"{content}.{_encoded(signature)}"

    def as_json(self) -> JsonObject:
        """Return the public half as the JWKS endpoint tells it."""
        size = (self.modulus.bit_length() + 7) // 8
        public = {"n": _encoded(self.modulus.to_bytes(size)), "e": _encoded(_EXPONENT.to_bytes(3))}
        return {"keys": [{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": KEY_ID, **public}]}


def _encoded(value: bytes) -> str:
    return urlsafe_b64encode(value).decode().rstrip("=")


def _prime(bits: int) -> int:
    while True:
        # Both highest bits, so that the product of two has all its bits.
        candidate = secrets.randbits(bits) | (3 << (bits - 2)) | 1
        if all(candidate % small for small in _SMALL_PRIMES) and _is_prime(candidate):
            return candidate


def _is_prime(candidate: int) -> bool:
    odd, halvings = candidate - 1, 0
    while odd % 2 == 0:
        odd, halvings = odd // 2, halvings + 1
    return all(_witnesses(candidate, odd, halvings) for _ in range(20))


def _witnesses(candidate: int, odd: int, halvings: int) -> bool:
    """Return whether a number chosen at random speaks for *candidate* being prime (Miller and Rabin)."""
    power = pow(secrets.randbelow(candidate - 3) + 2, odd, candidate)
    if power in {1, candidate - 1}:
        return True
    for _ in range(halvings - 1):
        power = pow(power, 2, candidate)
        if power == candidate - 1:
            return True
    return False
