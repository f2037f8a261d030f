"""The way out of one value as Python source."""

from collections.abc import Callable
from enum import Enum
from functools import partial

from attrs import frozen

from linksync.fields import FieldValue
from linksync.mapping.attributes import ABSENT
from linksync.mapping.compiled import slowpaths
from linksync.mapping.compiled.kinds import Cases, is_limited, python_cases, setting_cases, with_blank
from linksync.mapping.compiled.source import GIVE_UP, GaveUpError, Source, attribute
from linksync.mapping.declaration import Leaf
from linksync.mapping.forms import UnfitError, encode, plain_form
from linksync.mapping.sources import Attribute, Choice, Computed, Constant, Reference, Setting
from linksync.mapping.values import BLANK, attribute_out, is_blank_text
from linksync.records import CLEAR

_MAKE: Callable[..., object] = vars(tuple)["__new__"]


@frozen
class Forms:
    """The variables that hold the two forms of a value, which are one where the forms are always the same.

    Attributes:
        local: That of the local form.
        remote: That of the remote form.
    """

    local: str
    remote: str

    @classmethod
    def of(cls, source: Source, leaf: Leaf) -> "Forms":
        """Return new variables for the forms of *leaf*."""
        remote = source.variable(f"{leaf.name}_")
        return cls(remote if has_one_form(leaf) else source.variable(f"{leaf.name}_local_"), remote)


def has_one_form(leaf: Leaf) -> bool:
    """Whether a value that goes out always has the same form on both sides."""
    match leaf.source:
        case Attribute(convert=convert, default=default):
            return convert is None and not is_blank_text(default)
        case Choice() | Reference():
            return False
        case Constant() | Computed() | Setting():
            return True


def field_value(source: Source, forms: Forms) -> str:
    """Return the expression for a field's value: past the constructor, which only checks the number of arguments."""
    return f"{source.constant('make', _MAKE)}({source.constant('FieldValue', FieldValue)}, ({forms.local}, {forms.remote}))"


def local_form(source: Source, leaf: Leaf, value: str, remote: str) -> str:
    """Return the expression for the local form of a value that has a converter.

    Args:
        source: What it is written for.
        leaf: The value.
        value: The variable that holds the local value.
        remote: The variable that holds the remote form.
    """
    plain = f"{source.constant('plain_form', plain_form)}({value}, {remote})"
    hint = leaf.source.local_type if isinstance(leaf.source, Attribute) else None
    if not (isinstance(hint, type) and issubclass(hint, Enum)):
        return f"{value} if type({value}) is str and {value} and {value}.isascii() else {plain}"
    if all(type(member.value) is str and member.value and member.value.isascii() for member in hint):
        return f"{value}.value if type({value}) is {source.constant(f'type_{leaf.name}', hint)} else {plain}"
    return plain


@frozen
class ValueWriter:
    """Writes the translation of one value.

    Attributes:
        source: Where to.
        leaf: The value.
        forms: The variables that it is put into.
        can_be_absent: Whether it may be left out.
    """

    source: Source
    leaf: Leaf
    forms: Forms
    can_be_absent: bool

    def write(self, record: str, *, is_mapping: bool, is_whole: bool) -> None:
        """Write the translation of the value that belongs to the object in the variable *record*.

        Args:
            record: The variable.
            is_mapping: Whether the object is read by key.
            is_whole: Whether an absent value is an error.
        """
        read = attribute(record, self.leaf.attribute or "", is_mapping=is_mapping)
        match self.leaf.source:
            case Constant(value=value):
                self._write_constant(value)
            case Computed(function=function):
                self._write_encoded(self._variable(f"{self._constant('compute', function)}({record})"))
            case Setting(name=name):
                self._write_setting(self._variable(f"settings[{name!r}]"))
            case Attribute(convert=None) as told:
                self._write_attribute(told, self._variable(read), is_whole=is_whole)
            case Attribute() as told:
                self._write_converted(told, self._variable(read), is_whole=is_whole)
            case Choice() as told:
                self._write_choice(told, self._variable(read))
            case Reference() as told:
                self._write_reference(told, self._variable(read))

    def _variable(self, expression: str) -> str:
        """Write a value into a new variable and return its name."""
        name = self.source.variable("v")
        self.source.add(f"{name} = {expression}")
        return name

    @property
    def _is_required(self) -> bool:
        return slowpaths.is_required(self.leaf)

    def _constant(self, hint: str, value: object) -> str:
        return self.source.constant(f"{hint}_{self.leaf.name}", value)

    def _write_constant(self, value: object) -> None:
        try:
            form = slowpaths.checked(self.leaf, encode(self.leaf.field, value))
        except (UnfitError, GaveUpError):
            self.source.add(GIVE_UP)
        else:
            self.source.add(f"{self.forms.remote} = {self._constant('constant', form)}")

    def _write_encoded(self, value: str) -> None:
        form = self.forms.remote
        cases = [(case, f"{form} = {made}") for case, made in self._cases(value)]
        if not self._is_required:
            cases = with_blank(self.leaf.field, value, cases, f"{form} = None")
        slow = self._constant("encode", slowpaths.encoded(self.leaf))
        self.source.branches(cases, f"{form} = {slow}({value})")

    def _write_setting(self, value: str) -> None:
        form = self.forms.remote
        plain = setting_cases(self.source, self.leaf.field, value, is_required=self._is_required)
        cases = [(case, f"{form} = {made}") for case, made in plain]
        cases.append((f"{value} is None", GIVE_UP))
        slow = self._constant("read", slowpaths.read_out(self.leaf))
        self.source.branches(cases, f"{form} = {slow}({value})")

    def _write_attribute(self, told: Attribute, value: str, *, is_whole: bool) -> None:
        local, form = self.forms.local, self.forms.remote
        targets = f"{form} = " if local == form else f"{local} = {form} = "
        cases = [(case, f"{targets}{made}") for case, made in self._cases(value)]
        blank = self._blank(told)
        if blank is not None:
            cases = with_blank(self.leaf.field, value, cases, blank)
        if self.can_be_absent:
            cases.append((f"{value} is ABSENT", f"{targets}ABSENT"))
        if local == form:
            slow = slowpaths.attribute_form(self.leaf, told, is_whole=is_whole)
            last = f"{form} = {self._constant('translate', slow)}({value})"
        else:
            pair = slowpaths.attribute_pair(self.leaf, told, is_whole=is_whole)
            last = f"{local}, {form} = {self._constant('translate', pair)}({value})"
        self.source.branches(cases, last)

    def _cases(self, value: str) -> Cases:
        return python_cases(self.source, self.leaf.field, value, is_required=self._is_required)

    def _blank(self, told: Attribute) -> str | None:
        """Return the statement for a blank value; None where only the slow path can tell."""
        try:
            pair = attribute_out(self.leaf, told, None)
            slowpaths.checked(self.leaf, pair.remote)
        except (UnfitError, GaveUpError):
            return None
        local, form = self.forms.local, self.forms.remote
        if pair == BLANK:
            return f"{form} = None" if local == form else f"{local} = {form} = None"
        if local == form:
            return f"{form} = {self._constant('blank', pair.remote)}"
        return f"{local}, {form} = {self._constant('blank', tuple(pair))}"

    def _write_converted(self, told: Attribute, value: str, *, is_whole: bool) -> None:
        convert = None if told.convert is None else self._constant("convert", told.convert.to_remote)
        source, local, form = self.source, self.forms.local, self.forms.remote
        clear = source.constant("CLEAR", CLEAR)
        pair = self._constant("translate", slowpaths.attribute_pair(self.leaf, told, is_whole=is_whole))
        slow = f"{local}, {form} = {pair}({value})"
        is_plain_blank = told.default is ABSENT and not self._is_required
        blank = f"{value} is None or {value} is {clear} or (type({value}) is str and not {value})"
        source.add(f"if {blank}: {f'{local} = {form} = None' if is_plain_blank else slow}")
        source.add(f"elif {value} is ABSENT: {f'{local} = {form} = ABSENT' if self.can_be_absent else slow}")
        with source.block("else"):
            wire = self._variable(f"{convert}({value})")
            kept = local_form(source, self.leaf, value, form)
            cases = [(case, f"{form} = {made}; {local} = {kept}") for case, made in self._cases(wire)]
            if not self._is_required:
                cases.append((f"{wire} is None", f"{form} = None; {local} = {kept}"))
            source.branches(cases, slow)

    def _write_choice(self, told: Choice, value: str) -> None:
        source, local, form = self.source, self.forms.local, self.forms.remote
        word = source.constant("word", slowpaths.word)
        blank = GIVE_UP if self._is_required else f"{local} = {form} = None"
        source.add(f"if {value} is None: {blank}")
        if self.can_be_absent:
            source.add(f"elif {value} is ABSENT: {local} = {form} = ABSENT")
        with source.block("else"):
            plain = f"type({value}) is str and {value} and {value}.isascii()"
            source.add(f"{local} = {value} if {plain} else {word}({value})")
            source.add(f"if {local} is None: {blank}")
            with source.block("else"):
                chosen = source.variable("chosen")
                source.add(f"{chosen} = value_maps[{told.value_map!r}][{local}]")
                self._write_setting(chosen)

    def _write_reference(self, told: Reference, value: str) -> None:
        source, local, form = self.source, self.forms.local, self.forms.remote
        keys = source.constant(f"key_{told.entity}", slowpaths.keys_of(told.entity))
        id_text = source.constant("id_text", slowpaths.id_text)
        blank = GIVE_UP if self._is_required else f"{local} = {form} = None"
        source.add(f"if {value} is None: {blank}")
        if self.can_be_absent:
            source.add(f"elif {value} is ABSENT: {local} = {form} = ABSENT")
        with source.block("else"):
            source.add(
                f"{local} = {value} if type({value}) is str and {value} and {value}.isascii() "
                f"else str({value}) if type({value}) is int else {id_text}({value})"
            )
            source.add(f"if {local} is None: {blank}")
            found = f"remote_ids[{keys}({local})]"
            if is_limited(self.leaf.field):
                found = f"{self._constant('check', partial(slowpaths.checked, self.leaf))}({found})"
            source.add(f"else: {form} = {found}")
