r"""Typed names for the fields of a remote system, and what is known of each.

A connector declares its remote types once:

```python
class Customer(RemoteType):
    DisplayName = text(max_length=500, forbidden=":\t\n")
    CompanyName = optional_text(max_length=100)
    Balance = decimal(read_only=True)
    BillAddr = PhysicalAddress()
```

A mapping then names `Customer.BillAddr.City`, and a type checker knows that it is a text that may be absent.
The class is at the same time the table of facts: lengths, enums, what is read-only, what is required.
"""

from collections.abc import Iterator, Mapping
from copy import copy
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import ClassVar, Generic, Literal, Self, TypedDict, TypeVar, Unpack, overload

from attrs import evolve, field, frozen

T_co = TypeVar("T_co", covariant=True)


class FieldKind(Enum):
    """How a remote field stands in JSON."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    """Text such as `2026-11-21`."""
    INSTANT = "instant"
    """Text such as `2026-11-21T09:30:00-08:00`, always with an offset."""
    REFERENCE = "reference"
    """The id of another record, in an object of its own: `{"value": "58"}`."""


@frozen(kw_only=True, eq=False)
class RemoteField(Generic[T_co]):
    """One field of a remote type.

    `T_co` is the Python type of its values: `str`, `Decimal`, `date` and so on, with `| None` where the remote may
    leave the field out.

    Attributes:
        kind: How it stands in JSON.
        optional: Whether an answer may leave it out.
        max_length: The most characters it holds; None where no limit is known.
        forbidden: Characters that it must not contain.
        choices: The values it may have; empty where it is free.
        read_only: The remote computes it and ignores what is sent.
        create_only: It can be written when the record is created and never again.
        required: Why a create without it is refused; a sparse update may leave it out.
        always_required: A sparse update without it is refused as well.
        clearable: Whether an update may make it blank, if its kind can be made blank at all.
        filterable: Whether a search may ask for it, as far as is known.
        sortable: Whether a search may sort by it, as far as is known.
        within: The JSON objects that it stands in, outermost first, below its record or line.
        name: Its own JSON name; that of the attribute it is assigned to.
        owner: The remote type or group that declares it.
    """

    kind: FieldKind
    optional: bool
    max_length: int | None = None
    forbidden: str = ""
    choices: tuple[str, ...] = ()
    read_only: bool = False
    create_only: bool = False
    required: bool = False
    always_required: bool = False
    clearable: bool = True
    filterable: bool = False
    sortable: bool = False
    within: tuple[str, ...] = ()
    name: str = ""
    owner: "type[RemoteType] | None" = field(default=None, repr=False)

    def __set_name__(self, owner: type, name: str) -> None:
        object.__setattr__(self, "name", self.name or name)
        if issubclass(owner, RemoteType):
            object.__setattr__(self, "owner", owner)

    def __get__(self, instance: object, owner: type | None = None) -> Self:
        return self._within(instance)

    def _within(self, instance: object) -> Self:
        if not isinstance(instance, RemoteGroup):
            return self
        return evolve(self, within=(*instance.path, *self.within), owner=instance.owner)

    @property
    def path(self) -> tuple[str, ...]:
        """The JSON names that lead to the value, outermost first."""
        own = (self.name, "value") if self.kind is FieldKind.REFERENCE else (self.name,)
        return (*self.within, *own)

    @property
    def label(self) -> str:
        """The field as messages name it, such as `BillAddr.City` or `CustomerRef`."""
        return ".".join((*self.within, self.name))

    def __str__(self) -> str:
        return f"{self.owner.__name__}.{self.label}" if self.owner else self.label


@frozen(kw_only=True, eq=False)
class WritableField(RemoteField[T_co]):
    """A field that the remote takes a value for, as it does not for a read-only one.

    It is a class of its own for type checkers: a specifier that writes takes no other.
    """


R_co = TypeVar("R_co", covariant=True, bound="RemoteType")


@frozen(kw_only=True, eq=False)
class RefField(WritableField[str | None], Generic[R_co]):
    """A field that holds the id of a record of type `R_co`.

    Attributes:
        to: The remote type that it refers to, by name.
    """

    kind: FieldKind = FieldKind.REFERENCE
    optional: bool = True
    to: str


class RemoteGroup:
    """An object within a record, such as an address: its fields stand under the group's name.

    Groups stand in groups: `Preferences.SalesFormsPrefs.SalesEmailCc.Address`.

    Args:
        within: The JSON objects that it stands in, outermost first, where they are no groups themselves.
        filterable: Whether a search may ask for it by the group's own name, as far as is known.

    Attributes:
        path: The JSON names that lead to it, outermost first.
        owner: The remote type that declares it.
        filterable: Whether a search may ask for it by the group's own name, as far as is known.
    """

    path: tuple[str, ...] = ()
    owner: "type[RemoteType] | None" = None
    filterable: bool = False

    def __init__(self, *, within: tuple[str, ...] = (), filterable: bool = False) -> None:
        self._within = within
        self.filterable = filterable

    def __set_name__(self, owner: type, name: str) -> None:
        self.path = (*self._within, name)
        if issubclass(owner, RemoteType):
            self.owner = owner

    def __get__(self, instance: object, owner: type | None = None) -> Self:
        if not isinstance(instance, RemoteGroup):
            return self
        placed = copy(self)
        placed.path = (*instance.path, *self.path)
        placed.owner = instance.owner
        return placed

    def fields(self) -> "Iterator[RemoteField[object]]":
        """Yield the fields, those of groups within included, each with the path that leads to it."""
        for name, value in _members(type(self)):
            if isinstance(value, RemoteField):
                field: RemoteField[object] = getattr(self, name)
                yield field
            elif isinstance(value, RemoteGroup):
                group: RemoteGroup = getattr(self, name)
                yield from group.fields()


class RemoteType:
    """A kind of record of a remote system, declared by its fields.

    Attributes:
        remote_name: What the remote calls it; the class's name unless told.
    """

    remote_name: ClassVar[str] = ""
    _fields: "ClassVar[tuple[RemoteField[object], ...]]"

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "remote_name" not in vars(cls):
            cls.remote_name = cls.__name__

    @classmethod
    def fields(cls) -> "tuple[RemoteField[object], ...]":
        """Return every field, those within groups included, lines not."""
        if "_fields" not in vars(cls):
            cls._fields = tuple(cls._collect())
        return cls._fields

    @classmethod
    def _collect(cls) -> "Iterator[RemoteField[object]]":
        for _, value in _members(cls):
            if isinstance(value, RemoteField):
                yield value
            elif isinstance(value, RemoteGroup):
                yield from value.fields()

    @classmethod
    def groups(cls) -> "Iterator[RemoteGroup]":
        """Yield every group, those within groups not."""
        for _, value in _members(cls):
            if isinstance(value, RemoteGroup):
                yield value

    @classmethod
    def line_fields(cls) -> "Iterator[LinesField[RemoteLine]]":
        """Yield every array of lines."""
        for _, value in _members(cls):
            if isinstance(value, LinesField):
                yield value


class RemoteLine(RemoteType):
    """One kind of line within a document.

    Attributes:
        discriminator: The JSON name and value that tell this kind from the others, such as
            `("DetailType", "SalesItemLineDetail")`; both empty where the array holds one kind that nothing marks.
    """

    discriminator: ClassVar[tuple[str, str]] = ("", "")

    @classmethod
    def owns(cls, line: Mapping[str, object]) -> bool:
        """Whether *line* is of this kind."""
        name, value = cls.discriminator
        return not name or line.get(name) == value

    @classmethod
    def mark(cls) -> Mapping[str, str]:
        """Return what a new line of this kind begins with: what tells it from the others."""
        name, value = cls.discriminator
        return {name: value} if name else {}


# Invariant, so that a mapping of a line that the array does not hold is a mistake to type checkers.
KindT = TypeVar("KindT", bound=RemoteLine)


@frozen(kw_only=True, eq=False)
class LinesField(Generic[KindT]):
    """An array of lines of one or more kinds within a record.

    Attributes:
        kinds: The kinds of line that it may hold.
        computed: The values of the discriminator that the remote adds by itself, which are neither read as
            lines nor sent back.
        id_name: The JSON name of a line's own id; empty where lines have none.
        required: Whether a create without lines is refused.
        name: Its JSON name; that of the attribute it is assigned to.
    """

    kinds: tuple[type[KindT], ...]
    computed: tuple[str, ...] = ()
    id_name: str = "Id"
    required: bool = False
    name: str = ""
    owner: "type[RemoteType] | None" = field(default=None, repr=False)

    def __set_name__(self, owner: type, name: str) -> None:
        object.__setattr__(self, "name", self.name or name)
        if issubclass(owner, RemoteType):
            object.__setattr__(self, "owner", owner)

    def __str__(self) -> str:
        return f"{self.owner.__name__}.{self.name}" if self.owner else self.name


def _members(cls: type) -> Iterator[tuple[str, object]]:
    seen = dict[str, object]()
    for ancestor in reversed(cls.__mro__):
        seen.update(vars(ancestor))
    yield from seen.items()


class FieldFacts(TypedDict, total=False):
    """What may be told of any field, besides that it is read-only; `RemoteField` says what each means."""

    create_only: bool
    required: bool
    always_required: bool
    clearable: bool
    filterable: bool
    sortable: bool
    within: tuple[str, ...]
    name: str


class TextFacts(FieldFacts, total=False):
    """What may be told of a text."""

    max_length: int | None
    forbidden: str
    choices: tuple[str, ...]


ValueT = TypeVar("ValueT")


@frozen
class Declares(Generic[ValueT]):
    """Declares the fields of one kind: call it with the facts.

    Attributes:
        kind: How they stand in JSON.
        optional: Whether an answer may leave them out.
    """

    kind: FieldKind
    optional: bool

    @overload
    def __call__(self, *, read_only: Literal[True], **facts: Unpack[FieldFacts]) -> RemoteField[ValueT]: ...
    @overload
    def __call__(
        self, *, read_only: Literal[False] = ..., **facts: Unpack[FieldFacts]
    ) -> WritableField[ValueT]: ...
    def __call__(self, *, read_only: bool = False, **facts: Unpack[FieldFacts]) -> RemoteField[ValueT]:
        """Return a field."""
        made = RemoteField[ValueT] if read_only else WritableField[ValueT]
        return made(kind=self.kind, optional=self.optional, read_only=read_only, **facts)


@frozen
class DeclaresText(Generic[ValueT]):
    """Declares texts: call it with the facts.

    Attributes:
        optional: Whether an answer may leave them out.
    """

    optional: bool

    @overload
    def __call__(self, *, read_only: Literal[True], **facts: Unpack[TextFacts]) -> RemoteField[ValueT]: ...
    @overload
    def __call__(
        self, *, read_only: Literal[False] = ..., **facts: Unpack[TextFacts]
    ) -> WritableField[ValueT]: ...
    def __call__(self, *, read_only: bool = False, **facts: Unpack[TextFacts]) -> RemoteField[ValueT]:
        """Return a field."""
        made = RemoteField[ValueT] if read_only else WritableField[ValueT]
        return made(kind=FieldKind.TEXT, optional=self.optional, read_only=read_only, **facts)


text = DeclaresText[str](optional=False)
"""Declares a text that every answer contains."""

optional_text = DeclaresText[str | None](optional=True)
"""Declares a text that an answer may leave out."""

decimal = Declares[Decimal](FieldKind.DECIMAL, optional=False)
"""Declares an exact number that every answer contains."""

optional_decimal = Declares[Decimal | None](FieldKind.DECIMAL, optional=True)
"""Declares an exact number that an answer may leave out."""

integer = Declares[int](FieldKind.INTEGER, optional=False)
"""Declares a whole number that every answer contains."""

optional_integer = Declares[int | None](FieldKind.INTEGER, optional=True)
"""Declares a whole number that an answer may leave out."""

boolean = Declares[bool](FieldKind.BOOLEAN, optional=False)
"""Declares a yes or no that every answer contains."""

optional_boolean = Declares[bool | None](FieldKind.BOOLEAN, optional=True)
"""Declares a yes or no that an answer may leave out."""

day = Declares[date](FieldKind.DATE, optional=False)
"""Declares a calendar day that every answer contains."""

optional_date = Declares[date | None](FieldKind.DATE, optional=True)
"""Declares a calendar day that an answer may leave out."""

instant = Declares[datetime](FieldKind.INSTANT, optional=False)
"""Declares an instant that every answer contains."""

optional_instant = Declares[datetime | None](FieldKind.INSTANT, optional=True)
"""Declares an instant that an answer may leave out."""
