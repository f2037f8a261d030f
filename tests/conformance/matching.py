"""What answers must have: values, or something that a value must be."""

import hmac
from base64 import b64encode
from collections.abc import Mapping
from decimal import Decimal

from attrs import evolve, frozen


@frozen
class Anything:
    """Expected where a value must be there, whatever it is."""

    def wrong(self, found, path):
        return [] if found is not None else [f"{path} is missing"]


@frozen
class Nothing:
    """Expected where there must be no value."""

    def wrong(self, found, path):
        return [] if found is None else [f"{path} is {found!r}, expected nothing"]


@frozen
class Unlike:
    """Expected where there must be a value other than this one."""

    value: object

    def wrong(self, found, path):
        return [] if found not in (None, self.value) else [f"{path} is {found!r}, expected another"]


@frozen
class Beginning:
    """Expected where there must be bytes or a text that begin so."""

    value: str

    def wrong(self, found, path):
        begins = isinstance(found, str | bytes) and found[: len(self.value)] in (
            self.value,
            self.value.encode(),
        )
        return [] if begins else [f"{path} is {found!r}, expected it to begin with {self.value!r}"]


@frozen
class Among:
    """Expected where an array has such a member, whatever else it has."""

    value: object

    def wrong(self, found, path):
        has_it = isinstance(found, list) and any(not differences(self.value, each) for each in found)
        return [] if has_it else [f"{path} has no member {self.value!r}"]


@frozen
class SignedBy:
    """Expected of a notification that is signed with this verifier token."""

    value: str

    def wrong(self, found, path):
        made = b64encode(hmac.digest(self.value.encode(), found["body"].encode(), "sha256")).decode()
        return [] if found["headers"]["intuit-signature"] == made else [f"{path} has another signature"]


Matcher = Anything | Nothing | Unlike | Beginning | Among | SignedBy

ANY = Anything()
ABSENT = Nothing()


def filled(value: object, kept: Mapping[str, str]) -> object:
    """Return *value* with what was kept in place of its names."""
    if isinstance(value, str):
        for name, text in kept.items():
            value = value.replace("{" + name + "}", text)
        return value
    if isinstance(value, Mapping):
        return {name: filled(each, kept) for name, each in value.items()}
    if isinstance(value, list):
        return [filled(each, kept) for each in value]
    return evolve(value, value=filled(value.value, kept)) if hasattr(value, "value") else value


def differences(expected: object, found: object, path: str = "answer") -> list[str]:
    """Return where *found* lacks what is expected."""
    if isinstance(expected, Matcher):
        return expected.wrong(found, path)
    if isinstance(expected, Mapping):
        if not isinstance(found, Mapping):
            return [f"{path} is {found!r}, expected an object"]
        return [
            each
            for name, wanted in expected.items()
            for each in differences(wanted, found.get(name), f"{path}.{name}")
        ]
    if isinstance(expected, list):
        if not isinstance(found, list) or len(found) != len(expected):
            return [f"{path} is {found!r}, expected {len(expected)} members"]
        pairs = enumerate(zip(expected, found, strict=True))
        return [each for at, (one, other) in pairs for each in differences(one, other, f"{path}[{at}]")]
    if isinstance(expected, int | Decimal) and not isinstance(expected, bool):
        same = isinstance(found, int | Decimal) and not isinstance(found, bool) and found == expected
        return [] if same else [f"{path} is {found!r}, expected {expected!r}"]
    return [] if found == expected else [f"{path} is {found!r}, expected {expected!r}"]
