"""Translating the values of one object, a record or a line, both ways."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from attrs import define, field

from linksync.errors import FieldProblem
from linksync.exactjson import Json, JsonObject
from linksync.fields import FieldValue
from linksync.mapping.attributes import ABSENT, read_attribute
from linksync.mapping.declaration import Leaf
from linksync.mapping.forms import NOTHING, UnfitError, check_limits, encode, encode_id, read
from linksync.mapping.jsonpaths import find
from linksync.mapping.mapper import MappingContext
from linksync.mapping.sources import Attribute, Choice, Computed, Constant, Reference, Setting
from linksync.mapping.values import (
    BLANK,
    attribute_in,
    attribute_out,
    call,
    choice_text,
    is_blank_text,
    unsayable,
)
from linksync.records import CLEAR, RecordKey


@define(eq=False)
class Translation:
    """One object on its way to the other side, and what is found wrong with it.

    Attributes:
        context: What is known besides the object.
        problems: Every bad field found so far.
        local_prefix: The local path of the object, such as `lines[2].`; empty for the record itself.
        remote_prefix: The remote path of the object, such as `Line.`.
        is_whole: Whether the object is written whole, so that nothing of it can be left alone: a line.
    """

    context: MappingContext
    problems: list[FieldProblem]
    local_prefix: str = ""
    remote_prefix: str = ""
    is_whole: bool = False
    _failed: set[str] = field(factory=set[str], init=False)

    def outgoing(self, leaves: Sequence[Leaf], record: object) -> dict[str, FieldValue]:
        """Return the values of a local object in both forms; what is absent is left out, and so is what is wrong."""
        values = dict[str, FieldValue]()
        for leaf in leaves:
            value = self._attempt(leaf, partial(self._outgoing, leaf, record))
            if value is not None:
                values[leaf.name] = value
        for nested in _nested(leaves):
            if _is_empty(nested, values, self._failed):
                _vanish(nested, values)
        for leaf in leaves:
            self._attempt(leaf, partial(self._check, leaf, leaves, values))
        return values

    def incoming(self, leaves: Sequence[Leaf], json: JsonObject) -> dict[str, FieldValue]:
        """Return the values of a remote object in both forms."""
        values = dict[str, FieldValue]()
        for leaf in leaves:
            value = self._attempt(leaf, partial(self._incoming, leaf, json))
            if value is not None:
                values[leaf.name] = value
        for nested in _nested(leaves):
            if _is_empty(nested, values, self._failed):
                values.update((leaf.name, BLANK) for leaf in nested if not leaf.is_made_up)
        return values

    def _report(self, leaf: Leaf, error: UnfitError) -> None:
        """Add a problem of *leaf*."""
        self._failed.add(leaf.name)
        local = f"{self.local_prefix}{leaf.local}" if leaf.local else self.local_prefix.rstrip(".")
        self.problems.append(error.at(local, f"{self.remote_prefix}{leaf.field.label}"))

    def _attempt(self, leaf: Leaf, step: Callable[[], FieldValue | None]) -> FieldValue | None:
        if leaf.name in self._failed:
            return None
        try:
            return step()
        except UnfitError as error:
            self._report(leaf, error)
            return None

    def _outgoing(self, leaf: Leaf, record: object) -> FieldValue | None:
        holder = _follow(record, leaf.holder)
        if holder is None:
            return BLANK
        raw = holder
        if holder is not ABSENT and leaf.attribute is not None:
            raw = read_attribute(holder, leaf.attribute)
        if raw is ABSENT:
            return self._absent(leaf)
        return self._translate(leaf, None if raw is CLEAR or is_blank_text(raw) else raw)

    def _absent(self, leaf: Leaf) -> FieldValue | None:
        if not self.is_whole:
            return None
        if isinstance(leaf.source, Attribute) and leaf.source.default is not ABSENT:
            return self._translate(leaf, None)
        raise UnfitError(
            NOTHING,
            "is absent, but a line is written whole, so that nothing on it can be left alone",
            "give None for blank, or the field a default",
        )

    def _translate(self, leaf: Leaf, raw: object) -> FieldValue:
        """Return the value that comes from *raw*: the attribute's value, or its holder where the value is made up."""
        match leaf.source:
            case Attribute() as source:
                return attribute_out(leaf, source, raw)
            case Constant(value=value):
                form = encode(leaf.field, value)
                return FieldValue(form, form)
            case Computed(function=function):
                form = encode(leaf.field, call(function, raw, "compute it"))
                return FieldValue(form, form)
            case Setting(name=name):
                form = self._setting(leaf, name)
                return FieldValue(form, form)
            case Choice() as source:
                return self._choice_out(leaf, source, raw)
            case Reference() as source:
                return self._reference_out(source, raw)

    def _setting(self, leaf: Leaf, name: str) -> Json:
        value = self.context.settings.get(name)
        if value is None:
            raise UnfitError(
                NOTHING, f"the company has no setting {name!r}", f"set {name!r} among the company's settings"
            )
        return read(leaf.field, value)

    def _choice_out(self, leaf: Leaf, source: Choice, raw: object) -> FieldValue:
        if raw is None:
            return BLANK
        text = choice_text(raw)
        chosen = self.context.value_maps.get(source.value_map, {}).get(text)
        if chosen is None:
            raise UnfitError(
                raw,
                f"the company's value map {source.value_map!r} has nothing for {text!r}",
                f"add {text!r} to {source.value_map!r} among the company's value maps",
            )
        return FieldValue(text, read(leaf.field, chosen))

    def _reference_out(self, source: Reference, raw: object) -> FieldValue:
        id_ = None if raw is None else encode_id(raw)
        if id_ is None:
            return BLANK
        remote = self.context.remote_ids.get(RecordKey(source.entity, id_))
        if remote is None:
            raise UnfitError(
                raw,
                f"refers to {source.entity} {id_}, which is not linked",
                "promote or link that record first",
            )
        return FieldValue(id_, remote)

    def _check(self, leaf: Leaf, leaves: Iterable[Leaf], values: Mapping[str, FieldValue]) -> None:
        """Make sure that a value keeps to the remote's limits and is there where it is required."""
        if leaf.name not in values:
            return
        form = values[leaf.name].remote
        check_limits(leaf.field, form)
        is_required = leaf.field.required or leaf.field.always_required
        if not is_required or (form is not None and not (isinstance(form, str) and form.isspace())):
            return
        if leaf.holder and _is_empty(_below(leaves, leaf.holder), values, self._failed):
            return
        raise UnfitError(form, f"is blank, but {leaf.field.label} is required", "give it a value")

    def _incoming(self, leaf: Leaf, json: JsonObject) -> FieldValue:
        form = read(leaf.field, find(json, leaf.path))
        match leaf.source:
            case Attribute() as source:
                return FieldValue(attribute_in(leaf, source, form), form)
            case Constant() | Computed() | Setting():
                return FieldValue(form, form)
            case Choice() as source:
                return FieldValue(self._choice_in(leaf, source, form), form)
            case Reference(entity=entity):
                return FieldValue(self._reference_in(entity, form), form)

    def _choice_in(self, leaf: Leaf, source: Choice, form: Json) -> Json:
        if form is None:
            return None
        table = self.context.value_maps.get(source.value_map, {})
        texts = [text for text, chosen in table.items() if read(leaf.field, chosen) == form]
        return texts[0] if len(texts) == 1 else unsayable(form)

    def _reference_in(self, entity: str, form: Json) -> Json:
        if form is None:
            return None
        local = self.context.local_ids.get((entity, str(form)))
        return unsayable(form) if local is None else local


def _follow(record: object, holder: tuple[str, ...]) -> object:
    """Return the object that *holder* leads to; None when it is blank, `ABSENT` when it is absent."""
    for name in holder:
        record = read_attribute(record, name)
        if record is None or record is CLEAR:
            return None
        if record is ABSENT:
            return ABSENT
    return record


def _nested(leaves: Sequence[Leaf]) -> Sequence[Sequence[Leaf]]:
    """Return the values of each nested object, those of objects within it included, inner objects first."""
    holders = {leaf.holder[:depth] for leaf in leaves for depth in range(1, len(leaf.holder) + 1)}
    return [_below(leaves, holder) for holder in sorted(holders, key=lambda holder: (-len(holder), holder))]


def _below(leaves: Iterable[Leaf], holder: tuple[str, ...]) -> Sequence[Leaf]:
    return [leaf for leaf in leaves if leaf.holder[: len(holder)] == holder]


def _vanish(nested: Iterable[Leaf], values: dict[str, FieldValue]) -> None:
    """Make a nested object blank that has nothing of its own; where it does not say all, leave the made-up alone."""
    is_told = all(leaf.is_made_up or leaf.name in values for leaf in nested)
    for leaf in nested:
        if leaf.is_made_up and not is_told:
            values.pop(leaf.name, None)
        elif leaf.name in values:
            values[leaf.name] = BLANK


def _is_empty(nested: Iterable[Leaf], values: Mapping[str, FieldValue], failed: set[str]) -> bool:
    """Whether a nested object has nothing but what the mapping makes up."""
    return all(
        leaf.is_made_up or (leaf.name not in failed and values.get(leaf.name, BLANK).remote is None)
        for leaf in nested
    )
