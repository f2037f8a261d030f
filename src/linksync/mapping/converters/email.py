"""E-mail addresses."""

from linksync.mapping.sources import Converter


def email() -> Converter[str, str]:
    """Return the converter that brings an e-mail address into one way of writing and refuses what is none.

    Blanks around it go, the domain is in lower case; before the `@` case may matter, so it stays. There must be an
    `@` and a full stop after it (official customer page), without which QuickBooks answers 2210. What comes in is
    brought into the same form and never refused.
    """

    def checked(address: str) -> str:
        name, at, domain = address.strip().rpartition("@")
        if (
            not name
            or not at
            or "." not in domain.strip(".")
            or any(letter.isspace() for letter in name + domain)
        ):
            raise ValueError("must be one e-mail address, such as ann@example.com")
        return f"{name}@{domain.lower()}"

    def tidied(address: str) -> str:
        name, at, domain = address.strip().rpartition("@")
        return f"{name}{at}{domain.lower() if at else domain}"

    return Converter(checked, tidied)
