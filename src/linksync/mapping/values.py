"""One value on its way to the other side, told by the leaf that maps it."""

from collections.abc import Callable

from linksync.exactjson import Json
from linksync.fields import FieldValue
from linksync.mapping.attributes import ABSENT
from linksync.mapping.declaration import Leaf
from linksync.mapping.forms import UnfitError, decode, encode, plain_form
from linksync.mapping.sources import Attribute
from linksync.mapping.trimming import trim

BLANK = FieldValue(None, None)
"""A field that is blank on both sides."""

_HOST_MISTAKES = (ValueError, TypeError, ArithmeticError, LookupError, AttributeError)
"""What a host's own function may raise over a value that it cannot translate."""


def unsayable(form: Json) -> Json:
    """Return the local form of a remote value that the local side has no word for.

    That is the id of a record that is not linked, or a choice that no value map has. It can be compared and kept. Only writing it to the local record is refused.
    """
    return {"remote": form}


def choice_text(value: object) -> str:
    """Return a local value as the value maps spell it.

    Text is as it is, an enum member is its value, true and false are in lower case.

    Raises:
        UnfitError: The value has no text that would be the same next time.
    """
    form = plain_form(value, None)
    if isinstance(form, bool):
        return "true" if form else "false"
    if isinstance(form, str):
        return form
    if isinstance(form, int):
        return str(form)
    raise UnfitError(
        value,
        "cannot be looked up in a value map",
        "map an attribute that is a text, an enum or a whole number",
    )


def attribute_out(leaf: Leaf, source: Attribute, raw: object) -> FieldValue:
    """Return what the value of an attribute is on both sides; the remote's limits are not looked at.

    A text that is longer than the remote field is trimmed first, where the mapping says so. It is then the trimmed
    text on both sides, as it will come back, so that trimming is no difference.

    Raises:
        UnfitError: The value has no form, or the host's converter failed.
    """
    is_default = raw is None and source.default is not ABSENT
    value = source.default if is_default else raw
    if value is None:
        return BLANK
    if source.convert is not None and not is_blank_text(value):
        remote = encode(leaf.field, call(source.convert.to_remote, value, "translate it"))
        local = plain_form(value, remote)
    else:
        local = remote = encode(leaf.field, value)
    trimmed = trim(leaf.field, leaf.overflow, remote)
    if trimmed != remote:
        return FieldValue(attribute_in(leaf, source, trimmed), trimmed)
    return FieldValue(default_form(leaf, source) if is_default else local, remote)


def attribute_in(leaf: Leaf, source: Attribute, form: Json) -> Json:
    """Return the local form of a remote form.

    Raises:
        UnfitError: The host's converter failed.
    """
    if form is None:
        return default_form(leaf, source)
    if source.convert is None:
        return form
    return plain_form(call(source.convert.to_local, decode(leaf.field, form), "translate it"), form)


def default_form(leaf: Leaf, source: Attribute) -> Json:
    """Return the local form of what a blank value counts as; None where blank is blank.

    Raises:
        UnfitError: The default has no form.
    """
    if source.default is ABSENT:
        return None
    if is_blank_text(source.default):
        return ""
    return encode(leaf.field, source.default) if source.convert is None else plain_form(source.default, None)


def is_blank_text(value: object) -> bool:
    """Whether a value is an empty text, which is blank."""
    return isinstance(value, str) and not value


def call(function: Callable[..., object], value: object, purpose: str) -> object:
    """Call a function of the host's.

    Raises:
        UnfitError: It failed over the value.
    """
    try:
        return function(value)
    except _HOST_MISTAKES as error:
        raise UnfitError(
            value,
            f"the function that should {purpose} failed: {type(error).__name__}: {error}",
            "mend the value, or the function in the mapping",
        ) from error
