"""Functions of a local record as Python source: its fields, those that changed, its match key."""

from collections.abc import Callable
from enum import Enum

from attrs import define, field

from linksync.fields import FieldValue
from linksync.mapping.compiled.objects import Kind, ObjectWriter
from linksync.mapping.compiled.source import GIVE_UP, Source, attribute
from linksync.mapping.compiled.values import Forms, field_value
from linksync.mapping.declaration import EntityDeclaration, Leaf, Lines
from linksync.mapping.interpreter import items_of
from linksync.mapping.remote import FieldKind
from linksync.mapping.sources import Choice, Constant, Reference, Setting
from linksync.mapping.values import BLANK


class Result(Enum):
    """What a function of a local record returns; the value is its name."""

    FIELDS = "outgoing"
    CHANGES = "changed"
    MATCH_KEY = "match_key"


_PARAMETERS = {
    Result.FIELDS: "record, context",
    Result.CHANGES: "record, context, base",
    Result.MATCH_KEY: "record",
}


def compile_outgoing(
    declaration: EntityDeclaration,
    result: Result,
    interpret: Callable[..., object],
    *,
    is_declared: bool = True,
) -> Callable[..., object] | None:
    """Return the function that translates local records; None where code must not be made.

    Args:
        declaration: What the mapping class says.
        result: What the function returns.
        interpret: What it calls, with its own arguments, for a record that it gives up.
        is_declared: Whether it is for records of their declared kind, and not for the other.
    """
    writer = _OutgoingWriter(
        declaration=declaration, result=result, interpret=interpret, is_declared=is_declared
    )
    return writer.build()


@define(kw_only=True, eq=False)
class _OutgoingWriter:
    declaration: EntityDeclaration
    result: Result
    interpret: Callable[..., object]
    is_declared: bool
    source: Source = field(init=False)
    kind: Kind = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.source = Source(f"{self.declaration.name}.{self.result.value}")
        declared = Kind.of(self.declaration.local)
        self.kind = declared if self.is_declared else declared.other

    def build(self) -> Callable[..., object] | None:
        source, parameters = self.source, _PARAMETERS[self.result]
        with source.block(f"def {self.result.value}({parameters})"):
            with source.block(f"if {self.kind.mismatch(source, 'record')}"):
                source.add(f"return {source.constant('otherwise', self._otherwise())}({parameters})")
            with source.block("try"):
                self._write_body()
            with source.block("except Exception"):
                source.add(f"return {source.constant('interpret', self.interpret)}({parameters})")
        return source.build(self.result.value)

    def _otherwise(self) -> Callable[..., object]:
        """Return what takes a record of the other kind: made when there is one."""
        if not self.is_declared:
            return self.interpret
        made = list[Callable[..., object]]()

        def otherwise(*arguments: object) -> object:
            if not made:
                other = compile_outgoing(self.declaration, self.result, self.interpret, is_declared=False)
                made.append(other or self.interpret)
            return made[0](*arguments)

        return otherwise

    def _write_body(self) -> None:
        leaves = [leaf for leaf in self.declaration.leaves if self._is_wanted(leaf)]
        arrays = () if self.result is Result.MATCH_KEY else self.declaration.lines
        lines = [line for line in arrays if line.direction.is_pushed]
        self._write_context([*leaves, *(leaf for line in lines for leaf in line.leaves)])
        writer = ObjectWriter(self.source, self.kind, is_declared=self.is_declared)
        writer.write(leaves, "record")
        forms = dict(writer.forms)
        for line in lines:
            forms[line.name] = self._write_lines(line, writer)
        self._write_missing_lines(forms)
        match self.result:
            case Result.FIELDS if writer.can_be_absent:
                self._write_present(forms)
            case Result.FIELDS:
                self._write_fields(forms)
            case Result.CHANGES:
                self._write_changes(forms, can_be_absent=writer.can_be_absent)
            case Result.MATCH_KEY:
                self._write_key(forms, can_be_absent=writer.can_be_absent)

    def _is_wanted(self, leaf: Leaf) -> bool:
        return leaf.match if self.result is Result.MATCH_KEY else leaf.direction.is_pushed

    def _write_context(self, leaves: list[Leaf]) -> None:
        """Write the parts of the context that the translation needs into local variables."""
        if any(isinstance(leaf.source, Setting) for leaf in leaves):
            self.source.add("settings = context.settings")
        if any(isinstance(leaf.source, Choice) for leaf in leaves):
            self.source.add("value_maps = context.value_maps")
        if any(isinstance(leaf.source, Reference) for leaf in leaves):
            self.source.add("remote_ids = context.remote_ids")

    def _write_lines(self, lines: Lines, record: ObjectWriter) -> Forms:
        source = self.source
        items, item = source.variable("lines"), source.variable("line")
        forms = Forms(source.variable("locals"), source.variable("remotes"))
        source.add(f"{items} = {attribute('record', lines.attribute, is_mapping=self.kind.is_mapping)}")
        absent = f"{items} is ABSENT"
        if record.can_be_absent:
            source.add(f"if {absent}: {forms.local} = {forms.remote} = ABSENT")
        else:
            source.add(f"if {absent}: {GIVE_UP}")
        with source.block("else"):
            made = source.constant("items_of", items_of)
            source.add(f"{forms.local} = []; {forms.remote} = []")
            # what is no list of lines is None here, and cannot be walked through
            walked = f"{items} if type({items}) is list or type({items}) is tuple else {made}({items})"
            with source.block(f"for {item} in {walked}"):
                writer = ObjectWriter(source, record.within(lines.local), self.is_declared, is_whole=True)
                source.add(f"if {writer.kind.mismatch(source, item)}: {GIVE_UP}")
                writer.write(lines.leaves, item)
                for target, side in ((forms.local, "local"), (forms.remote, "remote")):
                    shown = (f"{name!r}: {getattr(form, side)}" for name, form in writer.forms.items())
                    source.add(f"{target}.append({{{', '.join(shown)}}})")
        return forms

    def _write_missing_lines(self, forms: dict[str, Forms]) -> None:
        """Write that an array which the remote requires must not be empty."""
        if self.result is Result.MATCH_KEY:
            return
        for array in {lines.field.name: lines.field for lines in self.declaration.lines}.values():
            mapped = [lines for lines in self.declaration.lines if lines.field.name == array.name]
            if array.required and all(lines.direction.is_pushed for lines in mapped):
                empty = " and ".join(f"not {forms[lines.name].remote}" for lines in mapped)
                self.source.add(f"if {empty}: {GIVE_UP}")

    def _value(self, name: str, form: Forms) -> str:
        """Return the expression for a field's value, made as cheaply as can be."""
        leaf = next((leaf for leaf in self.declaration.leaves if leaf.name == name), None)
        made = field_value(self.source, form)
        if leaf is None or form.local != form.remote or isinstance(leaf.source, Constant):
            return made
        blank = self.source.constant("blank", BLANK)
        if leaf.field.kind is FieldKind.BOOLEAN:
            true = self.source.constant("true", FieldValue(local=True, remote=True))
            false = self.source.constant("false", FieldValue(local=False, remote=False))
            return f"{true} if {form.remote} is True else {false} if {form.remote} is False else {blank}"
        return f"{blank} if {form.remote} is None else {made}" if leaf.field.optional else made

    def _ordered(self, forms: dict[str, Forms]) -> dict[str, Forms]:
        return {name: forms[name] for name in self.declaration.fields if name in forms}

    def _write_fields(self, forms: dict[str, Forms]) -> None:
        self.source.add("return {")
        for name, form in self._ordered(forms).items():
            self.source.add(f"    {name!r}: {self._value(name, form)},")
        self.source.add("}")

    def _write_present(self, forms: dict[str, Forms]) -> None:
        self.source.add("found = {}")
        for name, form in self._ordered(forms).items():
            self.source.add(f"if {form.remote} is not ABSENT: found[{name!r}] = {self._value(name, form)}")
        self.source.add("return found")

    def _write_changes(self, forms: dict[str, Forms], *, can_be_absent: bool) -> None:
        self.source.add("found = {}; get = base.fields.get")
        for name, form in self._ordered(forms).items():
            present = f"{form.remote} is not ABSENT and " if can_be_absent else ""
            differs = f"(before := get({name!r})) is None or before.local != {form.local}"
            self.source.add(f"if {present}({differs}): found[{name!r}] = {self._value(name, form)}")
        self.source.add("return found")

    def _write_key(self, forms: dict[str, Forms], *, can_be_absent: bool) -> None:
        shown = [
            f"None if {form.remote} is ABSENT else {form.remote}" if can_be_absent else form.remote
            for form in self._ordered(forms).values()
        ]
        self.source.add(f"return ({''.join(f'{form}, ' for form in shown)})")
