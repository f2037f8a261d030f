"""What compiled functions call for values that are not plain: the interpreter's own functions, leaf by leaf."""

from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import TypeAlias

from linksync.exactjson import Json
from linksync.fields import FieldValue
from linksync.mapping.attributes import ABSENT
from linksync.mapping.compiled.source import GaveUpError
from linksync.mapping.declaration import Leaf
from linksync.mapping.forms import check_limits, encode, encode_id, read
from linksync.mapping.remote import FieldKind
from linksync.mapping.sources import Attribute, Choice
from linksync.mapping.values import attribute_out, choice_text, is_blank_text, unsayable
from linksync.records import CLEAR, RecordKey

ToForm: TypeAlias = Callable[[object], Json]
ValueMaps: TypeAlias = Mapping[str, Mapping[str, Json]]


def is_required(leaf: Leaf) -> bool:
    """Whether a record without the value is refused, whatever else it has."""
    return (leaf.field.required or leaf.field.always_required) and not leaf.holder


def checked(leaf: Leaf, form: Json) -> Json:
    """Return a remote form that the remote takes; see `linksync.mapping.leaves`.

    Raises:
        UnfitError: It breaks a limit.
        GaveUpError: It is blank and must not be.
    """
    check_limits(leaf.field, form)
    if is_required(leaf) and (form is None or (isinstance(form, str) and form.isspace())):
        raise GaveUpError
    return form


def attribute_pair(leaf: Leaf, source: Attribute, *, is_whole: bool) -> Callable[[object], FieldValue]:
    """Return the function from any value of an attribute to its two forms."""

    def translate(raw: object) -> FieldValue:
        if raw is ABSENT:
            if not is_whole or source.default is ABSENT:
                raise GaveUpError
            raw = None
        value = attribute_out(leaf, source, None if raw is CLEAR or is_blank_text(raw) else raw)
        checked(leaf, value.remote)
        return value

    return translate


def attribute_form(leaf: Leaf, source: Attribute, *, is_whole: bool) -> ToForm:
    """Return the function from any value of an attribute to the form that it has on both sides.

    Only for a leaf whose forms are the same: no converter, no default that is an empty text.
    """
    pair = attribute_pair(leaf, source, is_whole=is_whole)
    return lambda raw: pair(raw).remote


def encoded(leaf: Leaf) -> ToForm:
    """Return the function from any Python value to its form."""
    return lambda value: checked(leaf, encode(leaf.field, value))


def read_out(leaf: Leaf) -> Callable[[Json], Json]:
    """Return the function from any value of a setting or a value map to its form."""
    return lambda json: checked(leaf, read(leaf.field, json))


def read_in(leaf: Leaf) -> Callable[[Json], Json]:
    """Return the function from any value in a remote record to its form."""
    return lambda json: read(leaf.field, json)


def id_text(raw: object) -> str | None:
    """Return an id as text; None where there is none.

    Raises:
        UnfitError: The value is no id.
        GaveUpError: The attribute is absent.
    """
    if raw is ABSENT:
        raise GaveUpError
    return None if raw is None or raw is CLEAR else encode_id(raw)


def reference_text(raw: object) -> str | None:
    """Return the id that an attribute refers to; None where there is none, an absent attribute included.

    Raises:
        UnfitError: The value is no id.
    """
    return None if raw is ABSENT else id_text(raw)


def word(raw: object) -> str | None:
    """Return a local value as value maps spell it; None for a blank one.

    Raises:
        UnfitError: The value has no such text.
        GaveUpError: The attribute is absent.
    """
    if raw is ABSENT:
        raise GaveUpError
    return None if raw is None or raw is CLEAR or is_blank_text(raw) else choice_text(raw)


def choose_back(leaf: Leaf, source: Choice) -> Callable[[ValueMaps, Json], Json]:
    """Return the function from the company's value maps and a remote form to the local form."""
    field, name = leaf.field, source.value_map
    is_text = field.kind in (FieldKind.TEXT, FieldKind.REFERENCE)

    def choose(value_maps: ValueMaps, form: Json) -> Json:
        texts = [
            text
            for text, chosen in value_maps.get(name, {}).items()
            if (
                chosen == form
                if is_text and type(chosen) is str and chosen.isascii()
                else read(field, chosen) == form
            )
        ]
        return texts[0] if len(texts) == 1 else unsayable(form)

    return choose


def keys_of(entity: str) -> Callable[[str], RecordKey]:
    """Return the function from a local id to its key, which remembers the latest: making one is slow."""
    return lru_cache(maxsize=4096)(partial(RecordKey, entity))
