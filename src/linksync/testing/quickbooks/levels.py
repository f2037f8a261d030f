"""Lists with levels: customers, items, accounts, classes and departments below others of their kind."""

from collections.abc import Iterator

from attrs import frozen

from linksync.testing.quickbooks import faults
from linksync.testing.quickbooks.books import Books
from linksync.testing.quickbooks.entity import Draft
from linksync.testing.quickbooks.faults import RefusedError
from linksync.testing.quickbooks.names import name_of
from linksync.testing.quickbooks.rules import Certainty, rule, state
from linksync.testing.quickbooks.values import Obj, reference, text

_LEVELS_BELOW_TOP = 4

state(
    "a member of a list stands below a parent of its kind that exists and is not itself (700, 900), at most four "
    "levels below the top (6180)",
    Certainty.OFFICIAL,
    "official customer, item and class pages and error code page",
    kept_by=__name__,
)


@frozen(kw_only=True)
class Levels:
    """How the members of one list stand below each other.

    Attributes:
        entity: Their entity.
        flag: The property that says that one stands below another, such as `Job`.
        name: The property with its own name.
        space: The list of names in which the full name is unique; empty where it need not be.
        needs_parent: Whether the flag without a parent is refused (6150).
        shows_top: Whether the flag is shown as false at the top.
        has_number: Whether its level is shown as a number.
    """

    entity: str
    flag: str
    name: str = "Name"
    space: str = ""
    needs_parent: bool = False
    shows_top: bool = True
    has_number: bool = False

    def place(self, draft: Draft) -> None:
        """Fill in the full name and what shows the level; refuse what cannot stand there.

        Raises:
            RefusedError: The parent is missing, out of use or the object itself, or there are too many levels.
        """
        after = draft.after
        parent_id = reference(after, "ParentRef")
        if not parent_id:
            self._place_at_top(after)
            return
        parent = self._parent(draft, parent_id)
        level = len(list(self.ancestors(draft.books, parent)))
        if level > _LEVELS_BELOW_TOP:
            raise RefusedError(faults.business("There are more than five levels", "6180", "ParentRef"))
        after[self.flag] = True
        if self.has_number:
            after["Level"] = level
        after["FullyQualifiedName"] = f"{text(parent, 'FullyQualifiedName')}:{text(after, self.name)}"

    def _place_at_top(self, after: Obj) -> None:
        if self.needs_parent and after.get(self.flag) is True:
            raise RefusedError(
                faults.business("ParentRef is required for a sub-customer", "6150", "ParentRef")
            )
        after.pop("ParentRef", None)
        after.pop("Level", None)
        after["FullyQualifiedName"] = text(after, self.name)
        if self.shows_top:
            after[self.flag] = False
        else:
            after.pop(self.flag, None)

    def _parent(self, draft: Draft, parent_id: str) -> Obj:
        own_id = text(draft.before or {}, "Id")
        if own_id and parent_id == own_id:
            raise RefusedError(faults.business("An object cannot be its own parent", "900", "ParentRef"))
        parent = draft.books.find(self.entity, parent_id)
        if parent is None or parent.get("Active") is False:
            raise RefusedError(faults.business(f"Invalid parent: {parent_id}", "700", "ParentRef"))
        if own_id and own_id in self.ancestors(draft.books, parent):
            raise RefusedError(faults.business("An object cannot stand below itself", "700", "ParentRef"))
        return parent

    def ancestors(self, books: Books, obj: Obj) -> Iterator[str]:
        """Yield the ids of *obj* and those above it, the top last."""
        yield text(obj, "Id")
        while parent := books.find(self.entity, reference(obj, "ParentRef")):
            yield text(parent, "Id")
            obj = parent

    def children(self, books: Books, object_id: str) -> list[Obj]:
        """Return what stands directly below the object of that id."""
        table = books.tables[self.entity]
        return table.find_all(table.having("parent", _parent_ids, object_id))

    @rule(
        "a new name shows in the FullyQualifiedName of those below",
        Certainty.GUESS,
        "follows from what FullyQualifiedName is",
    )
    def rename(self, books: Books, before: Obj | None, after: Obj | None) -> None:
        """Carry a new name on to references and to those below."""
        if before is None or after is None:
            return
        if name_of(before) != name_of(after):
            books.renamed[self.entity, text(after, "Id")] = name_of(after)
        new = text(after, "FullyQualifiedName")
        if text(before, "FullyQualifiedName") == new:
            return
        for child in self.children(books, text(after, "Id")):
            renamed: Obj = {**child, "FullyQualifiedName": f"{new}:{text(child, self.name)}"}
            self._own(books, child, renamed)
            books.put(self.entity, renamed)
            self.rename(books, child, renamed)

    def _own(self, books: Books, child: Obj, renamed: Obj) -> None:
        if self.space:
            owner = (self.entity, text(child, "Id"))
            old, new = text(child, "FullyQualifiedName"), text(renamed, "FullyQualifiedName")
            books.move_name(self.space, old, new, owner)


def _parent_ids(obj: Obj) -> Iterator[str]:
    parent = reference(obj, "ParentRef")
    if parent:
        yield parent
