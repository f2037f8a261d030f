"""Functions of a remote record as Python source: its fields, its match key."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from attrs import define, field

from linksync.mapping.attributes import ABSENT
from linksync.mapping.compiled import slowpaths
from linksync.mapping.compiled.kinds import json_cases, with_blank
from linksync.mapping.compiled.source import GIVE_UP, Source
from linksync.mapping.compiled.values import Forms, field_value, local_form
from linksync.mapping.declaration import EntityDeclaration, Leaf, Lines
from linksync.mapping.forms import UnfitError
from linksync.mapping.remote import FieldKind
from linksync.mapping.sources import Attribute, Choice, Reference
from linksync.mapping.values import BLANK, default_form


def compile_incoming(
    declaration: EntityDeclaration, interpret: Callable[..., object]
) -> Callable[..., object] | None:
    """Return the function from a remote record and a context to its fields; None where code must not be made.

    Args:
        declaration: What the mapping class says.
        interpret: What it calls, with its own arguments, for a record that it gives up.
    """
    writer = _IncomingWriter(Source(f"{declaration.name}.incoming"))
    source = writer.source
    with source.block("def incoming(record, context)"):
        with source.block("try"):
            leaves = declaration.leaves
            writer.write_context([*leaves, *(leaf for lines in declaration.lines for leaf in lines.leaves)])
            forms = writer.write(leaves, "record")
            for lines in declaration.lines:
                forms[lines.name] = writer.write_lines(lines)
            source.add("return {")
            for name in declaration.fields:
                source.add(f"    {name!r}: {_value(source, forms[name])},")
            source.add("}")
        with source.block("except Exception"):
            source.add(f"return {source.constant('interpret', interpret)}(record, context)")
    return source.build("incoming")


def compile_remote_match_key(
    declaration: EntityDeclaration, interpret: Callable[..., object]
) -> Callable[..., object] | None:
    """Return the function from a remote record to its match key; None where code must not be made.

    Args:
        declaration: What the mapping class says.
        interpret: What it calls, with its own arguments, for a record that it gives up.
    """
    writer = _IncomingWriter(Source(f"{declaration.name}.remote_match_key"), is_remote_only=True)
    source = writer.source
    with source.block("def remote_match_key(record)"):
        with source.block("try"):
            forms = writer.write([leaf for leaf in declaration.leaves if leaf.match], "record")
            source.add(f"return ({''.join(f'{form.remote}, ' for form in forms.values())})")
        with source.block("except Exception"):
            source.add(f"return {source.constant('interpret', interpret)}(record)")
    return source.build("remote_match_key")


def _value(source: Source, form: Forms) -> str:
    made = field_value(source, form)
    if form.local != form.remote:
        return made
    return f"{source.constant('blank', BLANK)} if {form.remote} is None else {made}"


@define(eq=False)
class _IncomingWriter:
    source: Source
    is_remote_only: bool = field(default=False, kw_only=True)

    def write_context(self, leaves: Sequence[Leaf]) -> None:
        """Write the parts of the context that the translation needs into local variables."""
        if any(isinstance(leaf.source, Choice) for leaf in leaves):
            self.source.add("value_maps = context.value_maps")
        if any(isinstance(leaf.source, Reference) for leaf in leaves):
            self.source.add("local_ids = context.local_ids.get")

    def write(self, leaves: Sequence[Leaf], record: str) -> dict[str, Forms]:
        """Write the translation of the JSON object in the variable *record*; return its variables."""
        forms = {leaf.name: self._forms(leaf) for leaf in leaves}
        self._write_level(leaves, forms, record, 0)
        if not self.is_remote_only:
            for leaf in leaves:
                self._write_local(leaf, forms[leaf.name])
            for leaf in leaves:
                self._write_vanishing(leaf, leaves, forms)
        return forms

    def write_lines(self, lines: Lines) -> Forms:
        """Write the translation of the lines of one kind; return its variables."""
        source = self.source
        array, line = source.variable("array"), source.variable("line")
        forms = Forms(source.variable("locals"), source.variable("remotes"))
        name, kind = lines.kind.discriminator
        source.add(f"{array} = record.get({lines.field.name!r})")
        source.add(f"{forms.local} = []; {forms.remote} = []")
        source.add(f"if {array} is None: {array} = ()")
        source.add(f"elif type({array}) is not list and type({array}) is not tuple: {GIVE_UP}")
        with source.block(f"for {line} in {array}"):
            with source.block(f"if type({line}) is not dict"):
                source.add(f"if isinstance({line}, {source.constant('Mapping', Mapping)}): {GIVE_UP}")
                source.add("continue")
            if name:  # else every line is of this kind
                source.add(f"if {line}.get({name!r}) != {kind!r}: continue")
            inner = self.write(lines.leaves, line)
            for target, side in ((forms.local, "local"), (forms.remote, "remote")):
                shown = (f"{name!r}: {getattr(form, side)}" for name, form in inner.items())
                source.add(f"{target}.append({{{', '.join(shown)}}})")
        return forms

    def _forms(self, leaf: Leaf) -> Forms:
        remote = self.source.variable(f"{leaf.name}_")
        is_one = self.is_remote_only or not _has_own_local_form(leaf)
        return Forms(remote if is_one else self.source.variable(f"{leaf.name}_local_"), remote)

    def _write_level(self, leaves: Sequence[Leaf], forms: dict[str, Forms], record: str, depth: int) -> None:
        source, inner = self.source, dict[str, list[Leaf]]()
        for leaf in leaves:
            if len(leaf.path) > depth + 1:
                inner.setdefault(leaf.path[depth], []).append(leaf)
                continue
            value, form = source.variable("v"), forms[leaf.name].remote
            source.add(f"{value} = {record}.get({leaf.path[depth]!r})")
            cases = [(case, f"{form} = {made}") for case, made in json_cases(source, leaf.field, value)]
            cases = with_blank(leaf.field, value, cases, f"{form} = None")
            read = source.constant(f"read_{leaf.name}", slowpaths.read_in(leaf))
            source.branches(cases, f"{form} = {read}({value})")
        for name, group in inner.items():
            held = source.variable(f"{name}_")
            source.add(f"{held} = {record}.get({name!r})")
            names = " = ".join(forms[leaf.name].remote for leaf in group)
            source.add(f"if {held} is None: {names} = None")
            source.add(f"elif type({held}) is not dict: {GIVE_UP}")
            with source.block("else"):
                self._write_level(group, forms, held, depth + 1)

    def _write_local(self, leaf: Leaf, form: Forms) -> None:
        """Write the local form, where it is another than the remote one."""
        if form.local == form.remote:
            return
        source, local, remote = self.source, form.local, form.remote
        match leaf.source:
            case Attribute() as told:
                source.add(f"if {remote} is None: {self._blank(leaf, told, local)}")
                if told.convert is None:
                    source.add(f"else: {local} = {remote}")
                else:
                    convert = source.constant(f"convert_{leaf.name}", told.convert.to_local)
                    made = source.variable("made")
                    kept = local_form(source, leaf, made, remote)
                    source.add(f"else: {made} = {convert}({self._decoded(leaf, remote)}); {local} = {kept}")
            case Choice() as told:
                back = source.constant(f"choose_{leaf.name}", slowpaths.choose_back(leaf, told))
                source.add(f"{local} = None if {remote} is None else {back}(value_maps, {remote})")
            case Reference(entity=entity):
                source.add(f"if {remote} is None: {local} = None")
                source.add(f"elif ({local} := local_ids(({entity!r}, {remote}))) is None:")
                source.add(f"    {local} = {{'remote': {remote}}}")
            case _:
                raise AssertionError(leaf.source)  # one form, and returned from above

    def _blank(self, leaf: Leaf, told: Attribute, local: str) -> str:
        try:
            form = default_form(leaf, told)
        except UnfitError:
            return GIVE_UP
        return f"{local} = {self.source.constant(f'default_{leaf.name}', form)}"

    def _decoded(self, leaf: Leaf, form: str) -> str:
        """Return the expression for the Python value of a form that is not None."""
        match leaf.field.kind:
            case FieldKind.DATE:
                return f"{self.source.constant('date', date)}.fromisoformat({form})"
            case FieldKind.INSTANT:
                return f"{self.source.constant('datetime', datetime)}.fromisoformat({form})"
            case _:
                return form

    def _write_vanishing(self, leaf: Leaf, leaves: Sequence[Leaf], forms: dict[str, Forms]) -> None:
        """Write that a default does not fill an object that is not there."""
        if not leaf.holder or not isinstance(leaf.source, Attribute) or leaf.source.default is ABSENT:
            return
        around = [
            other
            for other in leaves
            if not other.is_made_up and other.holder[: len(leaf.holder)] == leaf.holder
        ]
        empty = " and ".join(f"{forms[other.name].remote} is None" for other in around)
        self.source.add(f"if {empty}: {forms[leaf.name].local} = None")


def _has_own_local_form(leaf: Leaf) -> bool:
    match leaf.source:
        case Attribute(convert=convert, default=default):
            return convert is not None or default is not ABSENT
        case Choice() | Reference():
            return True
        case _:
            return False
