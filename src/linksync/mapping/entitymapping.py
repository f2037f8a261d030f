"""The classes that a mapping is declared by: of an entity, of an object nested in it, of its lines."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar

from typing_extensions import TypeVar as DefaultTypeVar

from linksync.errors import MappingDefinitionError
from linksync.mapping import checks
from linksync.mapping.attributes import attribute_type, plain_class
from linksync.mapping.declaration import EntityDeclaration, LinesDeclaration, NestedDeclaration
from linksync.mapping.declaring import key_type, members, specifications, type_arguments, unspecified
from linksync.mapping.remote import RemoteGroup, RemoteLine, RemoteType
from linksync.mapping.rules import EntityRules, MissingReference

LocalT = TypeVar("LocalT")
RemoteT = TypeVar("RemoteT", bound=RemoteType)
GroupT = TypeVar("GroupT", bound=RemoteGroup)
KeyT = DefaultTypeVar("KeyT", default=Any)
LocalT_co = TypeVar("LocalT_co", covariant=True)
LineT_co = TypeVar("LineT_co", bound=RemoteLine, covariant=True)


class EntityMapping(Generic[LocalT, RemoteT, KeyT]):
    """How the records of an entity translate between the host's class and a remote type, by declaration.

    ```python
    class CustomerMapping(EntityMapping[Customer, qbo.Customer], entity="customer", key="id"):
        name: str = both(qbo.Customer.DisplayName, match=True)
        email: str | None = both(qbo.Customer.PrimaryEmailAddr.Address)
        balance: Decimal = pull(qbo.Customer.Balance)
    ```

    The annotations are the local types; each name is an attribute of the local class (or a key, if that is a dict)
    and the name of the mapped field. What the class says is checked when it is made.

    A third type, `EntityMapping[Customer, qbo.Customer, int]`, is that of the key: a type checker then knows what
    `ref(..., to=CustomerMapping)` holds, and local ids are made of that type. Without it, a reference of another type
    than the key has in the local class is found when the class that refers is made.

    Class arguments:
        entity: The kind of record, such as `"customer"`; part of a link's identity.
        key: The local attribute that holds the record's id. It need not be mapped.
        label: The local attribute, or a function of the local record, that says what people call it. The first field
            with `match=True` unless told, else the key.
        once: A document: pushed once, and from then on the remote's.
        permanent: A link, once made, is never unlinked.
        auto_create: Whether a record that something else refers to is promoted without being asked for.
        missing_reference: What to do about references that are not linked yet.
        eligible: Whether a local record may be promoted at all.
        effective_from: Only local records that `dated` says are not older are promoted (timezone-aware).
        dated: When a local record is from; needed with `effective_from`.

    Raises:
        MappingDefinitionError: The class contradicts itself, the local class or the remote; it lists every mistake.
    """

    __declaration__: ClassVar[EntityDeclaration]

    def __init_subclass__(
        cls,
        *,
        entity: str,
        key: str,
        label: str | Callable[[Any], str] | None = None,
        once: bool = False,
        permanent: bool = False,
        auto_create: bool = True,
        missing_reference: MissingReference = MissingReference.PROMOTE,
        eligible: Callable[[Any], bool] | None = None,
        effective_from: datetime | None = None,
        dated: Callable[[Any], datetime] | None = None,
    ) -> None:
        super().__init_subclass__()
        local, remote = _arguments(cls, EntityMapping, RemoteType)
        found = specifications(cls)
        told_key = _key_argument(cls)
        annotated_key = attribute_type(local, key) or attribute_type(cls, key)
        named = {"key": key} | ({"label": label} if isinstance(label, str) else {})
        mistakes = list(checks.check_names(local, found, unspecified(cls), named))
        mistakes.extend(checks.check_remote(remote, found))
        mistakes.extend(checks.check_key_type(key, told_key, annotated_key))
        mistakes.extend(checks.check_aware_instant("effective_from", effective_from))
        is_dated = effective_from is not None and effective_from.utcoffset() is not None
        declaration = EntityDeclaration(
            name=cls.__name__,
            local=local,
            members=members(cls, local, found),
            entity=entity,
            remote=remote,
            key=key,
            key_type=key_type(told_key or annotated_key),
            known_key=plain_class(told_key or annotated_key),
            label=label,
            rules=EntityRules(
                once=once,
                permanent=permanent,
                auto_create=auto_create,
                missing_reference=missing_reference,
                eligible=eligible,
                effective_from=effective_from if is_dated else None,
                dated=dated,
            ),
        )
        mistakes.extend(checks.check_members(declaration.members))
        mistakes.extend(checks.check_entity(declaration))
        _refuse(cls, mistakes)
        cls.__declaration__ = declaration


class NestedMapping(Generic[LocalT, GroupT]):
    """How an object within a record translates, such as an address.

    ```python
    class AddressMapping(NestedMapping[Address, qbo.PhysicalAddress]):
        street: str | None = both(qbo.PhysicalAddress.Line1)
        city: str | None = both(qbo.PhysicalAddress.City)
    ```

    An object whose mapped values are all blank is no object: neither side is given an empty one.

    Raises:
        MappingDefinitionError: The class contradicts itself, the local class or the remote; it lists every mistake.
    """

    __declaration__: ClassVar[NestedDeclaration]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        local, group = _arguments(cls, NestedMapping, RemoteGroup)
        found = specifications(cls)
        mistakes = list(checks.check_names(local, found, unspecified(cls), {}))
        mistakes.extend(checks.check_group(group, found))
        declaration = NestedDeclaration(
            name=cls.__name__, local=local, members=members(cls, local, found), group=group
        )
        mistakes.extend(checks.check_members(declaration.members))
        _refuse(cls, mistakes)
        cls.__declaration__ = declaration


class LinesMapping(Generic[LocalT_co, LineT_co]):
    """How the lines of one kind within a document translate.

    ```python
    class LineMapping(LinesMapping[Line, qbo.SalesItemLine]):
        product_id: int = ref(qbo.SalesItemLine.ItemRef, to=ItemMapping)
        quantity: Decimal | None = both(qbo.SalesItemLine.Qty)
        price: Decimal | None = both(qbo.SalesItemLine.UnitPrice)
        amount = computed(qbo.SalesItemLine.Amount, lambda line: line.amount)
    ```

    Class arguments:
        key: The name of the mapped field that tells one line of a document from another. Without it, lines are told
            apart by what they say and by their order.

    Raises:
        MappingDefinitionError: The class contradicts itself, the local class or the remote; it lists every mistake.
    """

    __declaration__: ClassVar[LinesDeclaration]

    def __init_subclass__(cls, *, key: str | None = None) -> None:
        super().__init_subclass__()
        local, kind = _arguments(cls, LinesMapping, RemoteLine)
        found = specifications(cls)
        mistakes = list(checks.check_names(local, found, unspecified(cls), {}))
        mistakes.extend(checks.check_remote(kind, found))
        declaration = LinesDeclaration(
            name=cls.__name__, local=local, members=members(cls, local, found), kind=kind, key=key
        )
        mistakes.extend(checks.check_members(declaration.members))
        mistakes.extend(checks.check_line(declaration))
        _refuse(cls, mistakes)
        cls.__declaration__ = declaration


ClassT = TypeVar("ClassT")


def _arguments(cls: type, root: type, bound: type[ClassT]) -> tuple[object, type[ClassT]]:
    arguments = type_arguments(cls, root)
    if arguments is None:
        raise MappingDefinitionError(
            cls.__name__, [f"does not say what it maps; derive it from {root.__name__}[Local, Remote]"]
        )
    local, remote, *_ = arguments
    if not (isinstance(remote, type) and issubclass(remote, bound)):
        raise MappingDefinitionError(
            cls.__name__, [f"maps {remote!r}, which is no {bound.__name__}; name one as the second type"]
        )
    return local, remote


def _key_argument(cls: type) -> object:
    """Return the type of the key, where the class tells it; else None."""
    arguments = type_arguments(cls, EntityMapping) or ()
    told = arguments[2] if len(arguments) > 2 else None
    return None if told is Any else told


def _refuse(cls: type, mistakes: Sequence[str]) -> None:
    if mistakes:
        raise MappingDefinitionError(cls.__name__, mistakes)
