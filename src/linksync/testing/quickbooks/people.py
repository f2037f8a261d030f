"""What customers, vendors and employees have in common: names, addresses, numbers that are masked."""

from collections.abc import Callable, Sequence

from linksync.testing.quickbooks.entity import Draft
from linksync.testing.quickbooks.faults import Problem, RefusedError
from linksync.testing.quickbooks.rules import Certainty, rule
from linksync.testing.quickbooks.values import group, text

NAME_PARTS = ("Title", "GivenName", "MiddleName", "FamilyName", "Suffix")


@rule(
    "a customer or vendor without DisplayName is called after Title to Suffix, joined with spaces; without those it is "
    "6080",
    Certainty.OFFICIAL,
    "official customer page and error code page",
)
def name_it(draft: Draft) -> None:
    """Make DisplayName of its parts where it is missing; it cannot be taken away."""
    after = draft.after
    if not text(after, "DisplayName"):
        parts = [text(after, part) for part in NAME_PARTS]
        after["DisplayName"] = " ".join(part for part in parts if part)
    if not text(after, "DisplayName"):
        raise RefusedError(
            Problem(
                code="6080",
                message="Name is required",
                detail="At least one of DisplayName, Title, GivenName, MiddleName, FamilyName and Suffix is required",
                element="DisplayName",
            )
        )


@rule(
    "on a full update without PrintOnCheckName it follows the new DisplayName",
    Certainty.RECORDED,
    "recorded exchange update__customer",
    guess="that a longer name is cut off at 110",
)
def print_on_check(draft: Draft) -> None:
    """Let PrintOnCheckName follow DisplayName where it is missing."""
    if not text(draft.after, "PrintOnCheckName"):
        draft.after["PrintOnCheckName"] = text(draft.after, "DisplayName")[:110]


@rule(
    "addresses have ids of their own",
    Certainty.RECORDED,
    "recorded exchange get__display_name",
)
def number_addresses(*names: str) -> Callable[[Draft], None]:
    """Return what gives each address of those names an id; it keeps the one it had."""

    def number(draft: Draft) -> None:
        for name in names:
            address = group(draft.after, name)
            if address:
                earlier = group(draft.before or {}, name).get("Id")
                kept = {part: value for part, value in address.items() if part != "Id"}
                draft.after[name] = {"Id": earlier or draft.books.next_id("address"), **kept}

    return number


_SHOWN_DIGITS = 4


@rule(
    "tax identifiers and social security numbers are answered masked but for their last four characters",
    Certainty.RECORDED,
    "recorded vendors; official customer and employee pages",
)
def mask(names: Sequence[str]) -> Callable[[Draft], None]:
    """Return what masks the numbers of those names; a masked value that is sent back changes nothing."""

    def mask_all(draft: Draft) -> None:
        for name in names:
            value = text(draft.after, name)
            if value and not value.startswith("X"):
                hidden = "X" * max(len(value) - _SHOWN_DIGITS, 0)
                draft.after[name] = hidden + value[-_SHOWN_DIGITS:]

    return mask_all
