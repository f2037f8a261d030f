"""The host's side of a sync, made of one small store per entity."""

import uuid
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeAlias, cast, runtime_checkable

from attrs import field, frozen
from typing_extensions import TypeVar

from linksync.endpoints.endpoint import Capabilities
from linksync.endpoints.storedvalues import read_back, write_down
from linksync.errors import (
    ConfigurationError,
    Fault,
    FaultError,
    FaultKind,
    LinksyncError,
    RecordError,
    TransientError,
    UncertainError,
)
from linksync.exactjson import Json, dumps, loads
from linksync.records import (
    Action,
    Gone,
    Record,
    Refused,
    Request,
    Unknown,
    Write,
    WriteOutcome,
    WriteValue,
    Written,
)

Values: TypeAlias = Mapping[str, WriteValue]
"""Values by attribute: None, bool, int, str, `Decimal`, `date`, `datetime`, and lists and dicts of these.

None is blank. An enum member comes as its value, a nested object and a line as a dict by attribute. Of a nested
object only the attributes to be written are in it; lines come all, and whole.
"""

LocalT_co = TypeVar("LocalT_co", covariant=True)
KeyT = TypeVar("KeyT", default=str)


class EntityReader(Protocol[LocalT_co, KeyT]):
    """The host's records of one entity that linksync only reads: enough to push them.

    Ids are text. A store of a class whose keys are of another type names it twice, and is then given and gives such
    keys:

    ```python
    class Customers(EntityStore[Customer, int]):
        key_type = int
    ```

    A store may let any exception out. Those of `linksync.errors` say what is to be done; any other is taken for
    trouble that may pass when it comes out of `read`, and for a write that may have happened when it comes out of the
    others.
    """

    def read(self, ids: Collection[KeyT]) -> Mapping[KeyT, LocalT_co]:
        """Return the records of *ids*, keyed by id: dicts, attrs, dataclass or any other objects.

        One query, however many ids. A record that is not there is left out.
        """
        ...


@runtime_checkable
class EntityStore(EntityReader[LocalT_co, KeyT], Protocol[LocalT_co, KeyT]):
    """The host's records of one entity, to read and to write: three methods to start with."""

    def create(self, values: Values, key: str) -> KeyT:
        """Make a record of *values* and return its id.

        Args:
            values: Its values by attribute.
            key: The name of its twin on the remote side; a store that keeps it can offer `find_by_key`.
        """
        ...

    def update(self, id: KeyT, values: Values, expected: Values) -> bool:  # noqa: A002  what hosts call it
        """Write *values* into a record, unless it has changed meanwhile.

        Compare and write in one statement or transaction.

        Args:
            id: The record.
            values: The values to write by attribute; what is not among them stays.
            expected: The values of the same attributes as they were when the write was decided on.

        Returns:
            Whether it was written. False when the record no longer is as *expected*, or is gone: nothing was written,
            and the record will be looked at again.
        """
        ...


@runtime_checkable
class KeyedStore(Protocol):
    """A store whose ids are not text."""

    key_type: Callable[[str], Any]
    """The type of ids, such as `int`; `str` of an id must give back the text that it was made of."""


@runtime_checkable
class FindsByKey(Protocol):
    """A store that remembers which remote record it made a record for, so that none is made twice."""

    def find_by_key(self, key: str) -> Any | None:
        """Return the id of the record that was created with *key*, or None."""
        ...


@runtime_checkable
class Archives(Protocol):
    """A store that can take a record out of use and keep it."""

    def archive(self, id: Any) -> None:  # noqa: A002  what hosts call it
        """Take a record out of use; nothing happens when it is so already."""
        ...


@runtime_checkable
class Deletes(Protocol):
    """A store that can delete a record."""

    def delete(self, id: Any) -> None:  # noqa: A002  what hosts call it
        """Delete a record; nothing happens when it is gone already."""
        ...


@runtime_checkable
class Voids(Protocol):
    """A store that can void a document: keep it, make its amounts zero."""

    def void(self, id: Any) -> None:  # noqa: A002  what hosts call it
        """Void a document; nothing happens when it is void already."""
        ...


def stores(**by_entity: EntityReader[object, Any]) -> "StoreEndpoint":
    """Return the endpoint of the host's side: `stores(customer=Customers(db), invoice=Invoices(db))`.

    Args:
        **by_entity: A store for each entity; an `EntityReader` for one that is only pushed.
    """
    return StoreEndpoint(by_entity)


_BRIEF = timedelta(seconds=30)


@frozen(eq=False)
class StoreEndpoint:
    """The host's stores as one `Endpoint`; the record type is the entity.

    A request carries one write. Sent twice, a create is done once only if the store finds its records by key. A store
    keeps no versions, so that an update is held against the values expected instead.

    Attributes:
        by_entity: The stores.
        request_timeout: The longest that a write to a store may take.
        settle_time: How long a write may still be under way after its worker died.
    """

    by_entity: Mapping[str, EntityReader[object, Any]]
    request_timeout: timedelta = field(default=_BRIEF, kw_only=True)
    settle_time: timedelta = field(default=_BRIEF, kw_only=True)

    @property
    def capabilities(self) -> Capabilities:
        """What it can do: an action that at least one store offers is among the actions."""
        offered = (_actions(store) for store in self.by_entity.values())
        return Capabilities(
            actions=frozenset[Action]().union(*offered),
            batch_size=1,
            request_timeout=self.request_timeout,
            settle_time=self.settle_time,
            has_versions=False,
        )

    def read(self, record_type: str, ids: Collection[str]) -> Mapping[str, Record | Gone]:
        """Return the records of *ids*, keyed by id: one call of the store.

        An id that is none, such as a text where keys are whole numbers, is left out.

        Raises:
            ConfigurationError: There is no such store, or it broke its word.
            TransientError: The store raised something that is no error of linksync's.
        """
        store = self._store(record_type)
        keys = _keys(store, ids)
        if not keys:
            return {}
        try:
            found = store.read(list(keys))
        except LinksyncError:
            raise
        except Exception as error:
            raise TransientError(_fault(record_type, error)) from error
        unasked = [key for key in found if key not in keys]
        if unasked:
            raise ConfigurationError(
                f"the store of {record_type!r} was asked for {sorted(ids)[:5]} and returned {unasked[:5]!r}; "
                "return only what was asked for, keyed by ids of the same type (see key_type)"
            )
        return {
            keys[key]: Record(record_type=record_type, id=keys[key], values=values)
            for key, values in found.items()
        }

    def created_since(self, record_type: str, since: datetime) -> Iterable[Record]:
        """Refuse: a store is not asked when its records were made.

        Raises:
            ConfigurationError: Always.
        """
        raise ConfigurationError(
            f"the store of {record_type!r} cannot tell what was created since {since.isoformat()}; "
            "give it find_by_key, which makes it safe to send a create again"
        )

    def prepare(self, writes: Sequence[Write]) -> Sequence[Request]:
        """Return one request per write.

        Raises:
            ConfigurationError: A store is missing, or does not offer the action, or a value cannot be stored.
        """
        return [self._prepare(write) for write in writes]

    def _prepare(self, write: Write) -> Request:
        if write.action not in _actions(self._store(write.record_type)):
            raise ConfigurationError(
                f"the store of {write.record_type!r} cannot {write.action.value}; give it that method"
            )
        missing = write.key if write.action is Action.CREATE else write.id
        if missing is None:
            raise ConfigurationError(f"a local {write.action.value} names no record: {write.ref}")
        try:
            body: dict[str, Json] = {
                "ref": write.ref,
                "id": write.id,
                "key": write.key,
                "values": write_down(write.values),
                "expected": write_down(write.expected or {}),
            }
        except (TypeError, ValueError) as error:
            raise ConfigurationError(f"{write.record_type} {missing} cannot be written: {error}") from error
        return Request(
            key=uuid.uuid4().hex,
            url=f"{write.record_type}/{write.action.value}",
            body=dumps(body).encode(),
            refs=(write.ref,),
        )

    def send(self, request: Request) -> Sequence[WriteOutcome]:
        """Do the write of *request* and return what came of it.

        What the store raises of linksync's errors is a refusal, `UncertainError` aside; after any other exception
        nobody knows whether the store had written.
        """
        [ref] = request.refs
        record_type, _, action = request.url.rpartition("/")
        try:
            store = self._store(record_type)
            outcome = _do(store, Action(action), record_type, request)
        except UncertainError as error:
            return [Unknown(ref=ref, reason=str(error))]
        except FaultError as error:
            return [Refused(ref=ref, fault=error.fault)]
        except LinksyncError as error:
            kind = FaultKind.REJECTED if isinstance(error, RecordError) else FaultKind.UNSUPPORTED
            return [Refused(ref=ref, fault=Fault(kind=kind, message=str(error)))]
        except Exception as error:  # noqa: BLE001  the host's own code: what it did before, nobody knows
            return [Unknown(ref=ref, reason=str(_fault(record_type, error)))]
        if not isinstance(outcome, str):
            return [outcome]
        return [Written(ref=ref, record=self._read_again(record_type, outcome, request))]

    def _read_again(self, record_type: str, id_: str, request: Request) -> Record:
        """Return the record that was written; as it was sent when it cannot be read."""
        try:
            record = self.read(record_type, [id_]).get(id_)
        except LinksyncError:
            record = None  # the write was done all the same
        if isinstance(record, Record):
            return record
        return Record(record_type=record_type, id=id_, values=_Sent.of(request).values)

    def _store(self, record_type: str) -> EntityReader[object, Any]:
        try:
            return self.by_entity[record_type]
        except KeyError:
            known = ", ".join(sorted(self.by_entity)) or "none"
            raise ConfigurationError(
                f"there is no store of {record_type!r}; known: {known}; give one to stores(...)"
            ) from None


@frozen(kw_only=True)
class _Sent:
    """What a request's body says."""

    ref: str
    id: str | None
    key: str
    values: dict[str, WriteValue]
    expected: dict[str, WriteValue]

    @classmethod
    def of(cls, request: Request) -> "_Sent":
        body = cast("Mapping[str, str]", loads(request.body))
        return cls(
            ref=body["ref"],
            id=body["id"],
            key=body["key"] or "",
            values=read_back(body["values"]),
            expected=read_back(body["expected"]),
        )


def _do(
    store: EntityReader[object, Any], action: Action, record_type: str, request: Request
) -> str | WriteOutcome:
    """Do a write; return the id of the record written, or what else came of it."""
    sent = _Sent.of(request)
    if action is Action.CREATE and isinstance(store, EntityStore):
        found = store.find_by_key(sent.key) if isinstance(store, FindsByKey) else None
        return str(store.create(sent.values, sent.key) if found is None else found)
    keys = list(_keys(store, [sent.id or ""]))
    if not keys:
        message = f"{record_type} {sent.id} is no id of the store"
        return Refused(ref=sent.ref, fault=Fault(kind=FaultKind.NOT_FOUND, message=message))
    match action:
        case Action.UPDATE if isinstance(store, EntityStore):
            return _update(store, keys[0], record_type, sent)
        case Action.ARCHIVE if isinstance(store, Archives):
            store.archive(keys[0])
        case Action.DELETE if isinstance(store, Deletes):
            store.delete(keys[0])
        case Action.VOID if isinstance(store, Voids):
            store.void(keys[0])
        case _:
            raise ConfigurationError(f"the store of {record_type!r} cannot {action.value}")
    return sent.id or ""


def _update(
    store: EntityStore[object, Any], key: object, record_type: str, sent: _Sent
) -> str | WriteOutcome:
    # a host that forgets to return anything must be taken for neither yes nor no
    done: object = store.update(key, sent.values, sent.expected)
    if done is True:
        return sent.id or ""
    if done is False:
        message = f"{record_type} {sent.id} has changed since it was read"
        return Refused(ref=sent.ref, fault=Fault(kind=FaultKind.STALE, message=message))
    return Unknown(
        ref=sent.ref, reason=f"update of the store of {record_type!r} returned {done!r}, not a bool"
    )


def _actions(store: object) -> frozenset[Action]:
    offered = {
        Action.CREATE: isinstance(store, EntityStore),
        Action.UPDATE: isinstance(store, EntityStore),
        Action.ARCHIVE: isinstance(store, Archives),
        Action.DELETE: isinstance(store, Deletes),
        Action.VOID: isinstance(store, Voids),
    }
    return frozenset(action for action, has in offered.items() if has)


def _keys(store: object, ids: Iterable[str]) -> Mapping[object, str]:
    """Return *ids* by the keys that the store has for them; those that are no ids of the store's type are left out.

    `042` is no id of a store whose keys are whole numbers: the record that it would lead to is called `42`, and must
    not go by two names.
    """
    if not isinstance(store, KeyedStore):
        return {id_: id_ for id_ in ids}
    key_type, keys = store.key_type, dict[object, str]()
    for id_ in ids:
        try:
            key: object = key_type(id_)
        except ValueError:
            continue
        if str(key) == id_:
            keys[key] = id_
    return keys


def _fault(record_type: str, error: Exception) -> Fault:
    return Fault(
        kind=FaultKind.TRANSIENT,
        code="local_store",
        message=f"the store of {record_type!r} raised {type(error).__name__}",
    )
