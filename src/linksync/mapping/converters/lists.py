"""Lists that stand in one text on the other side."""

from collections.abc import Sequence

from linksync.mapping.sources import Converter


def joined(separator: str = ", ") -> Converter[list[str], str]:
    """Return the converter between a list of texts and one text, such as tags or e-mail addresses.

    Blanks around the separator do not matter on the way in, and empty members are left out both ways. A member that
    contains the separator is refused: it would come back as two.

    Args:
        separator: What stands between members.

    Raises:
        ValueError: The separator is blank, and not a line break.
    """
    core = separator.strip(" ")
    if not core:
        raise ValueError(
            f"the separator {separator!r} is blank; a member with a blank in it would fall apart"
        )

    def text(members: Sequence[str]) -> str:
        if isinstance(members, str):
            raise TypeError(f"must be a list of texts, got the text {members!r}")
        kept = [stripped for member in members if (stripped := member.strip())]
        for member in kept:
            if core in member:
                raise ValueError(f"{member!r} contains {core!r}, which stands between members")
        return separator.join(kept)

    def members(text: str) -> list[str]:
        return [stripped for member in text.split(core) if (stripped := member.strip())]

    return Converter(text, members)
