"""One company as the steps of a run see it: its two endpoints, its settings, what is remembered of it."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from functools import cached_property
from random import Random
from typing import TypeAlias

from attrs import define, field, frozen

from linksync.clock import Clock
from linksync.endpoints import Endpoint
from linksync.errors import ConfigurationError
from linksync.exactjson import Json
from linksync.jobs import RetryPolicy
from linksync.mapping import EntityMapper, MappingContext
from linksync.records import CompanyId, RecordKey
from linksync.sync.storage import Storage

EndpointSource: TypeAlias = Endpoint | Callable[[CompanyId], Endpoint]
"""An endpoint for every company, or what makes one for each."""


@frozen(kw_only=True)
class CompanySettings:
    """What differs from company to company and mappings name with `setting()` and `choice()`.

    Attributes:
        settings: Single values by name, such as the id of the income account.
        value_maps: Tables by name: local value, as text, to remote value.
    """

    settings: Mapping[str, Json] = field(factory=dict[str, Json])
    value_maps: Mapping[str, Mapping[str, Json]] = field(factory=dict[str, Mapping[str, Json]])


class Mappers:
    """The mappings of the host, by entity."""

    def __init__(self, mappers: Iterable[EntityMapper]) -> None:
        """Take *mappers*, one per entity."""
        self._by_entity = {mapper.entity: mapper for mapper in mappers}
        self._match_fields = {
            entity: frozenset(name for name, rules in mapper.fields.items() if rules.match)
            for entity, mapper in self._by_entity.items()
        }

    def get(self, entity: str) -> EntityMapper:
        """Return the mapper of *entity*.

        Raises:
            ConfigurationError: No mapping has that entity.
        """
        try:
            return self._by_entity[entity]
        except KeyError:
            known = ", ".join(sorted(self._by_entity)) or "none"
            raise ConfigurationError(
                f"no mapping has the entity {entity!r}; known: {known}; add one to mappings=[...]"
            ) from None

    def match_fields(self, entity: str) -> frozenset[str]:
        """Return the names of the fields that tell one record of *entity* from another."""
        return self._match_fields[entity]

    def find(self, entity: str) -> EntityMapper | None:
        """Return the mapper of *entity*, or None."""
        return self._by_entity.get(entity)


@define(kw_only=True, eq=False)
class Company:
    """One company, ready to be worked on.

    Attributes:
        id: Which one.
        storage: What is remembered of it, and its clock.
        mappers: How its entities translate.
        local: The host's side.
        remote: The accounting system's side.
        settings: What is peculiar to it.
        retry: When failed tries are tried again.
        random: Where jitter comes from.
        lease: How long a worker holds it without saying so again.
        claim_size: How many jobs are taken up at a time.
    """

    id: CompanyId
    storage: Storage
    mappers: Mappers
    local: Endpoint
    remote: Endpoint
    settings: CompanySettings
    retry: RetryPolicy
    random: Random
    lease: timedelta
    claim_size: int

    @property
    def clock(self) -> Clock:
        """The clock of all its instants."""
        return self.storage.clock

    @cached_property
    def bare_context(self) -> MappingContext:
        """What a translation may know besides the record when no links are at hand."""
        return self.context({})

    def check_no_transaction(self) -> None:
        """Make sure that no transaction is open on this thread, as none may be during a remote call.

        Raises:
            RuntimeError: One is.
        """
        if self.storage.is_in_transaction():
            raise RuntimeError("the remote must not be called while a transaction is open; commit first")

    def now(self) -> datetime:
        """Return the present instant, timezone-aware."""
        return self.clock.now()

    def context(
        self,
        remote_ids: Mapping[RecordKey, str],
        local_ids: Mapping[tuple[str, str], str] | None = None,
    ) -> MappingContext:
        """Return what a translation may know besides the record.

        Args:
            remote_ids: The remote ids of linked local records.
            local_ids: The local ids of linked remote records, by (entity, remote id).
        """
        return MappingContext(
            company=self.id,
            settings=self.settings.settings,
            value_maps=self.settings.value_maps,
            remote_ids=remote_ids,
            local_ids=local_ids or {},
        )
