"""The JSON that creates a remote record, from its fields, as Python source."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from attrs import define

from linksync.mapping.compiled.source import GIVE_UP, Source
from linksync.mapping.declaration import EntityDeclaration, Leaf, Lines
from linksync.mapping.jsonpaths import seat
from linksync.mapping.remote import FieldKind

Seated: TypeAlias = tuple[tuple[str, ...], Leaf]
"""A value, and the rest of the way to where it stands."""


def compile_creating(
    declaration: EntityDeclaration, interpret: Callable[..., object]
) -> Callable[..., object] | None:
    """Return the function from fields to the JSON of a create; None where code must not be made.

    Args:
        declaration: What the mapping class says.
        interpret: What it calls, with its own argument, for fields that it gives up.
    """
    writer = _CreatingWriter(Source(f"{declaration.name}.creating"))
    source = writer.source
    with source.block("def creating(fields)"):
        with source.block("try"):
            known = source.constant("known", frozenset(declaration.fields))
            source.add(f"if not fields.keys() <= {known}: {GIVE_UP}")
            source.add("values = {}; get = fields.get")
            pushed = [leaf for leaf in declaration.leaves if leaf.direction.is_pushed]
            forms = {leaf.name: writer.write_field(leaf) for leaf in pushed}
            writer.write_object(
                [(seat(leaf.field), leaf) for leaf in pushed], forms, "values", are_fields=True
            )
            arrays = dict.fromkeys(lines.field.name for lines in declaration.lines)
            for array in arrays:
                writer.write_array(array, [it for it in declaration.lines if it.field.name == array])
            for name in _needed(declaration):
                source.add(f"if {name!r} not in values: {GIVE_UP}")
            source.add("return values")
        with source.block("except Exception"):
            source.add(f"return {source.constant('interpret', interpret)}(fields)")
    return source.build("creating")


def _needed(declaration: EntityDeclaration) -> Sequence[str]:
    """Return the JSON names that a create must contain; what stands within a group only where the group is there."""
    needed = [
        field.name
        for field in declaration.remote.fields()
        if (field.required or field.always_required) and not field.within
    ]
    return [*needed, *(array.name for array in declaration.remote.line_fields() if array.required)]


@define(eq=False)
class _CreatingWriter:
    source: Source

    def write_field(self, leaf: Leaf) -> str:
        """Write a field into a variable; return its name."""
        form = self.source.variable(f"{leaf.name}_")
        self.source.add(f"{form} = get({leaf.name!r})")
        return form

    def write_object(
        self, seated: Sequence[Seated], forms: dict[str, str], target: str, *, are_fields: bool = False
    ) -> None:
        """Write the values that are not blank into the object in the variable *target*.

        Args:
            seated: The values, with their way from that object.
            forms: The variables of their remote forms, by name.
            target: The variable.
            are_fields: Whether the variables hold the fields themselves, or None.
        """
        inner = dict[str, list[Seated]]()
        for (name, *rest), leaf in seated:
            inner.setdefault(name, []).append((tuple(rest), leaf))
        for name, group in inner.items():
            onward, leaf = group[0]
            if not onward:
                form = forms[leaf.name]
                made = f"{{'value': {form}}}" if leaf.field.kind is FieldKind.REFERENCE else form
                taken = f" and ({form} := {form}.remote) is not None" if are_fields else ""
                self.source.add(f"if {form} is not None{taken}: {target}[{name!r}] = {made}")
                continue
            held = self.source.variable(f"{name}_")
            self.source.add(f"{held} = {{}}")
            self.write_object(group, forms, held, are_fields=are_fields)
            self.source.add(f"if {held}: {target}[{name!r}] = {held}")

    def write_array(self, array: str, mapped: Sequence[Lines]) -> None:
        """Write the lines of all kinds in one array, in the order of declaration."""
        source, written = self.source, self.source.variable("array")
        source.add(f"{written} = []")
        for lines in mapped:
            if not lines.direction.is_pushed:
                # such lines are never among the fields that are pushed; whoever gives them is told by the interpreter
                source.add(f"if {lines.name!r} in fields: {GIVE_UP}")
                continue
            held, form, line = source.variable("lines"), source.variable("form"), source.variable("line")
            source.add(f"{held} = fields.get({lines.name!r})")
            with source.block(f"if {held} is not None"):
                source.add(f"if type({held}.remote) is not list: {GIVE_UP}")
                with source.block(f"for {form} in {held}.remote"):
                    source.add(f"if type({form}) is not dict: {GIVE_UP}")
                    source.add(f"{line} = {dict(lines.kind.mark())!r}")
                    forms = {leaf.name: source.variable(f"{leaf.name}_") for leaf in lines.leaves}
                    for name, variable in forms.items():
                        source.add(f"{variable} = {form}.get({name!r})")
                    self.write_object([(seat(leaf.field), leaf) for leaf in lines.leaves], forms, line)
                    source.add(f"{written}.append({line})")
        source.add(f"if {written}: values[{array!r}] = {written}")
