"""The JSON that changes some fields of a remote record, as Python source."""

from collections.abc import Callable, Mapping

from attrs import define

from linksync.exactjson import Json
from linksync.mapping.compiled.source import GIVE_UP, Source
from linksync.mapping.declaration import EntityDeclaration, Leaf
from linksync.mapping.jsonpaths import seat
from linksync.mapping.remote import FieldKind
from linksync.mapping.writing import own_json
from linksync.records import CLEAR


def compile_updating(
    declaration: EntityDeclaration, interpret: Callable[..., object]
) -> Callable[..., object] | None:
    """Return the function from fields and a base to the JSON of an update; None where code must not be made.

    Lines, which are patched onto those that are there, are left to the interpreter, and so is every mistake.

    Args:
        declaration: What the mapping class says.
        interpret: What it calls, with its own arguments, for fields that it gives up.
    """
    writer = _UpdatingWriter(Source(f"{declaration.name}.updating"))
    source = writer.source
    plain = frozenset(leaf.name for leaf in declaration.leaves)
    with source.block("def updating(fields, base)"):
        with source.block("try"):
            source.add(f"if not fields.keys() <= {source.constant('plain', plain)}: {GIVE_UP}")
            source.add("values = {}; get = fields.get; before = base.fields.get; raw = base.raw.get")
            for leaf in declaration.leaves:
                if leaf.direction.is_pushed:
                    writer.write_leaf(leaf)
            for field in declaration.remote.fields():
                if field.always_required and not field.within:
                    source.add(f"if {field.name!r} not in values: {GIVE_UP}")
            source.add("return values")
        with source.block("except Exception"):
            source.add(f"return {source.constant('interpret', interpret)}(fields, base)")
    return source.build("updating")


@define(eq=False)
class _UpdatingWriter:
    source: Source

    def write_leaf(self, leaf: Leaf) -> None:
        """Write a field, if it is among those that change, into the object `values`."""
        source, form = self.source, self.source.variable(f"{leaf.name}_")
        source.add(f"{form} = get({leaf.name!r})")
        if leaf.field.always_required:
            source.add(f"if {form} is None: {form} = before({leaf.name!r})")
        with source.block(f"if {form} is not None"):
            if leaf.field.create_only:
                source.add(GIVE_UP)
                return
            *parents, name = seat(leaf.field)
            held = "values"
            for depth, parent in enumerate(parents):
                held = self._write_parent(held, parent, is_kept=depth == 0 and bool(leaf.field.within))
            source.add(f"{form} = {form}.remote")
            made = f"{{'value': {form}}}" if leaf.field.kind is FieldKind.REFERENCE else form
            clear = source.constant("CLEAR", CLEAR)
            source.add(f"{held}[{name!r}] = {clear} if {form} is None else {made}")

    def _write_parent(self, holder: str, name: str, *, is_kept: bool) -> str:
        """Write the object *name* in the variable *holder*, with all that the remote has in it if *is_kept*."""
        source, held = self.source, self.source.variable(f"{name}_")
        source.add(f"{held} = {holder}.get({name!r})")
        begun = f"{source.constant('begin', begun_object)}(raw({name!r}))" if is_kept else "{}"
        source.add(f"if {held} is None: {held} = {holder}[{name!r}] = {begun}")
        source.add(f"elif type({held}) is not dict: {GIVE_UP}")
        return held


def begun_object(raw: Json) -> object:
    """Return a copy of what the remote has in an object; an empty one where it has none."""
    return own_json(raw) if isinstance(raw, Mapping) else {}
