"""Shows objects as answers do."""

from linksync.testing.quickbooks.books import Books
from linksync.testing.quickbooks.entity import EntityKind
from linksync.testing.quickbooks.names import with_present_names
from linksync.testing.quickbooks.values import Obj, text


def shown(books: Books, kind: EntityKind, obj: Obj) -> Obj:
    """Return an object as answers show it: with present names, without what only the simulator knows."""
    present = with_present_names(books, obj)
    if kind.hidden:
        present = {name: value for name, value in present.items() if name not in kind.hidden}
    if kind.name == "RecurringTransaction" and "Type" in obj:
        return {text(obj, "Type"): present}
    return present
