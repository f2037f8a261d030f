"""Reading the attributes of the host's records, whatever kind of object they are."""

import difflib
import inspect
import types
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from functools import cached_property
from typing import Final, Union, cast, get_args, get_origin, get_type_hints, is_typeddict

from attrs import has as is_attrs


class Absent(Enum):
    """The value of an attribute that has none, which a blank attribute is not."""

    ABSENT = "absent"

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = Absent.ABSENT


def read_attribute(record: object, name: str) -> object:
    """Return the attribute *name* of a record, or `ABSENT`.

    A mapping is asked for its key, any other object for its attribute. An `AttributeError` that comes out of a
    property is the host's mistake, not an absent attribute, and is raised on.
    """
    if isinstance(record, Mapping):
        return cast("Mapping[str, object]", record).get(name, ABSENT)
    try:
        found: object = getattr(record, name)
    except AttributeError:
        if isinstance(inspect.getattr_static(record, name, None), property | cached_property):
            raise
        return ABSENT
    return found


def known_attributes(cls: object) -> frozenset[str] | None:
    """Return the names of the attributes that objects of *cls* have, or None when that cannot be told.

    It can be told of dataclasses, attrs classes, typed dicts and classes that annotate their attributes, what they
    name in `__init__` besides included. A plain dict, and a class without annotations, may hold anything.
    """
    cls = plain_class(cls)
    if cls is None:
        return None
    annotated = set(_annotations(cls))
    if is_typeddict(cls):
        return frozenset(annotated)
    if issubclass(cls, Mapping) or (not annotated and not is_attrs(cls)):
        return None
    named: Iterable[str] = getattr(getattr(cls.__init__, "__code__", None), "co_names", ())
    return frozenset({*annotated, *named, *(name for name in dir(cls) if not name.startswith("__"))})


def attribute_type(cls: object, name: str) -> object:
    """Return the type that *cls* annotates *name* with, `None` taken off; None when there is none that can be read."""
    return without_none(declared_type(cls, name))


def declared_type(cls: object, name: str) -> object:
    """Return what *cls* annotates *name* with; None when there is nothing that can be read."""
    cls = plain_class(cls)
    if cls is None:
        return None
    try:
        return get_type_hints(cls).get(name)
    except (NameError, TypeError, AttributeError):
        # a name that only exists for type checkers, or in a function's scope
        return None


def without_none(hint: object) -> object:
    """Return a type without the `None` that it may be united with; other unions are no single type: None."""
    if get_origin(hint) not in (Union, types.UnionType):
        return hint
    members = [member for member in get_args(hint) if member is not type(None)]
    return members[0] if len(members) == 1 else None


def plain_class(cls: object) -> type[object] | None:
    """Return a class without its type arguments; None for what is no class."""
    cls = get_origin(cls) or cls
    return cast("type[object]", cls) if isinstance(cls, type) else None


def suggest(name: str, known: frozenset[str]) -> str:
    """Return `; did you mean 'x'?` when one of *known* is close to *name*, else an empty text."""
    close = difflib.get_close_matches(name, sorted(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def _annotations(cls: type) -> Iterator[str]:
    for ancestor in cls.__mro__:
        yield from inspect.get_annotations(ancestor)
