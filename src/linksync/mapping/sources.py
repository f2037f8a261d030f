"""Where the value of a mapped field comes from: an attribute, the mapping itself, the company, another record."""

from collections.abc import Callable
from typing import Any, Generic, TypeAlias, TypeVar

from attrs import frozen

from linksync.mapping.attributes import ABSENT
from linksync.mapping.remote import RemoteType

LocalT = TypeVar("LocalT")
WireT = TypeVar("WireT")


@frozen
class Converter(Generic[LocalT, WireT]):
    """A pair of functions between a local type and the type of a remote field.

    Neither is ever called with None: blank is blank on both sides. A function that cannot translate a value raises
    `ValueError`, `TypeError`, `LookupError` or `ArithmeticError`, whose text is then told with the field.

    Attributes:
        to_remote: From the local value to the remote one.
        to_local: The way back.
    """

    to_remote: Callable[[LocalT], WireT | None]
    to_local: Callable[[WireT], LocalT | None]

    def inverse(self) -> "Converter[WireT, LocalT]":
        """Return the same pair with the sides exchanged."""
        return Converter(self.to_local, self.to_remote)


@frozen(kw_only=True)
class Attribute:
    """The value of a local attribute.

    Attributes:
        convert: How it translates; None when both sides have the same type.
        default: What a blank value counts as; `ABSENT` when blank is blank.
        local_type: The annotated type of the attribute, where it can be read.
    """

    convert: Converter[Any, Any] | None = None
    default: object = ABSENT
    local_type: object = None


@frozen(kw_only=True)
class Constant:
    """Always the same value."""

    value: object


@frozen(kw_only=True)
class Computed:
    """What a function makes of the local record, line or nested object.

    Attributes:
        function: The function.
        watches: The attributes that it looks at; None when that is not known.
    """

    function: Callable[[Any], object]
    watches: frozenset[str] | None = None


@frozen(kw_only=True)
class Setting:
    """A setting of the company.

    Attributes:
        name: The setting's name.
    """

    name: str


@frozen(kw_only=True)
class Choice:
    """A local attribute, translated by one of the company's value maps.

    Attributes:
        value_map: The map's name.
        of: What makes a local value of its text.
    """

    value_map: str
    of: Callable[[str], object]


@frozen(kw_only=True)
class Reference:
    """A local attribute that holds the local id of another record.

    Attributes:
        entity: The kind of record that it refers to.
        key_type: What makes a local id of its text.
        key: The type of the ids of that entity, where its mapping or its local class says it.
        remote: The remote type that the mapping of that entity is for; None when only the entity is known.
        onward: The entities that a record of that entity in turn cannot do without, each as the path that leads to it.
    """

    entity: str
    key_type: Callable[[str], object] = str
    key: type[object] | None = None
    remote: type[RemoteType] | None = None
    onward: tuple[tuple[str, ...], ...] = ()


Source: TypeAlias = Attribute | Constant | Computed | Setting | Choice | Reference


def is_made_up(source: Source) -> bool:
    """Whether the value comes from elsewhere than an attribute of the local record that is about this one field."""
    return isinstance(source, Constant | Computed | Setting)
