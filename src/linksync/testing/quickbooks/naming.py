"""Names: unique within their list, and marked when their record is taken out of use."""

from linksync.testing.quickbooks import faults
from linksync.testing.quickbooks.entity import Draft
from linksync.testing.quickbooks.faults import RefusedError
from linksync.testing.quickbooks.rules import Certainty, rule
from linksync.testing.quickbooks.values import text

SUFFIX = " (deleted)"


@rule(
    "a record that is taken out of use gets ' (deleted)' behind its names, so that the plain name is free again",
    Certainty.RECORDED,
    "recorded exchanges deactivate__employee and deactivate__account; that the name is free is likely",
)
def rename_inactive(draft: Draft) -> None:
    """Mark the names of a record that goes out of use."""
    before, after, unique = draft.before, draft.after, draft.kind.unique
    if before is None or unique is None:
        return
    shown = unique.shown[0]
    if before.get("Active") is True and after.get("Active") is False:
        name = text(after, shown)
        after[shown] = name + SUFFIX
        # A second one of that name: nobody says what it is called.
        count = 1
        while _is_taken(draft, text(after, shown)):
            after[shown] = f"{name} (deleted-{count})"
            count += 1
    returns = before.get("Active") is False and after.get("Active") is True
    if returns and draft.books.settings.restores_names:
        after[shown] = text(after, shown).removesuffix(SUFFIX)


def _is_taken(draft: Draft, name: str) -> bool:
    unique = draft.kind.unique
    if unique is None:
        return False
    prefix = (
        text(draft.before or {}, unique.property).rpartition(":")[0]
        if unique.property != unique.shown[0]
        else ""
    )
    owner = draft.books.name_owner(unique.space, f"{prefix}:{name}" if prefix else name)
    return owner is not None and owner != (draft.kind.name, text(draft.before or {}, "Id"))


@rule(
    "a name is unique without regard to case: over customers, vendors and employees by FullyQualifiedName, within "
    "each other list by name: else 6240",
    Certainty.OFFICIAL,
    "official error code page; FullyQualifiedName from recorded exchange all__customers",
    guess="that it is without regard to case",
)
def check_name(draft: Draft) -> None:
    """Refuse a name that another record has."""
    unique = draft.kind.unique
    if unique is None:
        return
    owner = draft.books.name_owner(unique.space, text(draft.after, unique.property))
    if owner is not None and owner != (draft.kind.name, text(draft.before or {}, "Id")):
        raise RefusedError(faults.duplicate_name(unique.kinds))
