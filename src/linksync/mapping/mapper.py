"""How one entity translates: the interface behind `EntityMapping`, small enough to write by hand."""

from collections.abc import Collection, Mapping
from typing import Protocol

from attrs import field, frozen

from linksync.exactjson import Json, JsonObject
from linksync.fields import Base, FieldValue
from linksync.mapping.rules import EntityRules, FieldRules
from linksync.records import CompanyId, RecordKey, WriteValue


@frozen(kw_only=True)
class MappingContext:
    """What a translation may know besides the record.

    Attributes:
        company: The company it is done for.
        settings: The company's settings by name, such as its income account.
        value_maps: The company's value maps by name: local value (as text) to remote value.
        remote_ids: The remote ids of the linked records that this one refers to.
        local_ids: The local ids of linked remote records, by (entity, remote id): the way back.
    """

    company: CompanyId
    settings: Mapping[str, Json] = field(factory=dict[str, Json])
    value_maps: Mapping[str, Mapping[str, Json]] = field(factory=dict[str, Mapping[str, Json]])
    remote_ids: Mapping[RecordKey, str] = field(factory=dict[RecordKey, str])
    local_ids: Mapping[tuple[str, str], str] = field(factory=dict[tuple[str, str], str])


class EntityMapper(Protocol):
    """How the records of one entity translate between the two sides.

    `EntityMapping` declares one; a class of your own with these members works wherever a declared one does.
    All methods are pure. Those that translate raise `MappingError` with every bad field of the record.
    """

    @property
    def entity(self) -> str:
        """The kind of record, such as `"customer"`."""
        ...

    @property
    def remote_type(self) -> str:
        """What the remote calls it, such as `"Customer"`."""
        ...

    @property
    def rules(self) -> EntityRules:
        """What linksync may do by itself."""
        ...

    @property
    def fields(self) -> Mapping[str, FieldRules]:
        """The mapped fields by name."""
        ...

    def label(self, local: object) -> str:
        """Return what people call the record, such as a name or a number."""
        ...

    def references(self, local: object) -> Collection[RecordKey]:
        """Return the local records that this one refers to; they must be linked before it can be pushed."""
        ...

    def outgoing(self, local: object, context: MappingContext) -> Mapping[str, FieldValue]:
        """Return the fields of a local record, each in its local form and in the remote form it would be written as.

        A field that is absent from the result is left alone on the remote; one whose remote form is None becomes
        blank there.
        """
        ...

    def incoming(self, remote: JsonObject, context: MappingContext) -> Mapping[str, FieldValue]:
        """Return the fields of a remote record, each in its remote form and in the local form it would be written as."""
        ...

    def remote_values(self, fields: Mapping[str, FieldValue], base: Base | None) -> Mapping[str, WriteValue]:
        """Return the nested JSON that writes the remote forms of *fields* to the remote.

        Blank is `CLEAR`. Lines and objects are patched onto their raw form in *base*, so that what the mapping does
        not name survives. *base* is None for a create, into which blank fields do not enter at all.
        """
        ...

    def local_values(self, fields: Mapping[str, FieldValue]) -> Mapping[str, WriteValue]:
        """Return the values that write the local forms of *fields* to the local record, by attribute."""
        ...

    def raw_parts(self, remote: JsonObject) -> Mapping[str, Json]:
        """Return the mapped parts of a remote record that a write replaces whole, as they came, for the base.

        Arrays of lines, an empty one where the record has none, and objects such as an address.
        """
        ...
