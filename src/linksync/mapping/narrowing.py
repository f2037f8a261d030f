"""The part of a declaration that a change of some attributes concerns."""

from collections.abc import Collection

from attrs import evolve

from linksync.mapping.declaration import EVERYTHING, EntityDeclaration, Leaf, Lines, Member


def narrowed(declaration: EntityDeclaration, changed: Collection[str]) -> EntityDeclaration:
    """Return *declaration* with the pushed fields only that a change of the attributes *changed* may change.

    A nested object is taken whole, since whether it is there at all depends on every value in it; so is an array,
    which must not become empty.
    """
    named = frozenset(changed) | {EVERYTHING}
    pushed = [member for member in declaration.members if member.direction.is_pushed]
    touched = [member for member in pushed if not member.rules.watches.isdisjoint(named)]
    wholes = {whole for member in touched if (whole := _whole(member)) is not None}
    members = tuple(member for member in declaration.members if member in touched or _whole(member) in wholes)
    return evolve(declaration, members=members)


def _whole(member: Member) -> str | None:
    """Return the name of the object or array that a field stands and falls with."""
    match member:
        case Leaf(holder=(outermost, *_)):
            return f"object {outermost}"
        case Lines(field=array):
            return f"array {array.name}"
        case _:
            return None
