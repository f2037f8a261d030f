"""A CRM of three tables and the mappers for it, written by hand, to try the engine on."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from random import Random

from attrs import define, field

from linksync.errors import FieldProblem, MappingError
from linksync.exactjson import Json, JsonObject
from linksync.fields import Base, FieldValue
from linksync.jobs import ExponentialBackoff, JobState
from linksync.mapping import EntityRules, FieldRules, MappingContext
from linksync.records import CLEAR, Record, RecordKey, WriteValue
from linksync.storage.memory import MemoryStorage
from linksync.sync import Retention, Storage, Synchronizer
from linksync.testing.clock import FakeClock
from linksync.testing.endpoint import FakeEndpoint

COMPANY = "9130"


@define
class ToyCrm:
    """The local side: rows by entity and id; every value is text or a list of references."""

    tables: dict[str, dict[str, dict[str, object]]] = field(
        factory=lambda: {"customer": {}, "item": {}, "invoice": {}}
    )
    reads: int = 0

    def put(self, entity: str, id_: str, **values: object) -> None:
        self.tables[entity].setdefault(id_, {}).update(values)

    def read(self, record_type: str, ids: Collection[str]) -> Mapping[str, Record]:
        self.reads += 1
        rows = self.tables[record_type]
        return {
            id_: Record(record_type=record_type, id=id_, values=dict(rows[id_])) for id_ in ids if id_ in rows
        }


class ToyMapper:
    """Maps text fields one to one, each under a capital; `refs` name the entity that a field refers to."""

    def __init__(
        self,
        entity: str,
        names: Sequence[str],
        *,
        refs: Mapping[str, str] | None = None,
        rules: EntityRules | None = None,
        field_rules: Mapping[str, FieldRules] | None = None,
    ) -> None:
        self.entity = entity
        self.remote_type = entity.capitalize()
        self.rules = rules or EntityRules()
        self.refs = refs or {}
        self.fields = {
            name: FieldRules(
                name=name,
                remote=name.capitalize(),
                local=name,
                match=name == "name",
                watches=frozenset({name}),
            )
            for name in names
        } | dict(field_rules or {})

    def label(self, local: Mapping[str, object]) -> str:
        return str(local.get("name", ""))

    def references(self, local: Mapping[str, object]) -> Collection[RecordKey]:
        return [
            RecordKey(entity, str(ref))
            for name, entity in self.refs.items()
            for ref in _as_list(local.get(name))
        ]

    def outgoing(self, local: Mapping[str, object], context: MappingContext) -> Mapping[str, FieldValue]:
        bad = [name for name in self.fields if isinstance(local.get(name), float)]
        if bad:
            raise MappingError(
                f"{self.entity} {local.get('name')}",
                [
                    FieldProblem(
                        local=name,
                        remote=name.capitalize(),
                        value=repr(local[name]),
                        type="float",
                        message="a float is not exact",
                        remedy="use Decimal",
                    )
                    for name in bad
                ],
            )
        return {
            name: self._value(name, local[name], context)
            for name, rule in self.fields.items()
            if name in local and rule.direction.is_pushed
        }

    def _value(self, name: str, value: object, context: MappingContext) -> FieldValue:
        if name not in self.refs:
            return FieldValue(value, value.strip() if isinstance(value, str) else value)
        ids = [context.remote_ids[RecordKey(self.refs[name], str(ref))] for ref in _as_list(value)]
        return FieldValue(value, ids if isinstance(value, list) else (ids[0] if ids else None))

    def incoming(self, remote: JsonObject, context: MappingContext) -> Mapping[str, FieldValue]:
        return {
            name: FieldValue(remote.get(name.capitalize()), remote.get(name.capitalize()))
            for name in self.fields
        }

    def remote_values(self, fields: Mapping[str, FieldValue], base: Base | None) -> Mapping[str, WriteValue]:
        return {
            name.capitalize(): CLEAR if value.remote is None else value.remote
            for name, value in fields.items()
            if base is not None or value.remote is not None
        }

    def local_values(self, fields: Mapping[str, FieldValue]) -> Mapping[str, WriteValue]:
        return {name: value.local for name, value in fields.items()}

    def raw_parts(self, remote: JsonObject) -> Mapping[str, Json]:
        return {}


def _as_list(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else [] if value is None else [value]


def mappers(**rules: EntityRules) -> list[ToyMapper]:
    """Return the three mappers, with other rules where given."""
    return [
        ToyMapper("customer", ["name", "email", "city"], rules=rules.get("customer")),
        ToyMapper("item", ["name", "price"], rules=rules.get("item")),
        ToyMapper(
            "invoice",
            ["number", "customer", "lines", "memo"],
            refs={"customer": "customer", "lines": "item"},
            rules=rules.get("invoice", EntityRules(once=True)),
        ),
    ]


@define(kw_only=True)
class Toy:
    """A CRM, a remote and the synchronizer between them, on one clock that stands still."""

    clock: FakeClock = field(factory=FakeClock)
    crm: ToyCrm = field(factory=ToyCrm)
    storage: Storage = None  # type: ignore[assignment]
    remote: FakeEndpoint = None  # type: ignore[assignment]
    mappers: list[ToyMapper] = field(factory=mappers)
    claim_size: int = 300
    retention: Retention | None = None

    def __attrs_post_init__(self) -> None:
        self.storage = self.storage or MemoryStorage(clock=self.clock)
        self.remote = self.remote or FakeEndpoint(clock=self.clock)

    @property
    def sync(self) -> Synchronizer:
        return Synchronizer(
            company=COMPANY,
            mappings=self.mappers,
            local=self.crm,
            remote=self.remote,
            storage=self.storage,
            retry=ExponentialBackoff(jitter=0),
            random=Random(7),
            claim_size=self.claim_size,
            retention=self.retention,
        )

    def customers(self, count: int) -> list[str]:
        """Put *count* customers into the CRM and promote them."""
        ids = [str(number) for number in range(1, count + 1)]
        for id_ in ids:
            self.crm.put("customer", id_, name=f"Customer {id_}", email=f"{id_}@example.com")
        self.sync.promote("customer", *ids)
        return ids

    def linked_customer(self, **values: object) -> str:
        """Return the remote id of customer 1, linked and in step."""
        self.crm.put("customer", "1", **{"name": "Ada", "email": "ada@example.com", **values})
        self.sync.promote("customer", "1")
        self.sync.run()
        return self.link().remote_id

    def link(self, entity: str = "customer", id_: str = "1"):
        return self.sync.status(entity, id_).link

    def job(self, entity: str = "customer", id_: str = "1"):
        return self.sync.status(entity, id_).job

    def last(self, entity: str = "customer", id_: str = "1"):
        return self.sync.status(entity, id_).last_result

    def change(self, id_: str = "1", **values: object) -> None:
        """Change a customer and say so."""
        self.crm.put("customer", id_, **values)
        self.sync.record_changed("customer", id_, set(values))

    def settle_down(self) -> None:
        """Let time pass and run until no job is left that could run."""
        for _ in range(60):
            self.clock.advance(timedelta(hours=2))
            self.sync.run()
            counts = self.storage.jobs.counts(COMPANY)
            if not counts.get(JobState.QUEUED) and not counts.get(JobState.RUNNING):
                return
        raise AssertionError("the jobs do not come to an end")

    def names(self, record_type: str = "Customer") -> list[Json]:
        return [record.values.get("Name") for record in self.remote.records(record_type)]
